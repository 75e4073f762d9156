"""What point and comma mean in a column of numbers: decided by all of them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from prospector.layers.numbers.cells import Cell

_GROUPED = re.compile(r"\d{1,3}(?:[ ']\d{3})+(?P<rest>[.,]\d*)?")
_TWO_MARKS = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3})+,\d*|(?:,\d{3})+\.\d*)")
_ONE_REPEATED = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,}|(?:,\d{3}){2,})")
_EITHER = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")
_OTHER = {".": ",", ",": "."}


class _Shape(NamedTuple):
    """What the marks of one number are: decimal, of thousands, or either of them."""

    decimal: str = ""
    thousands: str = ""
    either: str = ""


def _shape(figures: str, power: str = "") -> _Shape | None:
    """Return what the marks of a number prove; None where they fit no number.

    Examples
    --------
    >>> _shape("1.234,5"), _shape("1,234"), _shape("12.05.1992")
    (_Shape(decimal=',', thousands='.', either=''), _Shape(decimal='', thousands='', either=','), None)
    """
    if " " in figures or "'" in figures:
        grouped = _GROUPED.fullmatch(figures)
        return None if grouped is None else _Shape((grouped["rest"] or "")[:1])
    marks = [figure for figure in figures if figure in ".,"]
    if not marks:
        return _Shape()
    if len(marks) == 1:
        either = _EITHER.fullmatch(figures) and not power
        return _Shape(either=marks[0]) if either else _Shape(marks[0])
    if _TWO_MARKS.fullmatch(figures):
        return _Shape(marks[-1], marks[0])
    return _Shape(thousands=marks[0]) if _ONE_REPEATED.fullmatch(figures) else None


@dataclass(frozen=True)
class Marks:
    """What point and comma mean in a column: how many of its words prove each a decimal mark."""

    decimals: Mapping[str, int]
    thousands: Mapping[str, int]

    @classmethod
    def of(cls, cells: Iterable[Cell]) -> Marks:
        """Return what the cells of a column prove."""
        shapes = [_shape(cell.figures, cell.power) for cell in cells if cell.figures]
        known = [shape for shape in shapes if shape is not None]
        thousands = Counter(shape.thousands for shape in known if shape.thousands)
        proved = (shape.decimal or _OTHER.get(shape.thousands, "") for shape in known)
        decimals = Counter(mark for mark in proved if mark)
        return cls(decimals, thousands)

    @property
    def mixed(self) -> bool:
        """Whether both marks stand for decimals."""
        return len(self.decimals) > 1

    def undecided(self, cell: Cell) -> bool:
        """Whether nothing decides what the mark of a number is."""
        shape = _shape(cell.figures, cell.power) if cell.figures else None
        return shape is not None and bool(shape.either) and not self.decimals

    def valued(self, cell: Cell) -> Cell:
        """Return a cell with its number; as unreadable where its marks fit none."""
        if not cell.figures:
            return cell
        shape = _shape(cell.figures, cell.power)
        if shape is None:
            return replace(cell, says="unreadable", figures="")
        decimal = shape.decimal or (shape.either if self._is_decimal(shape.either) else "")
        plain = "".join(figure for figure in cell.figures if figure.isdigit() or figure == decimal)
        value = float(plain.replace(",", ".") + cell.power)
        parted = len(plain) < len(cell.figures.rstrip(".,"))
        return replace(cell, value=-value if cell.minus else value, decimal=decimal, parted=parted)

    def _is_decimal(self, mark: str) -> bool:
        """Whether a mark that could be either is the decimal one, by the rest of the column."""
        if not self.decimals:
            return mark == "."
        rather = self.decimals.get(mark, 0), self.decimals.get(_OTHER.get(mark, ""), 0)
        return rather[0] > 0 and not (mark in self.thousands and rather[0] < rather[1])
