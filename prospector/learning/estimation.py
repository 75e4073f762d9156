"""The estimator of a deposit model: its memberships stated, or learned and measured."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from prospector.compute.engine import Workers
from prospector.compute.memo import recall
from prospector.compute.store import key_of
from prospector.compute.windows import Workspace
from prospector.errors import ModelError, Notice
from prospector.grid import FloatArray
from prospector.learning.opening import refusal
from prospector.learning.overlays import stated_overlay
from prospector.learning.stated import stated_skill
from prospector.learning.training import Training
from prospector.models import known_estimators, make_estimator
from prospector.models.fitted import Fitted
from prospector.models.known import STATED, estimator_code
from prospector.options import Options, Progress, Step
from prospector.validation import (
    Sample,
    fit_sample,
    measure_skill,
)
from prospector.validation.alarms import (
    CAUTIONS,
    alarm_notice,
    columns_that_follow,
    leakage_alarms,
)
from prospector.validation.baselines import compare_baselines
from prospector.validation.divisions import compare_divisions
from prospector.validation.importance import (
    LocalEffect,
    accumulated_effect,
    permutation_importance,
)
from prospector.validation.layout import Layout, lay_out
from prospector.validation.record import EstimatorRow, LearningPoint, Skill
from prospector.validation.replicas import learning_curve
from prospector.validation.sample import Folds

EFFECT_BINS, GONE_BACK = 20, 0.05
"""Bins that a fitted effect is read in, and the share of its range by which it must go back to be said."""

PERMUTATIONS = 3
"""Permutations of each group of evidence in each fold."""

DIVISION_NULLS = 19
"""Replicates of each null for each other way of holding out: p is 0.05 at the least."""

LEARNING_SHARES = (0.2, 0.4, 0.6, 0.8)
"""Shares of the deposits that train for the learning curve; a fold of five trains on four fifths."""

LEARNING_DRAWS = 5

BESIDE_NULLS, BESIDE_REPEATS = 19, 5
"""Replicates of each null and splits for the other estimators: p is 0.05 at the least."""


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
    headline
        The splits of the headline figure, draws of the background in turn; none where nothing was
        held out.
    """

    fitted: Fitted
    training: Training
    skill: Skill
    share: FloatArray | None
    notices: tuple[Notice, ...] = ()
    split: Folds | None = None
    headline: tuple[Folds, ...] = ()


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
        return _stated(training, name, options, workspace)
    lacking = too_few(training, name)
    if lacking is not None:
        raise ModelError(f"Deposit model '{training.model.name}': {lacking}", lacking.reason)
    return _learned(training, name, options, workspace, report)


def too_few(training: Training, name: str) -> ModelError | None:
    """Return why so few deposits cannot teach an estimator and what to do; None where they can."""
    usable = training.usable
    districts = len(np.unique(training.deposits.district[usable]))
    return refusal(training.model, training.columns, name, int(usable.sum()), districts)


def _stated(training: Training, name: str, options: Options, workspace: Workspace) -> Estimation:
    """Return the overlay of the model's memberships, and how it ranks the known deposits."""
    overlay, notices = stated_overlay(training.model, training.columns, name)
    overlay.fit(training.background)
    fitted = Fitted.of(name, overlay, training.background, key_of(training.background.tolist()))
    skill = stated_skill(training, fitted, options, workspace.store)
    return Estimation(fitted, training, skill, None, tuple(notices))


def _learned(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> Estimation:
    """Return the estimator fitted to all deposits, and what it reaches where they are held out."""
    usable, sample = training.usable, training.sample()
    settings = training.model.estimator.settings
    estimator = make_estimator(name, options.seed, settings)
    skill, found = skill_of(training, name, options, workspace, report)
    beside = _side_by_side(training, name, skill, options, workspace, report)
    share = np.full(len(usable), np.nan)
    share[usable] = found
    learned = fit_sample(estimator, sample)
    digest = fitted_to(sample, settings, options.seed)
    fitted = Fitted.of(name, learned, sample.background, digest)
    headline = layout_of(training, options).splits if skill.measured is not None else ()
    split = headline[0] if headline else None
    skill = replace(skill, estimators=beside)
    return Estimation(fitted, training, skill, share, split=split, headline=headline)


def fitted_to(sample: Sample, settings: dict[str, Any], seed: int) -> str:
    """Return a hash of all that an estimator is fitted to, and by."""
    return key_of(sample.digest(), settings, seed)


def layout_of(training: Training, options: Options) -> Layout:
    """Return the splits that the skill is measured in."""
    samples = (training.sample(), *training.other_samples())
    return lay_out(samples, repeats=options.repeats, random_state=options.seed)


@dataclass(frozen=True)
class Measuring:
    """How skill is measured: the estimator with its settings and code, and how often what is drawn."""

    estimator: str
    settings: dict[str, Any]
    code: str
    n_null: int
    repeats: int
    seed: int
    quick: bool

    def make(self) -> BaseEstimator:
        """Return the estimator, unfitted."""
        return make_estimator(self.estimator, self.seed, self.settings)


def skill_of(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> tuple[Skill, list[float]]:
    """Return the skill of an estimator and each usable deposit's share out of fold; kept in the store."""
    label = training.model.deposit_model.label
    plain = tuple(i for i, column in enumerate(training.columns) if not column.schematic)
    from_deposits = tuple(column.origin.from_deposits for column in training.columns)
    how = Measuring(
        name, training.model.estimator.settings, estimator_code(name),
        options.n_null, options.repeats, options.seed, options.quick,
    )  # fmt: skip
    figures, share = recall(
        workspace.store, measured, how, (training.sample(), *training.other_samples()), plain,
        from_deposits,
        apart={
            "workers": workspace.workers,
            "progress": lambda what, done, total: report(Step(what, label), done, total),
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
    how
        Estimator, splits, nulls and seed.
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
    layout = lay_out(samples, repeats=how.repeats, random_state=how.seed)
    estimator, sample = how.make(), samples[0]
    answered = [column for column, made in enumerate(from_deposits) if made is False]
    alarms = leakage_alarms(estimator, sample, layout.splits[0], answered) if layout.splits else ()
    skill, share = measure_skill(
        estimator, sample, without_schematic=plain,
        follows=columns_that_follow(alarms, from_deposits), layout=layout, n_null=how.n_null,
        random_state=how.seed, workers=workers, progress=progress,
    )  # fmt: skip
    if skill.measured is not None:
        skill = _beside(replace(skill, alarms=alarms), estimator, layout, how, workers)
    return [skill.dump(), share.tolist()]


def _side_by_side(
    training: Training,
    name: str,
    skill: Skill,
    options: Options,
    workspace: Workspace,
    report: Progress,
) -> tuple[EstimatorRow, ...]:
    """Return the estimators in the same folds, that of the run first; none if quick."""
    if options.quick or options.beside == ():
        return ()
    auc = None if skill.measured is None else skill.measured.auc
    rows = [EstimatorRow(name, auc, skill.untested)]
    for other in known_estimators() if options.beside is None else options.beside:
        if other == name:
            continue
        lacking = too_few(training, other)
        rows.append(
            EstimatorRow(other, untested=lacking.reason)
            if lacking
            else _in_short(training, other, options, workspace, report)
        )
    return tuple(rows)


def _in_short(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> EstimatorRow:
    """Return an estimator's skill with all the evidence beside its null, kept in the store."""
    label = training.model.deposit_model.label
    how = Measuring(
        name, training.model.estimator.settings, estimator_code(name),
        BESIDE_NULLS, BESIDE_REPEATS, options.seed, quick=True,
    )  # fmt: skip
    found = recall(
        workspace.store, measured_in_short, how, (training.sample(), *training.other_samples()),
        apart={
            "workers": workspace.workers,
            "progress": lambda _, done, total: report(
                Step("validation in short", label, estimator=name), done, total
            ),
        },
    )  # fmt: skip
    skill = Skill.from_record(found)
    measured = skill.measured
    auc = None if measured is None else measured.auc
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
    skill: Skill, estimator: BaseEstimator, layout: Layout, how: Measuring, workers: Workers
) -> Skill:
    """Return the skill with what stands beside it, in the same folds and, unless quick, in others."""
    sample, folds = layout.samples[0], layout.splits[0]
    random = np.random.default_rng(how.seed)
    skill = replace(
        skill,
        baselines=compare_baselines(estimator, layout),
        importance=permutation_importance(
            estimator, sample, folds, random=random, repeats=PERMUTATIONS
        ),
    )
    if how.quick:
        return skill
    divisions = compare_divisions(
        estimator, sample, n_null=DIVISION_NULLS, random_state=how.seed,
        workers=workers,
    )  # fmt: skip
    points = _learning(estimator, sample, folds, how.seed)
    return replace(skill, divisions=divisions, learning_curve=points)


def _learning(
    estimator: BaseEstimator, sample: Sample, folds: Folds, seed: int
) -> tuple[LearningPoint, ...]:
    """Return the skill by the number of deposits that train."""
    count = len(sample.positive)
    sizes = sorted({max(1, round(share * count)) for share in LEARNING_SHARES})
    return learning_curve(estimator, sample, folds, sizes, draws=LEARNING_DRAWS, random_state=seed)


def effects_of(estimation: Estimation) -> tuple[LocalEffect, ...]:
    """Return how the score moves with each evidence, in its own unit; none where nothing was learned."""
    if estimation.share is None:
        return ()
    training, fitted = estimation.training, estimation.fitted.estimator
    effects = (
        accumulated_effect(fitted, training.background, column)
        for column in range(len(training.columns))
    )
    return tuple(
        replace(effect, values=np.expm1(effect.values)) if column.entry.scale == "log" else effect
        for column, effect in zip(training.columns, effects, strict=True)
    )


def told_by(estimation: Estimation) -> list[Notice]:
    """Return what the estimation must say: how the fit goes with expectation, signs of leakage."""
    model = estimation.training.model.name
    labels = [column.entry.label for column in estimation.training.columns]
    skill = estimation.skill
    alarms = [
        alarm_notice(alarm, model, labels)
        for alarm in skill.alarms
        if alarm.name not in CAUTIONS or alarm.column not in skill.follows
    ]
    of_source = _from_deposits(estimation.training)
    return [*estimation.notices, *_beside_expectation(estimation), *of_source, *alarms]


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


def runs_against(
    values: FloatArray, parts: FloatArray, *, rising: bool
) -> tuple[float, float, float] | None:
    """Return between which values a fitted effect runs against what is expected, and the share of rows.

    The effect is the mean part in twenty bins of equally many rows. None where it never goes back by a
    twentieth of its range.

    Parameters
    ----------
    values, parts
        An evidence and what it adds to the score, shape (n,).
    rising
        Whether the effect is expected to rise with the values; else to fall.

    Examples
    --------
    A hump, where the score was expected to fall; and a fall:

    >>> values = np.linspace(0, 100, 1001)
    >>> low, high, share = runs_against(values, -((values - 40) ** 2), rising=False)
    >>> round(low), round(high), round(share, 1)
    (2, 42, 0.4)
    >>> runs_against(values, -values, rising=False) is None
    True
    """
    edges = np.unique(np.quantile(values, np.linspace(0, 1, EFFECT_BINS + 1)))
    if len(edges) < 3:
        return None
    _, bin_of = np.unique(np.searchsorted(edges[1:-1], values, side="right"), return_inverse=True)
    size = np.bincount(bin_of)
    middle = np.bincount(bin_of, weights=values) / size
    effect = np.bincount(bin_of, weights=parts) / size * (1 if rising else -1)
    back = np.maximum.accumulate(effect) - effect
    last = int(back.argmax())
    first = int(effect[: last + 1].argmax())
    if back[last] <= GONE_BACK * np.ptp(effect):
        return None
    inside = (values >= middle[first]) & (values <= middle[last])
    return float(middle[first]), float(middle[last]), float(inside.mean())


def _beside_expectation(estimation: Estimation) -> list[Notice]:
    """Return a notice for each evidence that varies and has no weight, or runs against expectation."""
    training, rows = estimation.training, estimation.training.background
    parts = estimation.fitted.contributions(rows)
    notices = []
    for i, column in enumerate(training.columns):
        expected, known = column.entry.expected, np.isfinite(rows[:, i])
        values, part = rows[known, i], parts[known, i]
        if not len(values) or np.ptp(values) == 0:
            continue
        about: dict[str, Any] = {
            "model": training.model.name,
            "evidence": column.name,
            "label": column.entry.label,
            "expected": expected,
        }
        if np.ptp(part) == 0:
            if estimation.share is not None:
                notices.append(Notice("fit-without-weight", "note", about))
        elif expected != "any":
            slope = np.corrcoef(values, part)[0, 1]
            rising = expected == "increasing"
            if (slope > 0) != rising:
                notices.append(Notice("fit-against-expectation", "caution", about))
            elif turned := runs_against(values, part, rising=rising):
                ends = np.array(turned[:2])
                low, high = np.expm1(ends) if column.entry.scale == "log" else ends
                about |= {"low": float(low), "high": float(high), "unit": column.unit}
                about["share"] = turned[2]
                notices.append(Notice("fit-partly-against-expectation", "caution", about))
    return notices
