"""A raster in tiles of a degree, read over a box alone, as coarse as is needed, into one raster."""

from __future__ import annotations

import contextlib
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import numpy as np
import numpy.typing as npt
import rasterio
from affine import Affine
from rasterio.enums import Resampling
from rasterio.errors import RasterioError
from rasterio.io import DatasetReader
from rasterio.windows import Window

from prospector.errors import SourceError
from prospector.grid import Bounds
from prospector.options import Progress
from prospector.sources.entries import moved_in_whole
from prospector.sources.remote_files import ABSENT, Getter, Handle, MissingError, RemoteFile

Heights = npt.NDArray[np.float32]

M_PER_DEGREE = 111_320.0
TILE = "tile.tif"
"""What GDAL calls a tile."""

CRS = "EPSG:4326"
MOST_CELLS = 400_000_000
MOST_TILES = 2500
LARGEST_SIDE = 20_000
LARGEST_BLOCK = 32_000_000
"""Cells along a side of a tile, and in a block of it, at most."""

OFF_DEG = 0.01
"""So far the edge of a tile may lie off its degree."""

MAGIC = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")
"""How a TIFF begins."""

ALONE = {"GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR", "GDAL_PAM_ENABLED": "NO", "VSI_CACHE": "NO"}
"""GDAL looks for no file beside a tile."""


@dataclass(frozen=True, eq=False)
class Mosaic:
    """Tiles as one raster.

    Parameters
    ----------
    values
        Shape (rows, columns), north up; NaN where no tile is.
    transform
        From columns and rows to degrees of longitude and latitude.
    cell_m
        Height of a cell.
    tiles
        Tiles that were read.
    absent, refused
        Names of tiles that are not there (sea, or withheld), and of those that the server refuses.
    came_bytes
        What came over the network for them.
    """

    values: Heights
    transform: Affine
    cell_m: float
    tiles: int
    absent: tuple[str, ...]
    refused: tuple[str, ...]
    came_bytes: int


@dataclass(frozen=True)
class _Lattice:
    """Cells of the mosaic: lines each `1 / per_degree` degree, moved by an offset."""

    per_degree: int
    off_east: float
    off_north: float
    left: int
    bottom: int
    right: int
    top: int

    @classmethod
    def over(
        cls, box: Bounds, dataset: DatasetReader, corner: tuple[int, int], needed_m: float
    ) -> _Lattice:
        """Return the lattice over a box whose cells are whole ones of the tiles, as coarse as needed."""
        per_degree = dataset.height // _factor(dataset.height, needed_m)
        lat, lon = corner
        east, north = dataset.bounds.left - lon, dataset.bounds.top - (lat + 1)
        return cls(
            per_degree, east, north,
            math.floor(round((box.west - east) * per_degree, 6)),
            math.floor(round((box.south - north) * per_degree, 6)),
            math.ceil(round((box.east - east) * per_degree, 6)),
            math.ceil(round((box.north - north) * per_degree, 6)),
        )  # fmt: skip

    @property
    def shape(self) -> tuple[int, int]:
        return self.top - self.bottom, self.right - self.left

    @property
    def transform(self) -> Affine:
        size = 1 / self.per_degree
        west, north = self.left * size + self.off_east, self.top * size + self.off_north
        return Affine(size, 0.0, west, 0.0, -size, north)

    def within(self, corner: tuple[int, int]) -> tuple[int, int, int, int]:
        """Return left, bottom, right and top of the part of a tile that lies over the box."""
        lat, lon = corner
        return (
            max(self.left, lon * self.per_degree), max(self.bottom, lat * self.per_degree),
            min(self.right, (lon + 1) * self.per_degree), min(self.top, (lat + 1) * self.per_degree),
        )  # fmt: skip


def tile_address(address: str, lat: int, lon: int) -> str:
    """Return the address of the tile whose south-west corner is given, in whole degrees.

    Examples
    --------
    >>> tile_address("https://example.org/{lat}_{lon}.tif", -24, -70)
    'https://example.org/S24_W070.tif'
    >>> tile_address("https://example.org/{lat}_{lon}.tif", 3, 7)
    'https://example.org/N03_E007.tif'
    """
    south = f"{'S' if lat < 0 else 'N'}{abs(lat):02d}"
    west = f"{'W' if lon < 0 else 'E'}{abs(lon):03d}"
    return address.replace("{lat}", south).replace("{lon}", west)


def read_mosaic(
    client: Getter, address: str, box: Bounds, *, needed_m: float, progress: Progress | None = None,
    what: str = "",
) -> Mosaic:  # fmt: skip
    """Return the tiles over a box as one raster.

    Only the parts of the tiles over the box come, from their overviews where these are fine enough. What no
    tile covers has no value: nothing is guessed.

    Parameters
    ----------
    client
        By which the network is asked.
    address
        Of a tile, with ``{lat}`` and ``{lon}``.
    box
        In degrees of longitude and latitude.
    needed_m
        Cells may be so high; they are whole numbers of cells of the tiles, and at least one.
    progress
        Called with what is being done, how many steps are done and how many there are.
    what
        As errors and progress name it.

    Raises
    ------
    SourceError
        The server does not answer, none of the tiles is there, or one is not what it should be.
    """
    corners = corners_of(box)
    lattice: _Lattice | None = None
    values: Heights = np.empty((0, 0), dtype=np.float32)
    absent: list[str] = []
    refused: list[str] = []
    came = 0
    for number, corner in enumerate(corners):
        if progress:
            progress(what, number, len(corners))
        try:
            file = RemoteFile(client, tile_address(address, *corner))
        except MissingError as error:
            (absent if error.status == ABSENT else refused).append(_name(corner))
            continue
        with _opened(file, corner) as (dataset, checked):
            if lattice is None:
                lattice = _Lattice.over(box, dataset, corner, needed_m)
                values = _empty(lattice)
            part = _part(dataset, lattice, corner)
            checked()
        _put(values, lattice, corner, part)
        came += file.came
    if lattice is None:
        raise _none(address, len(corners), len(refused))
    if progress:
        progress(what, len(corners), len(corners))
    missing = len(absent) + len(refused)
    return Mosaic(
        values, lattice.transform, M_PER_DEGREE / lattice.per_degree, len(corners) - missing,
        tuple(absent), tuple(refused), came,
    )  # fmt: skip


def missing_words(mosaic: Mosaic) -> str:
    """Return what is missing in a mosaic, as the end of a sentence; empty where nothing is.

    Examples
    --------
    >>> values, place = np.zeros((1, 1), dtype=np.float32), Affine.identity()
    >>> missing_words(Mosaic(values, place, 90.0, 3, ("S24W071",), (), 0))
    '; missing (sea, or withheld), no value: S24W071'
    """
    parts = []
    if mosaic.absent:
        parts.append(f"; missing (sea, or withheld), no value: {', '.join(mosaic.absent)}")
    if mosaic.refused:
        parts.append(f"; refused by the server, no value: {', '.join(mosaic.refused)}")
    return "".join(parts)


def write_mosaic(mosaic: Mosaic, file: Path, *, source: str | None = None) -> None:
    """Write a mosaic as a GeoTIFF, as `moved_in_whole` does."""
    rows, columns = mosaic.values.shape
    with moved_in_whole(file, source) as aside, rasterio.open(
        aside, "w", driver="GTiff", height=rows, width=columns, count=1, dtype="float32", crs=CRS,
        transform=mosaic.transform, nodata=float("nan"), tiled=True, blockxsize=256, blockysize=256,
        compress="deflate", predictor=3,
    ) as dataset:  # fmt: skip
        dataset.write(mosaic.values, 1)


def corners_of(box: Bounds) -> list[tuple[int, int]]:
    """Return latitude and longitude of the south-west corners of the tiles over a box, north first.

    Raises
    ------
    SourceError
        There are too many.

    Examples
    --------
    >>> corners_of(Bounds(-70.5, -24.5, -69.5, -24.2))
    [(-25, -71), (-25, -70)]
    """
    lats = range(math.ceil(box.north) - 1, math.floor(box.south) - 1, -1)
    lons = range(math.floor(box.west), math.ceil(box.east))
    corners = [(lat, lon) for lat in lats for lon in lons]
    if len(corners) > MOST_TILES:
        raise SourceError(
            f"The box touches {len(corners):,} tiles, more than {MOST_TILES:,}. Take a smaller region."
        )
    return corners


def _name(corner: tuple[int, int]) -> str:
    return tile_address("{lat}{lon}", *corner)


def _none(address: str, count: int, refused: int) -> SourceError:
    why = f", and {refused} are refused" if refused else ""
    return SourceError(
        f"{urlsplit(address).hostname}: none of the {count} tiles over the region is "
        f"available{why}. Check the source's address, or download the file by hand."
    )


@contextlib.contextmanager
def _opened(
    file: RemoteFile, corner: tuple[int, int]
) -> Iterator[tuple[DatasetReader, Callable[[], None]]]:
    """Open a tile, once it is known to be one; with it comes what raises a failure of the network."""
    failures: list[SourceError] = []

    def checked() -> None:
        if failures:
            raise failures[0]

    if not file.read(0, 4).startswith(MAGIC):
        raise _strange(file, "it is not a GeoTIFF")

    def opener(name: str, mode: str = "rb") -> Handle:  # noqa: ARG001 - as rasterio calls it
        if name != TILE:
            raise FileNotFoundError(name)
        return Handle(file, failures)

    try:
        with (
            rasterio.Env(**ALONE),
            rasterio.open(TILE, driver="GTiff", opener=opener) as dataset,
        ):
            checked()
            _refuse_strange(file, dataset, corner)
            yield dataset, checked
    except RasterioError as error:
        checked()
        raise _strange(file, "it cannot be read as a GeoTIFF") from error


def _refuse_strange(file: RemoteFile, dataset: DatasetReader, corner: tuple[int, int]) -> None:
    """Raise SourceError unless a raster is one band of numbers over the degree that its name says."""
    lat, lon = corner
    block = dataset.block_shapes[0]
    if max(dataset.shape) > LARGEST_SIDE or block[0] * block[1] > LARGEST_BLOCK:
        raise _strange(file, f"it has {dataset.height:,} rows and {dataset.width:,} columns")
    if dataset.count != 1 or dataset.dtypes[0].startswith("complex"):
        raise _strange(file, f"it has {dataset.count} bands of {dataset.dtypes[0]}")
    if dataset.crs is None or dataset.crs.to_epsg() != 4326:
        raise _strange(file, f"its CRS is {dataset.crs}")
    edges = (dataset.bounds.left, dataset.bounds.bottom, dataset.bounds.right, dataset.bounds.top)
    off = max(
        abs(edge - place) for edge, place in zip(edges, (lon, lat, lon + 1, lat + 1), strict=True)
    )
    if off > OFF_DEG:
        raise _strange(file, f"it lies {off:.3g} degrees off the place that its name says")


def _strange(file: RemoteFile, what: str) -> SourceError:
    parts = urlsplit(file.url)
    return SourceError(
        f"{parts.hostname}{parts.path}: not the tile that was requested: {what}. Check the "
        "source's address, or download the file by hand."
    )


def _factor(height: int, needed_m: float) -> int:
    """Return how many cells of a tile make one: a power of 2, as overviews have it, no higher than needed.

    Examples
    --------
    >>> _factor(1200, 250.0), _factor(1200, 50.0), _factor(1200, 1e9)
    (2, 1, 16)
    """
    own_m, factor = M_PER_DEGREE / height, 1
    while height % (2 * factor) == 0 and 2 * factor * own_m <= needed_m:
        factor *= 2
    return factor


def _empty(lattice: _Lattice) -> Heights:
    rows, columns = lattice.shape
    if rows * columns > MOST_CELLS:
        raise SourceError(
            f"The region has {rows * columns:,} cells of {M_PER_DEGREE / lattice.per_degree:.0f} m, more "
            f"than {MOST_CELLS:,}. Take larger cells or a smaller region."
        )
    return np.full((rows, columns), np.nan, dtype=np.float32)


def _part(dataset: DatasetReader, lattice: _Lattice, corner: tuple[int, int]) -> Heights | None:
    """Return the cells of a tile over the box; None where it only touches it."""
    left, bottom, right, top = lattice.within(corner)
    if left >= right or bottom >= top:
        return None
    lat, lon = corner
    high, wide = dataset.height / lattice.per_degree, dataset.width / lattice.per_degree
    window = Window(
        (left - lon * lattice.per_degree) * wide, ((lat + 1) * lattice.per_degree - top) * high,
        (right - left) * wide, (top - bottom) * high,
    )  # fmt: skip
    resampling = Resampling.average if high >= 1 and wide >= 1 else Resampling.bilinear
    shape = (top - bottom, right - left)
    part = dataset.read(
        1, window=window, out_shape=shape, resampling=resampling, masked=True, out_dtype="float32"
    )
    return np.asarray(part.filled(np.nan), dtype=np.float32)


def _put(values: Heights, lattice: _Lattice, corner: tuple[int, int], part: Heights | None) -> None:
    if part is None:
        return
    left, _, right, top = lattice.within(corner)
    row, column = lattice.top - top, left - lattice.left
    values[row : row + part.shape[0], column : column + right - left] = part
