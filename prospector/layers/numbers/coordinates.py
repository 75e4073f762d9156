"""Coordinates in degrees as people write them: decimal, or in degrees, minutes and seconds."""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import Literal

import numpy as np
import pandas as pd

from prospector.grid import FloatArray
from prospector.layers.numbers.cells import LONGEST, MISSING, plain_text
from prospector.layers.numbers.column import NO_NUMBER, Counted

Axis = Literal["longitude", "latitude"]

_SIDES = {
    "N": ("latitude", 1), "NORTH": ("latitude", 1), "NORTE": ("latitude", 1),
    "S": ("latitude", -1), "SOUTH": ("latitude", -1), "SUR": ("latitude", -1), "SUD": ("latitude", -1),
    "E": ("longitude", 1), "EAST": ("longitude", 1), "ESTE": ("longitude", 1),
    "W": ("longitude", -1), "WEST": ("longitude", -1),
    "O": ("longitude", -1), "OESTE": ("longitude", -1), "OUEST": ("longitude", -1),
}  # fmt: skip
"""Letters and words of the side, with their axis and sign; O is the Spanish west."""

_SIDE = "|".join(sorted(_SIDES, key=len, reverse=True))
_PART = r"\d+(?:[.,]\d+)?"
_DEGREES = re.compile(
    rf"(?:(?P<before>{_SIDE})\.?\s*)?(?P<minus>[+-]?)\s*(?P<degrees>{_PART})\s*"
    rf"(?:[\u00b0\u00ba\u02dad:]|deg|grados)?\s*"
    rf"(?:(?P<minutes>{_PART})\s*(?:['\u2032m:]|min)?\s*)?"
    rf"(?:(?P<seconds>{_PART})\s*(?:\"|\u2033|\u201d|\u201c|''|\u2032\u2032|s(?!\w)|sec|seg)?\s*)?"
    rf"(?:(?P<after>{_SIDE})\.?)?",
    re.IGNORECASE,
)
_DECIMAL = re.compile(r"[+-]?(?:\d+(?:[.,]\d*)?|[.,]\d+)(?:[eE][+-]?\d+)?", re.ASCII)
_PACKED = re.compile(
    rf"(?P<degrees>[+-]?\d{{1,3}})(?P<minutes>[0-5]\d)(?P<seconds>[0-5]\d(?:[.,]\d+)?) ?(?P<side>{_SIDE})?",
    re.IGNORECASE,
)
LIMITS: dict[str, float] = {"longitude": 360.0, "latitude": 90.0}


@dataclass(frozen=True, eq=False)
class CoordinateColumn:
    """A column of coordinates in degrees, with what stood there that was none.

    Parameters
    ----------
    values
        Decimal degrees, east and north positive, NaN where there is none. Shape (n,).
    in_parts
        How many words are more than a number: in degrees, minutes and seconds, or with a side.
    empty
        How many cells hold nothing.
    unreadable
        Words that are no coordinate of the axis.
    beyond
        Numbers that are no degrees, as metres are none.
    """

    values: FloatArray
    in_parts: int = 0
    empty: int = 0
    unreadable: Counted = ()
    beyond: Counted = ()


def read_coordinates(column: pd.Series, axis: Axis) -> CoordinateColumn:
    r"""Return a column of longitudes or latitudes in decimal degrees.

    West and south are negative; a mark between figures is decimal, for no degree has thousands.

    Examples
    --------
    >>> words = ["69°04'12\"W", "69 04 12 W", "-69.07", "69,07 O", "69° 4.2' oeste"]
    >>> read_coordinates(pd.Series(words), "longitude").values.round(6).tolist()
    [-69.07, -69.07, -69.07, -69.07, -69.07]
    >>> read = read_coordinates(pd.Series(["23 S", "near Calama", "7400000", None]), "latitude")
    >>> read.values.tolist(), read.unreadable, read.beyond, read.empty
    ([-23.0, nan, nan, nan], (('near Calama', 1),), (('7400000', 1),), 1)
    """
    texts = [plain_text(value) or "" for value in column.tolist()]
    texts = ["" if text.casefold() in MISSING else text for text in texts]
    degrees = {text: _degrees(text, axis) for text in dict.fromkeys(texts)}
    beyond = {text for text, value in degrees.items() if abs(value) > LIMITS[axis]}
    values = np.array([math.nan if text in beyond else degrees[text] for text in texts], float)
    times = Counter(texts)
    unreadable = [text for text, value in degrees.items() if text and math.isnan(value)]
    return CoordinateColumn(
        values,
        in_parts=sum(times[t] for t in degrees if t and not _DECIMAL.fullmatch(t)),
        empty=times[""],
        unreadable=tuple((text, times[text]) for text in unreadable),
        beyond=tuple((text, times[text]) for text in degrees if text in beyond),
    )


def unpacked(word: str, axis: Axis) -> str | None:
    """Return degrees, minutes and seconds written together as they can be read; None for what is none.

    Examples
    --------
    >>> unpacked("-693015", "longitude"), unpacked("233015.5 S", "latitude")
    ('-69 30 15', '23 30 15.5 S')
    >>> unpacked("7400000", "latitude"), unpacked("697515", "longitude"), unpacked("-69.5", "longitude")
    (None, None, None)
    """
    found = _PACKED.fullmatch(word)
    if found is None:
        return None
    parted = " ".join(part for part in found.groups() if part)
    return parted if abs(_degrees(parted, axis)) <= LIMITS[axis] else None


def _degrees(text: str, axis: Axis) -> float:
    """Return a coordinate in decimal degrees; NaN where it is none of the axis."""
    if _DECIMAL.fullmatch(text):
        number = float(text.replace(",", "."))
        return number if abs(number) < NO_NUMBER else math.nan
    found = _DEGREES.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return math.nan
    sides = {_SIDES[side.upper()] for side in (found["before"], found["after"]) if side}
    if len(sides) > 1 or any(of != axis for of, _ in sides):
        return math.nan
    sign = next((sign for _, sign in sides), -1 if found["minus"] == "-" else 1)
    if found["minus"] == "-" and sign > 0:
        return math.nan
    parts = [found[name] for name in ("degrees", "minutes", "seconds")]
    given = [float(part.replace(",", ".")) for part in parts if part]
    whole = all(part == int(part) for part in given[:-1])
    if not whole or any(part > 60 for part in given[1:]):
        return math.nan
    return float(sign * sum(part / 60**place for place, part in enumerate(given)))
