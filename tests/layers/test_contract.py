"""The contract of columns: each is read as what it holds, or refused; names that clash are renamed."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from prospector.errors import LayerError
from prospector.layers import ROLES, read_layers
from prospector.layers.contract import COLUMNS
from prospector.layers.field_names import named_apart
from prospector.layers.typed import typed
from prospector.layers.years import read_years
from prospector.region.region_file import load_region
from prospector.words.language import sentence

CRS = "EPSG:32719"


def read(region):
    loaded = load_region(region)
    return read_layers(loaded, loaded.grid())


def said(layers, name="extra"):
    """What was told of a layer, but that it has no origin."""
    own = [n for n in layers.notices if n.value("layer") == name and n.code != "origin-not-stated"]
    return [sentence(notice) for notice in own]


def add(region, role, columns, more="", ending="gpkg"):
    """Add a layer with these columns to the planted region; its features lie apart."""
    count = len(next(iter(columns.values())))
    shapes = [shapely.box(4.5e5 + 2e4 * i, 7.26e6, 4.6e5 + 2e4 * i, 7.27e6) for i in range(count)]
    table = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    if ROLES[role].geometry != "polygon":
        line = ROLES[role].geometry == "line"
        table = table.set_geometry(table.boundary if line else table.centroid)
    table.to_file(region / f"extra.{ending}")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(f'\n[layers.extra]\nrole = "{role}"\nfile = "extra.{ending}"\n{more}\n')


def features(layers):
    return next(layer for layer in layers.items if layer.name == "extra").features


def test_every_column_of_a_role_has_its_contract():
    """And no contract is without a role that knows the column."""
    known = {name for role in ROLES.values() if not role.closed for name in role.known}
    assert known == COLUMNS.keys() - {"area_ha"}


def test_numbers_of_a_role_are_read_and_told(region):
    """What is missing, unreadable or in another unit, with the words seen."""
    columns = {
        "name": ["a", "b", "c", "d"],
        "inhabitants": ["1.200", "12.345.678", "-99", "many"],
    }
    add(region, "towns", columns)
    layers = read(region)
    assert features(layers)["inhabitants"].tolist()[:2] == [1200, 12345678]
    assert features(layers)["inhabitants"].isna().tolist() == [False, False, True, True]
    assert said(layers) == [
        "Layer 'extra': 1 value of 'inhabitants' is a code or word for missing data: -99 (1).",
        "Layer 'extra': 1 value of 'inhabitants' cannot be read as a number: many (1).",
        "Layer 'extra': thousands separators removed from 2 values of 'inhabitants': "
        "1.200 (1), 12.345.678 (1).",
    ]


def test_the_key_missing_names_more_codes(region):
    """Numbers or words."""
    columns = {"name": ["a", "b", "c"], "inhabitants": [0.0, 5.0, 7777.0]}
    add(region, "towns", columns, 'missing = [0, "7777"]')
    values = features(read(region))["inhabitants"]
    assert np.array_equal(values, [np.nan, 5, np.nan], equal_nan=True)


@pytest.mark.parametrize(
    ("name", "words", "wanted"),
    [
        ("age_ma", ["0.3 Ga", "285 \u00b1 2", "-5", "<40"], [300, 285, np.nan, 40]),
        ("cu_percent", ["0,45", "4500 ppm", "<0.1", "1.2 %"], [0.45, 0.45, 0.05, 1.2]),
        ("area_km2", ["300 ha", "2,5", "1.000,5 km\u00b2", "12 m"], [3, 2.5, 1000.5, np.nan]),
        ("tonnage_mt", ["1,250", "12.5 Mt", "800 kt", "n/a"], [1250, 12.5, 0.8, np.nan]),
        ("voltage_kv", ["220", "110000 V", "23 kV", ""], [220, 110, 23, np.nan]),
    ],
)
def test_units_of_a_contract(name, words, wanted):
    """Another unit behind the number is converted; half a limit is the value of a grade alone."""
    values, _ = typed(pd.Series(words), COLUMNS[name], name)
    assert np.array_equal(values, wanted, equal_nan=True)


def test_what_holds_numbers_already_stays_as_it_is():
    """Whole numbers stay whole."""
    column = pd.Series([1, 2, 3], dtype="int32")
    assert typed(column, COLUMNS["inhabitants"], "inhabitants")[0] is column


def test_numbers_in_two_units_and_in_none_are_refused(region):
    """The remedy is said."""
    from prospector.layers.contract import Column

    with pytest.raises(
        ValueError, match=r"column 'x' holds numbers in ha \(1\), km2 \(1\) and 1 without"
    ):
        typed(pd.Series(["1 ha", "1 km2", "1"]), Column("number", "any"), "x")
    add(region, "protected", {"name": ["a", "b"], "schematic": ["yes", "perhaps"]})
    with pytest.raises(
        LayerError, match=r"'layers.extra.columns': column 'schematic' is for yes or no"
    ):
        read(region)


def test_names_may_be_numbers_empty_or_called_na(region):
    """An empty one is told and called unnamed; a number loses no figure."""
    add(region, "towns", {"name": ["NA", "null", " ", None]})
    layers = read(region)
    assert features(layers)["name"].tolist() == ["NA", "null", "unnamed", "unnamed"]
    assert said(layers) == ["Layer 'extra': 2 features have no name and are called 'unnamed'."]
    values, _ = typed(
        pd.Series([12.0, 9007199254740993, None], dtype=object), COLUMNS["name"], "name"
    )
    assert values.tolist() == ["12", "9007199254740993", None]


def test_only_a_name_that_a_role_needs_is_made_up(region):
    """A road may have none."""
    add(region, "roads", {"name": ["a", None]})
    layers = read(region)
    assert features(layers)["name"].isna().tolist() == [False, True]
    assert said(layers) == []


@pytest.mark.parametrize("codes", [[1, 2], [1.0, 2.0], ["1", "2"], ["1.0", " 2"]])
def test_codes_of_classes_are_words(region, codes):
    """However the file writes a whole number, and in the key exclude as well."""
    add(region, "protected", {"name": ["a", "b"], "class": codes}, "exclude = [1]")
    layers = read(region)
    assert features(layers)["class"].tolist() == ["1", "2"]
    assert features(layers)["excluded"].tolist() == ["yes", "no"]


def test_a_day_in_a_column_of_text_is_written_as_a_day():
    """GDAL takes text that looks like one for a date; a time of day stays, and what is missing is."""
    days = pd.to_datetime(pd.Series(["2024-03-26", None, "2024-03-26"]))
    values, _ = typed(days, COLUMNS["regime_date"], "regime_date")
    assert values.tolist() == ["2024-03-26", None, "2024-03-26"]
    timed, _ = typed(
        pd.to_datetime(pd.Series(["2024-03-26 10:30"])), COLUMNS["age_text"], "age_text"
    )
    assert timed.tolist() == ["2024-03-26 10:30:00"]


def test_ids_that_repeat_are_told():
    """With the first of them."""
    _, notices = typed(pd.Series(["a", "b", "a", None, None]), COLUMNS["deposit_id"], "deposit_id")
    assert [str(notice) for notice in notices] == [
        "ids-repeated: column=deposit_id, words=a (1) (1)"
    ]


@pytest.mark.parametrize(
    ("word", "year", "about"),
    [
        ("1992", 1992, False), (1992.0, 1992, False), ("1992,0", 1992, False), ("12/05/1992", 1992, False),
        ("1992-05-12T00:00:00Z", 1992, False), ("19920512", 1992, False), ("mayo de 1992", 1992, False),
        (pd.Timestamp("1992-05-12"), 1992, False), (705_628_800_000, 1992, False), ("1,992", 1992, False),
        ("c. 1992", 1992, True), ("1990s", 1990, True), ("1992?", 1992, True), ("1992-05", 1992, False),
        ("1990-1995", np.nan, False), ("1990-95", np.nan, False), ("12/05/92", np.nan, False),
        ("-9999", np.nan, False), (0, np.nan, False), ("s/d", np.nan, False), (None, np.nan, False),
    ],
)  # fmt: skip
def test_years_however_they_are_written(word, year, about):
    """In a date, approximate, or no year at all."""
    read = read_years(pd.Series([word], dtype=object))
    assert np.array_equal(read.values, [year], equal_nan=True)
    assert read.about.tolist() == [about]


def test_a_twin_never_beats_the_field_that_is_named(region):
    """The exact name goes before one of another case; alone, that is taken for it."""
    add(
        region,
        "protected",
        {"NAME": ["x", "y"], "name": ["a", "b"], "Class": ["I", "II"]},
        ending="geojson",
    )
    layers = read(region)
    assert features(layers)["name"].tolist() == ["a", "b"]
    assert features(layers)["class"].tolist() == ["I", "II"]
    assert said(layers) == [
        "Layer 'extra': 1 column renamed: Class -> class.",
        "Layer 'extra': columns not kept: NAME.",
    ]


def test_what_is_mapped_goes_before_the_files_own(region):
    """The file's own gives way under another name, and so does its twin."""
    columns = {
        "name": ["a", "b"],
        "class": ["I", "II"],
        "class_of_file": ["1", "2"],
        "use": ["u", "v"],
    }
    add(region, "protected", columns, 'columns = { class = "use" }')
    layers = read(region)
    assert features(layers)["class"].tolist() == ["u", "v"]
    assert "Layer 'extra': 1 column renamed: class -> class_of_file_2." in said(layers)


EVIDENCE = """
[override.porphyry_copper.evidence.chosen]
kind = "distance"
role = "protected"
where = {{ {} = ["1"] }}
label = "chosen"
expected = "any"
reason = "a test"
"""


@pytest.mark.parametrize("field", ["fid", "FID", "Geom", "trains", "NAME", "excluded"])
def test_fields_that_no_geopackage_holds_are_renamed_as_they_are_read(region, tmp_path, field):
    """An evidence may use one all the same; what is read can be written."""
    columns = {"name": ["a", "b"], field: [1, 2]}
    add(region, "protected", columns, EVIDENCE.format(field), ending="geojson")
    layers = read(region)
    kept = features(layers)
    assert f"{field}_of_file" in kept.columns
    assert f"Layer 'extra': 1 column renamed: {field} -> {field}_of_file." in said(layers)
    kept.to_file(tmp_path / "out.gpkg")
    assert len(gpd.read_file(tmp_path / "out.gpkg")) == 2


def test_a_field_called_geometry_does_not_meet_the_geometry(region):
    """In a GeoPackage the geometry may have another name."""
    add(region, "protected", {"name": ["a"]})
    table = gpd.read_file(region / "extra.gpkg").rename_geometry("shape").assign(geometry="square")
    table.to_file(region / "extra.gpkg")
    assert features(read(region)).geom_type.tolist() == ["Polygon"]


def test_types_of_deposits_that_no_deposit_model_names_are_told(region):
    """Those spelt much like one with the remedy, the others by their number."""
    deposits = gpd.read_file(region / "deposits.geojson")
    deposits.loc[:5, "deposit_type"] = "Porphyry copper "
    deposits.loc[6, "deposit_type"] = "tin"
    deposits.loc[7, "deposit_type"] = None
    deposits.to_file(region / "deposits.geojson", driver="GeoJSON")
    told = said(read(region), "deposits")
    assert told[-3:] == [
        "Layer 'deposits': 1 feature has no 'deposit_type'.",
        "Layer 'deposits': 6 deposits have types that no deposit model uses, but spelt much like "
        "porphyry_copper: Porphyry copper (6). They are not used for training. If you mean "
        "porphyry_copper, write it so.",
        "Layer 'deposits': deposit types that no deposit model uses (1 deposit): tin (1).",
    ]


def test_words_of_titles_are_not_shown(region):
    """A column that slipped may hold who somebody is."""
    columns = {
        "concession_id": ["a", "b"],
        "tenure_class": ["held"] * 2,
        "area_ha": ["12,5 ha", "Eva Rojas"],
    }
    add(region, "concessions", columns)
    layers = read(region)
    assert features(layers)["area_ha"].tolist()[0] == 12.5
    assert any(
        "1 value of 'area_ha' cannot be read as a number: not shown." in one for one in said(layers)
    )
    assert not any("Eva" in one for one in said(layers))


def test_a_file_that_says_nothing_of_verified_holds_verified_deposits(region):
    """As it would alone: beside a file that says so of each."""
    deposits = gpd.read_file(region / "deposits.geojson")
    half = len(deposits) // 2
    deposits[:half].assign(verified="no").to_file(region / "deposits.geojson", driver="GeoJSON")
    deposits[half:].to_file(region / "more.geojson", driver="GeoJSON")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write('\n[layers.more]\nrole = "deposits"\nfile = "more.geojson"\n')
    verified = read(region).vector("deposits").features["verified"]
    assert verified.dtype == bool
    assert verified.sum() == len(deposits) - half


def test_names_that_a_shapefile_cut_are_known_again():
    """`deposit_type` comes as `deposit_ty`; where two of ours would be cut to it, it is nobody's."""
    at = gpd.points_from_xy([0], [0])
    table = gpd.GeoDataFrame(
        {"name": ["a"], "deposit_ty": ["b"], "DISCOVERY_": [1990]}, geometry=at
    )
    _, renamed = named_apart(table, ["name", "deposit_type", "discovery_year"], [])
    assert renamed == {"deposit_ty": "deposit_type", "DISCOVERY_": "discovery_year"}
    _, renamed = named_apart(table, ["discovery_year", "discovery_text"], [])
    assert renamed == {}


def test_an_operator_is_named_only_if_a_company(region):
    """A person's pond has a private holder."""
    columns = {"operator": ["Minera Uno S.A.", "Eva Lopez", None], "tonnage_mt": ["1,5", "", "2"]}
    add(region, "tailings", columns)
    table = features(read(region))
    assert table["operator"].tolist() == ["Minera Uno S.A.", "private holder", ""]
    assert table["tonnage_mt"].isna().tolist() == [False, True, False]


def test_a_tolerance_that_repeats_is_no_code_for_missing_data(region):
    """People choose it: ten ellipses that may lie 10 km off are no error."""
    metres = [300.0, 500.0, 1000.0, 1500.0, 2000.0, 3000.0, *[10_000.0] * 4]
    add(region, "towns", {"name": list("abcdefghij"), "tolerance_m": metres})
    assert said(read(region)) == []
    again = region.parent / "again"
    region.rename(again)
    text = (again / "region.toml").read_text("utf-8")
    (again / "region.toml").write_text(
        text + 'columns = { inhabitants = "tolerance_m" }\n', "utf-8"
    )
    [sentence_of_others] = [words for words in said(read(again)) if "far from all others" in words]
    assert "'inhabitants'" in sentence_of_others


def test_classes_in_several_spellings_are_told(region):
    """Each way counts as a class of its own; codes, in which capitals may matter, are left alone."""
    columns = {
        "class": ["Granite", "GRANITE ", "granite", "tuff", None],
        "code": ["Kd", "KD", "Js", "JS", "x"],
    }
    add(region, "geology", columns)
    told = "GRANITE (1), Granite (1), granite (1)"
    assert said(read(region)) == [
        f"Layer 'extra': 3 features have a class of 'class' that is spelled in several ways: {told}. "
        "Each counts as a class of its own: list all of them in where, or correct the layer."
    ]


def test_empty_classes_that_an_evidence_asks_for_are_told(region):
    """A feature without a class may be of any; where no evidence asks, nothing is said."""
    add(region, "geology", {"class": ["granite", None, " ", "tuff"], "lithology": [None] * 4})
    assert said(read(region)) == []
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(
            "[override.porphyry_copper.evidence.granite]\nkind = 'distance'\nrole = 'geology'\n"
            "where = { class = ['granite'] }\nlabel = 'to granite'\nexpected = 'any'\nreason = 'x'\n"
        )
    [told] = said(read(region))
    assert told.startswith(
        "Layer 'extra': 2 of 4 features have no 'class', which the deposit models ask for"
    )
