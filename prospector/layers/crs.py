"""The CRS of a file that is read: known to PROJ, and convertible to the region's."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
from pyproj import CRS, Transformer
from pyproj.aoi import AreaOfInterest
from pyproj.exceptions import ProjError
from pyproj.transformer import TransformerGroup

from prospector.grid import Bounds, FloatArray, Grid
from prospector.layers.reading import Reading

EDGE_SAMPLES = 21

MOVED_M = (1.0, 10_000.0)
"""A wrong CRS that moves places by more puts them where no one would look for them."""

MOST_DEGREES = np.array([360.0, 90.0, 360.0, 90.0])
"""Bounds of degrees, west, south, east and north, either side of 0."""

WORLD_AXIS_M = 6_378_137.0
"""Semi-major axis of the ellipsoids that lie at the middle of the Earth."""

BALLPARK = "Ballpark"
"""How PROJ names an operation that takes the degrees of one datum for those of another."""


def usable_crs(reading: Reading, stated: Any, grid: Grid, bounds: FloatArray) -> CRS:
    """Return the CRS that a file states, or region.toml in its place.

    Parameters
    ----------
    reading
        The file, its keys and the region that it is read for.
    stated
        The CRS; None where there is none.
    grid
        The region's cells.
    bounds
        West, south, east, north of the file in its own coordinates.

    Raises
    ------
    LayerError
        There is none, PROJ does not know it, or cannot bring it to the region's.
    """
    path, entry = reading.path, reading.entry

    def setting() -> str:
        return reading.setting("crs", _likely(bounds, grid))

    if stated is None:
        raise reading.fail("crs", f"no CRS in {path}. {setting()}")
    named = f"'{entry.crs}'" if entry.crs is not None else f"the CRS of {path}"
    try:
        crs = CRS.from_user_input(stated)
    except ProjError as error:
        raise reading.fail("crs", f"{named} is not a CRS that PROJ knows. {setting()}") from error
    try:
        Transformer.from_crs(crs, grid.crs)
    except ProjError as error:
        local = "is local" if crs.is_engineering else "cannot be converted to the region's CRS"
        raise reading.fail("crs", f"{named} ({crs.name}) {local}. {setting()}") from error
    return crs


def _likely(bounds: FloatArray, grid: Grid) -> str:
    """Return the code of a CRS that coordinates may be of: degrees, else the region's, where it has one."""
    if (np.abs(bounds) <= MOST_DEGREES).all():
        return "EPSG:4326"
    return ":".join(CRS.from_user_input(grid.crs).to_authority() or ("EPSG", "..."))


def tell_crs(reading: Reading, crs: CRS, own: Any, grid: Grid) -> None:
    """Note a CRS of region.toml that moves a file a little, and a datum that PROJ does not know.

    Parameters
    ----------
    reading
        The file, its keys and the region that it is read for.
    crs
        What its coordinates are read in.
    own
        What the file states.
    grid
        The region's cells.
    """
    moved_m = None if reading.entry.crs is None else _moved_m(crs, own, grid)
    if moved_m is not None and MOVED_M[0] < moved_m < MOVED_M[1]:
        stated = CRS.from_user_input(own).name
        reading.notice("crs-not-of-file", "caution", file_crs=stated, crs=crs.name, moved_m=moved_m)
    if _is_ballpark(crs, grid):
        datum = "" if crs.datum is None else crs.datum.name
        reading.notice("datum-not-known", "caution", crs=crs.name, datum=datum)


def _moved_m(crs: CRS, own: Any, grid: Grid) -> float | None:
    """Return how far the region's middle moves where a CRS stands in place of a file's own."""
    bounds = grid.bounds
    middle = (bounds.west + bounds.east) / 2, (bounds.south + bounds.north) / 2
    try:
        to_file = Transformer.from_crs(grid.crs, crs, always_xy=True)
        back = Transformer.from_crs(CRS.from_user_input(own), grid.crs, always_xy=True)
    except (ProjError, TypeError):
        return None
    moved = float(np.hypot(*np.subtract(back.transform(*to_file.transform(*middle)), middle)))
    return round(moved, 1) if np.isfinite(moved) else None


def of_world(crs: CRS) -> bool:
    """Whether a CRS has an ellipsoid at the middle of the Earth: such datums lie metres apart at most.

    Examples
    --------
    >>> of_world(CRS.from_epsg(31979)), of_world(CRS.from_epsg(24879))
    (True, False)
    """
    return crs.ellipsoid is not None and abs(crs.ellipsoid.semi_major_metre - WORLD_AXIS_M) < 1.0


def _is_ballpark(crs: CRS, grid: Grid) -> bool:
    """Whether PROJ knows no way from a datum to the region's, and the datum is one of old surveys."""
    if crs.ellipsoid is None or of_world(crs):
        return False
    area = _area_of(bounds_in(CRS.from_epsg(4326), grid.bounds, grid))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of better ways whose grids are not at hand
        ways = TransformerGroup(crs, grid.crs, always_xy=True, area_of_interest=area).transformers
    return not ways or BALLPARK in ways[0].description


def _area_of(degrees: Bounds | None) -> Any:
    """Return bounds in degrees as PROJ takes them; None where they are not known, or go beyond 180."""
    if degrees is None or abs(degrees.west) > 180 or abs(degrees.east) > 180:
        return None
    return AreaOfInterest(*degrees.as_tuple())


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
