"""Pictures of the ground lie where their cells lie, over nine degrees of latitude."""

from __future__ import annotations

import io
import math

import numpy as np
from PIL import Image
from pyproj import Transformer

from prospector.gis.raster import web_picture
from prospector.grid import Bounds, Grid

LAEA = "+proj=laea +lat_0=-23.75 +lon_0=-68.625 +datum=WGS84 +units=m +no_defs"
CELL_M = 4000.0
MARKS = ((10, 10), (10, 100), (120, 60), (225, 12), (228, 104))
"""Rows and columns of the middle of marks of three by three cells, near the corners and inside."""

HALF_WORLD_M = math.pi * 6378137.0
MAP = "window[document.querySelector('.folium-map').id]"


def test_marked_cells_are_drawn_within_a_pixel_of_their_place(map_page, payload):
    """Where PROJ puts the marks' middles in EPSG:3857 there they are on the screen."""
    grid = Grid.cover(Bounds(-71.0, -28.0, -66.25, -19.5), crs=LAEA, cell_size_m=CELL_M)
    bands = np.zeros((4, *grid.shape), dtype=np.uint8)
    for row, column in MARKS:
        bands[:, row - 1 : row + 2, column - 1 : column + 2] = np.array([255, 0, 255, 255])[
            :, None, None
        ]
    png, bounds = web_picture(bands, grid)
    payload["models"][0]["overlay"] = {"png": png, "bounds": bounds}
    payload["layers"] = []
    for model in payload["models"]:
        model["targets"] = model["targets"][:1]
    page = map_page.open(payload, link="#view=-23.75/-68.6/6.75&ground=score&opacity=1/1")
    page.locator(".tool-legend").click()
    page.wait_for_timeout(300)
    found = marks_on(page)
    wanted = places_on(page, grid)
    assert len(found) == len(wanted) == len(MARKS)
    picture_pixel = CELL_M / math.cos(math.radians(28)) / metres_a_pixel(page)
    apart = np.linalg.norm(found - wanted, axis=1)
    assert apart.max() < max(1.0, picture_pixel)


def metres_a_pixel(page):
    """Metres of EPSG:3857 to one pixel of the screen."""
    return 2 * HALF_WORLD_M / (256 * 2 ** page.evaluate(f"{MAP}.getZoom()"))


def places_on(page, grid):
    """Pixels of the map where PROJ puts the middles of the marks, by row."""
    easting, northing = grid.axes()
    rows, columns = np.array(MARKS).T
    web = Transformer.from_crs(LAEA, "EPSG:3857", always_xy=True)
    across, up = web.transform(easting[columns], northing[rows])
    corner = page.evaluate(
        f"(() => {{ const {{ x, y }} = {MAP}.getPixelBounds().min; return [x, y]; }})()"
    )
    size = metres_a_pixel(page)
    at = np.column_stack([(across + HALF_WORLD_M) / size, (HALF_WORLD_M - up) / size]) - corner
    return at[np.lexsort((at[:, 0], at[:, 1]))]


def marks_on(page):
    """Middles of the blobs of the marks' colour on a picture of the map, by row."""
    shot = Image.open(io.BytesIO(page.locator(".folium-map").screenshot())).convert("RGB")
    red, green, blue = np.asarray(shot).astype(int).transpose(2, 0, 1)
    rows, columns = np.nonzero((red > 230) & (green < 40) & (blue > 230))
    blobs: list[list[tuple[int, int]]] = []
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        near = [one for one in blobs if abs(one[-1][0] - row) + abs(one[-1][1] - column) < 25]
        (near[0] if near else blobs.append([]) or blobs[-1]).append((row, column))
    middles = np.array([np.mean(one, axis=0)[::-1] + 0.5 for one in blobs])
    return middles[np.lexsort((middles[:, 0], middles[:, 1]))]
