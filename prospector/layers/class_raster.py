"""Rasters of classes as polygons: cells of one code that touch become one, block by block."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

import geopandas as gpd
import numpy as np
import rasterio.features
import shapely
from affine import Affine
from numpy.typing import NDArray

from prospector.errors import LayerError
from prospector.grid import BoolArray, FloatArray, Grid
from prospector.layers.exactness import EARTH_RADIUS_M, cell_m
from prospector.layers.formats import COLUMNAR, FEATURE_FORMATS, GEODATABASE, open_raster
from prospector.layers.raster_reader import Cells, read_raster
from prospector.layers.rasters import RasterFile
from prospector.layers.reading import Reading
from prospector.layers.tables import TABLES
from prospector.region.region_tables import MAX_RASTER_CELLS

CELL_M = "cell_m"
"""Attribute of the table: the size of the raster's cells in metres."""

MAPPED = "mapped"
"""Attribute of the table: the ground of all cells that have a code, as text, where some give no polygon."""

MOST_CLASSES = 1000
"""A raster of more codes is one of values."""

MOST_PATCHES = 1_000_000
"""More patches than this fill memory: the raster is speckled."""

MOST_CELLS = 1e9
"""More cells near the region are refused, unless `max_cells` says otherwise."""

BLOCK = 1024
"""Side of a block of cells that polygons are made of at once."""

MOST_SHOWN = 20

OF_FEATURES = (
    *(ending for known in FEATURE_FORMATS for ending in known.endings), *COLUMNAR, *TABLES, GEODATABASE,
    ".zip", ".kmz",
)  # fmt: skip
"""Endings of files of features."""

Shapes = NDArray[np.object_]


def is_class_raster(reading: Reading) -> bool:
    """Return whether polygons are to be made of a file: `classes` are named, or it is a raster."""
    if reading.role.geometry != "polygon" or reading.role.closed or reading.coverage:
        return False
    if reading.entry.classes:
        return True
    if not reading.path.is_file() or reading.path.suffix.lower() in OF_FEATURES:
        return False
    try:
        with open_raster(reading.path, layer=reading.entry.layer):
            return True
    except LayerError:
        return False


def polygons_of_classes(reading: Reading, grid: Grid) -> gpd.GeoDataFrame:
    """Return the classes of a raster near the region as polygons, in its own CRS.

    Columns `class`, `code`, and `name` where the role needs one: the class. Codes that are not named
    give no polygon, and are noticed.

    Raises
    ------
    LayerError
        The file cannot be read, no class is named, none of them is there, or it holds no codes.
    """
    cells = read_raster(reading, grid, codes=True)
    lattice = _Lattice.of(cells)
    _refuse_many_cells(reading, cells.values)
    counted = _counted(reading, cells.values, lattice)
    classes = _classes(reading, counted)
    codes, patches = patches_of(reading, cells.values, sorted(classes))
    words = [classes[code] for code in codes]
    columns = {"class": words, "code": [str(code) for code in codes]}
    if "name" in reading.role.required and reading.entry.name is None:
        columns["name"] = words
    table = gpd.GeoDataFrame(columns, geometry=lattice.placed(patches), crs=cells.crs)
    table.attrs[CELL_M] = lattice.cell_m
    if reading.role.tiles and len(classes) < len(counted.cells):
        _, patches = patches_of(reading, cells.values, None)
        ground = shapely.union_all(lattice.placed(patches))
        table.attrs[MAPPED] = str(shapely.to_wkb(ground, hex=True))
    return table


@dataclass(frozen=True, eq=False)
class _Lattice:
    """Where the cells lie: north-western corner, width and height of a cell, its size in metres.

    Parameters
    ----------
    km2
        Area of a cell of each row.
    """

    west: float
    north: float
    width: float
    height: float
    cell_m: float
    km2: FloatArray

    @classmethod
    def of(cls, cells: Cells) -> _Lattice:
        width, height = cells.size or (
            float(cells.columns_at[1] - cells.columns_at[0]),
            float(cells.rows_at[0] - cells.rows_at[1]),
        )
        west, north = cells.columns_at[0] - width / 2, cells.rows_at[0] + height / 2
        unit = cells.crs.axis_info[0].unit_conversion_factor  # metres, or radians
        km2 = np.full(len(cells.rows_at), width * height * (unit / 1000) ** 2)
        if cells.crs.is_geographic:
            km2 *= EARTH_RADIUS_M**2 * np.cos(cells.rows_at * unit)
        size_m = cell_m(width, height, cells.crs, float(np.median(cells.rows_at)))
        return cls(float(west), float(north), width, height, size_m, km2)

    def placed(self, patches: Shapes) -> Shapes:
        """Return shapes of columns and rows in the raster's CRS."""
        origin, size = np.array([self.west, self.north]), np.array([self.width, -self.height])
        return np.asarray(shapely.transform(patches, lambda at: origin + at * size))


def _refuse_many_cells(reading: Reading, values: RasterFile) -> None:
    """Raise LayerError where there are more cells than polygons are made of."""
    stated = reading.entry.max_cells
    most = MOST_CELLS if stated == MAX_RASTER_CELLS else stated
    cells = values.shape[0] * values.shape[1]
    if cells > most:
        raise reading.fail(
            "max_cells",
            f"{reading.path} has {cells:,} cells near the region, more than the {most:,.0f} that "
            "can be made into polygons. Give a coarser raster, or raise the limit: max_cells = "
            f"{cells}.",
        )


# codes -----------------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Codes:
    """How many cells have each code, and their area."""

    cells: Counter[int] = field(default_factory=Counter)
    km2: dict[int, float] = field(default_factory=dict)

    def add(self, code: int, cells: int, km2: float) -> None:
        """Count cells."""
        self.cells[code] += cells
        self.km2[code] = self.km2.get(code, 0.0) + km2

    def listed(self, codes: Collection[int] | None = None) -> list[str]:
        """Return codes as text, all or some, those of the most cells first; the first twenty."""
        chosen = sorted(self.cells if codes is None else codes, key=lambda code: -self.cells[code])
        shown = [str(code) for code in chosen[:MOST_SHOWN]]
        return [*shown, "..."] if len(chosen) > MOST_SHOWN else shown

    def shares(self) -> str:
        """Return the codes with their shares of the area that has one, in a line."""
        total = sum(self.km2.values())
        ordered = sorted(self.km2.items(), key=lambda pair: (-pair[1], pair[0]))
        shown = [f"{code} ({100 * km2 / total:.2g} %)" for code, km2 in ordered[:MOST_SHOWN]]
        more = len(ordered) - MOST_SHOWN
        return ", ".join(shown) + (f" and {more} more" if more > 0 else "")


def _counted(reading: Reading, values: RasterFile, lattice: _Lattice) -> _Codes:
    """Return the codes near the region with their cells and area.

    Raises
    ------
    LayerError
        There is no value, a number is no whole one, or there are too many codes.
    """
    codes = _Codes()
    for (rows, _), block in values.blocks():
        known = np.isfinite(block)
        found, place = np.unique(block[known], return_inverse=True)
        _refuse_fractions(reading, found)
        area = np.broadcast_to(lattice.km2[rows][:, None], block.shape)[known]
        cells = np.bincount(place.ravel(), minlength=len(found))
        km2 = np.bincount(place.ravel(), weights=area, minlength=len(found))
        for code, count, area_km2 in zip(found, cells, km2, strict=True):
            codes.add(int(code), int(count), float(area_km2))
        if len(codes.cells) > MOST_CLASSES:
            raise reading.fail(
                "file",
                f"{reading.path} has more than {MOST_CLASSES} different numbers near the region, "
                "so it is a raster of measured values, not of classes. Give it the role 'surface', "
                "or give a raster of classes.",
            )
    if not codes.cells:
        raise reading.fail(
            "file",
            f"{reading.path} has only nodata near the region. Give another file, or remove the "
            "layer.",
        )
    return codes


def _refuse_fractions(reading: Reading, numbers: FloatArray) -> None:
    """Raise LayerError where a number is no code."""
    odd = numbers[(numbers != np.round(numbers)) | (np.abs(numbers) >= 1e15)]
    if len(odd):
        raise reading.fail(
            "file",
            f"{reading.path} has the value {odd[0]:g}, but class codes are whole numbers: this is "
            "a raster of measured values. Give it the role 'surface', or give a raster of classes.",
        )


def _classes(reading: Reading, codes: _Codes) -> dict[int, str]:
    """Return the class of each code that there is; codes without one, and without a cell, are noticed.

    Raises
    ------
    LayerError
        No class is named, or none of those that are is there.
    """
    named = {int(code): word for code, word in reading.entry.classes.items()}
    exclude = reading.entry.exclude
    if not named and isinstance(exclude, list):
        named = {int(code): str(code) for code in exclude if str(code).lstrip("-").isdecimal()}
    if not named:
        raise reading.fail(
            "classes",
            f"{reading.path} is a raster: name the class of each code to make into polygons, e.g. "
            f'classes = {{ {codes.listed()[0]} = "granite" }}. Near the region it has '
            f"{codes.shares()}.",
        )
    there = {code: word for code, word in named.items() if code in codes.cells}
    if not there:
        asked = ", ".join(map(str, named))
        raise reading.fail(
            "classes",
            f"no cell of {reading.path} near the region has any of the codes given ({asked}). "
            f"Codes there: {codes.shares()}. Give some of these.",
        )
    absent = [str(code) for code in named if code not in there]
    reading.notice("codes-not-found", "caution", len(absent), codes=absent, there=codes.listed())
    others = [code for code in codes.cells if code not in there]
    reading.notice(
        "codes-without-class", "note", sum(codes.cells[code] for code in others),
        codes=codes.listed(others), km2=float(sum(codes.km2[code] for code in others)),
    )  # fmt: skip
    return there


# polygons --------------------------------------------------------------------------------------


def patches_of(
    reading: Reading, values: RasterFile, codes: list[int] | None, *, block: int = BLOCK
) -> tuple[list[int], Shapes]:
    """Return the code and the shape of each patch of cells, in columns and rows.

    Cells of a code that share a side are one patch, however the raster is cut into blocks: patches that
    meet the edge of a block are united.

    Parameters
    ----------
    reading
        The file, its keys and the region that it is read for.
    values
        The raster of codes, open.
    codes
        The codes that become patches, ascending; None for patches of all cells that have any, as 0.
    block
        Side of a block in cells.

    Raises
    ------
    LayerError
        There are too many patches.
    """
    numbered = _numbered(values, codes, block)
    codes = [0] if codes is None else codes
    whole: dict[int, list[Shapes]] = {code: [] for code in codes}
    cut: dict[int, list[Shapes]] = {code: [] for code in codes}
    patches = 0
    for place, numbers in numbered:
        for number, shapes, meets in _of_block(place, numbers, values.shape):
            whole[codes[number]].append(shapes[~meets])
            cut[codes[number]].append(shapes[meets])
            patches += len(shapes)
        if patches > MOST_PATCHES:
            raise reading.fail(
                "file",
                f"{reading.path} has more than {MOST_PATCHES:,} patches of cells near the region. Sieve out "
                "the small ones, e.g. with gdal_sieve, or give a coarser raster.",
            )
    by_code = {code: np.concatenate([*whole[code], _united(cut[code])]) for code in codes}
    of_code = [code for code in codes for _ in by_code[code]]
    return of_code, np.concatenate(list(by_code.values()))


def _numbered(
    values: RasterFile, codes: list[int] | None, block: int
) -> Iterator[tuple[tuple[int, int], NDArray[np.int16]]]:
    """Give the first row and column of each block, and which of the codes each cell has; -1 for none."""
    rows, columns = values.shape
    for row in range(0, rows, block):
        for column in range(0, columns, block):
            part = values[row : min(row + block, rows), column : min(column + block, columns)]
            yield (row, column), _numbers(part, codes)


def _numbers(values: FloatArray, codes: list[int] | None) -> NDArray[np.int16]:
    """Return which of the codes each cell has, or 0 where it has any; -1 for none."""
    if codes is None:
        return np.where(np.isfinite(values), 0, -1).astype(np.int16)
    known = np.array(codes, dtype=float)
    place = np.clip(np.searchsorted(known, values), 0, len(known) - 1)
    return np.where(known[place] == values, place, -1).astype(np.int16)


def _of_block(
    place: tuple[int, int], numbers: NDArray[np.int16], shape: tuple[int, int]
) -> Iterator[tuple[int, Shapes, BoolArray]]:
    """Give the number of each code of a block, its patches, and which of them meet a cut."""
    row, column = place
    rows, columns = numbers.shape
    outlines: dict[int, list[shapely.Geometry]] = {}
    for outline, number in rasterio.features.shapes(
        numbers, mask=numbers >= 0, connectivity=4, transform=Affine.translation(column, row)
    ):
        outlines.setdefault(int(number), []).append(shapely.geometry.shape(outline))
    for number, of_number in sorted(outlines.items()):
        shapes = np.asarray(of_number, dtype=object)
        west, north, east, south = shapely.bounds(shapes).T
        meets = (west == column) & (column > 0) | (east == column + columns) & (east < shape[1])
        meets |= (north == row) & (row > 0) | (south == row + rows) & (south < shape[0])
        yield number, shapes, meets


def _united(parts: list[Shapes]) -> Shapes:
    """Return patches that were cut at the edges of blocks as whole ones."""
    shapes = np.concatenate([np.empty(0, dtype=object), *parts])
    if not len(shapes):
        return shapes
    return np.asarray(shapely.get_parts(shapely.union_all(shapes)), dtype=object)
