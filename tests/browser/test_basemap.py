"""A map that may ask one server for pictures: which it asks, and what it shows when none comes."""

from __future__ import annotations

import base64
import re
from typing import Any

import pytest

from prospector.map.basemaps import BASEMAPS, basemap
from prospector.map.html import write_map


@pytest.fixture
def asking(browser: Any, tmp_path: Any, payload: Any):
    """Return a function that opens the map with a base map; `answers` says whether its server does."""
    contexts = []

    def open_map(name: str, *, answers: bool, tile: bytes) -> tuple[Any, list[str]]:
        write_map({**payload, "basemap": basemap(name)}, tmp_path / "map.html")
        context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-US")
        contexts.append(context)
        asked: list[str] = []

        def serve(route: Any) -> None:
            asked.append(route.request.url)
            if answers:
                route.fulfill(body=tile, content_type="image/png")
            else:
                route.abort()

        context.route(re.compile("^https?:"), serve)
        page = context.new_page()
        page.goto((tmp_path / "map.html").as_uri())
        page.wait_for_selector("html[data-ready=true]", timeout=15_000)
        return page, asked

    yield open_map
    for context in contexts:
        context.close()


@pytest.fixture
def tile(picture_of: Any) -> bytes:
    """Return a grey tile."""
    return base64.b64decode(picture_of(8, 8, lambda across, down: (90, 90, 90, 255)).split(",")[1])


@pytest.mark.parametrize("name", BASEMAPS)
def test_only_the_named_server_is_asked(asking, tile, name):
    """Its tiles are painted under the targets, with their credit; nothing else is asked."""
    page, asked = asking(name, answers=True, tile=tile)
    page.wait_for_selector(".leaflet-base-pane img.leaflet-tile-loaded")
    assert asked
    assert all(url.startswith(tuple(basemap(name)["hosts"])) for url in asked)
    assert basemap(name)["attribution"] in page.locator(".leaflet-control-attribution").inner_text()
    page.get_by_role("button", name="Layers", exact=True).click()
    assert page.locator("input[name=base][value=tiles]").is_checked()
    page.locator("input[name=base][value='']").check()
    assert page.locator(".leaflet-base-pane img").count() == 0
    before = len(asked)
    page.locator(".leaflet-container").press("+")
    page.wait_for_timeout(600)
    assert len(asked) == before


def test_without_an_answer_the_files_own_base_is_shown(asking, tile):
    """And the reader is told."""
    page, asked = asking("esri-imagery", answers=False, tile=tile)
    page.wait_for_selector("text=No images came from the internet")
    assert asked
    assert page.locator(".leaflet-base-pane img.leaflet-image-layer").count() == 1
    page.get_by_role("button", name="Layers", exact=True).click()
    assert not page.locator("input[name=base][value=tiles]").is_checked()
    assert page.locator("input[name=base]:checked").count() == 1
