"""Penalised logistic regression for many small fits: Newton's method, signs bound where asked."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.optimize import nnls

from prospector.grid import BoolArray, FloatArray

MOST_STEPS = 100
MOST_HALVINGS = 30
SMALLEST_STEP = 1e-4
"""Newton's method has converged where no coefficient moves more: the error left is about its square."""


@dataclass(frozen=True, eq=False)
class _Problem:
    """Terms in rows with a last row of ones, shape (k + 1, n), labels 0-1, weights, penalties."""

    terms: FloatArray
    labels: FloatArray
    weight: FloatArray
    penalty: FloatArray

    def at(self, coefficients: FloatArray) -> tuple[float, FloatArray]:
        """Return the loss, and the share of deposits that each row would have, shape (n,)."""
        log_odds = coefficients @ self.terms
        shrunk = np.exp(-np.abs(log_odds))
        errors = np.maximum(log_odds, 0.0) - self.labels * log_odds + np.log1p(shrunk)
        loss = self.weight @ errors + 0.5 * self.penalty @ coefficients**2
        return float(loss), np.where(log_odds < 0, shrunk, 1.0) / (1.0 + shrunk)

    def slope(self, coefficients: FloatArray, share: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return gradient (k + 1,) and second derivatives (k + 1, k + 1) of the loss."""
        gradient = self.terms @ (self.weight * (share - self.labels))
        curvature = (self.terms * (self.weight * share * (1.0 - share))) @ self.terms.T
        curvature[np.diag_indices_from(curvature)] += self.penalty
        return gradient + self.penalty * coefficients, curvature


def fit_penalised(
    terms: FloatArray,
    positive: BoolArray,
    weight: FloatArray,
    *,
    C: float,
    sign: FloatArray | None = None,
) -> tuple[FloatArray, float]:
    """Return the coefficients, shape (k,), and the constant of a logistic regression with L2 penalty.

    They minimise the weighted negative log-likelihood and the sum of squared coefficients over
    ``2 C``, where each coefficient times its sign is at least 0. The constant is free of penalty.

    Parameters
    ----------
    terms
        Shape (n, k), about standardised.
    positive
        Which rows are deposits, shape (n,).
    weight
        Weight of each row, shape (n,).
    C
        Inverse of the strength of the penalty.
    sign
        1 where a coefficient must not be negative, -1 where not positive, 0 where it is free.

    Examples
    --------
    More of the second evidence favours a deposit; bound to count against one, it has no weight:

    >>> terms, labels = np.array([[0.0, -1], [0, 1], [1, -1], [1, 1]]), np.array([0, 0, 0, 1])
    >>> fit_penalised(terms, labels == 1, np.ones(4), C=1.0)[0].round(2).tolist()
    [0.43, 0.59]
    >>> bound = fit_penalised(terms, labels == 1, np.ones(4), C=1.0, sign=np.array([0.0, -1.0]))
    >>> bound[0].round(2).tolist()
    [0.42, 0.0]
    """
    n, k = terms.shape
    problem = _Problem(
        np.vstack([terms.T, np.ones(n)]),
        positive.astype(float),
        weight,
        np.append(np.full(k, 1.0 / C), 0.0),
    )
    signs = np.zeros(k + 1) if sign is None else np.append(sign, 0.0)
    coefficients = np.zeros(k + 1)
    loss, share = problem.at(coefficients)
    for _ in range(MOST_STEPS):
        step = _aim(coefficients, *problem.slope(coefficients, share), signs) - coefficients
        for _ in range(MOST_HALVINGS):
            lower, share = problem.at(coefficients + step)
            if lower <= loss or np.abs(step).max() < SMALLEST_STEP:
                break
            step = step / 2
        coefficients, loss = coefficients + step, lower
        if np.abs(step).max() < SMALLEST_STEP:
            break
    return coefficients[:-1], float(coefficients[-1])


def _aim(
    start: FloatArray, gradient: FloatArray, curvature: FloatArray, sign: FloatArray
) -> FloatArray:
    """Return the minimum of the quadratic model of the loss, signs bound."""
    bound = sign != 0
    wanted = curvature @ start - gradient
    if not bound.any():
        return np.asarray(np.linalg.solve(curvature, wanted))
    free = ~bound
    across = np.linalg.solve(
        curvature[np.ix_(free, free)],
        np.column_stack([curvature[np.ix_(free, bound)], wanted[free]]),
    )
    held = curvature[np.ix_(bound, free)] @ across
    signs = sign[bound]
    own = (curvature[np.ix_(bound, bound)] - held[:, :-1]) * np.outer(signs, signs)
    root = np.linalg.cholesky(own)
    target = np.linalg.solve(root, signs * (wanted[bound] - held[:, -1]))
    aim = np.empty_like(start)
    aim[bound] = signs * nnls(root.T, target)[0]
    aim[free] = across[:, -1] - across[:, :-1] @ aim[bound]
    return aim
