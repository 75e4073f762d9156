"""The estimator of a deposit model: its memberships stated, or learned and measured."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from prospector.compute.store import key_of
from prospector.compute.windows import Workspace, versions
from prospector.errors import ModelError, Notice, Reason
from prospector.grid import FloatArray
from prospector.learning.overlays import stated_overlay
from prospector.learning.training import STATED, Options, Progress, Training
from prospector.models import known_estimators, make_estimator
from prospector.models.fitted import Fitted
from prospector.validation import (
    Sample,
    fit_balanced,
    measure_skill,
    not_learned,
)
from prospector.validation.alarms import leakage_alarms
from prospector.validation.baselines import compare_baselines
from prospector.validation.divisions import compare_divisions
from prospector.validation.folds import usable_folds
from prospector.validation.importance import (
    LocalEffect,
    accumulated_effect,
    permutation_importance,
)
from prospector.validation.replicas import learning_curve
from prospector.validation.sample import Folds

PERMUTATIONS = 3
"""Permutations of each group of evidence in each fold."""

ENSEMBLES = ("forest", "boosting")
LEAST_FOR_ENSEMBLES = (20, 10)
"""Deposits, and districts that they lie in, from which an ensemble of trees may learn."""

FEW_EVIDENCES = 4
"""Evidences that fewer deposits than an ensemble needs may teach an estimator at most."""

DIVISION_NULLS = 19
"""Replicates of each null for each other way of holding out: p is 0.05 at the least."""

LEARNING_SHARES = (0.2, 0.4, 0.6, 0.8)
"""Shares of the deposits that train for the learning curve; a fold of five trains on four fifths."""

LEARNING_DRAWS = 5

BESIDE_NULLS, BESIDE_REPEATS = 19, 2
"""Replicates of each null and repeats of the folds for the short table: p is 0.05 at the least."""

SHORT = ("auc_blocked", "auc_blocked_interval", "auc_null_p95", "p_value", "n_null", "untested")
"""What the short table says of an estimator."""

SKILL_VERSION = 5
"""Changes when the validation gives other figures: what was kept from before is not used again."""


@dataclass(frozen=True, eq=False)
class Estimation:
    """A fitted estimator and what is known of it.

    Parameters
    ----------
    training
        What it was fitted to, or compared with where memberships are stated.
    skill
        The keys of ``skill`` in run.json.
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
    skill: dict[str, Any]
    share: FloatArray | None
    notices: tuple[Notice, ...] = ()
    split: Folds | None = None


def check_name(estimator: str) -> None:
    """Raise ModelError unless an estimator has that name."""
    known = [*known_estimators(), *STATED]
    if estimator not in known:
        raise ModelError(f"Estimator '{estimator}': not known. Use one of: {', '.join(known)}.")


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
    count, districts = int(usable.sum()), len(np.unique(training.deposits.district[usable]))
    least = training.model.labels.least
    if count < least:
        return ModelError(
            f"{count} deposits, but learning needs {least}. "
            "Use --estimator fuzzy or index, or add deposits to the region.",
            Reason("too-few-deposits", deposits=count, least=least),
        )
    enough, spread = LEAST_FOR_ENSEMBLES
    if name in ENSEMBLES and (count < enough or districts < spread):
        return ModelError(
            f"{count} deposits in {districts} districts, but {name} needs {enough} in {spread}. "
            "Use --estimator logistic or weights-of-evidence, or add deposits to the region.",
            Reason(
                "too-few-deposits-for-ensemble",
                estimator=name,
                deposits=count,
                districts=districts,
                least=enough,
                least_districts=spread,
            ),
        )
    evidences = len(training.columns)
    if count < enough and evidences > FEW_EVIDENCES:
        return ModelError(
            f"{count} deposits and {evidences} evidences, but fewer than {enough} deposits allow "
            f"{FEW_EVIDENCES}. Name those to use, e.g. [override.{training.model.name}.estimator] "
            f'evidence = ["{training.columns[0].name}"], or use --estimator fuzzy or index.',
            Reason(
                "too-much-evidence",
                deposits=count,
                evidence=evidences,
                enough=enough,
                most=FEW_EVIDENCES,
            ),
        )
    return None


def _stated(training: Training, name: str) -> Estimation:
    """Return the overlay of the model's memberships; the deposits are only compared with it."""
    overlay, notices = stated_overlay(training.model, training.columns, name)
    overlay.fit(training.background)
    deposits = training.deposits
    reason = (
        "memberships are stated, not fitted, and the "
        f"{len(deposits.table)} known deposits are only compared with them"
    )
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
    skill |= {"estimators": _side_by_side(training, name, options, workspace, report)}
    share = np.full(len(usable), np.nan)
    share[usable] = found
    learned = fit_balanced(estimator, sample.positive, sample.background)
    fitted = Fitted.of(name, learned, sample.background, sample.digest())
    splits: list[Folds] = []
    if skill.get("block_size_m") is not None:
        splits = usable_folds(
            sample, block_size_m=skill["block_size_m"], n=1, random_state=options.seed
        )
    return Estimation(fitted, training, skill, share, split=splits[0] if splits else None)


def skill_of(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> tuple[dict[str, Any], list[float]]:
    """Return the skill of an estimator and each usable deposit's share out of fold; kept in the store."""
    sample, draws = training.sample(), training.other_samples()
    label = training.model.deposit_model.label
    plain = [i for i, one in enumerate(training.columns) if not one.schematic]
    estimator = make_estimator(name, random_state=options.seed)

    def measure() -> list[Any]:
        skill, share = measure_skill(
            estimator,
            sample,
            without_schematic=plain,
            draws=draws,
            n_null=options.n_null,
            repeats=options.repeats,
            random_state=options.seed,
            workers=workspace.workers,
            progress=lambda what, done, total: report(f"{label}: {what}", done, total),
        )
        skill |= _beside(estimator, sample, training, skill, options)
        skill |= _held_out_otherwise(estimator, training, skill, options, workspace)
        return [skill, share.tolist()]

    digests = [one.digest() for one in (sample, *draws)]
    belt = None if training.belt is None else training.belt.tolist()
    figures = [name, digests, plain, belt, options.n_null, options.repeats, options.seed]
    figures.append(versions())
    skill, share = workspace.store.recall(key_of("skill", SKILL_VERSION, *figures), measure)
    return skill, share


def _side_by_side(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> list[dict[str, Any]]:
    """Return the estimators in short, that of the run first, under the same folds; none if quick."""
    if options.quick or options.beside == ():
        return []
    others = known_estimators() if options.beside is None else options.beside
    rows = []
    for one in dict.fromkeys([name, *others]):
        lacking = too_few(training, one)
        row = (
            {"untested": str(lacking)}
            if lacking
            else _in_short(training, one, options, workspace, report)
        )
        rows.append({"estimator": one, **row})
    return rows


def _in_short(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> dict[str, Any]:
    """Return an estimator's skill with all the evidence beside its null, kept in the store."""
    sample, draws = training.sample(), training.other_samples()
    label = training.model.deposit_model.label

    def measure() -> dict[str, Any]:
        skill, _ = measure_skill(
            make_estimator(name, random_state=options.seed),
            sample,
            without_schematic=range(len(training.columns)),
            draws=draws,
            n_null=BESIDE_NULLS,
            repeats=BESIDE_REPEATS,
            random_state=options.seed,
            workers=workspace.workers,
            progress=lambda _, done, total: report(
                f"{label}: validation in short, {name}", done, total
            ),
        )
        return {key: skill.get(key) for key in SHORT}

    digests = [one.digest() for one in (sample, *draws)]
    asked = [name, digests, BESIDE_NULLS, BESIDE_REPEATS, options.seed, versions()]
    found: dict[str, Any] = workspace.store.recall(
        key_of("short skill", SKILL_VERSION, *asked), measure
    )
    return found


def _beside(
    estimator: BaseEstimator,
    sample: Sample,
    training: Training,
    skill: dict[str, Any],
    options: Options,
) -> dict[str, Any]:
    """Return what stands beside the skill, in the same folds: baselines, alarms, importance."""
    size_m, names = skill.get("block_size_m"), [one.entry.label for one in training.columns]
    splits = []
    if size_m is not None:
        splits = usable_folds(sample, block_size_m=size_m, n=2, random_state=options.seed)
    if not splits:
        return {"baselines": [], "alarms": [], "importance": []}
    random = np.random.default_rng(options.seed)
    baselines = compare_baselines(estimator, sample, splits, names, random_state=options.seed)
    alarms = leakage_alarms(estimator, sample, splits[0], names)
    importance = permutation_importance(
        estimator, sample, splits[0], random=random, repeats=PERMUTATIONS
    )
    return {
        "baselines": [asdict(one) for one in baselines],
        "alarms": [one.as_record() for one in alarms],
        "importance": [
            {
                "evidence": [training.columns[i].name for i in one.evidences],
                "evidences": [int(i) for i in one.evidences],
                "drop": round(one.drop, 4),
                "spread": round(one.spread, 4),
            }
            for one in importance
        ],
    }


def _held_out_otherwise(
    estimator: BaseEstimator,
    training: Training,
    skill: dict[str, Any],
    options: Options,
    workspace: Workspace,
) -> dict[str, Any]:
    """Return the skill by other folds and by the number of deposits; none of it in a quick run."""
    size_m, sample = skill.get("block_size_m"), training.sample()
    if options.quick or size_m is None:
        return {"divisions": [], "learning_curve": []}
    divisions = compare_divisions(
        estimator, sample, belt=training.belt, n_null=DIVISION_NULLS, random_state=options.seed,
        workers=workspace.workers,
    )  # fmt: skip
    splits = usable_folds(sample, block_size_m=size_m, n=1, random_state=options.seed)
    count = len(sample.positive)
    sizes = sorted({max(1, round(share * count)) for share in LEARNING_SHARES})
    points = [
        point
        for folds in splits
        for point in learning_curve(
            estimator, sample, folds, sizes, draws=LEARNING_DRAWS, random_state=options.seed
        )
    ]
    return {
        "divisions": [one.as_record() for one in divisions],
        "learning_curve": [asdict(one) for one in points],
    }


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


ALARM_CODES = {
    "alone": "evidence-alone-tells-deposits",
    "coordinate": "evidence-is-a-plane",
    "built from deposits": "evidence-built-from-deposits",
    "same place": "deposits-at-same-place",
    "same row": "deposits-with-same-evidence",
}
"""Code of the notice of each alarm."""


def told_by(estimation: Estimation) -> list[Notice]:
    """Return what the estimation must say: a fit against expectation, signs of leakage."""
    model = estimation.training.model.name
    alarms = [
        Notice(
            ALARM_CODES[alarm["name"]],
            "problem",
            {"model": model, "evidence": alarm["evidence"], "figure": alarm["figure"]},
        )
        for alarm in estimation.skill.get("alarms", [])
    ]
    against = _against_expectation(estimation.fitted, estimation.training)
    return [*estimation.notices, *against, *alarms]


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
