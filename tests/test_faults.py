"""What a run survives: a short form of `make faults`."""

import random
import sys

import faults
import pytest

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")


@pytest.fixture(scope="module")
def bench(tmp_path_factory):
    """A region, and the files of two undisturbed runs of it."""
    return faults.Bench(tmp_path_factory.mktemp("faults"))


@pytest.mark.parametrize(
    ("name", "whom", "share"),
    [("TERM", "main", 0.5), ("HUP", "main", 0.7), ("KILL", "main", 0.9), ("KILL", "worker", 0.6)],
)
def test_after_a_signal_the_run_goes_on_to_the_same_bytes(bench, name, whom, share):
    """No process, folder or semaphore is left, own files stay, and the next run is as undisturbed."""
    wrong = faults.kill(bench, name, whom, share * bench.seconds)
    assert list(filter(None, wrong)) == []


def test_a_store_that_was_damaged_gives_the_same_bytes(bench):
    """A file flipped, cut, removed, exchanged, a folder in its place."""
    outcome = faults.flips(bench, 5, random.Random(4))
    assert outcome.faults == []
    assert len(outcome.tried) > 2


def test_too_few_open_files_end_in_one_line(bench):
    """Sixteen are too few for workers; nothing is left behind, and the next run is whole."""
    run = bench.place / "limited"
    process = bench.screen(run, limits=faults.limit(faults.resource.RLIMIT_NOFILE, 16))
    assert bench.refused(run, process) == ""
    assert "Error: " in bench.said(run)
    assert bench.again(run) == ""


def test_a_layer_that_is_cut_short_by_a_limit_does_not_stay_in_the_store(bench):
    """A file may hold 10 kB: GDAL closes the raster without an error, which is found and told."""
    run = bench.place / "short"
    process = bench.screen(run, limits=faults.limit(faults.resource.RLIMIT_FSIZE, 10_000))
    assert bench.refused(run, process) == ""
    assert bench.again(run) == ""


def test_a_difference_is_told(tmp_path):
    """By the name of the file that is missing, more or other."""
    for name in ("run.json", "store/chunk", "notes.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("x")
    files = faults.files_of(tmp_path)
    assert list(files) == ["run.json"]
    assert faults.differing(files, files) == ""
    assert faults.differing(files, {}).endswith(": run.json")
