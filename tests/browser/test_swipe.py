"""The swipe: two sides and a divider by pointer, keys and touch; link, legend, paper and picture hold it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from plain_payload import plain_payload

from tests.browser.hand import link, next_frame
from tests.browser.test_layout import SIZES, assert_in_order, overlapping

SIDES = "score/porphyry_copper,layer/salars"
OPEN = f"#language=en&swipe={SIDES},0.5"
PAINTED = """([pane, west, east]) => {
  const canvas = document.querySelector(`.leaflet-${pane}-pane canvas`);
  const { left, top, width } = canvas.getBoundingClientRect();
  const box = document.querySelector('.folium-map').getBoundingClientRect();
  const sharpness = canvas.width / width;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const from = Math.round((box.left + west - left) * sharpness);
  const across = Math.round((east - west) * sharpness);
  const down = Math.round((box.top - top) * sharpness);
  const { data } = context.getImageData(from, down, across, Math.round(box.height * sharpness));
  return data.some((value, index) => index % 4 === 3 && value > 0);
}"""
EDGE = """(pane) => {
  const element = document.querySelector(`.leaflet-${pane}-pane`);
  const { left } = document.querySelector('.folium-map').getBoundingClientRect();
  const origin = map_prospector.containerPointToLayerPoint([0, 0]);
  const [, px] = getComputedStyle(element).clipPath.match(/polygon\\([^,]*, ([-\\d.]+)px/);
  return Number(px) - origin.x;
}"""

HELD = """() => {
  const { left, top, width } = document.querySelector('.swipe-handle').getBoundingClientRect();
  return document.elementFromPoint(left + width / 2, top + width / 2).closest('.swipe-line') != null;
}"""


def divider(page: Any) -> Any:
    """The handle."""
    return page.locator(".swipe-line")


def place(page: Any) -> float:
    """Return how far across the map the divider stands, in pixels."""
    box = page.locator(".folium-map").bounding_box()
    line = divider(page).bounding_box()
    return line["x"] + line["width"] / 2 - box["x"]


def share(page: Any) -> float:
    """Return the same as a share of the map's width."""
    return place(page) / page.locator(".folium-map").bounding_box()["width"]


@pytest.fixture(scope="module")
def atacama_payload(atacama_screening):
    """The shipped region's payload: four deposit models, many layers."""
    return plain_payload(atacama_screening)


def test_a_button_begins_with_two_models_and_ends(map_page, payload):
    """The two scores of the file; the divider takes the focus and gives it back."""
    payload["models"][1]["overlay"] = payload["models"][0]["overlay"]
    page = map_page.open(payload)
    page.locator(".tool-swipe").click()
    chosen = [one.input_value() for one in page.locator(".swipe-bar select").all()]
    assert chosen == ["score/porphyry_copper", "score/lithium_brine"]
    assert page.evaluate("document.activeElement.className") == "swipe-line"
    assert page.locator(".tool-swipe").get_attribute("aria-pressed") == "true"
    page.locator(".swipe-end").click()
    assert page.locator(".swipe-line").is_hidden()
    assert page.locator(".swipe-bar").is_hidden()
    assert "swipe=" not in link(page)
    assert page.evaluate("document.activeElement.classList.contains('tool-swipe')")


def test_the_divider_is_a_slider_that_keys_move(map_page, payload):
    """Arrows by a fiftieth, Page Up and Down by a tenth, Home and End to the ends; told in words."""
    page = map_page.open(payload, link=OPEN)
    line = divider(page)
    assert line.get_attribute("role") == "slider"
    assert line.get_attribute("aria-valuenow") == "50"
    line.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("PageDown")
    assert line.get_attribute("aria-valuenow") == "44"
    told = line.get_attribute("aria-valuetext")
    assert told == "44 % from the left. Left: Porphyry copper: score. Right: Salars."
    assert share(page) == pytest.approx(0.44, abs=0.002)
    page.keyboard.press("Home")
    assert line.get_attribute("aria-valuenow") == line.get_attribute("aria-valuemin") == "2"
    page.keyboard.press("End")
    assert line.get_attribute("aria-valuenow") == line.get_attribute("aria-valuemax") == "98"
    assert f"swipe={SIDES},0.980" in link(page)


def test_a_drag_moves_the_divider_and_not_the_map(map_page, payload):
    """By the hand that holds it; the map stays where it is."""
    page = map_page.open(payload, link=OPEN)
    view = "map_prospector.getBounds().toBBoxString()"
    before = page.evaluate(view)
    box = divider(page).bounding_box()
    middle = (box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    start = place(page)
    page.mouse.move(*middle)
    page.mouse.down()
    page.mouse.move(middle[0] - 60, middle[1] + 40, steps=4)
    page.mouse.move(middle[0] - 130, middle[1], steps=4)
    page.mouse.up()
    assert place(page) == pytest.approx(start - 130, abs=1)
    page.mouse.move(middle[0] + 200, middle[1])
    assert place(page) == pytest.approx(start - 130, abs=1)
    assert page.evaluate(view) == before


def test_a_finger_moves_the_divider(map_page, payload):
    """On a telephone held upright."""
    page = map_page.open(payload, width=390, height=844, link=OPEN)
    start = place(page)
    box = divider(page).bounding_box()
    at = {"x": box["x"] + 11, "y": box["y"] + box["height"] / 2}
    session = page.context.new_cdp_session(page)
    for kind, points in (
        ("touchStart", [at]),
        ("touchMove", [{**at, "x": at["x"] + 30}]),
        ("touchMove", [{**at, "x": at["x"] + 70}]),
        ("touchEnd", []),
    ):
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    assert place(page) == pytest.approx(start + 70, abs=1)


def test_each_side_shows_its_own(map_page, payload):
    """The score's picture and its targets end at the divider, the salars begin there; faults lie on both."""
    page = map_page.open(payload, link=OPEN)
    edge = place(page)
    for pane in ("left-raster", "left-targets"):
        assert page.evaluate(EDGE, pane) == pytest.approx(edge, abs=1)
    assert page.locator(".leaflet-left-raster-pane img").count() == 1
    assert page.locator(".leaflet-raster-pane img").count() == 0
    width = page.locator(".folium-map").bounding_box()["width"]
    assert page.evaluate(PAINTED, ["left-targets", 0, edge])
    assert page.evaluate(PAINTED, ["right-ground", edge, width])
    shared = "getComputedStyle(document.querySelector('.leaflet-targets-pane canvas')).display"
    assert page.evaluate(shared) == "none"


def test_what_is_not_drawn_on_a_side_is_not_hit_there(map_page, payload):
    """A target of the left side is picked while the divider is east of it, and not once it is west."""
    target = payload["models"][0]["targets"][0]
    page = map_page.open(payload, link=OPEN)
    spot = page.evaluate(
        "([lon, lat]) => { const { x, y } = map_prospector.latLngToContainerPoint([lat, lon]);"
        " const { left, top } = document.querySelector('.folium-map').getBoundingClientRect();"
        " return [left + x, top + y]; }",
        target["centre"],
    )
    divider(page).focus()
    page.keyboard.press("End")
    page.mouse.click(*spot)
    assert target["target_id"] in link(page)
    page.keyboard.press("Escape")
    divider(page).focus()
    page.keyboard.press("Home")
    page.mouse.click(*spot)
    assert "target=" not in link(page)


def test_sides_stay_while_layers_and_models_are_switched(map_page, payload):
    """A layer that a side shows stays on its side when it is switched off; the link brings all back."""
    page = map_page.open(payload, link=OPEN)
    page.locator(".tool-layers").click()
    for key in ("salars", "concessions", "faults"):
        page.locator(f"[data-layer={key}]").uncheck()
    page.keyboard.press("Escape")
    page.locator("[role=tab]").nth(1).click()
    page.locator(".languages [lang=es]").click()
    assert divider(page).get_attribute("aria-valuetext").endswith("Derecha: Salars.")
    edge = place(page)
    width = page.locator(".folium-map").bounding_box()["width"]
    assert page.evaluate(PAINTED, ["right-ground", edge, width])
    assert page.evaluate(PAINTED, ["left-targets", 0, edge])
    assert f"swipe={SIDES},0.500" in link(page)


def test_sides_are_chosen_and_exchanged(map_page, payload):
    """From lists by deposit model; the legend names both, an evidence with its colours."""
    page = map_page.open(payload, link=OPEN)
    left, right = page.locator(".swipe-bar select").all()
    groups = [one.get_attribute("label") for one in left.locator("optgroup").all()]
    assert groups == ["Porphyry copper", "Lithium brine", "Layers"]
    left.select_option("evidence/porphyry_copper/crust")
    assert page.locator(".legend-side h3").all_inner_texts() == [
        "Left: Porphyry copper: thickness of the crust",
        "Right: Salars",
    ]
    assert page.locator(".legend-side .ramp").count() == 1
    page.locator(".swipe-exchange").click()
    assert (left.input_value(), right.input_value()) == (
        "layer/salars",
        "evidence/porphyry_copper/crust",
    )
    page.locator(".tool-evidence").click()
    page.locator("[data-evidence=fault]").click()
    assert right.input_value() == "evidence/porphyry_copper/fault"


def test_escape_ends_it_once_nothing_else_is_open(map_page, payload):
    """From the divider at once; elsewhere box and card close first. What lay under the targets is back."""
    page = map_page.open(payload, link=f"{OPEN}&ground=score")
    page.locator("tbody tr[data-target]").first.click()
    page.keyboard.press("Escape")
    assert page.locator(".card").is_hidden()
    assert page.locator(".swipe-line").is_visible()
    page.keyboard.press("Escape")
    assert page.locator(".swipe-line").is_hidden()
    assert page.locator(".leaflet-raster-pane img").count() == 1
    assert page.locator(".leaflet-left-raster-pane img").count() == 0
    page.locator(".tool-swipe").click()
    page.locator(".tool-layers").click()
    divider(page).focus()
    page.keyboard.press("Escape")
    assert page.locator(".swipe-line").is_hidden()
    assert page.locator(".flyout-layers").is_visible()


def test_a_link_of_what_the_file_does_not_hold_says_so(map_page, payload):
    """Both sides, or none."""
    page = map_page.open(payload, link="#language=en&swipe=score/gold,layer/salars,0.5")
    assert page.locator(".swipe-line").is_hidden()
    assert "score/gold" in page.locator(".length").inner_text()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_bar_and_divider_have_room_at_every_size(map_page, atacama_payload, size, language):
    """Nothing covers anything, with a card and with boxes; the divider begins within the region."""
    width, height = size
    page = map_page.open(atacama_payload, width=width, height=height, link=f"#language={language}")
    page.locator(".tool-swipe").click()
    next_frame(page)
    assert_in_order(page, "swipe")
    assert page.evaluate(HELD)
    for select in page.locator(".swipe-bar select").all():
        assert select.bounding_box()["width"] >= 90
    west, _, east, _ = atacama_payload["bounds"]
    at = page.evaluate("(px) => map_prospector.containerPointToLatLng([px, 0]).lng", place(page))
    assert west < at < east
    bar = page.locator(".swipe-bar").bounding_box()
    assert bar["x"] >= 0
    assert bar["x"] + bar["width"] <= width
    for tool in ("layers", "evidence", "areas", "past"):
        page.locator(f".tool-{tool}").click()
        assert overlapping(page) == []
        page.locator(f".tool-{tool}").press("Escape")
    assert page.locator(".swipe-line").is_visible()


def test_paper_holds_both_sides_at_the_same_meridian(map_page, payload):
    """The divider stands on the same ground; the legend names the sides; afterwards all is as it was."""
    page = map_page.open(payload, link=OPEN)
    meridian = "(px) => map_prospector.containerPointToLatLng([px, 0]).lng"
    before, start = page.evaluate(meridian, place(page)), place(page)
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(meridian, place(page)) == pytest.approx(before, abs=0.02)
    assert "Left: Porphyry copper: score" in page.locator(".print-side").inner_text()
    assert page.locator(".swipe-bar").is_hidden()
    assert page.locator(".swipe-name").first.is_visible()
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert place(page) == pytest.approx(start, abs=1)


def png(page: Any) -> Any:
    """Save the view and read it."""
    with page.expect_download() as caught:
        page.locator(".save-png").click()
    return np.asarray(Image.open(Path(caught.value.path())).convert("RGB"), dtype=int)


def test_the_picture_ends_each_side_at_the_divider(map_page, payload):
    """West of it the score is laid over the relief, east of it all is as without; no target passes."""
    payload["layers"] = payload["layers"][:1]
    nothing = "#language=en&score=1"
    sides = "&swipe=score/porphyry_copper,layer/relief,0.5"
    pictures = []
    for swipe in (sides, ""):
        page = map_page.open(payload, link=nothing + swipe)
        page.evaluate("void map_prospector.setView([-23.5, -69], 7, { animate: false })")
        pictures.append(png(page))
    swiped, bare = pictures
    assert swiped.shape == bare.shape
    change = np.abs(swiped - bare)[220:-200].max(axis=(0, 2))
    middle = len(change) // 2
    assert change[middle - 300 : middle - 20].max() > 40
    assert change[middle + 20 :].max() <= 2


@pytest.mark.parametrize("size", [(1366, 768), (390, 844)], ids=str)
def test_the_swipe_has_no_serious_fault(map_page, payload, size):
    """By axe-core."""
    width, height = size
    page = map_page.open(payload, width=width, height=height, link=OPEN)
    found = Axe().run(page).response["violations"]
    assert [one["id"] for one in found if one["impact"] in {"serious", "critical"}] == []
