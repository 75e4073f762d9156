"""MapServer on loopback, run as a CGI program for each question; it ends by itself.

``python map_server.py SECONDS FOLDER OPTIONS`` prints its port; FOLDER holds made_up.map, OPTIONS are JSON.
"""

import json
import os
import shutil
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

DEFAULTS = {
    "fault": "",  # what is wrong with an answer that holds features
    "at": 2,  # which of them, from 1
    "times": 1,
    "largest": None,  # features of a page that are really given
    "order": True,  # whether an order may be asked for
    "log": "",
}


class Handler(BaseHTTPRequestHandler):
    """Hands a question to MapServer."""

    protocol_version = "HTTP/1.1"

    def log_message(self, *parts):
        """Write nothing."""

    def do_GET(self):
        """Answer a question in the address."""
        options, query = self.server.options, urlsplit(self.path).query
        asked = {key.lower(): value[0] for key, value in parse_qs(query).items()}
        if options["log"]:
            with Path(options["log"]).open("a", encoding="utf-8") as log:
                log.write(json.dumps(asked) + "\n")
        if not options["order"] and "sortby" in asked:
            self.send(400, "text/plain", b"no order")
            return
        features = asked.get("request") == "GetFeature" and asked.get("resulttype") != "hits"
        if features and options["largest"]:
            key = "count" if "count" in asked else "maxfeatures"
            query = query.replace(f"{key}={asked[key]}", f"{key}={options['largest']}")
            query = query.replace(f"maxFeatures={asked[key]}", f"maxFeatures={options['largest']}")
        if features:
            self.server.met += 1
            if options["at"] <= self.server.met < options["at"] + options["times"] and self.fault(
                query, asked
            ):
                return
        self.send(*self.of_mapserver(query))

    def fault(self, query, asked):
        """Do what is wrong with this answer; False where nothing is."""
        fault = self.server.options["fault"]
        start, other = f"startIndex={asked.get('startindex')}", {"repeat": 0, "empty": 9999}
        if fault == "html":
            self.send(200, "text/html", b"<html><title>Proxy</title></html>")
        elif fault in other:
            mended = query.replace(start, f"startIndex={other[fault]}")
            self.send(*self.of_mapserver(mended))
        elif fault == "swapped":
            south, west, north, east = asked["bbox"].split(",")[:4]
            before, after = (
                "%2C".join((south, west, north, east)),
                "%2C".join((west, south, east, north)),
            )
            self.send(*self.of_mapserver(query.replace(before, after)))
        elif fault == "cut":
            status, kind, body = self.of_mapserver(query)
            self.send(status, kind, body[: len(body) // 2], length=len(body))
            self.close_connection = True
        else:
            return False
        return True

    def of_mapserver(self, query):
        """Return status, type and body of what MapServer answers."""
        folder = self.server.folder
        done = subprocess.run(
            [shutil.which("mapserv") or "/usr/lib/cgi-bin/mapserv"], capture_output=True, timeout=60,
            env={
                **os.environ, "REQUEST_METHOD": "GET", "QUERY_STRING": query,
                "MS_MAPFILE": str(folder / "made_up.map"),
                "MAPSERVER_CONFIG_FILE": str(folder / "mapserver.conf"),
            },
        )  # fmt: skip
        head, _, body = done.stdout.partition(b"\r\n\r\n")
        headers = dict(
            line.split(": ", 1) for line in head.decode("latin-1").splitlines() if ": " in line
        )
        status = int(headers.get("Status", "200").split()[0])
        return status, headers.get("Content-Type", "text/plain"), body

    def send(self, status, kind, body, *, length=None):
        """Send an answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


def main():
    """Serve for so many seconds, then end."""
    seconds, folder, options = float(sys.argv[1]), Path(sys.argv[2]), json.loads(sys.argv[3])
    server = ThreadingHTTPServer(("127.0.0.1", int(os.environ.get("PORT", "0"))), Handler)
    server.daemon_threads = True
    server.folder, server.options, server.met = folder, {**DEFAULTS, **options}, 0
    timer = threading.Timer(seconds, lambda: os._exit(0))
    timer.daemon = True
    timer.start()
    print(server.server_address[1], flush=True)
    server.serve_forever()


if __name__ == "__main__":
    main()
