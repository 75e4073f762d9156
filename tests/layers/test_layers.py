"""The reader: bad input is one clear error; every repair is a notice."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely

from prospector.errors import LayerError, Notice
from prospector.layers import read_layers
from prospector.region.region_file import load_region


def read(region):
    loaded = load_region(region)
    return read_layers(loaded, loaded.grid())


def faults(region, shapes, crs="EPSG:32719", **columns):
    columns = columns or {"fault_system": ["Domeyko"] * len(shapes)}
    gpd.GeoDataFrame(columns, geometry=shapes, crs=crs).to_file(region / "faults.gpkg")
    file = region / "region.toml"
    file.write_text(file.read_text().replace("faults.geojson", "faults.gpkg"))


def line(east=500_000.0, north=7_300_000.0):
    return shapely.LineString([(east, north), (east + 5000, north + 5000)])


def test_a_missing_file_is_named(region):
    """File, key and remedy."""
    (region / "faults.geojson").unlink()
    with pytest.raises(LayerError, match=r"'layers.faults.file': .*faults.geojson is missing"):
        read(region)


def test_an_empty_layer_is_refused(region):
    """A layer without features is a mistake, not an absence of faults."""
    faults(region, [], fault_system=[])
    with pytest.raises(LayerError, match="has no features"):
        read(region)


@pytest.mark.filterwarnings("ignore:.crs. was not provided")
def test_no_crs_is_refused_with_the_remedy(region):
    """The remedy can be pasted."""
    faults(region, [line()], crs=None)
    with pytest.raises(LayerError, match=r"no CRS in .*crs = 'EPSG:32719'"):
        read(region)


@pytest.mark.filterwarnings("ignore:.crs. was not provided")
def test_the_crs_may_be_given_in_region_toml(region):
    """And then the layer reads."""
    faults(region, [line()], crs=None)
    file = region / "region.toml"
    file.write_text(file.read_text().replace('"faults.gpkg"', '"faults.gpkg"\ncrs = "EPSG:32719"'))
    assert len(read(region).vector("faults").features) == 1


def test_a_layer_wholly_outside_is_refused(region):
    """Swapped axes or a wrong CRS end up far away."""
    faults(region, [line(north=9_900_000.0)])
    with pytest.raises(LayerError, match="lies wholly outside"):
        read(region)


def test_a_wrong_geometry_type_is_refused(region):
    """Points are no faults."""
    faults(region, [shapely.Point(500_000, 7_300_000)])
    with pytest.raises(LayerError, match=r"holds Point, but the role 'faults' needs lines"):
        read(region)


def test_an_all_nodata_raster_is_refused(region):
    """It would say nothing anywhere."""
    with rasterio.open(region / "relief.tif", "r+") as dataset:
        dataset.write(np.full((1, *dataset.shape), np.nan, dtype="float32"))
    with pytest.raises(LayerError, match="has only nodata"):
        read(region)


def test_a_raster_that_is_none_is_refused(region):
    """Text with the ending of a raster."""
    (region / "relief.tif").write_text("not a raster")
    with pytest.raises(LayerError, match="not a raster that GDAL can read"):
        read(region)


def test_a_missing_column_names_the_role_and_the_remedy(region):
    """Deposits need a type."""
    file = region / "deposits.geojson"
    file.write_text(file.read_text().replace('"deposit_type"', '"kind"'))
    with pytest.raises(LayerError, match=r"no column 'deposit_type'.*columns = \{deposit_type"):
        read(region)


def test_an_unknown_role_lists_the_known_ones(region):
    """A spelling mistake is found at once."""
    file = region / "region.toml"
    file.write_text(file.read_text().replace('role = "faults"', 'role = "falts"'))
    with pytest.raises(LayerError, match=r"'falts' is not a role. Use one of: deposits"):
        read(region)


def test_broken_rings_are_repaired_and_counted(region):
    """A bow tie becomes two triangles, and the notice says so."""
    tie = shapely.Polygon([(0, 0), (9000, 9000), (9000, 0), (0, 9000)])
    tie = shapely.affinity.translate(tie, 500_000, 7_300_000)
    gpd.GeoDataFrame({"name": ["tie"]}, geometry=[tie], crs=32719).to_file(region / "salars.gpkg")
    with (region / "region.toml").open("a") as file:
        file.write('\n[layers.salars]\nrole = "salars"\nfile = "salars.gpkg"\n')
    layers = read(region)
    assert layers.vector("salars").features.area.iloc[0] == pytest.approx(9000**2 / 2, rel=0.01)
    assert Notice("geometries-repaired", "note", {"layer": "salars"}, 1) in layers.notices


def test_empty_and_duplicate_features_are_dropped_and_counted(region):
    """Two of the same count once; nothing goes unsaid."""
    faults(region, [line(), line(), None], fault_system=["a", "a", "b"])
    layers = read(region)
    assert len(layers.vector("faults").features) == 1
    for code in ("features-without-geometry", "duplicates-dropped"):
        assert Notice(code, "note", {"layer": "faults"}, 1) in layers.notices


def test_features_that_only_look_alike_are_kept(region):
    """The same bounds and number of vertices with another course, and the same course with another name."""
    other = shapely.transform(line(), lambda ends: np.column_stack([ends[::-1, 0], ends[:, 1]]))
    assert other.bounds == line().bounds
    assert not other.equals(line())
    faults(region, [line(), other, line(), line()], fault_system=["a", "a", "b", "a"])
    layers = read(region)
    assert layers.vector("faults").features["fault_system"].tolist() == ["a", "a", "b"]
    assert Notice("duplicates-dropped", "note", {"layer": "faults"}, 1) in layers.notices


def test_an_origin_that_is_not_stated_is_a_notice(region):
    """A user's own layer may have none; it is said."""
    about = {"layer": "faults", "file": "faults.geojson"}
    assert Notice("origin-not-stated", "caution", about) in read(region).notices


def test_nodata_weighs_in_nowhere(region):
    """A place beside nodata has no value; a place on a known centre has its own."""
    with rasterio.open(region / "relief.tif", "r+") as dataset:
        values = dataset.read(1)
        values[:, :5] = np.nan
        dataset.write(values, 1)
    relief = read(region).raster("relief")
    centre = relief.columns_at[5], relief.rows_at[3]
    beside = relief.columns_at[5] - 100, relief.rows_at[3]
    east, north = np.array([centre, beside]).T
    found = relief.sample(east, north)
    assert found[0] == pytest.approx(float(values[3, 5]))
    assert np.isnan(found[1])
