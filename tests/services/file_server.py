"""A server of files on loopback, with ranges or without, and with faults to switch on; it ends by itself.

``python file_server.py SECONDS OPTIONS`` prints its port; OPTIONS are JSON. Files of `folder` are under
``/``.
"""

import json
import os
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

DEFAULTS = {
    "folder": "",
    "ranges": True,
    "fault": "",  # see `Handler.do_GET`
    "at": 2,  # which request the fault meets, from 1
    "pause": 0,  # seconds before each answer
    "status": {},  # name of a file -> the status that it is answered with
    "log": "",  # file to which each request is written
}


class Handler(BaseHTTPRequestHandler):
    """Answers requests for files."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *parts):
        """Write nothing."""

    def do_GET(self):
        """Send a file, or a part of it."""
        options, state = self.server.options, self.server.state
        state["requests"] += 1
        met = state["requests"] >= options["at"]
        name = unquote(urlsplit(self.path).path).lstrip("/")
        asked = self.headers.get("Range", "")
        if options["log"]:
            with Path(options["log"]).open("a", encoding="utf-8") as log:
                log.write(json.dumps({"name": name, "range": asked}) + "\n")
        time.sleep(options["pause"])
        file = Path(options["folder"]) / name
        if name in options["status"]:
            self.send_bytes(b"no", options["status"][name])
        elif options["fault"] == "html" and met:
            self.send_bytes(
                b"<html><title>Maintenance</title></html>", 200, {"Content-Type": "text/html"}
            )
        elif not file.is_file():
            self.send_bytes(b"<html>not found</html>", 404)
        else:
            self.send_file(file.read_bytes(), asked, met)

    def send_file(self, content, asked, met):
        """Send a file or the part that is asked for."""
        options = self.server.options
        fault = options["fault"] if met else ""
        found = re.fullmatch(r"bytes=(\d+)-(\d+)", asked)
        if not options["ranges"] or not found:
            self.send_bytes(content, 200, cut=fault == "cut")
            return
        start, end = int(found[1]), min(int(found[2]), len(content) - 1)
        if fault == "shifted":
            start, end = start + 10, min(end + 10, len(content) - 1)
        tag = '"other"' if fault == "changed" else '"one"'
        size = len(content) + (1 if fault == "grown" else 0)
        headers = {"Content-Range": f"bytes {start}-{end}/{size}", "ETag": tag}
        if fault == "busy" and self.server.state["busy"] < 1:
            self.server.state["busy"] += 1
            self.send_bytes(b"", 503, {"Retry-After": "0"})
            return
        self.send_bytes(content[start : end + 1], 206, headers, cut=fault == "cut")

    def send_bytes(self, content, status, headers=None, *, cut=False):
        """Send an answer."""
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if cut:
            self.wfile.write(content[: len(content) // 2])
            self.close_connection = True
            return
        self.wfile.write(content)


def main():
    """Serve until the time is over."""
    life, options = float(sys.argv[1]), {**DEFAULTS, **json.loads(sys.argv[2])}
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", 0))), Handler)
    server.options, server.state = options, {"requests": 0, "busy": 0}
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(server.server_address[1], flush=True)
    time.sleep(life)


if __name__ == "__main__":
    main()
