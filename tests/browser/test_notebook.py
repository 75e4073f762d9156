"""The map as a notebook shows it: in a frame of a page of any charset, and in a sandbox."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import pytest
from hand import rows

from prospector.map.html import write_map
from prospector.map.show import show

ICON = '<link rel="icon" href="data:,">'  # else a browser asks the server for one
CHARSET = '<meta charset="utf-8">'
SANDBOX = '<iframe sandbox="allow-scripts" '
READY_MS = 20_000


@pytest.fixture
def served() -> Iterator[Callable[[str], str]]:
    """What puts a page on a server of this machine, which states no charset, and returns its address."""
    pages: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path in pages else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(pages.get(self.path, b""))

        def log_message(self, *args: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()

    def put(page: str) -> str:
        pages["/notebook"] = page.encode()
        return f"http://127.0.0.1:{server.server_port}/notebook"

    yield put
    server.shutdown()
    server.server_close()


@pytest.fixture
def notebook(map_page: Any, served: Any, payload: Any, tmp_path: Any) -> Callable[..., Any]:
    """What opens a notebook's page and returns the map's frame; it may ask nobody and not complain."""
    payload["title"] = "Ñuñoa, 75 ‰"
    payload["models"][0]["targets"] = payload["models"][0]["targets"][2:3]
    payload["layers"] = [layer for layer in payload["layers"] if layer["kind"] != "point"]
    write_map(payload, tmp_path / "map.html")

    def open_frame(*, head: str = CHARSET, frame: str = "<iframe ") -> Any:
        shown = show(tmp_path)._repr_html_().replace("<iframe ", frame, 1)
        address = served(
            f"<!DOCTYPE html><html><head>{head}{ICON}</head><body>{shown}</body></html>"
        )
        page = map_page.browse(address, width=916, height=700)
        found = page.locator("iframe").element_handle().content_frame()
        found.wait_for_selector("html[data-ready]", state="attached", timeout=READY_MS)
        return found

    return open_frame


def click_on_map(frame: Any, place: list[float]) -> None:
    """Press on a place of the map, given by longitude and latitude."""
    spot = frame.evaluate(
        "([lon, lat]) => map_prospector.latLngToContainerPoint([lat, lon])", place
    )
    frame.locator(".folium-map").click(position={"x": spot["x"], "y": spot["y"]})


@pytest.mark.parametrize(
    "host",
    [{}, {"head": ""}, {"frame": SANDBOX}],
    ids=["with a charset", "without a charset", "in a sandbox"],
)
def test_the_map_of_a_notebook_lives(notebook, payload, host):
    """A press on a target opens its card; a layer is switched off, the other model is listed."""
    frame = notebook(**host)
    assert frame.locator("h1").inner_text() == payload["title"]
    target = payload["models"][0]["targets"][0]
    click_on_map(frame, target["centre"])
    assert frame.locator(".card h2").inner_text() == target["target_id"]
    frame.get_by_role("button", name="Close", exact=True).click()
    frame.locator(".tool-legend").click()
    assert "Fault systems" in frame.locator(".legend").inner_text()
    frame.locator(".tool-layers").click()
    frame.locator('[data-layer="faults"]').uncheck()
    frame.get_by_role("button", name="Close layers").click()
    assert "Fault systems" not in frame.locator(".legend").inner_text()
    frame.locator('[data-model="lithium_brine"]').click()
    assert rows(frame) == 9


def test_what_a_sandbox_forbids_is_said(notebook, map_page):
    """No file is saved there and no place is told; the page says so where it is pressed."""
    frame = notebook(frame=SANDBOX)
    told = frame.locator(".length")
    frame.locator(".tool-locate").click()
    told.filter(has_text="The device did not give its position.").wait_for()
    frame.get_by_role("button", name="CSV", exact=True).click()
    told.filter(has_text="If no file was saved").wait_for()
    assert all("policy" in one or "sandbox" in one for one in map_page.complaints)
    map_page.complaints.clear()
