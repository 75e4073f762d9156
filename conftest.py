"""Where the examples of docstrings run: a folder that holds a small region and its run."""

import shutil
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def hills(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the made-up region ``hills`` and a quick run of it, ``out/hills``."""
    import prospector
    from prospector import synthetic

    folder = tmp_path_factory.mktemp("examples")
    synthetic.write_region(folder / "hills")
    prospector.write(
        prospector.screen(folder / "hills", quick=True, workers=1), folder / "out/hills"
    )
    return folder


@pytest.fixture(autouse=True)
def where_examples_run(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Let an example that speaks of ``hills`` stand in a copy of that folder."""
    item = request.node
    if isinstance(item, pytest.DoctestItem) and any(
        "hills" in e.source for e in item.dtest.examples
    ):
        folder = Path(shutil.copytree(request.getfixturevalue("hills"), tmp_path / "examples"))
        monkeypatch.chdir(folder)
