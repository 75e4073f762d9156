"""Evidence of a grid's permissive ground, window by window: sent to an executor, kept, resumed."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospector.compute.engine import Workers
from prospector.compute.normalised import normalise, open_normalised
from prospector.compute.permissive import GroundWindows, Permissive, within
from prospector.compute.provenance import code_of, made_by
from prospector.compute.store import EVIDENCE, Store, key_of
from prospector.evidence import Kind, Parameters, known_kinds, readable_layers
from prospector.evidence.measure import measure
from prospector.grid import BoolArray, Grid, Window, cells
from prospector.layers import Layers
from prospector.layers.rasters import rasters_kept_open
from prospector.options import Done
from prospector.scratch import scratch_folder


@dataclass(frozen=True)
class Workspace:
    """Where windows are computed and kept: none of it changes a result.

    Parameters
    ----------
    store
        Where what is done is kept.
    workers
        Where windows are sent.
    kept
        Held by what is read from the store later: a store that goes with the run lives as long.
    """

    store: Store
    workers: Workers
    kept: object = None


class _TemporaryFolder:
    """A folder that goes when nothing holds this any more."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(dir=scratch_folder())
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def workspace_of(
    store: str | Path | None, workers: Workers, *, window_cells: int = 1024
) -> Workspace:
    """Return a workspace over a store, over one that goes with the run where none is named."""
    kept = _TemporaryFolder() if store is None else None
    root = str(store) if kept is None else kept.path
    return Workspace(Store(root, window_cells), workers, kept)


@dataclass(frozen=True)
class Asked:
    """An evidence as a worker computes it: addresses and hashes, no layer and no array."""

    root: str
    layers: tuple[str, ...]
    name: str
    kind: Kind
    parameters: Parameters

    def of(
        self, grid: Grid, piece: Window, *, wanted: BoolArray | None = None
    ) -> NDArray[np.float32]:
        """Return the evidence of a piece of a grid, in its shape; of the wanted cells, if any are named."""
        layers = open_normalised(self.root, self.layers, grid.crs)
        units = cells(grid.part(piece), wanted=wanted)
        values = measure(self.name, self.kind, layers, units, parameters=self.parameters)
        return values.astype(np.float32).reshape(piece.shape)

    def on(
        self, ground: BoolArray, grid: Grid, window: Window, pieces: Sequence[Window]
    ) -> NDArray[np.float32]:
        """Return the evidence of a window's ground from the pieces that hold it, NaN off it.

        Shape `window.shape`.
        """
        if ground.all():
            return self.of(grid, window)
        values = np.full(window.shape, np.nan, dtype=np.float32)
        with rasters_kept_open():
            for piece in pieces:
                there = within(piece, window)
                here = ground[there]
                np.copyto(values[there], self.of(grid, piece, wanted=here), where=here)
        return values

    @property
    def beside(self) -> float:
        """What a piece costs beside its cells, in cells."""
        return self.parameters.cells_beside()


class Askers:
    """What makes evidence ready for workers: each layer that it reads is written to the store once."""

    def __init__(self, grid: Grid, layers: Layers, store: Store) -> None:
        self.grid, self.layers, self.store = grid, layers, store
        self.kept = cache(lambda layer: normalise(layer, grid, store.root, made_by(normalise)))

    def asked(self, name: str, parameters: Parameters) -> Asked:
        """Return an evidence as workers compute it, its layers being in the store."""
        readable = readable_layers(name, self.layers, parameters)
        read = [self.kept(layer) for role in readable.roles for layer in readable.of_role(role)]
        return Asked(self.store.root, tuple(read), name, known_kinds()[name], parameters)

    def key(self, asked: Asked) -> str:
        """Return the key of an evidence that is computed in whole windows."""
        code = code_of(asked.kind.function), made_by(evidence_on_cells)
        parameters = asked.parameters.model_dump(mode="json")
        return key_of(asked.name, code, parameters, asked.layers, key_parts(self.grid, self.store))


@dataclass(frozen=True)
class _WindowTask:
    """One evidence over one window: all of it, or the pieces that hold permissive ground."""

    store: Store
    key: str
    asked: Asked
    grid: Grid
    window: Window
    ground: Permissive | None = None


def evidence_on_cells(
    asked: Sequence[tuple[str, Parameters]],
    grid: Grid,
    layers: Layers,
    workspace: Workspace,
    done: Done | None = None,
    *,
    ground: GroundWindows | None = None,
) -> list[str]:
    """Return the keys under which the store holds each evidence of the cells, float32, NaN for nodata.

    What the store holds under the same key is not computed again: the key is made of the layers'
    hashes, the kind with its parameters, the grid, the code and the versions of the libraries.

    Parameters
    ----------
    asked
        Name of the kind of each evidence, and its parameters.
    grid
        The region's cells.
    layers
        The layers as read.
    workspace
        Store and workers.
    done
        Called after each window.
    ground
        The permissive ground; `Permissive.evidence` reads what was computed there. All of the grid
        where it is left out.

    Raises
    ------
    OutputError
        The store cannot be written, or is damaged while it is in use.
    EngineError
        Workers were lost again and again.
    """
    store = workspace.store
    store.prepare()
    there = GroundWindows.all_of(store, grid) if ground is None else ground
    workspace.workers.begin(ready, len(asked) * len(there.windows))
    askers, tasks = Askers(grid, layers, store), dict[str, list[_WindowTask]]()
    keys = []
    for name, parameters in asked:
        one = askers.asked(name, parameters)
        key = askers.key(one)
        keys.append(key)
        if key not in tasks:
            tasks[key] = _missing(one, key, grid, store, there)
    workspace.workers.run(_compute, [task for some in tasks.values() for task in some], done=done)
    return keys


def _missing(
    asked: Asked, key: str, grid: Grid, store: Store, there: GroundWindows
) -> list[_WindowTask]:
    """Return what is to be computed of an evidence: whole windows, then pieces of others."""
    ground, whole, pieces = there.permissive, there.shared(), there.in_pieces()
    tasks = []
    if whole:
        store.create(key, grid, EVIDENCE)
        missing = store.missing(key, grid, whole)
        tasks += [_WindowTask(store, key, asked, grid, one) for one in missing]
    if pieces:
        on_ground = ground.in_pieces(key)
        missing = store.missing_packed(on_ground, pieces)
        tasks += [_WindowTask(store, on_ground, asked, grid, one, ground) for one in missing]
    return tasks


def ready() -> None:
    """Do nothing: a worker that calls this has imported what windows need."""


def key_parts(grid: Grid, store: Store) -> list[Any]:
    """Return what the key of every array is made of: the grid and the windows."""
    return [grid.crs, grid.west, grid.north, grid.cell_size_m, grid.shape, store.window_cells]


def _compute(task: _WindowTask) -> None:
    """Compute one window of one evidence and keep it."""
    store, window, ground = task.store, task.window, task.ground
    if ground is None:
        store.write(task.key, window, task.asked.of(task.grid, window))
        return
    mask, pieces = ground.mask(window), ground.pieces(window, task.asked.beside)
    store.write_packed(task.key, window, task.asked.on(mask, task.grid, window, pieces)[mask])


@dataclass(frozen=True)
class _PieceTask:
    asked: Asked
    grid: Grid
    piece: Window


def evidence_in_pieces(
    kind: str,
    parameters: Parameters,
    pieces: Sequence[Window],
    grid: Grid,
    layers: Layers,
    workspace: Workspace,
) -> list[NDArray[np.float32]]:
    """Return an evidence in pieces of a grid, on the ground or off it, each in its shape; none is kept."""
    workspace.store.prepare()
    asked = Askers(grid, layers, workspace.store).asked(kind, parameters)
    found: list[Any] = [None] * len(pieces)
    tasks = [_PieceTask(asked, grid, piece) for piece in pieces]
    workspace.workers.run(_measured, tasks, take=found.__setitem__)
    return found


def _measured(task: _PieceTask) -> NDArray[np.float32]:
    return task.asked.of(task.grid, task.piece)
