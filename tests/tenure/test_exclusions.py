"""Targets against protected, indigenous, urban, water, military and border ground."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

from prospector.grid import Grid, Raster
from prospector.ground.distribution import Distribution, count_steps, score_steps
from prospector.layers import EXCLUSION_ROLES, Layers, VectorLayer
from prospector.pages.chapter import FLAG_WORDS
from prospector.region.region_tables import LayerEntry
from prospector.tenure.exclusions import (
    ANY,
    EXCLUSION_COLUMNS,
    FLAGS,
    exclusion_notices,
    flags,
    target_exclusions,
)
from prospector.tenure.zones import ScoredGround
from prospector.words.language import language

CRS = "EPSG:32719"
GRID = Grid(CRS, 0.0, 4000.0, 1000.0, (4, 4))
TARGETS = gpd.GeoDataFrame(
    {"target_id": ["near", "far"], "rank": [1, 2]},
    geometry=[shapely.box(0, 0, 2000, 1000), shapely.box(2000, 2000, 4000, 4000)],
    crs=CRS,
)
PARK, RESERVE = shapely.box(0, 0, 1000, 1000), shapely.box(500, 0, 1500, 1000)


def ground():
    score = np.full((4, 4), 0.5)
    counts = Distribution(count_steps(score_steps(score.ravel())))
    return ScoredGround("copper", Raster(score, GRID, ""), counts, 90.0, TARGETS)


def layer(role, table, shapes, coverage=None, missing=()):
    features = gpd.GeoDataFrame(table, geometry=list(shapes), crs=CRS)
    entry = LayerEntry(role=role, file="x", missing_kinds=list(missing))
    return VectorLayer(role, role, role, features, entry, None, "", coverage)


def shares(*layers):
    table = target_exclusions(Layers(CRS, layers), ground())
    assert list(table.columns) == list(EXCLUSION_COLUMNS)
    return table.set_index(["target_id", "role", "class"]).sort_index()


def test_each_class_has_its_share_and_overlaps_count_once():
    """Park 0-1 km and reserve 0.5-1.5 km of 2 km: half each, together three quarters, rest known."""
    table = {"name": ["Park", "Reserve"], "class": ["national park", "nature reserve"]}
    found = shares(layer("protected", table, [PARK, RESERVE], shapely.box(0, 0, 2000, 1000)))
    near = found.loc["near", "protected"]
    assert near["share"].to_dict() == {ANY: 0.75, "national park": 0.5, "nature reserve": 0.5}
    assert near["unknown_share"].tolist() == [0, 0, 0]
    assert near["names"].tolist() == ["Park; Reserve", "Park", "Reserve"]
    assert ("far", "protected", ANY) not in found.index


def test_a_role_without_a_layer_has_no_row_and_is_named_once():
    """No layer of military ground does not mean that there is none."""
    assert len(shares()) == 0
    park = layer("protected", {}, [PARK])
    [notice] = exclusion_notices(Layers(CRS, (park,)))
    assert notice.value("roles") == tuple(role for role in EXCLUSION_ROLES if role != "protected")
    told = "no layer of role indigenous, urban, water, military, border_zone"
    assert told in language("en").sentence(notice)
    every = tuple(layer(role, {}, [PARK]) for role in EXCLUSION_ROLES)
    assert exclusion_notices(Layers(CRS, every)) == []


def test_only_what_is_known_of_a_target_has_a_row():
    """A target far from every park is unknown without a coverage, and known to be free inside one."""
    found = shares(layer("protected", {}, [PARK]))
    assert found.index.tolist() == [("near", "protected", ANY)]
    found = shares(layer("protected", {}, [PARK], shapely.box(0, 0, 4000, 4000)))
    far = found.loc[("far", "protected", ANY)]
    assert (far["share"], far["unknown_share"]) == (0, 0)


@pytest.mark.parametrize(
    ("coverage", "missing", "unknown"),
    [(None, [], 0.5), (shapely.box(0, 0, 1500, 900), [], 0.275), (GRID, ["lagoons"], 0.5)],
)
def test_outside_the_coverage_nothing_is_known(coverage, missing, unknown):
    """Half is under water; of the other half, 0.5 by 0.9 km of 2 km2 is covered; a kind left out."""
    whole = shapely.box(0, 0, 4000, 4000) if coverage is GRID else coverage
    found = shares(layer("water", {"name": ["Laguna"]}, [PARK], whole, missing))
    row = found.loc[("near", "water", ANY)]
    assert (row["share"], row["unknown_share"]) == (0.5, pytest.approx(unknown))


def test_ground_that_only_touches_is_not_named():
    """A neighbour across a common edge has no share and no name."""
    town, whole = shapely.box(2000, 0, 3000, 1000), shapely.box(0, 0, 4000, 4000)
    found = shares(layer("urban", {"name": ["Town"]}, [town], whole))
    row = found.loc[("near", "urban", ANY)]
    assert (row["share"], row["names"]) == (0, "")


def test_flags_are_told_with_their_share():
    """Each role once, overlaps once, to a tenth of a per cent; nothing where nothing is known."""
    park, lake = layer("protected", {}, [PARK, RESERVE]), layer("water", {}, [PARK])
    outlines = TARGETS.geometry.to_numpy()
    told = flags(outlines, Layers(CRS, (park, lake)))
    assert told == ["protected ground 75.0 %; ground kept for water 50.0 %", ""]
    assert list(FLAGS) == list(EXCLUSION_ROLES)
    spanish = language("es")
    shares = {"protected": 75.0, "water": 50.0}
    assert [
        spanish.say(FLAG_WORDS[role], share=spanish.number(share, 1))
        for role, share in shares.items()
    ] == [
        "terreno protegido 75,0 %",
        "terreno reservado para agua 50,0 %",
    ]
