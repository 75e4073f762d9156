"""The first ten seconds: what is named on the map as it opens, and that no name lies on another."""

from itertools import combinations

import pytest
from hand import rows, wait_until
from plain_payload import plain_payload

SIZES = [(390, 844), (844, 390), (911, 512), (1366, 768), (1920, 1080)]


@pytest.fixture(scope="module")
def atacama_payload(atacama_screening):
    """The shipped region's payload."""
    return plain_payload(atacama_screening)


def boxes(page, selector):
    """Return text and box of each name that is written."""
    return page.locator(selector).evaluate_all(
        "(all) => all.map((one) => [one.textContent, one.getBoundingClientRect().toJSON()])"
    )


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_first_view_names_countries_towns_and_ranks(map_page, atacama_payload, size):
    """Ranks of the best targets, at least four towns, two countries; no name touches another."""
    page = map_page.open(atacama_payload, width=size[0], height=size[1])
    ranks = [text for text, _ in boxes(page, ".name-rank")]
    assert {"1", "2"} <= set(ranks)
    assert len(ranks) >= min(6, rows(page))
    assert len(boxes(page, ".name-of-towns")) >= 4
    assert len(boxes(page, ".name-country")) >= 2 or size[1] < 400
    assert [text for text, _ in boxes(page, ".name-sea")] == ["Pacific", "Ocean"]
    assert len(boxes(page, ".name-region")) >= 2 or size[1] < 600 or size[0] < 400
    for (one, first), (other, second) in combinations(boxes(page, ".name"), 2):
        apart = (
            first["right"] <= second["left"] + 0.5
            or second["right"] <= first["left"] + 0.5
            or first["bottom"] <= second["top"] + 0.5
            or second["bottom"] <= first["top"] + 0.5
        )
        assert apart, (one, other)


def test_signs_of_deposits_lie_under_targets_until_they_can_be_told_apart(map_page, payload):
    """At first the target is seen and picked; close by, the deposit on it."""
    target = payload["models"][0]["targets"][2]
    payload["models"][0]["targets"] = [{**target, "rank": 1}]
    deposits = payload["layers"][-1]
    deposits["features"] = [
        {"geometry": {"type": "Point", "coordinates": target["centre"]}, "name": "Mine", "rows": []}
    ]
    page = map_page.open(payload)
    order = "(name) => Number(map_prospector.getPane(name).style.zIndex)"
    spot = "([lon, lat]) => map_prospector.latLngToContainerPoint([lat, lon])"
    for view, wanted in ((None, target["target_id"]), (10, "Mine")):
        if view:
            page.evaluate(
                "([[lon, lat], zoom]) => void map_prospector.setView([lat, lon], zoom, {animate: false})",
                [target["centre"], view],
            )
        over = page.evaluate(order, "points") > page.evaluate(order, "targets")
        assert over == bool(view)
        at = page.evaluate(spot, target["centre"])
        page.locator(".folium-map").click(position=at)
        assert page.locator(".card h2").inner_text() == wanted


def test_targets_are_outlines_where_concessions_are_shown(map_page, payload):
    """The ground under a target is seen through it: its middle is painted before, and clear after."""
    target = payload["models"][0]["targets"][2]
    payload["models"][0]["targets"] = [{**target, "rank": 1}]
    next(one for one in payload["layers"] if one["key"] == "concessions")["visible"] = False
    longitude, latitude = target["centre"]
    page = map_page.open(payload, link=f"#view={latitude}/{longitude}/10")
    middle = """() => {
      const canvas = document.querySelector('.leaflet-targets-pane canvas');
      const box = canvas.getBoundingClientRect();
      const map = document.querySelector('.folium-map').getBoundingClientRect();
      const [x, y] = [map.left + map.width / 2 - box.left, map.top + map.height / 2 - box.top];
      const pixel = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d');
      pixel.drawImage(canvas, -Math.round(x), -Math.round(y));
      return pixel.getImageData(0, 0, 1, 1).data[3];
    }"""
    assert page.evaluate(middle) > 0
    page.locator(".tool-layers").click()
    page.locator("[data-layer=concessions]").check()
    wait_until(page, f"() => ({middle})() === 0")


def test_tenure_has_colours_of_its_own_and_unknown_is_hatched(map_page, payload):
    """Classes in their own words and order; no class of the ranking has one of these colours."""
    concessions = next(one for one in payload["layers"] if one["key"] == "concessions")
    concessions["groupings"] = ["tenure class"]
    for number, feature in enumerate(concessions["features"]):
        name = ("held", "applied_for", "unknown")[number % 3]
        feature["rows"] = [["tenure class", name]]
    page = map_page.open(payload, link="#colour=concessions:tenure class")
    legend = page.locator(".legend-key")
    words = legend.inner_text()
    assert words.index("unknown") < words.index("held") < words.index("applied for")
    assert "applied_for" not in words
    assert legend.locator(".share-unknown").count() == 1
    colours = "all => all.map((one) => getComputedStyle(one).backgroundColor)"
    drawn = legend.locator(".key-group").evaluate_all(colours)
    assert "color(srgb 0.523333 0.482549 0.622745)" in drawn  # held, as it lies over the map
    assert not set(drawn) & set(legend.locator(".class-colour").evaluate_all(colours))


def test_a_target_is_called_by_its_place_first(map_page, atacama_payload):
    """In list and card the place is the heading, the id small beneath it."""
    page = map_page.open(atacama_payload)
    new = next(one for one in atacama_payload["models"][0]["targets"] if not one["known_deposits"])
    row = page.locator(f'tr[data-target="{new["target_id"]}"]')
    heading = row.locator(".where").evaluate("where => where.firstChild.textContent")
    assert new["place"] in heading
    assert new["target_id"] not in heading
    row.click()
    assert page.locator(".card h2").inner_text() == heading
    assert new["target_id"] in page.locator(".card .small").first.inner_text()


def test_no_name_or_degree_lies_under_what_is_over_the_map(map_page, atacama_payload):
    """With everything drawn, in view of the whole region and near by; nor does a name leave the view."""
    page = map_page.open(atacama_payload, width=1366, height=768)
    page.locator(".tool-layers").click()
    for switch in page.locator("[data-layer]").all():
        switch.check()
    page.locator(".tool-layers").click()
    for zoom in (0, 2):
        if zoom:
            page.evaluate(
                "void map_prospector.setZoom(map_prospector.getZoom() + 2, {animate: false})"
            )
        over = [
            box
            for part in (".legend", ".tools .group", ".north", ".map-foot .leaflet-control-scale")
            for _, box in boxes(page, part)
        ]
        view = page.locator(".folium-map").bounding_box()
        for text, name in boxes(page, ".name"):
            assert name["left"] >= view["x"] - 1, text
            assert name["right"] <= view["x"] + view["width"] + 1, text
        for text, name in [*boxes(page, ".name"), *boxes(page, ".degree")]:
            for box in over:
                apart = (
                    name["right"] <= box["left"] + 1
                    or box["right"] <= name["left"] + 1
                    or name["bottom"] <= box["top"] + 1
                    or box["bottom"] <= name["top"] + 1
                )
                assert apart, (zoom, text)


NEAREST_COUNTRY = """(country) => {
  const name = [...document.querySelectorAll('.name-country')].find((one) => one.textContent === country);
  const { x, y, width, height } = name.getBoundingClientRect();
  const map = map_prospector.getContainer().getBoundingClientRect();
  const { lat, lng } = map_prospector.containerPointToLatLng([x + width / 2 - map.x, y + height / 2 - map.y]);
  return [lng, lat];
}"""


def test_a_country_is_named_on_its_own_side_of_the_border(map_page, payload):
    """Where a box covers its middle, its name does not go over the border."""
    towns = next(one for one in payload["layers"] if one["key"] == "towns")
    places = {"West": (-70.0, -24.0), "East": (-69.85, -24.0)}
    for country, (east, north) in places.items():
        place = {"type": "Point", "coordinates": [east, north]}
        rows_ = [["country", country]]
        towns["features"].append({**towns["features"][0], "rows": rows_, "geometry": place})
    payload["layers"] = [one for one in payload["layers"] if one["key"] in ("relief", "towns")]
    page = map_page.open(payload)
    page.evaluate("void map_prospector.setView([-24, -69.9], 7, {animate: false})")
    assert page.locator(".name-country").count() == 2
    for country, (east, _) in places.items():
        longitude, _ = page.evaluate(NEAREST_COUNTRY, country)
        other = next(one for name, (one, _) in places.items() if name != country)
        assert abs(longitude - east) < abs(longitude - other)


def test_a_name_stands_on_no_sign_where_another_side_of_its_place_is_free(map_page, payload):
    """A deposit close by at the right: the town's name goes to the left."""
    towns = next(one for one in payload["layers"] if one["key"] == "towns")
    deposits = payload["layers"][-1]
    calama = towns["features"][0]
    longitude, latitude = calama["geometry"]["coordinates"]
    towns["features"] = [calama]
    beside = {"type": "Point", "coordinates": [longitude + 0.25, latitude]}
    deposits["features"] = [{"geometry": beside, "name": "Mine", "rows": []}]
    payload["models"][0]["targets"] = payload["models"][0]["targets"][:1]
    page = map_page.open(payload)
    [(_, name)] = [one for one in boxes(page, ".name-of-towns") if one[0] == calama["name"]]
    town = page.evaluate(
        "([lon, lat]) => map_prospector.latLngToContainerPoint([lat, lon]).x"
        " + document.querySelector('.folium-map').getBoundingClientRect().left",
        [longitude, latitude],
    )
    assert name["right"] < town


def test_a_sea_is_named_once_in_the_readers_language(map_page, payload):
    """At the first of its places that has room; a map without such a name has none."""
    payload["seas"] = [
        {"name": "Pacific Ocean", "longitude": -120.0, "latitude": 40.0},
        {"name": "Pacific Ocean", "longitude": -70.7, "latitude": -21.2},
        {"name": "Pacific Ocean", "longitude": -70.7, "latitude": -22.6},
    ]
    payload["translations"] = {"es": {"Pacific Ocean": "Océano Pacífico"}}
    page = map_page.open(payload)
    assert [text for text, _ in boxes(page, ".name-sea")] == ["Pacific", "Ocean"]
    page.locator(".languages [lang=es]").click()
    assert [text for text, _ in boxes(page, ".name-sea")] == ["Océano", "Pacífico"]
    del payload["seas"]
    assert boxes(map_page.open(payload), ".name-sea") == []
