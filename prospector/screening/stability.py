"""How far the AUC and the best targets move with the size of the cells and the sample of background."""

from __future__ import annotations

from dataclasses import replace

import geopandas as gpd
import numpy as np
import shapely

from prospector.errors import ModelError, reason_for
from prospector.grid import FloatArray
from prospector.ground.protocol import Cutting
from prospector.ground.setting import Setting
from prospector.learning.estimation import PERMUTATIONS, Estimation, layout_of, too_few
from prospector.learning.opening import open_model
from prospector.learning.overlays import stated_overlay
from prospector.learning.stated import stated_skill
from prospector.learning.training import Training, prepare, steps
from prospector.learning.uncertainty import applicability_of
from prospector.models import make_estimator
from prospector.models.fitted import Fitted
from prospector.options import Options
from prospector.region.deposit_model import DepositModel
from prospector.screening.ranking import Ranking, refuse_opening
from prospector.targets.stability import Stability
from prospector.validation import fit_sample
from prospector.validation.importance import permutation_importance
from prospector.validation.record import Skill
from prospector.validation.scoring import one_blas_thread, score_rows
from prospector.validation.unseen import unseen

COARSER = 1.5
"""The other size of the cells, in cells of the run."""

BEST = 10
"""Targets that are compared at most, from the first."""

SAME_SHARE = 0.5
"""Two targets are the same where they have this share of the smaller one in common."""


def stability_of(model: DepositModel, ranking: Ranking, other: Setting) -> Stability:
    """Return how far the AUC and the best targets of a ranking move.

    Parameters
    ----------
    model
        As the region states it.
    ranking
        Of one deposit model.
    other
        Grid and layers of the other size of the cells, with the options of the run.
    """
    sizes_m = (float(ranking.score.grid.cell_size_m), float(other.grid.cell_size_m))
    n_best_drawn, draws_in_common = _over_draws(ranking, other.options.seed)
    measured, stated = ranking.skill.measured, ranking.skill.stated
    auc = measured.auc if measured is not None else None if stated is None else stated.auc
    own = None if auc is None else auc.value
    drawn = () if measured is None else tuple(draw.value for draw in measured.draws)
    try:
        found, outlines = _at_other_size(model, other)
    except ModelError as error:
        return Stability(
            sizes_m, (own, None), 0, 0, reason_for(error), drawn, n_best_drawn, draws_in_common
        )
    first = ranking.targets.geometry.to_crs(other.grid.crs)
    n_best = min(BEST, len(first))
    in_common = shared(first.iloc[:n_best], outlines.iloc[:BEST])
    return Stability(
        sizes_m, (own, found), n_best, in_common, None, drawn, n_best_drawn, draws_in_common
    )


def shared(first: gpd.GeoSeries, second: gpd.GeoSeries) -> int:
    """Return how many outlines are the same as one of the second: half of the smaller one in common.

    Examples
    --------
    >>> squares = gpd.GeoSeries([shapely.box(0, 0, 2, 2), shapely.box(5, 5, 7, 7)])
    >>> shared(squares, squares.translate(0.5)), shared(squares, squares.translate(1.5))
    (2, 0)
    """
    one, other = first.to_numpy(), second.to_numpy()
    if not len(one) or not len(other):
        return 0
    common = shapely.area(shapely.intersection(one[:, None], other[None]))
    smaller = np.minimum(shapely.area(one)[:, None], shapely.area(other)[None])
    return int((common >= SAME_SHARE * smaller).any(axis=1).sum())


def _over_draws(ranking: Ranking, seed: int) -> tuple[int, tuple[int, ...]]:
    """Return how many targets are compared, and how many stay with each other sample of background."""
    found, n_best = ranking.estimation, min(BEST, len(ranking.targets) // 2)
    training, name = found.training, found.fitted.name
    if found.share is None or not n_best:
        return 0, ()
    rows, settings = training.scale(ranking.target_evidence), training.model.estimator.settings
    with one_blas_thread():
        scores = [
            score_rows(fit_sample(make_estimator(name, seed, settings), sample), rows)
            for sample in (training.sample(), *training.other_samples())
        ]
    first, *others = (_best(score, n_best) for score in scores)
    return n_best, tuple(len(first & best) for best in others)


def _best(score: FloatArray, n: int) -> set[int]:
    return set(np.argsort(-score, kind="stable")[:n].tolist())


def _at_other_size(model: DepositModel, other: Setting) -> tuple[float | None, gpd.GeoSeries]:
    """Return the AUC, and the targets' outlines from the first, with cells of the other size."""
    opening = open_model(model, other.layers, other.grid, other.options)
    refuse_opening(opening)
    prepared, step = prepare(opening, other), steps(model, other.report)
    ground, training = prepared.ground, prepared.training
    if opening.stated:
        found, auc = _stated(training, opening.estimator, other)
    else:
        found, auc = _learned(training, opening.estimator, other.options)
    within = None if other.options.outside_applicability else applicability_of(found)
    rules = Cutting(opening.model.targets, model.name, within)
    scored = ground.score(found.fitted, step("score with other cells"))
    outlined, _ = ground.cut(scored, found.fitted, rules, step("targets with other cells"))
    return auc, outlined.outlines.iloc[np.argsort(-outlined.score, kind="stable")]


def _stated(training: Training, name: str, other: Setting) -> tuple[Estimation, float | None]:
    """Return an overlay, and its AUC at the known deposits."""
    overlay, _ = stated_overlay(training.model, training.columns, name)
    fitted = Fitted.of(name, overlay.fit(training.background), training.background, "")
    skill = stated_skill(training, fitted, other.options, other.workspace.store)
    auc = None if skill.stated is None else skill.stated.auc
    return Estimation(fitted, training, skill, None), None if auc is None else auc.value


def _learned(training: Training, name: str, options: Options) -> tuple[Estimation, float | None]:
    """Return an estimator fitted to all deposits, and its AUC over splits as many as the headline's."""
    lacking = too_few(training, name)
    if lacking is not None:
        raise lacking
    estimator = make_estimator(name, options.seed, training.model.estimator.settings)
    layout = layout_of(training, options)
    sample = training.sample()
    skill = Skill(len(sample.positive), len(np.unique(sample.district)))
    with one_blas_thread():
        learned = fit_sample(estimator, sample)
        fitted = Fitted.of(name, learned, sample.background, "")
        if not layout.splits:
            return Estimation(fitted, training, skill, None), None
        reached = unseen(estimator, layout.samples, layout.splits)
        importance = permutation_importance(
            estimator, sample, layout.splits[0], random=np.random.default_rng(options.seed),
            repeats=PERMUTATIONS,
        )  # fmt: skip
    found = Estimation(
        fitted, training, replace(skill, importance=importance), None, split=layout.splits[0]
    )
    return found, round(float(np.nanmean(reached.auc)), 4) if reached.tested else None
