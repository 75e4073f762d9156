"""What is opened: formats on a list; nothing that a file points to is asked for or read."""

import json
import re
import shutil
import time
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import pytest
import rasterio
import rasterio.shutil
import shapely
from outward import RASTERS_WITH_REQUESTS, WITH_REQUESTS, collection, ogr_vrt, raster_vrt
from rasterio.transform import from_origin

import prospector
from prospector.errors import LayerError, Notice
from prospector.layers.formats import _network_off, feature_layer_names, open_raster, read_features
from prospector.runs.run import Run

CRS = "EPSG:32719"


@pytest.fixture
def server():
    """The address of a server on this machine, and the list of what it was asked for."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            self.send_error(404)

        do_HEAD = do_POST = do_GET  # noqa: N815

        def log_message(self, *_):
            pass

    running = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}", asked
    running.shutdown()
    running.server_close()


def use(region, layer, file):
    """Let a layer of the planted region be another file."""
    toml = region / "region.toml"
    before = {"faults": "faults.geojson", "relief": "relief.tif"}[layer]
    toml.write_text(toml.read_text("utf-8").replace(before, file), "utf-8")


@pytest.mark.parametrize("name", WITH_REQUESTS)
def test_no_layer_of_features_makes_a_request(region, server, name):
    """Virtual layers, services and links are refused in one line that names the layer."""
    address, asked = server
    (region / name).write_text(WITH_REQUESTS[name](address), "utf-8")
    use(region, "faults", name)
    with pytest.raises(LayerError, match=r"layer 'faults', key 'layers\.faults\.file'") as refused:
        prospector.check(region)
    assert str(refused.value).count("\n") == 0
    assert asked == []


@pytest.mark.parametrize("name", RASTERS_WITH_REQUESTS)
def test_no_raster_makes_a_request(region, server, name):
    """A virtual raster or a service is refused, whatever its ending."""
    address, asked = server
    (region / name).write_text(RASTERS_WITH_REQUESTS[name](address), "utf-8")
    use(region, "relief", name)
    with pytest.raises(LayerError, match=r"layer 'relief', key 'layers\.relief\.file'"):
        prospector.check(region)
    assert asked == []


@pytest.mark.parametrize("ending", ["msk", "ovr"])
def test_a_mask_that_is_virtual_is_refused(region, server, ending):
    """GDAL opens what lies beside a GeoTIFF by its content as well."""
    address, asked = server
    (region / f"relief.tif.{ending}").write_text(raster_vrt(f"/vsicurl/{address}/a.tif"), "utf-8")
    with pytest.raises(LayerError, match=rf"relief\.tif\.{ending} is a virtual raster"):
        prospector.check(region)
    assert asked == []


@pytest.mark.parametrize("within", [True, False], ids=["in the file", "beside it"])
@pytest.mark.parametrize("place", ["/vsicurl/{}/a.ovr", "{}/a.ovr", "../secret.ovr"])
def test_overviews_that_lie_elsewhere_are_refused(region, server, monkeypatch, place, within):
    """Even where the environment lets a host pass by every proxy."""
    address, asked = server
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    named = place.format(address)
    if within:
        with rasterio.open(region / "relief.tif", "r+") as dataset:
            dataset.update_tags(ns="OVERVIEWS", OVERVIEW_FILE=named)
    else:
        (region / "relief.tif.aux.xml").write_text(
            '<PAMDataset><Metadata domain="OVERVIEWS">'
            f'<MDI key="OVERVIEW_FILE">{named}</MDI></Metadata></PAMDataset>'
        )
    with pytest.raises(LayerError, match=r"points to .*not read"):
        prospector.check(region)
    assert asked == []


def test_the_network_is_off_where_a_link_was_overlooked(server, tmp_path, monkeypatch):
    """The second guard by itself: GDAL's own reader under these options opens no connection."""
    address, asked = server
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    file = tmp_path / "link.geojson"
    file.write_text(WITH_REQUESTS["link.geojson"](address), "utf-8")
    with _network_off():
        pyogrio.read_dataframe(file)
    time.sleep(0.5)  # a request may wait for this process to answer it
    assert asked == []
    pyogrio.read_dataframe(file)
    until = time.monotonic() + 10
    while not asked and time.monotonic() < until:
        time.sleep(0.05)
    assert asked == ["/crs"]  # the control: without them it does


def test_the_network_is_as_it_was_after_reading(tmp_path):
    """A notebook's own options are not lost."""
    file = tmp_path / "lines.geojson"
    file.write_text(json.dumps(collection()), "utf-8")
    pyogrio.set_gdal_config_options({"GDAL_HTTP_PROXY": "proxy.example:8080"})
    try:
        read_features(file)
        assert pyogrio.get_gdal_config_option("GDAL_HTTP_PROXY") == "proxy.example:8080"
    finally:
        pyogrio.set_gdal_config_options({"GDAL_HTTP_PROXY": None})
    assert pyogrio.get_gdal_config_option("CPL_VSIL_CURL_ALLOWED_EXTENSIONS") is None


def test_a_named_crs_of_a_geojson_is_read(tmp_path):
    """The old member, with a name, is no link; nor is an attribute that is called so."""
    file = tmp_path / "lines.geojson"
    named = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32719"}}
    content = collection(crs=named)
    content["features"][0]["properties"]["crs"] = "EPSG:4326"
    file.write_text(json.dumps(content), "utf-8")
    assert read_features(file).crs.to_epsg() == 32719


def test_a_virtual_raster_of_a_file_elsewhere_is_refused(region, tmp_path):
    """The remedy is a copy, or the name of the source."""
    shutil.move(region / "relief.tif", tmp_path / "secret.tif")
    (region / "relief.tif").write_text(raster_vrt(tmp_path / "secret.tif"), "utf-8")
    with pytest.raises(LayerError, match=r"a virtual raster \(VRT\).*gdal_translate"):
        prospector.check(region)


@pytest.mark.parametrize("place", ["../secret", "{folder}/secret", "/vsicurl/{address}/secret"])
def test_a_header_that_points_elsewhere_is_refused(region, server, place):
    """An ER Mapper header may name any file as its data."""
    address, asked = server
    rasterio.shutil.copy(region / "relief.tif", region / "header.ers", driver="ERS")
    shutil.move(region / "header", region.parent / "secret")
    header = (region / "header.ers").read_text()
    named = place.format(folder=region.parent, address=address)
    header = header.replace(
        "DatasetHeader Begin", f'DatasetHeader Begin\n\tDataFile\t= "{named}"', 1
    )
    (region / "header.ers").write_text(header)
    use(region, "relief", "header.ers")
    with pytest.raises(LayerError, match=r"points to .*secret.*not read"):
        prospector.check(region)
    assert asked == []


def test_a_table_of_other_tables_is_refused(region, tmp_path):
    """A MapInfo view opens the tables that it names."""
    (region / "view.tab").write_text(
        f'!table\n!version 100\nopen table "{tmp_path}/secret.tab"\ncreate view v as select a from secret\n'
    )
    use(region, "faults", "view.tab")
    with pytest.raises(LayerError, match="built from other tables"):
        prospector.check(region)


def test_a_layer_outside_the_folder_is_read_where_it_is_named(region, tmp_path):
    """And the run says so."""
    shutil.move(region / "faults.geojson", tmp_path / "faults.geojson")
    use(region, "faults", "../faults.geojson")
    _, notices = prospector.check(region)
    outside = [notice for notice in notices if "outside" in notice.code]
    about = {"layer": "faults", "file": "../faults.geojson"}
    assert outside == [Notice("file-outside-folder", "note", about)]


def test_a_link_out_of_the_folder_is_told(region, tmp_path):
    """The name is inside, the file is not."""
    shutil.move(region / "faults.geojson", tmp_path / "faults.geojson")
    (region / "faults.geojson").symlink_to(tmp_path / "faults.geojson")
    _, notices = prospector.check(region)
    about = {"layer": "faults", "file": "faults.geojson"}
    assert Notice("file-outside-folder", "note", about) in notices


@pytest.mark.parametrize("name", ["prospects.gpkg", "porphyry_copper/porphyry_copper_score.tif"])
def test_a_run_folder_makes_no_request(planted_run, server, tmp_path, name):
    """It may come from somebody else, with a file that only points elsewhere."""
    address, asked = server
    folder = shutil.copytree(planted_run, tmp_path / "run")
    vrt = raster_vrt if name.endswith(".tif") else ogr_vrt
    run = Run(folder, prospector.open_run(folder).record)
    (folder / name).write_text(vrt(f"/vsicurl/{address}/a"), "utf-8")
    with pytest.raises(LayerError, match=r"virtual .* \(VRT\)"):
        _ = run.score("porphyry_copper") if name.endswith(".tif") else run.targets
    assert asked == []


# formats that are read ---------------------------------------------------------------------------


def lines():
    """Return two lines with a name, in metres."""
    shapes = [
        shapely.LineString([(5e5, 7.2e6), (5e5, 7.3e6)]),
        shapely.LineString([(4e5, 7.2e6), (4e5, 7.3e6)]),
    ]
    return gpd.GeoDataFrame({"name": ["Ánimas", "Domeyko"]}, geometry=shapes, crs=CRS)


@pytest.mark.parametrize(
    ("name", "driver"),
    [
        ("a.gpkg", "GPKG"),
        ("a.shp", "ESRI Shapefile"),
        ("a.geojson", "GeoJSON"),
        ("a.geojsonl", "GeoJSONSeq"),
        ("a.fgb", "FlatGeobuf"),
        ("a.kml", "KML"),
        ("a.mif", "MapInfo File"),
        ("a.tab", "MapInfo File"),
        ("a.gpx", "GPX"),
        ("a.dxf", "DXF"),
        ("a.gdb", "OpenFileGDB"),
    ],
)
def test_every_format_on_the_list_is_read(tmp_path, name, driver):
    """As GDAL writes it."""
    table = lines() if driver not in ("KML", "GPX", "GeoJSONSeq") else lines().to_crs("EPSG:4326")
    table = table[["geometry"]] if driver == "DXF" else table
    options = {"FORCE_GPX_TRACK": "YES"} if driver == "GPX" else {}
    layer = {"layer": "tracks"} if driver == "GPX" else {}
    pyogrio.write_dataframe(table, tmp_path / name, driver=driver, **options, **layer)
    found = read_features(tmp_path / name, **layer)
    assert len(found) == 2
    metres = found.set_crs(CRS) if driver == "DXF" else found.to_crs(CRS)
    assert metres.geometry.length.sum() == pytest.approx(200_000, rel=1e-4)


def drawing(file):
    """Write two faults and a river into a drawing."""
    table = lines()[["geometry"]]
    river = table[:1].translate(0, 500).to_frame("geometry").assign(Layer="RIOS")
    both = pd.concat([table.assign(Layer="FALLAS"), river])
    pyogrio.write_dataframe(both, file, driver="DXF")


def test_layers_of_a_drawing_are_read_one_at_a_time(tmp_path):
    """GDAL gives rivers and faults as one."""
    drawing(tmp_path / "a.dxf")
    with pytest.raises(LayerError, match=r"several layers \(FALLAS, RIOS\)\. Choose one"):
        read_features(tmp_path / "a.dxf")
    assert feature_layer_names(tmp_path / "a.dxf") == ["FALLAS", "RIOS"]
    counts = [len(read_features(tmp_path / "a.dxf", layer=name)) for name in ("FALLAS", "RIOS")]
    assert counts == [2, 1]
    with pytest.raises(LayerError, match=r"no layer 'faults'\. It has: FALLAS, RIOS"):
        read_features(tmp_path / "a.dxf", layer="faults")


def test_of_several_layers_the_only_one_that_holds_something_is_read(tmp_path):
    """A GeoPackage keeps empty ones."""
    lines()[:0].to_file(tmp_path / "a.gpkg", layer="draft")
    lines().to_file(tmp_path / "a.gpkg", layer="final")
    assert len(read_features(tmp_path / "a.gpkg")) == 2
    assert len(read_features(tmp_path / "a.gpkg", layer="draft")) == 0


@pytest.mark.parametrize("name", ["a.gpkg", "a.gdb", "a.kml"])
def test_a_file_of_several_layers_is_refused_until_one_is_named(region, name):
    """A draft stands first, and is not taken for the final one."""
    driver = {"gpkg": "GPKG", "gdb": "OpenFileGDB", "kml": "LIBKML"}[name[2:]]
    for layer, rows in (("draft", 1), ("final", 2)):
        table = lines().to_crs("EPSG:4326")[:rows]
        pyogrio.write_dataframe(
            table, region / name, layer=layer, driver=driver, append=layer == "final"
        )
    use(region, "faults", name)
    with pytest.raises(
        LayerError, match=r"several layers \(draft, final\)\. Choose one, e\.g\. layer = 'draft'"
    ):
        prospector.check(region)
    toml = region / "region.toml"
    named = toml.read_text("utf-8").replace(f'"{name}"', f'"{name}"\nlayer = "final"')
    toml.write_text(named, "utf-8")
    assert len(prospector.check(region).layers.vector("faults").features) == 2
    toml.write_text(named.replace('"final"', '"finl"'), "utf-8")
    with pytest.raises(LayerError, match=r"has no layer 'finl'\. It has: draft, final"):
        prospector.check(region)


@pytest.mark.parametrize("inside", ["a.shp", "deep/a.geojson", "a.kml", "deep/a.gdb"])
def test_an_archive_of_one_layer_is_read(tmp_path, inside):
    """A zipped Shapefile, a KMZ, a zipped geodatabase."""
    folder = tmp_path / "content"
    (folder / inside).parent.mkdir(parents=True)
    driver = {".shp": "ESRI Shapefile", ".geojson": "GeoJSON", ".kml": "KML", ".gdb": "OpenFileGDB"}
    pyogrio.write_dataframe(
        lines().to_crs("EPSG:4326"), folder / inside, driver=driver[(folder / inside).suffix]
    )
    archive = shutil.make_archive(str(tmp_path / "a"), "zip", folder)
    for name in ("a.zip", "a b.shz", "ñ{1}.kmz"):
        shutil.copy(archive, tmp_path / name) if name != "a.zip" else None
        assert len(read_features(tmp_path / name)) == 2


def test_an_archive_of_several_layers_names_them(tmp_path):
    """None is taken for the other."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for name in ("draft.geojson", "final.geojson"):
            archive.writestr(name, json.dumps(collection()))
    with pytest.raises(LayerError, match=re.escape("holds draft.geojson, final.geojson")):
        read_features(tmp_path / "a.zip")


def test_metadata_in_an_archive_is_no_layer(tmp_path):
    """A description in JSON lies beside many a zipped layer; by itself it may be one."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("final.geojson", json.dumps(collection()))
        archive.writestr("metadata.json", "{}")
    assert len(read_features(tmp_path / "a.zip")) == 1


def test_a_virtual_layer_in_an_archive_is_refused(tmp_path):
    """By its content, as outside one."""
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("a.geojson", ogr_vrt("/etc/hostname"))
    with pytest.raises(LayerError, match=r"a virtual layer \(VRT\)"):
        read_features(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["a.xlsx", "a.txt", "a.sqlite", "a.geojson"])
def test_another_format_is_refused_with_the_list(tmp_path, name):
    """The remedy names what is read."""
    (tmp_path / name).write_bytes(b"PK or anything else")
    with pytest.raises(LayerError, match=r"its format is not supported\. Give a GeoPackage"):
        read_features(tmp_path / name)


@pytest.mark.parametrize("name", ["a.parquet", "a.geoparquet", "a.feather"])
def test_a_file_of_columns_is_refused_with_the_way_on(tmp_path, name):
    """Whether or not something on the machine could read it."""
    (tmp_path / name).write_bytes(b"PAR1 or anything else PAR1")
    with pytest.raises(LayerError, match=r"which is not read\. Save it as a GeoPackage"):
        read_features(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "driver"),
    [("a.tif", "GTiff"), ("a.asc", "AAIGrid"), ("a.img", "HFA"), ("a.bil", "EHdr"), ("a.ers", "ERS"),
     ("a.envi", "ENVI"), ("a.rst", "RST"), ("a.sdat", "SAGA"), ("a.gpkg", "GPKG")],
)  # fmt: skip
def test_every_raster_format_that_can_be_written_is_read(tmp_path, name, driver):
    """With the files that lie beside it."""
    dtype = "uint8" if driver == "GPKG" else "float32"
    values = np.arange(100, dtype=dtype).reshape(10, 10)
    made = {"driver": driver, "height": 10, "width": 10, "count": 1, "dtype": dtype, "crs": CRS}
    with rasterio.MemoryFile() as memory:
        with memory.open(
            **{**made, "driver": "GTiff"}, transform=from_origin(5e5, 7.3e6, 1e3, 1e3)
        ) as plain:
            plain.write(values, 1)
        rasterio.shutil.copy(memory.name, tmp_path / name, driver=driver)
    with open_raster(tmp_path / name) as dataset:
        assert dataset.driver == driver
        assert np.array_equal(dataset.read(1), values)


@pytest.mark.parametrize(
    "beside", ["relief_MTL.txt", "METADATA.DIM", "relief.IMD", "relief.tfw", "relief.tif.ovr"]
)
def test_what_makers_lay_beside_a_raster_does_no_harm(region, beside):
    """Landsat's, Pleiades' and others' descriptions, a world file, overviews."""
    if beside.endswith("ovr"):
        with rasterio.open(region / "relief.tif") as dataset:
            rasterio.shutil.copy(dataset, region / beside, driver="GTiff")
    else:
        (region / beside).write_text(
            "GROUP = L1_METADATA_FILE\nEND_GROUP = L1_METADATA_FILE\nEND\n"
        )
    assert prospector.check(region).layers.raster("relief") is not None


def test_an_alpha_band_is_told(region):
    """Four bands, of which the last is the mask."""
    with rasterio.open(region / "relief.tif") as dataset:
        values, profile = dataset.read(1), dataset.profile
    bands = np.stack([(values / 20).astype("uint8")] * 3 + [np.full(values.shape, 255, "uint8")])
    (region / "relief.tif").unlink()
    more = {"count": 4, "dtype": "uint8", "photometric": "RGB", "alpha": "yes"}
    with rasterio.open(region / "relief.tif", "w", **profile | more) as dataset:
        dataset.write(bands)
    toml = region / "region.toml"
    with pytest.raises(LayerError, match=r"4 bands \(1 red, 2 green, 3 blue, 4 alpha\)"):
        prospector.check(region)
    toml.write_text(toml.read_text().replace('"relief.tif"', '"relief.tif"\nband = 2'))
    _, notices = prospector.check(region)
    assert Notice("alpha-is-mask", "note", {"layer": "relief"}) in notices


def test_a_link_beside_a_file_is_told(region, tmp_path):
    """The table of a Shapefile may be a link that leads out."""
    pyogrio.write_dataframe(lines(), region / "a.shp")
    shutil.move(region / "a.dbf", tmp_path / "a.dbf")
    (region / "a.dbf").symlink_to(tmp_path / "a.dbf")
    use(region, "faults", "a.shp")
    about = {"layer": "faults", "file": "a.shp"}
    assert Notice("file-beside-outside-folder", "note", about) in prospector.check(region).notices


def test_a_topology_of_several_layers_is_refused_until_one_is_named(tmp_path):
    """TopoJSON ends as GeoJSON does."""
    points = [{"type": "Point", "coordinates": [-69 - n, -24], "properties": {}} for n in range(3)]
    objects = {
        name: {"type": "GeometryCollection", "geometries": part}
        for name, part in (("north", points[:1]), ("south", points[1:]))
    }
    topology = {"type": "Topology", "objects": objects, "arcs": []}
    (tmp_path / "a.json").write_text(json.dumps(topology), "utf-8")
    with pytest.raises(LayerError, match=r"several layers \(north, south\)"):
        read_features(tmp_path / "a.json")
    assert len(read_features(tmp_path / "a.json", layer="south")) == 2


def test_an_archive_packed_on_a_mac_is_read(tmp_path):
    """What the system lays beside each file is no layer."""
    lines().to_crs("EPSG:4326").to_file(tmp_path / "a.geojson")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.write(tmp_path / "a.geojson", "deep/a.geojson")
        archive.writestr("deep/._a.geojson", b"\0\5\x16\7")
    assert len(read_features(tmp_path / "a.zip")) == len(lines())


def test_a_coverage_of_several_layers_is_refused_with_a_remedy_that_there_is(region):
    """No key says which layer of it is meant."""
    ground = gpd.GeoDataFrame(geometry=[shapely.box(-70, -25, -68, -23)], crs="EPSG:4326")
    for layer in ("draft", "final"):
        ground.to_file(region / "c.gpkg", layer=layer)
    toml = region / "region.toml"
    text = toml.read_text("utf-8").replace(
        'role = "faults"', 'role = "faults"\ncoverage = "c.gpkg"'
    )
    toml.write_text(text, "utf-8")
    with pytest.raises(
        LayerError, match=r"coverage'.*holds several layers \(draft, final\)\. Give a file"
    ):
        prospector.check(region)
