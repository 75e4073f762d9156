"""What each target is called by, for the column `place` of files, the labels of QGIS and the workbook."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import repeat

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.screening.ranking import Ranking
from prospector.screening.steps import Screening
from prospector.targets.places import BESIDE_KM, called_by, nearest_named
from prospector.words.language import Language
from prospector.words.place_name import TOUCHING_KM, place_name

PLACE = "place"
PLACE_MEANING = (
    "what it is called by: its own name, the known deposits that it holds, "
    "or the nearest deposit or town"
)

AT_ONCE = 5_000
"""Targets whose places are found at once."""


def with_places(screening: Screening, words: Language) -> gpd.GeoDataFrame:
    """Return the targets of all deposit models with the column `place`, behind their deposit model."""
    targets = screening.targets
    called = targets["target_id"].map(place_column(screening, words))
    targets.insert(targets.columns.get_loc("deposit_model") + 1, PLACE, called)
    return targets


def place_column(screening: Screening, words: Language, *, most: int | None = None) -> pd.Series:
    """Return what targets are called by, in a language, by their id; the id where nothing near has a name.

    Parameters
    ----------
    screening
        The screening that is written.
    words
        Language of the names.
    most
        Targets of each deposit model, best first; all where none is given.
    """
    layer = screening.layers.vector("towns")
    towns = None if layer is None else layer.features
    names: dict[str, str] = {}
    for model, ranking in screening.rankings.items():
        others = _of_others(screening, model)
        targets = ranking.targets if most is None else ranking.targets.head(most)
        for first in range(0, len(targets), AT_ONCE):
            part = targets.iloc[first : first + AT_ONCE]
            names.update(_named(part, ranking, towns, others, words))
    return pd.Series(names, dtype=object)


def _of_others(screening: Screening, model: str) -> gpd.GeoSeries:
    """Return the deposits of other deposit models by their names, in metres."""
    found = [gpd.GeoSeries([], crs=screening.grid.crs)]
    for name, ranking in screening.rankings.items():
        if name != model:
            own = ranking.deposits
            named = own[own["name"].fillna("").astype(str) != ""]
            found.append(named.set_index("name").geometry.to_crs(screening.grid.crs))
    return pd.concat(found)


def _named(
    targets: gpd.GeoDataFrame,
    ranking: Ranking,
    towns: gpd.GeoDataFrame | None,
    others: gpd.GeoSeries,
    words: Language,
) -> Iterator[tuple[str, str]]:
    """Give the id of each target and what it is called by."""
    at = targets[["longitude", "latitude"]].to_numpy(float)
    outlines = targets.geometry.to_crs(ranking.score.grid.crs)
    near = called_by(at, ranking.deposits, towns, outlines)
    town = nearest_named(at, towns, outlines).names
    near_others = touched(outlines, others)
    countries = targets["country"] if "country" in targets else repeat("")
    rows = zip(
        targets["target_id"], targets["name"].fillna(""), targets["known_names"].fillna(""),
        targets["nearest_deposit_km"].to_numpy(float), targets["administrative_unit"], countries,
        town, near, near_others, strict=False,
    )  # fmt: skip
    for target_id, name, known, away_km, unit, country, nearest_town, place, other in rows:
        inside = known.split("; ") if known else []
        if not inside and other and not away_km <= BESIDE_KM:
            inside = [other]
        called = place_name(
            words, name=name, inside=inside, nearest=place["place"], km=place["place_km"],
            bearing=place["place_bearing"], unit=unit or words.told(country or "") or nearest_town,
        )  # fmt: skip
        yield target_id, called or target_id


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
