"""Convert each column to the type that its contract states, and count what could not be converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time

import numpy as np
import pandas as pd

from prospector.errors import Notice
from prospector.layers.classes import MARKED, class_words
from prospector.layers.columns import NEITHER, yes_or_no
from prospector.layers.contract import Column
from prospector.layers.numbers.cells import written
from prospector.layers.numbers.column import NumberColumn, read_numbers
from prospector.layers.numbers.notices import first_words, number_notices
from prospector.layers.numbers.units import is_content, unit_of_column
from prospector.layers.registers import fold, read_holders
from prospector.layers.years import read_years

NO_CODE = 4
"""A word of so many letters is no code in which capitals matter."""

UNNAMED = "unnamed"
"""What a feature without a name is called."""

NO_NAMES = (UNNAMED, "sin nombre")
"""How what registers write in place of a name begins, in small letters."""


def is_own_name(name: str) -> bool:
    """Return whether a text is a name, not what a register writes for want of one.

    Examples
    --------
    >>> [is_own_name(name) for name in ("Toki", "Unnamed mine near Toki", "SIN NOMBRE 2")]
    [True, False, False]
    """
    return not name.casefold().startswith(NO_NAMES)


def typed(
    values: pd.Series,
    column: Column,
    name: str,
    *,
    required: bool = False,
    missing: Sequence[str | float] = (),
    shown: bool = True,
    of_file: str = "",
) -> tuple[pd.Series, list[Notice]]:
    """Return a column as what its contract says that it holds, and what was chosen on the way.

    A column that is so already comes back as it is.

    Parameters
    ----------
    values
        As the file has them.
    column
        What the contract says of it.
    name
        Its name.
    required
        Whether every row should have it.
    missing
        Words and numbers that its layer states for what is missing.
    shown
        Whether notices show words that are no numbers.
    of_file
        What its file calls it: a unit there is that of the numbers.

    Raises
    ------
    ValueError
        The column cannot be read: what stands there, and what to do.

    Examples
    --------
    >>> values, notices = typed(pd.Series(["285 Ma", "n/a"]), Column("number", "age", "Ma"), "age_ma")
    >>> values.tolist(), [str(notice) for notice in notices]
    ([285.0, nan], ['numbers-missing: column=age_ma, words=n/a (1) (1)'])
    """
    if column.holds in ("number", "year"):
        read = _numbers(values, column, name, missing, of_file)
        read = replace(read, suspected=None) if column.chosen else read
        numbers = read.halved() if is_content(column.unit) else read.values
        return _unless_same(values, numbers), number_notices(read, name, shown=shown)
    if column.holds == "yes or no":
        return _yes_or_no(values, name), []
    if column.holds == "yes, no or unknown":
        return _yes_no_or_unknown(values, name), []
    if column.holds == "holder":
        return read_holders(_texts(values))
    words = class_words(values) if column.holds == "class" else _texts(values)
    blank = words.map(lambda word: word is None or word.strip().casefold() in MARKED).astype(bool)
    empty = int(blank.sum())
    notices = []
    if required and empty:
        if name == "name":
            words = words.mask(blank, UNNAMED)
            notices.append(Notice("features-unnamed", "note", count=empty))
        else:
            notices.append(Notice("values-empty", "caution", {"column": name}, empty))
    if column.unique:
        notices += _repeated(words, name)
    if column.holds == "class" and shown and name != "deposit_type":  # told with the models' types
        notices += _spelled_apart(words, name)
    same = words.equals(values.astype(object).where(values.notna(), None))
    return values if same else words, notices


def _numbers(
    values: pd.Series,
    column: Column,
    name: str,
    missing: Sequence[str | float],
    of_file: str,
) -> NumberColumn:
    if column.holds == "year":
        return read_years(values, missing=missing)
    try:
        return read_numbers(
            values,
            never_negative=True,
            negative_limits=is_content(column.unit),
            missing=missing,
            unit=column.unit,
            bare=unit_of_column(of_file),
        )
    except ValueError as error:
        raise ValueError(
            f"column '{name}' holds {error}. Write all of them in one unit, or write the unit "
            "after each number."
        ) from error


def _unless_same(values: pd.Series, numbers: np.ndarray) -> pd.Series:
    """Return the numbers; the column itself where it holds the same ones as numbers."""
    is_number = values.dtype.kind in "iuf"
    if is_number and np.array_equal(values.to_numpy(dtype=float), numbers, equal_nan=True):
        return values
    return pd.Series(numbers, index=values.index)


def _yes_or_no(values: pd.Series, name: str) -> pd.Series:
    try:
        return yes_or_no(values)
    except ValueError as error:
        raise ValueError(
            f"column '{name}' is for yes or no, but has '{error}'. Write yes or no (true or false, "
            "si or no, 1 or 0), or leave the cell empty for no."
        ) from error


def _yes_no_or_unknown(values: pd.Series, name: str) -> pd.Series:
    """Return a column as the words yes and no, None where neither stands."""
    said = _yes_or_no(values, name)
    words = class_words(values)
    blank = words.map(lambda word: word is None or fold(word) in NEITHER).astype(bool)
    return said.map({True: "yes", False: "no"}).astype(object).mask(blank, None)


def _texts(values: pd.Series) -> pd.Series:
    """Return a column as text, None where there is nothing: numbers and days as a person writes them."""
    words = [_text(value) for value in values.tolist()]
    return pd.Series(words, index=values.index, dtype=object)


def _text(value: object) -> str | None:
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return written(value) if isinstance(value, float) else str(value)


def _spelled_apart(words: pd.Series, name: str) -> list[Notice]:
    """Return the notice of classes that are written in several ways; short ones may be codes of units."""
    counts = words[words.notna()].value_counts(sort=False)
    alike: dict[str, list[tuple[str, int]]] = {}
    for word, count in counts.items():
        alike.setdefault(fold(word), []).append((str(word), int(count)))
    apart = [
        way
        for word, ways in alike.items()
        if len(ways) > 1 and sum(letter.isalpha() for letter in word) >= NO_CODE
        for way in sorted(ways)
    ]
    if not apart:
        return []
    about = {"column": name, "words": first_words(apart)}
    return [Notice("class-spelled-apart", "caution", about, sum(count for _, count in apart))]


def _repeated(words: pd.Series, name: str) -> list[Notice]:
    """Return the notice of ids that several rows bear."""
    again = words[words.notna() & words.duplicated()]
    if again.empty:
        return []
    counted = [(str(word), int(count)) for word, count in again.value_counts(sort=False).items()]
    about = {"column": name, "words": first_words(counted)}
    return [Notice("ids-repeated", "caution", about, len(again))]
