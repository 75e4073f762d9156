"""The value of the polygon that a unit lies in: of cells and of polygons, numbers and yes or no."""

import numpy as np
import pytest
import shapely

from prospector.errors import ModelError
from prospector.evidence import KINDS, evidence_unit, validate_parameters
from prospector.evidence.origin import drawn_from_descriptions
from prospector.grid import cells, polygons
from prospector.words.language import sentence
from tests.evidence.test_evidence import GRID, evidence, layers, vector

WEST, EAST = shapely.box(0, 0, 1000, 3000), shapely.box(1000, 0, 2000, 3000)


def basins(**columns):
    """Two basins, west and east; the third kilometre has none."""
    return vector("basins", [WEST, EAST], name=["west", "east"], **columns)


def of_salars(*shapes, column="precipitation_mm_y", layer=None, **columns):
    """Return the evidence of salars in the two basins."""
    units = polygons(vector("salars", list(shapes)).features)
    there = layer or basins(**columns)
    return evidence("attribute", [there], units, role="basins", column=column)[0]


def test_a_cell_has_the_value_of_the_polygon_around_it_and_none_where_there_is_no_polygon():
    """Rain of 120 in the west, 40 in the middle; east of the basins it is unknown, not 0."""
    values, _ = evidence(
        "attribute", [basins(rain=[120.0, 40.0])], cells(GRID), role="basins", column="rain"
    )
    np.testing.assert_array_equal(values.reshape(3, 3), [[120, 40, np.nan]] * 3)


def test_a_salar_across_two_basins_has_their_mean_by_area():
    """Three quarters of it lie where 120 mm fall, one quarter where 40 do: 100."""
    across = shapely.box(700, 0, 1100, 100)
    assert of_salars(across, precipitation_mm_y=[120.0, 40.0]) == pytest.approx([100.0])


def test_a_salar_is_unknown_where_basins_cover_less_than_half_of_it():
    """One half in a basin has that basin's value; two fifths are too little."""
    half, less = shapely.box(1500, 0, 2500, 100), shapely.box(1600, 0, 2600, 100)
    found = of_salars(half, less, precipitation_mm_y=[120.0, 40.0])
    np.testing.assert_array_equal(found, [40.0, np.nan])


def test_a_basin_without_a_number_leaves_its_salars_unknown():
    """Neither 0 nor the value of the basin beside it."""
    found = of_salars(
        shapely.box(100, 0, 200, 100),
        shapely.box(1100, 0, 1200, 100),
        precipitation_mm_y=[None, 40.0],
    )
    np.testing.assert_array_equal(found, [np.nan, 40.0])


@pytest.mark.parametrize(
    "closed",
    [["yes", "no"], ["sí", "NO"], [True, False], [1, 0], ["true", "false"], ["1", "0"], ["Y", "n"]],
)
def test_yes_is_1_and_no_is_0_however_they_are_written(closed):
    """In English, Spanish, figures or as booleans."""
    inside = shapely.box(100, 0, 200, 100), shapely.box(1100, 0, 1200, 100)
    np.testing.assert_array_equal(of_salars(*inside, column="closed", closed=closed), [1.0, 0.0])


@pytest.mark.parametrize("blank", [None, "", "unknown"])
def test_a_basin_that_says_neither_yes_nor_no_is_unknown(blank):
    """What is not stated is not a no."""
    inside = shapely.box(100, 0, 200, 100), shapely.box(1100, 0, 1200, 100)
    found = of_salars(*inside, column="closed", closed=["yes", blank])
    np.testing.assert_array_equal(found, [1.0, np.nan])


def test_several_salars_of_one_basin_share_its_value():
    """The accuracy says that they do."""
    inside = [shapely.box(east, 0, east + 50, 100) for east in (100, 300, 500)]
    found = of_salars(*inside, precipitation_mm_y=[120.0, 40.0])
    np.testing.assert_array_equal(found, [120.0] * 3)
    parameters = validate_parameters("attribute", {"role": "basins", "column": "x"}, where="test")
    assert "all units within one polygon share it" in sentence(parameters.accuracy())


def test_the_unit_is_that_of_the_column():
    """Age in Ma of a geological map."""
    geology = vector("geology", [WEST, EAST], age_ma=["285", "31 Ma"])
    parameters = validate_parameters(
        "attribute", {"role": "geology", "column": "age_ma"}, where="test"
    )
    assert evidence_unit("attribute", layers(geology), parameters=parameters) == "Ma"
    values, _ = evidence("attribute", [geology], cells(GRID), role="geology", column="age_ma")
    np.testing.assert_array_equal(values.reshape(3, 3)[0], [285, 31, np.nan])


@pytest.mark.parametrize(
    ("columns", "column", "says"),
    [
        ({"rain": [1.0, 2.0]}, "rane", "no column 'rane'"),
        ({"rain": ["dry", "wet"]}, "rain", "has neither numbers nor yes or no"),
        ({"closed": ["", None]}, "closed", "has neither numbers nor yes or no"),
    ],
)
def test_a_column_that_gives_nothing_is_one_clear_error(columns, column, says):
    """It names the layer and the column."""
    parameters = validate_parameters(
        "attribute", {"role": "basins", "column": column}, where="test"
    )
    with pytest.raises(ModelError, match=says):
        KINDS["attribute"].check(layers(basins(**columns)), parameters)


def test_what_a_column_lacks_is_counted():
    """Polygons without a value, and words that are neither yes nor no."""
    parameters = validate_parameters(
        "attribute", {"role": "basins", "column": "closed"}, where="test"
    )
    there = layers(basins(closed=["yes", "perhaps"]))
    notices = KINDS["attribute"].notices(there, parameters)
    assert {(notice.code, notice.count) for notice in notices} == {
        ("neither-yes-nor-no", 1),
        ("polygons-without-value", 1),
    }


def test_a_value_is_drawn_where_its_polygon_is():
    """Of two basins one was drawn from a description."""
    there = basins(rain=[120.0, 40.0], schematic=[True, False])
    parameters = validate_parameters(
        "attribute", {"role": "basins", "column": "rain"}, where="test"
    )
    units = polygons(
        vector("salars", [shapely.box(100, 0, 200, 9), shapely.box(1100, 0, 1200, 9)]).features
    )
    drawn = drawn_from_descriptions("attribute", layers(there), units, parameters=parameters)
    assert drawn.tolist() == [True, False]
