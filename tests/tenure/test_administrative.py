"""Administrative units added up: targets, area and tenure by hand."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import prospector
from prospector.grid import Grid, Raster
from prospector.ground.distribution import Distribution, count_steps, score_steps
from prospector.layers import VectorLayer
from prospector.region.region_tables import LayerEntry
from prospector.tenure.administrative import UNIT_COLUMNS, add_up_units
from prospector.tenure.concessions import TENURE_CLASSES
from prospector.tenure.zones import ScoredGround

CRS = "EPSG:32719"
GRID = Grid(CRS, 0.0, 4000.0, 1000.0, (4, 4))
TARGETS = gpd.GeoDataFrame(
    {"target_id": ["A", "B"], "rank": [1, 2]},
    geometry=[shapely.box(1000, 0, 3000, 1000), shapely.box(3000, 3000, 4000, 4000)],
    crs=CRS,
)


def layer(role, shapes, coverage=None, **columns):
    features = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    return VectorLayer(
        role, role, role, features, LayerEntry(role=role, file="x"), None, "", coverage
    )


def test_units_hold_targets_score_and_tenure():
    """The west scores 0.2, the east 0.8; a target on the border counts in both; one title in the west."""
    score = np.tile([0.2, 0.2, 0.8, 0.8], (4, 1))
    counts = Distribution(count_steps(score_steps(score.ravel())))
    ground = ScoredGround("copper", Raster(score, GRID, ""), counts, 50.0, TARGETS)
    units = layer(
        "administrative",
        [
            shapely.box(0, 0, 2000, 2000),
            shapely.box(2000, -5000, 9000, 4000),
            shapely.box(0, 2000, 2000, 4000),
            shapely.box(50_000, 0, 60_000, 9000),
        ],
        name=["West", "East", "West", "Elsewhere"],
    )
    titles = layer(
        "concessions",
        [shapely.box(0, 0, 1000, 4000)],
        shapely.box(0, 0, 2000, 4000),
        concession_id=["1"],
        tenure_class=["held"],
    )
    table = add_up_units(units, titles, ground)
    assert list(table.columns) == list(UNIT_COLUMNS)
    assert table["administrative_unit"].tolist() == ["East", "West"]
    assert table["ground_ha"].tolist() == [800.0, 800.0]
    assert table["score"].tolist() == [0.8, 0.2]
    assert table["targets"].tolist() == ["A; B", "A"]
    assert table["n_targets"].tolist() == [2, 1]
    assert table["target_ha"].tolist() == [200.0, 100.0]
    assert table["held_share"].tolist() == [0.0, 0.5]
    assert table["open_share"].tolist() == [0.0, 0.5]
    assert table["unknown_share"].tolist() == [1.0, 0.0]
    shares = table[[f"{name}_share" for name in TENURE_CLASSES]]
    assert shares.sum(axis=1).tolist() == pytest.approx([1.0, 1.0], abs=1e-6)


def test_a_run_writes_them_where_the_region_has_a_layer(region, tmp_path):
    """As a table of each deposit model; the targets of all units are all targets."""
    loaded = prospector.load_region(region)
    west, south, east, north = loaded.grid().bounds.as_tuple()
    middle = (west + east) / 2
    halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    table = gpd.GeoDataFrame({"name": ["West", "East"]}, geometry=halves, crs=loaded.grid().crs)
    table.to_crs("EPSG:4326").to_file(region / "units.geojson", driver="GeoJSON")
    file = region / "region.toml"
    text = '\n[layers.units]\nrole = "administrative"\nfile = "units.geojson"\n'
    file.write_text(file.read_text() + text)
    screening = prospector.screen(region, quick=True, workers=1)
    folder = prospector.write(screening, tmp_path / "run", dossiers=0)
    written = pd.read_csv(folder / "porphyry_copper" / "administrative_units.csv")
    assert sorted(written["administrative_unit"]) == ["East", "West"]
    area_ha = screening.targets["area_km2"].sum() * 100
    assert written["target_ha"].sum() == pytest.approx(area_ha, rel=0.01)
