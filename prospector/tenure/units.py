"""In which administrative unit a place lies, and which titles lie far from the unit that they state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice
from prospector.grid import FloatArray
from prospector.layers import Layers, VectorLayer
from prospector.layers.registers import fold
from prospector.layers.typed import UNNAMED
from prospector.tenure.partition import Shapes, sound

ROLE = "administrative"

PLACE_COLUMNS: dict[str, str] = {
    "administrative_unit": "unit of the finest level that holds the largest part; empty if most lies in none",
    "province": "province of that unit, where the layer states it",
    "region": "region of that unit, where the layer states it",
}
"""Columns of where a target lies, in order."""

FAR_M = 5000.0
"""How far from the unit that it states a title may lie unnoticed, beside the tolerance of the outlines."""

NAMED = 5
"""Titles that a notice names."""


def join_units(outlines: Shapes, index: pd.Index, layer: VectorLayer | None) -> pd.DataFrame:
    """Return the columns of `PLACE_COLUMNS` for outlines in the grid's CRS.

    Ground that lies in no unit counts as one: what lies mostly outside of all units has no name.
    """
    sources = dict(zip(PLACE_COLUMNS, ("name", "province", "region"), strict=True))
    return _of_largest(outlines, index, layer, sources)


def join_country(outlines: Shapes, index: pd.Index, layer: VectorLayer) -> pd.Series:
    """Return the country of the unit that `join_units` names each outline by; empty where it states none."""
    sources = {"administrative_unit": "name", "country": "country"}
    return _of_largest(outlines, index, layer, sources)["country"]


def _of_largest(
    outlines: Shapes, index: pd.Index, layer: VectorLayer | None, sources: Mapping[str, str]
) -> pd.DataFrame:
    """Return columns of the unit that holds the largest part of each outline, by those of the layer."""
    table = pd.DataFrame("", index=index, columns=list(sources))
    if layer is None:
        return table
    for units in _levels(layer):
        place = _largest(outlines, sound(units.geometry.to_numpy()))
        chosen = (place >= 0) & (table["administrative_unit"] == "").to_numpy()
        texts = units.iloc[place[chosen]]
        for column, source in sources.items():
            if source in texts:
                stated = texts[source].fillna("").astype(str).replace(UNNAMED, "")
                table.loc[chosen, column] = stated.to_numpy()
    return table


def _levels(layer: VectorLayer) -> Iterator[pd.DataFrame]:
    """Give the units of each level, the finest first; all of them where the layer states no level."""
    features = layer.features
    level = features.get("level", pd.Series("", index=features.index)).fillna("").astype(str)
    sizes = features.geometry.area.groupby(level).median()
    for name in sizes.sort_values(kind="stable").index:
        yield features[level == name]


def _largest(outlines: Shapes, units: Shapes) -> np.ndarray:
    """Return which unit holds the largest part of each outline; -1 where more of it lies in none."""
    shapes = sound(np.asarray(outlines, dtype=object))
    held = np.zeros((len(shapes), len(units)))
    outline, unit = shapely.STRtree(units).query(shapes, predicate="intersects")
    held[outline, unit] = shapely.area(shapely.intersection(shapes[outline], units[unit]))
    outside = shapely.area(shapes) - held.sum(axis=1)
    best = held.argmax(axis=1)
    return np.where(held[np.arange(len(shapes)), best] > np.maximum(outside, 0), best, -1)


def coverage_notices(layers: Layers) -> list[Notice]:
    """Return that a register without stated coverage leaves all ground of unknown tenure, titled or not."""
    titles = layers.vector("concessions")
    if titles is None or titles.coverage is not None:
        return []
    about = {"layer": titles.name}
    return [Notice("tenure-without-coverage", "caution", about, len(titles.features))]


def unit_notices(layers: Layers) -> list[Notice]:
    """Return which titles lie far from the administrative unit that they state, or state one unknown."""
    units, titles = layers.vector(ROLE), layers.vector("concessions")
    if units is None or titles is None or "administrative_unit" not in titles.features:
        return []
    stated = titles.features["administrative_unit"].map(fold)
    known = _by_name(units, stated)
    away = _away(titles, stated, known)
    unknown = titles.features.loc[(stated != "") & ~stated.isin(known), "administrative_unit"]
    notices = []
    if len(unknown):
        about = {"names": sorted(unknown.astype(str).unique())[:NAMED]}
        notices.append(Notice("titles-units-unknown", "note", about, len(unknown)))
    far = np.flatnonzero(away > FAR_M + (units.tolerance_m or 0))
    if len(far):
        worst = far[np.argsort(-away[far], kind="stable")]
        ids = titles.features["concession_id"].iloc[worst[:NAMED]].astype(str).tolist()
        most_km = round(float(away[worst[0]] / 1000))
        far_about = {"km": round(FAR_M / 1000), "names": ids, "most_km": most_km}
        notices.append(Notice("titles-far-from-their-unit", "caution", far_about, len(far)))
    return notices


def _by_name(units: VectorLayer, stated: pd.Series) -> dict[str, shapely.Geometry]:
    """Return the ground of each commune, province and region by its folded name.

    Of units of one name, a region and its capital, that of the level whose names most titles state counts.
    """
    features = units.features
    ground: dict[str, shapely.Geometry] = {}
    asked = set(stated)
    columns = [column for column in ("region", "province", "name") if column in features]
    names = {column: features[column].map(fold) for column in columns}
    for column in sorted(columns, key=lambda column: int(stated.isin(names[column]).sum())):
        for name, shapes in features.geometry.groupby(names[column]):
            if name and name in asked:
                ground[str(name)] = shapely.union_all(sound(shapes.to_numpy()))
    return ground


def _away(titles: VectorLayer, stated: pd.Series, known: dict[str, shapely.Geometry]) -> FloatArray:
    """Return metres from each title to the unit that it states; 0 where that is not known."""
    shapes = titles.features.geometry.to_numpy()
    away = np.zeros(len(shapes))
    for name, ground in known.items():
        of_name = (stated == name).to_numpy()
        shapely.prepare(ground)
        away[of_name] = shapely.distance(shapes[of_name], ground)
    return away
