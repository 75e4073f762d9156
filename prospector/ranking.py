"""One deposit model over one region: evidence, fit, skill, score, targets, tenure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import rasterio.features
import shapely

from prospector.errors import ModelError, Notice
from prospector.evidence import compute_evidence, evidence_unit, validate_parameters
from prospector.grid import BoolArray, FloatArray, Grid, Raster, Units, cells, polygons
from prospector.layers import Layers
from prospector.models import FuzzyOverlay, Membership, SquaredLogistic
from prospector.models.fitted import Overlay, predict_score, to_figures
from prospector.region import DepositModel, EvidenceEntry
from prospector.samples import Deposits, draw_background, select_deposits
from prospector.store import key_of
from prospector.target_table import (
    KNOWN_WITHIN_M,
    deposits_with_place,
    described_targets,
    known_deposits,
    outlines_with_units,
    relative_contributions,
)
from prospector.validation import Sample, fit_balanced, measure_skill, not_learned, share_below
from prospector.windows import Workspace, evidence_on_cells, versions

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
    raster: Raster


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
        Score of every scored cell; for polygon units their score burned in.
    skill
        The keys of ``skill`` in run.json.
    """

    model: DepositModel
    estimator: Overlay
    evidence: tuple[EvidenceMap, ...]
    score: Raster
    targets: gpd.GeoDataFrame
    deposits: gpd.GeoDataFrame
    skill: dict[str, Any]
    notices: tuple[Notice, ...]

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
            "fitted": to_figures(self.estimator),
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


@dataclass(frozen=True)
class _Column:
    """An evidence that the region can give: its entry, validated parameters, unit, schematic or not."""

    name: str
    entry: EvidenceEntry
    parameters: Any
    schematic: bool


@dataclass(frozen=True, eq=False)
class _Prepared:
    """What a fit works on: evidence on its scale at every unit and at the deposits."""

    model: DepositModel
    columns: list[_Column]
    units: Units
    permissive: BoolArray
    scaled: FloatArray
    deposits: Deposits
    at_deposits: FloatArray

    @property
    def usable(self) -> BoolArray:
        """Which deposits have all their evidence, shape (n deposits,)."""
        return np.asarray(np.isfinite(self.at_deposits).all(axis=1))


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
    label = model.deposit_model.label
    notices: list[Notice] = []
    name = options.estimator or model.estimator.name
    columns = available_evidence(model, layers, name, notices)
    units, names = _units(model, grid, layers)
    permissive = _permissive(model, layers, units, workspace)
    evidence, measures = _matrix(model, columns, layers, units, workspace, report)
    permissive &= _complete(evidence, permissive, model, notices)
    deposits = _training(model, layers, grid, notices)
    at_deposits = _at_deposits(model, grid, units, deposits, evidence)
    blind = int((~np.isfinite(at_deposits).all(axis=1)).sum())
    if blind:
        notices.append(Notice(model.name, "deposits where evidence is missing, not used", blind))
    scaled = _scaled(evidence, columns)
    prepared = _Prepared(
        model, columns, units, permissive, scaled, deposits, _scaled(at_deposits, columns)
    )
    estimator, skill, out_of_fold = _fit(prepared, name, options, workspace, report)
    notices += _against_expectation(estimator, columns, scaled[permissive], model)
    report(f"{label}: score and targets", 0, 1)
    scored = np.full(len(units), np.nan)
    scored[permissive] = predict_score(estimator, scaled[permissive])
    maps = _maps(model, columns, measures, evidence, units, grid)
    score = Raster(_burned(scored, units, grid, model), grid, "")
    known = known_deposits(model, layers)
    parts = relative_contributions(estimator, scaled, permissive)
    labels = [column.entry.label for column in columns]
    raw = outlines_with_units(model, score, scored, units, names, notices)
    targets = described_targets(
        model, raw, scored, evidence, parts, labels, measures, known, layers
    )
    report(f"{label}: score and targets", 1, 1)
    told = deposits_with_place(known, deposits, out_of_fold)
    return Ranking(model, estimator, maps, score, targets, told, skill, tuple(notices))


# evidence -----------------------------------------------------------------------------------


def available_evidence(
    model: DepositModel, layers: Layers, estimator: str, notices: list[Notice]
) -> list[_Column]:
    """Return the evidence that the region carries and the estimator can use; the rest is noticed."""
    columns = []
    for name, entry in model.evidence.items():
        where = f"{model.name}.toml, evidence.{name}"
        parameters = validate_parameters(entry.kind, entry.parameters, where=where)
        if entry.kind != "area" and not layers.of_role(parameters.role):
            what = f"evidence dropped: the region has no layer of role '{parameters.role}'"
            notices.append(Notice(where, what))
        elif estimator == "fuzzy" and entry.membership is None:
            notices.append(Notice(where, "evidence dropped: fuzzy overlay needs a membership"))
        else:
            schematic = layers.is_schematic(parameters.role)
            columns.append(_Column(name, entry, parameters, schematic))
    if not columns:
        raise ModelError(
            f"Deposit model '{model.name}': no evidence is left. "
            "Add layers to region.toml with the roles that it needs."
        )
    return columns


def _units(model: DepositModel, grid: Grid, layers: Layers) -> tuple[Units, list[str]]:
    """Return what is scored, and the names of polygon units."""
    if model.scores_cells:
        return cells(grid), []
    layer = layers.vector(model.deposit_model.unit)
    if layer is None:
        raise ModelError(
            f"Deposit model '{model.name}': its unit is the layer of role "
            f"'{model.deposit_model.unit}', and the region has none. Add one to region.toml."
        )
    inside = layer.features.geometry.representative_point()
    _, _, on_grid = grid.index(np.asarray(inside.x), np.asarray(inside.y))
    features = layer.features[on_grid].reset_index(drop=True)
    return polygons(features), features["name"].astype(str).tolist()


def _permissive(
    model: DepositModel, layers: Layers, units: Units, workspace: Workspace
) -> BoolArray:
    """Return where the model can apply at all; a condition without its layer is not applied."""
    ground = np.ones(len(units), dtype=bool)
    for number, entry in enumerate(model.permissive):
        where = f"{model.name}.toml, permissive.{number}"
        parameters = validate_parameters(entry.kind, entry.parameters, where=where)
        if not layers.of_role(parameters.role):
            continue
        values = _values([(entry.kind, parameters)], layers, units, workspace)[:, 0]
        low = -np.inf if entry.at_least is None else entry.at_least
        high = np.inf if entry.at_most is None else entry.at_most
        ground &= (values >= low) & (values <= high)
    if not ground.any():
        raise ModelError(
            f"Deposit model '{model.name}': no permissive ground. Check the layers of its conditions."
        )
    return ground


def _matrix(
    model: DepositModel,
    columns: list[_Column],
    layers: Layers,
    units: Units,
    workspace: Workspace,
    report: Progress,
) -> tuple[FloatArray, list[str]]:
    """Return evidence of shape (n units, n evidence) and its units of measure."""
    label = f"{model.deposit_model.label}: evidence"
    report(label, 0, 1)
    asked = [(column.entry.kind, column.parameters) for column in columns]
    measures = [evidence_unit(kind, layers, parameters=one) for kind, one in asked]
    values = _values(
        asked, layers, units, workspace, lambda done, total: report(label, done, total)
    )
    report(label, 1, 1)
    return values, measures


def _values(
    asked: list[tuple[str, Any]],
    layers: Layers,
    units: Units,
    workspace: Workspace,
    done: Callable[[int, int], None] | None = None,
) -> FloatArray:
    """Return evidence of shape (n units, n asked): of cells by windows, of polygons at once."""
    if units.grid is not None:
        return evidence_on_cells(asked, units.grid, layers, workspace, done)
    found = [compute_evidence(kind, layers, units, parameters=one) for kind, one in asked]
    return np.column_stack(found)


def _complete(
    evidence: FloatArray, permissive: BoolArray, model: DepositModel, notices: list[Notice]
) -> BoolArray:
    """Return where no evidence is missing; the rest is reported, not filled."""
    complete = np.asarray(np.isfinite(evidence).all(axis=1))
    missing = int((permissive & ~complete).sum())
    if missing:
        notices.append(Notice(model.name, "units with missing evidence not scored", missing))
    if not (permissive & complete).any():
        raise ModelError(
            f"Deposit model '{model.name}': no unit has all its evidence. "
            "Check that the rasters cover the region."
        )
    return complete


def _scaled(evidence: FloatArray, columns: list[_Column]) -> FloatArray:
    """Return evidence on the scale that it is learned on: log(1 + value) where the model says so."""
    scaled = [
        np.log1p(evidence[:, i]) if column.entry.scale == "log" else evidence[:, i]
        for i, column in enumerate(columns)
    ]
    return np.column_stack(scaled)


def _maps(
    model: DepositModel,
    columns: list[_Column],
    measures: list[str],
    evidence: FloatArray,
    units: Units,
    grid: Grid,
) -> tuple[EvidenceMap, ...]:
    return tuple(
        EvidenceMap(
            column.name,
            column.entry.label,
            measures[i],
            column.entry.scale,
            column.entry.expected,
            column.entry.reason,
            column.schematic,
            column.parameters.accuracy(),
            Raster(_burned(evidence[:, i], units, grid, model), grid, measures[i]),
        )
        for i, column in enumerate(columns)
    )


def _burned(values: FloatArray, units: Units, grid: Grid, model: DepositModel) -> FloatArray:
    """Return the units' values on the grid: reshaped for cells, burned in for polygons."""
    if model.scores_cells or units.outlines is None:
        return values.reshape(grid.shape)
    known = np.isfinite(values)
    pairs = list(zip(units.outlines[known], values[known], strict=True))
    if not pairs:
        return np.full(grid.shape, np.nan)
    return np.asarray(
        rasterio.features.rasterize(
            pairs, out_shape=grid.shape, transform=grid.transform, fill=np.nan, dtype="float64"
        )
    )


# deposits and fit ---------------------------------------------------------------------------


def _training(model: DepositModel, layers: Layers, grid: Grid, notices: list[Notice]) -> Deposits:
    """Return the deposits that train: those of the model that lie on the grid."""
    chosen = select_deposits(layers, model.labels)
    notices.extend(chosen.notices)
    _, _, inside = grid.index(chosen.eastings(), chosen.northings())
    if not inside.all():
        count = int((~inside).sum())
        notices.append(Notice(model.name, "deposits outside the region not trained on", count))
    table = chosen.table[inside].reset_index(drop=True)
    return Deposits(table, chosen.district[inside], chosen.notices)


def _at_deposits(
    model: DepositModel,
    grid: Grid,
    units: Units,
    deposits: Deposits,
    evidence: FloatArray,
) -> FloatArray:
    """Return the evidence of the cell that each deposit lies in, or of its polygon."""
    if model.scores_cells:
        row, column, _ = grid.index(deposits.eastings(), deposits.northings())
        return np.asarray(evidence[row * grid.shape[1] + column])
    result = np.full((len(deposits.table), evidence.shape[1]), np.nan)
    unit, deposit = _unit_of(units, deposits.table)
    result[deposit] = evidence[unit]
    return result


def _unit_of(units: Units, features: gpd.GeoDataFrame) -> tuple[Any, Any]:
    """Return pairs (unit, feature): the polygon unit each point lies in or within 2 km of."""
    points = np.asarray(features.geometry.array, dtype=object)
    tree = shapely.STRtree(units.shapes())
    feature, unit = tree.query_nearest(points, max_distance=KNOWN_WITHIN_M, all_matches=False)
    return unit, feature


def _fit(
    prepared: _Prepared, name: str, options: Options, workspace: Workspace, report: Progress
) -> tuple[Overlay, dict[str, Any], FloatArray]:
    """Return the fitted estimator, its skill and each deposit's percentile out of fold."""
    if name == "fuzzy":
        return _stated(prepared)
    model, count = prepared.model, int(prepared.usable.sum())
    if count < model.labels.least:
        raise ModelError(
            f"Deposit model '{model.name}': {count} deposits, but learning needs "
            f"{model.labels.least}. Use --estimator fuzzy, or add deposits to the region."
        )
    return _learned(prepared, options, workspace, report)


def _stated(prepared: _Prepared) -> tuple[Overlay, dict[str, Any], FloatArray]:
    """Return the overlay of stated memberships; the deposits are only compared with it."""
    rows, usable = prepared.scaled[prepared.permissive], prepared.usable
    overlay = _fuzzy(prepared.model, prepared.columns, rows)
    place = np.full(len(usable), np.nan)
    at_deposits = predict_score(overlay, prepared.at_deposits[usable])
    place[usable] = share_below(at_deposits, predict_score(overlay, rows)) * 100
    n_deposits = len(prepared.deposits.table)
    reason = (
        "memberships are stated, not fitted, and the "
        f"{n_deposits} known deposits are only compared with them"
    )
    return overlay, not_learned(reason, n_deposits, prepared.deposits.n_districts), place


def _fuzzy(model: DepositModel, columns: list[_Column], rows: FloatArray) -> FuzzyOverlay:
    """Return the overlay of the model's stated memberships, on the scale of the evidence."""
    members = []
    for column in columns:
        entry = column.entry.membership
        if entry is None:
            raise ModelError(f"{model.name}.toml, evidence.{column.name}: add a membership.")
        full, none = entry.full, entry.none
        if column.entry.scale == "log":
            full, none = float(np.log1p(full)), float(np.log1p(none))
        members.append(Membership(full, none))
    return FuzzyOverlay(tuple(members), gamma=model.estimator.gamma).fit(rows)


def _learned(
    prepared: _Prepared, options: Options, workspace: Workspace, report: Progress
) -> tuple[Overlay, dict[str, Any], FloatArray]:
    """Return the estimator fitted to all deposits, and what it reaches where they are held out."""
    units, usable = prepared.units, prepared.usable
    size = prepared.model.estimator.background
    drawn = draw_background(units, prepared.permissive, size=size, seed=options.seed)
    positive, background = prepared.at_deposits[usable], prepared.scaled[drawn]
    deposits = prepared.deposits
    sample = Sample(
        positive,
        deposits.at()[usable],
        deposits.district[usable],
        background,
        np.column_stack([units.easting[drawn], units.northing[drawn]]),
    )
    label = prepared.model.deposit_model.label
    plain = [i for i, one in enumerate(prepared.columns) if not one.schematic]

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
    skill, share = workspace.store.recall(key, measure)
    estimator = fit_balanced(SquaredLogistic(), positive, background)
    place = np.full(len(usable), np.nan)
    place[usable] = np.asarray(share) * 100
    return estimator, skill, place


def _against_expectation(
    estimator: Overlay, columns: list[_Column], rows: FloatArray, model: DepositModel
) -> list[Notice]:
    """Return a notice for each evidence whose fitted response runs against the expected sign."""
    parts = estimator.contributions(rows)
    notices = []
    for i, column in enumerate(columns):
        if column.entry.expected == "any" or np.ptp(parts[:, i]) == 0 or np.ptp(rows[:, i]) == 0:
            continue
        slope = np.corrcoef(rows[:, i], parts[:, i])[0, 1]
        if (slope > 0) != (column.entry.expected == "increasing"):
            what = f"'{column.entry.label}' was expected {column.entry.expected}; the fit runs against it"
            notices.append(Notice(model.name, what))
    return notices
