"""Layers as large as those of real registers and surveys; in the tests themselves a twentieth of them."""

import geopandas as gpd
import pytest
from services.running import LONG, TITLES, UNITS, write_region

from prospector.sources.fetch import fetch_layers

SHARE = 1 if LONG else 0.05


@pytest.mark.parametrize(
    ("rows", "options", "layers", "name"),
    [
        (106_402, {"titles": True, "most": 2000}, TITLES, "titles"),
        (66_201, {"vertices": 40, "most": 2000}, UNITS, "units"),
    ],
    ids=["titles", "polygons"],
)
def test_a_large_layer_comes_whole(server, tmp_path, rows, options, layers, name):
    """Every row once, in pages of 2000."""
    count = int(rows * SHARE)
    folder = write_region(tmp_path, server.arcgis(rows=count, **options), layers)
    [layer] = fetch_layers(folder, "made")
    assert (layer.count, layer.pages) == (count, -(-count // 2000))
    table = gpd.read_file(folder / f"{name}.gpkg")
    key = "ID_CONCESION" if name == "titles" else "unit"
    assert table[key].nunique() == count
