"""Codes of geological maps become classes, and what does not is listed."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from prospector.errors import LayerError, RegionError
from prospector.layers.roles import ROLES
from prospector.sources.codes import classed, load_scheme, part_of, scheme_names
from prospector.sources.codes.classes import CLASS_COLUMNS
from prospector.sources.codes.rocks import rock_class


def chile(*codes: str) -> pd.DataFrame:
    table = pd.DataFrame({"CD_GEOL": list(codes)})
    return classed(table, load_scheme("chile_1m"), {"code": "CD_GEOL"}).table


@pytest.mark.parametrize(
    ("code", "rock", "oldest", "youngest"),
    [
        ("J3i", "volcanic", 201.4, 145.0),
        ("Kia1c", "sedimentary", 145.0, 100.5),
        ("Ks2m", "volcanosedimentary", 100.5, 66.0),
        ("Pz4a", "metamorphic", 538.8, 251.902),
        ("Kiag", "intrusive", 145.0, 100.5),
        ("Jsg4", "intrusive", 161.5, 145.0),
        ("EOp", "intrusive", 42.0, 31.0),
        ("Ksh", "intrusive", 100.5, 66.0),
        ("Mimg", "intrusive", 23.03, 11.63),
        ("pCO4", "metamorphic", 4567.0, 443.8),
        ("Og", "intrusive", 33.0, 24.0),
        ("Q1g2", "sedimentary", 2.58, 0.0),
        ("Qa", "sedimentary", 2.58, 0.0),
    ],
)
def test_a_code_of_chile_says_rock_and_age(
    code: str, rock: str, oldest: float, youngest: float
) -> None:
    """Letters of the age, then the mark; a unit that the survey describes has its own ages."""
    row = chile(code).iloc[0]
    assert (row["rock_class"], row["age_max_ma"], row["age_min_ma"]) == (rock, oldest, youngest)
    assert row["age_ma"] == pytest.approx((oldest + youngest) / 2)


def test_porphyries_of_chile_say_so() -> None:
    """Marks p and h."""
    assert chile("EOp", "Ksh", "Kiag")["lithology"].fillna("").str.startswith(
        "porphyry"
    ).tolist() == [
        True,
        True,
        False,
    ]


@pytest.mark.parametrize("code", ["", "MQs", "Zz3", "J", "J5", "3i", "j3i"])
def test_a_code_without_a_meaning_has_no_class(code: str) -> None:
    """A letter more or less, or another case, is another code."""
    assert chile(code)["rock_class"].isna().all()


@pytest.mark.parametrize(
    ("code", "rock"),
    [
        ("Cv", "volcanic"), ("Qv", "volcanic"), ("Mv", "volcanic"), ("Pv", "volcanic"),
        ("PZv", "volcanic"), ("MCi", "intrusive"), ("PMi", "intrusive"), ("Mm", "metamorphic"),
        ("PZm", "metamorphic"), ("U", "not surveyed"), ("K", "undivided"), ("C", "undivided"),
    ],
)  # fmt: skip
def test_letters_of_south_america_say_the_rock(code: str, rock: str) -> None:
    """An age alone does not: undivided."""
    done = classed(pd.DataFrame({"GLG": [code]}), load_scheme("usgs_glg"), {"code": "GLG"})
    assert done.table["rock_class"].tolist() == [rock]


def test_a_letter_means_what_stands_with_it() -> None:
    """C is Carboniferous, Cv Cretaceous to Tertiary."""
    done = classed(pd.DataFrame({"GLG": ["C", "Cv"]}), load_scheme("usgs_glg"), {"code": "GLG"})
    assert done.table["age_max_ma"].tolist() == [358.9, 145.0]


def test_ages_and_rocks_of_argentina_are_read_from_their_words() -> None:
    """Older and younger age, and the description."""
    units = pd.DataFrame(
        {
            "edad_inf": ["Jurásico Medio", "Ordovícico", "Mioceno superior"],
            "edad_sup": ["Cretácico Inferior", "Silúrico?", "Plioceno"],
            "descrip_litologica": [
                "Andesitas y basaltos, brechas",
                "Granitos, granodioritas y diques andesíticos",
                "Rocas varias",
            ],
        }
    )
    reads = {"oldest": "edad_inf", "youngest": "edad_sup", "lithology": "descrip_litologica"}
    done = classed(units, load_scheme("segemar_250k"), reads)
    assert done.table["rock_class"].fillna("").tolist() == ["volcanic", "intrusive", ""]
    assert done.table["age_max_ma"].tolist() == [174.7, 485.4, 11.63]
    assert done.table["age_min_ma"].tolist() == [100.5, 419.2, 2.58]
    assert [(miss.value, miss.lacks, miss.count) for miss in done.unmapped] == [
        ("Rocas varias", "class", 1)
    ]


@pytest.mark.parametrize(
    ("words", "rock"),
    [
        ("Areniscas, conglomerados y lutitas", "sedimentary"),
        ("Arenisca tobácea", "sedimentary"),
        ("Tobas e ignimbritas riolíticas", "volcanic"),
        ("Areniscas y tobas", "volcanosedimentary"),
        ("Depósitos volcaniclásticos", "volcanosedimentary"),
        ("Pórfidos dacíticos", "intrusive"),
        ("Metareniscas y metavolcanitas", "metamorphic"),
        ("Esquistos y granitos", "mixed"),
        ("Granitos con xenolitos de esquistos", "intrusive"),
        ("Andesite lava and breccia", "volcanic"),
        ("Depósitos metalíferos", None),
        ("", None),
    ],
)
def test_words_say_the_class(words: str, rock: str | None) -> None:
    """Nouns do, adjectives do not."""
    assert rock_class(words) == rock


def test_what_is_not_mapped_is_listed_with_its_rows() -> None:
    """Most rows first, class and age apart."""
    table = pd.DataFrame({"CD_GEOL": ["XX", "J3i", "XX", "Pg", None]})
    done = classed(table, load_scheme("chile_1m"), {"code": "CD_GEOL"})
    assert [(miss.value, miss.lacks, miss.count) for miss in done.unmapped] == [
        ("XX", "class", 2),
        ("XX", "age", 2),
        ("", "class", 1),
        ("", "age", 1),
        ("Pg", "age", 1),
    ]
    assert done.counts == {"": 3, "volcanic": 1, "intrusive": 1}


def test_rows_keep_their_order_and_their_geometry() -> None:
    """A table of features stays one, with the same index."""
    points = [shapely.Point(place, 0) for place in range(3)]
    units = gpd.GeoDataFrame({"CD_GEOL": ["Eg", "J3i", "Eg"]}, geometry=points, crs="EPSG:4326")
    units.index = pd.Index([7, 3, 5])
    done = classed(units, load_scheme("chile_1m"), {"code": "CD_GEOL"})
    assert isinstance(done.table, gpd.GeoDataFrame)
    assert list(done.table.index) == [7, 3, 5]
    intrusive = part_of(done.table, {"rock_class": ["intrusive"]})
    assert list(intrusive.index) == [7, 5]
    assert intrusive.crs == units.crs
    assert list(units.columns) == ["CD_GEOL", "geometry"]


def test_columns_are_those_that_the_role_geology_keeps() -> None:
    """All but the class of the rock, which deposit models name themselves."""
    known = {*ROLES["geology"].known, "rock_class"}
    assert set(CLASS_COLUMNS) <= known


def test_faults_of_a_call_say_what_there_is() -> None:
    """A wrong field, a wrong input, a class that is there already, a scheme that is not."""
    table = pd.DataFrame({"CD_GEOL": ["J3i"], "rock_class": ["volcanic"]})
    scheme = load_scheme("chile_1m")
    with pytest.raises(LayerError, match=r"No column 'CD_GEO'.*Did you mean 'CD_GEOL'"):
        classed(table, scheme, {"code": "CD_GEO"})
    with pytest.raises(LayerError, match=r"'chile_1m' reads code, not 'age'"):
        classed(table, scheme, {"age": "CD_GEOL"})
    with pytest.raises(LayerError, match=r"'chile_1m' reads code, but there is no 'code'"):
        classed(table, scheme, {})
    with pytest.raises(LayerError, match=r"Column 'rock_class' already exists"):
        classed(table, scheme, {"code": "CD_GEOL"})
    with pytest.raises(
        RegionError, match=r"Unknown scheme of codes 'chile1m'. Did you mean 'chile_1m'"
    ):
        load_scheme("chile1m")


@pytest.mark.parametrize("name", scheme_names())
def test_every_age_of_a_scheme_is_a_name_that_the_chart_knows(name: str) -> None:
    """A scheme that misspells an age would leave it empty."""
    from prospector.sources.codes import age_range

    scheme = load_scheme(name)
    named = [*scheme.ages.values(), *(entry.age for entry in scheme.codes.values() if entry.age)]
    assert not [age for age in named if age_range(age) is None]


OWN_SCHEME = """
title = "Our map"
citation = "Survey 2020"
reads = ["code"]
grammar = "(?P<age>[A-Z]+)(?P<mark>[sv])"

[ages]
J = "Late Jurassic"

[marks]
s = { rock_class = "sedimentary" }
v = { rock_class = "volcanic" }

[codes]
12 = { rock_class = "intrusive", age = "Miocene" }
"""


def test_a_scheme_of_a_user_s_own_is_a_file(tmp_path):
    """Named by its path; whole numbers are codes, too."""
    file = tmp_path / "ours.toml"
    file.write_text(OWN_SCHEME, "utf-8")
    scheme = load_scheme(str(file))
    letters = classed(pd.DataFrame({"C": ["Jv", "Js", "12"]}), scheme, {"code": "C"})
    assert letters.table["rock_class"].tolist() == ["volcanic", "sedimentary", "intrusive"]
    numbers = classed(pd.DataFrame({"C": [12.0, float("nan")]}), scheme, {"code": "C"})
    assert numbers.table["rock_class"].fillna("").tolist() == ["intrusive", ""]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"Late Jurassic"', '"Late Jurasic"', r"'Late Jurasic' is not a known geological age"),
        ('"volcanic"', '"lava"', r"marks.v.rock_class"),
        ("(?P<age>[A-Z]+)", "(?P<era>[A-Z]+)", r"'grammar'.*must have the groups age"),
        ("(?P<age>[A-Z]+)", "(?P<age>([A-Z]+)+)", r"'grammar'.*without a repeat of a repeat"),
        ("(?P<age>[A-Z]+)", "(?P<age>[A-Z]+", r"'grammar'.*must be a regular expression"),
        ('reads = ["code"]', 'reads = ["colour"]', r"'reads'"),
    ],
)
def test_faults_of_an_own_scheme_name_file_and_key(tmp_path, old, new, message):
    """As those of any file do."""
    assert old in OWN_SCHEME
    file = tmp_path / "ours.toml"
    file.write_text(OWN_SCHEME.replace(old, new), "utf-8")
    with pytest.raises(RegionError, match=rf"ours.toml.*{message}"):
        load_scheme(str(file))
