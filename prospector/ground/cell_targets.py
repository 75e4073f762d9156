"""Targets cut from the score of a grid's cells: two passes over the windows, borders first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from prospector.compute.engine import Workers
from prospector.errors import Notice
from prospector.grid import FloatArray, Grid, IntArray, Window
from prospector.ground.cell_stack import Stack
from prospector.ground.cutting import (
    Border,
    HotCells,
    Name,
    Patch,
    border_components,
    cut_window,
    cutting_notices,
    gather,
    join_borders,
    outline,
)
from prospector.ground.distribution import STEPS, odds_of_steps, score_of
from prospector.ground.protocol import Cutting, Outlined
from prospector.models.fitted import Fitted
from prospector.options import Done, half
from prospector.region.model_tables import TargetEntry
from prospector.validation.applicability import Applicability


@dataclass(frozen=True)
class HotTask:
    """A window whose cells may be targets, and what they are cut by.

    Parameters
    ----------
    key
        Key of the score in the store.
    thresholds
        The step that each rung of the ladder begins at, lowest first.
    """

    stack: Stack
    key: str
    window: Window
    thresholds: tuple[int, ...]
    applicability: Applicability | None


def cut_targets(
    tasks: Sequence[HotTask], fitted: Fitted, rules: Cutting, workers: Workers, done: Done
) -> tuple[Outlined, list[Notice]]:
    """Return the connected cells above the ladder's percentiles; what crosses windows is whole."""
    first: list[Any] = [None] * len(tasks)
    workers.run(_border_window, tasks, take=first.__setitem__, done=half(done, 0))
    joined = join_borders([task.window for task in tasks], [borders for borders, _ in first])
    cuts = [
        _CutTask(task, tuple(border), rules.entry, fitted)
        for task, border in zip(tasks, joined, strict=True)
    ]
    found: list[Any] = [None] * len(tasks)
    workers.run(_cut_window, cuts, take=found.__setitem__, done=half(done, 1))
    outlined, notices = _joined(found, tasks[0].stack.grid, rules)
    unlike = sum(count for _, count in first)
    if unlike:
        about = {"model": rules.model}
        notices.append(Notice("outside-applicability", "caution", about, unlike))
    return outlined, notices


def _hot_cells(task: HotTask) -> tuple[HotCells, FloatArray, int]:
    """Return the cells that may be targets, their evidence, and how many are unlike any trained on."""
    stack, steps = task.stack, task.stack.ground.score(task.key, task.window)
    flat = np.flatnonzero(steps >= task.thresholds[0])
    values = np.zeros((0, len(stack.evidence)))
    if len(flat):
        values = stack.read(task.window)[:, flat].T.astype(float)
    like = np.ones(len(flat), dtype=bool)
    if task.applicability is not None and len(flat):
        like = task.applicability.inside(stack.scale(values))
        steps.ravel()[flat[~like]] = -1
    return HotCells.of(steps, task.thresholds[0]), values[like], int((~like).sum())


def _border_window(task: HotTask) -> tuple[list[Border], int]:
    hot, _, unlike = _hot_cells(task)
    return border_components(hot, task.thresholds), unlike


@dataclass(frozen=True)
class _CutTask:
    hot: HotTask
    borders: tuple[Border, ...]
    entry: TargetEntry
    fitted: Fitted


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The targets of one window, whole or in part, with sums over their cells.

    Parameters
    ----------
    known
        Cells in which each evidence is known, shape (n targets, n evidence).
    evidence, parts
        Sums over those cells.
    """

    names: tuple[Name | None, ...]
    patches: tuple[Patch, ...]
    count: NDArray[np.int64]
    steps: NDArray[np.int64]
    odds: FloatArray
    highest: NDArray[np.int64]
    known: IntArray
    evidence: FloatArray
    parts: FloatArray
    small: dict[Name, int]
    large: frozenset[Name]


def _cut_window(task: _CutTask) -> _Pieces:
    stack, window, thresholds = task.hot.stack, task.hot.window, task.hot.thresholds
    hot, evidence, _ = _hot_cells(task.hot)
    cut = cut_window(hot, window, thresholds, task.borders, task.entry, stack.grid.cell_area_km2)
    taken, size = cut.piece >= 0, len(cut.names)
    piece, flat, steps = cut.piece[taken], hot.flat[taken], hot.steps[taken].astype(np.int64)
    row, column = np.divmod(flat, window.shape[1])
    values = evidence[taken]
    parts = task.fitted.contributions(stack.scale(values)) if size else values
    members = [np.flatnonzero(piece == k) for k in range(size)]
    highest = np.zeros(size, dtype=np.int64)
    np.maximum.at(highest, piece, steps)
    return _Pieces(
        cut.names,
        tuple(
            Patch.of(row[member] + window.row, column[member] + window.column) for member in members
        ),
        np.bincount(piece, minlength=size),
        np.bincount(piece, weights=steps, minlength=size).astype(np.int64),
        np.bincount(piece, weights=odds_of_steps(steps), minlength=size).astype(float),
        highest,
        _sums(np.isfinite(values).astype(float), piece, size).astype(np.intp),
        _sums(np.nan_to_num(values), piece, size),
        _sums(np.nan_to_num(parts), piece, size),
        dict(cut.small),
        cut.large,
    )


def _sums(values: FloatArray, piece: IntArray, size: int) -> FloatArray:
    """Return the sums over the cells of each piece, shape (n pieces, n columns)."""
    sums = [np.bincount(piece, weights=column, minlength=size) for column in values.T]
    return np.column_stack(sums)


def _joined(
    windows: Sequence[_Pieces], grid: Grid, rules: Cutting
) -> tuple[Outlined, list[Notice]]:
    """Return the targets of all windows, those that cross windows made whole."""
    patches = [patch for window in windows for patch in window.patches]
    targets = gather(name for window in windows for name in window.names)
    target = np.zeros(len(patches), dtype=np.intp)
    for number, members in enumerate(targets):
        target[members] = number

    def total(name: str) -> Any:
        sums = np.concatenate([getattr(window, name) for window in windows])
        whole = np.zeros((len(targets), *sums.shape[1:]), dtype=sums.dtype)
        np.add.at(whole, target, sums)
        return whole

    count, known = total("count"), total("known")
    of_known = np.where(known > 0, known, np.nan)
    highest = np.zeros(len(targets), dtype=np.int64)
    np.maximum.at(highest, target, np.concatenate([window.highest for window in windows]))
    outlines = [outline([patches[i] for i in target], grid) for target in targets]
    outlined = Outlined(
        gpd.GeoSeries(np.array(outlines, dtype=object), crs=grid.crs),
        [""] * len(targets),
        total("steps") / np.maximum(count, 1) / STEPS,
        score_of(highest),
        total("odds") / np.maximum(count, 1),
        total("evidence") / of_known,
        total("parts") / of_known,
    )
    small = {name: cells for window in windows for name, cells in window.small.items()}
    large = {name for window in windows for name in window.large}
    notices = cutting_notices(small, len(large), rules.entry, grid.cell_area_km2, rules.model)
    if not targets:
        about = {"model": rules.model, "percentile": rules.entry.lowest_percentile}
        notices.append(Notice("no-target", "problem", about))
    return outlined, notices
