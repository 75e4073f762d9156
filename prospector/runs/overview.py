"""What a run answers to a ministry or a board, read from its folder: best areas by commodity, how sure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.errors import Notice, Reason
from prospector.evidence import roles_read
from prospector.ground.protocol import Scale
from prospector.name_lists import parted
from prospector.region.commodities import is_sought, known_commodity
from prospector.region.critical import CriticalFlag, flags
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.runs.areas import percentile_at_medians, rows_inside
from prospector.runs.changes import deposit_changes, ground_changes, in_kind_of, roles_of
from prospector.runs.overview_values import (
    Area,
    Change,
    CommodityRow,
    Grade,
    InKind,
    InventoryRow,
    Law,
    ModelRow,
    NotScreened,
    Overview,
    Place,
)
from prospector.runs.portfolio import ordered
from prospector.runs.record import record_id
from prospector.runs.run import Run
from prospector.targets.places import BESIDE_KM, called_by, nearest_named
from prospector.tenure.concessions import PROTECTION_CLASSES, TENURE_CLASSES
from prospector.validation.record import Skill

AREAS = 3
"""Best areas of each deposit model."""

BEST = 8
"""Best areas across all deposit models."""

LEAST_FALL = 1.0
"""Percentiles that the best areas, or a target, must fall without an evidence for it to be said."""


def run_id(run: Run) -> str:
    """Return eight digits by which a run goes: a hash of run.json, the same for the same run."""
    return record_id(run.record)


def overview_of(run: Run, targets: gpd.GeoDataFrame | None = None) -> Overview:
    """Return what a run answers, read from its folder; so are its targets where none are given.

    Raises
    ------
    OutputError
        A file of the run cannot be read.
    """
    record, reading = run.record, _Reading(run, targets)
    return Overview(
        title=record["region"]["title"],
        run_id=run_id(run),
        version=record["versions"]["prospector-geo"],
        tenure_as_of=record["tenure_as_of"],
        rows=tuple(_rows(run, reading)),
        best=tuple(reading.areas(_first_of_all(reading))),
        inventories=tuple(_inventories(record)),
        registers=tuple(
            entry["title"] for entry in record["inputs"].values() if entry["role"] == "concessions"
        ),
        undrawn=tuple(
            ground["name"]
            for entry in record["inputs"].values()
            if entry["role"] == "protected"
            for ground in entry.get("missing_names", ())
        ),
    )


def areas_of(run: Run, targets: gpd.GeoDataFrame) -> list[Area]:
    """Return some targets of a run in short, with the place that each is called by, in their order."""
    return list(_Reading(run).areas(targets))


def _first_of_all(reading: _Reading) -> gpd.GeoDataFrame:
    """Return the first targets by percentile, of each deposit model no more than its share of the list.

    A model of few units cannot reach the percentiles of one of many: the first of 57 salars stands at 98.
    """
    ranked = ordered(reading.targets, reading.run.deposit_models).targets
    share = -(-BEST // max(len(reading.run.deposit_models), 1))
    return ranked[ranked.groupby("deposit_model").cumcount() < share].head(BEST)


def _rows(run: Run, reading: _Reading) -> Iterator[CommodityRow]:
    """Give a row for each commodity, those with a ranking first, in the region's order."""
    models: dict[str, list[ModelRow]] = {}
    for name in run.deposit_models:
        models.setdefault(reading.commodity(name), []).append(reading.model(name))
    others: dict[str, list[NotScreened]] = {}
    for notice in run.notices:
        if notice.code in ("model-not-screened", "model-does-not-apply"):
            commodity = _commodity_of_notice(notice, run)
            others.setdefault(commodity, []).append(_not_screened(notice, run))
    for commodity in dict.fromkeys([*models, *others]):
        own = tuple(models.get(commodity, ()))
        laws = tuple(_laws(commodity, run.record)) if own else ()
        yield CommodityRow(commodity, flags(commodity), laws, own, tuple(others.get(commodity, ())))


def _laws(commodity: str, record: Mapping[str, Any]) -> Iterator[Law]:
    """Give the notes on a commodity that bind in a whole country."""
    for note in record.get("legal_notes", ()):
        named = any(is_sought(own, [commodity]) for own in note["commodities"])
        placed = note.get("salars") or note.get("provinces")
        if named and not placed and note.get("everywhere", True):
            brief = note.get("brief") or {"en": note["en"], "es": note["es"]}
            yield Law(note["country"], brief, note["date"])


def _commodity_of_notice(notice: Notice, run: Run) -> str:
    """Return the main commodity of a model that was not screened; "" where it is not known."""
    return _main(_commodities_of_notice(notice, run))


def _commodities_of_notice(notice: Notice, run: Run) -> Sequence[str]:
    """Return what a model that was not screened seeks; nothing where it is not known."""
    name = notice.value("model")
    stated = run.record.get("not_screened", {}).get(name)
    if stated:
        return tuple(stated["commodities"])
    if name in deposit_model_names():
        return load_deposit_model(name).deposit_model.commodities
    return ()


def _also(commodities: Sequence[str]) -> tuple[tuple[CriticalFlag, ...], ...]:
    """Return the flags of all commodities but the first, for each that a list names.

    Examples
    --------
    >>> [[(flag.commodity, flag.list) for flag in own] for own in _also(["nitrate", "I"])]
    [[('I', 'chile_2026')]]
    """
    named = ([flag for flag in flags(commodity) if flag.is_on_it] for commodity in commodities[1:])
    return tuple(tuple(own) for own in named if own)


def _main(commodities: Sequence[str]) -> str:
    """Return the first commodity by the name that everything else goes by."""
    return "" if not commodities else known_commodity(commodities[0]) or commodities[0]


def _not_screened(notice: Notice, run: Run) -> NotScreened:
    reason = notice.value("reason")
    return NotScreened(
        name=notice.value("model"),
        label=notice.value("label"),
        applies=notice.code != "model-does-not-apply",
        reason=reason,
        lacking=_lacks(reason),
        needs=_needs(reason),
        also=_also(_commodities_of_notice(notice, run)),
    )


def _lacks(reason: Reason) -> tuple[str, ...]:
    """Return the labels of the evidence that a reason says is lacking."""
    return tuple(dict.fromkeys(str(dict(part.about)["label"]) for part in _lacking_parts(reason)))


def _needs(reason: Reason) -> tuple[tuple[InKind, tuple[str, ...]], ...]:
    """Return the labels of the evidence that is lacking, by what it would cost in kind."""
    labels: dict[InKind, dict[str, None]] = {}
    for part in _lacking_parts(reason):
        labels.setdefault(in_kind_of(roles_of(part)), {})[str(dict(part.about)["label"])] = None
    return tuple((in_kind, tuple(own)) for in_kind, own in labels.items())


def _lacking_parts(reason: Reason) -> list[Reason]:
    return [part for part in dict(reason.about).get("lacking", ()) if isinstance(part, Reason)]


def _inventories(record: Mapping[str, Any]) -> Iterator[InventoryRow]:
    for role, counts in record.get("inventory", {}).items():
        years = (counts["approved_from"], counts["approved_to"])
        yield InventoryRow(
            role,
            counts["listed"],
            counts["with_tonnage"],
            counts["tonnage_mt"],
            None if None in years else years,
        )


@dataclass(frozen=True, eq=False)
class _Reading:
    """A run with the layers that name its areas."""

    run: Run
    given: gpd.GeoDataFrame | None = None

    @cached_property
    def targets(self) -> gpd.GeoDataFrame:
        return self.run.targets if self.given is None else self.given

    @cached_property
    def _deposits(self) -> gpd.GeoDataFrame:
        return self.run.deposits

    @cached_property
    def _deposits_in_metres(self) -> gpd.GeoSeries:
        return self._deposits.geometry.to_crs(self.run.grid.crs)

    def _layer(self, name: str) -> gpd.GeoDataFrame | None:
        return self.run.layer(name) if name in self.run.layer_names else None

    @cached_property
    def _towns(self) -> gpd.GeoDataFrame | None:
        return self._layer("towns")

    def figures(self, name: str) -> dict[str, Any]:
        """Return what run.json says of a deposit model."""
        figures: dict[str, Any] = self.run.record["deposit_models"][name]
        return figures

    def commodity(self, name: str) -> str:
        """Return the main commodity of a deposit model."""
        return _main(self.figures(name)["model"]["deposit_model"]["commodities"])

    def model(self, name: str) -> ModelRow:
        """Return the row of a deposit model."""
        figures, skill = self.figures(name), self.run.skill(name)
        entry = figures["model"]["deposit_model"]
        own = self.targets[self.targets["deposit_model"] == name].sort_values("rank")
        first = own.head(AREAS)
        return ModelRow(
            name=name,
            label=entry["label"],
            unit=entry["unit"],
            n_units=int(self.run.distribution(name).counts.sum()),
            grade=grade_of(skill),
            skill=skill,
            evidence_labels=self.run.evidence_labels(name),
            n_targets=len(own),
            area_km2=float(own["area_km2"].sum()),
            n_known=int((own["known_deposits"] > 0).sum()),
            areas=tuple(self.areas(first)),
            changes=tuple(self._changes(name, skill, first)),
            also=_also(entry["commodities"]),
            alike=self._alike(name),
        )

    def _alike(self, name: str) -> int:
        """Return how many targets of a deposit model its score does not tell apart; 0 where it does."""
        return max(
            (
                notice.count or 0
                for notice in self.run.notices
                if notice.code in ("targets-alike", "best-targets-alike")
                and notice.value("model") == name
            ),
            default=0,
        )

    def areas(self, targets: gpd.GeoDataFrame) -> Iterator[Area]:
        """Give targets in short, in their order."""
        places = self._places(targets)
        outlines = targets.geometry.to_crs(self.run.grid.crs)
        rows = targets.to_dict("records")
        for row, place, outline in zip(rows, places, outlines, strict=True):
            area = _area(row, place, self.commodity(row["deposit_model"]))
            yield replace(area, **self._other(area, outline))

    def _other(self, area: Area, outline: Any) -> dict[str, Any]:
        """Return the nearest known deposit of another deposit model, where none of its own is near."""
        if area.known or (area.nearest_km is not None and area.nearest_km <= BESIDE_KM):
            return {}
        named = self._deposits["name"].fillna("").astype(str) != ""
        others = self._deposits[named & (self._deposits["deposit_model"] != area.deposit_model)]
        if others.empty:
            return {}
        at = self._deposits_in_metres.loc[others.index]
        away_km = at.distance(outline).to_numpy() / 1000
        nearest = int(away_km.argmin())
        if away_km[nearest] > BESIDE_KM:
            return {}
        row = others.iloc[nearest]
        label = self.figures(row["deposit_model"])["model"]["deposit_model"]["label"]
        return {
            "other": str(row["name"]),
            "other_km": float(away_km[nearest]),
            "other_label": label,
        }

    def _places(self, targets: gpd.GeoDataFrame) -> list[Place]:
        at = targets[["longitude", "latitude"]].to_numpy(float)
        outlines = targets.geometry.to_crs(self.run.grid.crs)
        towns = nearest_named(at, self._towns, outlines)
        models = targets["deposit_model"].to_numpy()
        called: dict[int, dict[str, Any]] = {}
        for model in dict.fromkeys(models):
            own = self._deposits[self._deposits["deposit_model"] == model]
            mine = np.flatnonzero(models == model)
            named = called_by(at[mine], own, self._towns, outlines.iloc[mine])
            called |= dict(zip(mine.tolist(), named, strict=True))
        places = []
        for i, row in enumerate(targets.to_dict("records")):
            place = (called[i]["place"], called[i]["place_km"], called[i]["place_bearing"])
            if row["name"] and towns.names[i]:
                place = (
                    towns.names[i],
                    float(towns.distance_km[i]),
                    float(towns.bearing_degrees[i]),
                )
            commune, country = row["administrative_unit"], _text(row.get("country"))
            places.append(Place(*place, commune, towns.names[i], country))
        return places

    def _changes(self, name: str, skill: Skill, first: gpd.GeoDataFrame) -> list[Change]:
        """Return what would change the answer for a deposit model, the largest effect first."""
        changes = [*self._evidence_changes(name, first), *ground_changes(first)]
        changes.sort(key=lambda change: -(change.effect or 0.0))
        return [*deposit_changes(skill), *changes, *self._lacking(name)]

    def _evidence_changes(self, name: str, first: gpd.GeoDataFrame) -> Iterator[Change]:
        """Give each evidence by how far the best areas would fall if it were at its median there."""
        evidence = self.figures(name)["evidence"]
        if first.empty:
            return
        scale = Scale(tuple(entry["scale"] == "log" for entry in evidence))
        fitted, distribution = self.run.fitted(name), self.run.distribution(name)
        outlines = first.geometry.to_crs(self.run.grid.crs)
        places = [
            percentile_at_medians(
                rows_inside(self.run, name, outline),
                scale,
                fitted,
                distribution,
            )
            for outline in outlines
        ]
        falls = first["percentile"].to_numpy(float)[:, None] - np.array(places)
        known = np.isfinite(falls)
        means = np.where(known, falls, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
        for entry, fall in zip(evidence, means, strict=True):
            if fall >= LEAST_FALL:
                about = {key: entry[key] for key in ("resolution_m", "schematic_m") if entry[key]}
                in_kind = self._in_kind(name, entry["name"])
                yield Change("evidence", in_kind, float(fall), (entry["label"],), about)

    def _in_kind(self, name: str, evidence: str) -> InKind:
        """Return what a better layer of an evidence is: a survey if it is a raster of measurements."""
        entry = self.figures(name)["model"]["evidence"][evidence]
        return in_kind_of(roles_read(entry["kind"], entry["parameters"]))

    def _lacking(self, name: str) -> Iterator[Change]:
        notices = map(Notice.from_record, self.figures(name)["notices"])
        dropped = [notice for notice in notices if notice.code == "evidence-dropped"]
        labels: dict[InKind, list[str]] = {}
        for notice in dropped:
            in_kind = in_kind_of(roles_of(notice.value("reason")))
            labels.setdefault(in_kind, []).append(notice.value("label"))
        for in_kind, lacking in labels.items():
            yield Change("lacking", in_kind, None, tuple(lacking))


def grade_of(skill: Skill) -> Grade:
    """Return how far a ranking is to be believed.

    Examples
    --------
    >>> grade_of(Skill(3, 2, reason=Reason("too-few-deposits", count=3, least=10)))
    'stated'
    >>> grade_of(Skill(30, 12, verdict="demonstrated")), grade_of(Skill(30, 12))
    ('demonstrated', 'not_demonstrated')
    """
    if skill.reason is not None:
        return "stated"
    return "demonstrated" if skill.demonstrated else "not_demonstrated"


def _area(row: Mapping[str, Any], place: Place, commodity: str) -> Area:
    away = row["nearest_deposit_km"]
    return Area(
        target_id=row["target_id"],
        deposit_model=row["deposit_model"],
        commodity=commodity,
        rank=int(row["rank"]),
        name=_text(row["name"]),
        place=place,
        percentile=float(row["percentile"]),
        area_km2=float(row["area_km2"]),
        tenure={name: float(row[f"{name}_share"]) for name in TENURE_CLASSES},
        protection={name: float(row[f"{name}_share"]) for name in PROTECTION_CLASSES},
        holders=parted(row["holders"]),
        known=parted(row["known_names"]),
        nearest=_text(row["nearest_deposit"]),
        nearest_km=None if pd.isna(away) else float(away),
        regime=_text(row["regime"]) if "regime" in row and commodity == "Li" else None,
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
