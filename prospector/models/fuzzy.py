"""Fuzzy overlay: stated memberships joined by the gamma operator, for too few deposits to learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_array

FloatArray = NDArray[np.float64]

LEAST_MEMBERSHIP = 0.05


@dataclass(frozen=True)
class Membership:
    """A linear membership between `full` (1) and `none` (0), flat beyond both."""

    full: float
    none: float

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return the membership, 0-1; NaN stays NaN.

        Examples
        --------
        >>> Membership(full=0, none=20)(np.array([0.0, 5.0, 30.0])).tolist()
        [1.0, 0.75, 0.0]
        """
        return np.asarray(np.clip((values - self.none) / (self.full - self.none), 0.0, 1.0))


class FuzzyOverlay(BaseEstimator):  # type: ignore[misc]
    """Gamma overlay of memberships (An, Moon and Rencz 1991).

    score = sum^gamma * product^(1 - gamma), where sum is the fuzzy algebraic sum. No membership
    goes below 0.05: screening data are too coarse for one evidence to veto a place.

    Parameters
    ----------
    memberships
        One for each column of evidence.
    gamma
        0 is the product, 1 the algebraic sum.
    """

    def __init__(self, memberships: tuple[Membership, ...] = (), gamma: float = 0.8) -> None:
        self.memberships = memberships
        self.gamma = gamma

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Do nothing but check the shape: nothing is learned."""
        del y
        self.n_features_in_ = check_array(X, ensure_all_finite="allow-nan").shape[1]
        if self.n_features_in_ != len(self.memberships):
            raise ValueError(
                f"{len(self.memberships)} memberships for {self.n_features_in_} columns"
            )
        return self

    def member(self, X: ArrayLike) -> FloatArray:
        """Return the memberships, shape (n, n_evidence), none below 0.05."""
        evidence = check_array(X, ensure_all_finite="allow-nan", ensure_min_samples=0)
        columns = [one(evidence[:, i]) for i, one in enumerate(self.memberships)]
        return np.maximum(np.column_stack(columns), LEAST_MEMBERSHIP)

    def predict_score(self, X: ArrayLike) -> FloatArray:
        """Return the score, 0-1, shape (n,)."""
        member = self.member(X)
        product = np.prod(member, axis=1)
        algebraic_sum = 1.0 - np.prod(1.0 - member, axis=1)
        return np.asarray(algebraic_sum**self.gamma * product ** (1.0 - self.gamma))

    def contributions(self, X: ArrayLike) -> FloatArray:
        """Return each membership less one half, shape (n, n_evidence): above 0 speaks for."""
        return np.asarray(self.member(X) - 0.5)
