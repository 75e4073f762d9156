"""Window, projection and cell size of a new region, from the extent and resolution of its layers."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from pyproj import CRS

from prospector.drafting.extents import Extent
from prospector.errors import RegionError
from prospector.grid import Bounds, Grid
from prospector.region.scale_error import scale_error_percent

ANCHORS = (
    "geology", "intrusions", "deposits", "salars", "geochemistry", "faults", "dated_samples", "magnetics",
    "surface", "relief", "concessions", "volcanoes", "domes",
)  # fmt: skip
"""Roles whose layers say where the region is; the first of them that is there counts most."""

MAPPED = ("geology", "intrusions", "deposits")
"""Roles whose layers make the window where there is a map of geology."""

MUCH_LARGER = 4.0
"""A layer that covers so many times the ground of the first one's does not widen the window."""

BUFFER = 0.02
"""By so much of its sides the window is wider than the layers."""

LEAST_DEGREES = 0.02

ZONE_DEGREES = 6.0
BESIDE_ZONE_DEGREES = 0.5
"""A window may reach so far beyond a zone of UTM."""

HIGHEST_UTM, LOWEST_UTM = 84.0, -80.0

LEAST_CELLS, MOST_CELLS, USUAL_CELLS = 100_000, 1_000_000, 200_000

ROUND = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8)
SLACK = 0.01

LEAST_ACROSS = 100
"""A raster with fewer cells across the window says nothing of what maps resolve."""

PARTS_OF_SPACING = 8


MOST_SCALE_ERROR = 100.0
"""Per cent; beyond it no figure is stated."""

ANTIMERIDIAN = (
    "lies on both sides of the antimeridian (180 degrees), which a region's window cannot cross. "
    "Give one side, e.g. --bounds 177 -20 180 -15."
)


@dataclass(frozen=True)
class Placed:
    """A layer of a role and where it lies."""

    name: str
    role: str
    extent: Extent


@dataclass(frozen=True)
class Window:
    """The window of a new region in degrees, and why it is that."""

    bounds: Bounds
    because: str


@dataclass(frozen=True)
class Projection:
    """The CRS of a new region, why it is that, and how far lengths err in it."""

    crs: str
    because: str
    scale_error_percent: float | None


def window_of(layers: Sequence[Placed]) -> Window:
    """Return the window that holds the layers of a region, those apart that reach far beyond the others.

    Raises
    ------
    RegionError
        None of them says where the region is, or they lie on both sides of the antimeridian.

    Examples
    --------
    >>> geology = Placed("geology", "geology", Extent(Bounds(26.0, 66.0, 28.0, 67.0)))
    >>> world = Placed("etopo", "relief", Extent(Bounds(-180.0, -90.0, 180.0, 90.0)))
    >>> window = window_of([geology, world])
    >>> window.bounds
    Bounds(west=25.96, south=65.98, east=28.04, north=67.02)
    >>> window.because
    'the extent of geology; etopo reaches beyond it or lies apart'
    """
    telling = [layer for role in ANCHORS for layer in layers if layer.role == role] or list(layers)
    if not telling:
        raise RegionError(
            "No layer shows where the region is. Give --bounds WEST SOUTH EAST NORTH in degrees, "
            "or --area FILE."
        )
    anchor = telling[0]
    _refuse_crossing(anchor.name, anchor.extent)
    if anchor.role == ANCHORS[0]:  # ground off the map has no evidence: it is not scored
        telling = [layer for layer in telling if layer.role in MAPPED]
    limit = MUCH_LARGER * _area(anchor.extent.bounds)
    joined = [layer for layer in telling if _area(layer.extent.bounds) <= limit]
    joined = [layer for layer in joined if meet(layer.extent.bounds, anchor.extent.bounds)]
    boxes = np.array([layer.extent.bounds.as_tuple() for layer in joined])
    low, high = boxes.min(axis=0), boxes.max(axis=0)
    bounds = buffered(Bounds(float(low[0]), float(low[1]), float(high[2]), float(high[3])))
    names = ", ".join(dict.fromkeys(layer.name for layer in joined))
    wider = [
        layer.name
        for layer in layers
        if layer.role in ANCHORS and not _within(layer.extent.bounds, bounds)
    ]
    verbs = "reaches beyond it or lies apart" if len(wider) == 1 else "reach beyond it or lie apart"
    apart = f"; {', '.join(wider)} {verbs}" if wider else ""
    return Window(bounds, f"the extent of {names}{apart}")


def refuse_crossing(name: str, extent: Extent) -> None:
    """Raise RegionError where a layer lies on both sides of the antimeridian."""
    _refuse_crossing(name, extent)


def _refuse_crossing(name: str, extent: Extent) -> None:
    if extent.crosses:
        raise RegionError(f"Layer '{name}' {ANTIMERIDIAN}")


def buffered(bounds: Bounds, share: float = BUFFER) -> Bounds:
    """Return bounds in degrees a little wider, in round numbers, within the world.

    Examples
    --------
    >>> buffered(Bounds(178.0, -20.0, 180.0, -18.0))
    Bounds(west=177.96, south=-20.04, east=180.0, north=-17.96)
    """
    across = max((bounds.east - bounds.west) * share, LEAST_DEGREES / 2)
    along = max((bounds.north - bounds.south) * share, LEAST_DEGREES / 2)
    side = max(bounds.east - bounds.west, bounds.north - bounds.south, LEAST_DEGREES)
    decimals = max(2 - math.floor(math.log10(side)), 2) if side < 1 else 2
    step = 10.0**-decimals

    def down(value: float, limit: float) -> float:
        return max(round(math.floor(value / step + 1e-6) * step, decimals), limit)

    def up(value: float, limit: float) -> float:
        return min(round(math.ceil(value / step - 1e-6) * step, decimals), limit)

    return Bounds(
        down(bounds.west - across, -180.0), down(bounds.south - along, -90.0),
        up(bounds.east + across, 180.0), up(bounds.north + along, 90.0),
    )  # fmt: skip


def _area(bounds: Bounds) -> float:
    """Return the area of bounds in degrees of the equator, at least that of a small map sheet."""
    middle = math.radians((bounds.south + bounds.north) / 2)
    across = max(bounds.east - bounds.west, LEAST_DEGREES)
    along = max(bounds.north - bounds.south, LEAST_DEGREES)
    return across * along * max(math.cos(middle), 0.01)


def _within(inner: Bounds, outer: Bounds) -> bool:
    across = inner.west >= outer.west and inner.east <= outer.east
    return across and inner.south >= outer.south and inner.north <= outer.north


def meet(first: Bounds, second: Bounds) -> bool:
    """Whether two bounds have a point in common."""
    along = first.west <= second.east and first.east >= second.west
    return along and first.south <= second.north and first.north >= second.south


def projection_of(window: Bounds) -> Projection:
    """Return the zone of UTM that holds a window, else an equal-area projection on its centre.

    Examples
    --------
    >>> projection_of(Bounds(26.0, 66.0, 28.0, 67.0)).crs
    'EPSG:32635'
    >>> projection_of(Bounds(-76.0, -28.0, -66.0, -20.0)).crs
    '+proj=laea +lat_0=-24 +lon_0=-71 +datum=WGS84 +units=m +no_defs'
    """
    longitude, latitude = (window.west + window.east) / 2, (window.south + window.north) / 2
    zone = zone_of(longitude)
    west = -180 + (zone - 1) * ZONE_DEGREES
    fits = window.west >= west - BESIDE_ZONE_DEGREES
    fits = fits and window.east <= west + ZONE_DEGREES + BESIDE_ZONE_DEGREES
    if fits and window.south >= LOWEST_UTM and window.north <= HIGHEST_UTM:
        south = latitude < 0
        crs = utm_of(longitude, latitude)
        because = f"WGS 84 / UTM zone {zone}{'S' if south else 'N'} holds the window"
    else:
        crs = f"+proj=laea +lat_0={latitude:.10g} +lon_0={longitude:.10g} +datum=WGS84 +units=m +no_defs"
        because = "Lambert azimuthal equal-area on the window's centre: wider than a zone of UTM"
    error = scale_error_percent(crs, window)
    if error > MOST_SCALE_ERROR:
        return Projection(crs, f"{because}; too wide for one projection: give --bounds", None)
    return Projection(crs, because, error)


def zone_of(longitude: float) -> int:
    """Return the number of the zone of UTM that a longitude lies in."""
    return min(int((longitude + 180) // ZONE_DEGREES) + 1, 60)


def utm_of(longitude: float, latitude: float) -> str:
    """Return the code of the zone of UTM on WGS 84 that a place lies in.

    Examples
    --------
    >>> utm_of(-69.0, -24.0), utm_of(26.0, 66.0)
    ('EPSG:32719', 'EPSG:32635')
    """
    return f"EPSG:{(32700 if latitude < 0 else 32600) + zone_of(longitude)}"


def cell_size_of(
    window: Bounds,
    crs: str,
    resolutions_m: Iterable[float],
    *,
    spacing_m: float | None = None,
    mapped: bool = False,
) -> tuple[float, str]:
    """Return the size of a cell that the data bear, in metres, and why it is that.

    It is a round number: the one nearest to the median of what the rasters resolve that gives 100,000 to
    1,000,000 cells, but never finer than the finest raster, or than an eighth of the distance between
    samples: fewer cells then.

    Parameters
    ----------
    window
        West, south, east and north in degrees.
    crs
        A projected CRS in metres.
    resolutions_m
        Widths of the rasters' cells.
    spacing_m
        Distance from a sample to the next, where there are samples.
    mapped
        Whether there are lines or outlines, too: then rasters of less than 100 cells across the window, which
        are much coarser than those, do not count.

    Examples
    --------
    >>> cell_size_of(Bounds(26.0, 66.0, 28.0, 67.0), "EPSG:32635", [100.0])[0]
    100.0
    >>> cell_size_of(Bounds(5.72, 50.95, 5.77, 51.0), "EPSG:32631", [40.0])
    (40.0, '13,299 cells; the finest raster resolves 40 m')
    """
    width_m, height_m = _sides_m(window, crs)
    area_m2 = width_m * height_m
    least, most = math.sqrt(area_m2 / MOST_CELLS), math.sqrt(area_m2 / LEAST_CELLS)
    coarsest = math.sqrt(area_m2) / LEAST_ACROSS if mapped else math.inf
    known = sorted(size for size in resolutions_m if size <= coarsest)
    finest, why = _finest(known, spacing_m)
    aim = known[len(known) // 2] if known else math.sqrt(area_m2 / USUAL_CELLS)
    low = max(least, finest)
    size = _round_size(max(aim, low) if aim <= max(most, low) else max(most, low), low)
    if least > finest > 0:
        why = f"{why}, and finer cells would be more than {MOST_CELLS:,}"
    cells = math.ceil(width_m / size) * math.ceil(height_m / size)
    return size, f"{cells:,} cells; {why}"


def _finest(known: Sequence[float], spacing_m: float | None) -> tuple[float, str]:
    """Return the finest size that the data bear, 0 where nothing says it, and by what that is known."""
    spacing = spacing_m / PARTS_OF_SPACING if spacing_m else math.inf
    if known and known[0] <= spacing:
        return known[0], f"the finest raster resolves {_metres(known[0])}"
    if spacing_m and math.isfinite(spacing):
        return spacing, f"samples lie about {_metres(spacing_m)} apart"
    return 0.0, "no raster shows the resolution of the data"


def _round_size(aim: float, low: float) -> float:
    """Return the round number nearest to a size of which none is below another."""
    sizes = [factor * 10.0**power for power in range(7) for factor in ROUND]
    fitting = [size for size in sizes if size >= low * (1 - SLACK)] or sizes[-1:]
    return min(fitting, key=lambda size: abs(math.log(size / aim)))


def _sides_m(window: Bounds, crs: str) -> tuple[float, float]:
    grid = Grid.cover(window, crs=CRS.from_user_input(crs).to_wkt(), cell_size_m=1.0)
    return float(grid.shape[1]), float(grid.shape[0])


def _metres(size_m: float) -> str:
    return f"{size_m:.3g} m" if size_m < 1000 else f"{size_m / 1000:.3g} km"
