"""Cells of a column of numbers, taken apart: the words that stand for none, signs, figures and units."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from numbers import Real
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

Says = Literal["number", "below", "above", "about", "empty", "missing", "no limit", "unreadable"]

MISSING = (
    "na", "n/a", "n.a.", "n.a", "n a", "nan", "null", "none", "nil", "nd.", "s/d", "s.d.", "sd", "sin dato",
    "sin datos", "sin informacion", "s/i", "no data", "nodata", "no datum", "is", "i.s.", "i/s", "nss",
    "n.s.s.", "ins", "insufficient sample", "muestra insuficiente", "lnr", "not analysed", "not analyzed",
    "no analizado", "not assayed", "not reported", "nr", "n.r.", "unknown", "desconocido", "pending",
    "pendiente", "?", ".", "-", "--", "---", "\u2014", "*", "x", "#n/a", "#n/d", "#na", "#null!", "#value!",
    "#\u00a1valor!", "#div/0!", "#num!", "#ref!", "<na>", "nat",
)  # fmt: skip
"""Words that stand where nothing was measured."""

UNKNOWN_LIMIT = (
    "nd", "n.d.", "n.d", "n/d", "bdl", "b.d.l.", "bd", "b.d.", "bld", "bdl.", "nsd", "n.s.d.", "ld", "lod",
    "dl", "loq", "lq", "tr", "tr.", "trace", "traces", "traza", "trazas", "vestigios", "below detection",
    "below detection limit", "not detected", "no detectado", "no detectable", "bajo limite",
    "bajo el limite de deteccion", "bajo limite de deteccion", "udl", "lld", "over", "ovr",
    "ol", "o.l.", "overlimit", "over limit", "over range", "overrange",
)  # fmt: skip
"""Words of what is below, or above, a limit that is not stated."""

LONGEST = 80
"""No number, with its unit, is longer."""

_SIGNS = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2212\ufe63\uff0d", "-")
    | dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\t\r\n", " ")
    | dict.fromkeys("\u2019\u2018\u00b4`\u02bc", "'")
    | dict.fromkeys("\ufeff\u200b", None)
    | {"\u2264": "<=", "\u2265": ">=", "\uff1c": "<", "\uff1e": ">", "\u2248": "~"}
)
_ACCENTS = str.maketrans("\u00e1\u00e9\u00ed\u00f3\u00fa", "aeiou")
_ABOUT = r"~|c\.\s?|ca(?:\.\s?|\s)|circa\s|approx\.?\s|aprox\.?\s|about\s"
_NUMBER = re.compile(
    rf"(?P<sign><=?|>=?|{_ABOUT})?\s*(?P<minus>[+-]?)\s?(?P<figures>\d(?:[\d., ']*\d)?[.,]?|[.,]\d+)"
    r"(?P<power>[eE][+-]?\d{1,3})?\s*(?P<spread>(?:\u00b1|\+/-|\+-)\s*[\d.,]+)?\s*(?P<unit>[^\d\s].*)?",
    re.IGNORECASE,
)
_LIMIT_IN_WORDS = re.compile(r"[<>]=?\s*[a-z.+]+")


@dataclass(frozen=True)
class Cell:
    """What one cell says, and the parts of its number."""

    says: Says
    word: str
    value: float = math.nan
    minus: bool = False
    figures: str = ""
    power: str = ""
    unit: str = ""
    decimal: str = ""
    parted: bool = False
    by_sign: bool = False


def distinct(column: pd.Series) -> tuple[NDArray[np.intp], list[Cell]]:
    """Return which distinct value each row holds, shape (rows,), and those values taken apart as seen."""
    values = [value if isinstance(value, str) else plain_value(value) for value in column.tolist()]
    place: dict[object, int] = {}
    rows = np.array([place.setdefault(value, len(place)) for value in values], dtype=np.intp)
    return rows, [cell_of(value) for value in place]


def plain_value(value: object) -> object:
    """Return what is no text as a number, None for nothing, else as text."""
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, bool | np.bool_) or not isinstance(value, Real | Decimal):
        return str(value)
    return float(value)


def cell_of(value: object) -> Cell:
    """Return a value taken apart."""
    if value is None:
        return Cell("empty", "")
    if isinstance(value, float):
        return Cell("number", written(value), value)
    text = plain_text(value) or ""
    word = text.casefold().translate(_ACCENTS)
    if not word:
        return Cell("empty", "")
    if word in MISSING:
        return Cell("missing", text)
    if word in UNKNOWN_LIMIT or _LIMIT_IN_WORDS.fullmatch(word):
        return Cell("no limit", text)
    found = _NUMBER.fullmatch(text) if len(text) <= LONGEST else None
    if found is None:
        return Cell("unreadable", text)
    return Cell(
        _said(found["sign"] or "", found["spread"]),
        text,
        minus=found["minus"] == "-",
        figures=found["figures"],
        power=found["power"] or "",
        unit=(found["unit"] or "").strip(),
    )


def plain_text(value: object) -> str | None:
    """Return a value as text with plain dashes, spaces and apostrophes; None for nothing.

    Examples
    --------
    >>> plain_text(" \u22125\u00a0ppm"), plain_text(float("nan"))
    ('-5 ppm', None)
    """
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    return " ".join(str(value).translate(_SIGNS).split())


def _said(sign: str, spread: str | None) -> Says:
    """Return what the sign before a number, or the spread behind it, makes of it."""
    if sign[:1] in ("<", ">"):
        return "below" if sign[0] == "<" else "above"
    return "about" if sign or spread else "number"


def written(value: float) -> str:
    """Return a number as a person writes it: whole ones without a point.

    Examples
    --------
    >>> written(-9999.0), written(1e32), written(0.25)
    ('-9999', '1e+32', '0.25')
    """
    whole = abs(value) < 1e15 and value == int(value)
    return str(int(value)) if whole else repr(float(f"{value:.7g}"))
