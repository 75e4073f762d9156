"""The estimator of a deposit model: its memberships stated, or learned and measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from prospector.application import Column
from prospector.errors import ModelError, Notice
from prospector.grid import FloatArray
from prospector.ground import Scale
from prospector.models import FuzzyOverlay, Membership, known_estimators, make_estimator
from prospector.models.fitted import Fitted
from prospector.region import DepositModel
from prospector.samples import Deposits
from prospector.store import key_of
from prospector.validation import Sample, fit_balanced, measure_skill, not_learned
from prospector.windows import Workspace, versions

Progress = Callable[[str, int, int], None]

STATED = "fuzzy"
"""The estimator whose memberships the deposit model states: nothing is learned."""

SKILL_VERSION = 1
"""Changes when the validation gives other figures: what was kept from before is not used again."""


@dataclass(frozen=True)
class Options:
    """How a screening was called: the estimator in place of a model's own, the seed, quick or not."""

    estimator: str | None = None
    seed: int = 0
    quick: bool = False

    @property
    def n_null(self) -> int:
        """Replicates of each null."""
        return 19 if self.quick else 99

    @property
    def repeats(self) -> int:
        """Repeats of the five folds."""
        return 2 if self.quick else 5

    def as_record(self) -> dict[str, Any]:
        """Return the options as figures for run.json."""
        return {
            "estimator": self.estimator,
            "seed": self.seed,
            "quick": self.quick,
            "n_null": self.n_null,
            "repeats": self.repeats,
        }


@dataclass(frozen=True, eq=False)
class Training:
    """What an estimator is fitted to: evidence at the deposits and at the background.

    Parameters
    ----------
    evidence_at_deposits
        In the evidence's own units, shape (n deposits, n evidence), NaN where missing.
    background_evidence
        Shape (n background, n evidence).
    background_at
        Easting and northing in metres, shape (n background, 2).
    """

    model: DepositModel
    columns: Sequence[Column]
    deposits: Deposits
    evidence_at_deposits: FloatArray
    background_evidence: FloatArray
    background_at: FloatArray
    scale: Scale

    @cached_property
    def at_deposits(self) -> FloatArray:
        """Evidence at the deposits on the scale that it is learned on."""
        return self.scale(self.evidence_at_deposits)

    @cached_property
    def background(self) -> FloatArray:
        """Evidence of the background on the scale that it is learned on."""
        return self.scale(self.background_evidence)

    @property
    def usable(self) -> Any:
        """Which deposits have all their evidence, shape (n deposits,)."""
        return np.isfinite(self.at_deposits).all(axis=1)

    def sample(self) -> Sample:
        """Return the deposits that have all their evidence, and the background."""
        usable, deposits = self.usable, self.deposits
        return Sample(
            self.at_deposits[usable],
            deposits.at()[usable],
            deposits.district[usable],
            self.background,
            self.background_at,
        )


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
    """

    fitted: Fitted
    training: Training
    skill: dict[str, Any]
    share: FloatArray | None


def check_name(estimator: str) -> None:
    """Raise ModelError unless an estimator has that name."""
    known = [*known_estimators(), STATED]
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
    if name == STATED:
        return _stated(training)
    model, count = training.model, int(training.usable.sum())
    if count < model.labels.least:
        raise ModelError(
            f"Deposit model '{model.name}': {count} deposits, but learning needs "
            f"{model.labels.least}. Use --estimator fuzzy, or add deposits to the region."
        )
    return _learned(training, name, options, workspace, report)


def _stated(training: Training) -> Estimation:
    """Return the overlay of the model's memberships; the deposits are only compared with it."""
    members = []
    for column in training.columns:
        entry = column.entry.membership
        if entry is None:
            raise ModelError(
                f"{training.model.name}.toml, evidence.{column.name}: add a membership."
            )
        full, none = entry.full, entry.none
        if column.entry.scale == "log":
            full, none = float(np.log1p(full)), float(np.log1p(none))
        members.append(Membership(full, none))
    gamma = training.model.estimator.gamma
    overlay = FuzzyOverlay(tuple(members), gamma=gamma).fit(training.background)
    deposits = training.deposits
    reason = (
        "memberships are stated, not fitted, and the "
        f"{len(deposits.table)} known deposits are only compared with them"
    )
    skill = not_learned(reason, len(deposits.table), deposits.n_districts)
    fitted = Fitted.of(STATED, overlay, training.background, key_of(training.background.tolist()))
    return Estimation(fitted, training, skill, None)


def _learned(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> Estimation:
    """Return the estimator fitted to all deposits, and what it reaches where they are held out."""
    usable, sample = training.usable, training.sample()
    label = training.model.deposit_model.label
    plain = [i for i, one in enumerate(training.columns) if not one.schematic]
    estimator = make_estimator(name, random_state=options.seed)

    def measure() -> list[Any]:
        skill, share = measure_skill(
            estimator,
            sample,
            without_schematic=plain,
            n_null=options.n_null,
            repeats=options.repeats,
            random_state=options.seed,
            progress=lambda what, done, total: report(f"{label}: {what}", done, total),
        )
        return [skill, share.tolist()]

    digest = sample.digest()
    key = key_of("skill", SKILL_VERSION, name, digest, plain, options.as_record(), versions())
    skill, found = workspace.store.recall(key, measure)
    share = np.full(len(usable), np.nan)
    share[usable] = found
    learned = fit_balanced(estimator, sample.positive, sample.background)
    fitted = Fitted.of(name, learned, sample.background, digest)
    return Estimation(fitted, training, skill, share)


def against_expectation(fitted: Fitted, training: Training) -> list[Notice]:
    """Return a notice for each evidence whose fitted response runs against the expected sign."""
    rows = training.background
    parts = fitted.contributions(rows)
    notices = []
    for i, column in enumerate(training.columns):
        if column.entry.expected == "any" or np.ptp(parts[:, i]) == 0 or np.ptp(rows[:, i]) == 0:
            continue
        slope = np.corrcoef(rows[:, i], parts[:, i])[0, 1]
        if (slope > 0) != (column.entry.expected == "increasing"):
            what = f"'{column.entry.label}' was expected {column.entry.expected}; the fit runs against it"
            notices.append(Notice(training.model.name, what))
    return notices
