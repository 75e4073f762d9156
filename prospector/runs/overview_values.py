"""What a run answers to a ministry or a board, as values: areas, rankings, commodities, changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from prospector.errors import Reason
from prospector.region.critical import CriticalFlag
from prospector.validation.record import Skill

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
        How much of the answer depends on it, 0 to 100: percentiles that the best areas fall with the evidence
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
