"""No input file can make a request: reading is done in a process that is killed at its first socket."""

import json
import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import geopandas as gpd
import pytest
import rasterio
import sealed_off
import shapely
from outward import RASTERS_WITH_REQUESTS, WITH_REQUESTS, ogr_vrt, raster_vrt
from pytest_socket import SocketBlockedError

pytestmark = pytest.mark.skipif(not sealed_off.can_seal(), reason="the filter is Linux's")

ADDRESS = "http://127.0.0.1:9"
TESTS = Path(sealed_off.__file__).parent

FEATURES = {
    "a.gpkg": "GPKG", "a.geojson": "GeoJSON", "a.shp": "ESRI Shapefile", "a.fgb": "FlatGeobuf",
    "a.kml": "KML", "a.tab": "MapInfo File", "a.dxf": "DXF", "a.gpx": "GPX", "a.gdb": "OpenFileGDB",
}  # fmt: skip
RASTERS = {"a.tif": "GTiff", "a.bil": "EHdr", "a.ers": "ERS", "a.asc": "AAIGrid", "a.img": "HFA"}


def sealed(*commands):
    """Return how command lines ended in a process that may open no socket, and the process."""
    lines = "".join(json.dumps([str(part) for part in command]) + "\n" for command in commands)
    ended = subprocess.run(
        [sys.executable, sealed_off.__file__],
        input=lines, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return [json.loads(line) for line in ended.stdout.splitlines()], ended


def with_layer(region, folder, layer, file):
    """Return a region of the planted files in which one layer is another file."""
    before = {"faults": "faults.geojson", "relief": "relief.tif"}[layer]
    text = (region / "region.toml").read_text("utf-8").replace(before, file)
    for name in ("faults.geojson", "relief.tif", "deposits.geojson"):
        text = text.replace(f'"{name}"', f'"{(region / name).as_posix()}"')
    folder.mkdir()
    (folder / "region.toml").write_text(text, "utf-8")
    return folder


def features(folder, name, driver):
    """Write lines in a format."""
    line = shapely.LineString([(-69.0, -24.5), (-69.0, -24.0)])
    columns = {} if driver in ("DXF", "GPX") else {"name": ["a"]}
    table = gpd.GeoDataFrame(columns, geometry=[line], crs="EPSG:4326")
    options = {"layer": "tracks"} if driver == "GPX" else {}
    table.to_file(folder / name, driver=driver, **options)


def raster(region, folder, name, driver):
    """Write the relief in a format."""
    with rasterio.open(region / "relief.tif") as source:
        profile, values = dict(source.profile), source.read()
    profile = {
        key: profile[key] for key in ("width", "height", "count", "dtype", "crs", "transform")
    }
    if driver == "AAIGrid":  # squares alone, and by a copy
        (folder / name).write_text(
            "ncols 2\nnrows 2\nxllcorner 0\nyllcorner 0\ncellsize 9\n1 2\n3 4\n"
        )
        return
    with rasterio.open(folder / name, "w", driver=driver, **profile) as new:
        new.write(values)


def _codes(driver):
    """Return how a check of a sound file of a format may end: some want a key more."""
    return (0, 2) if driver in ("DXF", "GPX") else (0,)


def others(folder):
    """Write files that hold what points elsewhere where it is not looked for."""
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        archive.writestr("a.vrt", ogr_vrt(f"/vsicurl/{ADDRESS}/a.geojson"))
    (folder / "b.zip").write_bytes((folder / "a.zip").read_bytes())
    (folder / "a.csv").write_text("longitude,latitude,name\n-69,-24,http://127.0.0.1:9/x\n")
    (folder / "a.kml").write_text(
        '<kml xmlns="http://www.opengis.net/kml/2.2"><NetworkLink><Link><href>'
        f"{ADDRESS}/a.kml</href></Link></NetworkLink></kml>"
    )
    (folder / "a.gpx").write_text(
        f'<!DOCTYPE gpx SYSTEM "{ADDRESS}/a.dtd"><gpx version="1.1" creator="x"/>'
    )
    return [
        "a.zip",
        "b.zip",
        "a.csv",
        "a.kml",
        "a.gpx",
        f"/vsicurl/{ADDRESS}/a.geojson",
        f"{ADDRESS}/a.gpkg",
    ]


def test_no_input_file_makes_a_request(planted, tmp_path):
    """Every format that is read, and all that is refused because it points elsewhere."""
    commands, expected = [], []

    def add(layer, name, write, codes=(0, 2)):
        region = with_layer(planted, tmp_path / str(len(commands)), layer, name)
        write(region)
        commands.append(["check", region])
        expected.append((name, codes))

    for name, driver in FEATURES.items():
        add("faults", name, lambda at, n=name, d=driver: features(at, n, d), _codes(driver))
    for name, driver in RASTERS.items():
        add("relief", name, lambda at, n=name, d=driver: raster(planted, at, n, d), (0, 2))
    for name, text in WITH_REQUESTS.items():
        add("faults", name, lambda at, n=name, t=text: (at / n).write_text(t(ADDRESS)), (2,))
    for name, text in RASTERS_WITH_REQUESTS.items():
        add("relief", name, lambda at, n=name, t=text: (at / n).write_text(t(ADDRESS)), (2,))
    for ending in ("msk", "ovr"):
        text = raster_vrt(f"/vsicurl/{ADDRESS}/a.tif")

        def write(at, ending=ending, text=text):
            raster(planted, at, "a.tif", "GTiff")
            (at / f"a.tif.{ending}").write_text(text)

        add("relief", "a.tif", write, (2,))
    (tmp_path / "names").mkdir()
    for name in others(tmp_path / "names"):
        add("faults", name, others, (2,))
    ended, process = sealed(*commands)
    assert process.returncode == 0, process.stderr
    assert len(ended) == len(commands)
    wrong = [
        (name, done["code"], done["said"])
        for (name, codes), done in zip(expected, ended, strict=True)
        if done["code"] not in codes
    ]
    assert wrong == []


def test_a_run_folder_is_read_without_a_socket(planted, planted_run, tmp_path):
    """By every command that reads one; a region is screened so, too."""
    target = gpd.read_file(planted_run / "porphyry_copper" / "targets.geojson")["target_id"][0]
    commands = [
        ["explain", planted_run, "-69.0", "-24.5"],
        ["portfolio", planted_run, "--out", tmp_path / "p"],
        ["compare", planted_run, planted_run],
        ["score-polygons", planted_run, planted / "faults.geojson", "--out", tmp_path / "s"],
        ["screen", planted, "--quick", "--workers", "1", "--out", tmp_path / "run"],
        ["dossier", tmp_path / "run", target],
    ]
    ended, process = sealed(*commands)
    assert process.returncode == 0, process.stderr
    assert [done["code"] for done in ended] == [0, 0, 0, 2, 0, 0]


@pytest.mark.parametrize(
    "request_of",
    [
        "import socket; socket.socket()",
        "import socket; socket.socket(socket.AF_INET6, socket.SOCK_DGRAM)",
        "import pyogrio; pyogrio.read_info('/vsicurl/http://127.0.0.1:9/a.geojson')",
        "import rasterio; rasterio.open('/vsicurl/http://127.0.0.1:9/a.tif')",
        "import subprocess; subprocess.run(['python', '-c', 'import socket; socket.socket()'], check=True)",
    ],
)
def test_a_request_ends_such_a_process(request_of):
    """In Python, in GDAL, in a process that it starts: the guard sees what it must."""
    code = (
        f"import sealed_off; sealed_off.forbid_sockets(); print('sealed', flush=True)\n{request_of}"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code.replace("'python'", repr(sys.executable))],
        capture_output=True, text=True, check=False, cwd=TESTS,
    )  # fmt: skip
    assert ended.stdout == "sealed\n"
    if "subprocess" in request_of:
        assert ended.returncode == 1
        assert "died with <Signals.SIGSYS" in ended.stderr
    else:
        assert ended.returncode == sealed_off.KILLED


def test_sockets_within_the_machine_stay(tmp_path):
    """Processes of a pool speak by them."""
    code = (
        "import sealed_off, socket; sealed_off.forbid_sockets(); "
        "a, b = socket.socketpair(); socket.socket(socket.AF_UNIX); a.send(b'x'); print(b.recv(1))"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, cwd=TESTS
    )
    assert ended.stdout == "b'x'\n"


def test_no_test_that_starts_no_server_may_open_a_socket():
    """Not even to this machine, in Python; beneath it the filter holds."""
    with pytest.warns(UserWarning, match="tried to use socket"), pytest.raises(SocketBlockedError):
        socket.socket(socket.AF_INET, socket.SOCK_STREAM)
