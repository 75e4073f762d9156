"""What a run says of tenure beside its targets: concessions, holders, open ground."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import geopandas as gpd
import pandas as pd

from prospector.errors import Notice
from prospector.grid import Grid
from prospector.layers import Layers
from prospector.reprojected import reprojected
from prospector.screening.ranking import Ranking
from prospector.tenure.administrative import add_up_units
from prospector.tenure.exclusions import exclusion_notices, target_exclusions
from prospector.tenure.holdings import add_up_holders, pair_targets, score_concessions
from prospector.tenure.open_ground import open_ground, rank_open_ground
from prospector.tenure.units import ROLE
from prospector.tenure.zones import ScoredGround


@dataclass(frozen=True, eq=False)
class TenureTables:
    """The tables of tenure, by deposit model where they depend on its score.

    Parameters
    ----------
    concessions
        Every title of the region with its standing, columns of `CONCESSION_COLUMNS` and `position`,
        its row in the layer; empty without a register.
    target_concessions
        A row for each target and title, columns of `PAIR_COLUMNS`.
    holders
        Columns of `HOLDER_COLUMNS`.
    open_ground
        In longitude and latitude, columns of `OPEN_COLUMNS`, all deposit models; None where no
        ground is known to be open.
    administrative_units
        Columns of `UNIT_COLUMNS`; empty without such a layer.
    exclusions
        Columns of `EXCLUSION_COLUMNS`.
    """

    concessions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    target_concessions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    holders: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    open_ground: gpd.GeoDataFrame | None = None
    exclusions: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()
    administrative_units: Mapping[str, pd.DataFrame] = field(default_factory=dict)

    def tables(self, deposit_model: str) -> dict[str, pd.DataFrame]:
        """Return the tables of a deposit model by the name of their file."""
        barred = {"target_exclusions.csv": self.exclusions[deposit_model]}
        if deposit_model in self.administrative_units:
            barred["administrative_units.csv"] = self.administrative_units[deposit_model]
        if deposit_model not in self.concessions:
            return barred
        return {
            **barred,
            "concessions.csv": self.concessions[deposit_model].drop(columns="position"),
            "target_concessions.csv": self.target_concessions[deposit_model],
            "holders.csv": self.holders[deposit_model],
        }


def scored_ground(ranking: Ranking, grid: Grid) -> ScoredGround:
    """Return what a ranking scored, as polygons are scored by it."""
    polygons = ranking.polygons
    return ScoredGround(
        ranking.model.name,
        ranking.score,
        ranking.distribution,
        ranking.model.targets.lowest_percentile,
        reprojected(ranking.targets, grid.crs),
        None if polygons is None else polygons.outlines,
        None if polygons is None else polygons.score,
    )


def tenure_tables(layers: Layers, grid: Grid, rankings: Sequence[Ranking]) -> TenureTables:
    """Return the tables of tenure of a run."""
    layer = layers.vector("concessions")
    pieces, notices = open_ground(layer, layers.vector("protected"), grid)
    notices += exclusion_notices(layers)
    grounds = [scored_ground(ranking, grid) for ranking in rankings]
    ranked = None
    if pieces is not None:
        parts = [rank_open_ground(pieces, ground) for ground in grounds]
        ranked = pd.concat(parts, ignore_index=True).to_crs("EPSG:4326")
    exclusions = {ground.deposit_model: target_exclusions(layers, ground) for ground in grounds}
    units = layers.vector(ROLE)
    added = {}
    if units is not None:
        added = {ground.deposit_model: add_up_units(units, layer, ground) for ground in grounds}
    if layer is None:
        return TenureTables(
            open_ground=ranked,
            exclusions=exclusions,
            notices=tuple(notices),
            administrative_units=added,
        )
    units = layers.vector(ROLE)
    concessions = {
        ground.deposit_model: score_concessions(layer, ground, units=units) for ground in grounds
    }
    return TenureTables(
        concessions,
        {ground.deposit_model: pair_targets(layer, ground) for ground in grounds},
        {
            ground.deposit_model: add_up_holders(layer, concessions[ground.deposit_model], ground)
            for ground in grounds
        },
        ranked,
        exclusions,
        tuple(notices),
        added,
    )
