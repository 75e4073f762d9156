"""Trials of deposit models over a region: a back-test by discovery year, estimators side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from prospector.compute.engine import Workers
from prospector.compute.windows import Workspace, workspace_of
from prospector.errors import ModelError, Notice, Reason, reason_for
from prospector.evidence import roles_read
from prospector.ground.setting import Setting
from prospector.layers import read_layers
from prospector.learning.backtesting import BacktestOf, backtest_of
from prospector.learning.estimation import skill_of, too_few
from prospector.learning.opening import open_model
from prospector.learning.training import Prepared, Training, prepare
from prospector.models import known_estimators
from prospector.models.adopted import adopt_estimator
from prospector.models.known import STATED, is_ensemble
from prospector.options import MAX_CELLS, Options, Progress, silent
from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import Region, load_region
from prospector.screening.extent import extent_of
from prospector.screening.steps import check_models
from prospector.validation.record import Measurement, Skill

KEPT_SECONDS = 0.5
"""What took less was not computed but kept from before."""


@dataclass(frozen=True, eq=False)
class ComparisonOf:
    """Estimators of one deposit model under the same folds.

    Parameters
    ----------
    skills
        The skill by the estimator's name.
    seconds
        What each took; NaN where its figures were kept from before.
    labels
        Label of each evidence, by its column.
    """

    model: DepositModel
    skills: dict[str, Skill]
    seconds: dict[str, float]
    labels: tuple[str, ...] = ()

    def table(self) -> pd.DataFrame:
        """Return one row an estimator; every AUC stands beside its null's 95th percentile and p."""
        rows = []
        for name, skill in self.skills.items():
            whole = _figures(skill.measured)
            plain = _figures(skill.without_schematic)
            rows.append(
                {
                    "estimator": name,
                    **whole,
                    "auc_without_schematic": plain["auc_blocked"],
                    "null_mean_without_schematic": plain["null_mean"],
                    "null_p95_without_schematic": plain["null_p95"],
                    "p_without_schematic": plain["p"],
                    **_more_figures(skill.measured),
                    "verdict": skill.verdict,
                    "demonstrated": bool(skill.demonstrated),
                    "seconds": self.seconds[name],
                }
            )
        return pd.DataFrame(rows)


def _figures(measured: Measurement | None) -> dict[str, Any]:
    """Return the blocked AUC beside its null as columns of the table."""
    if measured is None:
        names = ("auc_blocked", "low", "high", "null_mean", "null_p95", "p", "n_null")
        return dict.fromkeys(names) | {"low": np.nan, "high": np.nan}
    auc = measured.auc
    low, high = auc.interval or (np.nan, np.nan)
    return {
        "auc_blocked": auc.value, "low": low, "high": high, "null_mean": measured.auc.null_mean,
        "null_p95": auc.null_p95, "p": auc.p, "n_null": auc.n_null,
    }  # fmt: skip


def _more_figures(measured: Measurement | None) -> dict[str, float | None]:
    random = None if measured is None else measured.auc_random.value
    captured = None if measured is None else measured.in_best_twentieth.value
    return {"auc_random_optimistic": random, "capture_at_5_percent": captured}


def backtest_region(
    region: str | Path | Region,
    before: int,
    *,
    deposit_models: Sequence[str] | None = None,
    estimator: str | Any | None = None,
    undated: Literal["train", "leave"] = "leave",
    max_cells: float = MAX_CELLS,
    seed: int = 0,
    workers: int | None = None,
    executor: Executor | None = None,
    store: str | Path | None = None,
    progress: Progress | None = None,
) -> tuple[list[BacktestOf], list[Notice]]:
    """Return where each deposit found since a year would have stood in a ranking made before that year.

    Parameters
    ----------
    region
        Folder of a region.toml, the file, or a loaded region.
    before
        Deposits discovered before this year train; those of this year and after are tested.
    deposit_models
        Names of the deposit models; all that the region names by default.
    estimator
        In place of each model's own: a name, or a scikit-learn classifier.
    undated
        Undated deposits are left out, or train, though they may have been found later.
    max_cells
        More cells are refused.
    seed
        Seed of every random draw.
    workers, executor, store, progress
        As `screen` takes them.

    Returns
    -------
    tables : list of BacktestOf
        One for each deposit model that can be tested: ``table()`` has a row a later discovery, with its
        percentile (0-100) and its distance to what was known (km).
    notices : list of Notice
        Which deposit models have no answer, and why.

    Raises
    ------
    RegionError, LayerError
        The region or a layer is wrong.
    ModelError
        A deposit model that was asked for by name does not exist or has no ground.

    Examples
    --------
    >>> import prospector
    >>> tables, notices = prospector.backtest_region("hills", 1990, workers=1)
    >>> tables, prospector.sentence(notices[0])
    ([], 'porphyry_copper: no back-test: no dated deposit was found in 1990 or later.')
    """
    options = Options(None if estimator is None else adopt_estimator(estimator), seed)
    workspace = workspace_of(store, Workers(executor, workers))
    tables, notices = [], []
    for model, make in _models(
        region, deposit_models, options, workspace, progress or silent, max_cells
    ):
        name = _learning(model, options)
        if name is None:
            about = {"model": model.name, "reason": Reason("nothing-learned")}
            notices.append(Notice("no-backtest", "note", about))
            continue
        try:
            training = make().training
            tables.append(backtest_of(training, name, before, undated=undated, seed=seed))
        except ModelError as error:
            about = {"model": model.name, "reason": reason_for(error)}
            notices.append(Notice("no-backtest", "caution", about))
    return tables, notices


def compare_estimators(
    region: str | Path | Region,
    *,
    deposit_models: Sequence[str] | None = None,
    estimators: Sequence[str | Any] | None = None,
    max_cells: float = MAX_CELLS,
    seed: int = 0,
    quick: bool = False,
    workers: int | None = None,
    executor: Executor | None = None,
    store: str | Path | None = None,
    progress: Progress | None = None,
) -> tuple[list[ComparisonOf], list[Notice]]:
    """Return estimators side by side under the same folds, each beside its own nulls.

    Parameters
    ----------
    region
        Folder of a region.toml, the file, or a loaded region.
    deposit_models
        Names of the deposit models; all that the region names by default.
    estimators
        Names of those that learn, or scikit-learn classifiers; all that are known by name by default.
    max_cells
        More cells are refused.
    seed
        Seed of every random draw.
    quick
        19 nulls and 2 repeats for all, not for the ensembles alone, which are slow to fit.
    workers, executor, store, progress
        As `screen` takes them.

    Returns
    -------
    comparisons : list of ComparisonOf
        One for each deposit model that learns: ``table()`` has a row an estimator, its AUC in spatial
        blocks beside its null's mean, 95th percentile and p.
    notices : list of Notice
        Which deposit models have no answer, and why.

    Raises
    ------
    RegionError, LayerError
        The region or a layer is wrong.
    ModelError
        An estimator or a deposit model that was asked for by name does not exist.

    Examples
    --------
    >>> import prospector
    >>> compared, _ = prospector.compare_estimators(
    ...     "hills", estimators=["logistic", "weights-of-evidence"], quick=True, workers=1
    ... )
    >>> table = compared[0].table()
    >>> table["estimator"].tolist(), bool((table["auc_blocked"] > table["null_mean"]).all())
    (['logistic', 'weights-of-evidence'], True)
    """
    names = [adopt_estimator(estimator) for estimator in estimators or known_estimators()]
    options = Options(seed=seed, quick=quick)
    workspace = workspace_of(store, Workers(executor, workers))
    report, tables, notices = progress or silent, [], []
    for model, make in _models(region, deposit_models, options, workspace, report, max_cells):
        if _learning(model, options) is None:
            about = {"model": model.name, "reason": Reason("nothing-learned")}
            notices.append(Notice("no-comparison", "note", about))
            continue
        try:
            training = make().training
        except ModelError as error:
            about = {"model": model.name, "reason": reason_for(error)}
            notices.append(Notice("no-comparison", "caution", about))
            continue
        lacking = {name: too_few(training, name) for name in names}
        for name, refusal in lacking.items():
            if refusal:
                about = {"model": model.name, "estimator": name, "reason": reason_for(refusal)}
                notices.append(Notice("estimator-left-out", "caution", about))
        able = [name for name in names if lacking[name] is None]
        if able:
            tables.append(_compared(model, training, able, options, workspace, report))
    return tables, notices


def _compared(
    model: DepositModel,
    training: Training,
    names: Sequence[str],
    options: Options,
    workspace: Workspace,
    report: Progress,
) -> ComparisonOf:
    skills, seconds = {}, {}
    for name in names:
        chosen = replace(options, quick=options.quick or is_ensemble(name))  # slow to fit
        begin = time.monotonic()

        def tell(what: str, done: int, total: int, name: str = name) -> None:
            report(f"{what}, {name}", done, total)

        skills[name], _ = skill_of(training, name, chosen, workspace, tell)
        taken = time.monotonic() - begin
        seconds[name] = round(taken, 1) if taken > KEPT_SECONDS else np.nan
    labels = tuple(column.entry.label for column in training.columns)
    return ComparisonOf(model, skills, seconds, labels)


def _models(
    region: str | Path | Region,
    asked: Sequence[str] | None,
    options: Options,
    workspace: Workspace,
    report: Progress,
    max_cells: float,
) -> Iterator[tuple[DepositModel, Callable[[], Prepared]]]:
    """Yield each deposit model, and what prepares it on the region's ground."""
    loaded = region if isinstance(region, Region) else load_region(region)
    grid = extent_of(loaded, max_cells=max_cells).grid
    report("reading layers", 0, 1)
    check_models(loaded, asked)
    layers = read_layers(loaded, grid, deposit_models=asked, roles_of=roles_read)
    report("reading layers", 1, 1)
    setting = Setting(grid, layers, options, workspace, report)
    for name in asked or loaded.model_names:
        model = loaded.deposit_model(name)

        def make(model: DepositModel = model) -> Prepared:
            return prepare(open_model(model, layers, grid, options), setting)

        yield model, make


def _learning(model: DepositModel, options: Options) -> str | None:
    """Return the name of the estimator that learns; None where memberships are stated."""
    name = options.estimator or model.estimator.name
    return None if name in STATED else name
