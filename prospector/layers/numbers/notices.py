"""What reading a column of numbers chose, as notices."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prospector.errors import Level, Notice, Reason
from prospector.layers.numbers.cells import written
from prospector.layers.numbers.column import Counted, NumberColumn

SHOWN = 5
LONGEST_WORD = 40


def number_notices(read: NumberColumn, column: str, *, shown: bool = True) -> list[Notice]:
    """Return what was censored, missing, unreadable or decided in a column, with the first words seen.

    Parameters
    ----------
    read
        What `read_numbers` made of it.
    column
        Name of the column.
    shown
        Whether words are shown that are no numbers: where a layer names people they are not.

    Examples
    --------
    >>> import pandas as pd
    >>> from prospector.layers.numbers.column import read_numbers
    >>> for notice in number_notices(read_numbers(pd.Series(["12", "<5", "ND", "-", "gossan"])), "cu"):
    ...     print(notice)
    numbers-below-limit: column=cu, words=5 (1) (1)
    numbers-of-unknown-limit: column=cu, words=ND (1) (1)
    numbers-missing: column=cu, words=- (1) (1)
    numbers-unreadable: column=cu, words=gossan (1) (1)
    """
    limits, above = _numbers(read, read.below), _numbers(read, read.above)
    notices = [
        _notice("numbers-below-limit", "note", column, limits),
        _notice("numbers-above-limit", "caution", column, above),
        _notice("numbers-of-unknown-limit", "caution", column, read.unknown_limit),
        _notice("limits-above-all-values", "caution", column, read.not_limits),
        _notice("numbers-missing", "note", column, read.missing),
        _notice("numbers-unreadable", "caution", column, read.unreadable),
        _notice("decimal-commas", "note", column, read.decimal_commas),
        _notice("marks-of-thousands", "note", column, read.thousands),
        _notice("marks-undecided", "caution", column, read.undecided),
        _converted(read, column),
    ]
    if read.about.any():
        about = {"column": column}
        notices.append(Notice("numbers-approximate", "note", about, int(read.about.sum())))
    if read.mixed_marks:
        notices.append(Notice("marks-mixed", "caution", {"column": column}))
    if read.suspected is not None:
        value, count = read.suspected
        about = {"column": column, "value": written(value)}
        notices.append(Notice("extreme-repeated", "caution", about, count))
    made = [notice for notice in notices if notice is not None]
    return made if shown else [_without_words(notice) for notice in made]


def _without_words(notice: Notice) -> Notice:
    """Return a notice of words that are no numbers without them."""
    if notice.code not in ("numbers-unreadable", "numbers-missing"):
        return notice
    about = {**dict(notice.about), "words": Reason("not-shown")}
    return Notice(notice.code, notice.level, about, notice.count)


def _notice(code: str, level: Level, column: str, counted: Counted) -> Notice | None:
    """Return a notice of words, unless there are none."""
    if not counted:
        return None
    total = sum(count for _, count in counted)
    return Notice(code, level, {"column": column, "words": first_words(counted)}, total)


def first_words(counted: Sequence[tuple[str, int]]) -> list[str] | Reason:
    """Return the first few words, each with its count, and how many more there are.

    Examples
    --------
    >>> first_words((("ND", 12), ("bdl", 1)))
    ['ND (12)', 'bdl (1)']
    """
    words = [f"{word[:LONGEST_WORD]} ({count})" for word, count in counted[:SHOWN]]
    if len(counted) <= SHOWN:
        return words
    return Reason("and-more", words=words, more=len(counted) - SHOWN)


def _numbers(read: NumberColumn, chosen: np.ndarray) -> Counted:
    """Return the limits of chosen rows with their counts, the smallest first."""
    values, counts = np.unique(read.values[chosen], return_counts=True)
    return tuple((written(value), int(count)) for value, count in zip(values, counts, strict=True))


def _converted(read: NumberColumn, column: str) -> Notice | None:
    """Return the notice of units that were converted; none where none was."""
    if not read.converted:
        return None
    about = {"column": column, "units": first_words(read.converted), "unit": read.unit}
    return Notice("units-converted", "caution", about, sum(n for _, n in read.converted))
