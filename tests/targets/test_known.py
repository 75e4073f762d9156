"""Where known deposits stand by stated memberships: ranks, ties, what is lowest, what is unknown."""

import numpy as np

from prospector.ground.distribution import Distribution, count_steps, score_steps
from prospector.models import FuzzyOverlay, Membership
from prospector.models.fitted import Fitted
from prospector.targets.known import known_ranks

NAN = np.nan


def ranked(evidence, on_ground=None):
    """Return the ranks of deposits among four units, of which two score the same."""
    members = (Membership(10, 0), Membership(0, 20))
    overlay = FuzzyOverlay(members, operator="and", optional=(False, True))
    units = np.array([[9.0, 2.0], [5.0, 2.0], [5.0, NAN], [1.0, 2.0]])
    fitted = Fitted.of("fuzzy", overlay.fit(units), units, "digest")
    distribution = Distribution(count_steps(score_steps(fitted.score(units))))
    rows = np.asarray(evidence)
    there = np.ones(len(rows), bool) if on_ground is None else np.asarray(on_ground)
    names = ["first", "second", "third", "fourth"][: len(rows)]
    return known_ranks(names, fitted, rows, rows, there, distribution)


def test_deposits_are_ranked_among_the_units_and_ties_share_the_best():
    """The best unit, one of the two alike, and the last, the best first."""
    found = ranked([[1.0, 2.0], [5.0, NAN], [9.0, 2.0]])
    assert [(row.deposit, row.rank, row.units) for row in found] == [
        ("third", 1, 4), ("second", 2, 4), ("first", 4, 4),
    ]  # fmt: skip
    assert [row.percentile for row in found] == [87.5, 50.0, 12.5]


def test_the_lowest_memberships_come_first_with_their_values():
    """0.1 of the first evidence and 0.9 of the second; one that is whole holds nothing down."""
    [row] = ranked([[1.0, 2.0]])
    assert [(low.evidence, low.membership, low.value) for low in row.lowest] == [
        (0, 0.1, 1.0), (1, 0.9, 2.0),
    ]  # fmt: skip
    [whole] = ranked([[12.0, 0.0]])
    assert whole.lowest == ()


def test_what_is_unknown_is_named_and_what_it_needs_leaves_it_unscored():
    """The second may be unknown, the first may not."""
    scored, unscored = ranked([[5.0, NAN], [NAN, 2.0]])
    assert (scored.rank, scored.unknown) == (2, (1,))
    assert (unscored.rank, unscored.percentile, unscored.unknown) == (None, None, (0,))


def test_a_deposit_off_the_ground_is_not_ranked():
    """Whatever its evidence."""
    on, off = ranked([[1.0, 2.0], [9.0, 2.0]], [True, False])
    assert (on.deposit, on.rank, on.on_ground) == ("first", 4, True)
    assert (off.deposit, off.rank, off.on_ground, off.lowest) == ("second", None, False, ())
