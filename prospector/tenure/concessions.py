"""Outlines against concessions and protected ground: who holds it, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.grid import FloatArray, IntArray
from prospector.layers import VectorLayer
from prospector.layers.registers import LAPSED, TITLE_CLASSES
from prospector.layers.remembered import remembered
from prospector.name_lists import joined, parted
from prospector.tenure.partition import (
    Mosaic,
    Overlaps,
    Part,
    Shapes,
    by_parts,
    sound,
    visible,
    within,
)

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


@remembered(4)
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
    grounds = [within(shapes, ground) for ground in (layer.coverage, layer.complete)]
    titles, ground = known.titles, known.ground

    def join(part: slice) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
        met = titles.overlaps(shapes[part])
        found = ground.overlaps(shapes[part])
        covered, complete = ((held[part], cut[part]) for held, cut in grounds)
        shares = _class_shares(shapes[part], found, known, covered, complete)
        return shares, met.outline + part.start, met.polygon, met.area

    nothing = np.zeros((0, len(TENURE_CLASSES))), nowhere, nowhere, np.zeros(0)
    columns = zip(nothing, *by_parts(join, len(shapes)), strict=True)
    return Tenure(*(np.concatenate(column) for column in columns))


def _class_shares(
    outlines: Shapes, found: Overlaps, known: TenureMap, covered: Part, complete: Part
) -> FloatArray:
    """Return the share of each class, by the ground that gives its class to each outline.

    Parameters
    ----------
    outlines
        Shape (n outlines,).
    found
        What they have in common with the titles.
    known
        Titles in force, by class.
    covered, complete
        The part of each outline inside the register's coverage, and where no kind of title is missing.
    """
    count = len(outlines)
    areas = np.zeros((count, len(TENURE_CLASSES)))
    counted = found.clipped(*covered)
    np.add.at(areas, (counted.outline, known.rank[counted.polygon]), counted.area)
    is_open = np.maximum(shapely.area(covered[0]) - areas.sum(axis=1), 0.0)
    if known.layer.missing_kinds:
        titled = found.clipped(*complete).sums(count)
        is_open = np.clip(shapely.area(complete[0]) - titled, 0.0, is_open)
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
    return [joined(distinct(pair)) for pair in met]


def distinct(texts: list[object]) -> list[str]:
    """Return distinct texts in order, white space folded, joint ones apart.

    Examples
    --------
    >>> distinct(["PUNA S.A.; ANDES  S.A.", None, "ANDES S.A."])
    ['ANDES S.A.', 'PUNA S.A.']
    """
    given = [str(text) for text in texts if not pd.isna(text)]  # type: ignore[call-overload]
    return sorted({" ".join(part.split()) for name in given for part in parted(name)})


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
    complete, beyond = within(shapes, layer.complete)

    def shares(part: slice) -> FloatArray:
        found = mosaic.overlaps(shapes[part])
        count, whole = len(shapes[part]), shapely.area(shapes[part])
        taken = found.clipped(complete[part], beyond[part]).sums(count)
        free = np.maximum(shapely.area(complete[part]) - taken, 0.0)
        return np.stack([np.minimum(found.sums(count) / whole, 1.0), free / whole])

    inside, outside = np.hstack([np.zeros((2, 0)), *by_parts(shares, len(shapes))])
    outside = np.minimum(outside, 1.0 - inside)
    return inside, outside, 1.0 - inside - outside


@remembered(16)
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
