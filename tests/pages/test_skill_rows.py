"""Tables of skill, from records with known figures."""

from prospector.pages.skill_rows import captures, density, divisions, draws
from prospector.words.language import language

ENGLISH, SPANISH = language("en"), language("es")


def test_what_was_not_measured_is_empty():
    """A record of fewer keys gives fewer tables, and no error."""
    for skill in (
        {},
        {"captures": None, "divisions": None, "draws": None, "prediction_area": None},
    ):
        assert captures(skill, ENGLISH) == divisions(skill, ENGLISH) == []
        assert draws(skill, ENGLISH) is density(skill, ENGLISH) is None


def test_captures_stand_beside_their_null():
    """Shares as percentages, with the interval."""
    one = {"area_share": 0.05, "captured": 0.324, "interval": [0.076, 0.593], "null_p95": 0.41}
    assert captures({"captures": [one]}, ENGLISH) == [
        {"area": "5", "caught": "32", "interval": "8\u201359", "null": "41"}
    ]


def test_a_division_that_was_not_tested_says_why():
    """No figure, and the reason."""
    one = dict.fromkeys(("auc", "interval", "wasserstein_m", "null_p95", "p_value", "n_tested"))
    one |= {"folds": "leave one belt out", "untested": "the deposits carry no belt"}
    row = divisions({"divisions": [one]}, ENGLISH)[0]
    assert (row["auc"], row["untested"]) == ("", "the deposits carry no belt")
    assert row["coin"] is False


def test_an_interval_that_reaches_a_coin_is_marked():
    """From one half downwards."""
    one = {
        "folds": "a",
        "untested": None,
        "n_tested": 7,
        "wasserstein_m": 1.0,
        "null_p95": 0.8,
        "p_value": 0.5,
    }
    rows = [one | {"auc": 0.6, "interval": ends} for ends in ([0.5, 0.7], [0.51, 0.7])]
    assert [row["coin"] for row in divisions({"divisions": rows}, ENGLISH)] == [True, False]


def test_draws_span_their_least_and_greatest():
    """With the decimal mark of the language; one draw says nothing."""
    found = [{"auc": 0.83, "p_value": 0.21}, {"auc": 0.81, "p_value": 0.4}]
    assert draws({"draws": found}, SPANISH) == {
        "n": "2", "auc": "0,81\u20130,83", "p": "0,21\u20130,40"
    }  # fmt: skip
    assert draws({"draws": found[:1]}, SPANISH) is None


def test_density_is_told_beside_its_null():
    """Where the curves cross."""
    found = {"area_share": 0.2, "found_share": 0.8, "density": 4.0, "density_null_p95": 3.5}
    assert density({"prediction_area": found}, ENGLISH) == {
        "area": "20", "caught": "80", "density": "4.00", "null": "3.50"
    }  # fmt: skip
