"""A user's own polygons, scored by a run as its concessions were: blocks for sale, a tender, a call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.errors import LayerError, Notice, OutputError
from prospector.gis.raster import Cog, score_file
from prospector.gis.vector import write_pair
from prospector.grid import Grid
from prospector.layers import Role
from prospector.layers.columns import cut_tax_numbers, kept_columns, plain_values
from prospector.layers.features import read_file, with_crs
from prospector.layers.field_names import OF_GEOPACKAGE, named_apart
from prospector.layers.geometry import projected
from prospector.layers.reading import Reading
from prospector.layers.registers import REGISTER_COLUMNS, is_tax_column, read_holders
from prospector.objects.frames import written_features
from prospector.region.deposit_model import CELL
from prospector.region.region_tables import LayerEntry
from prospector.runs.run import Run, open_run
from prospector.tenure.holdings import STANDING_COLUMNS, standing
from prospector.tenure.partition import areal
from prospector.tenure.zones import ScoredGround

POLYGON_COLUMNS: dict[str, str] = {
    "polygon": "number of the polygon in its file, from 1",
    "deposit_model": "the deposit model that scored it",
    **STANDING_COLUMNS,
    "ground_ha": "area of the outline in hectares",
}
"""Columns of the table of one's own polygons, before those of their file."""

LAYER = "polygons"

KEPT = tuple(name for name in REGISTER_COLUMNS if name != "holder_shares")

POLYGONS = Role("polygon", columns=(*KEPT, "id", "code", "lot", "block"))
"""What is kept of a file of polygons unasked: what names a piece of ground, and nobody."""


@dataclass(frozen=True, eq=False)
class ScoredPolygons:
    """A user's polygons with their standing in a run.

    Parameters
    ----------
    table
        A row for each polygon and deposit model, best first: columns of `POLYGON_COLUMNS`, then the
        file's own.
    polygons
        A row for each polygon in its file's CRS, with a column `DEPOSIT_MODEL_score` and so on.
    notices
        What was repaired or left out.
    file
        Where the polygons come from.
    """

    table: pd.DataFrame
    polygons: gpd.GeoDataFrame
    notices: tuple[Notice, ...]
    file: Path


def scored_by(run: Run, deposit_model: str) -> ScoredGround:
    """Return what a run scored by a deposit model, as polygons are scored by it."""
    figures, grid = run.record["deposit_models"][deposit_model], run.grid
    targets = run.targets
    mine = targets[targets["deposit_model"] == deposit_model].to_crs(grid.crs)
    outlines, of_outline = None, None
    if figures["model"]["deposit_model"]["unit"] != CELL:
        units = run.layer("scored_units")
        units = units[units["deposit_model"] == deposit_model].to_crs(grid.crs)
        outlines = np.asarray(units.geometry.array, dtype=object)
        of_outline = units["score"].to_numpy(dtype=float)
    return ScoredGround(
        deposit_model,
        Cog(run.file(deposit_model, score_file(deposit_model)), grid),
        run.distribution(deposit_model),
        figures["model"]["targets"]["lowest_percentile"],
        mine.reset_index(drop=True),
        outlines,
        of_outline,
    )


def score_polygons(
    run: str | Path | Run,
    file: str | Path | gpd.GeoDataFrame,
    *,
    crs: str | None = None,
    keep: Sequence[str] = (),
    encoding: str | None = None,
    layer: str | None = None,
) -> ScoredPolygons:
    """Return a file's polygons scored by a run, in any CRS.

    Parameters
    ----------
    run
        A run folder, or one that is reopened.
    file
        A file of polygons, of any format that a layer may have; or a GeoDataFrame of them.
    crs
        The polygons' CRS where the file has none or a wrong one.
    keep
        Columns of the file that go into the tables, beside those of a title and ``id``,
        ``code``, ``lot`` and ``block``; no others do.
    encoding
        Of the file's text, where it states none or a wrong one.
    layer
        Of a file that holds several layers: the name of the one that is scored.

    Returns
    -------
    ScoredPolygons
        ``table``, a row a polygon and deposit model, best first: score (0-1), percentile (0-100), hectares
        above the best twentieth; ``polygons``, in the CRS of the file.

    Raises
    ------
    LayerError
        The file cannot be read, has no CRS or no such column, holds no polygon or none in the region.
    OutputError
        The folder holds no run.

    Examples
    --------
    >>> import prospector
    >>> run = prospector.open_run("out/hills")
    >>> first = run.targets.head(1)[["geometry"]]
    >>> scored = prospector.score_polygons(run, first).table.iloc[0]
    >>> bool(abs(scored["score"] - run.targets["score"].iloc[0]) < 0.001), int(scored["ground_ha"])
    (True, 15600)
    """
    if isinstance(file, gpd.GeoDataFrame | gpd.GeoSeries):
        with written_features(file) as place:
            named = crs or (None if file.crs is None else file.crs.to_wkt())
            scored = score_polygons(run, place, crs=named, keep=keep)
            return replace(scored, file=Path(place.stem))
    opened = run if isinstance(run, Run) else open_run(run)
    path = Path(file)
    entry = LayerEntry.model_construct(
        role="polygons", file=str(path), crs=crs, encoding=encoding, layer=layer
    )
    reading = Reading(path.name, path, entry, POLYGONS, "polygons")
    polygons, notices = _read(reading, keep, opened.grid)
    shapes = np.asarray(projected(polygons, opened.grid).geometry.array, dtype=object)
    beyond = ~shapely.intersects(shapes, shapely.box(*opened.grid.bounds.as_tuple()))
    if beyond.all():
        raise LayerError(
            f"{path}: lies wholly outside the region of {opened.folder}. Check its CRS and the order of "
            "its axes; state another with --crs."
        )
    if beyond.any():
        notices.append(
            Notice("polygons-outside-region", "caution", {"layer": path.name}, int(beyond.sum()))
        )
    numbers = pd.Series(np.arange(1, len(polygons) + 1), index=polygons.index)
    reserved = [
        *OF_GEOPACKAGE,
        *POLYGON_COLUMNS,
        *(f"{name}_{column}" for name in opened.deposit_models for column in STANDING_COLUMNS),
    ]
    polygons, renamed = named_apart(polygons, (), list(polygons.columns), reserved=reserved)
    if renamed:
        about = {"layer": path.name, "columns": [f"{old} -> {new}" for old, new in renamed.items()]}
        notices.append(Notice("columns-renamed", "note", about, len(renamed)))
    own = pd.DataFrame(polygons.drop(columns=polygons.geometry.name))
    tables, wide = [], polygons.assign(polygon=numbers)
    for name in opened.deposit_models:
        found = standing(shapes, numbers, scored_by(opened, name))
        wide = wide.join(found.add_prefix(f"{name}_"))
        said = found.assign(
            polygon=numbers, deposit_model=name, ground_ha=np.round(shapely.area(shapes) / 1e4, 2)
        )
        ordered = said.sort_values(["rank", "polygon"], na_position="last", kind="stable")
        tables.append(ordered[list(POLYGON_COLUMNS)].join(own))
    return ScoredPolygons(pd.concat(tables, ignore_index=True), wide, tuple(notices), path)


def _read(
    reading: Reading, keep: Sequence[str], grid: Grid
) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return the polygons of a file, repaired, with what was done."""
    path = reading.path
    if not path.exists():
        raise LayerError(f"{path}: no such file. Give a file of polygons, e.g. blocks.gpkg.")
    table, notices = _columns(path, read_file(reading), keep)
    table = with_crs(reading, table, grid).reset_index(drop=True)
    flat = shapely.force_2d(table.geometry.to_numpy())
    flat[shapely.is_missing(flat) | ~np.isfinite(shapely.bounds(flat)).all(axis=1)] = (
        shapely.Polygon()
    )
    broken = ~shapely.is_valid(flat)
    flat[broken] = shapely.make_valid(flat[broken])
    shapes = areal(flat)
    hollow = shapely.is_empty(shapes)
    if hollow.all():
        raise LayerError(f"{path}: holds no polygon. Give a file of polygons, e.g. blocks.gpkg.")
    reading.notice("geometries-repaired", "note", int((broken & ~hollow).sum()))
    reading.notice("features-without-polygon", "caution", int(hollow.sum()))
    polygons = table.set_geometry(gpd.GeoSeries(shapes, crs=table.crs))
    return polygons, [*reading.notices, *notices]


def _columns(
    path: Path, table: gpd.GeoDataFrame, keep: Sequence[str]
) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return polygons with the columns that may be handed on, and what was left out or cut."""
    absent = [name for name in keep if name not in table.columns]
    if absent:
        has = ", ".join(str(name) for name in table.columns.drop(table.geometry.name))
        raise LayerError(f"{path}: no column '{absent[0]}'. It has: {has}.")
    barred = [name for name in keep if is_tax_column(name)]
    if barred:
        raise LayerError(
            f"{path}: column '{barred[0]}' holds tax or personal numbers. Do not keep this column."
        )
    table, emptied = plain_values(table)
    kept, left = kept_columns(table, POLYGONS, mapped=keep, used=())
    notices = [Notice("columns-of-polygons-not-kept", "note", {"columns": left})] if left else []
    if emptied:
        notices.append(Notice("tables-left-out", "note", {"columns": emptied}))
    if "holder" in kept:
        holders, of_holders = read_holders(kept["holder"])
        kept = kept.assign(holder=holders)
        notices += of_holders
    kept, cut = cut_tax_numbers(kept)
    notices += [
        Notice("tax-numbers-cut", "note", {"column": column}, count)
        for column, count in cut.items()
        if count
    ]
    return kept, [notice.of(layer=path.name) for notice in notices]


def write_polygons(scored: ScoredPolygons, run: Run, stem: Path) -> tuple[Path, Path]:
    """Write ``stem.gpkg`` and ``stem.csv`` and return both; what every output says is in the first.

    Raises
    ------
    OutputError
        They cannot be written, or would take the place of the user's own file.
    """
    for ending in (".gpkg", ".csv"):
        if stem.with_name(f"{stem.name}{ending}").resolve() == scored.file.resolve():
            raise OutputError(
                f"{scored.file}: your own file would be overwritten. Give another name with --out."
            )
    return write_pair(
        scored.polygons, scored.table, stem, layer=LAYER, sentences=run.record["sentences"],
        language=run.record["language"],
    )  # fmt: skip
