"""The features of a layer of the map: validated one by one, and kept as columns."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Annotated, Any, overload

import shapely
from pydantic import BeforeValidator, ConfigDict, Field
from pydantic.dataclasses import dataclass
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

STRICT = ConfigDict(extra="forbid", allow_inf_nan=False, arbitrary_types_allowed=True)
"""Also of what there may be a hundred thousand of: dataclasses with slots, a tenth as large as models."""

DIMENSION = {"point": 0, "line": 1, "polygon": 2}

Row = tuple[str, str | int | float | None]


def _outline(value: object) -> object:
    """Return a geometry: as it is, or read from GeoJSON."""
    return shape(value) if isinstance(value, dict) else value


def _binary(value: object) -> object:
    """Return a geometry as well-known binary, where it is not yet."""
    found = _outline(value)
    return shapely.to_wkb(found) if isinstance(found, BaseGeometry) else found


Outline = Annotated[BaseGeometry, BeforeValidator(_outline)]
"""A geometry in longitude and latitude; it is packed beside the rest, so dumps leave it out."""

Binary = Annotated[bytes, BeforeValidator(_binary)]
"""The same as well-known binary, in less than half the room: there are more features than targets."""


@dataclass(config=STRICT, frozen=True, slots=True, kw_only=True)
class Feature:
    """One thing of a layer, with the rows its card shows."""

    geometry: Binary = Field(exclude=True)
    name: str = ""
    rows: tuple[Row, ...] = ()

    @property
    def outline(self) -> BaseGeometry:
        """The geometry as a new object."""
        return shapely.from_wkb(self.geometry)


class Features(Sequence[Feature]):
    """Features as columns: each is a record only while it is looked at.

    Attributes
    ----------
    outlines, names
        Of each: its geometry as well-known binary, and its name.
    sets
        Of each: the number of the set of labels that its rows have.
    labels
        Those of each set.
    columns
        Of each set: the values of each of its labels, in the order of its features.
    """

    def __init__(self, features: Iterable[Feature] = ()) -> None:
        self.outlines: list[bytes] = []
        self.names: list[str] = []
        self.sets: list[int] = []
        self.labels: list[tuple[str, ...]] = []
        self.columns: list[list[list[Any]]] = []
        self._places = array("l")
        numbers: dict[tuple[str, ...], int] = {}
        for feature in features:
            self._add(feature, numbers)

    @classmethod
    def of(cls, features: Features | Iterable[Feature | Mapping[str, Any]]) -> Features:
        """Return features, validated where they are not yet."""
        if isinstance(features, Features):
            return features
        return cls(one if isinstance(one, Feature) else Feature(**one) for one in features)

    def _add(self, feature: Feature, numbers: dict[tuple[str, ...], int]) -> None:
        own = tuple(label for label, _ in feature.rows)
        number = numbers.setdefault(own, len(numbers))
        if number == len(self.labels):
            self.labels.append(own)
            self.columns.append([[] for _ in own])
        self._places.append(len(self.columns[number][0]) if own else 0)
        for column, (_, value) in zip(self.columns[number], feature.rows, strict=True):
            column.append(value)
        self.outlines.append(feature.geometry)
        self.names.append(feature.name)
        self.sets.append(number)

    def __len__(self) -> int:
        """Return the number of features."""
        return len(self.outlines)

    @overload
    def __getitem__(self, place: int) -> Feature: ...
    @overload
    def __getitem__(self, place: slice) -> list[Feature]: ...
    def __getitem__(self, place: int | slice) -> Feature | list[Feature]:
        """Return a feature, or several, as new records."""
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        number, row = self.sets[place], self._places[place]
        values = [column[row] for column in self.columns[number]]
        rows = tuple(zip(self.labels[number], values, strict=True))
        return Feature(geometry=self.outlines[place], name=self.names[place], rows=rows)

    def values(self) -> dict[str, set[Any]]:
        """Return by label the values that any feature has."""
        found: dict[str, set[Any]] = {}
        for labels, columns in zip(self.labels, self.columns, strict=True):
            for label, column in zip(labels, columns, strict=True):
                found.setdefault(label, set()).update(column)
        return found

    def shapes(self) -> Iterator[BaseGeometry]:
        """Give the geometry of each as a new object."""
        return map(shapely.from_wkb, self.outlines)
