"""Pictures of the ground: a mapped fault is a whole line, one drawn from descriptions is dashed."""

import re

import geopandas as gpd
import numpy as np
import pytest
import shapely

from prospector.gis.palette import CONTEXT
from prospector.grid import Bounds, Grid
from prospector.pages import ground_pictures
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


def test_shapes_are_simplified_and_none_is_lost():
    """Discs of 5 to 900 m at a scale of 400 m: each stays, valid, no point of it moved by more than that."""
    random = np.random.default_rng(0)
    at = random.uniform(0, 100_000, (300, 2))
    discs = shapely.buffer(shapely.points(at), random.uniform(5, 900, 300), quad_segs=6)
    plain = shapely.simplify(discs, 400, preserve_topology=False)
    assert shapely.is_empty(plain).any()  # the plain way alone would lose some
    simple = ground_pictures._simplified(discs, 400)
    assert not shapely.is_empty(simple).any()
    assert shapely.is_valid(simple).all()
    assert shapely.hausdorff_distance(simple, discs).max() <= 400
    assert shapely.get_num_coordinates(simple).sum() < shapely.get_num_coordinates(discs).sum() / 3


def test_only_what_lies_in_the_picture_is_drawn():
    """Of squares inside, across the east edge and beyond it: whole, half and nothing."""
    squares = shapely.box([0, 8, 12], [1, 1, 1], [2, 12, 14], [3, 5, 3])
    clipped = ground_pictures._clipped(squares, Bounds(0, 0, 10, 10))
    assert shapely.area(clipped).tolist() == [4.0, 8.0, 0.0]
