"""Keys of a layer that do nothing for its role are refused."""

import pytest

from prospector.errors import LayerError
from prospector.layers.keys import OF_ROLES, check_entries
from prospector.layers.roles import ROLES
from prospector.region.region_file import load_region
from prospector.region.region_tables import LayerEntry

GIVEN = {
    "band": 2,
    "nodata": -9999,
    "max_cells": 1e12,
    "max_tile_cells": 1e9,
    "encoding": "utf-8",
    "layer": "final",
    "columns": {"name": "NAME"},
    "coverage": "known.geojson",
    "missing_kinds": ["exploration permit"],
    "missing_names": [{"name": "Salar", "kind": "park", "source": "Decree 1"}],
    "exclude": True,
    "register": "chile",
    "kinds": {"Lease": "mine"},
    "states": {"Active": "held"},
}


def checked(region, **keys):
    """Check a region of one layer."""
    whole = load_region(region)
    check_entries(whole.model_copy(update={"layers": {"one": LayerEntry(file="x", **keys)}}))


@pytest.mark.parametrize(
    ("role", "keys"),
    [
        (
            "relief",
            [
                "encoding",
                "columns",
                "coverage",
                "missing_kinds",
                "missing_names",
                "exclude",
                "register",
            ],
        ),
        (
            "deposits",
            [
                "band",
                "nodata",
                "max_cells",
                "max_tile_cells",
                "missing_kinds",
                "missing_names",
                "exclude",
                "register",
                "kinds",
                "states",
            ],
        ),
        (
            "protected",
            ["band", "nodata", "max_cells", "max_tile_cells", "register", "kinds", "states"],
        ),
        (
            "concessions",
            ["band", "nodata", "max_cells", "max_tile_cells", "missing_names", "exclude"],
        ),
    ],
)
def test_keys_that_do_nothing_are_refused(region, role, keys):
    """Each by name; those of the role's own are taken."""
    for key, value in GIVEN.items():
        if key not in keys:
            continue
        with pytest.raises(
            LayerError, match=rf"'layers.one.{key}': has no effect for the role '{role}'"
        ):
            checked(region, role=role, **{key: value})
    sound = {key: value for key, value in GIVEN.items() if key not in keys}
    if role == "relief":
        sound = {key: value for key, value in sound.items() if key not in ("kinds", "states")}
    checked(region, role=role, **sound)


def test_all_of_them_are_said_at_once(region):
    """A line each, with what the key is for and the remedy."""
    with pytest.raises(LayerError) as raised:
        checked(region, role="towns", band=1, exclude=True)
    lines = str(raised.value).split("\n")
    assert lines[0].endswith("it is only for rasters. Remove it.")
    assert lines[1].endswith("water, military, border_zone. Remove it.")


@pytest.mark.parametrize("key", ["held_as", "expired"])
def test_rules_of_titles_need_a_register(region, key):
    """Without one, titles come with their class and no rule is applied."""
    rule = {key: {"mine": "unknown"}}
    with pytest.raises(LayerError, match=rf"'layers.one.{key}': has no effect without a register"):
        checked(region, role="concessions", **rule)
    checked(region, role="concessions", register="chile", **rule)


def test_a_default_that_is_written_out_is_taken(region):
    """It asks for nothing."""
    checked(region, role="relief", exclude=False, columns={}, missing_kinds=[])


def test_the_roles_that_keys_name_exist():
    """A role that is renamed must be renamed here."""
    assert {role for roles in OF_ROLES.values() for role in roles} <= set(ROLES)


@pytest.mark.parametrize("role", ["towns", "roads", "sites", "tailings", "relief", "slab_depth"])
def test_coverage_is_refused_where_no_evidence_reads_features(region, role):
    """Of access, of context and of rasters."""
    with pytest.raises(LayerError, match=rf"coverage': has no effect for the role '{role}'"):
        checked(region, role=role, coverage="where.gpkg")


@pytest.mark.parametrize(
    "role", ["geology", "faults", "deposits", "salars", "geochemistry", "land"]
)
def test_coverage_is_taken_of_every_layer_that_evidence_reads(region, role):
    """Points, lines and polygons."""
    checked(region, role=role, coverage="where.gpkg")
