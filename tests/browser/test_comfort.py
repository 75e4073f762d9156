"""Small comforts: a list in sight, less motion, a panel as wide as wanted, values under the pointer."""

from __future__ import annotations

import re

import pytest

from prospector.gis.palette import EVIDENCE_COLOURS

ROWS = """() => {
  const box = document.querySelector('.list').getBoundingClientRect();
  const body = document.querySelector('.panel-body').getBoundingClientRect();
  return [...document.querySelectorAll('tr[data-target]')].filter((row) => {
    const { top, bottom } = row.getBoundingClientRect();
    return top >= box.top && bottom <= Math.min(box.bottom, body.bottom) + 1;
  }).length;
}"""


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (1920, 1080)], ids=str)
def test_the_list_stays_in_sight_under_the_sliders(map_page, payload, size):
    """What the weights re-rank can be seen while they are moved."""
    page = map_page.open(payload, width=size[0], height=size[1])
    page.locator(".what-if > summary").click()
    assert page.evaluate(ROWS) >= 2


def test_less_motion_is_honoured(map_page, payload):
    """Zooming takes no time where the reader asked for less motion."""
    page = map_page.open(payload)
    before = page.evaluate("map_prospector.getZoom()")
    moving = page.evaluate(
        "() => { map_prospector.zoomIn(1); return [map_prospector.getZoom(),"
        " document.querySelectorAll('.leaflet-zoom-anim').length]; }"
    )
    assert moving == [before + 1, 0]


def test_the_panel_is_widened_and_stays_so(map_page, payload):
    """By keys or the pointer; the next opening of the file has the same width; a double click gives it up."""
    page = map_page.open(payload)
    width = "() => Math.round(document.querySelector('.panel').getBoundingClientRect().width)"
    first = page.evaluate(width)
    page.locator(".widen").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    assert page.evaluate(width) == first + 96
    assert page.locator("th.col-area_km2").is_visible()
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.evaluate(width) == first + 96
    page.locator(".widen").dblclick()
    assert page.evaluate(width) == first


def test_the_value_under_the_pointer_is_read(map_page, payload, picture_of):
    """Of an evidence from low in the west to high in the east; of the score its class."""
    channels = [[int(one[at : at + 2], 16) for at in (1, 3, 5)] for one in EVIDENCE_COLOURS]

    def ramp(across, down):
        place = min(across * 4, 3.999)
        low, part = int(place), place % 1
        pairs = zip(channels[low], channels[low + 1], strict=True)
        return (*(round(one + (other - one) * part) for one, other in pairs), 255)

    model = payload["models"][0]
    model["evidence"][3]["picture"]["png"] = picture_of(400, 20, ramp)
    page = map_page.open(payload, link="#ground=evidence/crust")
    west, _, east, _ = payload["bounds"]
    box = page.locator(".folium-map").bounding_box()
    for share in (0.25, 0.6):
        at = page.evaluate(
            "(east) => map_prospector.latLngToContainerPoint([-26.9, east])",
            west + share * (east - west),
        )
        for nudge in (1, 0):  # the first move has the picture decoded
            page.mouse.move(box["x"] + at["x"] + nudge, box["y"] + at["y"])
            page.wait_for_timeout(150)
        found = re.search(r"≈ ([\d.]+)\u00a0km", page.locator(".readout").inner_text())
        assert float(found[1]) == pytest.approx(100 * share, abs=2)
