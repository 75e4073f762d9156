"""The layers of a run as files of one format each: GeoJSON, tables, file geodatabase."""

from __future__ import annotations

import shutil
import warnings
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import shapely

from prospector.gis.fields import COORDINATE_DECIMALS, for_files
from prospector.gis.outputs import Outputs
from prospector.gis.spelling import spelling_of
from prospector.gis.vector import fixed_date, write_csv, write_fields, write_geojson
from prospector.inventory.listing import INVENTORY_ROLES, NO_SCORE, typed_rows
from prospector.targets.carried import carried_columns

INVENTORY_FOLDER = "inventory"
GEODATABASE = "prospects.gdb"
TABLES = (
    "administrative_units.csv", "columns.csv", "concessions.csv", "contributions.csv", "holders.csv",
    "target_concessions.csv", "target_exclusions.csv", "weights.csv",
)  # fmt: skip
"""Tables that every run holds where it has them, whatever its formats; an export of tables copies them."""


def write_geojson_files(outputs: Outputs, home: Path) -> None:
    """Write the targets of each deposit model, and what registers list, as GeoJSON."""
    for model in outputs.models:
        (home / model).mkdir(exist_ok=True)
        file = home / model / "targets.geojson"
        write_geojson(outputs.targets(model), file, sentences=list(outputs.notice))
    for role, rows in _inventories(outputs):
        (home / INVENTORY_FOLDER).mkdir(exist_ok=True)
        file = home / INVENTORY_FOLDER / f"{role}.geojson"
        write_geojson(rows, file, sentences=[NO_SCORE, *outputs.notice])


def write_csv_files(outputs: Outputs, home: Path) -> None:
    """Write the targets of each deposit model and what registers list as tables, beside those of the run."""
    spelling = spelling_of(outputs.words.code)
    for model in outputs.models:
        (home / model).mkdir(exist_ok=True)
        write_csv(_carried(outputs.targets(model)), home / model / "targets.csv", spelling=spelling)
    for role, rows in _inventories(outputs):
        (home / INVENTORY_FOLDER).mkdir(exist_ok=True)
        write_csv(rows, home / INVENTORY_FOLDER / f"{role}.csv", spelling=spelling)
    for name in sorted(outputs.files):
        if Path(name).name in TABLES and not (home / name).exists():
            shutil.copyfile(outputs.file(name), home / name)


def write_wkt(outputs: Outputs, home: Path) -> None:
    """Write the targets of each deposit model as a table with outlines as WKT, in longitude and latitude."""
    for model in outputs.models:
        (home / model).mkdir(exist_ok=True)
        table = for_files(_carried(outputs.targets(model)))
        outlines = shapely.to_wkt(table.geometry.to_numpy(), rounding_precision=COORDINATE_DECIMALS)
        file = home / model / "targets_wkt.csv"
        write_csv(table.assign(wkt=outlines), file, spelling=spelling_of(outputs.words.code))


def write_geodatabase(outputs: Outputs, home: Path) -> None:
    """Write all layers of prospects.gpkg to a file geodatabase; a name that it reserves ends in ``_``."""
    with fixed_date(), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Normalized/laundered field name")
        for name in outputs.layers:
            features = outputs.layer(name)
            kinds = shapely.get_dimensions(features.geometry.to_numpy()).max(initial=0)
            kind = ("Point", "MultiLineString", "MultiPolygon")[max(0, int(kinds))]
            if any(shape == "MultiPoint" for shape in features.geom_type):
                kind = "MultiPoint"
            write_fields(
                features, home / GEODATABASE, name, driver="OpenFileGDB", geometry_type=kind
            )


def _inventories(outputs: Outputs) -> Iterator[tuple[str, gpd.GeoDataFrame]]:
    for role in INVENTORY_ROLES:
        if role in outputs.layers:
            yield role, typed_rows(outputs.layer(role))


def _carried(targets: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return targets without the columns that other deposit models alone carry."""
    empty = [
        name for name in carried_columns(targets.columns)
        if not (targets[name].notna() & (targets[name] != "")).any()
    ]  # fmt: skip
    return targets.drop(columns=empty)
