"""The estimator of a deposit model: its memberships stated, or learned and measured."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from prospector.compute.engine import Workers
from prospector.compute.memo import recall
from prospector.compute.store import key_of
from prospector.compute.windows import Workspace
from prospector.errors import ModelError, Notice, Reason
from prospector.grid import FloatArray
from prospector.learning.opening import refusal
from prospector.learning.overlays import stated_overlay
from prospector.learning.training import Training
from prospector.models import known_estimators, make_estimator
from prospector.models.fitted import Fitted
from prospector.models.known import STATED, estimator_code
from prospector.options import Options, Progress
from prospector.validation import (
    Sample,
    fit_balanced,
    measure_skill,
    not_learned,
)
from prospector.validation.alarms import alarm_notice, columns_that_follow, leakage_alarms
from prospector.validation.baselines import compare_baselines
from prospector.validation.divisions import compare_divisions
from prospector.validation.folds import choose_block_size, usable_folds
from prospector.validation.importance import (
    LocalEffect,
    accumulated_effect,
    permutation_importance,
)
from prospector.validation.record import Alarm, EstimatorRow, LearningPoint, Skill
from prospector.validation.replicas import learning_curve
from prospector.validation.sample import Folds

PERMUTATIONS = 3
"""Permutations of each group of evidence in each fold."""

DIVISION_NULLS = 19
"""Replicates of each null for each other way of holding out: p is 0.05 at the least."""

LEARNING_SHARES = (0.2, 0.4, 0.6, 0.8)
"""Shares of the deposits that train for the learning curve; a fold of five trains on four fifths."""

LEARNING_DRAWS = 5

BESIDE_NULLS, BESIDE_REPEATS = 19, 2
"""Replicates of each null and repeats of the folds for the short table: p is 0.05 at the least."""


@dataclass(frozen=True, eq=False)
class Estimation:
    """A fitted estimator and what is known of it.

    Parameters
    ----------
    training
        What it was fitted to, or compared with where memberships are stated.
    skill
        How well it ranks deposits that it has not seen.
    share
        Share of the background that scores below each deposit out of fold, shape (n deposits,);
        None where nothing was learned.
    notices
        What was chosen on the way.
    split
        The split into spatial folds of alarms, importance and applicability; None where nothing
        was held out.
    """

    fitted: Fitted
    training: Training
    skill: Skill
    share: FloatArray | None
    notices: tuple[Notice, ...] = ()
    split: Folds | None = None


def estimate(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> Estimation:
    """Return the estimator of that name for the deposits and the background.

    Raises
    ------
    ModelError
        There are too few deposits to learn from.
    """
    if name in STATED:
        return _stated(training, name)
    lacking = too_few(training, name)
    if lacking is not None:
        raise ModelError(f"Deposit model '{training.model.name}': {lacking}", lacking.reason)
    return _learned(training, name, options, workspace, report)


def too_few(training: Training, name: str) -> ModelError | None:
    """Return why so few deposits cannot teach an estimator and what to do; None where they can."""
    usable = training.usable
    districts = len(np.unique(training.deposits.district[usable]))
    return refusal(training.model, training.columns, name, int(usable.sum()), districts)


def _stated(training: Training, name: str) -> Estimation:
    """Return the overlay of the model's memberships; the deposits are only compared with it."""
    overlay, notices = stated_overlay(training.model, training.columns, name)
    overlay.fit(training.background)
    deposits = training.deposits
    reason = Reason("memberships-stated", deposits=len(deposits.table))
    skill = not_learned(reason, len(deposits.table), deposits.n_districts)
    fitted = Fitted.of(name, overlay, training.background, key_of(training.background.tolist()))
    return Estimation(fitted, training, skill, None, tuple(notices))


def _learned(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> Estimation:
    """Return the estimator fitted to all deposits, and what it reaches where they are held out."""
    usable, sample = training.usable, training.sample()
    estimator = make_estimator(name, random_state=options.seed)
    skill, found = skill_of(training, name, options, workspace, report)
    beside = _side_by_side(training, name, options, workspace, report)
    share = np.full(len(usable), np.nan)
    share[usable] = found
    learned = fit_balanced(estimator, sample.positive, sample.background)
    fitted = Fitted.of(name, learned, sample.background, sample.digest())
    splits: list[Folds] = []
    if skill.measured is not None:
        size_m = skill.measured.block_size_m
        splits = usable_folds(sample, block_size_m=size_m, n=1, random_state=options.seed)
    skill = replace(skill, estimators=beside)
    return Estimation(fitted, training, skill, share, split=splits[0] if splits else None)


@dataclass(frozen=True)
class Measuring:
    """How skill is measured: the estimator with the hash of its code, and how often what is drawn."""

    estimator: str
    code: str
    n_null: int
    repeats: int
    seed: int
    quick: bool

    def make(self) -> BaseEstimator:
        """Return the estimator, unfitted."""
        return make_estimator(self.estimator, random_state=self.seed)


def skill_of(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> tuple[Skill, list[float]]:
    """Return the skill of an estimator and each usable deposit's share out of fold; kept in the store."""
    label = training.model.deposit_model.label
    plain = tuple(i for i, column in enumerate(training.columns) if not column.schematic)
    from_deposits = tuple(column.origin.from_deposits for column in training.columns)
    how = Measuring(
        name, estimator_code(name), options.n_null, options.repeats, options.seed, options.quick
    )
    figures, share = recall(
        workspace.store, measured, how, (training.sample(), *training.other_samples()), plain,
        from_deposits,
        apart={
            "workers": workspace.workers,
            "progress": lambda what, done, total: report(f"{label}: {what}", done, total),
        },
    )  # fmt: skip
    return Skill.from_record(figures), share


def measured(
    how: Measuring,
    samples: tuple[Sample, ...],
    plain: tuple[int, ...],
    from_deposits: tuple[bool | None, ...],
    *,
    workers: Workers,
    progress: Progress,
) -> list[Any]:
    """Return the skill and each deposit's share out of fold, JSON-ready; evidence goes by its column.

    Parameters
    ----------
    samples
        The deposits against each draw of the background.
    plain
        Columns of evidence that are not schematic.
    from_deposits
        Whether the source of each column says that it was made from deposits; None where it does not
        say.
    workers, progress
        They change no figure.
    """
    sample, *draws = samples
    estimator = how.make()
    alarms = _alarms(estimator, sample, from_deposits, how.seed)
    skill, share = measure_skill(
        estimator, sample, without_schematic=plain,
        follows=columns_that_follow(alarms, from_deposits), draws=draws, n_null=how.n_null,
        repeats=how.repeats, random_state=how.seed, workers=workers, progress=progress,
    )  # fmt: skip
    if skill.measured is not None:
        size_m = skill.measured.block_size_m
        skill = replace(skill, alarms=alarms)
        skill = _beside(skill, estimator, sample, size_m, how, workers)
    return [skill.dump(), share.tolist()]


def _alarms(
    estimator: BaseEstimator, sample: Sample, from_deposits: Sequence[bool | None], seed: int
) -> tuple[Alarm, ...]:
    """Return the signs of leakage in the blocks that the skill will be measured in."""
    size_m, _ = choose_block_size(sample, random=np.random.default_rng(seed))
    answered = [column for column, made in enumerate(from_deposits) if made is False]
    splits = usable_folds(sample, block_size_m=size_m, n=1, random_state=seed)
    return leakage_alarms(estimator, sample, splits[0], answered) if splits else ()


def _side_by_side(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> tuple[EstimatorRow, ...]:
    """Return the estimators in short, that of the run first, under the same folds; none if quick."""
    if options.quick or options.beside == ():
        return ()
    others = known_estimators() if options.beside is None else options.beside
    rows = []
    for estimator in dict.fromkeys([name, *others]):
        lacking = too_few(training, estimator)
        row = (
            EstimatorRow(estimator, untested=lacking.reason)
            if lacking
            else _in_short(training, estimator, options, workspace, report)
        )
        rows.append(row)
    return tuple(rows)


def _in_short(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> EstimatorRow:
    """Return an estimator's skill with all the evidence beside its null, kept in the store."""
    label = training.model.deposit_model.label
    how = Measuring(
        name, estimator_code(name), BESIDE_NULLS, BESIDE_REPEATS, options.seed, quick=True
    )
    found = recall(
        workspace.store, measured_in_short, how, (training.sample(), *training.other_samples()),
        apart={
            "workers": workspace.workers,
            "progress": lambda _, done, total: report(
                f"{label}: validation in short, {name}", done, total
            ),
        },
    )  # fmt: skip
    skill = Skill.from_record(found)
    measured = skill.measured
    auc = None if measured is None else replace(measured.auc, null_mean=measured.null_mean)
    return EstimatorRow(name, auc, skill.untested)


def measured_in_short(
    how: Measuring, samples: tuple[Sample, ...], *, workers: Workers, progress: Progress
) -> dict[str, Any]:
    """Return an estimator's skill on all the evidence, JSON-ready; see `measured`."""
    sample, *draws = samples
    skill, _ = measure_skill(
        how.make(), sample, without_schematic=range(sample.positive.shape[1]), draws=draws,
        n_null=how.n_null, repeats=how.repeats, random_state=how.seed, workers=workers,
        progress=progress,
    )  # fmt: skip
    return skill.dump()


def _beside(
    skill: Skill,
    estimator: BaseEstimator,
    sample: Sample,
    size_m: float,
    how: Measuring,
    workers: Workers,
) -> Skill:
    """Return the skill with what stands beside it, in the same folds and, unless quick, in others."""
    splits = usable_folds(sample, block_size_m=size_m, n=2, random_state=how.seed)
    if splits:
        random = np.random.default_rng(how.seed)
        skill = replace(
            skill,
            baselines=compare_baselines(estimator, sample, splits, random_state=how.seed),
            importance=permutation_importance(
                estimator, sample, splits[0], random=random, repeats=PERMUTATIONS
            ),
        )
    if how.quick:
        return skill
    divisions = compare_divisions(
        estimator, sample, n_null=DIVISION_NULLS, random_state=how.seed,
        workers=workers,
    )  # fmt: skip
    points = _learning(estimator, sample, size_m, how.seed)
    return replace(skill, divisions=divisions, learning_curve=points)


def _learning(
    estimator: BaseEstimator, sample: Sample, size_m: float, seed: int
) -> tuple[LearningPoint, ...]:
    """Return the skill by the number of deposits that train."""
    splits = usable_folds(sample, block_size_m=size_m, n=1, random_state=seed)
    count = len(sample.positive)
    sizes = sorted({max(1, round(share * count)) for share in LEARNING_SHARES})
    return tuple(
        point
        for folds in splits
        for point in learning_curve(
            estimator, sample, folds, sizes, draws=LEARNING_DRAWS, random_state=seed
        )
    )


def effects_of(estimation: Estimation) -> tuple[LocalEffect, ...]:
    """Return how the score moves with each evidence, in its own unit; none where nothing was learned."""
    if estimation.share is None:
        return ()
    training, fitted = estimation.training, estimation.fitted.estimator
    found = (
        accumulated_effect(fitted, training.background, column)
        for column in range(len(training.columns))
    )
    return tuple(
        replace(one, values=np.expm1(one.values)) if column.entry.scale == "log" else one
        for column, one in zip(training.columns, found, strict=True)
    )


def told_by(estimation: Estimation) -> list[Notice]:
    """Return what the estimation must say: a fit against expectation, evidence made from deposits."""
    model = estimation.training.model.name
    labels = [column.entry.label for column in estimation.training.columns]
    alarms = [alarm_notice(alarm, model, labels) for alarm in estimation.skill.alarms]
    against = _against_expectation(estimation.fitted, estimation.training)
    return [*estimation.notices, *against, *_from_deposits(estimation.training), *alarms]


def _from_deposits(training: Training) -> list[Notice]:
    """Return a notice for each evidence whose source says that it was made from deposits."""
    return [
        Notice(
            "evidence-made-from-deposits",
            "problem",
            {"model": training.model.name, "evidence": column.entry.label},
        )
        for column in training.columns
        if column.origin.from_deposits
    ]


def _against_expectation(fitted: Fitted, training: Training) -> list[Notice]:
    """Return a notice for each evidence whose fitted response runs against the expected sign."""
    rows = training.background
    parts = fitted.contributions(rows)
    notices = []
    for i, column in enumerate(training.columns):
        if column.entry.expected == "any" or np.ptp(parts[:, i]) == 0 or np.ptp(rows[:, i]) == 0:
            continue
        slope = np.corrcoef(rows[:, i], parts[:, i])[0, 1]
        if (slope > 0) != (column.entry.expected == "increasing"):
            about = {
                "model": training.model.name,
                "evidence": column.name,
                "label": column.entry.label,
                "expected": column.entry.expected,
            }
            notices.append(Notice("fit-against-expectation", "caution", about))
    return notices
