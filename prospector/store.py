"""The store of one region's windows: Zarr arrays by key, a chunk for each window."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import fsspec
import numpy as np
import zarr
from numpy.typing import NDArray
from zarr.codecs import BloscCodec, BloscShuffle

from prospector.errors import OutputError
from prospector.grid import FloatArray, Grid, Window


def key_of(*parts: Any) -> str:
    """Return a key that changes with any of the JSON-ready parts."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


class Damaged(Exception):  # noqa: N818 - it says what the content is
    """What the store holds is not what was written."""


def sealed(record: Any) -> bytes:
    """Return a JSON-ready record as bytes that carry their own hash."""
    text = json.dumps(record)
    return json.dumps(
        {"sha256": hashlib.sha256(text.encode()).hexdigest(), "record": text}
    ).encode()


def unsealed(content: bytes) -> Any:
    """Return the record of `sealed` bytes; raise Damaged where they are not as they were written."""
    try:
        kept = json.loads(content)
        if hashlib.sha256(kept["record"].encode()).hexdigest() == kept["sha256"]:
            return json.loads(kept["record"])
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Damaged(str(error)) from error
    raise Damaged("the hash does not hold")


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


@dataclass(frozen=True)
class Store:
    """A folder, or any path that fsspec knows (``s3://bucket/folder``), that holds arrays by key.

    A chunk is written whole or not at all, so what is there is done: a run that was killed goes on
    from it.

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
        try:
            file_system, path = fsspec.core.url_to_fs(self.root)
            file_system.makedirs(path, exist_ok=True)
        except (OSError, ValueError, ImportError) as error:
            raise OutputError(
                f"{self.root}: cannot be written ({error}). Give another folder with --out or --store."
            ) from error

    def recall(self, key: str, compute: Callable[[], Any]) -> Any:
        """Return a JSON-ready record of a key, computed and kept where it is not there yet."""
        file_system, path = fsspec.core.url_to_fs(f"{self.root}/{key}.json")
        if not file_system.exists(path):
            record = json.dumps(compute()).encode()
            self.prepare()
            with file_system.transaction, file_system.open(path, "wb") as file:
                file.write(record)
        return json.loads(file_system.cat_file(path))

    def create(self, key: str, grid: Grid, form: Form) -> None:
        """Make the array of a key, unless it is there."""
        file_system, path = fsspec.core.url_to_fs(f"{self.root}/{key}/zarr.json")
        if file_system.exists(path):
            return
        rows, columns = grid.shape
        size = self.window_cells
        zarr.create_array(
            store=f"{self.root}/{key}",
            shape=(rows, columns),
            chunks=(min(size, rows), min(size, columns)),
            dtype=form.dtype,
            fill_value=form.nodata,
            compressors=BloscCodec(cname="lz4", clevel=1, shuffle=BloscShuffle.shuffle),
            overwrite=True,
            config={"write_empty_chunks": True},
        )

    def missing(self, key: str, grid: Grid) -> list[Window]:
        """Return the windows of a key that are not there yet."""
        file_system, path = fsspec.core.url_to_fs(f"{self.root}/{key}/c")
        file_system.invalidate_cache()
        there = {"/".join(one.split("/")[-2:]) for one in file_system.find(path)}
        return [
            one
            for one in grid.windows(self.window_cells)
            if f"{one.place[0]}/{one.place[1]}" not in there
        ]

    def write(self, key: str, window: Window, values: NDArray[Any]) -> None:
        """Write a window's values, in the array's own type."""
        array = zarr.open_array(
            f"{self.root}/{key}", mode="r+", config={"write_empty_chunks": True}
        )
        array[window.cells] = values.astype(array.dtype)

    def read(self, key: str, window: Window) -> NDArray[Any]:
        """Return a window of a key as it is kept."""
        return np.asarray(zarr.open_array(f"{self.root}/{key}", mode="r")[window.cells])

    def pick(
        self, key: str, row: NDArray[np.intp], column: NDArray[np.intp]
    ) -> NDArray[np.float32]:
        """Return the values of some cells of a key; their windows are read one after another."""
        array = zarr.open_array(f"{self.root}/{key}", mode="r")
        size, result = self.window_cells, np.empty(len(row), dtype=array.dtype)
        places, of = np.unique(
            np.column_stack([row // size, column // size]), axis=0, return_inverse=True
        )
        for number, (down, right) in enumerate(places * size):
            chosen = of.reshape(-1) == number
            block = np.asarray(array[down : down + size, right : right + size])
            result[chosen] = block[row[chosen] - down, column[chosen] - right]
        return result


@dataclass(frozen=True, eq=False)
class StoredRaster:
    """One value a cell, kept in a store and read window by window; nodata is NaN.

    Parameters
    ----------
    divisor
        What is kept as whole numbers is divided by it.
    kept
        Held so that a store that goes with the run lives as long as this does.
    """

    store: Store
    key: str
    grid: Grid
    unit: str
    divisor: int = 1
    kept: object = None

    def read(self, window: Window) -> FloatArray:
        """Return a window of the values."""
        found = self.store.read(self.key, window)
        if found.dtype.kind == "i":
            return np.where(found >= 0, found / self.divisor, np.nan)
        return found.astype(float)

    @property
    def values(self) -> FloatArray:
        """All of them, in memory."""
        rows, columns = self.grid.shape
        return self.read(Window((0, 0), 0, 0, (rows, columns)))
