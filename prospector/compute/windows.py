"""Evidence of a whole grid, window by window: sent to an executor, kept in a store, resumed."""

from __future__ import annotations

import shutil
import tempfile
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from prospector.compute.engine import Workers
from prospector.compute.normalised import normalise, open_normalised
from prospector.compute.provenance import code_of, made_by
from prospector.compute.store import EVIDENCE, Store, key_of
from prospector.evidence import Kind, Parameters, known_kinds, readable_layers
from prospector.evidence.measure import measure
from prospector.grid import Grid, Window, cells
from prospector.layers import Layers
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
class _WindowTask:
    """One evidence over one window: addresses and hashes, no layer and no array."""

    store: Store
    key: str
    layers: tuple[str, ...]
    grid: Grid
    window: Window
    name: str
    kind: Kind
    parameters: Parameters


def evidence_on_cells(
    asked: Sequence[tuple[str, Parameters]],
    grid: Grid,
    layers: Layers,
    workspace: Workspace,
    done: Callable[[int, int], None] | None = None,
) -> list[str]:
    """Return the keys under which the store holds each evidence of the cells, float32, NaN for nodata.

    What the store holds under the same key is not computed again: the key is made of the layers'
    hashes, the kind with its parameters, the grid, the code and the versions of the libraries.

    Raises
    ------
    OutputError
        The store cannot be written, or is damaged while it is in use.
    EngineError
        Workers were lost again and again.
    """
    store, keys, tasks = workspace.store, [], []
    store.prepare()
    kept = cache(lambda layer: normalise(layer, grid, store.root, made_by(normalise)))
    for name, parameters in asked:
        kind = known_kinds()[name]
        readable = readable_layers(name, layers, parameters)
        read = tuple(kept(layer) for role in readable.roles for layer in readable.of_role(role))
        code = code_of(kind.function), made_by(evidence_on_cells)
        key = key_of(name, code, parameters.model_dump(mode="json"), read, key_parts(grid, store))
        keys.append(key)
        if key in keys[:-1]:
            continue
        store.create(key, grid, EVIDENCE)
        tasks += [
            _WindowTask(store, key, read, grid, window, name, kind, parameters)
            for window in store.missing(key, grid)
        ]
    workspace.workers.run(_compute, tasks, done=done)
    return keys


def key_parts(grid: Grid, store: Store) -> list[Any]:
    """Return what the key of every array is made of: the grid and the windows."""
    return [grid.crs, grid.west, grid.north, grid.cell_size_m, grid.shape, store.window_cells]


def _compute(task: _WindowTask) -> None:
    """Compute one window of one evidence and keep it."""
    layers = open_normalised(task.store.root, task.layers, task.grid.crs)
    units = cells(task.grid.part(task.window))
    values = measure(task.name, task.kind, layers, units, parameters=task.parameters)
    task.store.write(task.key, task.window, values.reshape(task.window.shape))
