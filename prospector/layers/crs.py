"""The CRS of a file that is read: known to PROJ, and convertible to the region's."""

from __future__ import annotations

from typing import Any

from pyproj import CRS, Transformer
from pyproj.exceptions import ProjError

from prospector.grid import Bounds, Grid
from prospector.layers.reading import Reading

EDGE_SAMPLES = 21


def usable_crs(reading: Reading, stated: Any, grid: Grid, *, example: str = "EPSG:32719") -> CRS:
    """Return the CRS that a file states, or region.toml in its place.

    Raises
    ------
    LayerError
        There is none, PROJ does not know it, or cannot bring it to the region's.
    """
    path, entry = reading.path, reading.entry
    if stated is None:
        raise reading.fail("crs", f"no CRS in {path}. {reading.setting('crs', example)}")
    named = f"'{entry.crs}'" if entry.crs is not None else f"the CRS of {path}"
    try:
        crs = CRS.from_user_input(stated)
    except ProjError as error:
        raise reading.fail(
            "crs", f"{named} is not a CRS that PROJ knows. {reading.setting('crs', example)}"
        ) from error
    try:
        Transformer.from_crs(crs, grid.crs)
    except ProjError as error:
        local = "is local" if crs.is_engineering else "cannot be converted to the region's CRS"
        raise reading.fail(
            "crs", f"{named} ({crs.name}) {local}. {reading.setting('crs', example)}"
        ) from error
    return crs


def bounds_in(crs: CRS, bounds: Bounds, grid: Grid) -> Bounds | None:
    """Return bounds in a grid's CRS as those that hold them in another; None where it cannot show them.

    Degrees may go beyond 180.

    Examples
    --------
    >>> grid = Grid("EPSG:32719", 400_000.0, 7_400_000.0, 1000.0, (200, 200))
    >>> west, south, east, north = bounds_in(CRS("EPSG:4326"), grid.bounds, grid).as_tuple()
    >>> print(f"{west:.2f} {south:.2f} {east:.2f} {north:.2f}")
    -69.99 -25.32 -68.01 -23.51
    """
    transformer = Transformer.from_crs(grid.crs, crs, always_xy=True)
    try:
        west, south, east, north = transformer.transform_bounds(
            *bounds.as_tuple(), densify_pts=EDGE_SAMPLES, errcheck=True
        )
    except ProjError:
        return None
    return Bounds(west, south, east + 360.0 if east < west else east, north)
