"""A table of the whole world made small before it is read: the columns that are needed, rows near the box."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from prospector.grid import Bounds
from prospector.layers.places import NAMES, OUTLINE_NAMES
from prospector.layers.registers.folding import fold

SEPARATORS = ",;\t|"
NEAR_DEG = 1.0
"""Rows so far outside the box stay, too: only what is surely elsewhere goes."""

PLACES = {name for names in NAMES.values() for name in names} | set(OUTLINE_NAMES)


def narrowed(
    file: Path, fields: Collection[str], box: Bounds, *, encoding: str | None = None
) -> tuple[Path, int | None]:
    """Return a table in UTF-8 with the fields and the columns of coordinates, without rows that are far off.

    With it comes how many rows are left; None where the table stayed as it was.

    A row goes where its longitude and latitude are plain numbers in degrees that lie more than a degree
    outside the box; what is written in any other way stays for the reader. So does the whole file where it
    is not text in that encoding, has no header with the fields, or is not parted in one way.

    Parameters
    ----------
    file
        Path of the table.
    fields
        Names of columns that are asked for.
    box
        West, south, east and north in degrees.
    encoding
        Of the file; UTF-8 where none is stated.
    """
    aside = file.with_name(f"narrow{file.suffix}")
    try:
        with (
            file.open(encoding=encoding or "utf-8-sig", newline="") as text,
            aside.open("w", encoding="utf-8", newline="") as narrow,
        ):
            separator = _separator(text.readline())
            text.seek(0)
            rows = csv.reader(text, delimiter=separator, strict=True)
            header = next(rows)
            if not set(fields) <= set(header):
                return file, None
            kept = [
                place for place, name in enumerate(header) if name in fields or fold(name) in PLACES
            ]
            writer = csv.writer(narrow, delimiter=separator)
            writer.writerow([header[place] for place in kept])
            left = 0
            for row in _near(rows, header, box):
                writer.writerow([row[place] for place in kept])
                left += 1
    except (UnicodeError, LookupError, csv.Error, StopIteration, IndexError):
        return file, None
    return aside, left


def _separator(line: str) -> str:
    """Return the mark that parts a header most often."""
    counts = {mark: line.count(mark) for mark in SEPARATORS}
    best = max(counts, key=lambda mark: counts[mark])
    if not counts[best]:
        raise csv.Error("no separator")
    return best


def _near(rows: Iterator[list[str]], header: Sequence[str], box: Bounds) -> Iterator[list[str]]:
    """Give the rows that may lie near the box."""
    across, along = _column(header, "longitude"), _column(header, "latitude")
    for row in filter(None, rows):
        if across is None or along is None or not _far(row[across], row[along], box):
            yield row


def _column(header: Sequence[str], of: str) -> int | None:
    """Return the column of degrees that goes by a plain name; None where there is not one."""
    usual = NAMES[of][:4]
    named = [place for place, name in enumerate(header) if fold(name) in usual]
    return named[0] if len(named) == 1 else None


def _far(lon: str, lat: str, box: Bounds) -> bool:
    """Whether both are plain numbers in degrees that lie surely outside the box."""
    try:
        east, north = float(lon), float(lat)
    except ValueError:
        return False
    if not (abs(east) <= 180 and abs(north) <= 90):
        return False
    beside = not box.west - NEAR_DEG <= east <= box.east + NEAR_DEG
    return beside or not box.south - NEAR_DEG <= north <= box.north + NEAR_DEG
