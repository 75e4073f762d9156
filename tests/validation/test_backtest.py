"""Back-test by discovery year: who trains, who is tested, what so few allow to say."""

import json

import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin

from prospector.errors import ModelError
from prospector.validation import Sample
from prospector.validation.backtest import backtest

KM = 1000.0


class FirstEvidence(ClassifierMixin, BaseEstimator):
    """Scores by the first evidence, and remembers how many deposits it was fitted to."""

    def fit(self, X, y):
        self.n_positive_ = int(np.sum(y))
        return self

    def decision_function(self, X):
        return X[:, 0]


def found(years, evidence, east_km):
    """Return deposits on a line, and 100 background places of evidence 0.5, 1.5 .. 99.5 at 500 km."""
    n = len(years)
    at = np.column_stack([np.asarray(east_km) * KM, np.zeros(n)])
    ground = np.arange(100.0)[:, None] + 0.5
    drawn = Sample(
        np.asarray(evidence, float)[:, None], at, np.arange(n), ground,
        np.column_stack([np.full(100, 500 * KM), np.arange(100.0) * KM]),
    )  # fmt: skip
    return drawn, np.asarray(years, float)


EARLY = [1950] * 10
"""Ten deposits that train, at 0 km."""


def test_percentile_distance_and_ground_by_hand():
    """Later ones 15 and 60 km off, with evidence 97 and 40: 0.97 brownfield, 0.40 new ground."""
    drawn, year = found([*EARLY, 1985, 1990], [50] * 10 + [97, 40], [0] * 10 + [15, 60])
    result = backtest(FirstEvidence(), drawn, year, 1980)
    first, second = result.discoveries
    assert (first.deposit, first.year, first.percentile, first.nearest_m) == (10, 1985, 0.97, 15e3)
    assert (second.deposit, second.percentile, second.nearest_m) == (11, 0.4, 60e3)
    assert (first.brownfield, second.brownfield) == (True, False)
    assert first.percentile_by_distance == second.percentile_by_distance == 1.0
    assert [(one.ground, one.n) for one in result.groups] == [
        ("all", 2), ("brownfield", 1), ("new ground", 1),
    ]  # fmt: skip


def test_capture_of_few_has_the_exact_interval():
    """Percentiles 0.97 and 0.40: none in 1 %, one of two in 5 %: 0.013 to 0.987."""
    drawn, year = found([*EARLY, 1985, 1990], [50] * 10 + [97, 40], [0] * 10 + [15, 60])
    one, five, *_ = backtest(FirstEvidence(), drawn, year, 1980).groups[0].captures
    assert (one.captured, one.low) == (0, 0)
    assert (five.captured, five.low, five.high) == (0.5, 0.0126, 0.9874)


def test_the_year_itself_is_tested_and_earlier_ones_are_not():
    """Found in 1980, before 1980: it is later."""
    drawn, year = found([*EARLY, 1980, 1979], [50] * 12, [0] * 12)
    result = backtest(FirstEvidence(), drawn, year, 1980)
    assert [one.deposit for one in result.discoveries] == [10]
    assert result.n_training == 11


@pytest.mark.parametrize(("undated", "n_training"), [("train", 12), ("leave", 10)])
def test_undated_deposits_train_or_leave_as_stated_and_are_never_tested(undated, n_training):
    """Two undated ones: 30 km west of the later deposit, which is then brownfield or not."""
    drawn, year = found([*EARLY, np.nan, np.nan, 1990], [50] * 13, [0] * 10 + [90, 95, 100])
    result = backtest(FirstEvidence(), drawn, year, 1980, undated=undated)
    assert (result.n_training, result.n_undated, result.undated) == (n_training, 2, undated)
    assert [one.deposit for one in result.discoveries] == [12]
    assert result.discoveries[0].brownfield == (undated == "train")


def test_no_auc_below_ten_later_deposits():
    """Nine have none; ten have the mean percentile with an interval."""
    evidence = [50] * 10 + list(range(10, 100, 10))
    drawn, year = found([*EARLY, *[1990] * 9], evidence, [0] * 19)
    assert backtest(FirstEvidence(), drawn, year, 1980).groups[0].auc is None
    drawn, year = found([*EARLY, *[1990] * 10], [*evidence, 100], [0] * 20)
    group = backtest(FirstEvidence(), drawn, year, 1980).groups[0]
    assert group.auc == pytest.approx(0.55)
    assert group.auc_interval[0] < 0.55 < group.auc_interval[1]


def test_fewer_than_ten_to_train_on_are_refused():
    """The message says how many there are and what to do."""
    drawn, year = found([*EARLY[1:], 1990], [50] * 10, [0] * 10)
    with pytest.raises(ModelError, match=r"before 1980: 9 deposits .* Take a later year"):
        backtest(FirstEvidence(), drawn, year, 1980)


def test_nothing_found_since_is_an_empty_result_ready_for_json():
    """Groups of none, no capture."""
    drawn, year = found(EARLY, [50] * 10, [0] * 10)
    record = backtest(FirstEvidence(), drawn, year, 1980).as_record()
    assert json.loads(json.dumps(record))["groups"][0] == {
        "ground": "all", "n": 0, "captures": [], "auc": None, "auc_interval": None,
    }  # fmt: skip
