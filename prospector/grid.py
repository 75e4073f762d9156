"""Grid, raster and units: where things are scored.

A `Grid` is cells in projected metres; `Units` are what is scored: the cells of a grid or the
polygons of a layer. Both are values: immutable and equal by value.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import geopandas as gpd
import numpy as np
import shapely
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS, Transformer

from prospector.gridded import Gridded

if TYPE_CHECKING:
    from matplotlib.axes import Axes

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.intp]
WholeArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

EDGE_SAMPLES = 50


@dataclass(frozen=True)
class Bounds:
    """West, south, east and north, in degrees or in metres as the holder says."""

    west: float
    south: float
    east: float
    north: float

    def widened(self, margin: float) -> Bounds:
        """Return the bounds with `margin` added on every side.

        Examples
        --------
        >>> Bounds(0, 0, 10, 20).widened(1)
        Bounds(west=-1, south=-1, east=11, north=21)
        """
        return Bounds(
            self.west - margin, self.south - margin, self.east + margin, self.north + margin
        )

    def as_tuple(self) -> tuple[float, float, float, float]:
        """Return (west, south, east, north)."""
        return self.west, self.south, self.east, self.north


@dataclass(frozen=True)
class Window:
    """A rectangle of a grid's cells: what is computed, kept and sent at a time.

    Parameters
    ----------
    place
        Row and column of the window among the grid's windows.
    row, column
        Its first cell.
    shape
        (rows, columns).
    """

    place: tuple[int, int]
    row: int
    column: int
    shape: tuple[int, int]

    @property
    def cells(self) -> tuple[slice, slice]:
        """The rows and columns as slices of an array of the grid's shape."""
        rows, columns = self.shape
        return slice(self.row, self.row + rows), slice(self.column, self.column + columns)


@dataclass(frozen=True)
class Grid:
    """Square cells in a projected CRS: north up, first row at the north.

    Parameters
    ----------
    crs
        A projected CRS in metres, as WKT.
    west, north
        The outer corner of the first cell, in metres.
    cell_size_m
        Side of a cell in metres.
    shape
        (rows, columns).
    """

    crs: str
    west: float
    north: float
    cell_size_m: float
    shape: tuple[int, int]

    @classmethod
    def cover(cls, window: Bounds, *, crs: str, cell_size_m: float) -> Grid:
        """Return the grid whose cells cover a window given in longitude and latitude.

        Corners fall on whole multiples of the cell size, so that two regions with the same CRS
        and cell size share their cells.

        Parameters
        ----------
        window
            West, south, east and north in degrees.
        crs
            A projected CRS in metres: code or WKT.
        cell_size_m
            Side of a cell in metres.

        Returns
        -------
        Grid
            In that CRS; it covers the whole window.

        Examples
        --------
        >>> window = Bounds(-69.0, -24.1, -68.9, -24.0)
        >>> Grid.cover(window, crs="EPSG:32719", cell_size_m=1000).shape
        (12, 11)
        """
        projected = project_bounds(window, CRS.from_user_input(crs))
        west, north = (
            math.floor(projected.west / cell_size_m) * cell_size_m,
            math.ceil(projected.north / cell_size_m) * cell_size_m,
        )
        rows = math.ceil((north - projected.south) / cell_size_m)
        columns = math.ceil((projected.east - west) / cell_size_m)
        return cls(crs, west, north, cell_size_m, (rows, columns))

    @property
    def transform(self) -> Affine:
        """The affine transform from column and row to easting and northing."""
        return Affine(self.cell_size_m, 0, self.west, 0, -self.cell_size_m, self.north)

    @property
    def bounds(self) -> Bounds:
        """Outer bounds in metres."""
        rows, columns = self.shape
        return Bounds(
            self.west,
            self.north - rows * self.cell_size_m,
            self.west + columns * self.cell_size_m,
            self.north,
        )

    @property
    def cell_area_km2(self) -> float:
        """Area of one cell in km2."""
        return self.cell_size_m**2 / 1e6

    def windows(self, size: int) -> list[Window]:
        """Return the windows of at most `size` by `size` cells that make up the grid, row by row.

        Parameters
        ----------
        size
            Most rows and columns of a window.

        Returns
        -------
        list of Window
            Each cell lies in one.

        Examples
        --------
        >>> [window.shape for window in Grid("EPSG:32719", 0.0, 30.0, 10.0, (3, 2)).windows(2)]
        [(2, 2), (1, 2)]
        """
        rows, columns = self.shape
        return [
            Window(
                (row // size, column // size),
                row,
                column,
                (min(size, rows - row), min(size, columns - column)),
            )
            for row in range(0, rows, size)
            for column in range(0, columns, size)
        ]

    def part(self, window: Window) -> Grid:
        """Return the grid of a window alone; the cells stay where they are.

        Parameters
        ----------
        window
            Rows and columns of this grid.

        Returns
        -------
        Grid
            Of the shape of the window.
        """
        return Grid(
            self.crs,
            self.west + window.column * self.cell_size_m,
            self.north - window.row * self.cell_size_m,
            self.cell_size_m,
            window.shape,
        )

    def widened(self, cells: int) -> Grid:
        """Return the grid with `cells` more on every side.

        Parameters
        ----------
        cells
            How many on each side.

        Returns
        -------
        Grid
            Of shape (rows + 2 cells, columns + 2 cells).
        """
        rows, columns = self.shape
        return Grid(
            self.crs,
            self.west - cells * self.cell_size_m,
            self.north + cells * self.cell_size_m,
            self.cell_size_m,
            (rows + 2 * cells, columns + 2 * cells),
        )

    def centred(self, easting: float, northing: float) -> Grid:
        """Return a grid of one cell of the same size, centred on a place.

        Parameters
        ----------
        easting, northing
            In metres, in the CRS of the grid.

        Returns
        -------
        Grid
            Of shape (1, 1).

        Examples
        --------
        >>> Grid("EPSG:32719", 0.0, 20.0, 10.0, (2, 2)).centred(7.0, 12.0)
        Grid(crs='EPSG:32719', west=2.0, north=17.0, cell_size_m=10.0, shape=(1, 1))
        """
        half = self.cell_size_m / 2
        return Grid(self.crs, easting - half, northing + half, self.cell_size_m, (1, 1))

    def axes(self) -> tuple[FloatArray, FloatArray]:
        """Return the eastings of the columns' centres and the northings of the rows', in metres.

        Returns
        -------
        eastings : array
            Shape (columns,), west to east.
        northings : array
            Shape (rows,), north to south.
        """
        rows, columns = self.shape
        easting = self.west + (np.arange(columns) + 0.5) * self.cell_size_m
        northing = self.north - (np.arange(rows) + 0.5) * self.cell_size_m
        return np.asarray(easting), np.asarray(northing)

    def centres(self) -> tuple[FloatArray, FloatArray]:
        """Return easting and northing of the cell centres, each of the grid's shape, in metres.

        Returns
        -------
        easting, northing : array
            Each of shape (rows, columns), in metres.

        Examples
        --------
        >>> easting, northing = Grid("EPSG:32719", 0.0, 20.0, 10.0, (2, 2)).centres()
        >>> easting.tolist(), northing.tolist()
        ([[5.0, 15.0], [5.0, 15.0]], [[15.0, 15.0], [5.0, 5.0]])
        """
        east, north = np.meshgrid(*self.axes())
        return east, north

    def index(
        self, easting: FloatArray, northing: FloatArray
    ) -> tuple[NDArray[np.intp], NDArray[np.intp], BoolArray]:
        """Return the cell that each place lies in, and whether it lies on the grid at all.

        Parameters
        ----------
        easting, northing
            In metres, in the CRS of the grid; shape (n,).

        Returns
        -------
        row, column : array of int
            Shape (n,); 0 for those outside.
        within : array of bool
            Shape (n,): whether the place lies on the grid.

        Examples
        --------
        >>> import numpy as np
        >>> grid = Grid("EPSG:32719", 0.0, 20.0, 10.0, (2, 2))
        >>> [part.tolist() for part in grid.index(np.array([5.0, 99.0]), np.array([5.0, 5.0]))]
        [[1, 0], [0, 0], [True, False]]
        """
        column = np.floor((np.asarray(easting) - self.west) / self.cell_size_m).astype(np.intp)
        row = np.floor((self.north - np.asarray(northing)) / self.cell_size_m).astype(np.intp)
        inside = (row >= 0) & (row < self.shape[0]) & (column >= 0) & (column < self.shape[1])
        return np.where(inside, row, 0), np.where(inside, column, 0), inside


class Values(Protocol):
    """One value a cell, wherever it is kept: nodata is NaN.

    Parameters
    ----------
    grid
        Where the values lie.
    unit
        Unit of the values, e.g. ``"km"``; empty for a pure number.
    """

    @property
    def grid(self) -> Grid: ...  # noqa: D102

    @property
    def unit(self) -> str: ...  # noqa: D102

    @property
    def values(self) -> FloatArray:
        """All of them, in memory, in the grid's shape."""

    def read(self, window: Window) -> FloatArray:
        """Return a window of them, in the window's shape."""

    def to_xarray(self) -> Any:
        """Return them as an xarray.DataArray."""

    def plot(self, axes: Axes | None = None, *, title: str = "", **options: Any) -> Axes:
        """Draw them and return the axes."""


@dataclass(frozen=True, eq=False)
class Raster(Gridded):
    """One value a cell; nodata is NaN.

    Parameters
    ----------
    values
        Array of the grid's shape, float.
    grid
        Where the values lie.
    unit
        Unit of the values, e.g. ``"km"``; empty for a pure number.
    """

    values: FloatArray
    grid: Grid
    unit: str

    def read(self, window: Window) -> FloatArray:
        """Return a window of the values.

        Parameters
        ----------
        window
            Rows and columns of `grid`.

        Returns
        -------
        array
            Float, of the shape of the window; nodata is NaN.
        """
        return self.values[window.cells]

    def __eq__(self, other: object) -> bool:
        """Two rasters are equal when grid, unit and every value (NaN included) are."""
        return (
            isinstance(other, Raster)
            and self.grid == other.grid
            and self.unit == other.unit
            and np.array_equal(self.values, other.values, equal_nan=True)
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Units:
    """What is scored: places with an area, and, for polygons, their outlines.

    Parameters
    ----------
    easting, northing
        Centre of each unit in metres, shape (n,).
    area_km2
        Area of each unit, shape (n,).
    crs
        CRS of the coordinates, as WKT.
    outlines
        Polygons, shape (n,), where the units are the rows of a polygon layer; None for cells.
    grid
        Where the units are all the cells of a grid, row by row: that grid; None for polygons.
    wanted
        Which of the grid's cells are asked for, in its shape: the value of another may be anything.
        None where all are.
    """

    easting: FloatArray
    northing: FloatArray
    area_km2: FloatArray
    crs: str
    outlines: NDArray[np.object_] | None = None
    grid: Grid | None = None
    wanted: BoolArray | None = None

    def __len__(self) -> int:
        """Return the number of units."""
        return len(self.easting)

    def points(self) -> NDArray[np.object_]:
        """Return the centres as points, shape (n,)."""
        return np.asarray(shapely.points(self.easting, self.northing), dtype=object)

    def shapes(self) -> NDArray[np.object_]:
        """Return the outlines: the polygons, or the squares of the cells, shape (n units,)."""
        if self.outlines is not None:
            return self.outlines
        half = (self.grid.cell_size_m if self.grid else 0.0) / 2
        return np.asarray(
            shapely.box(
                self.easting - half, self.northing - half, self.easting + half, self.northing + half
            ),
            dtype=object,
        )


def cells(grid: Grid, *, wanted: BoolArray | None = None) -> Units:
    """Return the cells of a grid as units, row by row; values of those `wanted` are asked for."""
    east, north = grid.centres()
    return Units(
        east.ravel(),
        north.ravel(),
        np.broadcast_to(np.float64(grid.cell_area_km2), east.size),
        grid.crs,
        grid=grid,
        wanted=wanted,
    )


def polygons(layer: gpd.GeoDataFrame) -> Units:
    """Return the polygons of a projected layer as units; the centre is a point inside each."""
    outlines = np.asarray(layer.geometry.array, dtype=object)
    inside = shapely.point_on_surface(outlines)
    return Units(
        np.asarray(shapely.get_x(inside)),
        np.asarray(shapely.get_y(inside)),
        np.asarray(shapely.area(outlines)) / 1e6,
        layer.crs.to_wkt(),
        outlines=outlines,
    )


def project_bounds(window: Bounds, crs: CRS) -> Bounds:
    """Return the bounds in `crs` of a window in longitude and latitude, its edges followed."""
    transformer = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    west, south, east, north = transformer.transform_bounds(
        *window.as_tuple(), densify_pts=EDGE_SAMPLES
    )
    return Bounds(west, south, east, north)
