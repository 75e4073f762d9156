"""Targets against ground where work is barred or restricted, by role and class."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice
from prospector.grid import FloatArray
from prospector.layers import EXCLUSION_ROLES, Layers, VectorLayer
from prospector.name_lists import joined
from prospector.tenure.concessions import distinct, known_shares
from prospector.tenure.partition import Shapes
from prospector.tenure.zones import ScoredGround

ANY = "any"
"""Stands for all classes of a role together."""

EXCLUSION_COLUMNS: dict[str, str] = {
    "target_id": "the target",
    "target_rank": "its rank",
    "role": "protected, indigenous, urban, water, military or border_zone",
    "class": "class that the layer states, or any: all of the role together",
    "share": "share of the target inside, overlaps once",
    "unknown_share": "share outside the coverage of the role's layers",
    "names": "names of the ground that it meets",
}
"""Columns of target_exclusions.csv, in order."""

FLAGS: dict[str, str] = {
    "protected": "protected ground",
    "indigenous": "indigenous territory",
    "urban": "urban ground",
    "water": "ground kept for water",
    "military": "military ground",
    "border_zone": "border zone",
}
"""What each role is called beside a target."""

SHARE_DECIMALS = 6

LEAST_FLAGGED = 0.0005
"""Share of a target from which ground is reported beside it: a smaller one would read 0.0 %."""


def target_exclusions(layers: Layers, ground: ScoredGround) -> pd.DataFrame:
    """Return the share of each target under each role and class, columns of `EXCLUSION_COLUMNS`.

    A target has a row ``any`` for each role of which anything is known there: some of it lies inside, or
    is known to lie outside. A class has one where it meets the target. What has no row is unknown. By
    rank of the target, then by role.
    """
    outlines = ground.targets.geometry.to_numpy()
    parts = [
        _known_of_role(outlines, layer).assign(role=role, order=order)
        for order, role in enumerate(EXCLUSION_ROLES)
        if (layer := layers.vector(role)) is not None
    ]
    if not parts:
        return pd.DataFrame({name: [] for name in EXCLUSION_COLUMNS})
    table = pd.concat(parts, ignore_index=True)
    places = table["place"].to_numpy(dtype=np.intp)
    table["target_id"] = ground.targets["target_id"].to_numpy()[places]
    table["target_rank"] = ground.targets["rank"].to_numpy()[places]
    ordered = table.sort_values(["target_rank", "order"], kind="stable")
    return ordered[list(EXCLUSION_COLUMNS)].reset_index(drop=True)


def exclusion_notices(layers: Layers) -> list[Notice]:
    """Return which roles of ground no layer of the region fills: whether targets lie in it is unknown."""
    lacking = [role for role in EXCLUSION_ROLES if layers.vector(role) is None]
    return [Notice("exclusions-unknown", "note", {"roles": lacking})] if lacking else []


def flags(outlines: Shapes, layers: Layers) -> list[str]:
    """Return what each outline, in the layers' CRS, is known to hold of each role, as text with its share.

    Empty where nothing is known, which does not say that there is nothing.
    """
    flags: list[list[str]] = [[] for _ in outlines]
    for role, words in FLAGS.items():
        shares = np.round(known_shares(outlines, layers.vector(role))[0], SHARE_DECIMALS)
        for place in np.flatnonzero(shares >= LEAST_FLAGGED):
            flags[place].append(f"{words} {100 * shares[place]:.1f} %")
    return ["; ".join(of_target) for of_target in flags]


def _known_of_role(outlines: Shapes, layer: VectorLayer) -> pd.DataFrame:
    """Return the rows of a role of which anything is known."""
    rows = _of_role(outlines, layer)
    return rows[(rows["share"] > 0) | (rows["unknown_share"] < 1)]


def _of_role(outlines: Shapes, layer: VectorLayer) -> pd.DataFrame:
    inside, _, unknown = known_shares(outlines, layer)
    whole = _rows(outlines, ANY, inside, unknown, layer)
    if "class" not in layer.features.columns:
        return whole
    parts = [whole]
    for name in distinct_classes(layer):
        features = layer.features[layer.features["class"].astype(str) == name]
        of_class = replace(layer, given=features.reset_index(drop=True))
        share = known_shares(outlines, of_class)[0]
        rows = _rows(outlines, name, share, unknown, of_class)
        parts.append(rows[rows["share"] > 0])
    return pd.concat(parts, ignore_index=True)


def distinct_classes(layer: VectorLayer) -> list[str]:
    """Return the classes that a layer states, in order."""
    return sorted(set(layer.features["class"].dropna().astype(str)))


def _rows(
    outlines: Shapes, name: str, share: FloatArray, unknown: FloatArray, layer: VectorLayer
) -> pd.DataFrame:
    columns = {
        "place": np.arange(len(outlines)),
        "class": name,
        "share": np.round(share, SHARE_DECIMALS),
        "unknown_share": np.round(unknown, SHARE_DECIMALS),
        "names": _names(outlines, layer),
    }
    return pd.DataFrame(columns)


def _names(outlines: Shapes, layer: VectorLayer) -> list[str]:
    """Return the names of the polygons that have ground in common with each outline."""
    met: list[list[object]] = [[] for _ in outlines]
    if "name" in layer.features.columns:
        shapes = layer.features.geometry.to_numpy()
        texts = layer.features["name"].to_numpy(dtype=object)
        pairs = shapely.STRtree(shapes).query(outlines, predicate="intersects")
        for outline, place in sorted(zip(*pairs.tolist(), strict=True)):
            if not shapely.touches(outlines[outline], shapes[place]):
                met[outline].append(texts[place])
    return [joined(distinct(pair)) for pair in met]
