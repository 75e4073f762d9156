"""How targets can be reached: distances by hand, elevation by hand, and never as evidence."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import prospector
from prospector.errors import ModelError, Notice
from prospector.layers import Layers, VectorLayer, read_layers
from prospector.region.region_tables import LayerEntry
from prospector.targets.access import ACCESS_COLUMNS, access_notices, join_access

CRS = "EPSG:32719"
OUTLINES = gpd.GeoSeries(
    [shapely.box(0, 0, 4000, 4000), shapely.box(10_000, 0, 12_000, 2000)], index=[7, 3], crs=CRS
)


def layer(role, shapes, **columns):
    features = gpd.GeoDataFrame(columns, geometry=shapes, crs=CRS)
    return VectorLayer(role, role, role, features, LayerEntry(role=role, file="x"), None, "")


def test_distances_go_from_the_nearest_edge():
    """A 3-4-5 triangle to a town, a town inside, a road that crosses."""
    towns = [shapely.Point(7000, 8000), shapely.Point(11_000, 1000)]
    layers = Layers(
        CRS,
        (
            layer("towns", towns, name=["Calama", None]),
            layer("roads", [shapely.LineString([(-1000, 1000), (5000, 1000)])]),
            layer("power_lines", [shapely.LineString([(0, 5500), (20_000, 5500)])]),
            layer(
                "wells",
                [shapely.Point(0, 4500), shapely.Point(11_000, 5000)],
                depth_to_water_m=[12.34, np.nan],
            ),
        ),
    )
    table = join_access(OUTLINES, layers)
    assert list(table.columns) == list(ACCESS_COLUMNS)
    assert table.index.tolist() == [7, 3]
    assert table["town_km"].tolist() == [5.0, 0.0]
    assert table["nearest_town"].tolist() == ["Calama", ""]
    assert table["road_km"].tolist() == [0.0, 5.0]
    assert table["power_line_km"].tolist() == [1.5, 3.5]
    assert table["well_km"].tolist() == [0.5, 3.0]
    assert table["depth_to_water_m"].tolist() == pytest.approx([12.3, np.nan], nan_ok=True)
    assert table["port_km"].isna().all()
    assert table["elevation_m"].isna().all()
    (said,) = access_notices(layers)
    assert said == Notice("access-columns-empty", "note", {"roles": ["ports", "relief"]})


def test_no_target_no_row():
    """An empty ranking keeps the columns."""
    table = join_access(OUTLINES[:0], Layers(CRS, (layer("towns", [shapely.Point(0, 0)]),)))
    assert list(table.columns) == list(ACCESS_COLUMNS)
    assert len(table) == 0


@pytest.mark.atacama
def test_the_atacama_tells_town_port_and_elevation(atacama_screening):
    """The target at Chuquicamata holds the town of that name, between 2000 and 4000 m."""
    targets = atacama_screening.targets
    chuqui = targets[targets["known_names"].str.contains("Chuquicamata")].iloc[0]
    assert chuqui["nearest_town"] == "Chuquicamata"
    assert chuqui["town_km"] == 0
    assert 2000 < chuqui["elevation_m"] < 4000
    assert targets["port_km"].between(0, 500).all()
    assert targets["road_km"].isna().all()


@pytest.mark.atacama
def test_elevation_is_the_mean_over_the_target(atacama_screening):
    """Against the relief's own cells."""
    layers = atacama_screening.layers
    relief = layers.raster("relief")
    salar = atacama_screening.targets.query("name == 'Salar de Atacama'")
    west, south, east, north = salar.to_crs(relief.crs).geometry.iloc[0].bounds
    values = relief.values[slice(0, None), slice(0, None)]
    columns, rows = np.asarray(relief.columns_at), np.asarray(relief.rows_at)
    box = values[np.ix_((rows > south) & (rows < north), (columns > west) & (columns < east))]
    assert np.nanmin(box) <= salar["elevation_m"].iloc[0] <= np.nanmax(box)
    assert salar["elevation_m"].iloc[0] == pytest.approx(2300, abs=50)


def test_wells_without_depths_have_a_distance(region):
    """And no depth."""
    layers = Layers(CRS, (layer("wells", [shapely.Point(0, 5000)]),))
    table = join_access(OUTLINES[:1], layers)
    assert table["well_km"].tolist() == [1.0]
    assert table["depth_to_water_m"].isna().all()


@pytest.mark.parametrize("role", ["towns", "wells"])
def test_access_is_refused_as_evidence(region, role):
    """The error names the evidence, the role and the remedy."""
    places = gpd.GeoDataFrame({"name": ["A"]}, geometry=gpd.points_from_xy([-69], [-24]), crs=4326)
    places.to_file(region / "places.geojson", driver="GeoJSON")
    file = region / "region.toml"
    file.write_text(
        file.read_text()
        + f'\n[layers.places]\nrole = "{role}"\nfile = "places.geojson"\n'
        + "\n[override.porphyry_copper.evidence.place]\n"
        + f'kind = "distance"\nrole = "{role}"\nlabel = "distance to it"\nexpected = "decreasing"\n'
        + 'reason = "none"\n'
    )
    loaded = prospector.load_region(file)
    assert read_layers(loaded, loaded.grid()).vector(role) is not None
    with pytest.raises(ModelError, match=rf"evidence\.place: role '{role}' is access, not rock"):
        prospector.screen(region, deposit_models=["porphyry_copper"])


def test_points_are_reached_from_themselves():
    """A 3-4-5 triangle; elevation is that of the relief around the point."""
    towns = layer("towns", [shapely.Point(3000, 4000)], name=["Calama"])
    table = join_access(gpd.GeoSeries([shapely.Point(0, 0)], crs=CRS), Layers(CRS, (towns,)))
    assert table[["nearest_town", "town_km"]].to_numpy().tolist() == [["Calama", 5.0]]
    assert table["elevation_m"].isna().all()


def test_the_elevation_of_a_point_is_that_around_it(planted_screening):
    """Between the least and the most of the relief, and near that of a small square."""
    layers = planted_screening.layers
    place = planted_screening.targets.geometry.iloc[:3].to_crs(layers.crs).representative_point()
    at = join_access(place, layers)["elevation_m"]
    around = join_access(place.buffer(900), layers)["elevation_m"]
    assert at.between(500, 5000).all()
    assert at.to_numpy() == pytest.approx(around.to_numpy(), abs=30)
