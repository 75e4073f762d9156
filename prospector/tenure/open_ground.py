"""Open ground and vacant titles as polygons of their own, ranked by the score inside them."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice, Reason
from prospector.grid import Grid
from prospector.ground.outline_ids import outline_ids
from prospector.layers import VectorLayer
from prospector.layers.registers import TITLE_CLASSES
from prospector.tenure.concessions import known_shares, tenure_map
from prospector.tenure.partition import Shapes, areal, parts_of, united, within
from prospector.tenure.zones import ZONE_COLUMNS, ScoredGround, ranked, zone_scores

LEAST_KM2 = 1.0
"""Open ground below it is left out: 100 ha, the least exploration concession in Chile."""

SQUARE_M = 10_000.0
"""Open ground is cut along a lattice of this side, so that a score inside a piece means something."""

OPEN_COLUMNS: dict[str, str] = {
    "open_id": "id from the geometry: the same between runs while the outline is",
    "deposit_model": "the deposit model that scored it",
    "rank": "1 is best, by score, ties by id; empty below a tenth scored",
    "tenure_class": "open, or vacant: under a vacant title, granted again by a separate procedure",
    "concession_id": "id of the vacant title; empty for open ground",
    "area_ha": "hectares",
    **ZONE_COLUMNS,
    "protected_share": "share protected",
    "protection_unknown_share": "share of unknown protection",
    "tenure_as_of": "date of the concession register",
}
"""Columns of open ground, in order."""


def open_ground(
    layer: VectorLayer | None, protected: VectorLayer | None, grid: Grid
) -> tuple[gpd.GeoDataFrame | None, list[Notice]]:
    """Return polygons of open ground and of vacant titles in the grid's CRS, and what was left out.

    None where no ground is known to be open: without a register, or where it lacks a kind of
    title everywhere; a notice says which.
    """
    if layer is None:
        why = {"reason": Reason("no-layer", role="concessions")}
        return None, [Notice("no-open-ground", "caution", why)]
    if layer.complete is None:
        why = {"reason": _why_incomplete(layer)}
        return None, [Notice("no-open-ground-but-vacant-titles", "caution", why, _vacant(layer))]
    notices = []
    if layer.missing_kinds:
        about = {"kinds": layer.missing_kinds}
        notices.append(Notice("open-ground-where-register-is-complete", "caution", about))
    unplaced = _open_pieces(layer, grid)
    pieces = pd.concat([unplaced, _vacant_pieces(layer, grid)], ignore_index=True)
    small = pieces.area < LEAST_KM2 * 1e6
    if small.any():
        sizes = {
            "least_ha": LEAST_KM2 * 100,
            "area_ha": round(float(pieces.area[small].sum()) / 1e4, 2),
        }
        notices.append(Notice("open-ground-too-small", "note", sizes, int(small.sum())))
    kept = pieces[~small].reset_index(drop=True)
    return _described(kept, layer, protected), notices


def _why_incomplete(layer: VectorLayer) -> Reason:
    if layer.coverage is None:
        return Reason("register-without-coverage")
    return Reason("register-lacks-kinds", kinds=layer.missing_kinds)


def _vacant(layer: VectorLayer) -> int:
    return int((layer.features["tenure_class"] == "vacant").sum())


def _open_pieces(layer: VectorLayer, grid: Grid) -> gpd.GeoDataFrame:
    """Return ground without title inside the complete coverage, cut along the lattice, parts apart."""
    known, parts = tenure_map(layer), [np.zeros(0, dtype=object)]
    squares = _squares(grid)
    for part in parts_of(len(squares)):
        ground, _ = within(squares[part], layer.complete)
        titles = known.ground.overlaps(ground)
        there, group = np.unique(titles.outline, return_inverse=True)
        taken = united(known.titles.polygons[known.in_force[titles.polygon]], group, len(there))
        ground[there] = areal(shapely.difference(ground[there], taken))
        parts.append(np.asarray(shapely.get_parts(ground), dtype=object))
    pieces = np.concatenate(parts)
    pieces = pieces[shapely.area(pieces) > 0]
    return _frame(pieces, "open", [""] * len(pieces), layer)


def _squares(grid: Grid) -> Shapes:
    """Return squares of the lattice, cut to the grid; the lattice counts from the CRS's origin."""
    bounds = grid.bounds
    box = shapely.box(*bounds.as_tuple())
    first = np.floor(np.array([bounds.west, bounds.south]) / SQUARE_M)
    last = np.ceil(np.array([bounds.east, bounds.north]) / SQUARE_M)
    east, north = np.meshgrid(np.arange(first[0], last[0]), np.arange(first[1], last[1]))
    west, south = east.ravel() * SQUARE_M, north.ravel() * SQUARE_M
    squares = shapely.box(west, south, west + SQUARE_M, south + SQUARE_M)
    return np.asarray(shapely.intersection(squares, box), dtype=object)


def _vacant_pieces(layer: VectorLayer, grid: Grid) -> gpd.GeoDataFrame:
    """Return the ground of vacant titles that no other class goes before, inside the coverage."""
    known = tenure_map(layer)
    vacant = np.flatnonzero(known.rank == TITLE_CLASSES.index("vacant"))
    box = shapely.box(*grid.bounds.as_tuple())
    ground, _ = within(known.ground.polygons[vacant], layer.complete)
    pieces = areal(shapely.intersection(ground, box))
    there = shapely.area(pieces) > 0
    ids = layer.features["concession_id"].astype(str).to_numpy()[known.in_force[vacant[there]]]
    return _frame(pieces[there], "vacant", list(ids), layer)


def _frame(
    pieces: Shapes, tenure_class: str, ids: list[str], layer: VectorLayer
) -> gpd.GeoDataFrame:
    columns = {"tenure_class": [tenure_class] * len(ids), "concession_id": ids}
    return gpd.GeoDataFrame(columns, geometry=pieces, crs=layer.features.crs)


def _described(
    pieces: gpd.GeoDataFrame, layer: VectorLayer, protected: VectorLayer | None
) -> gpd.GeoDataFrame:
    inside, _, unknown = known_shares(pieces.geometry.to_numpy(), protected)
    return pieces.assign(
        open_id=outline_ids("OG", pieces.geometry.to_numpy()),
        area_ha=np.round(pieces.area / 1e4, 2),
        protected_share=np.round(inside, 6),
        protection_unknown_share=np.round(unknown, 6),
        tenure_as_of=layer.as_of,
    )


def rank_open_ground(pieces: gpd.GeoDataFrame, ground: ScoredGround) -> gpd.GeoDataFrame:
    """Return the pieces that a deposit model scores, best first, columns of `OPEN_COLUMNS`."""
    scored = pieces.join(zone_scores(pieces.geometry.to_numpy(), ground))
    scored = scored[scored["score"].notna()].assign(deposit_model=ground.deposit_model)
    scored["rank"] = ranked(scored, ["score"], "open_id")
    ordered = scored.sort_values("rank", kind="stable").reset_index(drop=True)
    return ordered[[*OPEN_COLUMNS, "geometry"]]
