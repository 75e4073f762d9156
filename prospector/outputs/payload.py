"""A screening as the payload that the map's page reads."""

from __future__ import annotations

import json
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj import Transformer

from prospector import __version__
from prospector.concessions import PROTECTION_CLASSES, TENURE_CLASSES
from prospector.evidence import compute_evidence, validate_parameters
from prospector.grid import FloatArray, Grid, cells
from prospector.layers import Layers, VectorLayer
from prospector.outputs.palette import CLASS_BREAKS, COLOURS, CONTEXT, classed
from prospector.outputs.raster import picture_grid, relief_picture, thinned, web_picture
from prospector.ranking import Ranking
from prospector.screening import Screening
from prospector.targets import read_description
from prospector.validation.baselines import TO_BEAT

MAP_DECIMALS = 5
LINE_TOLERANCE_DEGREES = 0.003

DRAWN: tuple[tuple[str, str, bool], ...] = (
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
)
"""Roles that the map draws, from bottom to top: kind, visible at first."""

STYLES: dict[str, dict[str, Any]] = {
    "concessions": {"weight": 0.6, "fill_opacity": 0.12},
    "salars": {"weight": 0.8, "fill_opacity": 0.35},
    "faults": {"weight": 2, "dash": "7 4"},
    "borders": {"weight": 1.2, "dash": "2 4"},
    "volcanoes": {"radius": 4, "shape": "triangle"},
    "ports": {"radius": 3.5, "shape": "square"},
    "towns": {"radius": 2.5},
}


def map_payload(screening: Screening) -> dict[str, Any]:
    """Return the payload of the map, version 1, in longitude and latitude."""
    window = screening.region.region.window
    region = screening.region.region
    return {
        "payload_version": 1,
        "title": f"{region.title}: exploration targets",
        "subtitle": region.summary or ", ".join(
            one.model.deposit_model.label for one in screening.rankings.values()
        ),
        "made_by": f"prospector {__version__}",
        "bounds": [window.west, window.south, window.east, window.north],
        "sentences": screening.sentences(),
        "breaks": list(CLASS_BREAKS),
        "colours": list(COLOURS),
        "models": [_model(one) for one in screening.rankings.values()],
        "layers": [*_relief(screening), *_context(screening), *_deposits(screening)],
        "sources": _sources(screening),
    }  # fmt: skip


def _model(ranking: Ranking) -> dict[str, Any]:
    entry = ranking.model.deposit_model
    picture = picture_grid(ranking.score.grid)
    place = ranking.distribution.percentile(thinned(ranking.score, picture))
    png, bounds = web_picture(classed(place), picture)
    return {
        "name": entry.name,
        "label": entry.label,
        "unit": "cell" if entry.unit == "cell" else entry.unit.rstrip("s"),
        "skill_words": ranking.skill_figures,
        "demonstrated": ranking.skill.get("demonstrated"),
        "skill_rows": _skill_rows(ranking.skill),
        "caution": entry.caution,
        "class_by": "percentile",
        "breaks": list(CLASS_BREAKS),
        "colours": list(COLOURS),
        "targets": [_target(row) for row in ranking.targets.to_dict("records")],
        "overlay": {"png": png, "bounds": bounds},
    }


def _skill_rows(skill: dict[str, Any]) -> list[list[Any]]:
    """Return the skill figures that the map shows, each beside its null."""
    rows: list[list[Any]] = [
        ["Known deposits trained on", skill["n_deposits"]],
        ["Districts", skill["n_districts"]],
    ]
    if skill["auc_blocked"] is None:
        return rows
    plain = skill["without_schematic"] or {}
    low, high = skill["auc_blocked_interval"]
    return [
        *rows,
        ["AUC, spatial blocks", f"{skill['auc_blocked']:.2f} ({low:.2f} to {high:.2f})"],
        ["95th percentile of the null", f"{skill['auc_null_p95']:.2f} ({skill['null_kind']})"],
        ["p", f"{skill['p_value']:.3f} (n = {skill['n_null']})"],
        *(
            [
                f"AUC of a baseline: {one['name']}",
                f"{one['auc']:.2f}; the model gains {one['gain']:+.2f} "
                f"({one['gain_interval'][0]:+.2f} to {one['gain_interval'][1]:+.2f})",
            ]
            for one in skill.get("baselines", [])
            if one["name"] in TO_BEAT
        ),
        ["AUC, random folds (interpolation, optimistic)", f"{skill['auc_random']:.2f}"],
        ["Capture in the best 5 % of the area", f"{skill['capture_at_5_percent']:.0%}"],
        *(
            [
                [
                    "AUC without schematic evidence",
                    f"{plain['auc_blocked']:.2f} (null's p95 {plain['auc_null_p95']:.2f}, "
                    f"p {plain['p_value']:.3f})",
                ]
            ]
            if plain
            else []
        ),
    ]


def _target(row: dict[str, Any]) -> dict[str, Any]:
    """Return one target as the page reads it."""
    plain = ("target_id", "name", "rank", "score", "percentile", "area_km2", "known_deposits",
             "known_names", "nearest_deposit", "holders", "concession_ids", "tenure_as_of")  # fmt: skip
    away = row["nearest_deposit_km"]
    return {
        **{key: row[key] for key in plain},
        "nearest_deposit_km": None if pd.isna(away) else float(away),
        "evidence_for": read_description(row["evidence_for"]),
        "evidence_against": read_description(row["evidence_against"]),
        "tenure": {name: _share(row[f"{name}_share"]) for name in TENURE_CLASSES},
        "protection": {name: _share(row[f"{name}_share"]) for name in PROTECTION_CLASSES},
        "utm": utm(row["longitude"], row["latitude"]),
        "centre": [row["longitude"], row["latitude"]],
        "geometry": _geometry(row["geometry"]),
    }


def _share(value: float) -> float:
    return round(min(max(float(value), 0.0), 1.0), 6)


def utm(longitude: float, latitude: float) -> str:
    """Return a place as zone, easting and northing in whole metres (WGS 84).

    Examples
    --------
    >>> utm(-69.0, -24.0)
    '19S 500000 E 7345773 N'
    """
    zone = int((longitude + 180) // 6) + 1
    south = latitude < 0
    transformer = Transformer.from_crs(
        "EPSG:4326", f"EPSG:{(32700 if south else 32600) + zone}", always_xy=True
    )
    easting, northing = transformer.transform(longitude, latitude)
    return f"{zone}{'S' if south else 'N'} {easting:.0f} E {northing:.0f} N"


def _geometry(outline: shapely.Geometry) -> dict[str, Any]:
    """Return a geometry as GeoJSON with few decimals."""
    rounded = shapely.transform(outline, lambda at: np.round(at, MAP_DECIMALS))
    found: dict[str, Any] = json.loads(shapely.to_geojson(rounded))
    return found


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
    png, bounds = web_picture(picture, grid)
    layer = screening.layers.of_role("relief")[0]
    return [{"key": "relief", "label": layer.title, "kind": "image", "png": png, "bounds": bounds}]


def _on_picture(kind: str, role: str, layers: Layers, grid: Grid) -> FloatArray:
    """Return an evidence of one role over the cells of a picture."""
    parameters = validate_parameters(kind, {"role": role}, where="map")
    values = compute_evidence(kind, layers, cells(grid), parameters=parameters)
    return values.reshape(grid.shape)


def _context(screening: Screening) -> list[dict[str, Any]]:
    drawn = []
    for role, kind, visible in DRAWN:
        layer = screening.layers.vector(role)
        if layer is not None:
            drawn.append(
                {
                    "key": role,
                    "label": layer.title,
                    "kind": kind,
                    "schematic": layer.schematic,
                    "visible": visible,
                    "label_zoom": 7.5 if role == "towns" else None,
                    "style": {
                        "colour": CONTEXT[role],
                        "fill": CONTEXT[role],
                        **STYLES.get(role, {}),
                    },
                    "note": "" if layer.source is None else layer.source.done,
                    "features": _features(layer, kind),
                }
            )
    return drawn


def _features(layer: VectorLayer, kind: str) -> list[dict[str, Any]]:
    """Return a layer's features with the rows of their cards; long lines are thinned."""
    table = layer.features.to_crs("EPSG:4326")
    if kind == "line":
        table = table.assign(geometry=table.simplify(LINE_TOLERANCE_DEGREES))
    return [_feature(row) for row in table.to_dict("records")]


def _feature(row: dict[str, Any]) -> dict[str, Any]:
    rows = [
        [key.replace("_", " "), _plain(value)]
        for key, value in row.items()
        if key not in ("geometry", "name") and not _missing(value)
    ]
    name = next((row[key] for key in ("name", "fault_system", "file_number") if row.get(key)), "")
    return {
        "geometry": _geometry(row["geometry"]),
        "name": "" if _missing(name) else str(name),
        "rows": rows,
    }


def _missing(value: Any) -> bool:
    if value is None or value == "":
        return True
    return bool(np.isscalar(value) and pd.isna(value))  # type: ignore[arg-type]


def _plain(value: Any) -> str | int | float:
    """Return a value that JSON carries: numbers as they are, all else as text."""
    if isinstance(value, bool | np.bool_):
        return "yes" if value else "no"
    if isinstance(value, int | np.integer):
        return int(value)
    if isinstance(value, float | np.floating):
        return round(float(value), 4)
    return str(value)


def _deposits(screening: Screening) -> list[dict[str, Any]]:
    """Return known deposits, a layer for each model and one for all other types."""
    layer = screening.layers.vector("deposits")
    if layer is None:
        return []
    drawn, types = [], set()
    for ranking in screening.rankings.values():
        types.add(ranking.model.labels.deposit_type)
        label = f"Known deposits: {ranking.model.deposit_model.label.lower()}"
        drawn.append(_points(f"deposits_{ranking.model.name}", label, ranking.deposits, True))
    other = layer.features[~layer.features["deposit_type"].isin(types)].to_crs("EPSG:4326")
    if len(other):
        drawn.insert(0, _points("deposits_other", "Known deposits: other types", other, False))
    return drawn


def _points(key: str, label: str, table: gpd.GeoDataFrame, visible: bool) -> dict[str, Any]:
    colour = "#111111" if visible else "#777777"
    return {
        "key": key,
        "label": label,
        "kind": "point",
        "visible": visible,
        "label_zoom": 8.5,
        "style": {"colour": colour, "fill": "#ffffff", "fill_opacity": 1, "radius": 4,
                  "weight": 1.6, "shape": "diamond" if "lithium" in key else "circle"},
        "features": [_feature(row) for row in table.to_dict("records")],
    }  # fmt: skip


def _sources(screening: Screening) -> list[dict[str, Any]]:
    """Return where each layer comes from; 'origin not stated' where nothing says so."""
    rows = []
    for layer in screening.layers.items:
        source = layer.source
        rows.append(
            {
                "layer": layer.title,
                "origin": "origin not stated" if source is None else source.origin,
                "licence": "" if source is None else source.licence,
                "date": "" if source is None else source.date,
                "schematic": layer.schematic,
                "citation": "" if source is None else source.citation,
            }
        )
    return rows
