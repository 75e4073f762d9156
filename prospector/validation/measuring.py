"""One set of evidence measured in spatial blocks, every figure beside its null."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from sklearn.base import BaseEstimator

from prospector.compute.engine import Workers
from prospector.grid import FloatArray
from prospector.options import Done, Progress
from prospector.validation.curves import area_needed, capture, found_within, success_rate
from prospector.validation.folds import parting_folds, random_folds
from prospector.validation.intervals import district_interval
from prospector.validation.layout import Layout
from prospector.validation.nulls import deciding, figure_beside, null_figures, p_value
from prospector.validation.record import (
    BLOCKS,
    RANDOM,
    Capture,
    Curves,
    Figure,
    Measurement,
    PredictionArea,
)
from prospector.validation.sample import Sample
from prospector.validation.scoring import blocked_auc, learn_balanced, one_blas_thread
from prospector.validation.unseen import CAPTURES, LADDER, Reached, Unseen, greatest_p95, unseen

Nulls = Mapping[str, Reached]


@dataclass(frozen=True)
class Drawing:
    """How often the nulls are drawn, and where their replicates go.

    Parameters
    ----------
    n_null
        Replicates of each null.
    """

    n_null: int
    random_state: int
    workers: Workers
    progress: Progress | None

    def done(self, what: str) -> Done | None:
        """Return the progress of one measurement."""
        report = self.progress
        return None if report is None else lambda done, total: report(what, done, total)


def measure(
    estimator: BaseEstimator, layout: Layout, how: Drawing, what: str
) -> tuple[Measurement | None, FloatArray]:
    """Return what is reached, None where no fold can be tested, and each deposit's share.

    Shape (n deposits,).
    """
    if not layout.splits:
        return None, np.full(len(layout.samples), np.nan)
    with one_blas_thread():
        reached = unseen(estimator, layout.samples, layout.splits)
        chance = _in_random_folds(estimator, layout, how.random_state)
    if not reached.tested:
        return None, reached.share
    divide, draws = partial(parting_folds, block_size_m=layout.size_m), layout.draws
    nulls = null_figures(
        estimator, draws, layout.splits[: len(draws)], divide, how.n_null, how.random_state,
        workers=how.workers, done=how.done(what),
    )  # fmt: skip
    return _measurement(estimator, layout, reached, nulls, chance), reached.share


def _in_random_folds(estimator: BaseEstimator, layout: Layout, random_state: int) -> float:
    """Return the AUC in random folds, one split for each draw of the background."""
    random = np.random.default_rng(random_state)
    aucs = [
        blocked_auc(estimator, sample, random_folds(sample, random=random))
        for sample in layout.draws
    ]
    return float(np.mean(aucs)) if aucs else 0.5


def _measurement(
    estimator: BaseEstimator, layout: Layout, reached: Unseen, nulls: Nulls, chance: float
) -> Measurement:
    sample, auc = layout.samples[0], float(np.nanmean(reached.auc))
    interval = district_interval(reached.auc, sample.district)
    figure, each = figure_beside(auc, BLOCKS, interval, nulls)
    counted = {null.kind: nulls[null.kind] for null in each if null.computed}
    p95, decides = greatest_p95(counted.values()), deciding(each)
    captures, curves = _curves(estimator, reached, sample, p95)
    draws, draw_spread = _by_draw(reached, layout.n_draws, counted)
    apart_m = layout.apart_m
    return Measurement(
        figure,
        decides.kind,
        each,
        Figure(round(chance, 4), RANDOM),
        captures,
        _prediction_area(reached.reached, p95),
        _boyce(reached.reached, p95),
        curves,
        draws,
        draw_spread,
        layout.size_m,
        round(float(apart_m.mean()), 1),
        all(null.computed for null in each) and bool(auc > float(p95.auc) and decides.p <= 0.05),
        len(layout.splits),
        _spread(_known_means(reached.inside)),
        (round(float(apart_m.min()), 1), round(float(apart_m.max()), 1)),
        layout.largest,
    )


def _known_means(groups: Iterable[FloatArray]) -> list[float]:
    """Return the mean of what is known in each group that holds anything known."""
    return [float(np.nanmean(group)) for group in groups if np.isfinite(group).any()]


def _spread(values: Sequence[float]) -> float | None:
    """Return the standard deviation (ddof 1); None of fewer than two values."""
    return round(float(np.std(values, ddof=1)), 4) if len(values) > 1 else None


def _curves(
    estimator: BaseEstimator,
    found: Unseen,
    sample: Sample,
    p95: Reached,
) -> tuple[tuple[Capture, ...], Curves]:
    """Return what the best-ranked ground holds, every figure beside its null's 95th percentile."""
    district = np.tile(sample.district, len(found.needed))
    captures = tuple(
        Capture(
            caught.area,
            Figure(
                caught.captured, BLOCKS, (caught.low, caught.high), round(float(p95.found[rung]), 4)
            ),
        )
        for caught, rung in zip(capture(found.pooled, district), CAPTURES, strict=True)
    )
    score = learn_balanced(estimator)(sample)
    fit = area_needed(
        score(sample.positive, sample.positive_at), score(sample.background, sample.background_at)
    )
    curves = Curves(
        tuple(LADDER.tolist()),
        tuple(np.round(found.reached.found, 4).tolist()),
        tuple(np.round(p95.found, 4).tolist()),
        tuple(np.round(found_within(fit, LADDER), 4).tolist()),
        round(float(np.nanmean(found.share)), 4),
        round(success_rate(fit).area_under, 4),
    )
    return captures, curves


def _prediction_area(reached: Reached, p95: Reached) -> PredictionArea:
    return PredictionArea(
        round(float(reached.crossing_area), 4),
        round(1.0 - float(reached.crossing_area), 4),
        Figure(round(float(reached.density), 4), BLOCKS, null_p95=round(float(p95.density), 4)),
    )


def _boyce(reached: Reached, p95: Reached) -> Figure | None:
    if not np.isfinite(reached.boyce):
        return None
    null = round(float(p95.boyce), 4) if np.isfinite(p95.boyce) else None
    return Figure(round(float(reached.boyce), 4), BLOCKS, null_p95=null)


def _by_draw(found: Unseen, n_draws: int, nulls: Nulls) -> tuple[tuple[Figure, ...], float | None]:
    """Return the AUC of each draw of the background that was tested, its p, and how far they spread."""
    turn = np.arange(len(found.inside)) % n_draws
    aucs = _known_means(found.inside[turn == draw] for draw in range(n_draws))
    ps = [max(p_value(auc, null.auc) for null in nulls.values()) for auc in aucs]
    draws = tuple(
        Figure(round(auc, 4), BLOCKS, p=round(p, 4), n_null=len(next(iter(nulls.values())).auc))
        for auc, p in zip(aucs, ps, strict=True)
    )
    return draws, _spread(aucs)
