"""What tests of a whole run's windows compare with."""

from pathlib import Path

import pytest

import prospector
from prospector.evidence import Kind, kind
from tests.compute.test_windows import MortalParameters, mortal_northing


def files(folder):
    """Every file of a run by name, the store apart."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in sorted(Path(folder).rglob("*"))
        if file.is_file() and "store" not in file.relative_to(folder).parts
    }


@pytest.fixture(scope="session")
def files_of_run():
    """What reads every file of a run by name, the store apart."""
    return files


@pytest.fixture(scope="session")
def small_screening(planted):
    """The planted region, screened in windows of 32 by 32 by this process alone."""
    return prospector.screen(planted, quick=True, workers=1, window_cells=32)


@pytest.fixture(scope="session")
def small_windows(small_screening, tmp_path_factory):
    """The files of that screening."""
    return files(prospector.write(small_screening, tmp_path_factory.mktemp("small") / "run"))


@pytest.fixture
def mortal_kind(monkeypatch):
    """A kind that kills one worker."""
    mortal = Kind(MortalParameters, mortal_northing, "km")
    monkeypatch.setattr(kind, "KINDS", {**kind.KINDS, "mortal": mortal})
