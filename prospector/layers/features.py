"""Features on their way in: columns by name, titles in one form, usable geometry in the region or near it."""

from __future__ import annotations

import codecs
import warnings
from collections.abc import Collection
from dataclasses import dataclass, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from pyproj.exceptions import CRSError
from shapely.geometry.base import BaseGeometry

from prospector.errors import LayerError, Reason
from prospector.grid import Grid
from prospector.layers.class_raster import CELL_M, MAPPED, is_class_raster, polygons_of_classes
from prospector.layers.classes import class_word, words_chosen
from prospector.layers.columns import cut_tax_numbers, kept_columns, plain_values
from prospector.layers.contract import COLUMNS
from prospector.layers.crs import tell_crs, usable_crs
from prospector.layers.field_names import (
    OF_FILE,
    RESERVED,
    free_name,
    named_apart,
    with_composed_names,
)
from prospector.layers.formats import READ_ERRORS, read_mended, reason_of
from prospector.layers.geometry import each_once, near_region, usable_geometry
from prospector.layers.keys import cell_keys
from prospector.layers.misread import misread
from prospector.layers.places import PLACE_NAMES, read_places
from prospector.layers.reading import Reading
from prospector.layers.registers import (
    BY_ROW,
    composed,
    is_tax_column,
    read_titles,
    register_of,
    tidy_titles,
)
from prospector.layers.roles import EXCLUDED, EXCLUSION_ROLES
from prospector.layers.rounded import ROLES as ROUNDED_ROLES
from prospector.layers.rounded import rounded_to_m
from prospector.layers.row_units import tell_elements, tell_units
from prospector.layers.service_pages import page_of
from prospector.layers.tables import TABLES
from prospector.layers.typed import typed
from prospector.region.spelling import did_you_mean

WARNINGS_SHOWN = 3

FEWEST_AREAS = 3
AREAS_APART = 5.0
"""Stated areas of most titles that differ so many times from those drawn are in another unit."""

STATED = ("name", "deposit_type")
"""Columns that region.toml may state of all features of a file that lacks them."""

UNPLACED = "title without a place"
"""What a register lacks that names titles and does not say where they are."""


@dataclass(frozen=True, eq=False)
class Features:
    """The usable features of a file.

    Parameters
    ----------
    absent_kinds
        Kinds of title that its register should hold and does not.
    fields
        Names of all its columns, those too that were not kept.
    cell_m
        Of polygons made of a raster: the size of its cells.
    mapped
        Of those: the ground of all its cells that have a code, where some give no polygon.
    """

    table: gpd.GeoDataFrame
    absent_kinds: tuple[str, ...]
    fields: tuple[str, ...]
    cell_m: float | None = None
    mapped: BaseGeometry | None = None


def features_of(
    reading: Reading, grid: Grid, used: Collection[str] = (), *, mappable: Collection[str] = ()
) -> Features:
    """Return a file's features in the grid's CRS, clipped with a margin.

    Parameters
    ----------
    reading
        The file, its keys and the region that it is read for.
    grid
        The region's cells.
    used
        Texts in the parameters of the evidence that reads the role; a column among them is kept.
    mappable
        The same of all deposit models of the region: columns may be mapped onto them.

    Raises
    ------
    LayerError
        The file cannot be read, is empty, lacks a column or a CRS, or lies elsewhere.
    """
    used, mappable = (set(map(composed, words)) for words in (used, mappable))
    of_classes = is_class_raster(reading)
    idle = [] if of_classes else cell_keys(reading.entry)
    if idle:
        raise reading.fail(
            idle[0], f"{reading.path} is not a raster, and this key is only for rasters. Remove it."
        )
    features, emptied = plain_values(
        polygons_of_classes(reading, grid) if of_classes else read_file(reading)
    )
    if emptied:
        reading.notice("tables-left-out", "note", columns=emptied)
    if features.empty:
        raise reading.fail(
            "file",
            f"{reading.path} has no features. Give a file with features, or remove the layer.",
        )
    absent_kinds: tuple[str, ...] = ()
    if reading.role_name == "concessions":
        features, absent_kinds = _titles(reading, features)
    else:
        features = _contracted(reading, features, used, {*used, *mappable})
    features = _numbered(reading, usable_geometry(reading, with_crs(reading, features, grid)))
    near = near_region(reading, features, grid)
    _tell_rounded(reading, features)
    _tell_areas(reading, near)
    near = _marked(reading, near, features, grid, of_classes=of_classes)
    fields = tuple(str(column) for column in near.columns if column != "geometry")
    if of_classes and "code" not in (*reading.role.known, *used):
        near = near.drop(columns="code")
    cell_m, mapped = features.attrs.get(CELL_M), _coded_ground(reading, features, grid)
    return Features(_columns_of_role(reading, near, used), absent_kinds, fields, cell_m, mapped)


def _tell_rounded(reading: Reading, features: gpd.GeoDataFrame) -> None:
    """Note places that were rounded, unless region.toml or the file says how far they may lie off."""
    stated = reading.entry.tolerance_m is not None or "tolerance_m" in features.columns
    if reading.role_name not in ROUNDED_ROLES or stated:
        return
    step_m = rounded_to_m(features)
    if step_m:
        km, tolerance = float(f"{step_m / 1000:.2g}"), int(float(f"{step_m / 2:.1e}"))
        reading.notice("places-rounded", "caution", km=km, tolerance=tolerance)


def _tell_areas(reading: Reading, near: gpd.GeoDataFrame) -> None:
    """Note stated areas of titles that are many times those of their outlines, or a small part."""
    if reading.role_name != "concessions" or "area_ha" not in near.columns:
        return
    times = pd.to_numeric(near["area_ha"], errors="coerce") / (near.area / 1e4)
    times = times[np.isfinite(times) & (times > 0)]
    usual = float(times.median()) if len(times) >= FEWEST_AREAS else 1.0
    if max(usual, 1 / usual) > AREAS_APART:
        reading.notice("areas-not-drawn", "caution", len(times), times=usual)


def _coded_ground(reading: Reading, features: gpd.GeoDataFrame, grid: Grid) -> BaseGeometry | None:
    """Return the ground of all cells of a raster that have a code, in the grid's CRS."""
    text = features.attrs.get(MAPPED)
    if text is None:
        return None
    ground = gpd.GeoDataFrame(geometry=[shapely.from_wkb(text)], crs=features.crs)
    quiet = replace(reading, notices=[])
    near: BaseGeometry = near_region(quiet, usable_geometry(quiet, ground), grid).union_all()
    return near


def read_file(reading: Reading) -> gpd.GeoDataFrame:
    """Return the features of a file, or the rows of a table, as they come.

    What the library that reads them warns of is noticed.

    Raises
    ------
    LayerError
        The file cannot be read, or is of no format on the list.
    """
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        features = _read_file(reading)
    words = dict.fromkeys(
        " ".join(str(warning.message).split())
        for warning in warned
        if issubclass(warning.category, RuntimeWarning | UserWarning)
    )
    if words:
        reading.notice("library-warned", "caution", len(words), words=list(words)[:WARNINGS_SHOWN])
    return with_composed_names(features)


def _read_file(reading: Reading) -> gpd.GeoDataFrame:
    path, entry = reading.path, reading.entry
    _check_encoding(reading)
    try:
        if path.suffix.lower() in TABLES:
            return read_places(reading)
        features, closed = read_mended(path, encoding=entry.encoding, layer=entry.layer)
    except LayerError as error:
        raise reading.named(error) from error
    except UnicodeError as error:
        raise reading.fail(
            "encoding", f"text in {path} is not UTF-8. {reading.setting('encoding', 'ISO-8859-1')}"
        ) from error
    except READ_ERRORS as error:
        raise reading.fail(
            "file",
            f"{path} cannot be read: {reason_of(error)}. Give a GeoPackage, GeoJSON, Shapefile, or a table "
            "with columns longitude and latitude.",
        ) from error
    reading.notice("rings-closed", "caution", closed)
    page = page_of(path)
    if page.lacks(len(features)):
        total = Reason("unknown-number") if page.total is None else page.total
        reading.notice("page-of-service", "problem", len(features), file=path.name, total=total)
    return features


def _check_encoding(reading: Reading) -> None:
    """Raise LayerError where the encoding that is asked for is none."""
    try:
        codecs.lookup(reading.entry.encoding or "utf-8")
    except LookupError as error:
        raise reading.fail(
            "encoding",
            f"'{reading.entry.encoding}' is not a text encoding. "
            f"{reading.setting('encoding', 'ISO-8859-1')}",
        ) from error


# columns ---------------------------------------------------------------------------------------


def _contracted(
    reading: Reading,
    features: gpd.GeoDataFrame,
    used: Collection[str] = (),
    mappable: Collection[str] = (),
) -> gpd.GeoDataFrame:
    """Return features with columns under our names, each holding what its contract says."""
    mapped, taken = _mapped(reading, features, mappable)
    if reading.coverage:
        return mapped
    role = reading.role
    known = dict.fromkeys([*reading.entry.columns, *role.required, *role.known])
    named, renamed = named_apart(mapped, list(known), used)
    pairs = [f"{old} -> {new}" for old, new in {**taken, **renamed}.items()]
    reading.notice("columns-renamed", "note", len(pairs), columns=pairs)
    named = named.assign(**_stated(reading, named))
    for column in role.required:
        if column not in named.columns:
            stated = (
                f"{column} = '...'" if column in STATED else f"constants = {{{column} = '...'}}"
            )
            state = "" if role.closed else f", or state it of all: {stated}"
            raise reading.fail(
                "columns",
                f"{reading.path} has no column '{column}', which the role '{reading.role_name}' needs. "
                f"Name the column that holds it: columns = {{{column} = '...'}}{state}.",
            )
    tell_units(reading, features)
    if reading.role_name == "geochemistry":
        tell_elements(reading, features)
    plain = _typed(reading, named)
    _tell_empty(reading, plain, used)
    return plain


def _tell_empty(reading: Reading, features: gpd.GeoDataFrame, used: Collection[str]) -> None:
    """Note the features without a class that a deposit model asks for: they may be of any."""
    for name in [name for name in features.columns if name in used]:
        is_class = name not in COLUMNS or COLUMNS[name].holds == "class"
        if not is_class or name in reading.role.required or features[name].dtype.kind in "biufcmM":
            continue
        empty = features[name].map(lambda word: class_word(word) is None).astype(bool)
        reading.notice("classes-empty", "caution", int(empty.sum()), column=name, of=len(features))


def _stated(reading: Reading, features: gpd.GeoDataFrame) -> dict[str, str | bool | int | float]:
    """Return the columns that region.toml states of all features, for a file without them.

    Raises
    ------
    LayerError
        The file has such a column.
    """
    entry = reading.entry
    keys = {key: getattr(entry, key) for key in STATED if getattr(entry, key) is not None}
    stated = {**entry.constants, **keys}
    for key, value in stated.items():
        if key in features.columns:
            old = entry.columns.get(key, key)
            raise reading.fail(
                key if key in keys else f"constants.{key}",
                f"{reading.path} already has the {key.replace('_', ' ')} in column '{old}', which "
                f"'{value}' would overwrite. Remove the key.",
            )
    return stated


def _numbered(reading: Reading, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return features with a name each, where region.toml states one for all: numbered as they stand."""
    name = reading.entry.name
    if name is None:
        return features
    reading.notice("features-numbered", "note", len(features), name=name)
    return features.assign(name=[f"{name} {number}" for number in range(1, len(features) + 1)])


def _typed(reading: Reading, features: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return features whose columns hold what the contract says; what was chosen is noticed."""
    role = reading.role
    for name in [name for name in COLUMNS if name in features.columns and name in role.known]:
        try:
            values, notices = typed(
                features[name],
                COLUMNS[name],
                name,
                required=name in role.required,
                missing=reading.entry.missing,
                shown=not role.closed,
                of_file=reading.entry.columns.get(name, name),
            )
        except ValueError as error:
            raise reading.fail("columns", str(error)) from error
        features = features.assign(**{name: values})
        for notice in notices:
            reading.notice(notice.code, notice.level, notice.count, **dict(notice.about))
    return features


def _mapped(
    reading: Reading, features: gpd.GeoDataFrame, mappable: Collection[str]
) -> tuple[gpd.GeoDataFrame, dict[str, str]]:
    """Return features with the columns that region.toml maps, and new names of those in their way."""
    path = reading.path
    columns = {new: composed(old) for new, old in reading.entry.columns.items()}
    absent = [column for column in columns.values() if column not in features.columns]
    if absent:
        raise reading.fail(
            "columns",
            f"{path} has no column '{absent[0]}'. It has: {', '.join(features.columns)}. "
            f"{did_you_mean(absent[0], [str(name) for name in features.columns])}".rstrip(),
        )
    _refuse_mapping(reading, features, mappable)
    ours = {old: new for new, old in columns.items()}
    taken = {
        name: free_name(f"{name}{OF_FILE}", features.columns)
        for name in columns
        if name in features.columns and name not in ours
    }
    return features.rename(columns={**taken, **ours}), taken


def _refuse_mapping(
    reading: Reading, features: gpd.GeoDataFrame, mappable: Collection[str]
) -> None:
    """Raise LayerError where a column is mapped that must not leave the reader, or be one."""
    role = reading.role
    for new, old in reading.entry.columns.items():
        if old in ("fid", "geometry", features.geometry.name) or new in RESERVED:
            raise reading.fail(
                "columns", f"'{new}' = '{old}' cannot be mapped to a column. Remove it."
            )
        if is_tax_column(old):
            raise reading.fail("columns", f"'{old}' holds a tax or personal number. Remove it.")
        is_place = new in PLACE_NAMES and reading.path.suffix.lower() in TABLES
        known = {*role.known, *(() if role.closed else mappable)}
        if new not in known and not is_place:
            elsewhere = (
                "" if role.closed else ", or a column that an evidence of a deposit model names"
            )
            raise reading.fail(
                "columns",
                f"'{new}' is not a column of the role '{reading.role_name}'. Use: "
                f"{', '.join(role.known)}{elsewhere}. {did_you_mean(new, role.known)}".rstrip(),
            )


def _columns_of_role(
    reading: Reading, features: gpd.GeoDataFrame, used: Collection[str]
) -> gpd.GeoDataFrame:
    """Return features with the columns that may leave the reader, each as what it is."""
    mapped = [*reading.entry.columns, EXCLUDED]
    asked = [*used, *(f"{word}{OF_FILE}" for word in used)]
    kept, left = kept_columns(features, reading.role, mapped=mapped, used=asked)
    if left and not reading.coverage:
        reading.notice("columns-not-kept", "note", columns=left)
    for column in kept.columns.drop(kept.geometry.name):
        count, letters = misread(kept[column])
        reading.notice("text-misread", "caution", count, column=str(column), letters=letters)
    bare, cut = cut_tax_numbers(kept)
    for column, count in cut.items():
        reading.notice("tax-numbers-cut", "note", count, column=column)
    return bare


# titles ----------------------------------------------------------------------------------------


def _titles(
    reading: Reading, features: gpd.GeoDataFrame
) -> tuple[gpd.GeoDataFrame, tuple[str, ...]]:
    """Return a register's titles in one form, and the kinds that it should hold and does not."""
    file, entry = reading.region_file or reading.path, reading.entry
    register = register_of(entry, file, reading.name)
    if register is None:
        once = each_once(
            reading, _contracted(reading, features)
        )  # before ids that repeat are numbered
        titles, notices = tidy_titles(once, entry.as_of)
        reading.notices.extend(notice.of(layer=reading.name) for notice in notices)
        return titles, _unplaced(reading, titles)
    where = f"{file}: layer '{reading.name}'"
    try:
        read = read_titles(features, register, where=where, as_of=entry.as_of, crs=entry.crs)
    except CRSError as error:
        raise reading.fail(
            "crs",
            f"a row's coordinates cannot be projected: {error}. Correct the coordinates, or set "
            "crs.",
        ) from error
    reading.notices.extend(notice.of(layer=reading.name) for notice in read.notices)
    return read.table, (*read.missing_kinds, *_unplaced(reading, read.table))


def _unplaced(reading: Reading, titles: gpd.GeoDataFrame) -> tuple[str, ...]:
    """Return the kind that a register lacks where titles have no place: any ground may be theirs."""
    count = int((titles.geometry.isna() | titles.geometry.is_empty).sum())
    reading.notice("titles-without-place", "caution", count)
    return (UNPLACED,) if count else ()


# ground ----------------------------------------------------------------------------------------


def with_crs(reading: Reading, features: gpd.GeoDataFrame, grid: Grid) -> gpd.GeoDataFrame:
    """Return features with the CRS that their file states, or what asks for it in its place.

    Raises
    ------
    LayerError
        There is none, or none that PROJ can bring to the grid's.
    """
    by_row = reading.entry.crs == BY_ROW
    stated = features.crs if by_row or reading.entry.crs is None else reading.entry.crs
    usable = usable_crs(reading, stated, grid, features.total_bounds)
    if not by_row:
        tell_crs(reading, usable, features.crs, grid)
    return features.set_crs(usable, allow_override=True)


def _marked(
    reading: Reading,
    near: gpd.GeoDataFrame,
    whole: gpd.GeoDataFrame,
    grid: Grid,
    *,
    of_classes: bool = False,
) -> gpd.GeoDataFrame:
    """Return features with a column that says which of them are excluded, where the entry asks for it.

    Those made of a raster's classes are named by class or by code.
    """
    exclude = reading.entry.exclude
    if not exclude:
        return near
    if reading.role_name not in EXCLUSION_ROLES:
        roles = ", ".join(EXCLUSION_ROLES)
        raise reading.fail("exclude", f"is only for the roles {roles}. Remove it.")
    chosen = np.ones(len(near), dtype=bool)
    if exclude is not True:
        by = [name for name in ("class", "code")[: 1 + of_classes] if name in whole]
        known = sorted({word for name in by for word in whole[name].dropna().astype(str)})
        words = words_chosen(known, exclude)
        absent = [name for name, same in words.items() if not same]
        if absent:
            classes = ", ".join(known) or "none: it has no column 'class'"
            raise reading.fail("exclude", f"no class '{absent[0]}'. The layer has: {classes}.")
        every = set().union(*words.values())
        chosen = near[by].astype(str).isin(every).any(axis=1).to_numpy()
    inside = shapely.union_all(near.geometry[chosen].to_numpy())
    km2 = inside.intersection(shapely.box(*grid.bounds.as_tuple())).area / 1e6
    reading.notice("ground-excluded", "note", area_km2=float(km2))
    return near.assign(**{EXCLUDED: np.where(chosen, "yes", "no")})
