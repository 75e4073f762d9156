"""What a file lacks may stand in region.toml: a name for its features, the type of its deposits."""

import geopandas as gpd
import pytest
import shapely

import prospector
from prospector import synthetic
from prospector.errors import LayerError, RegionError
from prospector.layers import ROLES, read_layers

SHAPES = {
    "point": [shapely.Point(450_000 + east, 7_300_000) for east in (0, 1000, 1000, 90_000)],
    "polygon": [
        shapely.box(450_000 + east, 7_300_000, 450_500 + east, 7_300_500)
        for east in (0, 1000, 1000, 90_000)
    ],
}
NEEDING = {
    role: shape.required
    for role, shape in ROLES.items()
    if shape.required and not shape.closed and role != "deposits"
}


@pytest.fixture
def region(tmp_path):
    """Folder of a planted region without its deposits."""
    folder = synthetic.write_region(tmp_path / "region")
    toml = folder / "region.toml"
    text = toml.read_text("utf-8")
    toml.write_text(
        text.replace('[layers.deposits]\nrole = "deposits"\nfile = "deposits.geojson"\n', ""),
        "utf-8",
    )
    return folder


def layers_of(region, role, text, **columns):
    """Layers of the region with four features, two of them twice the same."""
    table = gpd.GeoDataFrame(columns, geometry=SHAPES[ROLES[role].geometry], crs=synthetic.CRS)
    table.to_file(region / "things.gpkg")
    toml = region / "region.toml"
    entry = f'\n[layers.things]\nrole = "{role}"\nfile = "things.gpkg"\n{text}\n'
    toml.write_text(toml.read_text("utf-8") + entry, "utf-8")
    loaded = prospector.load_region(region)
    return read_layers(loaded, loaded.grid())


def test_every_required_column_can_be_stated():
    """Of all roles but that of titles."""
    assert {column for columns in NEEDING.values() for column in columns} == {"name"}
    assert ROLES["deposits"].required == ("name", "deposit_type")


@pytest.mark.parametrize("role", [*NEEDING, "volcanoes"])
def test_features_without_names_are_numbered(region, role):
    """In the order of the file, doubled rows once: each is told apart, and a notice says so."""
    layers = layers_of(region, role, 'name = "Town"', kind=["a", "b", "b", "c"])
    assert layers.vector(role).features["name"].tolist() == ["Town 1", "Town 2", "Town 3"]
    [notice] = [notice for notice in layers.notices if notice.code == "features-numbered"]
    assert prospector.sentence(notice) == (
        "Layer 'things': its file has no names; 3 features are called 'Town 1' to 'Town 3', in the order "
        "of the file."
    )


def test_deposits_of_one_type(region):
    """Without names or types in the file they train a model of that type."""
    text = 'deposit_type = "greisen"\nname = "Occurrence"'
    table = layers_of(region, "deposits", text).vector("deposits").features
    assert table["deposit_type"].tolist() == ["greisen"] * 3
    assert table["name"].tolist() == ["Occurrence 1", "Occurrence 2", "Occurrence 3"]


@pytest.mark.parametrize(
    ("columns", "text", "old"),
    [
        ({"name": ["a", "b", "c", "d"]}, "", "name"),
        ({"NAME": ["a", "b", "c", "d"]}, "", "name"),
        ({"NOMBRE": ["a", "b", "c", "d"]}, '\ncolumns = { name = "NOMBRE" }', "NOMBRE"),
    ],
)
def test_a_column_that_is_there_is_not_replaced(region, columns, text, old):
    """By its own name, another case of it, or mapped."""
    with pytest.raises(LayerError, match=f"already has the name in column '{old}'") as caught:
        layers_of(region, "towns", f'name = "Town"{text}', **columns)
    assert "key 'layers.things.name'" in str(caught.value)


def test_types_that_are_there_are_not_replaced(region):
    """As names are not."""
    with pytest.raises(LayerError, match="already has the deposit type"):
        layers_of(
            region, "deposits", 'deposit_type = "greisen"\nname = "x"', deposit_type=["a"] * 4
        )


def test_what_is_missing_may_be_stated(region):
    """The error says how."""
    with pytest.raises(LayerError, match=r"or state it of all: deposit_type = '\.\.\.'"):
        layers_of(region, "deposits", "", name=list("abcd"))


@pytest.mark.parametrize(
    ("role", "text", "key"),
    [
        ("towns", 'deposit_type = "greisen"', "deposit_type"),
        ("concessions", 'name = "Title"', "name"),
    ],
)
def test_a_key_that_would_do_nothing_is_refused(region, role, text, key):
    """For another role."""
    with pytest.raises(LayerError, match=f"layers.things.{key}': has no effect for the role"):
        layers_of(region, role, text)


def test_an_empty_name_is_refused(region):
    """It tells nothing apart."""
    with pytest.raises(RegionError, match=r"layers\.things\.name"):
        layers_of(region, "towns", 'name = " "')


def test_other_columns_are_constants(region):
    """Each as what its contract says that it holds."""
    text = 'name = "x"\nconstants = { age_ma = 300, verified = "no", belt = 3, deposit_type = "skarn" }'
    table = layers_of(region, "deposits", text).vector("deposits").features
    columns = table[["age_ma", "verified", "belt", "deposit_type"]]
    assert columns.drop_duplicates().to_numpy().tolist() == [[300, False, "3", "skarn"]]


def test_a_column_that_a_role_of_ones_own_requires_is_a_constant(region):
    """And of a raster of classes, too."""
    toml = region / "region.toml"
    role = '\n[roles.alteration]\ngeometry = "polygon"\nrequired = ["mineral"]\n'
    toml.write_text(toml.read_text("utf-8") + role, "utf-8")
    table = gpd.GeoDataFrame(geometry=SHAPES["polygon"], crs=synthetic.CRS)
    table.to_file(region / "things.gpkg")
    entry = '\n[layers.things]\nrole = "alteration"\nfile = "things.gpkg"\n'
    toml.write_text(toml.read_text("utf-8") + entry, "utf-8")
    loaded = prospector.load_region(region)
    with pytest.raises(LayerError, match=r"or state it of all: constants = \{mineral = '\.\.\.'\}"):
        read_layers(loaded, loaded.grid())
    text = 'constants = { mineral = "alunite" }\n'
    toml.write_text(toml.read_text("utf-8") + text, "utf-8")
    loaded = prospector.load_region(region)
    found = read_layers(loaded, loaded.grid()).vector("alteration").features
    assert found["mineral"].tolist() == ["alunite"] * len(found)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (
            "constants = { age = 3 }\nname = 'x'",
            "constants.age': is not a column of the role 'towns'",
        ),
        (
            "constants = { name = 'x' }",
            "constants.name': one name for all would make features look alike",
        ),
        ("constants = { kind = 'x' }\nname = 'y'", "constants.kind': "),
    ],
)
def test_constants_that_cannot_be_are_refused(region, text, what):
    """Of no column of the role, of names, of a column that the file has."""
    with pytest.raises(LayerError) as caught:
        layers_of(region, "towns", text, kind=["a", "b", "b", "c"])
    assert what in str(caught.value)
