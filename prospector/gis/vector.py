"""Targets, deposits and concessions for GIS software and spreadsheets."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from prospector.errors import OutputError
from prospector.gis.fields import (
    as_arrays,
    as_binary,
    filled,
    for_files,
    for_geodatabase,
    in_pieces,
    is_day_column,
)
from prospector.gis.package_tables import package_tables
from prospector.gis.spelling import ENGLISH, Spelling, spelling_of
from prospector.ground.distribution import STEPS, Distribution
from prospector.inventory.listing import INVENTORY_ROLES, NO_SCORE
from prospector.layers.formats import RASTER_ERRORS
from prospector.learning.estimation import Estimation, effects_of
from prospector.screening.steps import Screening
from prospector.validation.record import Skill
from prospector.words.language import Language

GPKG_LAYERS: dict[str, str] = {
    "targets": "MultiPolygon",
    "deposits": "Point",
    "concessions": "MultiPolygon",
    "salars": "MultiPolygon",
    "basins": "MultiPolygon",
    "faults": "MultiLineString",
    "volcanoes": "Point",
    "protected": "MultiPolygon",
    "indigenous": "MultiPolygon",
    "urban": "MultiPolygon",
    "water": "MultiPolygon",
    "military": "MultiPolygon",
    "border_zone": "MultiPolygon",
    "administrative": "MultiPolygon",
    "coast": "MultiLineString",
    "borders": "MultiLineString",
    "towns": "Point",
    "ports": "Point",
    **dict.fromkeys(INVENTORY_ROLES, "Point"),
    "wells": "Point",
    "open_ground": "MultiPolygon",
    "scored_units": "MultiPolygon",
}
"""Layers of prospects.gpkg with their geometry types; all in EPSG:4326."""

CONTRIBUTIONS = "contributions"
"""A table of prospects.gpkg without geometry."""

WRITE_ERRORS: tuple[type[Exception], ...] = (
    OSError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FieldError,
    pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, *RASTER_ERRORS,
)  # fmt: skip
"""What the libraries raise where a file cannot be written."""

ID_COLUMNS = ("target_id", "register_id")
"""Columns of ids, the first that a table has; features of GeoJSON bear them."""

FIXED_DATE = "2000-01-01T00:00:00.000Z"
REPEATABLE = {"OGR_CURRENT_DATE": FIXED_DATE, "OPENFILEGDB_REPRODUCIBLE_UUID": "YES"}
"""What makes GDAL write the same bytes of the same layers."""

FORMULA = re.compile(r"\s*[=+\-@\t\r]")
"""How text begins that a spreadsheet may take for a formula, be it after blanks."""


def write_geojson(features: gpd.GeoDataFrame, path: Path, *, sentences: list[str]) -> None:
    """Write features by RFC 7946: longitude latitude, 7 decimals, right-hand rule, no crs member.

    A column without any value is left out: GIS software would take it for text. Targets bear their id
    as the feature's. `sentences` stand in a foreign member `notice`, which readers pass over.
    """
    table = for_files(pd.DataFrame(features.drop(columns=features.geometry.name)))
    names = filled(table.columns, table)
    ids = _ids(table)
    rows = (
        zip(*(_plain(table[name]) for name in names), strict=True) if names else ((),) * len(table)
    )
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.write('{"type":"FeatureCollection","features":[')
        for place, (row, shape) in enumerate(
            zip(rows, _as_geojson(features.geometry), strict=True)
        ):
            file.write("," * bool(place) + '{"type":"Feature",')
            if ids is not None:
                file.write(f'"id":{_json(ids[place])},')
            properties = _json(dict(zip(names, row, strict=True)))
            file.write(f'"properties":{properties},"geometry":{shape or "null"}}}')
        file.write(f'],"notice":{_json(sentences)}}}')


def _as_geojson(shapes: gpd.GeoSeries) -> Iterator[str | None]:
    """Give each shape as GeoJSON, right-handed; some are made at a time."""
    for part in in_pieces(shapes, shapes.crs):
        yield from shapely.to_geojson(shapely.orient_polygons(_single(part)))


def _single(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return shapes, those of several parts that have but one as this part."""
    alone = shapely.get_num_geometries(shapes) == 1
    return np.where(alone, shapely.get_geometry(shapes, 0), shapes)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _ids(table: pd.DataFrame) -> list[str] | None:
    """Return the ids that rows bear; None where no column has one for each."""
    for name in ID_COLUMNS:
        if name in table.columns and table[name].notna().all() and table[name].is_unique:
            return [str(text) for text in table[name]]
    return None


def _plain(values: pd.Series) -> list[object]:
    """Return a column of `for_files` as JSON holds it: days as text, None where there is nothing."""
    if is_day_column(values):
        values = values.dt.strftime("%Y-%m-%d")
    elif values.dtype.kind == "M":
        values = values.dt.strftime("%Y-%m-%dT%H:%M:%S")
    return list(values.astype(object).where(values.notna(), None))


def write_csv(targets: gpd.GeoDataFrame, path: Path, *, spelling: Spelling = ENGLISH) -> None:
    """Write the table without outlines, utf-8 with a mark so that spreadsheets read accents.

    Text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    table = pd.DataFrame(targets.drop(columns="geometry"))
    for column in table.columns[[dtype.kind not in "iufb" for dtype in table.dtypes]]:
        table[column] = _harmless(table[column])
    table.to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\n",
        sep=spelling.separator, decimal=spelling.decimal,
    )  # fmt: skip


def write_labels(columns: Iterable[str], path: Path, words: Language) -> None:
    """Write what each column of the tables is called in a language."""
    names = [column for column in columns if column != "geometry"]
    table = pd.DataFrame({"column": names, "label": [words.label(name) for name in names]})
    write_table(table, path, spelling=spelling_of(words.code))


def write_distribution(distribution: Distribution, path: Path) -> None:
    """Write how many units have each score that occurs, and the percentile of that score."""
    there = np.flatnonzero(distribution.counts)
    score = there / STEPS
    table = pd.DataFrame(
        {
            "score": score,
            "units": distribution.counts[there],
            "percentile": distribution.percentile(score).round(4),
        }
    )
    table.to_csv(path, index=False, lineterminator="\n")


def write_curves(skill: Skill, path: Path) -> None:
    """Write the prediction rate (held out) beside its null and the success rate (fit), by area.

    Nothing is written where nothing was learned or tested.
    """
    if skill.measured is None:
        return
    curves = asdict(skill.measured.curves)
    table = pd.DataFrame({name: v for name, v in curves.items() if isinstance(v, tuple)})
    table.to_csv(path, index=False, lineterminator="\n")


def write_effects(estimation: Estimation, path: Path) -> None:
    """Write how the score moves with each evidence (accumulated local effects), in its own unit.

    Nothing is written where nothing was learned.
    """
    tables = [
        pd.DataFrame(
            {
                "evidence": column.name,
                "value": one.values,
                "unit": column.unit,
                "effect": one.effect,
            }
        )
        for column, one in zip(estimation.training.columns, effects_of(estimation), strict=False)
    ]
    if tables:
        table = pd.concat(tables, ignore_index=True).round({"value": 4, "effect": 5})
        table.to_csv(path, index=False, lineterminator="\n")


def write_training(estimation: Estimation, path: Path) -> None:
    """Write what the estimator was fitted to: a row a deposit or background place.

    Background has no name, district and belt. A fold is that of the split which alarms, importance
    and applicability share; empty where nothing was held out. Evidence is in its own unit; places
    in metres of the region's CRS.
    """
    training = estimation.training
    usable, n_background = training.usable, len(training.background_at)
    deposits = training.deposits.table[usable]
    names = deposits["name"].astype(str).map(harmless)
    belts = deposits["belt"].fillna("") if "belt" in deposits.columns else [""] * len(deposits)
    at = np.vstack([training.deposits.at()[usable], training.background_at])
    raw = np.vstack([training.evidence_at_deposits[usable], training.background_evidence])
    table = pd.DataFrame(raw, columns=[column.name for column in training.columns])
    nowhere = [""] * n_background
    fold = [""] * len(at) if estimation.split is None else np.concatenate(estimation.split)
    table.insert(0, "deposit", [*names, *nowhere])
    table.insert(1, "easting", at[:, 0].round(1))
    table.insert(2, "northing", at[:, 1].round(1))
    table.insert(3, "district", [*training.deposits.district[usable], *nowhere])
    table.insert(4, "belt", [*belts, *nowhere])
    table.insert(5, "fold", fold)
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def write_contributions(contributions: pd.DataFrame, path: Path) -> None:
    """Write what each evidence adds to each target, every digit; an empty value is missing evidence."""
    write_table(contributions, path)


def read_contributions(path: Path) -> pd.DataFrame:
    """Return what `write_contributions` wrote: the same numbers, to the last digit.

    Raises
    ------
    OSError, ValueError
        The file is missing, or is no such table.
    """
    table = pd.read_csv(path, encoding="utf-8-sig", dtype=str, keep_default_na=False)
    numbers = {
        name: [float(text or "nan") for text in table[name]] for name in ("value", "contribution")
    }
    marks = {name: table[name] == "True" for name in ("at_tolerance", "schematic")}
    return table.assign(**numbers, **marks)


def harmless(value: object) -> object:
    """Return text that no spreadsheet takes for a formula.

    Examples
    --------
    >>> [harmless(value) for value in ("=1+1", " -1", "Salar", -1.5)]
    ["'=1+1", "' -1", 'Salar', -1.5]
    """
    risky = isinstance(value, str) and FORMULA.match(value)
    return f"'{value}" if risky else value


def _harmless(values: pd.Series) -> pd.Series:
    """Return a column, each value as `harmless` has it: of texts, those that differ are looked at once."""
    looked_at = values.unique() if isinstance(values.dtype, pd.StringDtype) else values
    same = all(harmless(value) is value for value in looked_at)
    return values if same else values.map(harmless)


def meant(text: str) -> str:
    """Return the text that `harmless` wrote into a table.

    Examples
    --------
    >>> meant("'=1+1"), meant("'Salar'"), meant("Salar")
    ('=1+1', "'Salar'", 'Salar')
    """
    return text[1:] if text[:1] == "'" and FORMULA.match(text[1:]) else text


def write_table(table: pd.DataFrame, path: Path, *, spelling: Spelling = ENGLISH) -> None:
    """Write a table as `write_csv` writes targets."""
    write_csv(table.assign(geometry=None), path, spelling=spelling)


def write_geopackage(screening: Screening, path: Path, *, words: Language) -> None:
    """Write prospects.gpkg, version 1.3: the layers of `GPKG_LAYERS`, the region's others, contributions.

    Targets have what they are called by in the language of `words`. What every output says stands in the
    metadata of their layer.
    """
    kinds = GPKG_LAYERS | other_layers(screening)
    tables = package_tables(screening, kinds.keys() - INVENTORY_ROLES.keys(), words)
    sentences = " ".join(screening.sentences())
    with fixed_date():
        for name, geometry_type in kinds.items():
            if name in tables:
                notice = sentences if name == "targets" else None
                title = INVENTORY_ROLES.get(name)
                _write_layer(
                    tables[name](), path, name, geometry_type, notice, title, crs="EPSG:4326"
                )
        write_fields(screening.contributions, path, CONTRIBUTIONS, exact=True)


MULTIPLE = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "MultiPoint"}


def other_layers(screening: Screening) -> dict[str, str]:
    """Return all other layers of shapes that the region has, with their types: geology, roads, its own."""
    layers = screening.layers
    roles = dict.fromkeys(layer.role for layer in layers.items)
    kinds = {role: layers.known_roles[role].geometry for role in roles if role not in GPKG_LAYERS}
    return {role: MULTIPLE[kind] for role, kind in kinds.items() if kind in MULTIPLE}


@contextmanager
def fixed_date() -> Iterator[None]:
    """Let GDAL write one date, so that the same run gives the same bytes."""
    pyogrio.set_gdal_config_options(REPEATABLE)
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options(dict.fromkeys(REPEATABLE))


def _write_layer(
    features: gpd.GeoDataFrame,
    path: Path,
    name: str,
    geometry_type: str,
    notice: str | None,
    title: str | None = None,
    *,
    crs: str | None = None,
) -> None:
    """Write a layer; one with a title is an inventory, and says that it has no score."""
    named = {} if title is None else {"IDENTIFIER": title, "DESCRIPTION": NO_SCORE}
    write_fields(
        features, path, name, geometry_type=geometry_type, crs=crs,
        layer_metadata=None if notice is None else {"notice": notice}, layer_options=named or None,
    )  # fmt: skip


def write_fields(
    features: pd.DataFrame,
    path: Path,
    name: str,
    *,
    driver: str = "GPKG",
    geometry_type: str | None = None,
    exact: bool = False,
    crs: str | None = None,
    **options: Any,
) -> None:
    """Write a table as a layer of a GeoPackage or geodatabase, each column as `for_files` has it.

    Shapes are written in `crs`; in their own where none is given.
    """
    shapes, named = None, None
    if isinstance(features, gpd.GeoDataFrame):
        own = features.crs if crs is None else CRS(crs)
        shapes = as_binary(features.geometry, own)
        named = f"EPSG:{epsg}" if (epsg := own.to_epsg()) else own.to_wkt()
        features = pd.DataFrame(features.drop(columns=features.geometry.name))
    table = for_files(features, exact=exact)
    arrays, masks = as_arrays(table if driver == "GPKG" else for_geodatabase(table))
    versioned = driver == "GPKG" and not path.exists()
    pyogrio.raw.write(
        path, shapes, arrays, np.array(table.columns, dtype=object), field_mask=masks, layer=name,
        driver=driver, geometry_type=geometry_type, crs=named, encoding="UTF-8",
        promote_to_multi=(geometry_type or "").startswith("Multi"), append=path.exists(),
        dataset_options={"VERSION": "1.3"} if versioned else None, **options,
    )  # fmt: skip


def write_pair(
    polygons: gpd.GeoDataFrame,
    table: pd.DataFrame,
    stem: Path,
    *,
    layer: str,
    sentences: list[str],
    language: str = "en",
) -> tuple[Path, Path]:
    """Write polygons to ``stem.gpkg`` and a table to ``stem.csv``, and return both paths.

    Each is written beside its place first: earlier files stay until both new ones are whole.
    `sentences` stand in the metadata of the layer; the table is spelled for who reads `language`.

    Raises
    ------
    OutputError
        They cannot be written.
    """
    package, text = stem.with_name(f"{stem.name}.gpkg"), stem.with_name(f"{stem.name}.csv")
    aside = stem.with_name(f".prospector-{stem.name}")
    try:
        shutil.rmtree(aside, ignore_errors=True)
        aside.mkdir(parents=True)
        with fixed_date():
            _write_layer(polygons, aside / package.name, layer, "MultiPolygon", " ".join(sentences))
        write_table(table, aside / text.name, spelling=spelling_of(language))
        for path in (package, text):
            (aside / path.name).replace(path)
    except WRITE_ERRORS as error:
        raise OutputError(
            f"{stem}: cannot be written ({error}). Give another name with --out."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return package, text
