"""Straight segments, and the search for those that may be nearest to a place.

Millions of them fit in memory as numbers; as geometry objects they do not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from prospector.grid import Bounds, FloatArray, IntArray

NEIGHBOURS = (8, 64)
"""Marks that are looked up around a place at first, and where these are too few."""

PLACES_AT_ONCE = 20_000
IN_LEAF = 24

GROUND_M, SEGMENTS_AT_ONCE = 50_000.0, 50_000
"""Geometry objects are made of so many segments at once, from squares of that side one after another."""

SLACK_M = 1e-6
"""More than rounding can move a distance: what is farther by less is not dropped."""


@dataclass(frozen=True, eq=False)
class Segments:
    """Straight segments: easting and northing of both ends, shape (n, 2, 2), in metres."""

    ends: FloatArray

    def __len__(self) -> int:
        """Return the number of segments."""
        return len(self.ends)

    @cached_property
    def marks(self) -> Marks:
        """Places on the segments by which they are found."""
        return Marks.of(self.ends)

    @property
    def bounds(self) -> Bounds:
        """Their outer bounds."""
        (west, south), (east, north) = self.ends.min(axis=(0, 1)), self.ends.max(axis=(0, 1))
        return Bounds(west, south, east, north)

    def meeting(self, bounds: Bounds) -> Segments:
        """Return the segments whose own bounds meet some bounds.

        Examples
        --------
        >>> fault = Segments(np.array([[[0.0, 0.0], [0.0, 9.0]], [[0.0, 9.0], [5.0, 9.0]]]))
        >>> fault.meeting(Bounds(1.0, 0.0, 9.0, 9.0)).ends.tolist()
        [[[0.0, 9.0], [5.0, 9.0]]]
        """
        meets = np.ones(len(self), dtype=bool)
        sides = (bounds.west, bounds.east), (bounds.south, bounds.north)
        for axis, (low, high) in enumerate(sides):
            begin, end = self.ends[:, 0, axis], self.ends[:, 1, axis]
            meets &= ((begin <= high) | (end <= high)) & ((begin >= low) | (end >= low))
        return Segments(self.ends[meets])

    def by_ground(self) -> Iterator[Segments]:
        """Give all of them, some at a time that lie near one another."""
        place = np.floor(self.ends.mean(axis=1) / GROUND_M)
        order = np.lexsort(place.T)
        for start in range(0, len(order), SEGMENTS_AT_ONCE):
            yield Segments(self.ends[order[start : start + SEGMENTS_AT_ONCE]])

    def distance_of_shapes_m(self, shapes: NDArray[np.object_]) -> FloatArray:
        """Return the distance in metres from shapes to the nearest segment, shape (n,).

        Infinite without any, 0 where one touches the shape.
        """
        metres = np.full(len(shapes), np.inf)
        if not len(self):
            return metres
        bounds, centre = shapely.bounds(shapes), shapely.get_coordinates(shapely.centroid(shapes))
        across = np.hypot(*(bounds[:, 2:] - bounds[:, :2]).T)
        reach = self.marks.within(self.distance_m(*centre.T) + 2 * across)
        for number, shape in enumerate(shapes):
            mark = self.marks.around(centre[number], reach[number])
            near = np.unique(np.concatenate(self.marks.segments_of(mark)))
            tree = shapely.STRtree(np.asarray(shapely.linestrings(self.ends[near]), dtype=object))
            metres[number] = tree.query_nearest(shape, return_distance=True, all_matches=False)[1][
                0
            ]
        return metres

    def distance_m(
        self, easting: FloatArray, northing: FloatArray, *, at_most_m: float = np.inf
    ) -> FloatArray:
        """Return the distance in metres from places to the nearest segment, shape (n,).

        Infinite without any; what lies farther off than `at_most_m` may be, too.

        Examples
        --------
        >>> fault = Segments(np.array([[[0.0, 0.0], [0.0, 10.0]], [[0.0, 10.0], [5.0, 10.0]]]))
        >>> fault.distance_m(np.array([3.0, 4.0]), np.array([4.0, 12.0])).tolist()
        [3.0, 2.0]
        """
        metres = np.full(len(easting), np.inf)
        if not len(self):
            return metres
        for start in range(0, len(easting), PLACES_AT_ONCE):
            part = slice(start, start + PLACES_AT_ONCE)
            metres[part] = self._distance_m(easting[part], northing[part], at_most_m)
        return metres

    def _distance_m(
        self, easting: FloatArray, northing: FloatArray, at_most_m: float
    ) -> FloatArray:
        places = np.column_stack([easting, northing])
        waiting: IntArray = np.arange(len(easting))
        square = np.full(len(easting), np.inf)
        for count in NEIGHBOURS:
            away, mark = self.marks.nearest(places[waiting], count, at_most_m)
            place, number = np.nonzero(np.isfinite(away))
            self._measure(square, places, waiting[place], mark[place, number])
            there_may_be_more = away[:, -1] <= self.marks.within(away[:, 0])
            waiting = waiting[there_may_be_more & np.isfinite(away[:, 0])]
        for place in waiting:
            nearest, _ = self.marks.nearest(places[[place]], 1, np.inf)
            around = self.marks.around(places[place], float(self.marks.within(nearest[0, 0])))
            self._measure(square, places, np.full(len(around), place), around)
        return np.asarray(np.sqrt(square))

    def _measure(
        self, square: FloatArray, places: FloatArray, place: IntArray, mark: IntArray
    ) -> None:
        """Lower squared distances to those from places to the segments of marks."""
        for segment in self.marks.segments_of(mark):
            easting, northing = places[place].T
            near = squared_distance(self.ends[segment], easting, northing)
            np.minimum.at(square, place, near)


@dataclass(frozen=True, eq=False)
class Marks:
    """Places on segments, every end among them, none farther from the next than a spacing.

    Of segments that are equal, as of samples from one place, only the first has marks.

    The point of a segment that is nearest to a place is an end, and so a mark, or the foot of the
    perpendicular: then a mark lies beside it, no farther off than half the spacing.

    Parameters
    ----------
    tree
        The tree of the marks.
    owner
        The segment of each mark; where segments follow one another, that which begins there.
    spacing_m
        How far apart marks of a segment lie at most: a mean segment's length, so that there are no
        more than about twice as many as segments.
    """

    tree: cKDTree
    owner: NDArray[np.int32]
    spacing_m: float

    @classmethod
    def of(cls, ends: FloatArray) -> Marks:
        """Return the marks of some segments, those of equal segments once."""
        once = ~pd.DataFrame(ends.reshape(len(ends), 4)).duplicated().to_numpy()
        length = np.hypot(*(ends[:, 1] - ends[:, 0]).T)
        spacing_m = float(length[once].mean())
        goes_on = np.zeros(len(ends), dtype=bool)
        goes_on[:-1] = (ends[:-1, 1] == ends[1:, 0]).all(axis=1) & once[1:]
        first, last = np.flatnonzero(once), np.flatnonzero(once & ~goes_on)
        pieces = np.ceil(length / spacing_m) if spacing_m else np.ones(len(ends))
        inner, number = ragged(once.astype(np.intp), np.where(once, pieces, 0).astype(np.intp))
        share = (number / pieces[inner])[:, None]
        between = ends[inner, 0] + share * (ends[inner, 1] - ends[inner, 0])
        places = np.concatenate([ends[first, 0], ends[last, 1], between])
        owner = np.concatenate([first, last, inner]).astype(np.int32)
        tree = cKDTree(places, leafsize=IN_LEAF, compact_nodes=False, balanced_tree=False)
        return cls(tree, owner, spacing_m)

    def within(self, distance_m: FloatArray | float) -> FloatArray:
        """Return how far a mark of a segment at a distance lies at most, of the shape of the distance."""
        away = np.hypot(distance_m, self.spacing_m / 2) * (1 + 1e-12) + SLACK_M
        return np.asarray(away)

    def nearest(
        self, places: FloatArray, count: int, at_most_m: float
    ) -> tuple[FloatArray, IntArray]:
        """Return distance and number of the marks nearest to places, nearest first, (n, count).

        The distance is infinite where there are fewer that may belong to a segment within `at_most_m`.
        """
        bound = float(self.within(at_most_m))
        away, mark = self.tree.query(places, k=range(1, count + 1), distance_upper_bound=bound)
        return np.asarray(away), np.asarray(mark)

    def around(self, place: FloatArray, radius_m: float) -> IntArray:
        """Return the marks that lie no farther from a place, shape (n marks,)."""
        return np.asarray(self.tree.query_ball_point(place, radius_m), dtype=np.intp)

    def segments_of(self, mark: IntArray) -> tuple[IntArray, IntArray]:
        """Return the segments that begin at marks or hold them, and those that may end there, shape (n,)."""
        owner = self.owner[mark].astype(np.intp)
        return owner, np.maximum(owner - 1, 0)


def ragged(first: IntArray, last: IntArray) -> tuple[IntArray, IntArray]:
    """Return owner and number of the whole numbers first .. last - 1 of each range, shape (n,) each.

    Examples
    --------
    >>> owner, number = ragged(np.array([2, 5]), np.array([4, 5]))
    >>> owner.tolist(), number.tolist()
    ([0, 0], [2, 3])
    """
    count = np.maximum(last - first, 0)
    owner = np.repeat(np.arange(len(count)), count)
    before = np.cumsum(count) - count
    return owner, np.arange(count.sum()) - before[owner] + first[owner]


def squared_distance(ends: FloatArray, easting: FloatArray, northing: FloatArray) -> FloatArray:
    """Return the squared distance of places to segments, elementwise by broadcasting.

    Of the shape that both broadcast to.
    """
    (from_east, from_north), (to_east, to_north) = np.moveaxis(ends, 0, 2)
    east, north = to_east - from_east, to_north - from_north
    length = east**2 + north**2
    length = np.where(length > 0, length, 1.0)
    along_east, along_north = easting - from_east, northing - from_north
    share = along_east * (east / length) + along_north * (north / length)
    np.clip(share, 0.0, 1.0, out=share)
    away_east, away_north = share * east, share * north
    np.subtract(along_east, away_east, out=away_east)
    np.subtract(along_north, away_north, out=away_north)
    away_east *= away_east
    away_north *= away_north
    away_east += away_north
    return np.asarray(away_east)
