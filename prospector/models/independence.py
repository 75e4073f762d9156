"""Test whether evidence layers are conditionally independent, given the deposits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from prospector.grid import FloatArray

LEAST_OMNIBUS_RATIO = 0.85
LEAST_P = 0.05


@dataclass(frozen=True)
class Independence:
    """Whether the evidences are conditionally independent, given the deposits.

    Parameters
    ----------
    expected_deposits
        T, the sum of the posterior over all unit cells.
    expected_deposits_sd
        s(T): the square root of the sum, over unique conditions, of unit cells squared times the
        variance of the posterior.
    omnibus_ratio
        n / T (Bonham-Carter 1994): below 0.85 the posterior is too high.
    statistic, p_value
        (T - n) / s(T) and its one-tailed p (Agterberg and Cheng 2002).
    """

    expected_deposits: float
    expected_deposits_sd: float
    omnibus_ratio: float
    statistic: float
    p_value: float

    @property
    def holds(self) -> bool:
        """Whether neither test refuses it: ratio at least 0.85, p at least 0.05."""
        return self.omnibus_ratio >= LEAST_OMNIBUS_RATIO and self.p_value >= LEAST_P


def check_independence(
    area: FloatArray, posterior: FloatArray, variance: FloatArray, *, deposits: float
) -> Independence:
    """Return the omnibus ratio, and the test of Agterberg and Cheng (2002).

    Parameters
    ----------
    area
        Unit cells under each unique condition, that is each combination of classes, shape (n,).
        Cells of one condition share one posterior and so one error: they are summed before they
        are squared, and s(T) does not depend on the size of cells.
    posterior, variance
        Posterior under each condition, and its variance.
    deposits
        Known deposits, n.

    Examples
    --------
    >>> tested = check_independence(
    ...     np.array([100.0, 900.0]), np.array([0.06, 0.01]), np.array([4e-4, 1e-5]), deposits=10
    ... )
    >>> tested.expected_deposits, round(tested.expected_deposits_sd, 4)  # sqrt(4 + 8.1)
    (15.0, 3.4785)
    >>> round(tested.statistic, 4), tested.holds  # 5 / 3.4785, ratio 10 / 15
    (1.4374, False)
    """
    expected = float(area @ posterior)
    spread = float(np.sqrt(area**2 @ variance))
    statistic = (expected - deposits) / spread
    p_value = float(ndtr(-statistic))
    return Independence(expected, spread, deposits / expected, statistic, p_value)
