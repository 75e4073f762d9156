"""Read a raster: choose the band, check grid and CRS, find values that may mean nodata."""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import attrgetter
from typing import Any

import numpy as np
from affine import Affine
from pyproj import CRS
from pyproj.exceptions import ProjError
from rasterio.enums import ColorInterp, Interleaving, MaskFlags
from rasterio.io import DatasetReader

from prospector.errors import LayerError, Level, Reason
from prospector.grid import Bounds, FloatArray, Grid
from prospector.layers.crs import bounds_in, tell_crs, usable_crs
from prospector.layers.extremes import Extremes
from prospector.layers.formats import READ_ERRORS, open_raster, reason_of
from prospector.layers.rasters import RasterFile
from prospector.layers.reading import Reading
from prospector.layers.turned import remedy

PLACES = 25
"""Rows and columns of places by which a raster off the region is looked for elsewhere."""

MARGIN_M = 300_000.0
"""Cells up to this far beyond the grid are kept, as features are."""

TURN_DEGREES = 360.0
SMALLEST = 1e-18
"""A cell of less than this in square units of the CRS is none."""

UNITS = {
    **dict.fromkeys(
        ("metre", "metres", "meter", "meters", "metro", "metros", "mts", "masl", "msnm"), "m"
    ),
    **dict.fromkeys(("foot", "feet", "us survey foot", "us-ft", "ftus", "pie", "pies"), "ft"),
    **dict.fromkeys(("nanotesla", "gamma", "gammas"), "nt"),
    **dict.fromkeys(("milligal", "milligals"), "mgal"),
    **dict.fromkeys(("kilometre", "kilometres", "kilometer", "kilometers"), "km"),
}
"""Words for units that files write out."""

ON_EARTH_M = (-11_000.0, 8_900.0)
"""No ground or sea floor lies lower or higher."""

FOOT_M = 0.3048

LENGTHS_M = {"ft": FOOT_M, "km": 1000.0, "dm": 0.1, "cm": 0.01, "mm": 0.001}
"""Units that heights may be stated in, which are read in metres."""

KM_ON_EARTH = 8.9
"""Heights that all lie between nought and this may be kilometres."""

ON_EARTH_KM = {"crust_thickness": (1.0, 100.0), "slab_depth": (0.0, 800.0)}
"""The same of depths and thicknesses, positive, by role."""

ZEROS = 0.05
"""Such a share of a raster that is exactly 0 may be where nothing was measured."""

APART = 0.05
"""So large a share of the range of all others lies between noughts and them where they are no values."""

ALL_VALUES = "none"
"""What `nodata` says where every number is a value."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The cells of a raster in the region and near it.

    Parameters
    ----------
    columns_at, rows_at
        Coordinates of the cell centres in `crs`.
    size
        Width and height of a cell, where one row or column does not tell; else None.
    """

    values: RasterFile
    columns_at: FloatArray
    rows_at: FloatArray
    crs: CRS
    size: tuple[float, float] | None


def read_raster(reading: Reading, grid: Grid, *, codes: bool = False) -> Cells:
    """Return the cells of a raster that lie in the region or near it, on the raster's own grid.

    Parameters
    ----------
    reading
        The file, its keys and the region that it is read for.
    grid
        The region's cells.
    codes
        Whether its numbers are codes of classes: then they may stand for colours, and one that looks like
        nodata is a code.

    Raises
    ------
    LayerError
        The file cannot be read, lies outside the region, holds no value there, has no CRS that PROJ can
        use, is not north up, or which band is meant is not said.
    """
    path, entry = reading.path, reading.entry
    _refuse_unit_of_heights(reading)
    try:
        with open_raster(path, layer=entry.layer) as dataset:
            band, nodata = _band(reading, dataset, codes=codes), _nodata(reading)
            _refuse_large_tiles(reading, dataset, band)
            whole = RasterFile.of(path, dataset, band, nodata=nodata, layer=entry.layer)
            transform, own, bounds = dataset.transform, dataset.crs, np.array(dataset.bounds)
            stored_as = dataset.dtypes[band - 1]
            _tell_unit(reading, dataset.units[band - 1] or _unit_of_heights(own))
            if MaskFlags.alpha in dataset.mask_flag_enums[band - 1]:
                reading.notice("alpha-is-mask", "note")
        _refuse_place(reading, transform)
        usable = usable_crs(reading, entry.crs or own, grid, bounds)
        tell_crs(reading, usable, own, grid)
        cells = _near_region(reading, whole, _Lattice.of(transform, whole.shape, usable), grid)
        if not codes:
            cells = replace(cells, values=_without_codes(reading, cells.values, stored_as))
    except LayerError as error:
        raise reading.named(error) from error
    except READ_ERRORS as error:
        raise reading.fail(
            "file", f"{path} cannot be read: {reason_of(error)}. Give a GeoTIFF."
        ) from error
    return cells


def _refuse_place(reading: Reading, transform: Affine) -> None:
    """Raise LayerError where a file does not say where its cells lie, or they are not north up."""
    path = reading.path
    placed = np.isfinite(transform[:6]).all() and abs(transform.a * transform.e) >= SMALLEST
    if not placed or transform == Affine.identity():
        raise reading.fail("file", f"{path} has no georeference. Give a georeferenced GeoTIFF.")
    if transform.a <= 0 or transform.e >= 0 or transform.b or transform.d:
        raise reading.fail(
            "file", f"{path} is not north up. Warp it to north up, e.g. with gdalwarp."
        )


def _refuse_large_tiles(reading: Reading, dataset: DatasetReader, band: int) -> None:
    """Raise LayerError where what the file decodes at once is more than memory is likely to hold."""
    rows, columns = dataset.block_shapes[band - 1]
    together = dataset.count if dataset.interleaving == Interleaving.pixel else 1
    cells, most = rows * columns * together, reading.entry.max_tile_cells
    if cells > most:
        raise reading.fail(
            "max_tile_cells",
            f"{reading.path} is stored in tiles of {rows:,} x {columns:,} cells: reading one tile "
            f"takes {cells:,} cells in all bands, more than {most:,.0f}. Write it with smaller "
            "tiles, e.g. gdal_translate -co TILED=YES IN OUT.tif, or raise the limit: "
            f"max_tile_cells = {cells}.",
        )


# what is read ----------------------------------------------------------------------------------


def _band(reading: Reading, dataset: DatasetReader, *, codes: bool) -> int:
    """Return the band to read: the one that region.toml states, else the only one."""
    path, asked = reading.path, reading.entry.band
    band = asked or 1
    if band > dataset.count:
        raise reading.fail(
            "band",
            f"{path} has no band {band}; number of bands: {dataset.count}. Correct the number.",
        )
    if dataset.dtypes[band - 1].startswith("complex"):
        raise reading.fail("file", f"{path} holds complex numbers. Give a file of real numbers.")
    if asked is not None:
        return band
    colours = list(dataset.colorinterp)
    bands = [colour for colour in colours if colour != ColorInterp.alpha]
    if len(bands) > 1:
        shown = ", ".join(f"{place} {colour.name}" for place, colour in enumerate(colours, 1))
        raise reading.fail(
            "band", f"{path} has {len(colours)} bands ({shown}). Choose one, e.g. band = 1."
        )
    if colours[0] == ColorInterp.palette and not codes:
        raise reading.fail(
            "band",
            f"{path} is a picture: its numbers are the colours of a palette. Give a raster of "
            "values, or set band = 1 if the numbers are real values.",
        )
    return band


def _refuse_unit_of_heights(reading: Reading) -> None:
    """Raise LayerError where region.toml states heights in another length than metres."""
    factor = LENGTHS_M.get(_plain_unit(reading.entry.unit))
    if reading.role_name == "relief" and factor is not None:
        raise reading.fail(
            "unit",
            f"heights are read in metres, not in {reading.entry.unit}. Convert the raster, value x "
            f"{factor:g}, and set unit = 'm'.",
        )


def _tell_unit(reading: Reading, unit: str) -> None:
    """Note that a file states another unit than region.toml, or that heights are in another than metres."""
    meant = reading.entry.unit or ("m" if reading.role_name == "relief" else "")
    if unit and meant and _plain_unit(unit) != _plain_unit(meant):
        reading.notice("raster-unit-differs", "caution", unit=unit, meant=meant)


def _unit_of_heights(own: Any) -> str:
    """Return the unit of the heights that a file's CRS states beside its plane; '' where it states none."""
    try:
        parts = CRS.from_user_input(own).sub_crs_list if own else []
    except ProjError:
        return ""
    return next((part.axis_info[0].unit_name for part in parts if part.is_vertical), "")


def _plain_unit(unit: str) -> str:
    plain = " ".join(unit.casefold().replace(".", " ").split())
    return UNITS.get(plain, plain)


def _nodata(reading: Reading) -> tuple[float, ...]:
    """Return the stored numbers that region.toml says are no values."""
    stated = reading.entry.nodata
    if stated is None or stated == ALL_VALUES:
        return ()
    return tuple(float(code) for code in (stated if isinstance(stated, list) else [stated]))


@dataclass(frozen=True)
class _Lattice:
    """Where a raster's cells lie: its north-western corner, a cell's width and height, rows and columns."""

    west: float
    north: float
    width: float
    height: float
    rows: int
    columns: int
    crs: CRS

    @classmethod
    def of(cls, transform: Affine, shape: tuple[int, int], crs: CRS) -> _Lattice:
        return cls(transform.c, transform.f, transform.a, -transform.e, *shape, crs)

    def places(self) -> FloatArray:
        """Return places all over it, shape (n, 2)."""
        west, south, east, north = self.bounds.as_tuple()
        across, along = np.linspace(west, east, PLACES), np.linspace(south, north, PLACES)
        return np.column_stack([axis.ravel() for axis in np.meshgrid(across, along)])

    @property
    def bounds(self) -> Bounds:
        east, south = self.west + self.width * self.columns, self.north - self.height * self.rows
        return Bounds(self.west, south, east, self.north)

    @property
    def turn(self) -> int | None:
        """How many columns go once around the Earth; None where they do not."""
        around = self.crs.is_geographic
        around = around and abs(self.columns * self.width - TURN_DEGREES) < self.width / 2
        return self.columns if around else None

    def turned_to(self, region: Bounds) -> _Lattice:
        """Return the lattice moved by whole turns to where its degrees are nearest to the region's."""
        if not self.crs.is_geographic or self.turn:
            return self
        own = self.bounds
        degrees = (region.west + region.east - own.west - own.east) / 2
        return replace(self, west=self.west + TURN_DEGREES * round(degrees / TURN_DEGREES))

    def meets(self, region: Bounds) -> bool:
        own = self.bounds
        along = bool(self.turn) or (own.west < region.east and own.east > region.west)
        return along and own.south < region.north and own.north > region.south

    def rows_in(self, window: Bounds) -> slice:
        first = int(np.floor((self.north - window.north) / self.height))
        last = int(np.ceil((self.north - window.south) / self.height))
        return slice(max(first, 0), min(last, self.rows))

    def columns_in(self, window: Bounds) -> slice:
        """Return the columns in a window; around the Earth they may begin before the first."""
        first = int(np.floor((window.west - self.west) / self.width))
        last = int(np.ceil((window.east - self.west) / self.width))
        if self.turn:
            return slice(first, min(last, first + self.columns))
        return slice(max(first, 0), min(last, self.columns))

    def centres(self, rows: slice, columns: slice) -> tuple[FloatArray, FloatArray]:
        """Return the coordinates of the centres of columns and of rows, shapes (columns,) and (rows,)."""
        across = self.west + self.width * (np.arange(columns.start, columns.stop) + 0.5)
        along = self.north - self.height * (np.arange(rows.start, rows.stop) + 0.5)
        return across, along


def _near_region(reading: Reading, whole: RasterFile, lattice: _Lattice, grid: Grid) -> Cells:
    """Return the cells within the margin of the region; those of 0 to 360 degrees are turned to it."""
    region = bounds_in(lattice.crs, grid.bounds, grid)
    window = bounds_in(lattice.crs, grid.bounds.widened(MARGIN_M), grid) or region
    if region is None or window is None or not lattice.turned_to(region).meets(region):
        shown = ", ".join(f"{round(value, 2):.10g}" for value in lattice.bounds.as_tuple())
        raise reading.fail(
            "file",
            f"{reading.path} lies wholly outside the region (its bounds: {shown}). "
            f"{remedy(reading, lattice.places(), lattice.crs, grid)}",
        )
    west, lattice = lattice.west, lattice.turned_to(region)
    if west != lattice.west:
        reading.notice("longitudes-turned", "note")
    rows, columns = lattice.rows_in(window), lattice.columns_in(window)
    values = whole.part(rows, columns, turn=lattice.turn)
    cells, most = values.shape[0] * values.shape[1], reading.entry.max_cells
    if cells > most:
        raise reading.fail(
            "max_cells",
            f"{reading.path} has {cells:,} cells in the region and its margin of "
            f"{MARGIN_M / 1000:.0f} km, more than {most:,.0f}. Give a coarser raster, e.g. with "
            f"gdalwarp -tr, or raise the limit: max_cells = {cells}.",
        )
    size = (lattice.width, lattice.height) if 1 in values.shape else None
    return Cells(values, *lattice.centres(rows, columns), lattice.crs, size)


# what is no value ------------------------------------------------------------------------------


def _without_codes(reading: Reading, values: RasterFile, stored_as: str) -> RasterFile:
    """Return values without numbers that are most likely codes of nodata; those suspected are noticed.

    Numbers are looked at as the file stores them: codes are not scaled.

    Raises
    ------
    LayerError
        No cell has a value.
    """
    stored = replace(values, scale=1.0, offset=0.0)
    while True:
        extremes = Extremes.of(block for _, block in stored.blocks())
        if not extremes.known:
            raise reading.fail(
                "file",
                f"{reading.path} has only nodata in the region. Give another file, or remove the "
                "layer.",
            )
        none_is = reading.entry.nodata == ALL_VALUES
        suspected = [] if none_is else list(extremes.suspected(stored_as))
        codes = [extreme for extreme in suspected if extreme.is_code]
        for code in codes:
            reading.notice("nodata-not-declared", "caution", code.count, value=code.shown)
        if not codes:
            break
        stored = replace(stored, nodata=(*stored.nodata, *(extreme.value for extreme in codes)))
    for code in filter(attrgetter("is_blurred"), suspected):
        reading.notice("raster-codes-blurred", "caution", code.count, value=code.shown)
    for code in filter(attrgetter("is_suspect"), suspected):
        reading.notice("raster-extreme-repeated", "caution", code.count, value=code.shown)
    if not suspected:
        _tell_range(reading, extremes, values)
    measured = stored_as.startswith("float") and reading.role_name != "relief"
    apart = not suspected and extremes.zeros_apart > APART
    share = extremes.zeros / extremes.cells
    if (measured or apart) and share >= ZEROS and not none_is:
        level: Level = "caution" if apart else "note"
        reading.notice("raster-zeros", level, extremes.zeros, percent=round(100 * share))
    return replace(values, nodata=stored.nodata)


def _on_earth(lowest_m: float, highest_m: float) -> bool:
    return lowest_m >= ON_EARTH_M[0] and highest_m <= ON_EARTH_M[1]


def _tell_range(reading: Reading, extremes: Extremes, values: RasterFile) -> None:
    """Note heights, depths and thicknesses that are not found on Earth."""
    ends = (extremes.low[0][0], extremes.high[0][0])
    lowest, highest = sorted(end * values.scale + values.offset for end in ends)
    if reading.role_name == "relief" and not _on_earth(lowest, highest):
        feet = _on_earth(lowest * FOOT_M, highest * FOOT_M)
        what_to_do = Reason("heights-may-be-feet") if feet else Reason("check-unit-of-heights")
        reading.notice(
            "relief-not-metres", "caution", lowest=lowest, highest=highest, remedy=what_to_do
        )
    elif reading.role_name == "relief" and highest < 0:
        _tell_doubtful(reading, lowest, highest, Reason("heights-below-sea"))
    elif reading.role_name == "relief" and lowest >= 0 and 0 < highest < KM_ON_EARTH:
        _tell_doubtful(reading, lowest, highest, Reason("heights-may-be-kilometres"))
    least, most = ON_EARTH_KM.get(reading.role_name, (-np.inf, np.inf))
    if lowest < least or highest > most:
        reading.notice(
            "depths-not-kilometres",
            "caution",
            lowest=lowest,
            highest=highest,
            least=least,
            most=most,
        )


def _tell_doubtful(reading: Reading, lowest: float, highest: float, why: Reason) -> None:
    """Note heights that are found on Earth, but seldom where ore is looked for."""
    reading.notice("relief-doubtful", "caution", lowest=lowest, highest=highest, remedy=why)
