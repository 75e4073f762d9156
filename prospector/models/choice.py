"""The fewest evidence layers that do as well as any, chosen over folds inside the training rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.models.penalised import fit_penalised

MOST_GROUND = 1200
"""Background rows that a choice is made on: more cost time and hardly move it."""

FOLDS = 5


@dataclass(frozen=True, eq=False)
class Trial:
    """The rows that a choice of evidences is tried on.

    Parameters
    ----------
    terms
        Linear and then squared terms of standardised evidence, shape (n, 2 n evidence).
    positive, weight, fold
        Which rows are deposits, their weights, and the fold that tests them, shape (n,).
    sign
        The sign that binds each evidence, 0 where none does; one that is bound has no squared term.
    C
        Inverse strength of the penalty.
    """

    terms: FloatArray
    positive: BoolArray
    weight: FloatArray
    fold: IntArray
    sign: FloatArray
    C: float

    def thinned(self, most: int = MOST_GROUND) -> Trial:
        """Return the same with every so manieth background row, at most so many."""
        ground = np.flatnonzero(~self.positive)
        kept = np.sort(
            np.append(np.flatnonzero(self.positive), ground[:: -(-len(ground) // most) or 1])
        )
        return Trial(
            self.terms[kept],
            self.positive[kept],
            self.weight[kept],
            self.fold[kept],
            self.sign,
            self.C,
        )

    def sides(self) -> Iterator[tuple[BoolArray, BoolArray]]:
        """Give the rows that train and those that test, of each fold with both kinds on both sides.

        As masks of shape (n,).
        """
        for number in range(FOLDS):
            tests = self.fold == number
            if _both_kinds(self.positive[tests]) and _both_kinds(self.positive[~tests]):
                yield ~tests, tests

    def shares(self, columns: list[int]) -> FloatArray:
        """Return the share of its fold's ground below each deposit, by some evidences, out of fold.

        Shape (n deposits,).

        NaN for a deposit whose fold cannot be tested.
        """
        count = len(self.sign)
        squared = [count + column for column in columns if self.sign[column] == 0]
        terms = self.terms[:, columns + squared]
        sign = np.append(self.sign[columns], np.zeros(len(squared)))
        share = np.full(len(terms), np.nan)
        for trains, tests in self.sides():
            positive = self.positive[trains]
            weight = _balanced(self.weight[trains], positive)
            coefficients, _ = fit_penalised(terms[trains], positive, weight, C=self.C, sign=sign)
            score, known = terms[tests] @ coefficients, self.positive[tests]
            ground = np.sort(score[~known])
            below = np.searchsorted(ground, score[known], "left")
            below_or_at = np.searchsorted(ground, score[known], "right")
            share[tests & self.positive] = (below + below_or_at) / 2 / len(ground)
        return share[self.positive]


def _both_kinds(positive: BoolArray) -> bool:
    return bool(positive.any() and not positive.all())


def _balanced(weight: FloatArray, positive: BoolArray) -> FloatArray:
    """Return weights whose background sums to the deposits."""
    ratio = weight[positive].sum() / weight[~positive].sum()
    return np.where(positive, weight, ratio * weight)


def deal(positive: BoolArray, groups: IntArray | None) -> tuple[IntArray, IntArray]:
    """Return the fold of each row, and the group of each deposit.

    Groups stay whole: the largest goes first, each to the fold that has the fewest deposits. Ground
    of a group without a deposit always trains (-1). Without groups rows are dealt in turn, and each
    deposit is a group.

    Examples
    --------
    >>> positive = np.array([True, True, True, False, False])
    >>> deal(positive, np.array([7, 7, 9, 9, 8]))[0].tolist()
    [0, 0, 1, 1, -1]
    """
    if groups is None:
        fold = np.empty(len(positive), dtype=np.intp)
        for kind in (positive, ~positive):
            fold[kind] = np.arange(kind.sum()) % FOLDS
        return fold, np.arange(positive.sum(), dtype=np.intp)
    labels, of_deposit, sizes = np.unique(groups[positive], return_inverse=True, return_counts=True)
    fold_of, total = np.empty(len(labels), dtype=np.intp), np.zeros(FOLDS)
    for group in np.argsort(-sizes, kind="stable"):
        fold_of[group] = np.argmin(total)
        total[fold_of[group]] += sizes[group]
    place = np.minimum(np.searchsorted(labels, groups), len(labels) - 1)
    return np.where(labels[place] == groups, fold_of[place], -1), of_deposit.reshape(-1)


def fewest(trial: Trial, group: IntArray) -> list[int]:
    """Return the fewest evidences within one standard error of the best number, ascending.

    Evidences join one by one, each time the one that raises the AUC out of fold most: the first is
    the best single evidence. A smaller number is as good where its mean loss against the best number
    is at most the standard error of that loss over groups of deposits. All where nothing can be tested.

    Parameters
    ----------
    trial
        What each number of evidences reached, out of fold.
    group
        Group of each deposit, shape (n deposits,).
    """
    left = list(range(len(trial.sign)))
    if not any(True for _ in trial.sides()):
        return left
    chosen: list[int] = []
    steps: list[FloatArray] = []
    while left:
        tried = {column: trial.shares([*chosen, column]) for column in left}
        best = max(left, key=lambda column: float(np.nanmean(tried[column])))
        left.remove(best)
        chosen.append(best)
        steps.append(tried[best])
    top = steps[int(np.argmax([np.nanmean(step) for step in steps]))]
    enough = next(number for number, step in enumerate(steps) if _as_good(top - step, group))
    return sorted(chosen[: enough + 1])


def _as_good(loss: FloatArray, group: IntArray) -> bool:
    """Return whether a mean loss is at most its standard error over groups of deposits."""
    known = np.isfinite(loss)
    mean = loss[known].mean()
    _, index = np.unique(group[known], return_inverse=True)
    off = np.bincount(index.reshape(-1), weights=loss[known] - mean)
    error = np.sqrt((off**2).sum() * len(off) / max(len(off) - 1, 1)) / known.sum()
    return bool(mean <= error)
