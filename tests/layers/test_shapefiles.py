"""Shapefiles whose parts are not of one layer: refused, beside each other and in an archive."""

import shutil
import zipfile

import geopandas as gpd
import pytest
import shapely

from prospector.errors import LayerError
from prospector.layers.formats import read_features


def squares(count):
    """Give some squares with a class each."""
    shapes = [shapely.box(1000 * number, 0, 1000 * number + 900, 900) for number in range(count)]
    table = {"class": [f"rock {number}" for number in range(count)]}
    return gpd.GeoDataFrame(table, geometry=shapes, crs="EPSG:32719")


@pytest.fixture
def folder(tmp_path):
    """A shapefile of five squares beside one of three, which was made before."""
    squares(5).to_file(tmp_path / "a.shp")
    squares(3).to_file(tmp_path / "old.shp")
    return tmp_path


def without(folder, *endings):
    """Take parts away."""
    for ending in endings:
        (folder / f"a{ending}").unlink()


def of_before(folder, *endings):
    """Put parts of the earlier file in the place of those of the later."""
    for ending in endings:
        shutil.copy(folder / f"old{ending}", folder / f"a{ending}")


def cut(folder, ending, size):
    """Keep only the begin of a part."""
    file = folder / f"a{ending}"
    file.write_bytes(file.read_bytes()[:size])


FAULTS = [
    (lambda folder: without(folder, ".dbf"), r"without its \.dbf"),
    (lambda folder: without(folder, ".shx"), r"without its \.shx"),
    (lambda folder: without(folder, ".shx", ".dbf"), r"without its \.shx and \.dbf"),
    (lambda folder: cut(folder, ".dbf", 0), r"without its \.dbf"),
    (lambda folder: of_before(folder, ".dbf"), r"5 shapes, and its \.dbf 3 rows"),
    (lambda folder: of_before(folder, ".shx"), r"index has 3 shapes, and the file has more"),
    (
        lambda folder: of_before(folder, ".shx", ".dbf"),
        r"index has 3 shapes, and the file has more",
    ),
    (
        lambda folder: of_before(folder, ".shp"),
        r"index has 5 shapes, and the file ends before them",
    ),
    (
        lambda folder: cut(folder, ".shp", 400),
        r"index has 5 shapes, and the file ends before them",
    ),
    (lambda folder: cut(folder, ".dbf", 300), r"5 rows, of which 2 are there"),
    (lambda folder: cut(folder, ".dbf", 5), r"5 shapes, and its \.dbf 0 rows"),
]


def archived(folder):
    """Put the parts of the shapefile into an archive, in a folder of it."""
    with zipfile.ZipFile(folder / "a.zip", "w") as archive:
        for file in sorted(folder.glob("a.*")):
            if file.suffix != ".zip":
                archive.write(file, f"deep/{file.name}")
    return folder / "a.zip"


@pytest.mark.parametrize(("spoil", "said"), FAULTS)
def test_parts_of_two_layers_are_refused(folder, spoil, said):
    """GDAL reads what fits together, and says nothing of what is lost."""
    spoil(folder)
    for file in (folder / "a.shp", archived(folder)):
        with pytest.raises(LayerError, match=said) as refused:
            read_features(file)
        assert str(file) in str(refused.value)
        assert "Copy .shp, .shx and .dbf" in str(refused.value)


def test_parts_of_one_layer_are_read(folder):
    """Whole, and without squares that were taken out; endings in capitals too."""
    assert len(read_features(folder / "a.shp")) == 5
    assert len(read_features(archived(folder))) == 5
    for ending in (".shp", ".shx", ".dbf"):
        (folder / f"old{ending}").rename(folder / f"old{ending.upper()}")
    assert len(read_features(folder / "old.SHP")) == 3


def test_an_edited_shapefile_is_read(folder):
    """A shape written anew lies at the end of the file, out of order: its place is in the index."""
    whole = (folder / "a.shp").read_bytes()
    index = bytearray((folder / "a.shx").read_bytes())
    first = int.from_bytes(index[100:104], "big")
    size = 8 + 2 * int.from_bytes(index[104:108], "big")
    grown = bytearray(whole + whole[2 * first : 2 * first + size])
    grown[24:28] = (len(grown) // 2).to_bytes(4, "big")
    index[100:104] = (len(whole) // 2).to_bytes(4, "big")
    (folder / "a.shp").write_bytes(grown)
    (folder / "a.shx").write_bytes(index)
    assert len(read_features(folder / "a.shp")) == 5


@pytest.mark.parametrize("ending", [".dbf", ".shx", ".prj", ".cpg"])
def test_a_part_that_is_named_in_another_case_is_told(folder, ending):
    """Where case counts it is not found: its attributes, its CRS or its letters would be lost."""
    (folder / f"a{ending}").rename(folder / f"A{ending}")
    if (folder / f"a{ending}").exists():
        pytest.skip("case does not count here")
    with pytest.raises(LayerError, match=rf"A\{ending} is not found beside a\.shp.*Rename it to a"):
        read_features(folder / "a.shp")


def test_parts_with_endings_in_capitals_are_read(folder):
    """As old programs write them."""
    for ending in (".shx", ".dbf", ".prj", ".cpg"):
        (folder / f"a{ending}").rename(folder / f"a{ending.upper()}")
    found = read_features(folder / "a.shp")
    assert found["class"].tolist() == squares(5)["class"].tolist()
    assert found.crs == "EPSG:32719"
