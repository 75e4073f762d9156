"""The table of targets: outlines with their units, described, near what is known, with tenure."""

from __future__ import annotations

from itertools import pairwise

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.concessions import join_protection, join_tenure
from prospector.errors import ModelError, Notice
from prospector.grid import BoolArray, FloatArray, Raster, Units
from prospector.layers import Layers
from prospector.models import SquaredLogistic
from prospector.models.fitted import Overlay
from prospector.region import DepositModel
from prospector.samples import Deposits
from prospector.targets import (
    TARGET_COLUMNS,
    cut_targets,
    describe,
    outline_targets,
    percentiles,
    rank_targets,
    target_id,
)
from prospector.validation import share_below

KNOWN_WITHIN_M = 2000.0


def known_deposits(model: DepositModel, layers: Layers) -> gpd.GeoDataFrame:
    """Return every known deposit of the model's type, of any age, verified or not."""
    layer = layers.vector("deposits")
    if layer is None:
        raise ModelError("No layer has the role 'deposits'. Add one to region.toml.")
    features = layer.features
    return features[features["deposit_type"] == model.labels.deposit_type].reset_index(drop=True)


def relative_contributions(
    estimator: Overlay, scaled: FloatArray, permissive: BoolArray
) -> FloatArray:
    """Return contributions of shape (n units, n evidence), against the mean permissive unit."""
    parts = np.full(scaled.shape, np.nan)
    parts[permissive] = estimator.contributions(scaled[permissive])
    if isinstance(estimator, SquaredLogistic):
        parts -= np.nanmean(parts, axis=0)
    return parts


def outlines_with_units(
    model: DepositModel,
    score: Raster,
    scored: FloatArray,
    units: Units,
    names: list[str],
    notices: list[Notice],
) -> gpd.GeoDataFrame:
    """Return outlines with the units that each holds, in the grid's CRS."""
    if model.scores_cells:
        cut = cut_targets(score, model.targets, where=model.name)
        notices.extend(cut.notices)
        if not cut.count:
            what = f"no target: no ground stands out above percentile {model.targets.lowest_percentile:g}"
            notices.append(Notice(model.name, what))
        outlines = outline_targets(cut, score)
        flat = cut.labels.ravel()
        order = np.argsort(flat, kind="stable")
        starts = np.searchsorted(flat[order], np.arange(1, cut.count + 2))
        members = [order[a:b] for a, b in pairwise(starts)]
        return outlines.assign(members=members, name="")
    chosen = np.flatnonzero(percentiles(scored) >= min(model.targets.percentiles))
    members = [np.array([i]) for i in chosen]
    named = [names[i] for i in chosen]
    return gpd.GeoDataFrame(
        {"members": members, "name": named}, geometry=units.shapes()[chosen], crs=units.crs
    )


def described_targets(
    model: DepositModel,
    outlines: gpd.GeoDataFrame,
    scored: FloatArray,
    evidence: FloatArray,
    parts: FloatArray,
    labels: list[str],
    measures: list[str],
    known: gpd.GeoDataFrame,
    layers: Layers,
) -> gpd.GeoDataFrame:
    """Return the targets ranked, explained and joined with tenure, in longitude and latitude."""
    members = list(outlines["members"])
    score = np.array([scored[one].mean() for one in members])
    said = [
        describe(labels, evidence[one].mean(axis=0), measures, parts[one].mean(axis=0))
        for one in members
    ]
    tenure = layers.vector("concessions")
    table = pd.DataFrame(
        {
            "target_id": [target_id(model.deposit_model.code, one) for one in outlines.geometry],
            "deposit_model": model.name,
            "score": np.round(score, 6),
            "score_max": [np.round(scored[one].max(), 6) for one in members],
            "percentile": np.round(share_below(score, scored[np.isfinite(scored)]) * 100, 3),
            "area_km2": np.round(outlines.area / 1e6, 3),
            "evidence_for": [one for one, _ in said],
            "evidence_against": [one for _, one in said],
            "tenure_as_of": "" if tenure is None else tenure.entry.as_of or "",
            "name": outlines["name"],
        },
        index=outlines.index,
    )
    table = table.join(_near(outlines, known))
    table = table.join(join_tenure(outlines.geometry, tenure))
    table = table.join(join_protection(outlines.geometry, layers.vector("protected")))
    targets = rank_targets(gpd.GeoDataFrame(table, geometry=outlines.geometry, crs=outlines.crs))
    inside = targets.geometry.representative_point().to_crs("EPSG:4326")
    placed = targets.to_crs("EPSG:4326").assign(
        longitude=inside.x.round(5), latitude=inside.y.round(5)
    )
    return placed[[*TARGET_COLUMNS, "geometry"]]


def _near(outlines: gpd.GeoDataFrame, known: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the known deposits inside or within 2 km of each outline, and the nearest one."""
    points = np.asarray(known.geometry.array, dtype=object)
    names = known["name"].astype(str).to_numpy()
    columns = ["known_deposits", "known_names", "nearest_deposit", "nearest_deposit_km"]
    rows = []
    for outline in outlines.geometry:
        away = shapely.distance(points, outline)
        beside = sorted(names[away <= KNOWN_WITHIN_M])
        nearest = int(np.argmin(away)) if len(away) else -1
        rows.append(
            {
                "known_deposits": len(beside),
                "known_names": "; ".join(beside),
                "nearest_deposit": names[nearest] if nearest >= 0 else "",
                "nearest_deposit_km": round(away[nearest] / 1000, 2) if nearest >= 0 else np.nan,
            }
        )
    return pd.DataFrame(rows, index=outlines.index, columns=columns)


def deposits_with_place(
    known: gpd.GeoDataFrame, deposits: Deposits, out_of_fold: FloatArray
) -> gpd.GeoDataFrame:
    """Return the known deposits with whether they trained and their percentile out of fold."""
    place = dict(zip(deposits.table.geometry.to_wkb(), out_of_fold, strict=True))
    keys = known.geometry.to_wkb()
    told = known.assign(
        trains=[key in place for key in keys],
        percentile_out_of_fold=[np.round(place.get(key, np.nan), 2) for key in keys],
    )
    return told.to_crs("EPSG:4326")
