"""A search finds targets, places, titles and coordinates and goes there; files are as they were written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hand import rows

import prospector
from prospector.map.payload import map_payload
from prospector.targets.target import TARGET_COLUMNS


@pytest.fixture
def searched(map_page, payload):
    """What opens the map and types into the search."""
    towns = next(one for one in payload["layers"] if one["key"] == "towns")
    towns["visible"] = False
    page = map_page.open(payload)

    def search(text: str):
        page.locator("#search").fill(text)
        return page

    return search


@pytest.mark.parametrize("text", ["COPIAPO", "copiapó", "Copíapo"])
def test_a_town_is_found_whatever_its_accents(searched, text):
    """Enter goes there, switches its layer on and opens its card."""
    page = searched(text)
    assert page.locator(".found b").first.inner_text() == "Copiapó"
    page.locator("#search").press("Enter")
    assert page.locator(".card h2").inner_text() == "Copiapó"
    assert page.locator('[data-layer="towns"]').is_checked()
    assert page.evaluate("() => map_prospector.getBounds().contains([-27.37, -70.33])")
    assert page.evaluate("() => map_prospector.getZoom()") > 8


def test_holders_and_titles_are_found(searched):
    """A holder leads to all its titles, a title to its card."""
    page = searched("minera 3 s.a.")
    page.locator(".found button", has_text="Minera 3 S.A.").click()
    assert page.locator(".card").is_hidden()
    page = searched("Mina Ejemplo 77")
    page.locator(".found button").first.click()
    assert page.locator(".card h2").inner_text() == "Mina Ejemplo 77"


@pytest.mark.parametrize(
    "text",
    ["-23.5 -68.25", "23°30'S 68°15'O", "19S 576549 7401004", "576549 7401004", "-23,5; -68,25"],
)
def test_coordinates_are_gone_to_and_leave_no_target_out(searched, text):
    """The place is marked and in sight; the list stays whole."""
    page = searched(text)
    whole = rows(page)
    assert whole == 240
    page.locator("#search").press("Enter")
    south, north, west, east = page.evaluate(
        """() => { const bounds = map_prospector.getBounds();
          return ['South', 'North', 'West', 'East'].map((side) => bounds[`get${side}`]()); }"""
    )
    assert south < -23.5 < north
    assert west < -68.25 < east
    assert east - west < 5
    assert page.locator(".leaflet-marks-pane path").count() >= 3
    assert rows(page) == whole


@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_saved_is_what_was_written(browser, planted_run, language):
    """The columns of targets.csv in its order, its words and figures; GeoJSON alike, in either language."""
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto((planted_run / "map.html").as_uri() + f"#language={language}")
    page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
    saved = {}
    for name in ("CSV", "GeoJSON"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        saved[name] = Path(waiting.value.path()).read_text("utf-8-sig")
    context.close()
    [folder] = [one.parent for one in planted_run.glob("*/targets.csv")]
    written = list(csv.DictReader(io.StringIO((folder / "targets.csv").read_text("utf-8-sig"))))
    table = list(csv.DictReader(io.StringIO(saved["CSV"])))
    assert list(table[0]) == list(written[0]) == list(TARGET_COLUMNS)
    assert len(table) == len(written) > 1
    for one, other in zip(table, written, strict=True):
        for column, value in other.items():
            assert same(one[column], value), (column, one[column], value)
    features = json.loads(saved["GeoJSON"])["features"]
    kept = json.loads((folder / "targets.geojson").read_text("utf-8"))["features"]
    for feature, other in zip(features, kept, strict=True):
        for column, value in other["properties"].items():
            found = feature["properties"][column]
            assert same(str(found), str(value)), (column, found, value)


def same(one: str, other: str) -> bool:
    """Return whether two texts are equal, or figures that differ by rounding of the sixth decimal."""
    try:
        return float(one) == pytest.approx(float(other), abs=2e-6)
    except ValueError:
        return one == other


def test_every_column_of_a_target_is_in_the_payload(planted_screening):
    """A column that is added to targets.csv must reach the page as well."""
    script = (Path(prospector.__file__).parent / "map" / "page" / "download.js").read_text("utf-8")
    for column in TARGET_COLUMNS:
        assert f'"{column}"' in script, column
    assert map_payload(planted_screening)["models"]
