"""Search radius of evidence around a unit: limited by the margin of layers and a number of cells."""

from __future__ import annotations

import math
from typing import Annotated

from pydantic import Field

from prospector.errors import ModelError
from prospector.grid import Grid
from prospector.layers.geometry import MARGIN_M

Radius = Annotated[float, Field(gt=0, le=MARGIN_M)]
"""A distance from a unit in metres; layers end so far outside the region."""


def radius_in_cells(radius_m: float, grid: Grid, *, kind: str, most: int) -> float:
    """Return a radius in cells of a grid.

    Raises
    ------
    ModelError
        It is more than `most`: memory grows with its square.

    Examples
    --------
    >>> radius_in_cells(250.0, Grid("EPSG:32719", 0.0, 0.0, 100.0, (9, 9)), kind="focal", most=10)
    2.5
    """
    size_m = grid.cell_size_m
    if radius_m > most * size_m:
        largest_m = math.floor(most * size_m)
        raise ModelError(
            f"kind '{kind}': key 'radius_m': {radius_m:.10g} m are more than {most:,} cells of {size_m:g} m. "
            f"Use {largest_m} m or less, or larger cells."
        )
    return radius_m / size_m
