"""A deposit model applied to a region: which evidence the region carries, and on which ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from prospector.compute.mask import ground_on_cells
from prospector.compute.windows import evidence_on_cells
from prospector.errors import ModelError, Notice, Reason, reason_for
from prospector.evidence import (
    compute_evidence,
    evidence_roles,
    evidence_unit,
    known_kinds,
    readable_layers,
)
from prospector.evidence.classes import choice_notices
from prospector.evidence.entries import at_entry, entry_parameters, from_other_deposits
from prospector.evidence.named_layers import lacking_layer
from prospector.evidence.origin import Origin, origin_of
from prospector.grid import Grid, Units, polygons
from prospector.ground.cell_stack import Stack
from prospector.ground.cells import CellGround
from prospector.ground.conditions import conditions_of
from prospector.ground.context import refuse_context
from prospector.ground.needed_maps import with_needed_map
from prospector.ground.own_places import OwnPlaces
from prospector.ground.polygons import PolygonGround
from prospector.ground.protocol import Ground, Scale
from prospector.ground.setting import Setting
from prospector.layers import ACCESS_ROLES, Layers
from prospector.layers.roles import Role
from prospector.options import Done, half
from prospector.region.deposit_model import CELL, DepositModel
from prospector.region.model_evidence import EvidenceEntry


@dataclass(frozen=True)
class Column:
    """An evidence that the region can give: its entry, validated parameters, unit and origin.

    Parameters
    ----------
    origin
        How exact the layers are that it is measured from.
    optional
        Whether a unit in which it is unknown is scored by its other evidence.
    """

    name: str
    entry: EvidenceEntry
    parameters: Any
    unit: str
    origin: Origin
    optional: bool = False

    @property
    def schematic(self) -> bool:
        """Whether any feature that it is measured from was drawn from descriptions."""
        return self.origin.schematic

    @property
    def tolerance_m(self) -> float:
        """How far features drawn from descriptions may lie off at most; 0 where none was."""
        return self.origin.schematic_m


def available_evidence(
    model: DepositModel, layers: Layers, notices: list[Notice], *, stated: bool
) -> list[Column]:
    """Return the evidence that the region carries and the estimator can use; the rest is noticed.

    Where memberships are `stated`, an evidence without one cannot be used.

    Raises
    ------
    ModelError
        Less is left than the model needs; the message says what the region lacks. Or the model's
        unit is no polygon.
    """
    _check_unit(model, layers.known_roles)
    columns, lacking, wanting = [], [], []
    for name, entry in model.evidence.items():
        about = {"model": model.name, "evidence": name, "label": entry.label}
        place = model.place("evidence", name)
        parameters = entry_parameters(model, "evidence", name)
        roles = evidence_roles(entry.kind, parameters)
        if model.estimator.evidence and name not in model.estimator.evidence:
            why = Reason("estimator-names-others")
            notices.append(Notice("evidence-dropped", "note", {**about, "reason": why}))
            continue
        access = [role for role in roles if role in ACCESS_ROLES]
        if access:
            raise ModelError(
                f"{place}: role '{access[0]}' is access, not rock: deposits are found where roads "
                "lead. Remove the evidence; these distances are columns of each target.",
                Reason("evidence-of-access", label=entry.label, role=access[0]),
            )
        refuse_context(place, entry.label, roles, what="evidence")
        error = _unusable(entry, parameters, layers, stated=stated)
        if error:
            known = layers.known_roles
            reason = with_needed_map(reason_for(error), roles, entry.coarsest_m, known)
            notices.append(Notice("evidence-dropped", "caution", {**about, "reason": reason}))
            wanting.append(f"{place}: {entry.label}: {str(error).rstrip('.')}.")
            lacking.append(Reason("lacking-evidence", label=entry.label, reason=reason))
            continue
        readable = readable_layers(entry.kind, layers, parameters)
        notices += choice_notices(readable, parameters, about)
        notices += from_other_deposits(parameters, model.name, entry.label)
        told = known_kinds()[entry.kind].notices
        notices.extend(() if told is None else told(readable, parameters))
        unit = evidence_unit(entry.kind, layers, parameters=parameters)
        origin = origin_of(entry.kind, layers, parameters=parameters)
        optional = stated and entry.if_unknown == "left_out"
        columns.append(Column(name, entry, parameters, unit, origin, optional))
    least = model.estimator.least_evidence
    if len(columns) < least:
        raise ModelError(
            [
                f"Deposit model '{model.name}': {len(columns)} of {len(model.evidence)} evidence layers "
                f"available, {least} needed. Add what is missing to region.toml, or correct the entry:",
                *wanting,
            ],
            Reason(
                "too-little-evidence",
                left=len(columns),
                asked=len(model.evidence),
                least=least,
                lacking=lacking,
            ),
        )
    return columns


def _check_unit(model: DepositModel, roles: Mapping[str, Role]) -> None:
    """Raise ModelError unless the unit is the cell or a role of polygons."""
    unit = model.deposit_model.unit
    if unit == CELL or (unit in roles and roles[unit].geometry == "polygon"):
        return
    is_a = f"has the geometry {roles[unit].geometry}" if unit in roles else "is not known"
    able = ", ".join([CELL, *(name for name, role in roles.items() if role.geometry == "polygon")])
    raise ModelError(
        f"{model.place('deposit_model', 'unit')}: role '{unit}' {is_a}, and a unit is a cell or a "
        f"polygon. Use one of: {able}."
    )


def _unusable(
    entry: EvidenceEntry, parameters: Any, layers: Layers, *, stated: bool
) -> ModelError | None:
    """Return why a region or an estimator cannot use an evidence; None if it can."""
    roles = evidence_roles(entry.kind, parameters)
    lacking = lacking_layer(entry.kind, layers, parameters)
    if lacking is not None:
        return lacking
    try:
        origin = origin_of(entry.kind, layers, parameters=parameters)
    except ModelError as error:
        return ModelError(str(error).rstrip("."), reason_for(error))
    if stated and entry.membership is None:
        return ModelError("an overlay needs a membership", Reason("overlay-needs-membership"))
    if entry.membership is not None:
        try:
            (
                parameters.transformed(entry.membership.full),
                parameters.transformed(entry.membership.none),
            )
        except ModelError as error:
            return ModelError(str(error).rstrip("."), reason_for(error))
    return _too_coarse(entry, origin, ", ".join(roles))


def _too_coarse(entry: EvidenceEntry, origin: Origin, roles: str) -> ModelError | None:
    """Return why the layers do not resolve what an evidence needs; None if they do."""
    off_km, resolves_km = min(origin.tolerances_m, default=0.0) / 1000, origin.finest_m / 1000
    if known_kinds()[entry.kind].measures_distance and entry.membership is not None:
        end_km = max(entry.membership.full, entry.membership.none)
        if off_km >= end_km and origin.all_schematic:
            return ModelError(
                f"the layer of role '{roles}' is schematic, up to {off_km:g} km off, and the "
                f"evidence reaches only {end_km:g} km",
                Reason("layer-too-schematic", role=roles, off_km=off_km, end_km=end_km),
            )
        if off_km >= end_km:
            return ModelError(
                f"the layer of role '{roles}' may be up to {off_km:g} km off, and the evidence "
                f"reaches only {end_km:g} km",
                Reason("layer-too-far-off", role=roles, off_km=off_km, end_km=end_km),
            )
    if entry.coarsest_m is not None and origin.finest_m > entry.coarsest_m:
        needed_km = entry.coarsest_m / 1000
        return ModelError(
            f"the layer of role '{roles}' has a resolution of {resolves_km:.3g} km, and the "
            f"evidence needs {needed_km:g} km or finer",
            Reason("layer-too-coarse", role=roles, resolves_km=resolves_km, needed_km=needed_km),
        )
    return None


def scale_of(columns: Sequence[Column]) -> Scale:
    """Return the scale that each evidence is learned on, and which may be unknown."""
    return Scale(
        tuple(column.entry.scale == "log" for column in columns),
        tuple(column.optional for column in columns),
    )


def ground_of(
    model: DepositModel,
    columns: Sequence[Column],
    setting: Setting,
    done: Done,
) -> Ground:
    """Return the units that the model scores, with their evidence and its permissive ground.

    Raises
    ------
    ModelError
        The model's unit is a layer that the region lacks.
    """
    scale = scale_of(columns)
    if model.deposit_model.unit == CELL:
        return _cells(model, columns, scale, setting, done)
    return _polygons(model, columns, scale, setting)


def _cells(
    model: DepositModel,
    columns: Sequence[Column],
    scale: Scale,
    setting: Setting,
    done: Done,
) -> CellGround:
    grid, layers, workspace = setting.grid, setting.layers, setting.workspace
    conditions, _ = conditions_of(model, layers)
    asked = tuple((column.entry.kind, column.parameters) for column in columns)
    first, second = (half(done, 0), half(done, 1)) if conditions else (done, done)
    there = ground_on_cells(conditions, grid, layers, workspace, first, evidence=asked)
    keys = evidence_on_cells(asked, grid, layers, workspace, second, ground=there)
    stack = Stack(there.permissive, tuple(keys), scale)
    own_places = OwnPlaces(grid, layers, asked, tuple(conditions))
    units = tuple(column.unit for column in columns)
    return CellGround(stack, there.windows, units, workspace, own_places)


def _polygons(
    model: DepositModel, columns: Sequence[Column], scale: Scale, setting: Setting
) -> PolygonGround:
    grid, layers = setting.grid, setting.layers
    units, names = units_of(model, grid, layers)
    found = []
    for column in columns:
        kind, parameters = column.entry.kind, column.parameters
        with at_entry(model, "evidence", column.name):
            found.append(compute_evidence(kind, layers, units, parameters=parameters))
    permissive = np.ones(len(units), dtype=bool)
    for limits in conditions_of(model, layers)[0]:
        permissive &= limits.hold(layers, units)
    measures = tuple(column.unit for column in columns)
    return PolygonGround(
        units, names, np.column_stack(found), permissive, scale, measures, grid, model.labels.near_m
    )


def units_of(model: DepositModel, grid: Grid, layers: Layers) -> tuple[Units, list[str]]:
    """Return the polygons on the grid, and their names: empty where the layer has none."""
    layer = layers.vector(model.deposit_model.unit)
    if layer is None:
        raise ModelError(
            f"Deposit model '{model.name}': it scores the polygons of role "
            f"'{model.deposit_model.unit}', and the region has no such layer. Add one to "
            "region.toml.",
            Reason("no-layer", role=model.deposit_model.unit),
        )
    inside = layer.features.geometry.representative_point()
    _, _, on_grid = grid.index(np.asarray(inside.x), np.asarray(inside.y))
    features = layer.features[on_grid].reset_index(drop=True)
    if "name" not in features.columns:
        return polygons(features), [""] * len(features)
    return polygons(features), features["name"].astype(str).tolist()
