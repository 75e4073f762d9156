"""Labels and background."""

import geopandas as gpd
import numpy as np
from pyproj import CRS

from prospector.grid import Grid, cells
from prospector.layers import Layers, VectorLayer
from prospector.region import LabelEntry, LayerEntry
from prospector.samples import districts, draw_background, merge_deposits, select_deposits

UTM = CRS.from_epsg(32719)


def points(at, **columns):
    columns.setdefault("name", [f"d{i}" for i in range(len(at))])
    return gpd.GeoDataFrame(columns, geometry=gpd.points_from_xy(*zip(*at, strict=True)), crs=UTM)


def deposits(at, **columns):
    features = points(at, deposit_type="porphyry_copper", **columns)
    entry = LayerEntry(role="deposits", file="x")
    return Layers(UTM.to_wkt(), (VectorLayer("d", "deposits", "d", features, entry, None, ""),))


def test_points_within_2_km_are_one_deposit():
    """Two compilations of one deposit, 1.5 km apart, are merged; the third is not."""
    merged = merge_deposits(points([(0, 0), (1500, 0), (5000, 0)]), 2000)
    assert merged["merged_names"].tolist() == ["d0; d1", "d2"]


def test_complete_linkage_does_not_chain_a_belt():
    """Five deposits, 20 km apart each: no district is wider than 50 km."""
    at = [(20_000.0 * i, 0.0) for i in range(5)]
    found = districts(points(at), 50_000)
    for one in np.unique(found):
        members = np.array(at)[found == one, 0]
        assert np.ptp(members) <= 50_000
    assert len(np.unique(found)) == 2


def test_only_verified_deposits_of_the_age_train_and_the_rest_is_counted():
    """Of four: one is too young, one undated, one unverified."""
    found = select_deposits(
        deposits(
            [(0, 0), (9e4, 0), (18e4, 0), (27e4, 0)],
            age_ma=[35.0, 12.0, np.nan, 40.0],
            verified=[True, True, True, False],
        ),
        LabelEntry(deposit_type="porphyry_copper", age_ma=(28, 67)),
    )
    assert found.table["name"].tolist() == ["d0"]
    said = sorted((notice.what.split()[0:3], notice.count) for notice in found.notices)
    assert [count for _, count in said] == [1, 1, 1]


def test_background_does_not_depend_on_how_the_ground_is_cut():
    """The same cells are drawn from a part of the ground as from the whole."""
    whole = cells(Grid(UTM.to_wkt(), 0.0, 50_000.0, 1000.0, (50, 40)))
    drawn = draw_background(whole, np.ones(len(whole), dtype=bool), size=300, seed=3)
    north = whole.northing > 25_000
    part = draw_background(whole, north, size=int(north[drawn].sum()), seed=3)
    assert set(part) == set(drawn[north[drawn]])


def test_another_seed_draws_another_background():
    """And the same seed the same."""
    ground = cells(Grid(UTM.to_wkt(), 0.0, 50_000.0, 1000.0, (50, 40)))
    everywhere = np.ones(len(ground), dtype=bool)
    first, again, other = (draw_background(ground, everywhere, size=99, seed=s) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
