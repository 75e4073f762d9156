"""Areas, notes and measuring: drawn by pointer and keys, dropped, typed; what lies in them; what is saved."""

from __future__ import annotations

import base64
import csv
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import shapely
from plain_payload import plain_payload
from pyproj import Geod, Transformer
from rasterio.io import MemoryFile

from tests.browser.hand import wait_until

WGS84 = Geod(ellps="WGS84")
STEP_DEGREES = 0.002
MIDDLE = [(-69.2, -24.4), (-67.6, -24.4), (-67.6, -22.6), (-69.2, -22.6)]
HELD_BACK = 'Drop <img src=x onerror="document.title=1">'
DROP = """([name, text]) => {
  const carried = new DataTransfer();
  carried.items.add(new File([text], name));
  const event = new DragEvent('drop', { dataTransfer: carried, bubbles: true, cancelable: true });
  document.querySelector('.app').dispatchEvent(event);
}"""  # fmt: skip
PASTE = """(text) => {
  const carried = new DataTransfer();
  carried.setData('text/plain', text);
  document.body.dispatchEvent(new ClipboardEvent('paste', { clipboardData: carried, bubbles: true }));
}"""
SPOT = """([longitude, latitude]) => {
  const { x, y } = map_prospector.latLngToContainerPoint([latitude, longitude]);
  const { left, top } = document.querySelector('.folium-map').getBoundingClientRect();
  return [left + x, top + y];
}"""


STILL = """() => new Promise((done) => {
  const seen = () => map_prospector.getBounds().toBBoxString();
  const before = seen();
  setTimeout(() => done(before === seen()), 400);
})"""
"""The view stays where it is: a click on its way to a place would land beside it."""


def square_kilometres(shape: Any) -> float:
    """Of an outline whose edges are straight in degrees."""
    dense = shapely.orient_polygons(shapely.segmentize(shape, STEP_DEGREES))
    return abs(WGS84.geometry_area_perimeter(dense)[0]) / 1e6


@pytest.fixture(scope="module")
def atacama_payload(atacama_screening):
    """The shipped region's payload: 2,915 titles and four deposit models."""
    return plain_payload(atacama_screening)


def open_box(page: Any) -> None:
    """Open the box of areas and notes."""
    if page.locator(".flyout-areas").is_hidden():
        page.locator(".tool-areas").click()


def type_area(page: Any, text: str) -> None:
    """Give an area as text."""
    open_box(page)
    if page.locator("#area-text").is_hidden():
        page.locator(".areas summary").first.click()
    page.locator("#area-text").fill(text)
    page.locator(".area-take").click()


def geojson(*shapes: Any, **properties: object) -> str:
    """Shapes as a GeoJSON text."""
    features = [
        {"type": "Feature", "geometry": shapely.geometry.mapping(one), "properties": properties}
        for one in shapes
    ]
    return json.dumps({"type": "FeatureCollection", "features": features})


def click_at(page: Any, place: tuple[float, float]) -> None:
    """Click the map at a longitude and latitude, once it has made room for what was opened."""
    wait_until(page, STILL)
    page.mouse.click(*page.evaluate(SPOT, list(place)))


def saved(page: Any, name: str) -> str:
    """Press a button of the box and return the text of the file that it saves."""
    with page.expect_download() as caught:
        page.locator(f".save-{name}").click()
    return Path(caught.value.path()).read_text(encoding="utf-8-sig")


def figures(page: Any) -> str:
    """What the box says of the chosen area, once it is added up."""
    page.wait_for_selector(".area-saves .save-area", timeout=30_000)
    found: str = page.locator(".area-figures").inner_text()
    return found


def pictured(model: Any, asked: Any) -> float:
    """Square kilometres of the cells of a model's picture that have a score, by their middles."""
    overlay = model["overlay"]
    (south, west), (north, east) = overlay["bounds"]
    with MemoryFile(base64.b64decode(overlay["png"].split(",")[1])) as file, file.open() as picture:
        seen = picture.read(4) > 127
    rows, columns = seen.shape
    mercator = Transformer.from_crs("EPSG:4326", "EPSG:3857", always_xy=True)
    (left, right), (low, high) = mercator.transform([west, east], [south, north])
    across = left + (np.arange(columns) + 0.5) * (right - left) / columns
    down = high - (np.arange(rows) + 0.5) * (high - low) / rows
    longitude, latitude = mercator.transform(*np.meshgrid(across, down), direction="INVERSE")
    cell = (right - left) / columns * (high - low) / rows / 1e6 * np.cos(np.radians(latitude)) ** 2
    inside = shapely.contains_xy(asked, longitude, latitude)
    return float(cell[seen & inside].sum())


@pytest.mark.parametrize("size", [(1366, 768), (1024, 768), (390, 844)], ids=str)
def test_the_map_stands_still_under_a_quick_hand(map_page, payload, size):
    """From the whole region: the box opens, the pen begins and ends, and no place moves."""
    width, height = size
    page = map_page.open(payload, width=width, height=height)
    wait_until(page, STILL)
    seen = "map_prospector.getBounds().toBBoxString()"
    before = page.evaluate(seen)
    middle = [(-68.9, -24.0), (-68.3, -24.0), (-68.3, -23.3)]
    spots = [page.evaluate(SPOT, list(place)) for place in middle]
    page.locator(".tool-areas").click()
    page.locator(".area-draw").click()
    for spot in spots:
        page.mouse.click(*spot)
    assert page.evaluate(seen) == before
    page.locator(".pen-finish").click()
    wait_until(page, STILL)
    assert page.evaluate(seen) == before
    ring = json.loads(saved(page, "area"))["features"][0]["geometry"]["coordinates"][0]
    for place in middle:
        assert min(np.hypot(*np.subtract(corner, place)) for corner in ring) < 0.03


@pytest.mark.parametrize("ending", ["Enter", "double click", "button", "first corner"])
def test_an_area_is_drawn_by_clicks(map_page, payload, ending):
    """Undo takes the last corner away; each of four ways closes it."""
    page = map_page.open(payload)
    open_box(page)
    page.locator(".area-draw").click()
    for place in [*MIDDLE[:3], (-68.2, -21.6)]:
        click_at(page, place)
    page.locator(".pen-undo").click()
    if ending == "double click":
        page.mouse.dblclick(*page.evaluate(SPOT, list(MIDDLE[3])))
    else:
        click_at(page, MIDDLE[3])
    if ending == "Enter":
        page.keyboard.press("Enter")
    elif ending == "button":
        page.locator(".pen-finish").click()
    elif ending == "first corner":
        click_at(page, MIDDLE[0])
    figures(page)
    area = json.loads(saved(page, "area"))["features"][0]
    drawn = shapely.geometry.shape(area["geometry"])
    assert len(area["geometry"]["coordinates"][0]) == 5
    asked = shapely.Polygon(MIDDLE)
    assert drawn.symmetric_difference(asked).area < 0.03 * asked.area
    assert area["properties"]["area_km2"] == pytest.approx(square_kilometres(drawn), rel=1e-6)
    assert map_page.complaints == []
    assert [
        one for one in map_page.requests if not one.startswith(("file:", "data:", "blob:"))
    ] == []


def test_an_area_is_drawn_by_keys_alone(map_page, payload):
    """Arrows move the map under the cross, Space sets a corner, Backspace takes it away, Enter closes."""
    page = map_page.open(payload)
    page.locator(".tool-areas").focus()
    page.keyboard.press("Enter")
    page.locator(".area-draw").focus()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.classList.contains('folium-map')")
    for key in ("ArrowRight", "ArrowDown", "ArrowLeft", "ArrowUp"):
        page.keyboard.press("Space")
        page.keyboard.press(key)
        page.wait_for_timeout(300)
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    figures(page)
    area = json.loads(saved(page, "area"))["features"][0]["geometry"]
    assert len(area["coordinates"][0]) == 4


def test_escape_gives_an_area_up(map_page, payload):
    """Nothing is left of it, and a click chooses targets again."""
    page = map_page.open(payload)
    open_box(page)
    page.locator(".area-draw").click()
    click_at(page, MIDDLE[0])
    page.keyboard.press("Escape")
    assert page.locator(".length").is_hidden()
    assert page.locator(".measuring").count() == 0
    open_box(page)
    assert page.locator(".area-list li").count() == 0
    centre = payload["models"][0]["targets"][0]["centre"]
    page.keyboard.press("Escape")
    click_at(page, centre)
    assert page.locator(".card").is_visible()


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_figures_of_an_area_are_those_of_shapely(map_page, atacama_payload):
    """Targets, titles, ground by class and score: each against the payload's own outlines."""
    page = map_page.open(
        atacama_payload, width=1366, height=768, link="#model=lithium_brine&language=en"
    )
    asked = shapely.Polygon([(-69.1, -25.4), (-66.3, -26.2), (-66.3, -23.1), (-68.3, -22.8)])
    type_area(page, asked.wkt)
    words = figures(page)
    model = next(one for one in atacama_payload["models"] if one["name"] == "lithium_brine")
    met = {
        target["target_id"]: square_kilometres(asked.intersection(target["geometry"]))
        for target in model["targets"]
        if asked.intersects(target["geometry"])
    }
    area = json.loads(saved(page, "area"))["features"][0]["properties"]
    assert len(met) > 5
    assert area["targets"] == len(met)
    assert area["target_km2"] == pytest.approx(sum(met.values()), rel=1e-4)
    assert area["best_rank"] == min(
        target["rank"] for target in model["targets"] if target["target_id"] in met
    )
    assert f"{len(met)} targets" in words
    layer = next(one for one in atacama_payload["layers"] if one["key"] == "concessions")
    outlines = [one["geometry"] for one in layer["features"]]
    classes = [dict(one["rows"])["tenure class"] for one in layer["features"]]
    taken = shapely.Polygon()
    for name in ("unknown", "held", "applied_for", "vacant"):
        of_class = [one for one, other in zip(outlines, classes, strict=True) if other == name]
        ground = shapely.union_all(shapely.make_valid(of_class)).intersection(asked)
        own = ground.difference(taken)
        taken = taken.union(ground)
        if name != "unknown":
            km2 = sum(square_kilometres(one) for one in shapely.get_parts(own) if one.area > 0)
            assert area[f"{name}_ha"] == pytest.approx(100 * km2, rel=2e-3), name
    assert area["open_ha"] == 0
    parts = ("unknown", "held", "applied_for", "reserved", "vacant", "open")
    assert sum(area[f"{name}_ha"] for name in parts) == pytest.approx(
        100 * area["area_km2"], rel=1e-6
    )
    assert area["tenure_as_of"] == "2025-12-11"
    assert "Tenure as of 2025-12-11. Unknown ground is not open ground." in words
    scored = sum(value for key, value in area.items() if key.startswith("percentile_"))
    assert scored + area["without_score_km2"] == pytest.approx(area["area_km2"], rel=2e-3)
    assert scored == pytest.approx(pictured(model, asked), rel=0.02)


def test_tables_of_an_area_are_spelled_as_the_others(map_page, atacama_payload):
    """Targets have the columns and cells of the list's own file; titles those of target_concessions.csv."""
    page = map_page.open(
        atacama_payload, width=1366, height=768, link="#model=lithium_brine&language=en"
    )
    with page.expect_download() as caught:
        page.locator(".panel .downloads button").first.click()
    listed = list(csv.reader(io.StringIO(Path(caught.value.path()).read_text("utf-8-sig"))))
    type_area(page, shapely.box(-68.5, -26, -66.4, -23).wkt)
    figures(page)
    targets = list(csv.reader(io.StringIO(saved(page, "area_targets"))))
    assert targets[0] == listed[0]
    assert len(targets) > 3
    assert [row for row in listed if row in targets] == targets
    titles = list(csv.DictReader(io.StringIO(saved(page, "area_titles"))))
    assert list(titles[0])[:5] == [
        "concession_id", "common_ha", "share_of_area", "tenure_class", "kind"
    ]  # fmt: skip
    hectares = [float(row["common_ha"]) for row in titles]
    assert hectares == sorted(hectares, reverse=True)
    assert f"{len(titles):,} titles touch it" in page.locator(".area-titles").inner_text()


def test_ground_without_a_register_is_unknown(map_page, payload):
    """Never open, and the box says so."""
    payload["layers"] = [one for one in payload["layers"] if one["key"] != "concessions"]
    page = map_page.open(payload)
    type_area(page, shapely.box(-69, -24, -68, -23).wkt)
    words = figures(page)
    assert "no register of titles: all ground is unknown" in words
    area = json.loads(saved(page, "area"))["features"][0]["properties"]
    assert area["unknown_ha"] == pytest.approx(100 * area["area_km2"], rel=1e-6)
    assert area["open_ha"] == 0
    assert area["concessions"] is None


def test_areas_are_dropped_pasted_renamed_and_removed(map_page, payload):
    """Several; the chosen one can be gone to. What a file says is text."""
    page = map_page.open(payload)
    boxes = [shapely.box(-69, -24, -68.6, -23.6), shapely.box(-68, -22, -67.5, -21.5)]
    page.evaluate(DROP, ["two.geojson", geojson(*boxes, name=HELD_BACK)])
    figures(page)
    names = page.locator(".area-list input[type=text]")
    assert [one.input_value() for one in names.all()] == [HELD_BACK] * 2
    page.evaluate(PASTE, "-24.5 -69.5\n-24.5 -69\n-24 -69")
    assert names.count() == 3
    names.nth(2).fill("Mine")
    names.nth(2).press("Enter")
    assert page.locator(".area-list li").count() == 3
    page.get_by_role("button", name="Go to Mine").click()
    assert page.evaluate("map_prospector.getBounds().contains([-24.2, -69.2])")
    assert page.evaluate("map_prospector.getZoom()") > 7
    page.get_by_role("button", name="Remove Mine").click()
    assert names.count() == 2
    assert page.evaluate("document.title") != "1"
    assert page.locator(".areas img").count() == 0
    assert map_page.complaints == []


KML = (
    '<?xml version="1.0"?><kml xmlns="http://www.opengis.net/kml/2.2"><Document><Placemark>'
    "<name>Claim &lt;b&gt;</name><MultiGeometry><Polygon><outerBoundaryIs><LinearRing><coordinates>"
    "-69,-24,0 -68,-24,0 -68,-23,0 -69,-24,0</coordinates></LinearRing></outerBoundaryIs></Polygon>"
    "</MultiGeometry></Placemark><Placemark><Point><coordinates>1,2</coordinates></Point></Placemark>"
    "</Document></kml>"
)


def test_a_kml_file_is_opened(map_page, payload):
    """With its name; what is no area is counted, and what is no KML refused."""
    page = map_page.open(payload)
    open_box(page)
    file = {"name": "claim.kml", "mimeType": "application/xml", "buffer": KML.encode()}
    page.locator("#area-file").set_input_files(file)
    assert "triangle" not in figures(page)
    assert page.locator(".area-list input[type=text]").input_value() == "Claim <b>"
    assert "Left out because they are not areas: 1" in page.locator(".area-said").inner_text()
    page.locator("#area-file").set_input_files(file | {"buffer": KML.encode()[:-20]})
    page.get_by_text("This is not KML").first.wait_for()
    assert page.locator(".area-list li").count() == 1


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_cannot_be_read_is_said(map_page, payload, language):
    """In the reader's language, beside the field and over the map."""
    page = map_page.open(payload, link=f"#language={language}")
    type_area(page, geojson(shapely.box(500_000, 7_300_000, 510_000, 7_310_000)))
    words = {"en": "not in longitude and latitude", "es": "no están en longitud y latitud"}
    assert words[language] in page.locator(".area-said").inner_text()
    assert words[language] in page.locator(".length").inner_text()
    type_area(page, geojson(shapely.Polygon([(-69, -24), (-68, -23), (-68, -24), (-69, -23)])))
    words = {"en": "crosses itself", "es": "se cruza a sí mismo"}
    assert words[language] in page.locator(".area-said").inner_text()
    assert page.locator(".area-list li").count() == 0


def test_a_way_is_measured_on_the_ellipsoid(map_page, payload):
    """Length, true bearing of the last leg, ground enclosed; undo; Escape ends."""
    page = map_page.open(payload)
    page.locator(".tool-measure").click()
    places = [(-69.5, -24.5), (-67.5, -24.0), (-67.8, -22.5)]
    for place in places:
        click_at(page, place)
    said = page.locator(".length span").first.inner_text()
    bearing, _, last = WGS84.inv(*places[1], *places[2])
    whole = (WGS84.inv(*places[0], *places[1])[2] + last) / 1000
    km, degrees, km2 = said.split(" · ")
    assert float(km.removesuffix(" km")) == pytest.approx(whole, rel=0.02)
    assert float(degrees.split()[1].removesuffix("°")) == pytest.approx(bearing % 360, abs=2)
    enclosed = float(km2.split()[1].replace(",", ""))
    assert enclosed == pytest.approx(square_kilometres(shapely.Polygon(places)), rel=0.05)
    page.locator(".pen-undo").click()
    assert page.locator(".length span").first.inner_text().count(" · ") == 1
    page.keyboard.press("Escape")
    assert page.locator(".length").is_hidden()
    assert page.locator(".tool-measure").get_attribute("aria-pressed") == "false"


def test_a_note_goes_with_link_and_file(map_page, payload):
    """Placed, written, shown; opened again from the link, and read back from the dropped file."""
    page = map_page.open(payload)
    open_box(page)
    page.locator(".note-place").click()
    click_at(page, (-69.0, -22.3))
    text = "Ask at Calama for the key & map / 50 %"
    page.locator(".notes input").fill(text)
    page.locator(".notes input").press("Enter")
    assert " ".join(page.locator(".name-note").all_inner_texts()) == text
    file = saved(page, "notes")
    page.wait_for_timeout(300)
    link = page.evaluate("location.hash")
    page = map_page.open(payload, link=link)
    assert " ".join(page.locator(".name-note").all_inner_texts()) == text
    page = map_page.open(payload)
    assert page.locator(".name-note").count() == 0
    page.evaluate(DROP, ["notes.geojson", file])
    page.locator(".name-note").first.wait_for()
    assert " ".join(page.locator(".name-note").all_inner_texts()) == text
    open_box(page)
    page.get_by_role("button", name=f"Remove {text}").click()
    assert page.locator(".name-note").count() == 0


def test_notes_that_the_link_has_no_room_for_are_said(map_page, payload):
    """A file holds them all."""
    page = map_page.open(payload)
    points = [shapely.Point(-69 + n / 50, -23) for n in range(30)]
    features = json.loads(geojson(*points))
    for number, one in enumerate(features["features"]):
        one["properties"] = {"note": f"{number} {'word ' * 25}"}
    page.evaluate(DROP, ["notes.geojson", json.dumps(features)])
    page.locator(".note-left").wait_for()
    page.wait_for_timeout(300)
    assert len(page.evaluate("location.hash")) < 2500
    assert len(json.loads(saved(page, "notes"))["features"]) == 30


def test_a_note_stays_when_the_reader_goes_back(map_page, payload):
    """Back restores what was open, and takes no note away."""
    page = map_page.open(payload)
    page.locator("tr[data-target]").first.click()
    page.evaluate(DROP, ["n.geojson", geojson(shapely.Point(-69, -23), note="Kept")])
    page.locator(".name-note").wait_for()
    page.wait_for_timeout(300)
    page.go_back()
    page.wait_for_timeout(300)
    assert page.locator(".card").is_hidden()
    assert page.locator(".name-note").inner_text() == "Kept"
