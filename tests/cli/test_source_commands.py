"""The commands about official sources: lists, all of one, a map by hand."""

import geopandas as gpd
import shapely
from typer.testing import CliRunner

from prospector.cli.commands import app
from prospector.sources import source_names


def answer(*arguments):
    """Return what a command prints, its blanks made one."""
    ended = CliRunner().invoke(
        app, [str(argument) for argument in arguments], catch_exceptions=False
    )
    assert ended.exit_code == 0, ended.output
    return " ".join(ended.output.split())


def test_the_list_names_every_source_and_that_none_was_called():
    """With what each binds to."""
    words = answer("sources")
    for name in source_names():
        assert f" {name} " in words
    assert (
        "chile_geology_1m by hand geology, intrusions attribution, non-commercial no not dated"
        in words
    )
    assert "None of these services was tested when this list was written" in words


def test_a_role_leaves_the_sources_that_fill_it():
    """None is said, too."""
    words = answer("sources", "--role", "intrusions")
    assert "segemar_250k" in words
    assert "usgs_mrds" not in words
    assert "Add a file of your own: prospector add REGION FILE --role trench" in answer(
        "sources", "--role", "trench"
    )


def test_all_of_one_with_how_to_get_it_by_hand(tmp_path):
    """Service, licence, layers, fetch, file, columns and the line that takes the file."""
    words = answer("sources", "chile_concessions", "--region", tmp_path)
    for text in (
        "conditions licence not stated",
        "not verified: not tested when this was written, last seen 2026-02",
        "fields OBJECTID, ID_CONCESION, NUMERO_ROL, DV_ROL,",
        f"Fetch prospector fetch {tmp_path} chile_concessions",
        "By hand page not known: search for the title",
        f'then prospector add {tmp_path} FILE --role concessions (then register = "chile" in region.toml)',
    ):
        assert text in words
    assert "TITULAR_RUT" not in words


def test_a_map_by_hand_names_the_command_that_makes_classes():
    """As codes need."""
    words = answer("sources", "chile_geology_1m")
    assert "then prospector classes FILE --source chile_geology_1m --region REGION" in words
    assert "prospector fetch" not in words


def test_classes_says_what_became_of_the_codes(tmp_path):
    """Classes with rows, what was not mapped, what was written, what to do next."""
    units = gpd.GeoDataFrame(
        {"CD_GEOL": ["J3i", "Kiag", "XX9", "XX9"]},
        geometry=[shapely.box(-69.5, -24.2, -69.4, -24.0)] * 4,
        crs="EPSG:4326",
    )
    units.to_file(tmp_path / "map.gpkg")
    words = answer(
        "classes", tmp_path / "map.gpkg", "--codes", "chile_1m", "--field", "code=CD_GEOL"
    )
    assert "map.gpkg: 4 rows classes: no class 2, intrusive 1, volcanic 1" in words
    assert "no class for CD_GEOL: 'XX9' 2 no age for CD_GEOL: 'XX9' 2" in words
    assert f"intrusions: 1 rows written to {tmp_path / 'map_intrusions.gpkg'}" in words
    assert (
        f"Next: prospector add REGION {tmp_path / 'map_intrusions.gpkg'} --role intrusions" in words
    )


def test_help_of_both_commands_has_an_example():
    """A newcomer sees a line to type."""
    assert "Example: prospector sources segemar_250k" in answer("sources", "--help")
    assert "Example: prospector classes GeologiaBase.shp" in answer("classes", "--help")
