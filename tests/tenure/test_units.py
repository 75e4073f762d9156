"""In which unit a place lies, and titles far from the unit that they state."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from prospector.layers import Layers, VectorLayer
from prospector.region.region_tables import LayerEntry
from prospector.tenure.units import PLACE_COLUMNS, join_units, unit_notices
from prospector.words.language import sentence

CRS = "EPSG:32719"


def layer(role, columns, shapes):
    features = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    return VectorLayer(role, role, role, features, LayerEntry(role=role, file="x"), None, "")


def squares(*corners, side=10_000):
    return [shapely.box(x, y, x + side, y + side) for x, y in corners]


UNITS = layer(
    "administrative",
    {
        "name": ["Uno", "Dos", "Norte"],
        "level": ["commune", "commune", "region"],
        "province": ["P", "P", None],
        "region": ["Norte", "Norte", "Norte"],
    },
    [*squares((0, 0), (10_000, 0)), shapely.box(0, 0, 30_000, 10_000)],
)


def places(*shapes):
    table = join_units(np.array(shapes, dtype=object), pd.RangeIndex(len(shapes)), UNITS)
    assert list(table.columns) == list(PLACE_COLUMNS)
    return table.to_numpy().tolist()


def test_the_unit_that_holds_the_largest_part_names_the_place():
    """Of the finest level that shows one."""
    assert places(
        shapely.box(1000, 1000, 2000, 2000),
        shapely.box(9000, 0, 13_000, 1000),
        shapely.box(25_000, 0, 26_000, 1000),
    ) == [["Uno", "P", "Norte"], ["Dos", "P", "Norte"], ["Norte", "", "Norte"]]


def test_a_place_that_lies_mostly_outside_has_no_unit():
    """A target of which a tenth lies across a border is not named after that tenth."""
    assert places(shapely.box(-9000, 0, 1000, 1000)) == [["", "", ""]]
    assert places(shapely.box(-1000, 0, 9000, 1000)) == [["Uno", "P", "Norte"]]


@pytest.mark.parametrize("nothing", [None, "unnamed"])
def test_a_unit_without_a_name_names_no_place(nothing):
    """The next larger one does; alone it leaves the name empty, and its province stays."""
    columns = {"name": [nothing, "Norte"], "level": ["commune", "region"], "province": ["P", None]}
    shapes = [shapely.box(0, 0, 10_000, 10_000), shapely.box(0, 0, 30_000, 10_000)]
    inside = np.array([shapely.box(1000, 1000, 2000, 2000)], dtype=object)
    both, alone = layer("administrative", columns, shapes), {"name": [nothing], "province": ["P"]}
    assert join_units(inside, pd.Index([0]), both).loc[0].tolist() == ["Norte", "", ""]
    first = layer("administrative", alone, shapes[:1])
    assert join_units(inside, pd.Index([0]), first).loc[0].tolist() == ["", "P", ""]


def test_without_a_layer_no_place_has_a_unit():
    """Its columns are there, and empty."""
    table = join_units(np.array(squares((0, 0)), dtype=object), pd.Index([7]), None)
    assert table.loc[7].tolist() == ["", "", ""]


def titles(stated, *corners):
    ids = [f"T{number}" for number in range(1, len(corners) + 1)]
    columns = {"concession_id": ids, "tenure_class": "held", "administrative_unit": stated}
    return layer("concessions", columns, squares(*corners, side=1000))


@pytest.mark.parametrize("stated", ["Uno", "UNO", " uno "])
def test_a_title_far_from_the_unit_that_it_states_is_reported(stated):
    """Whatever the spelling; by its distance, the farthest first."""
    register = titles([stated] * 3, (1000, 1000), (12_000, 0), (40_000, 0))
    (notice,) = unit_notices(Layers(CRS, (UNITS, register)))
    assert (notice.code, notice.level, notice.count) == ("titles-far-from-their-unit", "caution", 1)
    assert "T3, 30 km away" in sentence(notice)
    assert "T3, a 30 km" in sentence(notice, "es")


def test_a_title_may_state_a_region():
    """Any level that the layer names."""
    assert unit_notices(Layers(CRS, (UNITS, titles(["Norte"], (25_000, 0))))) == []


@pytest.mark.parametrize(
    ("stated", "far"), [(["Norte", "Uno", "Dos"], 1), (["Norte", "Sur", "Sur"], 0)]
)
def test_of_a_region_and_a_commune_of_one_name_the_level_of_the_register_counts(stated, far):
    """Where the register names communes, a title in the region and far from that commune is reported."""
    columns = {"name": ["Norte", "Uno", "Dos"], "region": ["Norte", "Norte", "Sur"]}
    units = layer("administrative", columns, squares((0, 0), (20_000, 0), (40_000, 0)))
    second = (21_000, 0) if far else (42_000, 0)
    register = titles(stated, (28_000, 0), second, (41_000, 0))
    assert [notice.count for notice in unit_notices(Layers(CRS, (units, register)))] == [1] * far


def test_a_unit_that_no_layer_shows_is_said():
    """Its titles cannot be compared."""
    register = titles(["Salta", "Salta", None], (0, 0), (0, 0), (0, 0))
    (notice,) = unit_notices(Layers(CRS, (UNITS, register)))
    assert (notice.code, notice.count) == ("titles-units-unknown", 2)
    assert "(Salta)" in sentence(notice)


def test_nothing_is_compared_without_both_layers():
    """Nor without the column."""
    assert unit_notices(Layers(CRS, (UNITS,))) == []
    assert unit_notices(Layers(CRS, (titles(["Uno"], (90_000, 0)),))) == []
