"""One sheet of a workbook: typed columns, a header that is whole, pages that fit on paper."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd
from xlsxwriter.url import Url

MOST_ROWS = 1_048_575
"""Rows that a sheet holds below its header."""

MOST_LETTERS = 32_000
"""Letters that a cell holds, nearly."""

MOST_COMMENT = 1_000
CUT = " [...]"
WIDEST = 60
LABEL_LINES = 4
"""Lines that a header takes at most, where its words allow."""

LINE_POINTS = 15.0
TALLEST_POINTS = 400.0
PRINTED_ROWS = 200
"""Rows of a sheet that are printed."""

PRINTED_LETTERS = 200
"""Letters across a sheet of paper, at the smallest print that is easily read."""

ROWS_AT_ONCE = 2_000
A4 = 9
FIRST_DAY = date(1899, 12, 30)
"""Spreadsheets count days from it."""

GROUP_COLOURS = ("#E8F1F8", "#FBEFD9", "#E9F3E5", "#F1EAF5", "#F8E8E8")
"""Behind the headers of each deposit model's columns, in turn."""


class RelativeUrl(Url):  # type: ignore[misc]
    """A link to a file beside the workbook, with the slashes that every program reads."""

    def __init__(self, path: str, text: str) -> None:
        super().__init__(f"external:{path}")
        self.text = text

    def _target(self) -> str:
        return str(super()._target()).replace("\\", "/")


@dataclass(frozen=True, eq=False)
class Column:
    """A column of a sheet.

    Parameters
    ----------
    label
        What stands in the header; no other column of the sheet has the same.
    meaning
        What it means, as a comment on the header.
    values
        Numbers, texts, booleans, or dates as ISO text.
    look
        How numbers are shown, as spreadsheets write it; "" for text.
    links
        Where each cell leads, a path relative to the workbook; "" where it leads nowhere.
    group
        The number of the deposit model that it belongs to; None where it belongs to none.
    wraps
        Whether long text goes over several lines.
    """

    label: str
    meaning: str
    values: pd.Series
    look: str = ""
    is_date: bool = False
    links: Sequence[str] | None = None
    group: int | None = None
    wraps: bool = False

    @property
    def width(self) -> int:
        """Letters across: room for most of its texts, and for the label on a few lines."""
        texts = self.values.dropna().astype(str).str.len()
        usual = float(np.quantile(texts, 0.9)) if self._is_text and len(texts) else 8.0
        if self.is_date:
            usual = 10.0
        words = self.label.split()
        longest = max(map(len, words), default=0)
        of_label = -(-len(self.label) // LABEL_LINES)
        return int(min(WIDEST, max(usual, longest, of_label)) + 3)

    @property
    def _is_text(self) -> bool:
        return self.values.dtype.kind not in "iufb"

    @property
    def indent(self) -> int:
        """How far cells stand off the edge: text, which begins at the left, off numbers before it."""
        return int(self._is_text and not self.is_date)

    def lines(self, width: int) -> int:
        """Return how many lines the label takes in bold, beside the button of the filter."""
        return len(textwrap.wrap(self.label, max(width - 3, 1))) or 1

    def cells(self, first: int, last: int) -> list[Any]:
        """Return what its cells hold: numbers, booleans, texts, days; None where there is nothing."""
        part = self.values.iloc[first:last]
        if self.is_date:
            return [_day(value) for value in part]
        if not self._is_text:
            whole = part.astype(object)
            return list(whole.where(_known(part), None))
        return [_text(value) for value in part]


def _known(values: pd.Series) -> pd.Series:
    """Return which values are there, and are numbers that a spreadsheet has."""
    known = values.notna()
    return known & np.isfinite(values.astype(float)) if values.dtype.kind == "f" else known


def _text(value: Any) -> Any:
    """Return a text that fits a cell; a number among texts as it is; None where there is nothing."""
    if isinstance(value, str):
        return value if len(value) <= MOST_LETTERS else value[:MOST_LETTERS] + CUT
    if value is None or pd.isna(value):
        return None
    if isinstance(value, bool | np.bool_):
        return bool(value)
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return float(value) if np.isfinite(value) else None
    return str(value)


def _day(value: Any) -> Any:
    """Return the day that a date is, as spreadsheets count; its text before 1900, where they begin."""
    text = value.date().isoformat() if isinstance(value, pd.Timestamp) else str(value)
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return _text(value)
    return (found - FIRST_DAY).days if found.year >= 1900 else text


def is_empty(values: pd.Series) -> bool:
    """Return whether no cell of a column holds anything."""
    empty = values.isna() if values.dtype.kind in "iufb" else values.isna() | (values == "")
    return bool(empty.all())


@dataclass(frozen=True, eq=False)
class Sheet:
    """A sheet: its name in the language, its columns, and where it is cut.

    Parameters
    ----------
    frozen
        Columns that stay in sight.
    footer
        What stands at the foot of each page.
    """

    name: str
    columns: Sequence[Column]
    frozen: int = 1
    footer: str = ""

    @property
    def n_rows(self) -> int:
        """Rows below the header."""
        return min(len(self.columns[0].values), MOST_ROWS) if self.columns else 0


def cut_cells(sheet: Sheet) -> Iterator[tuple[str, int]]:
    """Give each column with texts that do not fit their cells, and how many."""
    for column in sheet.columns:
        if column.values.dtype.kind not in "iufb":
            long = int((column.values.astype(str).str.len() > MOST_LETTERS).sum())
            if long:
                yield column.label, long


def write_sheet(book: Any, sheet: Sheet) -> None:
    """Write a sheet into a workbook of xlsxwriter's.

    Rows go to the file as they are written: no sheet is held in memory.
    """
    written = book.add_worksheet(sheet.name)
    widths = [column.width for column in sheet.columns]
    for place, (column, width) in enumerate(zip(sheet.columns, widths, strict=True)):
        look = {"num_format": column.look or "@", "valign": "top", "indent": column.indent}
        written.set_column(place, place, width, book.add_format(look | {"text_wrap": column.wraps}))
    _write_header(book, written, sheet, widths)
    _write_rows(book, written, sheet, widths)
    _set_up_pages(written, sheet, widths)


def _write_header(book: Any, written: Any, sheet: Sheet, widths: Sequence[int]) -> None:
    """Write the header: labels whole, on as many lines as they take, their meanings as comments."""
    plain = {"bold": True, "text_wrap": True, "valign": "top", "bottom": 1}
    lines = (column.lines(width) for column, width in zip(sheet.columns, widths, strict=True))
    written.set_row(0, LINE_POINTS * max(lines, default=1) + 3)
    for place, column in enumerate(sheet.columns):
        look = {**plain, "indent": column.indent}
        if column.group is not None:
            look["bg_color"] = GROUP_COLOURS[column.group % len(GROUP_COLOURS)]
        written.write_string(0, place, column.label, book.add_format(look))
        if column.meaning:
            size = {"width": 260, "height": 22 + 18 * -(-len(column.meaning) // 38)}
            written.write_comment(0, place, column.meaning[:MOST_COMMENT], size)


def _write_rows(book: Any, written: Any, sheet: Sheet, widths: Sequence[int]) -> None:
    """Write the rows, some at a time."""
    link = book.add_format({"font_color": "#0563C1", "underline": 1, "valign": "top", "indent": 1})
    wrapped = [place for place, column in enumerate(sheet.columns) if column.wraps]
    write = {
        bool: written.write_boolean, int: written.write_number, float: written.write_number,
        str: written.write_string,
    }  # fmt: skip
    for first in range(0, sheet.n_rows, ROWS_AT_ONCE):
        last = min(first + ROWS_AT_ONCE, sheet.n_rows)
        cells = [column.cells(first, last) for column in sheet.columns]
        links = {
            place: column.links[first:last]
            for place, column in enumerate(sheet.columns)
            if column.links is not None
        }
        for row, values in enumerate(zip(*cells, strict=True)):
            at = first + row + 1
            if wrapped:
                written.set_row(at, _height(values, wrapped, widths))
            for place, value in enumerate(values):
                if value is None or value == "":
                    continue
                if place in links and links[place][row]:
                    written.write_url(at, place, RelativeUrl(links[place][row], value), link)
                else:
                    write[type(value)](at, place, value)


def _height(values: Sequence[Any], wrapped: Sequence[int], widths: Sequence[int]) -> float:
    """Return how tall a row is, in points, so that its long texts stand whole."""
    lines = max(-(-len(str(values[place] or "")) // max(widths[place] - 4, 1)) for place in wrapped)
    return min(LINE_POINTS * max(lines, 1), TALLEST_POINTS)


def _set_up_pages(written: Any, sheet: Sheet, widths: Sequence[int]) -> None:
    """Let the header stay and filter; print landscape, one page wide, the header on each page."""
    last = len(sheet.columns) - 1
    written.freeze_panes(1, min(sheet.frozen, last))
    if sheet.n_rows and last:
        written.autofilter(0, 0, sheet.n_rows, last)
    written.set_landscape()
    written.set_paper(A4)
    written.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    written.fit_to_pages(1, 0)
    written.repeat_rows(0)
    written.print_area(0, 0, min(sheet.n_rows, PRINTED_ROWS), printed_columns(widths) - 1)
    written.set_footer(sheet.footer)


def printed_columns(widths: Sequence[int]) -> int:
    """Return how many columns, from the first, fit across a sheet of paper; at least one.

    Examples
    --------
    >>> printed_columns([100, 80, 60]), printed_columns([300])
    (2, 1)
    """
    return max(sum(width <= PRINTED_LETTERS for width in accumulate(widths)), 1)
