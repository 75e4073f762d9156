"""The fewest evidences within one standard error of the best, over folds inside the training rows."""

import numpy as np
import pytest

from prospector.models import SquaredLogistic
from prospector.models.choice import FOLDS, Trial, deal, fewest
from prospector.validation import Sample, fit_balanced, fit_sample


def drawn(seed, causes, n=60, evidences=5):
    """Deposits of which some evidences are high, and ground; each deposit its own district."""
    random = np.random.default_rng(seed)
    shift = np.where(np.arange(evidences) < causes, 1.2, 0.0)
    places = random.uniform(0, 100_000, (n + 1500, 2))
    return Sample(
        random.normal(shift, 1, (n, evidences)), places[:n], np.arange(n),
        random.normal(0, 1, (1500, evidences)), places[n:],
    )  # fmt: skip


def used(fitted):
    """Columns with a weight."""
    return np.flatnonzero(np.abs(fitted.coef_).sum(axis=0)).tolist()


@pytest.mark.parametrize("seed", range(4))
def test_one_cause_of_five_is_found_alone_or_nearly(seed):
    """The first evidence always; the four that are noise hardly ever."""
    columns = used(fit_sample(SquaredLogistic(choose="fewest"), drawn(seed, 1)))
    assert columns[0] == 0
    assert len(columns) <= 2


def test_three_causes_are_all_kept():
    """None of them can be left without a loss."""
    assert used(fit_sample(SquaredLogistic(choose="fewest"), drawn(0, 3)))[:3] == [0, 1, 2]


def test_what_is_chosen_has_the_coefficients_of_a_fit_to_it_alone():
    """The choice leaves evidence out; it does not change what the rest is worth."""
    sample = drawn(1, 1)
    fitted = fit_sample(SquaredLogistic(choose="fewest"), sample)
    columns = used(fitted)
    alone = fit_balanced(
        SquaredLogistic(), sample.positive[:, columns], sample.background[:, columns]
    )
    np.testing.assert_allclose(fitted.coef_[:, columns], alone.coef_, atol=1e-6)


def test_a_copy_of_a_district_does_not_count_as_another():
    """Twelve deposits at one place lie high in an evidence in which the other twelve lie low.

    Without groups the twelve train for one another, and that evidence is chosen; held out whole, no.
    """
    random = np.random.default_rng(2)
    true = drawn(2, 1, n=24)
    positive = true.positive.copy()
    positive[:12, 4] = 6 + random.normal(0, 0.01, 12)
    positive[12:, 4] -= 0.8
    district = np.where(np.arange(24) < 12, 0, np.arange(24))
    at = true.positive_at.copy()
    at[:12] = at[0]
    sample = Sample(positive, at, district, true.background, true.background_at)
    estimator = SquaredLogistic(signs="bound", choose="fewest", expected=["increasing"] * 5)
    whole = used(fit_sample(estimator, sample))
    leaking = used(fit_balanced(estimator, sample.positive, sample.background))
    assert 4 in leaking
    assert 4 not in whole


def test_groups_are_dealt_whole_and_evenly():
    """Twelve deposits of six districts to five folds; ground goes with its district."""
    positive = np.repeat([True, False], [12, 30])
    groups = np.concatenate([np.repeat(np.arange(6), 2), np.tile(np.arange(6), 5)])
    fold, group = deal(positive, groups)
    for number in range(6):
        assert len(set(fold[groups == number])) == 1
    assert sorted(np.bincount(fold[positive], minlength=FOLDS)) == [2, 2, 2, 2, 4]
    assert group.tolist() == np.repeat(np.arange(6), 2).tolist()


def test_all_evidence_is_used_where_nothing_can_be_held_out():
    """All deposits lie in one district."""
    random = np.random.default_rng(0)
    positive = np.repeat([True, False], [5, 50])
    fold, group = deal(positive, np.zeros(55, dtype=int))
    terms = random.normal(size=(55, 6))
    assert fewest(Trial(terms, positive, np.ones(55), fold, np.zeros(3), 1.0), group) == [0, 1, 2]
