"""Rasters of classes fill roles of polygons: every cell counts once, and nothing else does."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from rasterio.transform import from_bounds

import prospector
from prospector import synthetic
from prospector.errors import LayerError
from prospector.layers import read_layers
from prospector.layers.class_raster import patches_of
from prospector.layers.reading import Reading
from prospector.layers.roles import ROLES
from prospector.region.region_tables import LayerEntry

WEST, SOUTH, WIDE = synthetic.WEST, synthetic.SOUTH, synthetic.SIZE_M


@pytest.fixture
def region(tmp_path):
    """Folder of a planted region."""
    return synthetic.write_region(tmp_path / "region")


def write_codes(path, values, *, crs=synthetic.CRS, bounds=None, **profile):
    """Write a raster of codes over the region."""
    rows, columns = values.shape
    bounds = bounds or (WEST, SOUTH, WEST + WIDE, SOUTH + WIDE)
    with rasterio.open(
        path, "w", driver="GTiff", height=rows, width=columns, count=1, dtype=values.dtype, crs=crs,
        transform=from_bounds(*bounds, columns, rows), **profile,
    ) as dataset:  # fmt: skip
        dataset.write(values, 1)


def layers_of(region, values, text, role="geology", **how):
    """Layers of the region with a raster of codes as one of them."""
    write_codes(region / "codes.tif", values, **how)
    toml = region / "region.toml"
    plain = toml.read_text("utf-8")
    toml.write_text(
        f'{plain}\n[layers.codes]\nrole = "{role}"\nfile = "codes.tif"\n{text}\n', "utf-8"
    )
    loaded = prospector.load_region(region)
    return read_layers(loaded, loaded.grid())


def quarters():
    """Codes 3, 4, 9 and nodata 0 in the four quarters, 3 in the north-west."""
    values = np.zeros((20, 20), dtype="uint8")
    values[:10, :10], values[:10, 10:], values[10:, :10] = 3, 4, 9
    return values


NAMED = 'classes = { 3 = "granite", 4 = "basalt" }'


def test_classes_become_polygons(region):
    """With class and code, exact to the cells; what has no class is in a notice."""
    layers = layers_of(region, quarters(), NAMED, nodata=0)
    layer = layers.vector("geology")
    table = layer.features
    assert table[["class", "code"]].to_numpy().tolist() == [["granite", "3"], ["basalt", "4"]]
    assert table.area.tolist() == pytest.approx([1e10, 1e10])
    assert table.geometry[0].bounds == (WEST, SOUTH + WIDE / 2, WEST + WIDE / 2, SOUTH + WIDE)
    assert layer.resolution_m == 10_000
    [notice] = [notice for notice in layers.notices if notice.code == "codes-without-class"]
    assert prospector.sentence(notice) == (
        "Layer 'codes': 100 cells (10000 km2) have codes that are not in `classes`, so they give "
        "no polygon: 9."
    )


def test_cells_of_a_code_without_class_are_mapped_and_nodata_is_not(region):
    """The code that becomes no polygon is another rock."""
    layer = layers_of(region, quarters(), NAMED, nodata=0).vector("geology")
    assert layer.coverage.area == pytest.approx(3e10)


def test_where_all_codes_are_named_the_polygons_are_the_map(region):
    """No other ground is needed."""
    whole = NAMED.replace(" }", ', 9 = "gneiss" }')
    assert layers_of(region, quarters(), whole, nodata=0).vector("geology").coverage is None


def test_a_region_is_screened_on_a_raster_of_classes(region):
    """As on polygons of the same ground: the shares are equal, workers or not."""
    share = (
        '\n[override.porphyry_copper.evidence.rock]\nkind = "share"\nrole = "geology"\nlabel = "rock"\n'
        'where = { code = [3] }\nexpected = "any"\nreason = "a test"\n'
    )
    layers_of(region, quarters(), NAMED + share, nodata=0)
    values = []
    for workers in (1, 2):
        screening = prospector.screen(region, quick=True, workers=workers, window_cells=32)
        [ranking] = screening.rankings.values()
        [rock] = [part for part in ranking.evidence if part.label == "rock"]
        values.append(rock.raster.values)
    np.testing.assert_array_equal(*values)
    grid = screening.grid
    box = shapely.box(WEST, SOUTH + WIDE / 2, WEST + WIDE / 2, SOUTH + WIDE)
    on_grid = shapely.box(*grid.bounds.as_tuple()).intersection(box)
    assert np.nansum(values[0]) * grid.cell_area_km2 == pytest.approx(on_grid.area / 1e6, rel=1e-6)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    arrays("int16", st.tuples(st.integers(1, 14), st.integers(1, 14)), elements=st.integers(-1, 3)),
    st.integers(1, 15),
)
def test_every_cell_counts_once_however_it_is_cut(values, block):
    """Areas are numbers of cells, patches are valid, and a cut into blocks changes no ground."""
    entry = LayerEntry(role="geology", file="codes.tif")
    reading = Reading("codes", Path("codes.tif"), entry, ROLES["geology"], "geology")
    codes = sorted({int(code) for code in np.unique(values)} - {0})
    if not codes:
        return
    of_code, patches = patches_of(reading, values, codes, block=block)
    assert shapely.is_valid(patches).all()
    _, at_once = patches_of(reading, values, codes, block=100)
    assert len(patches) == len(at_once)
    for code in codes:
        mine = patches[np.array(of_code) == code]
        assert shapely.area(mine).sum() == (values == code).sum()
        rows, columns = np.nonzero(values == code)
        cells = shapely.union_all(shapely.box(columns, rows, columns + 1, rows + 1))
        assert shapely.union_all(mine).symmetric_difference(cells).area == 0


def test_a_raster_in_degrees_comes_into_the_crs_of_the_region(region):
    """With the area that its cells have there, and a cell's length as resolution."""
    bounds = (-70.5, -26.0, -67.5, -23.0)
    values = np.zeros((30, 30), dtype="int32")
    values[10:20, 10:20] = 7
    layers = layers_of(region, values, 'classes = { 7 = "salt" }', crs="EPSG:4326", bounds=bounds)
    layer = layers.vector("geology")
    box = gpd.GeoSeries([shapely.box(-69.5, -25.0, -68.5, -24.0).segmentize(0.01)], crs="EPSG:4326")
    assert layer.features.area.sum() == pytest.approx(
        box.to_crs(synthetic.CRS).area.sum(), rel=1e-5
    )
    assert layer.resolution_m == pytest.approx(11_119.5, rel=1e-4)


def test_without_classes_the_codes_are_listed(region):
    """With their shares of the area, and the line to write."""
    with pytest.raises(LayerError) as caught:
        layers_of(region, quarters(), "", nodata=0)
    text = str(caught.value)
    assert "key 'layers.codes.classes'" in text
    assert 'e.g. classes = { 3 = "granite" }' in text
    assert "Near the region it has 3 (33 %), 4 (33 %), 9 (33 %)." in text


def test_codes_that_are_not_there_are_told(region):
    """Some in a notice, all in an error."""
    layers = layers_of(region, quarters(), 'classes = { 3 = "a", 5 = "b" }', nodata=0)
    [notice] = [notice for notice in layers.notices if notice.code == "codes-not-found"]
    assert "near the region: 5. Codes found: 3, 4, 9." in prospector.sentence(notice)


def test_no_code_that_is_there_is_an_error(region):
    """With those there are."""
    with pytest.raises(LayerError, match=r"codes given \(5\)\. Codes there: 3 \(33 %\)"):
        layers_of(region, quarters(), 'classes = { 5 = "b" }', nodata=0)


@pytest.mark.parametrize("dtype", ["uint8", "int16", "uint16", "int32", "float32", "float64"])
def test_codes_may_be_stored_in_any_type(region, dtype):
    """As long as they are whole numbers."""
    layer = layers_of(region, quarters().astype(dtype), NAMED, nodata=0).vector("geology")
    assert layer.features["class"].tolist() == ["granite", "basalt"]


@pytest.mark.parametrize(
    ("values", "what"),
    [
        (
            np.linspace(0, 1, 400, dtype="float32").reshape(20, 20),
            "class codes are whole numbers",
        ),
        (np.arange(1600, dtype="int16").reshape(40, 40), "more than 1000 different numbers"),
    ],
    ids=["fractions", "many codes"],
)
def test_a_raster_of_values_is_refused(region, values, what):
    """With the role that it should have."""
    with pytest.raises(LayerError, match=what) as caught:
        layers_of(region, values, NAMED)
    assert "role 'surface'" in str(caught.value)


@pytest.mark.parametrize(
    "text", [f"{NAMED}\nexclude = [3]", f'{NAMED}\nexclude = ["granite"]', "exclude = [3]"]
)
def test_ground_is_excluded_by_code_or_class(region, text):
    """Of codes alone these are the polygons."""
    layers = layers_of(region, quarters(), text, role="water", nodata=0)
    table = layers.vector("water").features
    excluded = table[table["excluded"] == "yes"]
    assert excluded.area.sum() == pytest.approx(1e10)
    assert "code" not in table.columns
    assert table.area.sum() == pytest.approx(2e10 if "classes" in text else 1e10)


def test_the_class_is_the_name_where_a_role_needs_one(region):
    """Of salars and protected ground."""
    table = (
        layers_of(region, quarters(), NAMED, role="protected", nodata=0)
        .vector("protected")
        .features
    )
    assert table["name"].tolist() == ["granite", "basalt"]


def test_band_and_nodata_hold(region):
    """As of other rasters; a named code may look like nodata."""
    values = quarters().astype("int16")
    values[values == 9] = -9999
    text = 'classes = { 3 = "a", 4 = "b", -9999 = "c" }\nband = 1\nnodata = 4'
    table = layers_of(region, values, text).vector("geology").features
    assert sorted(table["class"]) == ["a", "c"]


def test_colours_are_codes(region):
    """A palette stands for the codes that are named."""
    write_codes(region / "codes.tif", quarters(), nodata=0, photometric="palette")
    with rasterio.open(region / "codes.tif", "r+") as dataset:
        dataset.write_colormap(1, {3: (255, 0, 0), 4: (0, 255, 0)})
    toml = region / "region.toml"
    text = f'\n[layers.codes]\nrole = "land"\nfile = "codes.tif"\n{NAMED}\n'
    toml.write_text(toml.read_text("utf-8") + text, "utf-8")
    loaded = prospector.load_region(region)
    assert len(read_layers(loaded, loaded.grid()).vector("land").features) == 2


def test_many_cells_are_refused(region):
    """By the limit that other rasters have."""
    with pytest.raises(LayerError, match="max_cells"):
        layers_of(region, quarters(), f"{NAMED}\nmax_cells = 100", nodata=0)


@pytest.mark.parametrize(
    ("role", "text", "what"),
    [
        ("relief", NAMED, "classes': has no effect for the role 'relief'"),
        ("concessions", NAMED, "classes': has no effect for the role 'concessions'"),
        ("geology", "band = 1", "band': has no effect for the role 'geology'"),
        ("geology", f"{NAMED}\nunit = 'm'", "unit': has no effect for the role 'geology'"),
        ("geology", f"{NAMED}\nencoding = 'utf-8'", "encoding': has no effect"),
    ],
)
def test_keys_that_would_do_nothing_are_refused(region, role, text, what):
    """Classes of rasters, and keys of features beside them."""
    with pytest.raises(LayerError) as caught:
        layers_of(region, quarters(), text, role=role)
    assert what in str(caught.value)


@pytest.mark.parametrize(
    "text", ['classes = { granite = "3" }', 'classes = { 3 = "" }', "classes = { 3 = 4 }"]
)
def test_classes_are_codes_and_words(region, text):
    """Others are errors of region.toml."""
    with pytest.raises(prospector.errors.RegionError, match=r"layers\.codes\.classes"):
        layers_of(region, quarters(), text)


def test_keys_of_cells_do_nothing_for_features(region):
    """Though `exclude` may name the codes of a raster."""
    box = shapely.box(WEST, SOUTH, WEST + WIDE, SOUTH + WIDE)
    gpd.GeoDataFrame({"class": ["lake"]}, geometry=[box], crs=synthetic.CRS).to_file(
        region / "lake.gpkg"
    )
    toml = region / "region.toml"
    text = '\n[layers.lake]\nrole = "water"\nfile = "lake.gpkg"\nexclude = ["lake"]\nband = 1\n'
    toml.write_text(toml.read_text("utf-8") + text, "utf-8")
    with pytest.raises(
        LayerError, match=r"lake\.gpkg is not a raster, and this key is only for rasters"
    ):
        prospector.check(region)


def test_a_role_of_ones_own_takes_a_raster_of_classes(region):
    """Where it is of polygons."""
    toml = region / "region.toml"
    role = '\n[roles.alteration]\ngeometry = "polygon"\n'
    toml.write_text(toml.read_text("utf-8") + role, "utf-8")
    layer = layers_of(region, quarters(), f"{NAMED}\nband = 1", role="alteration", nodata=0)
    assert layer.vector("alteration").features["class"].tolist() == ["granite", "basalt"]
