"""What the map draws beside targets: relief, the region's layers and known deposits."""

from __future__ import annotations

import math
from itertools import cycle
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from prospector.evidence import compute_evidence, validate_parameters
from prospector.gis.palette import CONTEXT, OTHERS, TENURE
from prospector.gis.raster import picture_grid, relief_picture, web_picture
from prospector.grid import FloatArray, Grid, cells
from prospector.inventory.listing import INVENTORY_ROLES, NO_SCORE
from prospector.layers import EXCLUSION_ROLES, Layers, VectorLayer
from prospector.layers.typed import is_own_name
from prospector.map.column_labels import column_label
from prospector.map.features import Features
from prospector.map.inventories import inventory_features
from prospector.map.rows import Recorded, Rows
from prospector.numerals import percentile_tenths
from prospector.screening.steps import Screening
from prospector.words.language import Language, language
from prospector.words.regimes import REGIME, regime_words

LINE_TOLERANCE_DEGREES = 0.003
MOST_FEATURES = 20_000
"""Points of a layer that a page draws in good time."""

PLACED_AT_ONCE = 10_000
"""Features that are put into longitude and latitude at once."""

Frame = tuple[float, float, float, float]
"""West, south, east and north of a region in degrees."""

FADED_SHARE = 0.04
"""Of a region's shorter side, what the edge of its relief takes to fade."""

STACK = {"polygon": 0, "line": 1, "point": 2}
"""Kinds of layers that are drawn, from bottom to top."""

GROUND_ROLES = ("land", "geology", "intrusions")
"""What a map without relief shows at first, from bottom to top, with ground that is protected or water."""

BOUND_AT_FIRST = ("water", "protected")

DRAWN: tuple[tuple[str, str, bool], ...] = (
    ("land", "polygon", False),
    ("geology", "polygon", False),
    ("intrusions", "polygon", False),
    ("basins", "polygon", False),
    ("border_zone", "polygon", False),
    ("military", "polygon", False),
    ("water", "polygon", False),
    ("urban", "polygon", False),
    ("indigenous", "polygon", False),
    ("protected", "polygon", False),
    ("concessions", "polygon", False),
    ("salars", "polygon", True),
    ("coast", "line", True),
    ("borders", "line", True),
    ("trench", "line", False),
    ("faults", "line", True),
    ("volcanoes", "point", False),
    ("towns", "point", True),
    ("ports", "point", False),
    ("wells", "point", False),
)
"""Roles that the map draws, from bottom to top: kind, visible at first."""

HATCHES = dict(zip(EXCLUSION_ROLES, ("/", "\\", "x", "-", "+", "|"), strict=True))
"""Lines that tell the roles of bound ground apart, whatever their colour."""

STYLES: dict[str, dict[str, Any]] = {
    **{role: {"hatch": hatch, "weight": 1.2} for role, hatch in HATCHES.items()},
    "concessions": {"weight": 0.6, "fill_opacity": 0.12},
    "salars": {"weight": 0.8, "fill_opacity": 0.35},
    "faults": {"weight": 2},
    "borders": {"weight": 1.2, "dash": "2 4"},
    "volcanoes": {"radius": 4, "shape": "triangle"},
    "ports": {"radius": 3.5, "shape": "square"},
    "towns": {"radius": 2.5},
    "tailings": {"radius": 4.5, "shape": "basin", "weight": 1},
    "land": {"fill": "#f3efe4", "weight": 0.8, "fill_opacity": 1},
    "geology": {"weight": 0.4, "fill_opacity": 0.35},
    "intrusions": {"weight": 0.7, "fill_opacity": 0.45},
    "roads": {"weight": 1.2},
    "power_lines": {"weight": 1, "dash": "1 3"},
    "wells": {"radius": 2.5, "shape": "square"},
    "basins": {"weight": 1, "fill_opacity": 0.06},
}

SCHEMATIC_DASH = "7 4"
"""How lines are dashed that were drawn from descriptions, and no others."""

_OF_ROCKS = ("class", "rock class", "unit", "lithology", "age")

GROUPINGS: dict[str, tuple[str, ...]] = {
    "geology": _OF_ROCKS,
    "intrusions": _OF_ROCKS,
    "concessions": ("tenure class", "holder", "state", "kind", "minerals"),
    **dict.fromkeys(EXCLUSION_ROLES, ("class",)),
    "open_ground": ("tenure class",),
    **dict.fromkeys(INVENTORY_ROLES, ("metal", "kind of deposit", "commune", "tenure class")),
    "salars": ("lithium status", "regime", "country"),
    "basins": ("closed",),
    "deposits": ("discovery year", "deposit type", "age, Ma", "country"),
}
"""By which rows of a role's cards the map can colour its features, where they have them."""


def map_layers(screening: Screening) -> list[dict[str, Any]]:
    """Return the layers of the map, from bottom to top."""
    layers = [
        *_relief(screening),
        *_open_ground(screening),
        *_context(screening),
        *_inventories(screening),
        *_deposits(screening),
    ]
    return [layer | _unnamed(layer) for layer in layers]


def _unnamed(layer: dict[str, Any]) -> dict[str, list[int]]:
    """Return the numbers of the features of a layer that have no name of their own, if any."""
    names = enumerate(layer["features"].names if "features" in layer else ())
    unnamed = [number for number, name in names if name and not is_own_name(name)]
    return {"unnamed": unnamed} if unnamed else {}


def _relief(screening: Screening) -> list[dict[str, Any]]:
    """Return the shaded relief of the region's own elevation, where it has one."""
    if not screening.layers.of_role("relief"):
        return []
    grid = picture_grid(screening.grid)
    elevation = _on_picture("surface", "relief", screening.layers, grid)
    land = np.ones(grid.shape)
    if screening.layers.of_role("land"):
        land = _on_picture("share", "land", screening.layers, grid)
    picture = relief_picture(elevation, land >= 0.5, grid)
    picture[3] = np.round(picture[3] * _fading(_frame(screening), grid))
    png, bounds = web_picture(picture, grid, driver="WEBP")
    layer = screening.layers.of_role("relief")[0]
    return [{"key": "relief", "label": layer.title, "kind": "image", "png": png, "bounds": bounds}]


def _fading(frame: Frame, grid: Grid) -> FloatArray:
    """Return how much of a picture is seen, by cell: all of it inside, none at the region's frame."""
    west, south, east, north = frame
    units = cells(grid)
    to_degrees = Transformer.from_crs(grid.crs, "EPSG:4326", always_xy=True).transform
    longitude, latitude = to_degrees(units.easting, units.northing)
    inside = np.minimum.reduce(
        [longitude - west, east - longitude, latitude - south, north - latitude]
    )
    way = np.clip(inside / (FADED_SHARE * min(east - west, north - south)), 0.0, 1.0)
    seen: FloatArray = (way * way * (3.0 - 2.0 * way)).reshape(grid.shape)
    return seen


def _on_picture(kind: str, role: str, layers: Layers, grid: Grid) -> FloatArray:
    """Return an evidence of one role over the cells of a picture."""
    parameters = validate_parameters(kind, {"role": role}, where="map")
    values = compute_evidence(kind, layers, cells(grid), parameters=parameters)
    return values.reshape(grid.shape)


def _context(screening: Screening) -> list[dict[str, Any]]:
    """Return the layers of every role that is drawn, where the region has them."""
    frame = _frame(screening)
    others = _others(screening.layers)
    lowest = len([role for role, *_ in DRAWN if role in GROUND_ROLES])
    bare = not screening.layers.of_role("relief")
    drawn = []
    for place, (role, kind, visible) in enumerate((*DRAWN[:lowest], *others, *DRAWN[lowest:])):
        layer = screening.layers.vector(role)
        if layer is not None:
            shown = visible or (bare and role in (*GROUND_ROLES, *BOUND_AT_FIRST))
            colour = CONTEXT.get(role) or OTHERS[(place - lowest) % len(OTHERS)]
            drawn.append(_layer(layer, kind, colour, frame if shown else None))
    return drawn


def _frame(screening: Screening) -> Frame:
    return screening.region.region.window.bounds().as_tuple()


def _others(layers: Layers) -> list[tuple[str, str, bool]]:
    """Return all other roles, a region's own among them: not visible at first; polygons lie lowest."""
    drawn = {role for role, *_ in DRAWN} | {"deposits", *INVENTORY_ROLES}
    own = [role for role in _roles(layers) if role not in drawn]
    kinds = {role: layers.known_roles[role].geometry for role in own}
    kinds = dict(sorted(kinds.items(), key=lambda item: STACK.get(item[1], 0)))
    return [(role, kind, False) for role, kind in kinds.items() if kind in STACK]


def _roles(layers: Layers) -> list[str]:
    return list(dict.fromkeys(layer.role for layer in layers.items))


def _layer(layer: VectorLayer, kind: str, colour: str, frame: Frame | None) -> dict[str, Any]:
    """Return one layer as the page draws it; `frame` where it is visible at first, and ends there."""
    features, step = _placed(layer, kind, frame)
    style = STYLES.get(layer.role, {"radius": 3, "shape": "square"})
    measured = (~layer.exactness.schematic & layer.schematic)[features.index]
    surveyed = np.flatnonzero(measured).tolist()
    return {
        "key": layer.role,
        "label": thinned_label(layer.title, step, language("en")),
        "kind": kind,
        "schematic": layer.schematic,
        "partly": len(surveyed) > 0,
        "surveyed": surveyed,
        "visible": frame is not None,
        "label_zoom": 7.5 if layer.role == "towns" else None,
        "style": {"colour": colour, "fill": colour, **style, **_dashes(layer, kind)},
        "note": "" if layer.source is None else layer.source.done,
        **_coloured(layer.role, _grouped(layer.role, _rows(features))),
    }


def _coloured(role: str, grouped: dict[str, Any]) -> dict[str, Any]:
    """Return features with the grouping that colours them at first: rocks by the first that they have."""
    first = grouped["groupings"][:1] if role in GROUND_ROLES else []
    return grouped | {"colour_by": first[0] if first else ""}


def _dashes(layer: VectorLayer, kind: str) -> dict[str, str]:
    """Return how a layer's lines are dashed; surveyed lines of it are drawn whole all the same."""
    return {"dash": SCHEMATIC_DASH} if kind == "line" and layer.schematic else {}


def _grouped(role: str, features: Features) -> dict[str, Any]:
    """Return features with those groupings that more than one of them tells apart."""
    found = features.values()
    asked = GROUPINGS.get(role, ())
    groupings = [name for name in asked if len(found.get(name, ())) > 1]
    return {"groupings": groupings, "features": features}


def _placed(layer: VectorLayer, kind: str, frame: Frame | None) -> tuple[pd.DataFrame, int]:
    """Return features in longitude and latitude by their place in the layer; of points each so many-th.

    What is visible at first ends at the frame of the region, points aside; long lines are thinned. Outlines
    are well-known binary: some are placed at a time, for all as objects would take several times as much.
    """
    table = layer.features.reset_index(drop=True)
    table = table[~(table.geometry.isna() | table.geometry.is_empty)]
    step = _step(len(table)) if kind == "point" else 1
    table = table.iloc[::step]
    thinned = kind == "line" or layer.role in GROUND_ROLES
    parts = []
    for start in range(0, max(len(table), 1), PLACED_AT_ONCE):
        part = table.iloc[start : start + PLACED_AT_ONCE].to_crs("EPSG:4326")
        if thinned:
            part = part.assign(geometry=part.simplify(LINE_TOLERANCE_DEGREES))
        if frame is not None and kind != "point":
            part = part.clip(frame, keep_geom_type=True, sort=True)
        parts.append(_in_binary(part))
    return pd.concat(parts), step


def _in_binary(table: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return features with their outlines as well-known binary, without those that have none."""
    there = table[~(table.geometry.isna() | table.geometry.is_empty)]
    return pd.DataFrame(there).assign(geometry=shapely.to_wkb(there.geometry.to_numpy()))


def type_words(kind: object, words: Language) -> object:
    """Return a type of deposit in words; missing as it is.

    Examples
    --------
    >>> [type_words("porphyry_copper", language(code)) for code in ("en", "es")]
    ['porphyry copper', 'pórfido cuprífero']
    """
    if not isinstance(kind, str):
        return kind
    told = words.told(kind)
    return told if told != kind else words.told(kind.replace("_", " "))


def types_of_deposits(layers: Layers, words: Language) -> dict[str, str]:
    """Return the types of the known deposits in a language, by their English."""
    layer = layers.vector("deposits")
    kinds = [] if layer is None else layer.features["deposit_type"].dropna().astype(str).unique()
    pairs = {str(type_words(kind, language("en"))): str(type_words(kind, words)) for kind in kinds}
    return {english: other for english, other in pairs.items() if english != other}


def line_names(layers: Layers, words: Language) -> dict[str, str]:
    """Return the names of faults and other lines in a language, by what they are called, where they have any.

    A name is what a register or an author calls a line; nothing is read out of it.
    """
    found = [layers.vector(role) for role, kind, _ in DRAWN if kind == "line"]
    names = {name for layer in found if layer is not None for name in _names(layer.features)}
    return words.translations(sorted(names))


def _step(points: int) -> int:
    return max(1, math.ceil(points / MOST_FEATURES))


def thinned_labels(layers: Layers, words: Language) -> dict[str, str]:
    """Return the labels of layers of which not all points are drawn, by their English."""
    drawn = [layers.vector(role) for role in _roles(layers)]
    steps = [(layer.title, _step(len(layer.features))) for layer in drawn if layer is not None]
    return {
        thinned_label(title, step, language("en")): thinned_label(title, step, words)
        for title, step in steps
        if step > 1
    }


def thinned_label(title: str, step: int, words: Language) -> str:
    """Return the label of a layer of which only some features are drawn.

    Examples
    --------
    >>> thinned_label("Soil samples", 1, language("en")), thinned_label("Soil samples", 3, language("en"))
    ('Soil samples', 'Soil samples (1 in 3 drawn)')
    """
    name = words.told(title)
    return name if step == 1 else words.say("{layer} (1 in {n} drawn)", layer=name, n=step)


def _rows(table: pd.DataFrame) -> Features:
    """Return features with a name and a row for each thing that is recorded of them."""
    columns = [name for name in table.columns if name not in ("geometry", "name")]
    labels = [column_label(name) for name in columns]
    plain = [_plain(_in_words(table[name])) for name in columns]
    return Features.of(
        Rows(
            {
                "geometry": table["geometry"].tolist(),
                "name": _names(table),
                "rows": Recorded(len(table), labels, plain),
            }
        )
    )


def _in_words(column: pd.Series) -> pd.Series:
    """Return a column as cards show it: codes of types and of who may hold the lithium in words."""
    if column.name == "deposit_type":
        return column.astype(object).map(lambda kind: type_words(kind, language("en")))
    if column.name != REGIME:
        return column
    return column.astype(object).map(lambda code: regime_words(code, language("en")))


def _names(table: pd.DataFrame) -> list[str]:
    """Return the first of a feature's names that is recorded; empty where none is."""
    names = [""] * len(table)
    for column in ("file_number", "fault_system", "name"):
        if column in table.columns:
            found = _plain(table[column])
            names = [
                old if new is None else str(new) for old, new in zip(names, found, strict=True)
            ]
    return names


def _plain(column: pd.Series) -> list[str | int | float | None]:
    """Return values that JSON carries: numbers as they are, all else as text, None where missing."""
    missing = column.isna().to_numpy()
    if column.dtype.kind == "b":
        found: list[Any] = ["yes" if value else "no" for value in column.tolist()]
    elif column.dtype.kind in "iuf":
        found = column.round(4).tolist()
    else:
        found = [value if _number(value) else str(value) for value in column.tolist()]
    return [
        None if gone or value == "" else value
        for value, gone in zip(found, missing.tolist(), strict=True)
    ]


def _number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _open_ground(screening: Screening) -> list[dict[str, Any]]:
    """Return ground that is known to be open, and vacant titles, with how each model ranks it."""
    pieces = screening.tenure.open_ground
    if pieces is None or not len(pieces):
        return []
    outlines = pieces.drop_duplicates("open_id").set_index("open_id")
    table = outlines[["tenure_class", "concession_id", "area_ha", "tenure_as_of", "geometry"]]
    for name, ranking in screening.rankings.items():
        mine = pieces[pieces["deposit_model"] == name].set_index("open_id")
        label = ranking.model.deposit_model.label
        place = mine["percentile"].map(percentile_tenths)
        of_model = dict(
            zip(place_labels(label, language("en")), (mine["rank"], place), strict=True)
        )
        table = table.join(pd.DataFrame(of_model))
    return [
        {
            "key": "open_ground",
            "label": "Open ground and vacant titles",
            "kind": "polygon",
            "visible": False,
            "style": {
                "colour": TENURE["open"],
                "fill": TENURE["open"],
                "fill_opacity": 0.45,
                "weight": 0.3,
            },
            **_grouped(
                "open_ground",
                _rows(_in_binary(gpd.GeoDataFrame(table.rename_axis("name").reset_index()))),
            ),
        }
    ]


def _inventories(screening: Screening) -> list[dict[str, Any]]:
    """Return what registers list and no model scores, with a sign of its own."""
    return [
        {
            "key": inventory.role,
            "label": inventory.title,
            "kind": "point",
            "visible": False,
            "label_zoom": 10.5,
            "style": {
                "colour": CONTEXT[inventory.role],
                "fill": CONTEXT[inventory.role],
                **STYLES[inventory.role],
            },
            "note": NO_SCORE,
            **_grouped(inventory.role, Features.of(inventory_features(inventory))),
        }
        for inventory in screening.inventories
    ]


DEPOSIT_SHAPES = ("circle", "diamond", "square", "triangle")
"""Signs of known deposits, one for each deposit model in turn."""


def _deposits(screening: Screening) -> list[dict[str, Any]]:
    """Return known deposits, a layer for each model and one for all other types."""
    layer = screening.layers.vector("deposits")
    if layer is None:
        return []
    drawn, types = [], set[str]()
    for ranking, shape in zip(screening.rankings.values(), cycle(DEPOSIT_SHAPES)):
        types.update(ranking.model.labels.types)
        label = known_label(ranking.model.deposit_model.label, language("en"))
        layer_key = f"deposits_{ranking.model.name}"
        drawn.append(_points(layer_key, label, ranking.deposits, visible=True, shape=shape))
    other = layer.features[~layer.features["deposit_type"].isin(types)].to_crs("EPSG:4326")
    if len(other):
        label = "Known deposits: other types"
        drawn.insert(0, _points("deposits_other", label, other, visible=False, shape="circle"))
    return drawn


def place_labels(model: str, words: Language) -> tuple[str, str]:
    """Return the labels of rank and percentile of open ground by a deposit model."""
    name = words.told(model)
    return words.say("{model}: rank", model=name), words.say("{model}: percentile", model=name)


def known_label(model: str, words: Language) -> str:
    """Return the label of a deposit model's known deposits."""
    return words.say("Known deposits: {kind}", kind=words.told(model).lower())


def _points(
    key: str, label: str, table: gpd.GeoDataFrame, *, visible: bool, shape: str
) -> dict[str, Any]:
    colour = "#111111" if visible else "#777777"
    return {
        "key": key,
        "label": label,
        "kind": "point",
        "visible": visible,
        "label_zoom": 8.5,
        "style": {"colour": colour, "fill": "#ffffff", "fill_opacity": 1, "radius": 4,
                  "weight": 1.6, "shape": shape},
        **_grouped("deposits", _rows(_in_binary(table))),
    }  # fmt: skip
