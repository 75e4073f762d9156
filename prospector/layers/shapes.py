"""Shapes of features, asked by place: held in memory, or in a file of which only those asked for are read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Protocol

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from prospector.grid import BoolArray, FloatArray, IntArray

ShapeArray = NDArray[np.object_]

Sides = tuple[float, float, float, float]
"""West, south, east and north."""


class Source(Protocol):
    """What gives shapes by their numbers: an array, or a file."""

    def __getitem__(self, number: IntArray, /) -> ShapeArray: ...


@dataclass(frozen=True, eq=False)
class Shapes:
    """Shapes of features in their order; where each lies is known without reading it.

    Parameters
    ----------
    source
        What gives them by number.
    number
        The number of each of them there, shape (n,).
    bounds
        Their outer bounds, shape (n, 4): west, south, east and north.
    dimension
        0 for points, 1 for lines, 2 for polygons, shape (n,).

    Examples
    --------
    >>> squares = Shapes.held(shapely.box([0, 10, 20], 0, [5, 15, 25], 5))
    >>> near = squares.near((4, 4, 12, 12))
    >>> len(near), near.all()[1].bounds
    (2, (10.0, 0.0, 15.0, 5.0))
    """

    source: Source
    number: IntArray
    bounds: FloatArray
    dimension: IntArray

    @classmethod
    def held(cls, shapes: ShapeArray) -> Shapes:
        """Return shapes that are held in memory."""
        bounds = np.asfortranarray(shapely.bounds(shapes).reshape(-1, 4))
        dimension = shapely.get_dimensions(shapes).astype(np.intp)
        return cls(shapes, np.arange(len(shapes)), bounds, dimension)

    @classmethod
    def joined(cls, parts: Sequence[Shapes]) -> Shapes:
        """Return the shapes of several, one after another."""
        if len(parts) == 1:
            return parts[0]
        first = np.cumsum([0, *map(len, parts)])
        bounds = np.asfortranarray(np.concatenate([part.bounds for part in parts]))
        dimension = np.concatenate([part.dimension for part in parts])
        return cls(_Several(tuple(parts), first[:-1]), np.arange(first[-1]), bounds, dimension)

    def __len__(self) -> int:
        """Return the number of shapes."""
        return len(self.number)

    def of(self, chosen: BoolArray | IntArray | slice) -> Shapes:
        """Return some of the shapes."""
        bounds = np.asfortranarray(self.bounds[chosen])
        return Shapes(self.source, self.number[chosen], bounds, self.dimension[chosen])

    def meeting(self, bounds: Sides) -> IntArray:
        """Return the places, ascending, of the shapes whose own bounds meet some bounds."""
        west, south, east, north = self.bounds.T
        abreast = np.flatnonzero((south <= bounds[3]) & (north >= bounds[1]))
        across = (west[abreast] <= bounds[2]) & (east[abreast] >= bounds[0])
        return np.asarray(abreast[across])

    def near(self, bounds: Sides) -> Shapes:
        """Return the shapes whose own bounds meet some bounds."""
        return self.of(self.meeting(bounds))

    def all(self) -> ShapeArray:
        """Return every shape, shape (n,)."""
        return self.source[self.number]

    def in_pieces(self, count: int) -> Iterator[ShapeArray]:
        """Give every shape, at most so many at a time."""
        for start in range(0, len(self), count):
            yield self.source[self.number[start : start + count]]


@dataclass(frozen=True, eq=False)
class _Several:
    """Sources one after another, and the number of the first shape of each."""

    parts: tuple[Shapes, ...]
    first: IntArray

    def __getitem__(self, number: IntArray) -> ShapeArray:
        found = np.empty(len(number), dtype=object)
        owner = np.searchsorted(self.first, number, side="right") - 1
        for place, part in enumerate(self.parts):
            own = owner == place
            found[own] = part.of(number[own] - self.first[place]).all()
        return found


@dataclass(frozen=True, eq=False)
class FeatureFile:
    """Features whose shapes lie in a file.

    Parameters
    ----------
    table
        What they state, without their shapes.
    shapes
        Their shapes, in the order of the table.
    crs
        The CRS of the shapes.
    """

    table: pd.DataFrame
    shapes: Shapes
    crs: str

    def whole(self) -> gpd.GeoDataFrame:
        """Return all features with their shapes."""
        return gpd.GeoDataFrame(self.table, geometry=self.shapes.all(), crs=self.crs)
