"""Intervals over districts: answers by hand, and how often they hold the truth."""

import numpy as np
import pytest
from scipy.special import expit, logit

from prospector.validation.intervals import district_interval, exact_interval, gain_interval


def test_the_interval_of_two_districts_by_hand():
    """Sums 0.9 and 0.6 of 3 and 1: mean 0.375, error of the ratio, t of 1.6 - 1 and so 1 degree."""
    values, district = np.array([0.3, 0.3, 0.3, 0.6]), np.array([5, 5, 5, 2])
    error = np.sqrt(2 * (0.225**2 + 0.225**2)) / 4
    half = 12.7062 * error / (0.375 * 0.625)
    expected = expit(logit(0.375) + np.array([-half, half]))
    assert district_interval(values, district) == pytest.approx(expected, abs=2e-4)


def test_a_district_counts_once_however_many_deposits_it_has():
    """Ten deposits in two districts say less than ten deposits apart."""
    values, district = np.repeat([0.2, 0.8], 5), np.repeat([7, 3], 5)
    whole, apart = district_interval(values, district), district_interval(values, np.arange(10))
    assert whole[0] < 0.01
    assert whole[1] > 0.99
    assert 0.2 <= apart[0] < 0.5 < apart[1] <= 0.8


def test_deposits_without_a_value_have_no_part_in_the_interval():
    """The same as without them."""
    values, district = np.array([np.nan, 0.5, 0.6, 0.9]), np.array([0, 1, 1, 2])
    assert district_interval(values, district) == district_interval(values[1:], district[1:])


def test_of_one_district_nothing_is_known():
    """A share may be anything, and so may a difference."""
    assert district_interval(np.array([0.4, 0.5]), np.zeros(2, dtype=int)) == (0.0, 1.0)
    assert gain_interval(np.array([0.4, 0.5]), np.zeros(2, dtype=int)) == (-1.0, 1.0)


@pytest.mark.parametrize("all_of_them", [0.0, 1.0])
def test_where_all_are_alike_each_district_is_a_trial(all_of_them):
    """None of three, or three of three: the exact interval of three trials."""
    values, district = np.full(6, all_of_them), np.repeat([0, 1, 2], 2)
    assert district_interval(values, district) == exact_interval(3 * int(all_of_them), 3)


@pytest.mark.parametrize(("n_districts", "least"), [(5, 0.91), (12, 0.92), (40, 0.93)])
def test_an_interval_holds_the_truth_about_as_often_as_it_says(n_districts, least):
    """1500 sets of districts that differ, of 1 to many deposits: 95 % but for a few."""
    random = np.random.default_rng(1)

    def shares(n):
        size = random.geometric(0.35, n)
        district = np.repeat(np.arange(n), size)
        middle = expit(logit(0.75) + random.standard_normal(n))[district]
        return random.beta(2.5 * middle, 2.5 * (1 - middle)), district

    truth = shares(60_000)[0].mean()
    held = 0
    for _ in range(1500):
        low, high = district_interval(*shares(n_districts))
        held += low <= truth <= high
    assert least <= held / 1500 <= 0.98
