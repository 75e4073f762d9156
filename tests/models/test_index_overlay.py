"""Index overlay, and weights from pairwise comparison."""

import numpy as np
import pytest

from prospector.models import IndexOverlay, Membership, pairwise_weights

HALF = Membership(full=1, none=0)

# Brightness of four chairs at growing distance from a lamp, as judged by two observers (Saaty 1980).
CONSISTENT = [[1, 4, 6, 7], [1 / 4, 1, 3, 4], [1 / 6, 1 / 3, 1, 2], [1 / 7, 1 / 4, 1 / 2, 1]]
CONTRADICTORY = [[1, 5, 6, 7], [1 / 5, 1, 4, 6], [1 / 6, 1 / 4, 1, 4], [1 / 7, 1 / 6, 1 / 4, 1]]


def test_the_score_is_the_weighted_mean_of_memberships():
    """Memberships 1 and 0.5, weights 3 and 1: (3 + 0.5) / 4."""
    overlay = IndexOverlay((HALF, HALF), weights=(3, 1)).fit([[1.0, 0.5]])
    assert overlay.predict_score([[1.0, 0.5]])[0] == pytest.approx(0.875)
    assert overlay.contributions([[1.0, 0.5]]).tolist() == [[0.375, 0.0]]


def test_weights_left_out_are_equal_and_only_their_ratios_matter():
    """The mean of 1 and 0.5, and the same for weights of 10."""
    for weights in ((), (10, 10)):
        overlay = IndexOverlay((HALF, HALF), weights=weights).fit([[1.0, 0.5]])
        assert overlay.predict_score([[1.0, 0.5]])[0] == pytest.approx(0.75)


def test_missing_evidence_leaves_no_score():
    """Nothing is filled."""
    overlay = IndexOverlay((HALF, HALF)).fit([[1.0, 0.5]])
    assert np.isnan(overlay.predict_score([[1.0, np.nan]])[0])


def test_weights_and_memberships_that_do_not_fit_are_refused():
    """One of each for each column, none below 0."""
    with pytest.raises(ValueError, match="1 memberships for 2 columns of evidence: give one"):
        IndexOverlay((HALF,)).fit([[1.0, 0.5]])
    with pytest.raises(ValueError, match="1 weights for 2 memberships: give one for each"):
        IndexOverlay((HALF, HALF), weights=(1,)).fit([[1.0, 0.5]])
    with pytest.raises(ValueError, match="none may be below 0"):
        IndexOverlay((HALF, HALF), weights=(2, -1)).fit([[1.0, 0.5]])


def test_comparisons_that_agree_give_back_the_weights_they_came_from():
    """Ratios of 0.5, 0.3, 0.15 and 0.05."""
    weights = np.array([0.5, 0.3, 0.15, 0.05])
    found = pairwise_weights(weights[:, None] / weights)
    np.testing.assert_allclose(found.weights, weights, atol=1e-9)
    assert found.largest_eigenvalue == pytest.approx(4)
    assert found.consistency_ratio == pytest.approx(0, abs=1e-9)


def test_saatys_chairs_give_saatys_weights():
    """0.62, 0.22, 0.10, 0.06 and eigenvalue 4.1 for the second observer."""
    found = pairwise_weights(CONSISTENT)
    np.testing.assert_allclose(found.weights, [0.62, 0.22, 0.10, 0.06], atol=0.005)
    assert found.largest_eigenvalue == pytest.approx(4.1, abs=0.01)
    # (4.102 - 4) / 3 / 0.90
    assert found.consistency_ratio == pytest.approx(0.0379, abs=1e-4)


def test_comparisons_that_contradict_one_another_are_refused():
    """The first observer, eigenvalue 4.39: ratio 0.39 / 3 / 0.90; the message says where to look."""
    with pytest.raises(
        ValueError, match=r"consistency ratio 0\.14, .* row 0, column 3: it states 7"
    ):
        pairwise_weights(CONTRADICTORY)


@pytest.mark.parametrize(
    ("matrix", "message"),
    [
        ([[1, 2], [2, 1]], "not reciprocal: row 0, column 1 is 2, so row 1, column 0 must be 0.5"),
        ([[2, 1], [1, 1]], "not reciprocal: row 0, column 0"),
        ([[1, 2, 3]], "give a square matrix"),
        ([[1, -2], [-0.5, 1]], "not above 0"),
    ],
)
def test_what_is_no_comparison_is_refused(matrix, message):
    """Each with its remedy."""
    with pytest.raises(ValueError, match=message):
        pairwise_weights(matrix)


def test_one_or_two_evidences_are_always_consistent():
    """There is nothing to contradict."""
    assert pairwise_weights([[1]]).weights == (1.0,)
    found = pairwise_weights([[1, 3], [1 / 3, 1]])
    np.testing.assert_allclose(found.weights, [0.75, 0.25])
    assert found.consistency_ratio == 0
