"""What a target is called by: the nearest named place, its distance and direction."""

import geopandas as gpd
import numpy as np
import pytest
import shapely
from plain_payload import plain_payload
from shapely import affinity

from prospector.targets.places import called_by, nearest_named

TOWNS = gpd.GeoDataFrame(
    {"name": ["Calama", None, "Taltal"]},
    geometry=gpd.points_from_xy([-68.9, -69.0, -70.5], [-22.5, -22.4, -25.4]),
    crs="EPSG:4326",
)


@pytest.mark.parametrize(
    ("place", "bearing"),
    [((-68.9, -22.4), 0), ((-68.8, -22.5), 90), ((-68.9, -22.6), 180), ((-69.0, -22.5), 270)],
)
def test_the_bearing_is_that_of_the_position_seen_from_the_place(place, bearing):
    """North, east, south and west of Calama, a tenth of a degree off; the nameless town is passed over."""
    found = nearest_named(np.array([place]), TOWNS)
    assert found.names == ["Calama"]
    assert found.bearing_degrees[0] == pytest.approx(bearing, abs=0.1)
    assert found.distance_km[0] == pytest.approx(11.1 if bearing in (0, 180) else 10.3, abs=0.1)


def test_a_place_that_the_reader_calls_unnamed_is_passed_over():
    """Nobody lies 11 km north of 'unnamed'."""
    towns = TOWNS.assign(name=["unnamed", "unnamed", "Taltal"])
    assert nearest_named(np.array([[-68.9, -22.4]]), towns).names == ["Taltal"]
    assert nearest_named(np.array([[-68.9, -22.4]]), towns[:2]).names == [""]


def test_places_in_metres_give_the_same():
    """The towns' own CRS is projected in a screening."""
    at = np.array([[-68.8, -22.3]])
    first, other = nearest_named(at, TOWNS), nearest_named(at, TOWNS.to_crs("EPSG:32719"))
    assert first.names == other.names
    assert first.distance_km == pytest.approx(other.distance_km)


def test_across_the_date_line_the_nearest_is_found():
    """Two tenths of a degree away, not 359.8."""
    towns = gpd.GeoDataFrame(
        {"name": ["far", "near"]}, geometry=gpd.points_from_xy([170, -179.9], [0, 0]), crs=4326
    )
    assert nearest_named(np.array([[179.9, 0.0]]), towns).names == ["near"]


def test_the_nearer_of_deposit_and_town_gives_the_name():
    """Without any place the name is empty and nothing is measured."""
    deposits = TOWNS[TOWNS["name"] == "Calama"].assign(name="Chuquicamata")
    deposits = deposits.set_geometry(gpd.points_from_xy([-68.9], [-22.3]), crs="EPSG:4326")
    rows = called_by(np.array([[-68.9, -22.35], [-68.9, -22.49]]), deposits, TOWNS)
    assert [row["place"] for row in rows] == ["Chuquicamata", "Calama"]
    assert rows[0]["place_bearing"] == 180
    [none] = called_by(np.array([[-68.9, -22.3]]), deposits[:0], TOWNS.drop(columns="name"))
    assert none == {"place": "", "place_km": None, "place_bearing": None}


def test_distances_go_to_the_edge_of_a_target():
    """A square of 20 km around a place 30 km off: 20 km, and 0 where it holds the place."""
    towns = TOWNS[TOWNS["name"] == "Calama"].to_crs("EPSG:32719")
    [calama] = towns.geometry
    boxes = [
        shapely.box(-10_000, -10_000, 10_000, 10_000),
        shapely.box(-9_000, -9_000, 11_000, 11_000),
    ]
    shifts = [(30_000, 0), (0, 0)]
    outlines = gpd.GeoSeries(
        [
            affinity.translate(box, calama.x + east, calama.y + north)
            for box, (east, north) in zip(boxes, shifts, strict=True)
        ],
        crs=towns.crs,
    )
    centres = outlines.centroid.to_crs("EPSG:4326")
    at = np.column_stack([centres.x, centres.y])
    found = nearest_named(at, towns, outlines)
    assert found.names == ["Calama", "Calama"]
    assert found.distance_km == pytest.approx([20.0, 0.0])
    assert found.bearing_degrees[0] == pytest.approx(90, abs=1)


def test_every_target_of_the_atacama_is_called_by_a_place(atacama_screening):
    """Within 100 km of a known deposit or a town; the nearest town is that of the table."""
    copper, *_ = plain_payload(atacama_screening)["models"]
    table = atacama_screening.rankings["porphyry_copper"].targets
    for target, row in zip(copper["targets"], table.to_dict("records"), strict=True):
        assert target["place"]
        assert 0 <= target["place_km"] < 100
        assert (target["nearest_town"], target["town_km"]) == (row["nearest_town"], row["town_km"])
        if target["place"] == row["nearest_deposit"]:
            assert target["place_km"] == pytest.approx(row["nearest_deposit_km"], abs=0.011)
