"""Where the evidence of a grid's cells is kept, and what is read of it window by window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from prospector.compute.permissive import Permissive
from prospector.compute.store import Store
from prospector.grid import BoolArray, Grid, IntArray, Window
from prospector.ground.protocol import Scale


@dataclass(frozen=True)
class Stack:
    """Where the evidence of a grid's cells is kept: what a worker is sent, no array.

    Parameters
    ----------
    ground
        The permissive ground, where alone evidence is computed.
    evidence
        Keys of the evidence in the store, in the order of the deposit model.
    """

    ground: Permissive
    evidence: tuple[str, ...]
    scale: Scale

    @property
    def store(self) -> Store:
        """The store."""
        return self.ground.store

    @property
    def grid(self) -> Grid:
        """The grid of all windows."""
        return self.ground.grid

    def read(self, window: Window) -> NDArray[np.float32]:
        """Return a window's evidence, NaN off the permissive ground, shape (n evidence, n cells)."""
        found = self.ground.evidence(self.evidence, window)
        return found.reshape(len(self.evidence), -1)

    def on_ground(self, window: Window) -> tuple[IntArray, list[NDArray[np.float32]]]:
        """Return the cells of a window that the model can apply to, and each evidence of them, shape (n,)."""
        return self.ground.on_ground(self.evidence, window)

    def permissive(self, window: Window) -> BoolArray:
        """Return which cells of a window the model can apply to, shape (n cells,)."""
        return self.ground.mask(window).ravel()
