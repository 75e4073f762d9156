"""Area of applicability: worked by hand on a line, kept by JSON, cut at will."""

import json

import numpy as np
import pytest

from prospector.validation import applicability
from prospector.validation.applicability import Applicability, fit_applicability

LINE = np.array([[0.0], [1.0], [3.0], [8.0]])
FOLD = np.array([0, 0, 1, 1])


def test_by_hand_on_four_points_of_a_line():
    """Rows 0, 1, 3, 8: pairs 1 3 8 2 7 5, mean 13/3; across folds 3 2 2 7, whisker 4 + 1.5 x 2 = 7."""
    area = fit_applicability(LINE, FOLD)
    spread = np.std([0, 1, 3, 8], ddof=1)
    assert area.mean_distance * spread == pytest.approx(13 / 3)
    assert area.threshold == pytest.approx(7 / (13 / 3))
    found = area.dissimilarity(np.array([[3.0], [5.0], [16.0]]))
    assert found == pytest.approx([0, 2 / (13 / 3), 8 / (13 / 3)])
    assert area.inside(np.array([[-6.9], [-7.1], [14.9], [15.1]])).tolist() == [
        True, False, True, False,
    ]  # fmt: skip


def test_the_whisker_cuts_off_an_outlier_and_never_exceeds_the_largest():
    """Across folds 1 x 8, then 1 and 10: Q75 + 1.5 IQR is 1; without the last, the largest is 1."""
    rows = np.array([[0.0], [1.0], [0.0], [1.0], [0.0], [1.0], [0.0], [1.0], [11.0]])
    fold = np.array([0, 1, 0, 1, 0, 1, 0, 1, 0])
    area = fit_applicability(rows, fold)
    assert area.threshold * area.mean_distance * area.spread[0] == pytest.approx(1)
    flat = fit_applicability(rows[:4], fold[:4])
    assert flat.threshold * flat.mean_distance * flat.spread[0] == pytest.approx(1)


def test_the_spread_has_ddof_1():
    """Of 0, 1, 3, 8 it is the root of 38 / 3."""
    assert fit_applicability(LINE, FOLD).spread[0] == pytest.approx(np.sqrt(38 / 3))


def test_evidence_without_importance_cannot_put_a_place_outside():
    """The second evidence has weight 0, and less than 0 is 0: a million there is nothing."""
    rows = np.column_stack([LINE, LINE[::-1]])
    for weight in (0.0, -3.0):
        area = fit_applicability(rows, FOLD, importance=np.array([2.0, weight]))
        assert area.dissimilarity(np.array([[3.0, 1e6]]))[0] == 0
        assert area.dissimilarity(np.array([[5.0, 0.0]]))[0] == pytest.approx(2 / (13 / 3))


def test_missing_evidence_is_not_inside():
    """NaN has no dissimilarity."""
    area = fit_applicability(LINE, FOLD)
    assert np.isnan(area.dissimilarity(np.array([[np.nan]]))).all()
    assert not area.inside(np.array([[np.nan]])).any()


def test_inside_is_dissimilarity_at_most_the_threshold_however_cut(monkeypatch):
    """Random rows, whole and in chunks of 7."""
    random = np.random.default_rng(0)
    area = fit_applicability(random.normal(size=(60, 3)), np.arange(60) % 5)
    rows = random.normal(size=(500, 3)) * 2
    found, inside = area.dissimilarity(rows), area.inside(rows)
    assert (inside == (found <= area.threshold)).all()
    assert 0 < inside.mean() < 1
    monkeypatch.setattr(applicability, "CHUNK_ROWS", 7)
    assert (area.dissimilarity(rows) == found).all()
    assert (area.inside(rows) == inside).all()


def test_the_mean_distance_does_not_depend_on_the_chunk():
    """Against all pairs at once."""
    rows = np.random.default_rng(1).normal(size=(40, 2))
    pairs = [np.hypot(*(rows[i] - rows[j])) for i in range(40) for j in range(i)]
    for chunk in (1, 7, 100):
        assert applicability._mean_distance(rows, chunk) == pytest.approx(np.mean(pairs))


def test_figures_come_back_from_json():
    """The same figures and the same answers."""
    area = fit_applicability(LINE, FOLD)
    again = Applicability.from_figures(json.loads(json.dumps(area.to_figures())), LINE)
    assert again.to_figures() == area.to_figures()
    assert (again.dissimilarity(LINE + 1) == area.dissimilarity(LINE + 1)).all()


@pytest.mark.parametrize("value", [0.558, 558.0, 0.0, 558.0 + 1e-9 * np.arange(4)])
def test_evidence_of_one_value_is_left_out_whatever_its_unit(value):
    """Beside it the line has the figures that it has alone, also where the new places differ in it."""
    rows = np.column_stack([LINE[:, 0], np.broadcast_to(value, 4)])
    area, alone = fit_applicability(rows, FOLD), fit_applicability(LINE, FOLD)
    places = np.array([[3.0, 1000.0], [5.0, -1000.0], [16.0, 0.0]])
    assert area.dissimilarity(places) == pytest.approx(alone.dissimilarity(places[:, :1]))
    assert (area.threshold, area.weight.tolist()) == (alone.threshold, [1, 0])
    again = Applicability.from_figures(json.loads(json.dumps(area.to_figures())), rows)
    assert (again.dissimilarity(places) == area.dissimilarity(places)).all()


def test_an_importance_of_evidence_of_one_value_alone_is_refused():
    """Nothing that varies would count."""
    rows = np.column_stack([LINE[:, 0], np.ones(4)])
    with pytest.raises(ValueError, match="No evidence that varies"):
        fit_applicability(rows, FOLD, importance=np.array([0.0, 1.0]))


def test_what_cannot_have_a_threshold_is_refused():
    """One fold, no weight, rows all alike."""
    with pytest.raises(ValueError, match="at least 2 folds"):
        fit_applicability(LINE, np.zeros(4, dtype=int))
    with pytest.raises(ValueError, match="No evidence has an importance"):
        fit_applicability(LINE, FOLD, importance=np.array([0.0]))
    with pytest.raises(ValueError, match="same evidence"):
        fit_applicability(np.ones((4, 1)), FOLD)
