"""Samples at points: the nearest one, and geochemistry with its censored values and closed sums."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Literal

import numpy as np
import pandas as pd
import shapely
from pydantic import Field
from scipy.spatial import cKDTree

from prospector.errors import ModelError, Reason
from prospector.evidence.features import choose
from prospector.evidence.kind import Kind, LayerParameters, register_kind
from prospector.grid import FloatArray, Units
from prospector.layers import Layers, VectorLayer
from prospector.region.quantities import Metres

BELOW_LIMIT_SHARE = 0.5


class NearestAttributeParameters(LayerParameters):
    """An attribute of the nearest feature that has it, nodata beyond `within_m`."""

    column: str = Field(examples=["age_ma"])
    within_m: Metres = Field(examples=[20000])

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("value-of-nearest", km=self.within_m / 1000)


class GeochemistryParameters(LayerParameters):
    """An element of the samples around the unit's centre, or the spread of it.

    The mean of the nearest `neighbours` samples within `within_m`, weighted by the inverse square of
    the distance; nodata where there are fewer than `least`. A value below the detection limit, `<5`
    or -5, counts as half of it. `transform` is `log`, or `clr` (centred log-ratio) with the columns
    of the whole composition in `parts`. `statistic` is the mean or the spread of the samples used.
    """

    column: str = Field(examples=["cu_ppm"])
    within_m: Metres = Field(examples=[20000])
    neighbours: Annotated[int, Field(ge=1, le=10_000)] = Field(default=12, examples=[12])
    least: Annotated[int, Field(ge=1)] = Field(default=3, examples=[3])
    transform: Literal["none", "log", "clr"] = Field(default="log", examples=["log"])
    parts: list[str] = Field(default_factory=list, examples=[["cu_ppm", "zn_ppm"]])
    statistic: Literal["mean", "spread"] = Field(default="mean", examples=["mean"])

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("interpolated", samples=self.neighbours, km=self.within_m / 1000)


def nearest_attribute(
    layers: Layers, units: Units, *, parameters: NearestAttributeParameters
) -> FloatArray:
    """Return a numeric attribute of the nearest feature that has one. Shape (n,)."""
    features = choose(layers, parameters.role, {}).table
    number = pd.to_numeric(_column(features, parameters), errors="coerce").to_numpy(dtype=float)
    has = np.isfinite(number)
    tree = shapely.STRtree(np.asarray(features.geometry.array, dtype=object)[has])
    index, nearest = tree.query_nearest(
        units.points(), max_distance=parameters.within_m, all_matches=False
    )
    result = np.full(len(units), np.nan)
    result[index] = number[has][nearest]
    return result


def geochemistry(layers: Layers, units: Units, *, parameters: GeochemistryParameters) -> FloatArray:
    """Return the interpolated element, or its spread, at each unit's centre. Shape (n,)."""
    layer = layers.vector(parameters.role)
    if layer is None:
        raise ModelError(
            f"No vector layer has the role '{parameters.role}'. Add it to region.toml.",
            Reason("no-layer", role=parameters.role),
        )
    tree, values = _analysed(
        layer, parameters.model_copy(update={"parts": ()}), tuple(parameters.parts)
    )
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


@lru_cache(maxsize=16)
def _analysed(
    layer: VectorLayer, parameters: GeochemistryParameters, parts: tuple[str, ...]
) -> tuple[cKDTree, FloatArray]:
    """Return a tree of the samples that have the element, and its transformed values."""
    table = layer.features
    names = [*parts, *([] if parameters.column in parts else [parameters.column])]
    columns = [
        uncensored(_column(table, parameters.model_copy(update={"column": name}))) for name in names
    ]
    content = np.column_stack(columns)
    if parameters.transform == "clr" and len(names) < 2:
        raise ModelError(
            "kind 'geochemistry': transform = 'clr' needs parts, the columns of the composition."
        )
    own = content[:, names.index(parameters.column)]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = {
            "none": own,
            "log": np.log(own),
            "clr": np.log(own) - np.log(content).mean(axis=1),
        }[parameters.transform]
    has = np.isfinite(values)
    if not has.any():
        raise ModelError(
            f"Layer '{layer.name}': no sample has a usable '{parameters.column}'. Check the column.",
            Reason("no-usable-sample", layer=layer.name, column=parameters.column),
        )
    at = shapely.get_coordinates(shapely.centroid(np.asarray(table.geometry.array, dtype=object)))
    return cKDTree(at[has]), values[has]


def uncensored(column: pd.Series) -> FloatArray:
    """Return numbers, with half the limit for what is below detection: ``<5`` or -5.

    Examples
    --------
    >>> uncensored(pd.Series(["12", "<5", "-4", "n.a."])).tolist()
    [12.0, 2.5, 2.0, nan]
    """
    text = column.astype(str).str.strip()
    below = text.str.startswith("<")
    number = pd.to_numeric(text.str.lstrip("<"), errors="coerce").to_numpy(dtype=float)
    censored = below.to_numpy() | (number < 0)
    return np.where(censored, np.abs(number) * BELOW_LIMIT_SHARE, number)


def _column(
    features: pd.DataFrame, parameters: NearestAttributeParameters | GeochemistryParameters
) -> pd.Series:
    if parameters.column not in features.columns:
        raise ModelError(
            f"Role '{parameters.role}': no column '{parameters.column}'. "
            f"It has: {', '.join(features.columns)}.",
            Reason("no-column-in-role", role=parameters.role, column=parameters.column),
        )
    return features[parameters.column]


register_kind("nearest_attribute", Kind(NearestAttributeParameters, nearest_attribute, ""))
register_kind("geochemistry", Kind(GeochemistryParameters, geochemistry, ""))
