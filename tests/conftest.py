"""What the tests share: a small planted region and the shipped one, each screened once."""

import shutil
from pathlib import Path

import pytest

import prospector
from prospector import synthetic

ATACAMA = Path(__file__).parent.parent / "layers" / "atacama"


@pytest.fixture(scope="session")
def planted(tmp_path_factory):
    """Folder of a synthetic region whose deposits follow a fault."""
    return synthetic.write_region(tmp_path_factory.mktemp("planted") / "region", cause="fault")


@pytest.fixture(scope="session")
def planted_screening(planted):
    """The planted region, screened quickly."""
    return prospector.screen(planted, quick=True)


@pytest.fixture
def region(planted, tmp_path):
    """A copy of the planted region that a test may spoil."""
    return Path(shutil.copytree(planted, tmp_path / "region"))


@pytest.fixture(scope="session")
def atacama_screening():
    """The shipped region, screened quickly."""
    return prospector.screen(ATACAMA, quick=True)


@pytest.fixture(scope="session")
def atacama_run(atacama_screening, tmp_path_factory):
    """Folder of the shipped region's run."""
    return prospector.write(atacama_screening, tmp_path_factory.mktemp("run") / "atacama")
