"""Pictures of the ground: score over relief, with outlines, names, scale, north and graticule."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import geopandas as gpd
import matplotlib as mpl
import numpy as np
import shapely
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import PathPatch, Polygon, Rectangle
from matplotlib.path import Path
from numpy.typing import NDArray
from pyproj import Transformer
from shapely.geometry.base import BaseGeometry

from prospector.gis.palette import CLASS_BREAKS, CONTEXT, INK, MUTED, STRENGTHS, TENURE, classed
from prospector.gis.raster import relief_picture
from prospector.grid import BoolArray, Bounds, FloatArray, Grid
from prospector.pages.drawing import SETTINGS, as_svg, new_axes
from prospector.words.language import Language

LONGEST_SIDE = 560
"""Cells along the longer side of a picture's image."""

MARK = "#c2185b"
"""Outlines of targets: a colour that neither the ramp of scores nor the relief has."""

Shapes = NDArray[np.object_]

AT_ONCE = 10_000
"""Shapes that are simplified at once."""

CORNERS_AT_MOST = 6000
"""Shapes of more corners are drawn as an image, so that a page weighs the same however many there are."""

SIGNS_AT_MOST = 400
"""More signs of deposits than this are drawn as an image."""

SIGNS_ACROSS = 76
"""Signs that stand side by side across a picture."""

IMAGE_DPI = 90

DISC = 0.062
"""Width of a disc with a rank, as a share of the picture's width."""

AROUND = [np.zeros(2)] + [
    distance * np.array([math.sin(turn), math.cos(turn)])
    for distance in (1.3, 1.9, 2.5, 3.2, 4.0)
    for turn in np.radians([270, 90, 315, 225, 45, 135, 0, 180])
]
"""Where a disc may stand, in its own widths from where it belongs: the nearest first."""

Dash = str | tuple[float, Sequence[float]]
SCHEMATIC: Dash = (0, (5, 3))
"""Dashes of a fault that was drawn from descriptions; a mapped one is a whole line."""

PLAIN = np.array([232, 230, 222], dtype=np.uint8)


@dataclass(frozen=True, eq=False)
class Backdrop:
    """What lies below every picture of a region: relief as colours, and layers in the grid's CRS.

    Parameters
    ----------
    image
        Red, green and blue, shape (rows, columns, 3), on `grid`.
    layers
        Coast, borders, towns, salars, faults and the like by role; those that the region lacks
        are left out.
    """

    image: NDArray[np.uint8]
    grid: Grid
    layers: dict[str, gpd.GeoDataFrame]


@dataclass(frozen=True, eq=False)
class Mark:
    """An outline to be drawn, with what is written in it."""

    outline: BaseGeometry
    text: str
    strong: bool = True


@dataclass(frozen=True, eq=False)
class Scene:
    """What one picture of the ground shows.

    Parameters
    ----------
    bounds
        Edges of the picture in metres of the grid's CRS.
    percentile
        Percentile of the score on `grid`, NaN where nothing is scored.
    deposits
        Known deposits with `name`, in the grid's CRS.
    names
        Whether deposits are named.
    """

    bounds: Bounds
    percentile: FloatArray
    grid: Grid
    marks: Sequence[Mark]
    deposits: gpd.GeoDataFrame
    concessions: gpd.GeoDataFrame | None = None
    names: bool = False


def backdrop(
    elevation_m: FloatArray | None, grid: Grid, layers: dict[str, gpd.GeoDataFrame]
) -> Backdrop:
    """Return the backdrop of a region; plain paper where it has no relief."""
    if elevation_m is None:
        return Backdrop(np.broadcast_to(PLAIN, (*grid.shape, 3)), grid, layers)
    picture = relief_picture(np.nan_to_num(elevation_m), np.isfinite(elevation_m), grid)
    return Backdrop(np.moveaxis(picture[:3], 0, -1), grid, layers)


def ground_svg(
    scene: Scene, ground: Backdrop, language: Language, *, key: str, alt: str, width_in: float
) -> Markup:
    """Return a picture of the ground as an SVG element."""
    bounds = scene.bounds
    height_in = width_in * (bounds.north - bounds.south) / (bounds.east - bounds.west)
    with mpl.rc_context(SETTINGS):
        figure, axes = new_axes(width_in, height_in)
        figure.set_layout_engine("none")
        figure.set_dpi(IMAGE_DPI)
        axes.set_position((0, 0, 1, 1))
        axes.set_xlim(bounds.west, bounds.east)
        axes.set_ylim(bounds.south, bounds.north)
        axes.set_axis_off()
        _image(axes, scene, ground)
        _graticule(axes, bounds, scene.grid.crs, language)
        _context(axes, ground, bounds)
        if scene.concessions is not None:
            _concessions(axes, scene.concessions, bounds)
        _outlines(axes, [mark.outline for mark in scene.marks if not mark.strong], bounds, 1.0)
        for mark in scene.marks:
            if mark.strong:
                _outlines(axes, [mark.outline], bounds, 1.8)
        _deposits(axes, scene)
        _discs(axes, scene.marks, bounds)
        _towns(axes, ground, scene)
        _scale_bar(axes, bounds)
        _north(axes, bounds, scene.grid.crs)
        frame = Rectangle((0, 0), 1, 1, transform=axes.transAxes, fill=False, ec=MUTED, lw=1.2)
        axes.add_artist(frame)
        return as_svg(figure, key, alt)


def _image(axes: Axes, scene: Scene, ground: Backdrop) -> None:
    """Draw the score over the relief as one image that covers the picture and no more."""
    bounds = scene.bounds
    across, down = bounds.east - bounds.west, bounds.north - bounds.south
    finest = min(ground.grid.cell_size_m, scene.grid.cell_size_m)
    side_m = max(finest, max(across, down) / LONGEST_SIDE)
    columns, rows = math.ceil(across / side_m), math.ceil(down / side_m)
    easting = bounds.west + (np.arange(columns) + 0.5) * side_m
    northing = bounds.north - (np.arange(rows) + 0.5) * side_m
    east, north = np.meshgrid(easting, northing)
    row, column, _ = ground.grid.index(east, north)
    image = ground.image[row, column].astype(float)
    row, column, inside = scene.grid.index(east, north)
    place = np.where(inside, scene.percentile[row, column], np.nan)
    colours = np.moveaxis(classed(place, opacity=255), 0, -1)[..., :3].astype(float)
    index = np.digitize(np.nan_to_num(place), CLASS_BREAKS[1:-1])
    strength = np.where(np.isfinite(place), np.array(STRENGTHS)[index], 0.0)
    mixed = image * (1 - strength[..., None]) + colours * strength[..., None]
    extent = (
        bounds.west,
        bounds.west + columns * side_m,
        bounds.north - rows * side_m,
        bounds.north,
    )
    axes.imshow(_fewer(mixed), extent=extent, interpolation="none", aspect="auto", zorder=0)
    axes.set_xlim(bounds.west, bounds.east)
    axes.set_ylim(bounds.south, bounds.north)


def _fewer(colours: FloatArray) -> NDArray[np.uint8]:
    """Return colours in steps of five, which no one sees and which halve the picture's size."""
    return np.clip(np.round(colours / 5) * 5, 0, 255).astype(np.uint8)


def _graticule(axes: Axes, bounds: Bounds, crs: str, language: Language) -> None:
    """Draw meridians and parallels, with their degrees along the top and the left edge."""
    back = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    west, south, east, north = back.transform_bounds(*bounds.as_tuple())
    step = _nice(max(east - west, north - south) / 2)
    ahead = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    lines = []
    for longitude in _multiples(west, east, step):
        at = np.column_stack(ahead.transform(np.full(30, longitude), np.linspace(south, north, 30)))
        lines.append(at)
        across = float(np.interp(bounds.north, at[:, 1], at[:, 0]))
        margin = 0.12 * (bounds.east - bounds.west)
        if bounds.west + margin < across < bounds.east - margin:
            text = _degrees(longitude, step, "E" if longitude > 0 else "W", language)
            _edge(axes, text, across, bounds.north, (0, -2), "center", "top")
    for latitude in _multiples(south, north, step):
        at = np.column_stack(ahead.transform(np.linspace(west, east, 30), np.full(30, latitude)))
        lines.append(at)
        up = float(np.interp(bounds.west, at[:, 0], at[:, 1]))
        margin = 0.1 * (bounds.east - bounds.west)
        if bounds.south + margin < up < bounds.north - margin:
            text = _degrees(latitude, step, "N" if latitude > 0 else "S", language)
            _edge(axes, text, bounds.west, up, (2, 0), "left", "center")
    drawn = LineCollection(lines, colors="white", linewidths=0.5, alpha=0.55, zorder=1)
    axes.add_collection(drawn, autolim=False)


def _multiples(low: float, high: float, step: float) -> FloatArray:
    """Return the multiples of a step between two numbers."""
    return np.asarray(np.arange(math.ceil(low / step), math.floor(high / step) + 1) * step)


def _degrees(value: float, step: float, side: str, language: Language) -> str:
    """Return a longitude or latitude to the decimals that its step needs."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{language.number(abs(value), decimals)}\u00b0 {language.told(side)}"


def _edge(
    axes: Axes, text: str, across: float, up: float, offset: tuple[float, float],
    ha: Literal["left", "center"], va: Literal["top", "center"],
) -> None:  # fmt: skip
    axes.annotate(
        text, (across, up), xytext=offset, textcoords="offset points", ha=ha, va=va,
        fontsize=6, color=MUTED, zorder=9,
    )  # fmt: skip


def _nice(length: float) -> float:
    """Return the largest of 1, 2 and 5 times a power of ten that is at most `length`.

    Examples
    --------
    >>> _nice(73.0), _nice(0.4)
    (50.0, 0.2)
    """
    power = 10.0 ** math.floor(math.log10(length))
    return float(max(times * power for times in (1, 2, 5) if times * power <= length * (1 + 1e-9)))


def _context(axes: Axes, ground: Backdrop, bounds: Bounds) -> None:
    """Draw salars, protected ground, coast, borders and faults, from bottom to top."""
    salt, park = CONTEXT["salars"], CONTEXT["protected"]
    styles = {
        "salars": {"facecolor": "#cfe6ef", "edgecolor": salt, "alpha": 0.75, "linewidth": 0.6},
        "protected": {"facecolor": "none", "edgecolor": park, "linewidth": 0.9, "hatch": "///"},
    }
    for role, style in styles.items():
        shapes = _within(ground, role, bounds)
        if shapes:
            axes.add_artist(_patch(shapes, zorder=2, **style))
    lines: dict[str, tuple[Dash, float]] = {
        "coast": ("-", 0.8),
        "borders": ((0, (4, 2, 1, 2)), 0.9),
        "faults": ("-", 1.2),
    }
    for role, (dash, width) in lines.items():
        _lines(axes, _within(ground, role, bounds, schematic=False), role, dash, width)
        dashed = SCHEMATIC if role == "faults" else dash
        _lines(axes, _within(ground, role, bounds, schematic=True), role, dashed, width)


def _lines(axes: Axes, shapes: Sequence[BaseGeometry], role: str, dash: Dash, width: float) -> None:
    """Draw lines of a role in its colour."""
    parts = [np.asarray(part.coords)[:, :2] for part in _parts(shapes)]
    drawn = LineCollection(
        parts, colors=CONTEXT[role], linewidths=width, linestyles=[dash], zorder=3,
        rasterized=sum(map(len, parts)) > CORNERS_AT_MOST,
    )  # fmt: skip
    axes.add_collection(drawn, autolim=False)


def _within(
    ground: Backdrop, role: str, bounds: Bounds, *, schematic: bool | None = None
) -> list[BaseGeometry]:
    """Return the geometries of a role clipped to the picture and simplified to its scale.

    Of those drawn from descriptions only, or of the others only, where that is asked for.
    """
    layer = ground.layers.get(role)
    if layer is None:
        return []
    if schematic is not None:
        layer = layer[_drawn(layer) == schematic]
    box, tolerance = shapely.box(*bounds.as_tuple()), (bounds.east - bounds.west) / 1500
    shapes = np.asarray(layer.geometry.array, dtype=object)
    near = shapes[shapely.intersects(shapes, box)]
    parts = (near[first : first + AT_ONCE] for first in range(0, len(near), AT_ONCE))
    clipped = (_clipped(_simplified(part, tolerance), bounds) for part in parts)
    return [piece for part in clipped for piece in part if not piece.is_empty]


def _simplified(shapes: Shapes, tolerance: float) -> Shapes:
    """Return shapes simplified to a scale, none of them lost.

    The plain way takes a seventh of the time; what it empties or makes invalid is simplified with care.
    """
    plain = np.asarray(shapely.simplify(shapes, tolerance, preserve_topology=False), dtype=object)
    spoiled = shapely.is_empty(plain) | ~shapely.is_valid(plain)
    plain[spoiled] = shapely.simplify(shapes[spoiled], tolerance)
    return plain


def _clipped(shapes: Shapes, bounds: Bounds) -> Shapes:
    """Return what of shapes lies within a picture."""
    west, south, east, north = shapely.bounds(shapes).T
    leaves = (
        (west < bounds.west)
        | (south < bounds.south)
        | (east > bounds.east)
        | (north > bounds.north)
    )
    clipped = np.array(shapes)
    clipped[leaves] = shapely.intersection(shapes[leaves], shapely.box(*bounds.as_tuple()))
    return clipped


def _drawn(layer: gpd.GeoDataFrame) -> BoolArray:
    """Return which features were drawn from descriptions."""
    if "schematic" not in layer:
        return np.zeros(len(layer), dtype=bool)
    return np.array([value is not None and bool(value) for value in layer["schematic"]], dtype=bool)


def _parts(shapes: Sequence[BaseGeometry]) -> list[BaseGeometry]:
    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    return [part for part in parts if part.geom_type == "LineString"]


def _patch(shapes: Sequence[BaseGeometry], **style: object) -> PathPatch:
    """Return polygons, holes included, as one patch; as an image where they have many corners."""
    parts = shapely.get_parts(np.asarray(shapes, dtype=object))
    rings = shapely.get_rings(parts[shapely.get_type_id(parts) == shapely.GeometryType.POLYGON])
    at, ring = shapely.get_coordinates(rings, return_index=True)
    turn = ring[1:] != ring[:-1]
    codes = np.full(len(at), Path.LINETO, dtype=Path.code_type)
    codes[np.append(turn, True)[: len(at)]] = Path.CLOSEPOLY
    codes[np.append(True, turn)[: len(at)]] = Path.MOVETO
    return PathPatch(Path(at, codes), rasterized=len(at) > CORNERS_AT_MOST, **style)


def _concessions(axes: Axes, concessions: gpd.GeoDataFrame, bounds: Bounds) -> None:
    """Draw the titles, those of a class as one shape."""
    for name, colour in TENURE.items():
        own = concessions.geometry[concessions["tenure_class"] == name].to_numpy()
        if len(own):
            fill, edge = to_rgba(colour, 0.1), to_rgba(colour, 0.9)
            shapes = _drawable(own, bounds)
            crowded = shapely.get_num_coordinates(shapes).sum() > CORNERS_AT_MOST
            line = {"edgecolor": "none"} if crowded else {"edgecolor": edge, "linewidth": 0.6}
            axes.add_artist(_patch(shapes, facecolor=fill, zorder=4, **line))


def _outlines(axes: Axes, outlines: Sequence[BaseGeometry], bounds: Bounds, width: float) -> None:
    """Draw outlines on a white rim, all as one shape."""
    shapes = _drawable(np.asarray(outlines, dtype=object), bounds)
    for colour, wide, order in (("white", width + 1.6, 5), (MARK, width, 6)):
        if shapes:
            rim = _patch(shapes, fill=False, edgecolor=colour, linewidth=wide, zorder=order)
            axes.add_artist(rim)


def _drawable(shapes: Shapes, bounds: Bounds) -> list[BaseGeometry]:
    """Return shapes simplified to the scale of a picture."""
    tolerance = (bounds.east - bounds.west) / 800
    return [shape for shape in _simplified(shapes, tolerance) if not shape.is_empty]


def _discs(axes: Axes, marks: Sequence[Mark], bounds: Bounds) -> None:
    """Write the texts of outlines in discs: on the outline, or beside it where others stand."""
    size = DISC * (bounds.east - bounds.west)
    taken: list[FloatArray] = []
    for mark in sorted(
        (sign for sign in marks if sign.text), key=lambda sign: (len(sign.text), sign.text)
    ):
        inside = mark.outline.representative_point()
        at = np.array([inside.x, inside.y])
        wide = _least_width(mark.outline) > 2 * size
        around = (at + size * step for step in (AROUND if wide else AROUND[1:]))
        there = next((layer for layer in around if _free(layer, taken, size)), at)
        taken.append(there)
        axes.plot(*np.column_stack([at, there]), color=MARK, linewidth=0.9, zorder=9)
        axes.annotate(
            mark.text, (there[0], there[1]), ha="center", va="center", fontsize=6.5, weight="bold",
            color="white", zorder=10,
            bbox={"boxstyle": "circle,pad=0.22", "fc": MARK, "ec": "white", "lw": 0.8},
        )  # fmt: skip


def _least_width(outline: BaseGeometry) -> float:
    """Return the lesser of an outline's width and height."""
    west, south, east, north = outline.bounds
    return float(min(east - west, north - south))


def _free(at: FloatArray, taken: Sequence[FloatArray], size: float) -> bool:
    return all(np.hypot(*(at - box)) >= size for box in taken)


def _deposits(axes: Axes, scene: Scene) -> None:
    bounds = scene.bounds
    points = scene.deposits.cx[bounds.west : bounds.east, bounds.south : bounds.north]
    signs = np.column_stack([points.geometry.x, points.geometry.y])
    if len(signs) > SIGNS_AT_MOST:
        signs = _thinned(signs, bounds)
    axes.scatter(
        signs[:, 0], signs[:, 1], s=11, marker="D", c="white", edgecolors=CONTEXT["deposits"], linewidths=0.9,
        zorder=8, rasterized=len(points) > SIGNS_AT_MOST,
    )  # fmt: skip
    if scene.names:
        at = np.column_stack([points.geometry.x, points.geometry.y])
        for row in _apart(at, bounds, np.zeros((0, 2))):
            name = str(points["name"].iloc[row])
            _name(axes, name, at[row, 0], at[row, 1], bounds, size=6.5, weight="bold")


def _thinned(signs: FloatArray, bounds: Bounds) -> FloatArray:
    """Return places without those that another sign would hide."""
    side = (bounds.east - bounds.west) / SIGNS_ACROSS
    _, first = np.unique(np.floor(signs / side), axis=0, return_index=True)
    return signs[np.sort(first)]


def _apart(at: FloatArray, bounds: Bounds, taken: FloatArray) -> list[int]:
    """Return which places can be named, the first before all: no name stands on another."""
    apart = np.array([0.33, 0.035]) * (bounds.east - bounds.west)
    kept, stand = [], np.asarray(taken).reshape(-1, 2)
    for row, place in enumerate(at):
        if (np.abs(stand - place) > apart).any(axis=1).all():
            kept.append(row)
            stand = np.vstack([stand, place])
    return kept


def _towns(axes: Axes, ground: Backdrop, scene: Scene) -> None:
    """Draw and name towns and ports; no name stands on another or on that of a deposit."""
    bounds, taken = scene.bounds, np.zeros((0, 2))
    if scene.names:
        taken = np.column_stack([scene.deposits.geometry.x, scene.deposits.geometry.y])
    for role, marker in (("towns", "o"), ("ports", "s")):
        layer = ground.layers.get(role)
        if layer is None:
            continue
        inside = layer.cx[bounds.west : bounds.east, bounds.south : bounds.north]
        inside = _sparse(inside, bounds, taken)
        at = np.column_stack([inside.geometry.x, inside.geometry.y])
        axes.scatter(
            at[:, 0], at[:, 1], s=5, marker=marker, c=CONTEXT[role], linewidths=0, zorder=7
        )
        for name, (across, up) in zip(inside["name"], at, strict=True):
            _name(axes, str(name), across, up, bounds, size=6.0, colour="#36414b")
        taken = np.vstack([taken, at])


def _sparse(towns: gpd.GeoDataFrame, bounds: Bounds, taken: FloatArray) -> gpd.GeoDataFrame:
    """Return the towns whose names fit: the largest first, none too near to a name that stands."""
    size = towns["inhabitants"] if "inhabitants" in towns.columns else towns.geometry.y * 0
    ordered = towns.assign(_size=-size).sort_values(["_size", "name"], kind="stable")
    at = np.column_stack([ordered.geometry.x, ordered.geometry.y])
    return ordered.iloc[_apart(at, bounds, taken)]


def _name(
    axes: Axes, name: str, across: float, up: float, bounds: Bounds, *, size: float,
    colour: str = INK, weight: str = "normal",
) -> None:  # fmt: skip
    """Write a name beside its place, to the left of it near the right edge."""
    if not (bounds.west < across < bounds.east and bounds.south < up < bounds.north):
        return
    leftward = across > bounds.west + 0.75 * (bounds.east - bounds.west)
    axes.annotate(
        name, (across, up), xytext=(-4 if leftward else 4, 0), textcoords="offset points",
        ha="right" if leftward else "left", va="center", fontsize=size, color=colour,
        weight=weight, zorder=9, clip_on=True,
    )  # fmt: skip


def _scale_bar(axes: Axes, bounds: Bounds) -> None:
    """Draw a bar of a round number of km in the lower left, on paper of its own."""
    across, down = bounds.east - bounds.west, bounds.north - bounds.south
    length = _nice(across / 4)
    left, low, high = bounds.west + 0.04 * across, bounds.south + 0.018 * across, 0.012 * across
    paper = Rectangle(
        (bounds.west, bounds.south), length + 0.14 * across, 0.075 * min(across, down),
        fc="white", alpha=0.8, lw=0, zorder=9,
    )  # fmt: skip
    axes.add_artist(paper)
    for half, colour in ((0, INK), (1, "white")):
        corner = left + half * length / 2, low
        axes.add_artist(Rectangle(corner, length / 2, high, fc=colour, ec=INK, lw=0.6, zorder=10))
    for share, text in ((0, "0"), (1, f"{length / 1000:g} km")):
        axes.annotate(
            text, (left + share * length, low + high), xytext=(0, 1.5), textcoords="offset points",
            ha="center", va="bottom", fontsize=6.5, zorder=10,
        )  # fmt: skip


def _north(axes: Axes, bounds: Bounds, crs: str) -> None:
    """Draw an arrow to true north in the upper right."""
    size = 0.05 * (bounds.east - bounds.west)
    middle = np.array([bounds.east - 1.1 * size, bounds.north - 1.5 * size])
    turn = north_deg(crs, float(middle[0]), float(middle[1]))
    angle = math.radians(turn)
    ahead = np.array([math.sin(angle), math.cos(angle)])
    aside = np.array([ahead[1], -ahead[0]])
    shape = [ahead * 0.75, aside * 0.32 - ahead * 0.5, -ahead * 0.28, -aside * 0.32 - ahead * 0.5]
    corners = middle + size * np.array(shape)
    axes.add_artist(Polygon(corners, fc=INK, ec="white", lw=0.8, zorder=10))
    across, up = middle + size * ahead * 0.8
    axes.annotate(
        "N", (across, up), ha="center", va="bottom", fontsize=7, weight="bold", zorder=10,
        annotation_clip=False,
    )  # fmt: skip


def north_deg(crs: str, easting: float, northing: float) -> float:
    """Return the bearing of true north on the map at a place, in degrees clockwise from up.

    Examples
    --------
    >>> round(north_deg("EPSG:32719", 500000.0, 7300000.0), 2)  # on the central meridian
    0.0
    """
    back = Transformer.from_crs(crs, "EPSG:4326", always_xy=True)
    longitude, latitude = back.transform(easting, northing)
    ahead = Transformer.from_crs("EPSG:4326", crs, always_xy=True)
    east, north = ahead.transform(longitude, latitude + 0.01)
    return math.degrees(math.atan2(east - easting, north - northing))
