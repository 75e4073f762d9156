"""What a deposit model is applied to: a region's grid and layers, and how and where it is computed."""

from __future__ import annotations

from dataclasses import dataclass

from prospector.compute.windows import Workspace
from prospector.grid import Grid
from prospector.layers import Layers
from prospector.options import Options, Progress, silent


@dataclass(frozen=True, eq=False)
class Setting:
    """What stays the same for every deposit model of a screening.

    Parameters
    ----------
    grid
        The cells of the region.
    layers
        Its layers as read.
    options
        How the screening was called.
    workspace
        Where windows are computed and kept: none of it changes a result.
    report
        Called with what is being done.
    """

    grid: Grid
    layers: Layers
    options: Options
    workspace: Workspace
    report: Progress = silent
