"""Dates as registers write them."""

from __future__ import annotations

import re

import pandas as pd

EPOCH_MS_AT_LEAST = 1e10
YEARS = (1800, 2200)
DAY_FIRST = re.compile(r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})\b")
YEAR_FIRST = re.compile(r"^(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
COMPACT = re.compile(r"^(\d{4})(\d{2})(\d{2})$")


def read_date(value: object) -> str | None:
    """Return a date as YYYY-MM-DD, '' where none is given, None where it cannot be read.

    Day before month where the year stands last; milliseconds since 1970 where a service gives them.

    Examples
    --------
    >>> [read_date(one) for one in ("30/04/2017", "2017-04-30T00:00:00", 1493510400000, "", None)]
    ['2017-04-30', '2017-04-30', '2017-04-30', '', '']
    >>> read_date("00/00/0000") is None, read_date("31/02/2020") is None
    (True, True)
    """
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, int | float):
        far = abs(value) >= EPOCH_MS_AT_LEAST
        return str(pd.Timestamp(value, unit="ms").date()) if far else _of_text(f"{value:.0f}")
    if isinstance(value, pd.Timestamp):
        return str(value.date())
    return _of_text(str(value).strip())


def _of_text(text: str) -> str | None:
    if text in ("", "None", "NaT", "nan"):
        return ""
    for pattern, order in ((YEAR_FIRST, (1, 2, 3)), (DAY_FIRST, (3, 2, 1)), (COMPACT, (1, 2, 3))):
        found = pattern.match(text)
        if found:
            year, month, day = (int(found[i]) for i in order)
            return _of_figures(year, month, day)
    return None


def _of_figures(year: int, month: int, day: int) -> str | None:
    if not YEARS[0] <= year <= YEARS[1]:
        return None
    try:
        return str(pd.Timestamp(year=year, month=month, day=day).date())
    except ValueError:
        return None


def read_dates(values: pd.Series) -> tuple[pd.Series, int]:
    """Return dates as text, '' for none, and how many could not be read and were left out."""
    found = values.map(read_date)
    return found.fillna("").astype(str), int(found.isna().sum())
