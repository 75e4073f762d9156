"""Every control of the page is operated, and does what it says."""

from __future__ import annotations

import math
from typing import Any

import pytest
from hand import link as link_of
from hand import rows, set_slider, wait_until
from plain_payload import plain_payload

from prospector.map.map_layers import HATCHES

ROW = "tbody tr[data-target]"


def open_what_if(page: Any) -> None:
    """Unfold the sliders."""
    page.locator(".what-if > summary").click()


def first_rows(page: Any, count: int) -> list[str]:
    """Return the ids of the first targets in the list."""
    return [page.locator(ROW).nth(n).get_attribute("data-target") for n in range(count)]


def log_odds(share: float) -> float:
    """Return the log-odds, none beyond one in a million."""
    inside = min(1 - 1e-6, max(1e-6, share))
    return math.log(inside / (1 - inside))


def test_weights_score_again_by_scaled_contributions(map_page, payload):
    """Order and score are those of log-odds + (weight - 1) x contribution, worked out here."""
    page = map_page.open(payload)
    open_what_if(page)
    set_slider(page, "weight-crossings", 2)
    targets = payload["models"][0]["targets"]
    odds = {one["target_id"]: log_odds(one["score"]) + one["parts"][2] for one in targets}
    wanted = sorted(odds, key=lambda name: (-odds[name], name))
    assert first_rows(page, 8) == wanted[:8]
    page.locator(ROW).first.click()
    score = 1 / (1 + math.exp(-odds[wanted[0]]))
    assert f"{score:.3f}" in page.locator(".card .figures").inner_text()


def test_a_view_under_other_weights_is_marked_and_led_back(map_page, payload):
    """The mark is in sight, rows say how they moved, files are named; fitted values bring the run back."""
    page = map_page.open(payload)
    before = first_rows(page, 5)
    assert page.locator(".not-the-run").is_hidden()
    open_what_if(page)
    set_slider(page, "weight-crossings", 0)
    assert "not the run's" in page.locator(".not-the-run").inner_text()
    assert page.locator(".moved.rises").count() > 0
    assert "how ranks move" in page.locator(".legend").inner_text()
    assert "weights=crossings:0" in link_of(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="CSV", exact=True).click()
    assert waiting.value.suggested_filename.endswith("_what_if.csv")
    page.locator(".not-the-run .fitted").click()
    assert first_rows(page, 5) == before
    assert page.locator(".not-the-run").is_hidden()
    assert "weights" not in link_of(page)


def test_an_overlay_without_an_evidence_is_scored_by_the_others(map_page, payload):
    """Three of four memberships are joined by the gamma operator of the model."""
    model = payload["models"][1]
    page = map_page.open(payload, link="#model=lithium_brine&weights=fault:0")

    def gamma(members: list[float]) -> float:
        product = math.prod(members)
        return (1 - math.prod(1 - one for one in members)) ** 0.8 * product**0.2

    for target in model["targets"]:
        target["member"] = [part + 0.5 for part in target["parts"]]
    odds = {
        one["target_id"]: log_odds(one["score"])
        + log_odds(gamma(one["member"][1:]))
        - log_odds(gamma(one["member"]))
        for one in model["targets"]
    }
    wanted = sorted(odds, key=lambda name: (-odds[name], name))
    assert first_rows(page, len(wanted)) == wanted


def test_holder_area_and_replicas_filter(map_page, payload):
    """Each of the rarer filters leaves as many rows as counting the payload does."""
    payload["models"][0]["targets"][3]["holders"] = "Rara S.A.; private holder"
    page = map_page.open(payload)
    targets = payload["models"][0]["targets"]
    page.locator(".more > summary").click()
    page.locator("#holder").fill("rara")
    assert rows(page) == 1
    page.locator("#holder").fill("")
    page.locator("#area-from").fill("50")
    page.locator("#area-to").fill("100")
    assert rows(page) == sum(50 <= one["area_km2"] <= 100 for one in targets)
    page.locator("#area-from").fill("")
    page.locator("#area-to").fill("")
    set_slider(page, "top", 0.9)
    assert rows(page) == sum(one["top_tenth_share"] >= 0.9 for one in targets)


def test_a_link_restores_all_of_it(map_page, payload):
    """Filters, weights, ground, hatching, order and language: a second reader sees the same."""
    link = (
        "#model=porphyry_copper&beside=lithium_brine&search=domeyko&score=0.2&area=20&area-to=400&top=0.2"
        "&holder=minera&new=1&weights=crust:0.5&ground=evidence/crust&outside=1&sort=-area_km2"
        "&layers=-faults,-towns&colour=concessions:Holder&base=blank&opacity=0.5/0.25&language=es"
    )
    page = map_page.open(payload, link=link)
    for part in link.removeprefix("#").split("&"):
        assert part in link_of(page), part
    seen = page.locator(".count").inner_text()
    again = map_page.open(payload, link=link_of(page))
    assert again.locator(".count").inner_text() == seen
    assert again.locator("th.col-area_km2").get_attribute("aria-sort") == "descending"
    assert again.locator("#outside").is_checked()
    assert again.locator("#new-ground").is_checked()
    assert again.locator("img.ground-raster").count() == 1
    assert not again.locator("[data-layer=faults]").is_checked()
    assert again.locator("[data-layer=salars]").is_checked()
    assert again.locator("[data-grouping=concessions]").input_value() == "Holder"
    assert again.locator("input[name=base]:checked").get_attribute("value") == ""
    assert again.locator("#target-opacity").input_value() == "0.5"
    assert again.locator("#ground-opacity").input_value() == "0.25"
    assert "Minera" in again.locator(".legend").inner_text()


def test_a_switch_of_a_layer_stands_in_the_link_and_back_at_first_it_does_not(map_page, payload):
    """Off, coloured, clearer, another base: each says so; all back, the link is as it was."""
    page = map_page.open(payload)
    first = link_of(page)
    page.locator(".tool-layers").click()
    page.locator("[data-layer=faults]").uncheck()
    page.locator("[data-grouping=concessions]").select_option("State")
    set_slider(page, "target-opacity", 0.4)
    page.locator("input[name=base][value='']").check()
    for part in ("layers=-faults", "colour=concessions:State", "opacity=0.4/0.7", "base=blank"):
        assert part in link_of(page)
    page.locator("[data-layer=faults]").check()
    page.locator("[data-grouping=concessions]").select_option("")
    set_slider(page, "target-opacity", 1)
    page.locator("input[name=base][value='relief']").check()
    assert link_of(page).partition("&")[2] == first.partition("&")[2]


def test_evidence_is_laid_under_the_targets_from_its_picture(map_page, payload):
    """A press lays it, with its colours in the legend; a second press takes it away."""
    page = map_page.open(payload)
    page.locator(".tool-evidence").click()
    picture = page.locator('[data-evidence="crust"]')
    picture.click()
    assert page.locator("img.ground-raster").count() == 1
    assert "thickness of the crust" in page.locator(".legend").inner_text()
    assert picture.get_attribute("aria-pressed") == "true"
    picture.click()
    assert page.locator("img.ground-raster").count() == 0


def test_two_models_together_show_where_both_are_high(map_page, payload, picture_of):
    """Of two pictures, left half high and top half high, the top left quarter is high in both."""

    def colour(code: str) -> tuple[int, ...]:
        return (*(int(code[at : at + 2], 16) for at in (1, 3, 5)), 200)

    colours = payload["models"][0]["colours"]
    low, high = colour(colours[0]), colour(colours[4])
    left = picture_of(8, 8, lambda across, down: high if across < 0.5 else low)
    top = picture_of(8, 8, lambda across, down: high if down < 0.5 else low)
    for model, png in zip(payload["models"], (left, top), strict=True):
        model["class_by"], model["breaks"] = "percentile", [0, 75, 90, 97, 99, 100]
        model["overlay"] = {"png": png, "bounds": [[-28, -71], [-19.5, -66.25]]}
    page = map_page.open(payload)
    page.locator(".tool-layers").click()
    page.get_by_label("Together with").check()
    page.locator("#together-least").select_option("97")
    page.wait_for_selector("img.ground-raster")
    colours = page.evaluate(
        """async () => {
          const image = document.querySelector("img.ground-raster");
          await image.decode();
          const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
          const context = canvas.getContext("2d", { willReadFrequently: true });
          context.drawImage(image, 0, 0);
          return [[1, 1], [1, 6], [6, 1], [6, 6]].map(([right, down]) =>
            Array.from(context.getImageData(right, down, 1, 1).data));
        }"""
    )
    both, first, second, neither = colours
    assert both == [0x11, 0x11, 0x11, 255]
    assert first == [0x56, 0xB4, 0xE9, 255]
    assert second == [0xE6, 0x9F, 0x00, 255]
    assert neither[3] == 0
    assert "ground=together/lithium_brine/97" in link_of(page)


def test_features_are_told_apart_by_what_their_cards_say(map_page, payload):
    """Concessions by state count 700 in all; deposits by year stand in classes of years."""
    page = map_page.open(payload)
    page.locator(".tool-layers").click()
    page.locator('[data-grouping="concessions"]').select_option("State")
    page.locator('[data-grouping="deposits"]').select_option("Discovered")
    legend = page.locator(".legend").inner_text()
    for state in ("granted", "in process", "vacant"):
        assert state in legend
    assert "1900 \u2013 1918" in legend
    page.locator('[data-grouping="concessions"]').select_option("Holder")
    assert "4 others" in page.locator(".legend").inner_text()


def test_hatching_is_switched_and_said(map_page, payload):
    """The ground outside the area of applicability is painted, and the legend says what it is."""
    page = map_page.open(payload)
    page.locator(".tool-layers").click()
    page.locator("#outside").check()
    assert "outside the area of applicability" in page.locator(".legend").inner_text()
    wait_until(
        page,
        """() => { const canvas = document.querySelector(".leaflet-outside-pane canvas");
          const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
          return data.some((value) => value > 0); }""",
    )
    page.locator('[data-model="lithium_brine"]').click()
    assert page.locator("#outside").is_disabled()


def test_a_way_is_measured(map_page, payload):
    """Two clicks a degree of latitude apart are 111 km; Escape ends."""
    page = map_page.open(payload, link="#view=-24/-69/8")
    page.locator(".tool-measure").click()
    for latitude in (-23.5, -24.5):
        spot = page.evaluate("at => map_prospector.latLngToContainerPoint(at)", [latitude, -69.0])
        page.locator(".folium-map").click(position={"x": spot["x"], "y": spot["y"]})
    assert page.locator(".length").inner_text().startswith(("111", "110.9"))
    page.keyboard.press("Escape")
    assert page.locator(".length").is_hidden()


def test_waypoints_are_saved(map_page, payload):
    """A GPX file holds a waypoint a listed target; text is escaped."""
    payload["models"][0]["targets"][0]["name"] = "<b>&"
    page = map_page.open(payload)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="GPX", exact=True).click()
    text = waiting.value.path().read_text("utf-8")
    assert text.count("<wpt ") == rows(page)
    assert "&lt;b&gt;&amp;" in text


def zoom_after(page: Any, button: str) -> float:
    """Press a button and return the zoom where the map comes to rest."""
    page.evaluate(
        "() => { window.rest = new Promise((done) => map_prospector.once('moveend', done)); }"
    )
    page.get_by_role("button", name=button).click()
    return page.evaluate("() => window.rest.then(() => map_prospector.getZoom())")


def test_the_zoom_and_home_buttons_move_the_map(map_page, payload):
    """In, out, and back to the whole region."""
    page = map_page.open(payload)
    start = page.evaluate("() => map_prospector.getZoom()")
    assert zoom_after(page, "Zoom in") == start + 1
    assert zoom_after(page, "Whole region") == start
    assert zoom_after(page, "Zoom out") == start - 1


def test_the_device_is_asked_where_it_is_only_by_its_button(map_page, payload):
    """A place that is told is shown; without permission the page says so."""
    page = map_page.open(payload)
    page.locator(".tool-locate").click()
    page.wait_for_selector(".length:not([hidden])")
    assert "did not give its position" in page.locator(".length").inner_text()


def test_spanish_by_the_browser_and_by_the_switch(map_page, payload):
    """The switch changes every part and the document's language; the state stays."""
    page = map_page.open(payload)
    page.locator(ROW).nth(2).click()
    page.get_by_role("button", name="Español").click()
    assert page.evaluate("document.documentElement.lang") == "es"
    assert "Evidencia" in page.locator(".card").text_content()
    assert page.locator(f'{ROW}[aria-selected="true"]').count() == 1
    assert page.locator(".count").inner_text() == "240 blancos"
    page.get_by_role("button", name="English").click()
    assert page.locator(".count").inner_text() == "240 targets"


def test_boxes_are_worked_by_keys(map_page, payload):
    """A box takes the focus, Escape closes it and gives the focus back."""
    page = map_page.open(payload)
    page.locator(".tool-layers").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.closest('.flyout-layers') !== null")
    page.keyboard.press("Escape")
    assert page.locator(".flyout-layers").is_hidden()
    assert page.evaluate("document.activeElement.classList.contains('tool-layers')")
    page.locator('[data-model="porphyry_copper"]').focus()
    page.keyboard.press("ArrowRight")
    assert rows(page) == 9


def test_about_says_limits_skill_and_sources(map_page, payload):
    """The dialog opens from the footer too, and Escape closes it."""
    page = map_page.open(payload)
    page.get_by_text("Limits, skill and sources").first.click()
    text = page.locator("dialog.about").inner_text()
    assert "Unknown tenure is not open ground" in text
    assert "invented for tests" in text
    assert "Choices that were made" in text
    assert "Nothing stands out." in text
    page.keyboard.press("Escape")
    assert not page.locator("dialog.about").evaluate("dialog => dialog.open")


@pytest.mark.parametrize("device", [(1400, 800), (390, 844)])
def test_the_mark_of_another_view_covers_no_control(map_page, payload, device):
    """The mark, the tools and the card lie apart."""
    page = map_page.open(payload, width=device[0], height=device[1], link="#weights=crust:2")
    mark = page.locator(".not-the-run").bounding_box()
    groups = page.locator(".tools .group").all()
    assert groups
    for group in groups:
        box = group.bounding_box()
        assert box["x"] + box["width"] <= mark["x"] or box["y"] >= mark["y"] + mark["height"]


HATCHED = {"colour": "#2f6f2f", "fill": "#2f6f2f", "hatch": "/", "weight": 1.2}


def test_bound_ground_is_hatched_and_its_card_names_it(map_page, payload):
    """Lines of its colour on the ground, the same in legend and switch; a click tells role and class."""
    ring = [[-67.6, -21.4], [-66.9, -21.4], [-66.9, -20.8], [-67.6, -20.8], [-67.6, -21.4]]
    park = {
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "name": "<i>Park</i> & reserve",
        "rows": [["class", "national park"]],
    }
    payload["layers"].insert(1, {
        "key": "protected", "label": "Protected ground", "kind": "polygon", "visible": False,
        "style": HATCHED, "features": [park], "groupings": ["class"],
    })  # fmt: skip
    for model in payload["models"]:
        model["targets"] = model["targets"][:1]
    for one in payload["layers"]:
        if one["key"] in ("salars", "concessions"):
            one["visible"] = False
    page = map_page.open(payload, link="#view=-21.1/-67.25/9")
    greens = """() => {
      const canvas = document.querySelector('.leaflet-ground-pane canvas');
      const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
      let n = 0;
      for (let i = 0; i < data.length; i += 4) n += data[i + 3] > 200 && data[i + 1] > data[i] + 30 ? 1 : 0;
      return n;
    }"""
    page.locator(".tool-layers").click()
    page.locator("[data-layer=protected]").check()
    wait_until(page, f"() => ({greens})() > 500")
    backgrounds = "all => all.map((one) => getComputedStyle(one).backgroundImage).join()"
    for place in (".legend", ".flyout-layers"):
        assert "data:image/png" in page.locator(f"{place} .key-polygon").evaluate_all(backgrounds)
    page.keyboard.press("Escape")
    size = page.locator(".folium-map").bounding_box()
    page.mouse.click(size["x"] + size["width"] / 2, size["y"] + size["height"] / 2)
    card = page.locator(".card").inner_text()
    assert "<i>Park</i> & reserve" in card
    assert "national park" in card


def test_a_triangle_in_the_legend_is_filled_as_on_the_map(map_page, payload):
    """White within a dark rim, as the other signs of deposits are."""
    deposits = next(one for one in payload["layers"] if one["key"] == "deposits")
    deposits["style"] |= {"shape": "triangle", "colour": "#17202a", "fill": "#ffffff"}
    page = map_page.open(payload, link="#layers=deposits")
    inside = "(key) => getComputedStyle(key, '::after').backgroundColor"
    assert page.locator(".keys-layers .key-triangle").evaluate(inside) == "rgb(255, 255, 255)"


def test_each_role_of_bound_ground_has_its_own_key_in_the_legend(map_page, bound_screening):
    """Six roles switched on: six names and six hatches; by class, each class. Off again: none."""
    payload = plain_payload(bound_screening)
    labels = {one["key"]: one["label"] for one in payload["layers"] if one["key"] in HATCHES}
    assert set(labels) == set(HATCHES)
    page = map_page.open(payload, width=1366, height=900)
    legend = page.locator(".legend-key")
    page.locator(".tool-layers").click()
    for role in labels:
        page.locator(f"[data-layer={role}]").check()
    keys = legend.locator(".keys-layers li").evaluate_all(
        "(all) => all.map((key) => [key.textContent, getComputedStyle(key.firstChild).backgroundImage])"
    )
    hatches = {text: hatch for text, hatch in keys if text in labels.values()}
    assert set(hatches) == set(labels.values())
    assert len(set(hatches.values())) == len(HATCHES)
    assert all(hatch.startswith("url(") for hatch in hatches.values())
    for role, label in labels.items():
        page.locator(f"[data-grouping={role}]").select_option("class")
        group = legend.locator(".legend-ground", has_text=label).inner_text()
        assert "strict" in group
        assert "partly" in group
        page.locator(f"[data-layer={role}]").uncheck()
    assert legend.locator(".legend-ground").count() == 0
    assert not set(labels.values()) & set(legend.locator("li").all_inner_texts())


def test_targets_are_coloured_by_how_steady_they_are(map_page, payload):
    """Legend and list say the spread in steps; the link restores it; other weights go before."""
    targets = payload["models"][0]["targets"]
    page = map_page.open(payload)
    swatches = "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    first = page.locator("tbody .swatch").evaluate_all(swatches)
    page.locator(".tool-layers").click()
    page.locator("#tint").select_option("spread")
    legend = page.locator(".legend").inner_text()
    assert "how far the percentile moves when the run is repeated" in legend
    steady = sum(one["percentile_spread"] < 1 for one in targets)
    assert f"{steady} targets" in legend
    assert page.locator("tbody .swatch").evaluate_all(swatches) != first
    assert "tint=spread" in link_of(page)
    again = map_page.open(payload, link="#tint=spread")
    assert "how far the percentile moves" in again.locator(".legend").inner_text()
    for model in payload["models"]:
        for one in model["targets"]:
            one |= {"percentile_mean": None, "percentile_spread": None, "top_tenth_share": None}
    quick = map_page.open(payload, link="#tint=spread")
    quick.locator(".tool-layers").click()
    assert quick.locator("#tint").is_hidden()
    assert "tint" not in link_of(quick)


def rock(name, west):
    """Return a strip of a rock, two degrees wide."""
    ring = [[west, -27], [west + 2, -27], [west + 2, -20], [west, -20], [west, -27]]
    return {
        "geometry": {"type": "Polygon", "coordinates": [ring]},
        "name": name,
        "rows": [["class", name], ["age", "Jurassic"]],
    }


def test_a_map_without_relief_has_a_base_of_rocks_with_their_legend(map_page, payload):
    """A sheet under all, geology in a colour for each class, said in the legend; a link keeps others."""
    ground = {
        "key": "geology",
        "label": "Geology",
        "kind": "polygon",
        "style": {"colour": "#7d7466"},
        "groupings": ["class", "age"],
        "colour_by": "class",
        "features": [rock("granite", -70.8), rock("andesite", -68.8)],
    }
    payload["layers"] = [ground, *(one for one in payload["layers"] if one["kind"] != "image")]
    page = map_page.open(payload)
    legend = page.locator(".legend").inner_text()
    assert "granite" in legend
    assert "andesite" in legend
    assert page.locator(".leaflet-base-pane path, .leaflet-pane path[fill='#f6f3ea']").count() == 1
    assert "colour" not in link_of(page)
    page.locator(".tool-layers").click()
    page.locator("[data-grouping=geology]").select_option("")
    assert "colour=-geology" in link_of(page)
    again = map_page.open(payload, link="#colour=-geology")
    assert "granite" not in again.locator(".legend").inner_text()
    assert "colour=-geology" in link_of(again)


PAINTED = """() => {
  const canvas = document.querySelector('.leaflet-areas-pane canvas');
  const copy = document.createElement('canvas');
  Object.assign(copy, { width: canvas.width, height: canvas.height });
  const context = copy.getContext('2d', { willReadFrequently: true });
  context.drawImage(canvas, 0, 0);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  let painted = 0;
  for (let at = 3; at < data.length; at += 4) painted += data[at] > 0;
  return painted;
}"""


def test_many_titles_are_painted_on_one_canvas_and_open_their_cards(map_page, payload):
    """700 titles: none while they are off; a click finds the smallest; a short pan repaints none."""
    titles = next(one for one in payload["layers"] if one["key"] == "concessions")
    west, south = -66.6, -26.4
    ring = [[west, south], [west + 0.02, south], [west + 0.02, south + 0.02], [west, south]]
    titles["features"][0]["geometry"]["coordinates"] = [ring]
    payload["layers"] = [one for one in payload["layers"] if one["kind"] == "image"] + [titles]
    page = map_page.open(payload, link="#view=-26.392/-66.588/12&layers=-concessions")
    assert page.evaluate(PAINTED) == 0
    page.evaluate("() => { map_prospector.setView([-24.4, -67], 8, { animate: false }); }")
    page.locator(".tool-layers").click()
    page.locator("[data-layer=concessions]").check()
    wait_until(page, f"() => ({PAINTED})() > 10_000")
    page.locator("[data-grouping=concessions]").select_option("State")
    page.locator(".tool-layers").click()
    corner = "() => document.querySelector('.leaflet-areas-pane canvas').style.transform"
    before = page.evaluate(corner)
    page.evaluate("() => { map_prospector.panBy([40, 30], { animate: false }); }")
    assert page.evaluate(corner) == before
    page.evaluate("() => { map_prospector.setView([-26.392, -66.588], 12, { animate: false }); }")
    at = page.evaluate("map_prospector.latLngToContainerPoint([-26.394, -66.586])")
    box = page.locator(".folium-map").bounding_box()
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    assert "Mina Ejemplo 0" in page.locator("section.card").inner_text()


def test_each_model_that_is_drawn_has_a_legend_of_its_own(map_page, payload):
    """The second under its own name, with its own targets; gone with it."""
    page = map_page.open(payload)
    page.locator(".tool-legend").click()
    page.locator(".tool-layers").click()
    other = page.locator(".legend-model")
    assert other.count() == 0
    page.locator("[data-model-layer=lithium_brine]").check()
    assert "Lithium brine" in other.locator("h3").inner_text()
    counts = [int(text.split()[0]) for text in other.locator(".muted").all_inner_texts()]
    assert sum(counts) == len(payload["models"][1]["targets"])
    assert "Porphyry copper" in page.locator(".legend h2").inner_text()
    page.locator("[data-model-layer=lithium_brine]").uncheck()
    assert other.count() == 0
