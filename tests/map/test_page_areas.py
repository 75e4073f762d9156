"""What the page measures against pyproj and shapely: lengths, bearings, areas, overlaps, ground by class."""

import json
from pathlib import Path

import numpy as np
import pytest
import shapely
from pyproj import Geod

CASES = Path(__file__).parents[1] / "page" / "areas.json"
WGS84 = Geod(ellps="WGS84")
STEP_DEGREES = 0.0005
"""Edges are straight in longitude and latitude: points so near that a geodesic between them is."""

AREA = shapely.Polygon(
    [(-69.4, -24.6), (-67.9, -25.1), (-67.2, -23.8), (-68.1, -23.9), (-68.4, -22.7), (-69.5, -23.0)],
    [[(-68.6, -24.2), (-68.4, -24.2), (-68.4, -24.0), (-68.6, -24.0)]],
)  # fmt: skip
TWO = shapely.MultiPolygon(
    [shapely.box(-70, -28, -69, -27.5), shapely.box(-68, -20.25, -67.5, -20)]
)
WAYS = [
    ((-69, -24), (-68, -23)), ((-70.5, -19.5), (-66.25, -28)), ((-68.5, -23), (-68.5, -23.01)),
    ((-66.3, -21), (-70.9, -21)), ((-68, -22), (-67.99999, -22)), ((10, 59.9), (30.3, 60)),
]  # fmt: skip


def square_kilometres(shape):
    """Of an outline whose edges are straight in degrees."""
    if shape.is_empty:
        return 0.0
    dense = shapely.segmentize(shapely.normalize(shape), STEP_DEGREES)
    return abs(WGS84.geometry_area_perimeter(shapely.orient_polygons(dense))[0]) / 1e6


def titles(count=60):
    """Triangles, squares that share edges and one title twice, each of one of three classes."""
    chance = np.random.default_rng(4)
    corners = chance.uniform((-69.6, -25.2), (-67.1, -22.6), (count, 2))
    turned = [shapely.Polygon(corner + chance.uniform(-0.35, 0.35, (3, 2))) for corner in corners]
    squares = [
        shapely.box(-69 + 0.2 * i, -24 + 0.2 * j, -68.8 + 0.2 * i, -23.8 + 0.2 * j)
        for i in range(4)
        for j in range(3)
    ]
    shapes = shapely.transform([*turned, *squares, squares[0]], lambda places: places.round(5))
    return [(one, place % 3) for place, one in enumerate(shapes)]


def by_class(area, shapes):
    """Square kilometres by class, the lowest class first, and at the end what none covers."""
    taken, found = shapely.Polygon(), []
    for place in range(3):
        ground = shapely.union_all([shape for shape, other in shapes if other == place])
        found.append(square_kilometres(area.intersection(ground).difference(taken)))
        taken = taken.union(ground)
    return [*found, square_kilometres(area.difference(taken))]


def made_cases():
    """What the tests of the script read, with the figures that pyproj and shapely find."""
    shapes = titles()
    as_json = shapely.geometry.mapping
    ways = []
    for start, end in WAYS:
        bearing, _, metres = WGS84.inv(*start, *end)
        ways.append({"start": start, "end": end, "metres": metres, "bearing": bearing % 360})
    return {
        "ways": ways,
        "areas": [{"area": as_json(one), "km2": square_kilometres(one)} for one in (AREA, TWO)],
        "area": as_json(AREA),
        "titles": [
            {
                "geometry": as_json(shape),
                "place": place,
                "km2": square_kilometres(AREA.intersection(shape)),
            }
            for shape, place in shapes
        ],
        "by_class": by_class(AREA, shapes),
    }


def figures(part):
    """Every number of the cases, in order."""
    if isinstance(part, dict):
        return [number for value in part.values() for number in figures(value)]
    if isinstance(part, list | tuple):
        return [number for value in part for number in figures(value)]
    return [part] if isinstance(part, int | float) else []


def test_the_scripts_areas_are_what_pyproj_and_shapely_find(request):
    """tests/page/areas.json is made here (--renew) and read there."""
    made = json.loads(json.dumps(made_cases()))
    if request.config.getoption("--renew"):
        CASES.write_text(json.dumps(made) + "\n", encoding="utf-8")
    kept = json.loads(CASES.read_text("utf-8"))
    assert figures(kept) == pytest.approx(figures(made), rel=1e-8, abs=1e-7)
    assert sum(one["km2"] > 0 for one in kept["titles"]) > 40
    assert min(kept["by_class"]) > 100
