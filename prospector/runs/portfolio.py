"""The targets of a run in another order: across models by percentile, or by a stated weighting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.errors import OutputError
from prospector.gis.vector import write_pair
from prospector.region.spelling import did_you_mean
from prospector.runs.run import Run, open_run

BY_SCORE = "score"
BY_PERCENTILE = "percentile"
OF_ONE_MODEL = ("score", "score_max", "rank")
"""Columns that mean nothing across deposit models: each model's score has a scale of its own."""

LAYER = "portfolio"
LARGEST_WEIGHT = 1e6


@dataclass(frozen=True, eq=False)
class Portfolio:
    """Targets in an order that the user chooses, across deposit models or within one.

    Parameters
    ----------
    targets
        The run's targets, columns `portfolio_rank` and `portfolio_score` first, by rank; in
        longitude and latitude.
    words
        How the order was made.
    """

    targets: gpd.GeoDataFrame
    words: str


def portfolio(
    run: str | Path | Run, by: str | None = None, *, deposit_model: str | None = None
) -> Portfolio:
    """Return a run's targets ranked by percentile across its deposit models, or as `by` says.

    Each column becomes the share of the targets that have less (ties share the mean), so that a
    percentile and an area can be weighed; a negative weight ranks low values first. A target
    without a value of a column comes last in it. Each model's own rank, by score, stays beside.

    Parameters
    ----------
    run
        A run folder, or one that is reopened.
    by
        A column of targets.csv, or several with weights, e.g. ``"percentile:2, open_share:1"``. By
        percentile where none is given; by score within one deposit model.
    deposit_model
        Rank the targets of this one alone; across all by default.

    Returns
    -------
    Portfolio
        ``targets``, a GeoDataFrame in longitude and latitude, by rank; ``words``, how they were ordered.

    Raises
    ------
    OutputError
        The folder holds no run or no such deposit model; `by` names no column of numbers or is no
        weighting, or names a score while targets of several deposit models are ranked.

    Examples
    --------
    >>> import prospector
    >>> largest = prospector.portfolio("out/hills", by="area_km2").targets
    >>> largest["portfolio_rank"].tolist()[:3], largest["area_km2"].is_monotonic_decreasing
    ([1, 2, 3], True)
    """
    opened = run if isinstance(run, Run) else open_run(run)
    targets = _of_model(opened, deposit_model)
    unasked = BY_SCORE if deposit_model else BY_PERCENTILE
    return ordered(targets, opened.deposit_models, unasked if by is None else by)


def ordered(
    targets: gpd.GeoDataFrame, deposit_models: Sequence[str], by: str = BY_PERCENTILE
) -> Portfolio:
    """Return targets by rank, those that stand alike in the order of their deposit models.

    Raises
    ------
    OutputError
        As `portfolio` raises.
    """
    ranked = targets["deposit_model"].drop_duplicates().tolist()
    weights = read_weights(by, targets)
    _refuse_scores(weights, ranked)
    total = np.zeros(len(targets))
    for column, weight in weights.items():
        signed = targets[column].astype(float) * np.sign(weight)
        lower = signed.rank(method="average", na_option="top") - 1
        total += abs(weight) * (lower / max(len(targets) - 1, 1)).to_numpy()
    score = np.round(total / sum(map(abs, weights.values())), 6)
    models = {name: place for place, name in enumerate(deposit_models)}
    table = targets.assign(portfolio_score=score, model=targets["deposit_model"].map(models))
    table = table.sort_values(
        ["portfolio_score", "rank", "model"], ascending=[False, True, True], kind="stable"
    )
    table["portfolio_rank"] = np.arange(1, len(table) + 1)
    first = ["portfolio_rank", "portfolio_score"]
    rest = [column for column in targets.columns if column not in first]
    return Portfolio(table[[*first, *rest]].reset_index(drop=True), _words(weights, ranked))


def _of_model(run: Run, deposit_model: str | None) -> gpd.GeoDataFrame:
    """Return the targets of one deposit model, or of all."""
    targets = run.targets
    if deposit_model is None:
        return targets
    if deposit_model not in run.deposit_models:
        hint = did_you_mean(deposit_model, run.deposit_models)
        raise OutputError(
            f"--deposit-model: no ranking '{deposit_model}'. {hint}"
            f"Ranked: {', '.join(run.deposit_models)}."
        )
    return targets[targets["deposit_model"] == deposit_model]


def _refuse_scores(weights: Mapping[str, float], ranked: Sequence[str]) -> None:
    """Raise OutputError where targets of several models would be ranked by what one model means."""
    named = [column for column in weights if column in OF_ONE_MODEL]
    if named and len(ranked) > 1:
        raise OutputError(
            f"--rank-by: '{named[0]}' cannot be compared across deposit models "
            f"({', '.join(ranked)}): each has its own scale. Use percentile, e.g. "
            f"percentile:2,open_share:1, or name one model with --deposit-model {ranked[0]}."
        )


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
                f"--rank-by: '{column}' is not a numeric column. Use: {', '.join(numbers)}."
            )
        if column in weights:
            raise OutputError(f"--rank-by: '{column}' is named twice. Give it one weight.")
        weights[column] = _weight(column, text)
    return weights


def _weight(column: str, text: str) -> float:
    try:
        weight = float(text or 1)
    except ValueError:
        weight = np.nan
    if not 0 < abs(weight) <= LARGEST_WEIGHT:
        raise OutputError(
            f"--rank-by: '{text}' is not a weight for '{column}'. Give a number other than 0, up "
            f"to {LARGEST_WEIGHT:g}, e.g. score:2,open_share:1."
        )
    return weight


def _words(weights: Mapping[str, float], ranked: Sequence[str]) -> str:
    across = len(ranked) > 1
    where = "across deposit models" if across else "within one deposit model"
    if list(weights) == [BY_SCORE] and weights[BY_SCORE] > 0:
        return f"Ranked by score alone, {where}, as the run does."
    if list(weights) == [BY_PERCENTILE] and weights[BY_PERCENTILE] > 0:
        own = " each target's place among the ground that its own model scored;" if across else ""
        return f"Ranked {where} by percentile:{own} scores are not compared."
    parts = ", ".join(
        f"{column} ({'high' if weight > 0 else 'low'} first, weight {abs(weight):g})"
        for column, weight in weights.items()
    )
    return (
        f"Ranked {where} by the weighted mean of places in: {parts}. "
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
    return write_pair(
        found.targets,
        table,
        stem,
        layer=LAYER,
        sentences=sentences,
        language=run.record["language"],
    )
