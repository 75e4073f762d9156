"""Curves and figures of ranked ground, each with an answer that can be worked out by hand."""

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from prospector.models import SquaredLogistic
from prospector.validation import Sample, out_of_fold, random_folds
from prospector.validation.curves import (
    Crossing,
    area_needed,
    auc,
    boyce_index,
    capture,
    crossing,
    found_within,
    held_out_area,
    prediction_rate,
    success_rate,
)
from prospector.validation.intervals import exact_interval
from prospector.validation.scoring import learn_balanced
from prospector.validation.unseen import LADDER


def at(*areas):
    """Return deposits that are found when these shares of the area are searched."""
    return np.column_stack([areas, areas])


def test_half_nodata_leaves_random_scores_at_one_half():
    """Random scores on a raster whose west half is NaN: area under the curve 0.50 +- 0.03."""
    random = np.random.default_rng(0)
    cells = random.uniform(size=(200, 200))
    cells[:, :100] = np.nan
    deposits = random.choice(cells[:, 100:].ravel(), 400)
    assert success_rate(area_needed(deposits, cells)).area_under == pytest.approx(0.5, abs=0.03)
    assert auc(deposits, cells) == pytest.approx(0.5, abs=0.03)


def test_a_deposit_on_nodata_is_counted_and_left_out():
    """Three deposits, one without a score."""
    curve = prediction_rate(area_needed(np.array([2.0, np.nan, 1.0]), np.array([1.0, 2.0, np.nan])))
    assert (curve.n_deposits, curve.n_nodata) == (2, 1)
    assert curve.area_under == pytest.approx((0.75 + 0.25) / 2)


def test_the_area_under_the_curve_is_the_mann_whitney_statistic_with_ties():
    """Integers tie often; the curve runs straight through a tie."""
    random = np.random.default_rng(1)
    deposits, cells = random.integers(0, 6, 30) * 1.0, random.integers(0, 5, 200) * 1.0
    expected = mannwhitneyu(deposits, cells).statistic / (30 * 200)
    assert auc(deposits, cells) == pytest.approx(expected, abs=1e-12)
    assert success_rate(area_needed(deposits, cells)).area_under == pytest.approx(expected)


def test_weights_are_worth_as_many_rows():
    """An area of 3 is the same cell three times, a deposit of weight 2 the same deposit twice."""
    random = np.random.default_rng(2)
    deposits, cells = random.integers(0, 6, 20) * 1.0, random.integers(0, 6, 50) * 1.0
    weight, area = random.integers(1, 4, 20), random.integers(1, 4, 50)
    repeated = np.repeat(cells, area)
    assert auc(deposits, cells, weight=weight, area=area) == pytest.approx(
        auc(np.repeat(deposits, weight), repeated)
    )
    assert np.allclose(area_needed(deposits, cells, area=area), area_needed(deposits, repeated))
    assert boyce_index(deposits, cells, area=area) == pytest.approx(boyce_index(deposits, repeated))


def test_the_two_curves_carry_their_right_names():
    """Fit is no prediction, and the name says so."""
    assert success_rate(at(0.5)).kind == "success rate (fit)"
    assert prediction_rate(at(0.5)).as_record()["kind"] == "prediction rate (held out)"


def test_capture_by_hand():
    """Deposits found at 1, 5, 8 and 50 per cent of the area: 1, 2, 3, 3 of 4."""
    found = capture(at(0.01, 0.05, 0.08, 0.5), np.arange(4))
    assert [one.captured for one in found] == [0.25, 0.5, 0.75, 0.75]
    assert all(one.low <= one.captured <= one.high for one in found)


@pytest.mark.parametrize("per_rung", [1, 3, 60])
@pytest.mark.parametrize("area", [1.0, 0.1, 1 / 3])
def test_a_deposit_exactly_at_a_rung_is_found_there_and_not_before(per_rung, area):
    """With k % of the cells above it, for all 100 k: found at k %, not at k - 1 %, whatever a cell's area."""
    cells = np.arange(100.0 * per_rung)
    deposits = cells[-1] + 0.5 - per_rung * np.arange(1, 101)
    needed = area_needed(deposits, cells, area=np.full(cells.shape, area))
    counted = np.array([found_within(row[None], LADDER) for row in needed])
    expected = np.arange(101)[None] >= np.arange(1, 101)[:, None]
    assert np.array_equal(counted, expected)


def test_a_deposit_in_the_middle_of_a_rung_is_found_at_the_next():
    """Of 1000 cells, 7 or 15 lie above: 1 % and 2 %, and a half of a cell less is not enough."""
    cells = np.arange(1000.0)
    needed = area_needed(np.array([992.5, 984.5]), cells)
    assert found_within(needed, np.array([0.006, 0.007, 0.0149, 0.015])).tolist() == [
        0,
        0.5,
        0.5,
        1,
    ]


def test_a_tie_is_captured_in_part():
    """Tied with all the ground, a deposit is found in 5 per cent of it by 5 per cent."""
    needed = area_needed(np.array([7.0]), np.full(100, 7.0))
    found = capture(needed, np.array([0]), shares=(0.05,))
    assert found[0].captured == pytest.approx(0.05)


def test_capture_of_none_or_all_has_an_interval_of_its_districts():
    """Of 6 deposits in 3 districts none is found: up to 1 - 0.025^(1/3) is not excluded."""
    district = np.repeat([0, 1, 2], 2)
    none = capture(at(*[0.9] * 6), district, shares=(0.1,))[0]
    assert (none.low, none.high) == (0.0, pytest.approx(1 - 0.025 ** (1 / 3), abs=1e-4))
    every = capture(at(*[0.05] * 6), district, shares=(0.1,))[0]
    assert (every.low, every.high) == (pytest.approx(0.025 ** (1 / 3), abs=1e-4), 1.0)


def test_capture_intervals_draw_districts_whole():
    """Ten deposits in two districts, one found and one not: the interval is all of 0-1."""
    district = np.repeat([0, 1], 5)
    found = capture(at(*[0.01] * 5, *[0.9] * 5), district, shares=(0.05,))
    assert (found[0].low, found[0].captured, found[0].high) == (0.0, 0.5, 1.0)


def test_the_exact_interval_of_one_in_ten():
    """The textbook's 0.0025 to 0.4450."""
    assert exact_interval(1, 10) == (0.0025, 0.445)


def test_prediction_area_crossing_by_hand():
    """Found at 10, 20, 30, 40 per cent: at 30 per cent of the area the step from 1/2 to 3/4 passes 70."""
    assert crossing(prediction_rate(at(0.1, 0.2, 0.3, 0.4))) == Crossing(0.3, 0.7, 2.3333)


def test_the_crossing_of_chance_has_density_one():
    """The diagonal crosses at one half."""
    assert crossing(prediction_rate(at(0.0, 0.0))) == Crossing(0.0, 1.0, 10_000.0)
    assert crossing(success_rate(np.array([[0.0, 1.0]]))) == Crossing(0.5, 0.5, 1.0)


def test_boyce_of_a_perfect_and_of_a_reversed_model():
    """Deposits as frequent as the score is high: 1; the score turned about: -1."""
    cells = np.linspace(0, 1, 10_001)
    deposits = np.sqrt(np.linspace(0, 1, 10_001))
    assert boyce_index(deposits, cells) == pytest.approx(1, abs=0.001)
    assert boyce_index(1 - deposits, 1 - cells) == pytest.approx(-1, abs=0.001)


def test_boyce_of_deposits_everywhere_alike_has_no_answer():
    """One ratio in every window cannot be ranked."""
    cells = np.arange(101.0)
    assert np.isnan(boyce_index(cells, cells))


def test_held_out_area_is_one_minus_the_share_below():
    """For a score without ties: the same place in the region as `out_of_fold` gives."""
    random = np.random.default_rng(4)
    drawn = Sample(
        random.normal(size=(20, 2)), random.uniform(size=(20, 2)), np.arange(20),
        random.normal(size=(300, 2)), random.uniform(size=(300, 2)),
    )  # fmt: skip
    folds = random_folds(drawn, random=random)
    needed = held_out_area(drawn, folds, learn_balanced(SquaredLogistic()))
    assert np.allclose(1 - needed.mean(axis=1), out_of_fold(SquaredLogistic(), drawn, folds)[1])


def test_no_score_at_all_is_refused():
    """No valid cell, no deposit with a score: one line says which."""
    with pytest.raises(ValueError, match="No cell has a score"):
        area_needed(np.array([1.0]), np.array([np.nan]))
    with pytest.raises(ValueError, match="No deposit has a score"):
        success_rate(np.array([[np.nan, np.nan]]))
    for figure in (auc, boyce_index):
        with pytest.raises(ValueError, match="A deposit and a cell with a score"):
            figure(np.array([np.nan]), np.array([1.0]))
