"""A map that lies in a region twice, in two formats."""

import geopandas as gpd
import pytest
import shapely

from prospector import synthetic
from prospector.layers import read_layers
from prospector.region.region_file import load_region


def squares(east_m=0.0, count=6):
    """Return squares of ten kilometres in a row."""
    shapes = [
        shapely.box(420_000 + 20_000 * n + east_m, 7.3e6, 430_000 + 20_000 * n + east_m, 7.31e6)
        for n in range(count)
    ]
    table = {"lithology": ["granite", "basalt", "schist"] * 2}
    return gpd.GeoDataFrame(
        {name: words[:count] for name, words in table.items()}, geometry=shapes, crs=synthetic.CRS
    )


@pytest.mark.parametrize(
    ("second", "role", "told"),
    [
        (squares().to_crs("EPSG:4326"), "geology", 6),
        (squares()[::-1], "geology", 6),
        (squares(), "intrusions", 0),
        (squares(east_m=1000.0), "geology", 0),
        (squares(count=5), "geology", 0),
    ],
)
def test_the_same_features_in_two_layers_of_a_role_are_told(tmp_path, second, role, told):
    """In any order and CRS; another role, other places or another number are another layer."""
    region = synthetic.write_region(tmp_path)
    squares().to_file(region / "a.gpkg")
    second.to_file(region / "b.geojson")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write('[layers.a]\nrole = "geology"\nfile = "a.gpkg"\n')
        file.write(f'[layers.b]\nrole = "{role}"\nfile = "b.geojson"\n')
    loaded = load_region(region)
    notices = read_layers(loaded, loaded.grid()).notices
    assert [n.count for n in notices if n.code == "layers-alike"] == [told] * bool(told)
