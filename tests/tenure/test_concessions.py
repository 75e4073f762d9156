"""Tenure and protection partition every outline; unknown is not open."""

from dataclasses import replace

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pyproj import CRS

from prospector.layers import Layers, VectorLayer
from prospector.region.region_tables import LayerEntry
from prospector.tenure.concessions import (
    PROTECTION_CLASSES,
    TENURE_CLASSES,
    join_protection,
    join_tenure,
    tenure_of,
)

UTM = CRS.from_epsg(32719)
OUTLINE = gpd.GeoSeries([shapely.box(0, 0, 1000, 1000)], crs=UTM)


def register(boxes, classes, *, coverage=None, missing=()):
    table = {
        "concession_id": [f"C{i}" for i in range(len(boxes))],
        "tenure_class": list(classes),
        "holder": [f"Holder {i} S.A." for i in range(len(boxes))],
        "name": "x",
    }
    features = gpd.GeoDataFrame(table, geometry=list(boxes), crs=UTM)
    entry = LayerEntry(role="concessions", file="x", missing_kinds=list(missing))
    return VectorLayer("c", "concessions", "c", features, entry, None, "", coverage)


def shares(layer, outline=OUTLINE):
    row = join_tenure(outline, layer).iloc[0]
    return {name: pytest.approx(row[f"{name}_share"], abs=1e-9) for name in TENURE_CLASSES}


EVERYWHERE = shapely.box(-9000, -9000, 9000, 9000)


def test_without_a_register_all_is_unknown():
    """Not open: unknown."""
    assert shares(None)["unknown"] == 1


def test_overlapping_titles_count_once_and_held_goes_first():
    """West half held, middle half applied for: a half held, a quarter applied for, a quarter open."""
    boxes = [shapely.box(0, 0, 500, 1000), shapely.box(250, 0, 750, 1000)]
    found = shares(register(boxes, ["held", "applied_for"], coverage=EVERYWHERE))
    assert found["held"] == 0.5
    assert found["applied_for"] == 0.25
    assert found["open"] == 0.25


def test_a_register_that_lacks_a_kind_has_no_open_ground():
    """Ground without title is unknown where exploration permits are missing."""
    boxes = [shapely.box(0, 0, 500, 1000)]
    found = shares(register(boxes, ["held"], coverage=EVERYWHERE, missing=["exploration permit"]))
    assert found["open"] == 0
    assert found["unknown"] == 0.5


def test_outside_the_coverage_even_a_title_is_unknown():
    """Unknown goes before held."""
    boxes = [shapely.box(0, 0, 1000, 1000)]
    found = shares(register(boxes, ["held"], coverage=shapely.box(0, 0, 1000, 250)))
    assert found["unknown"] == 0.75
    assert found["held"] == 0.25


def test_a_title_that_only_touches_is_not_named():
    """A shared edge is no ground."""
    layer = register([shapely.box(1000, 0, 2000, 1000)], ["held"], coverage=EVERYWHERE)
    assert join_tenure(OUTLINE, layer)["holders"].tolist() == [""]


def test_joint_holders_are_named_once_each():
    """Two titles, one of them held jointly, with careless spaces: two names."""
    boxes = [shapely.box(0, 0, 500, 1000), shapely.box(500, 0, 1000, 1000)]
    layer = register(boxes, ["held", "held"], coverage=EVERYWHERE)
    layer.features["holder"] = ["ANDES  S.A.; PUNA S.A.", "ANDES S.A."]
    assert join_tenure(OUTLINE, layer)["holders"].tolist() == ["ANDES S.A.; PUNA S.A."]


def test_protection_is_unknown_without_full_coverage():
    """Priority sites alone do not make the rest unprotected."""
    layer = register([shapely.box(0, 0, 250, 1000)], ["held"], missing=["national park"])
    row = join_protection(OUTLINE, layer).iloc[0]
    assert [row[f"{name}_share"] for name in PROTECTION_CLASSES] == [0.25, 0.0, 0.75]


def test_protection_is_known_within_full_coverage():
    """Where the layer is complete, the rest is not protected."""
    layer = register([shapely.box(0, 0, 250, 1000)], ["held"], coverage=EVERYWHERE)
    row = join_protection(OUTLINE, layer).iloc[0]
    assert [row[f"{name}_share"] for name in PROTECTION_CLASSES] == [0.25, 0.75, 0.0]


def test_a_lapsed_title_holds_no_ground():
    """It is met, and what it lay on is open where the register is complete."""
    layer = register([shapely.box(0, 0, 500, 1000)], ["lapsed"], coverage=EVERYWHERE)
    assert shares(layer)["open"] == 1
    assert join_tenure(OUTLINE, layer)["holders"].tolist() == [""]
    met = tenure_of(np.array(OUTLINE.array), layer)
    assert met.area_m2.tolist() == [500_000.0]


def joined(*layers):
    """Several registers as the region's one."""
    return Layers("", tuple(layers)).vector("concessions")


def test_two_registers_make_each_other_complete_by_kind():
    """One lacks permits, the other mines: ground without title is open where both cover it."""
    lacks_permits = register([shapely.box(0, 0, 500, 250)], ["held"], coverage=shapely.box(0, 0, 1000, 500),
                             missing=["exploration permit"])  # fmt: skip
    lacks_mines = register([shapely.box(0, 500, 500, 1000)], ["applied_for"],
                           coverage=shapely.box(0, 0, 500, 1000), missing=["mine"])  # fmt: skip
    found = shares(joined(lacks_permits, lacks_mines))
    assert found["held"] == 0.125
    assert found["applied_for"] == 0.25
    assert found["open"] == 0.125
    assert found["unknown"] == 0.5


def test_a_complete_register_does_not_make_its_neighbour_complete():
    """The kinds that one lacks are unknown on its own ground alone, and each states its date."""
    whole = register(
        [shapely.box(0, 0, 250, 1000)], ["held"], coverage=shapely.box(0, 0, 500, 1000)
    )
    part = register([shapely.box(500, 0, 750, 1000)], ["held"],
                    coverage=shapely.box(500, 0, 1000, 1000), missing=["exploration permit"])  # fmt: skip
    both = joined(whole, part)
    assert shares(both) == {
        **dict.fromkeys(TENURE_CLASSES, 0),
        "held": 0.5,
        "open": 0.25,
        "unknown": 0.25,
    }
    assert both.missing_kinds == ["exploration permit"]


PLACES = st.integers(-300, 1300)


@st.composite
def rings(draw):
    """Any ring: mostly one that crosses itself, often a sliver."""
    if draw(st.booleans()):
        west, south = draw(PLACES), draw(PLACES)
        wide, high = draw(st.sampled_from([0.001, 1, 40, 900])), draw(st.integers(1, 900))
        turned = shapely.box(west, south, west + wide, south + high)
        return shapely.affinity.rotate(turned, draw(st.integers(0, 90)))
    return shapely.Polygon([(draw(PLACES), draw(PLACES)) for _ in range(draw(st.integers(3, 7)))])


@st.composite
def drawn_registers(draw):
    """Titles of any class and shape, in any of three CRS, and a coverage."""
    shapes = draw(st.lists(rings(), min_size=1, max_size=9))
    classes = [draw(st.sampled_from([*TENURE_CLASSES[:5], "lapsed"])) for _ in shapes]
    missing = ["exploration permit"] if draw(st.booleans()) else []
    coverage = draw(st.sampled_from([EVERYWHERE, shapely.box(-100, -100, 700, 1200), None]))
    layer = register(shapes, classes, coverage=coverage, missing=missing)
    series = layer.features.geometry.translate(500_000, 7_300_000)
    there = series.to_crs(draw(st.sampled_from(["EPSG:4326", "EPSG:24879", "EPSG:32720"])))
    back = there.to_crs(UTM).translate(-500_000, -7_300_000)
    valid = back.make_valid(method="structure", keep_collapsed=False)  # as the reader leaves them
    assume(not valid.is_empty.all())
    features = layer.features.set_geometry(valid)[~valid.is_empty]
    return replace(layer, given=features.reset_index(drop=True))


SNAP_M = 1e-6
"""Plain unions of slivers can lose ground; on a grid they do not."""

OUTLINES = st.lists(
    rings()
    .map(lambda ring: shapely.make_valid(ring, method="structure", keep_collapsed=False))
    .filter(lambda outline: outline.area > 100),
    min_size=1,
    max_size=3,
)


def areal(geometry):
    """What has area: an intersection may leave lines beside it."""
    return shapely.union_all([part for part in shapely.get_parts(geometry) if part.area > 0])


def plainly(outline, layer):
    """The shares by plain unions and differences, one class after another."""
    titles = [shapely.make_valid(one) for one in layer.features.geometry]
    covered = areal(outline.intersection(layer.coverage)) if layer.coverage else shapely.Polygon()
    classes, left, found = layer.features["tenure_class"].tolist(), covered, {}
    for name in TENURE_CLASSES[:5]:
        united = shapely.union_all(
            [t for t, one in zip(titles, classes, strict=True) if one == name], grid_size=SNAP_M
        )
        found[name] = shapely.intersection(left, united, grid_size=SNAP_M).area
        left = areal(shapely.difference(left, united, grid_size=SNAP_M))
    found["unknown"] += outline.area - covered.area + (left.area if layer.missing_kinds else 0)
    found["open"] = 0 if layer.missing_kinds else left.area
    return {name: area / outline.area for name, area in found.items()}


@settings(max_examples=150, deadline=None)
@given(
    drawn_registers(),
    OUTLINES,
)
def test_six_classes_partition_every_outline(layer, outlines):
    """Within 1e-6, or the grid along the edges of slivers, whatever the rings, overlaps and CRS."""
    series = gpd.GeoSeries([*outlines, OUTLINE.iloc[0]], crs=UTM)
    table = join_tenure(series, layer)[[f"{name}_share" for name in TENURE_CLASSES]]
    assert (table.to_numpy() >= 0).all()
    assert table.sum(axis=1).tolist() == pytest.approx([1] * len(series), abs=1e-6)
    for outline, row in zip(series, table.to_numpy(), strict=True):
        expected = plainly(shapely.make_valid(outline), layer)
        edges = outline.length + sum(
            shapely.make_valid(title).boundary.intersection(shapely.make_valid(outline)).length
            for title in layer.features.geometry
        )
        within = max(1e-6, SNAP_M * edges / outline.area)
        assert row.tolist() == pytest.approx(
            [expected[name] for name in TENURE_CLASSES], abs=within
        )


@settings(max_examples=80, deadline=None)
@given(drawn_registers())
def test_three_classes_of_protection_partition_every_outline(layer):
    """Overlapping sites count once; outside the coverage, or with a kind missing, it is unknown."""
    row = join_protection(OUTLINE, layer).iloc[0].tolist()
    sites = shapely.union_all(layer.features.geometry.to_numpy(), grid_size=SNAP_M)
    covered = layer.coverage if layer.coverage and not layer.missing_kinds else shapely.Polygon()
    outline = OUTLINE.iloc[0]
    inside = shapely.intersection(outline, sites, grid_size=SNAP_M).area / 1e6
    free = shapely.difference(outline.intersection(covered), sites, grid_size=SNAP_M).area / 1e6
    assert row == pytest.approx([inside, free, 1 - inside - free], abs=1e-6)
    assert min(row) >= 0
    assert sum(row) == pytest.approx(1, abs=1e-6)
