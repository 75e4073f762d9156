"""Labels and background."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
from pyproj import CRS
from scipy.spatial import cKDTree

import prospector
from prospector.errors import ModelError
from prospector.grid import Grid, polygons
from prospector.layers import Layers, VectorLayer
from prospector.models.deposits import (
    Effort,
    cell_ranks,
    districts,
    merge_deposits,
    polygon_ranks,
    select_deposits,
    target_group,
)
from prospector.region.model_tables import LabelEntry
from prospector.region.region_file import load_region
from prospector.region.region_tables import LayerEntry

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
    assert sorted((notice.code, notice.count) for notice in found.notices) == [
        ("deposits-of-other-age", 1),
        ("deposits-unverified", 1),
        ("deposits-without-age", 1),
    ]


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


EFFORT = Effort(np.array([[10_000.0, 20_000.0], [30_000.0, 40_000.0]]), 5000.0)


def test_effort_is_the_sum_of_kernels():
    """At a deposit 1 and the other's exp(-16); one deviation off, exp(-1/2)."""
    found = EFFORT.on_places(np.array([10_000.0, 15_000.0]), np.array([20_000.0, 20_000.0]))
    assert found == pytest.approx([1 + np.exp(-16), np.exp(-0.5) + np.exp(-12.5)])
    easting, northing = WHOLE.axes()
    places = np.tile(easting, 50), np.repeat(northing, 40)
    assert EFFORT.on_cells(WHOLE) == pytest.approx(EFFORT.on_places(*places))


def test_a_draw_by_effort_follows_it():
    """Of 400 cells of 2000, the share near the deposits is that of their weight, as drawn one by one."""
    weight = EFFORT.on_cells(WHOLE)
    near = weight > 0.1
    drawn = [np.argsort(cell_ranks(WHOLE, seed, EFFORT))[:40] for seed in range(50)]
    share = np.mean([near[one].mean() for one in drawn])
    random = np.random.default_rng(0)
    expected = np.mean(
        [
            near[random.choice(len(weight), 40, replace=False, p=weight / weight.sum())].mean()
            for _ in range(200)
        ]
    )
    assert share == pytest.approx(expected, abs=0.03)
    assert near.mean() < 0.5 * share


def test_ground_beyond_all_effort_is_never_drawn():
    """Its rank is infinite, in any window."""
    far = Effort(np.array([[-1e7, -1e7]]), 1000.0)
    assert np.isinf(cell_ranks(WHOLE, 0, far)).all()
    ranks = cell_ranks(WHOLE, 0, EFFORT).reshape(WHOLE.shape)
    for window in WHOLE.windows(17):
        part = cell_ranks(WHOLE.part(window), 0, EFFORT).reshape(window.shape)
        assert part == pytest.approx(ranks[window.cells], rel=1e-9)


def test_the_target_group_is_of_other_types_merged():
    """Twenty-one points of two types, two of them one deposit; the model's own do not count."""
    layers = deposits([(5e3 * i, 0.0) for i in range(24)] + [(1000.0, 0.0)])
    features = layers.items[0].features
    features["deposit_type"] = ["porphyry_copper"] * 3 + ["iocg"] * 11 + ["tin"] * 11
    features.loc[24, "geometry"] = features.geometry[10]
    labels = LabelEntry(deposit_type="porphyry_copper", target_group=True)
    effort, [told] = target_group(layers, labels)
    assert len(effort.at) == told.count == 21
    with pytest.raises(
        ModelError,
        match=r"target_group': 11 deposits in layer 'd', but at least 20.*more of: iocg, tin",
    ):
        target_group(layers, LabelEntry(deposit_type="porphyry_copper", target_group=["iocg"]))
    assert target_group(layers, LabelEntry(deposit_type="porphyry_copper")) == (None, [])


@pytest.mark.atacama
def test_a_background_by_effort_lies_nearer_to_other_deposits(atacama_screening):
    """On the Atacama, a seventh nearer to them than an even one or more, and the run says so."""
    region = load_region(Path(__file__).parents[2] / "layers" / "atacama").model_copy(
        update={"override": {"porphyry_copper": {"labels": {"target_group": True}}}}
    )
    by_effort = prospector.screen(region, deposit_models=["porphyry_copper"], quick=True, workers=1)
    layer = by_effort.layers.vector("deposits").features
    others = layer[layer["deposit_type"] != "porphyry_copper"]
    tree = cKDTree(np.column_stack([others.geometry.x, others.geometry.y]))
    even, near = (
        np.median(tree.query(run.rankings["porphyry_copper"].estimation.training.background_at)[0])
        for run in (atacama_screening, by_effort)
    )
    assert near < 6 / 7 * even
    assert "background-by-effort" in [notice.code for notice in by_effort.notices]
    assert atacama_screening.rankings["porphyry_copper"].contrasts is not None
    assert by_effort.rankings["porphyry_copper"].contrasts is None
