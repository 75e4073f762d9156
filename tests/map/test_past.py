"""The payload's back-tests say what the run's record says."""

from copy import deepcopy

import pytest
from plain_payload import plain_payload
from pydantic import ValidationError

from prospector.map.past import past_of
from prospector.map.payload_schema import MapPayload
from prospector.numerals import percentile_tenths


@pytest.fixture(scope="module")
def copper(atacama_screening):
    """The learned model of the shipped region, which names three years."""
    return atacama_screening.rankings["porphyry_copper"]


def test_every_year_that_the_run_computed_is_a_stop_and_no_other(copper):
    """In the order of the region."""
    tests = past_of(copper)["tests"]
    assert [test["before"] for test in tests] == [test.found.before for test in copper.backtests]


def test_each_find_is_the_records_by_name_year_and_percentile(copper):
    """To the decimal that the record has, never higher than it is."""
    past = past_of(copper)
    for test, backtest in zip(past["tests"], copper.backtests, strict=True):
        said = sorted(
            (
                past["deposits"][one["deposit"]]["year"],
                past["deposits"][one["deposit"]]["name"],
                one["nearest_km"],
            )
            for one in test["found"]
        )
        table = backtest.table()
        assert said == [
            (row["year"], row["name"], row["nearest_km"]) for row in table.to_dict("records")
        ]
        tenths = sorted(percentile_tenths(100 * one["percentile"]) for one in test["found"])
        assert tenths == sorted(table["percentile"])


def test_known_found_and_undated_are_all_that_train(copper):
    """Nothing is left out: every usable deposit is one of the three."""
    past = past_of(copper)
    years = [deposit["year"] for deposit in past["deposits"]]
    for test in past["tests"]:
        before = sum(year is not None and year < test["before"] for year in years)
        assert before == test["n_training"]
        assert years.count(None) == test["n_undated"]
        assert before + len(test["found"]) + test["n_undated"] == len(years)


def test_finds_in_the_best_twentieth_are_the_captures_of_the_record(copper):
    """What the page counts from percentiles is what the validation counted."""
    for test, backtest in zip(past_of(copper)["tests"], copper.backtests, strict=True):
        [group] = [one for one in backtest.found.groups if one.ground == "all"]
        [best] = [one for one in group.captures if one.area == 0.05]
        assert sum(one["percentile"] >= 0.95 for one in test["found"]) == round(
            best.captured * group.n
        )


def test_a_model_without_a_back_test_has_none(atacama_screening):
    """Nothing is learned of brines."""
    assert past_of(atacama_screening.rankings["lithium_brine"]) is None


def test_a_find_that_is_no_deposit_is_refused(atacama_screening):
    """With its year in what is said."""
    payload = deepcopy(plain_payload(atacama_screening))
    [model] = [one for one in payload["models"] if one["past"]]
    model["past"]["tests"][0]["found"][0]["deposit"] = 999
    with pytest.raises(ValidationError, match="back-test before 1970: deposit 999 is none"):
        MapPayload.model_validate(payload)
