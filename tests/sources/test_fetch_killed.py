"""A fetch that is killed: the next one completes, with every row once."""

import json
import os
import signal
import subprocess
import sys
import time

import geopandas as gpd
import pytest
from services.running import TITLES, hear_ctrl_c, write_region

from prospector.sources.fetch import PAGES_FOLDER


def start(folder):
    """Start a fetch as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "prospector", "fetch", str(folder), "made"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c,
    )  # fmt: skip


def pages(folder):
    """Return how many pages are kept."""
    return len(list((folder / PAGES_FOLDER / "made" / "titles").glob("*.gz")))


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill", "ctrl-c"])
def test_the_next_fetch_completes_a_killed_one(server, tmp_path, number):
    """No row is lost, none doubled, none asked for twice; Ctrl-C says so."""
    log = tmp_path / "log"
    port = server.arcgis(rows=3000, most=50, titles=True, log=str(log))
    folder = write_region(tmp_path / "region", port, TITLES, pause_s=0.05)
    process = start(folder)
    while pages(folder) < 5 and process.poll() is None:
        time.sleep(0.01)
    os.kill(process.pid, number)
    _, error = process.communicate(timeout=30)
    if number == signal.SIGINT:
        assert process.returncode == 130
        assert error.endswith("run the same command again to continue.\n")
    assert not (folder / "titles.gpkg").exists()
    kept = pages(folder)
    assert 5 <= kept < 60
    before = len(log.read_text("utf-8").splitlines())
    done = subprocess.run(
        [sys.executable, "-m", "prospector", "fetch", str(folder), "made"],
        capture_output=True, text=True, timeout=60,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    last = done.stdout.splitlines()[-1]
    assert last.endswith(f"Next: prospector check {folder}")
    table = gpd.read_file(folder / "titles.gpkg")
    assert table["ID_CONCESION"].tolist() == [str(9_000_000 + n) for n in range(1, 3001)]
    asked = [json.loads(line) for line in log.read_text("utf-8").splitlines()[before:]]
    offsets = [int(query["resultOffset"]) for query in asked if "resultOffset" in query]
    assert offsets == list(range(50 * kept, 3000, 50))
