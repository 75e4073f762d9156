"""Rasters on their way in: where they lie, what is no value, and values to the outer edge."""

import os
import subprocess
import sys
from contextlib import contextmanager, suppress
from pathlib import Path

import numpy as np
import pyproj
import pytest
import rasterio
from rasterio._env import get_gdal_config
from rasterio.transform import from_bounds

from prospector.errors import LayerError
from prospector.grid import Grid
from prospector.layers import rasters
from prospector.layers.extremes import Extremes
from prospector.layers.formats import CACHE_MB, open_raster
from prospector.layers.raster_reader import read_raster
from prospector.layers.rasters import RasterFile, RasterLayer
from prospector.layers.reading import Reading
from prospector.layers.roles import ROLES
from prospector.region.region_tables import LayerEntry

GRID = Grid("EPSG:32719", 400_000.0, 7_400_000.0, 2000.0, (100, 100))
ROUND = -180.0, -90.0, 180.0, 90.0


def write(path, values, bounds, crs="EPSG:4326", **more):
    """Write a raster of one or more bands that fills bounds."""
    bands = values if values.ndim == 3 else values[None]
    count, rows, columns = bands.shape
    profile = {"driver": "GTiff", "count": count, "height": rows, "width": columns, "crs": crs}
    profile |= {"dtype": bands.dtype, "transform": from_bounds(*bounds, columns, rows)} | more
    with rasterio.open(path, "w", **profile) as dataset:
        dataset.write(bands)
    return path


def read(path, grid=GRID, **keys):
    """Return a raster as read, and the notices as counts by code."""
    entry = LayerEntry(role="relief", file=path.name, **keys)
    reading = Reading("relief", path, entry, ROLES["relief"], "relief", path.parent / "region.toml")
    cells = read_raster(reading, grid)
    layer = RasterLayer(
        "relief", "relief", "relief", cells.values, cells.columns_at, cells.rows_at, cells.crs, entry,
        None, "", cells.size,
    )  # fmt: skip
    return layer, {notice.code: notice.count for notice in reading.notices}


def longitudes(rows=180, columns=360, west=-180.0):
    """Return a raster of the Earth whose values are degrees east, -180 to 180."""
    degrees = west + (np.arange(columns) + 0.5) * 360 / columns
    return np.tile((degrees + 180) % 360 - 180, (rows, 1)).astype("float32")


@pytest.mark.parametrize("west", [-180.0, 0.0])
@pytest.mark.parametrize("middle", [-69.0, 0.2, 179.6])
def test_a_raster_of_the_earth_is_turned_to_the_region(tmp_path, west, middle):
    """Whether it begins at 180 west or at Greenwich, and wherever the region lies: at its seam too."""
    path = write(tmp_path / "a.tif", longitudes(west=west), (west, -90, west + 360, 90))
    crs = f"+proj=tmerc +lon_0={middle} +x_0=500000 +y_0=0 +datum=WGS84"
    grid = Grid(crs, 400_000.0, -2_400_000.0, 2000.0, (100, 100))
    layer, _ = read(path, grid)
    east, north = np.meshgrid(*grid.axes())
    back = pyproj.Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    across, along = back.transform(east.ravel(), north.ravel())
    nearest = layer.sample(across, along, nearest=True)
    away = (nearest - across + 180) % 360 - 180
    assert np.abs(away).max() <= 0.5 + 1e-6
    assert layer.values.shape[1] < 40


def test_part_of_the_earth_in_degrees_from_0_to_360(tmp_path):
    """Placed as it is when it comes in degrees west."""
    values = np.arange(400, dtype="float32").reshape(20, 20)
    plain, _ = read(write(tmp_path / "a.tif", values, (-72, -27, -67, -22)))
    turned, _ = read(write(tmp_path / "b.tif", values, (288, -27, 293, -22)))
    assert turned.columns_at == pytest.approx(plain.columns_at)
    at = np.array([-69.3]), np.array([-24.4])
    assert turned.sample(*at) == pytest.approx(plain.sample(*at))


def test_a_raster_elsewhere_is_refused_by_name(tmp_path):
    """In Finland, or in metres that are taken for degrees."""
    values = np.ones((20, 20), "float32")
    for bounds in ((20, 60, 30, 70), (500_000, 7_200_000, 600_000, 7_300_000)):
        path = write(tmp_path / "a.tif", values, bounds)
        with pytest.raises(LayerError, match=r"'relief', .*lies wholly outside the region \(its"):
            read(path)


def test_values_reach_the_outer_edge(tmp_path):
    """Between the centre of an outer cell and its edge its own value holds; beyond there is none."""
    values = np.arange(25, dtype="float32").reshape(5, 5)
    layer, _ = read(
        write(tmp_path / "a.tif", values, (400_000, 7_200_000, 600_000, 7_400_000), "EPSG:32719")
    )
    across = np.array([400_000.0, 410_000, 420_000, 440_000, 600_000, 600_001])
    along = np.full(6, 7_380_000.0)
    assert layer.sample(across, along)[:5].tolist() == [0, 0, 0, 0.5, 4]
    assert np.isnan(layer.sample(across, along)[5])
    corner = layer.sample(np.array([600_000.0]), np.array([7_200_000.0]))
    assert corner.tolist() == [24]


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (1, 1)])
def test_one_row_or_column_is_a_raster(tmp_path, shape):
    """Its cell's size comes from the file."""
    values = np.arange(shape[0] * shape[1], dtype="float32").reshape(shape) + 7
    layer, _ = read(
        write(tmp_path / "a.tif", values, (400_000, 7_200_000, 600_000, 7_400_000), "EPSG:32719")
    )
    assert layer.cell_width_and_height == pytest.approx((200_000 / shape[1], 200_000 / shape[0]))
    assert layer.sample(np.array([400_000.0]), np.array([7_400_000.0])).tolist() == [7]
    assert layer.thinned(1).values.shape == (1, 1)


HERE = 400_000, 7_200_000, 600_000, 7_400_000


def relief(seed=0):
    """Return heights of 2000 to 3000 m."""
    return (2000 + 1000 * np.random.default_rng(seed).random((40, 40))).astype("float32")


@pytest.mark.parametrize("code", [-9999, -32768, 1e30, -3.4028235e38, 1.70141e38, 99999, -999.25])
@pytest.mark.parametrize("stated", [True, False])
def test_a_code_that_the_file_does_not_declare_is_no_value(tmp_path, code, stated):
    """It is told, unless region.toml states it; a picture of the raster knows it too."""
    values = relief()
    values[10:14, 10:20] = code
    path = write(tmp_path / "a.tif", values, HERE, "EPSG:32719")
    layer, notices = read(path, **({"nodata": code} if stated else {}))
    known = layer.values[:, :]
    assert np.isnan(known).sum() == 40
    assert np.nanmin(known) >= 2000
    assert np.nanmax(layer.thinned(100).values) <= 3000
    assert notices == ({} if stated else {"nodata-not-declared": 40})


def test_two_codes_one_behind_the_other(tmp_path):
    """The second shows only once the first is gone."""
    values = relief()
    values[0, :3], values[1, :4] = -9999, -1e32
    layer, notices = read(write(tmp_path / "a.tif", values, HERE, "EPSG:32719"))
    assert np.isnan(layer.values[:, :]).sum() == 7
    assert notices == {"nodata-not-declared": 3}
    values[:] = 1e31
    with pytest.raises(LayerError, match="only nodata in the region"):
        read(write(tmp_path / "b.tif", values, HERE, "EPSG:32719"))


def test_a_code_is_kept_where_it_is_said_to_be_a_value(tmp_path):
    """No file is beyond reading."""
    values = relief()
    values[0, 0] = -9999
    layer, _ = read(write(tmp_path / "a.tif", values, HERE, "EPSG:32719"), nodata="none")
    assert np.nanmin(layer.values[:, :]) == -9999


def test_a_repeated_extreme_is_told(tmp_path):
    """No code that is known, but far from all others."""
    values = relief()
    values[:5] = -70_000
    _, notices = read(write(tmp_path / "a.tif", values, HERE, "EPSG:32719"))
    assert notices == {"raster-extreme-repeated": 200}


@pytest.mark.parametrize("low", [0.0, 1500.0, -999.0])
def test_an_ordinary_minimum_is_not_suspected(low):
    """Sea, a plateau, an anomaly that happens to be -999."""
    values = np.append(np.linspace(-998 if low < 0 else 1600, 3000, 500), [low] * 50)
    assert not list(Extremes.of([values]).suspected())


def test_an_unknown_local_crs_is_refused(tmp_path):
    """As Geosoft writes it; with the key it is read."""
    wkt = 'LOCAL_CS["WGS 84 / UTM zone 19S",UNIT["metre",1],AXIS["Easting",EAST],AXIS["Northing",NORTH]]'
    path = write(tmp_path / "a.tif", relief(), HERE, rasterio.crs.CRS.from_wkt(wkt))
    with pytest.raises(LayerError, match=r"relief\.crs': .*is local\. Set crs = 'EPSG"):
        read(path)
    assert read(path, crs="EPSG:32719")[0].crs == pyproj.CRS("EPSG:32719")


def test_a_picture_is_refused_unless_asked_for(tmp_path):
    """A palette's numbers are no values, unless they are."""
    path = write(
        tmp_path / "a.tif",
        (relief() / 500).astype("uint8"),
        HERE,
        "EPSG:32719",
        photometric="palette",
    )
    with rasterio.open(path, "r+") as dataset:
        dataset.write_colormap(1, {4: (255, 0, 0, 255), 5: (0, 0, 255, 255)})
    with pytest.raises(LayerError, match=r"relief\.band': .*colours of a palette"):
        read(path)
    assert np.nanmax(read(path, band=1)[0].values[:, :]) == 5


def test_pages_of_a_tiff_are_named(tmp_path):
    """The first is not taken in silence."""
    for page, value in enumerate((3.0, 8.0)):
        write(
            tmp_path / "a.tif", np.full((4, 4), value, "float32"), HERE, "EPSG:32719",
            **({"APPEND_SUBDATASET": "YES"} if page else {}),
        )  # fmt: skip
    with pytest.raises(LayerError, match=r"holds several layers \(1, 2\)"):
        read(tmp_path / "a.tif")
    assert read(tmp_path / "a.tif", layer="2")[0].values[0:1, 0:1].tolist() == [[8.0]]


def test_only_the_region_and_its_margin_are_read(tmp_path):
    """A raster of a continent costs no more than the part that counts."""
    path = write(tmp_path / "a.tif", longitudes(1800, 3600), ROUND)
    layer, _ = read(path)
    assert layer.values.shape[0] < 90
    part = layer.values[3:6, 4:9]
    assert part[0].tolist() == pytest.approx(layer.columns_at[4:9].tolist(), abs=1e-4)


@pytest.mark.parametrize(("columns", "least_mb"), [(300, CACHE_MB), (40_000, 156)])
def test_gdal_keeps_a_row_of_blocks_and_no_twentieth_of_the_memory(tmp_path, columns, least_mb):
    """Strips as wide as the raster are met by every block of a row; of more there is no use."""
    path = write(tmp_path / "a.tif", np.ones((4, columns), "float32"), ROUND, blockysize=1)
    before = get_gdal_config("GDAL_CACHEMAX")
    values = RasterFile(str(path), (4, columns), 1, 1.0, 0.0, "float32")
    for _ in values.blocks():
        assert least_mb <= get_gdal_config("GDAL_CACHEMAX") <= least_mb + 2
    with open_raster(path):
        assert get_gdal_config("GDAL_CACHEMAX") == CACHE_MB
    assert get_gdal_config("GDAL_CACHEMAX") == before


def openings(monkeypatch):
    """The rasters that are opened from now on."""
    opened, real = [], rasters.open_raster

    @contextmanager
    def spied(path, **how):
        with real(path, **how) as dataset:
            opened.append(dataset)
            yield dataset

    monkeypatch.setattr(rasters, "open_raster", spied)
    return opened


def test_a_raster_that_is_kept_open_is_opened_once_and_closed_at_the_end(tmp_path, monkeypatch):
    """Two files; after an error, too. Beyond that each block opens its file again."""
    paths = [write(tmp_path / name, relief(), HERE, "EPSG:32719") for name in ("a.tif", "b.tif")]
    files = [RasterFile(str(path), relief().shape) for path in paths]
    opened = openings(monkeypatch)
    cut = slice(1, 3), slice(2, 4)
    for error in (None, LayerError):
        opened.clear()
        with suppress(LayerError), rasters.rasters_kept_open():
            for file in files * 3:
                np.testing.assert_array_equal(file[cut], relief()[cut])
            assert [Path(one.name) for one in opened] == paths
            assert not any(one.closed for one in opened)
            if error:
                raise error("a window that cannot be computed")
        assert len(opened) == 2
        assert all(one.closed for one in opened)
    for _ in range(2):
        np.testing.assert_array_equal(files[0][cut], relief()[cut])
    assert len(opened) == 4


def test_what_is_infinite_is_no_value(tmp_path):
    """A division by nought in a raster calculator."""
    values = relief()
    values[3, 3:6] = np.inf, -np.inf, np.nan
    layer, notices = read(write(tmp_path / "a.tif", values, HERE, "EPSG:32719"))
    assert np.isnan(layer.values[:, :]).sum() == 3
    assert not notices


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_a_raster_that_does_not_say_where_it_lies_is_refused(tmp_path):
    """As a netCDF without attributes, or a picture."""
    for transform in (rasterio.Affine.identity(), rasterio.Affine(np.nan, 0, 0, 0, -1, 0)):
        path = write(tmp_path / "a.tif", relief(), HERE, "EPSG:32719", transform=transform)
        with pytest.raises(LayerError, match=r"relief\.file': .*has no georeference"):
            read(path)


def test_places_are_looked_up_in_blocks_that_fit_memory(tmp_path, monkeypatch):
    """The same bits, whether a raster is held whole or in blocks of a few cells."""
    path = write(tmp_path / "a.tif", relief(), HERE, "EPSG:32719")
    layer, _ = read(path)
    random = np.random.default_rng(0)
    places = random.uniform(390_000, 610_000, (3, 40)), random.uniform(7.19e6, 7.41e6, (3, 40))
    whole = [layer.sample(*places, nearest=nearest) for nearest in (True, False)]
    monkeypatch.setattr(rasters, "CELLS_AT_ONCE", 20)
    blocks = []
    take = RasterFile.__getitem__
    monkeypatch.setattr(
        RasterFile, "__getitem__", lambda own, block: blocks.append(take(own, block)) or blocks[-1]
    )
    for values, nearest in zip(whole, (True, False), strict=True):
        np.testing.assert_array_equal(layer.sample(*places, nearest=nearest), values)
    assert len(blocks) > 10
    assert max(block.size for block in blocks) <= 20


def write_deflated(path, cells, block):
    """Write a raster of few values in one tile, or in many."""
    west, south, east, north = HERE
    transform = from_bounds(west, south, east, north, cells, cells)
    with rasterio.open(
        path, "w", driver="GTiff", height=cells, width=cells, count=1, dtype="uint8", tiled=True,
        blockxsize=block, blockysize=block, compress="deflate", crs="EPSG:32719",
        transform=transform,
    ) as dataset:  # fmt: skip
        dataset.write(np.tile(np.arange(cells, dtype="uint8"), (cells, 1)), 1)
    return path


@pytest.mark.parametrize("nearest", [True, False])
def test_places_that_are_looked_up_at_once_change_no_value(tmp_path, monkeypatch, nearest):
    """Seven at a time, the last one alone, as all at once: inside, at the edge and beyond it."""
    path = write(tmp_path / "a.tif", longitudes()[:, 100:140], (-80, -90, -40, 90))
    layer, _ = read(path)
    across, along = np.random.default_rng(0).uniform([[-82], [-24.5]], [[-38], [-23.0]], (2, 50))
    wanted = layer.sample(across, along, nearest=nearest)
    monkeypatch.setattr(rasters, "PLACES_AT_ONCE", 7)
    found = layer.sample(across, along, nearest=nearest)
    assert 0 < np.isfinite(wanted).sum() < 50
    np.testing.assert_array_equal(found, wanted)


def test_a_tile_that_is_decoded_whole_is_refused_above_a_bound(tmp_path):
    """Before it is decoded, from the header; the bound can be lifted, and smaller tiles are read."""
    path = write_deflated(tmp_path / "a.tif", 6000, 6000)
    with pytest.raises(
        LayerError, match=r"6,000 x 6,000 .* 36,000,000 .* more than 32,000,000"
    ) as told:
        read(path)
    assert "max_tile_cells = 36000000" in str(told.value)
    read(path, max_tile_cells=3.6e7)
    read(write_deflated(tmp_path / "b.tif", 6000, 512))


def test_more_cells_than_can_be_read_are_refused(tmp_path):
    """The bound can be lifted."""
    path = write(tmp_path / "a.tif", relief(), HERE, "EPSG:32719")
    with pytest.raises(LayerError, match=r"has 1,600 cells .* more than 1,599.* max_cells = 1600"):
        read(path, max_cells=1599)
    read(path, max_cells=1600)


def test_a_sparse_raster_of_four_million_million_cells_is_refused_in_little_memory(tmp_path):
    """In a process that may take 2 GB: what the header says is enough."""
    path = tmp_path / "sparse.tif"
    west, south, east, north = HERE
    with rasterio.open(
        path, "w", driver="GTiff", height=2_000_000, width=2_000_000, count=1, dtype="float32",
        tiled=True, blockxsize=4096, blockysize=4096, sparse_ok=True, bigtiff="yes",
        crs="EPSG:32719", transform=from_bounds(west, south, east, north, 2e6, 2e6),
    ):  # fmt: skip
        pass
    code = (
        "import resource, sys; resource.setrlimit(resource.RLIMIT_AS, (2 * 10**9, 2 * 10**9))\n"
        "from pathlib import Path; from tests.layers.test_rasters import read\n"
        "try: read(Path(sys.argv[1]))\n"
        "except Exception as error: print(type(error).__name__, error)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True,
        env=os.environ | {"OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert done.stdout.startswith("LayerError ")
    assert "has 4,000,000,000,000 cells" in done.stdout


@pytest.mark.parametrize(
    ("stored", "stated", "told"),
    [
        ("ft", {"unit": "m"}, True), ("ft", {}, True), ("feet", {"unit": "m a.s.l."}, True),
        ("metre", {"unit": "m"}, False), ("M", {}, False), ("", {"unit": "m"}, False),
    ],
)  # fmt: skip
def test_another_unit_than_the_one_that_is_meant_is_told(tmp_path, stored, stated, told):
    """Heights are in metres where nothing says otherwise."""
    path = write(tmp_path / "a.tif", relief(), HERE, "EPSG:32719")
    with rasterio.open(path, "r+") as dataset:
        dataset.units = (stored,)
    _, notices = read(path, **stated)
    assert ("raster-unit-differs" in notices) is told


@pytest.mark.parametrize(("unit", "factor"), [("ft", 0.3048), ("Pies", 0.3048), ("km", 1000)])
def test_heights_stated_in_another_length_are_refused(tmp_path, unit, factor):
    """Slopes, basins and the elevation of targets would be wrong without a word."""
    path = write(tmp_path / "a.tif", relief(), HERE, "EPSG:32719")
    with pytest.raises(
        LayerError, match=rf"relief\.unit': heights .* not in {unit}\. .*x {factor}"
    ):
        read(path, unit=unit)
    assert read_as("surface", path, unit=unit)[1] == {}


@pytest.mark.parametrize(
    ("factor", "remedy"),
    [
        (1, ""),
        (-1, "heights-below-sea"),
        (-0.1, "heights-below-sea"),
        (0.001, "heights-may-be-kilometres"),
    ],
)
def test_heights_seldom_found_where_ore_is_looked_for_are_told(tmp_path, factor, remedy):
    """Of 2000 to 3000 m with the other sign, or in kilometres."""
    heights = (factor * relief()).astype("float32")
    entry = LayerEntry(role="relief", file="a.tif")
    path = write(tmp_path / "a.tif", heights, HERE, "EPSG:32719")
    reading = Reading("relief", path, entry, ROLES["relief"], "relief")
    read_raster(reading, GRID)
    told = [n.value("remedy").code for n in reading.notices if n.code == "relief-doubtful"]
    assert told == [remedy] * bool(remedy)


@pytest.mark.parametrize(("factor", "told"), [(1, False), (10, True), (-10, True)])
def test_heights_that_are_not_on_earth_are_told(tmp_path, factor, told):
    """Decimetres taken for metres."""
    heights = (1000 + relief() / relief().max() * 500).astype("float32")
    path = write(tmp_path / "a.tif", factor * heights, HERE, "EPSG:32719")
    _, notices = read(path)
    assert ("relief-not-metres" in notices) is told


@pytest.mark.parametrize(("unit_m", "remedy"), [(0.3048, "feet"), (0.1, "unit")])
def test_heights_that_are_on_earth_as_feet_are_told_so(tmp_path, unit_m, remedy):
    """A summit of 4,500 m is 14,764 ft, which no unit of the file tells; decimetres are no feet."""
    heights = (1000 + relief() / relief().max() * 3500) / unit_m
    path = write(tmp_path / "a.tif", heights.astype("float32"), HERE, "EPSG:32719")
    entry = LayerEntry(role="relief", file=path.name)
    reading = Reading("relief", path, entry, ROLES["relief"], "relief")
    read_raster(reading, GRID)
    [told] = [notice for notice in reading.notices if notice.code == "relief-not-metres"]
    assert remedy in told.value("remedy").code


def test_a_crs_that_states_heights_in_feet_is_heard(tmp_path):
    """Its plane is in metres, its heights in US survey feet."""
    path = write(tmp_path / "a.tif", relief(), HERE, "EPSG:32719+6360")
    _, notices = read(path)
    assert "raster-unit-differs" in notices


@pytest.mark.parametrize(
    ("begin", "said"),
    [
        (b"PK\x03\x04rest", r"packed \(zip\). Unpack it"),
        (b"\x1f\x8brest", r"packed \(gzip\). Unpack it"),
        (b"version https://git-lfs.github.com/spec/v1\noid", "pointer of Git LFS"),
        (b"\xef\xbb\xbf\n<!DOCTYPE html><html>", "web page"),
        (b'{ "error": {"code": 498}}', "server's error"),
        (b"nothing known", "Give a GeoTIFF"),
    ],
)
def test_a_file_that_is_another_thing_is_told_as_what_it_is(tmp_path, begin, said):
    """Packed, a pointer, a page, an error."""
    (tmp_path / "a.tif").write_bytes(begin)
    with pytest.raises(LayerError, match=said):
        read(tmp_path / "a.tif")


@pytest.mark.parametrize("code", [-9999, -32768])
def test_codes_are_looked_for_as_the_file_stores_them(tmp_path, code):
    """Tenths of a metre above 500 m, with a code that scaling turns into an ordinary number."""
    values = np.linspace(0, 5000, 1600).astype("int16").reshape(40, 40)
    values[10:14, 10:20] = code
    path = write(tmp_path / "a.tif", values, HERE, "EPSG:32719")
    with rasterio.open(path, "r+") as dataset:
        dataset.scales, dataset.offsets = (0.1,), (500.0,)
    layer, notices = read(path)
    assert notices == {"nodata-not-declared": 40}
    assert np.isnan(layer.values[:, :]).sum() == 40
    assert np.nanmin(layer.values[:, :]) == 500
    assert np.nanmax(layer.values[:, :]) == 1000
    _, stated = read(path, nodata=code)
    assert stated == {}


@pytest.mark.parametrize(("stored_as", "code"), [("uint8", 255), ("int8", -128)])
def test_the_last_number_of_a_byte_is_a_code_far_from_percentages(tmp_path, stored_as, code):
    """Shares of 0 to 100; a mask of two numbers is left as it is, and so is a picture."""
    values = np.linspace(0, 100, 1600).astype(stored_as).reshape(40, 40)
    values[10:14, 10:20] = code
    layer, notices = read(write(tmp_path / "a.tif", values, HERE, "EPSG:32719"))
    assert notices == {"nodata-not-declared": 40}
    assert np.nanmin(layer.values[:, :]) == 0
    assert np.nanmax(layer.values[:, :]) == 100
    mask = np.where(values == code, code, 0).astype(stored_as)
    _, notices = read(write(tmp_path / "mask.tif", mask, HERE, "EPSG:32719"))
    assert notices == {}
    grey = np.arange(1600).astype(stored_as).reshape(40, 40)
    _, notices = read(write(tmp_path / "grey.tif", grey, HERE, "EPSG:32719"))
    assert notices == {}


def test_a_code_that_resampling_has_blurred_is_told(tmp_path):
    """Means of three by three cells leave numbers between the code and the heights."""
    values = relief()
    values[10:20, 10:20] = -9999
    means = sum(np.roll(values, (i, j), (0, 1)) for i in (-1, 0, 1) for j in (-1, 0, 1)) / 9
    _, notices = read(write(tmp_path / "a.tif", means.astype("float32"), HERE, "EPSG:32719"))
    assert notices == {"raster-codes-blurred": 64}
    means[means == -9999] = -9000
    _, notices = read(write(tmp_path / "b.tif", means.astype("float32"), HERE, "EPSG:32719"))
    assert notices == {}


def test_heights_off_the_earth_are_told_as_they_are_meant(tmp_path):
    """As stored they would be on it; a scale below nought turns the ends round."""
    path = write(tmp_path / "a.tif", relief(), HERE, "EPSG:32719")
    with rasterio.open(path, "r+") as dataset:
        dataset.scales = (-10.0,)
    _, notices = read(path)
    assert "relief-not-metres" in notices


@pytest.mark.parametrize(("stored_as", "told"), [("float32", True), ("int16", False)])
def test_noughts_where_nothing_was_measured_are_told(tmp_path, stored_as, told):
    """A tenth of a raster of decimals; whole numbers are 0 often enough, and heights at sea."""
    values = (relief() / 10 - 199).astype(stored_as)
    values[:4] = 0
    path = write(tmp_path / "a.tif", values, HERE, "EPSG:32719")
    _, notices = read_as("surface", path)
    assert notices == ({"raster-zeros": 160} if told else {})
    assert read_as("surface", path, nodata=0)[1] == {}
    assert read(path)[1] == {}


@pytest.mark.parametrize("stored_as", ["float32", "int16", "uint8"])
@pytest.mark.parametrize("role", ["relief", "surface"])
def test_noughts_apart_from_all_other_numbers_are_told(tmp_path, role, stored_as):
    """An inland plateau, counts of bytes: 0 is where the file has nothing."""
    values = (relief() / 20 - 60).astype(stored_as)
    values[:4] = 0
    path = write(tmp_path / "a.tif", values, HERE, "EPSG:32719")
    assert read_as(role, path)[1] == {"raster-zeros": 160}
    assert read_as(role, path, nodata=0)[1] == {}
    values[:4] = values[4:].min() - 1
    assert read_as(role, write(tmp_path / "b.tif", values, HERE, "EPSG:32719"))[1] == {}


@pytest.mark.parametrize(
    ("role", "factor", "told"),
    [
        ("slab_depth", 0.1, False),
        ("slab_depth", -0.1, True),
        ("slab_depth", 100, True),
        ("crust_thickness", 0.02, False),
        ("crust_thickness", 20, True),
    ],
)
def test_depths_that_are_not_positive_kilometres_are_told(tmp_path, role, factor, told):
    """Published with the other sign, or in metres."""
    values = (relief() * factor).astype("float32")
    _, notices = read_as(role, write(tmp_path / "a.tif", values, HERE, "EPSG:32719"))
    assert notices == ({"depths-not-kilometres": None} if told else {})


def read_as(role, path, **keys):
    """Return a raster as read in a role, and the notices as counts by code."""
    entry = LayerEntry(role=role, file=path.name, **keys)
    reading = Reading("a", path, entry, ROLES[role], role, path.parent / "region.toml")
    return read_raster(reading, GRID), {notice.code: notice.count for notice in reading.notices}
