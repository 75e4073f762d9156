"""Numbers as people write them: marks, units, limits of detection and codes of what is missing, by column."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from prospector.grid import BoolArray, FloatArray
from prospector.layers.numbers.cells import Cell, cell_of, distinct, plain_value, written
from prospector.layers.numbers.marks import Marks
from prospector.layers.numbers.units import factor, unit_named

Counted = tuple[tuple[str, int], ...]
"""Words of a column with how often each stands there, the first seen first."""

NULL_NUMBER = re.compile(r"-(?:9{2,}|8{3,}|7{3,}|32768|32767|2147483648)(?:\.(?:0+|9+|25))?")
"""Codes of what is missing where a quantity cannot be negative, e.g. -9999, -99, -999.25."""

FAR_CODE = re.compile(r"-(?:9{3,}|32768|32767|2147483648)(?:\.(?:0+|9+|25))?")
"""Those of them that are missing wherever they are far from all others."""

NINES = re.compile(r"9{4,}")
"""What programs write for what is missing, and assays hold too: it is suspected, not left out."""

NO_NUMBER = 1e30
"""From here on a number is a code, whatever the quantity: 1e30, 3.4e38."""

REPEATED = 3
"""A value that stands in so many rows, far beyond all others, is suspected to be a code."""

STEP = 10
"""Where every value repeats, as on a scale of classes, a code stands so many times their range apart."""

LEAST_DISTINCT = 6
"""With fewer distinct values none is far from the others."""

MEASURED = ("number", "above", "about")

_WORD = re.compile(r"[^\W\d_][^\d]*")


@dataclass(frozen=True, eq=False)
class NumberColumn:
    """A column of numbers, with what stood there that was none.

    Parameters
    ----------
    values
        The numbers, NaN where there is none; a limit where a value is below or above it. Shape (n,).
    below, above
        Where `values` is a limit. Shape (n,).
    about
        Where a number is written as approximate. Shape (n,).
    unit
        Unit of the values: the one that was asked for, else the commonest behind the numbers.
    units
        Units seen behind the numbers.
    converted
        Units that were turned into `unit`.
    empty
        How many cells hold nothing.
    missing
        Codes and words of what is missing.
    unknown_limit
        Words of what is below, or above, a limit that is not stated: no number.
    not_limits
        Limits above the largest measured value, so no limits: no number.
    unreadable
        Words that are no number.
    decimal_commas, thousands
        Words whose comma was taken as decimal mark; words with marks of thousands.
    undecided
        Words such as 1.234, whose mark nothing in the column decides: a point is taken as decimal, a
        comma as mark of thousands.
    mixed_marks
        Whether both marks stand for decimals.
    suspected
        The most extreme value and how many rows hold it, where it is far from all others.
    """

    values: FloatArray
    below: BoolArray
    above: BoolArray
    about: BoolArray
    unit: str = ""
    units: Counted = ()
    converted: Counted = ()
    empty: int = 0
    missing: Counted = ()
    unknown_limit: Counted = ()
    not_limits: Counted = ()
    unreadable: Counted = ()
    decimal_commas: Counted = ()
    thousands: Counted = ()
    undecided: Counted = ()
    mixed_marks: bool = False
    suspected: tuple[float, int] | None = None

    def halved(self, share: float = 0.5) -> FloatArray:
        """Return the numbers with a share of the limit for what is below it, shape (rows,).

        Examples
        --------
        >>> read_numbers(pd.Series(["12", "<5", "-4"]), never_negative=True).halved().tolist()
        [12.0, 2.5, 2.0]
        """
        return np.where(self.below, self.values * share, self.values)


def read_numbers(
    column: pd.Series,
    *,
    never_negative: bool = False,
    negative_limits: bool = True,
    missing: Sequence[str | float] = (),
    unit: str = "",
    bare: str = "",
) -> NumberColumn:
    """Return a column of numbers as people write them, and what was chosen on the way.

    What a point or comma means is decided by all values of the column.

    Parameters
    ----------
    column
        As the file has it: numbers or text.
    never_negative
        Whether the quantity cannot be negative, as an assay, an age, an area: -9999 or -99 is then a
        code of what is missing.
    negative_limits
        Whether -5 is then a limit of detection of 5, as in an assay; else it cannot be read.
    missing
        Words and numbers that stand for what is missing, beside the usual ones.
    unit
        Unit that the values are wanted in; numbers with another behind them are converted.
    bare
        Unit of numbers without one, where it is another than the one that is wanted.

    Raises
    ------
    ValueError
        The numbers stand in units that differ, some have none, and none is asked for.

    Examples
    --------
    >>> read = read_numbers(pd.Series(["1.234,5", "<0,5", "2.000", "ND", "-9999"]), never_negative=True)
    >>> read.values.tolist()
    [1234.5, 0.5, 2000.0, nan, nan]
    >>> read.below.tolist(), read.unknown_limit, read.missing
    ([False, True, False, False, False], (('ND', 1),), (('-9999', 1),))
    >>> read_numbers(pd.Series(["1.2 %", "300 ppm"]), unit="ppm").values.tolist()
    [12000.0, 300.0]
    """
    rows, cells = distinct(column)
    marks = Marks.of(cells)
    codes = _Codes.of(missing, never_negative, negative_limits)
    judged = [codes.judged(marks.valued(cell)) for cell in cells]
    if bare != unit and factor(bare, unit) is not None:
        judged = [cell if cell.unit else replace(cell, unit=bare) for cell in judged]
    return _assembled(rows, judged, marks, unit)


@dataclass(frozen=True)
class _Codes:
    """What stands for what is missing, and whether a negative number is a limit."""

    words: frozenset[str]
    numbers: frozenset[float]
    never_negative: bool
    negative_limits: bool

    @classmethod
    def of(
        cls,
        missing: Sequence[str | float],
        never_negative: bool,
        negative_limits: bool,
    ) -> _Codes:
        """Return the codes that a layer states beside the usual ones."""
        cells = [Marks({}, {}).valued(cell_of(plain_value(code))) for code in missing]
        words = frozenset(cell.word.casefold() for cell in cells)
        numbers = frozenset(cell.value for cell in cells if cell.says == "number")
        return cls(words, numbers, never_negative, negative_limits)

    def judged(self, cell: Cell) -> Cell:
        """Return a cell as missing where it holds a code; a negative number as a limit."""
        value = cell.value
        if cell.word.casefold() in self.words or value in self.numbers or abs(value) >= NO_NUMBER:
            return replace(cell, says="missing", value=math.nan)
        if cell.says == "below" and value == 0:
            return replace(cell, says="no limit", value=math.nan)
        if not (self.never_negative and value < 0):
            return cell
        if NULL_NUMBER.fullmatch(written(value)):
            return replace(cell, says="missing", value=math.nan)
        if cell.says != "number" or not self.negative_limits:
            return replace(cell, says="unreadable", value=math.nan)
        return replace(cell, says="below", value=-value, by_sign=True)


# the column ------------------------------------------------------------------------------------


def _assembled(
    rows: NDArray[np.intp], cells: list[Cell], marks: Marks, wanted: str
) -> NumberColumn:
    """Return the rows of a column of which the distinct cells are read."""
    times = np.bincount(rows, minlength=len(cells))
    cells, unit, units, converted = _in_one_unit(cells, times, wanted)
    cells = _without_far_codes(cells)
    largest = max((cell.value for cell in cells if cell.says in MEASURED), default=math.nan)
    no_limits = [
        cell.says == "below" and (cell.value > largest or (cell.by_sign and math.isnan(largest)))
        for cell in cells
    ]
    says = np.array(
        ["not a limit" if no else c.says for c, no in zip(cells, no_limits, strict=True)]
    )
    numbers = np.array([cell.value for cell in cells])
    values = np.where(np.isin(says, (*MEASURED, "below")), numbers, np.nan)

    def counted(chosen: Iterable[bool]) -> Counted:
        return _counted(zip(cells, times, chosen, strict=True))

    return NumberColumn(
        values=values[rows],
        below=(says == "below")[rows],
        above=(says == "above")[rows],
        about=(says == "about")[rows],
        unit=unit,
        units=units,
        converted=converted,
        empty=int(times[says == "empty"].sum()),
        missing=counted(says == "missing"),
        unknown_limit=counted(says == "no limit"),
        not_limits=counted(says == "not a limit"),
        unreadable=counted(says == "unreadable"),
        decimal_commas=counted(cell.decimal == "," for cell in cells),
        thousands=counted(cell.parted for cell in cells),
        undecided=counted(marks.undecided(cell) for cell in cells),
        mixed_marks=marks.mixed,
        suspected=_suspected(numbers, times, np.isin(says, ("number", "about"))),
    )


def _counted(cells: Iterable[tuple[Cell, int, bool]]) -> Counted:
    """Return the words of chosen cells with how often they stand, the first seen first."""
    return tuple((cell.word, int(times)) for cell, times, chosen in cells if chosen)


def _in_one_unit(
    cells: list[Cell], times: NDArray[np.intp], wanted: str
) -> tuple[list[Cell], str, Counted, Counted]:
    """Return cells in one unit, that unit, the units seen, and those that were converted."""
    named = [unit_named(cell.unit) or cell.unit for cell in cells]
    seen: Counter[str] = Counter()
    for cell, unit, count in zip(cells, named, times, strict=True):
        if cell.says in (*MEASURED, "below"):
            seen[unit] += int(count)
    bare = seen.pop("", 0)
    known = Counter({unit: n for unit, n in seen.items() if unit_named(unit)})
    if not known and len(seen) == 1 and seen.total() >= bare and _WORD.fullmatch(next(iter(seen))):
        known = seen
    if bare and len(known) > 1 and not wanted:
        counts = ", ".join(f"{unit} ({count})" for unit, count in known.most_common())
        raise ValueError(f"numbers in {counts} and {bare} without a unit")
    unit = wanted or next((unit for unit, _ in known.most_common()), "")
    changed = [_in_unit(cell, of, unit, known) for cell, of in zip(cells, named, strict=True)]
    converted = Counter(
        {name: n for name, n in known.items() if name != unit and factor(name, unit) is not None}
    )
    return changed, unit, tuple(known.most_common()), tuple(converted.most_common())


def _in_unit(cell: Cell, unit: str, wanted: str, known: Collection[str]) -> Cell:
    """Return a cell in a unit; as unreadable where its own is another that cannot be turned into it."""
    if not unit or math.isnan(cell.value):
        return cell
    times = factor(unit, wanted) if unit in known else None
    if times is None:
        return replace(cell, says="unreadable", value=math.nan)
    return cell if times == 1 else replace(cell, value=float(f"{cell.value * times:.15g}"))


def _without_far_codes(cells: list[Cell]) -> list[Cell]:
    """Return cells of which those are missing that hold a code such as -9999, far from all others."""
    values = sorted({cell.value for cell in cells if cell.says in MEASURED})
    codes = set[float]()
    while len(values) > 2 and FAR_CODE.fullmatch(written(values[0])):
        if values[1] - values[0] <= values[-1] - values[1]:
            break
        codes.add(values.pop(0))
    if not codes:
        return cells
    return [
        replace(cell, says="missing", value=math.nan) if cell.value in codes else cell
        for cell in cells
    ]


def _suspected(
    numbers: FloatArray, times: NDArray[np.intp], measured: BoolArray
) -> tuple[float, int] | None:
    """Return a most extreme value that many rows hold, far from all others; None if there is none."""
    values, place = np.unique(numbers[measured], return_inverse=True)
    if len(values) < LEAST_DISTINCT:
        return None
    counts = np.bincount(place, weights=times[measured])
    low, next_low, next_high, high = values[[0, 1, -2, -1]]
    reach = STEP if (counts > 1).all() else 1
    many = counts[-1] >= REPEATED or NINES.fullmatch(written(high)) is not None
    if many and high - next_high > reach * (next_high - low):
        return float(high), int(counts[-1])
    if counts[0] >= REPEATED and next_low - low > reach * (high - next_low):
        return float(low), int(counts[0])
    return None
