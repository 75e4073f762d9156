"""Downloaded pages of an unfinished fetch: cleaned, hashed, in order, so that the fetch can continue."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
from contextlib import suppress
from pathlib import Path

import numpy as np
import shapely

from prospector.errors import SourceError
from prospector.sources.rows import Rows, Survey

STATE_FILE = "state.json"
_PAGE = re.compile(r"(\d{6})-([0-9a-f]{64})\.json\.gz")


class KeptPages:
    """The pages of one layer of a source, in a folder of their own.

    Parameters
    ----------
    folder
        Where they lie; made where it is not there.
    question
        What was asked: pages of another question are dropped.
    """

    def __init__(self, folder: Path, question: str) -> None:
        self.folder, self.question = folder, question
        self._number = 0

    def fitting(self, survey: Survey) -> list[Rows]:
        """Return the pages that are kept of the same question and the same state of the layer.

        All others are removed, and so is a page that is damaged, with those behind it.

        Raises
        ------
        SourceError
            The folder cannot be written.
        """
        state = json.dumps(_state(self.question, survey), sort_keys=True)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            if not self._is_state(state):
                self.clear()
                self.folder.mkdir(parents=True, exist_ok=True)
                _write(self.folder / STATE_FILE, state.encode())
            pages = self._whole()
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        self._number = len(pages)
        return pages

    def keep(self, rows: Rows) -> None:
        """Keep a page; it is there whole, or not at all."""
        data = _packed(rows)
        name = f"{self._number + 1:06d}-{hashlib.sha256(data).hexdigest()}.json.gz"
        try:
            _write(self.folder / name, data)
        except OSError as error:
            raise _unwritable(self.folder, error) from error
        self._number += 1

    def clear(self) -> None:
        """Remove all pages."""
        self._number = 0
        if self.folder.is_symlink():
            self.folder.unlink()
        with suppress(FileNotFoundError):
            shutil.rmtree(self.folder)

    def _is_state(self, state: str) -> bool:
        try:
            return (self.folder / STATE_FILE).read_text("utf-8") == state
        except (OSError, UnicodeDecodeError):
            return False

    def _whole(self) -> list[Rows]:
        """Return the pages from the first on, as far as each is whole; others are removed."""
        pages: list[Rows] = []
        for file in sorted(self.folder.iterdir()):
            if file.name == STATE_FILE:
                continue
            rows = _unpacked(file, len(pages) + 1)
            if rows is None:
                file.unlink()
            else:
                pages.append(rows)
        return pages


def _state(question: str, survey: Survey) -> dict[str, object]:
    ids = "" if survey.ids is None else hashlib.sha256("\n".join(survey.ids).encode()).hexdigest()
    return {
        "question": question, "count": survey.count, "ids": ids, "types": dict(survey.types),
        "notes": list(survey.notes),
    }  # fmt: skip


def _packed(rows: Rows) -> bytes:
    outlines = shapely.to_wkb(rows.shapes, hex=True, byte_order=1)
    table = {
        "ids": list(rows.ids), "values": {name: list(column) for name, column in rows.values.items()},
        "shapes": [None if outline is None else str(outline) for outline in outlines],
    }  # fmt: skip
    return gzip.compress(json.dumps(table, ensure_ascii=False).encode(), compresslevel=1, mtime=0)


def _unpacked(file: Path, number: int) -> Rows | None:
    """Return a page; None where it is not the one of that number, or not as it was written."""
    named = _PAGE.fullmatch(file.name)
    if named is None or int(named[1]) != number or file.is_symlink():
        return None
    data = file.read_bytes()
    if hashlib.sha256(data).hexdigest() != named[2]:
        return None
    table = json.loads(gzip.decompress(data))
    shapes = np.asarray(shapely.from_wkb(np.array(table["shapes"], dtype=object)))
    return Rows(tuple(table["ids"]), table["values"], shapes)


def _write(file: Path, data: bytes) -> None:
    """Write a file apart, and move it into place when it is on the disk."""
    aside = file.with_name(f".{file.name}.new")
    with aside.open("wb") as opened:
        opened.write(data)
        opened.flush()
        os.fsync(opened.fileno())
    aside.replace(file)


def _unwritable(folder: Path, error: OSError) -> SourceError:
    return SourceError(
        f"{folder}: cannot be written: {error.strerror or error}. Free some space, or check the folder's "
        "permissions."
    )
