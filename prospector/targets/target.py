"""Targets named, ranked and explained in words."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from prospector.grid import BoolArray, FloatArray
from prospector.ground.outline_ids import outline_ids
from prospector.numerals import measure, signed
from prospector.targets.access import ACCESS_COLUMNS
from prospector.targets.contributions import LEAST
from prospector.tenure.units import PLACE_COLUMNS


def target_id(code: str, outline: BaseGeometry) -> str:
    """Return an id that comes from the geometry, so that it stays between runs.

    Examples
    --------
    >>> import shapely
    >>> target_id("PCU", shapely.box(0, 0, 1000, 1000))
    'PCU-NEGAPPUA'
    """
    return outline_ids(code, [outline])[0]


def rank_targets(targets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the targets by score, highest first, ties by id, with a column `rank` from 1.

    The rank is by mean score: by maximum it would favour single cells, by sum large areas.
    """
    ordered = targets.sort_values(["score", "target_id"], ascending=[False, True], kind="stable")
    return ordered.assign(rank=np.arange(1, len(ordered) + 1)).reset_index(drop=True)


def describe(
    names: Sequence[str],
    values: FloatArray,
    units: Sequence[str],
    parts: FloatArray,
    *,
    within: BoolArray | None = None,
    least: float = LEAST,
) -> tuple[str, str]:
    """Return the evidence for and against a place, strongest first, as text.

    `parts` are the contributions of the evidence, those below `least` in size left unsaid. `within`
    marks distances that the layer does not resolve.

    Examples
    --------
    >>> describe(["distance to fault", "slab depth"], np.array([2.0, 90.0]), ["km", "km"],
    ...          np.array([1.5, -0.3]), within=np.array([True, False]))
    ('distance to fault within 2 km (+1.50)', 'slab depth 90 km (-0.30)')

    A value on a log scale in its own unit:

    >>> describe(["zinc"], np.array([6.69]), ["ln(ppm)"], np.array([0.48]))
    ('zinc 804 ppm (+0.48)', '')
    """
    unresolved = np.zeros(len(values), dtype=bool) if within is None else within
    order = np.argsort(-np.abs(parts), kind="stable")
    phrases = {
        int(i): f"{names[i]} {'within ' * bool(unresolved[i])}{measure(values[i], units[i])}"
        + f" ({signed(parts[i])})"
        for i in order
        if np.isfinite(parts[i])
    }
    supporting = "; ".join(text for i, text in phrases.items() if parts[i] >= least)
    opposing = "; ".join(text for i, text in phrases.items() if parts[i] <= -least)
    return supporting, opposing


TARGET_COLUMNS: dict[str, str] = {
    "target_id": "id from the geometry: the same between runs while the outline is",
    "rank": "1 is best, by score, ties by id",
    "deposit_model": "the deposit model that scored it",
    "score": "area-weighted mean score, 0-1: favourability, comparable within one deposit model",
    "score_max": "highest score of a unit inside",
    "percentile": "percentile of the score among all scored units, 0-100",
    "percentile_mean": "mean percentile over 30 replicas of deposits, background and schematic outlines",
    "percentile_spread": "its standard deviation over the replicas, in percentiles",
    "top_tenth_share": "share of the replicas that place it in the best tenth of the ground",
    "expected_number": "deposits that it would hold, found and unfound, at the number that the region states",
    "area_km2": "area in km2",
    "longitude": "longitude of a point inside, degrees (WGS 84)",
    "latitude": "latitude of that point, degrees (WGS 84)",
    "known_deposits": "known deposits of the model's type inside or within 2 km",
    "known_names": "their names, the largest stated tonnage first",
    "nearest_deposit": "nearest known deposit of the model's type",
    "nearest_deposit_km": "distance to it in km, 0 inside",
    "evidence_for": "evidence in its favour, strongest first, with its contribution",
    "evidence_against": "evidence against it, strongest first",
    "unknown_share": "share of the area of unknown tenure; the six tenure shares sum to 1",
    "held_share": "share held under a title in force",
    "applied_for_share": "share under application",
    "reserved_share": "share reserved",
    "vacant_share": "share under vacant titles, granted again by a separate procedure",
    "open_share": "share known to be open",
    "protected_share": "share protected; the three protection shares sum to 1",
    "not_protected_share": "share known not to be protected",
    "protection_unknown_share": "share of unknown protection",
    "flags": "ground inside where work is barred or bound to conditions, with its share, as far as known",
    "holders": "holders of the titles that touch it",
    "concession_ids": "ids of the titles that touch it",
    "tenure_as_of": "date of the concession register",
    **PLACE_COLUMNS,
    **ACCESS_COLUMNS,
    "name": "name of the unit, where it has one (salars)",
}
"""Every column of a target, in order, with what it means."""
