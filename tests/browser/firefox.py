"""Firefox over WebDriver BiDi: its own websocket, no driver between."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

ADDRESS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
PATIENCE_S = 30
READY = "document.documentElement?.dataset.ready === 'true'"


class Firefox:
    """One tab; what it asked for and complained of is kept."""

    def __init__(self, socket: ClientConnection) -> None:
        self.socket, self.numbers = socket, count(1)
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.command("session.new", capabilities={})
        self.tab = self.command("browsingContext.getTree")["contexts"][0]["context"]
        events = ["network.beforeRequestSent", "log.entryAdded"]
        self.command("session.subscribe", events=events)

    def command(self, method: str, **parameters: Any) -> Any:
        """Send a command and return its result; what is told meanwhile is kept."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": parameters}))
        while True:
            message = json.loads(self.socket.recv(timeout=PATIENCE_S))
            if message.get("id") != number:
                self._keep(message)
                continue
            if message["type"] == "error":
                raise RuntimeError(f"{method}: {message['error']}: {message['message']}")
            return message["result"]

    def _keep(self, message: dict[str, Any]) -> None:
        told = message.get("params", {})
        if message.get("method") == "network.beforeRequestSent" and told["context"] == self.tab:
            self.requests.append(told["request"]["url"])
        if message.get("method") == "log.entryAdded" and told["level"] in ("error", "warn"):
            self.complaints.append(str(told["text"]))

    def open(self, url: str) -> None:
        """Open an address and wait until the page says that it is ready."""
        self.command("browsingContext.navigate", context=self.tab, url=url, wait="complete")
        self.wait(READY)

    def reload(self) -> None:
        """Open the same again; the old page no longer says that it is ready."""
        self.evaluate("delete document.documentElement.dataset.ready")
        self.command("browsingContext.reload", context=self.tab, wait="complete")
        self.wait(READY)

    def resize(self, width: int, height: int) -> None:
        """Give the window a size."""
        viewport = {"width": width, "height": height}
        self.command("browsingContext.setViewport", context=self.tab, viewport=viewport)

    def evaluate(self, expression: str) -> Any:
        """Return the value of an expression, or what it promises, that JSON can hold."""
        result = self.command(
            "script.evaluate", expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self.tab}, awaitPromise=True,
        )  # fmt: skip
        if result["type"] == "exception":
            raise RuntimeError(result["exceptionDetails"]["text"])
        value = result["result"].get("value")
        return None if value is None else json.loads(value)

    def wait(self, expression: str) -> None:
        """Wait until an expression is true."""
        last = time.monotonic() + PATIENCE_S
        while not self.evaluate(expression):
            if time.monotonic() > last:
                raise TimeoutError(expression)
            time.sleep(0.05)

    def click(self, selector: str) -> None:
        """Press on the middle of an element as a hand would."""
        self.evaluate(
            f"document.querySelector({json.dumps(selector)}).scrollIntoView({{block: 'center'}}) ?? 0"
        )
        box = self.evaluate(
            f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
        )
        across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        steps = [
            {"type": "pointerMove", "x": round(across), "y": round(down)},
            {"type": "pointerDown", "button": 0},
            {"type": "pointerUp", "button": 0},
        ]
        hand = {"type": "pointer", "id": "hand", "actions": steps}
        self.command("input.performActions", context=self.tab, actions=[hand])

    def press(self, *keys: str) -> None:
        """Press keys one after the other."""
        steps = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        board = {"type": "key", "id": "board", "actions": steps}
        self.command("input.performActions", context=self.tab, actions=[board])

    def screenshot(self) -> bytes:
        """Return a picture of the window as PNG."""
        shot = self.command("browsingContext.captureScreenshot", context=self.tab)
        return base64.b64decode(shot["data"])


@contextmanager
def firefox(program: str) -> Iterator[Firefox]:
    """Give a running Firefox with a profile of its own; it ends with the block."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        profile, log = Path(folder, "profile"), Path(folder, "log")
        profile.mkdir()
        command = [program, "--headless", "--no-remote", "--profile", str(profile)]
        with log.open("wb") as told:
            running = subprocess.Popen(
                [*command, "--remote-debugging-port", "0"], stdout=told, stderr=told
            )
        try:
            with connect(f"{_address(log, running)}/session", max_size=None) as socket:
                yield Firefox(socket)
        finally:
            _end(running)


def _end(running: subprocess.Popen[bytes]) -> None:
    """End a Firefox, by force where it does not end by itself."""
    running.terminate()
    try:
        running.wait(timeout=PATIENCE_S)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def _address(log: Path, running: subprocess.Popen[bytes]) -> str:
    """Return the address of the websocket once Firefox has told it."""
    last = time.monotonic() + PATIENCE_S
    while time.monotonic() < last and running.poll() is None:
        if found := ADDRESS.search(log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise TimeoutError(f"Firefox told no address: {log.read_text(errors='replace')[-500:]}")
