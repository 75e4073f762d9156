"""What the map draws beside targets: bound ground by role, open ground with its rank."""

import base64
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pyogrio
import pytest
import shapely
from plain_payload import plain_layers, plain_payload
from rasterio.io import MemoryFile

import prospector
from prospector.layers import EXCLUSION_ROLES, Role, VectorLayer
from prospector.map import map_layers as module
from prospector.map.map_layers import HATCHES, SCHEMATIC_DASH
from prospector.map.payload_schema import MapPayload


def test_every_role_of_bound_ground_is_hatched_in_its_own_way(bound_screening):
    """Six roles, six marks: colour alone decides nothing. Off at first, told apart by class."""
    drawn = {one["key"]: one for one in plain_layers(bound_screening)}
    assert len(set(HATCHES.values())) == len(EXCLUSION_ROLES)
    for role in EXCLUSION_ROLES:
        assert drawn[role]["style"]["hatch"] == HATCHES[role]
        assert drawn[role]["visible"] is False
        assert drawn[role]["groupings"] == ["class"]
        assert [one["name"] for one in drawn[role]["features"]] == [
            f"{role} <b>one</b>", f"{role} two",
        ]  # fmt: skip


def test_open_ground_and_vacant_titles_are_told_with_their_rank(bound_screening):
    """Each piece once, the classes apart, the deposit model's rank and percentile on the card."""
    [layer] = [one for one in plain_layers(bound_screening) if one["key"] == "open_ground"]
    pieces = bound_screening.tenure.open_ground.set_index("open_id")
    assert {one["name"] for one in layer["features"]} == set(pieces.index)
    assert layer["groupings"] == ["tenure class"]
    for feature in layer["features"]:
        rows = dict(feature["rows"])
        piece = pieces.loc[feature["name"]]
        assert rows["tenure class"] == piece["tenure_class"]
        assert rows["Porphyry copper: rank"] == piece["rank"]
    assert {dict(one["rows"])["tenure class"] for one in layer["features"]} == {"open", "vacant"}


def test_the_payload_fits_its_schema(bound_screening):
    """Marks and rows included."""
    MapPayload.model_validate(plain_payload(bound_screening))


def test_a_region_without_such_ground_has_no_such_layer(planted_screening):
    """Nothing to switch."""
    keys = {one["key"] for one in plain_layers(planted_screening)}
    assert keys.isdisjoint({*EXCLUSION_ROLES, "open_ground"})


def test_the_geopackage_has_the_same_ground(bound_screening, tmp_path):
    """A layer for each role that the region has."""
    folder = prospector.write(bound_screening, tmp_path / "run", dossiers=0)
    layers = {name for name, _ in pyogrio.list_layers(folder / "prospects.gpkg")}
    assert layers >= {*EXCLUSION_ROLES, "open_ground"}


def drawn_of(screening):
    """Layers of the map by key."""
    return {layer["key"]: layer for layer in plain_layers(screening)}


def with_layer(screening, role, geometry, shapes, columns=None):
    """The screening with one more layer, of a role that may be the region's own."""
    layers = screening.layers
    table = gpd.GeoDataFrame(columns or {}, geometry=shapes, crs="EPSG:4326").to_crs(layers.crs)
    like = layers.vector("faults")
    layer = VectorLayer(
        name=role, role=role, title=role.capitalize(), given=table, entry=like.entry,
        source=None, sha256="0" * 64,
    )  # fmt: skip
    items = (*(one for one in layers.items if one.role != role), layer)
    roles = {**layers.known_roles, role: Role(geometry)}
    return replace(screening, layers=replace(layers, items=items, known_roles=roles))


def test_lines_are_dashed_where_they_are_schematic_and_only_there(planted_screening):
    """Surveyed faults are whole; of a layer with both, the surveyed are named."""
    assert "dash" not in drawn_of(planted_screening)["faults"]["style"]
    window = planted_screening.region.region.window
    east, north = (window.west + window.east) / 2, (window.south + window.north) / 2
    lines = [shapely.LineString([(east, north), (east + 0.1 * n, north + 0.1)]) for n in (1, 2)]
    both = with_layer(planted_screening, "faults", "line", lines, {"schematic": [True, False]})
    faults = drawn_of(both)["faults"]
    assert faults["style"]["dash"] == SCHEMATIC_DASH
    assert (faults["surveyed"], faults["partly"]) == ([1], True)


def test_features_without_a_name_of_their_own_are_numbered(planted_screening):
    """The page writes no name beside them and asks no name for it."""
    window = planted_screening.region.region.window
    east, north = (window.west + window.east) / 2, (window.south + window.north) / 2
    places = [shapely.Point(east + 0.1 * n, north) for n in range(4)]
    names = {"name": ["Toki", "Unnamed mine near Toki", None, "SIN NOMBRE"]}
    drawn = drawn_of(with_layer(planted_screening, "volcanoes", "point", places, names))
    assert drawn["volcanoes"]["unnamed"] == [1, 3]
    assert "unnamed" not in drawn["deposits_porphyry_copper"]


def test_lines_in_sight_at_first_end_at_the_frame(planted_screening):
    """A fault beyond the region is left out, one across its edge is cut, and the numbers still fit."""
    window = planted_screening.region.region.window
    middle = (window.south + window.north) / 2
    lines = [
        shapely.LineString([(window.west - 3, middle), (window.west - 2, middle)]),
        shapely.LineString([(window.west - 1, middle), (window.west + 0.1, middle)]),
        shapely.LineString([(window.west + 0.1, middle), (window.west + 0.2, middle)]),
    ]
    crossed = with_layer(
        planted_screening, "faults", "line", lines, {"schematic": [True, False, True]}
    )
    faults = drawn_of(crossed)["faults"]
    assert faults["surveyed"] == [0]
    assert len(faults["features"]) == 2
    assert faults["features"][0]["geometry"].bounds[0] >= window.west - 1e-9


def test_points_and_lines_of_other_roles_can_be_switched_on(planted_screening):
    """Soil samples, and a role of the region's own: off at first, with their values on the card."""
    window = planted_screening.region.region.window
    points = [shapely.Point(window.west + 0.1 * n, window.south + 0.1) for n in range(1, 4)]
    sampled = with_layer(
        planted_screening, "geochemistry", "point", points, {"cu_ppm": [10.0, 20.0, 30.0]}
    )
    plates = with_layer(sampled, "plates", "line", [shapely.LineString(points)])
    drawn = drawn_of(plates)
    assert drawn["geochemistry"]["features"][1]["rows"] == [("Cu, ppm", 20.0)]
    assert drawn["plates"]["kind"] == "line"
    assert {drawn[key]["visible"] for key in ("geochemistry", "plates")} == {False}
    MapPayload.model_validate(plain_payload(plates))


def test_a_layer_of_too_many_points_says_how_many_are_drawn(planted_screening, monkeypatch):
    """Each third of seven, and the label says so."""
    monkeypatch.setattr(module, "MOST_FEATURES", 3)
    window = planted_screening.region.region.window
    points = [shapely.Point(window.west + 0.1 * n, window.south + 0.1) for n in range(7)]
    sampled = with_layer(planted_screening, "geochemistry", "point", points)
    layer = drawn_of(sampled)["geochemistry"]
    assert layer["label"] == "Geochemistry (1 in 3 drawn)"
    spanish = plain_payload(sampled)["translations"]["es"][layer["label"]]
    assert spanish.endswith("(se dibuja 1 de cada 3)")
    assert len(layer["features"]) == 3


def test_known_deposits_of_each_model_have_a_sign_of_their_own(planted_screening):
    """On a map of several deposit models one sees which of them a deposit belongs to."""
    [ranking] = planted_screening.rankings.values()
    names = ("first", "second", "third")
    entries = {
        name: ranking.model.deposit_model.model_copy(update={"name": name}) for name in names
    }
    several = {
        name: replace(ranking, model=ranking.model.model_copy(update={"deposit_model": entry}))
        for name, entry in entries.items()
    }
    drawn = drawn_of(replace(planted_screening, rankings=several))
    signs = {drawn[f"deposits_{name}"]["style"]["shape"] for name in names}
    assert len(signs) == len(names)


@pytest.mark.filterwarnings(
    "ignore::rasterio.errors.NotGeoreferencedWarning"
)  # a picture has no place
def test_the_relief_ends_without_an_edge(planted_screening):
    """Its picture, and so each copy of it, fades to nothing at the region's frame on all four sides."""
    [relief] = [one for one in plain_layers(planted_screening) if one["kind"] == "image"]
    with MemoryFile(base64.b64decode(relief["png"].split(",")[1])) as memory, memory.open() as file:
        seen = file.read(4).astype(float)
    rows, columns = seen.shape
    across, down = seen[rows // 2], seen[:, columns // 2]
    assert across[columns // 2] == 255
    for line in (across, across[::-1], down, down[::-1]):
        start = line[: len(line) // 4]
        assert start[0] < 40
        assert start[-1] == 255
        assert np.diff(start).min() > -2
        assert np.diff(start).max() < 128
