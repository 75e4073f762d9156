"""Small windows spread over a grid: where a sample of its cells is looked at."""

from __future__ import annotations

import numpy as np

from prospector.grid import FloatArray, Grid, Window

WHOLE_CELLS = 128 * 128
"""A grid of no more cells is looked at whole."""

WINDOWS, WINDOW_CELLS = 64, 6
"""Windows that are spread over a larger grid, and their side in cells: some 2,300 cells in all."""


SAMPLED_WHOLE = 256 * 256
"""A grid of no more cells is measured whole where shares of it are wanted."""

RIM_WINDOWS = 8
"""Windows along each side of a larger grid: what a raster does not reach lies there."""


def spread_windows(grid: Grid) -> list[Window]:
    """Return the whole of a small grid as one window; of a larger one, small windows spread over it.

    Examples
    --------
    >>> len(spread_windows(Grid("EPSG:32719", 0.0, 0.0, 1000.0, (100, 100))))
    1
    >>> windows = spread_windows(Grid("EPSG:32719", 0.0, 0.0, 1000.0, (4000, 1000)))
    >>> len(windows), windows[0]
    (64, Window(place=(0, 0), row=122, column=122, shape=(6, 6)))
    """
    rows, columns = grid.shape
    if rows * columns <= WHOLE_CELLS:
        return [Window((0, 0), 0, 0, grid.shape)]
    down = int(np.clip(round((WINDOWS * rows / columns) ** 0.5), 1, WINDOWS))
    across = max(WINDOWS // down, 1)
    sides = min(WINDOW_CELLS, rows), min(WINDOW_CELLS, columns)
    return [
        Window(
            (row, column),
            int((row + 0.5) * rows / down - sides[0] / 2),
            int((column + 0.5) * columns / across - sides[1] / 2),
            sides,
        )
        for row in range(down)
        for column in range(across)
    ]


def sampled_windows(grid: Grid) -> list[tuple[Window, float]]:
    """Return windows that shares of a grid are measured on, and how many of its cells a cell stands for.

    The whole of a grid of moderate size. Of a larger one the rim, as wide as a window, is sampled by itself:
    windows in the middle of blocks would never see that a raster ends a little before the region does.

    Examples
    --------
    >>> sampled_windows(Grid("EPSG:32719", 0.0, 0.0, 1000.0, (200, 300)))
    [(Window(place=(0, 0), row=0, column=0, shape=(200, 300)), 1.0)]
    >>> sampled = sampled_windows(Grid("EPSG:32719", 0.0, 0.0, 1000.0, (4000, 1000)))
    >>> round(sum(weight * window.shape[0] * window.shape[1] for window, weight in sampled))
    4000000
    """
    rows, columns = grid.shape
    if rows * columns <= SAMPLED_WHOLE:
        return [(Window((0, 0), 0, 0, grid.shape), 1.0)]
    if min(rows, columns) < (RIM_WINDOWS + 2) * WINDOW_CELLS:  # too narrow for a rim
        return _weighted(spread_windows(grid), rows * columns)
    inner = (rows - 2 * WINDOW_CELLS, columns - 2 * WINDOW_CELLS)
    within = inner[0] * inner[1]
    return [
        *_weighted(_rim(rows, columns), rows * columns - within),
        *_weighted(_within(inner), within),
    ]


def _weighted(windows: list[Window], cells: int) -> list[tuple[Window, float]]:
    """Return windows with the number of cells that each of theirs stands for."""
    seen = sum(window.shape[0] * window.shape[1] for window in windows)
    return [(window, cells / seen) for window in windows]


def _rim(rows: int, columns: int) -> list[Window]:
    """Return windows spread along the four sides of a grid."""
    side = (WINDOW_CELLS, WINDOW_CELLS)
    along = (np.arange(RIM_WINDOWS) + 0.5) / RIM_WINDOWS
    across = (along * (columns - WINDOW_CELLS)).astype(int).tolist()
    down = (WINDOW_CELLS + along * (rows - 3 * WINDOW_CELLS)).astype(int).tolist()
    places = [(row, column) for row in (0, rows - WINDOW_CELLS) for column in across]
    places += [(row, column) for column in (0, columns - WINDOW_CELLS) for row in down]
    return [Window((0, place), *at, side) for place, at in enumerate(places)]


def _within(inner: tuple[int, int]) -> list[Window]:
    """Return windows within the rim: one in each of some blocks, now here, now there in it."""
    rows, columns = inner
    down = int(np.clip(round((WINDOWS * rows / columns) ** 0.5), 1, rows // WINDOW_CELLS))
    across = int(np.clip(WINDOWS // down, 1, columns // WINDOW_CELLS))
    side = (WINDOW_CELLS, WINDOW_CELLS)
    first, second = _scattered(down * across)
    return [
        Window(
            (1 + row, column),
            WINDOW_CELLS + _start(row, rows / down, first[row * across + column]),
            WINDOW_CELLS + _start(column, columns / across, second[row * across + column]),
            side,
        )
        for row in range(down)
        for column in range(across)
    ]


def _scattered(count: int) -> tuple[FloatArray, FloatArray]:
    """Return two rows of numbers from 0 to 1 that fill the square evenly (Roberts 2018, R2)."""
    number, ratio = np.arange(1, count + 1), 1.324717957244746
    return number / ratio % 1, number / ratio**2 % 1


def _start(block: int, size: float, share: float) -> int:
    """Return where a window begins that lies in a block of cells."""
    return int(block * size + share * (size - WINDOW_CELLS))
