"""A region drafted from files: what it holds, where it lies, and that `check` reads it."""

import json

import pytest
import small_files as files

from prospector.drafting.init import init_region
from prospector.errors import ProspectorError, RegionError
from prospector.region import load_region
from prospector.screening.check import check

TYPES = ["iron"] * 8 + ["gold"] * 4


def filled(folder, west, south, side=1.0):
    """A folder with four files of a square of degrees."""
    files.points(
        folder,
        "yacimientos.gpkg",
        west,
        south,
        side=side,
        NOMBRE=[f"Y{n}" for n in range(12)],
        TIPO_YAC=TYPES,
    )
    files.squares(
        folder, "geologia.gpkg", west, south, side=side, LITOLOGIA=["granito", "caliza", "andesita"]
    )
    files.lines(folder, "fallas.gpkg", west, south, side=side)
    files.raster(folder, "dem.tif", west, south, side=side)
    return folder


@pytest.mark.parametrize(
    ("west", "south", "crs"),
    [
        (26.2, 66.1, "EPSG:32635"),  # Finland
        (120.5, -27.5, "EPSG:32751"),  # Australia
        (-69.5, -23.5, "EPSG:32719"),
        (9.8, 45.1, "EPSG:32632"),
        (178.5, -18.5, "EPSG:32760"),
        (-179.9, 65.0, "EPSG:32601"),
    ],
)
def test_a_region_anywhere_is_drafted_and_read(tmp_path, west, south, crs):
    """Window, zone and cells follow the data; the file that was written loads and is checked."""
    draft = init_region(filled(tmp_path / "mine", west, south))
    region = load_region(tmp_path / "mine")
    assert region.region.crs == crs
    assert region.region.scale_error_percent <= 0.2
    bounds = region.region.window.bounds()
    assert bounds.west <= west < west + 0.9 < bounds.east <= west + 1.1
    assert {name: layer.role for name, layer in region.layers.items()} == {
        "dem": "relief", "fallas": "faults", "geologia": "geology", "yacimientos": "deposits",
    }  # fmt: skip
    cells = region.grid().shape
    assert 50_000 <= cells[0] * cells[1] <= 1_000_000
    assert len(check(region).layers.items) == 4
    assert draft.file.read_text("utf-8").count("# guessed") >= 6


def test_columns_are_guessed_and_their_classes_counted(tmp_path):
    """Each guess stands beside its reason, in the file too."""
    init_region(filled(tmp_path, -69.5, -23.5), name="Mi región")
    region = load_region(tmp_path)
    assert region.name == "mi_region"
    assert region.layers["yacimientos"].columns == {"deposit_type": "TIPO_YAC", "name": "NOMBRE"}
    text = (tmp_path / "region.toml").read_text("utf-8")
    assert text.startswith("#:schema region.schema.json\n")
    assert json.loads((tmp_path / "region.schema.json").read_text("utf-8"))["properties"]
    assert "# deposit_type: iron 8, gold 4" in text
    assert "# lithology: granito 6, andesita 5, caliza 5" in text
    assert 'role = "faults"  # guessed by the name (fallas)' in text


def test_a_wide_region_has_an_equal_area_projection(tmp_path):
    """Across zones of UTM, with the worst error of lengths in the window stated."""
    draft = init_region(filled(tmp_path, 21.0, 60.0, side=9.0))
    assert draft.heading.projection.crs.startswith("+proj=laea +lat_0=64.5 +lon_0=25.5")
    assert 0.1 < draft.heading.projection.scale_error_percent < 0.5


def test_a_region_across_the_antimeridian_is_refused(tmp_path):
    """A window cannot hold it; nothing is written."""
    with pytest.raises(RegionError, match=r"both sides of the antimeridian.*--bounds"):
        init_region(filled(tmp_path, 179.5, -18.5))
    assert not (tmp_path / "region.toml").exists()


def test_a_layer_of_the_world_does_not_make_the_window(tmp_path):
    """Geology and deposits say where the region is; relief beyond them does not widen it."""
    filled(tmp_path, 120.5, -27.5)
    files.raster(tmp_path, "srtm.tif", 119.5, -28.5, side=3)
    files.raster(tmp_path, "gebco.tif", -180, -90, side=180, width=360, cells=90)
    draft = init_region(tmp_path)
    assert draft.heading.window.bounds.west == 120.48
    assert "gebco, srtm reach beyond" in draft.heading.window.because


def test_a_stray_row_does_not_make_the_window(tmp_path):
    """Coordinates of 0, 0 are counted and told."""
    rows = "\n".join(f"D{n},gold,{120 + n / 20},{-27 - n / 30}" for n in range(12))
    (tmp_path / "deposits.csv").write_text(
        f"name,deposit_type,longitude,latitude\n{rows}\nX,gold,0,0\n"
    )
    draft = init_region(tmp_path)
    assert draft.heading.window.bounds.west == 119.989
    assert "# 1 of them lies far from all others" in draft.file.read_text("utf-8")


def test_bounds_and_an_area_go_before_the_data(tmp_path):
    """As given, to the last figure; a file's extent for --area."""
    filled(tmp_path / "a", 120.5, -27.5)
    draft = init_region(tmp_path / "a", bounds=(120.6, -27.4, 121.2, -26.9))
    assert draft.heading.window.bounds.as_tuple() == (120.6, -27.4, 121.2, -26.9)
    area = files.squares(tmp_path, "block.gpkg", 120.7, -27.3, n=1, side=0.5)
    draft = init_region(tmp_path / "b", [tmp_path / "a"], area=area)
    assert draft.heading.window.bounds.as_tuple() == pytest.approx((120.7, -27.3, 121.2, -26.8))


def test_files_from_elsewhere_are_copied_with_all_that_belongs_to_them(tmp_path):
    """The folder can be moved then; with copy=False they stay where they are."""
    shape = files.lines(tmp_path / "maps", "Fallas Año 2020.shp", 10.0, 45.0)
    draft = init_region(tmp_path / "mine", [shape])
    assert draft.copied == 5
    moved = (tmp_path / "mine").rename(tmp_path / "moved")
    region = load_region(moved)
    assert region.layers["fallas_ano_2020"].file == "data/Fallas Año 2020.shp"
    assert len(check(region).layers.items) == 1
    init_region(tmp_path / "stays", [shape], copy=False)
    assert load_region(tmp_path / "stays").layers["fallas_ano_2020"].file == str(shape)


def test_files_of_the_same_name_are_two_layers(tmp_path):
    """Each has a name of its own."""
    files.lines(tmp_path / "north", "fallas.gpkg", 10.0, 46.0)
    files.lines(tmp_path / "south", "fallas.gpkg", 10.0, 45.0)
    init_region(tmp_path)
    assert {name: layer.file for name, layer in load_region(tmp_path).layers.items()} == {
        "fallas": "north/fallas.gpkg", "fallas_2": "south/fallas.gpkg",
    }  # fmt: skip


def test_files_of_the_same_name_are_copied_apart(tmp_path):
    """Neither takes the place of the other; the same file twice is one copy."""
    files.lines(tmp_path / "north", "fallas.shp", 10.0, 46.0)
    files.lines(tmp_path / "south", "fallas.shp", 10.0, 45.0)
    again = files.lines(tmp_path / "again", "fallas.shp", 10.0, 45.0)
    mine = tmp_path / "mine"
    init_region(mine, [tmp_path / "north", tmp_path / "south", again])
    layers = load_region(mine).layers
    assert [layer.file for layer in layers.values()] == [
        "data/fallas.shp",
        "data/2/fallas.shp",
        "data/2/fallas.shp",
    ]
    assert (mine / "data/2/fallas.shp").read_bytes() == (tmp_path / "south/fallas.shp").read_bytes()


def test_layers_of_one_file_and_bands_of_one_raster_are_a_layer_each(tmp_path):
    """By their own names, each with its own role."""
    import geopandas as gpd

    for name in ("fallas", "geologia"):
        write = files.lines if name == "fallas" else files.squares
        table = gpd.read_file(write(tmp_path / "apart", f"{name}.gpkg", 10.0, 45.0))
        table.to_file(tmp_path / "todo.gpkg", layer=name)
    files.raster(tmp_path, "radiometria.tif", 10.0, 45.0, bands=3)
    init_region(tmp_path / "mine", [tmp_path / "todo.gpkg", tmp_path / "radiometria.tif"])
    region = load_region(tmp_path / "mine")
    assert {name: (layer.role, layer.layer or layer.band) for name, layer in region.layers.items()} == {
        "fallas": ("faults", "fallas"), "geologia": ("geology", "geologia"),
        "radiometria_band_1": ("surface", 1), "radiometria_band_2": ("surface", 2),
        "radiometria_band_3": ("surface", 3),
    }  # fmt: skip


def test_two_rasters_of_one_role_are_parted(tmp_path):
    """Models that read magnetics read one raster."""
    files.raster(tmp_path, "mag_rtp.tif", 10.0, 45.0)
    files.raster(tmp_path, "mag_tmi.tif", 10.0, 45.0)
    draft = init_region(tmp_path)
    assert [layer.role for layer in draft.layers] == ["magnetics", "surface"]
    assert "another raster is the magnetics already" in draft.file.read_text("utf-8")


def no_crs(folder, east=400_000):
    rows = "\n".join(f"D{n};gold;{east + 1000 * n},5;{7400000 + 900 * n},25" for n in range(12))
    (folder / "yacimientos.csv").write_text(f"nombre;tipo;Este;Norte\n{rows}\n")


def test_a_crs_in_which_a_file_lies_among_the_others_is_guessed(tmp_path):
    """With a warning of old datums; --crs goes before it."""
    files.lines(tmp_path, "fallas.gpkg", -69.9, -23.9)
    no_crs(tmp_path)
    draft = init_region(tmp_path)
    assert load_region(tmp_path).layers["yacimientos"].crs == "EPSG:32719"
    assert "old datum (PSAD56, SAD69, AGD66) would shift it" in draft.file.read_text("utf-8")
    draft.file.unlink()
    init_region(tmp_path, crs="EPSG:24879")
    assert load_region(tmp_path).layers["yacimientos"].crs == "EPSG:24879"
    assert len(check(tmp_path).layers.items) == 2


def test_coordinates_that_can_be_degrees_are_taken_for_such(tmp_path):
    """Of a shapefile without .prj and a raster without CRS: region.toml says so."""
    shape = files.lines(tmp_path, "fallas.shp", 10.0, 45.0)
    shape.with_suffix(".prj").unlink()
    files.raster(tmp_path, "dem.tif", 10.0, 45.0, crs=None)
    draft = init_region(tmp_path)
    assert {layer.crs for layer in load_region(tmp_path).layers.values()} == {"EPSG:4326"}
    assert draft.file.read_text("utf-8").count("its coordinates can be degrees") == 2
    assert len(check(tmp_path).layers.items) == 2


@pytest.mark.parametrize("beside", [True, False])
def test_a_file_that_states_no_crs_and_lies_nowhere_asks_for_it(tmp_path, beside):
    """It stands as a comment, or, alone, is an error."""
    if beside:
        files.lines(tmp_path, "fallas.gpkg", 10.0, 45.0)
    no_crs(tmp_path)
    asks = "the file states no CRS. Give it with --crs"
    if beside:
        assert asks in init_region(tmp_path).file.read_text("utf-8")
    else:
        with pytest.raises(RegionError, match=asks):
            init_region(tmp_path)
    with pytest.raises(RegionError, match=r"--crs psad: not a CRS that PROJ knows"):
        init_region(tmp_path / "mine", [tmp_path / "yacimientos.csv"], crs="psad")


def test_what_is_no_layer_is_passed_over(tmp_path):
    """By its ending, or by what the reader says of it."""
    filled(tmp_path, 10.0, 45.0)
    for name in ("report.pdf", "notes.docx", "project.qgz"):
        (tmp_path / name).write_bytes(b"%PDF")
    (tmp_path / "broken.zip").write_bytes(b"PK\5\6" + bytes(18))
    (tmp_path / "readme.txt").write_text("hello\n")
    draft = init_region(tmp_path)
    assert sorted(path.name for path in draft.passed_over) == [
        "notes.docx",
        "project.qgz",
        "report.pdf",
    ]
    assert sorted(look.path.name for look in draft.unread) == ["broken.zip", "readme.txt"]


def test_nothing_is_overwritten_and_nothing_drafted_of_nothing(tmp_path):
    """A clear error with the command that helps."""
    with pytest.raises(RegionError, match="holds no file that can be a layer"):
        init_region(tmp_path)
    (tmp_path / "region.toml").write_text("mine")
    with pytest.raises(RegionError, match=r"already exists.*prospector add"):
        init_region(tmp_path)
    assert (tmp_path / "region.toml").read_text() == "mine"


def test_an_interrupt_leaves_nothing(tmp_path, monkeypatch):
    """Neither region.toml nor files that were copied."""
    shape = files.lines(tmp_path / "maps", "fallas.shp", 10.0, 45.0)

    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr("prospector.drafting.making.write_text", interrupted)
    with pytest.raises(KeyboardInterrupt):
        init_region(tmp_path / "mine", [shape])
    assert not (tmp_path / "mine").exists()


def test_deposits_without_a_column_of_types_are_of_one_type(tmp_path):
    """It says so, and a model for that type is drafted."""
    files.lines(tmp_path, "fallas.gpkg", 10.0, 45.0)
    files.points(tmp_path, "minas_oro.gpkg", 10.0, 45.0, n=20, PROF_M=[float(n) for n in range(20)])
    draft = init_region(tmp_path)
    region = load_region(tmp_path)
    entry = region.layers["minas_oro"]
    assert (entry.name, entry.deposit_type) == ("Minas oro", "minas oro")
    assert "all are of one type; name it" in draft.file.read_text("utf-8")
    assert region.deposit_model("minas_oro").labels.deposit_type == "minas oro"
    assert check(region).passed


def test_a_layer_that_cannot_be_read_stands_as_a_comment(tmp_path):
    """A register whose fields are not known: the reason and the remedy are written down."""
    filled(tmp_path, 10.0, 45.0)
    files.squares(tmp_path, "catastro.gpkg", 10.0, 45.0, TITULAR=["Minera Uno S.A."])
    draft = init_region(tmp_path)
    text = draft.file.read_text("utf-8")
    assert "# Not used: catastro.gpkg has no column 'concession_id'" in text
    assert "# [layers.catastro]" in text
    assert "catastro" not in load_region(tmp_path).layers


def test_no_file_that_says_where_it_lies_is_an_error(tmp_path):
    """Nothing is written."""
    (tmp_path / "list.csv").write_text("a,b\n1,2\n", "utf-8")
    with pytest.raises(ProspectorError, match="nothing was written"):
        init_region(tmp_path)
    assert not (tmp_path / "region.toml").exists()
