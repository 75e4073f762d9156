"""The table of targets by hand: two squares, what is known near them, and what stands beside them."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from prospector.ground.distribution import Distribution, count_steps, score_steps
from prospector.ground.protocol import Outlined
from prospector.layers import Layers, VectorLayer
from prospector.models.deposits import Deposits
from prospector.region.region_tables import LayerEntry
from prospector.region.shipped_models import load_deposit_model
from prospector.targets.rows import Beside, deposits_with_place, described_targets, known_deposits
from prospector.targets.target import TARGET_COLUMNS
from prospector.validation.replicas import RankSpread
from tests.targets.test_contributions import Evidence

CRS = "EPSG:32719"
EAST, NORTH = 500_000, 7_300_000
MODEL = load_deposit_model("porphyry_copper")
EVIDENCE = [
    Evidence("fault", "distance to the fault", "km", (0.5,)),
    Evidence("elevation", "elevation", "m", ()),
]


def square(west, south, side):
    """A square, its corner so many metres from a point of the region."""
    return shapely.box(EAST + west, NORTH + south, EAST + west + side, NORTH + south + side)


def point(east, north):
    """A point so many metres from the same."""
    return shapely.Point(EAST + east, NORTH + north)


OUTLINED = Outlined(
    gpd.GeoSeries([square(0, 0, 4000), square(50_000, 0, 2000)], index=[7, 3], crs=CRS),
    ["", ""],
    np.array([0.6, 0.9]), np.array([0.7, 0.95]), np.array([1.5, 9.0]),
    np.array([[12.0, 3000.0], [0.5, 2000.4]]), np.array([[-0.5, 0.2], [1.25, 0.01]]),
)  # fmt: skip
SCORES = Distribution(count_steps(score_steps(np.array([0.1, 0.6, 0.8, 0.9]))))


def known(*points, names=None):
    """Known deposits at points."""
    table = {"name": names or [f"d{place}" for place in range(len(points))]}
    return gpd.GeoDataFrame(table, geometry=list(points), crs=CRS)


def table_of(deposits, beside=None, outlined=OUTLINED):
    """The targets of the two squares, and their order."""
    return described_targets(
        MODEL, outlined, beside or Beside(), SCORES, EVIDENCE, deposits, Layers(CRS, ())
    )


NOWHERE = known(point(900_000, 0))


def test_targets_come_by_score_each_with_its_own_numbers():
    """The second square has the higher score: rank 1, in the columns that are documented."""
    targets, order = table_of(NOWHERE)
    assert list(targets.columns) == [*TARGET_COLUMNS, "geometry"]
    assert order.tolist() == [1, 0]
    assert targets["rank"].tolist() == [1, 2]
    assert targets["score"].tolist() == [0.9, 0.6]
    assert targets["score_max"].tolist() == [0.95, 0.7]
    assert targets["percentile"].tolist() == [87.5, 37.5]
    assert targets["area_km2"].tolist() == [4.0, 16.0]
    assert targets["evidence_for"].tolist() == [
        "distance to the fault within 0.5 km (+1.25)", "elevation 3000 m (+0.20)",
    ]  # fmt: skip
    assert targets["evidence_against"].tolist() == ["", "distance to the fault 12 km (-0.50)"]


def test_targets_lie_in_degrees_with_a_point_inside():
    """Longitude and latitude are those of a point that the outline holds."""
    targets, _ = table_of(NOWHERE)
    assert targets.crs.to_epsg() == 4326
    inside = gpd.GeoSeries.from_xy(targets["longitude"], targets["latitude"], crs="EPSG:4326")
    assert inside.within(targets.geometry, align=False).all()


def test_without_a_register_the_ground_is_unknown():
    """All of its area, in both partitions; the date stays empty."""
    targets, _ = table_of(NOWHERE)
    assert targets["unknown_share"].tolist() == [1.0, 1.0]
    assert targets["protection_unknown_share"].tolist() == [1.0, 1.0]
    assert targets["tenure_as_of"].tolist() == ["", ""]


def test_deposits_within_2_km_count_as_known():
    """At 2 km and inside they do, in the order of their names; at 2.001 km it is only the nearest."""
    deposits = known(
        point(6000, 1000), point(1000, 1000), point(54_001, 1000), names=["z", "a", "far"]
    )
    targets, _ = table_of(deposits)
    second, first = (row for _, row in targets.sort_values("rank", ascending=False).iterrows())
    assert (first["known_deposits"], first["known_names"]) == (0, "")
    assert (first["nearest_deposit"], first["nearest_deposit_km"]) == ("far", 2.0)
    assert (second["known_deposits"], second["known_names"]) == (2, "a; z")
    assert (second["nearest_deposit"], second["nearest_deposit_km"]) == ("a", 0.0)


@pytest.mark.parametrize(
    ("tonnage", "named"),
    [
        ([5.0, 200.0, 30.0], "m; z; a"),
        (["", "large", "7"], "z; a; m"),
        ([np.nan, 9.0, 9.0], "m; z; a"),
        ([None, None, None], "a; m; z"),
    ],
)
def test_known_deposits_are_named_by_their_tonnage(tonnage, named):
    """The largest first; those without one by name; of all in it, it is the nearest, too."""
    deposits = known(point(1000, 1000), point(1200, 1000), point(1400, 1000), names=["a", "m", "z"])
    targets, _ = table_of(deposits.assign(tonnage_mt=tonnage))
    row = targets[targets["known_deposits"] == 3].iloc[0]
    assert (row["known_names"], row["nearest_deposit"]) == (named, named[0])


def test_where_no_deposit_is_known_none_is_near():
    """No name and no distance."""
    targets, _ = table_of(known())
    assert targets["nearest_deposit"].tolist() == ["", ""]
    assert targets["nearest_deposit_km"].isna().all()


def test_what_stands_beside_goes_with_its_outline():
    """By outline, not by rank, rounded; elevation is that of the evidence where it is one."""
    spread = RankSpread(
        np.array([0.5, 0.98765]), np.array([0.1, 0.012345]), np.array([0.2, 0.9666])
    )
    beside = Beside(spread, np.array([0.12345, 2.0]), OUTLINED.evidence[:, 1])
    targets, _ = table_of(NOWHERE, beside)
    assert targets["percentile_mean"].tolist() == [98.76, 50.0]
    assert targets["percentile_spread"].tolist() == [1.23, 10.0]
    assert targets["top_tenth_share"].tolist() == [0.967, 0.2]
    assert targets["expected_number"].tolist() == [2.0, 0.123]
    assert targets["elevation_m"].tolist() == [2000.0, 3000.0]
    bare, _ = table_of(NOWHERE)
    empty = ["percentile_mean", "percentile_spread", "top_tenth_share", "expected_number"]
    assert bare[[*empty, "elevation_m"]].isna().all(axis=None)


def test_no_outline_gives_a_table_without_rows():
    """With every column."""
    none = Outlined(
        OUTLINED.outlines[:0], [], *(np.empty(0) for _ in range(3)),
        *(np.empty((0, 2)) for _ in range(2)),
    )  # fmt: skip
    targets, order = table_of(NOWHERE, outlined=none)
    assert list(targets.columns) == [*TARGET_COLUMNS, "geometry"]
    assert (len(targets), len(order)) == (0, 0)


def deposits_layer():
    """Two porphyries, one of them not verified, and a skarn."""
    table = {
        "name": ["a", "b", "c"],
        "deposit_type": ["porphyry_copper", "porphyry_copper", "skarn"],
        "verified": [True, False, True],
    }
    shapes = [point(0, 0), point(1000, 0), point(2000, 0)]
    features = gpd.GeoDataFrame(table, geometry=shapes, crs=CRS)
    entry = LayerEntry(role="deposits", file="x")
    return VectorLayer("d", "deposits", "d", features, entry, None, "")


def test_known_are_all_deposits_of_the_type():
    """Verified or not; none where the region has no layer of deposits."""
    assert known_deposits(MODEL, Layers(CRS, (deposits_layer(),)))["name"].tolist() == ["a", "b"]
    assert known_deposits(MODEL, Layers(CRS, ())).empty


def test_a_deposit_that_trained_has_its_place_and_the_others_none():
    """By where it lies, not by its row."""
    every = known(point(0, 0), point(1000, 0), point(2000, 0))
    trained = Deposits(pd.DataFrame(every.iloc[[2, 0]]).pipe(gpd.GeoDataFrame, crs=CRS),
                       np.array([0, 1]), ())  # fmt: skip
    placed = deposits_with_place(every, trained, np.array([87.654, np.nan]))
    assert placed["trains"].tolist() == [True, False, True]
    np.testing.assert_array_equal(placed["percentile_out_of_fold"], [np.nan, np.nan, 87.65])
    assert placed.crs.to_epsg() == 4326
