"""One notion of the files of a layer: what changes in any of them changes the evidence, in the same store."""

import os
import shutil
import subprocess
import sys

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import rasterio
import rasterio.shutil
import shapely

import prospector
from prospector.compute import normalised
from prospector.compute.engine import Workers
from prospector.compute.normalised import normalise
from prospector.compute.provenance import versions
from prospector.compute.store import StoredRaster
from prospector.compute.windows import evidence_on_cells, workspace_of
from prospector.errors import LayerError, OutputError
from prospector.evidence import validate_parameters
from prospector.layers import read_layers
from prospector.layers.files import digest_of, files_of
from prospector.region.region_file import load_region
from prospector.runs.manifest import inputs_of

CRS = "EPSG:32719"


def use(region, layer, file, more=""):
    """Let a layer of the planted region be another file, with more keys."""
    toml = region / "region.toml"
    before = {"faults": "faults.geojson", "relief": "relief.tif"}[layer]
    toml.write_text(toml.read_text("utf-8").replace(f'"{before}"', f'"{file}"\n{more}'), "utf-8")


def evidence(region, store, kind="surface", role="relief", **parameters):
    """Return an evidence of the region's cells by way of a store."""
    loaded = load_region(region)
    grid = loaded.grid()
    layers = read_layers(loaded, grid)
    asked = [(kind, validate_parameters(kind, {"role": role, **parameters}, where="test"))]
    workspace = workspace_of(store, Workers(None, 1))
    (key,) = evidence_on_cells(asked, grid, layers, workspace)
    return StoredRaster(workspace.store, key, grid, "m").values


EDITOR = """
import sqlite3, sys
editor = sqlite3.connect(sys.argv[1])
editor.execute("pragma journal_mode = wal")
editor.execute("pragma wal_autocheckpoint = 0")
triggers = editor.execute("select name from sqlite_master where type = 'trigger'").fetchall()
for (name,) in triggers:
    editor.execute(f'drop trigger "{name}"')
editor.commit()
editor.execute("pragma wal_checkpoint(truncate)").fetchall()
print("open", flush=True)
sys.stdin.readline()
editor.execute("update a set name = case name when 'a' then 'b' else 'a' end")
editor.commit()
print("saved", flush=True)
sys.stdin.readline()
"""
"""Exchanges two names in a GeoPackage, and holds it open as QGIS does."""


def named_lines():
    """Return two fault lines of one name each, 100 km apart."""
    shapes = [shapely.LineString([(east, 7.2e6), (east, 7.4e6)]) for east in (450_000, 550_000)]
    return gpd.GeoDataFrame({"name": ["a", "b"]}, geometry=shapes, crs=CRS)


def nearest(region, store):
    """Return the mean distance to fault a."""
    metres = evidence(region, store, "distance", "faults", where={"name": ["a"]})
    return float(np.nanmean(metres[:, : metres.shape[1] // 3]))


@pytest.mark.parametrize(
    ("file", "changed"), [("a.shp", "a.dbf"), ("a.tab", "a.dat"), ("a.mif", "a.mid")]
)
def test_an_edit_of_attributes_alone_is_seen(region, tmp_path, file, changed):
    """Only the file beside the named one changes; evidence from the same store follows."""
    driver = {"shp": "ESRI Shapefile", "tab": "MapInfo File", "mif": "MapInfo File"}[file[2:]]
    lines = named_lines()
    pyogrio.write_dataframe(lines, region / file, driver=driver)
    use(region, "faults", file)
    loaded = load_region(region)
    inputs, before = inputs_of(loaded, {}), (region / file).read_bytes()
    near = nearest(region, tmp_path / "store")
    other = tmp_path / "other"
    other.mkdir()
    pyogrio.write_dataframe(lines.assign(name=["b", "a"]), other / file, driver=driver)
    shutil.copy(other / changed, region / changed)
    assert (region / file).read_bytes() == before
    far = nearest(region, tmp_path / "store")
    assert far > near + 50
    assert far == nearest(region, tmp_path / "new store")
    assert inputs_of(loaded, {}) != inputs


def test_edits_in_a_write_ahead_log_are_seen(region, tmp_path):
    """QGIS holds a GeoPackage open, and its edits lie beside the file, which stays as it was."""
    package = region / "a.gpkg"
    pyogrio.write_dataframe(named_lines(), package, layer="a")
    use(region, "faults", "a.gpkg")
    with subprocess.Popen(
        [sys.executable, "-c", EDITOR, package],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as editor:
        assert editor.stdout.readline() == "open\n"
        near, held, unedited = (
            nearest(region, tmp_path / "store"),
            package.read_bytes(),
            digest_of(package),
        )
        editor.stdin.write("edit\n")
        editor.stdin.flush()
        assert editor.stdout.readline() == "saved\n"
        assert package.read_bytes() == held
        assert digest_of(package) != unedited
        assert nearest(region, tmp_path / "store") > near + 50
        editor.communicate("end\n")


def test_a_log_that_an_editor_left_behind_is_read_and_stays(region, tmp_path):
    """Reading would write it in: the user's file is not touched."""
    package = region / "a.gpkg"
    pyogrio.write_dataframe(named_lines(), package, layer="a")
    use(region, "faults", "a.gpkg")
    killed = EDITOR + "import os\nos._exit(1)\n"
    subprocess.run(
        [sys.executable, "-c", killed, package], input="edit\nend\n", text=True, check=False
    )
    before = {file.name: file.read_bytes() for file in files_of(package)}
    assert list(before) == ["a.gpkg", "a.gpkg-wal"]
    far = nearest(region, tmp_path / "store")
    assert {file.name: file.read_bytes() for file in files_of(package)} == before
    pyogrio.write_dataframe(named_lines(), region / "b.gpkg", layer="a")
    use_again = (region / "region.toml").read_text().replace("a.gpkg", "b.gpkg")
    (region / "region.toml").write_text(use_again)
    assert far > nearest(region, tmp_path / "store") + 50


@pytest.mark.parametrize(
    ("main", "beside"),
    [
        ("a.shp", ("dbf", "shx", "prj", "cpg", "qix")),
        ("a.tif", ("tif.aux.xml", "tif.msk", "tif.ovr", "tfw", "wld", "tab")),
        ("a.dat", ("dat.hdr", "hdr")),
        ("a.bil", ("hdr", "prj", "stx", "blw", "bil.aux.xml")),
        ("a.img", ("ige", "rrd", "img.aux.xml")),
        ("a.gpkg", ("gpkg-wal", "gpkg-journal")),
        ("a.tab", ("dat", "map", "id", "ind")),
        ("a.mif", ("mid",)),
        ("a.sdat", ("sgrd", "prj")),
        ("a.rst", ("rdc",)),
    ],
)
def test_what_belongs_to_a_file_changes_its_hash(tmp_path, main, beside):
    """Whatever the case of its ending; another file of the same name does not."""
    (tmp_path / main).write_text("main")
    for ending in beside:
        before = digest_of(tmp_path / main)
        (tmp_path / f"a.{ending.upper()}").write_text("more")
        assert digest_of(tmp_path / main) != before, ending
    whole = digest_of(tmp_path / main)
    for foreign in ("a.qgz", "a.qml", "b.dbf", "aa.prj", "a.gpkg-shm", "a.geojson"):
        (tmp_path / foreign).write_text("foreign")
    assert digest_of(tmp_path / main) == whole


def test_a_file_by_itself_has_its_own_hash(tmp_path):
    """So that SOURCES.toml may state what any tool says of it."""
    (tmp_path / "a.geojson").write_text("abc")
    assert digest_of(tmp_path / "a.geojson").startswith("ba7816bf8f01cfea")


def test_an_empty_log_is_no_edit(tmp_path):
    """QGIS leaves one where nothing was changed."""
    (tmp_path / "a.gpkg").write_text("main")
    (tmp_path / "a.gpkg-wal").touch()
    assert files_of(tmp_path / "a.gpkg") == (tmp_path / "a.gpkg",)


def test_a_file_geodatabase_is_all_that_lies_in_it(region, tmp_path):
    """A folder is a layer's file as well, and an edit in it is seen."""
    pyogrio.write_dataframe(named_lines(), region / "a.gdb", driver="OpenFileGDB", layer="a")
    use(region, "faults", "a.gdb")
    near = nearest(region, tmp_path / "store")
    shutil.rmtree(region / "a.gdb")
    swapped = named_lines().assign(name=["b", "a"])
    pyogrio.write_dataframe(swapped, region / "a.gdb", driver="OpenFileGDB", layer="a")
    assert nearest(region, tmp_path / "store") > near + 50


def test_a_file_that_changes_while_it_is_read_is_refused(region, monkeypatch):
    """What was hashed is what was read."""
    from prospector.layers import features

    read = features.read_mended

    def edited(path, **options):
        read_once = read(path, **options)
        path.write_bytes(path.read_bytes() + b" ")
        return read_once

    monkeypatch.setattr(features, "read_mended", edited)
    loaded = load_region(region)
    with pytest.raises(LayerError, match=r"deposits\.geojson changed while it was being read"):
        read_layers(loaded, loaded.grid())


# rasters by value --------------------------------------------------------------------------------


def relief(region):
    """Return the values of the planted region's relief, and how it was written."""
    with rasterio.open(region / "relief.tif") as dataset:
        return dataset.read(1), dataset.profile


def write(path, values, profile, **more):
    """Write a raster as it was, but for what is given."""
    path.unlink(missing_ok=True)
    bands = np.atleast_3d(values.T).T
    kept = {**profile, "dtype": str(values.dtype), "count": len(bands), **more}
    with rasterio.open(path, "w", **kept) as dataset:
        dataset.write(bands)


def test_nodata_stated_beside_the_raster_is_no_elevation(region, tmp_path):
    """As QGIS and ArcGIS write it."""
    values, profile = relief(region)
    values[20:40, 20:40] = -9999
    write(region / "relief.tif", values, profile)
    (region / "relief.tif.aux.xml").write_text(
        '<PAMDataset><PAMRasterBand band="1"><NoDataValue>-9999</NoDataValue></PAMRasterBand></PAMDataset>'
    )
    found = evidence(region, tmp_path / "store")
    assert np.nanmin(found) > 500
    assert np.isnan(found).any()


def test_nodata_stated_later_is_seen_in_the_same_store(region, tmp_path):
    """The raster itself stays as it is."""
    values, profile = relief(region)
    values[20:40, 20:40] = -9999
    write(region / "relief.tif", values, profile)
    toml = region / "region.toml"
    plain = toml.read_text()
    use(region, "relief", "relief.tif", "nodata = 'none'")
    assert np.nanmin(evidence(region, tmp_path / "store")) < -9000
    toml.write_text(plain)
    (region / "relief.tif.aux.xml").write_text(
        '<PAMDataset><PAMRasterBand band="1"><NoDataValue>-9999</NoDataValue></PAMRasterBand></PAMDataset>'
    )
    assert np.nanmin(evidence(region, tmp_path / "store")) > 500


def test_what_is_cut_short_beside_the_raster_is_refused(region):
    """GDAL passes it over, and with it the nodata that it states."""
    beside = region / "relief.tif.aux.xml"
    stated = '<PAMDataset><PAMRasterBand band="1"><NoDataValue>-9999</NoDataValue></PAMRasterBand>'
    for whole in (f"{stated}</PAMDataset>\n", '<?xml version="1.0"?>\n<PAMDataset />', ""):
        beside.write_text(whole)
        prospector.check(region)
    for cut in (stated, stated[:40], "<PAMDataset><Metadata/>"):
        beside.write_text(cut)
        with pytest.raises(LayerError, match=r"relief\.tif\.aux\.xml .*cut short.* Copy it again"):
            prospector.check(region)


def test_a_mask_beside_the_raster_is_nodata(region, tmp_path):
    """The values under it are none."""
    values, profile = relief(region)
    values[:30] = 99_999
    write(region / "relief.tif", values, profile)
    known = np.full(values.shape, 255, "uint8")
    known[:30] = 0
    write(region / "relief.tif.msk", known, {k: v for k, v in profile.items() if k != "nodata"})
    with rasterio.open(region / "relief.tif.msk", "r+") as mask:
        mask.update_tags(INTERNAL_MASK_FLAGS_1="2")
    assert np.nanmax(evidence(region, tmp_path / "store")) < 5000


@pytest.mark.parametrize(
    ("name", "driver"), [("a.bil", "EHdr"), ("a.ers", "ERS"), ("a.envi", "ENVI"), ("a.img", "HFA")]
)
def test_a_raster_of_several_files_is_screened_as_a_geotiff_is(region, tmp_path, name, driver):
    """The same evidence to the last bit."""
    expected = evidence(region, tmp_path / "store")
    rasterio.shutil.copy(region / "relief.tif", region / name, driver=driver)
    use(region, "relief", name, f'crs = "{CRS}"')
    assert np.array_equal(evidence(region, tmp_path / "store"), expected, equal_nan=True)


def test_scale_and_offset_are_applied_once(region, tmp_path):
    """Whole numbers of 0.1 m above 2000 m."""
    values, profile = relief(region)
    expected = evidence(region, tmp_path / "store")
    write(
        region / "relief.tif",
        np.round((values - 2000) * 10).astype("int16"),
        profile,
        nodata=-32768,
    )
    with rasterio.open(region / "relief.tif", "r+") as dataset:
        dataset.scales, dataset.offsets = (0.1,), (2000.0,)
    found = evidence(region, tmp_path / "store")
    assert np.nanmax(np.abs(found - expected)) < 0.06


def test_a_band_is_chosen(region, tmp_path):
    """The second; where none is stated it is asked for."""
    values, profile = relief(region)
    expected = evidence(region, tmp_path / "store")
    write(region / "two.tif", np.stack([values * 0, values]), profile)
    use(region, "relief", "two.tif", "band = 2")
    assert np.array_equal(evidence(region, tmp_path / "store"), expected, equal_nan=True)
    toml = region / "region.toml"
    toml.write_text(toml.read_text().replace("band = 2", ""))
    loaded = load_region(region)
    with pytest.raises(LayerError, match=r"relief.band': .*has 2 bands .*e\.g\. band = 1"):
        read_layers(loaded, loaded.grid())
    toml.write_text(toml.read_text().replace('"two.tif"', '"two.tif"\nband = 3'))
    loaded = load_region(region)
    with pytest.raises(
        LayerError, match=r"'layers.relief.band': .*has no band 3; number of bands: 2"
    ):
        read_layers(loaded, loaded.grid())


def test_several_rasters_in_one_file_are_named(region):
    """A GeoPackage of two tables."""
    values, profile = relief(region)
    made = {k: profile[k] for k in ("height", "width", "crs", "transform")}
    for name, more in (("dtm", {}), ("dsm", {"APPEND_SUBDATASET": "YES"})):
        with rasterio.open(
            region / "both.gpkg",
            "w",
            driver="GPKG",
            count=1,
            dtype="uint8",
            RASTER_TABLE=name,
            **made,
            **more,
        ) as dataset:
            dataset.write((values / 20).astype("uint8"), 1)
    use(region, "relief", "both.gpkg")
    loaded = load_region(region)
    with pytest.raises(LayerError, match=r"holds several layers \(dtm, dsm\)\. Choose one"):
        read_layers(loaded, loaded.grid())
    toml = region / "region.toml"
    toml.write_text(toml.read_text().replace('"both.gpkg"', '"both.gpkg"\nlayer = "dsm"\nband = 1'))
    loaded = load_region(region)
    layer = read_layers(loaded, loaded.grid()).raster("relief")
    assert np.nanmax(layer.values[:, :]) == (values / 20).astype("uint8").max()


def test_a_raster_that_is_cut_is_refused_in_one_line(region, tmp_path):
    """Its first rows are whole, its end is missing."""
    values, profile = relief(region)
    tall = np.repeat(values, 40, axis=0)
    finer = profile["transform"] * profile["transform"].scale(1, 1 / 40)
    write(region / "relief.tif", tall, profile, height=len(tall), transform=finer)
    loaded = load_region(region)
    layers = read_layers(loaded, loaded.grid())
    content = (region / "relief.tif").read_bytes()
    (region / "relief.tif").write_bytes(content[: len(content) * 2 // 3])
    with pytest.raises(LayerError, match="'relief': its file is damaged"):
        normalise(layers.raster("relief"), loaded.grid(), str(tmp_path), versions())
    with pytest.raises(LayerError, match=r"'layers\.relief\.file': .*cannot be read: .*Give a"):
        read_layers(loaded, loaded.grid())


def test_a_raster_that_changed_since_it_was_hashed_does_not_reach_the_store(region, tmp_path):
    """Else its values would stand under the hash of the other."""
    loaded = load_region(region)
    layers = read_layers(loaded, loaded.grid())
    values, profile = relief(region)
    write(region / "relief.tif", values + 1, profile)
    with pytest.raises(LayerError, match="has changed"):
        normalise(layers.raster("relief"), loaded.grid(), str(tmp_path), versions())
    assert not list(tmp_path.rglob("*.json"))


@pytest.mark.parametrize("ending", ["data", "json"])
def test_a_layer_damaged_in_the_store_is_written_again(region, tmp_path, ending, caplog):
    """A flipped bit in values or record; it is said."""
    loaded = load_region(region)
    layer = read_layers(loaded, loaded.grid()).raster("relief")
    key = normalise(layer, loaded.grid(), str(tmp_path), versions())
    file = tmp_path / "layers" / f"{key}.{ending}"
    whole = file.read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 1
    file.write_bytes(damaged)
    assert normalise(layer, loaded.grid(), str(tmp_path), versions()) == key
    assert file.read_bytes() == whole
    assert [one.getMessage() for one in caplog.records] == [
        f"{tmp_path}: a saved layer was damaged and is written again"
    ]


@pytest.mark.parametrize("ending", ["data", "json"])
def test_a_folder_in_the_place_of_a_kept_layer_gives_way(region, tmp_path, ending):
    """Whatever came about, the store heals."""
    loaded = load_region(region)
    layer = read_layers(loaded, loaded.grid()).raster("relief")
    key = normalise(layer, loaded.grid(), str(tmp_path), versions())
    file = tmp_path / "layers" / f"{key}.{ending}"
    whole = file.read_bytes()
    file.unlink()
    file.mkdir()
    assert normalise(layer, loaded.grid(), str(tmp_path), versions()) == key
    assert file.read_bytes() == whole


def test_a_layer_that_cannot_be_kept_is_one_line(region, tmp_path):
    """Where a file stands in the place of the store."""
    loaded = load_region(region)
    layer = read_layers(loaded, loaded.grid()).raster("relief")
    (tmp_path / "store").write_text("a file")
    with pytest.raises(OutputError, match=r"a layer cannot be saved .* Give another folder"):
        normalise(layer, loaded.grid(), str(tmp_path / "store"), versions())


def test_a_file_in_the_place_of_the_folder_of_layers_is_damage(region, tmp_path):
    """It goes, and the layer is written."""
    loaded = load_region(region)
    layer = read_layers(loaded, loaded.grid()).raster("relief")
    (tmp_path / "layers").write_text("a file")
    key = normalise(layer, loaded.grid(), str(tmp_path), versions())
    assert (tmp_path / "layers" / f"{key}.data").stat().st_size > 0


def test_a_layer_that_cannot_be_read_names_its_file(region, monkeypatch):
    """Permissions are the user's to mend."""
    from prospector.layers import reader

    def forbidden(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(reader, "digest_of", forbidden)
    loaded = load_region(region)
    with pytest.raises(LayerError, match=r"cannot be read \(Permission denied\)"):
        read_layers(loaded, loaded.grid())


def test_a_raster_that_lacks_its_end_is_not_kept(tmp_path):
    """As a full disk leaves it: GDAL closes the file without an error."""
    file = tmp_path / "values"
    with rasterio.open(
        file, "w", driver="GTiff", height=600, width=600, count=1, dtype="float32",
        transform=rasterio.transform.from_origin(0, 600, 1, 1), tiled=True, blockxsize=512, blockysize=512,
    ) as dataset:  # fmt: skip
        dataset.write(np.random.default_rng(0).random((1, 600, 600), dtype="float32"))
    normalised._refuse_cut_short(file)
    os.truncate(file, file.stat().st_size - 1000)
    with pytest.raises(OSError, match="cut short"):
        normalised._refuse_cut_short(file)
