"""Layers as workers read them: written once to the store and opened by key."""

from __future__ import annotations

import errno
import hashlib
import tempfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import fsspec
import numpy as np
import rasterio
import rasterio.windows
import shapely
from pyproj import CRS

from prospector.compute.feature_files import read_features, unreadable, write_features
from prospector.compute.sealed import Damaged, sealed, unsealed
from prospector.compute.store import STORE_ERRORS, key_of, log
from prospector.compute.store_files import cleared, put, why
from prospector.errors import LayerError, OutputError
from prospector.grid import Grid
from prospector.layers import AnyLayer, Layers, VectorLayer
from prospector.layers.files import digest_of, sha256_of
from prospector.layers.formats import RASTER_ERRORS, READ_ERRORS, reason_of
from prospector.layers.rasters import Block, RasterFile, RasterLayer
from prospector.layers.remembered import remembered
from prospector.region.region_tables import LayerEntry
from prospector.scratch import scratch_folder

FOLDER = "layers"
NOT_WRITTEN: tuple[type[Exception], ...] = (OSError, *RASTER_ERRORS)
"""What is raised where a layer's values cannot be written for a while."""

FORM = 5
"""Changes when layers are kept in another form: what was kept in an earlier one is not used again."""

TILE_CELLS = 128
"""Side of the tiles in which rasters are kept: pieces of a window are small, and decode whole tiles."""


def normalise(layer: AnyLayer, grid: Grid, root: str, made_by: dict[str, str]) -> str:
    """Write a layer to the store, unless it is there whole, and return its key.

    A raster is written by value on its own cells: masked, scaled and shifted, nodata as NaN.

    Parameters
    ----------
    layer
        The layer as read.
    grid
        The region's cells.
    root
        Folder or fsspec path of the store.
    made_by
        Code and versions of libraries that the values depend on, part of the key.

    Raises
    ------
    LayerError
        A raster cannot be read to its end, or has changed since its hash was taken.
    OutputError
        The store cannot be written.
    """
    entry = layer.entry.model_dump(mode="json")
    if isinstance(layer, VectorLayer):  # the worker's copy has no source to ask
        entry["tolerance_m"] = layer.stated_tolerance_m
    kept = list(layer.table.columns) if isinstance(layer, VectorLayer) else []
    coverage = _coverage_of(layer)
    key = key_of(
        FORM,
        layer.sha256,
        layer.name,
        layer.role,
        entry,
        grid.crs,
        grid.bounds.as_tuple(),
        made_by,
        kept,
        coverage,
    )
    file_system, path = fsspec.core.url_to_fs(f"{root}/{FOLDER}/{key}")
    if _is_whole(root, key, file_system, path):
        return key
    record: dict[str, Any] = {
        "name": layer.name, "role": layer.role, "title": layer.title, "entry": entry,
    }  # fmt: skip
    if isinstance(layer, VectorLayer):
        record |= {"fields": list(layer.fields), "coverage": coverage, "features_in": grid.crs}
    else:
        record |= {
            "crs": layer.crs.to_wkt(),
            "columns_at": list(layer.columns_at),
            "rows_at": list(layer.rows_at),
            "cell": layer.cell,
        }
    try:
        file_system.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
        _write(layer, key, record, file_system, path)
    except OSError as error:
        raise OutputError(
            f"{root}: a layer cannot be saved ({reason_of(error)}). Give another folder with --out "
            "or --store, or empty this one: prospector clean RUN."
        ) from error
    return key


def _coverage_of(layer: AnyLayer) -> str | None:
    """Return where a layer is complete, as text; None where it does not say."""
    ground = layer.coverage if isinstance(layer, VectorLayer) else None
    return None if ground is None else str(shapely.to_wkb(ground, hex=True))


def _write(layer: AnyLayer, key: str, record: dict[str, Any], file_system: Any, path: str) -> None:
    """Write a layer's values, then its record with their hash: what has a record is whole."""
    with tempfile.TemporaryDirectory(dir=scratch_folder()) as folder:
        values = Path(folder) / "values"
        try:
            if isinstance(layer, RasterLayer):
                _write_raster(layer, values)
                _refuse_cut_short(values)
            else:
                record |= write_features(layer, values)
        except NOT_WRITTEN as error:
            raise OutputError(
                f"{Path(folder).parent}: a temporary layer file cannot be written "
                f"({why(Path(folder), error)}). Set TMPDIR to a folder with more free space."
            ) from error
        _refuse_changed(layer)
        with values.open("rb") as source:
            put(file_system, f"{path}.data", source)
        whole = sealed({**record, "sha256": sha256_of(values)}, key)
        put(file_system, f"{path}.json", BytesIO(whole))


def _is_whole(root: str, key: str, file_system: Any, path: str) -> bool:
    """Whether the store holds a layer as it was written; what is damaged is logged."""
    home = file_system._strip_protocol(root)
    damaged = cleared(file_system, f"{path}.json", home)
    damaged |= cleared(file_system, f"{path}.data", home)
    try:
        digest = unsealed(file_system.cat_file(f"{path}.json"), key)["sha256"]
        with file_system.open(f"{path}.data", "rb") as file:
            whole = bool(hashlib.file_digest(file, "sha256").hexdigest() == digest)
    except (Damaged, OSError):
        whole = False
    if not whole and (damaged or file_system.exists(f"{path}.json")):
        log.warning("%s: a saved layer was damaged and is written again", root)
    return whole


def _write_raster(layer: RasterLayer, path: Path) -> None:
    """Write a raster's values block by block, in the shortest type that holds them exactly."""
    values, (rows, columns) = layer.values, layer.values.shape
    whole = slice(0, rows), slice(0, columns)
    blocks = values.blocks() if isinstance(values, RasterFile) else iter([(whole, values)])
    dtype = values.dtype if isinstance(values, RasterFile) else "float64"
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=columns, count=1, dtype=dtype, nodata=np.nan,
        tiled=True, blockxsize=TILE_CELLS, blockysize=TILE_CELLS, compress="deflate", predictor=3,
        zlevel=1, bigtiff="if_safer", transform=rasterio.transform.from_origin(0, rows, 1, 1),
    ) as dataset:  # fmt: skip
        for (down, along), content in _sound(layer.name, blocks):
            window = rasterio.windows.Window(along.start, down.start, *content.shape[::-1])
            dataset.write(content.astype(dtype), 1, window=window)


def _refuse_cut_short(path: Path) -> None:
    """Raise OSError where a raster lacks the end of what was written: on closing GDAL does not say so."""
    size = path.stat().st_size
    with rasterio.open(path) as dataset:
        for (down, along), _ in dataset.block_windows(1):
            start, length = (
                dataset.get_tag_item(f"BLOCK_{what}_{along}_{down}", "TIFF", bidx=1)
                for what in ("OFFSET", "SIZE")
            )
            if start is None or int(start) + int(length) > size:
                raise OSError(errno.EIO, "it was cut short")


def _refuse_changed(layer: AnyLayer) -> None:
    values = getattr(layer, "values", None)
    if isinstance(values, RasterFile) and digest_of(Path(values.path)) != layer.sha256:
        raise LayerError(f"Layer '{layer.name}': {values.path} has changed. Run again.")


def _sound(name: str, blocks: Iterator[Block]) -> Iterator[Block]:
    """Give blocks of a raster as long as they can be read."""
    try:
        yield from blocks
    except READ_ERRORS as error:
        raise LayerError(
            f"Layer '{name}': its file is damaged ({reason_of(error)}). Give an intact file."
        ) from error


@remembered(64)
def open_normalised(root: str, keys: tuple[str, ...], crs: str) -> Layers:
    """Return the layers of some keys; opened once in a process."""
    return Layers(crs, tuple(_open(root, key) for key in keys))


@remembered(64)
def _open(root: str, key: str) -> AnyLayer:
    try:
        return _read(root, key)
    except STORE_ERRORS as error:
        raise unreadable(root, error) from error


def _read(root: str, key: str) -> AnyLayer:
    file_system, path = fsspec.core.url_to_fs(f"{root}/{FOLDER}/{key}")
    record = unsealed(file_system.cat_file(f"{path}.json"), key)
    entry = LayerEntry.model_validate(record["entry"])
    named = record["name"], record["role"], record["title"]
    local = str(
        fsspec.open_local(
            f"simplecache::{root}/{FOLDER}/{key}.data",
            simplecache={"cache_storage": str(scratch_folder() / "cache")},
        )
        if "://" in root
        else f"{path}.data"
    )
    if "features_in" in record:
        features = read_features(Path(local), record)
        coverage, fields = record["coverage"], tuple(record["fields"])
        ground = None if coverage is None else shapely.from_wkb(coverage)
        return VectorLayer(*named, features, entry, None, key, ground, fields=fields)
    columns_at, rows_at = np.array(record["columns_at"]), np.array(record["rows_at"])
    values = RasterFile(local, (len(rows_at), len(columns_at)))
    crs = CRS.from_wkt(record["crs"])
    cell = None if record["cell"] is None else tuple(record["cell"])
    return RasterLayer(*named, values, columns_at, rows_at, crs, entry, None, key, cell)
