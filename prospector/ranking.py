"""One deposit model over one region: evidence, fit, skill, score, targets, tenure."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np

from prospector.application import Column, available_evidence, ground_of
from prospector.distribution import Distribution
from prospector.errors import ModelError, Notice
from prospector.estimation import Estimation, Options, Training, against_expectation, estimate
from prospector.grid import FloatArray, Grid, Values
from prospector.ground import Background, Done, Ground, Scored
from prospector.layers import Layers
from prospector.region import DepositModel
from prospector.samples import Deposits, select_deposits
from prospector.target_table import deposits_with_place, described_targets, known_deposits
from prospector.windows import Workspace

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True)
class EvidenceMap:
    """One evidence of a ranking: its name, unit and scale, and how exact it is."""

    name: str
    label: str
    unit: str
    scale: str
    expected: str
    reason: str
    schematic: bool
    accuracy: str
    raster: Values


@dataclass(frozen=True, eq=False)
class Ranking:
    """What one deposit model says of a region.

    Parameters
    ----------
    targets
        Ranked targets in longitude and latitude, columns of `TARGET_COLUMNS`.
    deposits
        The model's known deposits in longitude and latitude, with the percentile out of fold.
    score
        Score of every scored cell, in steps of 1e-4; for polygon units their score burned in.
    distribution
        How many units have each score: what percentiles are taken from.
    skill
        The keys of ``skill`` in run.json.
    """

    model: DepositModel
    estimation: Estimation
    evidence: tuple[EvidenceMap, ...]
    score: Values
    distribution: Distribution
    targets: gpd.GeoDataFrame
    deposits: gpd.GeoDataFrame
    notices: tuple[Notice, ...]

    @property
    def skill(self) -> dict[str, Any]:
        """The keys of ``skill`` in run.json."""
        return self.estimation.skill

    @property
    def skill_words(self) -> str:
        """What may be said of the skill, in words."""
        if self.skill.get("reason"):
            return f"not learned: {self.skill['reason']}"
        figures = self.skill_figures
        return (
            "skill demonstrated: " if self.skill["demonstrated"] else "no demonstrated skill: "
        ) + figures

    @property
    def skill_figures(self) -> str:
        """The blocked AUC beside its null; the reason where nothing was learned."""
        if self.skill.get("reason"):
            return f"Not learned: {self.skill['reason']}."
        return (
            f"AUC {self.skill['auc_blocked']:.2f} in spatial blocks "
            f"(null's 95th percentile {self.skill['auc_null_p95']:.2f}, "
            f"p {self.skill['p_value']:.2f})"
        )

    def as_record(self) -> dict[str, Any]:
        """Return the ranking as figures for run.json."""
        return {
            "model": self.model.model_dump(mode="json"),
            "fitted": self.estimation.fitted.figures(),
            "evidence": [
                {
                    "name": one.name,
                    "label": one.label,
                    "unit": one.unit,
                    "scale": one.scale,
                    "expected": one.expected,
                    "reason": one.reason,
                    "schematic": one.schematic,
                    "accuracy": one.accuracy,
                }
                for one in self.evidence
            ],
            "skill": self.skill,
            "skill_words": self.skill_words,
            "n_targets": len(self.targets),
            "notices": [
                {"where": one.where, "what": one.what, "count": one.count} for one in self.notices
            ],
        }


def rank_model(
    model: DepositModel,
    grid: Grid,
    layers: Layers,
    options: Options,
    workspace: Workspace,
    report: Progress,
) -> Ranking:
    """Return the ranking of one deposit model.

    Raises
    ------
    ModelError
        No evidence or no ground is left, or there are too few deposits to learn from.
    """
    notices: list[Notice] = []
    name = options.estimator or model.estimator.name
    columns = available_evidence(model, layers, name, notices)
    step = _steps(model, report)
    ground = ground_of(model, columns, grid, layers, workspace, step("evidence"))
    background = ground.background(model.estimator.background, options.seed, step("sample"))
    notices += _checked(background, model)
    deposits = _deposits(model, layers, grid, notices)
    at_deposits = ground.at(deposits.table.geometry)
    blind = int((~np.isfinite(at_deposits).all(axis=1)).sum())
    if blind:
        notices.append(Notice(model.name, "deposits where evidence is missing, not used", blind))
    training = Training(
        model, columns, deposits, at_deposits, background.evidence, background.at, ground.scale
    )
    found = estimate(training, name, options, workspace, report)
    notices += against_expectation(found.fitted, training)
    scored = ground.score(found.fitted, step("score"))
    outlined, told = ground.cut(scored, found.fitted, model.targets, model.name, step("targets"))
    notices += told
    known = known_deposits(model, layers)
    labels = [(one.entry.label, one.unit) for one in columns]
    targets = described_targets(model, outlined, scored.distribution, labels, known, layers)
    place = _places(found, scored, training.at_deposits)
    return Ranking(
        model,
        found,
        _maps(columns, ground),
        scored.values,
        scored.distribution,
        targets,
        deposits_with_place(known, deposits, place),
        tuple(notices),
    )


def _steps(model: DepositModel, report: Progress) -> Callable[[str], Done]:
    """Return what makes the progress of a step: it tells what is done under the model's label."""

    def step(what: str) -> Done:
        label = f"{model.deposit_model.label}: {what}"
        report(label, 0, 1)
        return lambda done, total: report(label, done, total)

    return step


def _checked(background: Background, model: DepositModel) -> list[Notice]:
    """Return what is not scored for want of evidence; no ground at all is an error."""
    if not background.n_permissive:
        raise ModelError(
            f"Deposit model '{model.name}': no permissive ground. Check the layers of its conditions."
        )
    if not background.n_scored:
        raise ModelError(
            f"Deposit model '{model.name}': no unit has all its evidence. "
            "Check that the rasters cover the region."
        )
    missing = background.n_permissive - background.n_scored
    what = "units with missing evidence not scored"
    return [Notice(model.name, what, missing)] if missing else []


def _deposits(model: DepositModel, layers: Layers, grid: Grid, notices: list[Notice]) -> Deposits:
    """Return the deposits that train: those of the model that lie on the grid."""
    chosen = select_deposits(layers, model.labels)
    notices.extend(chosen.notices)
    _, _, inside = grid.index(chosen.eastings(), chosen.northings())
    if not inside.all():
        count = int((~inside).sum())
        notices.append(Notice(model.name, "deposits outside the region not trained on", count))
    table = chosen.table[inside].reset_index(drop=True)
    return Deposits(table, chosen.district[inside], chosen.notices)


def _maps(columns: Sequence[Column], ground: Ground) -> tuple[EvidenceMap, ...]:
    return tuple(
        EvidenceMap(
            column.name,
            column.entry.label,
            column.unit,
            column.entry.scale,
            column.entry.expected,
            column.entry.reason,
            column.schematic,
            column.parameters.accuracy(),
            values,
        )
        for column, values in zip(columns, ground.evidence(), strict=True)
    )


def _places(found: Estimation, scored: Scored, at_deposits: FloatArray) -> FloatArray:
    """Return each deposit's percentile: out of fold where learned, else among all units."""
    if found.share is not None:
        return found.share * 100
    return scored.distribution.percentile(found.fitted.score(at_deposits))
