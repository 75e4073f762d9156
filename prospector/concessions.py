"""Targets against concessions and protected ground: who holds it, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import STRtree
from shapely.geometry.base import BaseGeometry

from prospector.layers import VectorLayer

TENURE_CLASSES = ("unknown", "held", "applied_for", "reserved", "vacant", "open")
"""The classes of tenure, in the order in which one goes before another."""

SHARE_DECIMALS = 9

PROTECTION_CLASSES = ("protected", "not_protected", "protection_unknown")
"""The classes of protection."""


@dataclass(frozen=True)
class Tenure:
    """Shares of one outline by tenure class, with the titles that touch it."""

    shares: dict[str, float]
    holders: str
    concession_ids: str


def join_tenure(outlines: gpd.GeoSeries, layer: VectorLayer | None) -> pd.DataFrame:
    """Return the share of each tenure class in each outline, holders and ids of the titles.

    Every point of an outline has one class: the first of `TENURE_CLASSES` that applies there.
    Without a register, and outside its coverage, ground is unknown. Where the register leaves out
    kinds of title, ground without title is unknown as well, never open.

    Returns
    -------
    pandas.DataFrame
        Columns ``<class>_share`` (sum 1), holders, concession_ids; the outlines' index.
    """
    if layer is None:
        rows = [Tenure(_only("unknown", TENURE_CLASSES), "", "") for _ in outlines]
    else:
        titles = layer.features
        tree = STRtree(np.asarray(titles.geometry.array, dtype=object))
        rows = [_tenure(outline, titles, tree, layer) for outline in outlines]
    table = [
        {
            **{_share_column(name): row.shares[name] for name in TENURE_CLASSES},
            "holders": row.holders,
            "concession_ids": row.concession_ids,
        }
        for row in rows
    ]
    columns = [*map(_share_column, TENURE_CLASSES), "holders", "concession_ids"]
    return pd.DataFrame(table, index=outlines.index, columns=columns)


def _tenure(
    outline: BaseGeometry, titles: gpd.GeoDataFrame, tree: STRtree, layer: VectorLayer
) -> Tenure:
    touched = titles.iloc[np.sort(tree.query(outline, predicate="intersects"))]
    clipped = shapely.intersection(np.asarray(touched.geometry.array, dtype=object), outline)
    has_area = shapely.area(clipped) > 0
    touched, clipped = touched[has_area], clipped[has_area]
    classes = touched["tenure_class"].to_numpy(dtype=object)
    covered = shapely.Polygon() if layer.coverage is None else layer.coverage.intersection(outline)
    by_class = {name: shapely.union_all(clipped[classes == name]) for name in TENURE_CLASSES[:-1]}
    titled = shapely.union_all(clipped)
    unknown = shapely.union_all([outline.difference(covered), by_class["unknown"]])
    if layer.missing_kinds:
        unknown = shapely.union_all([unknown, outline.difference(titled)])
    ground = {**by_class, "unknown": unknown, "open": outline}
    return Tenure(
        shares=_partition(outline, ground),
        holders="; ".join(_distinct(touched, "holder")),
        concession_ids="; ".join(_distinct(touched, "concession_id")),
    )


def _partition(outline: BaseGeometry, ground: dict[str, BaseGeometry]) -> dict[str, float]:
    """Return the shares of an outline, each point counted for the first class that holds it."""
    taken: BaseGeometry = shapely.Polygon()
    covered_area, areas = 0.0, {}
    for name in TENURE_CLASSES:
        taken = shapely.union_all([taken, ground[name]])
        total = min(taken.intersection(outline).area, outline.area)
        areas[name] = max(total - covered_area, 0.0)
        covered_area = max(total, covered_area)
    whole = sum(areas.values())
    return {name: round(value / whole, SHARE_DECIMALS) for name, value in areas.items()}


def _distinct(touched: gpd.GeoDataFrame, column: str) -> list[str]:
    """Return the distinct texts of a column, white space folded, joint ones apart."""
    if column not in touched.columns:
        return []
    joined = ";".join(touched[column].dropna().astype(str))
    return sorted({" ".join(text.split()) for text in joined.split(";")} - {""})


def join_protection(outlines: gpd.GeoSeries, layer: VectorLayer | None) -> pd.DataFrame:
    """Return the shares protected, not protected and unknown of each outline, which sum to 1.

    Ground outside protected polygons is unknown unless the layer's coverage holds it and the layer
    leaves out no kind of protection.
    """
    rows = [_protection(outline, layer) for outline in outlines]
    columns = [_share_column(name) for name in PROTECTION_CLASSES]
    return pd.DataFrame(rows, index=outlines.index, columns=columns)


def _protection(outline: BaseGeometry, layer: VectorLayer | None) -> dict[str, float]:
    if layer is None:
        shares = _only("protection_unknown", PROTECTION_CLASSES)
    else:
        near = layer.features.iloc[layer.features.sindex.query(outline, predicate="intersects")]
        inside = near.union_all().intersection(outline) if len(near) else shapely.Polygon()
        covered: BaseGeometry = shapely.Polygon()
        if layer.coverage is not None and not layer.missing_kinds:
            covered = layer.coverage.intersection(outline)
        protected = min(inside.area / outline.area, 1.0)
        known = covered.difference(inside).area / outline.area
        free = min(known, 1.0 - protected)
        shares = {
            "protected": protected,
            "not_protected": free,
            "protection_unknown": 1.0 - protected - free,
        }
    return {_share_column(name): value for name, value in shares.items()}


def _share_column(name: str) -> str:
    return f"{name}_share"


def _only(name: str, classes: tuple[str, ...]) -> dict[str, float]:
    return {one: float(one == name) for one in classes}
