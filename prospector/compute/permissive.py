"""Permissive ground on a grid: kept as a mask, and what is computed there alone read back from it.

Conditions are asked first, the cheapest first, and each only where all before it hold. What follows
knows three sorts of windows. Without ground: nothing of it is computed or kept but the mask. Mostly
ground: an evidence is computed whole, under a key that no deposit model enters, so that all share it.
In between: the pieces that hold ground, under a key of the ground in addition. Whichever it is, values
off the ground read as nodata: what a store held before shows in no result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospector.compute.pieces import is_whole
from prospector.compute.store import EVIDENCE, SCORE, Form, Store, key_of
from prospector.grid import BoolArray, Grid, IntArray, Window


@dataclass(frozen=True)
class Permissive:
    """The permissive ground of a grid, by the key of its mask.

    Parameters
    ----------
    key
        None where all of the grid is permissive: no condition is stated.
    """

    store: Store
    grid: Grid
    key: str | None = None

    def mask(self, window: Window) -> BoolArray:
        """Return which cells of any window are ground, in its shape."""
        if self.key is None:
            return np.ones(window.shape, dtype=bool)
        return self.store.read(self.key, window).astype(bool)

    def array_of(self, evidence: str, ground: BoolArray) -> str:
        """Return the key of the array that holds an evidence in a window of such ground."""
        return evidence if is_whole(ground) else self.in_pieces(evidence)

    def in_pieces(self, evidence: str) -> str:
        """Return the key of an evidence that is computed in pieces of a window."""
        return key_of("on ground", evidence, self.key)

    def evidence(self, keys: Sequence[str], window: Window) -> NDArray[np.float32]:
        """Return several evidences of any window, NaN off the ground, shape (n, rows, columns)."""
        return self._read(keys, window, EVIDENCE, self.array_of)

    def score(self, key: str, window: Window) -> NDArray[np.int16]:
        """Return a score of any window, -1 off the ground, in the window's shape."""
        return np.asarray(self._read([key], window, SCORE, lambda of, _: of)[0])

    def pick(
        self, key: str, row: IntArray, column: IntArray
    ) -> tuple[NDArray[np.float32], BoolArray]:
        """Return an evidence at some cells, and which of them lie off the ground, shape (n,) each."""
        found = np.full(len(row), np.nan, dtype=np.float32)
        off, size = np.ones(len(row), dtype=bool), self.store.window_cells
        places, of = np.unique(
            np.column_stack([row // size, column // size]), axis=0, return_inverse=True
        )
        for number, (down, right) in enumerate(places.tolist()):
            chosen, home = np.flatnonzero(of.reshape(-1) == number), self._home(down, right)
            ground = self.mask(home)
            on = chosen[ground[row[chosen] - home.row, column[chosen] - home.column]]
            if len(on):
                found[on] = self.store.pick(self.array_of(key, ground), row[on], column[on])
                off[on] = False
        return found, off

    def _read(
        self,
        keys: Sequence[str],
        window: Window,
        form: Form,
        array_of: Callable[[str, BoolArray], str],
    ) -> NDArray[Any]:
        if self.key is None:
            return np.stack([self.store.read(key, window) for key in keys])
        result = np.full((len(keys), *window.shape), form.nodata, dtype=form.dtype)
        for home in self._homes(window):
            ground = self.mask(home)
            part, within, there = _common(home, window)
            here = ground[within]
            if not here.any():
                continue
            for number, key in enumerate(keys):
                values = self.store.read(array_of(key, ground), part)
                result[number][there] = np.where(here, values, form.nodata)
        return result

    def _homes(self, window: Window) -> Iterator[Window]:
        """Give the windows of the store that a window has cells in common with."""
        size, (rows, columns) = self.store.window_cells, window.shape
        for down in range(window.row // size, -(-(window.row + rows) // size)):
            for right in range(window.column // size, -(-(window.column + columns) // size)):
                yield self._home(down, right)

    def _home(self, down: int, right: int) -> Window:
        size, (rows, columns) = self.store.window_cells, self.grid.shape
        row, column = down * size, right * size
        shape = min(size, rows - row), min(size, columns - column)
        return Window((down, right), row, column, shape)


Slices = tuple[slice, slice]


def _common(home: Window, window: Window) -> tuple[Window, Slices, Slices]:
    """Return what two windows have in common: as a window, and as slices of the one and of the other."""
    first = max(home.row, window.row), max(home.column, window.column)
    last = (
        min(home.row + home.shape[0], window.row + window.shape[0]),
        min(home.column + home.shape[1], window.column + window.shape[1]),
    )
    part = Window(home.place, *first, (last[0] - first[0], last[1] - first[1]))

    def of(whole: Window) -> Slices:
        return (
            slice(first[0] - whole.row, last[0] - whole.row),
            slice(first[1] - whole.column, last[1] - whole.column),
        )

    return part, of(home), of(window)


@dataclass(frozen=True)
class EvidenceThere:
    """Evidence of permissive ground, read as from a store."""

    permissive: Permissive

    def read(self, key: str, window: Window) -> NDArray[np.float32]:
        """Return an evidence of any window, NaN off the ground, shape `window.shape`."""
        return np.asarray(self.permissive.evidence([key], window)[0])


@dataclass(frozen=True)
class ScoreThere:
    """A score of permissive ground, read as from a store."""

    permissive: Permissive

    def read(self, key: str, window: Window) -> NDArray[np.int16]:
        """Return a score of any window, -1 off the ground, shape `window.shape`."""
        return self.permissive.score(key, window)


@dataclass(frozen=True)
class GroundWindows:
    """The windows of a grid that hold permissive ground, and which of them are computed whole.

    Parameters
    ----------
    permissive
        The ground itself.
    windows
        Windows with ground, row by row.
    whole
        Places of those that are computed whole.
    """

    permissive: Permissive
    windows: tuple[Window, ...]
    whole: frozenset[tuple[int, int]]

    @classmethod
    def all_of(cls, store: Store, grid: Grid) -> GroundWindows:
        """Return every window of a grid, all of it permissive."""
        windows = tuple(grid.windows(store.window_cells))
        return cls(Permissive(store, grid), windows, frozenset(one.place for one in windows))

    def shared(self) -> list[Window]:
        """Return the windows that are computed whole."""
        return [window for window in self.windows if window.place in self.whole]

    def in_pieces(self) -> list[Window]:
        """Return the windows of which pieces are computed."""
        return [window for window in self.windows if window.place not in self.whole]
