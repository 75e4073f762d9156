"""Windows to executors and a store: the same bytes whoever computes them, and however often it dies."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from prospector.compute import engine
from prospector.compute.engine import Workers
from prospector.compute.store import Store, StoredRaster
from prospector.compute.windows import Workspace, evidence_on_cells
from prospector.errors import EngineError
from prospector.evidence import LayerParameters, measure
from prospector.evidence.kind import validate_parameters
from prospector.grid import cells
from tests.evidence.test_evidence import layers
from tests.evidence.test_evidence_kinds import CASES, GRID, KERNELS, everything

CHOSEN = ("distance", "crossing", "density", "share", "surface", "geochemistry")


class MortalParameters(LayerParameters):
    """Northing in km; the first worker that meets it in the wrong window dies."""

    marker: str


def mortal_northing(layers, units, *, parameters):
    """Return northing; kill this very process once, where the window holds the grid's last row."""
    import signal
    from pathlib import Path

    always = parameters.marker == "always"
    if units.northing.min() < 7_291_100 and (always or not Path(parameters.marker).exists()):
        if not always:
            Path(parameters.marker).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    return units.northing / 1000


def ask(names):
    return [
        (n.split(",")[0], validate_parameters(n.split(",")[0], CASES[n], where="t")) for n in names
    ]


def compute(folder, names=CHOSEN, *, size=64, **how):
    """The evidence and every byte of the store."""
    return evidence(folder, ask(names), size, **how), stored(folder)


def evidence(root, asked, size, **how):
    """Evidence of the grid as the store keeps it, (n cells, n asked)."""
    store = Store(str(root), size)
    keys = evidence_on_cells(asked, GRID, layers(*everything()), Workspace(store, Workers(**how)))
    return np.column_stack([StoredRaster(store, key, GRID, "").values.ravel() for key in keys])


def stored(folder):
    return {
        str(one.relative_to(folder)): one.read_bytes()
        for one in sorted(Path(folder).rglob("*"))
        if one.is_file() and "layers" not in one.parts and not one.name.startswith(".")
    }


def test_the_store_holds_what_the_kinds_compute(tmp_path):
    """As float32, for every kind, from layers that went through the store."""
    names = [name for name in CASES if name not in KERNELS]
    values, _ = compute(tmp_path, names, count=1)
    there = layers(*everything())
    for i, (name, parameters) in enumerate(ask(names)):
        direct = measure.compute_evidence(name, there, cells(GRID), parameters=parameters)
        np.testing.assert_array_equal(values[:, i], direct.astype(np.float32), err_msg=names[i])


def test_workers_and_the_order_of_evidence_do_not_matter(tmp_path):
    """One process, two, and the other way round: the same bytes."""
    one, first = compute(tmp_path / "1", count=1)
    two, second = compute(tmp_path / "2", count=2)
    turned, third = compute(tmp_path / "3", CHOSEN[::-1], count=1)
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, turned[:, ::-1])
    assert first == second == third
    assert len(first) == len(CHOSEN) * (1 + 2 * 2 * 3)


def test_the_size_of_windows_does_not_matter(tmp_path):
    """32 cells or 64: the same bits."""
    np.testing.assert_array_equal(
        compute(tmp_path / "a", count=1)[0], compute(tmp_path / "b", count=1, size=32)[0]
    )


def test_nothing_is_computed_twice_and_a_change_only_what_hangs_on_it(tmp_path, monkeypatch):
    """A second run computes nothing; another radius computes the density alone."""
    from prospector.compute import windows

    calls = []
    real = windows._compute
    monkeypatch.setattr(windows, "_compute", lambda task: (calls.append(task.key), real(task)))
    compute(tmp_path, count=1)
    assert len(calls) == len(CHOSEN) * 6
    compute(tmp_path, count=1)
    assert len(calls) == len(CHOSEN) * 6
    monkeypatch.setitem(CASES, "density", {**CASES["density"], "radius_m": 3000.0})
    compute(tmp_path, count=1)
    assert len(calls) == len(CHOSEN) * 6 + 6


def mortal_values(folder, marker, **how):
    asked = [
        (
            "mortal",
            validate_parameters("mortal", {"role": "faults", "marker": str(marker)}, where="t"),
        )
    ]
    return evidence(folder, asked, 32, **how)


def test_a_killed_worker_of_the_pool_costs_nothing_but_time(tmp_path, mortal_kind):
    """Its windows are sent again, and the values are right."""
    marker = tmp_path / "died"
    values = mortal_values(tmp_path / "store", marker, count=2)
    assert marker.exists()
    np.testing.assert_array_equal(values[:, 0], (cells(GRID).northing / 1000).astype(np.float32))


def test_workers_that_always_die_are_one_clear_error(tmp_path, mortal_kind, monkeypatch):
    """The remedy is named."""
    monkeypatch.setattr(engine, "RESTARTS", 1)
    with pytest.raises(EngineError, match=r"crashed 2 times .* fewer workers"):
        mortal_values(tmp_path / "store", "always", count=2)


def test_the_error_of_a_window_reaches_the_caller(tmp_path):
    """As itself, from a worker process."""

    def fail(task):
        raise EngineError(f"window {task}")

    with pytest.raises(EngineError, match="window"):
        Workers(count=2).run(fail, [1, 2, 3])


def test_a_worker_computes_on_one_thread_whatever_it_loads(tmp_path):
    """Libraries that a task loads are held to one thread, too."""

    def threads(_):
        import sklearn.ensemble  # noqa: F401
        from threadpoolctl import threadpool_info

        return {one["num_threads"] for one in threadpool_info()}

    found = [None] * 4
    Workers(count=2).run(threads, range(4), take=found.__setitem__)
    assert found == [{1}] * 4


KILLED = """
import os, signal, sys
from prospector.compute import windows
sys.path.insert(0, {root!r})
import tests.compute.test_windows as t
real, count = windows._compute, [0]
def dies(task):
    count[0] += 1
    if count[0] == {after}:
        os.kill(os.getpid(), signal.SIGKILL)
    real(task)
windows._compute = dies
t.compute({folder!r}, count=1)
"""


@pytest.mark.parametrize("after", [1, 9, 30])
def test_a_run_killed_at_any_moment_resumes_to_the_same_bytes(tmp_path, after):
    """kill -9 after some windows; what is done is not touched again."""
    folder = tmp_path / "store"
    root = str(Path(__file__).parents[2])
    script = KILLED.format(root=root, after=after, folder=str(folder))
    ended = subprocess.run([sys.executable, "-c", script], check=False)
    assert ended.returncode == -signal.SIGKILL
    before = {one: one.stat().st_mtime_ns for one in folder.glob("*/c/*/*")}
    assert len(before) == after - 1
    _, resumed = compute(folder, count=1)
    assert resumed == compute(tmp_path / "whole", count=1)[1]
    assert all(one.stat().st_mtime_ns == then for one, then in before.items())
