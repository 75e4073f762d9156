"""The cells of a grid as a deposit model's ground: sampled, scored and cut window by window.

No step holds the region's cells in memory. Each sends windows to the workers; a task carries
addresses and small values, and what comes back of a window is small: a sample, counts, targets.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from prospector.compute.provenance import code_of, made_by
from prospector.compute.store import SCORE, Store, StoredRaster, key_of
from prospector.compute.windows import Workspace, key_parts
from prospector.errors import Notice
from prospector.grid import BoolArray, FloatArray, Grid, Values, Window
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
from prospector.ground.distribution import (
    STEPS,
    Distribution,
    Steps,
    count_steps,
    odds_of_steps,
    score_of,
    score_steps,
)
from prospector.ground.protocol import Background, Cutting, Done, Outlined, Scale, Scored, turns
from prospector.models.deposits import Effort, cell_ranks
from prospector.models.fitted import Fitted
from prospector.region.region_file import TargetEntry
from prospector.validation.applicability import Applicability

IntArray = NDArray[np.intp]

ROWS_AT_ONCE = 1 << 16
"""Cells whose evidence is scaled and scored at once: what the copies of them take stays small."""


@dataclass(frozen=True)
class Condition:
    """A condition of permissive ground: the key of an evidence, and the values that it may have."""

    key: str
    low: float
    high: float


@dataclass(frozen=True)
class Stack:
    """Where the evidence of a grid's cells is kept: what a worker is told, no array.

    Parameters
    ----------
    evidence
        Keys of the evidence in the store, in the order of the deposit model.
    """

    store: Store
    grid: Grid
    evidence: tuple[str, ...]
    scale: Scale
    conditions: tuple[Condition, ...]

    def read(self, window: Window) -> NDArray[np.float32]:
        """Return a window's evidence, shape (n evidence, n cells)."""
        return np.stack([self.store.read(key, window).ravel() for key in self.evidence])

    def permissive(self, window: Window) -> BoolArray:
        """Return which cells of a window the model can apply to, shape (n cells,)."""
        ground = np.ones(window.shape[0] * window.shape[1], dtype=bool)
        for one in self.conditions:
            values = self.store.read(one.key, window).ravel()
            ground &= (values >= one.low) & (values <= one.high)
        return ground

    def pick(self, row: IntArray, column: IntArray) -> FloatArray:
        """Return the evidence of some cells, shape (n cells, n evidence)."""
        columns = [self.store.pick(key, row, column).astype(float) for key in self.evidence]
        return np.column_stack(columns)


@dataclass(frozen=True, eq=False)
class CellGround:
    """The cells of a grid with one deposit model's evidence in a store: a `Ground`.

    Parameters
    ----------
    measures
        Unit of each evidence.
    """

    stack: Stack
    measures: tuple[str, ...]
    workspace: Workspace

    @property
    def scale(self) -> Scale:
        """The scale that the evidence is learned on."""
        return self.stack.scale

    @property
    def _windows(self) -> list[Window]:
        return self.stack.grid.windows(self.stack.store.window_cells)

    def at(self, places: gpd.GeoSeries) -> FloatArray:
        """Return the evidence of the cell that each point lies in, NaN off the grid, (n, n evidence)."""
        at = np.asarray(places.x, dtype=float), np.asarray(places.y, dtype=float)
        row, column, inside = self.stack.grid.index(*at)
        found = self.stack.pick(row, column)
        found[~inside] = np.nan
        return found

    def background(
        self, size: int, seed: int, done: Done, *, draws: int = 1, effort: Effort | None = None
    ) -> tuple[Background, ...]:
        """Return draws of at most `size` cells, by hashing their rows and columns with the seed."""
        parts, most = [_Drawn.none(len(self.stack.evidence))], size * draws

        def take(_: int, drawn: _Drawn) -> None:
            parts[:] = [_lowest([*parts, drawn], most)]

        tasks = [_SampleTask(self.stack, one, most, seed, effort) for one in self._windows]
        self.workspace.workers.run(_sample_window, tasks, take=take, done=done)
        (drawn,) = parts
        chosen = turns(len(drawn.rank), size, draws)
        return tuple(drawn.background(self.stack.grid, one) for one in chosen)

    def score(self, fitted: Fitted, done: Done) -> Scored:
        """Return the score of every cell, kept in the store; what is there is not computed again."""
        stack, store = self.stack, self.stack.store
        asked = [stack.evidence, stack.scale.logged, [vars(one) for one in stack.conditions]]
        code = made_by(CellGround), code_of(type(fitted.estimator))
        key = key_of("score", code, *asked, fitted.figures(), key_parts(stack.grid, store))
        store.create(key, stack.grid, SCORE)
        missing = {one.place for one in store.missing(key, stack.grid)}
        counts = np.zeros(STEPS + 1, dtype=np.int64)

        def take(_: int, found: NDArray[np.int64]) -> None:
            counts[:] += found

        tasks = [_ScoreTask(stack, one, key, fitted, one.place in missing) for one in self._windows]
        self.workspace.workers.run(_score_window, tasks, take=take, done=done)
        values = StoredRaster(store, key, stack.grid, "", STEPS, self.workspace.kept)
        odds_km2 = float(counts @ odds_of_steps(np.arange(STEPS + 1))) * stack.grid.cell_area_km2
        return Scored(values, Distribution(counts), odds_km2)

    def around(self, at: FloatArray, shifts: FloatArray, column: int) -> FloatArray:
        """Return one evidence at the cells that places come to lie in, NaN off the grid."""
        moved = (at[None] + shifts[:, None]).reshape(-1, 2)
        row, column_at, inside = self.stack.grid.index(moved[:, 0], moved[:, 1])
        found = self.stack.store.pick(self.stack.evidence[column], row, column_at).astype(float)
        found[~inside] = np.nan
        return found.reshape(len(shifts), len(at))

    def cut(
        self, scored: Scored, fitted: Fitted, rules: Cutting, done: Done
    ) -> tuple[Outlined, list[Notice]]:
        """Return the connected cells above the ladder's percentiles; what crosses windows is whole."""
        if not isinstance(scored.values, StoredRaster):
            raise ValueError("cut takes what score returned: a score that lies in the store")
        key = scored.values.key
        thresholds = scored.distribution.thresholds(rules.entry.percentiles)
        tasks = [
            _HotTask(self.stack, key, one, thresholds, rules.applicability) for one in self._windows
        ]
        first: list[Any] = [None] * len(tasks)
        run = self.workspace.workers.run
        run(_border_window, tasks, take=first.__setitem__, done=_half(done, 0))
        joined = join_borders(self._windows, [borders for borders, _ in first])
        cuts = [
            _CutTask(task, tuple(border), rules.entry, fitted)
            for task, border in zip(tasks, joined, strict=True)
        ]
        found: list[Any] = [None] * len(tasks)
        run(_cut_window, cuts, take=found.__setitem__, done=_half(done, 1))
        outlined, notices = _joined(found, self.stack.grid, rules)
        unlike = sum(count for _, count in first)
        if unlike:
            about = {"model": rules.model}
            notices.append(Notice("outside-applicability", "caution", about, unlike))
        return outlined, notices

    def evidence(self) -> list[Values]:
        """Return each evidence as it lies in the store."""
        store, grid, kept = self.stack.store, self.stack.grid, self.workspace.kept
        pairs = zip(self.stack.evidence, self.measures, strict=True)
        return [StoredRaster(store, key, grid, unit, kept=kept) for key, unit in pairs]


def _half(done: Done, which: int) -> Done:
    """Return the progress of the first or second of two passes over the same windows."""
    return lambda count, total: done(which * total + count, 2 * total)


# sample -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _SampleTask:
    stack: Stack
    window: Window
    size: int
    seed: int
    effort: Effort | None


@dataclass(frozen=True, eq=False)
class _Drawn:
    """The cells of a window with the lowest ranks, and how many the window has."""

    rank: FloatArray
    row: IntArray
    column: IntArray
    evidence: NDArray[np.float32]
    n_permissive: int
    n_scored: int

    @classmethod
    def none(cls, n_evidence: int) -> _Drawn:
        """Return the draw from no window."""
        nowhere = np.zeros(0, dtype=np.intp)
        evidence = np.zeros((0, n_evidence), dtype=np.float32)
        return cls(np.zeros(0), nowhere, nowhere, evidence, 0, 0)

    def background(self, grid: Grid, chosen: IntArray) -> Background:
        """Return some of the cells in the order of rows and columns."""
        order = chosen[np.lexsort((self.column[chosen], self.row[chosen]))]
        easting, northing = grid.axes()
        at = np.column_stack([easting[self.column[order]], northing[self.row[order]]])
        evidence = self.evidence[order].astype(float)
        ground_km2 = self.n_scored * grid.cell_area_km2
        return Background(evidence, at, self.n_permissive, self.n_scored, ground_km2)


def _sample_window(task: _SampleTask) -> _Drawn:
    stack, window = task.stack, task.window
    evidence, permissive = stack.read(window), stack.permissive(window)
    scored = np.flatnonzero(permissive & np.isfinite(evidence).all(axis=0))
    rank = cell_ranks(stack.grid.part(window), task.seed, task.effort)[scored]
    chosen = np.flatnonzero(np.isfinite(rank))
    if len(chosen) > task.size:
        chosen = np.flatnonzero(rank <= np.partition(rank, task.size - 1)[task.size - 1])
    row, column = np.divmod(scored[chosen], window.shape[1])
    return _Drawn(
        rank[chosen],
        row + window.row,
        column + window.column,
        evidence[:, scored[chosen]].T,
        int(permissive.sum()),
        len(scored),
    )


def _lowest(parts: Sequence[_Drawn], size: int) -> _Drawn:
    """Return the draw from several windows together: ties of rank go by row and column."""
    rank, row, column, evidence = (
        np.concatenate([getattr(one, name) for one in parts])
        for name in ("rank", "row", "column", "evidence")
    )
    order = np.lexsort((column, row, rank))[:size]
    return _Drawn(
        rank[order],
        row[order],
        column[order],
        evidence[order],
        sum(one.n_permissive for one in parts),
        sum(one.n_scored for one in parts),
    )


# score --------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _ScoreTask:
    stack: Stack
    window: Window
    key: str
    fitted: Fitted
    missing: bool


def _score_window(task: _ScoreTask) -> NDArray[np.int64]:
    """Keep a window's score, unless it is there, and return how many cells have each step."""
    store, window = task.stack.store, task.window
    if not task.missing:
        return count_steps(store.read(task.key, window).ravel())
    steps = _steps(task.stack, window, task.fitted)
    store.write(task.key, window, steps.reshape(window.shape))
    return count_steps(steps)


def _steps(stack: Stack, window: Window, fitted: Fitted) -> Steps:
    """Return the score of a window's cells, -1 off the permissive ground and without evidence."""
    evidence, permissive = stack.read(window), stack.permissive(window)
    steps = np.full(len(permissive), -1, dtype=np.int16)
    scored = np.flatnonzero(permissive & np.isfinite(evidence).all(axis=0))
    for start in range(0, len(scored), ROWS_AT_ONCE):
        cells = scored[start : start + ROWS_AT_ONCE]
        rows = stack.scale(evidence[:, cells].T)
        steps[cells] = score_steps(fitted.score(rows))
    return steps


# targets ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _HotTask:
    stack: Stack
    key: str
    window: Window
    thresholds: tuple[int, ...]
    applicability: Applicability | None


def _hot_cells(task: _HotTask) -> tuple[HotCells, FloatArray, int]:
    """Return the cells that may be targets, their evidence, and how many are unlike any trained on."""
    stack, steps = task.stack, task.stack.store.read(task.key, task.window)
    flat = np.flatnonzero(steps >= task.thresholds[0])
    values = np.zeros((0, len(stack.evidence)))
    if len(flat):
        values = stack.read(task.window)[:, flat].T.astype(float)
    like = np.ones(len(flat), dtype=bool)
    if task.applicability is not None and len(flat):
        like = task.applicability.inside(stack.scale(values))
        steps.ravel()[flat[~like]] = -1
    return HotCells.of(steps, task.thresholds[0]), values[like], int((~like).sum())


def _border_window(task: _HotTask) -> tuple[list[Border], int]:
    hot, _, unlike = _hot_cells(task)
    return border_components(hot, task.thresholds), unlike


@dataclass(frozen=True)
class _CutTask:
    hot: _HotTask
    borders: tuple[Border, ...]
    entry: TargetEntry
    fitted: Fitted


@dataclass(frozen=True, eq=False)
class _Pieces:
    """The targets of one window, whole or in part, with sums over their cells."""

    names: tuple[Name | None, ...]
    patches: tuple[Patch, ...]
    count: NDArray[np.int64]
    steps: NDArray[np.int64]
    odds: FloatArray
    highest: NDArray[np.int64]
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
        tuple(Patch.of(row[one] + window.row, column[one] + window.column) for one in members),
        np.bincount(piece, minlength=size),
        np.bincount(piece, weights=steps, minlength=size).astype(np.int64),
        np.bincount(piece, weights=odds_of_steps(steps), minlength=size).astype(float),
        highest,
        _sums(values, piece, size),
        _sums(parts, piece, size),
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
    patches = [patch for one in windows for patch in one.patches]
    targets = gather(name for one in windows for name in one.names)
    target = np.zeros(len(patches), dtype=np.intp)
    for number, members in enumerate(targets):
        target[members] = number

    def total(name: str) -> Any:
        sums = np.concatenate([getattr(one, name) for one in windows])
        whole = np.zeros((len(targets), *sums.shape[1:]), dtype=sums.dtype)
        np.add.at(whole, target, sums)
        return whole

    count = total("count")
    highest = np.zeros(len(targets), dtype=np.int64)
    np.maximum.at(highest, target, np.concatenate([one.highest for one in windows]))
    outlines = [outline([patches[i] for i in one], grid) for one in targets]
    outlined = Outlined(
        gpd.GeoSeries(np.array(outlines, dtype=object), crs=grid.crs),
        [""] * len(targets),
        total("steps") / np.maximum(count, 1) / STEPS,
        score_of(highest),
        total("odds") / np.maximum(count, 1),
        total("evidence") / count[:, None],
        total("parts") / count[:, None],
    )
    small = {name: cells for one in windows for name, cells in one.small.items()}
    large = {name for one in windows for name in one.large}
    notices = cutting_notices(small, len(large), rules.entry, grid.cell_area_km2, rules.model)
    if not targets:
        about = {"model": rules.model, "percentile": rules.entry.lowest_percentile}
        notices.append(Notice("no-target", "problem", about))
    return outlined, notices
