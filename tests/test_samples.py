"""Labels and background."""

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS

from prospector.grid import Grid, polygons
from prospector.layers import Layers, VectorLayer
from prospector.region import LabelEntry, LayerEntry
from prospector.samples import (
    cell_ranks,
    districts,
    merge_deposits,
    polygon_ranks,
    select_deposits,
)

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


WHOLE = Grid(UTM.to_wkt(), 3000.0, 50_000.0, 1000.0, (50, 40))


def test_a_cell_has_the_same_rank_in_any_window_and_any_shifted_region():
    """Ranks hang on the cell's place, not on the cut or on where the region begins."""
    ranks = cell_ranks(WHOLE, seed=3).reshape(WHOLE.shape)
    for window in WHOLE.windows(17):
        part = cell_ranks(WHOLE.part(window), seed=3).reshape(window.shape)
        assert np.array_equal(part, ranks[window.cells])
    shifted = Grid(WHOLE.crs, WHOLE.west + 2000, WHOLE.north - 5000, 1000.0, (45, 38))
    assert np.array_equal(cell_ranks(shifted, seed=3).reshape(45, 38), ranks[5:, 2:])


def test_cells_below_a_metre_have_ranks_of_their_own():
    """Whole metres would give four cells of half a metre one rank."""
    fine = Grid(UTM.to_wkt(), 0.0, 10.0, 0.5, (20, 20))
    assert len(np.unique(cell_ranks(fine, seed=0))) == 400


def test_another_seed_ranks_otherwise_and_all_seeds_evenly():
    """The same seed the same; the mean of many uniform numbers is a half."""
    first, again, other = (cell_ranks(WHOLE, seed=one) for one in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.mean() == pytest.approx(0.5, abs=0.03)


def test_polygons_are_drawn_by_area():
    """Of one polygon of 9 km2 and one of 1 km2 the large one is drawn first in 9 of 10 seeds."""
    import shapely

    squares = gpd.GeoDataFrame(
        geometry=[shapely.box(0, 0, 3000, 3000), shapely.box(9000, 0, 10_000, 1000)], crs=UTM
    )
    first = [int(np.argmin(polygon_ranks(polygons(squares), seed))) for seed in range(1000)]
    assert np.mean(first) == pytest.approx(0.1, abs=0.03)
