"""The cells of a screening: an error if they are too many or too few, or if the CRS does not fit."""

from __future__ import annotations

from dataclasses import dataclass

from pyproj import CRS

from prospector.errors import Notice, RegionError
from prospector.grid import Bounds, Grid
from prospector.numerals import rounded_percent
from prospector.options import MAX_CELLS
from prospector.region.region_file import Region
from prospector.region.scale_error import scale_error_percent

MIN_CELLS = 100
"""Percentiles of fewer cells say nothing."""

ZONE_DEG = 6

MOST_ERROR_PERCENT = 1.0
"""Of lengths in a CRS; areas err by twice as much."""


@dataclass(frozen=True)
class Extent:
    """The cells of a screening, and what to say of them.

    Parameters
    ----------
    notices
        Cautions where part of the region lies outside the area that its CRS is for, or lengths err in it.
    """

    grid: Grid
    notices: tuple[Notice, ...]


def extent_of(
    region: Region, *, cell_size_m: float | None = None, max_cells: float = MAX_CELLS
) -> Extent:
    """Return the grid of a region, at its own or another cell size.

    Raises
    ------
    RegionError
        It has more cells than `max_cells` or fewer than a hundred, or lies wholly outside the area
        that its CRS is for.
    """
    notices = (*_area_of_use(region), *_scale(region))
    grid = _grid(region, cell_size_m)
    rows, columns = grid.shape
    cells, size = rows * columns, grid.cell_size_m
    where = f"{region.file}: key 'region.cell_size_m'" if cell_size_m is None else "--cell-size"
    if cells > max_cells:
        larger = _rounded_up(size * (cells / max_cells) ** 0.5)
        raise RegionError(
            f"{where}: {cells:,} cells of {size:g} m are more than the limit of {max_cells:,.0f}. "
            f"Use cells of {larger:g} m or more, or raise the limit with --max-cells."
        )
    if cells < MIN_CELLS:
        smaller = _rounded_up(size * (cells / MIN_CELLS) ** 0.5 / 5)
        raise RegionError(
            f"{where}: only {cells} cells of {size:g} m, and percentiles need {MIN_CELLS}. Use "
            f"cells of {smaller:g} m or less."
        )
    return Extent(grid, notices)


def _grid(region: Region, cell_size_m: float | None) -> Grid:
    try:
        return region.grid(cell_size_m)
    except OverflowError as error:
        raise RegionError(
            f"{region.file}: key 'region.crs': the window cannot be projected to "
            f"'{region.region.crs}'. Use e.g. '{utm_zone(region.region.window.bounds())}'."
        ) from error


def _rounded_up(size_m: float) -> float:
    """Return the next size of one, two or five times a power of ten.

    Examples
    --------
    >>> _rounded_up(47.4), _rounded_up(0.9)
    (50.0, 1.0)
    """
    power = 1e-3
    while True:
        for step in (1, 2, 5):
            if size_m <= step * power * (1 + 1e-9):
                return step * power
        power *= 10


def _area_of_use(region: Region) -> tuple[Notice, ...]:
    """Return a caution where the window leaves the area that the CRS is for; wholly outside is refused."""
    crs = CRS.from_user_input(region.region.crs)
    if crs.area_of_use is None:
        return ()
    window = region.region.window.bounds()
    area = Bounds(*crs.area_of_use.bounds)
    share = _share_inside(window, area)
    if share <= 0:
        raise RegionError(
            f"{region.file}: key 'region.crs': '{region.region.crs}' is for {_degrees(area)}, and "
            f"the window lies outside ({_degrees(window)}). Use e.g. '{utm_zone(window)}', or "
            "correct the window."
        )
    if share >= 1:
        return ()
    about = {"crs": region.region.crs, "percent": rounded_percent(1 - share)}
    return (Notice("region-beyond-crs", "caution", about),)


def _scale(region: Region) -> tuple[Notice, ...]:
    """Return a caution where lengths err by a per cent or more, and in a UTM zone half as much at most."""
    window, crs = region.region.window.bounds(), region.region.crs
    error, better = scale_error_percent(crs, window), utm_zone(window)
    if error < MOST_ERROR_PERCENT or scale_error_percent(better, window) > error / 2:
        return ()
    about = {"crs": crs, "percent": float(error), "better": better}
    return (Notice("lengths-err", "caution", about),)


def _share_inside(window: Bounds, area: Bounds) -> float:
    """Return the share of a window inside an area, by degrees; the area may pass the date line.

    Examples
    --------
    >>> _share_inside(Bounds(-74, -30, -70, -20), Bounds(-72, -80, -66, 0))
    0.5
    >>> _share_inside(Bounds(175, -40, 179, -35), Bounds(170, -80, -170, 0))
    1.0
    """
    pieces = [(area.west, area.east)]
    if area.west > area.east:
        pieces = [(area.west, 180.0), (-180.0, area.east)]
    wide = sum(
        max(min(window.east, east) - max(window.west, west), 0.0) for west, east in pieces
    ) / (window.east - window.west)
    high = max(min(window.north, area.north) - max(window.south, area.south), 0.0)
    return wide * high / (window.north - window.south)


def _degrees(bounds: Bounds) -> str:
    west, south, east, north = (f"{value:g}" for value in bounds.as_tuple())
    return f"longitudes {west} to {east}, latitudes {south} to {north}"


def utm_zone(window: Bounds) -> str:
    """Return the UTM zone (WGS 84) that holds the middle of a window.

    Examples
    --------
    >>> utm_zone(Bounds(117.0, -23.0, 118.0, -22.0)), utm_zone(Bounds(-71.0, -28.0, -66.25, -19.5))
    ('EPSG:32750', 'EPSG:32719')
    """
    zone = int(((window.west + window.east) / 2 + 180) // ZONE_DEG) + 1
    hemisphere = 326 if window.south + window.north >= 0 else 327
    return f"EPSG:{hemisphere}{min(zone, 60):02d}"
