"""Pictures of the ground: a mapped fault is a whole line, one drawn from descriptions is dashed."""

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from prospector.gis.palette import CONTEXT
from prospector.grid import Bounds, Grid
from prospector.pages.ground_pictures import Scene, backdrop, ground_svg
from prospector.words.language import language

CRS = "EPSG:32719"
GRID = Grid(CRS, 400_000.0, 7_300_000.0, 1000.0, (20, 20))


def dashes(columns):
    """Whether each fault is dashed in a picture of two faults with such columns."""
    lines = shapely.linestrings([
        [(402_000, 7_281_000), (404_000, 7_299_000)], [(412_000, 7_281_000), (414_000, 7_299_000)],
    ])  # fmt: skip
    faults = gpd.GeoDataFrame(columns, geometry=lines, crs=CRS)
    none = gpd.GeoDataFrame({"name": []}, geometry=[], crs=CRS)
    scene = Scene(
        Bounds(400_000, 7_280_000, 420_000, 7_300_000), np.full((20, 20), np.nan), GRID, [], none
    )
    drawn = ground_svg(
        scene,
        backdrop(None, GRID, {"faults": faults}),
        language("en"),
        key="k",
        alt="",
        width_in=2.0,
    )
    paths = [path for path in re.findall(r"<path[^>]*>", drawn) if CONTEXT["faults"] in path]
    return ["stroke-dasharray" in path for path in paths]


@pytest.mark.parametrize(
    ("columns", "expected"),
    [
        ({"schematic": [False, False]}, [False, False]),
        ({"schematic": [True, True]}, [True, True]),
        ({"schematic": [True, False]}, [False, True]),
        ({"schematic": [None, True]}, [False, True]),
        ({"name": ["a", "b"]}, [False, False]),
    ],
)
def test_only_schematic_faults_are_dashed(columns, expected):
    """Mapped ones first; where nothing is said of a fault it is taken as mapped."""
    assert dashes(columns) == expected
