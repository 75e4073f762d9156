"""The mask of permissive ground on a grid, from its conditions: window by window, on any executor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospector.compute.permissive import GroundWindows, Permissive
from prospector.compute.pieces import is_whole, pieces_of
from prospector.compute.provenance import code_of
from prospector.compute.store import EVIDENCE, MASK, key_of
from prospector.compute.windows import Asked, Askers, Workspace, ready
from prospector.evidence import Parameters
from prospector.evidence.limits import Limits
from prospector.grid import BoolArray, Grid, Window
from prospector.layers import Layers
from prospector.options import Done


@dataclass(frozen=True)
class _Condition:
    """A condition as a worker asks it.

    Parameters
    ----------
    key
        That of the evidence which it is, too; None where it is none.
    """

    asked: Asked
    limits: Limits
    key: str | None


@dataclass(frozen=True)
class _GroundTask:
    """The conditions of permissive ground over one window, in the order in which they are asked."""

    ground: Permissive
    conditions: tuple[_Condition, ...]
    window: Window
    missing: bool


def ground_on_cells(
    conditions: Sequence[Limits],
    grid: Grid,
    layers: Layers,
    workspace: Workspace,
    done: Done | None = None,
    *,
    evidence: Sequence[tuple[str, Parameters]] = (),
) -> GroundWindows:
    """Return the windows with ground where all conditions hold, which the store keeps as a mask.

    Conditions are asked from the cheapest kind to the dearest, each only on pieces where all before it
    hold. Their order changes no cell.

    Parameters
    ----------
    conditions
        What must hold.
    grid, layers, workspace, done
        As `evidence_on_cells` takes them.
    evidence
        Kinds and parameters of what that will be asked for on this ground: a condition that is among
        it is measured once, for both.

    Raises
    ------
    OutputError
        The store cannot be written, or is damaged while it is in use.
    EngineError
        Workers were lost again and again.
    """
    store = workspace.store
    if not conditions:
        return GroundWindows.all_of(store, grid)
    store.prepare()
    workspace.workers.begin(ready, len(grid.windows(store.window_cells)))
    askers = Askers(grid, layers, store)
    pairs = [(askers.asked(limits.kind, limits.parameters), limits) for limits in conditions]
    pairs.sort(key=lambda pair: pair[0].kind.cell_ns)
    keys = [askers.key(asked) for asked, _ in pairs]
    stated = sorted(
        [key, limits.low, limits.high, limits.or_unknown]
        for key, (_, limits) in zip(keys, pairs, strict=True)
    )
    ground = Permissive(store, grid, key_of("permissive ground", code_of(ground_on_cells), stated))
    asked = tuple(
        _Condition(one, limits, key if (limits.kind, limits.parameters) in evidence else None)
        for key, (one, limits) in zip(keys, pairs, strict=True)
    )
    return _found(ground, asked, workspace, done)


def _found(
    ground: Permissive,
    conditions: tuple[_Condition, ...],
    workspace: Workspace,
    done: Done | None,
) -> GroundWindows:
    """Return the windows with ground, each mask kept."""
    store, grid, key = ground.store, ground.grid, str(ground.key)
    store.create(key, grid, MASK)
    windows = grid.windows(store.window_cells)
    missing = {window.place for window in store.missing(key, grid)}
    for condition in conditions if missing else ():
        if condition.key is not None:
            store.create(condition.key, grid, EVIDENCE)
    tasks = [_GroundTask(ground, conditions, one, one.place in missing) for one in windows]
    found: list[Any] = [None] * len(tasks)
    workspace.workers.run(_find_ground, tasks, take=found.__setitem__, done=done)
    some = [(one, whole) for one, (any_, whole) in zip(windows, found, strict=True) if any_]
    return GroundWindows(
        ground, tuple(one for one, _ in some), frozenset(one.place for one, whole in some if whole)
    )


def _find_ground(task: _GroundTask) -> tuple[bool, bool]:
    """Keep a window's mask, unless it is there; return whether it has ground, and mostly ground."""
    ground, window = task.ground, task.window
    if not task.missing:
        mask = ground.mask(window)
        return bool(mask.any()), is_whole(mask)
    mask = np.ones(window.shape, dtype=bool)
    measured = []
    for condition in task.conditions:
        if not mask.any():
            break
        of_all_cells, one = bool(mask.all()), condition.asked
        values = one.on(mask, ground.grid, window, pieces_of(mask, window, beside=one.beside))
        mask &= condition.limits.met(values)
        if condition.key is not None:
            measured.append((condition.key, values, of_all_cells))
    _keep_evidence(ground, window, mask, measured)
    ground.store.write(str(ground.key), window, mask)
    return bool(mask.any()), is_whole(mask)


def _keep_evidence(
    ground: Permissive,
    window: Window,
    mask: BoolArray,
    measured: Sequence[tuple[str, NDArray[np.float32], bool]],
) -> None:
    """Keep what conditions measured as the evidence of a window, where that is what is asked of it.

    A window that is computed whole wants every cell: only a condition that was asked before all
    others has them.
    """
    if not mask.any():
        return
    for key, values, of_all_cells in measured:
        if not is_whole(mask):
            ground.store.write_packed(ground.in_pieces(key), window, values[mask])
        elif of_all_cells:
            ground.store.write(key, window, values)
