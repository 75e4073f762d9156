"""The written map, opened as its reader opens it: from a file, in a browser, with no network."""

from __future__ import annotations

import csv
import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hand import link as link_of
from hand import rows, set_slider
from shapely import get_coordinates, get_parts
from shapely.geometry import shape

ROW = "tbody tr[data-target]"
HOSTILE = [
    "<img src=x onerror=\"document.title='run'\">",
    "</script><script>document.title='run'</script>",
    "{{7*7}}",
    "=cmd()",
    "\"quoted\" & 'ñandú'",
]


def test_page_is_ready_and_replaces_the_static_table(map_page, payload):
    """The fixture then asserts: no request but the file's own, no complaint on the console."""
    page = map_page.open(payload)
    assert page.locator("#without-script").count() == 0
    assert rows(page) == 240
    assert page.locator("h1").inner_text() == "Atacama"


def test_static_table_stands_where_no_script_runs(map_page, payload):
    """A telephone's preview shows the first 20 targets of each model and the sentence on codes."""
    page = map_page.open(payload, script=False)
    assert page.locator("#without-script table").first.locator("tr").count() == 21
    assert "Not a mineral resource" in page.locator("#without-script").inner_text()


def test_policy_lets_nothing_be_loaded(map_page, payload):
    """A request made on purpose is refused by the page's own policy."""
    page = map_page.open(payload)
    refused = page.evaluate("fetch('http://127.0.0.1:9/').then(() => 'sent', () => 'refused')")
    assert refused == "refused"
    assert any("Content Security Policy" in text for text in map_page.complaints)
    map_page.complaints.clear()
    map_page.requests = [url for url in map_page.requests if "127.0.0.1:9" not in url]


def test_click_on_a_row_selects_its_target(map_page, payload):
    """Row, card, and link say the same target."""
    page = map_page.open(payload)
    target = payload["models"][0]["targets"][2]
    page.locator(ROW).nth(2).click()
    assert page.locator(".card h2").inner_text() == target["target_id"]
    assert page.locator(f'{ROW}[aria-selected="true"]').count() == 1
    assert f"target={target['target_id']}" in link_of(page)


def test_click_on_a_polygon_selects_its_row(map_page, payload):
    """The place of a target on the screen leads to its row; a lone target is not ambiguous."""
    payload["models"][0]["targets"] = payload["models"][0]["targets"][2:3]
    payload["layers"] = [layer for layer in payload["layers"] if layer["kind"] != "point"]
    page = map_page.open(payload)
    target = payload["models"][0]["targets"][0]
    spot = page.evaluate(
        "([lon, lat]) => map_prospector.latLngToContainerPoint([lat, lon])", target["centre"]
    )
    page.locator(".folium-map").click(position={"x": spot["x"], "y": spot["y"]})
    assert page.locator(".card h2").inner_text() == target["target_id"]
    assert page.locator(f'{ROW}[aria-selected="true"]').count() == 1


def test_the_card_tells_ground_where_work_is_bound_to_conditions(map_page, payload):
    """Role and share; a target without any has no such row."""
    first, second = payload["models"][0]["targets"][:2]
    first["flags"] = [("protected", 0.08), ("indigenous", 0.125), ("border_zone", 1)]
    page = map_page.open(payload)
    page.locator(f'tr[data-target="{first["target_id"]}"]').click()
    card = page.locator(".card").inner_text()
    assert "indigenous territory" in card
    assert "13 %" in card
    assert "border zone" in card
    page.locator(f'tr[data-target="{second["target_id"]}"]').click()
    assert "indigenous territory" not in page.locator(".card").inner_text()


def test_click_on_a_deposit_opens_its_card(map_page, payload):
    """Close by, deposits lie above targets."""
    page = map_page.open(payload, link="#view=-22.82/-69.26/10")
    spot = page.evaluate("() => map_prospector.latLngToContainerPoint([-22.82, -69.26])")
    page.locator(".folium-map").click(position={"x": spot["x"], "y": spot["y"]})
    assert page.locator(".card h2").inner_text() == "Spence"


def test_list_is_worked_by_keys(map_page, payload):
    """Arrows move, Enter selects, Escape closes."""
    page = map_page.open(payload)
    page.locator(ROW).first.focus()
    for _ in range(30):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = payload["models"][0]["targets"][30]["target_id"]
    assert page.locator(".card h2").inner_text() == chosen
    page.keyboard.press("Escape")
    assert page.locator(".card").is_hidden()


def test_filters_keep_what_they_say(map_page, payload):
    """Each filter leaves as many rows as counting the payload does."""
    page = map_page.open(payload)
    targets = payload["models"][0]["targets"]
    page.locator("#new-ground").check()
    assert rows(page) == sum(one["known_deposits"] == 0 for one in targets) == 235
    page.locator("#new-ground").uncheck()
    set_slider(page, "score", 0.8)
    assert rows(page) == sum(one["score"] >= 0.8 for one in targets)
    set_slider(page, "open", 0.05)
    wanted = [one for one in targets if one["score"] >= 0.8 and one["tenure"]["vacant"] >= 0.05]
    assert rows(page) == len(wanted)
    page.get_by_text("Clear filters").click()
    page.locator("#search").fill(targets[5]["target_id"])
    assert rows(page) == 1


def test_heads_sort(map_page, payload):
    """A first click on "Sure" lists the steadiest first, a second the least steady."""
    page = map_page.open(payload)
    key = "percentile_spread"
    spreads = sorted(one[key] for one in payload["models"][0]["targets"])
    for wanted, order in ((spreads[0], "ascending"), (spreads[-1], "descending")):
        page.locator(f".col-{key} button").click()
        first = page.locator(ROW).first.get_attribute("data-target")
        found = {one["target_id"]: one[key] for one in payload["models"][0]["targets"]}
        assert found[first] == wanted
        assert page.locator(f"th.col-{key}").get_attribute("aria-sort") == order


def test_model_switch_lists_the_other_model(map_page, payload):
    """A model without demonstrated skill says so in the panel."""
    page = map_page.open(payload)
    assert page.locator(".skill.doubtful").count() == 0
    page.locator('[data-model="lithium_brine"]').click()
    assert rows(page) == 9
    assert "No demonstrated skill" in page.locator(".skill.doubtful").inner_text()
    assert "model=lithium_brine" in link_of(page)


def test_layers_are_switched(map_page, payload):
    """A layer that is off is out of the legend; both models can be drawn; blank base has no image."""
    page = map_page.open(payload)
    page.locator(".tool-layers").click()
    page.locator('[data-layer="faults"]').uncheck()
    assert "Fault systems" not in page.locator(".legend-key").inner_text()
    page.locator('[data-model-layer="lithium_brine"]').check()
    page.get_by_label("Score of the listed model").check()
    assert page.locator("img.ground-raster").count() == 1
    set_slider(page, "ground-opacity", 0.3)
    assert page.locator("img.ground-raster").evaluate("image => image.style.opacity") == "0.3"
    set_slider(page, "target-opacity", 0.5)
    page.locator('input[name="base"][value=""]').check()
    assert page.locator(".leaflet-base-pane img").count() == 0


def test_link_restores_view_filters_and_target(map_page, payload):
    """What the address says is what a second reader sees."""
    target = payload["models"][0]["targets"][7]["target_id"]
    link = f"#view=-24.0000/-69.0000/9.00&model=porphyry_copper&target={target}&score=0.5&new=1"
    page = map_page.open(payload, link=link)
    assert page.locator(".card h2").inner_text() == target
    assert page.locator("#new-ground").is_checked()
    centre = page.evaluate("() => [map_prospector.getCenter().lat, map_prospector.getZoom()]")
    assert centre == pytest.approx([-24.0, 9.0], abs=0.003)  # a pixel at this zoom


def saved(page: Any, word: str) -> str:
    """Return the text of a file the page hands over."""
    with page.expect_download() as waiting:
        page.get_by_role("button", name=word, exact=True).click()
    return Path(waiting.value.path()).read_bytes().decode("utf-8")


def test_downloads_hold_the_listed_targets(map_page, payload):
    """CSV and GeoJSON carry the rows in the list, and a formula stays text."""
    payload["models"][0]["targets"][0]["holders"] = "=cmd()"
    page = map_page.open(payload)
    set_slider(page, "score", 0.9)
    table = list(csv.DictReader(io.StringIO(saved(page, "CSV").removeprefix("\ufeff"))))
    assert len(table) == rows(page)
    assert table[0]["holders"] == "'=cmd()"
    assert (
        float(table[0]["unknown_share"]) == payload["models"][0]["targets"][0]["tenure"]["unknown"]
    )
    features = json.loads(saved(page, "GeoJSON"))["features"]
    assert features[0]["geometry"]["type"] == payload["models"][0]["targets"][0]["geometry"]["type"]
    assert features[0]["properties"]["longitude"] == pytest.approx(
        payload["models"][0]["targets"][0]["centre"][0]
    )


@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_stay_text(map_page, payload, hostile):
    """A name from outside is shown as it is written, on every surface, and runs nothing."""
    payload["title"] = payload["subtitle"] = hostile
    payload["layers"][-1]["features"][0]["name"] = hostile
    payload["layers"][-1]["features"][0]["rows"] = [[hostile, hostile]]
    payload["sources"][0]["citation"] = hostile
    target = payload["models"][0]["targets"][0]
    target["known_names"] = target["nearest_deposit"] = target["holders"] = hostile
    payload["models"][0]["evidence"][0]["label"] = hostile
    payload["models"][0]["evidence"][0]["unit"] = hostile
    page = map_page.open(payload)
    page.locator(ROW).first.click()
    assert page.locator("h1").inner_text() == hostile
    for place in (".callout", ".evidence-text", ".card-body > .rows td >> nth=0"):
        assert hostile in page.locator(place).first.inner_text()
    page.evaluate("() => void map_prospector.setView([-22.29, -68.9], 10, { animate: false })")
    assert hostile in page.locator(".name").all_inner_texts()
    page.locator(".tool-about").click()
    assert hostile in page.locator(".sources").inner_text()
    assert page.locator("img[src=x]").count() == 0
    assert page.title() != "run"


def test_phone_starts_with_the_list_folded(map_page, payload):
    """At 390 px the map is free: list folded, no legend, no card; nothing is wider than the screen."""
    page = map_page.open(payload, width=390, height=844)
    assert page.locator(".list").is_hidden()
    assert page.locator(".legend").is_hidden()
    assert page.locator(".card").is_hidden()
    assert page.evaluate("() => document.documentElement.scrollWidth") == 390


def test_phone_list_opens_and_a_row_opens_a_folded_card(map_page, payload):
    """A sheet covers the map only when it is asked to; a chosen row folds the list away."""
    page = map_page.open(payload, width=390, height=844)
    page.locator(".fold").click()
    page.locator(ROW).nth(1).click()
    assert page.locator(".list").is_hidden()
    assert page.locator(".card-body").is_hidden()
    page.locator(".unfold").click()
    assert page.locator(".card-body").is_visible()
    page.get_by_role("button", name="Close", exact=True).first.click()
    assert page.locator(".fold").is_visible()
    assert page.locator(".list").is_hidden()


@pytest.mark.parametrize("size", [(390, 844), (900, 640), (1100, 640), (1400, 800), (1920, 1080)])
def test_nothing_covers_anything_else(map_page, payload, size):
    """With a card open, no two of the boxes over the map overlap."""
    page = map_page.open(payload, width=size[0], height=size[1])
    if page.locator(".fold").is_visible():
        page.locator(".fold").click()
    page.locator(ROW).nth(3).click()
    names = (".tools .group >> nth=0", ".tools .group >> nth=1", ".legend", ".card", ".panel",
             ".leaflet-control-scale")  # fmt: skip
    shown = [page.locator(name) for name in names]
    boxes = [box for one in shown if one.is_visible() and (box := one.bounding_box())]
    for index, one in enumerate(boxes):
        for other in boxes[index + 1 :]:
            apart_across = (
                one["x"] + one["width"] <= other["x"] + 1
                or other["x"] + other["width"] <= one["x"] + 1
            )
            apart_down = (
                one["y"] + one["height"] <= other["y"] + 1
                or other["y"] + other["height"] <= one["y"] + 1
            )
            assert apart_across or apart_down, (one, other)


def test_the_legend_is_the_list_of_layers(map_page, payload):
    """One box: the key of what is drawn; opened, every layer with its switch; or folded away."""
    page = map_page.open(payload)
    legend = page.locator(".legend")
    assert "Fault systems" in legend.inner_text()
    assert legend.locator("[data-layer]").first.is_hidden()
    page.locator(".tool-layers").click()
    assert legend.locator('[data-layer="faults"]').is_visible()
    assert legend.inner_text().count("Fault systems") == 1
    legend.get_by_role("button", name="Close layers").click()
    assert legend.locator("[data-layer]").first.is_hidden()
    legend.get_by_role("button", name="Hide the legend").click()
    assert legend.is_hidden()
    page.locator(".tool-legend").click()
    assert legend.is_visible()


def ring(*, longitude: float, latitude: float, radius: float) -> list[list[float]]:
    """Return a closed ring whose coordinates fall between the steps they are counted in."""
    angles = [math.tau * step / 17 for step in range(17)]
    places = [
        [longitude + radius * math.cos(one), latitude + radius * math.sin(one)] for one in angles
    ]
    return [*places, places[0]]


def test_packed_geometry_comes_back_within_half_a_step(map_page, payload):
    """Holes and several parts survive; no coordinate is off by more than half of 2e-5 degrees."""
    outer, hole = (ring(longitude=-69, latitude=-23, radius=size) for size in (0.2, 0.1))
    other = ring(longitude=-68.123456, latitude=-24.654321, radius=0.0512345)
    shapes = [[[outer, hole], [other]], [[outer, hole]], [[other]]]
    for target, parts in zip(payload["models"][0]["targets"], shapes, strict=False):
        single = len(parts) == 1
        target["geometry"] = {
            "type": "Polygon" if single else "MultiPolygon",
            "coordinates": parts[0] if single else parts,
        }
    page = map_page.open(payload)
    features = json.loads(saved(page, "GeoJSON"))["features"]
    for feature, target in zip(features, payload["models"][0]["targets"], strict=True):
        found, written = (shape(one["geometry"]) for one in (feature, target))
        assert found.geom_type == written.geom_type
        assert [len(part.interiors) for part in get_parts(found)] == [
            len(part.interiors) for part in get_parts(written)
        ]
        away = get_coordinates(found) - get_coordinates(written)
        assert 0 < abs(away).max() <= 1e-5 * (1 + 1e-6)
