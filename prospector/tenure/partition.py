"""Outlines partitioned by overlapping polygons of ranked classes: exact areas, each point once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from prospector.grid import FloatArray, IntArray
from prospector.in_threads import in_threads

Shapes = NDArray[np.object_]

Part = tuple[Shapes, NDArray[np.bool_]]
"""Of each outline the part inside some ground, and which outlines that ground does not hold whole."""

Result = TypeVar("Result")

AT_ONCE = 500
"""Outlines partitioned at once: what their common ground with all polygons takes stays small."""


@dataclass(frozen=True, eq=False)
class Overlaps:
    """Pairs of an outline and a polygon that have ground in common.

    Parameters
    ----------
    outline, polygon
        Which of each, shape (n pairs,), in the order of outlines and then of polygons.
    pieces
        Their common ground, without lines and points.
    """

    outline: IntArray
    polygon: IntArray
    pieces: Shapes

    @cached_property
    def area(self) -> FloatArray:
        """Area of each piece, shape (n pieces,)."""
        return np.asarray(shapely.area(self.pieces))

    def chosen(self, which: NDArray[np.bool_]) -> Overlaps:
        """Return some of the pairs."""
        return Overlaps(self.outline[which], self.polygon[which], self.pieces[which])

    def clipped(self, ground: Shapes, cut: NDArray[np.bool_]) -> Overlaps:
        """Return the pairs with their pieces cut to the ground of their outline, for some outlines."""
        pieces, there = self.pieces.copy(), cut[self.outline]
        pieces[there] = areal(shapely.intersection(pieces[there], ground[self.outline[there]]))
        return Overlaps(self.outline, self.polygon, pieces)

    def sums(self, count: int) -> FloatArray:
        """Return the area of the pieces of each outline, shape (count,)."""
        return np.asarray(
            np.bincount(self.outline, weights=self.area, minlength=count), dtype=np.float64
        )


class Mosaic:
    """Polygons that may overlap, searched by place; invalid ones are repaired."""

    def __init__(self, polygons: Shapes) -> None:
        self.polygons = sound(np.asarray(polygons, dtype=object))
        self.tree = shapely.STRtree(self.polygons)

    def overlaps(self, outlines: Shapes) -> Overlaps:
        """Return what sound outlines have in common with the polygons; what only touches has nothing."""
        parts, owner = shapely.get_parts(outlines, return_index=True)  # far parts share a wide box
        part, polygon = self.tree.query(parts, predicate="intersects")
        outline, polygon = np.unique(np.stack([owner[part], polygon]), axis=1)
        # A copy is prepared: no other thread has it, and what was prepared goes with it.
        own = np.asarray(shapely.force_2d(outlines))
        shapely.prepare(own)
        pieces = self.polygons[polygon]
        cut = ~shapely.covers(own[outline], pieces)
        pieces[cut] = areal(shapely.intersection(pieces[cut], outlines[outline[cut]]))
        found = Overlaps(outline, polygon, pieces)
        return found.chosen(found.area > 0)


def within(outlines: Shapes, ground: BaseGeometry | None) -> Part:
    """Return the part of each outline inside some ground, and which outlines it does not hold whole."""
    if ground is None:
        return np.full(len(outlines), shapely.Polygon(), dtype=object), np.ones(len(outlines), bool)
    shapely.prepare(ground)
    cut = ~np.asarray(shapely.covers(ground, outlines))
    part = outlines.copy()
    part[cut] = areal(shapely.intersection(outlines[cut], ground))
    return part, cut


def sound(polygons: Shapes) -> Shapes:
    """Return polygons with the invalid ones repaired, and only what has area of them."""
    invalid = ~shapely.is_valid(polygons)
    if not invalid.any():
        return polygons.copy()
    repaired = polygons.copy()
    repaired[invalid] = areal(shapely.make_valid(polygons[invalid]))
    return repaired


def areal(shapes: Shapes) -> Shapes:
    """Return shapes without the lines and points that an intersection leaves beside its polygons."""
    result = np.array(shapes, dtype=object)
    for index in np.flatnonzero(
        shapely.get_type_id(result) == shapely.GeometryType.GEOMETRYCOLLECTION
    ):
        parts = shapely.get_parts(shapely.get_parts(result[index]))
        result[index] = shapely.union_all(parts[shapely.get_dimensions(parts) == 2])
    flat = shapely.get_dimensions(result) < 2
    result[flat] = shapely.Polygon()
    return result


def parts_of(count: int) -> Iterator[slice]:
    """Return the slices in which some outlines are partitioned."""
    for start in range(0, count, AT_ONCE):
        yield slice(start, min(start + AT_ONCE, count))


def by_parts(work: Callable[[slice], Result], count: int) -> list[Result]:
    """Return what a function makes of each of those slices, in order, on a thread for each core."""
    return in_threads(work, list(parts_of(count)))


def united(pieces: Shapes, group: IntArray, count: int) -> Shapes:
    """Return the union of the pieces of each group, 0 to `count` - 1; empty where it has none."""
    result = np.full(count, shapely.Polygon(), dtype=object)
    if len(pieces):
        order = np.argsort(group, kind="stable")
        there, dense = np.unique(group[order], return_inverse=True)
        collected = np.asarray(shapely.geometrycollections(pieces[order], indices=dense))
        result[there] = shapely.union_all(collected[:, None], axis=1)
    return result


def visible(polygons: Shapes, rank: IntArray) -> Shapes:
    """Return what is left of sound polygons where each point belongs to the first that holds it.

    Parameters
    ----------
    polygons
        Sound ones, shape (n,), in order.
    rank
        Rank of each polygon, 0 goes before 1; among equals the earlier goes before the later.

    Returns
    -------
    Shapes that overlap nowhere and together cover the same ground, shape (n,); some are empty.
    """
    tree = shapely.STRtree(polygons)
    result = polygons.copy()

    def cut(part: slice) -> tuple[IntArray, Shapes]:
        below, above = tree.query(polygons[part], predicate="intersects")
        below = below + part.start
        before = (rank[above] < rank[below]) | ((rank[above] == rank[below]) & (above < below))
        below, above = below[before], above[before]
        covering = shapely.area(shapely.intersection(polygons[below], polygons[above])) > 0
        below, above = below[covering], above[covering]
        owners, group = np.unique(below, return_inverse=True)
        over = united(polygons[above], group, len(owners))
        return owners, areal(shapely.difference(polygons[owners], over))

    for owners, left in by_parts(cut, len(polygons)):
        result[owners] = left
    return result
