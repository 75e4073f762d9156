"""Permissive ground on a grid: kept as a mask, and values computed only there.

Conditions are asked first, the cheapest first, and each only where all before it hold. What follows
knows three sorts of windows. Without ground: nothing of it is computed or kept but the mask. Mostly
ground: an evidence is computed whole, under a key that no deposit model enters, so that all share it.
In between: the pieces that hold ground, and kept is the ground alone, under a key of it in addition.
Whichever it is, values off the ground read as nodata: what a store held before shows in no result.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospector.compute.pieces import is_whole, pieces_of
from prospector.compute.store import EVIDENCE, SCORE, Form, Store, key_of
from prospector.grid import BoolArray, Grid, IntArray, Window

MASKS_KEPT, PIECES_KEPT = 64, 1024
"""Masks of windows, a bit a cell, and lists of pieces that a process holds: every evidence asks for them."""


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
        """Return which cells of any window are ground, shape (rows, columns)."""
        if self.key is None:
            return np.ones(window.shape, dtype=bool)
        return _bits(self, window).mask

    def pieces(self, window: Window, beside: float) -> tuple[Window, ...]:
        """Return the rectangles of one of the store's windows that hold its ground: see `pieces_of`."""
        return _pieces(self, window, beside)

    def is_whole(self, window: Window) -> bool:
        """Return whether so much of one of the store's windows is ground that it is computed whole."""
        return self.key is None or _bits(self, window).whole

    def in_pieces(self, evidence: str) -> str:
        """Return the key of an evidence that is computed in pieces of a window."""
        return key_of("on ground", evidence, self.key)

    def evidence(self, keys: Sequence[str], window: Window) -> NDArray[np.float32]:
        """Return several evidences of any window, NaN off the ground, shape (n, rows, columns)."""
        return self._read(keys, window, EVIDENCE, self._evidence)

    def on_ground(
        self, keys: Sequence[str], window: Window
    ) -> tuple[IntArray, list[NDArray[np.float32]]]:
        """Return which cells of one of the store's windows are ground, and several evidences of these alone.

        Their numbers, row by row, shape (n,), and an array of that shape for each evidence.
        """
        ground = self.mask(window).ravel()
        cells, is_all = np.flatnonzero(ground), bool(ground.all())
        if not self.is_whole(window):
            return cells, [self.store.read_packed(self.in_pieces(key), window) for key in keys]
        read = (self.store.read(key, window).ravel() for key in keys)
        return cells, [values if is_all else values[cells] for values in read]

    def score(self, key: str, window: Window) -> NDArray[np.int16]:
        """Return a score of any window, -1 off the ground, in the window's shape."""
        return np.asarray(self._read([key], window, SCORE, self.store.read)[0])

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
                found[on] = self._picked(key, home, row[on], column[on])
                off[on] = False
        return found, off

    def _picked(
        self, key: str, home: Window, row: IntArray, column: IntArray
    ) -> NDArray[np.float32]:
        """Return an evidence at cells that are ground, all of one of the store's windows, shape (n,)."""
        if self.is_whole(home):
            return self.store.pick(key, row, column)
        cells = np.flatnonzero(self.mask(home))
        asked = (row - home.row) * home.shape[1] + column - home.column
        return self.store.read_packed(self.in_pieces(key), home)[np.searchsorted(cells, asked)]

    def _evidence(self, key: str, part: Window) -> NDArray[np.float32]:
        """Return an evidence of a part of one of the store's windows, anything off the ground."""
        home = self._home(*part.place)
        if self.is_whole(home):
            return self.store.read(key, part)
        values = np.full(home.shape, np.nan, dtype=np.float32)
        values[self.mask(home)] = self.store.read_packed(self.in_pieces(key), home)
        return values[within(part, home)]

    def _read(
        self,
        keys: Sequence[str],
        window: Window,
        form: Form,
        read: Callable[[str, Window], NDArray[Any]],
    ) -> NDArray[Any]:
        """Return arrays by key of any window, as they are read of a part of each of the store's windows."""
        if self.key is None:
            return np.stack([self.store.read(key, window) for key in keys])
        result = np.full((len(keys), *window.shape), form.nodata, dtype=form.dtype)
        for home in self._homes(window):
            part = _common(home, window)
            here, there = self.mask(home)[within(part, home)], within(part, window)
            if not here.any():
                continue
            for values, key in zip(result, keys, strict=True):
                np.copyto(values[there], read(key, part), where=here)
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


@dataclass(frozen=True, eq=False)
class _Bits:
    """A window's mask, a bit a cell, and whether it is computed whole."""

    bits: NDArray[np.uint8]
    shape: tuple[int, int]
    whole: bool

    @property
    def mask(self) -> BoolArray:
        """The mask as an array of its own, shape (rows, columns)."""
        cells = np.unpackbits(self.bits, count=self.shape[0] * self.shape[1])
        return cells.view(bool).reshape(self.shape)


@lru_cache(maxsize=MASKS_KEPT)
def _bits(ground: Permissive, window: Window) -> _Bits:
    mask = ground.store.read(str(ground.key), window).astype(bool)
    return _Bits(np.packbits(mask), mask.shape, is_whole(mask))


@lru_cache(maxsize=PIECES_KEPT)
def _pieces(ground: Permissive, window: Window, beside: float) -> tuple[Window, ...]:
    return tuple(pieces_of(ground.mask(window), window, beside=beside))


def within(part: Window, whole: Window) -> tuple[slice, slice]:
    """Return where a part of a window lies in it."""
    row, column = part.row - whole.row, part.column - whole.column
    return slice(row, row + part.shape[0]), slice(column, column + part.shape[1])


def _common(home: Window, window: Window) -> Window:
    """Return what one of the store's windows has in common with another, in the place of the first."""
    first = max(home.row, window.row), max(home.column, window.column)
    last = (
        min(home.row + home.shape[0], window.row + window.shape[0]),
        min(home.column + home.shape[1], window.column + window.shape[1]),
    )
    return Window(home.place, *first, (last[0] - first[0], last[1] - first[1]))


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
