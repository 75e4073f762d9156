"""Polygons scored in their own right: titles, holders and open ground."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.errors import Notice
from prospector.grid import Grid, Raster
from prospector.ground.distribution import Distribution, count_steps, score_steps
from prospector.layers import Layers, VectorLayer
from prospector.region.region_tables import LayerEntry
from prospector.tenure import zones
from prospector.tenure.holdings import (
    CONCESSION_COLUMNS,
    HOLDER_COLUMNS,
    PAIR_COLUMNS,
    add_up_holders,
    pair_targets,
    score_concessions,
)
from prospector.tenure.open_ground import OPEN_COLUMNS, open_ground, rank_open_ground
from prospector.tenure.units import coverage_notices
from prospector.tenure.zones import ScoredGround, zone_scores
from prospector.words.language import sentence

CRS = "EPSG:32719"
LACKING = ["exploration permit"]
GRID = Grid(CRS, 0.0, 3000.0, 1000.0, (3, 4))
SCORE = np.array([[0.1, 0.2, 0.3, 0.4], [0.5, 0.6, 0.7, 0.8], [np.nan, 0.9, 0.9, 0.9]])


def ground(values=SCORE, targets=(), outlines=None, of_outline=None):
    counts = count_steps(score_steps(values.ravel()))
    named = {
        "target_id": [f"T{i}" for i in range(len(targets))],
        "rank": range(1, len(targets) + 1),
    }
    table = gpd.GeoDataFrame(named, geometry=list(targets), crs=CRS)
    return ScoredGround(
        "copper", Raster(values, GRID, ""), Distribution(counts), 65.0, table, outlines, of_outline
    )


def test_ground_at_the_threshold_counts_though_its_raster_is_of_32_bit_floats():
    """0.7 as a 32-bit float lies a little below 0.7."""
    written = replace(ground(SCORE.astype(np.float32).astype(float)), lowest_percentile=55.0)
    assert written.threshold == 0.7
    assert zone_scores(np.array([box(0, 0, 4, 3)]), written)["above_ha"].tolist() == [500.0]


def register(boxes, classes, holders, *, coverage=None, missing=()):
    table = {
        "concession_id": [f"C{i}" for i in range(len(boxes))],
        "tenure_class": list(classes),
        "holder": list(holders),
        "date": pd.Timestamp("2020-02-01"),
    }
    features = gpd.GeoDataFrame(table, geometry=list(boxes), crs=CRS)
    entry = LayerEntry(
        role="concessions", file="x", missing_kinds=list(missing), as_of="2026-01-31"
    )
    return VectorLayer("c", "concessions", "c", features, entry, None, "", coverage)


def box(west, south, east, north):
    return shapely.box(west * 1000.0, south * 1000.0, east * 1000.0, north * 1000.0)


def test_a_polygon_has_the_mean_of_what_is_scored_inside():
    """A cell and a half of the west column: its south cell is not scored; 0.5 whole, 0.1 by half."""
    row = zone_scores(np.array([box(0, 0, 1, 2.5)]), ground()).iloc[0]
    assert row["score"] == pytest.approx((0.5 + 0.1 / 2) / 1.5, abs=1e-6)
    assert row["score_max"] == pytest.approx(0.5)
    assert row["scored_share"] == pytest.approx(1.5 / 2.5)


def test_area_above_counts_from_the_targets_lowest_percentile():
    """Of 11 cells, percentile 65 begins at 0.8: two cells of 0.9 and a quarter of 0.8 are 225 ha."""
    assert ground().threshold == 0.8
    shapes = np.array([box(2, 0, 4, 1).union(box(3, 1, 3.5, 1.5))])
    assert zone_scores(shapes, ground())["above_ha"].tolist() == [225.0]


def test_ground_that_is_not_scored_has_no_score():
    """Off the grid, and where evidence is missing."""
    found = zone_scores(np.array([box(9, 9, 10, 10), box(0, 0, 1, 1), shapely.Polygon()]), ground())
    assert found["score"].isna().all()
    assert found["scored_share"].tolist() == [0, 0, 0]


def test_scored_polygons_count_by_the_ground_in_common():
    """A quarter of one salar and half of another: weighted by area, the rest is not scored."""
    salars = np.array([box(0, 0, 2, 2), box(2, 0, 3, 1), box(0, 2, 1, 3)])
    scored = ground(outlines=salars, of_outline=np.array([0.4, 0.9, np.nan]))
    row = zone_scores(np.array([box(1, 0, 3, 0.5), box(0, 2, 1, 3)]), scored)
    assert row["score"].iloc[0] == pytest.approx((0.4 + 0.9) / 2)
    assert row["scored_share"].tolist() == [1.0, 0.0]


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 4), st.floats(0, 3.9), st.floats(0, 2.9), st.floats(0.05, 3), st.floats(0.05, 3)
)
def test_how_the_grid_is_cut_changes_nothing(size, west, south, wide, high):
    """A polygon that crosses windows adds up its parts."""
    shapes, known = np.array([box(west, south, west + wide, south + high)]), ground()
    whole = zone_scores(shapes, known)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zones, "WINDOW_CELLS", size)
        parts = zone_scores(shapes, known)
    pd.testing.assert_frame_equal(whole, parts, atol=2e-6, rtol=0)


BOXES = (box(0, 1, 2, 2), box(1, 1, 3, 2), box(3, 2, 4, 3), box(0, 0, 1, 0.99))
LAYER = register(
    BOXES, ["held", "applied_for", "lapsed", "held"], ["A SA", "A SA; B SA", "B SA", "A SA"]
)
TARGETS = (box(1, 0, 4, 2), box(3, 2, 4, 3))


def test_titles_are_ranked_among_all_and_within_their_holder():
    """0.65 before 0.55 before 0.4; the one that is not scored has no rank."""
    table = score_concessions(LAYER, ground(targets=TARGETS))
    assert [*CONCESSION_COLUMNS] == [name for name in table.columns if name != "position"]
    assert table["concession_id"].tolist() == ["C1", "C0", "C2", "C3"]
    assert table["rank"].tolist()[:3] == [1, 2, 3]
    assert table["rank"].isna().tolist() == [False, False, False, True]
    assert table.set_index("concession_id")["rank_in_holder"].tolist()[:3] == [1, 1, 1]
    assert table["target_ha"].tolist() == [200, 100, 100, 0]
    assert table["targets"].tolist() == ["T0", "T0", "T1", ""]
    assert table["date"].tolist()[0] == "2020-02-01"


def test_a_corner_on_good_ground_is_no_good_title():
    """Less than a tenth of it is scored: it has a score, and no rank."""
    long = register([box(0, 0, 1, 1.05)], ["held"], ["A SA"])
    row = score_concessions(long, ground()).iloc[0]
    assert row["score"] == 0.5
    assert pd.isna(row["rank"])


def test_pairs_tell_hectares_class_and_expiry():
    """Two titles overlap in the first target: each has its hectares; the lapsed one is told as such."""
    table = pair_targets(LAYER, ground(targets=TARGETS))
    assert [*PAIR_COLUMNS] == list(table.columns)
    told = table[["target_id", "concession_id", "common_ha", "tenure_class"]].to_numpy().tolist()
    assert told == [
        ["T0", "C1", 200.0, "applied_for"],
        ["T0", "C0", 100.0, "held"],
        ["T1", "C2", 100.0, "lapsed"],
    ]  # fmt: skip
    assert table["share_of_target"].tolist() == pytest.approx([2 / 6, 1 / 6, 1], abs=1e-6)


def test_a_holders_ground_counts_once():
    """Two titles of 200 ha overlap by 100, and one of 99 beside: 399 ha; joint titles count for both."""
    known = ground(targets=TARGETS)
    table = add_up_holders(LAYER, score_concessions(LAYER, known), known).set_index("holder")
    assert [*HOLDER_COLUMNS] == ["holder", *table.columns]
    assert table["n_titles"].to_dict() == {"A SA": 3, "B SA": 1}
    assert table["ground_ha"].to_dict() == {"A SA": 399.0, "B SA": 200.0}
    assert table.loc["A SA", "score"] == pytest.approx(0.6)
    assert table.loc["A SA", "best_title"] == "C1"
    assert table["rank"].to_dict() == {"A SA": 1, "B SA": 2}


def test_private_holders_have_no_rank():
    """They are many, not one."""
    layer = register(BOXES[:1], ["held"], ["private holder"])
    known = ground()
    table = add_up_holders(layer, score_concessions(layer, known), known)
    assert table["rank"].isna().all()
    assert score_concessions(layer, known)["rank_in_holder"].isna().all()


def test_no_register_and_an_incomplete_one_give_no_open_ground():
    """Each says why."""
    pieces, told = open_ground(None, None, GRID)
    assert pieces is None
    assert "no layer of role 'concessions'" in sentence(told[0])
    lacking = register(
        BOXES[:1], ["vacant"], [""], coverage=box(0, 0, 4, 3), missing=["exploration permit"]
    )
    pieces, told = open_ground(lacking, None, GRID)
    assert pieces is None
    assert "the register lacks titles of kind exploration permit" in sentence(told[0])
    assert told[0].count == 1
    pieces, told = open_ground(register(BOXES[:1], ["held"], [""]), None, GRID)
    assert pieces is None
    assert "does not state its coverage" in sentence(told[0])


def test_open_ground_is_what_no_title_holds():
    """11 km2 are complete; 3 are held or applied for, 2 vacant, 0.5 lapsed: 6 are open."""
    boxes = [box(0, 1, 2, 2), box(1, 1, 3, 2), box(2, 2, 4, 3), box(0, 0, 1, 0.5)]
    complete = box(0, 0, 4, 3).difference(box(3, 0, 4, 1))
    layer = register(
        boxes,
        ["held", "applied_for", "vacant", "lapsed"],
        [""] * 4,
        coverage=complete,
    )
    pieces, told = open_ground(layer, None, GRID)
    area = pieces.dissolve("tenure_class").area / 1e6
    assert area.to_dict() == pytest.approx({"open": 6.0, "vacant": 2.0})
    assert not told
    table = rank_open_ground(pieces, ground())
    assert [*OPEN_COLUMNS, "geometry"] == list(table.columns)
    assert table["score"].is_monotonic_decreasing
    assert table.loc[table["tenure_class"] == "vacant", "concession_id"].tolist() == ["C2"]
    assert table.loc[table["tenure_class"] == "vacant", "score"].tolist() == pytest.approx([0.35])
    assert (table["protection_unknown_share"] == 1).all()


def test_small_pieces_are_left_out_and_counted():
    """Below 100 ha nothing can be staked."""
    layer = register(
        [box(0, 0, 4, 2), box(0, 2.5, 4, 3)], ["held", "held"], ["", ""], coverage=box(1, 0, 1.5, 3)
    )
    pieces, told = open_ground(layer, None, GRID)
    assert pieces.empty
    assert "1 piece of open ground under 100 ha (25 ha) left out" in sentence(told[0])
    assert rank_open_ground(pieces, ground()).empty


def test_open_ground_of_a_part_says_where_it_ends():
    """One register of two is complete: open ground there, a notice of what the other lacks."""
    whole = register([box(0, 0, 1, 3)], ["held"], [""], coverage=box(0, 0, 2, 3))
    lacking = register(
        [box(2, 0, 3, 3)],
        ["vacant"],
        [""],
        coverage=box(2, 0, 4, 3),
        missing=["exploration permit"],
    )
    pieces, told = open_ground(Layers("", (whole, lacking)).vector("concessions"), None, GRID)
    assert pieces.area.sum() == pytest.approx(3e6)
    about = {"kinds": ["exploration permit"]}
    assert told[0] == Notice("open-ground-where-register-is-complete", "caution", about)


def test_a_register_without_coverage_is_told_before_its_titles_count_as_unknown():
    """By `check` already; one whose coverage is stated is not."""
    boxes = [box(0, 1, 2, 2), box(2, 2, 4, 3)]
    for coverage, told in ((None, 1), (box(0, 0, 4, 3), 0)):
        layer = register(boxes, ["held"] * 2, [""] * 2, coverage=coverage)
        layers = Layers(GRID.crs, (layer,))
        notices = coverage_notices(layers)
        assert len(notices) == told
        assert all("even under its 2 titles" in sentence(notice) for notice in notices)
