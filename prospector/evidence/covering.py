"""Ground covered by polygons, overlaps counted once, computed tile by tile where needed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray

from prospector.grid import FloatArray
from prospector.layers.remembered import remembered
from prospector.layers.shapes import ShapeArray, Shapes, Sides

TILE_M = 50_000.0

TILES_KEPT = 256
"""Tiles of all layers whose edges a process keeps."""

MANY_VERTICES = 20_000
"""A polygon of more vertices is cut to a tile and its surroundings before it is united with others."""

SURROUNDINGS_M = 1000.0


@dataclass(frozen=True, eq=False)
class Covering:
    """The union of polygons, overlaps once, in tiles of 50 km.

    Parameters
    ----------
    polygons
        Polygons and multipolygons, which may overlap.
    """

    polygons: Shapes

    @cached_property
    def _corners(self) -> tuple[FloatArray, FloatArray]:
        """Easting of the tiles' western sides, and northing of the southern ones."""
        outer = self.polygons.bounds
        (west, south), (east, north) = outer[:, :2].min(axis=0), outer[:, 2:].max(axis=0)
        return np.arange(west, east + TILE_M, TILE_M), np.arange(south, north + TILE_M, TILE_M)

    def edges(self, bounds: Sides) -> FloatArray:
        """Return the directed edges, shape (n, 2, 2), of the pieces whose bounds meet some bounds."""
        pieces = [_edges_of_tile(self, *tile) for tile in self._tiles([bounds])]
        near = [edges[_meets(outer, bounds)[piece]] for edges, piece, outer in pieces]
        return np.concatenate([np.empty((0, 2, 2)), *near])

    def pieces(self, shapes: ShapeArray) -> ShapeArray:
        """Return the union near some shapes, cut at the tiles: polygons that do not overlap."""
        made = [self._pieces(*tile) for tile in self._tiles(map(tuple, shapely.bounds(shapes)))]
        return np.concatenate([np.empty(0, dtype=object), *made])

    def _tiles(self, places: Iterable[Sides]) -> Iterator[tuple[int, int]]:
        """Give row and column of the tiles that meet any of some bounds, row by row."""
        if not len(self.polygons):
            return
        columns, rows = self._corners
        meets = np.zeros((len(rows), len(columns)), dtype=bool)
        for west, south, east, north in places:
            along = (rows <= north) & (rows + TILE_M >= south)
            across = (columns <= east) & (columns + TILE_M >= west)
            meets |= along[:, None] & across
        yield from ((int(row), int(column)) for row, column in np.argwhere(meets))

    def _pieces(self, row: int, column: int) -> ShapeArray:
        """Return the union in a tile, as polygons."""
        columns, rows = self._corners
        west, south = columns[column], rows[row]
        tile = shapely.box(west, south, west + TILE_M, south + TILE_M)
        shapely.prepare(tile)
        shapes = self.polygons.near(tile.bounds).all()
        shapes = shapes[shapely.intersects(tile, shapes)]
        large = shapely.get_num_coordinates(shapes) > MANY_VERTICES
        if len(shapes) > 1 and large.any():
            around = shapely.box(*(tile.bounds + np.array([-1, -1, 1, 1]) * SURROUNDINGS_M))
            shapes[large] = shapely.intersection(shapes[large], around)
        parts = shapely.get_parts(shapely.union_all(shapes))
        within = np.sort(shapely.STRtree(parts).query(tile, predicate="intersects"))
        flat = shapely.get_parts(shapely.intersection(tile, parts[within]))
        flat = shapely.get_parts(flat)
        return np.asarray(flat[shapely.get_dimensions(flat) == 2], dtype=object)


@remembered(TILES_KEPT)
def _edges_of_tile(
    covering: Covering, row: int, column: int
) -> tuple[FloatArray, NDArray[np.intp], FloatArray]:
    """Return the directed edges of a tile's pieces, the piece of each, and the pieces' bounds."""
    pieces = covering._pieces(row, column)
    rings, owner = shapely.get_rings(shapely.orient_polygons(pieces), return_index=True)
    coordinates, ring = shapely.get_coordinates(rings, return_index=True)
    inner = ring[1:] == ring[:-1]
    edges = np.stack([coordinates[:-1][inner], coordinates[1:][inner]], axis=1)
    return edges, owner[ring[:-1][inner]], shapely.bounds(pieces)


def _meets(outer: FloatArray, bounds: Sides) -> NDArray[np.bool_]:
    """Return which of some bounds, shape (n, 4), meet others."""
    west, south, east, north = outer.T
    return np.asarray(
        (west <= bounds[2]) & (east >= bounds[0]) & (south <= bounds[3]) & (north >= bounds[1])
    )
