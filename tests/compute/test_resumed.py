"""A whole run by windows: the same files whoever computes them, in what order, and however often it dies."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import prospector
from prospector.compute.engine import Workers
from prospector.errors import OutputError


def test_a_run_whose_local_workers_are_killed_writes_the_same_files(
    planted, tmp_path, small_windows, files_of_run
):
    """In the middle of sampling, of scoring and of cutting: the run finishes, byte for byte."""
    from loky import get_reusable_executor

    killed = {}

    def progress(what, done, total):
        stage = what.rpartition(" ")[2]
        if stage in ("sample", "score", "targets") and stage not in killed and done == 2:
            killed[stage] = next(iter(get_reusable_executor(2, reuse=True)._processes))
            os.kill(killed[stage], signal.SIGKILL)

    screening = prospector.screen(
        planted, quick=True, workers=2, window_cells=32, progress=progress
    )
    assert list(killed) == ["sample", "score", "targets"]
    assert files_of_run(prospector.write(screening, tmp_path / "run")) == small_windows


KILLED_RUN = """
import os, signal
import prospector
from prospector.compute import windows
from prospector.ground import cell_draw, cell_targets, cells
count, real = [0], {room}.{step}
def dying(task):
    count[0] += 1
    if count[0] == {nth}:
        os.kill(os.getpid(), signal.SIGKILL)
    return real(task)
{room}.{step} = dying
prospector.screen({region!r}, quick=True, workers=1, window_cells=32, store={store!r})
"""
MOMENTS = [
    ("windows", "_compute", 1),
    ("windows", "_compute", 10),
    ("cell_draw", "_sample_window", 3),
    ("cells", "_score_window", 4),
    ("cell_targets", "_cut_window", 5),
]


def test_a_screening_killed_again_and_again_resumes_to_the_same_files(
    planted, tmp_path, small_windows, files_of_run
):
    """kill -9 among the windows of evidence, sample, score and targets, over one store: byte for byte."""
    store = str(tmp_path / "run" / "store")
    n_chunks = []
    for room, step, nth in MOMENTS:
        script = KILLED_RUN.format(room=room, step=step, nth=nth, region=str(planted), store=store)
        ended = subprocess.run([sys.executable, "-c", script], check=False)
        assert ended.returncode == -signal.SIGKILL
        n_chunks.append(len(list((tmp_path / "run" / "store").glob("*/c/*/*"))))
    assert n_chunks[:2] == [0, 9]
    assert n_chunks == sorted(n_chunks)
    screening = prospector.screen(planted, quick=True, workers=1, window_cells=32, store=store)
    assert files_of_run(prospector.write(screening, tmp_path / "run")) == small_windows


def test_the_order_of_windows_does_not_matter(
    planted, tmp_path, small_windows, files_of_run, monkeypatch
):
    """Windows from last to first: the same files."""
    real = Workers.run

    def backwards(self, function, tasks, *, take=None, done=None):
        def from_the_end(place, result):
            take(len(tasks) - 1 - place, result)

        real(self, function, list(tasks)[::-1], take=take and from_the_end, done=done)

    monkeypatch.setattr(Workers, "run", backwards)
    screening = prospector.screen(planted, quick=True, workers=1, window_cells=32)
    assert files_of_run(prospector.write(screening, tmp_path / "run")) == small_windows


def test_the_size_of_windows_does_not_matter(planted_screening, small_screening):
    """32 cells or as many as come by default: the same scores and targets."""
    whole = planted_screening.rankings["porphyry_copper"]
    parts = small_screening.rankings["porphyry_copper"]
    assert whole.score.key != parts.score.key
    np.testing.assert_array_equal(whole.score.values, parts.score.values)
    assert planted_screening.targets.equals(small_screening.targets)


def test_clean_empties_the_store_and_leaves_the_run(
    planted, planted_screening, planted_run, tmp_path
):
    """The store stays with the run folder when it is written again."""
    folder = Path(shutil.copytree(planted_run, tmp_path / "run"))
    prospector.screen(planted, quick=True, workers=1, store=folder / "store")
    prospector.write(planted_screening, folder)
    assert (folder / "store").is_dir()
    assert prospector.clean(folder) > 0
    assert not (folder / "store").exists()
    assert (folder / "run.json").is_file()
    with pytest.raises(OutputError, match="holds no run"):
        prospector.clean(tmp_path)


def test_a_store_that_cannot_be_written_is_one_clear_error(planted, tmp_path):
    """It names the place and the remedy."""
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match=r"file/store: cannot be written .* --store"):
        prospector.screen(planted, quick=True, workers=1, store=tmp_path / "file" / "store")
    with pytest.raises(OutputError, match=r"cannot be written .* --store"):
        prospector.screen(planted, quick=True, workers=1, store="nosuch://bucket/folder")
