"""What a screening would cost, roughly, by a rule from runs that were measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prospector.grid import Grid

START_S = 6.0
"""Seconds of a run of hardly any cells: layers, tenure, pages."""

CELL_S = 4e-7
"""Seconds of one core for each cell and evidence: 0.25 to 0.5 microseconds were measured."""

VALIDATION_S, QUICK_VALIDATION_S = 90.0, 4.0
"""Seconds of one core for the skill of a deposit model that learns: 10 to 100 were measured."""

GROUND_TIMES = 1.4
"""A part of a region costs so many times its share of what the whole costs: it is computed in pieces."""

PROCESS_GB = 0.45
"""Memory of a process, whatever the cells."""

CELL_MEMORY_BYTES, CELL_DISK_BYTES = 2.5, 3.0
"""Memory for each cell in one process; disk for each cell and evidence, the score being one more."""


@dataclass(frozen=True)
class OnCells:
    """What a deposit model computes on the cells of a region.

    Parameters
    ----------
    evidence, conditions
        How many evidences, and conditions of permissive ground.
    ground
        Share of the cells that is permissive ground (0-1): evidence and score are computed there alone.
    """

    evidence: int
    conditions: int = 0
    ground: float = 1.0

    @property
    def maps(self) -> float:
        """How many maps of all cells evidence and score cost."""
        computed = min(GROUND_TIMES * self.ground, 1.0) if self.conditions else 1.0
        return (self.evidence + 1) * computed


@dataclass(frozen=True)
class Cost:
    """What a screening would cost, roughly.

    Parameters
    ----------
    cells
        Of the region, on permissive ground or off it.
    minutes, quick_minutes
        Of one core, for a whole run and for a quick one.
    memory_gb
        Of the largest process.
    disk_gb
        Of the run folder with its store.
    """

    cells: int
    minutes: float
    quick_minutes: float
    memory_gb: float
    disk_gb: float


def cost_of(grid: Grid, computed: Iterable[OnCells], *, learned: int) -> Cost:
    """Return what a screening would cost, roughly.

    Conditions count on all cells, as if none were cheaper than evidence; so does memory, which the
    ground may need less of.

    Parameters
    ----------
    grid
        The region's cells.
    computed
        What each deposit model computes on the cells.
    learned
        How many of the models learn.

    Examples
    --------
    >>> grid = Grid("EPSG:32719", 0.0, 0.0, 100.0, (2000, 2000))
    >>> cost = cost_of(grid, [OnCells(4), OnCells(4)], learned=1)
    >>> cost.cells, round(cost.minutes, 1), round(cost.quick_minutes, 1), round(cost.disk_gb, 2)
    (4000000, 1.9, 0.4, 0.12)
    >>> round(cost_of(grid, [OnCells(4, 1, ground=0.1)], learned=1).disk_gb, 3)
    0.008
    """
    rows, columns = grid.shape
    cells, on_cells = rows * columns, list(computed)
    maps = sum(model.maps for model in on_cells)
    conditions = sum(model.conditions for model in on_cells)
    seconds = START_S + cells * (maps + conditions) * CELL_S
    return Cost(
        cells,
        (seconds + learned * VALIDATION_S) / 60,
        (seconds + learned * QUICK_VALIDATION_S) / 60,
        PROCESS_GB + cells * CELL_MEMORY_BYTES / 1e9,
        cells * maps * CELL_DISK_BYTES / 1e9,
    )
