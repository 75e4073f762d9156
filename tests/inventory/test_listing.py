"""What an inventory lists: its order, blanks, units, access and ground by hand; and no score."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

from prospector.errors import Notice
from prospector.inventory.listing import (
    INVENTORY_COLUMNS,
    INVENTORY_ROLES,
    LARGEST_MT,
    NUMBERS_OF_INVENTORY,
    TEXTS_OF_INVENTORY,
    list_inventories,
    no_rows,
    stated_text,
)
from prospector.layers import Layers, VectorLayer
from prospector.layers.roles import CONTEXT_ROLES, ROLES
from prospector.region.region_tables import LayerEntry, SourceEntry, WindowEntry

CRS = "EPSG:32719"
WINDOW = WindowEntry(west=-70.0, south=-25.0, east=-68.0, north=-23.0)
EAST, NORTH = 500_000.0, 7_300_000.0
"""On the meridian 69 W, within the window."""

SOURCE = SourceEntry(
    origin="Survey", citation="", licence="other", date="2025-10", scale="points", coverage="Chile",
    schematic=False, sha256="0" * 64, done="",
)  # fmt: skip


def layer(role, places, *, source=None, as_of=None, called=None, **columns):
    shapes = [shapely.Point(EAST + east, NORTH + north) for east, north in places]
    return features(role, shapes, source=source, as_of=as_of, called=called, **columns)


def features(role, shapes, *, source=None, as_of=None, called=None, coverage=None, **columns):
    table = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    entry = LayerEntry(role=role, file="x", **({} if as_of is None else {"as_of": as_of}))
    return VectorLayer(called or role, role, role.title(), table, entry, source, "", coverage)


def listed(*layers):
    """The one inventory of some layers, and the notices."""
    [inventory], notices = list_inventories(Layers(CRS, layers), WINDOW)
    return inventory, notices


def ids(inventory):
    return inventory.rows["register_id"].tolist()


def test_a_role_that_is_listed_is_never_evidence():
    """Every role of an inventory is context, which deposit models refuse."""
    assert set(INVENTORY_ROLES) <= set(CONTEXT_ROLES) & set(ROLES)


def test_what_states_more_comes_first():
    """Tonnage from large to small, 0 is stated; then metal, year, kind, id; blanks after each."""
    ponds = layer(
        "tailings",
        [(1000 * n, 0) for n in range(8)],
        tailings_id=list("abcdefgh"),
        tonnage_mt=[None, 0.0, 5.0, 2000.0, None, None, None, None],
        resource=[None, "gold", None, "copper", "gold", "copper", "copper", "copper"],
        approval_year=[1950.0, None, None, None, 1960.0, None, 1990.0, 1980.0],
        kind=["dam", None, None, None, None, "dam", None, None],
    )
    assert ids(listed(ponds)[0]) == ["d", "c", "b", "h", "g", "f", "e", "a"]


def test_the_order_of_the_file_changes_nothing():
    """Of rows that state the same, the id decides."""
    places = [(1000 * n, 0) for n in range(5)]
    forwards = layer("tailings", places, tailings_id=list("abcde"))
    backwards = layer("tailings", places[::-1], tailings_id=list("edcba"))
    one, other = listed(forwards)[0].rows, listed(backwards)[0].rows
    pd.testing.assert_frame_equal(pd.DataFrame(one), pd.DataFrame(other))


@pytest.mark.parametrize(
    "word",
    ["S/I", "s/i", "Sin información", "SIN INFORMACION", "no informado", "", "  ", "N/A", None, np.nan],
)  # fmt: skip
def test_a_word_for_nothing_is_a_blank(word):
    """Whatever a register writes where it states nothing."""
    assert stated_text(word) is None


def test_blanks_stay_blank():
    """Nothing is filled in: no metal, tonnage, year or age, nor what a layer that is not there would say."""
    inventory, notices = listed(layer("tailings", [(0, 0)], resource=["S/I"], source=SOURCE))
    row = inventory.rows.iloc[0]
    known = {
        "inventory", "longitude", "latitude", "tenure_class", "protection", "register_as_of",
    }  # fmt: skip
    assert {name for name in INVENTORY_COLUMNS if not pd.isna(row[name])} == known
    assert (row["tenure_class"], row["protection"]) == ("unknown", "protection_unknown")
    assert notices == ()
    assert inventory.as_record() == {
        "listed": 1, "with_tonnage": 0, "with_zero_tonnage": 0, "tonnage_mt": 0.0,
        "with_approval": 0, "with_resource": 0, "approved_from": None, "approved_to": None, "scored": False,
    }  # fmt: skip


def test_the_age_runs_from_the_approval_to_the_date_of_the_register():
    """By year, else by date, in either order; none without a date of the register, or from later on."""
    dates = {
        "tailings_id": list("abcd"),
        "approval_year": [1985.0, None, None, None],
        "approval_date": ["2001-02-03", "05-12-2022", "2026-01-01", "s/i"],
    }
    places = [(1000 * n, 0) for n in range(4)]
    inventory, notices = listed(layer("tailings", places, source=SOURCE, **dates))
    rows = inventory.rows.set_index("register_id").loc[list("abcd")]
    assert rows["approval_year"].tolist() == [1985, 2022, 2026, pd.NA]
    assert rows["approval_age_y"].tolist() == [40, 3, pd.NA, pd.NA]
    assert notices == (Notice("inventory-approved-later", "caution", {"layer": "tailings"}, 1),)
    undated, notices = listed(layer("tailings", places, **dates))
    assert undated.rows["approval_age_y"].isna().all()
    assert undated.rows["register_as_of"].isna().all()
    assert notices == ()


def test_the_date_of_the_layer_goes_before_that_of_its_source():
    """As of the entry."""
    ponds = layer("tailings", [(0, 0)], source=SOURCE, as_of="2020-06-30", approval_year=[2010.0])
    row = listed(ponds)[0].rows.iloc[0]
    assert (row["register_as_of"], row["approval_age_y"]) == ("2020-06-30", 10)


def test_tonnes_that_are_taken_for_millions_are_told():
    """No tailings deposit holds more than ten thousand million tonnes."""
    ponds = layer("tailings", [(0, 0), (1, 1)], tonnage_mt=[2.3e9, LARGEST_MT])
    _, notices = listed(ponds)
    about = {"layer": "tailings", "limit": LARGEST_MT}
    assert notices == (Notice("inventory-tonnage-large", "caution", about, 1),)


def test_access_wells_and_ground_by_hand():
    """3-4-5 triangles to town and port, a road 2 km off, wells with and without a depth."""
    square = shapely.box(EAST - 10, NORTH - 10, EAST + 10, NORTH + 10)
    layers = [
        layer("tailings", [(0, 0), (20_000, 0)], tailings_id=["a", "b"], commune=["Tal Tal", "Taltal"]),
        layer("towns", [(3000, 4000)], name=["Villa"]),
        layer("ports", [(-6000, 8000)], name=["Puerto"]),
        features("roads", [shapely.LineString([(EAST - 9e4, NORTH + 2000), (EAST + 9e4, NORTH + 2000)])]),
        layer("wells", [(0, 500), (23_000, 4000)], name=["Pozo 1", None], well_id=["1", "2"],
              depth_to_water_m=[13.5, None]),
        features("concessions", [square], coverage=square.buffer(1e5), concession_id=["9"],
                 tenure_class=["held"], holder=["ANDES S.A."], as_of="2026-01-31"),
        features("protected", [square], coverage=square.buffer(1e5), name=["Parque"]),
        features("administrative", [square.buffer(5000), square.buffer(1e6)], name=["Taltal", "Antofagasta"]),
    ]  # fmt: skip
    inventory, notices = listed(*layers)
    first, second = inventory.rows.to_dict("records")
    assert (first["nearest_town"], first["town_km"]) == ("Villa", 5.0)
    assert (first["nearest_port"], first["port_km"]) == ("Puerto", 10.0)
    assert (first["road_km"], second["road_km"]) == (2.0, 2.0)
    assert (first["well_km"], first["depth_to_water_m"]) == (0.5, 13.5)
    assert second["well_km"] == 5.0
    assert np.isnan(second["depth_to_water_m"])
    assert (first["tenure_class"], second["tenure_class"]) == ("held", "open")
    assert (first["holders"], first["concession_ids"], second["holders"]) == (
        "ANDES S.A.",
        "9",
        None,
    )
    assert first["tenure_as_of"] == "2026-01-31"
    assert (first["protection"], second["protection"]) == ("protected", "not_protected")
    assert (first["lies_in"], second["lies_in"]) == ("Taltal", "Antofagasta")
    assert notices == (Notice("inventory-elsewhere", "caution", {"layer": "tailings"}, 1),)


def test_accents_and_case_do_not_make_another_commune():
    """CHAÑARAL of the register lies in Chañaral."""
    ponds = layer("tailings", [(0, 0)], commune=["CHANARAL"])
    ground = shapely.Point(EAST, NORTH).buffer(9)
    units = features("administrative", [ground], name=["Chañaral"])
    inventory, notices = listed(ponds, units)
    assert inventory.rows["lies_in"].tolist() == ["Chañaral"]
    assert notices == ()


@pytest.mark.parametrize(
    "units",
    [
        {"Loa": 90_000},
        {"Loa": 90_000, "CALAMA": 5000, "Chuquicamata": 500},
        {"Loa": 90_000, "Taltal": 5000},
    ],
)
def test_a_commune_is_compared_with_ground_of_its_name_alone(units):
    """Of provinces alone it cannot be said that a deposit lies in another commune; a part of one is in it."""
    ponds = layer("tailings", [(0, 0), (100, 0)], commune=["Calama", None])
    shapes = [shapely.Point(EAST, NORTH).buffer(reach) for reach in units.values()]
    _, notices = listed(ponds, features("administrative", shapes, name=list(units)))
    assert notices == ()


def test_a_deposit_beyond_the_commune_that_it_states_is_counted():
    """Whatever else it lies in."""
    ponds = layer("tailings", [(0, 0), (50_000, 0)], commune=["Calama", "Calama"])
    shapes = [shapely.Point(EAST, NORTH).buffer(reach) for reach in (5000, 90_000)]
    _, notices = listed(ponds, features("administrative", shapes, name=["Calama", "Loa"]))
    assert notices == (Notice("inventory-elsewhere", "caution", {"layer": "tailings"}, 1),)


def test_only_what_lies_in_the_window_is_listed():
    """What lies beyond is counted; where all does, there is no inventory."""
    ponds = layer("tailings", [(0, 0), (200_000, 0)], tailings_id=["in", "out"])
    inventory, notices = listed(ponds)
    assert ids(inventory) == ["in"]
    beyond = Notice("inventory-beyond-region", "note", {"layer": "tailings"}, 1)
    assert notices == (beyond,)
    nothing, notices = list_inventories(Layers(CRS, (layer("tailings", [(200_000, 0)]),)), WINDOW)
    assert (nothing, notices) == ((), (beyond,))


def test_several_registers_make_one_list_each_with_its_date():
    """Tonnage orders all of them."""
    one = layer(
        "tailings", [(0, 0)], tailings_id=["a"], tonnage_mt=[1.0], source=SOURCE, called="chile"
    )
    other = layer(
        "tailings", [(5, 5)], tailings_id=["b"], tonnage_mt=[2.0], as_of="2019", called="mine"
    )
    inventory, _ = listed(one, other)
    assert ids(inventory) == ["b", "a"]
    assert inventory.rows["register_as_of"].tolist() == ["2019", "2025-10"]


def test_without_such_a_layer_there_is_no_inventory():
    """Columns stay."""
    assert list_inventories(Layers(CRS, (layer("towns", [(0, 0)], name=["x"]),)), WINDOW) == (
        (),
        (),
    )
    assert list(no_rows().columns) == [*INVENTORY_COLUMNS, "geometry"]


def test_every_column_is_a_text_or_a_number():
    """None is both."""
    assert sorted([*TEXTS_OF_INVENTORY, *NUMBERS_OF_INVENTORY]) == sorted(INVENTORY_COLUMNS)
    assert not [name for name in INVENTORY_COLUMNS if "score" in name or "percentile" in name]


def test_the_page_of_the_docs_has_every_column():
    """Each with its meaning, as the code has it."""
    text = (Path(__file__).parents[2] / "docs" / "tailings.md").read_text("utf-8")
    lines = [line for line in text.splitlines() if line.startswith("| `")]
    for name, meaning in INVENTORY_COLUMNS.items():
        assert f"| `{name}` | {meaning} |" in lines
