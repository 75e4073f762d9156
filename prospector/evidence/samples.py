"""Samples at points: the nearest one, and geochemistry with its censored values and closed sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import shapely
from pydantic import Field, model_validator
from scipy.spatial import cKDTree

from prospector.errors import ModelError, Notice, Reason
from prospector.evidence.attributes import Attribute, layer_of, numbers_of
from prospector.evidence.features import FEATURES_AT_ONCE, choose, drawn_near
from prospector.evidence.kind import FEATURES, Kind, LayerParameters, register_kind
from prospector.grid import BoolArray, Bounds, FloatArray, IntArray, Units
from prospector.layers import Layers, VectorLayer
from prospector.layers.numbers.units import factor
from prospector.layers.remembered import remembered
from prospector.numerals import logarithm_of
from prospector.region.faults import MisfitError
from prospector.region.quantities import Listed, Metres

PLACE_M = 0.1
"""Samples whose coordinates agree to this are of one place: a duplicate, or a hole drawn at its collar."""

COMBINED = {
    "none": Reason("mean-of-values"),
    "log": Reason("mean-of-logarithms"),
    "clr": Reason("mean-of-log-ratios"),
}
"""How samples of one place become one, by the transform."""


class NearestAttributeParameters(LayerParameters):
    """An attribute of the nearest feature that has it, nodata beyond `within_m`.

    Of several at one place the first in the file counts.

    Parameters
    ----------
    column
        The column that holds the number.
    within_m
        Features farther off do not count.
    """

    column: str = Field(examples=["age_ma"])
    within_m: Metres = Field(examples=[20000])

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("value-of-nearest", km=self.within_m / 1000)


class GeochemistryParameters(LayerParameters):
    """An element of the samples around the unit's centre, or the spread of it.

    The mean of the nearest `neighbours` samples within `within_m`, weighted by the inverse square of
    the distance; nodata where there are fewer than `least`. Several samples of one place count as one,
    with their mean (of the logarithms, where those are taken). A value below the detection limit, `<5`
    or -5, counts as half of it. `transform` is `log`, or `clr` (centred log-ratio) with the columns
    of the whole composition in `parts`. `statistic` is the mean or the spread of the samples used. A
    membership, or the bound of permissive ground, is in the unit of the column, before the logarithm; of
    a log-ratio or a spread, in its own.

    Parameters
    ----------
    column
        The column that holds the element.
    within_m
        Samples farther off do not count.
    neighbours
        Number of nearest samples that are averaged.
    least
        With fewer samples there is no value.
    transform
        log takes logarithms before the mean, clr centred log-ratios, none neither.
    parts
        Of clr: the columns of the whole composition.
    statistic
        The mean of the samples, or the spread of them.
    """

    column: str = Field(examples=["cu_ppm"])
    within_m: Metres = Field(examples=[20000])
    neighbours: Annotated[int, Field(ge=1, le=10_000)] = Field(default=12, examples=[12])
    least: Annotated[int, Field(ge=1, le=1_000_000)] = Field(default=3, examples=[3])
    transform: Literal["none", "log", "clr"] = Field(default="log", examples=["log"])
    parts: Listed[str] = Field(default_factory=list, examples=[["cu_ppm", "zn_ppm"]])
    statistic: Literal["mean", "spread"] = Field(default="mean", examples=["mean"])

    @model_validator(mode="after")
    def _composition_of_several(self) -> GeochemistryParameters:
        if self.transform == "clr" and not {*self.parts} - {self.column}:
            raise MisfitError(
                {"parts": "must list the columns of the composition where transform = 'clr'"}
            )
        return self

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("interpolated", samples=self.neighbours, km=self.within_m / 1000)

    @property
    def in_logarithms(self) -> bool:
        """Whether the values are logarithms of what the column holds."""
        return self.transform == "log" and self.statistic == "mean"

    def transformed(self, value: float) -> float:
        """Return a value of the column as the evidence measures it.

        Raises
        ------
        ModelError
            It has no logarithm.

        Examples
        --------
        >>> GeochemistryParameters(role="geochemistry", column="cu_ppm", within_m=1.0).transformed(1.0)
        0.0
        """
        if not self.in_logarithms:
            return value
        if value <= 0:
            raise ModelError(
                f"kind 'geochemistry': {value:g} has no logarithm. State a value above 0 in the unit of "
                f"'{self.column}', or transform = 'none'.",
                Reason("no-logarithm", value=value, column=self.column),
            )
        return float(np.log(value))


def nearest_attribute(
    layers: Layers, units: Units, *, parameters: NearestAttributeParameters
) -> FloatArray:
    """Return a numeric attribute of the nearest feature that has one. Shape (n,)."""
    number, at_unit, sample = _nearest_sample(layers, units, parameters)
    result = np.full(len(units), np.nan)
    result[at_unit] = number[sample]
    return result


def _nearest_sample(
    layers: Layers, units: Units, parameters: NearestAttributeParameters
) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the attribute of every feature, units that have one near, and the row of the nearest."""
    number, points = _attribute(layers, parameters), units.points()
    shapes = layer_of(layers, parameters.role).shapes
    west, south, east, north = shapely.total_bounds(points)
    reach = Bounds(west, south, east, north).widened(parameters.within_m)
    near = shapes.meeting(reach.as_tuple())
    near = near[number.has[near]]
    tree = shapely.STRtree(shapes.of(near).all())
    index, nearest = tree.query_nearest(points, max_distance=parameters.within_m)
    in_order = np.lexsort([nearest, index])
    at_unit, first = np.unique(index[in_order], return_index=True)
    return number.values, at_unit, near[nearest[in_order][first]]


def nearest_drawn(
    layers: Layers, units: Units, *, parameters: NearestAttributeParameters
) -> BoolArray:
    """Return whether the nearest feature of each unit was drawn from descriptions. Shape (n,)."""
    _, at_unit, sample = _nearest_sample(layers, units, parameters)
    result = np.zeros(len(units), dtype=bool)
    result[at_unit] = layer_of(layers, parameters.role).exactness.schematic[sample]
    return result


def _attribute(layers: Layers, parameters: NearestAttributeParameters) -> Attribute:
    """Return the attribute; raise ModelError where no feature has a number."""
    layer = layer_of(layers, parameters.role)
    number = numbers_of(layer, parameters.column)
    if not number.has.any():
        raise _unusable(layer, parameters.column)
    return number


def _attribute_unit(layers: Layers, parameters: NearestAttributeParameters) -> str:
    return _attribute(layers, parameters).unit


def _attribute_notices(
    layers: Layers, parameters: NearestAttributeParameters
) -> tuple[Notice, ...]:
    """Return how the column was read, and places where features state several values."""
    number, layer = _attribute(layers, parameters), layer_of(layers, parameters.role)
    place, _ = _places(_points(layer)[number.has])
    stated = pd.Series(number.values[number.has]).groupby(place).nunique()
    if not (stated > 1).any():
        return number.notices
    about = {"layer": layer.name, "column": parameters.column}
    notice = Notice("values-at-one-place", "caution", about, int((stated > 1).sum()))
    return (*number.notices, notice)


def geochemistry(layers: Layers, units: Units, *, parameters: GeochemistryParameters) -> FloatArray:
    """Return the interpolated element, or its spread, at each unit's centre. Shape (n,)."""
    tree, values = _analysed(layers, parameters)
    places = np.column_stack([units.easting, units.northing])
    distance, nearest = tree.query(
        places, k=range(1, parameters.neighbours + 1), distance_upper_bound=parameters.within_m
    )
    found = np.isfinite(distance)
    weight = np.where(found, 1.0 / np.maximum(distance, 1.0) ** 2, 0.0)
    value = np.where(found, np.append(values, 0.0)[nearest], 0.0)
    enough = found.sum(axis=1) >= parameters.least
    total = np.where(enough, weight.sum(axis=1), 1.0)
    mean = (weight * value).sum(axis=1) / total
    if parameters.statistic == "spread":
        mean = np.sqrt((weight * (value - mean[:, None]) ** 2).sum(axis=1) / total)
    return np.where(enough, mean, np.nan)


def samples_drawn(layers: Layers, units: Units, *, parameters: GeochemistryParameters) -> BoolArray:
    """Return whether samples placed from descriptions lie within reach of each unit. Shape (n,)."""
    samples = choose(layers, parameters.role, {})
    return drawn_near(samples, units.points(), within_m=parameters.within_m)


def _analysed(layers: Layers, parameters: GeochemistryParameters) -> tuple[cKDTree, FloatArray]:
    """Return a tree of the samples that have the element, and its transformed values."""
    layer = layer_of(layers, parameters.role)
    return _tree(layer, parameters.column, tuple(parameters.parts), parameters.transform)


@remembered(16)
def _tree(
    layer: VectorLayer, column: str, parts: tuple[str, ...], transform: str
) -> tuple[cKDTree, FloatArray]:
    composition = _composition(layer, column, parts)
    own = composition[column].values
    content = _in_unit_of(column, composition)
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {
            "none": own,
            "log": np.log(own),
            "clr": np.log(own) - np.log(content).mean(axis=1),
        }[transform]
    has = np.isfinite(values)
    if not has.any():
        raise _unusable(layer, column)
    place, at = _places(_points(layer)[has])
    count = np.bincount(place)
    return cKDTree(at), np.bincount(place, weights=values[has]) / count


def _points(layer: VectorLayer) -> FloatArray:
    """Return where features are, easting and northing, shape (n, 2)."""
    centres = map(shapely.centroid, layer.shapes.in_pieces(FEATURES_AT_ONCE))
    return np.concatenate([shapely.get_coordinates(some) for some in centres])


def _places(at: FloatArray) -> tuple[IntArray, FloatArray]:
    """Return the place of each point and the places, shape (n places, 2), in order of the first point.

    Points that lie less than `PLACE_M` apart, on its grid, are of one place.
    """
    _, first, place = np.unique(
        np.round(at / PLACE_M), axis=0, return_index=True, return_inverse=True
    )
    in_order = np.argsort(first)
    return np.argsort(in_order)[place], at[first[in_order]]


def _composition(layer: VectorLayer, column: str, parts: Sequence[str]) -> dict[str, Attribute]:
    """Return the columns of a composition as contents."""
    return {name: numbers_of(layer, name, assay=True) for name in dict.fromkeys([*parts, column])}


def _in_unit_of(column: str, composition: dict[str, Attribute]) -> FloatArray:
    """Return a composition in the unit of one of its columns, as far as units are known, shape (n, k)."""
    unit = composition[column].unit
    times = [factor(part.unit, unit) or 1.0 for part in composition.values()]
    content = np.column_stack([part.values for part in composition.values()])
    return np.asarray(content * np.array(times))


def _content_unit(layers: Layers, parameters: GeochemistryParameters) -> str:
    """Return the unit of the values: that of the column, its logarithm or a log-ratio."""
    if parameters.transform == "clr":
        return "clr"
    if parameters.transform == "log" and parameters.statistic == "spread":
        return "ln"
    unit = numbers_of(layer_of(layers, parameters.role), parameters.column, assay=True).unit
    if parameters.transform == "none":
        return unit
    return logarithm_of(unit)


def _content_notices(layers: Layers, parameters: GeochemistryParameters) -> tuple[Notice, ...]:
    """Return what was censored, missing or unreadable, and what has no logarithm."""
    layer = layer_of(layers, parameters.role)
    composition = _composition(layer, parameters.column, parameters.parts)
    notices = [notice for part in composition.values() for notice in part.notices]
    for name, part in composition.items():
        without = int((part.values <= 0).sum())
        if without and parameters.transform != "none":
            about = {"layer": layer.name, "column": name}
            notices.append(Notice("values-without-logarithm", "caution", about, without))
    return (*notices, *_of_one_place(layer, parameters, composition))


def _of_one_place(
    layer: VectorLayer, parameters: GeochemistryParameters, composition: dict[str, Attribute]
) -> list[Notice]:
    """Return the notice of places that have several samples; none where no place has."""
    place, _ = _places(_points(layer)[composition[parameters.column].has])
    samples = np.bincount(place)
    several = samples[samples > 1]
    if not several.size:
        return []
    about = {
        "layer": layer.name,
        "column": parameters.column,
        "samples": int(several.sum()),
        "how": COMBINED[parameters.transform],
    }
    return [Notice("samples-at-one-place", "caution", about, len(several))]


def _unusable(layer: VectorLayer, column: str) -> ModelError:
    return ModelError(
        f"Layer '{layer.name}': no sample has a usable value in '{column}'. Check the column.",
        Reason("no-usable-sample", layer=layer.name, column=column),
    )


register_kind(
    "nearest_attribute",
    Kind(
        NearestAttributeParameters,
        nearest_attribute,
        None,
        check=_attribute,
        unit_of=_attribute_unit,
        notices=_attribute_notices,
        geometries=FEATURES,
        drawn=nearest_drawn,
    ),
)
register_kind(
    "geochemistry",
    Kind(
        GeochemistryParameters,
        geochemistry,
        None,
        check=_analysed,
        unit_of=_content_unit,
        notices=_content_notices,
        geometries=FEATURES,
        drawn=samples_drawn,
    ),
)
