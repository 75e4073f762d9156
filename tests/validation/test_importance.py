"""What the model leans on: planted causes come first, correlated ones together, effects are slopes."""

import numpy as np
import pytest

from prospector.models import SquaredLogistic
from prospector.validation import Sample, random_folds
from prospector.validation.importance import (
    accumulated_effect,
    correlated_groups,
    permutation_importance,
)


class Formula:
    """A fitted estimator that scores by a formula."""

    def __init__(self, formula):
        self.decision_function = formula


def test_evidences_that_rank_alike_or_opposite_are_one_group():
    """The second is the cube of the first, the fourth its reverse, the third is apart."""
    random = np.random.default_rng(0)
    first, other = random.normal(size=(2, 200))
    evidence = np.column_stack([first, first**3, other, -first])
    assert correlated_groups(evidence).tolist() == [0, 0, 1, 0]


def test_groups_do_not_chain():
    """A with B and B with C at 0.8, A with C at 0.6: complete linkage does not join all three."""
    random = np.random.default_rng(1)
    a, b, c = random.multivariate_normal(
        np.zeros(3), [[1, 0.83, 0.5], [0.83, 1, 0.83], [0.5, 0.83, 1]], 4000
    ).T
    assert len(set(correlated_groups(np.column_stack([a, b, c])))) == 2


def test_evidence_that_does_not_vary_is_alone():
    """Even of two such; and one evidence is one group."""
    assert correlated_groups(np.array([[1.0, 1, 5], [1, 2, 5], [1, 3, 5]])).tolist() == [0, 1, 2]
    assert correlated_groups(np.array([[1.0], [2.0]])).tolist() == [0]


def planted():
    """Return deposits set off by the first evidence; the second copies it, the third is noise."""
    random = np.random.default_rng(2)
    cause = np.concatenate([random.normal(2, 1, 60), random.normal(0, 1, 1000)])
    evidence = np.column_stack(
        [cause, cause + random.normal(0, 0.05, 1060), random.normal(size=1060)]
    )
    at = random.uniform(size=(1060, 2))
    return Sample(evidence[:60], at[:60], np.arange(60), evidence[60:], at[60:]), random


def test_the_planted_cause_is_worth_its_skill_and_noise_nothing():
    """The pair of copies loses all of the AUC above one half; noise within 0.03 of none."""
    drawn, random = planted()
    folds = random_folds(drawn, random=random)
    found = permutation_importance(SquaredLogistic(), drawn, folds, random=random)
    assert [one.evidences for one in found] == [(0, 1), (2,)]
    assert found[0].drop == pytest.approx(0.92 - 0.5, abs=0.05)
    assert found[1].drop == pytest.approx(0, abs=0.03)


def test_ungrouped_copies_hide_each_other():
    """Each alone loses less than both together: why they are grouped."""
    drawn, random = planted()
    folds = random_folds(drawn, random=random)
    together = permutation_importance(SquaredLogistic(), drawn, folds, random=random)
    apart = permutation_importance(
        SquaredLogistic(), drawn, folds, random=random, group=np.arange(3)
    )
    assert max(one.drop for one in apart) < together[0].drop - 0.05


def test_the_effect_of_a_linear_term_is_its_line():
    """Score 3a + b, b the same as a with noise: the effect of a is 3 (a - mean), not 4."""
    random = np.random.default_rng(3)
    a = random.uniform(0, 10, 5000)
    evidence = np.column_stack([a, a + random.normal(0, 0.1, 5000)])
    effect = accumulated_effect(Formula(lambda rows: 3 * rows[:, 0] + rows[:, 1]), evidence, 0)
    assert effect.effect == pytest.approx(3 * (effect.values - 5), abs=0.3)
    assert np.diff(effect.effect) == pytest.approx(3 * np.diff(effect.values))


def test_an_effect_by_hand_has_mean_zero():
    """Values 0 1 2 in two bins, score squared: 0 1 4 less the mean (2 x 0.5 + 2.5) / 3."""
    effect = accumulated_effect(
        Formula(lambda rows: rows[:, 0] ** 2), np.array([[0.0], [1.0], [2.0]]), 0, bins=2
    )
    assert effect.values.tolist() == [0, 1, 2]
    assert effect.effect == pytest.approx(np.array([0, 1, 4]) - 3.5 / 3)


def test_a_constant_evidence_has_no_effect():
    """One edge, no step."""
    effect = accumulated_effect(Formula(lambda rows: rows[:, 0]), np.ones((5, 1)), 0)
    assert effect.effect.tolist() == [0]
