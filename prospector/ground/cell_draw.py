"""Background drawn from the cells of a grid: each window's lowest ranks, and the lowest of them all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prospector.compute.engine import Workers
from prospector.grid import FloatArray, Grid, IntArray, Window
from prospector.ground.cell_stack import Stack
from prospector.ground.protocol import Background, turns
from prospector.models.deposits import Effort, cell_ranks
from prospector.options import Done


@dataclass(frozen=True)
class Draw:
    """What is drawn: how many cells each time, with which seed, how often, and where more often.

    Parameters
    ----------
    effort
        How much was looked where; None for evenly by area.
    """

    size: int
    seed: int
    draws: int = 1
    effort: Effort | None = None


def draw_background(
    stack: Stack, windows: Sequence[Window], draw: Draw, workers: Workers, done: Done
) -> tuple[Background, ...]:
    """Return draws of at most `size` cells, by hashing their rows and columns with the seed."""
    parts, most = [_Drawn.none(len(stack.evidence))], draw.size * draw.draws

    def take(_: int, drawn: _Drawn) -> None:
        parts[:] = [_lowest([*parts, drawn], most)]

    tasks = [_SampleTask(stack, window, most, draw.seed, draw.effort) for window in windows]
    workers.run(_sample_window, tasks, take=take, done=done)
    (drawn,) = parts
    chosen = turns(len(drawn.rank), draw.size, draw.draws)
    return tuple(drawn.background(stack.grid, row) for row in chosen)


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
    lacking: IntArray

    @classmethod
    def none(cls, n_evidence: int) -> _Drawn:
        """Return the draw from no window."""
        nowhere = np.zeros(0, dtype=np.intp)
        evidence = np.zeros((0, n_evidence), dtype=np.float32)
        lacking = np.zeros(n_evidence, dtype=np.intp)
        return cls(np.zeros(0), nowhere, nowhere, evidence, 0, 0, lacking)

    def background(self, grid: Grid, chosen: IntArray) -> Background:
        """Return some of the cells in the order of rows and columns."""
        order = chosen[np.lexsort((self.column[chosen], self.row[chosen]))]
        easting, northing = grid.axes()
        at = np.column_stack([easting[self.column[order]], northing[self.row[order]]])
        evidence = self.evidence[order].astype(float)
        ground_km2 = self.n_scored * grid.cell_area_km2
        lacking = tuple(self.lacking.tolist())
        return Background(evidence, at, self.n_permissive, self.n_scored, ground_km2, lacking)


def _sample_window(task: _SampleTask) -> _Drawn:
    stack, window = task.stack, task.window
    evidence, permissive = stack.read(window), stack.permissive(window)
    scored = np.flatnonzero(permissive & stack.scale.complete(evidence.T))
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
        (~np.isfinite(evidence[:, permissive])).sum(axis=1),
    )


def _lowest(parts: Sequence[_Drawn], size: int) -> _Drawn:
    """Return the draw from several windows together: ties of rank go by row and column."""
    rank, row, column, evidence = (
        np.concatenate([getattr(part, name) for part in parts])
        for name in ("rank", "row", "column", "evidence")
    )
    order = np.lexsort((column, row, rank))[:size]
    return _Drawn(
        rank[order],
        row[order],
        column[order],
        evidence[order],
        sum(part.n_permissive for part in parts),
        sum(part.n_scored for part in parts),
        np.sum([part.lacking for part in parts], axis=0),
    )
