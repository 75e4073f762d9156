"""What the map's slider over discovery years shows: back-tests of a run, with their deposits."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np

from prospector.learning.backtesting import BacktestOf, discovery_years
from prospector.screening.ranking import Ranking

DIGITS = 5


def past_of(ranking: Ranking) -> dict[str, Any] | None:
    """Return the deposits that train, with their years, and each back-test; None where the run has none."""
    if not ranking.backtests:
        return None
    training = ranking.estimation.training
    table, usable = training.deposits.table, training.usable
    at = gpd.GeoSeries(
        gpd.points_from_xy(*training.deposits.at()[usable].T), crs=ranking.score.grid.crs
    ).to_crs("EPSG:4326")
    years = discovery_years(training)
    return {
        "deposits": [
            {
                "name": str(name),
                "at": (round(place.x, DIGITS), round(place.y, DIGITS)),
                "year": int(year) if np.isfinite(year) else None,
            }
            for name, place, year in zip(table["name"][usable], at, years, strict=True)
        ],
        "tests": [_test(backtest) for backtest in ranking.backtests],
    }


def _test(backtest: BacktestOf) -> dict[str, Any]:
    """Return one back-test: percentiles 0-1, as it was computed, distances in km."""
    found = backtest.found
    [together] = [group for group in found.groups if group.ground == "all"]
    return {
        "before": found.before,
        "undated": found.undated,
        "n_training": found.n_training,
        "n_undated": found.n_undated,
        "auc": together.auc,
        "auc_interval": together.auc_interval,
        "found": [
            {
                "deposit": discovery.deposit,
                "percentile": discovery.percentile,
                "by_distance": discovery.percentile_by_distance,
                "nearest_km": round(discovery.nearest_m / 1000, 1),
                "near": discovery.brownfield,
            }
            for discovery in found.discoveries
        ],
    }
