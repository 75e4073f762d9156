"""Tables of text and of workbooks, as people save them: encoding, separator and sheet are found."""

from __future__ import annotations

import codecs
import csv
import re
import zipfile
import zlib
from dataclasses import dataclass
from io import StringIO
from itertools import islice

import pandas as pd

from prospector.layers.reading import Reading

TEXT_TABLES = (".csv", ".tsv", ".txt")
WORKBOOK = ".xlsx"
TABLES = (*TEXT_TABLES, WORKBOOK)
"""Endings of files that are tables."""

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
ROWS_SEEN = 200
"""Rows that the separator is found by."""

MARKS = {
    codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF32_LE: "utf-32", codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16",
}  # fmt: skip
"""How files begin that say how their text is written."""

WINDOWS = "cp1252"
"""How Windows of the Americas and western Europe writes text."""

WORKBOOK_ERRORS = (
    OSError, ValueError, LookupError, TypeError, AttributeError, SyntaxError, EOFError, zlib.error,
    zipfile.BadZipFile,
)  # fmt: skip
"""What the reader of workbooks raises over one that is damaged."""

UNPACKED_BYTES = 1_000_000_000
"""A workbook that unpacks to more than this is refused."""

_WHOLE = re.compile(r"0|-?[1-9]\d*", re.ASCII)
_DECIMAL = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?", re.ASCII)
_THREE = re.compile(r"-?[1-9]\d{0,2}\.\d{3}", re.ASCII)


@dataclass(frozen=True, eq=False)
class Table:
    """A table as it comes.

    Parameters
    ----------
    rows
        Columns by name; whole and decimal numbers where a column holds nothing else, else text; None where
        a cell is empty.
    separator, encoding
        As found; empty for a workbook.
    """

    rows: pd.DataFrame
    separator: str = ""
    encoding: str = ""


def read_table(reading: Reading) -> Table:
    """Return a table of text, or a sheet of a workbook.

    Raises
    ------
    LayerError
        Its text cannot be decoded, it has no columns, or several sheets and none is named.
    """
    if reading.path.suffix.lower() == WORKBOOK:
        return Table(_plain(_sheet(reading)))
    text, encoding = _text(reading)
    first, _, below = text.partition("\n")
    stated = re.fullmatch(r'"?sep=(.)"?\s*', first)
    separator = stated[1] if stated else _separator(text)
    lines = StringIO(below if stated else text, newline="")
    try:
        rows = list(csv.reader(lines, delimiter=separator, skipinitialspace=True))
    except csv.Error as error:
        raise reading.fail(
            "file", f"{reading.path} cannot be read: {error}. Correct it."
        ) from error
    rows = [row for row in rows if any(row)]
    _refuse_open_quote(reading, rows, separator)
    return Table(_plain(_frame(reading, rows)), separator, encoding)


# text ------------------------------------------------------------------------------------------


def _text(reading: Reading) -> tuple[str, str]:
    """Return the text of a file and how it was decoded."""
    content = reading.path.read_bytes()
    marked = next((code for mark, code in MARKS.items() if content.startswith(mark)), None)
    stated = reading.entry.encoding
    encoding = marked or stated or _without_mark(content)
    try:
        return content.decode(encoding), encoding
    except UnicodeError as error:
        raise reading.fail(
            "encoding",
            f"text in {reading.path} is not {encoding}. {reading.setting('encoding', 'ISO-8859-1')}",
        ) from error


def _without_mark(content: bytes) -> str:
    """Return how bytes without a mark at their beginning are decoded."""
    head = content[:2000]
    if head.count(0) > len(head) / 4:
        return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        return WINDOWS
    return "utf-8"


def _separator(text: str) -> str:
    """Return the separator by which most of the first rows have as many cells as the header."""
    lines = list(islice(StringIO(text, newline=""), ROWS_SEEN))

    def merit(separator: str) -> tuple[float, int]:
        try:
            rows = [row for row in csv.reader(lines, delimiter=separator) if any(row)]
        except csv.Error:
            return 0.0, 0
        width = len(rows[0]) if rows else 0
        if width < 2:
            return 0.0, 0
        return sum(len(row) == width for row in rows) / len(rows), width

    return max(SEPARATORS, key=merit)


def _refuse_open_quote(reading: Reading, rows: list[list[str]], separator: str) -> None:
    """Raise LayerError where a quotation mark that nothing closes made one text of several rows."""
    width = len(rows[0]) if rows else 0
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row, 1):
            if "\n" in cell and _holds_rows(cell.splitlines(), separator, width - place, width - 1):
                raise reading.fail(
                    "file",
                    f"{reading.path}: in row {number} a quotation mark opens cell {place} and is not closed "
                    "there, so rows below are read as its text. Remove the mark, or close it.",
                )


def _holds_rows(lines: list[str], separator: str, after: int, whole: int) -> bool:
    """Return whether lines of a cell have as many separators as the rest of its row and whole rows have.

    Examples
    --------
    >>> row = ["El Abra,-68.9,-22.3", "Toki,-68.9,-22.4", ""]
    >>> _holds_rows(row, ",", 2, 2), _holds_rows(["large, open pit", "since 1996"], ",", 2, 2)
    (True, False)
    """
    expected = [after, *[whole] * (len(lines) - 2)]
    return any(expected) and [line.count(separator) for line in lines[: len(expected)]] == expected


UNNAMED = "column_"
"""How columns without a name are called, with their place behind it."""

ABOVE_HEADER = "If a title or remark is above the names of the columns, remove it."


def _frame(reading: Reading, rows: list[list[str]]) -> pd.DataFrame:
    """Return rows below a header as a table of text."""
    if not rows:
        raise reading.fail("file", f"{reading.path} is empty. Give a table with a header and rows.")
    header, *below = rows
    while len(header) > 1 and not header[-1].strip():
        header = header[:-1]
    width = len(header)
    for number, row in enumerate(below, 2):
        if any(cell.strip() for cell in row[width:]):
            raise reading.fail(
                "file",
                f"{reading.path}: row {number} has {len(row)} cells, the header {width}. Put "
                f"quotes around text that holds the separator, or correct the row. {ABOVE_HEADER}",
            )
    filled = [(row + [""] * width)[:width] for row in below]
    return pd.DataFrame(filled, columns=_names(header), dtype=object)


# workbooks -------------------------------------------------------------------------------------


def sheet_names(reading: Reading) -> list[str]:
    """Return the names of a workbook's sheets that have rows.

    Raises
    ------
    LayerError
        It is no workbook that can be read.
    """
    return list(_filled_sheets(reading))


def _filled_sheets(reading: Reading) -> dict[str, pd.DataFrame]:
    """Return the sheets of a workbook that have rows, by name."""
    path = reading.path
    _refuse_bomb(reading)
    try:
        sheets = pd.read_excel(
            path, sheet_name=None, header=None, dtype=object, na_filter=False, engine="openpyxl"
        )
    except WORKBOOK_ERRORS as error:
        raise reading.fail(
            "file", f"{path} is not a workbook that can be read ({error}). Save the sheet as CSV."
        ) from error
    return {str(name): sheet for name, sheet in sheets.items() if not sheet.empty}


def _sheet(reading: Reading) -> pd.DataFrame:
    """Return the sheet that is meant: the one that is named, or the only one."""
    path, asked = reading.path, reading.entry.layer
    sheets = _filled_sheets(reading)
    filled = list(sheets)
    if asked is None and len(filled) > 1:
        raise reading.fail(
            "layer",
            f"{path} holds several sheets ({', '.join(filled)}). Choose one, e.g. layer = "
            f"'{filled[0]}'.",
        )
    chosen = asked or next(iter(filled), "")
    if chosen not in filled:
        raise reading.fail(
            "layer", f"{path} has no sheet '{chosen}' with rows. It has: {', '.join(filled)}."
        )
    cells = sheets[chosen].map(lambda cell: "" if pd.isna(cell) else cell)
    cells = cells[(cells != "").any(axis=1)].reset_index(drop=True)
    header = _names([str(cell) for cell in cells.iloc[0]])
    return cells[1:].reset_index(drop=True).set_axis(header, axis=1)


def _refuse_bomb(reading: Reading) -> None:
    if not zipfile.is_zipfile(reading.path):
        raise reading.fail("file", f"{reading.path} is not a workbook. Save the sheet as CSV.")
    with zipfile.ZipFile(reading.path) as archive:
        if sum(part.file_size for part in archive.infolist()) > UNPACKED_BYTES:
            raise reading.fail(
                "file", f"{reading.path} unpacks to more than 1 GB. Save the sheet as CSV."
            )


# columns ---------------------------------------------------------------------------------------


def _names(header: list[str]) -> list[str]:
    """Return names of columns: trimmed, one for each, also where there is none or it repeats."""
    names: list[str] = []
    for place, word in enumerate(header, 1):
        name = " ".join(word.split()) or f"{UNNAMED}{place}"
        while name in names:
            name = f"{name}_{place}"
        names.append(name)
    return names


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table with None where cells are empty, and columns of nothing but numbers as numbers."""
    return pd.DataFrame({name: _column(table[name]) for name in table.columns})


def _column(cells: pd.Series) -> pd.Series:
    """Return a column as numbers where each is written as a program writes it: 7, not 007 or 7,0.

    Where every point has three figures behind it, it may be one of thousands, and the column stays text.
    """
    stripped = [cell.strip() if isinstance(cell, str) else cell for cell in cells]
    kept = pd.Series(
        [None if cell == "" else cell for cell in stripped], index=cells.index, dtype=object
    )
    filled = [str(cell) for cell in kept if cell is not None]
    decimals = [cell for cell in filled if not _WHOLE.fullmatch(cell)]
    may_be_thousands = bool(decimals) and all(map(_THREE.fullmatch, decimals))
    if not filled or may_be_thousands or not all(map(_DECIMAL.fullmatch, filled)):
        return kept
    whole = [int(cell) for cell in filled if _WHOLE.fullmatch(cell)]
    largest = max(map(abs, whole), default=0)
    if len(whole) == len(cells) and largest < 2**63:
        return pd.Series(whole, index=cells.index, dtype="int64")
    exact = len(whole) < len(filled) or largest < 2**53
    return pd.to_numeric(kept).astype(float) if exact else kept
