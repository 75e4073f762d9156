"""Shares, classes and attributes of polygons, and the area of the unit itself."""

from __future__ import annotations

import numpy as np
from pydantic import Field, model_validator

from prospector.errors import Notice, Reason
from prospector.evidence.attributes import layer_of
from prospector.evidence.burn import SHARE_DECIMALS, share_covered
from prospector.evidence.enclosing import Enclosing, enclosing_values
from prospector.evidence.features import (
    ChosenParameters,
    Features,
    choose,
    chosen,
    drawn_near,
)
from prospector.evidence.kind import (
    Kind,
    LayerNames,
    LayerParameters,
    Parameters,
    register_kind,
)
from prospector.evidence.mapped import LEAST_MAPPED, share_mapped
from prospector.evidence.where import Classes, classes_of
from prospector.grid import BoolArray, FloatArray, Units
from prospector.layers import Layers
from prospector.layers.classes import class_words, words_chosen
from prospector.layers.field_names import column_of_file
from prospector.region.faults import MisfitError
from prospector.region.quantities import Quantity


class ShareParameters(ChosenParameters):
    """Share of the unit's area that lies inside polygons of a role.

    Where the layer says something on a part of the unit only, as at the edge of a geological map, it is
    the share of that part; where that is less than half of the unit, it is unknown.
    """

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("share-of-area")


class ClassParameters(LayerParameters):
    """A number stated for each class of polygon, averaged by area over the unit.

    `column` names the class, `values` states the numbers; ground of no stated class has none.

    Parameters
    ----------
    column
        The column that names the class.
    values
        The number that each class stands for.
    """

    column: str = Field(examples=["class"])
    values: dict[str, Quantity] = Field(min_length=1, examples=[{"granite": 1, "basalt": 0.2}])

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("shares-of-area")

    def classes(self) -> Classes:
        """Return the classes that a number is stated for."""
        return classes_of({self.column: list(self.values)})


class AttributeParameters(LayerParameters):
    """A number, or yes (1) and no (0), of the polygon that the unit lies in.

    Where the unit lies in several polygons, as a salar across a divide, it is their mean by area. Where
    polygons with a value cover less than half of the unit, it is unknown: neither no nor 0. All units
    within a polygon have its value.

    Parameters
    ----------
    column
        The column that holds the number, or yes and no.
    """

    column: str = Field(examples=["precipitation_mm_y"])

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("value-of-enclosing")


class AreaParameters(Parameters):
    """Area of the unit itself.

    `role`, with `layer` where it has several, names the layer that the units come from: where that is
    schematic, so is their area.

    Parameters
    ----------
    role
        The role of the units, which gives how exact they are.
    layer
        The layer of that role, where it has several.
    """

    role: str | None = Field(default=None, examples=["salars"])
    layer: LayerNames | None = Field(default=None, examples=["brines"])

    @model_validator(mode="after")
    def _layer_of_a_role(self) -> AreaParameters:
        if self.layer is not None and self.role is None:
            raise MisfitError(
                {"layer": "needs the key role too: it chooses among the layers of that role"}
            )
        return self


def share(layers: Layers, units: Units, *, parameters: ShareParameters) -> FloatArray:
    """Return the share (0-1) of each unit inside the chosen polygons, overlaps once. Shape (n,).

    Where the layer says something on a part of the unit only, it is the share of that part.
    """
    inside = share_covered(chosen(layers, parameters).covering, units)
    mapped = share_mapped(layers, parameters.role, units)
    if mapped is None or (mapped == 1).all():
        return inside
    part = inside / np.maximum(mapped, LEAST_MAPPED)  # what is mapped less is unknown
    return np.clip(np.round(part, SHARE_DECIMALS), 0.0, 1.0)


def class_value(layers: Layers, units: Units, *, parameters: ClassParameters) -> FloatArray:
    """Return the stated numbers of the classes in each unit, averaged by area. Shape (n,).

    NaN where no stated class lies.
    """
    total, weighted = np.zeros(len(units)), np.zeros(len(units))
    for features, value in _classes(layers, parameters):
        part = share_covered(features.covering, units)
        total += part
        weighted += part * value
    with np.errstate(invalid="ignore"):
        return np.where(total > 0, weighted / total, np.nan)


def _of_stated_class(layers: Layers, parameters: ClassParameters) -> Features:
    return choose(layers, parameters.role, {parameters.column: list(parameters.values)})


def _classes(layers: Layers, parameters: ClassParameters) -> list[tuple[Features, float]]:
    """Return the polygons of each class that there is, with its number; raise where there is none."""
    _of_stated_class(layers, parameters)
    table = layer_of(layers, parameters.role).table
    words = class_words(table[column_of_file(table, parameters.column)])
    there = words_chosen(words.unique(), parameters.values)
    return [
        (choose(layers, parameters.role, {parameters.column: [name]}), value)
        for name, value in sorted(parameters.values.items())
        if there[name]
    ]


def attribute(layers: Layers, units: Units, *, parameters: AttributeParameters) -> FloatArray:
    """Return the value of the polygon around each unit, of several their mean by area. Shape (n,)."""
    total, weighted = np.zeros(len(units)), np.zeros(len(units))
    for value, ground in _enclosing(layers, parameters).near(units):
        part = share_covered(ground, units)
        total += part
        weighted += part * value
    known = total >= LEAST_MAPPED
    return np.where(known, weighted / np.maximum(total, LEAST_MAPPED), np.nan)


def _enclosing(layers: Layers, parameters: AttributeParameters) -> Enclosing:
    return enclosing_values(layer_of(layers, parameters.role), parameters.column)


def attribute_unit(layers: Layers, parameters: AttributeParameters) -> str:
    """Return the unit of the column."""
    return _enclosing(layers, parameters).unit


def attribute_notices(layers: Layers, parameters: AttributeParameters) -> tuple[Notice, ...]:
    """Return what reading the column chose: what is missing or cannot be read."""
    return _enclosing(layers, parameters).notices


def area(layers: Layers, units: Units, *, parameters: AreaParameters) -> FloatArray:
    """Return each unit's area in km2. Shape (n,)."""
    del layers, parameters
    return units.area_km2


def share_drawn(layers: Layers, units: Units, *, parameters: ShareParameters) -> BoolArray:
    """Return whether each unit meets polygons drawn from descriptions. Shape (n,)."""
    return drawn_near(chosen(layers, parameters), units.shapes())


def class_drawn(layers: Layers, units: Units, *, parameters: ClassParameters) -> BoolArray:
    """Return whether each unit meets polygons of a stated class drawn from descriptions. Shape (n,)."""
    return drawn_near(_of_stated_class(layers, parameters), units.shapes())


def attribute_drawn(layers: Layers, units: Units, *, parameters: AttributeParameters) -> BoolArray:
    """Return whether each unit meets a polygon with a value drawn from descriptions. Shape (n,)."""
    values = _enclosing(layers, parameters).values
    features = choose(layers, parameters.role, {})
    has = np.isfinite(values)
    return drawn_near(features.of(has), units.shapes())


def area_drawn(layers: Layers, units: Units, *, parameters: AreaParameters) -> BoolArray:
    """Return whether each unit is itself a polygon drawn from descriptions. Shape (n,)."""
    if parameters.role is None:
        return np.zeros(len(units), dtype=bool)
    return drawn_near(choose(layers, parameters.role, {}), units.points())


register_kind(
    "share",
    Kind(
        ShareParameters,
        share,
        "",
        check=chosen,
        drawn=share_drawn,
        geometries=("polygon",),
        cell_ns=30,
    ),
)
register_kind(
    "class_value",
    Kind(
        ClassParameters,
        class_value,
        "",
        check=_of_stated_class,
        drawn=class_drawn,
        geometries=("polygon",),
        cell_ns=60,
    ),
)
register_kind(
    "attribute",
    Kind(
        AttributeParameters,
        attribute,
        None,
        check=_enclosing,
        unit_of=attribute_unit,
        notices=attribute_notices,
        drawn=attribute_drawn,
        geometries=("polygon",),
    ),
)
_AREA = Kind(
    AreaParameters, area, "km2", drawn=area_drawn, of_layers=False, geometries=("polygon",)
)
register_kind("area", _AREA)
