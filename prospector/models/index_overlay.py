"""Index overlay: stated memberships joined by stated weights, for too few deposits to learn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.base import BaseEstimator

from prospector.grid import FloatArray
from prospector.models.membership import AnyMembership, check_memberships, complete, member_values

LARGEST_CONSISTENCY_RATIO = 0.1
RANDOM_INDEX = (0.0, 0.0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49)
"""Mean consistency index of random reciprocal matrices of 1 to 10 rows (Saaty 1980)."""


class IndexOverlay(BaseEstimator):  # type: ignore[misc]
    """Weighted mean of memberships (Bonham-Carter 1994, chapter 9).

    Unlike fuzzy overlay, much of one evidence makes up for the lack of another.

    Parameters
    ----------
    memberships
        One for each column of evidence.
    weights
        One for each membership, not below 0; only their ratios matter. Empty: all equal.
    optional
        Which columns may be missing in a row that is scored; none where it is empty. Such a row is
        scored by the mean of its known memberships.
    """

    def __init__(
        self,
        memberships: tuple[AnyMembership, ...] = (),
        weights: tuple[float, ...] = (),
        optional: tuple[bool, ...] = (),
    ) -> None:
        self.memberships = memberships
        self.weights = weights
        self.optional = optional

    def fit(self, X: ArrayLike, y: ArrayLike | None = None) -> Self:
        """Do nothing but check shape and weights: nothing is learned.

        Raises
        ------
        ValueError
            Memberships or weights do not fit the columns, or a weight is negative.
        """
        del y
        self.n_features_in_ = check_memberships(X, self.memberships)
        self._shares()
        return self

    @property
    def shares(self) -> FloatArray:
        """Share of each membership in the score, summing to 1, shape (n_evidence,)."""
        return self._shares()

    def _shares(self) -> FloatArray:
        weights = np.asarray(self.weights or np.ones(len(self.memberships)), dtype=float)
        if len(weights) != len(self.memberships):
            raise ValueError(
                f"{len(weights)} weights for {len(self.memberships)} memberships: give one for each"
            )
        if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
            raise ValueError(f"weights are {self.weights}: none may be below 0, nor all of them 0")
        return np.asarray(weights / weights.sum())

    def stated_member(self, X: ArrayLike) -> FloatArray:
        """Return the memberships, shape (n, n_evidence), NaN where evidence is missing."""
        return member_values(X, self.memberships)

    def predict_score(self, X: ArrayLike) -> FloatArray:
        """Return the score, 0-1, shape (n,); NaN where evidence is missing that is not optional.

        Examples
        --------
        >>> from prospector.models.membership import Membership
        >>> near, high = Membership(full=0, none=20), Membership(full=100, none=0)
        >>> overlay = IndexOverlay((near, high), weights=(3, 1)).fit([[5.0, 20.0]])
        >>> overlay.predict_score([[5.0, 20.0]]).round(4).tolist()  # (3 * 0.75 + 1 * 0.2) / 4
        [0.6125]
        """
        member = self.stated_member(X)
        known = np.isfinite(member)
        weighed = known @ self.shares
        scored = complete(member, self.optional) & (weighed > 0)
        if known.all():
            return np.asarray(member @ self.shares)
        score = np.full(len(member), np.nan)
        score[scored] = (np.nan_to_num(member[scored]) @ self.shares) / weighed[scored]
        return score

    def contributions(self, X: ArrayLike) -> FloatArray:
        """Return each evidence's part of the score less one half, shape (n, n_evidence).

        What is known shares the whole weight, as in the score; the part of what is missing is NaN.

        Examples
        --------
        >>> from prospector.models.membership import Membership
        >>> near, high = Membership(full=0, none=20), Membership(full=100, none=0)
        >>> overlay = IndexOverlay((near, high), optional=(False, True)).fit([[5.0, 20.0]])
        >>> overlay.contributions([[5.0, 20.0], [5.0, np.nan]]).tolist()
        [[0.125, -0.15], [0.25, nan]]
        """
        member = self.stated_member(X)
        weighed = np.isfinite(member) @ self.shares
        shares = self.shares / np.where(weighed > 0, weighed, 1.0)[:, None]
        return np.asarray((member - 0.5) * shares)


@dataclass(frozen=True)
class PairwiseWeights:
    """Weights from pairwise comparison, in the order of the matrix, and how consistent they are."""

    weights: tuple[float, ...]
    largest_eigenvalue: float
    consistency_ratio: float


def pairwise_weights(matrix: ArrayLike) -> PairwiseWeights:
    """Return weights that sum to 1 from a matrix of pairwise comparisons (Saaty 1980).

    The weights are the principal eigenvector. The consistency ratio is (largest eigenvalue - n) /
    (n - 1), divided by what random judgements give.

    Parameters
    ----------
    matrix
        Shape (n, n), n from 1 to 10; row i, column j says how many times as important evidence i
        is as evidence j (1 equal, 3 somewhat, 5 clearly, 7 strongly, 9 extremely).

    Raises
    ------
    ValueError
        The matrix is not square, positive and reciprocal, or its judgements contradict one another
        (consistency ratio above 0.1).

    Examples
    --------
    Twice as important as the second, four times as the third:

    >>> found = pairwise_weights([[1, 2, 4], [1 / 2, 1, 2], [1 / 4, 1 / 2, 1]])
    >>> [round(weight, 4) for weight in found.weights]
    [0.5714, 0.2857, 0.1429]
    """
    judged = _checked(np.asarray(matrix, dtype=float))
    values, vectors = np.linalg.eig(judged)
    largest = int(np.argmax(values.real))
    principal = np.abs(vectors[:, largest].real)
    weights = principal / principal.sum()
    size = len(judged)
    eigenvalue = float(values[largest].real)
    random_index = RANDOM_INDEX[size - 1]
    ratio = max(0.0, (eigenvalue - size) / (size - 1) / random_index) if random_index else 0.0
    if ratio > LARGEST_CONSISTENCY_RATIO:
        row, column = _least_consistent(judged, weights)
        raise ValueError(
            f"The comparisons contradict one another: consistency ratio {ratio:.2f}, at most "
            f"{LARGEST_CONSISTENCY_RATIO}. Look first at row {row}, column {column}: it states "
            f"{judged[row, column]:.3g}, the others together give "
            f"{weights[row] / weights[column]:.3g}."
        )
    return PairwiseWeights(tuple(weights.tolist()), eigenvalue, ratio)


def _checked(judged: FloatArray) -> FloatArray:
    if judged.ndim != 2 or judged.shape[0] != judged.shape[1] or not 1 <= len(judged) <= 10:
        raise ValueError(
            f"The comparisons have shape {judged.shape}: give a square matrix of 1 to 10 rows"
        )
    if not (np.isfinite(judged).all() and (judged > 0).all()):
        raise ValueError("A comparison is not above 0: write 1/3 for a third as important")
    wrong = np.argwhere(~np.isclose(judged * judged.T, 1.0, rtol=0.01))
    if len(wrong):
        row, column = (int(place) for place in wrong[0])
        raise ValueError(
            f"The comparisons are not reciprocal: row {row}, column {column} is "
            f"{judged[row, column]:.3g}, so row {column}, column {row} must be "
            f"{1 / judged[row, column]:.3g}, not {judged[column, row]:.3g}"
        )
    return judged


def _least_consistent(judged: FloatArray, weights: FloatArray) -> tuple[int, int]:
    """Return the comparison farthest from the ratio of weights, rows and columns from 0."""
    misfit = np.abs(np.log(judged * weights / weights[:, None]))
    row, column = np.unravel_index(int(np.argmax(np.triu(misfit))), misfit.shape)
    return int(row), int(column)
