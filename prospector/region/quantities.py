"""Quantities that keys of TOML state: what each may be, in plain words, with an example."""

from __future__ import annotations

import codecs
import re
from datetime import date, datetime
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from pyproj import CRS
from pyproj.exceptions import CRSError

EARTH_M = 20_000_000.0
"""Half the way round the Earth: no distance is longer."""

EARTH_MA = 4600.0
"""Age of the Earth: nothing is older."""

LARGEST_TOLERANCE_M = 1_000_000.0

LONGEST_LIST = 1000
"""Entries of a list, but for words of a register and classes: these have ten times as many at most."""

CELL_SIZE_M = (1.0, 1_000_000.0)
"""The least and the largest cell."""

YEARS = (1500, 2100)
"""Between which a date lies."""

_DATE = re.compile(r"\d{4}(?:-\d{2}){0,2}", re.ASCII)


def _as_text(value: Any) -> Any:
    """Return TOML's own date as text."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    return value.isoformat() if isinstance(value, date) else value


def _dated(value: str) -> str:
    rule = "must be a year, a month or a day of the calendar: YYYY, YYYY-MM or YYYY-MM-DD"
    if not _DATE.fullmatch(value):
        raise ValueError(rule)
    year, month, day = (*map(int, value.split("-")), 1, 1)[:3]
    try:
        date(year, month, day)
    except ValueError as error:
        raise ValueError(rule) from error
    if not YEARS[0] <= year <= YEARS[1]:
        raise ValueError(f"must be a year from {YEARS[0]} to {YEARS[1]}")
    return value


def _country(value: str) -> str:
    if not re.fullmatch("[A-Z]{2}", value):
        raise ValueError("must be a country by ISO 3166-1: two capital letters")
    return value


def _digest(value: str) -> str:
    if not re.fullmatch("[0-9a-f]{64}", value):
        raise ValueError("must be the SHA-256 of the file: 64 digits and letters a to f")
    return value


def _encoding(value: str) -> str:
    try:
        "".encode(value)
        codecs.lookup(value)
    except (LookupError, UnicodeError, ValueError) as error:
        raise ValueError("must be the name of an encoding of text") from error
    return value


def _projected(value: str) -> str:
    try:
        crs = CRS.from_user_input(value)
    except (CRSError, ValueError) as error:
        raise ValueError("must be a CRS that PROJ knows") from error
    if not crs.is_projected or crs.axis_info[0].unit_name != "metre":
        raise ValueError("must be projected, in metres")
    return value


def _ages(value: tuple[float, float]) -> tuple[float, float]:
    youngest, oldest = value
    if youngest < 0 or youngest >= oldest or oldest > EARTH_MA:
        raise ValueError(f"must be two ages in Ma, the younger first, none above {EARTH_MA:g}")
    return value


def _once(values: list[Any]) -> list[Any]:
    if any(value in values[:place] for place, value in enumerate(values)):
        raise ValueError("must not name anything twice")
    return values


Quantity = Annotated[float, Field(ge=-1e12, le=1e12)]
"""A value of an evidence, in whatever unit."""

WholeQuantity = Annotated[int, Field(ge=-(10**12), le=10**12)]
"""A whole number, such as a code or a year."""

Count = Annotated[int, Field(ge=1, le=1_000_000)]
"""How many of something, one at least."""

Cells = Annotated[float, Field(ge=1, le=1e15)]
"""How many cells something may have."""

Item = TypeVar("Item")

Listed = Annotated[list[Item], Field(max_length=LONGEST_LIST), AfterValidator(_once)]
"""A list that names each thing once."""

Text = Annotated[str, BeforeValidator(_as_text)]
"""Text, or a date as TOML has it."""

Date = Annotated[Text, AfterValidator(_dated)]
"""A year, a month or a day, as text; TOML's own date becomes one."""

Country = Annotated[str, AfterValidator(_country)]
Digest = Annotated[str, AfterValidator(_digest)]
Encoding = Annotated[str, AfterValidator(_encoding)]

ProjectedCrs = Annotated[str, AfterValidator(_projected)]
"""A CRS in metres, as PROJ takes it."""

Metres = Annotated[float, Field(gt=0, le=EARTH_M)]
"""A distance above 0 on the Earth."""

Tolerance = Annotated[float, Field(ge=0, le=LARGEST_TOLERANCE_M)]
"""How far something may lie off, in metres."""

Ages = Annotated[tuple[float, float], Field(strict=False), AfterValidator(_ages)]
"""A range of ages in Ma, the younger first."""
