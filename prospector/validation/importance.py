"""Which evidence a model relies on: permutation of correlated groups, accumulated local effects."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import squareform
from scipy.stats import rankdata
from sklearn.base import BaseEstimator

from prospector.grid import FloatArray, IntArray
from prospector.validation.record import Importance
from prospector.validation.sample import Folds, Sample
from prospector.validation.scoring import (
    fit_sample,
    one_blas_thread,
    score_rows,
    share_below,
    tested,
)

CORRELATED = 0.7
"""Rank correlation, whatever its sign, from which evidences are permuted together."""


@dataclass(frozen=True, eq=False)
class LocalEffect:
    """First-order accumulated local effect of one evidence (Apley and Zhu 2020).

    Parameters
    ----------
    values
        Edges of the bins, in the unit of the evidence, ascending, shape (n,).
    effect
        Effect on the score at each edge, mean 0 over the rows, shape (n,).
    """

    values: FloatArray
    effect: FloatArray


def correlated_groups(evidence: FloatArray, *, threshold: float = CORRELATED) -> IntArray:
    """Return the group of each evidence, numbered from 0 by first column. Shape (n_evidence,).

    Complete linkage: any two evidences of a group have a rank correlation, whatever its sign, of
    at least `threshold`. An evidence that does not vary is alone.

    Examples
    --------
    >>> correlated_groups(np.array([[1.0, 9, 5], [2, 4, 1], [3, 1, 4]])).tolist()
    [0, 0, 1]
    """
    count = evidence.shape[1]
    if count < 2:
        return np.zeros(count, dtype=np.intp)
    ranks = rankdata(evidence, axis=0)
    ranks = ranks - ranks.mean(axis=0)
    length = np.sqrt((ranks**2).sum(axis=0))
    scaled = np.divide(ranks, length, out=np.zeros_like(ranks), where=length > 0)
    apart = np.clip(1.0 - np.abs(scaled.T @ scaled), 0.0, 1.0)
    np.fill_diagonal(apart, 0.0)
    tree = linkage(squareform((apart + apart.T) / 2, checks=False), "complete")
    found = fcluster(tree, 1.0 - threshold + 1e-12, "distance")
    _, first, group = np.unique(found, return_index=True, return_inverse=True)
    return np.asarray(np.argsort(np.argsort(first))[group.reshape(-1)], dtype=np.intp)


def permutation_importance(
    estimator: BaseEstimator,
    sample: Sample,
    folds: Folds,
    *,
    random: np.random.Generator,
    group: IntArray | None = None,
    repeats: int = 10,
) -> tuple[Importance, ...]:
    """Return the loss of blocked AUC when each group of evidences is permuted, greatest first.

    In each fold the model is fitted once, on the others; rows tested, deposits and background
    together, exchange their values of the group. Several evidences of a group move together, so
    that none stands in for another.

    Parameters
    ----------
    estimator
        A scikit-learn classifier; clones of it are fitted.
    sample
        Deposits and background: places in metres, evidence of shape (n, n evidence).
    folds
        Which deposits and background each fold tests.
    random
        Source of the random draws.
    group
        Group of each evidence, shape (n_evidence,); by `correlated_groups` of the background if
        left out.
    repeats
        Permutations of each group in each fold.
    """
    groups = correlated_groups(sample.background) if group is None else group
    columns = [np.flatnonzero(groups == group) for group in np.unique(groups)]
    with one_blas_thread():
        loss = _losses(estimator, sample, folds, columns, repeats, random)
    drops = np.nanmean(loss, axis=2)
    found = [_importance(*pair) for pair in zip(columns, drops, strict=True)]
    return tuple(sorted(found, key=lambda loss: (-loss.drop, loss.evidences)))


def _losses(
    estimator: BaseEstimator,
    sample: Sample,
    folds: Folds,
    columns: list[IntArray],
    repeats: int,
    random: np.random.Generator,
) -> FloatArray:
    """Return the loss of each deposit's share below, shape (n_groups, repeats, n positive)."""
    loss = np.full((len(columns), repeats, len(sample.positive)), np.nan)
    for test, ground, trains in tested(sample, folds):
        fitted = fit_sample(estimator, sample.part(~test, trains))
        rows, n = np.vstack([sample.positive[test], sample.background[ground]]), int(test.sum())
        whole = _below(fitted, rows, n)
        for index, group_columns in enumerate(columns):
            permuted = (_permuted(rows, group_columns, random) for _ in range(repeats))
            loss[index][:, test] = [whole - _below(fitted, evidence, n) for evidence in permuted]
    return loss


def _permuted(rows: FloatArray, columns: IntArray, random: np.random.Generator) -> FloatArray:
    """Return the rows with their values of some columns exchanged among them."""
    mixed = rows.copy()
    mixed[:, columns] = rows[np.ix_(random.permutation(len(rows)), columns)]
    return mixed


def _below(fitted: Any, rows: FloatArray, n_positive: int) -> FloatArray:
    """Return the share of the last rows that score below each of the first."""
    scores = score_rows(fitted, rows)
    return share_below(scores[:n_positive], scores[n_positive:])


def _importance(columns: IntArray, drop: FloatArray) -> Importance:
    spread = float(drop.std(ddof=1)) if len(drop) > 1 else float("nan")
    evidences = tuple(int(column) for column in columns)
    return Importance(evidences, round(float(drop.mean()), 4), round(spread, 4))


def accumulated_effect(
    fitted: Any, evidence: FloatArray, column: int, *, bins: int = 20
) -> LocalEffect:
    """Return how the score moves with one evidence, others as they are near that value.

    Unlike a partial dependence it never asks for places that do not exist: only rows within a bin
    are moved, to its two edges (Apley and Zhu 2020, equation 15).

    Parameters
    ----------
    fitted
        A fitted estimator; its score is that of `score_rows`.
    evidence
        Rows of the region, shape (n, n_evidence), no NaN.
    column
        The evidence.
    bins
        Bins of equally many rows; fewer where values tie.
    """
    values = evidence[:, column]
    edges = np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)))
    if len(edges) < 2:
        return LocalEffect(edges, np.zeros(len(edges)))
    bin_of = np.clip(np.searchsorted(edges, values, side="left") - 1, 0, len(edges) - 2)
    low, high = evidence.copy(), evidence.copy()
    low[:, column], high[:, column] = edges[bin_of], edges[bin_of + 1]
    step = score_rows(fitted, high) - score_rows(fitted, low)
    size = np.bincount(bin_of, minlength=len(edges) - 1)
    mean_step = np.bincount(bin_of, weights=step, minlength=len(size)) / np.maximum(size, 1)
    effect = np.concatenate([[0.0], np.cumsum(mean_step)])
    middle = (effect[:-1] + effect[1:]) / 2
    return LocalEffect(edges, effect - np.average(middle, weights=size))
