"""Rank of each known deposit by the stated memberships, and what lowers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from prospector.grid import BoolArray, FloatArray
from prospector.ground.distribution import Distribution, score_of, score_steps
from prospector.models.fitted import Fitted

LOWEST = 2
"""Memberships that are shown of each deposit."""


@dataclass(frozen=True)
class LowMembership:
    """A membership of a known deposit that is among its lowest.

    Parameters
    ----------
    evidence
        Column of the evidence.
    membership
        As it was stated, before an operator's least.
    value
        The evidence there, in its own unit.
    """

    evidence: int
    membership: float
    value: float


@dataclass(frozen=True)
class KnownRank:
    """Where a known deposit stands by stated memberships.

    Parameters
    ----------
    deposit
        Its name.
    rank
        1 is best, of equal scores the best rank of them; None where it is not scored.
    units
        Units that are scored.
    percentile
        Share of the units that score below it, in percent, ties half; None where it is not scored.
    lowest
        Its lowest memberships below 1, the lowest first.
    unknown
        Columns of the evidence that is unknown there.
    on_ground
        Whether it lies on ground that is scored: on permissive ground, or in or near a polygon.
    """

    deposit: str
    rank: int | None
    units: int
    percentile: float | None
    lowest: tuple[LowMembership, ...]
    unknown: tuple[int, ...]
    on_ground: bool = True

    def as_record(self) -> dict[str, Any]:
        """Return it as figures for run.json."""
        return asdict(self)


def known_ranks(
    names: Sequence[str],
    fitted: Fitted,
    evidence: FloatArray,
    scaled: FloatArray,
    on_ground: BoolArray,
    distribution: Distribution,
) -> tuple[KnownRank, ...]:
    """Return where each known deposit stands, the best first, those that are not scored last.

    Parameters
    ----------
    names
        Of the deposits.
    fitted
        An overlay of stated memberships.
    evidence, scaled
        Evidence at the deposits in its own unit, and on the scale that it is scored on, shape
        (n, n evidence); NaN where it is unknown.
    on_ground
        Which of them lie on permissive ground, shape (n,).
    distribution
        How many units have each score.
    """
    scaled = np.where(on_ground[:, None], scaled, np.nan)
    steps = score_steps(fitted.score(scaled))
    member = fitted.estimator.stated_member(scaled)
    percentile = distribution.percentile(score_of(steps))
    above = distribution.total - np.cumsum(distribution.counts)
    ranks = [
        KnownRank(
            str(name),
            int(above[step]) + 1 if step >= 0 else None,
            distribution.total,
            round(float(place), 2) if step >= 0 else None,
            _lowest(members, values),
            tuple(np.flatnonzero(~np.isfinite(values)).tolist()),
            bool(there),
        )
        for name, step, place, members, values, there in zip(
            names, steps, percentile, member, evidence, on_ground, strict=True
        )
    ]
    return tuple(sorted(ranks, key=lambda known: (known.rank or np.inf, known.deposit)))


def _lowest(member: FloatArray, values: FloatArray) -> tuple[LowMembership, ...]:
    order = np.argsort(np.where(np.isfinite(member), member, np.inf), kind="stable")[:LOWEST]
    return tuple(
        LowMembership(int(column), round(float(member[column]), 3), float(values[column]))
        for column in order
        if np.isfinite(member[column]) and member[column] < 1
    )
