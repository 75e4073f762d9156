"""The styles of all layers of a run: the one source of what every file for GIS software says."""

from __future__ import annotations

import math
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from prospector.gis.columns import codes_of, columns_of
from prospector.gis.palette import CLASS_BREAKS, COLOURS, EVIDENCE_COLOURS
from prospector.gis.raster import WINDOW_CELLS, score_file
from prospector.gis.relief import RELIEF_FILE
from prospector.gis.styles import Column, LayerStyle, RasterStyle, Shape, Stop
from prospector.gis.symbols import (
    TOLD_APART,
    display_of,
    labels_of,
    percentile_labels,
    renderer_of,
    tip_of,
)
from prospector.gis.workbook import source_lines
from prospector.grid import Values
from prospector.ground.distribution import STEPS
from prospector.inventory.listing import INVENTORY_ROLES, NO_SCORE
from prospector.layers import Layers
from prospector.screening.ranking import EvidenceMap, Ranking
from prospector.screening.steps import Screening
from prospector.words.language import Language, standing_sentences
from prospector.words.skill import skill_line

RELIEF_COLOURS = ("#e8e6de", "#d6c8ae")
SHAPES: dict[str, Shape] = {"POLYGON": "polygon", "LINESTRING": "line", "POINT": "point"}

TITLES = {
    "targets": "Targets",
    "scored_units": "Scored units",
    "open_ground": "Open ground",
    "contributions": "Contributions of the evidence",
    **INVENTORY_ROLES,
}
"""What the layers are called that a screening makes; a layer of the region has its own title."""

WHAT = {
    "targets": "Ground that a deposit model ranks for a closer look, with its reasons, tenure and access. "
    "Targets are ranked by score alone; scores compare within one deposit model.",
    "deposits": "Known deposits that the deposit models count, with how their place was ranked when it "
    "was held out.",
    "concessions": "Mining titles of the register, with how each scores under every deposit model.",
    "scored_units": "The polygons that a deposit model scored.",
    "open_ground": (
        "Ground known to be open, and vacant titles, with how it scores under the deposit models."
    ),
    "contributions": "What each evidence adds to the score of each target.",
    **dict.fromkeys(INVENTORY_ROLES, NO_SCORE),
}
"""What the layers are that a screening makes or adds to."""

OF_SCORES = ("targets", "scored_units", "open_ground", "concessions", "contributions")
OF_TENURE = ("targets", "concessions", "open_ground", *INVENTORY_ROLES)


@dataclass(frozen=True)
class RunStyles:
    """The style of each layer of a run.

    Parameters
    ----------
    tables
        Of each table of prospects.gpkg, by its name.
    files
        Of each GeoJSON file, by its path from the run folder.
    rasters
        Of each GeoTIFF, by its path from the run folder.
    """

    tables: Mapping[str, LayerStyle]
    files: Mapping[str, LayerStyle]
    rasters: Mapping[str, RasterStyle]


@dataclass(frozen=True)
class Table:
    """A table of a GeoPackage: its shape, its columns, and the values that tell its features apart."""

    shape: Shape
    columns: tuple[str, ...]
    values: Mapping[str, tuple[str, ...]]


def run_styles(
    screening: Screening, tables: Mapping[str, Table], relief: Values | None, words: Language
) -> RunStyles:
    """Return the style of each layer of a run.

    Parameters
    ----------
    screening
        The screening that is written.
    tables
        What prospects.gpkg holds, as `tables_of` reads it.
    relief
        The region's own elevation, if it has any.
    words
        Language of titles, aliases and classes.
    """
    layers = {name: layer_style(screening, name, table, words) for name, table in tables.items()}
    return RunStyles(
        layers,
        dict(_file_styles(screening, layers, words)),
        dict(_raster_styles(screening, relief, words)),
    )


def tables_of(package: Path) -> dict[str, Table]:
    """Return what each table of a GeoPackage holds."""
    with closing(sqlite3.connect(package)) as file:
        kinds = dict(
            file.execute("SELECT table_name, geometry_type_name FROM gpkg_geometry_columns")
        )
        names = [name for (name,) in file.execute("SELECT table_name FROM gpkg_contents")]
        return {name: _table(file, name, kinds.get(name)) for name in names}


def _table(file: sqlite3.Connection, name: str, kind: str | None) -> Table:
    shape = "table" if kind is None else SHAPES[kind.removeprefix("MULTI")]
    quoted = name.replace('"', '""')
    found = [row[1] for row in file.execute(f'PRAGMA table_info("{quoted}")')]
    columns = tuple(column for column in found if column not in ("fid", "geom"))
    values = {
        column: tuple(
            str(value)
            for (value,) in file.execute(
                f'SELECT DISTINCT "{column}" FROM "{quoted}" '  # noqa: S608 - names of our own
                f"""WHERE "{column}" IS NOT NULL AND "{column}" <> '' ORDER BY 1"""
            )
        )
        for column in dict.fromkeys((*TOLD_APART.get(name, ()), *codes_of(name)))
        if column in columns
    }
    return Table(shape, columns, values)


def layer_style(screening: Screening, name: str, table: Table, words: Language) -> LayerStyle:
    """Return the style of one table of prospects.gpkg."""
    models = _model_labels(screening, words)
    codes = {column: table.values[column] for column in codes_of(name) if column in table.values}
    columns = columns_of(name, table.columns, models, words, codes)
    return LayerStyle(
        name,
        title_of(screening.layers, name, words),
        "\n".join(_abstract(screening, name, words)),
        table.shape,
        renderer_of(name, table.shape, table.values, words),
        columns,
        display_of(name, table.columns, models, words),
        tip_of(name, columns, models, words),
        labels_of(name, table.shape, table.columns),
    )


def _model_labels(screening: Screening, words: Language) -> dict[str, str]:
    rankings = screening.rankings.items()
    return {name: words.told(ranking.model.deposit_model.label) for name, ranking in rankings}


def title_of(layers: Layers, name: str, words: Language) -> str:
    """Return what a layer is called: of the screening's own by its name, of a region's by its title.

    One without a title is called by its role: GDAL takes a title that is but the table's name for none.
    """
    if name in TITLES:
        return words.say(TITLES[name])
    layer = layers.vector(name)
    if layer is not None and layer.title not in ("", name):
        return words.told(layer.title)
    role = layers.known_roles.get(name)
    described = "" if role is None else role.description
    what = words.told(described or f"layer {name}")
    return f"{what[:1].upper()}{what[1:]}"


def _abstract(screening: Screening, name: str, words: Language) -> Iterator[str]:
    """Give what a layer is, its source, how far its scores may be believed, and what all outputs say."""
    standing = standing_sentences(screening, words)
    if name in WHAT:
        yield words.say(WHAT[name])
    yield from source_lines(screening.layers.of_role(name), words)
    if name in OF_SCORES:
        for ranking in screening.rankings.values():
            yield _skill(ranking, words)
        yield standing.resolution
    if name in OF_TENURE:
        yield standing.tenure
    yield standing.reporting


def _skill(ranking: Ranking, words: Language) -> str:
    label = words.told(ranking.model.deposit_model.label)
    return f"{label}: {skill_line(ranking.skill, words, ranking.evidence_labels)}"


def _file_styles(
    screening: Screening, layers: Mapping[str, LayerStyle], words: Language
) -> Iterator[tuple[str, LayerStyle]]:
    standing = standing_sentences(screening, words)
    notice = [standing.resolution, standing.tenure, standing.reporting]
    for name, ranking in screening.rankings.items():
        if "targets" in layers:
            label = words.told(ranking.model.deposit_model.label)
            what = words.say(WHAT["targets"])
            abstract = "\n".join([what, _skill(ranking, words), *notice])
            title = f"{label}: {words.say(TITLES['targets'])}"
            columns = (_feature_id(words), *layers["targets"].columns)
            style = replace(layers["targets"], title=title, abstract=abstract, columns=columns)
            yield f"{name}/targets.geojson", style
    for inventory in screening.inventories:
        if inventory.role in layers:
            yield f"inventory/{inventory.role}.geojson", layers[inventory.role]


def _feature_id(words: Language) -> Column:
    """Return the column that readers of GeoJSON make of a feature's id: the target's, once more."""
    return Column("id", words.say("id of the feature"), words.say("The same as the target's id."))


def _raster_styles(
    screening: Screening, relief: Values | None, words: Language
) -> Iterator[tuple[str, RasterStyle]]:
    standing = standing_sentences(screening, words)
    for name, ranking in screening.rankings.items():
        label = words.told(ranking.model.deposit_model.label)
        score = score_style(ranking, label, words)
        said = [
            words.say("Favourability, 0 to 1, in classes of its percentile."),
            _skill(ranking, words),
        ]
        yield (
            f"{name}/{score.name}.tif",
            replace(score, abstract="\n".join([*said, standing.resolution, standing.reporting])),
        )
        for evidence in ranking.evidence:
            style = evidence_style(evidence, label, words)
            abstract = "\n".join([style.abstract, standing.reporting])
            yield f"{name}/evidence/{evidence.name}.tif", replace(style, abstract=abstract)
    if relief is not None:
        source = "\n".join(
            [*source_lines(screening.layers.of_role("relief"), words), standing.reporting]
        )
        stops = _stops(relief, RELIEF_COLOURS, "m", words)
        yield RELIEF_FILE, RasterStyle("relief", words.say("Elevation"), source, "m", stops)


def score_style(ranking: Ranking, label: str, words: Language) -> RasterStyle:
    """Return the style of a raster of scores: the map's classes of the percentile, as scores."""
    steps = [ranking.distribution.thresholds([level])[0] for level in CLASS_BREAKS[1:-1]]
    ends = [(step - 0.5) / STEPS for step in steps] + [1.0]
    stops = [
        Stop(end, colour, name)
        for end, colour, name in zip(ends, COLOURS, percentile_labels(words), strict=True)
    ]
    title = f"{label}: {words.label('score')}"
    name = Path(score_file(ranking.model.name)).stem
    return RasterStyle(name, title, "", "", tuple(stops), classed=True)


def evidence_style(evidence: EvidenceMap, label: str, words: Language) -> RasterStyle:
    """Return the style of a raster of evidence: greys from its lowest to its highest value."""
    unit = words.unit(evidence.unit)
    title = f"{label}: {words.told(evidence.label)}" + (f" ({unit})" if unit else "")
    stops = _stops(evidence.raster, EVIDENCE_COLOURS, unit, words)
    return RasterStyle(evidence.name, title, words.sentence(evidence.accuracy), unit, stops)


def _stops(
    raster: Values, colours: tuple[str, ...], unit: str, words: Language
) -> tuple[Stop, ...]:
    low, high = _extremes(raster)
    decimals = 2 - math.floor(math.log10(high - low)) if high > low else 2
    values = np.linspace(low, high, len(colours)).tolist()
    return tuple(
        Stop(value, colour, f"{words.figure(round(value, decimals))} {unit}".rstrip())
        for value, colour in zip(values, colours, strict=True)
    )


def _extremes(raster: Values) -> tuple[float, float]:
    """Return the lowest and the highest value of a raster, read window by window; 0, 1 where none."""
    low, high = np.inf, -np.inf
    for window in raster.grid.windows(WINDOW_CELLS):
        values = raster.read(window)
        known = values[np.isfinite(values)]
        if known.size:
            low, high = min(low, float(known.min())), max(high, float(known.max()))
    return (low, high) if low < np.inf else (0.0, 1.0)
