"""Tenure and protection partition every outline; unknown is not open."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from prospector.concessions import (
    PROTECTION_CLASSES,
    TENURE_CLASSES,
    join_protection,
    join_tenure,
)
from prospector.layers import VectorLayer
from prospector.region import LayerEntry

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


@st.composite
def titles(draw):
    boxes = []
    for _ in range(draw(st.integers(1, 6))):
        west, south = draw(st.integers(-500, 900)), draw(st.integers(-500, 900))
        wide, high = draw(st.integers(1, 900)), draw(st.integers(1, 900))
        turned = shapely.affinity.rotate(
            shapely.box(west, south, west + wide, south + high), draw(st.integers(0, 90))
        )
        boxes.append(turned)
    classes = draw(st.lists(st.sampled_from(TENURE_CLASSES[:5]), min_size=6, max_size=6))
    return boxes, classes[: len(boxes)]


@settings(max_examples=60, deadline=None)
@given(titles(), st.booleans())
def test_the_six_classes_partition_every_outline(drawn, incomplete):
    """Shares lie between 0 and 1 and sum to 1, however titles overlap."""
    boxes, classes = drawn
    missing = ["exploration permit"] if incomplete else []
    layer = register(boxes, classes, coverage=shapely.box(-100, -100, 700, 1200), missing=missing)
    row = join_tenure(OUTLINE, layer).iloc[0]
    found = np.array([row[f"{name}_share"] for name in TENURE_CLASSES], dtype=float)
    assert (found >= 0).all()
    assert found.sum() == pytest.approx(1, abs=1e-8)
