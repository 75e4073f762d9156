"""Where the evidence of a grid's cells is kept, and what is read of it window by window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prospector.compute.store import Store
from prospector.grid import BoolArray, Grid, Window
from prospector.ground.protocol import Scale


@dataclass(frozen=True)
class Condition:
    """A condition of permissive ground: the key of an evidence, and what it may be; see `Limits`."""

    key: str
    low: float
    high: float
    or_unknown: bool = False


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
        for condition in self.conditions:
            values = self.store.read(condition.key, window).ravel()
            holds = (values >= condition.low) & (values <= condition.high)
            ground &= holds | np.isnan(values) if condition.or_unknown else holds
        return ground
