"""Targets, deposits and concessions for GIS software and spreadsheets."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely

from prospector.errors import OutputError
from prospector.ground.distribution import STEPS, Distribution
from prospector.inventory.listing import INVENTORY_ROLES, NO_SCORE
from prospector.layers.formats import RASTER_ERRORS
from prospector.learning.estimation import Estimation, effects_of
from prospector.screening.ranking import Ranking
from prospector.screening.steps import Screening
from prospector.tenure.holdings import STANDING_COLUMNS
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

STANDING = (*STANDING_COLUMNS, "rank_in_holder")
"""What the layer of concessions says of each title under each deposit model."""

WRITE_ERRORS: tuple[type[Exception], ...] = (
    OSError, pyogrio.errors.DataSourceError, pyogrio.errors.DataLayerError, pyogrio.errors.FieldError,
    pyogrio.errors.FeatureError, pyogrio.errors.GeometryError, *RASTER_ERRORS,
)  # fmt: skip
"""What the libraries raise where a file cannot be written."""

COORDINATE_DECIMALS = 7
FIXED_DATE = "2000-01-01T00:00:00.000Z"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def write_geojson(targets: gpd.GeoDataFrame, path: Path, *, sentences: list[str]) -> None:
    """Write targets by RFC 7946: longitude latitude, 7 decimals, right-hand rule, no crs member.

    `sentences` stand in a foreign member `notice`, which readers pass over.
    """
    rows = targets.assign(
        geometry=shapely.orient_polygons(
            shapely.set_precision(targets.geometry.array, 10**-COORDINATE_DECIMALS)
        )
    )
    features = json.loads(rows.to_json(drop_id=True, to_wgs84=False))
    features.pop("crs", None)
    features["notice"] = sentences
    path.write_text(
        json.dumps(features, ensure_ascii=False, separators=(",", ":")), encoding="utf-8"
    )


def write_csv(targets: gpd.GeoDataFrame, path: Path) -> None:
    """Write the table without outlines, utf-8 with a mark so that spreadsheets read accents.

    Text that a spreadsheet would take for a formula gets a leading apostrophe.
    """
    table = pd.DataFrame(targets.drop(columns="geometry"))
    for column in table.columns[[dtype.kind not in "iufb" for dtype in table.dtypes]]:
        table[column] = table[column].map(harmless)
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


def write_labels(columns: Iterable[str], path: Path, words: Language) -> None:
    """Write what each column of the tables is called in a language."""
    names = [column for column in columns if column != "geometry"]
    table = pd.DataFrame({"column": names, "label": [words.label(name) for name in names]})
    table.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\n")


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
    """Return text that no spreadsheet takes for a formula."""
    risky = isinstance(value, str) and value.startswith(FORMULA_STARTS)
    return f"'{value}" if risky else value


def write_table(table: pd.DataFrame, path: Path) -> None:
    """Write a table as `write_csv` writes targets."""
    write_csv(table.assign(geometry=None), path)


def write_geopackage(screening: Screening, path: Path) -> None:
    """Write prospects.gpkg, version 1.3: the layers of `GPKG_LAYERS`, the region's others, contributions.

    What every output says stands in the metadata of the layer of targets.
    """
    contents = _contents(screening)
    sentences = " ".join(screening.sentences())
    with _fixed_date():
        for name, geometry_type in (GPKG_LAYERS | other_layers(screening)).items():
            if name in contents:
                notice = sentences if name == "targets" else None
                title = INVENTORY_ROLES.get(name)
                _write_layer(contents[name], path, name, geometry_type, notice, title)
        pyogrio.write_dataframe(
            screening.contributions, path, layer=CONTRIBUTIONS, driver="GPKG", append=True
        )


MULTIPLE = {"polygon": "MultiPolygon", "line": "MultiLineString", "point": "MultiPoint"}


def other_layers(screening: Screening) -> dict[str, str]:
    """Return all other layers of shapes that the region has, with their types: geology, roads, its own."""
    layers = screening.layers
    roles = dict.fromkeys(layer.role for layer in layers.items)
    kinds = {role: layers.known_roles[role].geometry for role in roles if role not in GPKG_LAYERS}
    return {role: MULTIPLE[kind] for role, kind in kinds.items() if kind in MULTIPLE}


@contextmanager
def _fixed_date() -> Iterator[None]:
    """Let GDAL write one date, so that the same run gives the same bytes."""
    pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": FIXED_DATE})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({"OGR_CURRENT_DATE": None})


def _write_layer(
    features: gpd.GeoDataFrame,
    path: Path,
    name: str,
    geometry_type: str,
    notice: str | None,
    title: str | None = None,
) -> None:
    """Write a layer; one with a title is an inventory, and says that it has no score."""
    named = {} if title is None else {"IDENTIFIER": title, "DESCRIPTION": NO_SCORE}
    pyogrio.write_dataframe(
        features, path, layer=name, driver="GPKG", geometry_type=geometry_type,
        promote_to_multi=geometry_type.startswith("Multi"), append=path.exists(),
        dataset_options=None if path.exists() else {"VERSION": "1.3"},
        layer_metadata=None if notice is None else {"notice": notice}, layer_options=named or None,
    )  # fmt: skip


def write_pair(
    polygons: gpd.GeoDataFrame, table: pd.DataFrame, stem: Path, *, layer: str, sentences: list[str]
) -> tuple[Path, Path]:
    """Write polygons to ``stem.gpkg`` and a table to ``stem.csv``, and return both paths.

    Each is written beside its place first: earlier files stay until both new ones are whole.
    `sentences` stand in the metadata of the layer.

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
        with _fixed_date():
            _write_layer(polygons, aside / package.name, layer, "MultiPolygon", " ".join(sentences))
        write_table(table, aside / text.name)
        for path in (package, text):
            (aside / path.name).replace(path)
    except WRITE_ERRORS as error:
        raise OutputError(
            f"{stem}: cannot be written ({error}). Give another with --out."
        ) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return package, text


def _contents(screening: Screening) -> dict[str, gpd.GeoDataFrame]:
    deposits = [
        ranking.deposits.assign(deposit_model=n) for n, ranking in screening.rankings.items()
    ]
    contents = {"targets": screening.targets, "deposits": pd.concat(deposits, ignore_index=True)}
    contents |= {inventory.role: inventory.rows for inventory in screening.inventories}
    for name in (
        (GPKG_LAYERS | other_layers(screening)).keys() - contents.keys() - INVENTORY_ROLES.keys()
    ):
        layer = screening.layers.vector(name)
        if layer is not None:
            contents[name] = layer.features.to_crs("EPSG:4326")
    if "concessions" in contents:
        contents["concessions"] = contents["concessions"].join(_standing(screening))
    if screening.tenure.open_ground is not None:
        contents["open_ground"] = screening.tenure.open_ground
    units = [_units(ranking) for ranking in screening.rankings.values()]
    scored = [unit for unit in units if unit is not None]
    if scored:
        contents["scored_units"] = pd.concat(scored, ignore_index=True)
    return contents


def _standing(screening: Screening) -> pd.DataFrame:
    """Return how each title stands under each deposit model, a column each, by row of the layer."""
    tables = [
        table.set_index("position")[list(STANDING)].add_prefix(f"{name}_")
        for name, table in screening.tenure.concessions.items()
    ]
    return pd.concat(tables, axis=1)


def _units(ranking: Ranking) -> gpd.GeoDataFrame | None:
    """Return the polygons that a deposit model scored; None where its units are cells."""
    if ranking.polygons is None:
        return None
    known = np.isfinite(ranking.polygons.score)
    score = ranking.polygons.score[known]
    columns = {
        "deposit_model": ranking.model.name,
        "score": score,
        "percentile": ranking.distribution.percentile(score).round(3),
    }
    outlines = ranking.polygons.outlines[known]
    units = gpd.GeoDataFrame(columns, geometry=outlines, crs=ranking.score.grid.crs)
    return units.to_crs("EPSG:4326")
