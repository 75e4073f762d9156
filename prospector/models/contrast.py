"""Contrast tables: how much more often deposits lie in a pattern than ground does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from prospector.grid import FloatArray, IntArray

NONE_LEFT = 1e-9
"""A count below this is zero but for rounding."""


@dataclass(frozen=True, eq=False)
class Tally:
    """Deposits and background in each class of one evidence, in unit cells, shape (n classes,)."""

    deposits: FloatArray
    background: FloatArray

    @classmethod
    def of(
        cls, number: IntArray, deposits: FloatArray, background: FloatArray, *, n_classes: int
    ) -> Self:
        """Return the tally of rows by the number of their class."""
        counts = [
            np.bincount(number, weights=rows, minlength=n_classes).astype(np.float64)
            for rows in (deposits, background)
        ]
        return cls(*counts)

    def without_deposits(self) -> Tally:
        """Return the tally with the deposits' own unit cells taken off the ground of each class.

        Examples
        --------
        >>> tally = Tally(np.array([8.0, 2.0]), np.array([200.0, 800.0]))
        >>> tally.without_deposits().background.tolist()
        [192.0, 798.0]
        """
        return Tally(self.deposits, np.maximum(self.background - self.deposits, 0.0))

    def joined(self, group: IntArray) -> Tally:
        """Return the tally of groups of classes."""
        return Tally.of(group, self.deposits, self.background, n_classes=int(group.max()) + 1)


def contrast(
    deposits_in: FloatArray, background_in: FloatArray, *, deposits: float, background: float
) -> pd.DataFrame:
    """Return W+, W-, contrast and studentised contrast of patterns (Bonham-Carter 1994, chapter 9).

    Variances are the asymptotic ones by counts of unit cells (Bishop et al. 1975): that of W+ is 1 /
    cells in the pattern with a deposit + 1 / cells in it without one, that of W- the same outside the
    pattern, that of the contrast their sum.

    Parameters
    ----------
    deposits_in, background_in
        Unit cells with and without a deposit inside each pattern, shape (n patterns,).
    deposits, background
        Unit cells with and without a deposit in all.

    Returns
    -------
    DataFrame
        One row a pattern. Where one of a pattern's four counts is zero, one half is added to all
        four (Haldane 1956) and ``corrected`` is True: a logarithm of zero is no weight.

    Examples
    --------
    8 of 10 deposits in a fifth of 1000 unit cells:

    >>> table = contrast(np.array([8.0]), np.array([192.0]), deposits=10, background=990)
    >>> table[["w_plus", "w_minus", "contrast", "studentised"]].round(3).values.tolist()
    [[1.417, -1.394, 2.811, 3.537]]
    """
    counts = np.array(
        [deposits_in, deposits - deposits_in, background_in, background - background_in]
    )
    corrected = (counts < NONE_LEFT).any(axis=0)
    counts = np.maximum(counts, 0.0) + 0.5 * corrected
    with_deposit, without = counts[0] + counts[1], counts[2] + counts[3]
    w_plus = np.log(counts[0] / with_deposit) - np.log(counts[2] / without)
    w_minus = np.log(counts[1] / with_deposit) - np.log(counts[3] / without)
    plus_variance = 1 / counts[0] + 1 / counts[2]
    minus_variance = 1 / counts[1] + 1 / counts[3]
    return pd.DataFrame(
        {
            "deposits": deposits_in,
            "background": background_in,
            "w_plus": w_plus,
            "w_plus_variance": plus_variance,
            "w_minus": w_minus,
            "w_minus_variance": minus_variance,
            "contrast": w_plus - w_minus,
            "contrast_variance": plus_variance + minus_variance,
            "studentised": (w_plus - w_minus) / np.sqrt(plus_variance + minus_variance),
            "corrected": corrected,
        }
    )


def cumulative_table(tally: Tally, breaks: FloatArray) -> pd.DataFrame:
    """Return the contrast of all that is at most each break (ascending), and above it (descending)."""
    deposits, background = float(tally.deposits.sum()), float(tally.background.sum())
    below = np.cumsum(tally.deposits)[:-1], np.cumsum(tally.background)[:-1]
    above = deposits - below[0], background - below[1]
    tables = [contrast(*side, deposits=deposits, background=background) for side in (below, above)]
    for name, table in zip(("ascending", "descending"), tables, strict=True):
        table.insert(0, "direction", name)
        table.insert(1, "break", breaks)
    return pd.concat(tables, ignore_index=True)


def class_table(tally: Tally) -> pd.DataFrame:
    """Return the contrast of each class with all others; ``w_plus`` is its weight."""
    return contrast(
        tally.deposits,
        tally.background,
        deposits=float(tally.deposits.sum()),
        background=float(tally.background.sum()),
    )
