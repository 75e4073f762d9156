"""The map on paper: one A4 sheet on its side, and the page as it was afterwards."""

from __future__ import annotations

import re

import pytest
from plain_payload import plain_payload

from prospector.runs.overview import run_id
from prospector.runs.run import open_run

SHEET = rb"/MediaBox\s*\[0 0 841\.\d+ 59[45]\.\d+\]"
LAY = "window.dispatchEvent(new Event('beforeprint'))"
CUT = """() => ['.print-head', '.print-side', '.print-foot', '.app'].filter((name) => {
  const { scrollHeight, clientHeight, scrollWidth, clientWidth } = document.querySelector(name);
  return scrollHeight > clientHeight + 1 || scrollWidth > clientWidth + 1;
})"""


@pytest.fixture(scope="module")
def atacama_payload(atacama_screening):
    """The shipped region's payload: many sources and layers."""
    return plain_payload(atacama_screening)


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=str)
def test_the_map_prints_to_one_sheet_on_its_side(map_page, atacama_payload, size):
    """Whatever the window; view and list are as before when it is done."""
    page = map_page.open(atacama_payload, width=size[0], height=size[1])
    view = "[map_prospector.getZoom(), map_prospector.getCenter().lat]"
    before = page.evaluate(view)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == 1
    assert re.search(SHEET, printed)
    assert page.evaluate(view) == pytest.approx(before, abs=1e-3)
    assert page.locator(".app.is-printed").count() == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_nothing_on_the_sheet_is_cut_off(map_page, atacama_payload, language):
    """Ten targets, legends of two models and of titles, sources and sentences have room."""
    page = map_page.open(atacama_payload, link=f"#language={language}")
    page.locator(".tool-layers").click()
    page.locator("[data-model-layer=lithium_brine]").check()
    page.locator("[data-layer=concessions]").check()
    page.locator("[data-grouping=concessions]").select_option("tenure class")
    page.evaluate(LAY)
    assert page.evaluate(CUT) == []
    rows = page.locator(".print-targets tbody tr")
    assert rows.count() == min(10, len(atacama_payload["models"][0]["targets"]))


def test_nothing_on_the_sheet_is_wiped_out(map_page, atacama_payload):
    """Chromium writes the clearing of a canvas as a mask with a transfer function over all below it."""
    page = map_page.open(atacama_payload)
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert re.search(rb"/SMask", printed)
    assert not re.search(rb"/TR\b", printed)


def test_north_and_scale_stay_on_a_sheet_that_is_asked_for_upright(map_page, payload):
    """While it prints, Chromium answers for a Letter sheet held upright, as a telephone would."""
    page = map_page.open(payload, width=1366, height=768)
    page.set_viewport_size({"width": 816, "height": 1056})
    page.evaluate(LAY)
    for part in (".north", ".leaflet-control-scale"):
        assert page.locator(part).is_visible()


def test_the_sheet_says_what_a_reader_of_paper_needs(map_page, payload):
    """Title, dates, run, north, scale, degrees, legend, first targets, sources, reporting codes."""
    page = map_page.open({**payload, "run_id": "0a1b2c3d"})
    page.evaluate(LAY)
    head = page.locator(".print-head").inner_text()
    assert "Atacama · Porphyry copper" in head
    assert "Tenure as of 2025-03-01" in head
    assert "Run 0a1b2c3d" in head
    for part in (".north", ".leaflet-control-scale", ".print-side .classes"):
        assert page.locator(part).is_visible()
    assert page.locator(".degree").count() > 3
    assert page.locator(".print-targets tbody tr").count() == 10
    foot = page.locator(".print-foot").inner_text()
    assert payload["sentences"][0] in foot
    assert "deposits, faults, salars: invented for tests" in foot
    assert not page.locator(".panel").is_visible()


def test_the_region_fills_the_sheet_where_all_of_it_was_in_view(map_page, payload):
    """What the list covered on the screen is free on paper."""
    page = map_page.open(payload, width=1366, height=500)
    page.evaluate(LAY)
    ends = page.evaluate(
        "([west, south, east, north]) => [north, south].map((latitude) =>"
        " map_prospector.latLngToContainerPoint([latitude, west]).y)",
        payload["bounds"],
    )
    height = page.locator(".folium-map").bounding_box()["height"]
    assert ends[0] >= 0
    assert ends[1] <= height
    assert ends[1] - ends[0] > 0.7 * height


def test_the_map_names_the_run_as_its_overview_does(map_page, planted_run):
    """One run, one id."""
    page = map_page.browse((planted_run / "map.html").as_uri(), width=1366, height=768)
    page.wait_for_selector("html[data-ready]", state="attached")
    page.evaluate(LAY)
    identity = run_id(open_run(planted_run))
    assert f"Run {identity}" in page.locator(".print-head").inner_text()
    assert identity in (planted_run / "overview.html").read_text("utf-8")
