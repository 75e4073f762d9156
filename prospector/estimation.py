"""The estimator of a deposit model: its memberships stated, or learned and measured."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from prospector.application import Column
from prospector.errors import ModelError, Notice
from prospector.grid import FloatArray
from prospector.ground import Background
from prospector.models import FuzzyOverlay, Membership, SquaredLogistic
from prospector.models.fitted import Overlay
from prospector.region import DepositModel
from prospector.samples import Deposits
from prospector.store import key_of
from prospector.validation import Sample, fit_balanced, measure_skill, not_learned
from prospector.windows import Workspace, versions

Progress = Callable[[str, int, int], None]

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
    """What an estimator is fitted to: evidence on its scale at the deposits and the background.

    Parameters
    ----------
    at_deposits
        Shape (n deposits, n evidence), NaN where evidence is missing.
    background
        Shape (n background, n evidence).
    """

    model: DepositModel
    columns: Sequence[Column]
    deposits: Deposits
    at_deposits: FloatArray
    background: FloatArray
    background_at: FloatArray

    @property
    def usable(self) -> Any:
        """Which deposits have all their evidence, shape (n deposits,)."""
        return np.isfinite(self.at_deposits).all(axis=1)


@dataclass(frozen=True, eq=False)
class Estimation:
    """A fitted estimator and what is known of it.

    Parameters
    ----------
    baseline
        Mean contribution of each evidence over the background, which contributions are told
        against; 0 where memberships are stated. Shape (n evidence,).
    skill
        The keys of ``skill`` in run.json.
    share
        Share of the background that scores below each deposit out of fold, shape (n deposits,);
        None where nothing was learned.
    """

    estimator: Overlay
    baseline: FloatArray
    skill: dict[str, Any]
    share: FloatArray | None


def training_of(
    model: DepositModel,
    columns: Sequence[Column],
    deposits: Deposits,
    at_deposits: FloatArray,
    background: Background,
    scale: Callable[[FloatArray], FloatArray],
) -> Training:
    """Return what an estimator is fitted to."""
    rows = scale(background.evidence)
    return Training(model, columns, deposits, scale(at_deposits), rows, background.at)


def estimate(
    training: Training, name: str, options: Options, workspace: Workspace, report: Progress
) -> Estimation:
    """Return the estimator of that name for the deposits and the background.

    Raises
    ------
    ModelError
        There are too few deposits to learn from.
    """
    if name == "fuzzy":
        return _stated(training)
    model, count = training.model, int(training.usable.sum())
    if count < model.labels.least:
        raise ModelError(
            f"Deposit model '{model.name}': {count} deposits, but learning needs "
            f"{model.labels.least}. Use --estimator fuzzy, or add deposits to the region."
        )
    return _learned(training, options, workspace, report)


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
    return Estimation(overlay, np.zeros(len(members)), skill, None)


def _learned(
    training: Training, options: Options, workspace: Workspace, report: Progress
) -> Estimation:
    """Return the estimator fitted to all deposits, and what it reaches where they are held out."""
    usable, deposits = training.usable, training.deposits
    sample = Sample(
        training.at_deposits[usable],
        deposits.at()[usable],
        deposits.district[usable],
        training.background,
        training.background_at,
    )
    label = training.model.deposit_model.label
    plain = [i for i, one in enumerate(training.columns) if not one.schematic]

    def measure() -> list[Any]:
        skill, share = measure_skill(
            SquaredLogistic(),
            sample,
            without_schematic=plain,
            n_null=options.n_null,
            repeats=options.repeats,
            random_state=options.seed,
            progress=lambda what, done, total: report(f"{label}: {what}", done, total),
        )
        return [skill, share.tolist()]

    key = key_of("skill", SKILL_VERSION, sample.digest(), plain, options.as_record(), versions())
    skill, found = workspace.store.recall(key, measure)
    share = np.full(len(usable), np.nan)
    share[usable] = found
    estimator = fit_balanced(SquaredLogistic(), sample.positive, sample.background)
    baseline = estimator.contributions(sample.background).mean(axis=0)
    return Estimation(estimator, baseline, skill, share)


def against_expectation(estimator: Overlay, training: Training) -> list[Notice]:
    """Return a notice for each evidence whose fitted response runs against the expected sign."""
    rows = training.background
    parts = estimator.contributions(rows)
    notices = []
    for i, column in enumerate(training.columns):
        if column.entry.expected == "any" or np.ptp(parts[:, i]) == 0 or np.ptp(rows[:, i]) == 0:
            continue
        slope = np.corrcoef(rows[:, i], parts[:, i])[0, 1]
        if (slope > 0) != (column.entry.expected == "increasing"):
            what = f"'{column.entry.label}' was expected {column.entry.expected}; the fit runs against it"
            notices.append(Notice(training.model.name, what))
    return notices
