"""Names for targets: the nearest named place, its distance and direction."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import repeat
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Geod
from scipy.spatial import cKDTree

from prospector.grid import FloatArray
from prospector.layers.typed import UNNAMED
from prospector.name_lists import parted

ELLIPSOID = Geod(ellps="WGS84")

AT_ONCE = 5_000
"""Targets whose places are found at once."""

BESIDE_KM = 25.0
"""Where the nearest known deposit of its type lies farther off, one of another type is named too."""

TOUCHING_KM = 0.05
"""A place this near the edge of a target lies in it: its distance would read 0.0 km."""


@dataclass(frozen=True, eq=False)
class Nearest:
    """The nearest named place of each of n positions; empty names where there is no place at all.

    Parameters
    ----------
    names
        Of the places, n of them.
    distance_km
        From the place to the position, or to the nearest edge of its outline, 0 inside, shape (n,); NaN
        where there is none.
    bearing_degrees
        Of the position seen from the place, clockwise from north, 0 to 360, shape (n,).
    """

    names: list[str]
    distance_km: FloatArray
    bearing_degrees: FloatArray


def nearest_named(
    positions: FloatArray, places: gpd.GeoDataFrame | None, outlines: gpd.GeoSeries | None = None
) -> Nearest:
    """Return the nearest named place of each position, or of each outline around one.

    Parameters
    ----------
    positions
        Longitude and latitude in degrees, shape (n, 2).
    places
        Points with a column `name`, in any CRS; those without a name are passed over.
    outlines
        Of the targets, in a CRS in metres: distances go to their nearest edge, in its plane, as those of
        targets.csv do.

    Examples
    --------
    A tenth of a degree of latitude, about 11 km, north of Calama:

    >>> towns = gpd.GeoDataFrame(
    ...     {"name": ["Calama", "Taltal"]},
    ...     geometry=gpd.points_from_xy([-68.9, -70.5], [-22.5, -25.4]), crs="EPSG:4326",
    ... )
    >>> found = nearest_named(np.array([[-68.9, -22.4]]), towns)
    >>> found.names, found.distance_km.round(1).tolist(), found.bearing_degrees.round(0).tolist()
    (['Calama'], [11.1], [0.0])
    """
    named = None
    if places is not None and "name" in places:
        named = places[~places["name"].fillna("").astype(str).isin(["", UNNAMED])]
    count = len(positions)
    if named is None or len(named) == 0 or count == 0:
        missing = np.full(count, np.nan)
        return Nearest([""] * count, missing, missing)
    points = named.geometry.to_crs("EPSG:4326").representative_point()
    at = np.column_stack([points.x, points.y])
    _, index = cKDTree(_on_sphere(at)).query(_on_sphere(positions))
    edge = None
    if outlines is not None:
        tree = shapely.STRtree(points.to_crs(outlines.crs).to_numpy())
        (_, index), edge = tree.query_nearest(
            outlines.to_numpy(), all_matches=False, return_distance=True
        )
    chosen = at[index]
    azimuth, _, distance = ELLIPSOID.inv(*chosen.T, *positions.T)
    distance = distance if edge is None else edge
    names = named["name"].astype(str).to_numpy()[index].tolist()
    return Nearest(names, np.asarray(distance) / 1000, np.asarray(azimuth) % 360)


def _on_sphere(degrees: FloatArray) -> FloatArray:
    """Return unit vectors, shape (n, 3), of longitudes and latitudes."""
    longitude, latitude = np.radians(degrees).T
    flat = np.cos(latitude)
    return np.column_stack([flat * np.cos(longitude), flat * np.sin(longitude), np.sin(latitude)])


@dataclass(frozen=True)
class Called:
    """What a target is called by, where it has no name of its own.

    Parameters
    ----------
    inside
        Known deposits that it holds.
    place, km, bearing
        The nearest named place: a deposit of another type that it touches, else a known deposit or a town;
        how far off in km, and the direction from there in degrees.
    unit, country, town
        What it lies in or near: the first of them that is known is named.
    """

    inside: tuple[str, ...]
    place: str
    km: float | None
    bearing: float | None
    unit: str
    country: str
    town: str


def targets_called_by(
    targets: gpd.GeoDataFrame,
    deposits: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame | None,
    others: gpd.GeoSeries,
    crs: str,
) -> list[Called]:
    """Return what each target is called by.

    Parameters
    ----------
    targets
        Rows of a ranking, in longitude and latitude.
    deposits, towns
        Points with a column `name`.
    others
        Deposits of other deposit models by their names, in `crs`.
    crs
        A CRS in metres, in which distances are measured.
    """
    called: list[Called] = []
    for first in range(0, len(targets), AT_ONCE):
        part = targets.iloc[first : first + AT_ONCE]
        outlines = part.geometry.to_crs(crs)
        at = part[["longitude", "latitude"]].to_numpy(float)
        near = called_by(at, deposits, towns, outlines)
        called += _chosen(part, near, touched(outlines, others))
    return called


def _chosen(
    targets: gpd.GeoDataFrame, near: list[dict[str, Any]], touching: list[str]
) -> list[Called]:
    """Return what targets are called by, of what lies near each and what it touches."""
    countries = targets["country"].fillna("") if "country" in targets else repeat("")
    rows = zip(
        targets["known_names"].fillna(""), targets["nearest_deposit_km"].to_numpy(float), near, touching,
        targets["administrative_unit"].fillna(""), countries, targets["nearest_town"].fillna(""),
        strict=False,
    )  # fmt: skip
    found = []
    for known, away_km, place, other, unit, country, town in rows:
        inside = parted(known)
        if not inside and other and not away_km <= BESIDE_KM:
            found.append(Called((), other, 0.0, 0.0, unit, country, town))
        else:
            at_place = place["place"], place["place_km"], place["place_bearing"]
            found.append(Called(inside, *at_place, unit, country, town))
    return found


def touched(outlines: gpd.GeoSeries, others: gpd.GeoSeries) -> list[str]:
    """Return the nearest deposit of another deposit model that each outline holds or touches; "" for none."""
    names = [""] * len(outlines)
    if others.empty:
        return names
    tree = shapely.STRtree(others.to_numpy())
    pairs, metres = tree.query_nearest(
        outlines.to_numpy(), max_distance=1000 * TOUCHING_KM, return_distance=True
    )
    for place in np.lexsort((pairs[1], metres))[::-1]:  # of those that it holds, the first
        outline, deposit = pairs[:, place]
        if metres[place] < 1000 * TOUCHING_KM:
            names[outline] = str(others.index[deposit])
    return names


def called_by(
    positions: FloatArray,
    deposits: gpd.GeoDataFrame,
    towns: gpd.GeoDataFrame | None,
    outlines: gpd.GeoSeries | None = None,
) -> list[dict[str, Any]]:
    """Return what each position is called by: the nearer of a known deposit and a town, as values.

    Parameters
    ----------
    positions
        Longitude and latitude in degrees, shape (n, 2).
    deposits, towns
        Points with a column `name`.
    outlines
        Around the positions, in a CRS in metres, to which distances are measured.
    """
    deposit = nearest_named(positions, deposits, outlines)
    town = nearest_named(positions, towns, outlines)
    nearer = np.fmin(deposit.distance_km, town.distance_km)
    by_deposit = deposit.distance_km == nearer
    rows = []
    for index, is_deposit in enumerate(by_deposit):
        chosen = deposit if is_deposit else town
        known = bool(chosen.names[index])
        rows.append({
            "place": chosen.names[index],
            "place_km": round(float(chosen.distance_km[index]), 2) if known else None,
            "place_bearing": round(float(chosen.bearing_degrees[index]), 1) if known else None,
        })  # fmt: skip
    return rows
