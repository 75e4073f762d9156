"""Layers held in memory: the same results as from files, one clear error for what cannot be a layer."""

import copy
import gc
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
import xarray as xr
from rasterio.transform import from_origin

import prospector
from prospector.errors import LayerError, RegionError
from prospector.layers import read_layers
from prospector.objects.grids import write_grid

POINTS = gpd.GeoDataFrame(
    {"name": ["A", "B", "C"], "deposit_type": "porphyry_copper"},
    geometry=gpd.points_from_xy([-69.0, -68.9, -68.8], [-24.0, -24.1, -24.2]),
    crs="EPSG:4326",
)
FAULTS = gpd.GeoDataFrame(
    {"fault_system": ["Domeyko"]},
    geometry=[shapely.LineString([(-69, -23.5), (-69.1, -24.5)])],
    crs="EPSG:4326",
)
NOWHERE = FAULTS.set_crs(None, allow_override=True)
TWICE = FAULTS.assign(a=1, b=2).set_axis(["f", "geometry", "a", "a"], axis=1)
HEIGHTS = np.arange(120 * 100, dtype="float32").reshape(120, 100)
PLACE = from_origin(390_000, 7_410_000, 2000, 2000)


def made(layers, **keys):
    """A region of two degrees with these layers."""
    keys = {"crs": "EPSG:32719", "window": (-70, -25, -68, -23.5), "cell_size_m": 5000} | keys
    return prospector.make_region("north", layers, deposit_models=["porphyry_copper"], **keys)


def read(layers, **keys):
    """The layers of such a region, as read, by name."""
    region = made(layers, **keys)
    return {layer.name: layer for layer in read_layers(region, region.grid()).items}


def objects_of(folder):
    """The layers of the planted region as a notebook would hold them."""
    with rasterio.open(folder / "relief.tif") as dataset:
        relief = dataset.read(1), dataset.transform, dataset.crs
    return {
        "deposits": gpd.read_file(folder / "deposits.geojson"),
        "faults": gpd.read_file(folder / "faults.geojson"),
        "relief": prospector.Layer(relief, unit="m"),
    }


def files_of_run(folder):
    """Every file of a run by name, but its store."""
    return {
        file.relative_to(folder).as_posix(): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file() and "store" not in file.relative_to(folder).parts[:1]
    }


@pytest.fixture(scope="module")
def from_memory(planted):
    """The planted region, its layers held in memory, screened quickly."""
    window = prospector.load_region(planted).region.window
    region = prospector.make_region(
        "synthetic", objects_of(planted), crs="EPSG:32719", cell_size_m=2000,
        window=window.bounds().as_tuple(), deposit_models=["porphyry_copper"],
        title="Synthetic region",
    )  # fmt: skip
    return prospector.screen(region, quick=True, workers=1)


def test_objects_give_what_files_give(planted_screening, from_memory, planted_run, tmp_path):
    """Targets, scores, evidence, skill and contributions, byte for byte in the written run."""
    assert from_memory.targets.equals(planted_screening.targets)
    prospector.write(from_memory, tmp_path / "run")
    ours, theirs = files_of_run(tmp_path / "run"), files_of_run(planted_run)
    assert ours.keys() == theirs.keys()
    name_their_layers = {
        "run.json",
        "NOTICE.txt",
        "manifest.json",
        "prospects.gpkg",
        "ro-crate-metadata.json",
        "targets.xlsx",
    }
    pages = {name for name in ours if name.endswith(".html")}
    same = {name for name in ours if ours[name] == theirs[name]}
    assert len(same) > 10
    assert set(ours) - same <= name_their_layers | pages


def test_a_run_from_memory_reopens_and_says_so(from_memory, tmp_path):
    """run.json names what was in memory, with a digest that is the same twice."""
    run = prospector.open_run(prospector.write(from_memory, tmp_path / "run"))
    faults = run.record["inputs"]["faults"]
    assert faults["file"] == "faults (in memory)"
    assert len(faults["sha256"]) == 64
    assert "/objects-" not in (tmp_path / "run" / "run.json").read_text()
    assert len(run.targets) == len(from_memory.targets)


def test_the_digest_follows_the_content():
    """Equal content has one digest, whoever holds it; other content another."""
    first, again = (read({"faults": frame})["faults"] for frame in (FAULTS, FAULTS.copy()))
    moved = read({"faults": FAULTS.assign(geometry=FAULTS.translate(0.01))})["faults"]
    assert first.sha256 == again.sha256 != moved.sha256


def test_objects_in_place_of_files_keep_the_keys_of_the_region(planted, planted_screening):
    """The unit of the relief stays; only the file is another."""
    objects = objects_of(planted)
    with_objects = prospector.screen(
        planted, quick=True, workers=1,
        layers={"faults": objects["faults"], "relief": objects["relief"].content},
    )  # fmt: skip
    assert with_objects.region.layers["relief"].unit == "m"
    assert with_objects.region.layers["deposits"].file == "deposits.geojson"
    assert with_objects.targets.equals(planted_screening.targets)


def test_temporary_files_go_with_the_region():
    """As soon as nobody holds the region; nothing of a caller's changes."""
    before = copy.deepcopy(FAULTS)
    region = made({"faults": FAULTS})
    other = prospector.with_layers(region, {"deposits": POINTS})
    places = [Path(place) for place in other.places.values()]
    del region
    gc.collect()
    assert len(places) == 2
    assert all(place.is_file() for place in places)
    del other
    gc.collect()
    assert not any(place.parent.exists() for place in places)
    assert FAULTS.equals(before)


def test_a_table_and_a_path_are_layers_too(tmp_path):
    """A DataFrame with longitude and latitude; a file by its path."""
    FAULTS.to_file(tmp_path / "faults.gpkg")
    table = POINTS.drop(columns="geometry").assign(
        longitude=POINTS.geometry.x, latitude=POINTS.geometry.y
    )
    layers = read({"deposits": table, "faults": tmp_path / "faults.gpkg"})
    expected = read({"deposits": POINTS})["deposits"].features
    assert layers["deposits"].features.geometry.equals(expected.geometry)
    assert len(layers["faults"].features) == 1
    assert layers["faults"].entry.file == "faults.gpkg"


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ({"faults": NOWHERE}, r"layers\.faults\.crs': no CRS in faults \(in memory\)\. Set crs"),
        ({"faults": FAULTS.iloc[:0]}, r"layer 'faults': GeoDataFrame: it has no row"),
        ({"faults": POINTS}, r"faults \(in memory\).* needs lines"),
        ({"faults": FAULTS.set_crs("EPSG:32733", allow_override=True)}, "wholly outside"),
        ({"faults": TWICE}, "two columns 'a'"),
        ({"faults": gpd.GeoDataFrame({"a": [1]})}, "active geometry"),
        ({"faults": 7}, "layer 'faults': int: it cannot be read as a layer"),
        ({"relief": (HEIGHTS, PLACE, None)}, r"no CRS in relief \(in memory\)"),
        ({"relief": (HEIGHTS, PLACE, "EPSG:0")}, "not a CRS that PROJ knows"),
        ({"relief": (HEIGHTS, PLACE)}, "a tuple of 2"),
        ({"relief": (HEIGHTS, 5, "EPSG:32719")}, "not a transform"),
        ({"relief": (HEIGHTS[0], PLACE, "EPSG:32719")}, r"has the shape \(100,\)"),
        ({"relief": (HEIGHTS.astype(complex), PLACE, "EPSG:32719")}, "holds complex128"),
        ({"relief": (HEIGHTS, PLACE, "EPSG:32719", "none")}, "nodata 'none' is not a number"),
        ({"relief": (np.stack([HEIGHTS] * 2), PLACE, "EPSG:32719")}, r"has 2 bands.*band = 1"),
        ({"relief": (HEIGHTS * np.nan, PLACE, "EPSG:32719")}, "only nodata"),
    ],
)  # fmt: skip
def test_what_cannot_be_a_layer_is_one_clear_error(layers, message):
    """It names the layer, and says what to do."""
    with pytest.raises(LayerError, match=message) as caught:
        read({"deposits": POINTS} | layers)
    assert "/objects-" not in str(caught.value)


def test_a_region_has_roles_of_its_own():
    """A layer of that name has the role."""
    halo = FAULTS.assign(geometry=FAULTS.to_crs(32719).buffer(5000).to_crs(4326))
    roles = {"alteration": {"geometry": "polygon"}}
    layer = read({"alteration": halo}, roles=roles)["alteration"]
    assert layer.role == "alteration"
    with pytest.raises(LayerError, match="needs polygons"):
        read({"alteration": FAULTS}, roles=roles)


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ({"fault": FAULTS}, r"layer 'fault': its role is not given\. Did you mean 'faults'"),
        ({"../faults": FAULTS}, "a name has lower-case letters"),
        ({"mine": prospector.Layer(FAULTS, role="faults", colour="red")}, "layers.mine.colour': unknown key"),
    ],
)  # fmt: skip
def test_wrong_names_and_keys_are_refused(layers, message):
    """Like those of region.toml."""
    with pytest.raises(RegionError, match=message):
        made(layers)


def values_of(content, **keys):
    """The values of a raster as the reader has them, and the coordinates of the cells."""
    region = made({"deposits": POINTS, "relief": prospector.Layer(content, **keys)})
    layer = read_layers(region, region.grid()).items[1]
    rows, columns = layer.values.shape
    return layer.values[slice(0, rows), slice(0, columns)], layer.columns_at, layer.rows_at


def test_arrays_of_every_kind_give_their_values():
    """16 bits, masked, whole numbers with nodata, one band of three dimensions, south up, turned."""
    expected, across, down = values_of((HEIGHTS, PLACE, "EPSG:32719"))
    np.testing.assert_array_equal(expected, HEIGHTS)
    south_up = PLACE * rasterio.Affine.translation(0, 120) * rasterio.Affine.scale(1, -1)
    small = (HEIGHTS % 1000).astype("float16")
    for content, wanted in [
        ((HEIGHTS[None], PLACE, "EPSG:32719"), HEIGHTS),
        ((HEIGHTS[::-1], south_up, "EPSG:32719"), HEIGHTS),
        ((HEIGHTS.astype(">f8"), tuple(PLACE)[:6], 32719), HEIGHTS),
        ((small, PLACE, "EPSG:32719"), small),
        ((HEIGHTS.astype("int64"), PLACE, "EPSG:32719"), HEIGHTS),
        ((np.asfortranarray(HEIGHTS), PLACE, "EPSG:32719"), HEIGHTS),
    ]:
        values, columns_at, rows_at = values_of(content)
        np.testing.assert_array_equal(values, wanted)
        assert (columns_at == across).all()
        assert (rows_at == down).all()
    holes = np.where(HEIGHTS < 500, np.nan, HEIGHTS)
    coded = np.where(HEIGHTS < 500, -7, HEIGHTS).astype("int16")
    masked = np.ma.masked_less(HEIGHTS.astype("int32"), 500)
    for content in (
        (coded, PLACE, "EPSG:32719", -7),
        (masked, PLACE, "EPSG:32719"),
        (np.ma.masked_less(HEIGHTS, 500), PLACE, "EPSG:32719", -9999.0),
        (holes, PLACE, "EPSG:32719", None),
    ):
        np.testing.assert_array_equal(values_of(content)[0], holes)


def array(**keys):
    """The heights as an xarray.DataArray with the coordinates of rioxarray."""
    x, y = 391_000 + 2000 * np.arange(100.0), 7_409_000 - 2000 * np.arange(120.0)
    named = {"dims": ("y", "x"), "coords": {"x": x, "y": y}} | keys
    whole = xr.DataArray(HEIGHTS, **named)
    return whole.assign_coords(
        spatial_ref=((), 0, {"crs_wkt": rasterio.CRS.from_epsg(32719).to_wkt()})
    )


def test_a_data_array_gives_its_values():
    """As it comes, south up, with the axes the other way round, lazily, of one band, scaled."""
    plain = array()
    for content in (
        plain,
        plain.isel(y=slice(None, None, -1)),
        plain.transpose("x", "y"),
        plain.expand_dims(band=[1]),
        plain.rename(x="easting", y="northing"),
    ):
        values, columns_at, rows_at = values_of(content)
        np.testing.assert_array_equal(values, HEIGHTS)
        assert columns_at[0] == 391_000
        assert rows_at[0] == 7_409_000
    scaled = plain.assign_attrs(scale_factor=0.5, add_offset=10.0, _FillValue=0.0)
    expected = np.where(HEIGHTS == 0, np.nan, HEIGHTS * 0.5 + 10)
    np.testing.assert_array_equal(values_of(scaled)[0], expected)


def test_a_crs_may_be_said_in_any_form():
    """A number, a text, or a value of pyproj or rasterio."""
    plain = array().drop_vars("spatial_ref")
    for crs in (32719, "EPSG:32719", rasterio.CRS.from_epsg(32719), POINTS.to_crs(32719).crs):
        np.testing.assert_array_equal(values_of(plain, crs=crs)[0], HEIGHTS)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (array().drop_vars("spatial_ref"), r"no CRS in relief \(in memory\)"),
        (array().isel(x=[0, 1, 5]), "coordinates x are not evenly spaced"),
        (array().rename(x="a"), r"no dimension x \(its dimensions: y, a\)"),
        (array().isel(x=[3]), "a single coordinate x does not show how wide"),
        (array().expand_dims(a=[1, 2], b=[1, 2]), "dimensions a, b beside x and y"),
        (array().drop_vars("x"), "no coordinates x and y"),
        (xr.Dataset({"height": array(), "slope": array()}), "one of them, by name: height, slope"),
        (array().astype(str), "holds <U"),
    ],
)  # fmt: skip
def test_a_data_array_without_a_place_is_refused(content, message):
    """One clear error."""
    with pytest.raises(LayerError, match=message):
        values_of(content)


def test_a_data_array_of_a_file_is_the_file(planted):
    """rioxarray's own: the same cells to the last bit."""
    rioxarray = pytest.importorskip("rioxarray")
    with rasterio.open(planted / "relief.tif") as dataset:
        expected, transform = dataset.read(1), dataset.transform
    for masked in (True, False):
        with rioxarray.open_rasterio(planted / "relief.tif", masked=masked) as content:
            write_grid(content, planted.parent / "again.tif")
        with rasterio.open(planted.parent / "again.tif") as dataset:
            np.testing.assert_array_equal(dataset.read(1), expected)
            assert dataset.transform == transform
            assert dataset.crs.to_epsg() == 32719


@pytest.mark.parametrize(
    "layer",
    [
        {"faults": NOWHERE},
        {"relief": (HEIGHTS, PLACE, None)},
        {"relief": prospector.Layer((HEIGHTS, PLACE, None), unit="m")},
    ],
)
def test_a_layer_without_crs_is_refused_as_the_region_is_made(layer):
    """It says which layer, and a Layer that states its CRS is taken."""
    with pytest.raises(LayerError, match=r"no CRS in (faults|relief) \(in memory\)\. Set crs"):
        made(layer)
    stated = prospector.Layer((HEIGHTS, PLACE, None), role="relief", crs="EPSG:32719")
    assert made({"relief": stated}).layers["relief"].crs == "EPSG:32719"


@pytest.mark.parametrize(
    ("window", "crs"),
    [
        ((-25, -70, -23, -68), "EPSG:32719"),
        ((50.955, 5.72, 50.993, 5.766), "EPSG:28992"),
        ((-23, 118, -22, 119), "EPSG:7850"),
    ],
)
def test_a_window_with_latitude_first_is_refused_with_the_right_one(window, crs):
    """In Chile, the Netherlands and Australia, where one longitude is no latitude at all."""
    south, west, north, east = window
    right = f"({float(west)}, {float(south)}, {float(east)}, {float(north)})"
    with pytest.raises(RegionError, match=re.escape(right)):
        made({"deposits": POINTS}, window=window, crs=crs)
    assert made({"deposits": POINTS}, window=(west, south, east, north), crs=crs)
