"""Features are chosen by classes, by codes however a file writes them, and by ranges of numbers."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import prospector
from prospector import synthetic
from prospector.errors import ModelError, RegionError
from prospector.evidence.classes import rows_without_number
from prospector.evidence.distance import ContactParameters
from prospector.evidence.features import choose
from prospector.evidence.where import NumberRange
from prospector.layers import Layers, VectorLayer
from prospector.region.region_tables import LayerEntry

SHARE = """
[override.porphyry_copper.evidence.old_rock]
kind = "share"
role = "geology"
label = "old rock"
expected = "any"
reason = "a test"
"""


def rocks(*columns):
    """Layers of polygons, one for each table of columns."""
    items = []
    for number, table in enumerate(columns):
        n = len(next(iter(table.values())))
        boxes = [shapely.box(i, number, i + 1, number + 1) for i in range(n)]
        features = gpd.GeoDataFrame(table, geometry=boxes, crs=synthetic.CRS)
        entry = LayerEntry(role="geology", file="x.gpkg")
        name = f"rocks_{number}"
        items.append(VectorLayer(name, "geology", name, features, entry, None, f"{number}"))
    return Layers(synthetic.CRS, tuple(items))


def chosen(layers, **where):
    """Rows that are chosen."""
    return choose(layers, "geology", where).shapes.number.tolist()


@pytest.mark.parametrize(
    "codes",
    [
        [3, 7, 12],
        [3.0, 7.0, 12.0],
        pd.array([3, 7, None], dtype="Int64"),
        ["3", "7", "12"],
        ["03", "07", "12"],
        ["3.0", "7.0", "x"],
        [" 3", "7 ", None],
    ],
    ids=str,
)
@pytest.mark.parametrize("named", [[3, 7], [3.0, 7.0], ["3", "7"], ["03", "07"]], ids=str)
def test_a_code_is_the_same_code_however_it_is_written(codes, named):
    """As a whole number, a decimal, a text, with a nought before it: in the file and in `where`."""
    assert chosen(rocks({"code": codes}), code=named) == [0, 1]


def test_a_word_that_a_file_has_is_that_word_alone():
    """Where '3' and '03' are two classes the text names one of them, the number both."""
    layers = rocks({"code": ["3", "03", "4"]})
    assert chosen(layers, code=["03"]) == [1]
    assert chosen(layers, code=[3]) == [0, 1]


def test_a_number_names_the_code_in_each_file_of_a_role():
    """One writes 3 and the other '03'."""
    layers = rocks({"code": [3, 4]}, {"code": ["03", "04"]})
    assert chosen(layers, code=[3]) == [0, 2]


@pytest.mark.parametrize(
    ("ends", "rows"),
    [
        ({"at_least": 5}, [1, 2, 3]),
        ({"above": 5}, [2, 3]),
        ({"at_most": 60}, [0, 1, 2]),
        ({"below": 60}, [0, 1]),
        ({"above": 5, "at_most": 60}, [2]),
        ({"at_least": 60, "at_most": 60}, [2]),
    ],
)
@pytest.mark.parametrize(
    "values",
    [[1, 5, 60, 61, None], ["1", "5,0", "60", "61", "s/d"], ["1 %", "5 %", "60 %", "61 %", None]],
    ids=["numbers", "texts", "with a unit"],
)
def test_a_range_chooses_its_numbers(ends, rows, values):
    """Ends belong to it or do not; a row without a number is never chosen."""
    assert chosen(rocks({"fe": values}), fe=NumberRange(**ends)) == rows


def test_classes_and_ranges_hold_together():
    """Of one feature, all of them."""
    layers = rocks({"code": [3, 3, 7, 9], "age_ma": [2700.0, 100.0, 2900.0, 3000.0]})
    assert chosen(layers, code=[3, 7], age_ma=NumberRange(at_least=2600)) == [0, 2]


def test_a_range_of_words_is_refused_with_the_words():
    """In one sentence, and with what to write."""
    layers = rocks({"rock": ["tuff", "granite", "tuff"]})
    with pytest.raises(ModelError) as caught:
        chosen(layers, rock=NumberRange(above=3))
    assert str(caught.value) == (
        "Layer 'rocks_0': column 'rock' has no numbers, so no range can be used. It holds: tuff, granite. "
        "Name its classes, e.g. rock = [...]."
    )
    assert prospector.sentence(caught.value.reason) == (
        "layer 'rocks_0': column 'rock' has no numbers, so no range can be used; it has: tuff, granite"
    )


def test_yes_and_no_have_no_range():
    """Though they could be 1 and 0."""
    with pytest.raises(ModelError, match="It holds: true, false"):
        chosen(rocks({"fresh": [True, True, False]}), fresh=NumberRange(at_least=1))


def test_a_range_that_no_number_is_in_says_which_there_are():
    """From the lowest to the highest, of what the columns before it leave."""
    layers = rocks({"age_ma": [1.0, 8.0, 300.0], "rock": ["tuff", "tuff", "granite"]})
    with pytest.raises(ModelError, match=r"'age_ma' holds numbers from 1 to 300") as caught:
        chosen(layers, age_ma=NumberRange(at_least=2600), rock=["tuff"])
    assert "age_ma >= 2600; rock = tuff" in str(caught.value)
    assert prospector.sentence(caught.value.reason).endswith("column 'age_ma' has: 1 to 300")


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{}", "where.age_ma.at_least': at_least, above, at_most or below must be given"),
        (
            "{ at_least = 1, above = 2 }",
            "age_ma.above': 2 is not right: it must not be given beside at_least",
        ),
        (
            "{ at_most = 1, below = 2 }",
            "age_ma.below': 2 is not right: it must not be given beside at_most",
        ),
        (
            "{ at_least = 5, below = 5 }",
            "age_ma.at_least': 5 is not right: it must be below the upper end",
        ),
        (
            "{ above = 9, at_most = 5 }",
            "age_ma.above': 9 is not right: it must be below the upper end",
        ),
        (
            "{ atleast = 9 }",
            "Did you mean 'at_least'? Keys allowed here: at_least, above, at_most, below",
        ),
        ('{ at_least = "9" }', "where.age_ma.at_least'"),
        ("{ at_least = nan }", "where.age_ma.at_least'"),
        ("9", "where.age_ma'"),
    ],
)
def test_a_range_that_is_no_range_is_refused(tmp_path, text, what):
    """With its key in region.toml, by `check`."""
    region = region_of(tmp_path, f"where = {{ age_ma = {text} }}")
    with pytest.raises(RegionError) as caught:
        prospector.check(region)
    [fault] = caught.value.lines
    assert what in fault


def region_of(tmp_path, where):
    """A planted region with geology of four ages, and an evidence of it."""
    region = synthetic.write_region(tmp_path / "region")
    strips = [
        shapely.box(east, 7_150_000, east + 75_000, 7_450_000)
        for east in range(350_000, 650_000, 75_000)
    ]
    table = {"age_ma": ["2700", "2600 Ma", None, "12"], "discovery_year": [1990, 2001, 2005, None]}
    rock = gpd.GeoDataFrame(table, geometry=strips, crs=synthetic.CRS)
    rock.to_file(region / "geology.gpkg")
    toml = region / "region.toml"
    layer = '\n[layers.geology]\nrole = "geology"\nfile = "geology.gpkg"\n'
    toml.write_text(toml.read_text("utf-8") + layer + SHARE + where + "\n", "utf-8")
    return region


def test_a_region_chooses_by_a_range(tmp_path):
    """By ages as they are read; what has none is counted in a notice."""
    checked = prospector.check(region_of(tmp_path, "where = { age_ma = { at_least = 2600 } }"))
    [model] = checked.deposit_models
    [rock] = [evidence for evidence in model.evidence if evidence.label == "old rock"]
    assert (rock.range.low, rock.range.high) == (0, 1)
    [notice] = [found for found in checked.notices if found.code == "rows-without-number"]
    assert prospector.sentence(notice) == (
        "porphyry_copper: 'old rock': 1 feature of layer 'geology' has no number in 'age_ma', so "
        "it falls in no range."
    )


def test_rows_that_the_classes_leave_out_are_not_counted(tmp_path):
    """Of strips without an age, those of the rock that is asked for; without a class, all of them."""
    rocks = ["tuff", "granite", "granite", "tuff"]
    table = {"lithology": rocks, "age_ma": [2700.0, 2600.0, None, None]}
    shapes = [shapely.box(east, 0, east + 1, 1) for east in range(4)]
    features = gpd.GeoDataFrame(table, geometry=shapes, crs=synthetic.CRS)
    entry = LayerEntry(role="geology", file="x")
    layer = VectorLayer("geology", "geology", "", features, entry, None, "")
    layers = Layers(synthetic.CRS, (layer,))
    old, granite = {"age_ma": NumberRange(at_least=9)}, {"lithology": ["granite"]}
    counts = {}
    for name, tables in {
        "all": {"where": old},
        "granite": {"where": old | granite},
        "tuff": {"where": old | {"lithology": ["tuff"]}},
        "either": {"where": old | granite, "against": old | {"lithology": ["tuff"]}},
        "other": {"where": old | granite, "against": {"lithology": ["tuff"]}},
    }.items():
        parameters = ContactParameters(role="geology", **tables)
        notices = rows_without_number(layers, parameters, {})
        counts[name] = sum(notice.count for notice in notices)
    assert counts == {"all": 2, "granite": 1, "tuff": 1, "either": 2, "other": 1}


def test_years_have_a_range(tmp_path):
    """As the contract of columns reads them."""
    found = prospector.check(region_of(tmp_path, "where = { discovery_year = { above = 2000 } }"))
    [rock] = [part for part in found.deposit_models[0].evidence if part.label == "old rock"]
    assert rock.range.high == 1


def test_a_range_is_part_of_what_is_computed(tmp_path):
    """Two ranges choose two sets: the shares differ."""
    shares = []
    for number, least in enumerate((13, 2650)):
        where = f"where = {{ age_ma = {{ at_least = {least} }} }}"
        region = region_of(tmp_path / f"{number}", where)
        screening = prospector.screen(region, quick=True, workers=1)
        [ranking] = screening.rankings.values()
        [rock] = [part for part in ranking.evidence if part.label == "old rock"]
        shares.append(float(np.nanmean(rock.raster.values)))
    assert shares[0] > shares[1] > 0
