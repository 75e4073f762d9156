"""The map as a cell's output in JupyterLab itself; `make jupyterlab` installs it and runs this."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from prospector.map.html import write_map

pytest.importorskip("jupyterlab", reason="jupyterlab is not installed: make jupyterlab")
nbclient = pytest.importorskip("nbclient", reason="nbclient is not installed")
nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
sign = pytest.importorskip("nbformat.sign", reason="nbformat is not installed")

START_S = 60
READY_MS = 60_000
CELL = "import prospector\nprospector.show({folder!r})"
QUIET = [
    "--no-browser", "--ServerApp.ip=127.0.0.1", "--ServerApp.port=0", "--IdentityProvider.token=",
    "--ServerApp.allow_root=True", "--LabApp.news_url=None", "--LabApp.extension_manager=readonly",
    "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
]  # fmt: skip


@pytest.fixture
def jupyter_places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Folders of Jupyter of this test alone; returns where its notebooks lie."""
    for name in ("CONFIG", "DATA", "RUNTIME"):
        folder = tmp_path / f"jupyter_{name.lower()}"
        folder.mkdir()
        monkeypatch.setenv(f"JUPYTER_{name}_DIR", str(folder))
    notebooks = tmp_path / "notebooks"
    notebooks.mkdir()
    return notebooks


@pytest.fixture
def lab(jupyter_places: Path) -> Iterator[str]:
    """Address of a JupyterLab that runs."""
    runtime = Path(os.environ["JUPYTER_RUNTIME_DIR"])
    command = [sys.executable, "-m", "jupyterlab", *QUIET, f"--ServerApp.root_dir={jupyter_places}"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as server:
        try:
            yield address_of(runtime, server)
        finally:
            server.terminate()
            server.communicate(timeout=20)


def address_of(runtime: Path, server: subprocess.Popen[bytes]) -> str:
    """Return the server's address as soon as it answers."""
    end = time.monotonic() + START_S
    while time.monotonic() < end:
        assert server.poll() is None, "JupyterLab ended before it answered"
        for file in runtime.glob("jpserver-*.json"):
            address = str(json.loads(file.read_text("utf-8"))["url"])
            try:
                with urlopen(f"{address}api", timeout=5):
                    return address
            except URLError:
                continue
        time.sleep(0.2)
    pytest.fail(f"JupyterLab did not answer within {START_S} s")


def run_notebook(folder: Path, path: Path) -> None:
    """Write a notebook whose one cell shows a run's map, run it and trust it, as one does who ran it."""
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(CELL.format(folder=str(folder)))],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbclient.NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    sign.NotebookNotary().sign(notebook)
    nbformat.write(notebook, path)


def test_the_map_lives_in_jupyterlab(
    map_page: Any, lab: str, jupyter_places: Path, payload: Any, tmp_path: Path
) -> None:
    """It is drawn in the cell's output, a press on a target opens its card, and nothing fails."""
    payload["models"][0]["targets"] = payload["models"][0]["targets"][2:3]
    payload["layers"] = [layer for layer in payload["layers"] if layer["kind"] != "point"]
    run = tmp_path / "run"
    run.mkdir()
    write_map(payload, run / "map.html")
    run_notebook(run, jupyter_places / "map.ipynb")
    page = map_page.browser.new_page(viewport={"width": 1366, "height": 900})
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"{lab}lab/tree/map.ipynb?reset", timeout=READY_MS)
    found = page.wait_for_selector("iframe[srcdoc]", timeout=READY_MS)
    frame = found.content_frame()
    frame.wait_for_selector("html[data-ready]", state="attached", timeout=READY_MS)
    target = payload["models"][0]["targets"][0]
    spot = frame.evaluate(
        "([lon, lat]) => map_prospector.latLngToContainerPoint([lat, lon])", target["centre"]
    )
    frame.locator(".folium-map").click(position={"x": spot["x"], "y": spot["y"]})
    assert frame.locator(".card h2").inner_text() == target["target_id"]
    page.close()
    assert faults == []
