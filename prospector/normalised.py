"""Layers as workers read them: written once to the store, opened by key, never sent along."""

from __future__ import annotations

import json
from functools import lru_cache
from io import BytesIO

import fsspec
import geopandas as gpd
import numpy as np
import pyogrio
import rasterio
from pyproj import CRS

from prospector.grid import Grid
from prospector.layers import AnyLayer, Layers, VectorLayer
from prospector.raster_layer import RasterFile, RasterLayer
from prospector.region import LayerEntry
from prospector.store import key_of

FOLDER = "layers"


def normalise(layer: AnyLayer, grid: Grid, root: str, versions: dict[str, str]) -> str:
    """Write a layer to the store, unless it is there, and return its key."""
    entry = layer.entry.model_dump(mode="json")
    key = key_of(
        layer.sha256, layer.name, layer.role, entry, grid.crs, grid.bounds.as_tuple(), versions
    )
    described = f"{root}/{FOLDER}/{key}.json"
    file_system, path = fsspec.core.url_to_fs(described)
    if file_system.exists(path):
        return key
    file_system.makedirs(path.rsplit("/", 1)[0], exist_ok=True)
    record = {"name": layer.name, "role": layer.role, "title": layer.title, "entry": entry}
    if isinstance(layer, RasterLayer):
        record |= {
            "crs": layer.crs.to_wkt(),
            "columns_at": list(layer.columns_at),
            "rows_at": list(layer.rows_at),
        }
    data = f"{path[: -len('.json')]}.data"
    if isinstance(layer, RasterLayer) and isinstance(layer.values, RasterFile):
        file_system.put_file(layer.values.path, data)  # as it is, never whole in memory
    else:
        content = _raster_bytes(layer) if isinstance(layer, RasterLayer) else _vector_bytes(layer)
        file_system.pipe_file(data, content)
    file_system.pipe_file(path, json.dumps(record).encode())
    return key


def _vector_bytes(layer: VectorLayer) -> bytes:
    features = layer.features.dropna(axis="columns", how="all")
    content = BytesIO()
    pyogrio.write_dataframe(
        features, content, driver="FlatGeobuf", layer="features", SPATIAL_INDEX="NO"
    )
    return content.getvalue()


def _raster_bytes(layer: RasterLayer) -> bytes:
    rows, columns = layer.values.shape
    with rasterio.io.MemoryFile(ext=".tif") as memory:
        with memory.open(
            driver="GTiff", height=rows, width=columns, count=1, dtype="float64", nodata=np.nan,
            transform=rasterio.transform.from_origin(0, rows, 1, 1),
        ) as dataset:  # fmt: skip
            dataset.write(layer.values, 1)
        return bytes(memory.read())


@lru_cache(maxsize=64)
def open_normalised(root: str, keys: tuple[str, ...], crs: str) -> Layers:
    """Return the layers of some keys; opened once in a process."""
    return Layers(crs, tuple(_open(root, key) for key in keys))


@lru_cache(maxsize=64)
def _open(root: str, key: str) -> AnyLayer:
    file_system, path = fsspec.core.url_to_fs(f"{root}/{FOLDER}/{key}")
    record = json.loads(file_system.cat_file(f"{path}.json"))
    entry = LayerEntry.model_validate(record["entry"])
    named = record["name"], record["role"], record["title"]
    if "crs" not in record:
        features: gpd.GeoDataFrame = pyogrio.read_dataframe(file_system.cat_file(f"{path}.data"))
        return VectorLayer(*named, features, entry, None, key)
    local = (
        fsspec.open_local(f"simplecache::{root}/{FOLDER}/{key}.data")
        if "://" in root
        else f"{path}.data"
    )
    columns_at, rows_at = np.array(record["columns_at"]), np.array(record["rows_at"])
    values = RasterFile(str(local), (len(rows_at), len(columns_at)))
    crs = CRS.from_wkt(record["crs"])
    return RasterLayer(*named, values, columns_at, rows_at, crs, entry, None, key)
