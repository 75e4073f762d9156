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

from prospector.errors import OutputError
from prospector.grid import FloatArray, Grid, Window


def key_of(*parts: Any) -> str:
    """Return a key that changes with any of the JSON-ready parts."""
    text = json.dumps(parts, sort_keys=True, default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:32]


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

    def create(self, key: str, grid: Grid) -> None:
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
            dtype="float32",
            fill_value=np.nan,
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

    def write(self, key: str, window: Window, values: FloatArray) -> None:
        """Write a window's values, kept as float32."""
        array = zarr.open_array(
            f"{self.root}/{key}", mode="r+", config={"write_empty_chunks": True}
        )
        array[window.cells] = values.astype(np.float32)

    def read(self, key: str, window: Window | None = None) -> NDArray[np.float32]:
        """Return a window of a key, or all of it, NaN where nodata."""
        array = zarr.open_array(f"{self.root}/{key}", mode="r")
        return np.asarray(array[window.cells if window else ...], dtype=np.float32)
