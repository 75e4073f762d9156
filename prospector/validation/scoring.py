"""Scores of deposits unseen in training, and the shares of background below them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.spatial import cKDTree
from scipy.spatial.distance import pdist
from sklearn.base import BaseEstimator, clone
from sklearn.utils.validation import has_fit_parameter

from prospector.compute.engine import one_thread
from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.validation.sample import NEVER, Folds, Sample

Score = Callable[[FloatArray, FloatArray], FloatArray]
"""Scores rows of evidence (n, n_evidence) at easting and northing (n, 2): shape (n,)."""


@dataclass(frozen=True, eq=False)
class HeldOut:
    """What one fold says of deposits that it did not train on.

    Parameters
    ----------
    test, test_background
        Which deposits and which background places the fold tests: boolean masks.
    scores
        Score of each tested deposit.
    among
        Score of every background place, trained on or not.
    """

    test: BoolArray
    test_background: BoolArray
    scores: FloatArray
    among: FloatArray


def tested(sample: Sample, folds: Folds) -> Iterator[tuple[BoolArray, BoolArray, BoolArray]]:
    """Yield which deposits and background each fold tests, and which background trains, as masks.

    Of shapes (n deposits,) and (n background,).

    Ground beside deposits that are held out does not train, wherever the blocks cut. A fold whose
    training or test side is empty is passed over, and so is `NEVER`.
    """
    fold, background_fold = folds
    beside = ground_beside(sample)
    for number in np.unique(fold[fold != NEVER]):
        test, test_background = fold == number, background_fold == number
        trains = ~test_background & ~np.append(test, False)[beside]
        if test.all() or not test_background.any() or not trains.any():
            continue
        yield test, test_background, trains


def hold_out(sample: Sample, folds: Folds, learn: Callable[[Sample], Score]) -> Iterator[HeldOut]:
    """Yield the scores of each fold by what was learned on the others; see `tested`."""
    for test, test_background, trains in tested(sample, folds):
        score = learn(sample.part(~test, trains))
        yield HeldOut(
            test,
            test_background,
            score(sample.positive[test], sample.positive_at[test]),
            score(sample.background, sample.background_at),
        )


def ground_beside(sample: Sample) -> IntArray:
    """Return the deposit that each background place lies beside, shape (n background,).

    That is the nearest deposit, if it is nearer than the widest district is wide; else -1. A district
    is held out whole, though it may reach into other blocks: if the ground there trained on as
    barren, deposits held out would score below one half by chance.

    Notes
    -----
    Smooth noise over 400 km, districts of at most 50 km in blocks of 25 km, 40 regions: the mean
    AUC is 0.45 where that ground trains, 0.50 where it does not.
    """
    away, nearest = cKDTree(sample.positive_at).query(sample.background_at)
    return np.where(np.asarray(away) < _widest(sample), np.asarray(nearest), -1).astype(np.intp)


def _widest(sample: Sample) -> float:
    """Return the largest distance between two deposits of a district, in metres."""
    members = (sample.positive_at[sample.district == label] for label in np.unique(sample.district))
    return max((float(pdist(at).max()) for at in members if len(at) > 1), default=0.0)


def learn_balanced(estimator: BaseEstimator) -> Callable[[Sample], Score]:
    """Return what `hold_out` asks for: an estimator fitted to a sample, scoring by evidence alone."""

    def learn(sample: Sample) -> Score:
        fitted = fit_sample(estimator, sample)
        return lambda evidence, at: score_rows(fitted, evidence)  # noqa: ARG005

    return learn


def one_blas_thread() -> Any:
    """Return a context in which linear algebra takes one thread: for many small fits more only wait."""
    return one_thread(user_api="blas")


def mean_known(rows: Sequence[FloatArray]) -> FloatArray:
    """Return the mean over rows of what is known in each place, NaN where nothing is, shape (n places,).

    Examples
    --------
    >>> mean_known([np.array([1.0, np.nan, 3.0]), np.array([2.0, np.nan, np.nan])]).tolist()
    [1.5, nan, 3.0]
    """
    found = np.array(rows)
    count = np.isfinite(found).sum(axis=0)
    return np.where(count > 0, np.nansum(found, axis=0) / np.maximum(count, 1), np.nan)


def out_of_fold(
    estimator: BaseEstimator, sample: Sample, folds: Folds
) -> tuple[FloatArray, FloatArray]:
    """Return, for each deposit unseen in training, the share of background that scores below it.

    Ties count half. The first array compares with the background of the same fold: its mean is
    the AUC pooled within folds. The second compares with all background: the place in the region.
    Both have shape (n positive,); NaN for a fold whose training or test side is empty.
    """
    return held_out_shares(sample, folds, learn_balanced(estimator))


def held_out_shares(
    sample: Sample, folds: Folds, learn: Callable[[Sample], Score]
) -> tuple[FloatArray, FloatArray]:
    """Return what `out_of_fold` returns, for anything that learns a score from a sample.

    Shape (n deposits,) each.
    """
    inside = np.full(len(sample.positive), np.nan)
    everywhere = np.full(len(sample.positive), np.nan)
    for held_out in hold_out(sample, folds, learn):
        inside[held_out.test] = share_below(
            held_out.scores, held_out.among[held_out.test_background]
        )
        everywhere[held_out.test] = share_below(held_out.scores, held_out.among)
    return inside, everywhere


def blocked_auc(estimator: BaseEstimator, sample: Sample, folds: Folds) -> float:
    """Return the AUC pooled within folds; 0.5 where no fold could be tested."""
    inside, _ = out_of_fold(estimator, sample, folds)
    return float(np.nanmean(inside)) if np.isfinite(inside).any() else 0.5


def fit_sample(estimator: BaseEstimator, sample: Sample) -> Any:
    """Return a clone fitted to a sample by `fit_balanced`, told what is expected of the evidence.

    The expectation goes to an estimator that has a parameter ``expected``. One that chooses among
    evidences (``choose = "fewest"``) does so with whole districts held out, each with the ground
    that lies nearest to its deposits.
    """
    known = estimator.get_params(deep=False)
    if sample.expected is not None and "expected" in known:
        estimator = clone(estimator).set_params(expected=sample.expected)
    if known.get("choose") != "fewest":
        return fit_balanced(estimator, sample.positive, sample.background)
    nearest = cKDTree(sample.positive_at).query(sample.background_at)[1]
    groups = np.concatenate([sample.district, sample.district[nearest]])
    return fit_balanced(estimator, sample.positive, sample.background, groups=groups)


def fit_balanced(
    estimator: BaseEstimator, positive: FloatArray, background: FloatArray, **told: Any
) -> Any:
    """Return a clone fitted so that deposits and background carry equal weight.

    The weights sum to the number of deposits, not of rows: a penalty then shrinks what so many
    deposits teach, however large the drawn background is. ``C = 1`` is what scikit-learn calls
    ``C = deposits / rows`` where the weights sum to the rows. An estimator whose ``fit`` takes no
    ``sample_weight`` is fitted without.

    Parameters
    ----------
    told
        What else ``fit`` takes about the rows, the deposits first.
    estimator
        A scikit-learn classifier; clones of it are fitted.
    positive
        Evidence of the deposits, shape (n, n evidence).
    background
        Evidence of the background, shape (m, n evidence).
    """
    evidence = np.vstack([positive, background])
    labels = np.repeat([1, 0], [len(positive), len(background)])
    if not has_fit_parameter(estimator, "sample_weight"):
        return clone(estimator).fit(evidence, labels, **told)
    half = len(positive) / 2
    weight = np.repeat([0.5, half / len(background)], [len(positive), len(background)])
    return clone(estimator).fit(evidence, labels, sample_weight=weight, **told)


def score_rows(fitted: Any, evidence: FloatArray) -> FloatArray:
    """Return what a fitted estimator ranks by, shape (n,): higher is more like a deposit.

    Its ``decision_function``, or else its ``predict_score``, or else the share of the class 1.
    """
    for name in ("decision_function", "predict_score"):
        if hasattr(fitted, name):
            return np.asarray(getattr(fitted, name)(evidence), dtype=float)
    return np.asarray(fitted.predict_proba(evidence)[:, 1], dtype=float)


def share_below(
    scores: FloatArray, among: FloatArray, *, weight: FloatArray | None = None
) -> FloatArray:
    """Return the share of `among`, weighted if asked, below each score, ties counted half.

    Shape (n scores,).

    Examples
    --------
    >>> share_below(np.array([2.0]), np.array([1.0, 2.0, 3.0, 4.0])).tolist()
    [0.375]
    """
    if weight is not None:
        return np.asarray(share_range(scores, among, weight=weight).mean(axis=1), dtype=float)
    ordered = np.sort(among)
    low = np.searchsorted(ordered, scores, side="left")
    high = np.searchsorted(ordered, scores, side="right")
    return np.asarray((low + high) / 2 / len(ordered), dtype=float)


def share_range(
    scores: FloatArray, among: FloatArray, *, weight: FloatArray | None = None
) -> FloatArray:
    """Return the shares of `among` below each score, and below or at it. Shape (n, 2).

    Examples
    --------
    >>> share_range(np.array([2.0]), np.array([1.0, 2.0, 3.0, 4.0])).tolist()
    [[0.25, 0.5]]
    """
    if weight is None:
        ordered, below = np.sort(among), np.arange(len(among) + 1) / len(among)
    else:
        order = np.argsort(among, kind="stable")
        ordered, reached = among[order], np.cumsum(np.asarray(weight, dtype=float)[order])
        below = np.concatenate([[0.0], reached]) / reached[-1]
    sides = [
        np.searchsorted(ordered, scores, side="left"),
        np.searchsorted(ordered, scores, "right"),
    ]
    return np.column_stack([below[side] for side in sides])
