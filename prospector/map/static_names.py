"""Names on the picture that is shown where no script runs: countries and the largest towns, as on the map."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import product
from typing import Protocol

import numpy as np
import shapely

from prospector.grid import FloatArray
from prospector.map.features import Feature
from prospector.map.payload_schema import LayerPayload

MAIN_TOWNS = 9
"""So many of the largest towns are named, as the page names them at any zoom."""

LONGEST_COUNTRY = 30
TOWN_PX, COUNTRY_PX = 11.0, 13.0
"""Sizes of the letters."""

WIDTH_PER_SIZE = 0.62
WIDTH_PER_SIZE_SPACED = 0.98
BESIDE_PX = 5.0
SIGN_PX = 4.0
NUDGES = ((0.2, 0.0), (-0.2, 0.0), (0.35, 0.1), (-0.35, 0.1), (0.2, -0.3), (-0.2, -0.3))
"""Degrees to north and east of a country's own places where its name is tried."""

Box = tuple[float, float, float, float]
"""Left, top, right and bottom in pixels."""


class Sheet(Protocol):
    """A picture with its size, and what turns degrees into its pixels."""

    width: float
    height: float

    def pixels(self, places: FloatArray) -> FloatArray:
        """Return places in pixels from the top left, shape (n, 2)."""
        ...


def names(layers: Sequence[LayerPayload], sheet: Sheet, taken: Sequence[Box]) -> Iterator[str]:
    """Yield countries, then the largest towns, as SVG; what has no room beside the others is left out.

    Parameters
    ----------
    layers
        Those that are drawn.
    sheet
        Puts places into the picture.
    taken
        Boxes that no name may cover.
    """
    boxes = list(taken)
    signs = _signs(layers, sheet)
    for country, at in _countries(layers).items():
        size = len(country) * COUNTRY_PX * WIDTH_PER_SIZE_SPACED
        tried = (_middle(place, size) for place in sheet.pixels(at))
        yield from _first(tried, sheet, boxes, signs, _text(country.upper(), "country"))
    towns = [layer for layer in layers if layer.key == "towns"]
    named = 0
    for town in sorted((one for layer in towns for one in layer.features), key=_inhabitants):
        place = sheet.pixels(shapely.get_coordinates(town.outline)[:1])[0]
        size = len(town.name) * TOWN_PX * WIDTH_PER_SIZE
        found = list(
            _first(_beside(place, size), sheet, boxes, _others(signs, place), _text(town.name, ""))
        )
        yield from found
        named += len(found)
        if named == MAIN_TOWNS:
            return


def _first(
    tried: Iterator[Box],
    sheet: Sheet,
    boxes: list[Box],
    signs: FloatArray,
    text: Callable[[Box], str],
) -> Iterator[str]:
    """Yield the name at the first place that is free, and keep that place."""
    for box in tried:
        if _is_free(box, sheet, boxes, signs):
            boxes.append(box)
            yield text(box)
            return


def _is_free(box: Box, sheet: Sheet, boxes: Sequence[Box], signs: FloatArray) -> bool:
    left, top, right, bottom = box
    if left < 0 or top < 0 or right > sheet.width or bottom > sheet.height:
        return False
    if any(left < r and right > a and top < b and bottom > t for a, t, r, b in boxes):
        return False
    across, down = signs.T
    covered = (across > left - SIGN_PX) & (across < right + SIGN_PX)
    return not (covered & (down > top - SIGN_PX) & (down < bottom + SIGN_PX)).any()


def _middle(place: FloatArray, width: float) -> Box:
    across, down = (float(value) for value in place)
    return across - width / 2, down - COUNTRY_PX / 2, across + width / 2, down + COUNTRY_PX / 2


def _beside(place: FloatArray, width: float) -> Iterator[Box]:
    """Yield a name's places: right of its sign, left of it, above and below."""
    across, down = (float(value) for value in place)
    half = TOWN_PX / 2
    yield across + BESIDE_PX, down - half, across + BESIDE_PX + width, down + half
    yield across - BESIDE_PX - width, down - half, across - BESIDE_PX, down + half
    for top in (down - BESIDE_PX - TOWN_PX, down + BESIDE_PX):
        yield across - width / 2, top, across + width / 2, top + TOWN_PX


def _text(name: str, kind: str) -> Callable[[Box], str]:
    """Return what writes a name into its box, so wide as it was thought to be."""
    size, look = (TOWN_PX, 'font-weight="600" fill="#17202a"')
    if kind == "country":
        size, look = COUNTRY_PX, 'font-weight="600" fill="#5b6772"'

    def written(box: Box) -> str:
        left, top, right, _ = box
        return (
            f'<text x="{left:.1f}" y="{top + 0.82 * size:.1f}" font-size="{size:g}" {look} '
            f'textLength="{right - left:.1f}" stroke="#ffffff" stroke-width="3" '
            f'paint-order="stroke">{escape(name)}</text>'
        )

    return written


def _signs(layers: Sequence[LayerPayload], sheet: Sheet) -> FloatArray:
    """Return where points stand on the picture, shape (n, 2)."""
    points = [one for layer in layers if layer.kind == "point" for one in layer.features.shapes()]
    return sheet.pixels(shapely.get_coordinates(points)) if points else np.empty((0, 2))


def _others(signs: FloatArray, place: FloatArray) -> FloatArray:
    """Return all signs but those at a place: a name may touch its own."""
    kept: FloatArray = signs[np.hypot(*(signs - place).T) > 0.01]
    return kept


def _countries(layers: Sequence[LayerPayload]) -> dict[str, FloatArray]:
    """Return where each country's name is tried, in degrees, the middlemost place first."""
    found: dict[str, list[tuple[float, float]]] = {}
    for feature in (one for layer in layers for one in layer.features):
        country = _value(feature, "country")
        if isinstance(country, str) and len(country) <= LONGEST_COUNTRY:
            middle = shapely.centroid(feature.outline)
            found.setdefault(country, []).append((middle.x, middle.y))
    return {country: _tried(places) for country, places in found.items()}


def _tried(places: Sequence[tuple[float, float]]) -> FloatArray:
    own = np.array(places)
    middle = (own.min(axis=0) + own.max(axis=0)) / 2
    shifts = [(east, north) for north, east in NUDGES]
    near = np.array([at + np.array(shift) for at, shift in product(own, shifts)])
    order: FloatArray = near[np.argsort(np.hypot(*(near - middle).T), kind="stable")]
    return order


def _inhabitants(town: Feature) -> float:
    """Return what towns are put in order by: the largest first, those not counted last."""
    count = _value(town, "inhabitants")
    return -float(count) if isinstance(count, int | float) else 0.0


def _value(feature: Feature, label: str) -> object:
    return next((row[1] for row in feature.rows if row[0] == label), None)
