"""Tenure, protection and the unit at points: by hand, and as for small ground around them."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.layers import VectorLayer
from prospector.layers.registers import TITLE_CLASSES
from prospector.region.region_tables import LayerEntry
from prospector.tenure.concessions import TENURE_CLASSES, tenure_of
from prospector.tenure.points import join_tenure_at, protection_at, smallest_unit_at

CRS = "EPSG:32719"


def layer(role, shapes, coverage=None, missing=(), **columns):
    features = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    entry = LayerEntry(role=role, file="x", missing_kinds=list(missing))
    return VectorLayer(role, role, role, features, entry, None, "", coverage)


def points(*places):
    return gpd.GeoSeries(
        [shapely.Point(place) for place in places], index=range(7, 7 + len(places)), crs=CRS
    )


HELD_AND_APPLIED = [shapely.box(0, 0, 10, 10), shapely.box(5, 0, 15, 10), shapely.box(0, 0, 3, 3)]
TITLES = {
    "concession_id": ["1", "2", "3"],
    "tenure_class": ["applied_for", "held", "lapsed"],
    "holder": ["PUNA S.A.", "ANDES  S.A.", "OLD S.A."],
}


def test_a_point_has_the_first_class_that_applies():
    """Applied for alone, held over applied for, the edge of both, open in the coverage, unknown beyond."""
    titles = layer("concessions", HELD_AND_APPLIED, shapely.box(0, 0, 20, 20), **TITLES)
    table = join_tenure_at(points((1, 1), (7, 5), (15, 5), (18, 18), (30, 30)), titles)
    assert table.index.tolist() == [7, 8, 9, 10, 11]
    assert table["tenure_class"].tolist() == ["applied_for", "held", "held", "open", "unknown"]
    assert table["holders"].tolist() == ["PUNA S.A.", "ANDES S.A.; PUNA S.A.", "ANDES S.A.", "", ""]
    assert table["concession_ids"].tolist() == ["1", "1; 2", "2", "", ""]


def test_ground_without_title_is_unknown_where_kinds_are_missing():
    """A register that lacks exploration permits says of no place that it is open."""
    titles = layer(
        "concessions", HELD_AND_APPLIED, shapely.box(0, 0, 20, 20), ["permits"], **TITLES
    )
    table = join_tenure_at(points((18, 18), (7, 5)), titles)
    assert table["tenure_class"].tolist() == ["unknown", "held"]


def test_without_a_register_every_point_is_unknown():
    """Columns stay."""
    table = join_tenure_at(points((1, 1)), None)
    assert table.to_dict("records") == [
        {"tenure_class": "unknown", "holders": "", "concession_ids": ""}
    ]


@settings(max_examples=40, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 8), st.integers(0, 8), st.sampled_from([*TITLE_CLASSES, "lapsed"])),
        min_size=1, max_size=6,
    ),
    st.booleans(),
)  # fmt: skip
def test_a_point_has_the_class_of_the_ground_around_it(titles, complete):
    """As small squares have that lie whole in one class."""
    corners = [shapely.box(east, north, east + 4, north + 4) for east, north, _ in titles]
    register = layer(
        "concessions", corners, shapely.box(0, 0, 9, 9), [] if complete else ["permits"],
        concession_id=[str(n) for n in range(len(titles))], tenure_class=[of for *_, of in titles],
    )  # fmt: skip
    places = [(east + 0.5, north + 0.5) for east in range(12) for north in range(0, 12, 3)]
    squares = [shapely.Point(place).buffer(0.1) for place in places]
    shares = tenure_of(squares, register).shares
    classes = [TENURE_CLASSES[row.argmax()] for row in shares]
    assert join_tenure_at(points(*places), register)["tenure_class"].tolist() == classes


@pytest.mark.parametrize(
    ("coverage", "outside"),
    [(shapely.box(0, 0, 20, 20), "not_protected"), (None, "protection_unknown")],
)
def test_protection_is_known_inside_and_where_the_layer_is_complete(coverage, outside):
    """Inside, outside within the coverage, outside it."""
    parks = layer("protected", [shapely.box(0, 0, 5, 5)], coverage, name=["Park"])
    found = protection_at(points((1, 1), (10, 10), (30, 30)), parks)
    assert found.tolist() == ["protected", outside, "protection_unknown"]
    assert protection_at(points((1, 1)), None).tolist() == ["protection_unknown"]


def test_the_smallest_unit_names_a_point():
    """A commune within its region, whatever their order; None where no unit is."""
    shapes = [shapely.box(0, 0, 9, 9), shapely.box(0, 0, 3, 3), shapely.box(0, 0, 50, 50)]
    units = layer("administrative", shapes, name=["Province", "Commune", "Region"])
    found = smallest_unit_at(points((1, 1), (8, 8), (40, 1), (90, 90)), units)
    assert found.tolist() == ["Commune", "Province", "Region", None]
    assert smallest_unit_at(points((1, 1)), None).tolist() == [None]


@pytest.mark.parametrize("nothing", [None, np.nan, "", "unnamed"])
def test_a_unit_without_a_name_hides_no_larger_one(nothing):
    """The reader calls it 'unnamed', which is no name of a place."""
    units = layer(
        "administrative",
        [shapely.box(0, 0, 3, 3), shapely.box(0, 0, 9, 9)],
        name=[nothing, "Ñuble"],
    )
    assert smallest_unit_at(points((1, 1)), units).tolist() == ["Ñuble"]
