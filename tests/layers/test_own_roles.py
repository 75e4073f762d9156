"""Roles of a region's own: known wherever a role is looked up, and what is refused of them."""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

import prospector
from prospector.errors import LayerError, RegionError
from prospector.evidence import known_kinds
from prospector.evidence.entries import entry_faults
from prospector.gis.run_styles import title_of
from prospector.layers import ROLES, read_layers
from prospector.layers.roles import roles_of_region
from prospector.region.region_file import load_region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.words.language import language

ROLE = """
[roles.alteration]
geometry = "polygon"
description = "hydrothermal alteration"
columns = ["mineral"]
required = ["intensity"]
"""

LAYER = """
[layers.alteration]
role = "alteration"
file = "alteration.geojson"
"""

CLAYS = {"mineral": ["alunite", "illite"], "intensity": ["strong", "weak"], "owner": ["A", "B"]}


def with_alteration(region, more=ROLE + LAYER, table=None):
    """Return a region with a layer of its own role."""
    boxes = [shapely.box(x, 7_250_000, x + 20_000, 7_350_000) for x in (450_000, 520_000)]
    frame = gpd.GeoDataFrame(table or CLAYS, geometry=boxes, crs="EPSG:32719")
    frame.to_file(region / "alteration.geojson", driver="GeoJSON")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(more)
    return region


def test_a_layer_of_its_own_role_is_read(region):
    """With the columns that the role knows, and no other."""
    loaded = load_region(with_alteration(region))
    layers = read_layers(loaded, loaded.grid())
    features = layers.vector("alteration").features
    assert {"mineral", "intensity"} <= set(features.columns)
    assert "owner" not in features.columns
    assert layers.known_roles["alteration"].description == "hydrothermal alteration"
    assert roles_of_region(loaded).keys() == {*ROLES, "alteration"}


def test_a_required_column_and_the_geometry_are_asked_for(region):
    """By the reader, as for a shipped role."""
    loaded = load_region(with_alteration(region, table={"mineral": ["alunite", "illite"]}))
    with pytest.raises(
        LayerError, match="no column 'intensity', which the role 'alteration' needs"
    ):
        read_layers(loaded, loaded.grid())
    file = region / "region.toml"
    text = file.read_text("utf-8").replace('"polygon"', '"line"').replace("required", "# required")
    file.write_text(text, "utf-8")
    loaded = load_region(region)
    with pytest.raises(LayerError, match="holds Polygon, but the role 'alteration' needs lines"):
        read_layers(loaded, loaded.grid())


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ('[roles.faults]\ngeometry = "line"', "key 'roles.faults': 'faults' is a shipped role. Give"),
        ('[roles.cell]\ngeometry = "polygon"', "key 'roles.cell': 'cell' is what a grid is made of"),
        ('[roles.a]\ngeometry = "raster"\ncolumns = ["b"]',
         "key 'roles.a.columns': has no effect on rasters"),
        ('[roles.a]\ngeometry = "point"\ncolumns = ["fid"]', "'fid' is not an attribute of a file"),
        ('[roles.a]\ngeometry = "point"\nrequired = ["rut"]', "'rut' is a tax or personal number"),
        ('[layers.a]\nrole = "alteraton"\nfile = "a.tif"\n[roles.alteration]\ngeometry = "raster"',
         "Did you mean 'alteration'? For a role of your own, add [roles.NAME]"),
        ('[override.porphyry_copper.evidence.domeyko]\nrole = "falts"',
         "key 'override.porphyry_copper.evidence.domeyko.role': 'falts' is not a role."),
    ],
)  # fmt: skip
def test_a_role_that_cannot_be_is_refused(region, more, said):
    """From `check` on, with file, key and remedy."""
    with_alteration(region, f"\n{more}\n")
    with pytest.raises((LayerError, RegionError)) as raised:
        prospector.check(region)
    assert said in str(raised.value)
    assert str(raised.value).startswith(f"{region / 'region.toml'}: ")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (
            '[roles.a]\ngeometry = "area"',
            "key 'roles.a.geometry': 'area' is not right: it must be one of",
        ),
        ("[roles.a]", "key 'roles.a.geometry': missing. Add it, e.g. geometry = \"polygon\"."),
        ("[roles.A]\ngeometry = 'line'", "a name of lower-case letters"),
        ("[roles.a]\ngeometry = 'line'\ncolour = 1", "key 'roles.a.colour': unknown key"),
        ("[role.a]\ngeometry = 'line'", "key 'role': unknown key. Did you mean 'roles'?"),
    ],
)
def test_a_fault_of_its_table_is_said_of_the_file(region, more, said):
    """As every other is."""
    with_alteration(region, f"\n{more}\n")
    with pytest.raises(RegionError) as raised:
        load_region(region)
    assert said in str(raised.value)


def test_evidence_reads_its_own_role_in_other_processes(region):
    """The same values from workers as in this process."""
    more = """
[override.porphyry_copper.evidence.clay]
kind = "distance"
role = "alteration"
where = { mineral = ["alunite"] }
label = "distance to alunite"
expected = "decreasing"
reason = "alunite marks fluid"
"""
    with_alteration(region, ROLE + LAYER + more)
    one = prospector.screen(region, quick=True, workers=1)
    two = prospector.screen(region, quick=True, workers=2, window_cells=32)
    assert "distance to alunite" in one.rankings["porphyry_copper"].evidence_labels
    pd.testing.assert_frame_equal(one.targets, two.targets)


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        (
            'kind = "surface"\nrole = "alteration"',
            "hold polygons, but the kind 'surface' reads rasters",
        ),
        (
            'kind = "closed_basin"\nrole = "faults"',
            "hold lines, but the kind 'closed_basin' reads rast",
        ),
        (
            'kind = "distance"\nrole = "relief"',
            "hold rasters, but the kind 'distance' reads points or ",
        ),
        (
            'kind = "share"\nrole = "faults"',
            "hold lines, but the kind 'share' reads polygons. Name a role",
        ),
    ],
)
def test_a_kind_that_does_not_read_the_geometry_of_a_role_is_refused(region, entry, said):
    """It was dropped as if the region had no such layer, or measured nothing."""
    table = '\n[override.porphyry_copper.evidence.x]\nlabel = "x"\nexpected = "any"\nreason = "y"\n'
    with_alteration(region, ROLE + LAYER + table + entry)
    with pytest.raises(RegionError) as raised:
        prospector.check(region)
    assert said in str(raised.value)
    assert "key 'override.porphyry_copper.evidence.x.role': layers of the role" in str(raised.value)


def test_every_kind_says_what_it_reads():
    """Of geometries that a role can have; shipped models name roles that fit."""
    known = {role.geometry for role in ROLES.values()}
    ours = [
        kind for kind in known_kinds().values() if kind.function.__module__.startswith("prospector")
    ]
    assert len(ours) > 10
    assert all(kind.geometries and set(kind.geometries) <= known for kind in ours)
    assert entry_faults(load_deposit_model(name) for name in deposit_model_names()) == []


def test_a_layer_without_a_title_is_called_by_its_whole_description(region):
    """A bracket in it is the user's own; what a shipped role is for alone is no part of its name."""
    told = ROLE.replace("hydrothermal alteration", "clays (alunite, illite)")
    loaded = load_region(with_alteration(region, told + LAYER))
    layers = read_layers(loaded, loaded.grid())
    assert title_of(layers, "alteration", language("en")) == "Clays (alunite, illite)"
    assert title_of(layers, "coast", language("en")) == "Coast line"
    assert ROLES["coast"].words == "coast line (map only)"
