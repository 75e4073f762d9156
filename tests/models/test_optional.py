"""Evidence that may be unknown: such rows are scored by the rest, all others as before."""

import json

import numpy as np
import pytest

from prospector.models import FuzzyOverlay, IndexOverlay, Membership
from prospector.models.fitted import Fitted, from_figures
from prospector.models.fuzzy import JOINED

MEMBERS = (Membership(10, 0), Membership(0, 20), Membership(5, 1))
OPTIONAL = (False, True, True)
ROWS = np.array([[6.0, 5.0, 3.0], [6.0, np.nan, 3.0], [6.0, np.nan, np.nan], [np.nan, 5.0, 3.0]])


@pytest.mark.parametrize("operator", JOINED)
def test_what_is_unknown_is_left_out_of_a_fuzzy_overlay(operator):
    """A row scores as in an overlay that has only its known evidence; without what it needs, not at all."""
    overlay = FuzzyOverlay(MEMBERS, 0.7, operator, OPTIONAL).fit(ROWS)
    found = overlay.predict_score(ROWS)
    for row, columns in ((0, [0, 1, 2]), (1, [0, 2]), (2, [0])):
        some = tuple(MEMBERS[column] for column in columns)
        alone = FuzzyOverlay(some, 0.7, operator).fit(ROWS[[row]][:, columns])
        assert found[row] == alone.predict_score(ROWS[[row]][:, columns])[0]
    assert np.isnan(found[3])


def test_what_is_unknown_is_left_out_of_an_index():
    """The weighted mean of the known memberships: 0.6 and 0.5 with weights 2 and 1."""
    overlay = IndexOverlay(MEMBERS, (2.0, 1.0, 1.0), OPTIONAL).fit(ROWS)
    found = overlay.predict_score(ROWS)
    np.testing.assert_allclose(found[1:3], [(2 * 0.6 + 0.5) / 3, 0.6])
    assert np.isnan(found[3])


def test_an_evidence_without_weight_alone_scores_nothing():
    """Its weight is 0, so nothing is known that counts."""
    overlay = IndexOverlay(MEMBERS[:2], (0.0, 1.0), (True, True)).fit(ROWS[:, :2])
    assert np.isnan(overlay.predict_score([[6.0, np.nan]])[0])


@pytest.mark.parametrize(
    "overlay", [FuzzyOverlay(MEMBERS, optional=OPTIONAL), IndexOverlay(MEMBERS, (), OPTIONAL)]
)
def test_a_run_keeps_what_may_be_unknown(overlay):
    """Through JSON the same scores come out; an unknown has no part, and the rest has its own."""
    fitted = Fitted.of("fuzzy", overlay.fit(ROWS), ROWS, "digest")
    again = from_figures(json.loads(json.dumps(fitted.figures(), allow_nan=False)))
    np.testing.assert_array_equal(again.score(ROWS), fitted.score(ROWS))
    assert np.isfinite(fitted.score(ROWS)).tolist() == [True, True, True, False]
    np.testing.assert_array_equal(np.isnan(again.contributions(ROWS)), np.isnan(ROWS))


def test_an_overlay_that_needs_all_says_nothing_of_it():
    """Runs of before read as they did."""
    fitted = Fitted.of("fuzzy", FuzzyOverlay(MEMBERS).fit(ROWS[:1]), ROWS[:1], "digest")
    assert "optional" not in fitted.figures()
