"""Concessions scored in their own right, joined with targets, and added up by holder."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely

from prospector.grid import Bounds, IntArray
from prospector.layers import VectorLayer
from prospector.layers.registers import LAPSED, PRIVATE, REGISTER_COLUMNS, read_dates
from prospector.name_lists import joined
from prospector.tenure.concessions import distinct, tenure_of
from prospector.tenure.partition import Mosaic, Shapes, parts_of, sound, united
from prospector.tenure.units import join_units
from prospector.tenure.zones import ZONE_COLUMNS, ScoredGround, ranked, zone_scores

STANDING_COLUMNS: dict[str, str] = {
    **ZONE_COLUMNS,
    "target_ha": "hectares inside targets",
    "targets": "ids of the targets that it meets, best first",
    "rank": "1 is best, by score, then by hectares above, ties by id; empty below a tenth scored",
}
"""What is said of a polygon's standing under one deposit model."""

CONCESSION_COLUMNS: dict[str, str] = {
    "concession_id": REGISTER_COLUMNS["concession_id"],
    "deposit_model": "the deposit model that scored it",
    **STANDING_COLUMNS,
    "rank_in_holder": "rank among the titles of the same holder; empty for private holders",
    "ground_ha": "area of the outline in hectares",
    "lies_in": "administrative unit that holds the largest part of it; empty where no layer shows one",
    **{name: text for name, text in REGISTER_COLUMNS.items() if name != "concession_id"},
}
"""Columns of concessions.csv, in order."""

PAIR_COLUMNS: dict[str, str] = {
    "target_id": "the target",
    "target_rank": "its rank",
    "concession_id": "the title",
    "common_ha": "hectares that both have in common; titles that overlap each count theirs",
    "share_of_target": "share of the target's area",
    "tenure_class": REGISTER_COLUMNS["tenure_class"],
    "kind": REGISTER_COLUMNS["kind"],
    "state": REGISTER_COLUMNS["state"],
    "holder": REGISTER_COLUMNS["holder"],
    "date": REGISTER_COLUMNS["date"],
    "expires": REGISTER_COLUMNS["expires"],
    "file_number": REGISTER_COLUMNS["file_number"],
    "name": REGISTER_COLUMNS["name"],
}
"""Columns of target_concessions.csv, in order."""

HOLDER_COLUMNS: dict[str, str] = {
    "holder": "holder; joint titles count for each; private holders are counted together",
    "deposit_model": "the deposit model that scored its ground",
    "n_titles": "titles in the region that have not lapsed",
    "ground_ha": "hectares under its titles, overlaps once",
    **ZONE_COLUMNS,
    "target_ha": "hectares inside targets, overlaps once",
    "targets": "ids of the targets that it meets, best first",
    "best_title": "id of its title with the best score",
    "rank": "1 is best, by hectares inside targets, then by highest score; empty for private holders",
}
"""Columns of holders.csv, in order."""


def concessions_on(layer: VectorLayer, bounds: Bounds) -> IntArray:
    """Return the positions of the titles that meet the region, in the order of the register.

    Shape (n met,).
    """
    return np.flatnonzero(shapely.intersects(_shapes(layer), shapely.box(*bounds.as_tuple())))


def _shapes(layer: VectorLayer) -> Shapes:
    return np.asarray(layer.features.geometry.array, dtype=object)


def standing(shapes: Shapes, ids: pd.Series, ground: ScoredGround) -> pd.DataFrame:
    """Return the columns of `STANDING_COLUMNS` for polygons in the grid's CRS; index of `ids`."""
    table = zone_scores(shapes, ground).set_axis(ids.index)
    target_ha, met = _target_overlap(shapes, ground)
    table["target_ha"], table["targets"] = target_ha, met
    table["rank"] = ranked(table.assign(id=ids), ["score", "above_ha"], "id")
    return table[list(STANDING_COLUMNS)]


def _target_overlap(shapes: Shapes, ground: ScoredGround) -> tuple[np.ndarray, list[str]]:
    """Return the hectares of each polygon inside targets, and the ids of these, best first."""
    polygons, mosaic = sound(shapes), Mosaic(ground.targets.geometry.to_numpy())
    target_ids = ground.targets["target_id"].to_numpy(dtype=object)
    hectares = np.zeros(len(polygons))
    met: list[list[str]] = [[] for _ in polygons]
    for part in parts_of(len(polygons)):
        found = mosaic.overlaps(polygons[part])
        np.add.at(hectares, found.outline + part.start, found.area / 1e4)
        for zone, target in zip(found.outline.tolist(), found.polygon.tolist(), strict=True):
            met[zone + part.start].append(target_ids[target])
    return np.round(hectares, 2), [joined(pair) for pair in met]


def score_concessions(
    layer: VectorLayer, ground: ScoredGround, *, units: VectorLayer | None = None
) -> pd.DataFrame:
    """Return every title of the region with its standing, best first, columns of `CONCESSION_COLUMNS`."""
    chosen = concessions_on(layer, ground.grid.bounds)
    titles = _told(layer).iloc[chosen]
    table = titles.join(standing(_shapes(layer)[chosen], titles["concession_id"], ground))
    table["deposit_model"] = ground.deposit_model
    table["ground_ha"] = np.round(shapely.area(_shapes(layer)[chosen]) / 1e4, 2)
    places = join_units(_shapes(layer)[chosen], table.index, units)
    table["lies_in"] = places["administrative_unit"]
    named = ~table["holder"].isin(["", PRIVATE])
    in_order = table[named].sort_values("rank")
    table["rank_in_holder"] = pd.Series(pd.NA, index=table.index, dtype="Int64")
    of_holder = in_order[in_order["rank"].notna()].groupby("holder").cumcount() + 1
    table.loc[of_holder.index, "rank_in_holder"] = of_holder
    ordered = table.sort_values(["rank", "concession_id"], na_position="last", kind="stable")
    return ordered[list(CONCESSION_COLUMNS)].reset_index(names="position")


def _told(layer: VectorLayer) -> pd.DataFrame:
    """Return what the register says of its titles, '' in columns that it lacks."""
    stated = pd.DataFrame(layer.features.drop(columns="geometry"))
    table = stated.reindex(columns=list(REGISTER_COLUMNS))
    for name in ("date", "expires"):
        table[name] = read_dates(table[name]).values
    texts = [name for name in REGISTER_COLUMNS if name != "area_ha"]
    table[texts] = table[texts].astype(object).where(table[texts].notna(), "").astype(str)
    return table


def pair_targets(layer: VectorLayer, ground: ScoredGround) -> pd.DataFrame:
    """Return a row for each target and title that have ground in common, columns of `PAIR_COLUMNS`.

    By rank of the target, then by hectares, most first; lapsed titles too, by their class.
    """
    tenure = tenure_of(ground.targets.geometry.to_numpy(), layer)
    targets = ground.targets.iloc[tenure.outline].reset_index(drop=True)
    titles = _told(layer).iloc[tenure.title].reset_index(drop=True)
    pairs = titles.assign(
        target_id=targets["target_id"],
        target_rank=targets["rank"],
        common_ha=np.round(tenure.area_m2 / 1e4, 4),
        share_of_target=np.round(tenure.area_m2 / targets.geometry.area.to_numpy(), 6),
    )
    ordered = pairs.sort_values(
        ["target_rank", "common_ha", "concession_id"], ascending=[True, False, True], kind="stable"
    )
    return ordered[list(PAIR_COLUMNS)].reset_index(drop=True)


def add_up_holders(
    layer: VectorLayer, concessions: pd.DataFrame, ground: ScoredGround
) -> pd.DataFrame:
    """Return each holder's ground and how it scores, best first, columns of `HOLDER_COLUMNS`.

    Parameters
    ----------
    layer
        The concessions.
    concessions
        What `score_concessions` returned.
    ground
        Scores of the cells.
    """
    in_force = concessions[concessions["tenure_class"] != LAPSED]
    parted = in_force.assign(holder=in_force["holder"].map(lambda holder: distinct([holder])))
    parted = parted.explode("holder").dropna(subset="holder")
    names, group = np.unique(parted["holder"].to_numpy(dtype=str), return_inverse=True)
    titles = sound(_shapes(layer))[parted["position"].to_numpy(dtype=np.intp)]
    grounds = united(titles, group, len(names))
    table = zone_scores(grounds, ground)
    table["holder"], table["deposit_model"] = names, ground.deposit_model
    table["n_titles"] = np.bincount(group, minlength=len(names))
    table["ground_ha"] = np.round(shapely.area(grounds) / 1e4, 2)
    table["target_ha"], table["targets"] = _target_overlap(grounds, ground)
    best = parted.sort_values("rank").drop_duplicates("holder").set_index("holder")["concession_id"]
    table["best_title"] = table["holder"].map(best)
    named = table["holder"] != PRIVATE
    table["rank"] = pd.Series(pd.NA, index=table.index, dtype="Int64")
    whole = table[named].assign(scored_share=1.0)
    table.loc[named, "rank"] = ranked(whole, ["target_ha", "score_max"], "holder")
    ordered = table.sort_values(["rank", "holder"], na_position="last", kind="stable")
    return ordered[list(HOLDER_COLUMNS)].reset_index(drop=True)
