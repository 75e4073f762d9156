"""Memberships: how much a value favours a deposit, 0 to 1, as an expert states it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils.validation import check_array

from prospector.grid import BoolArray, FloatArray

AnyMembership = Callable[[FloatArray], FloatArray]


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


@dataclass(frozen=True)
class LargeMembership:
    """Large values favour a deposit: one half at `midpoint`, the steeper the larger `spread`.

    1 / (1 + (value / midpoint)^-spread), and 0 below 0 (Tsoukalas and Uhrig 1997).
    """

    midpoint: float
    spread: float = 5.0

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return the membership, 0-1; NaN stays NaN.

        Examples
        --------
        >>> LargeMembership(midpoint=10, spread=2)(np.array([0.0, 10.0, 20.0])).tolist()
        [0.0, 0.5, 0.8]
        """
        return np.asarray(1.0 - SmallMembership(self.midpoint, self.spread)(values))


@dataclass(frozen=True)
class SmallMembership:
    """Small values favour a deposit: one half at `midpoint`, the steeper the larger `spread`.

    1 / (1 + (value / midpoint)^spread), and 1 below 0 (Tsoukalas and Uhrig 1997).
    """

    midpoint: float
    spread: float = 5.0

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return the membership, 0-1; NaN stays NaN.

        Examples
        --------
        >>> SmallMembership(midpoint=10, spread=2)(np.array([0.0, 10.0, 20.0])).round(4).tolist()
        [1.0, 0.5, 0.2]
        """
        return np.asarray(1.0 / (1.0 + (np.maximum(values, 0.0) / self.midpoint) ** self.spread))


@dataclass(frozen=True)
class GaussianMembership:
    """Values near `middle` favour a deposit: exp(-0.5 * ((value - middle) / width)^2)."""

    middle: float
    width: float

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return the membership, 0-1; NaN stays NaN.

        Examples
        --------
        >>> GaussianMembership(middle=5, width=2)(np.array([5.0, 7.0])).round(4).tolist()
        [1.0, 0.6065]
        """
        return np.asarray(np.exp(-0.5 * ((values - self.middle) / self.width) ** 2))


@dataclass(frozen=True)
class ClassMembership:
    """A membership for each class, as pairs of class and membership; other classes are missing."""

    table: tuple[tuple[float, float], ...]

    def __call__(self, values: FloatArray) -> FloatArray:
        """Return the membership, 0-1; NaN stays NaN, and a class that the table lacks becomes NaN.

        Examples
        --------
        >>> ClassMembership(((1, 0.9), (2, 0.2)))(np.array([2.0, 1.0, 3.0])).tolist()
        [0.2, 0.9, nan]
        """
        member = np.full(np.shape(values), np.nan)
        for value, degree in self.table:
            member[values == value] = degree
        return member


KINDS: dict[str, Any] = {
    "linear": Membership,
    "large": LargeMembership,
    "small": SmallMembership,
    "gaussian": GaussianMembership,
    "classes": ClassMembership,
}
"""Every kind of membership by name."""


def membership_figures(membership: AnyMembership) -> dict[str, Any]:
    """Return a membership as JSON-ready figures; a linear one names no kind.

    Examples
    --------
    >>> membership_figures(Membership(0, 20))
    {'full': 0, 'none': 20}
    >>> membership_figures(GaussianMembership(5, 2))
    {'kind': 'gaussian', 'middle': 5, 'width': 2}
    """
    for name, kind in KINDS.items():
        if isinstance(membership, kind):
            figures = asdict(membership)
            return figures if name == "linear" else {"kind": name, **figures}
    raise ValueError(f"{membership!r} is not a kind of membership: use one of {', '.join(KINDS)}")


def membership_of(figures: dict[str, Any]) -> AnyMembership:
    """Return the membership that `membership_figures` described, also once through JSON."""
    stated = dict(figures)
    kind = KINDS[stated.pop("kind", "linear")]
    if "table" in stated:
        stated["table"] = tuple((value, degree) for value, degree in stated["table"])
    membership: AnyMembership = kind(**stated)
    return membership


def complete(evidence: NDArray[np.floating], optional: Sequence[bool] = ()) -> BoolArray:
    """Return which rows of evidence can be scored, shape (n,): all that is not optional is known, and some.

    Parameters
    ----------
    evidence
        NaN where it is unknown, shape (n, n_evidence).
    optional
        Which columns may be unknown; none where it is empty.
    """
    known = np.isfinite(evidence)
    if not any(optional):
        return np.asarray(known.all(axis=1))
    return np.asarray((known | np.asarray(optional)).all(axis=1) & known.any(axis=1))


def check_memberships(X: ArrayLike, memberships: tuple[AnyMembership, ...]) -> int:
    """Return the number of columns of evidence.

    Raises
    ------
    ValueError
        There is not one membership for each column.
    """
    n_columns = int(check_array(X, ensure_all_finite="allow-nan").shape[1])
    if n_columns != len(memberships):
        raise ValueError(
            f"{len(memberships)} memberships for {n_columns} columns of evidence: "
            "give one for each, in the order of the columns"
        )
    return n_columns


def member_values(X: ArrayLike, memberships: tuple[AnyMembership, ...]) -> FloatArray:
    """Return the membership of each value, shape (n, n_evidence), NaN where evidence is missing."""
    evidence = check_array(X, ensure_all_finite="allow-nan", ensure_min_samples=0)
    return np.column_stack([membership(evidence[:, i]) for i, membership in enumerate(memberships)])
