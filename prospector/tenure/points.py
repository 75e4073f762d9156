"""Points against concessions, protected ground and named units: the class and the names at each."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from prospector.grid import BoolArray, IntArray
from prospector.layers import VectorLayer
from prospector.layers.registers import fold
from prospector.layers.typed import UNNAMED
from prospector.name_lists import joined
from prospector.tenure.concessions import (
    PROTECTION_CLASSES,
    TENURE_CLASSES,
    TenureMap,
    distinct,
    tenure_map,
)
from prospector.tenure.partition import Shapes

UNKNOWN, OPEN, NONE = 0, len(TENURE_CLASSES) - 1, len(TENURE_CLASSES)
"""Places in `TENURE_CLASSES`, and after them."""


def join_tenure_at(points: gpd.GeoSeries, layer: VectorLayer | None) -> pd.DataFrame:
    """Return the tenure class at each point, with holders and ids of the titles in force there.

    It is the first of `TENURE_CLASSES` that applies, as for the ground of a target. Without a register,
    and outside its coverage, it is unknown.

    Returns
    -------
    pandas.DataFrame
        Columns tenure_class, holders, concession_ids; the points' index.
    """
    at = points.to_numpy()
    places = np.full(len(at), UNKNOWN)
    holders = titles = [""] * len(at)
    if layer is not None:
        known = tenure_map(layer)
        point, title = _titles_at(at, known)
        first = np.full(len(at), NONE)
        np.minimum.at(first, point, known.rank[title])
        without = np.where(_inside(at, layer.complete), OPEN, UNKNOWN)
        places = np.where(first < NONE, first, without)
        places[~_inside(at, layer.coverage)] = UNKNOWN
        holders = _texts(layer, "holder", point, known.in_force[title], len(at))
        titles = _texts(layer, "concession_id", point, known.in_force[title], len(at))
    columns = {
        "tenure_class": [TENURE_CLASSES[place] for place in places],
        "holders": holders,
        "concession_ids": titles,
    }
    return pd.DataFrame(columns, index=points.index)


def protection_at(points: gpd.GeoSeries, layer: VectorLayer | None) -> pd.Series:
    """Return at each point whether it is protected, as one of `PROTECTION_CLASSES`; the points' index."""
    protected, free, unknown = PROTECTION_CLASSES
    at = points.to_numpy()
    if layer is None:
        return pd.Series(unknown, index=points.index, dtype=object)
    met = np.zeros(len(at), dtype=bool)
    met[
        shapely.STRtree(layer.features.geometry.to_numpy()).query(at, predicate="intersects")[0]
    ] = 1
    classes = np.where(met, protected, np.where(_inside(at, layer.complete), free, unknown))
    return pd.Series(classes, index=points.index, dtype=object)


def smallest_unit_at(points: gpd.GeoSeries, layer: VectorLayer | None) -> pd.Series:
    """Return the name of the smallest named polygon that holds each point; None where none does."""
    names = pd.Series([None] * len(points), index=points.index, dtype=object)
    if layer is None or "name" not in layer.features.columns:
        return names
    units = layer.features[~layer.features["name"].fillna("").isin(["", UNNAMED])]
    shapes, texts = units.geometry.to_numpy(), units["name"].to_numpy(dtype=object)
    point, unit = shapely.STRtree(shapes).query(points.to_numpy(), predicate="intersects")
    largest_first = np.argsort(-shapely.area(shapes[unit]), kind="stable")
    for place in largest_first:
        names.iloc[point[place]] = texts[unit[place]]
    return names


def beyond_stated_unit(
    points: gpd.GeoSeries, stated: pd.Series, layer: VectorLayer | None
) -> BoolArray:
    """Return which points lie in no polygon of the name that is stated for them, shape (n,).

    Where no name is stated, or no polygon has it, that is not known: such a point is not among them.
    """
    names = stated.map(fold).to_numpy(dtype=object)
    if layer is None or "name" not in layer.features.columns:
        return np.zeros(len(points), dtype=bool)
    units = layer.features["name"].map(fold).to_numpy(dtype=object)
    tree = shapely.STRtree(layer.features.geometry.to_numpy())
    point, unit = tree.query(points.to_numpy(), predicate="intersects")
    inside = np.zeros(len(points), dtype=bool)
    inside[point[names[point] == units[unit]]] = True
    return np.asarray(np.isin(names, units[units != ""]) & ~inside)


def _titles_at(points: Shapes, known: TenureMap) -> tuple[IntArray, IntArray]:
    """Return pairs of a point and a title in force that holds it: its place among these."""
    tree = shapely.STRtree(known.titles.polygons[known.in_force])
    point, title = tree.query(points, predicate="intersects")
    order = np.lexsort((title, point))
    return point[order], title[order]


def _inside(points: Shapes, ground: BaseGeometry | None) -> BoolArray:
    """Return which points lie in some ground."""
    if ground is None:
        return np.zeros(len(points), dtype=bool)
    shapely.prepare(ground)
    return np.asarray(shapely.intersects(ground, points))


def _texts(
    layer: VectorLayer, column: str, point: IntArray, title: IntArray, count: int
) -> list[str]:
    """Return the distinct texts of a column of the titles at each point."""
    met: list[list[object]] = [[] for _ in range(count)]
    if column in layer.features.columns:
        texts = layer.features[column].to_numpy(dtype=object)
        for place, row in zip(point.tolist(), title.tolist(), strict=True):
            met[place].append(texts[row])
    return [joined(distinct(of_point)) for of_point in met]
