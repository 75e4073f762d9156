"""Memberships, and the operators that join them."""

import json

import numpy as np
import pytest

from prospector.models import (
    ClassMembership,
    FuzzyOverlay,
    GaussianMembership,
    LargeMembership,
    Membership,
    SmallMembership,
)
from prospector.models.fitted import Fitted, from_figures
from prospector.models.membership import membership_figures

KINDS = (
    Membership(full=0, none=20),
    LargeMembership(midpoint=10, spread=2),
    SmallMembership(midpoint=10, spread=2),
    GaussianMembership(middle=10, width=5),
    ClassMembership(((10, 0.7), (20, 0.1))),
)


def test_each_kind_gives_the_value_worked_by_hand():
    """At 20: flat at 0; 4/5; 1/5; exp(-2); the class's 0.1."""
    values = [float(one(np.array([20.0]))[0]) for one in KINDS]
    assert values == pytest.approx([0.0, 0.8, 0.2, np.exp(-2), 0.1])


def test_missing_evidence_and_unknown_classes_have_no_membership():
    """NaN in, NaN out; class 15 is not in the table."""
    assert all(np.isnan(one(np.array([np.nan]))[0]) for one in KINDS)
    assert np.isnan(KINDS[-1](np.array([15.0]))[0])


@pytest.mark.parametrize(
    ("operator", "expected"),
    [("and", 0.5), ("or", 0.8), ("product", 0.4), ("sum", 0.9), ("gamma", 0.9**0.5 * 0.4**0.5)],
)
def test_each_operator_joins_a_half_and_four_fifths(operator, expected):
    """Least, largest, 0.5 * 0.8, 1 - 0.5 * 0.2, and their geometric mean at gamma 0.5."""
    one = Membership(full=1, none=0)
    overlay = FuzzyOverlay((one, one), gamma=0.5, operator=operator).fit([[0.5, 0.8]])
    assert overlay.predict_score([[0.5, 0.8]])[0] == pytest.approx(expected)


def test_an_operator_that_does_not_exist_is_refused():
    """The message names those that do."""
    with pytest.raises(ValueError, match="use one of: and, or, product, sum, gamma"):
        FuzzyOverlay((KINDS[0],), operator="xor").fit([[1.0]])


def test_every_kind_and_operator_returns_from_its_figures():
    """Through JSON, as run.json holds it."""
    rows = np.array([[5.0, 10.0, 20.0, 10.0, 20.0]])
    overlay = FuzzyOverlay(KINDS, operator="and").fit(rows)
    fitted = Fitted.of("fuzzy", overlay, rows, "d")
    again = from_figures(json.loads(json.dumps(fitted.figures())))
    assert again.estimator.memberships == KINDS
    assert again.score(rows) == overlay.predict_score(rows)


def test_a_function_that_is_no_membership_cannot_be_written():
    """A file holds data, not code."""
    with pytest.raises(ValueError, match="is not a kind of membership"):
        membership_figures(np.tanh)
