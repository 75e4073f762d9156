"""What a run hangs on is compared once more when all of it is written."""

import gc
import shutil
import weakref
from pathlib import Path

import numpy as np
import pytest
import rasterio

import prospector
from prospector import writing
from prospector.errors import LayerError
from prospector.region.region_file import load_region
from prospector.runs.manifest import inputs_of


@pytest.fixture(scope="module")
def screened(planted, tmp_path_factory):
    """A region of its own and the quick screening of it."""
    region = Path(shutil.copytree(planted, tmp_path_factory.mktemp("changed") / "region"))
    return region, prospector.screen(region, quick=True, workers=1)


def raise_ground(file):
    """Add ten metres to a relief."""
    with rasterio.open(file, "r+") as raster:
        raster.write(raster.read() + np.float32(10))


def before(monkeypatch, name, change):
    """Let something happen before a step of the writing."""
    step = getattr(writing, name)

    def changed(*arguments, **options):
        change()
        return step(*arguments, **options)

    monkeypatch.setattr(writing, name, changed)


@pytest.mark.parametrize("step", ["write_map", "region_relief"])
def test_no_relief_is_drawn_but_the_one_that_was_screened(screened, tmp_path, monkeypatch, step):
    """It is read again at the end: from Python, too, where nothing else compares."""
    region, screening = screened
    relief = next(region.glob("relief*"))
    kept = relief.read_bytes()
    run = tmp_path / "run"
    (run / "store").mkdir(parents=True)
    before(monkeypatch, step, lambda: raise_ground(relief))
    with pytest.raises(LayerError, match=r"relief.*has changed during the run\. Run again\."):
        prospector.write(screening, run)
    assert [path.name for path in run.iterdir()] == ["store"]
    relief.write_bytes(kept)
    monkeypatch.undo()
    prospector.write(screening, run)


@pytest.mark.parametrize("name", ["deposits.geojson", "region.toml"])
def test_a_file_that_changes_at_the_last_moment_ends_the_run(screened, tmp_path, monkeypatch, name):
    """When all is written but not in place; the region file counts as it was read."""
    region, screening = screened
    file, run = region / name, tmp_path / "run"
    kept = file.read_text()
    monkeypatch.setattr(writing, "screen", lambda *_arguments, **_options: screening)
    before(monkeypatch, "write_manifest", lambda: file.write_text(kept + "\n"))
    inputs = inputs_of(load_region(region), {"language": "en", "basemap": None, "quick": True})
    assert inputs is not None
    if name == "region.toml":
        writing.screen_into(region, run, quick=True)
        assert (run / "run.json").is_file()
    else:
        with pytest.raises(LayerError, match="changed during the run"):
            writing.screen_into(region, run, quick=True)
        assert not run.exists()
    file.write_text(kept)


def test_the_screening_is_let_go_before_pages_are_written(planted, tmp_path, monkeypatch):
    """They are made of the folder: a large screening would take its memory beside theirs."""
    screenings, alive = [], []

    def screened(*arguments, **options):
        found = prospector.screen(*arguments, **options)
        screenings.append((weakref.ref(found), weakref.ref(found.layers.items[0])))
        return found

    def look():
        gc.collect()
        alive.extend(one() is not None for one in screenings[0])

    monkeypatch.setattr(writing, "screen", screened)
    before(monkeypatch, "_write_pages", look)
    writing.screen_into(planted, tmp_path / "run", quick=True, workers=1)
    assert alive == [False, False]
