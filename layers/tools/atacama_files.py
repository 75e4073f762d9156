"""Where compiled layers go, and the one way in which they are written."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

HERE = Path(__file__).resolve().parent.parent / "atacama"
BOX = (-71.6, -28.7, -66.0, -18.8)
EQUAL_AREA = "+proj=laea +lat_0=-23.75 +lon_0=-68.6 +datum=WGS84 +units=m"


def write_geojson(table: gpd.GeoDataFrame, name: str, *, decimals: int) -> None:
    """Write one feature a line, coordinates rounded, right-hand rule."""
    lines = []
    for row in table.to_crs("EPSG:4326").to_dict("records"):
        shape = rounded(row.pop("geometry"), decimals)
        geometry = json.loads(shapely.to_geojson(shapely.orient_polygons(shape)))
        properties = {key: plain(value) for key, value in row.items()}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(lines) + "\n]}\n"
    (HERE / name).write_text(text, encoding="utf-8")


def rounded(shape: shapely.Geometry, decimals: int) -> shapely.Geometry:
    """Return a geometry with rounded coordinates, repaired where rounding broke it."""
    result = shapely.transform(shape, lambda at: np.round(at, decimals))
    return result if result.is_valid else shapely.make_valid(result)


def plain(value: Any) -> Any:
    """Return a value as JSON carries it, null for what is missing."""
    if isinstance(value, np.generic):
        value = value.item()
    return None if value is None or value is pd.NaT or value != value else value


def points(table: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return a table with longitude and latitude as points."""
    at = gpd.points_from_xy(table.longitude, table.latitude, crs="EPSG:4326")
    return gpd.GeoDataFrame(table.drop(columns=["longitude", "latitude"]), geometry=at)


def clipped(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return what lies in the window with its margin."""
    return table.clip(BOX).sort_index().reset_index(drop=True)


def frame(columns: dict[str, list[Any]], shapes: list[shapely.Geometry]) -> gpd.GeoDataFrame:
    """Return a small layer in longitude and latitude."""
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def renew_hashes() -> None:
    """Renew the sha256 lines of SOURCES.toml."""
    path, current, lines = HERE / "SOURCES.toml", "", []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            current = line.strip('[]"')
        if line.startswith("sha256"):
            digest = hashlib.sha256((HERE / current).read_bytes()).hexdigest()
            line = f'sha256 = "{digest}"'
        lines.append(line)
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
