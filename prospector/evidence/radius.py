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
    misfit = too_wide(radius_m, grid.cell_size_m, most=most)
    if misfit:
        raise ModelError(f"kind '{kind}': key 'radius_m': {misfit['radius_m']}")
    return radius_m / grid.cell_size_m


def too_wide(radius_m: float, cell_size_m: float, *, most: int) -> dict[str, str]:
    """Return what is wrong with a radius of more than so many cells, by its key; nothing where it is not.

    Examples
    --------
    >>> too_wide(250.0, 100.0, most=10)
    {}
    >>> too_wide(2500.0, 100.0, most=10)["radius_m"]
    '2500 m are more than 10 cells of 100 m. Use 1000 m or less, or larger cells.'
    """
    if radius_m <= most * cell_size_m:
        return {}
    largest_m = math.floor(most * cell_size_m)
    what = f"{radius_m:.10g} m are more than {most:,} cells of {cell_size_m:g} m"
    return {"radius_m": f"{what}. Use {largest_m} m or less, or larger cells."}
