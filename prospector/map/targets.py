"""The targets of a deposit model on the map: validated one by one, and kept as columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import islice
from math import isnan, nan
from operator import attrgetter
from typing import Annotated, Any, Self, overload

import shapely
from pydantic import Field, model_validator
from pydantic.dataclasses import dataclass

from prospector.map.features import DIMENSION, STRICT, Outline

Share = Annotated[float, Field(ge=-1e-9, le=1 + 1e-9)]


@dataclass(config=STRICT, frozen=True, slots=True, kw_only=True)
class Tenure:
    """Shares of a target by tenure class, summing to 1."""

    unknown: Share
    held: Share
    applied_for: Share
    reserved: Share
    vacant: Share
    open: Share


@dataclass(config=STRICT, frozen=True, slots=True, kw_only=True)
class Protection:
    """Shares of a target by protection, summing to 1."""

    protected: Share
    not_protected: Share
    protection_unknown: Share


Overlap = tuple[str, float, Share]
"""A title by its id, the hectares that it has in common with a target, and their share of the target."""


@dataclass(config=STRICT, frozen=True, slots=True, kw_only=True)
class TargetPayload:
    """One target: the columns of targets.csv, its outline, and its evidence in the model's order.

    Parameters
    ----------
    place, place_km, place_bearing
        What it is called by: the nearer of a known deposit and a town, the distance from there to its
        edge, and the direction, clockwise from north in degrees.
    country
        Where no administrative unit is known: told behind the place.
    values
        Mean of each evidence, in its unit.
    parts
        Mean contribution of each evidence, as `Fitted.contributions` tells it.
    flags
        Roles of ground where work is barred or bound to conditions, with the share inside.
    unresolved
        Places of the evidence whose value is a distance that its layer does not resolve.
    surveyed
        Places of schematic evidence whose value comes from a feature that was not drawn from
        descriptions.
    titles
        The titles that it meets, the largest overlap first. The layer of concessions says more of each.
    regime, regime_cited
        Who may hold the lithium of a salar, in words, and its date and source; empty where nothing is
        carried.
    law
        Places of the legal notes that bind there, in the payload's list.
    carried
        Values of the model's carried columns, in their order.
    """

    target_id: str
    name: str = ""
    rank: int
    score: float = Field(ge=0, le=1)
    percentile: float = Field(ge=0, le=100)
    percentile_mean: float | None = None
    percentile_spread: float | None = None
    top_tenth_share: float | None = None
    area_km2: float
    known_deposits: int = Field(ge=0)
    known_names: str = ""
    nearest_deposit: str = ""
    nearest_deposit_km: float | None = None
    values: tuple[float | None, ...]
    parts: tuple[float | None, ...]
    unresolved: tuple[int, ...] = ()
    surveyed: tuple[int, ...] = ()
    tenure: Tenure
    protection: Protection
    flags: tuple[tuple[str, Share], ...] = ()
    place: str = ""
    place_km: float | None = None
    place_bearing: float | None = None
    country: str = ""
    administrative_unit: str = ""
    province: str = ""
    region: str = ""
    nearest_town: str = ""
    town_km: float | None = None
    nearest_port: str = ""
    port_km: float | None = None
    road_km: float | None = None
    power_line_km: float | None = None
    well_km: float | None = None
    depth_to_water_m: float | None = None
    elevation_m: float | None = None
    score_max: float | None = None
    expected_number: float | None = None
    holders: str = ""
    concession_ids: str = ""
    tenure_as_of: str = ""
    titles: tuple[Overlap, ...] = ()
    regime: str = ""
    regime_cited: str = ""
    law: tuple[int, ...] = ()
    carried: tuple[str | int | float | None, ...] = ()
    centre: tuple[float, float]
    geometry: Outline = Field(exclude=True)

    @model_validator(mode="after")
    def _is_area(self) -> Self:
        if shapely.get_dimensions(self.geometry) != DIMENSION["polygon"]:
            raise ValueError(f"target '{self.target_id}' is a {self.geometry.geom_type}, no area.")
        return self


FIGURES = frozenset(
    {
        "score", "percentile", "percentile_mean", "percentile_spread", "top_tenth_share", "area_km2",
        "nearest_deposit_km", "place_km", "place_bearing", "town_km", "port_km", "road_km",
        "power_line_km", "well_km", "depth_to_water_m", "elevation_m", "score_max", "expected_number",
    }
)  # fmt: skip
"""Columns of one figure for each target, or none."""

SHARES: dict[str, type[Tenure] | type[Protection]] = {"tenure": Tenure, "protection": Protection}
SEVERAL = ("values", "parts", "centre", *SHARES)
"""Columns of several figures for each target."""

AT_ONCE = 1_000
"""Targets that are records at once."""

COUNTED = ("values", "parts", "carried")
"""Columns that must have as many values as the deposit model has evidence layers, or carried columns."""


class Figures(Sequence[float | None]):
    """Figures, 8 bytes each; None where there is none."""

    def __init__(self) -> None:
        self._numbers = array("d")

    def extend(self, values: Iterable[float | None]) -> None:
        """Add figures."""
        self._numbers.extend(nan if value is None else value for value in values)

    def __len__(self) -> int:
        """Return the number of figures."""
        return len(self._numbers)

    @overload
    def __getitem__(self, place: int) -> float | None: ...
    @overload
    def __getitem__(self, place: slice) -> list[float | None]: ...
    def __getitem__(self, place: int | slice) -> float | list[float | None] | None:
        """Return a figure, or several."""
        found = self._numbers[place]
        if isinstance(found, float):
            return None if isnan(found) else found
        return [None if isnan(value) else value for value in found]


class Targets(Sequence[TargetPayload]):
    """Targets as columns: each is a record only while it is looked at.

    Attributes
    ----------
    columns
        Of each field of a target: one value for each; of `SEVERAL`, figures for each place in it.
    counts
        Of the fields of `COUNTED`: how many values each target has.
    """

    def __init__(self, targets: Iterable[TargetPayload] = ()) -> None:
        names = [one.name for one in fields(TargetPayload)]
        self.columns: dict[str, Any] = {
            name: Figures() if name in FIGURES else [] for name in names
        }
        self.counts = {name: array("l") for name in COUNTED}
        texts: dict[str, str] = {}
        left = iter(targets)
        while part := list(islice(left, AT_ONCE)):
            for name in names:
                self._add(name, list(map(attrgetter(name), part)), texts)

    @classmethod
    def of(cls, targets: Targets | Iterable[TargetPayload | Mapping[str, Any]]) -> Targets:
        """Return targets, validated where they are not yet."""
        if isinstance(targets, Targets):
            return targets
        return cls(
            one if isinstance(one, TargetPayload) else TargetPayload(**one) for one in targets
        )

    def _add(self, name: str, values: list[Any], texts: dict[str, str]) -> None:
        """Add the values that some more targets have in a field; equal texts are kept once."""
        if name in self.counts:
            self.counts[name].extend(map(len, values))
        column = self.columns[name]
        if name in SEVERAL:
            each = map(_figures_of, values) if name in SHARES else values
            for place, figures in enumerate(zip(*each, strict=False)):
                if place == len(column):
                    column.append(Figures())
                column[place].extend(figures)
        elif isinstance(values[0], str):
            column.extend(texts.setdefault(text, text) for text in values)
        else:
            column.extend(values)

    def __len__(self) -> int:
        """Return the number of targets."""
        return len(self.columns["target_id"])

    @overload
    def __getitem__(self, place: int) -> TargetPayload: ...
    @overload
    def __getitem__(self, place: slice) -> list[TargetPayload]: ...
    def __getitem__(self, place: int | slice) -> TargetPayload | list[TargetPayload]:
        """Return a target, or several, as new records."""
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        values: dict[str, Any] = {
            name: tuple(one[place] for one in column) if name in SEVERAL else column[place]
            for name, column in self.columns.items()
        }
        for name, kind in SHARES.items():
            labels = (one.name for one in fields(kind))
            values[name] = dict(zip(labels, values[name], strict=True))
        return TargetPayload(**values)


def _figures_of(shares: Tenure | Protection) -> tuple[float, ...]:
    return tuple(getattr(shares, one.name) for one in fields(shares))
