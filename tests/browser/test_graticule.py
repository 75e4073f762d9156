"""Degrees on the map: lines at even steps, named at the edge, as fine as the view has room for."""

from __future__ import annotations

from itertools import pairwise

import pytest

NAMES = """(side) => [...document.querySelectorAll(`.degree.${side}`)].map((name) => name.textContent)"""
PLACES = """() => [...document.querySelectorAll('.degree.parallel')].map((name) => {
  const { right, bottom } = name.getBoundingClientRect();
  const { left, top } = document.querySelector('.folium-map').getBoundingClientRect();
  const line = map_prospector.containerPointToLatLng([right - left, bottom - top + 2]);
  return [parseFloat(name.textContent), line.lat];
})"""


@pytest.mark.parametrize(("zoom", "step"), [(6, 2), (8, 0.5), (11, 0.1)])
def test_meridians_stand_at_even_degrees(map_page, payload, zoom, step):
    """Nearer lines in a nearer view, none between."""
    page = map_page.open(payload)
    page.evaluate(f"map_prospector.setView([-23.5, -68.5], {zoom}, {{animate: false}})")
    degrees = [float(text.split("°")[0]) for text in page.evaluate(NAMES, "meridian")]
    apart = [round(first - second, 6) for first, second in pairwise(degrees)]
    assert len(degrees) > 2
    assert set(apart) == {step}


def test_a_parallel_is_named_where_it_runs(map_page, payload):
    """The text stands on the latitude that it names."""
    page = map_page.open(payload)
    places = page.evaluate(PLACES)
    assert len(places) > 1
    for named, latitude in places:
        assert -latitude == pytest.approx(named, abs=0.12)


def test_degrees_are_written_in_the_readers_language(map_page, payload):
    """West is W in English and O in Spanish."""
    page = map_page.open(payload)
    assert page.evaluate(NAMES, "meridian")
    assert all(name.endswith("° W") for name in page.evaluate(NAMES, "meridian"))
    page.locator(".languages [lang=es]").click()
    assert all(name.endswith("° O") for name in page.evaluate(NAMES, "meridian"))


CUT = """() => {
  const map = document.querySelector('.folium-map').getBoundingClientRect();
  const names = [...document.querySelectorAll('.degree')];
  return names.filter((name) => {
    const { left, top, right, bottom } = name.getBoundingClientRect();
    return left < map.left || top < map.top || right > map.right || bottom > map.bottom;
  }).map((name) => name.textContent);
}"""


def test_no_degree_is_cut_by_the_edge_of_the_map(map_page, payload):
    """A line that leaves its text no room there has none."""
    page = map_page.open(payload)
    for east in range(8):
        page.evaluate(
            f"map_prospector.setView([-23.5, {-68.5 + east / 80}], 9, {{animate: false}})"
        )
        assert page.evaluate(CUT) == []
        page.evaluate(
            f"map_prospector.setView([{-23.5 + east / 80}, -68.5], 9, {{animate: false}})"
        )
        assert page.evaluate(CUT) == []


@pytest.mark.parametrize("zoom", [9, 12])
def test_longer_degrees_are_not_cut_either(map_page, payload, zoom):
    """With one and two decimals, at every place of a line before the right edge."""
    page = map_page.open(payload)
    page.evaluate(f"map_prospector.setView([-23.5, -68.5], {zoom}, {{animate: false}})")
    assert len(page.evaluate(NAMES, "meridian")[0]) >= len("68.5° W")
    for _ in range(60):
        page.evaluate("void map_prospector.panBy([3, 0], {animate: false})")
        assert page.evaluate(CUT) == []
