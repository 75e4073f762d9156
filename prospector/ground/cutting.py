"""Score to target cells, window by window: what one window finds, what joins across windows.

Two passes. The first gives, for each level of the ladder, the components that touch a window's
border; joined over all windows, each has its whole size. The second cuts each window as if it were
alone, except that a component on the border counts with its whole size and has a name that is the
same in every window. Only cells that reach the lowest level are looked at.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from shapely.geometry.base import BaseGeometry

from prospector.errors import Notice
from prospector.grid import BoolArray, Grid, WholeArray, Window
from prospector.ground.distribution import Steps
from prospector.region.model_tables import TargetEntry

Name = tuple[int, ...]


@dataclass(frozen=True, eq=False)
class HotCells:
    """The cells of a window that reach the lowest level, and which of them touch by a side.

    Parameters
    ----------
    flat
        Their places in the window, row by row, ascending, shape (n,).
    steps
        Their scores in ten-thousandths, shape (n,).
    touching
        Pairs of them that touch, as places in `flat`, shape (m, 2).
    """

    shape: tuple[int, int]
    flat: WholeArray
    steps: Steps
    touching: WholeArray

    @classmethod
    def of(cls, steps: Steps, threshold: int) -> HotCells:
        """Return the hot cells of a window of scores."""
        hot = steps >= threshold
        number = np.cumsum(hot.ravel()).reshape(hot.shape) - 1
        pairs = []
        for cells, neighbours in (
            ((slice(None), slice(-1)), (slice(None), slice(1, None))),
            ((slice(-1), slice(None)), (slice(1, None), slice(None))),
        ):
            both = hot[cells] & hot[neighbours]
            pairs.append(np.column_stack([number[cells][both], number[neighbours][both]]))
        flat = np.flatnonzero(hot)
        return cls(steps.shape, flat, steps.ravel()[flat], np.concatenate(pairs))

    def components(self, ground: BoolArray) -> tuple[WholeArray, int]:
        """Return the component of each cell on the ground, -1 off it, as the ground's shape, and how many."""
        place = np.flatnonzero(ground)
        number = np.full(len(ground), -1, dtype=np.int64)
        number[place] = np.arange(len(place))
        joined = number[self.touching[ground[self.touching].all(axis=1)]]
        count, found = _components(joined, len(place))
        number[place] = found
        return number, count


def _components(pairs: WholeArray, size: int) -> tuple[int, WholeArray]:
    """Return how many connected components pairs make of `size` nodes, and that of each node."""
    if not size:
        return 0, np.zeros(0, dtype=np.int64)
    graph = coo_array((np.ones(len(pairs), dtype=bool), (pairs[:, 0], pairs[:, 1])), (size, size))
    count, found = connected_components(graph, directed=False)
    return int(count), found.astype(np.int64)


def _ring(shape: tuple[int, int]) -> tuple[WholeArray, dict[str, slice]]:
    """Return the places of a window's border cells, and where each side stands among them."""
    flat = np.arange(shape[0] * shape[1], dtype=np.int64).reshape(shape)
    sides = {"north": flat[0], "south": flat[-1], "west": flat[:, 0], "east": flat[:, -1]}
    ends = np.cumsum([0, *(len(side) for side in sides.values())])
    where = {name: slice(ends[i], ends[i + 1]) for i, name in enumerate(sides)}
    return np.concatenate(list(sides.values())), where


@dataclass(frozen=True, eq=False)
class Border:
    """The components of one window that touch its border, at one level.

    Parameters
    ----------
    position
        Which border cells belong to a component, as places on the window's ring.
    component
        The component of each of them, 0-based: in the window where found, in the region where joined.
    cells
        Cells of the component of each of them, likewise.
    """

    position: WholeArray
    component: WholeArray
    cells: WholeArray


def _on_ring(hot: HotCells) -> tuple[WholeArray, WholeArray]:
    """Return the places on the ring that are hot, and which hot cell stands at each."""
    ring, _ = _ring(hot.shape)
    at = np.searchsorted(hot.flat, ring)
    there = np.append(hot.flat, -1)[at] == ring
    return np.flatnonzero(there), at[there]


def border_components(hot: HotCells, thresholds: Sequence[int]) -> list[Border]:
    """Return the components that touch the border of a window, for each threshold."""
    position, cell = _on_ring(hot)
    ground, borders = np.ones(len(hot.flat), dtype=bool), []
    for threshold in thresholds:
        number, count = hot.components(ground & (hot.steps >= threshold))
        at_ring = number[cell]
        on = at_ring >= 0
        names, component = np.unique(at_ring[on], return_inverse=True)
        sizes = np.bincount(number[number >= 0], minlength=count)[names].astype(np.int64)
        borders.append(Border(position[on], component.astype(np.int64), sizes[component]))
        ground = np.isin(number, names)
    return borders


def join_borders(
    windows: Sequence[Window], borders: Sequence[Sequence[Border]]
) -> list[list[Border]]:
    """Return the borders of every window with components joined over the region and their whole size."""
    neighbours = _neighbours(windows)
    joined: list[list[Border]] = [[] for _ in windows]
    for level in range(len(borders[0])):
        for place, border in enumerate(_joined([edge[level] for edge in borders], neighbours)):
            joined[place].append(border)
    return joined


Sides = tuple[int, slice, int, slice]


def _neighbours(windows: Sequence[Window]) -> list[Sides]:
    """Return which window's side runs along which other's: (window, side, window, side)."""
    place = {window.place: i for i, window in enumerate(windows)}
    sides = {piece.shape: _ring(piece.shape)[1] for piece in windows}
    neighbours = []
    for i, window in enumerate(windows):
        row, column = window.place
        beside = ((row, column + 1), "east", "west"), ((row + 1, column), "south", "north")
        for where, mine, theirs in beside:
            if where in place:
                other = place[where]
                neighbours.append(
                    (i, sides[window.shape][mine], other, sides[windows[other].shape][theirs])
                )
    return neighbours


def _joined(borders: Sequence[Border], neighbours: Sequence[Sides]) -> list[Border]:
    """Return one level's borders with the components named over the region."""
    counts = [int(edge.component.max(initial=-1)) + 1 for edge in borders]
    starts = np.cumsum([0, *counts])
    pairs = [np.zeros((0, 2), dtype=np.int64)]
    for first, mine, second, theirs in neighbours:
        here = _along(borders[first], mine, int(starts[first]))
        there = _along(borders[second], theirs, int(starts[second]))
        both = (here >= 0) & (there >= 0)
        pairs.append(np.column_stack([here[both], there[both]]))
    total, name = _components(np.concatenate(pairs), int(starts[-1]))
    sizes = np.zeros(int(starts[-1]), dtype=np.int64)
    for start, border in zip(starts, borders, strict=False):
        sizes[start + border.component] = border.cells
    whole = np.bincount(name, weights=sizes, minlength=total).astype(np.int64)
    named = [name[start + border.component] for start, border in zip(starts, borders, strict=False)]
    return [
        Border(border.position, names, whole[names])
        for border, names in zip(borders, named, strict=True)
    ]


def _along(border: Border, side: slice, start: int) -> WholeArray:
    """Return the number of the component at each cell of a side, -1 for none."""
    number = np.full(side.stop - side.start, -1, dtype=np.int64)
    first, last = np.searchsorted(border.position, [side.start, side.stop])
    number[border.position[first:last] - side.start] = border.component[first:last] + start
    return number


@dataclass(frozen=True, eq=False)
class Cut:
    """The targets of one window, whole or in part.

    Parameters
    ----------
    piece
        Which piece each hot cell belongs to, -1 for none.
    names
        Of each piece (level, component) where it may go on in other windows, None where it cannot.
    small
        Cells of each component left out as too small, by its name.
    large
        Names of the targets that stayed too large at the highest level.
    """

    piece: WholeArray
    names: tuple[Name | None, ...]
    small: Mapping[Name, int]
    large: frozenset[Name]


def cut_window(
    hot: HotCells,
    window: Window,
    thresholds: Sequence[int],
    borders: Sequence[Border],
    entry: TargetEntry,
    cell_km2: float,
) -> Cut:
    """Return the targets of a window: components taken at the lowest threshold where they fit.

    A component is a target at the lowest percentile where its whole area is at most
    `max_area_km2`, or at the highest percentile; none is smaller than `min_area_km2`. Cells touch
    by their sides. `borders` are the window's, joined over the region.
    """
    position, cell = _on_ring(hot)
    least_km2, most_km2 = entry.sizes_km2
    piece = np.full(len(hot.flat), -1, dtype=np.int64)
    ground = np.ones(len(hot.flat), dtype=bool)
    names: list[Name | None] = []
    small: dict[Name, int] = {}
    large: set[Name] = set()
    for level, (threshold, border) in enumerate(zip(thresholds, borders, strict=True)):
        number, count = hot.components(ground & (hot.steps >= threshold))
        on_ground = number >= 0
        sizes = np.bincount(number[on_ground], minlength=count)
        shared = np.full(count, -1, dtype=np.int64)
        at_ring = number[cell[np.searchsorted(position, border.position)]]
        open_still = at_ring >= 0
        sizes[at_ring[open_still]] = border.cells[open_still]
        shared[at_ring[open_still]] = border.component[open_still]
        fits = sizes * cell_km2 <= most_km2
        enough = sizes * cell_km2 >= least_km2
        named = [
            (level, int(s)) if s >= 0 else (level, *window.place, k) for k, s in enumerate(shared)
        ]
        if level == len(thresholds) - 1:
            large = {named[k] for k in np.flatnonzero(~fits)}
            fits[:] = True
        small |= {named[k]: int(sizes[k]) for k in np.flatnonzero(fits & ~enough)}
        taken = fits & enough
        numbers = np.where(taken, len(names) + np.cumsum(taken) - 1, -1)
        piece[on_ground] = numbers[number[on_ground]]
        names += [named[k] if shared[k] >= 0 else None for k in np.flatnonzero(taken)]
        ground = on_ground.copy()
        ground[on_ground] = ~fits[number[on_ground]]
    return Cut(piece, tuple(names), small, frozenset(large))


def cutting_notices(
    small: Mapping[Name, int], n_large: int, entry: TargetEntry, cell_km2: float, model: str
) -> list[Notice]:
    """Return what cutting left out and what it could not make small enough."""
    area_km2 = round(sum(small.values()) * cell_km2, 3)
    least_km2, most_km2 = entry.sizes_km2
    least = {"model": model, "least_km2": least_km2, "area_km2": area_km2}
    most = {"model": model, "most_km2": most_km2}
    notices = [
        Notice("clusters-too-small", "note", least, len(small)),
        Notice("targets-kept-whole", "note", most, n_large),
    ]
    return [notice for notice in notices if notice.count]


def gather(names: Iterable[Name | None]) -> list[list[int]]:
    """Return which pieces make up each target, in the order in which targets appear.

    Examples
    --------
    >>> gather([(0, 7), None, (0, 7)])
    [[0, 2], [1]]
    """
    targets: list[list[int]] = []
    known: dict[Name, list[int]] = {}
    for place, name in enumerate(names):
        if name is not None and name in known:
            known[name].append(place)
            continue
        targets.append([place])
        if name is not None:
            known[name] = targets[-1]
    return targets


@dataclass(frozen=True, eq=False)
class Patch:
    """Some cells of a grid: which ones within a box.

    Parameters
    ----------
    row, column
        First cell of the box.
    cells
        Which cells of the box belong to it.
    """

    row: int
    column: int
    cells: BoolArray

    @classmethod
    def of(cls, row: NDArray[np.integer], column: NDArray[np.integer]) -> Patch:
        """Return the patch of some cells."""
        first = int(row.min()), int(column.min())
        cells = np.zeros((int(row.max()) - first[0] + 1, int(column.max()) - first[1] + 1), bool)
        cells[row - first[0], column - first[1]] = True
        return cls(*first, cells)


def outline(patches: Sequence[Patch], grid: Grid) -> BaseGeometry:
    """Return the outline of connected patches in the grid's CRS, the same however they lay in windows."""
    row, column = min(patch.row for patch in patches), min(patch.column for patch in patches)
    rows = max(patch.row + patch.cells.shape[0] for patch in patches) - row
    columns = max(patch.column + patch.cells.shape[1] for patch in patches) - column
    whole = np.zeros((rows, columns), dtype=np.uint8)
    for patch in patches:
        down, right = patch.row - row, patch.column - column
        whole[down : down + patch.cells.shape[0], right : right + patch.cells.shape[1]] |= (
            patch.cells
        )
    [(drawn, _)] = rasterio.features.shapes(whole, mask=whole > 0, connectivity=4)
    corner, size = np.array([column, row]), np.array([grid.cell_size_m, -grid.cell_size_m])
    north_west = np.array([grid.west, grid.north])
    return shapely.transform(
        shapely.geometry.shape(drawn), lambda at: (at + corner) * size + north_west
    )
