"""The store of one region's windows: Zarr arrays by key, a chunk for each window, or values of some cells."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import product
from typing import Any, Literal, Protocol

import fsspec
import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.codecs import BloscCodec, BloscShuffle, Crc32cCodec

from prospector.compute.packed import packed, unpacked
from prospector.compute.sealed import Damaged, sealed, unsealed
from prospector.compute.store_files import cleared, put, share
from prospector.errors import OutputError
from prospector.grid import FloatArray, Grid, Window
from prospector.gridded import Gridded

FORM = 4
"""Changes when what is kept takes another form: what was kept before is not used again."""

ARRAYS_KEPT = 64
"""Arrays that a process holds open; each is opened again where its description has changed."""

log = logging.getLogger("prospector")


STORE_ERRORS = (
    Damaged, OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError, RuntimeError,
    ImportError,
)  # fmt: skip
"""What Zarr, its codecs and fsspec raise where a file is cut, changed, gone or cannot be written."""


def key_of(*parts: Any) -> str:
    """Return a key that changes with any of the JSON-ready parts, and with the form of what is kept."""
    text = json.dumps([FORM, *parts], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


@dataclass(frozen=True)
class Form:
    """How the numbers of an array are kept.

    Parameters
    ----------
    dtype
        Type of the numbers, as NumPy names it.
    nodata
        What stands where there is none.
    """

    dtype: str
    nodata: float


EVIDENCE = Form("float32", np.nan)
SCORE = Form("int16", -1)
MASK = Form("uint8", 0)


@dataclass(frozen=True)
class Store:
    """A folder, or any path that fsspec knows (``s3://bucket/folder``), that holds arrays by key.

    A chunk is written whole or not at all, so what is there is done: a run that was killed goes on
    from it. Chunks and records carry checksums: what is damaged counts as missing and is logged as a
    warning; results do not change.

    Parameters
    ----------
    root
        The folder or path.
    window_cells
        Side of a window, and so of a chunk, in cells.
    """

    root: str
    window_cells: int = 1024

    def prepare(self) -> None:
        """Make the folder.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        with self._writing():
            file_system, path = fsspec.core.url_to_fs(self.root)
            file_system.makedirs(path, exist_ok=True)
            share(self.root)

    def recall(self, key: str, compute: Callable[[], Any]) -> Any:
        """Return a JSON-ready record of a key, computed and kept where it is not there or damaged.

        Raises
        ------
        OutputError
            It cannot be read or written.
        """
        self.prepare()
        file_system, path = self._at(f"{key}.json")
        damaged = self._cleared(f"{key}.json")
        try:
            return unsealed(file_system.cat_file(path), key)
        except FileNotFoundError:
            pass
        except (Damaged, OSError):
            damaged = True
        if damaged:
            log.warning("%s: a saved record was damaged and recomputed", self.root)
        content = sealed(compute(), key)
        with self._writing():
            put(file_system, path, BytesIO(content))
        return unsealed(content, key)

    def create(self, key: str, grid: Grid, form: Form) -> None:
        """Make the array of a key, unless it is there as it would be made now.

        Raises
        ------
        OutputError
            It cannot be written.
        """
        fresh: dict[str, Any] = {}
        self._make(fresh, grid, form)
        with self._writing():
            file_system, path = self._at(f"{key}/zarr.json")
            damaged = self._cleared(f"{key}/zarr.json")
            try:
                content = file_system.cat_file(path)
            except FileNotFoundError:
                content = None
            if content == fresh["zarr.json"].to_bytes():
                return
            if damaged or content is not None:
                log.warning("%s: an array's zarr.json was damaged and recomputed", self.root)
            self._make(f"{self.root}/{key}", grid, form)

    def missing(self, key: str, grid: Grid, asked: Sequence[Window] | None = None) -> list[Window]:
        """Return which of some windows of a key, of all by default, are not there yet or do not decode."""
        windows = grid.windows(self.window_cells) if asked is None else asked
        damaged = sum([self._cleared(name) for window in windows for name in _names(key, window)])
        with self._reading():
            array = self._open(key)
        return self._without(key, windows, lambda window: self._holds(array, key, window), damaged)

    def missing_packed(self, key: str, windows: Sequence[Window]) -> list[Window]:
        """Return of which windows no values are packed under a key, or damaged ones."""
        damaged = sum([self._cleared(_names(key, window)[0]) for window in windows])
        return self._without(key, windows, lambda window: self._holds_packed(key, window), damaged)

    def _without(
        self, key: str, windows: Sequence[Window], holds: Callable[[Window], bool], damaged: int
    ) -> list[Window]:
        """Return the windows that are not there or not held, and say how many were damaged."""
        with self._reading():
            file_system, path = self._at(f"{key}/c")
            names = {"/".join(file.split("/")[-2:]) for file in file_system.find(path)}
        there = [window for window in windows if f"{window.place[0]}/{window.place[1]}" in names]
        whole = {window.place for window in there if holds(window)}
        if damaged := damaged + len(there) - len(whole):
            what = "1 computed window was" if damaged == 1 else f"{damaged} computed windows were"
            log.warning("%s: %s damaged and recomputed", self.root, what)
        return [window for window in windows if window.place not in whole]

    def write(self, key: str, window: Window, values: NDArray[Any]) -> None:
        """Write a window's values, in the array's own type.

        Raises
        ------
        OutputError
            The store cannot be written, or is damaged.
        """
        with self._reading():
            array = self._open(key, "r+")
        with self._writing():
            array[window.cells] = values.astype(array.dtype, copy=False)
            chunk, digest = _names(key, window)
            file_system, path = self._at(digest)
            file_system.makedirs(path.rpartition("/")[0], exist_ok=True)
            put(file_system, path, BytesIO(sealed(self._sha256(chunk), digest)))

    def read(self, key: str, window: Window) -> NDArray[Any]:
        """Return a window of a key as it is kept, shape `window.shape`.

        Raises
        ------
        OutputError
            It is damaged or gone.
        """
        with self._reading():
            return self._window(self._open(key), window)

    def write_packed(self, key: str, window: Window, values: NDArray[np.float32]) -> None:
        """Write the values of a part of a window's cells, in an order that the reader knows, shape (n,).

        No array is made for their key, and no other cell of the window is kept.

        Raises
        ------
        OutputError
            The store cannot be written.
        """
        name, _ = _names(key, window)
        with self._writing():
            file_system, path = self._at(name)
            file_system.makedirs(path.rpartition("/")[0], exist_ok=True)
            put(file_system, path, BytesIO(packed(values, name)))

    def read_packed(self, key: str, window: Window) -> NDArray[np.float32]:
        """Return the values that were packed of a window, shape (n,).

        Raises
        ------
        OutputError
            They are damaged or gone.
        """
        name, _ = _names(key, window)
        with self._reading():
            file_system, path = self._at(name)
            return unpacked(file_system.cat_file(path), name, EVIDENCE.dtype)

    def pick(
        self, key: str, row: NDArray[np.intp], column: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """Return the values of some cells of a key; their windows are read one after another.

        Shape (n cells,).

        Raises
        ------
        OutputError
            One of them is damaged or gone.
        """
        size = self.window_cells
        places, of = np.unique(
            np.column_stack([row // size, column // size]), axis=0, return_inverse=True
        )
        with self._reading():
            array = self._open(key)
            result = np.empty(len(row), dtype=array.dtype)
            for number, (down, right) in enumerate(places * size):
                chosen = of.reshape(-1) == number
                block = self._cells(array, slice(down, down + size), slice(right, right + size))
                result[chosen] = block[row[chosen] - down, column[chosen] - right]
        return result

    def _at(self, name: str) -> tuple[Any, str]:
        """Return the file system and path of a name in the store; what a listing said is not kept."""
        found: tuple[Any, str] = fsspec.core.url_to_fs(
            f"{self.root}/{name}", use_listings_cache=False
        )
        return found

    def _make(self, place: str | dict[str, Any], grid: Grid, form: Form) -> None:
        """Make an empty array, in place of what is there."""
        rows, columns = grid.shape
        size = self.window_cells
        zarr.create_array(
            store=place,
            shape=(rows, columns),
            chunks=(min(size, rows), min(size, columns)),
            dtype=form.dtype,
            fill_value=form.nodata,
            compressors=(
                BloscCodec(cname="lz4", clevel=1, shuffle=BloscShuffle.shuffle), Crc32cCodec(),
            ),
            overwrite=True,
        )  # fmt: skip

    def _open(self, key: str, mode: Literal["r", "r+"] = "r") -> zarr.Array[Any]:
        file_system, path = self._at(f"{key}/zarr.json")
        return _opened(self.root, key, mode, file_system.cat_file(path), os.getpid())

    def _holds(self, array: zarr.Array[Any], key: str, window: Window) -> bool:
        """Return whether a window is there, decodes, and is the one that was written in its place."""
        chunk, digest = _names(key, window)
        file_system, path = self._at(digest)
        try:
            self._window(array, window)
            return bool(unsealed(file_system.cat_file(path), digest) == self._sha256(chunk))
        except STORE_ERRORS:
            return False

    def _holds_packed(self, key: str, window: Window) -> bool:
        """Return whether values of a window are there and are those that were packed for it."""
        try:
            self.read_packed(key, window)
        except OutputError:
            return False
        return True

    def _sha256(self, name: str) -> str:
        file_system, path = self._at(name)
        return hashlib.sha256(file_system.cat_file(path)).hexdigest()

    def _cleared(self, name: str) -> bool:
        """Remove what is no file in the place of one; return whether there was such."""
        file_system, path = self._at(name)
        with self._writing():
            return cleared(file_system, path, file_system._strip_protocol(self.root))

    def _window(self, array: zarr.Array[Any], window: Window) -> NDArray[Any]:
        """Return a window's cells, all of them."""
        cells = self._cells(array, *window.cells)
        if cells.shape != window.shape:
            raise Damaged(f"{array.path}: {cells.shape} cells in place of {window.shape}")
        return cells

    def _cells(self, array: zarr.Array[Any], rows: slice, columns: slice) -> NDArray[Any]:
        """Return cells as they are kept; Zarr reads a chunk that is gone as nodata, so each is looked for."""
        cells = np.asarray(array[rows, columns])
        size = self.window_cells
        down, right = (
            range(part.start // size, -(-(part.start + length) // size))
            for part, length in zip((rows, columns), cells.shape, strict=True)
        )
        for place in product(down, right):
            name = f"{array.path}/{array.metadata.encode_chunk_key(place)}"
            file_system, path = self._at(name)
            if not file_system.exists(path):
                raise Damaged(f"{name} is gone")
        return cells

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Name the store and the remedy where reading fails."""
        try:
            yield
        except STORE_ERRORS as error:
            raise OutputError(
                f"{self.root}: stored results cannot be read ({_line(error)}). Run again: damaged "
                "results are computed again. To empty the run's store: prospector clean RUN."
            ) from error

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Name the store and the remedy where writing fails."""
        try:
            yield
        except STORE_ERRORS as error:
            raise OutputError(
                f"{self.root}: cannot be written ({_line(error)}). "
                "Give another folder with --out or --store, or empty this one: prospector clean RUN."
            ) from error


@lru_cache(maxsize=ARRAYS_KEPT)
def _opened(
    root: str,
    key: str,
    mode: Literal["r", "r+"],
    description: bytes,  # noqa: ARG001 - another one is another array
    process: int,  # noqa: ARG001 - a fork opens its own
) -> zarr.Array[Any]:
    """Open an array once in a process, and again where its zarr.json holds other bytes."""
    array = zarr.open_array(root, path=key, mode=mode, zarr_format=3)
    return array.with_config({"write_empty_chunks": True})  # a window of nodata is a chunk, too


def _names(key: str, window: Window) -> tuple[str, str]:
    """Return the names in a store of a window's chunk and of what says which chunk belongs there."""
    row, column = window.place
    return f"{key}/c/{row}/{column}", f"{key}/digests/{row}/{column}.json"


def _line(error: Exception) -> str:
    """Return the first sentence of what a library says of an error, on one line."""
    sentence = " ".join(str(error).split()).split(". ")[0]
    return sentence or type(error).__name__


class Source(Protocol):
    """What gives the windows of an array by its key."""

    def read(self, key: str, window: Window) -> NDArray[Any]: ...  # noqa: D102


@dataclass(frozen=True, eq=False)
class StoredRaster(Gridded):
    """One value a cell, kept in a store and read window by window; nodata is NaN.

    Parameters
    ----------
    store
        The store, or what reads from one.
    divisor
        What is kept as whole numbers is divided by it.
    kept
        Held so that a store that goes with the run lives as long as this does.
    """

    store: Source
    key: str
    grid: Grid
    unit: str
    divisor: int = 1
    kept: object = None

    def read(self, window: Window) -> FloatArray:
        """Return a window of the values, shape `window.shape`."""
        found = self.store.read(self.key, window)
        if found.dtype.kind == "i":
            return np.where(found >= 0, found / self.divisor, np.nan)
        return found.astype(float)

    @property
    def values(self) -> FloatArray:
        """All of them, in memory, shape (rows, columns)."""
        rows, columns = self.grid.shape
        return self.read(Window((0, 0), 0, 0, (rows, columns)))
