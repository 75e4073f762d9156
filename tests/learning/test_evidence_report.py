"""What an evidence adds before a run, by the estimator as it would be fitted in one."""

from dataclasses import replace

import numpy as np
import pytest

from prospector.learning.evidence_report import lost_without
from prospector.models import make_estimator
from prospector.validation import Sample


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


def test_bound_signs_hold_with_all_the_evidence_and_without_each(against):
    """What is bound to the wrong sign has no weight, so that without it just nothing is lost."""
    bound = make_estimator("logistic", settings={"signs": "bound"})
    first, second = lost_without(bound, against)
    assert first == 0.0
    assert second > 0.1
    freed = lost_without(bound, replace(against, expected=None))
    assert freed[0] > 0.01
