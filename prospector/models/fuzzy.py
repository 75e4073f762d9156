"""Fuzzy overlay: stated memberships joined by an operator, for too few deposits to learn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from prospector.grid import FloatArray
from prospector.models.membership import (
    AnyMembership,
    Membership,
    check_memberships,
    complete,
    member_values,
)

__all__ = ["FuzzyOverlay", "Membership"]


LEAST_MEMBERSHIP = 0.05

Operator = Literal["and", "or", "product", "sum", "gamma"]


class FuzzyOverlay(BaseEstimator):  # type: ignore[misc]
    """Overlay of memberships by a fuzzy operator (An, Moon and Rencz 1991).

    By default the gamma operator: score = sum^gamma * product^(1 - gamma), where sum is the fuzzy
    algebraic sum. No membership goes below 0.05: screening data are too coarse for one evidence to
    veto a place.

    Parameters
    ----------
    memberships
        One for each column of evidence.
    gamma
        0 is the product, 1 the algebraic sum; used by the gamma operator only.
    operator
        ``"and"`` the least membership, ``"or"`` the largest, ``"product"``, ``"sum"`` the algebraic
        sum, or ``"gamma"``.
    optional
        Which columns may be missing in a row that is scored; none where it is empty. Such a row is
        scored by its known memberships alone, as if the model had no other: what is not known neither
        raises nor lowers it.
    """

    def __init__(
        self,
        memberships: tuple[AnyMembership, ...] = (),
        gamma: float = 0.8,
        operator: Operator = "gamma",
        optional: tuple[bool, ...] = (),
    ) -> None:
        self.memberships = memberships
        self.gamma = gamma
        self.operator = operator
        self.optional = optional

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Do nothing but check shape and operator: nothing is learned."""
        del y
        self.n_features_in_ = check_memberships(X, self.memberships)
        if self.operator not in JOINED:
            raise ValueError(f"operator is '{self.operator}'; use one of: {', '.join(JOINED)}")
        return self

    def stated_member(self, X: ArrayLike) -> FloatArray:
        """Return the memberships as they are stated, shape (n, n_evidence), NaN where evidence is missing."""
        return member_values(X, self.memberships)

    def member(self, X: ArrayLike) -> FloatArray:
        """Return the memberships, shape (n, n_evidence), none below 0.05, NaN where evidence is missing."""
        return np.maximum(self.stated_member(X), LEAST_MEMBERSHIP)

    def predict_score(self, X: ArrayLike) -> FloatArray:
        """Return the score, 0-1, shape (n,); NaN where evidence is missing that is not optional.

        Examples
        --------
        >>> near = Membership(full=0, none=20)
        >>> overlay = FuzzyOverlay((near, near), optional=(False, True)).fit([[10.0, 10.0]])
        >>> overlay.predict_score([[10.0, 10.0], [10.0, np.nan], [np.nan, 10.0]]).round(4).tolist()
        [0.6021, 0.5, nan]
        """
        member = self.member(X)
        score = np.full(len(member), np.nan)
        scored = complete(member, self.optional)
        score[scored] = JOINED[self.operator](member[scored], self.gamma)
        return score

    def contributions(self, X: ArrayLike) -> FloatArray:
        """Return memberships less one half, (n, n_evidence): above 0 favours a deposit, NaN is unknown."""
        return np.asarray(self.member(X) - 0.5)


def _product(member: FloatArray) -> FloatArray:
    """Return the product of the known memberships of each row."""
    return np.asarray(np.nanprod(member, axis=1))


def _sum(member: FloatArray) -> FloatArray:
    return 1.0 - _product(1.0 - member)


JOINED: dict[str, Callable[[FloatArray, float], FloatArray]] = {
    "and": lambda member, _: np.asarray(np.nanmin(member, axis=1)),
    "or": lambda member, _: np.asarray(np.nanmax(member, axis=1)),
    "product": lambda member, _: _product(member),
    "sum": lambda member, _: _sum(member),
    "gamma": lambda member, gamma: _sum(member) ** gamma * _product(member) ** (1.0 - gamma),
}
"""What each operator makes of memberships, shape (n, n_evidence), and gamma."""
