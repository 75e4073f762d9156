"""Parts of a window that contain permissive ground: only they are computed."""

from __future__ import annotations

import numpy as np

from prospector.grid import BoolArray, IntArray, Window

LEAST_SIDE = 32
"""A piece of at most so many cells to each side is not cut further."""

WHOLE_SHARE = 0.75
"""A window of which so much is ground is computed whole, for all deposit models alike."""


def is_whole(ground: BoolArray) -> bool:
    """Return whether so much of a window is ground that it is computed whole."""
    return bool(np.count_nonzero(ground) >= WHOLE_SHARE * ground.size)


def pieces_of(ground: BoolArray, window: Window, *, beside: float) -> list[Window]:
    """Return rectangles of a window that hold all of its ground, as few cells as pays.

    A rectangle is halved across its longer side where its halves, each shrunk to the ground that it
    holds, cost less together.

    Parameters
    ----------
    ground
        Which cells are ground, in the window's shape.
    window
        Rows and columns of the grid.
    beside
        What computing a rectangle costs beside its cells, in cells; infinite where only the whole
        window will do.

    Examples
    --------
    >>> window = Window((1, 0), 100, 0, (100, 100))
    >>> ground = np.zeros((100, 100), dtype=bool)
    >>> pieces_of(ground, window, beside=100)
    []
    >>> ground[0, 0] = ground[90:, 90:] = True
    >>> [(piece.row, piece.column, piece.shape) for piece in pieces_of(ground, window, beside=100)]
    [(100, 0, (1, 1)), (190, 90, (10, 10))]
    >>> [piece.shape for piece in pieces_of(ground, window, beside=1e6)]
    [(100, 100)]
    """
    if np.isinf(beside):
        return [window] if ground.any() else []
    _, found = _cheapest(ground, 0, 0, beside)
    return [
        Window(window.place, window.row + row, window.column + column, shape)
        for row, column, shape in found
    ]


Rectangle = tuple[int, int, tuple[int, int]]


def _cheapest(
    ground: BoolArray, row: int, column: int, beside: float
) -> tuple[float, list[Rectangle]]:
    """Return the cost and the rectangles of some ground, whose first cell lies at a row and column."""
    down, right = np.flatnonzero(ground.any(axis=1)), np.flatnonzero(ground.any(axis=0))
    if not len(down):
        return 0.0, []
    top, left = int(down[0]), int(right[0])
    inner = ground[top : int(down[-1]) + 1, left : int(right[-1]) + 1]
    row, column = row + top, column + left
    rows, columns = inner.shape
    cost, whole = rows * columns + beside, [(row, column, (rows, columns))]
    # two rectangles cost `beside` once more: no cut saves more than the cells that are no ground
    if max(rows, columns) <= LEAST_SIDE or rows * columns - int(inner.sum()) <= beside:
        return cost, whole
    if rows >= columns:
        half = rows // 2
        first = _cheapest(inner[:half], row, column, beside)
        second = _cheapest(inner[half:], row + half, column, beside)
    else:
        half = columns // 2
        first = _cheapest(inner[:, :half], row, column, beside)
        second = _cheapest(inner[:, half:], row, column + half, beside)
    together = first[0] + second[0]
    return (together, first[1] + second[1]) if together < cost else (cost, whole)


TILE = 64
"""Cells that are looked at one by one are computed together with those of the same tile."""


def pieces_around(row: IntArray, column: IntArray) -> tuple[list[Window], list[int]]:
    """Return rectangles of a grid that hold some cells, a tile's together, and that of each cell.

    Examples
    --------
    >>> pieces, of = pieces_around(np.array([3, 130, 5]), np.array([4, 199, 2]))
    >>> [(piece.row, piece.column, piece.shape) for piece in pieces], of
    ([(3, 2, (3, 3)), (130, 199, (1, 1))], [0, 1, 0])
    """
    tiles = np.column_stack([row // TILE, column // TILE])
    places, of = np.unique(tiles, axis=0, return_inverse=True)
    number = of.reshape(-1)
    pieces = []
    for tile in range(len(places)):
        down, right = row[number == tile], column[number == tile]
        first = int(down.min()), int(right.min())
        shape = int(down.max()) - first[0] + 1, int(right.max()) - first[1] + 1
        pieces.append(Window((0, 0), *first, shape))
    return pieces, number.tolist()
