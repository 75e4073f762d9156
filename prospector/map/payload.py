"""A screening as the payload that the map's page reads."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio.features
import shapely

from prospector import __version__
from prospector.gis.palette import CLASS_BREAKS, COLOURS, classed, shaded
from prospector.gis.place_column import PLACE, deposits_of_others
from prospector.gis.raster import picture_grid, thinned, web_picture
from prospector.grid import BoolArray, FloatArray, Grid
from prospector.ground.protocol import Scale
from prospector.map.basemaps import basemap as basemap_named
from prospector.map.card_facts import lacking, likeness, titles_of
from prospector.map.features import Features
from prospector.map.inventories import inventory_translations
from prospector.map.law_rows import law_of_targets, law_payload, law_translations
from prospector.map.map_layers import (
    GROUPINGS,
    known_label,
    line_names,
    map_layers,
    place_labels,
    thinned_labels,
    types_of_deposits,
)
from prospector.map.past import past_of
from prospector.map.payload_schema import PAYLOAD_VERSION
from prospector.map.region_names import region_names
from prospector.map.rows import Rows
from prospector.map.skill_rows import skill_payload, skill_translations
from prospector.map.targets import Targets
from prospector.models.fuzzy import FuzzyOverlay
from prospector.models.index_overlay import IndexOverlay
from prospector.models.logistic import SquaredLogistic
from prospector.numerals import is_logarithm, unit_measured
from prospector.screening.ranking import Ranking
from prospector.screening.steps import Screening
from prospector.targets.contributions import at_tolerance, unresolved_distances
from prospector.targets.places import targets_called_by
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.concessions import PROTECTION_CLASSES, TENURE_CLASSES
from prospector.tenure.exclusions import ANY, LEAST_FLAGGED
from prospector.words.cautions import model_caution
from prospector.words.language import (
    LANGUAGES,
    Language,
    language,
    sentence,
    standing_sentences,
    translations,
)

COARSE_CELLS = 50_000
SIGNIFICANT_FIGURES = 5
MORE_FIGURES = (7, 9, 12)


@dataclass(frozen=True)
class Pages:
    """The run beside the map: names of its pages, how many targets of each model have a dossier, its id.

    Parameters
    ----------
    inventories
        Name of the page of each inventory, by what it is called in English, e.g. Tailings.
    language
        Of the run: its tables are spelled for who reads it, and so is what the map saves.
    """

    report: str
    overview: str
    dossiers: int
    run_id: str = ""
    inventories: Mapping[str, str] = field(default_factory=dict)
    language: str = "en"


def map_payload(
    screening: Screening, *, basemap: str | None = None, pages: Pages | None = None
) -> dict[str, Any]:
    """Return the payload of the map, version 4, in longitude and latitude.

    Parameters
    ----------
    screening
        What to show.
    basemap
        Name of a base map that the page asks a server for; none by default.
    pages
        The pages that lie beside the map in a run folder, to which its cards link; none by default.

    Raises
    ------
    OutputError
        No such base map.
    """
    window = screening.region.region.window
    region = screening.region.region
    payload = {
        "payload_version": PAYLOAD_VERSION,
        "title": map_title(region.title, language("en")),
        "subtitle": region.summary or ", ".join(
            ranking.model.deposit_model.label for ranking in screening.rankings.values()
        ),
        "made_by": f"prospector {__version__}",
        "bounds": [window.west, window.south, window.east, window.north],
        "sentences": screening.sentences(),
        "breaks": list(CLASS_BREAKS),
        "colours": list(COLOURS),
        "models": [
            _model(ranking, _targets(screening, name)) | {"dossiers": pages.dossiers if pages else 0}
            for name, ranking in screening.rankings.items()
        ],
        "layers": map_layers(screening),
        "seas": [sea.model_dump() for sea in region.seas],
        "regions": region_names(screening.layers, window.bounds().as_tuple()),
        "sources": _sources(screening),
        "notices": _notices(screening),
        "basemap": None if basemap is None else basemap_named(basemap),
        "law": law_payload(screening),
        "report": pages.report if pages else "",
        "relief_error_m": _relief_error(screening),
        "overview": pages.overview if pages else "",
        "inventories": [
            {"name": name, "page": page} for name, page in (pages.inventories if pages else {}).items()
        ],
        "run_id": pages.run_id if pages else "",
        "tables": pages.language if pages else "en",
    }  # fmt: skip
    spanish = translations(sorted(set(_texts(payload)))) | _composed(screening, language("es"))
    return payload | {"translations": {"es": dict(sorted(spanish.items()))}}


def _relief_error(screening: Screening) -> float | None:
    relief = screening.layers.raster("relief")
    error = relief.source.error_m if relief is not None and relief.source is not None else None
    return None if error is None else error.nine_tenths


def _composed(screening: Screening, words: Language) -> dict[str, str]:
    """Return the texts of the payload that are made of values, by their English."""
    english = language("en")
    title = screening.region.region.title
    pairs = {map_title(title, english): map_title(title, words)}
    pairs |= zip(
        standing_sentences(screening, english), standing_sentences(screening, words), strict=True
    )
    pairs |= thinned_labels(screening.layers, words)
    pairs |= line_names(screening.layers, words)
    pairs |= types_of_deposits(screening.layers, words)
    pairs |= law_translations(screening, words)
    pairs |= inventory_translations(screening.inventories, words)
    for ranking in screening.rankings.values():
        label = ranking.model.deposit_model.label
        pairs[known_label(label, english)] = known_label(label, words)
        pairs |= zip(place_labels(label, english), place_labels(label, words), strict=True)
        labels = ranking.evidence_labels
        pairs |= skill_translations(ranking.skill, labels, words)
        if _caution(ranking, english):
            pairs[_caution(ranking, english)] = _caution(ranking, words)
        pairs |= {
            sentence(evidence.accuracy): words.sentence(evidence.accuracy)
            for evidence in ranking.evidence
        }
    return pairs


def map_title(region: str, words: Language) -> str:
    """Return the title of a region's map."""
    return words.say("{region}: exploration targets", region=words.told(region))


NAMED = frozenset(
    {
        "targets",
        "png",
        "notices",
        "likeness",
        "past",
        "columns",
        "regions",
        "law",
        "report",
        "overview",
        "page",
        "run_id",
        "tables",
    }
)
"""Keys of a payload whose values are names, places, pictures or in every language: no texts to translate."""


CLASSES = frozenset(
    {name for names in GROUPINGS.values() for name in names} - {"holder", "country"}
)
"""Rows of a card whose values are words of the field: those that tell features apart, and a few more."""
CLASSES |= {"strike class", "status", "protection", "level", "year of approval"}


def _texts(part: object, key: str = "") -> Iterator[str]:
    """Give every text of a payload that a reader may want in another language."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, Features):
        yield from _texts_of_features(part)
    elif key in NAMED:
        return
    elif isinstance(part, Mapping):
        for name, value in part.items():
            yield from _texts(value, str(name))
    elif isinstance(part, Sequence):
        for value in part:
            yield from _texts(value)


def _texts_of_features(features: Features) -> set[str]:
    """Return labels of rows, and values of the rows that hold a class; names of holders and places stay."""
    values = features.values()
    texts = {value for label in CLASSES & values.keys() for value in values[label]}
    return values.keys() | {value for value in texts if isinstance(value, str)}


Flags = Mapping[str, list[tuple[str, float]]]
"""By target, the roles of ground where work is barred or bound to conditions, with their share."""


def _flags(screening: Screening, deposit_model: str) -> Flags:
    table = screening.tenure.exclusions[deposit_model]
    met = table[(table["class"] == ANY) & (table["share"] >= LEAST_FLAGGED)]
    return {
        str(target): [
            (str(role), _share(share))
            for role, share in zip(one["role"], one["share"], strict=True)
        ]
        for target, one in met.groupby("target_id")
    }


def _towns(screening: Screening) -> gpd.GeoDataFrame | None:
    layer = screening.layers.vector("towns")
    return None if layer is None or "name" not in layer.features else layer.features


def _model(ranking: Ranking, targets: Targets) -> dict[str, Any]:
    entry = ranking.model.deposit_model
    picture = picture_grid(ranking.score.grid)
    place = ranking.distribution.percentile(thinned(ranking.score, picture))
    png, bounds = web_picture(classed(place), picture)
    coarse = _Coarse.of(ranking)
    return {
        "name": entry.name,
        "label": entry.label,
        "verdict": ranking.skill.verdict,
        "demonstrated": ranking.skill.demonstrated,
        **skill_payload(ranking.skill, ranking.evidence_labels, language("en")),
        "caution": _caution(ranking, language("en")),
        "class_by": "percentile",
        "breaks": list(CLASS_BREAKS),
        "colours": list(COLOURS),
        "evidence": _evidence(ranking, coarse),
        "what_if": _what_if(ranking.estimation.fitted.estimator),
        "targets": targets,
        "columns": _columns(ranking.targets),
        "likeness": likeness(ranking),
        "lacking": lacking(ranking),
        "past": past_of(ranking),
        "overlay": {"png": png, "bounds": bounds},
        **_outside(ranking, coarse),
    }


def _caution(ranking: Ranking, words: Language) -> str:
    entry = ranking.model.deposit_model.model_dump()
    return model_caution(entry, words, learned=ranking.skill.reason is None)


@dataclass(frozen=True, eq=False)
class _Coarse:
    """A ranking in few cells: what was scored, and the evidence, shape (n evidence, rows, columns)."""

    grid: Grid
    scored: BoolArray
    evidence: FloatArray

    @classmethod
    def of(cls, ranking: Ranking) -> _Coarse:
        """Return means over the known cells of each coarse cell."""
        grid = picture_grid(ranking.score.grid, COARSE_CELLS)
        scored = np.isfinite(thinned(ranking.score, grid))
        return cls(
            grid,
            scored,
            np.stack([thinned(evidence.raster, grid) for evidence in ranking.evidence]),
        )


def _evidence(ranking: Ranking, coarse: _Coarse) -> list[dict[str, Any]]:
    """Return each evidence in words and as a small picture, in the order of a target's values."""
    return [
        {
            "name": evidence.name,
            "label": evidence.label,
            "unit": unit_measured(evidence.unit),
            "logarithm": is_logarithm(evidence.unit),
            "schematic": evidence.schematic,
            "partly": evidence.schematic and not evidence.origin.all_schematic,
            "reason": evidence.reason,
            "accuracy": sentence(evidence.accuracy),
            "resolution_m": evidence.origin.resolution_m,
            "schematic_m": evidence.origin.schematic_m or None,
            **_picture(
                np.where(coarse.scored, values, np.nan), coarse.grid, evidence.tolerances_km
            ),
        }
        for evidence, values in zip(ranking.evidence, coarse.evidence, strict=True)
    ]


def _picture(values: FloatArray, grid: Grid, tolerances_km: Sequence[float]) -> dict[str, Any]:
    """Return a picture of an evidence; its colours run from the 2nd percentile to the 98th."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return {}
    low, high = (float(end) for end in np.quantile(known, [0.02, 0.98]))
    png, bounds = web_picture(shaded(values, low, high), grid, driver="WEBP")
    return {
        "picture": {"png": png, "bounds": bounds},
        "low": low,
        "high": high,
        "low_unresolved": bool(at_tolerance(np.array([low]), tolerances_km)[0]),
    }


def _what_if(estimator: object) -> dict[str, Any] | None:
    """Return how the page scores targets again; None where parts do not add up to a score."""
    if isinstance(estimator, SquaredLogistic):
        return {"kind": "logistic"}
    if isinstance(estimator, FuzzyOverlay):
        return {"kind": "fuzzy", "operator": estimator.operator, "gamma": estimator.gamma}
    if isinstance(estimator, IndexOverlay):
        return {"kind": "index", "shares": estimator.shares.tolist()}
    return None


def _outside(ranking: Ranking, coarse: _Coarse) -> dict[str, Any]:
    """Return the ground outside the area of applicability and its share; nothing where it is not known."""
    within = ranking.applicability
    if within is None:
        return {}
    rows = coarse.evidence.reshape(len(coarse.evidence), -1).T
    scale = Scale(tuple(evidence.scale == "log" for evidence in ranking.evidence))
    unlike = coarse.scored & ~within.inside(scale(rows)).reshape(coarse.grid.shape)
    share = float(unlike.sum() / max(1, int(coarse.scored.sum())))
    seen = {"outside_share": share, "outside_cell_km": coarse.grid.cell_size_m / 1000}
    return {"outside": _area(unlike, coarse.grid), **seen} if unlike.any() else seen


def _area(chosen: BoolArray, grid: Grid) -> shapely.MultiPolygon:
    """Return cells as one area in longitude and latitude."""
    found = rasterio.features.shapes(chosen.astype("uint8"), mask=chosen, transform=grid.transform)
    outlines = [shapely.geometry.shape(shape) for shape, _ in found]
    placed = gpd.GeoSeries(outlines, crs=grid.crs).to_crs("EPSG:4326")
    return shapely.MultiPolygon(list(placed))


def _targets(screening: Screening, name: str) -> Targets:
    """Return the targets of a deposit model as the page reads them, in order of rank."""
    ranking = screening.rankings[name]
    table, ids = ranking.targets, ranking.targets["target_id"].tolist()
    values, parts = _figures(ranking.target_evidence), _figures(ranking.target_parts)
    unresolved = unresolved_distances(ranking.evidence, ranking.target_evidence)
    schematic = np.array([evidence.schematic for evidence in ranking.evidence])
    surveyed = schematic & ~ranking.target_schematic
    crs = ranking.score.grid.crs
    others, towns = deposits_of_others(screening, name), _towns(screening)
    called = targets_called_by(table, ranking.deposits, towns, others, crs)
    flags, titles = _flags(screening, name), titles_of(screening, name)
    columns = _of_table(table) | {
        "place": [one.place for one in called],
        "place_km": [one.km for one in called],
        "place_bearing": [one.bearing for one in called],
        "country": ["" if one.unit else one.country for one in called],
        "carried": _carried(table),
        "flags": [flags.get(target, []) for target in ids],
        "values": values,
        "parts": parts,
        "unresolved": _places_of(unresolved),
        "surveyed": _places_of(surveyed),
        "titles": [titles.get(target, []) for target in ids],
        **law_of_targets(ranking, screening),
    }
    return Targets.of(Rows(columns))


def _places_of(marks: BoolArray) -> list[list[int]]:
    """Return for each row the places that are marked."""
    return [[place for place, mark in enumerate(row) if mark] for row in marks.tolist()]


def _columns(table: gpd.GeoDataFrame) -> list[dict[str, Any]]:
    """Return the columns of targets.csv and what each holds."""
    kinds = {name: table[name].dtype.kind for name in table.columns if name != "geometry"}
    words = {"i": "whole", "u": "whole", "f": "figure"}
    columns = [
        {"name": name, "kind": words.get(kind, "text"), "carried": name not in TARGET_COLUMNS}
        for name, kind in kinds.items()
    ]
    behind = [column["name"] for column in columns].index("deposit_model") + 1
    columns.insert(behind, {"name": PLACE, "kind": "text", "carried": False})
    return columns


def _carried(table: gpd.GeoDataFrame) -> list[list[Any]]:
    """Return what polygons carry to each target, in the order of the carried columns."""
    columns = [
        [
            None if gone else value
            for value, gone in zip(values.tolist(), values.isna(), strict=True)
        ]
        for values in (table[column["name"]] for column in _columns(table) if column["carried"])
    ]
    return [list(row) for row in zip(*columns, strict=True)] if columns else [[]] * len(table)


PLAIN = (
    "target_id", "name", "rank", "score", "percentile", "area_km2", "known_deposits", "known_names",
    "nearest_deposit", "administrative_unit", "province", "region", "nearest_town", "nearest_port",
    "holders", "concession_ids", "tenure_as_of",
)  # fmt: skip
MAY_LACK = (
    "nearest_deposit_km", "percentile_mean", "percentile_spread", "top_tenth_share", "score_max",
    "expected_number", "town_km", "port_km", "road_km", "power_line_km", "well_km", "depth_to_water_m",
    "elevation_m",
)  # fmt: skip


def _of_table(table: gpd.GeoDataFrame) -> dict[str, Sequence[Any]]:
    """Return what the page reads of the columns of targets.csv, a sequence for each thing."""
    return {
        **{name: table[name].tolist() for name in PLAIN},
        "geometry": table.geometry.to_numpy(),
        **{name: _or_none(table[name]) for name in MAY_LACK},
        "tenure": _shares(table, TENURE_CLASSES),
        "protection": _shares(table, PROTECTION_CLASSES),
        "centre": list(zip(table["longitude"].tolist(), table["latitude"].tolist(), strict=True)),
    }


def _or_none(figures: pd.Series) -> list[float | None]:
    values = figures.to_numpy(dtype=float, na_value=np.nan).tolist()
    return [None if math.isnan(value) else value for value in values]


def _shares(table: gpd.GeoDataFrame, classes: Sequence[str]) -> Rows:
    """Return for each target its shares by class."""
    return Rows(
        {name: [_share(share) for share in table[f"{name}_share"].tolist()] for name in classes}
    )


def _share(value: float) -> float:
    return round(min(max(float(value), 0.0), 1.0), 6)


def _figures(rows: FloatArray) -> list[list[float | None]]:
    """Return figures with five significant digits, None where there is none.

    A figure that would end in 5 keeps more: rounded again by the page it must not come out higher
    than when it is rounded once.

    Examples
    --------
    >>> _figures(np.array([[1234.5678, 1587.47, np.nan]]))
    [[1234.6, 1587.47, None]]
    """
    return [[_shortened(cell) if np.isfinite(cell) else None for cell in row] for row in rows]


def _shortened(value: float) -> float:
    for digits in (SIGNIFICANT_FIGURES, *MORE_FIGURES):
        text = f"{value:.{digits}g}"
        if not text.partition("e")[0].endswith("5"):
            return float(text)
    return float(value)


def _notices(screening: Screening) -> list[dict[str, Any]]:
    """Return every choice that was made, gravest first, in each language of the page."""
    return [
        {
            "code": notice.code,
            "level": notice.level,
            "sentence": {code: sentence(notice, code) for code in LANGUAGES},
        }
        for notice in screening.notices
    ]


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
                "partly": layer.schematic and not layer.exactness.schematic.all(),
                "citation": "" if source is None else source.citation,
            }
        )
    return rows
