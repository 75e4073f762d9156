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
    assert all(0.5 <= (half or 1.0) <= (four_fifths or 1.0) for *_, half, four_fifths, _ in ROWS)


def larger_of_what_sees_more(row, column):
    """Return the largest AUC of the rows with as many deposits and districts and no longer range."""
    n, districts, share = row[:3]
    rows = [
        other for other in ROWS if other[0] >= n and other[1] >= districts and other[2] <= share
    ]
    return max(other[column] or 1.0 for other in rows)


@pytest.mark.parametrize("row", ROWS)
def test_a_row_of_the_table_is_looked_up_no_better_than_one_that_sees_more(row):
    """None where the strongest signal was not enough."""
    n, districts_share, range_share, *_ = row
    found = power_of(n, round(districts_share * n), range_share)
    for column, auc in ((3, found.half), (4, found.four_fifths)):
        expected = larger_of_what_sees_more(row, column)
        assert auc == (None if expected == 1.0 else pytest.approx(expected, abs=0.006))


def test_many_deposits_in_few_districts_see_no_more_than_fewer_would():
    """Of 100 deposits in 8 districts as many count as eight districts held when they were simulated."""
    assert power_of(100, 8, 0.05) == power_of(20, 8, 0.05)
    assert power_of(80, 16, 0.05) == power_of(40, 16, 0.05)


@pytest.mark.parametrize("asked", [(9, 9, 0.1), (100, 3, 0.1), (40, 40, 0.6)])
def test_of_what_was_not_simulated_nothing_is_known(asked):
    """Fewer deposits, fewer districts, a longer range than any row: no figure, and no verdict by one."""
    assert power_of(*asked) is None


def test_more_than_was_simulated_counts_as_the_most_that_was():
    """More deposits than the largest row, shorter ranges than the shortest."""
    assert power_of(5000, 5000, 0.001).half == power_of(80, 80, 0.05).half


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
    trials = [power.trial((20, 1.0, 0.15, seed)) for seed in range(16)]
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


def test_where_power_is_not_known_nothing_could_be_told():
    """No figure is no ground for "none seen"."""
    assert verdict_of(Skill(9, 3)) == "could not tell"


def test_the_page_on_skill_shows_the_table():
    """Every AUC of the table, a row a number of deposits and districts."""
    page = Path(__file__).parents[2].joinpath("docs", "skill.md").read_text("utf-8")

    def shown(auc):
        return "-" if auc is None else f"{auc:.2f}"

    for n, share in product(power.DEPOSITS, power.DISTRICTS_SHARE):
        cells = [f"{shown(row[3])}, {shown(row[4])}" for row in ROWS if row[:2] == (n, share)]
        assert f"| {n} | {round(share * n)} | {' | '.join(cells)} |" in page
