"""One deposit model over one region: evidence, fit, skill, score, targets, tenure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.errors import ModelError, Notice, NotRankedError, Reason
from prospector.evidence import known_kinds
from prospector.evidence.origin import Origin, drawn_from_descriptions
from prospector.evidence.surface import SurfaceParameters
from prospector.grid import BoolArray, FloatArray, Values, polygons
from prospector.ground.application import Column
from prospector.ground.distribution import Distribution, score_of, score_steps
from prospector.ground.protocol import Cutting, Ground, Outlined, PolygonScores, Scored
from prospector.ground.setting import Setting
from prospector.layers import Layers
from prospector.learning.backtesting import BacktestOf, backtests_of
from prospector.learning.contrasts import Contrasts, contrasts_of
from prospector.learning.estimation import Estimation, estimate, told_by
from prospector.learning.evidence_report import by_importance, quality_of
from prospector.learning.opening import Opening, open_model, too_few_known
from prospector.learning.overlays import stated_overlay
from prospector.learning.training import Training, prepare, steps
from prospector.learning.uncertainty import applicability_of, of_applicability, target_spread
from prospector.printable import printable
from prospector.region.deposit_model import CELL, DepositModel
from prospector.region.spelling import did_you_mean
from prospector.targets.contributions import contribution_table
from prospector.targets.deposit_number import DepositNumber, deposit_number, expected_numbers
from prospector.targets.known import KnownRank, known_ranks
from prospector.targets.rows import Beside, deposits_with_place, described_targets, known_deposits
from prospector.targets.stability import Stability
from prospector.targets.ties import tie_notices
from prospector.validation.applicability import Applicability
from prospector.validation.quality import EvidenceQuality
from prospector.validation.record import Skill, skill_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@dataclass(frozen=True)
class EvidenceMap:
    """One evidence of a ranking: its name, unit and scale, and how exact it is."""

    name: str
    label: str
    unit: str
    scale: str
    expected: str
    reason: str
    origin: Origin
    accuracy: Reason
    raster: Values
    tolerances_km: tuple[float, ...] = ()
    """How far features may lie off that a distance is measured to; empty for all else."""

    @property
    def schematic(self) -> bool:
        """Whether any feature that it is measured from was drawn from descriptions."""
        return self.origin.schematic

    @property
    def values(self) -> FloatArray:
        """Its values in the grid's shape, NaN where there is none."""
        return self.raster.values

    def to_xarray(self) -> Any:
        """Return its values as an xarray.DataArray of its name."""
        return self.raster.to_xarray().rename(self.name).assign_attrs(long_name=self.label)

    def plot(self, axes: Axes | None = None, **options: Any) -> Axes:
        """Draw its values under its label, and return the axes."""
        return self.raster.plot(axes, title=self.label, **options)

    def as_record(self) -> dict[str, Any]:
        """Return what run.json says of it."""
        return {
            "name": self.name,
            "label": self.label,
            "unit": self.unit,
            "scale": self.scale,
            "expected": self.expected,
            "reason": self.reason,
            "schematic": self.schematic,
            "all_schematic": self.origin.all_schematic,
            "resolution_m": self.origin.resolution_m,
            "schematic_m": self.origin.schematic_m,
            "tolerances_km": list(self.tolerances_km),
            "accuracy": self.accuracy.as_record(),
        }


class EvidenceMaps(tuple[EvidenceMap, ...]):
    """The evidence of a ranking, by its column or by its name."""

    __slots__ = ()

    def __getitem__(self, which: Any) -> Any:
        """Return the evidence of a name or a number, or several by a slice.

        Raises
        ------
        NotRankedError
            No evidence has the name; it is a KeyError, too.
        """
        if not isinstance(which, str):
            return super().__getitem__(which)
        for evidence in self:
            if evidence.name == which:
                return evidence
        names = [evidence.name for evidence in self]
        raise NotRankedError(
            f"no evidence '{which}'. {did_you_mean(which, names)}It has: {', '.join(names)}."
        )

    def __repr__(self) -> str:
        """Return names and units."""
        return ", ".join(f"{evidence.name} ({evidence.unit or 'no unit'})" for evidence in self)


@dataclass(frozen=True, eq=False)
class Ranking:
    """What one deposit model says of a region.

    Parameters
    ----------
    targets
        Ranked targets in longitude and latitude, columns of `TARGET_COLUMNS`.
    target_evidence, target_parts
        Mean evidence and mean contributions of each target, in order of rank, (n, n evidence).
    target_schematic
        Whether each value comes from features drawn from descriptions, (n, n evidence).
    deposits
        The model's known deposits in longitude and latitude, with the percentile out of fold.
    score
        Score of every scored cell, in steps of 1e-4; for polygon units their score burned in.
    distribution
        How many units have each score: what percentiles are taken from.
    skill
        How well the model ranks deposits that it has not seen.
    applicability
        Where the model is applicable; None where nothing was learned, or all ground is ranked.
    backtests
        Where the deposits found since each year that the region names would have stood.
    number
        Deposits that the scored ground holds; None where the region states no number.
    contrasts
        Weights of evidence; None where nothing was learned, or the background was not drawn evenly.
    polygons
        The polygons and their scores; None where the units are cells.
    quality
        How good each evidence is, worst first.
    stability
        How far AUC and targets move with cells and sample; None where it was not asked.
    known
        Where each known deposit stands by stated memberships, the best first; none where an estimator
        learned from them.
    """

    model: DepositModel
    estimation: Estimation
    evidence: EvidenceMaps
    score: Values
    distribution: Distribution
    targets: gpd.GeoDataFrame
    target_evidence: FloatArray
    target_parts: FloatArray
    target_schematic: BoolArray
    deposits: gpd.GeoDataFrame
    notices: tuple[Notice, ...]
    applicability: Applicability | None = None
    backtests: tuple[BacktestOf, ...] = ()
    number: DepositNumber | None = None
    contrasts: Contrasts | None = None
    polygons: PolygonScores | None = None
    quality: tuple[EvidenceQuality, ...] = ()
    stability: Stability | None = None
    known: tuple[KnownRank, ...] = ()

    @property
    def contributions(self) -> pd.DataFrame:
        """What each evidence adds to each target, by rank, columns of `CONTRIBUTION_COLUMNS`."""
        ids = self.targets["target_id"].tolist()
        name, values, parts = self.model.name, self.target_evidence, self.target_parts
        return contribution_table(name, ids, self.evidence, values, parts, self.target_schematic)

    @property
    def skill(self) -> Skill:
        """How well the model ranks deposits that it has not seen."""
        return self.estimation.skill

    @property
    def evidence_labels(self) -> tuple[str, ...]:
        """Label of each evidence, by its column."""
        return tuple(evidence.label for evidence in self.evidence)

    @property
    def skill_words(self) -> str:
        """The verdict on skill in English; pages give it in their language, with the reason."""
        return skill_words(self.skill)

    def __repr__(self) -> str:
        """Return the model, how many targets it has and what may be said of its skill."""
        label = self.model.deposit_model.label
        return printable(f"{label}: {len(self.targets)} targets; {self.skill_words}")

    def as_record(self) -> dict[str, Any]:
        """Return the ranking as figures for run.json."""
        return {
            "model": self.model.model_dump(mode="json"),
            "fitted": self.estimation.fitted.figures(),
            "evidence": [evidence.as_record() for evidence in self.evidence],
            "quality": [quality.as_record() for quality in self.quality],
            "skill": self.skill.dump(),
            "applicability": None
            if self.applicability is None
            else self.applicability.to_figures(),
            "weights_of_evidence": None if self.contrasts is None else self.contrasts.as_record(),
            "deposit_number": None if self.number is None else self.number.as_record(),
            "backtests": [backtest.as_record() for backtest in self.backtests],
            "stability": None if self.stability is None else self.stability.as_record(),
            "known": [known.as_record() for known in self.known],
            "n_targets": len(self.targets),
            "notices": [notice.as_record() for notice in sorted(self.notices)],
        }


def refuse_opening(opening: Opening) -> None:
    """Raise ModelError where a ranking would fail whatever the evidence is.

    Raises
    ------
    ModelError
        There are too few deposits to learn from, or what the model states of its memberships or its
        number of deposits does not go together.
    """
    model, lacking = opening.model, too_few_known(opening)
    if lacking is not None:
        raise ModelError(f"Deposit model '{model.name}': {lacking}", lacking.reason)
    if opening.stated:
        stated_overlay(model, opening.columns, opening.estimator)
    deposit_number(model, 0, learned=not opening.stated)


def rank_model(model: DepositModel, setting: Setting) -> Ranking:
    """Return the ranking of one deposit model.

    Raises
    ------
    ModelError
        No evidence or no ground is left, or there are too few deposits to learn from.
    """
    layers, options, workspace = setting.layers, setting.options, setting.workspace
    opening = open_model(model, layers, setting.grid, options)
    refuse_opening(opening)
    model = opening.model
    prepared = prepare(opening, setting)
    ground, training, name = prepared.ground, prepared.training, opening.estimator
    found = estimate(training, name, options, workspace, setting.report)
    learned = found.share is not None
    number = deposit_number(model, int(training.usable.sum()), learned=learned)
    numbered = [] if number is None else [number.notice(model)]
    years = options.backtest_years if learned else ()
    backtests, untested = backtests_of(training, name, years, options.seed)
    step = steps(model, setting.report)
    scored = ground.score(found.fitted, step("score"))
    area = applicability_of(found)
    within = None if options.outside_applicability else area
    rules = Cutting(model.targets, model.name, within)
    outlined, told = ground.cut(scored, found.fitted, rules, step("targets"))
    told += tie_notices(
        model.name,
        outlined.outlines,
        outlined.score,
        outlined.score_max,
        setting.grid.cell_area_km2 if model.deposit_model.unit == CELL else 0.0,
    )
    spread = None
    if not options.quick:
        spread = target_spread(found, ground, outlined, options.seed, workspace.store)
    expected = None if number is None else expected_numbers(number, outlined, scored)
    known = known_deposits(model, layers)
    maps = _maps(training.columns, ground)
    targets, order = described_targets(
        model,
        outlined,
        Beside(spread, expected, _elevation(training.columns, outlined)),
        scored.distribution,
        maps,
        known,
        layers,
    )
    place = _places(found, scored, training.at_deposits)
    return Ranking(
        model,
        found,
        maps,
        scored.values,
        scored.distribution,
        targets,
        outlined.evidence[order],
        outlined.parts[order],
        _drawn(training.columns, layers, outlined)[order],
        deposits_with_place(known, training.deposits, place),
        (*prepared.notices, *told_by(found), *of_applicability(found), *untested, *numbered, *told),
        area,
        backtests,
        number,
        contrasts_of(training) if learned and model.labels.target_group is False else None,
        scored.polygons,
        quality_of(
            model,
            training.columns,
            ground.look(),
            by_importance(found.skill, len(training.columns)),
            prepared.covers,
        ),
        known=() if learned else _known(found, training, scored),
    )


def _known(found: Estimation, training: Training, scored: Scored) -> tuple[KnownRank, ...]:
    """Return where each known deposit stands by stated memberships."""
    return known_ranks(
        training.deposits.table["name"].tolist(),
        found.fitted,
        training.evidence_at_deposits,
        training.at_deposits,
        training.on_ground,
        scored.distribution,
    )


def _elevation(columns: Sequence[Column], outlined: Outlined) -> FloatArray | None:
    """Return the mean elevation of each target where it is an evidence, so that it has one value."""
    plain = SurfaceParameters(role="relief")
    for place, column in enumerate(columns):
        if column.entry.kind == "surface" and column.parameters == plain:
            return outlined.evidence[:, place]
    return None


def _maps(columns: Sequence[Column], ground: Ground) -> EvidenceMaps:
    return EvidenceMaps(
        EvidenceMap(
            column.name,
            column.entry.label,
            column.unit,
            column.entry.scale,
            column.entry.expected,
            column.entry.reason,
            column.origin,
            column.parameters.accuracy(),
            values,
            tuple(metres / 1000 for metres in column.origin.tolerances_m)
            if known_kinds()[column.entry.kind].measures_distance
            else (),
        )
        for column, values in zip(columns, ground.evidence(), strict=True)
    )


def _drawn(columns: Sequence[Column], layers: Layers, outlined: Outlined) -> BoolArray:
    """Return whether each target's value comes from features drawn from descriptions, (n, n evidence)."""
    units = polygons(gpd.GeoDataFrame(geometry=outlined.outlines))
    by_column = [
        drawn_from_descriptions(column.entry.kind, layers, units, parameters=column.parameters)
        for column in columns
    ]
    return np.column_stack(by_column)


def _places(found: Estimation, scored: Scored, at_deposits: FloatArray) -> FloatArray:
    """Return each deposit's percentile: out of fold where learned, else among all units."""
    if found.share is not None:
        return found.share * 100
    scores = score_of(
        score_steps(found.fitted.score(at_deposits))
    )  # those of the units they lie in
    return scored.distribution.percentile(scores)
