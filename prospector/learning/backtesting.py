"""Back-tests of a deposit model on a region: which deposits, found when, would have stood where."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from prospector.errors import ModelError, Notice, Reason, reason_for
from prospector.grid import FloatArray
from prospector.learning.training import Training
from prospector.models import make_estimator
from prospector.numerals import percentile_tenths
from prospector.region.deposit_model import DepositModel
from prospector.validation.backtest import Backtest, backtest

COLUMNS = ["name", "year", "percentile", "percentile_by_distance", "nearest_km", "ground"]


@dataclass(frozen=True, eq=False)
class BacktestOf:
    """The back-test of one deposit model, with the names of its deposits."""

    model: DepositModel
    estimator: str
    found: Backtest
    names: list[str]

    def table(self) -> pd.DataFrame:
        """Return one row a later discovery, in the order of their years.

        Percentiles are 0-100, in tenths and never higher than they are, so that what is counted in the
        best 5 % of the ground is the same from this table; distances in km.
        """
        rows = [
            {
                "name": self.names[discovery.deposit],
                "year": discovery.year,
                "percentile": percentile_tenths(100 * discovery.percentile),
                "percentile_by_distance": percentile_tenths(100 * discovery.percentile_by_distance),
                "nearest_km": round(discovery.nearest_m / 1000, 1),
                "ground": "brownfield" if discovery.brownfield else "new ground",
            }
            for discovery in self.found.discoveries
        ]
        return pd.DataFrame(rows, columns=COLUMNS).sort_values(["year", "name"], ignore_index=True)

    def as_record(self) -> dict[str, Any]:
        """Return it for run.json: the table's rows, and the captures by kind of ground."""
        return {
            "before": self.found.before,
            "undated": self.found.undated,
            "n_training": self.found.n_training,
            "n_undated": self.found.n_undated,
            "discoveries": self.table().to_dict("records"),
            "groups": [asdict(group) for group in self.found.groups],
        }


def backtest_of(
    training: Training,
    name: str,
    before: int,
    *,
    undated: Literal["train", "leave"] = "leave",
    seed: int = 0,
) -> BacktestOf:
    """Return where each deposit found since a year would have stood, by the estimator of that name.

    Raises
    ------
    ModelError
        Nothing was found since, or fewer than ten deposits before.
    """
    years = discovery_years(training)
    if not (years >= before).any():
        raise ModelError(
            f"no dated deposit was found in {before} or later",
            Reason("none-found-since", year=before),
        )
    estimator = make_estimator(name, seed, training.model.estimator.settings)
    found = backtest(estimator, training.sample(), years, before, undated=undated)
    names = training.deposits.table["name"].astype(str).to_numpy()[training.usable].tolist()
    return BacktestOf(training.model, name, found, names)


def backtests_of(
    training: Training, name: str, years: Sequence[int], seed: int
) -> tuple[tuple[BacktestOf, ...], list[Notice]]:
    """Return the back-test of each year that has one, and why the others have none."""
    tests, notices = [], []
    for before in years:
        try:
            tests.append(backtest_of(training, name, before, seed=seed))
        except ModelError as error:
            about = {"model": training.model.name, "year": before, "reason": reason_for(error)}
            notices.append(Notice("no-backtest-of-year", "caution", about))
    return tuple(tests), notices


def discovery_years(training: Training) -> FloatArray:
    """Return the year of discovery of each usable deposit, NaN where unknown, shape (n deposits,)."""
    table = training.deposits.table
    none = pd.Series(np.nan, table.index)
    column = pd.to_numeric(table.get("discovery_year", none), errors="coerce")
    return np.asarray(np.asarray(column, dtype=float)[training.usable])
