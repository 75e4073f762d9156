"""Guess which columns of a table hold coordinates, by name and values."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from prospector.drafting.name_words import tokens
from prospector.grid import FloatArray
from prospector.layers.numbers.column import read_numbers
from prospector.layers.numbers.coordinates import Axis, read_coordinates

UNIT = r"(?:dd|dec|deg|decimal|wgs|gd)?"
WORDS = {
    "longitude": re.compile(rf"\b(?:longitude|longitud|long|lon|lng){UNIT}\b"),
    "latitude": re.compile(rf"\b(?:latitude|latitud|lat){UNIT}\b"),
    "easting": re.compile(r"\b(?:easting|east|este|utm ?e|utm ?x|x ?utm|x ?coord|coord ?x|x)\b"),
    "northing": re.compile(
        r"\b(?:northing|north|norte|utm ?n|utm ?y|y ?utm|y ?coord|coord ?y|y)\b"
    ),
}
"""Words of names of columns, parted and folded, by what they say that the column holds."""

LEAST_READABLE = 0.5
"""Share of its filled rows that a column of coordinates holds in range, at least."""

LEAST_M = 1000.0
"""Coordinates in metres are mostly larger than this."""

WORLD_DATUM = re.compile(r"\b(?:wgs|sirgas|gda|etrs)")


@dataclass(frozen=True)
class _Candidate:
    """A column that may hold one coordinate; `rest` is its name without the word for it."""

    name: str
    rest: str
    different: int


def guess_places(rows: pd.DataFrame) -> dict[str, str]:
    """Return the columns of coordinates of a table, degrees first; none where no pair fits.

    Of several pairs, the one whose names agree beside the word for the axis is taken, then the one on a
    datum of the world, then the one that tells most rows apart.

    Examples
    --------
    >>> rows = pd.DataFrame({"LatitudeDegrees": [-27, -27], "LatitudeDecimal": [-27.37, -27.51],
    ...     "LongitudeDegrees": [-66, -66], "LongitudeDecimal": [-66.28, -66.4]})
    >>> guess_places(rows)
    {'longitude': 'LongitudeDecimal', 'latitude': 'LatitudeDecimal'}
    """
    in_degrees = _best(_candidates(rows, "longitude"), _candidates(rows, "latitude"))
    if in_degrees is not None:
        return dict(zip(("longitude", "latitude"), in_degrees, strict=True))
    in_metres = _best(_candidates(rows, "easting"), _candidates(rows, "northing"))
    return {} if in_metres is None else dict(zip(("easting", "northing"), in_metres, strict=True))


def swapped_places(rows: pd.DataFrame) -> dict[str, str]:
    """Return the columns of a table by what they hold, where longitudes go by the name of latitudes.

    Examples
    --------
    >>> swapped_places(pd.DataFrame({"lat": [120.5, 121.2], "lon": [-27.1, -27.3]}))
    {'longitude': 'lat', 'latitude': 'lon'}
    """
    named = {
        axis: [name for name in rows.columns if WORDS[axis].search(tokens(str(name)))]
        for axis in ("longitude", "latitude")
    }
    for across, along in product(named["latitude"], named["longitude"]):
        fits = _fits(rows[across], "longitude") and _fits(rows[along], "latitude")
        if fits and not _fits(rows[across], "latitude"):
            return {"longitude": str(across), "latitude": str(along)}
    return {}


def _candidates(rows: pd.DataFrame, axis: str) -> list[_Candidate]:
    return list(_named(rows, axis))


def _named(rows: pd.DataFrame, axis: str) -> Iterator[_Candidate]:
    """Give the columns whose names hold a word for an axis, and whose values can be such."""
    for name in map(str, rows.columns):
        words = tokens(name)
        if WORDS[axis].search(words) and _fits(rows[name], axis):
            rest = " ".join(WORDS[axis].sub(" ", words, count=1).split())
            yield _Candidate(name, rest, int(rows[name].nunique()))


def _best(across: list[_Candidate], along: list[_Candidate]) -> tuple[str, str] | None:
    pairs = [pair for pair in product(across, along) if pair[0].name != pair[1].name]
    if not pairs:
        return None
    east, north = max(pairs, key=lambda pair: _merit(*pair))
    return east.name, north.name


def _merit(across: _Candidate, along: _Candidate) -> tuple[bool, bool, int]:
    on_world_datum = bool(WORLD_DATUM.search(across.rest) and WORLD_DATUM.search(along.rest))
    return across.rest == along.rest, on_world_datum, across.different + along.different


def _fits(column: pd.Series, axis: str) -> bool:
    """Whether most of what a column holds can be coordinates on an axis."""
    filled = int(column.notna().sum())
    values = _values(column, axis)
    known = values[np.isfinite(values)]
    if not filled or len(known) < LEAST_READABLE * filled:
        return False
    return axis in ("longitude", "latitude") or bool(np.median(np.abs(known)) > LEAST_M)


def _values(column: pd.Series, axis: str) -> FloatArray:
    """Return the coordinates of a column; none where it cannot be read as such."""
    axes: dict[str, Axis] = {"longitude": "longitude", "latitude": "latitude"}
    try:
        return (
            read_coordinates(column, axes[axis]).values
            if axis in axes
            else read_numbers(column).values
        )
    except ValueError:
        return np.empty(0)
