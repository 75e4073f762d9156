"""What an evidence adds before a run, by the estimator as it would be fitted in one."""

from dataclasses import replace

import numpy as np
import pytest

from prospector.learning.evidence_report import by_importance, lost_without
from prospector.models import make_estimator
from prospector.validation import Sample
from prospector.validation.nulls import smooth_field
from prospector.validation.quality import Loss
from prospector.validation.record import Importance


@pytest.fixture
def against():
    """Twenty deposits one standard deviation up two evidences, the first of which is expected to be low."""
    random = np.random.default_rng(1)
    return Sample(
        random.normal(size=(20, 2)) + 1,
        random.uniform(0, 2e5, (20, 2)),
        np.arange(20),
        random.normal(size=(800, 2)),
        random.uniform(0, 2e5, (800, 2)),
        expected=("decreasing", "any"),
    )


def with_noise(number):
    """Twenty-four deposits in twelve districts, up the first evidence; the second is smooth noise."""
    random = np.random.default_rng([8, number])
    homes = random.uniform(0, 2e5, (12, 2))
    at = np.repeat(homes, 2, axis=0) + random.uniform(-5e3, 5e3, (24, 2))
    ground = random.uniform(0, 2e5, (400, 2))
    noise = smooth_field(np.vstack([at, ground]), 4e4, random=random)
    cause = random.normal(size=424) + (np.arange(424) < 24)
    evidence = np.column_stack([cause, noise])
    return Sample(evidence[:24], at, np.repeat(np.arange(12), 2), evidence[24:], ground)


def test_bound_signs_hold_with_all_the_evidence_and_without_each(against):
    """What is bound to the wrong sign has no weight, so that without it just nothing is lost."""
    bound = make_estimator("logistic", settings={"signs": "bound"})
    first, second = lost_without(bound, against)
    assert (first.mean, first.error) == (0.0, 0.0)
    assert second.mean > 0.1
    freed = lost_without(bound, replace(against, expected=None))
    assert freed[0].mean > 0.01


def test_the_error_is_over_districts():
    """Noise beside a cause, in 40 regions: its loss is seldom two errors below 0, but often below it."""
    losses = [
        lost_without(make_estimator("logistic"), with_noise(number))[1] for number in range(40)
    ]
    below = [loss.mean < 0 for loss in losses]
    clearly = [loss.mean < -2 * loss.error for loss in losses]
    assert np.mean(below) > 0.4
    assert np.mean(clearly) < 0.25


def test_in_a_run_the_error_holds_the_spread_over_splits(planted_screening):
    """One split was permuted: an evidence worth -0.01 in it is not called harmful."""
    skill = planted_screening.rankings["porphyry_copper"].skill
    worthless = replace(
        skill, importance=(Importance((0,), -0.01, 0.002), Importance((1,), 0.0, 0.0))
    )
    harmful, weightless = by_importance(worthless, 2)
    assert harmful.error >= skill.measured.split_spread > 0.002
    assert weightless == Loss(0.0, 0.0)
    assert by_importance(replace(worthless, measured=None), 1)[0].error is None
