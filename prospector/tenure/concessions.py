"""Outlines against concessions and protected ground: who holds it, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, lru_cache

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.grid import FloatArray, IntArray
from prospector.layers import VectorLayer
from prospector.layers.registers import LAPSED, TITLE_CLASSES
from prospector.tenure.partition import Mosaic, Overlaps, Shapes, parts_of, sound, visible, within

TENURE_CLASSES = (*TITLE_CLASSES, "open")
"""The classes of tenure, in the order in which one goes before another."""

SHARE_DECIMALS = 9

PROTECTION_CLASSES = ("protected", "not_protected", "protection_unknown")
"""The classes of protection."""


@dataclass(frozen=True, eq=False)
class TenureMap:
    """A register as it is joined: its titles, and the ground that each gives its class to.

    Parameters
    ----------
    layer
        The register; `layer.features` are the titles.
    """

    layer: VectorLayer

    @cached_property
    def titles(self) -> Mosaic:
        """All titles, lapsed ones too, as they overlap."""
        return Mosaic(np.asarray(self.layer.features.geometry.array, dtype=object))

    @cached_property
    def in_force(self) -> IntArray:
        """Which titles hold ground: positions of all that have not lapsed, shape (n in force,)."""
        lapsed = self.layer.features["tenure_class"].to_numpy(dtype=object) == LAPSED
        return np.flatnonzero(~lapsed)

    @cached_property
    def rank(self) -> IntArray:
        """Place in `TENURE_CLASSES` of the class of each title in force, shape (n in force,)."""
        place = {name: rank for rank, name in enumerate(TITLE_CLASSES)}
        classes = self.layer.features["tenure_class"].to_numpy(dtype=object)[self.in_force]
        return np.array([place[name] for name in classes], dtype=np.intp)

    @cached_property
    def ground(self) -> Mosaic:
        """What each title in force gives its class to: nothing overlaps, the first class has each point."""
        return Mosaic(visible(self.titles.polygons[self.in_force], self.rank))


@lru_cache(maxsize=4)
def tenure_map(layer: VectorLayer) -> TenureMap:
    """Return a register as it is joined; made once for a layer."""
    return TenureMap(layer)


@dataclass(frozen=True, eq=False)
class Tenure:
    """Outlines joined with a register.

    Parameters
    ----------
    shares
        Share of each class, shape (n outlines, 6); rows sum to 1.
    outline, title
        Pairs that have ground in common, lapsed titles too: positions, in order.
    area_m2
        Area that the two of a pair have in common.
    """

    shares: FloatArray
    outline: IntArray
    title: IntArray
    area_m2: FloatArray


def tenure_of(outlines: Shapes, layer: VectorLayer | None) -> Tenure:
    """Return the share of each tenure class in each outline, and the titles that it meets.

    Every point of an outline has one class: the first of `TENURE_CLASSES` that applies there.
    Without a register, and outside its coverage, ground is unknown. Where the register leaves out
    kinds of title, ground without title is unknown as well, never open.
    """
    nowhere = np.zeros(0, dtype=np.intp)
    if layer is None:
        shares = np.tile(np.eye(len(TENURE_CLASSES))[0], (len(outlines), 1))
        return Tenure(shares, nowhere, nowhere, np.zeros(0))
    shapes, known = sound(np.asarray(outlines, dtype=object)), tenure_map(layer)
    rows = [np.zeros((0, len(TENURE_CLASSES)))]
    outline, title, area_m2 = [nowhere], [nowhere], [np.zeros(0)]
    for part in parts_of(len(shapes)):
        rows.append(_class_shares(shapes[part], known))
        met = known.titles.overlaps(shapes[part])
        outline.append(met.outline + part.start)
        title.append(met.polygon)
        area_m2.append(met.area)
    pairs = np.concatenate(outline), np.concatenate(title), np.concatenate(area_m2)
    return Tenure(np.concatenate(rows), *pairs)


def _class_shares(outlines: Shapes, known: TenureMap) -> FloatArray:
    layer, count = known.layer, len(outlines)
    areas = np.zeros((count, len(TENURE_CLASSES)))
    covered, partly = within(outlines, layer.coverage)
    found = known.ground.overlaps(outlines)
    counted = found.clipped(covered, partly)
    np.add.at(areas, (counted.outline, known.rank[counted.polygon]), counted.area)
    without_title = np.maximum(shapely.area(covered) - areas.sum(axis=1), 0.0)
    if layer.missing_kinds:
        complete, beyond = within(outlines, layer.complete)
        titled = found.clipped(complete, beyond).sums(count)
        is_open = np.clip(shapely.area(complete) - titled, 0.0, without_title)
    else:
        is_open = without_title
    areas[:, -1] = is_open
    whole = shapely.area(outlines)
    areas[:, 0] += np.maximum(whole - areas.sum(axis=1), 0.0)
    return np.asarray(areas / areas.sum(axis=1, keepdims=True))


def join_tenure(outlines: gpd.GeoSeries, layer: VectorLayer | None) -> pd.DataFrame:
    """Return the share of each tenure class in each outline, holders and ids of the titles in force.

    Returns
    -------
    pandas.DataFrame
        Columns ``<class>_share`` (sum 1), holders, concession_ids; the outlines' index.
    """
    tenure = tenure_of(np.asarray(outlines.array, dtype=object), layer)
    table = pd.DataFrame(
        np.round(tenure.shares, SHARE_DECIMALS), columns=[*map(share_column, TENURE_CLASSES)]
    )
    table["holders"] = _named(tenure, layer, "holder", len(outlines))
    table["concession_ids"] = _named(tenure, layer, "concession_id", len(outlines))
    return table.set_axis(outlines.index)


def _named(tenure: Tenure, layer: VectorLayer | None, column: str, count: int) -> list[str]:
    """Return the distinct texts of a column of the titles in force that meet each outline."""
    met: list[list[object]] = [[] for _ in range(count)]
    if layer is not None and column in layer.features.columns:
        texts = layer.features[column].to_numpy(dtype=object)
        lapsed = layer.features["tenure_class"].to_numpy(dtype=object) == LAPSED
        for outline, title in zip(tenure.outline.tolist(), tenure.title.tolist(), strict=True):
            if not lapsed[title]:
                met[outline].append(texts[title])
    return ["; ".join(distinct(pair)) for pair in met]


def distinct(texts: list[object]) -> list[str]:
    """Return distinct texts in order, white space folded, joint ones apart.

    Examples
    --------
    >>> distinct(["PUNA S.A.; ANDES  S.A.", None, "ANDES S.A."])
    ['ANDES S.A.', 'PUNA S.A.']
    """
    given = [str(text) for text in texts if not pd.isna(text)]  # type: ignore[call-overload]
    return sorted({" ".join(part.split()) for name in given for part in name.split(";")} - {""})


def known_shares(
    outlines: Shapes, layer: VectorLayer | None
) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return the shares of each outline inside a layer's polygons, known to be outside, and unknown.

    Each of shape (n outlines,).

    Ground outside the polygons is unknown unless the layer's coverage holds it and the layer
    leaves out no kind. Polygons that overlap count once; the three sum to 1.
    """
    if layer is None:
        return np.zeros(len(outlines)), np.zeros(len(outlines)), np.ones(len(outlines))
    shapes, mosaic = sound(np.asarray(outlines, dtype=object)), _once(layer)
    inside, outside = np.zeros(len(shapes)), np.zeros(len(shapes))
    for part in parts_of(len(shapes)):
        inside[part], outside[part] = _in_and_out(shapes[part], mosaic, layer)
    outside = np.minimum(outside, 1.0 - inside)
    return inside, outside, 1.0 - inside - outside


def _in_and_out(
    outlines: Shapes, mosaic: Mosaic, layer: VectorLayer
) -> tuple[FloatArray, FloatArray]:
    count, whole = len(outlines), shapely.area(outlines)
    found: Overlaps = mosaic.overlaps(outlines)
    complete, beyond = within(outlines, layer.complete)
    taken = found.clipped(complete, beyond).sums(count)
    free = np.maximum(shapely.area(complete) - taken, 0.0)
    return np.minimum(found.sums(count) / whole, 1.0), np.asarray(free / whole)


@lru_cache(maxsize=16)
def _once(layer: VectorLayer) -> Mosaic:
    """Return a layer's polygons cut so that none overlaps another."""
    polygons = sound(np.asarray(layer.features.geometry.array, dtype=object))
    return Mosaic(visible(polygons, np.zeros(len(polygons), dtype=np.intp)))


def join_protection(outlines: gpd.GeoSeries, layer: VectorLayer | None) -> pd.DataFrame:
    """Return the shares protected, not protected and unknown of each outline, which sum to 1.

    Ground outside protected polygons is unknown unless the layer's coverage holds it and the layer
    leaves out no kind of protection.
    """
    shares = known_shares(np.asarray(outlines.array, dtype=object), layer)
    columns = [share_column(name) for name in PROTECTION_CLASSES]
    return pd.DataFrame(dict(zip(columns, shares, strict=True)), index=outlines.index)


def share_column(name: str) -> str:
    """Return the name of the column that holds a class's share."""
    return f"{name}_share"
