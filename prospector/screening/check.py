"""What a screening would report, found in seconds from a sample of cells, with nothing written."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from prospector.errors import ModelError, Notice, Reason, reason_for
from prospector.evidence import roles_read
from prospector.grid import BoolArray, Grid
from prospector.ground.application import Column
from prospector.ground.conditions import conditions_of, excluded
from prospector.ground.protocol import Look
from prospector.ground.thinned import ThinnedGround, thinned_ground
from prospector.layers import Layers, read_layers
from prospector.learning.evidence_report import fits_without, lost_without, quality_of, sample_of
from prospector.learning.opening import Opening, open_model, refusal
from prospector.learning.training import of_deposits, partly_unknown, refuse_empty
from prospector.models.known import check_name, make_estimator
from prospector.numerals import rounded_percent, whole_percent
from prospector.options import MAX_CELLS, Options
from prospector.region.deposit_model import CELL, DepositModel
from prospector.region.model_tables import ModelEntry
from prospector.region.region_file import Region, load_region
from prospector.region.sought import choose_models
from prospector.screening.cost import Cost, OnCells, cost_of
from prospector.screening.extent import extent_of
from prospector.screening.idle_keys import idle_keys, left_out_words
from prospector.screening.layer_check import (
    EvidenceCheck,
    LayerCheck,
    check_evidence,
    check_layer,
)
from prospector.screening.ranking import refuse_opening
from prospector.screening.steps import check_models, not_screened, unused_overrides
from prospector.targets.access import access_notices
from prospector.targets.deposit_number import deposit_number
from prospector.tenure.units import coverage_notices, unit_notices
from prospector.validation.quality import EvidenceQuality, Loss
from prospector.validation.sample import LEAST_TRAINING

LITTLE_COVER = 0.5
"""An evidence with a value on a smaller share of the region is reported."""

LEAST_DIFFERENCE = 0.02
"""Where memberships of the lowest and the highest value differ by less, they say nothing."""

FINER = 10
"""Cells so many times finer than the finest layer of a deposit model are reported."""


@dataclass(frozen=True)
class DepositCount:
    """Known deposits of one type.

    Parameters
    ----------
    inside
        How many lie in the region; the others lie in its margin.
    models
        Names of the deposit models whose type it is.
    """

    deposit_type: str
    count: int
    inside: int
    models: tuple[str, ...]


@dataclass(frozen=True)
class ModelCheck:
    """Whether a deposit model can run in a region, and on what.

    Parameters
    ----------
    unit
        ``"cell"``, or the role of the polygons that are scored.
    commodities
        What it seeks, as the model names it.
    reason
        Why it cannot run; None where it can.
    learns
        Whether the estimator learns from the deposits; else they are only compared with it.
    deposits
        Deposits of the model in the region, merged.
    usable, districts
        Those of them that have all their evidence, and the districts they lie in.
    in_no_unit
        Deposits that lie in none of the units that are scored.
    off_permissive, on_excluded
        Usable deposits off the permissive ground, and deposits on excluded ground.
    conditions
        Conditions of permissive ground that are applied.
    permissive, scored
        Share of the units that are permissive ground, and that would be scored.
    units, whole
        Units that were looked at, and whether these are all.
    quality
        How good each evidence is, worst first; empty where that was not asked.
    fits
        How often the estimator was fitted for that.
    """

    name: str
    label: str
    unit: str
    estimator: str
    commodities: tuple[str, ...] = ()
    reason: Reason | None = None
    learns: bool = True
    deposits: int = 0
    usable: int = 0
    districts: int = 0
    in_no_unit: int = 0
    off_permissive: int = 0
    on_excluded: int = 0
    conditions: int = 0
    permissive: float = 0.0
    scored: float = 0.0
    units: int = 0
    whole: bool = False
    evidence: tuple[EvidenceCheck, ...] = ()
    quality: tuple[EvidenceQuality, ...] = ()
    fits: int = 0

    @property
    def able(self) -> bool:
        """Whether it can run."""
        return self.reason is None

    @property
    def applies(self) -> bool:
        """Whether the region meets what the model states of regions, or that is not known."""
        return self.reason is None or self.reason.code != "does-not-apply"


@dataclass(frozen=True, eq=False)
class Check:
    """What a screening of a region would find, and which deposit models can run.

    It unpacks as the layers and the notices: ``layers, notices = check(region)``.

    Parameters
    ----------
    layers
        As they are read.
    notices
        What was repaired, dropped or is missing, and what looks wrong.
    deposit_types
        Known deposits by type, the most frequent first.
    of_layers
        A line for each layer.
    asked
        Whether the deposit models were asked for by name: then each of them must be able to run.
    """

    grid: Grid
    layers: Layers
    notices: tuple[Notice, ...]
    deposit_models: tuple[ModelCheck, ...]
    deposit_types: tuple[DepositCount, ...]
    of_layers: tuple[LayerCheck, ...]
    cost: Cost
    asked: bool = False

    def __iter__(self) -> Iterator[Any]:
        """Give the layers and the notices."""
        yield self.layers
        yield self.notices

    def __getitem__(self, place: int) -> Any:
        """Return the layers (0) or the notices (1)."""
        return (self.layers, self.notices)[place]

    @property
    def passed(self) -> bool:
        """Whether a screening would run: every model that was asked for, else one at least."""
        able = [model.able for model in self.deposit_models]
        return all(able) if self.asked else any(able)


def check(
    region: str | Path | Region,
    *,
    deposit_models: Sequence[str] | None = None,
    commodities: str | Sequence[str] | None = None,
    estimator: str | None = None,
    cell_size_m: float | None = None,
    max_cells: float = MAX_CELLS,
    evidence: bool = False,
) -> Check:
    """Return what a screening of a region would find: layers, deposits, evidence, cost, and what fails.

    Evidence is computed at a sample of the cells and at the deposits; nothing is written.

    Parameters
    ----------
    region, deposit_models, commodities, estimator, cell_size_m, max_cells
        As `screen` takes them.
    evidence
        Whether the quality of each evidence is measured too: some seconds more, for an estimator that
        learns is fitted 15 times with all evidence, and 15 times without each.

    Returns
    -------
    Check
        ``passed`` says whether a screening would run; ``layers``, ``notices``, ``deposit_types``,
        ``deposit_models`` and ``cost`` say what it would find.

    Raises
    ------
    RegionError, LayerError
        As `screen` would.
    ModelError
        No estimator has the name, or no deposit model seeks any of `commodities`. That a deposit model
        cannot run is no error: see `Check.deposit_models`.

    Examples
    --------
    >>> import prospector
    >>> checked = prospector.check("hills")
    >>> checked.passed, checked.deposit_types[0].count, checked.grid.shape
    (True, 40, (91, 92))
    """
    if estimator is not None:
        check_name(estimator)
    loaded = region if isinstance(region, Region) else load_region(region)
    choice = choose_models(loaded, deposit_models, commodities)
    extent = extent_of(loaded, cell_size_m=cell_size_m, max_cells=max_cells)
    grid, options = extent.grid, Options(estimator)
    check_models(loaded, choice.names)
    layers = read_layers(loaded, grid, deposit_models=choice.names, roles_of=roles_read)
    names = choice.names or loaded.model_names
    notices = [
        *choice.notices,
        *extent.notices,
        *layers.notices,
        *access_notices(layers),
        *coverage_notices(layers),
        *unit_notices(layers),
        *unused_overrides(loaded, names),
        *idle_keys(loaded, names, estimator),
        *left_out_words(loaded, names),
    ]
    models = []
    for name in names:
        model = loaded.deposit_model(name)
        checked, of_model = _check_model(loaded, model, layers, grid, options, quality=evidence)
        models.append(checked)
        notices += of_model
    return Check(
        grid, layers, tuple(sorted(set(notices))), tuple(models),
        _deposit_types(layers, grid, [loaded.deposit_model(name) for name in names]),
        tuple(check_layer(layer, grid) for layer in layers.items),
        _cost(grid, models),
        asked=choice.by_name,
    )  # fmt: skip


def _unchecked(entry: ModelEntry, estimator: str) -> ModelCheck:
    """Return what a check says of a model before anything was looked at."""
    return ModelCheck(entry.name, entry.label, entry.unit, estimator, tuple(entry.commodities))


def _check_model(
    region: Region,
    model: DepositModel,
    layers: Layers,
    grid: Grid,
    options: Options,
    *,
    quality: bool = False,
) -> tuple[ModelCheck, list[Notice]]:
    """Return whether a deposit model can run, and what to say of it."""
    entry, estimator = model.deposit_model, options.estimator or model.estimator.name
    found, notices = _unchecked(entry, estimator), list[Notice]()
    try:
        opening = open_model(model, layers, grid, options)
        notices += opening.notices
        found = replace(found, learns=not opening.stated, deposits=len(opening.deposits.table))
        refuse_opening(opening)
        places = opening.deposits.table.geometry
        ground = thinned_ground(model, opening.columns, grid, layers, places)
        found = _with_ground(found, opening, ground, layers)
        notices += [*_of_ground(opening, ground, layers), *_of_evidence(opening, found, grid)]
        if quality:
            measured = _quality(opening, ground)
            fits = fits_without([of_evidence.adds for of_evidence in measured])
            found = replace(found, quality=measured, fits=fits)
        _refuse_ground(opening, ground, found)
    except ModelError as error:
        if error.reason is None:  # what is written wrong is mended, not left out
            raise
        notices.append(not_screened(region, model.name, error))
        found = replace(found, reason=reason_for(error))
    return found, notices


def _with_ground(
    found: ModelCheck, opening: Opening, ground: ThinnedGround, layers: Layers
) -> ModelCheck:
    """Return the check of a model with what its ground and its deposits' places show."""
    barred = excluded(opening.deposits.table.geometry, layers)
    usable, n_units = _usable(ground), len(ground.values)
    return replace(
        found,
        usable=int(usable.sum()),
        districts=len(np.unique(opening.deposits.district[usable])),
        in_no_unit=int((~ground.deposits_in_unit).sum()),
        off_permissive=int((usable & ~ground.deposits_permissive & ~barred).sum()),
        on_excluded=int(barred.sum()),
        conditions=len(conditions_of(opening.model, layers)[0]),
        permissive=ground.share(ground.permissive),
        scored=ground.share(ground.scored),
        units=n_units,
        whole=ground.whole,
        evidence=check_evidence(
            opening.columns, ground.values, ground.covers(), ground.evenly, layers
        ),
    )


def _quality(opening: Opening, ground: ThinnedGround) -> tuple[EvidenceQuality, ...]:
    """Return the quality of each evidence, with what it adds where the estimator learns."""
    evenly = ground.evenly
    look = Look(ground.values[evenly], ground.permissive[evenly], ground.at[evenly])
    adds: list[Loss | None] = [None] * len(opening.columns)
    enough = int(_usable(ground).sum()) >= LEAST_TRAINING and ground.scored.any()
    if not opening.stated and enough:
        sample = sample_of(look, opening.columns, ground.at_deposits, opening.deposits)
        settings = opening.model.estimator.settings
        adds = lost_without(make_estimator(opening.estimator, settings=settings), sample)
    covers = ground.covers(ground.permissive)
    return quality_of(opening.model, opening.columns, look, adds, covers)


def _usable(ground: ThinnedGround) -> BoolArray:
    """Return which deposits have the evidence they need on the scale that it is learned on, shape (n,)."""
    return ground.scale.complete(ground.scale(ground.at_deposits))


def _refuse_ground(opening: Opening, ground: ThinnedGround, found: ModelCheck) -> None:
    """Raise ModelError where the deposits' evidence, or a ground that was looked at whole, is too little."""
    model = opening.model
    if ground.whole:
        refuse_empty(model, int(ground.permissive.sum()), int(ground.scored.sum()))
    if opening.stated:
        return
    lacking = refusal(model, opening.columns, opening.estimator, found.usable, found.districts)
    if lacking is not None:
        raise lacking
    deposit_number(model, found.usable, learned=True)


def _of_ground(opening: Opening, ground: ThinnedGround, layers: Layers) -> list[Notice]:
    """Return what to say of the deposits' places, and of a sample of which no unit would be scored."""
    model, places = opening.model, opening.deposits.table.geometry
    notices = of_deposits(
        model,
        ground.scale.complete(ground.at_deposits),
        ground.deposits_permissive,
        excluded(places, layers),
        ground.deposits_in_unit,
        stated=opening.stated,
    )
    notices += _without_evidence(opening, ground)
    if not ground.whole and not ground.scored.any():
        count = len(ground.values)
        notices.append(Notice("sample-not-scored", "problem", {"model": model.name}, count))
    return notices


def _without_evidence(opening: Opening, ground: ThinnedGround) -> list[Notice]:
    """Return on which share of the permissive ground evidence is missing, and which."""
    if not ground.permissive.any():
        return []
    scored, model = ground.share(ground.scored, ground.permissive), opening.model
    of_ground = ground.covers(ground.permissive)
    partly = partly_unknown(model, opening.columns, of_ground)
    if scored == 1:
        return partly
    covers = zip(of_ground, opening.columns, strict=True)
    lacking = [
        Reason(
            "evidence-without-value",
            label=column.entry.label,
            percent=rounded_percent(1 - cover),
        )
        for cover, column in sorted(covers, key=lambda pair: pair[0])
        if cover < 1 and not column.optional
    ]
    about = {"model": model.name, "lacking": lacking}
    percent = rounded_percent(1 - scored)
    return [*partly, Notice("ground-without-evidence", "caution", {**about, "percent": percent})]


def _of_evidence(opening: Opening, found: ModelCheck, grid: Grid) -> Iterator[Notice]:
    """Give what looks wrong in the evidence: little cover, a membership of another unit, fine cells."""
    model = opening.model
    for column, evidence in zip(opening.columns, found.evidence, strict=True):
        about = {"model": model.name, "evidence": column.name, "label": evidence.label}
        cover = 0.0 if evidence.range is None else evidence.range.cover
        if cover < LITTLE_COVER and not column.optional:
            percent = whole_percent(cover)
            yield Notice("evidence-covers-little", "caution", {**about, "percent": percent})
        yield from _of_membership(column, evidence, about)
        if found.unit == CELL:
            yield from _of_reach(column, grid.cell_size_m, about)
    known = [evidence.resolution_m for evidence in found.evidence]
    finest = min((size for size in known if size is not None), default=0.0)
    if None not in known and finest > FINER * grid.cell_size_m and found.unit == CELL:
        fine = {"cell_m": grid.cell_size_m, "finest_m": round(finest)}
        yield Notice("cells-finer-than-layers", "caution", {"model": model.name, **fine})


def _of_reach(column: Column, cell_m: float, about: dict[str, Any]) -> Iterator[Notice]:
    """Give a notice where evidence looks no farther than half a cell, as with kilometres for metres."""
    for key, metres in column.parameters.reaches().items():
        if metres is not None and metres < cell_m / 2:
            reach = {"key": key, "metres": metres, "cell_m": cell_m}
            yield Notice("reach-within-a-cell", "caution", {**about, **reach})


def _of_membership(
    column: Column, evidence: EvidenceCheck, about: dict[str, Any]
) -> Iterator[Notice]:
    """Give a notice where a membership is nearly the same at the lowest and the highest value.

    Where it is full at both, the evidence may well hold everywhere: that ranks nothing, and is no fault.
    """
    entry, of_region = column.entry.membership, evidence.range
    if entry is None or of_region is None:
        return
    full, none = (column.parameters.transformed(end) for end in (entry.full, entry.none))
    ends = np.array([of_region.low, of_region.high, full, none])
    low, high, full, none = np.log1p(ends) if column.entry.scale == "log" else ends
    members = np.clip((np.array([low, high]) - none) / (full - none), 0.0, 1.0)
    if abs(members[1] - members[0]) < LEAST_DIFFERENCE:
        values = {"low": of_region.low, "high": of_region.high, "unit": evidence.unit}
        about = {**about, "full": entry.full, "none": entry.none, **values}
        if members.min() > 1 - LEAST_DIFFERENCE:
            yield Notice("membership-full-everywhere", "caution", about)
        else:
            yield Notice("membership-misses-values", "caution", about)


def _deposit_types(
    layers: Layers, grid: Grid, models: Sequence[DepositModel]
) -> tuple[DepositCount, ...]:
    """Return the known deposits by type, those of the models first, then the most frequent."""
    layer = layers.vector("deposits")
    if layer is None:
        return ()
    places = layer.features.geometry
    _, _, inside = grid.index(np.asarray(places.x), np.asarray(places.y))
    types = layer.features["deposit_type"].astype(str)
    counts = [
        DepositCount(
            str(name), len(of_type), int(inside[types == name].sum()),
            tuple(model.name for model in models if name in model.labels.types),
        )
        for name, of_type in types.groupby(types)
    ]  # fmt: skip
    return tuple(sorted(counts, key=lambda kind: (not kind.models, -kind.count, kind.deposit_type)))


def _cost(grid: Grid, models: Sequence[ModelCheck]) -> Cost:
    """Return what the models that can run would cost."""
    able = [model for model in models if model.able]
    on_cells = [
        OnCells(len(model.evidence), model.conditions, model.permissive)
        for model in able
        if model.unit == CELL
    ]
    return cost_of(grid, on_cells, learned=sum(model.learns for model in able))
