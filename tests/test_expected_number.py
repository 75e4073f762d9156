"""Expected number of deposits: it sums to N, and is never made up."""

import numpy as np
import pytest

from prospector.validation.expected_number import (
    PORPHYRY_COPPER,
    expected_number,
    number_from_density,
    relative_intensity,
)


def test_the_expected_number_integrates_to_n_by_hand():
    """Intensities 1, 1, 2 on 10, 30 and 20 km2: shares 10, 30 and 40 of 80; N is 8."""
    found = expected_number(np.array([1.0, 1, 2]), np.array([10.0, 30, 20]), n=8)
    assert found.tolist() == [1, 3, 4]


def test_ground_without_a_score_gets_no_number():
    """NaN stays NaN; the rest sums to N."""
    found = expected_number(np.array([3.0, np.nan, 1.0]), np.ones(3), n=12)
    assert np.nansum(found) == pytest.approx(12)
    assert np.isnan(found[1])


def test_the_cut_of_the_ground_does_not_change_the_number():
    """A unit halved holds half each."""
    whole = expected_number(np.array([2.0, 5.0]), np.array([100.0, 50.0]), n=7)
    halved = expected_number(np.array([2.0, 2.0, 5.0]), np.array([50.0, 50.0, 50.0]), n=7)
    assert halved[:2].sum() == pytest.approx(whole[0])


def test_the_density_of_porphyry_copper_is_that_of_the_paper():
    """In 100,000 km2: 4, 15 and 35; in half as much half as many."""
    whole, half = number_from_density(100_000), number_from_density(50_000)
    assert (whole.at_least_90, whole.at_least_50, whole.at_least_10) == (4, 15, 35)
    assert half.at_least_50 == 7.5
    assert (PORPHYRY_COPPER.least, PORPHYRY_COPPER.most) == (2, 128)


def test_odds_of_a_score():
    """One half is 1, four fifths is 4, NaN is unknown; 1 has no odds."""
    assert relative_intensity(np.array([0.5, 0.8, 0.0])) == pytest.approx([1, 4, 0])
    assert np.isnan(relative_intensity(np.array([np.nan]))).all()
    with pytest.raises(ValueError, match="below 1"):
        relative_intensity(np.array([1.0]))


@pytest.mark.parametrize("n", [0.0, -3.0, float("nan")])
def test_without_a_number_there_are_only_ranks(n):
    """No N, no expected number."""
    with pytest.raises(ValueError, match="Without it only rank"):
        expected_number(np.ones(2), np.ones(2), n=n)


def test_log_odds_and_empty_ground_are_refused():
    """A negative intensity, none above 0, no area."""
    with pytest.raises(ValueError, match="not log-odds"):
        expected_number(np.array([-1.0, 1.0]), np.ones(2), n=1)
    with pytest.raises(ValueError, match="nowhere to put"):
        expected_number(np.zeros(2), np.ones(2), n=1)
    with pytest.raises(ValueError, match="area above 0"):
        number_from_density(0.0)
