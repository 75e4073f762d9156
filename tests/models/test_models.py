"""Estimators."""

import json

import numpy as np
import pytest
from sklearn.naive_bayes import GaussianNB
from sklearn.utils.estimator_checks import check_estimator

from prospector.errors import ModelError
from prospector.models import (
    FuzzyOverlay,
    Membership,
    PresenceBoosting,
    SquaredLogistic,
    known,
    known_estimators,
    make_estimator,
    register_estimator,
)
from prospector.models.boosting import boosting
from prospector.models.fitted import Fitted, from_figures, readable

LEARNING = ("logistic", "forest", "boosting", "weights-of-evidence")


def planted(seed=0, n_deposits=60, n_background=800):
    """Deposits where the first evidence is high and the second low; the third says nothing."""
    random = np.random.default_rng(seed)
    positive = random.normal([1.2, -1.2, 0.0], 1.0, (n_deposits, 3))
    return positive, random.normal(0, 1, (n_background, 3))


def test_squared_logistic_passes_scikit_learns_own_checks():
    """A skipped check is only skipped for an absent library."""
    results = check_estimator(SquaredLogistic(), on_fail=None, on_skip=None)
    assert [one["check_name"] for one in results if one["status"] == "failed"] == []


def test_a_peak_in_the_middle_is_found_by_the_squared_term():
    """Deposits at medium values: the best score lies there."""
    random = np.random.default_rng(0)
    positive, background = random.normal(0, 0.3, (200, 1)), random.normal(0, 2, (200, 1))
    labels = np.repeat([1, 0], 200)
    model = SquaredLogistic().fit(np.vstack([positive, background]), labels)
    score = model.predict_proba([[-3.0], [0.0], [3.0]])[:, 1]
    assert score[1] > 0.7 > 0.3 > score[0]
    assert score[1] > score[2]


def test_duplicated_rows_do_not_change_a_fit_of_equal_weight():
    """Twice the rows with half the weight is the same fit."""
    random = np.random.default_rng(1)
    rows, labels = random.normal(size=(80, 2)), np.repeat([1, 0], 40)
    once = SquaredLogistic().fit(rows, labels, sample_weight=np.ones(80))
    twice = SquaredLogistic().fit(
        np.vstack([rows, rows]), np.tile(labels, 2), sample_weight=np.full(160, 0.5)
    )
    np.testing.assert_allclose(once.coef_, twice.coef_, atol=1e-4)


def test_gamma_joins_product_and_sum():
    """Memberships 0.5 and 0.5: product 0.25, sum 0.75, gamma 0.5 their geometric mean."""
    half = Membership(full=1, none=0)
    rows = np.array([[0.5, 0.5]])
    for gamma, expected in ((0.0, 0.25), (1.0, 0.75), (0.5, np.sqrt(0.25 * 0.75))):
        overlay = FuzzyOverlay((half, half), gamma=gamma).fit(rows)
        assert overlay.predict_score(rows)[0] == pytest.approx(expected)


def test_fitted_figures_return():
    """What run.json holds computes the same score and the same parts; missing evidence has none."""
    random = np.random.default_rng(2)
    rows, labels = random.normal(size=(60, 3)), np.repeat([1, 0], 30)
    fitted = Fitted.of("logistic", SquaredLogistic().fit(rows, labels), rows, "d")
    again = from_figures(json.loads(json.dumps(fitted.figures())))
    np.testing.assert_allclose(again.contributions(rows), fitted.contributions(rows))
    np.testing.assert_allclose(fitted.contributions(rows).mean(axis=0), 0, atol=1e-12)
    rows[0, 1] = np.nan
    np.testing.assert_allclose(again.score(rows), fitted.score(rows))
    assert np.isnan(fitted.score(rows)[0])


def test_an_estimator_without_parts_of_its_own_is_told_one_evidence_at_a_time():
    """Where a naive Bayes knows one evidence alone, that one carries all of the log-odds."""
    random = np.random.default_rng(3)
    labels = np.repeat([1, 0], 200)
    rows = np.column_stack([random.normal(0, 1, 400) + 2 * labels, np.zeros(400)])
    learned = GaussianNB().fit(rows + random.normal(0, 1e-3, rows.shape), labels)
    fitted = Fitted.of("bayes", learned, rows[200:], "d")
    parts = fitted.contributions(np.array([[2.5, 0.0], [-2.0, 0.0]]))
    assert parts[0, 0] > 1 > -1 > parts[1, 0]
    assert np.abs(parts[:, 1]).max() < 1e-6
    assert not readable(fitted.figures())


def test_the_names_are_those_of_the_estimators_that_learn():
    """Those of METHODS; an unknown one is refused with their list."""
    assert tuple(known_estimators()) == LEARNING
    with pytest.raises(
        ModelError, match=r"'svm' is not an estimator that learns\. Use one of: log"
    ):
        make_estimator("svm")


def test_a_seed_reaches_the_estimator_that_draws():
    """The same seed, the same forest."""
    assert make_estimator("forest", 7).random_state == 7
    assert make_estimator("boosting", 7).random_state == 7


def test_settings_reach_the_estimators_that_have_them():
    """Those of another estimator are passed over."""
    settings = {"C": 2.0, "min_samples_leaf": 7, "generalise": "classes", "signs": "bound"}
    made = {name: make_estimator(name, 0, settings).get_params() for name in known.FACTORIES}
    assert (made["logistic"]["C"], made["logistic"]["signs"]) == (2.0, "bound")
    assert made["forest"]["min_samples_leaf"] == made["boosting"]["min_samples_leaf"] == 7
    assert made["weights-of-evidence"]["generalise"] == "classes"
    assert "C" not in made["forest"]


def test_a_name_of_an_estimator_is_taken_once(monkeypatch):
    """Two packages cannot both call theirs `mine`."""
    monkeypatch.setattr(known, "FACTORIES", dict(known.FACTORIES))
    register_estimator("mine", boosting)
    assert isinstance(make_estimator("mine"), PresenceBoosting)
    with pytest.raises(ValueError, match="exists"):
        register_estimator("mine", lambda random_state: SquaredLogistic())


def test_an_installed_package_brings_its_estimator(monkeypatch):
    """By the entry-point group prospector.estimators."""
    point = known.metadata.EntryPoint(
        "theirs", "prospector.models.boosting:boosting", known.ENTRY_POINTS
    )
    found = {"prospector.estimators": [point]}
    monkeypatch.setattr(known.metadata, "entry_points", lambda group: found[group])
    monkeypatch.setattr(known, "FACTORIES", dict(known.FACTORIES))
    known._load_entry_points.cache_clear()
    assert isinstance(make_estimator("theirs"), PresenceBoosting)
    known._load_entry_points.cache_clear()
