"""The one place where files are opened: formats on a list, no network, nothing that they point to.

GDAL takes a file for what its content says, whatever its ending: one that only points elsewhere (a virtual
raster, a web service) must be known before it is opened.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, NoReturn

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import rasterio
import rasterio.errors
import shapely
from rasterio._err import CPLE_BaseError
from rasterio.io import DatasetReader

from prospector.errors import LayerError
from prospector.layers.drawings import ENDING as DRAWING
from prospector.layers.drawings import is_drawing, layers_of_drawing, shapes_of
from prospector.layers.files import files_of
from prospector.layers.mistaken import mistaken_for
from prospector.layers.numbers.whole import exact_numbers
from prospector.layers.registers.folding import composed
from prospector.layers.shapefiles import SHAPES, check_in_archive, check_shapefile
from prospector.scratch import scratch_folder

RASTER_DRIVERS = (
    "GTiff", "HFA", "AAIGrid", "EHdr", "ENVI", "ERS", "GPKG", "netCDF", "JP2OpenJPEG", "PNG", "JPEG", "AIG",
    "GSAG", "GSBG", "GS7BG", "GXF", "NWT_GRD", "PCRaster", "RST", "SAGA", "ISG", "ZMap", "BT", "DTED",
    "SRTMHGT", "USGSDEM", "XYZ",
)  # fmt: skip
"""GDAL's drivers of rasters that hold their values themselves."""

NETWORK_OFF = {
    "GDAL_HTTP_PROXY": "off://",
    "GDAL_HTTPS_PROXY": "off://",
    "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".none",
}
"""A proxy of no known kind is refused by the HTTP library before it opens a socket."""

CACHE_MB = 64
"""What GDAL may keep of open rasters; unasked, each process keeps a twentieth of the memory."""

PROXY_EXCEPTIONS = ("no_proxy", "NO_PROXY")
"""Variables of the environment that would let some hosts pass by the proxy."""

METADATA_ENDINGS = (
    ".txt", ".xml", ".imd", ".rpb", ".pvl", ".dim", ".rpc", ".til", ".att", ".eph", ".geo", ".met", ".json",
)  # fmt: skip
"""Endings of what satellites' makers lay beside a raster: GDAL lists it, no value depends on it."""

POINTERS: dict[bytes, str] = {
    b"<VRTDataset": "a virtual raster (VRT)",
    b"<OGRVRTDataSource": "a virtual layer (VRT)",
    b"<GDALTileIndexDataset": "an index of other rasters",
    b"gdal_streamed_alg": "a processing chain (GDALG)",
    b"gdal_virtual_alg": "a processing chain (GDALG)",
    b"<GDAL_WMS": "a web map service",
    b"<WMS_Capabilities": "a web map service",
    b"<WMT_MS_Capabilities": "a web map service",
    b"<GDAL_WMTS": "a web map tile service",
    b"<Capabilities": "a web map tile service",
    b"<WCS_GDAL": "a web coverage service",
    b"<OGRWFSDataSource": "a web feature service",
    b"<WFS_Capabilities": "a web feature service",
}
"""How files begin that hold no values, but say where they are."""

HEAD_BYTES = 100_000
CHUNK_BYTES = 1_000_000
OVERLAP_BYTES = 4_000
TIFF_BEGINS = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")

_MARK = rb"(?:\xef\xbb\xbf)?"
_XML = _MARK + rb"(?:\s|<\?[^>]*\?>|<!--.*?-->|<!DOCTYPE[^>\[]*>)*"

_PAM = re.compile(_XML + rb"<PAMDataset\b(?![^<>]*/>)", re.DOTALL)
"""How a file of GDAL's own beside a raster begins."""


@dataclass(frozen=True)
class Format:
    """A format of features: how its files end, and how their content begins.

    Parameters
    ----------
    text
        Whether GDAL could take the content for that of a file that points elsewhere.
    """

    endings: tuple[str, ...]
    begins: re.Pattern[bytes]
    text: bool = True


FEATURE_FORMATS = (
    Format((".gpkg",), re.compile(rb"SQLite format 3\0"), text=False),
    Format((".shp",), re.compile(rb"\0\0\x27\x0a"), text=False),
    Format((".fgb",), re.compile(rb"fgb"), text=False),
    Format(
        (".geojson", ".json", ".geojsonl", ".geojsons", ".geojsonseq", ".ndjson"),
        re.compile(_MARK + rb"\x1e?\s*\{"),
    ),
    Format((".kml",), re.compile(_XML + rb"<(?:\w+:)?kml\b", re.DOTALL)),
    Format((".gpx",), re.compile(_XML + rb"<gpx\b", re.DOTALL)),
    Format((".tab",), re.compile(rb"\s*!table", re.IGNORECASE)),
    Format((".mif",), re.compile(rb"\s*version\s+\d", re.IGNORECASE)),
    Format((DRAWING,), re.compile(rb"(?:\s*999\r?\n[^\n]*\n)*\s*0\s*\r?\n\s*SECTION")),
)
"""Formats of features that are read, beside file geodatabases and zip archives of one layer."""

COLUMNAR = (".parquet", ".geoparquet", ".feather", ".arrow")

GEODATABASE = ".gdb"
SEVERAL_LAYERS = (".gpkg", ".kml", ".gpx", GEODATABASE, DRAWING)
"""Endings of formats that can hold several layers."""

OF_WORKBOOKS = ("[Content_Types].xml", "content.xml")
"""What lies in the archive that a workbook is."""

GEODATABASE_BEGINS = "a00000001.gdbtable"

_TOPOLOGY = re.compile(rb'"type"\s*:\s*"Topology"')
"""What says that JSON is TopoJSON, which can hold several layers."""

_CRS_KEY = re.compile(
    b'"%s"\\s*:\\s*\\{' % b"".join(b"(?:%c|\\\\u00(?:%02x|%02x))" % (c, c, c - 32) for c in b"crs"),
    re.IGNORECASE,
)
"""The member, its letters escaped or not."""

_ERS_DATA = re.compile(rb'^\s*DataFile\s*=\s*"?([^"\r\n]+)', re.IGNORECASE | re.MULTILINE)
_OTHER_TABLES = re.compile(rb"open\s+table|create\s+view|isseamless", re.IGNORECASE)
_NAMED_CRS = re.compile(
    rb'\{\s*"type"\s*:\s*"(?:name|EPSG)"\s*,\s*"properties"\s*:\s*\{[^{}]*\}\s*\}'
    rb'|\{\s*"properties"\s*:\s*\{[^{}]*\}\s*,\s*"type"\s*:\s*"(?:name|EPSG)"\s*\}',
    re.IGNORECASE,
)

RASTER_ERRORS: tuple[type[Exception], ...] = (rasterio.errors.RasterioError, CPLE_BaseError)
"""What rasterio raises: errors of its own, and some of GDAL's as they come."""

READ_ERRORS: tuple[type[Exception], ...] = (
    OSError, ValueError, LookupError, RuntimeError, NotImplementedError, zipfile.BadZipFile,
    *RASTER_ERRORS, shapely.errors.ShapelyError, ArithmeticError, EOFError, zlib.error,
)  # fmt: skip
"""What the libraries raise over a file that is damaged or not what it seems; GDAL raises RuntimeError."""

COPY_RASTER = "gdal_translate IN OUT.tif"
GIVE_RASTER = "Give a GeoTIFF."
COPY_FEATURES = "ogr2ogr OUT.gpkg IN"
GIVE_FEATURES = (
    "Give a GeoPackage, GeoJSON, Shapefile, FlatGeobuf, KML, MapInfo, DXF or GPX file, a file geodatabase, "
    "or a table (.csv, .tsv, .xlsx) with longitude and latitude."
)


class SeveralLayersError(LayerError):
    """A file holds several layers, and none is named; `listed` says so without the remedy."""

    def __init__(self, text: str, listed: str = "") -> None:
        super().__init__(text)
        self.listed = listed


def read_features(
    path: Path, *, encoding: str | None = None, layer: str | None = None
) -> gpd.GeoDataFrame:
    """Return the features of a file of a known format, as they come.

    Parameters
    ----------
    path
        A file, a file geodatabase (folder), or a zip archive that holds one of either.
    encoding
        Of the attributes, where the file does not state it or states a wrong one.
    layer
        Name of the one that is read, of several.

    Raises
    ------
    LayerError
        The format is not on the list, points elsewhere, or has no geometry.
    GEOSException
        A geometry cannot be understood.
    """
    with _place_of(path, layer) as (place, part), np.errstate(invalid="ignore"):
        table = pyogrio.read_dataframe(place, encoding=encoding, **part)
        return exact_numbers(_with_geometry(path, table), place, part.get("layer"))


def read_mended(
    path: Path, *, encoding: str | None = None, layer: str | None = None
) -> tuple[gpd.GeoDataFrame, int]:
    """Return the same with open rings closed, and of how many features a ring was closed.

    A geometry that cannot be understood is None.
    """
    try:
        return read_features(path, encoding=encoding, layer=layer), 0
    except shapely.errors.GEOSException:
        with _place_of(path, layer) as (place, part):
            closed, as_it_is = (
                pyogrio.read_dataframe(place, encoding=encoding, on_invalid=rule, **part)
                for rule in ("fix", "ignore")
            )
            closed = exact_numbers(_with_geometry(path, closed), place, part.get("layer"))
    mended = closed.geometry.notna() & as_it_is.geometry.isna()
    return closed, int(mended.sum())


@contextmanager
def _place_of(path: Path, layer: str | None) -> Iterator[tuple[str, dict[str, str]]]:
    """Give what GDAL is to open, once its content is known, and what chooses the layer in it."""
    with _left_alone(path) as copy, _network_off():
        place = _checked(copy, path)
        if _may_hold_several(place):
            names = _layers_of(place) if layer else _filled_layers_of(place)
            layer = _chosen_layer(path, layer, names)
        part = {} if layer is None else {"layer": layer}
        if layer is not None and is_drawing(place):
            part = {"where": shapes_of(layer)}
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Could not parse column")  # of text beside numbers
            yield place, part


def _with_geometry(path: Path, table: pd.DataFrame) -> gpd.GeoDataFrame:
    if not isinstance(table, gpd.GeoDataFrame):
        raise LayerError(f"{path} holds a table without geometry. {GIVE_FEATURES}")
    return table


@contextmanager
def open_raster(
    path: Path, *, drivers: Sequence[str] = RASTER_DRIVERS, layer: str | None = None
) -> Iterator[DatasetReader]:
    """Open a raster of a known format.

    Parameters
    ----------
    path
        The file.
    drivers
        GDAL's names of the formats that it may be of.
    layer
        Name of the one that is opened, of several: a variable, a table, the number of a page.

    Raises
    ------
    LayerError
        The format is not on the list, the file points elsewhere, or holds several and none is named.
    """
    with _whole_raster(path, drivers) as dataset:
        place = _chosen_raster(path, layer, dataset)
        if place is None:
            yield dataset
            return
        with DatasetReader(place, driver=[dataset.driver]) as part:
            _refuse_others(path, part.files)
            yield part


@contextmanager
def _whole_raster(path: Path, drivers: Sequence[str]) -> Iterator[DatasetReader]:
    """Open a raster file of a known format, whichever of its rasters is meant."""
    _check_beside(path)
    with _no_proxy_exceptions(), rasterio.Env(**NETWORK_OFF, GDAL_CACHEMAX=CACHE_MB):
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", rasterio.errors.NotGeoreferencedWarning)
                dataset = DatasetReader(path.absolute(), driver=list(drivers))
        except rasterio.errors.RasterioIOError as error:
            if path.is_file():
                _refuse_pointer(str(path), _head(path), COPY_RASTER)
            remedy = (mistaken_for(_head(path)) if path.is_file() else "") or GIVE_RASTER
            raise LayerError(f"{path} is not a raster that GDAL can read. {remedy}") from error
        with dataset:
            if elsewhere := dataset.tags(ns="OVERVIEWS").get("OVERVIEW_FILE"):
                _refuse_place(path, elsewhere)
            _refuse_others(path, dataset.files)
            yield dataset


def feature_layer_names(path: Path) -> list[str]:
    """Return the names of the layers of a file of features, none where its format holds a single one.

    Raises
    ------
    LayerError
        The format is not on the list, or points elsewhere.
    """
    with _left_alone(path) as copy, _network_off():
        place = _checked(copy, path)
        return _layers_of(place) if _may_hold_several(place) else []


def _may_hold_several(place: str) -> bool:
    """Whether what GDAL is to open is of a format that can hold several layers."""
    if place.lower().endswith(".json") and Path(place).is_file():
        return _TOPOLOGY.search(_head(Path(place))) is not None
    return place.lower().endswith(SEVERAL_LAYERS)


def raster_names(path: Path) -> list[str]:
    """Return the names of the rasters of a file that holds several, none where it holds one.

    Raises
    ------
    LayerError
        The format is not on the list, or the file points elsewhere.
    """
    with _whole_raster(path, RASTER_DRIVERS) as dataset:
        inside = [_name_of_part(place) for place in dataset.subdatasets]
        return inside if len(inside) > 1 or not dataset.count else []


def _chosen_raster(path: Path, layer: str | None, dataset: DatasetReader) -> str | None:
    """Return the place of the raster that is meant, of several in a file; None where it is the file."""
    inside = {_name_of_part(place): place for place in dataset.subdatasets}
    if layer is None and (len(inside) < 2 and dataset.count):
        return None
    chosen = _chosen_layer(path, layer, list(inside) or [path.stem])
    return inside.get(chosen or "")


def _name_of_part(place: str) -> str:
    """Return the name of a raster among several of a file.

    Examples
    --------
    >>> _name_of_part('NETCDF:"/data/fields.nc":gravity'), _name_of_part("GTIFF_DIR:2:/data/pages.tif")
    ('gravity', '2')
    """
    parts = place.split(":")
    return parts[1] if parts[0] == "GTIFF_DIR" else parts[-1]


def _chosen_layer(path: Path, layer: str | None, names: list[str]) -> str | None:
    """Return the layer that is meant: the one that is named, or the only one."""
    if layer is None and len(names) > 1:
        what = f"{path} holds several layers ({', '.join(names)})."
        raise SeveralLayersError(f"{what} Choose one, e.g. layer = '{names[0]}'.", what)
    meant = [name for name in names if layer is not None and composed(name) == composed(layer)]
    if layer is not None and not meant:
        raise LayerError(f"{path} has no layer '{layer}'. It has: {', '.join(names)}.")
    return next(iter(meant or names), None)


def reason_of(error: Exception) -> str:
    """Return why a library failed, in its own words, without the point at the end."""
    return str(error.__cause__ or error).strip().rstrip(".")


def _check_beside(path: Path) -> None:
    """Raise LayerError where what lies beside a raster, or its header, points elsewhere."""
    beside = files_of(path)[1:]
    for file in beside:
        head = _head(file)
        _refuse_pointer(str(file), head, COPY_RASTER)
        if file.suffix.lower() in (".msk", ".ovr") and not head.startswith(TIFF_BEGINS):
            raise LayerError(f"{file} lies beside {path.name} and is not a TIFF. Remove it.")
        if file.name.lower().endswith(".aux.xml"):
            _refuse_cut(file, path)
    if path.suffix.lower() == ".ers" and path.is_file():
        named = _ERS_DATA.search(_head(path))
        if named and named[1].decode(errors="replace") not in [file.name for file in beside]:
            _refuse_place(path, named[1].decode(errors="replace"))


def _refuse_cut(beside: Path, path: Path) -> None:
    """Raise LayerError where the file of nodata, scale or CRS beside a raster is cut: GDAL passes it over."""
    content = beside.read_bytes()
    if _PAM.match(content) and b"</PAMDataset" not in content:
        raise LayerError(
            f"{beside} lies beside {path.name} and is cut short: nodata, scale or CRS may stand in it. "
            "Copy it again from where the raster was made, or remove it."
        )


def _refuse_place(path: Path, place: str) -> NoReturn:
    raise LayerError(
        f"{path} only points to {place}, and linked files are not read. Name that file itself, or "
        f"make a copy that holds the values: {COPY_RASTER}."
    )


def _refuse_others(path: Path, opened: list[str]) -> None:
    """Raise LayerError where GDAL has opened a file that is none of the layer's own."""
    own, folder = {file.absolute() for file in files_of(path)}, path.absolute().parent
    for file in map(Path, opened):
        beside = file.parent == folder and file.suffix.lower() in METADATA_ENDINGS
        if file not in own and not beside:
            _refuse_place(path, str(file))


@contextmanager
def _left_alone(path: Path) -> Iterator[Path]:
    """Give the file, or a copy of a GeoPackage with edits not yet written in: reading would write them."""
    pending = [file for file in files_of(path) if file.name.endswith(("-wal", "-journal"))]
    if not pending:
        yield path
        return
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder:
        for file in (path, *pending):
            shutil.copy(file, folder)
        yield Path(folder) / path.name


def _layers_of(place: str) -> list[str]:
    """Return the names of the layers with geometry; of a GPX file, which lists all, those with features."""
    if is_drawing(place):
        return layers_of_drawing(place)
    names = [str(name) for name, geometry in pyogrio.list_layers(place) if geometry is not None]
    if place.lower().endswith(".gpx"):
        names = [name for name in names if pyogrio.read_info(place, layer=name)["features"]]
    return names


def _filled_layers_of(place: str) -> list[str]:
    """Return the names of the layers that have features; of all, where none has."""
    names = _layers_of(place)
    if len(names) < 2 or is_drawing(place):
        return names
    filled = [name for name in names if pyogrio.read_info(place, layer=name)["features"]]
    return filled or names


def _checked(path: Path, shown: Path) -> str:
    """Return the place that GDAL is to open, once its content is known to be of a format on the list."""
    if path.is_dir():
        if path.suffix.lower() != GEODATABASE or not (path / GEODATABASE_BEGINS).is_file():
            raise LayerError(f"{shown} is a folder, but not a file geodatabase. {GIVE_FEATURES}")
        return str(path.absolute())
    if zipfile.is_zipfile(path):
        return _in_archive(path)
    with path.open("rb") as file:
        _check_content(file, path.name, str(shown))
    if path.suffix.lower() == SHAPES:
        check_shapefile(path)
    return str(path.absolute())


def _in_archive(path: Path) -> str:
    """Return the place of the one layer file, or file geodatabase, in a zip archive."""
    with zipfile.ZipFile(path) as archive:
        inside = _layers_in(archive)
        if not inside and any(name in archive.namelist() for name in OF_WORKBOOKS):
            raise LayerError(
                f"{path} is a workbook of a kind that is not read. Save the sheet as .xlsx or CSV."
            )
        if len(inside) != 1:
            holds = ", ".join(inside) or "no layer"
            raise LayerError(
                f"{path} holds {holds}. Give an archive of one layer, or unpack it and name the file."
            )
        if not inside[0].lower().endswith(GEODATABASE):
            with archive.open(inside[0]) as file:
                _check_content(file, inside[0], f"{path}, {inside[0]}")
        if inside[0].lower().endswith(SHAPES):
            check_in_archive(archive, inside[0], f"{path}, {inside[0]}")
    return f"/vsizip/{{{path.absolute()}}}/{inside[0]}"


def _layers_in(archive: zipfile.ZipFile) -> list[str]:
    """Return the files of known formats and the file geodatabases in an archive; metadata may be JSON."""
    paths = [PurePosixPath(name) for name in archive.namelist() if not name.startswith("__MACOSX/")]
    paths = [path for path in paths if not path.name.startswith(".")]
    folders = {path.parent for path in paths if path.name == GEODATABASE_BEGINS}
    known = {ending for file_format in FEATURE_FORMATS for ending in file_format.endings}
    files = {path for path in paths if path.suffix.lower() in known} | folders
    beside = {path for path in files if path.suffix.lower() == ".json"}
    return sorted(str(path) for path in (files - beside or files))


def _check_content(file: IO[bytes], name: str, shown: str) -> None:
    """Raise LayerError unless a file's content is of a known format and points nowhere."""
    head, ending = file.read(HEAD_BYTES), PurePosixPath(name).suffix.lower()
    found = next(
        (
            file_format
            for file_format in FEATURE_FORMATS
            if ending in file_format.endings and file_format.begins.match(head)
        ),
        None,
    )
    if found is None or found.text:
        _refuse_pointer(shown, head, COPY_FEATURES)
    if ending in COLUMNAR:
        raise LayerError(
            f"{shown} is a file of columns (Parquet, Feather), which is not read. Save it as a GeoPackage, "
            "e.g. in QGIS, or geopandas.read_parquet(IN).to_file('OUT.gpkg')."
        )
    if found is None:
        remedy = mistaken_for(head) or GIVE_FEATURES
        raise LayerError(f"{shown} cannot be read: its format is not supported. {remedy}")
    if ".geojson" in found.endings:
        if remedy := mistaken_for(head):
            raise LayerError(f"{shown} is not GeoJSON. {remedy}")
        _refuse_linked_crs(shown, head, file)
    if ".tab" in found.endings and _OTHER_TABLES.search(head + file.read()):
        raise LayerError(
            f"{shown} is built from other tables, and linked files are not read. Name the source "
            f"itself, or make a copy that holds the values: {COPY_FEATURES}."
        )


def _head(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(HEAD_BYTES)


def _refuse_pointer(shown: str, head: bytes, copy: str) -> None:
    """Raise LayerError where a file holds no values, but says where they are."""
    text = head.replace(b"\0", b"")  # UTF-16 too
    for mark, what in POINTERS.items():
        if mark in text:
            raise LayerError(
                f"{shown} is {what}: the data that it points to are not read. Name the source "
                f"itself, or make a copy that holds the values: {copy}."
            )


def _refuse_linked_crs(shown: str, head: bytes, file: IO[bytes]) -> None:
    """Raise LayerError where a GeoJSON names its CRS by a link, which would be fetched."""
    text, more = head, file.read(CHUNK_BYTES)
    while True:
        for member in _CRS_KEY.finditer(text):
            whole = not more or member.start() < len(text) - OVERLAP_BYTES
            if whole and not _NAMED_CRS.match(text, member.end() - 1):
                raise LayerError(
                    f"{shown}: its member 'crs' is not the name of a CRS, and links are not "
                    "followed. Remove it from the file, and set crs in region.toml, e.g. crs = "
                    "'EPSG:32719'."
                )
        if not more:
            return
        text, more = text[-OVERLAP_BYTES:] + more, file.read(CHUNK_BYTES)


@contextmanager
def _network_off() -> Iterator[None]:
    """Let GDAL, as pyogrio carries it, open no connection; what was set before is set again."""
    before = {key: pyogrio.get_gdal_config_option(key) for key in NETWORK_OFF}
    pyogrio.set_gdal_config_options(NETWORK_OFF)
    try:
        with _no_proxy_exceptions():
            yield
    finally:
        pyogrio.set_gdal_config_options(before)


@contextmanager
def _no_proxy_exceptions() -> Iterator[None]:
    """Let no host pass by the proxy while a file is read."""
    hidden = {name: os.environ.pop(name) for name in PROXY_EXCEPTIONS if name in os.environ}
    try:
        yield
    finally:
        os.environ.update(hidden)
