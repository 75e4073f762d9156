"""Files and tiles fetched into a region: entries, what is missing or down, what only comes by hand."""

import datetime
import os
import signal
import subprocess
import sys
import time
import tomllib

import geopandas as gpd
import numpy as np
import pytest
import rasterio
from services.running import hear_ctrl_c, write_region
from sources.test_tiles import write_tile
from typer.testing import CliRunner

from prospector.cli.commands import app
from prospector.errors import SourceError
from prospector.layers import read_layers
from prospector.region.region_file import load_region
from prospector.sources.fetch import count, fetch_layers
from prospector.sources.http import Manners

QUICK = Manners(connect_s=5, read_s=3, whole_s=5, pause_s=0, first_wait_s=0.01, attempts=2)
DAY = datetime.date(2026, 11, 27)

SITES = """
[layers.plants]
role = "sites"
title = "Plants"
key = "id"
fields = { name = "nombre", longitude = "lon", latitude = "lat" }
"""

RELIEF = """
[layers.relief]
role = "relief"
title = "Elevation"
unit = "m"
"""

TABLE = "id;nombre;lon;lat;rut\n1;Uno;-69,5;-24,5;11.222.333-4\n2;Lejos;-60,5;-24,5;11.222.333-4\n"


@pytest.fixture
def published(tmp_path):
    """What a server publishes: a table, and four tiles over the region and its margin."""
    folder = tmp_path / "published"
    folder.mkdir()
    (folder / "sites.csv").write_text(TABLE, "utf-8")
    for lat in (-26, -25, -24, -23):
        for lon in (-71, -70, -69, -68):
            write_tile(folder, lat, lon)
    return folder


def tiles_region(folder, port):
    return write_region(folder, port, RELIEF, kind="cog_tiles", path="/{lat}_{lon}.tif")


def fetched(folder, **keys):
    return fetch_layers(folder, "made", manners=QUICK, today=DAY, **keys)


def entries(folder):
    return tomllib.loads((folder / "SOURCES.toml").read_text("utf-8"))


def test_a_table_becomes_a_layer_of_the_region(server, published, tmp_path):
    """Its rows over the region in our columns; coordinates are in the shapes."""
    port = server.files(published)
    folder = write_region(tmp_path / "mine", port, SITES, kind="file", path="/sites.csv")
    assert count(folder, "made") == {"plants": 1}
    [layer] = fetched(folder)
    assert (layer.count, layer.added) == (1, "plants")
    table = gpd.read_file(folder / "plants.gpkg")
    assert list(table.columns) == ["name", "geometry"]
    assert table.geometry.iloc[0].coords[0] == (-69.5, -24.5)
    entry = entries(folder)["plants.gpkg"]
    assert "1 rows, as the file has there" in entry["done"]
    assert entry["licence"] == "CC BY-SA 4.0 (share-alike)"


def test_a_constant_stands_in_every_row(server, published, tmp_path):
    """Where the source has no field for what the role needs; the region reads it."""
    port = server.files(published)
    layer = (
        SITES.replace('"sites"', '"deposits"') + 'constants = { deposit_type = "not classified" }\n'
    )
    folder = write_region(tmp_path / "mine", port, layer, kind="file", path="/sites.csv")
    fetched(folder)
    assert gpd.read_file(folder / "plants.gpkg")["deposit_type"].tolist() == ["not classified"]
    region = load_region(folder)
    [deposits] = read_layers(region, region.grid()).items
    assert deposits.role == "deposits"


def test_tiles_become_a_relief_of_the_region(server, published, tmp_path):
    """In cells of a quarter of the region's at most; the reader takes it as it is."""
    folder = tiles_region(tmp_path / "mine", server.files(published))
    assert count(folder, "made") == {"relief": 16}
    [layer] = fetched(folder)
    assert layer.tiles.cell_m == pytest.approx(111_320 / 240)
    assert layer.added == "relief"
    entry = entries(folder)["relief.tif"]
    assert entry["coverage"] == "16 tiles of one degree"
    region = load_region(folder)
    [relief] = read_layers(region, region.grid()).items
    assert (relief.role, relief.entry.unit) == ("relief", "m")
    again = fetched(folder)
    assert again[0].added is None
    assert entries(folder)["relief.tif"]["sha256"] == entry["sha256"]


def test_missing_tiles_are_named_in_entries_and_on_the_terminal(server, published, tmp_path):
    """Their ground has no value."""
    (published / "S23_W071.tif").unlink()
    port = server.files(published, status={"S26_W071.tif": 403})
    folder = tiles_region(tmp_path / "mine", port)
    ended = CliRunner().invoke(app, ["fetch", str(folder), "made"], catch_exceptions=False)
    assert ended.exit_code == 0, ended.output
    words = " ".join(ended.output.split())
    assert "relief: 14 tiles," in words
    assert "missing (sea, or withheld), no value: S23W071" in words
    assert "refused by the server, no value: S26W071" in words
    entry = entries(folder)["relief.tif"]
    assert entry["coverage"].endswith(
        "; missing (sea, or withheld), no value: S23W071; refused by the server, no value: S26W071"
    )
    with rasterio.open(folder / "relief.tif") as dataset:
        assert np.isnan(dataset.read(1)).any()


@pytest.mark.parametrize("kind", ["file", "cog_tiles"])
def test_a_server_that_is_down_leaves_the_dated_copy(server, published, tmp_path, kind):
    """Files and entries are as they were, and the error says how old they are."""
    port = server.files(published)
    folder = (
        write_region(tmp_path / "mine", port, SITES, kind=kind, path="/sites.csv")
        if kind == "file"
        else tiles_region(tmp_path / "mine", port)
    )
    fetched(folder)
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    server.end()
    with pytest.raises(SourceError, match=r"The copy of 2026-11-27 \(3 days old\) stays in use"):
        fetch_layers(folder, "made", manners=QUICK, today=DAY + datetime.timedelta(days=3))
    assert before == {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}


def test_what_only_comes_by_hand_says_so(tmp_path):
    """Before anything is asked."""
    folder = write_region(tmp_path, 1)
    for ask in (count, fetch_layers):
        with pytest.raises(
            SourceError, match=r"by hand: prospector sources chile_geology_1m shows how"
        ):
            ask(folder, "chile_geology_1m")


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["kill", "ctrl-c"])
def test_the_next_fetch_completes_a_killed_one_of_tiles(server, published, tmp_path, number):
    """Nothing is half written; the bytes are those of a fetch that nobody disturbed."""
    log = tmp_path / "log"
    port = server.files(published, log=str(log), pause=0.05)
    folder = tiles_region(tmp_path / "mine", port)
    command = [sys.executable, "-m", "prospector", "fetch", str(folder), "made"]
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=hear_ctrl_c
    )
    while process.poll() is None and not (log.exists() and len(log.read_text().splitlines()) >= 5):
        time.sleep(0.01)
    os.kill(process.pid, number)
    _, error = process.communicate(timeout=30)
    assert process.returncode in (-signal.SIGKILL, 130)
    if number == signal.SIGINT:
        assert error.endswith("Nothing was changed. Run the same command again to start over.\n")
    assert not (folder / "relief.tif").exists()
    assert not (folder / "SOURCES.toml").exists()
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    calm = tiles_region(tmp_path / "calm", server.files(published))
    fetched(calm)
    assert (folder / "relief.tif").read_bytes() == (calm / "relief.tif").read_bytes()
    assert not list(folder.glob(".relief*"))
