"""Relief in tiles of a degree: only the parts over the box come, and what is missing has no value."""

import json

import numpy as np
import pytest
import rasterio
from rasterio.transform import from_origin

from prospector.errors import SourceError
from prospector.grid import Bounds
from prospector.sources.http import Client, Manners
from prospector.sources.remote_files import RemoteFile
from prospector.sources.tiles import read_mosaic, tile_address, write_mosaic

QUICK = Manners(connect_s=5, read_s=3, whole_s=5, pause_s=0, first_wait_s=0.01, attempts=2)
SIZE = 240
"""Cells of a degree in the made-up tiles; Copernicus has 1200."""

BOX = Bounds(-70.3, -24.4, -69.2, -23.7)
CELL_M = 111_320 / SIZE


def height(lon, lat):
    """A tilted plain: its mean over a cell is its value in the middle."""
    return 1000 * (lon + 75) + 100 * (lat + 30)


def write_tile(folder, lat, lon, *, columns=SIZE, noise=False, of=height, **keys):
    """Write the tile of a corner, its cells moved by half a cell as those of Copernicus are."""
    high, wide = 1 / SIZE, 1 / columns
    west, north = lon - wide / 2, lat + 1 + high / 2
    across = west + wide * (np.arange(columns) + 0.5)
    along = north - high * (np.arange(SIZE) + 0.5)
    values = of(across[None, :], along[:, None]).astype("float32")
    if noise:
        values += np.random.default_rng(0).random(values.shape).astype("float32")
    file = folder / tile_address("{lat}_{lon}.tif", lat, lon)
    profile = {"driver": "COG", "dtype": "float32", "crs": "EPSG:4326", "blocksize": 128, **keys}
    with rasterio.open(
        file, "w", height=SIZE, width=columns, count=1, transform=from_origin(west, north, wide, high),
        overview_resampling="average", **profile,
    ) as dataset:  # fmt: skip
        dataset.write(values, 1)
    return file


@pytest.fixture
def tiles(tmp_path):
    """Four tiles around the corner -70, -24."""
    for lat in (-25, -24):
        for lon in (-71, -70):
            write_tile(tmp_path, lat, lon)
    return tmp_path


def mosaic(port, *, box=BOX, needed_m=CELL_M):
    with Client(("127.0.0.1",), QUICK) as client:
        return read_mosaic(
            client, f"http://127.0.0.1:{port}/{{lat}}_{{lon}}.tif", box, needed_m=needed_m
        )


def places(found):
    """Longitude and latitude of the middle of each cell."""
    rows, columns = found.values.shape
    lons, _ = found.transform @ (np.arange(columns) + 0.5, np.zeros(columns))
    _, lats = found.transform @ (np.zeros(rows), np.arange(rows) + 0.5)
    return lons[None, :], lats[:, None]


@pytest.mark.parametrize("needed_m", [CELL_M, 2 * CELL_M, 7 * CELL_M, 1.0])
def test_tiles_become_one_raster_without_a_seam(server, tiles, needed_m):
    """Each cell has the mean of the plain over it, to float32; the box is covered and hardly more."""
    found = mosaic(server.files(tiles), needed_m=needed_m)
    assert (found.tiles, found.absent, found.refused) == (4, (), ())
    assert found.cell_m <= max(needed_m, CELL_M) + 1e-6
    assert np.isfinite(found.values).all()
    np.testing.assert_allclose(found.values, height(*places(found)), atol=0.01)
    west, north = found.transform @ (0, 0)
    east, south = found.transform @ found.values.shape[::-1]
    size = found.transform.a
    assert west <= BOX.west < west + size
    assert east - size < BOX.east <= east
    assert south <= BOX.south < south + size
    assert north - size < BOX.north <= north


def test_only_the_parts_over_the_box_come(server, tmp_path):
    """Of a tile of noise, which cannot be packed, a corner: less than half of its bytes."""
    file = write_tile(tmp_path, -24, -70, noise=True)
    log = tmp_path / "log"
    port = server.files(tmp_path, log=str(log))
    box = Bounds(-69.99, -23.12, -69.88, -23.02)
    found = mosaic(port, box=box)
    assert found.came_bytes < 0.5 * file.stat().st_size
    asked = [json.loads(line)["range"] for line in log.read_text("utf-8").splitlines()]
    assert asked
    assert all(part.startswith("bytes=") for part in asked)
    whole = mosaic(port, box=Bounds(-69.99, -23.98, -69.02, -23.02))
    assert found.came_bytes < whole.came_bytes


def test_a_coarse_raster_takes_the_overviews(server, tmp_path):
    """Fewer bytes than the whole tile."""
    file = write_tile(tmp_path, -24, -70, noise=True)
    port = server.files(tmp_path)
    found = mosaic(port, box=Bounds(-69.99, -23.98, -69.02, -23.02), needed_m=4 * CELL_M)
    assert found.came_bytes < 0.6 * file.stat().st_size


def test_tiles_that_are_missing_have_no_value_and_are_named(server, tiles):
    """One is not there, one is refused; the others are as they were."""
    (tiles / "S25_W071.tif").unlink()
    found = mosaic(server.files(tiles, status={"S25_W070.tif": 403}))
    assert (found.tiles, found.absent, found.refused) == (2, ("S25W071",), ("S25W070",))
    _, lats = places(found)
    south = np.broadcast_to(lats < -24 + 0.6 / SIZE, found.values.shape)
    assert np.isnan(found.values[south]).all()
    assert np.isfinite(found.values[~south]).all()


def test_none_of_the_tiles_is_an_error(server, tmp_path):
    """The address is wrong, or the region is at sea."""
    with pytest.raises(SourceError, match=r"none of the 4 tiles over the region is available"):
        mosaic(server.files(tmp_path))


def test_a_server_without_ranges_gives_the_whole_tile(server, tiles):
    """The same raster."""
    apart = mosaic(server.files(tiles))
    whole = mosaic(server.files(tiles, ranges=False))
    np.testing.assert_array_equal(apart.values, whole.values)


def test_a_whole_tile_beyond_the_limit_is_one_error(server, tiles, monkeypatch):
    """Not a region that is filled half."""
    monkeypatch.setattr("prospector.sources.remote_files.MOST_WHOLE_BYTES", 10_000)
    with pytest.raises(SourceError, match=r"larger than"):
        mosaic(server.files(tiles, ranges=False))


@pytest.mark.parametrize(
    ("fault", "message"),
    [
        ("html", "a web page instead of data"),
        ("shifted", "sent another part of the file"),
        ("changed", "the file changed while it was read"),
        ("grown", "the file changed while it was read"),
        ("cut", "was cut at|incomplete answer"),
    ],
)
def test_a_server_that_errs_is_one_error(server, tmp_path, fault, message):
    """Whatever is wrong with a later answer."""
    write_tile(tmp_path, -24, -70, noise=True)
    port = server.files(tmp_path, fault=fault, at=2)
    with pytest.raises(SourceError, match=message):
        mosaic(port, box=Bounds(-69.99, -23.98, -69.02, -23.02))


def test_a_server_that_is_busy_is_asked_again(server, tmp_path):
    """As any service is."""
    write_tile(tmp_path, -24, -70, noise=True)
    port = server.files(tmp_path, fault="busy", at=2)
    found = mosaic(port, box=Bounds(-69.99, -23.98, -69.02, -23.02))
    assert np.isfinite(found.values).all()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"<html>Not a tile</html>", "it is not a GeoTIFF"),
        (b"plain text", "it is not a GeoTIFF"),
        (b"", "answers 206 when asked for part"),
        (b"II*\0" + b"\0" * 40, "cannot be read as a GeoTIFF"),
        (
            b"<VRTDataset><SourceFilename>/etc/passwd</SourceFilename></VRTDataset>",
            "it is not a GeoTIFF",
        ),
    ],
)
def test_what_is_no_tile_is_said(server, tmp_path, content, message):
    """GDAL is not asked what it might be."""
    (tmp_path / "S24_W070.tif").write_bytes(content)
    with pytest.raises(SourceError, match=message):
        mosaic(server.files(tmp_path), box=Bounds(-69.9, -23.9, -69.1, -23.1))


def test_a_tile_of_another_place_or_crs_is_refused(server, tmp_path):
    """A name that says another corner, metres in place of degrees."""
    write_tile(tmp_path, -25, -70).rename(tmp_path / "S24_W070.tif")
    port = server.files(tmp_path)
    with pytest.raises(
        SourceError, match=r"it lies 0.998 degrees off the place that its name says"
    ):
        mosaic(port, box=Bounds(-69.9, -23.9, -69.1, -23.1))
    write_tile(tmp_path, -24, -70, crs="EPSG:32719")
    with pytest.raises(SourceError, match=r"its CRS is EPSG:32719"):
        mosaic(port, box=Bounds(-69.9, -23.9, -69.1, -23.1))


def test_tiles_with_fewer_columns_meet_the_others(server, tmp_path):
    """As those beyond 50 degrees have."""
    write_tile(tmp_path, -24, -71, columns=SIZE)
    write_tile(tmp_path, -24, -70, columns=SIZE * 2 // 3)
    found = mosaic(server.files(tmp_path), box=Bounds(-70.3, -23.9, -69.2, -23.2), needed_m=CELL_M)
    assert np.isfinite(found.values).all()
    np.testing.assert_allclose(found.values, height(*places(found)), atol=5)


def test_a_mosaic_is_written_and_read_again(server, tiles, tmp_path):
    """With its place and its cells without a value; the same bytes each time."""
    (tiles / "S25_W071.tif").unlink()
    found = mosaic(server.files(tiles), needed_m=2 * CELL_M)
    write_mosaic(found, tmp_path / "relief.tif")
    write_mosaic(found, tmp_path / "again.tif")
    with rasterio.open(tmp_path / "relief.tif") as dataset:
        np.testing.assert_array_equal(dataset.read(1), found.values)
        assert dataset.transform.almost_equals(found.transform)
        assert np.isnan(dataset.nodata)
    assert (tmp_path / "relief.tif").read_bytes() == (tmp_path / "again.tif").read_bytes()


def test_bytes_of_a_remote_file_are_those_of_the_file(server, tmp_path):
    """From any place, across blocks, at the end and beyond."""
    content = np.random.default_rng(1).integers(0, 256, 200_000, dtype=np.uint8).tobytes()
    (tmp_path / "a.bin").write_bytes(content)
    with Client(("127.0.0.1",), QUICK) as client:
        file = RemoteFile(client, f"http://127.0.0.1:{server.files(tmp_path)}/a.bin")
        for start, count in ((0, 10), (65_530, 20), (199_990, 100), (10, 199_990), (300_000, 5)):
            assert file.read(start, count) == content[start : start + count]
        requests = client.requests
        file.read(0, 200_000)
        assert client.requests == requests
