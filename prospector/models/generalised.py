"""From many classes of one evidence to few, each with a weight."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prospector.grid import FloatArray, IntArray
from prospector.models.contrast import NONE_LEFT, Tally, class_table, cumulative_table


@dataclass(frozen=True, eq=False)
class Generalised:
    """One evidence in few classes, each with its weight.

    Parameters
    ----------
    breaks
        Continuous evidence: the upper ends of its first classes. Categories: their values.
    categorical
        Which of both `breaks` are.
    group
        The generalised class of each class that `breaks` make.
    weight, variance
        Weight of each generalised class, and its variance.
    tally
        Deposits and background in each generalised class.
    """

    breaks: FloatArray
    categorical: bool
    group: IntArray
    weight: FloatArray
    variance: FloatArray
    tally: Tally

    def classes_of(self, column: FloatArray) -> IntArray:
        """Return the generalised class of each value, -1 where missing or never seen, shape (n,)."""
        found = classes_of(column, self.breaks, categorical=self.categorical)
        return np.where(found < 0, -1, self.group[found])

    def share(self, prior: float) -> FloatArray:
        """Return the share of the ground in each generalised class, shape (n classes,)."""
        deposits, background = self.tally.deposits, self.tally.background
        return np.asarray(
            prior * deposits / deposits.sum() + (1 - prior) * background / background.sum()
        )


def generalise(
    column: FloatArray,
    deposits_in: FloatArray,
    background_in: FloatArray,
    *,
    categorical: bool,
    binary: bool,
    n_classes: int,
    least: float,
    holds_deposits: bool = False,
) -> tuple[pd.DataFrame, Generalised]:
    """Return the contrast table of one evidence, and its generalised classes.

    Parameters
    ----------
    column
        Evidence of shape (n,), NaN where missing: such rows do not count, nor do those of no weight.
    deposits_in, background_in
        Unit cells with and without a deposit that each row stands for, shape (n,).
    categorical, binary
        Each category may stand alone; otherwise one pattern is sought if `binary`.
    n_classes
        Classes of equal ground for continuous evidence.
    least
        Least studentised contrast.
    holds_deposits
        Whether the background is ground that holds the deposits' own unit cells: they are taken off.
    """
    known = np.isfinite(column) & (deposits_in + background_in > 0)
    column, deposits_in, background_in = column[known], deposits_in[known], background_in[known]
    if not (deposits_in.any() and background_in.any()):
        return cumulative_table(NOTHING.tally, NOTHING.breaks), NOTHING
    ground = background_in > 0
    breaks = (
        np.unique(column)
        if categorical
        else quantile_breaks(column[ground], background_in[ground], n_classes=n_classes)
    )
    number = classes_of(column, breaks, categorical=categorical)
    size = len(breaks) + (not categorical)
    tally = Tally.of(number, deposits_in, background_in, n_classes=size)
    tally = tally.without_deposits() if holds_deposits else tally
    table = class_table(tally) if categorical else cumulative_table(tally, breaks)
    if categorical:
        table.insert(0, "category", breaks)
    group = (
        binary_groups(table, size, least=least)
        if binary and not categorical
        else class_groups(class_table(tally), least=least)
    )
    return table, Generalised(breaks, categorical, group, *weigh(tally, group))


def quantile_breaks(values: FloatArray, ground: FloatArray, *, n_classes: int) -> FloatArray:
    """Return the upper ends of all classes but the last, shape (n - 1,): of equal ground, or each value.

    Examples
    --------
    >>> quantile_breaks(np.arange(1.0, 9.0), np.ones(8), n_classes=4).tolist()
    [2.0, 4.0, 6.0]
    >>> quantile_breaks(np.array([0.0, 1.0, 1.0]), np.ones(3), n_classes=4).tolist()
    [0.0]
    """
    distinct = np.unique(values)
    if len(distinct) <= n_classes:
        return distinct[:-1]
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(ground[order]) / ground.sum()
    wanted = np.arange(1, n_classes) / n_classes
    # Rounding must not move a break: the same rows given twice make the same classes.
    breaks = np.unique(values[order][np.searchsorted(reached, wanted - NONE_LEFT)])
    return np.asarray(breaks[breaks < distinct[-1]])


def classes_of(column: FloatArray, breaks: FloatArray, *, categorical: bool) -> IntArray:
    """Return the class of each value, -1 where missing, or a category that `breaks` lack, shape (n,)."""
    if not categorical:
        return np.where(np.isnan(column), -1, np.searchsorted(breaks, column, side="left"))
    place = np.minimum(np.searchsorted(breaks, column), len(breaks) - 1)
    return np.where(breaks[place] == column, place, -1)


def binary_groups(table: pd.DataFrame, n_classes: int, *, least: float) -> IntArray:
    """Return 1 for classes inside the pattern of largest studentised contrast, 0 outside.

    Shape (n classes,).

    All 0 where no pattern of `table`, a cumulative one, reaches `least`. Ties go to the first row.
    """
    studentised = table["studentised"].to_numpy()
    if len(studentised) == 0 or studentised.max() < least:
        return np.zeros(n_classes, dtype=np.intp)
    best = int(np.argmax(studentised))
    below = np.arange(n_classes) <= best % (n_classes - 1)
    return (below if best < n_classes - 1 else ~below).astype(np.intp)


def class_groups(table: pd.DataFrame, *, least: float) -> IntArray:
    """Return the group of each class, shape (n,), with a studentised contrast of `least`; 0 for the rest."""
    apart = np.abs(table["studentised"].to_numpy()) >= least
    if len(apart) < 2:
        apart[:] = False
    group = np.where(apart, np.cumsum(apart), 0)
    return np.unique(group, return_inverse=True)[1].reshape(-1).astype(np.intp)


def weigh(tally: Tally, group: IntArray) -> tuple[FloatArray, FloatArray, Tally]:
    """Return weight and variance of each group, and their tally; no weight where all is one.

    Each of shape (n groups,).
    """
    joined = tally.joined(group)
    if len(joined.deposits) == 1:
        return np.zeros(1), np.zeros(1), joined
    table = class_table(joined)
    return table["w_plus"].to_numpy(), table["w_plus_variance"].to_numpy(), joined


NOTHING = Generalised(
    np.empty(0), False, np.zeros(1, dtype=np.intp), np.zeros(1), np.zeros(1),
    Tally(np.ones(1), np.ones(1)),
)  # fmt: skip
"""An evidence that is known at no deposit, or nowhere else: one class, no weight."""
