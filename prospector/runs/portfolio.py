"""The targets of a run in another order than by score: by open ground, area, or a stated weighting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.errors import OutputError
from prospector.gis.vector import write_pair
from prospector.runs.run import Run, open_run

BY_SCORE = "score"
LAYER = "portfolio"
LARGEST_WEIGHT = 1e6


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Targets in an order of one's own, within each deposit model.

    Parameters
    ----------
    targets
        The run's targets, columns `portfolio_rank` and `portfolio_score` first, by deposit model and
        rank; in longitude and latitude.
    words
        How the order was made.
    """

    targets: gpd.GeoDataFrame
    words: str


def portfolio(run: str | Path | Run, by: str = BY_SCORE) -> Portfolio:
    """Return a run's targets ranked by one or several of their columns, apart for each deposit model.

    Each column becomes the share of the model's targets that have less (ties share the mean), so
    that a score and an area can be weighed; a negative weight ranks low values first. A target
    without a value of a column comes last in it. The run's own rank, by score alone, stays beside.

    Parameters
    ----------
    run
        A run folder, or one that is reopened.
    by
        A column of targets.csv, or several with weights, e.g. ``"score:2, open_share:1"``.

    Raises
    ------
    OutputError
        The folder holds no run, or `by` names no column of numbers or is no weighting.
    """
    opened = run if isinstance(run, Run) else open_run(run)
    targets = opened.targets
    weights = read_weights(by, targets)
    models = {name: place for place, name in enumerate(opened.deposit_models)}
    total = np.zeros(len(targets))
    for column, weight in weights.items():
        signed = targets[column].astype(float) * np.sign(weight)
        groups = signed.groupby(targets["deposit_model"])
        lower = groups.rank(method="average", na_option="top") - 1
        least = (groups.transform("size") - 1).clip(lower=1)
        total += abs(weight) * (lower / least).to_numpy()
    score = np.round(total / sum(map(abs, weights.values())), 6)
    table = targets.assign(portfolio_score=score, model=targets["deposit_model"].map(models))
    table = table.sort_values(
        ["model", "portfolio_score", "rank"], ascending=[True, False, True], kind="stable"
    )
    table["portfolio_rank"] = table.groupby("model").cumcount() + 1
    first = ["portfolio_rank", "portfolio_score"]
    rest = [column for column in targets.columns if column not in first]
    return Portfolio(table[[*first, *rest]].reset_index(drop=True), _words(weights))


def read_weights(by: str, targets: pd.DataFrame) -> Mapping[str, float]:
    """Return the weight of each column that `by` names; 1 where none is stated.

    Raises
    ------
    OutputError
        A column is unknown, holds no numbers or stands twice; a weight is no number or 0.

    Examples
    --------
    >>> read_weights("score:2, area_km2:-1", pd.DataFrame({"score": [0.5], "area_km2": [30.0]}))
    {'score': 2.0, 'area_km2': -1.0}
    """
    numbers = [name for name in targets.columns if pd.api.types.is_numeric_dtype(targets[name])]
    weights: dict[str, float] = {}
    for part in by.split(","):
        column, _, text = (side.strip() for side in part.partition(":"))
        if column not in numbers:
            raise OutputError(
                f"--rank-by: '{column}' is no column of numbers. Use: {', '.join(numbers)}."
            )
        if column in weights:
            raise OutputError(f"--rank-by: '{column}' stands twice. Give it one weight.")
        weights[column] = _weight(column, text)
    return weights


def _weight(column: str, text: str) -> float:
    try:
        weight = float(text or 1)
    except ValueError:
        weight = np.nan
    if not 0 < abs(weight) <= LARGEST_WEIGHT:
        raise OutputError(
            f"--rank-by: the weight '{text}' of '{column}' is none. Give a number other than 0, "
            f"to {LARGEST_WEIGHT:g}, e.g. score:2,open_share:1."
        )
    return weight


def _words(weights: Mapping[str, float]) -> str:
    if list(weights) == [BY_SCORE] and weights[BY_SCORE] > 0:
        return "Ranked by score alone, within each deposit model, as the run does."
    parts = ", ".join(
        f"{column} ({'high' if weight > 0 else 'low'} first, weight {abs(weight):g})"
        for column, weight in weights.items()
    )
    return (
        f"Ranked within each deposit model by the weighted mean of places in: {parts}. "
        "The weighting is a choice, not a finding; the run itself ranks by score alone."
    )


def write_portfolio(found: Portfolio, run: Run, stem: Path) -> tuple[Path, Path]:
    """Write ``stem.gpkg`` and ``stem.csv``, the words of the order with them, and return both paths.

    Raises
    ------
    OutputError
        They cannot be written.
    """
    table = pd.DataFrame(found.targets.drop(columns="geometry")).assign(ranked_by=found.words)
    sentences = [found.words, *run.record["sentences"]]
    return write_pair(found.targets, table, stem, layer=LAYER, sentences=sentences)
