"""What a run answers to a ministry or a board, as values: the best areas by commodity, and how sure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.errors import Notice, Reason
from prospector.evidence import roles_read
from prospector.ground.protocol import Scale
from prospector.layers.roles import ROLES
from prospector.name_lists import parted
from prospector.region.commodities import is_sought, known_commodity
from prospector.region.critical import CriticalFlag, flags
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.runs.areas import percentile_at_medians, rows_inside
from prospector.runs.portfolio import portfolio
from prospector.runs.record import record_id
from prospector.runs.run import Run
from prospector.targets.places import BESIDE_KM, called_by, nearest_named
from prospector.tenure.concessions import PROTECTION_CLASSES, TENURE_CLASSES
from prospector.validation.record import Figure, Skill

AREAS = 3
"""Best areas of each deposit model."""

BEST = 8
"""Best areas across all deposit models."""

LEAST_FALL = 1.0
"""Percentiles that the best areas must fall without an evidence for it to be said."""

LEAST_SHARE = 0.05
"""Share of unknown ground below which asking the register would not change the answer."""

Grade = Literal["demonstrated", "not_demonstrated", "stated", "inventory"]
"""How far to believe it."""

Kind = Literal["deposits", "criteria", "evidence", "lacking", "tenure", "protection"]
InKind = Literal["register", "survey", "map"]


@dataclass(frozen=True)
class Place:
    """Where an area lies, from named places.

    Parameters
    ----------
    name, km, bearing
        The nearer of a known deposit and a town; of an area with a name of its own, the nearest town.
        Kilometres to its edge, 0 inside; the bearing of the area seen from there, clockwise from north.
    commune
        The administrative unit that the target lies in; empty where none is known.
    town
        The nearest town.
    country
        The country that holds it; empty where no layer says.
    """

    name: str
    km: float | None
    bearing: float | None
    commune: str = ""
    town: str = ""
    country: str = ""


@dataclass(frozen=True)
class Area:
    """One target in short.

    Parameters
    ----------
    tenure, protection
        Share of its ground in each class.
    known
        Known deposits of its type inside or within 2 km.
    nearest, nearest_km
        The nearest known deposit of its type.
    other, other_km, other_label
        The nearest known deposit of another deposit model that was screened, and that model's label, where
        none of its type lies within 25 km; empty elsewhere.
    regime
        Code of who may hold the lithium of a salar; None where the units carry no such column.
    """

    target_id: str
    deposit_model: str
    commodity: str
    rank: int
    name: str
    place: Place
    percentile: float
    area_km2: float
    tenure: Mapping[str, float]
    protection: Mapping[str, float]
    holders: tuple[str, ...]
    known: tuple[str, ...]
    nearest: str
    nearest_km: float | None
    other: str = ""
    other_km: float | None = None
    other_label: str = ""
    regime: str | None = None


@dataclass(frozen=True)
class Change:
    """What would change the answer.

    Parameters
    ----------
    kind
        ``"deposits"``: more known deposits, to test the ranking; ``"criteria"``: others than the stated ones,
        which do no better than chance; ``"evidence"``: a better layer of one that
        is used; ``"lacking"``: a layer that is missing; ``"tenure"`` and ``"protection"``: what is not known
        of the ground.
    in_kind
        What it would cost: one register, one survey or one map.
    effect
        How much of the answer hangs on it, 0 to 100: percentiles that the best areas fall with the evidence
        at its median, or per cent of their ground that is unknown. None where it was not measured.
    labels
        Of the evidence.
    about
        Further figures by name.
    """

    kind: Kind
    in_kind: InKind
    effect: float | None = None
    labels: tuple[str, ...] = ()
    about: Mapping[str, float] | None = None


@dataclass(frozen=True, eq=False)
class ModelRow:
    """One deposit model that was screened.

    Parameters
    ----------
    unit
        What was scored: cells, or polygons of a role.
    n_units
        How many of them were scored.
    n_known
        Targets that hold or touch a known deposit.
    changes
        In the order of their effect.
    also
        Flags of the commodities beside the main one, for each that a list names.
    alike
        Targets that the score does not tell apart; 0 where it does.
    """

    name: str
    label: str
    unit: str
    n_units: int
    grade: Grade
    skill: Skill
    evidence_labels: tuple[str, ...]
    n_targets: int
    area_km2: float
    n_known: int
    areas: tuple[Area, ...]
    changes: tuple[Change, ...]
    also: tuple[tuple[CriticalFlag, ...], ...] = ()
    alike: int = 0


@dataclass(frozen=True)
class NotScreened:
    """One deposit model that was not screened: for want of layers, or because it does not apply here.

    Parameters
    ----------
    lacking
        Labels of the evidence that is lacking.
    needs
        The same by what they would cost in kind.
    also
        Flags of the commodities beside the main one, for each that a list names.
    """

    name: str
    label: str
    applies: bool
    reason: Reason
    lacking: tuple[str, ...]
    needs: tuple[tuple[InKind, tuple[str, ...]], ...] = ()
    also: tuple[tuple[CriticalFlag, ...], ...] = ()


@dataclass(frozen=True)
class Law:
    """What the law of a country says of a commodity, in short: a pointer, no legal advice."""

    country: str
    brief: Mapping[str, str]
    date: str


@dataclass(frozen=True, eq=False)
class CommodityRow:
    """One commodity: what lists of critical minerals and the law say of it, and its deposit models."""

    commodity: str
    flags: tuple[CriticalFlag, ...]
    laws: tuple[Law, ...]
    models: tuple[ModelRow, ...]
    not_screened: tuple[NotScreened, ...]


@dataclass(frozen=True)
class InventoryRow:
    """What a register lists and nothing ranks, e.g. tailings."""

    role: str
    listed: int
    with_tonnage: int
    tonnage_mt: float
    approved: tuple[int, int] | None


@dataclass(frozen=True, eq=False)
class Overview:
    """What a run answers, in short.

    Parameters
    ----------
    rows
        Commodities that were screened, then those that were not.
    best
        The best areas of all deposit models by percentile, of each no more than its share of the list:
        scores do not compare across models.
    registers
        Titles of the layers that say who holds the ground.
    undrawn
        Protected ground that is known by name and that no layer draws.
    """

    title: str
    run_id: str
    version: str
    tenure_as_of: str
    rows: tuple[CommodityRow, ...]
    best: tuple[Area, ...]
    inventories: tuple[InventoryRow, ...]
    registers: tuple[str, ...] = ()
    undrawn: tuple[str, ...] = ()

    @property
    def models(self) -> tuple[ModelRow, ...]:
        """All deposit models that were screened."""
        return tuple(model for row in self.rows for model in row.models)


def run_id(run: Run) -> str:
    """Return eight digits by which a run goes: a hash of run.json, the same for the same run."""
    return record_id(run.record)


def overview_of(run: Run) -> Overview:
    """Return what a run answers, read from its folder.

    Raises
    ------
    OutputError
        A file of the run cannot be read.
    """
    record, reading = run.record, _Reading(run)
    return Overview(
        title=record["region"]["title"],
        run_id=run_id(run),
        version=record["versions"]["prospector-geo"],
        tenure_as_of=record["tenure_as_of"],
        rows=tuple(_rows(run, reading)),
        best=tuple(reading.areas(_first_of_all(run))),
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


def _first_of_all(run: Run) -> gpd.GeoDataFrame:
    """Return the first targets by percentile, of each deposit model no more than its share of the list.

    A model of few units cannot reach the percentiles of one of many: the first of 57 salars stands at 98.
    """
    ranked = portfolio(run).targets
    share = -(-BEST // max(len(run.deposit_models), 1))
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
        labels.setdefault(_in_kind_of(_roles(part)), {})[str(dict(part.about)["label"])] = None
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

    @cached_property
    def targets(self) -> gpd.GeoDataFrame:
        return self.run.targets

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
        changes = [*self._evidence_changes(name, first), *_ground_changes(first)]
        changes.sort(key=lambda change: -(change.effect or 0.0))
        return [*_deposit_changes(skill), *changes, *self._lacking(name)]

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
        return _in_kind_of(roles_read(entry["kind"], entry["parameters"]))

    def _lacking(self, name: str) -> Iterator[Change]:
        notices = map(Notice.from_record, self.figures(name)["notices"])
        dropped = [notice for notice in notices if notice.code == "evidence-dropped"]
        labels: dict[InKind, list[str]] = {}
        for notice in dropped:
            in_kind = _in_kind_of(_roles(notice.value("reason")))
            labels.setdefault(in_kind, []).append(notice.value("label"))
        for in_kind, lacking in labels.items():
            yield Change("lacking", in_kind, None, tuple(lacking))


def _in_kind_of(roles: Iterable[str]) -> InKind:
    """Return what a layer of some roles is: a survey where one is measured on a grid, else a map.

    Examples
    --------
    >>> _in_kind_of(["magnetics"]), _in_kind_of(["faults"])
    ('survey', 'map')
    """
    gridded = any(role in ROLES and ROLES[role].geometry == "raster" for role in roles)
    return "survey" if gridded else "map"


def _roles(reason: object) -> list[str]:
    """Return the roles that a reason is about, at any depth."""
    if not isinstance(reason, Reason):
        return []
    about = dict(reason.about)
    own = [about["role"]] if isinstance(about.get("role"), str) else []
    return own + [role for value in about.values() for role in _roles(value)]


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


def better_than_chance(auc: Figure) -> bool:
    """Return whether a figure lies above what rankings made by chance reach one time in twenty."""
    return auc.null_p95 is not None and auc.value > auc.null_p95


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


def _ground_changes(first: gpd.GeoDataFrame) -> Iterator[Change]:
    """Give what is not known of the ground of the best areas, by its share of their area."""
    if first.empty:
        return
    weight = first["area_km2"] / first["area_km2"].sum()
    columns: dict[Kind, tuple[str, InKind]] = {
        "tenure": ("unknown_share", "register"),
        "protection": ("protection_unknown_share", "map"),
    }
    for kind, (column, in_kind) in columns.items():
        share = float((first[column] * weight).sum())
        if share >= LEAST_SHARE:
            yield Change(kind, in_kind, 100 * share)


def _deposit_changes(skill: Skill) -> Iterator[Change]:
    """Give what a ranking that is not demonstrated needs: more known deposits, or other criteria."""
    if skill.demonstrated or skill.follows:
        return
    if skill.stated is not None and skill.stated.auc is not None:
        if not better_than_chance(skill.stated.auc):
            yield Change("criteria", "survey", None, (), {"deposits": skill.stated.n_tested})
        return
    about: dict[str, float] = {"deposits": skill.n_deposits}
    untested = skill.untested or (skill.stated.untested if skill.stated else None)
    least = dict(untested.about).get("least") if untested is not None else None
    if isinstance(least, int | float) and least > skill.n_deposits:
        about["needed"] = least - skill.n_deposits
    yield Change("deposits", "register", None, (), about)
