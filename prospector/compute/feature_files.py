"""The features of a layer in one file: their shapes, where each of them lies, and what they state.

Shapes stand one after another in their order, as well-known binary, so that those near a window are read by
their places in the file and no others.
"""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any

import numpy as np
import pandas as pd
import pyogrio
import shapely
from shapely.geometry.base import BaseGeometry

from prospector.errors import OutputError
from prospector.grid import IntArray
from prospector.layers import VectorLayer
from prospector.layers.formats import reason_of
from prospector.layers.shapes import FeatureFile, ShapeArray, Shapes

PLACE = np.dtype([("bytes", "<i8"), ("dimension", "i1"), ("bounds", "<f8", 4)])
"""Of each shape: how many bytes it has, 0 to 2 for points to polygons, and its bounds."""

WRITTEN_AT_ONCE = 5000

LITTLE_ENDIAN = 1

MOST_KEPT = 16 << 20
"""Bytes of shapes of a layer that a process keeps of what it read last."""

BYTES_BESIDE = 400
"""What a shape takes in memory beside its bytes in the file."""


def write_features(layer: VectorLayer, path: Path) -> dict[str, int]:
    """Write a layer's features to a file, and return where its parts begin."""
    shapes, lengths = layer.shapes, list[int]()
    with path.open("wb") as file:
        for piece in shapes.in_pieces(WRITTEN_AT_ONCE):
            texts = shapely.to_wkb(piece, byte_order=LITTLE_ENDIAN)
            lengths += map(len, texts)
            file.writelines(texts)
        places = np.empty(len(shapes), dtype=PLACE)
        places["bytes"], places["dimension"] = lengths, shapes.dimension
        places["bounds"] = shapes.bounds
        places_at = file.tell()
        file.write(places.tobytes())
        table_at = file.tell()
        file.write(_table_bytes(layer.table))
    return {"features": len(shapes), "places_at": places_at, "table_at": table_at}


def _table_bytes(table: pd.DataFrame) -> bytes:
    """Return what features state as FlatGeobuf; nothing where they state nothing."""
    stated = pd.DataFrame(table.drop(columns="geometry", errors="ignore"))
    stated = stated.dropna(axis="columns", how="all")
    content = BytesIO()
    if len(stated.columns):
        pyogrio.write_dataframe(
            stated, content, driver="FlatGeobuf", layer="features", SPATIAL_INDEX="NO"
        )
    return content.getvalue()


def read_features(path: Path, record: dict[str, Any]) -> FeatureFile:
    """Return the features of a file, with what was returned when it was written and their CRS.

    Raises
    ------
    OSError, ValueError
        The file is not whole.
    """
    with path.open("rb") as file:
        file.seek(record["places_at"])
        places = np.fromfile(file, dtype=PLACE, count=record["features"])
        file.seek(record["table_at"])
        content = file.read()
    stated = pd.DataFrame(index=range(record["features"]))
    if content:
        stated = pyogrio.read_dataframe(content, read_geometry=False)
    shapes = Shapes(
        ShapeFile(path, np.concatenate([[0], np.cumsum(places["bytes"])])),
        np.arange(len(places)),
        np.asfortranarray(places["bounds"]),
        places["dimension"].astype(np.intp),
    )
    return FeatureFile(stated, shapes, record["features_in"])


class ShapeFile:
    """The shapes of a file by number; what was read last is kept.

    Parameters
    ----------
    path
        A local file.
    starts
        Where each shape begins in it, and where the last ends, shape (n + 1,).
    """

    def __init__(self, path: Path, starts: IntArray) -> None:
        self.path, self.starts = path, starts
        self.sizes = np.diff(starts) + BYTES_BESIDE
        self._kept = dict[int, BaseGeometry]()
        self._bytes, self._lock = 0, Lock()

    def __getitem__(self, number: IntArray, /) -> ShapeArray:
        """Return some of the shapes, shape (n,)."""
        wanted = number.tolist()
        with self._lock:
            self._add([one for one in dict.fromkeys(wanted) if one not in self._kept])
            found = [self._kept[one] for one in wanted]
            for one in wanted:  # what was asked for last stands last
                self._kept[one] = self._kept.pop(one)
            self._forget()
        shapes = np.empty(len(found), dtype=object)
        shapes[:] = found
        return shapes

    def _add(self, missing: list[int]) -> None:
        """Read shapes that are not kept."""
        if missing:
            starts, ends = self.starts[missing], self.starts[1:][missing]
            try:
                read = shapely.from_wkb(list(self._texts(starts, ends)))
            except (OSError, shapely.GEOSException) as error:
                raise unreadable(str(self.path), error) from error
            self._kept.update(zip(missing, read, strict=True))
            self._bytes += int(self.sizes[missing].sum())

    def _texts(self, starts: IntArray, ends: IntArray) -> Iterator[bytes]:
        with self.path.open("rb", buffering=0) as file:
            for start, end in zip(starts.tolist(), ends.tolist(), strict=True):
                file.seek(start)
                yield file.read(end - start)

    def _forget(self) -> None:
        """Let go of the shapes that were asked for longest ago, where more is kept than may be."""
        while self._bytes > MOST_KEPT:
            oldest = next(iter(self._kept))
            del self._kept[oldest]
            self._bytes -= int(self.sizes[oldest])


def unreadable(where: str, error: Exception) -> OutputError:
    """Return the error that a layer in the store cannot be read."""
    return OutputError(
        f"{where}: a saved layer cannot be read ({reason_of(error)}). Run again: damaged layers "
        "are written again. To empty the run's store: prospector clean RUN."
    )
