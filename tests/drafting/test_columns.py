"""Columns are guessed by what they hold where their names mislead."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from prospector.drafting.columns import classes_of, guess_columns, guess_register
from prospector.drafting.looks import ColumnLook, Look, looks_of
from prospector.drafting.roles import guess_role

NUMBERS = (1.0, 5.0, 9.0)


def words(name, *values, quantiles=None):
    """A column of text whose words stand four times each."""
    counted = tuple((value, 4) for value in values)
    return ColumnLook(name, False, counted, 4 * len(values), len(values), quantiles)


def guessed(role, geometry, *columns):
    return guess_columns(Look(Path("a.shp"), geometry=geometry, columns=columns), role)


@pytest.mark.parametrize("rocks", [("iron formation", "dolerite"), ("granito", "arenisca roja")])
def test_rocks_go_before_ids_of_rocks(rocks):
    """Both columns are named after rocks; one of them holds numbers as text."""
    ids = words("lithstrtno", "2258", "2259", quantiles=NUMBERS)
    assert guessed("geology", "polygon", ids, words("lithname1", *rocks)) == {
        "lithology": "lithname1"
    }


def test_rocks_are_found_under_a_name_that_says_nothing():
    """A code under the name of rocks gives way to the column of rocks."""
    columns = words("LITH", "Qa", "Jv"), words("TXT_2", "alluvium", "volcanic rocks")
    assert guessed("geology", "polygon", *columns)["lithology"] == "TXT_2"


def test_a_text_of_its_own_for_each_feature_is_no_class():
    """Rocks in a description of each deposit are not the types of the deposits."""
    texts = ColumnLook("RocksInDeposit", False, tuple((f"porphyry {n}", 1) for n in range(9)), 9, 9)
    assert "deposit_type" not in guessed("deposits", "point", texts)


def test_numbers_are_no_types_of_deposits():
    """An id of a type is not its name."""
    columns = (
        ColumnLook("tipo_id", True, (("3", 5),), 5, 1, NUMBERS),
        words("Tipo", "skarn", "manto"),
    )
    assert guessed("deposits", "point", *columns) == {"deposit_type": "Tipo"}


def numbers(name, *values, times=4):
    """A column of numbers that stand so many times each."""
    counted = tuple((str(value), times) for value in values)
    return ColumnLook(name, True, counted, times * len(values), len(values), NUMBERS)


@pytest.mark.parametrize("role", ["geology", "intrusions"])
@pytest.mark.parametrize(
    "column",
    [
        numbers("LITOLOGIA", 1, 2, 14),
        numbers("LITO_COD", 1.0, 2.0),
        words("COD_LITO", "01", "02", quantiles=NUMBERS),
        numbers("Unidad", 310, 311),
    ],
)
def test_rocks_as_numbers_are_codes(role, column):
    """They are no rocks, and no column is called a code."""
    areas = numbers("AREA", 20, 30), numbers("OBJECTID", *range(12), times=1)
    assert guessed(role, "polygon", *areas, column) == {"code": column.name}


@pytest.mark.parametrize(
    "column",
    [numbers("LITO", 1.5, 2.25), numbers("LITO", *range(12), times=1), numbers("EDAD", 12)],
)
def test_numbers_that_measure_or_count_are_no_codes(column):
    """Fractions, a number of its own for each polygon, ages."""
    assert "code" not in guessed("geology", "polygon", column)


def test_codes_are_shown_as_whole_numbers(tmp_path):
    """A shapefile holds them as 14.0."""
    shapes = shapely.box([0, 1, 2], 0, [1, 2, 3], 1)
    table = gpd.GeoDataFrame({"LITO": [14.0, 14.0, 3.0]}, geometry=shapes, crs="EPSG:32719")
    table.to_file(tmp_path / "geologia.shp")
    (look,) = looks_of(tmp_path / "geologia.shp")
    assert classes_of(look.columns[0]) == "14 2, 3 1"


@pytest.mark.parametrize(
    "names",
    [
        ("cadmium", "copper"),
        ("Cu_ppm", "Au_ppb"),
        ("As", "zinc"),
        ("ppm_Cu", "Fe2O3_pct"),
        ("plomo", "Zn ICP"),
    ],
)
def test_points_with_elements_are_geochemistry(names):
    """By two columns of numbers; the same names on text are something else."""
    numbers = tuple(ColumnLook(name, True, quantiles=NUMBERS) for name in names)
    assert (
        guess_role(Look(Path("meuse.shp"), geometry="point", columns=numbers)).role
        == "geochemistry"
    )
    texts = tuple(ColumnLook(name, False) for name in names)
    assert (
        guess_role(Look(Path("meuse.shp"), geometry="point", columns=texts)).role != "geochemistry"
    )


def test_a_register_is_known_by_its_columns():
    """Whole, or cut as Shapefiles cut; other titles are of no register that is shipped."""
    names = (
        "ID_CONCESION",
        "NUMERO_ROL",
        "TIPO_CONCESION",
        "SITUACION_CONCESION",
        "TITULAR_NOMBRE",
    )
    for width in (30, 10):
        columns = tuple(ColumnLook(name[:width], False) for name in names)
        assert guess_register(Look(Path("a.shp"), columns=columns)) == "chile"
    others = tuple(ColumnLook(name, False) for name in ("TENID", "HOLDER", "STATUS"))
    assert guess_register(Look(Path("a.shp"), columns=others)) is None
