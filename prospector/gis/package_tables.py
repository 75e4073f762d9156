"""The tables of the layers of prospects.gpkg, each made when it is written."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.gis.place_column import with_places
from prospector.gis.target_words import in_words
from prospector.ground.outline_ids import outline_ids
from prospector.layers import VectorLayer
from prospector.layers.registers import read_dates
from prospector.screening.ranking import Ranking
from prospector.screening.steps import Screening
from prospector.tenure.holdings import STANDING_COLUMNS
from prospector.words.language import Language

STANDING = (*STANDING_COLUMNS, "rank_in_holder")
"""What the layer of concessions says of each title under each deposit model."""


def package_tables(
    screening: Screening, roles: Iterable[str], words: Language
) -> dict[str, Callable[[], gpd.GeoDataFrame]]:
    """Return by layer what makes its table, in any CRS, so that one need be held at a time.

    Parameters
    ----------
    screening
        The screening that is written.
    roles
        Of layers that are written as they were read.
    words
        Language of what targets are called by, and of what is said of them.
    """
    layers = {role: screening.layers.vector(role) for role in roles}
    tables: dict[str, Callable[[], gpd.GeoDataFrame]] = {
        role: partial(_features, layer) for role, layer in layers.items() if layer is not None
    }
    if "concessions" in tables:
        tables["concessions"] = partial(_titles, screening, tables["concessions"])
    if screening.tenure.open_ground is not None:
        tables["open_ground"] = partial(gpd.GeoDataFrame, screening.tenure.open_ground)
    if any(ranking.polygons is not None for ranking in screening.rankings.values()):
        tables["scored_units"] = partial(_scored_units, screening)
    for inventory in screening.inventories:
        tables[inventory.role] = partial(gpd.GeoDataFrame, inventory.rows)
    return tables | {
        "targets": partial(_targets, screening, words),
        "deposits": partial(_deposits, screening),
    }


def _targets(screening: Screening, words: Language) -> gpd.GeoDataFrame:
    """Return the targets of all deposit models, with what they are called by, in a language."""
    return in_words(with_places(screening, words), screening, words)


def _features(layer: VectorLayer) -> gpd.GeoDataFrame:
    return layer.features


def _deposits(screening: Screening) -> gpd.GeoDataFrame:
    """Return the known deposits of each deposit model."""
    tables = [
        ranking.deposits.assign(deposit_model=name) for name, ranking in screening.rankings.items()
    ]
    return pd.concat(tables, ignore_index=True)


def _titles(screening: Screening, read: Callable[[], gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    return _dated(read()).join(_standing(screening))


def _scored_units(screening: Screening) -> gpd.GeoDataFrame:
    """Return the polygons that deposit models scored."""
    units = [_units(ranking) for ranking in screening.rankings.values()]
    return pd.concat([table for table in units if table is not None], ignore_index=True)


def _dated(titles: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return titles with the days on which they were granted and end, also where the register has none."""
    nothing = pd.Series("", index=titles.index, dtype=object)
    days = {name: read_dates(titles.get(name, nothing)).values for name in ("date", "expires")}
    return titles.assign(**days)[
        [*titles.columns.drop("geometry").union(days, sort=False), "geometry"]
    ]


def _standing(screening: Screening) -> pd.DataFrame:
    """Return how each title stands under each deposit model, a column each, by row of the layer."""
    tables = [
        table.set_index("position")[list(STANDING)].add_prefix(f"{name}_")
        for name, table in screening.tenure.concessions.items()
    ]
    return pd.concat(tables, axis=1)


def _units(ranking: Ranking) -> gpd.GeoDataFrame | None:
    """Return the polygons that a deposit model scored; None where its units are cells."""
    if ranking.polygons is None:
        return None
    known = np.flatnonzero(np.isfinite(ranking.polygons.score))
    score, outlines = ranking.polygons.score[known], ranking.polygons.outlines[known]
    code = ranking.model.deposit_model.code
    units = gpd.GeoDataFrame(
        {
            "unit_id": outline_ids(code, outlines),
            "name": [ranking.polygons.names[place] for place in known],
            "deposit_model": ranking.model.name,
            "score": score,
            "percentile": ranking.distribution.percentile(score),
        },
        geometry=outlines,
        crs=ranking.score.grid.crs,
    )
    order = units.sort_values(["score", "unit_id"], ascending=[False, True], kind="stable").index
    rank = pd.Series(np.arange(1, len(units) + 1), index=order)
    return units.assign(rank=rank)
