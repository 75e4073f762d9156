"""Small windows spread over a grid: where a sample of its cells is looked at."""

from __future__ import annotations

import numpy as np

from prospector.grid import Grid, Window

WHOLE_CELLS = 128 * 128
"""A grid of no more cells is looked at whole."""

WINDOWS, WINDOW_CELLS = 64, 6
"""Windows that are spread over a larger grid, and their side in cells: some 2,300 cells in all."""


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
