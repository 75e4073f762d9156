"""Columns that evidence reads as numbers or classes: as people write them, and told what was not read."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from prospector.errors import ModelError
from prospector.evidence import evidence_unit
from prospector.evidence.attributes import numbers_of
from prospector.evidence.features import choose
from prospector.evidence.kind import known_kinds, validate_parameters
from prospector.grid import cells
from prospector.screening.check import check
from prospector.screening.steps import screen
from prospector.words.language import sentence
from tests.evidence.test_evidence import evidence, layers, vector
from tests.evidence.test_evidence_kinds import NINE

AT = [shapely.Point(x, 1500) for x in (500, 1500, 2500)]


def contents(words, column="cu_ppm", **parameters):
    """The evidence in the middle row of nine cells, a sample in the middle of each."""
    samples = vector("geochemistry", AT, **{column: words})
    values, _ = evidence(
        "geochemistry",
        [samples],
        cells(NINE),
        role="geochemistry",
        column=column,
        least=1,
        within_m=900.0,
        **parameters,
    )
    return values.reshape(3, 3)[1]


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        (["7", "<2", "3,5"], [7, 1, 3.5]),
        (["7", "-2", ">10000"], [7, 1, 10000]),
        (["7 ppm", "0.1 %", "ND"], [7, 1000, np.nan]),
        ([20.0, 25.0, -9999.0], [20, 25, np.nan]),
        (["20", "25", "<9999"], [20, 25, np.nan]),
    ],
)
def test_contents_are_read_as_people_write_them(words, wanted):
    """Half a limit of detection, an upper limit itself; no code of missing data becomes a grade."""
    np.testing.assert_allclose(contents(words, transform="none"), wanted)
    np.testing.assert_allclose(contents(words), np.log(wanted))


def test_each_file_of_a_joined_layer_is_read_by_itself():
    """One has decimal commas, the other decimal points."""
    first = vector("geochemistry", AT[:2], cu_ppm=["1,234", "2,5"])
    second = vector("geochemistry", AT[2:], cu_ppm=["1.234"])
    both = layers(first, second).vector("geochemistry")
    assert numbers_of(both, "cu_ppm", assay=True).values.tolist() == [1.234, 2.5, 1.234]


def test_files_in_units_that_differ_are_refused():
    """Where the name of the column says none."""
    first = vector("geochemistry", AT[:2], cu=["1 %", "2 %"])
    second = vector("geochemistry", AT[2:], cu=["300 ppm"])
    with pytest.raises(ModelError, match=r"numbers of several units \(%, ppm\)"):
        numbers_of(layers(first, second).vector("geochemistry"), "cu", assay=True)
    with pytest.raises(ModelError, match=r"numbers in % \(1\), ppm \(1\) and 1 without a unit"):
        contents(["1 %", "300 ppm", "5"], column="cu")


def test_a_log_ratio_takes_its_parts_in_one_unit():
    """Copper in ppm beside iron in percent."""
    samples = vector("geochemistry", AT, cu_ppm=[10.0, 20.0, 40.0], fe_pct=[0.1, 0.05, 0.025])
    values, _ = evidence(
        "geochemistry", [samples], cells(NINE), role="geochemistry", column="cu_ppm", least=1,
        within_m=900.0, transform="clr", parts=["cu_ppm", "fe_pct"],
    )  # fmt: skip
    wanted = 0.5 * np.log([10 / 1000, 20 / 500, 40 / 250])
    np.testing.assert_allclose(values.reshape(3, 3)[1], wanted)


@pytest.mark.parametrize(
    ("parameters", "unit"),
    [
        ({"transform": "none"}, "ppm"),
        ({}, "ln(ppm)"),
        ({"statistic": "spread"}, "ln"),
        ({"transform": "clr", "parts": ["cu_ppm", "fe"]}, "clr"),
    ],
)
def test_the_unit_says_what_the_values_are(parameters, unit):
    """A logarithm is no ppm."""
    samples = vector("geochemistry", AT, cu_ppm=[1.0, 2.0, 3.0], fe=[1.0, 2.0, 3.0])
    keys = {"role": "geochemistry", "column": "cu_ppm", "within_m": 900.0, **parameters}
    read = validate_parameters("geochemistry", keys, where="here")
    assert evidence_unit("geochemistry", layers(samples), parameters=read) == unit


@pytest.mark.parametrize(
    "codes", [[1, 2, 3], [1.0, 2.0, np.nan], ["1", "2", None], ["1.0", " 2", ""]]
)
@pytest.mark.parametrize("asked", ["1", 1, 1.0])
def test_codes_are_chosen_as_whole_numbers_or_words(codes, asked):
    """One class, however file and deposit model write it."""
    rocks = vector("volcanoes", AT, code=codes)
    assert len(choose(layers(rocks), "volcanoes", {"code": [asked]}).shapes) == 1


def test_a_class_that_matches_nothing_names_those_that_there_are():
    """Ten at most."""
    rocks = vector("volcanoes", AT, code=["Kd", "Jv", "Tc"])
    with pytest.raises(ModelError, match=r"no feature meets .*'code' holds: Jv, Kd, Tc\."):
        choose(layers(rocks), "volcanoes", {"code": ["kd"]})


# places ----------------------------------------------------------------------------------------


def told_of(kind, samples, keys):
    read = validate_parameters(kind, keys, where="here")
    return known_kinds()[kind].notices(layers(samples), read)


def of_places(at, values, **parameters):
    """The evidence at the first place, and what is told of the samples."""
    samples = vector("geochemistry", [shapely.Point(x, 1500) for x in at], cu_ppm=values)
    keys = {
        "role": "geochemistry",
        "column": "cu_ppm",
        "within_m": 5000.0,
        "least": 1,
        **parameters,
    }
    found, _ = evidence("geochemistry", [samples], cells(NINE), **keys)
    told = told_of("geochemistry", samples, keys)
    return found.reshape(3, 3)[1], [
        notice for notice in told if notice.code == "samples-at-one-place"
    ]


@pytest.mark.parametrize(
    ("transform", "wanted", "how"),
    [("none", 50.5, "mean-of-values"), ("log", np.log(10), "mean-of-logarithms")],
)
def test_samples_of_one_place_count_as_one_and_are_told(transform, wanted, how):
    """1 and 100 ppm at one place: their mean, and a single sample of the two that are asked for."""
    found, (told,) = of_places(
        [500, 500, 2500], [1.0, 100.0, 7.0], transform=transform, neighbours=1
    )
    np.testing.assert_allclose(found[0], wanted)
    assert (told.count, told.value("samples"), told.value("how").code) == (1, 2, how)
    assert "1 place has 2 samples with a value of 'cu_ppm'" in sentence(told)
    alone, _ = of_places([500, 500], [1.0, 100.0], least=2)
    assert np.isnan(alone).all()


def test_samples_of_places_of_their_own_are_not_told():
    """One without a value at the place of another is none."""
    assert of_places([500, 1500, 2500], [1.0, 2.0, 3.0])[1] == []
    assert of_places([500, 500, 2500], [1.0, np.nan, 3.0])[1] == []


def test_of_ages_at_one_place_the_first_counts_and_is_told():
    """Sixty million years here and twenty there; equal ones are not told."""
    keys = {"role": "dated_samples", "column": "age_ma", "within_m": 900.0}
    for ages, told in (([60.0, 20.0], 1), ([20.0, 60.0], 1), ([20.0, 20.0], None)):
        dated = vector("dated_samples", [shapely.Point(500, 1500)] * 2, age_ma=ages)
        found, _ = evidence("nearest_attribute", [dated], cells(NINE), **keys)
        assert found.reshape(3, 3)[1, 0] == ages[0]
        counts = {notice.code: notice.count for notice in told_of("nearest_attribute", dated, keys)}
        assert counts.get("values-at-one-place") == told


# in a region -----------------------------------------------------------------------------------

COPPER = """
[layers.samples]
role = "geochemistry"
file = "samples.gpkg"
missing = [7777]

[override.{model}.evidence.copper]
kind = "geochemistry"
role = "geochemistry"
column = "cu_ppm"
within_m = 15000
label = "Copper"
expected = "increasing"
reason = "test"
{more}
"""


def with_copper(region, words, model="porphyry_copper", more=""):
    """Give the planted region samples each 8 km, of which the first have these words."""
    east, north = (
        v.ravel() for v in np.meshgrid(*(o + 8000.0 * np.arange(26) for o in (4e5, 7.2e6)))
    )
    values = [f"{20 + 5 * share:.1f}" for share in np.random.default_rng(1).random(east.size)]
    values[: len(words)] = words
    points = gpd.points_from_xy(east, north)
    gpd.GeoDataFrame({"cu_ppm": values}, geometry=points, crs="EPSG:32719").to_file(
        region / "samples.gpkg"
    )
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(COPPER.format(model=model, more=more))


def test_check_tells_what_an_evidence_does_not_read(region):
    """By column, with the first words seen, once however many deposit models use it."""
    with_copper(region, ["-9999"] * 3 + ["<5", ">10000", "ND", "7777", "rock", "0"])
    _, notices = check(region)
    said = [sentence(notice) for notice in notices if notice.value("column") == "cu_ppm"]
    assert sorted(said) == [
        "Layer 'samples': 1 value of 'cu_ppm' cannot be read as a number: rock (1).",
        "Layer 'samples': 1 value of 'cu_ppm' is 0, has no logarithm and is left out.",
        "Layer 'samples': 1 value of 'cu_ppm' is above an upper limit and read as that limit: 10000 (1).",
        "Layer 'samples': 1 value of 'cu_ppm' is below or above a limit that is not stated, so it has no "
        "number: ND (1).",
        "Layer 'samples': 1 value of 'cu_ppm' is given as below a limit: 5 (1).",
        "Layer 'samples': 4 values of 'cu_ppm' are codes or words for missing data: -9999 (3), 7777 (1).",
    ]


def test_a_membership_is_in_the_unit_of_the_column(region):
    """24 ppm is full, not exp(24): the highest grades score, the lowest do not, and there are targets."""
    more = "membership = { full = 24, none = 21 }\n[override.porphyry_copper.estimator]\nname = 'fuzzy'\n"
    more += "evidence = ['copper']\nleast_evidence = 1\n"
    with_copper(region, [], more=more)
    done = screen(region, deposit_models=["porphyry_copper"], quick=True, workers=1)
    ranking = done.rankings["porphyry_copper"]
    score = ranking.score.values
    assert len(ranking.targets) > 0
    assert np.nanmin(score) < 0.1
    assert np.nanmax(score) > 0.9


def test_a_membership_without_a_logarithm_drops_the_evidence(region):
    """With the reason, before anything is computed."""
    with_copper(region, [], more="membership = { full = 24, none = 0 }")
    _, notices = check(region)
    dropped = [sentence(n) for n in notices if n.value("evidence") == "copper"]
    assert dropped == [
        "porphyry_copper: evidence layer 'Copper' not used: 0 has no logarithm; a membership of 'cu_ppm' is "
        "in its unit, above 0."
    ]
