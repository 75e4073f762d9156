"""A search finds targets, places, titles and coordinates and goes there; files are as they were written."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from hand import rows
from plain_payload import plain_payload

from prospector.map.payload_schema import EVERY_COLUMN
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


@pytest.mark.parametrize("run", ["planted_run", "legal_run"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_saved_is_what_was_written(browser, request, run, language):
    """The columns of targets.csv in its order, those that polygons carry too, its words and figures.

    GeoJSON alike, in either language.
    """
    folder = request.getfixturevalue(run)
    context = browser.new_context(accept_downloads=True)
    page = context.new_page()
    page.goto((folder / "map.html").as_uri() + f"#language={language}")
    page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
    saved = {}
    for name in ("CSV", "GeoJSON"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=name, exact=True).click()
        saved[name] = Path(waiting.value.path()).read_text("utf-8-sig")
    context.close()
    [home] = [one.parent for one in folder.glob("*/targets.csv")]
    written = list(csv.DictReader(io.StringIO((home / "targets.csv").read_text("utf-8-sig"))))
    table = list(csv.DictReader(io.StringIO(saved["CSV"])))
    assert list(table[0]) == list(written[0])
    assert set(TARGET_COLUMNS) <= set(written[0])
    assert ("regime_source" in written[0]) == (run == "legal_run")
    assert len(table) == len(written) > 1
    for one, other in zip(table, written, strict=True):
        for column, value in other.items():
            assert same(one[column], value), (column, one[column], value)
    made, kept = (
        json.loads(saved["GeoJSON"]),
        json.loads((home / "targets.geojson").read_text("utf-8")),
    )
    assert made["notice"] == kept["notice"]
    for feature, other in zip(made["features"], kept["features"], strict=True):
        mine, theirs = stated(feature), stated(other)
        assert list(mine) == list(theirs)
        for column, value in theirs.items():
            assert same(str(mine[column]), str(value)), (column, mine[column], value)


def stated(feature):
    """Properties of a feature that say something, in their order."""
    return {name: value for name, value in feature["properties"].items() if value not in ("", None)}


def same(one: str, other: str) -> bool:
    """Return whether two texts are equal, or figures of one form that differ by a rounded sixth decimal."""
    try:
        return float(one) == pytest.approx(float(other), abs=2e-6) and ("." in one) == (
            "." in other
        )
    except ValueError:
        return one == other


def test_every_column_of_a_target_is_in_the_payload(planted_screening, legal_screening):
    """Each column of targets.csv, and whether it holds text, whole numbers or figures."""
    usual = [(column.name, column.kind) for column in EVERY_COLUMN]
    for screening in (planted_screening, legal_screening):
        for name, model in zip(screening.rankings, plain_payload(screening)["models"], strict=True):
            columns = [(column["name"], column["kind"]) for column in model["columns"]]
            assert columns.pop(columns.index(("deposit_model", "text")) + 1) == ("place", "text")
            assert columns[: len(usual)] == usual
            table = screening.rankings[name].targets
            assert [column for column, _ in columns] == [*table.columns.drop("geometry")]
