"""Years as people write them: alone, in a date, or approximate."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pandas as pd

from prospector.layers.numbers.cells import MISSING, plain_text
from prospector.layers.numbers.column import NULL_NUMBER, NumberColumn
from prospector.layers.registers.dates import MILLISECONDS_FROM, read_date

_NULLS = ("0", "9999", "99999")
_YEAR = re.compile(r"(?<!\d)(1\d{3}|2[01]\d{2})(?!\d)")
_PLAIN = re.compile(r"(\d)[.,]?(\d{3})(?:[.,]0*)?")
_COMPACT = re.compile(r"(1[5-9]\d{2}|20\d{2})(?:0[1-9]|1[0-2])(?:[0-2]\d|3[01])(?:\.0)?")
_DATE = re.compile(r"[\d/.\-,:+TZ ]+")
_MONTHS = (
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    "ene", "abr", "ago", "set", "dic", "de", "of", "del",
)  # fmt: skip


def read_years(column: pd.Series, *, missing: Sequence[str | float] = ()) -> NumberColumn:
    """Return a column of years, NaN where there is none, and what was chosen on the way.

    A word that names two years is none; one that names a year among other words is approximate.

    Examples
    --------
    >>> read = read_years(pd.Series(["12/05/1992", "c. 1992", 1992.0, "1992-05-12", "1990-95", "s/d"]))
    >>> read.values.tolist(), int(read.about.sum())
    ([1992.0, 1992.0, 1992.0, 1992.0, nan, nan], 1)
    >>> read.unreadable, read.missing
    ((('1990-95', 1),), (('s/d', 1),))
    """
    texts = [plain_text(value) or "" for value in column.tolist()]
    times = Counter(texts)
    codes = {_code(str(code)) for code in missing} | set(_NULLS)
    absent = {text for text in times if text and _is_missing(text, codes)}
    years = {text: math.nan if text in absent or not text else _year(text) for text in times}
    about = {text for text, year in years.items() if not math.isnan(year) and not _exact(text)}
    unreadable = [
        text for text, year in years.items() if text and text not in absent and math.isnan(year)
    ]
    no_limit = np.zeros(len(texts), dtype=bool)
    return NumberColumn(
        np.array([years[text] for text in texts], dtype=float),
        no_limit,
        no_limit,
        np.array([text in about for text in texts], dtype=bool),
        empty=times[""],
        missing=tuple((text, times[text]) for text in times if text in absent),
        unreadable=tuple((text, times[text]) for text in unreadable),
    )


def _code(text: str) -> str:
    """Return a code as it is compared: 0.0 as 0."""
    return re.sub(r"[.,]0+$", "", text.casefold())


def _is_missing(text: str, codes: set[str]) -> bool:
    code = _code(text)
    return code in MISSING or code in codes or NULL_NUMBER.fullmatch(code) is not None


def _year(text: str) -> float:
    """Return the one year that a text names; NaN where it names none or several."""
    plain = _PLAIN.fullmatch(text)
    if plain and _YEAR.fullmatch(plain[1] + plain[2]):
        return float(plain[1] + plain[2])
    compact = _COMPACT.fullmatch(text)
    if compact:
        return float(compact[1])
    if re.fullmatch(r"-?\d+(?:\.0)?", text):
        return _of_milliseconds(float(text))
    named = set(_YEAR.findall(text))
    ends = re.search(r"\d{4}\s*[-/]\s*(?:1[3-9]|[2-9]\d)\s*$", text)
    return float(named.pop()) if len(named) == 1 and not ends else math.nan


def _of_milliseconds(number: float) -> float:
    """Return the year of milliseconds since 1970, as services give dates; NaN for another number."""
    if not MILLISECONDS_FROM <= abs(number) < 10**13:
        return math.nan
    date = read_date(number)
    return float(date[:4]) if date else math.nan


def _exact(text: str) -> bool:
    """Whether a text that names a year is a number or a date, and no more."""
    words = re.findall(r"[^\W\d_]+", re.sub(r"\d[TZ]|T\d", " ", text))
    months = all(word.casefold() in _MONTHS or word.casefold()[:3] in _MONTHS for word in words)
    bare = re.sub(r"[^\W\d_]+\.?", "", text)
    return months and _DATE.fullmatch(bare) is not None
