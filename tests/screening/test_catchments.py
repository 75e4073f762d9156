"""Catchments as units: made-up relief in which some are closed, and deposits in those beside volcanoes."""

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

import prospector
from tests.salars import CRS, SIDE, SOUTH, STEP_M, WEST, write_salars

PAGE = (Path(__file__).parents[2] / "docs" / "deposit_models.md").read_text("utf-8")
[MODEL] = re.findall(r"^```\n(# models/catchments\.toml\n.*?)^```", PAGE, re.S | re.M)
SIZE_M = 2000.0


def write_catchments(folder, *, cause, seed):
    """Write 64 catchments of 50 km, a third of them bowls of 200 m, as a region of the page's model."""
    random = np.random.default_rng(seed)
    write_salars(folder, model="lithium_brine", seed=seed)
    volcanoes = gpd.read_file(folder / "volcanoes.geojson").to_crs(CRS)
    squares = gpd.read_file(folder / "salars.geojson").to_crs(CRS)
    centre = np.array(
        [
            [WEST + (east + 0.5) * STEP_M, SOUTH + (north + 0.5) * STEP_M]
            for north in range(SIDE)
            for east in range(SIDE)
        ]
    )
    places = gpd.GeoSeries(gpd.points_from_xy(*centre.T), crs=CRS)
    shapes = places.buffer(STEP_M / 2, cap_style="square")
    closed = random.permutation(64) < 22
    basins = gpd.GeoDataFrame({"name": squares["name"]}, geometry=shapes, crs=CRS)
    basins.to_crs("EPSG:4326").to_file(folder / "basins.geojson", driver="GeoJSON")
    away = places.distance(volcanoes.union_all()).to_numpy()
    chosen = np.argsort(np.where(closed, away, np.inf), kind="stable")[:10]
    if cause == "none":
        chosen = random.permutation(64)[:10]
    deposits = gpd.GeoDataFrame(
        {"name": squares["name"][chosen], "deposit_type": "lithium_brine"},
        geometry=places[chosen],
        crs=CRS,
    )
    deposits.to_crs("EPSG:4326").to_file(folder / "deposits.geojson", driver="GeoJSON")
    write_relief(folder / "relief.tif", centre[closed])
    (folder / "models").mkdir()
    (folder / "models" / "catchments.toml").write_text(MODEL, "utf-8")
    toml = folder / "region.toml"
    text = toml.read_text("utf-8").replace("lithium_brine", "models/catchments.toml")
    toml.write_text(text, "utf-8")
    return folder


def write_relief(path, bowls):
    """Write a plateau that falls to the west, with a bowl at each place."""
    size = int((SIDE * STEP_M + 100_000) / SIZE_M)
    west, north = WEST - 50_000, SOUTH + SIDE * STEP_M + 50_000
    easting = west + (np.arange(size) + 0.5) * SIZE_M
    northing = north - (np.arange(size) + 0.5) * SIZE_M
    across, along = np.meshgrid(easting, northing)
    values = 3800 + (across - west) / 1000
    for east, north_at in bowls:
        away = np.hypot(across - east, along - north_at)
        values = np.where(away < 22_000, values - 200 * (1 - away / 22_000), values)
    with rasterio.open(
        path, "w", driver="GTiff", height=size, width=size, count=1, dtype="float32", crs=CRS,
        transform=from_origin(west, north, SIZE_M, SIZE_M),
    ) as dataset:  # fmt: skip
        dataset.write(values.astype("float32"), 1)


@pytest.mark.parametrize("seed", [0, 1])
def test_closed_catchments_beside_volcanoes_rank_on_top(tmp_path, seed):
    """The page's model finds them, and no relabelling does as well."""
    folder = write_catchments(tmp_path / "r", cause="basins", seed=seed)
    found = prospector.screen(folder, quick=True, workers=1).rankings["catchments"]
    test = found.skill.stated
    assert found.distribution.total == 64
    assert test.n_tested == 10
    assert test.auc.value > 0.85 > test.auc.null_p95
    assert test.auc.p <= 0.02


def test_nothing_is_found_where_the_known_lie_anywhere(tmp_path):
    """Two patterns of noise."""
    found = [
        prospector.screen(
            write_catchments(tmp_path / str(seed), cause="none", seed=seed), quick=True, workers=1
        )
        .rankings["catchments"]
        .skill.stated.auc
        for seed in (0, 1)
    ]
    assert min(auc.p for auc in found) > 0.05
    assert max(auc.value for auc in found) < 0.7
