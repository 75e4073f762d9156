"""What a test could have seen: the table that was simulated, and a few of its trials again."""

import sys
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from prospector.validation import share_below
from prospector.validation.power import power_of
from prospector.validation.power_table import ROWS
from prospector.validation.record import Power, Skill
from prospector.validation.skill import verdict_of

sys.path.insert(0, str(Path(__file__).parent.parent))

import power


def test_the_table_has_every_combination_that_the_simulation_names():
    """Numbers of deposits by shares of districts by ranges, of at least 80 trials each."""
    asked = product(power.DEPOSITS, power.DISTRICTS_SHARE, power.RANGE_SHARE)
    assert [row[:3] for row in ROWS] == list(asked)
    assert all(trials >= 80 for *_, trials in ROWS)
    assert all(half is None or 0.5 <= half <= most for *_, half, most, _ in ROWS if most)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_table_is_looked_up_as_it_stands(row):
    """None where the strongest signal was not enough."""
    n, districts_share, range_share, half, four_fifths, _ = row
    found = power_of(n, round(districts_share * n), range_share)
    assert found.half == (None if half is None else pytest.approx(half, abs=0.006))
    assert found.four_fifths == (
        None if four_fifths is None else pytest.approx(four_fifths, abs=0.006)
    )


def test_more_deposits_in_more_districts_and_shorter_ranges_see_more():
    """The least AUC that is demonstrated in half of the trials falls."""

    def half(n, districts, share):
        found = power_of(n, districts, share).half
        return 1.0 if found is None else found

    assert half(160, 160, 0.05) < half(40, 40, 0.05) < half(10, 10, 0.05)
    assert half(80, 80, 0.05) <= half(80, 32, 0.05)
    assert half(80, 80, 0.05) < half(80, 80, 0.5)


def test_beyond_the_table_its_nearest_row_stands():
    """More deposits than were simulated see no more than the most that were."""
    assert power_of(5000, 5000, 0.001).half == power_of(160, 160, 0.05).half
    assert power_of(2, 1, 3.0).half == power_of(10, 4, 0.5).half


def test_the_signal_that_is_planted_is_the_one_that_was_asked_for():
    """Over 20 regions of 160 deposits the AUC of the cause is 0.80 +- 0.02, that of the rest chance."""
    aucs = []
    for seed in range(20):
        sample = power.region(160, 1.0, 0.15, 0.8, np.random.default_rng(seed))
        aucs.append(
            [
                share_below(sample.positive[:, column], sample.background[:, column]).mean()
                for column in range(4)
            ]
        )
    means = np.mean(aucs, axis=0)
    assert means[0] == pytest.approx(0.8, abs=0.02)
    assert means[1:] == pytest.approx([0.5] * 3, abs=0.06)


def test_strong_signals_are_demonstrated_and_weak_ones_are_not():
    """Sixteen trials again: the strongest half is demonstrated more often than the weakest."""
    trials = [power.trial((40, 1.0, 0.05, seed)) for seed in range(16)]
    signals, demonstrated = map(np.array, zip(*trials, strict=True))
    order = np.argsort(signals)
    assert demonstrated[order[8:]].sum() >= demonstrated[order[:8]].sum() + 3


@pytest.mark.parametrize(
    ("four_fifths", "verdict"),
    [(None, "could not tell"), (0.76, "could not tell"), (0.75, "none seen"), (0.6, "none seen")],
)
def test_what_was_not_demonstrated_was_not_there_only_if_it_would_have_been_seen(
    four_fifths, verdict
):
    """A true AUC of 0.75 in four of five trials."""
    assert verdict_of(Skill(30, 12, power=Power(0.6, four_fifths, 0.1))) == verdict
