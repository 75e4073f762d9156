"""Dates as registers and their services write them, a column at a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pandas as pd

from prospector.errors import Notice
from prospector.layers.registers.folding import fold

YEARS = (1800, 2200)
"""A date outside these years is none."""

NULLS = frozenset(
    {"0001-01-01", "1601-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01",
     "2999-12-31", "3000-01-01", "9999-01-01", "9999-12-30", "9999-12-31"}
)  # fmt: skip
"""What services and databases write where there is no date: the first or last day that they know, the day
from which they count (noughts of spreadsheets and of ArcGIS), or an expiry that never comes."""

EMPTY = frozenset(
    {"", "NONE", "NULL", "NAT", "NAN", "NA", "N A", "S F", "S I", "S D", "SIN FECHA", "SIN DATO", "SIN DATOS",
     "NO APLICA", "INDEFINIDO", "INDEFINIDA"}
)  # fmt: skip
"""Words, folded, that say that there is no date."""

SECONDS_FROM, MILLISECONDS_FROM = 1e8, 1e10
"""Figures from here on count seconds, or milliseconds, since 1970."""

SERIALS = (20_000, 80_000)
"""Figures from 1954 to 2119 as spreadsheets count days: from 30 December 1899."""

MONTHS = {
    name: number
    for number, names in enumerate(
        ("JAN ENE", "FEB", "MAR", "APR ABR", "MAY", "JUN", "JUL", "AUG AGO", "SEP SET", "OCT", "NOV",
         "DEC DIC"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip

FIGURES = re.compile(r"^[+-]?\d+(?:[.,]\d*)?$|^[+-]?\d(?:\.\d+)?[eE]\+?\d+$")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})(?:T\d{4}.*|T?\d{6}(?:\.\d+)?Z?)?$")
YEAR_FIRST = re.compile(r"^(\d{4})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{1,2})(?!\d)")
YEAR_LAST = re.compile(r"^(\d{1,2})\s?[/.\-]\s?(\d{1,2})\s?[/.\-]\s?(\d{4})(?!\d)")
DAY_AND_MONTH = re.compile(
    r"^(?P<day>\d{1,2}) (?:DE )?(?P<month>[A-Z]{3,10}) (?:DEL? )?(?P<year>\d{4})\b"
)
MONTH_AND_DAY = re.compile(r"^(?P<month>[A-Z]{3,10}) (?P<day>\d{1,2}) (?P<year>\d{4})\b")
WEEKDAY = re.compile(
    r"^(?:MON|TUE|WED|THU|FRI|SAT|SUN|LUN|MAR|MIE|JUE|VIE|SAB|DOM)[A-Z]* (?=[A-Z]{3,10} \d|\d{1,2} [A-Z])"
)
EVE_OF_1970 = re.compile(r"^1969-12-31[T ](?:1[2-9]|2\d):")
"""The first moment of 1970 by a clock of the Americas."""


@dataclass(frozen=True, eq=False)
class Dates:
    """A column of dates.

    Parameters
    ----------
    values
        YYYY-MM-DD; "" where there is none, or none that can be read.
    unreadable
        How many are no date.
    nulls
        How many stand for no date, such as 0001-01-01.
    month_first
        How many, the year last, were read with the month before the day.
    ambiguous
        How many, the year last, could be read either way.
    serials
        How many of those that are no date may be days as spreadsheets count them.
    """

    values: pd.Series
    unreadable: int
    nulls: int
    month_first: int
    ambiguous: int
    serials: int = 0


def read_dates(values: pd.Series) -> Dates:
    """Return a column of dates.

    Where the year stands last, what comes before it is the day, unless the column has a date that can
    only be read month first and none that can only be read day first.

    Examples
    --------
    >>> dates = read_dates(pd.Series(["31/12/2024", "01/02/2024", "1970-01-01", "31/02/2024"]))
    >>> dates.values.tolist(), dates.nulls, dates.unreadable, dates.ambiguous
    (['2024-12-31', '2024-02-01', '', ''], 1, 1, 0)
    >>> dates = read_dates(pd.Series(["12/31/2024", "01/02/2024"]))
    >>> dates.values.tolist(), dates.month_first
    (['2024-12-31', '2024-01-02'], 2)
    """
    pairs = [pair for pair in map(_before_year, values) if pair is not None]
    day_first, month_first = (any(pair[part] > 12 for pair in pairs) for part in (0, 1))
    by_month = [month_first and (not day_first or _only_month_first(value)) for value in values]
    dates = pd.Series(
        [
            read_date(value, month_first=first)
            for value, first in zip(values, by_month, strict=True)
        ],
        index=values.index,
        dtype=object,
    )
    unreadable, nulls = dates.isna(), dates.isin(NULLS)
    either = [
        pair for pair in pairs if pair[0] != pair[1] and all(1 <= part <= 12 for part in pair)
    ]
    read_by_month = [
        _before_year(value) for value, first in zip(values, by_month, strict=True) if first
    ]
    return Dates(
        values=dates.mask(unreadable | nulls, "").astype(str),
        unreadable=int(unreadable.sum()),
        nulls=int(nulls.sum()),
        month_first=sum(pair is not None for pair in read_by_month),
        ambiguous=len(either) if day_first == month_first else 0,
        serials=sum(map(_is_serial, values)),
    )


def notices_of_dates(dates: Dates, field: str) -> list[Notice]:
    """Return what was chosen in reading a field of dates."""
    about = {"field": field}
    notices = [
        Notice("dates-unreadable", "caution", about, dates.unreadable),
        Notice("dates-null", "note", about, dates.nulls),
        Notice("dates-month-first", "caution", about, dates.month_first),
        Notice("dates-ambiguous", "caution", about, dates.ambiguous),
        Notice("dates-of-spreadsheet", "caution", about, dates.serials),
    ]
    return [notice for notice in notices if notice.count]


def read_date(value: object, *, month_first: bool = False) -> str | None:
    """Return a date as YYYY-MM-DD, '' where none is given, None where it cannot be read.

    Figures are a date in full (20240131), or seconds or milliseconds since 1970. A time and its zone
    are left out: the day is the one that is written.

    Examples
    --------
    >>> [read_date(value) for value in ("30/04/2017", "2017-04-30T00:00:00-03:00", 1493510400000, "", None)]
    ['2017-04-30', '2017-04-30', '2017-04-30', '', '']
    >>> read_date("30 de abril de 2017"), read_date(20170430), read_date("30-ABR-2017 00:00")
    ('2017-04-30', '2017-04-30', '2017-04-30')
    >>> read_date("00/00/0000") is None, read_date("31/02/2020") is None
    (True, True)
    """
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, np.datetime64):
        value = pd.Timestamp(value)
    text = value.isoformat() if isinstance(value, date) else str(value).strip()
    if fold(text) in EMPTY:
        return ""
    if EVE_OF_1970.match(text):
        return "1970-01-01"
    return _of_figures(text) if FIGURES.match(text) else _of_text(text, month_first)


def _before_year(value: object) -> tuple[int, int] | None:
    """Return the two numbers before a year that stands last; None where there are none."""
    parts = YEAR_LAST.match(value.strip()) if isinstance(value, str) else None
    return (int(parts[1]), int(parts[2])) if parts else None


def _is_serial(value: object) -> bool:
    text = str(value).strip()
    return bool(FIGURES.match(text)) and SERIALS[0] <= float(text.replace(",", ".")) < SERIALS[1]


def _only_month_first(value: object) -> bool:
    pair = _before_year(value)
    return pair is not None and pair[1] > 12 >= pair[0]


def _of_figures(text: str) -> str | None:
    """Return the date of a number: in full, or counted from 1970."""
    figure = float(text.replace(",", "."))
    in_full = COMPACT.match(f"{figure:.0f}")
    day = _written(*map(int, in_full.groups())) if in_full else None
    return day or _counted(figure)


def _counted(figure: float) -> str | None:
    """Return the day that is so many seconds or milliseconds from 1970; None where they are too few."""
    if 0 < abs(figure) < SECONDS_FROM:
        return None
    seconds = figure / 1000 if abs(figure) >= MILLISECONDS_FROM else figure
    try:
        day = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    except OverflowError:
        return None
    return _written(day.year, day.month, day.day)


def _of_text(text: str, month_first: bool) -> str | None:
    for pattern in (YEAR_FIRST, COMPACT):
        parts = pattern.match(text)
        if parts:
            return _written(*map(int, parts.groups()))
    parts = YEAR_LAST.match(text)
    if parts:
        first, second, year = map(int, parts.groups())
        return _written(year, *((first, second) if month_first else (second, first)))
    return _of_words(WEEKDAY.sub("", fold(text)))


def _of_words(text: str) -> str | None:
    """Return the date of a text that names its month, folded."""
    parts = DAY_AND_MONTH.match(text) or MONTH_AND_DAY.match(text)
    month = MONTHS.get(parts["month"][:3]) if parts else None
    if parts is None or month is None:
        return None
    return _written(int(parts["year"]), month, int(parts["day"]))


def _written(year: int, month: int, day: int) -> str | None:
    """Return a date as text; None where there is no such day, or not in these years."""
    try:
        written = date(year, month, day).isoformat()
    except ValueError:
        return None
    return written if YEARS[0] <= year <= YEARS[1] or written in NULLS else None
