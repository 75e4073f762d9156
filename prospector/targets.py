"""Score to target polygons, ranked and explained."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import rasterio.features
import shapely
from numpy.typing import NDArray
from scipy import ndimage
from scipy.stats import rankdata
from shapely.geometry.base import BaseGeometry

from prospector.errors import Notice
from prospector.grid import FloatArray, Raster
from prospector.region import TargetEntry

SCORE_DECIMALS = 4


@dataclass(frozen=True, eq=False)
class Cut:
    """Targets as labelled cells: 0 is no target, k the target k; with the notices of cutting."""

    labels: NDArray[np.int32]
    notices: tuple[Notice, ...]

    @property
    def count(self) -> int:
        """Number of targets."""
        return int(self.labels.max(initial=0))


def percentiles(score: FloatArray) -> FloatArray:
    """Return the percentile (0-100) of each valid score among all valid ones, ties at mid-rank.

    Examples
    --------
    >>> percentiles(np.array([0.1, np.nan, 0.3])).tolist()
    [25.0, nan, 75.0]
    """
    result = np.full(score.shape, np.nan)
    valid = np.isfinite(score)
    if valid.any():
        result[valid] = (rankdata(score[valid]) - 0.5) / valid.sum() * 100
    return result


def burned_percentiles(score: FloatArray) -> FloatArray:
    """Return percentiles of polygon units from their burned scores: each unit counts once.

    A large salar has many cells and is still one unit; units of the very same score count as one.

    Examples
    --------
    >>> burned_percentiles(np.array([0.2, 0.2, 0.2, 0.8, np.nan])).tolist()
    [25.0, 25.0, 25.0, 75.0, nan]
    """
    known = np.isfinite(score)
    units, index = np.unique(score[known], return_inverse=True)
    result = np.full(score.shape, np.nan)
    result[known] = percentiles(units)[index]
    return result


def cut_targets(score: Raster, entry: TargetEntry, *, where: str = "targets") -> Cut:
    """Return connected cells above fixed percentiles, each taken at the lowest level that fits.

    A component is a target at the lowest percentile where its area is at most `max_area_km2`, or
    at the highest percentile with a notice; none is smaller than `min_area_km2`. Cells touch by
    their sides.
    """
    rounded = np.round(score.values, SCORE_DECIMALS)
    place = percentiles(rounded)
    cell_km2 = score.grid.cell_area_km2
    labels = np.zeros(score.values.shape, dtype=np.int32)
    open_ground = np.isfinite(rounded)
    small_count, small_km2, large = 0, 0.0, 0
    levels = sorted(entry.percentiles)
    for level in levels:
        components, count = ndimage.label(open_ground & (place >= level))
        sizes = np.bincount(components.ravel(), minlength=count + 1) * cell_km2
        fits = sizes <= entry.max_area_km2
        if level == levels[-1]:
            large, fits = int((~fits[1:]).sum()), np.ones_like(fits)
        small = fits & (sizes < entry.min_area_km2)
        small[0] = fits[0] = False
        small_count, small_km2 = (
            small_count + int(small.sum()),
            small_km2 + float(sizes[small].sum()),
        )
        taken = fits & ~small
        numbers = np.zeros(count + 1, dtype=np.int32)
        numbers[taken] = labels.max() + 1 + np.arange(taken.sum())
        labels = np.where(taken[components], numbers[components], labels).astype(np.int32)
        open_ground &= ~fits[components] & (components > 0)
    notices = [
        Notice(
            where,
            f"components below {entry.min_area_km2:g} km2 left out ({small_km2:.0f} km2)",
            small_count,
        ),
        Notice(
            where,
            f"targets larger than {entry.max_area_km2:g} km2 at the highest percentile, kept whole",
            large,
        ),
    ]
    return Cut(labels, tuple(notice for notice in notices if notice.count))


def outline_targets(cut: Cut, score: Raster) -> gpd.GeoDataFrame:
    """Return the outline of each target in the grid's CRS, in the order of its label."""
    shapes = rasterio.features.shapes(
        cut.labels, mask=cut.labels > 0, connectivity=4, transform=score.grid.transform
    )
    found = sorted((int(value), shapely.geometry.shape(outline)) for outline, value in shapes)
    outlines = [outline for _, outline in found]
    return gpd.GeoDataFrame(
        {"label": [label for label, _ in found]},
        geometry=gpd.GeoSeries(outlines, crs=score.grid.crs),
        crs=score.grid.crs,
    )


def target_id(code: str, outline: BaseGeometry) -> str:
    """Return an id that comes from the geometry, so that it stays between runs.

    Examples
    --------
    >>> target_id("PCU", shapely.box(0, 0, 1000, 1000))
    'PCU-NEGAPPUA'
    """
    whole = shapely.set_precision(outline, 1.0).normalize()
    digest = hashlib.sha256(shapely.to_wkb(whole, byte_order=1)).digest()
    return f"{code}-{base64.b32encode(digest)[:8].decode('ascii')}"


def rank_targets(targets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the targets by score, highest first, ties by id, with a column `rank` from 1.

    The rank is by mean score: by maximum it would favour single cells, by sum large areas.
    """
    ordered = targets.sort_values(["score", "target_id"], ascending=[False, True], kind="stable")
    return ordered.assign(rank=np.arange(1, len(ordered) + 1)).reset_index(drop=True)


def figure(value: float) -> str:
    """Return a value as people write it: three figures, whole numbers above a hundred.

    Examples
    --------
    >>> figure(3159.7), figure(10.04), figure(0.3395)
    ('3160', '10', '0.34')
    """
    return f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"


def describe(
    names: list[str], values: FloatArray, units: list[str], parts: FloatArray, *, least: float = 0.1
) -> tuple[str, str]:
    """Return what speaks for a place and what against, strongest first, as text.

    `parts` are the contributions of the evidence, those below `least` in size left unsaid.

    Examples
    --------
    >>> describe(["distance to fault", "slab depth"], np.array([2.0, 90.0]), ["km", "km"],
    ...          np.array([1.5, -0.3]))
    ('distance to fault 2 km (+1.50)', 'slab depth 90 km (-0.30)')
    """
    order = np.argsort(-np.abs(parts), kind="stable")
    phrases = {
        int(i): f"{names[i]} {figure(values[i])} {units[i]}".rstrip() + f" ({parts[i]:+.2f})"
        for i in order
        if np.isfinite(parts[i])
    }
    supporting = "; ".join(text for i, text in phrases.items() if parts[i] >= least)
    opposing = "; ".join(text for i, text in phrases.items() if parts[i] <= -least)
    return supporting, opposing


def read_description(text: str) -> list[tuple[str, float]]:
    """Return the phrases of `describe` with their contributions.

    Examples
    --------
    >>> read_description("slab depth 90 km (-0.30)")
    [('slab depth 90 km', -0.3)]
    """
    found = [re.fullmatch(r"(.*) \(([+-][\d.]+)\)", phrase) for phrase in text.split("; ")]
    return [(one[1], float(one[2])) for one in found if one]


TARGET_COLUMNS: dict[str, str] = {
    "target_id": "id from the geometry: the same between runs while the outline is",
    "rank": "1 is best, by score, ties by id",
    "deposit_model": "the deposit model that scored it",
    "score": "area-weighted mean score, 0-1: favourability, comparable within one deposit model",
    "score_max": "highest score of a unit inside",
    "percentile": "percentile of the score among all scored units, 0-100",
    "area_km2": "area in km2",
    "longitude": "longitude of a point inside, degrees (WGS 84)",
    "latitude": "latitude of that point, degrees (WGS 84)",
    "known_deposits": "known deposits of the model's type inside or within 2 km",
    "known_names": "their names",
    "nearest_deposit": "nearest known deposit of the model's type",
    "nearest_deposit_km": "distance to it in km, 0 inside",
    "evidence_for": "what speaks for it, strongest first, with its contribution",
    "evidence_against": "what speaks against it, strongest first",
    "unknown_share": "share of the area of unknown tenure; the six tenure shares sum to 1",
    "held_share": "share held under a title in force",
    "applied_for_share": "share under application",
    "reserved_share": "share reserved",
    "vacant_share": "share under vacant titles, re-granted by a procedure of their own",
    "open_share": "share known to be open",
    "protected_share": "share protected; the three protection shares sum to 1",
    "not_protected_share": "share known not to be protected",
    "protection_unknown_share": "share of unknown protection",
    "holders": "holders of the titles that touch it",
    "concession_ids": "ids of the titles that touch it",
    "tenure_as_of": "date of the concession register",
    "name": "name of the unit, where it has one (salars)",
}
"""Every column of a target, in order, with what it means."""
