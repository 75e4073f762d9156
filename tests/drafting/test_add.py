"""A file added to a region that a person keeps: guessed, read, written beside what stands there."""

import pytest
import small_files as files

from prospector.drafting.add import add_layers
from prospector.drafting.init import init_region
from prospector.drafting.role_states import role_states
from prospector.errors import LayerError, RegionError
from prospector.region import load_region
from prospector.screening.check import check


@pytest.fixture(scope="module")
def drafted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drafted") / "mine"
    files.lines(folder, "fallas.gpkg", 10.0, 45.0)
    files.raster(folder, "dem.tif", 10.0, 45.0)
    init_region(folder)
    return folder


@pytest.fixture
def mine(drafted, tmp_path):
    import shutil

    return shutil.copytree(drafted, tmp_path / "mine")


def test_a_file_is_added_and_comments_stay(mine, tmp_path):
    """What stood in the file stays byte for byte; the new table says what was guessed."""
    toml = mine / "region.toml"
    before = toml.read_text("utf-8") + "# mine\n"
    toml.write_text(before, "utf-8")
    elsewhere = files.squares(
        tmp_path / "maps", "Geología.shp", 10.0, 45.0, LITOLOGIA=["granito", "caliza"]
    )
    added = add_layers(mine, elsewhere)
    after = toml.read_text("utf-8")
    assert after.startswith(before)
    assert 'role = "geology" # guessed by the name (geologia)' in after
    assert added.copied == 5
    assert load_region(mine).layers["geologia"].file == "data/Geología.shp"
    assert len(check(mine).layers.items) == 3


def test_a_role_that_is_asked_for_is_not_guessed(mine):
    """No comment claims a guess."""
    files.points(mine, "puntos.gpkg", 10.0, 45.0, Cu_ppm=[1.0] * 12)
    add_layers(mine, mine / "puntos.gpkg", role="geochemistry", name="suelo")
    assert load_region(mine).layers["suelo"].role == "geochemistry"
    assert "guessed" not in (mine / "region.toml").read_text("utf-8").split("[layers.suelo]")[1]


def test_a_second_raster_of_a_role_becomes_a_surface(mine):
    """A region has one relief."""
    files.raster(mine, "srtm.tif", 10.0, 45.0)
    [layer] = add_layers(mine, mine / "srtm.tif").layers
    assert (layer.role, layer.others) == ("surface", ("relief",))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"role": "falts"}, "--role falts: unknown role. Did you mean 'faults'"),
        ({"name": "dem"}, "layer 'dem' already exists"),
        ({"name": "My Layer"}, "--name My Layer: must be lower-case letters"),
        ({"role": "geology"}, "holds LineString, but the role 'geology' needs polygons"),
        ({}, "its names do not show what it is.*Give its role with --role"),
    ],
)
def test_what_cannot_be_added_leaves_the_region_as_it_was(mine, options, message):
    """One error on what is wrong and what to do."""
    files.lines(mine, "layer1.gpkg", 10.0, 45.0)
    before = (mine / "region.toml").read_bytes()
    with pytest.raises((RegionError, LayerError), match=message):
        add_layers(mine, mine / "layer1.gpkg", **options)
    assert (mine / "region.toml").read_bytes() == before


def test_a_file_is_not_added_twice(mine):
    """Unless it is given another name."""
    with pytest.raises(
        RegionError,
        match=r"fallas.gpkg is already in it, as layer 'fallas'. To add it once more, give another --name",
    ):
        add_layers(mine, mine / "fallas.gpkg")
    add_layers(mine, mine / "fallas.gpkg", name="again")
    assert load_region(mine).layers["again"].role == "faults"


def test_a_file_elsewhere_in_the_world_is_refused(mine, tmp_path):
    """The reader's own sentence; nothing is copied."""
    far = files.lines(tmp_path, "faults.gpkg", -60.0, -20.0)
    with pytest.raises(LayerError, match="lies wholly outside the region"):
        add_layers(mine, far)
    assert not (mine / "data").exists()


def test_one_of_several_layers_is_chosen_by_name(mine, tmp_path):
    """Without a choice all that can be guessed are added."""
    import geopandas as gpd

    table = gpd.read_file(files.lines(tmp_path, "a.gpkg", 10.0, 45.0))
    for layer in ("fallas_norte", "fallas_sur"):
        table.to_file(mine / "todo.gpkg", layer=layer)
    with pytest.raises(
        RegionError, match=r"several layers \(fallas_norte, fallas_sur\).*--layer fallas"
    ):
        add_layers(mine, mine / "todo.gpkg", role="faults")
    add_layers(mine, mine / "todo.gpkg", layer="fallas_sur")
    assert load_region(mine).layers["fallas_sur"].layer == "fallas_sur"
    with pytest.raises(RegionError, match="is already in it, as layer 'fallas_sur'"):
        add_layers(mine, mine / "todo.gpkg", layer="fallas_sur")


def test_the_command_says_what_was_added(mine, command):
    """And what to do next."""
    files.points(
        mine, "Mineral occurrences.gpkg", 10.0, 45.0, NAME=["a"] * 12, deposit_type=["gold"] * 12
    )
    ended = command("add", mine, mine / "Mineral occurrences.gpkg")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "added mineral_occurrences" in ended.stdout
    assert "deposit types: gold 12" in ended.stdout


def test_a_role_of_the_regions_own_is_one(mine):
    """Its layer is added, and listed among what the roles have."""
    toml = mine / "region.toml"
    toml.write_text(toml.read_text("utf-8") + "\n[roles.veins]\ngeometry = 'line'\n", "utf-8")
    files.lines(mine, "vetas.gpkg", 10.0, 45.0)
    add_layers(mine, mine / "vetas.gpkg", role="veins", name="veins")
    assert load_region(mine).layers["veins"].role == "veins"
    states = {state.role: state for state in role_states(mine)}
    assert [layer.name for layer in states["veins"].layers] == ["veins"]
