"""The cells of a grid as a deposit model's ground: sampled, scored and cut window by window.

No step holds the region's cells in memory. Each sends windows to the workers; a task carries
addresses and small values, and what comes back of a window is small: a sample, counts, targets.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from prospector.compute.permissive import EvidenceThere, ScoreThere
from prospector.compute.pieces import pieces_around
from prospector.compute.provenance import code_of, made_by
from prospector.compute.store import SCORE, StoredRaster, key_of
from prospector.compute.windows import Workspace, evidence_in_pieces, key_parts
from prospector.errors import Notice
from prospector.grid import BoolArray, FloatArray, IntArray, Values, Window, cells
from prospector.ground.cell_draw import Draw, draw_background
from prospector.ground.cell_stack import Stack
from prospector.ground.cell_targets import HotTask, cut_targets
from prospector.ground.distribution import (
    STEPS,
    Distribution,
    Steps,
    count_steps,
    odds_of_steps,
    score_steps,
)
from prospector.ground.own_places import OwnPlaces
from prospector.ground.protocol import Background, Cutting, Look, Outlined, Scale, Scored
from prospector.ground.spread import spread_windows
from prospector.models.deposits import Effort
from prospector.models.fitted import Fitted
from prospector.options import Done

ROWS_AT_ONCE = 1 << 16
"""Cells whose evidence is scaled and scored at once: what the copies of them take stays small."""


@dataclass(frozen=True, eq=False)
class CellGround:
    """The cells of a grid with one deposit model's evidence in a store: a `Ground`.

    Parameters
    ----------
    windows
        The windows that hold permissive ground: no other is computed, scored or cut.
    measures
        Unit of each evidence.
    own_places
        What measures the evidence at places that are no cell's centre.
    """

    stack: Stack
    windows: tuple[Window, ...]
    measures: tuple[str, ...]
    workspace: Workspace
    own_places: OwnPlaces

    @property
    def scale(self) -> Scale:
        """The scale that the evidence is learned on."""
        return self.stack.scale

    def at(self, places: gpd.GeoSeries) -> FloatArray:
        """Return the evidence at each point itself, NaN off the grid, shape (n, n evidence)."""
        return self.own_places.evidence(places)

    def permissive_at(self, places: gpd.GeoSeries) -> BoolArray:
        """Return whether the model can apply at each point itself; never off the grid, shape (n,)."""
        return self.own_places.permissive(places)

    def in_unit(self, places: gpd.GeoSeries) -> BoolArray:
        """Return that each point lies in a cell: only deposits inside the region are asked for.

        Shape (n,).
        """
        return np.ones(len(places), dtype=bool)

    def background(
        self, size: int, seed: int, done: Done, *, draws: int = 1, effort: Effort | None = None
    ) -> tuple[Background, ...]:
        """Return draws of at most `size` cells, by hashing their rows and columns with the seed."""
        draw = Draw(size, seed, draws, effort)
        return draw_background(self.stack, self.windows, draw, self.workspace.workers, done)

    def score(self, fitted: Fitted, done: Done) -> Scored:
        """Return the score of every cell, kept in the store; what is there is not computed again."""
        stack, store = self.stack, self.stack.store
        asked = [stack.evidence, stack.scale.logged, stack.ground.key]
        code = made_by(CellGround), code_of(type(fitted.estimator))
        key = key_of("score", code, *asked, fitted.figures(), key_parts(stack.grid, store))
        store.create(key, stack.grid, SCORE)
        missing = {window.place for window in store.missing(key, stack.grid, self.windows)}
        counts = np.zeros(STEPS + 1, dtype=np.int64)

        def take(_: int, found: NDArray[np.int64]) -> None:
            counts[:] += found

        tasks = [
            _ScoreTask(stack, window, key, fitted, window.place in missing)
            for window in self.windows
        ]
        self.workspace.workers.run(_score_window, tasks, take=take, done=done)
        there = ScoreThere(stack.ground)
        values = StoredRaster(there, key, stack.grid, "", STEPS, self.workspace.kept)
        odds_km2 = float(counts @ odds_of_steps(np.arange(STEPS + 1))) * stack.grid.cell_area_km2
        return Scored(values, Distribution(counts), odds_km2)

    def around(self, at: FloatArray, shifts: FloatArray, column: int) -> FloatArray:
        """Return one evidence at the cells that places come to lie in, NaN off the grid, shape (n,).

        What lies off the permissive ground is computed for the purpose.
        """
        moved = (at[None] + shifts[:, None]).reshape(-1, 2)
        row, column_at, inside = self.stack.grid.index(moved[:, 0], moved[:, 1])
        found = np.full(len(row), np.nan)
        found[inside] = self._picked(column, row[inside], column_at[inside])
        return found.reshape(len(shifts), len(at))

    def _picked(self, number: int, row: IntArray, column: IntArray) -> FloatArray:
        """Return an evidence, by its number, at cells on the ground or off it, shape (n,)."""
        ground, (kind, parameters) = self.stack.ground, self.own_places.asked[number]
        found, off = ground.pick(self.stack.evidence[number], row, column)
        pieces, of = pieces_around(row[off], column[off])
        values = evidence_in_pieces(
            kind, parameters, pieces, self.stack.grid, self.own_places.layers, self.workspace
        )
        result = found.astype(float)
        result[off] = [
            values[piece][at_row - pieces[piece].row, at_column - pieces[piece].column]
            for piece, at_row, at_column in zip(of, row[off], column[off], strict=True)
        ]
        return result

    def cut(
        self, scored: Scored, fitted: Fitted, rules: Cutting, done: Done
    ) -> tuple[Outlined, list[Notice]]:
        """Return the connected cells above the ladder's percentiles; what crosses windows is whole."""
        if not isinstance(scored.values, StoredRaster):
            raise ValueError("cut takes what score returned: a score that lies in the store")
        key = scored.values.key
        thresholds = scored.distribution.thresholds(rules.entry.percentiles)
        applicability = rules.applicability
        tasks = [
            HotTask(self.stack, key, window, thresholds, applicability) for window in self.windows
        ]
        return cut_targets(tasks, fitted, rules, self.workspace.workers, done)

    def look(self) -> Look:
        """Return the cells of small windows spread over the grid, or all of a small one."""
        stack, windows = self.stack, spread_windows(self.stack.grid)
        centres = [cells(stack.grid.part(window)) for window in windows]
        return Look(
            np.concatenate([stack.read(window).T.astype(float) for window in windows]),
            np.concatenate([stack.permissive(window) for window in windows]),
            np.concatenate([np.column_stack([units.easting, units.northing]) for units in centres]),
        )

    def evidence(self) -> list[Values]:
        """Return each evidence as it lies in the store, nodata off the permissive ground."""
        there, grid, kept = EvidenceThere(self.stack.ground), self.stack.grid, self.workspace.kept
        pairs = zip(self.stack.evidence, self.measures, strict=True)
        return [StoredRaster(there, key, grid, unit, kept=kept) for key, unit in pairs]


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
    cells, evidence = stack.on_ground(window)
    steps = np.full(window.shape, -1, dtype=np.int16).ravel()
    for start in range(0, len(cells), ROWS_AT_ONCE):
        some = slice(start, start + ROWS_AT_ONCE)
        values = np.stack([one[some] for one in evidence])
        known = stack.scale.complete(values.T)
        if known.any():
            rows = stack.scale(values[:, known].T)
            steps[cells[some][known]] = score_steps(fitted.score(rows))
    return steps
