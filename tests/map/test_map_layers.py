"""What the map draws beside targets: bound ground by role, open ground with its rank."""

import pyogrio

import prospector
from prospector.layers import EXCLUSION_ROLES
from prospector.map.map_layers import HATCHES, map_layers
from prospector.map.payload import map_payload
from prospector.map.payload_schema import MapPayload


def test_every_role_of_bound_ground_is_hatched_in_its_own_way(bound_screening):
    """Six roles, six marks: colour alone decides nothing. Off at first, told apart by class."""
    drawn = {one["key"]: one for one in map_layers(bound_screening)}
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
    [layer] = [one for one in map_layers(bound_screening) if one["key"] == "open_ground"]
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
    MapPayload.model_validate(map_payload(bound_screening))


def test_a_region_without_such_ground_has_no_such_layer(planted_screening):
    """Nothing to switch."""
    keys = {one["key"] for one in map_layers(planted_screening)}
    assert keys.isdisjoint({*EXCLUSION_ROLES, "open_ground"})


def test_the_geopackage_has_the_same_ground(bound_screening, tmp_path):
    """A layer for each role that the region has."""
    folder = prospector.write(bound_screening, tmp_path / "run", dossiers=0)
    layers = {name for name, _ in pyogrio.list_layers(folder / "prospects.gpkg")}
    assert layers >= {*EXCLUSION_ROLES, "open_ground"}
