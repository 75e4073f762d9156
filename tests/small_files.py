"""Small files as people have them: written for a place anywhere in the world."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio
import shapely
from rasterio.transform import from_origin


def points(
    folder: Path,
    name: str,
    west: float,
    south: float,
    *,
    n=12,
    side=1.0,
    crs="EPSG:4326",
    **columns,
):
    """Write points over a square of degrees to a file of features."""
    rng = np.random.default_rng(0)
    at = gpd.points_from_xy(
        west + side * rng.random(n), south + side * rng.random(n), crs="EPSG:4326"
    )
    return _write(
        folder,
        name,
        gpd.GeoDataFrame({key: values[:n] for key, values in columns.items()}, geometry=at).to_crs(
            crs
        ),
    )


def squares(
    folder: Path, name: str, west: float, south: float, *, n=4, side=1.0, crs="EPSG:4326", **columns
):
    """Write n x n squares that cover a square of degrees."""
    step = side / n
    shapes = [
        shapely.box(
            west + step * column,
            south + step * row,
            west + step * (column + 1),
            south + step * (row + 1),
        )
        for row in range(n)
        for column in range(n)
    ]
    table = {key: (list(values) * len(shapes))[: len(shapes)] for key, values in columns.items()}
    return _write(
        folder, name, gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:4326").to_crs(crs)
    )


def lines(
    folder: Path, name: str, west: float, south: float, *, side=1.0, crs="EPSG:4326", **columns
):
    """Write three lines across a square of degrees."""
    shapes = [
        shapely.LineString(
            [(west, south + side * share), (west + side, south + side * (1 - share))]
        )
        for share in (0.1, 0.3, 0.8)
    ]
    return _write(
        folder, name, gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326").to_crs(crs)
    )


def _write(folder: Path, name: str, features: gpd.GeoDataFrame) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    features.to_file(folder / name)
    return folder / name


def raster(
    folder: Path,
    name: str,
    west: float,
    south: float,
    *,
    side=1.0,
    cells=50,
    bands=1,
    nodata=None,
    crs="EPSG:4326",
    width=None,
):
    """Write a raster of random numbers over a square of degrees, or a rectangle."""
    folder.mkdir(parents=True, exist_ok=True)
    values = np.random.default_rng(1).random((bands, cells, cells)).astype("float32") * 1000
    transform = from_origin(west, south + side, (width or side) / cells, side / cells)
    with rasterio.open(
        folder / name, "w", driver="GTiff", width=cells, height=cells, count=bands, dtype="float32", crs=crs,
        transform=transform, nodata=nodata,
    ) as dataset:  # fmt: skip
        dataset.write(values)
    return folder / name
