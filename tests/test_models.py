"""Estimators."""

import numpy as np
import pytest
from sklearn.utils.estimator_checks import check_estimator

from prospector.errors import ModelError
from prospector.models import (
    FuzzyOverlay,
    Membership,
    PresenceBoosting,
    SquaredLogistic,
    boosting,
    known,
    known_estimators,
    make_estimator,
    register_estimator,
)
from prospector.models.fitted import from_figures, predict_score, to_figures
from prospector.validation import fit_balanced

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
    """What run.json holds computes the same score; missing evidence has none."""
    random = np.random.default_rng(2)
    rows, labels = random.normal(size=(60, 3)), np.repeat([1, 0], 30)
    fitted = SquaredLogistic().fit(rows, labels)
    rows[0, 1] = np.nan
    np.testing.assert_allclose(
        predict_score(from_figures(to_figures(fitted)), rows), predict_score(fitted, rows)
    )
    assert np.isnan(predict_score(fitted, rows)[0])


@pytest.mark.parametrize("name", LEARNING)
def test_every_estimator_finds_the_planted_signs(name):
    """More of the first evidence speaks for, more of the second against, in score and in parts."""
    fitted = fit_balanced(make_estimator(name, 0), *planted())
    low, middle, high = np.full((3, 3), 0.0)
    low[:2], high[:2] = (-1.5, 1.5), (1.5, -1.5)
    scores = fitted.decision_function([low, middle, high])
    assert scores[0] < 0 < scores[2]
    for column, sign in ((0, 1), (1, -1)):
        pair = np.zeros((2, 3))
        pair[:, column] = (-1.5, 1.5)
        below, above = fitted.decision_function(pair)
        assert sign * (above - below) > 0.2
        if hasattr(fitted, "contributions"):
            below, above = fitted.contributions(pair)[:, column]
            assert sign * (above - below) > 0


@pytest.mark.parametrize("name", LEARNING)
def test_a_table_given_twice_at_half_the_weight_makes_the_same_model(name):
    """Every deposit and every background row listed twice."""
    rows = np.vstack(planted())
    labels = np.repeat([1, 0], [60, 800])
    weight = np.where(labels == 1, 430 / 60, 430 / 800)
    once = make_estimator(name, 0).fit(rows, labels, sample_weight=weight)
    twice = make_estimator(name, 0).fit(
        np.tile(rows, (2, 1)), np.tile(labels, 2), sample_weight=np.tile(weight / 2, 2)
    )
    tolerance = 1e-3 if name == "logistic" else 1e-9  # its solver stops at a gradient of 1e-5
    np.testing.assert_allclose(
        twice.decision_function(rows), once.decision_function(rows), atol=tolerance
    )


@pytest.mark.parametrize("name", ["forest", "boosting", "weights-of-evidence"])
def test_a_deposit_listed_twice_is_one_deposit(name):
    """Ten of sixty deposits come a second time; or all rows do, deposits and background."""
    positive, background = planted()
    once = fit_balanced(make_estimator(name, 0), positive, background)
    for deposits, ground in (
        (np.vstack([positive, positive[:10]]), background),
        (np.tile(positive, (2, 1)), np.tile(background, (2, 1))),
    ):
        again = fit_balanced(make_estimator(name, 0), deposits, ground)
        np.testing.assert_allclose(
            again.decision_function(background), once.decision_function(background), atol=1e-9
        )


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
