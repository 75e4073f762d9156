"""What each column holds in the files for GIS software: text or null, whole numbers, figures, dates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any, Final, TypeVar

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import CRS

from prospector.in_threads import in_threads
from prospector.numerals import rounded

COORDINATE_DECIMALS = 7
"""Decimals of a degree that every file keeps: about a centimetre."""

WHOLE = ("rank", "year", "count", "inhabitants", "deposits")
"""Last words of columns that count, or name a year, also where some rows lack a value."""

DATES = ("date", "expires")
"""Last words of columns that hold days, beside those that end in ``as_of``."""

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
DAY_TYPE: Final = "datetime64[s]"
TIME_TYPE: Final = "datetime64[ms]"
"""How days differ from moments: by the step in which they count."""

INT32 = np.iinfo(np.int32)
LONG_TYPE: Final = pd.Int64Dtype()
"""Whole numbers that do not all fit into 32 bits."""

AT_ONCE = 5_000
"""Shapes that are transformed at once on each thread."""

Table = TypeVar("Table", gpd.GeoDataFrame, pd.DataFrame)


def for_files(table: Table, *, exact: bool = False) -> Table:
    """Return a table with each column as every file holds it.

    Missing text is missing, never empty. Whole numbers have 32 bits where they fit, and may be
    missing. Figures are rounded by one rule unless they are to be `exact`, days are days, and places
    have 7 decimals of a degree.

    Examples
    --------
    >>> table = pd.DataFrame({"name": ["Alfa", ""], "discovery_year": [1985.0, np.nan],
    ...                       "open_share": [0.05662713300785013, 1.0], "expires": ["2031-05-01", ""]})
    >>> print(for_files(table).to_string(index=False))
    name  discovery_year  open_share    expires
    Alfa            1985    0.056627 2031-05-01
    None            <NA>    1.000000        NaT
    """
    shapes = _shapes(table)
    columns = {
        name: _typed(table[name], exact=exact) for name in table.columns if name not in shapes
    }
    return table.assign(**columns, **shapes)


def _shapes(table: pd.DataFrame) -> dict[str, Any]:
    if not isinstance(table, gpd.GeoDataFrame):
        return {}
    return {str(table.geometry.name): _placed(table.geometry)}


def as_binary(shapes: gpd.GeoSeries, crs: CRS) -> NDArray[np.object_]:
    """Return shapes as `for_files` has them, in a CRS, as well-known binary; None where there is none."""

    def binary(first: int) -> NDArray[np.object_]:
        return np.asarray(shapely.to_wkb(_piece(shapes, first, crs)), dtype=object)

    pieces = in_threads(binary, range(0, len(shapes), AT_ONCE))
    return np.concatenate([np.empty(0, dtype=object), *pieces])


def in_pieces(shapes: gpd.GeoSeries, crs: CRS) -> Iterator[NDArray[np.object_]]:
    """Give shapes as `for_files` has them, in a CRS, some at a time.

    Of a hundred thousand at once a file would take half a gigabyte to write.
    """
    for first in range(0, len(shapes), AT_ONCE):
        yield _piece(shapes, first, crs)


def _piece(shapes: gpd.GeoSeries, first: int, crs: CRS) -> NDArray[np.object_]:
    """Return `AT_ONCE` of the shapes, from the place `first`."""
    part = shapes.iloc[first : first + AT_ONCE]
    return np.asarray(_placed(part if part.crs == crs else part.to_crs(crs)).array, dtype=object)


def _placed(shapes: gpd.GeoSeries) -> gpd.GeoSeries:
    """Return shapes, those in degrees on a grid of 7 decimals; one too small for it keeps its vertices."""
    plain = np.asarray(shapes.array, dtype=object)
    if (shapely.get_coordinate_dimension(plain) > 2).any():
        plain = shapely.force_2d(plain)
    if shapes.crs is None or not shapes.crs.is_projected:
        plain = _on_grid(plain, 10.0**-COORDINATE_DECIMALS)
    return gpd.GeoSeries(plain, index=shapes.index, crs=shapes.crs)


def _on_grid(shapes: NDArray[np.object_], step: float) -> NDArray[np.object_]:
    """Return shapes with each vertex on a grid, in their order.

    Only those that this makes invalid, or gives a vertex twice, are cut anew, which takes 20 times as long.
    """
    rounded_off = shapely.set_precision(shapes, step, mode="pointwise")
    at, owner = shapely.get_coordinates(rounded_off, return_index=True)
    twice = (owner[1:] == owner[:-1]) & (at[1:] == at[:-1]).all(axis=1)
    sound = shapely.is_valid(rounded_off)
    sound[owner[1:][twice]] = False
    gridded = np.array(rounded_off)
    gridded[~sound] = shapely.set_precision(shapes[~sound], step)
    lost = shapely.is_empty(gridded) & ~shapely.is_empty(shapes)
    return np.where(lost, rounded_off, gridded)


def _typed(values: pd.Series, *, exact: bool) -> pd.Series:
    """Return a column as text, yes or no, whole numbers, figures or days."""
    name = str(values.name)
    if isinstance(values.dtype, pd.DatetimeTZDtype):
        values = values.dt.tz_convert("UTC").dt.tz_localize(None)
    if values.dtype.kind == "M":
        return values.astype(DAY_TYPE) if _are_days(values) else values.astype(TIME_TYPE)
    if values.dtype.kind == "b":
        return values.astype("boolean") if values.isna().any() else values
    if values.dtype.kind in "iuf":
        return _numbers(values, exact=exact)
    held = values.to_numpy(dtype=object)
    lacking = _missing(held)
    known = held[~lacking].tolist()
    if known and all(isinstance(value, bool | np.bool_) for value in known):
        return values.astype("boolean")
    if known and all(isinstance(value, int | float | np.number) for value in known):
        return _numbers(pd.to_numeric(values), exact=exact)
    if (_names_days(name) or _all_days(known)) and all(map(_day, known)):
        texts = [_day(value) for value in held.tolist()]
        return pd.Series(texts, index=values.index, name=name).astype(DAY_TYPE)
    return pd.Series(_texts(held, lacking), index=values.index, name=name, dtype=object)


def _missing(held: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Return which values say nothing: none, not a number, or an empty text."""
    lacking = np.asarray(pd.isna(held), dtype=bool)
    lacking[~lacking] = held[~lacking] == ""
    return lacking


def _texts(held: NDArray[np.object_], lacking: NDArray[np.bool_]) -> NDArray[np.object_]:
    texts = np.full(len(held), None, dtype=object)
    texts[~lacking] = [str(value) for value in held[~lacking].tolist()]
    return texts


def is_day_column(values: pd.Series) -> bool:
    """Return whether a column of `for_files` holds days."""
    return values.dtype == DAY_TYPE


def _names_days(name: str) -> bool:
    return name.endswith("as_of") or name.rsplit("_", 1)[-1] in DATES


def _all_days(known: list[object]) -> bool:
    return bool(known) and all(isinstance(value, date) for value in known)


def _are_days(values: pd.Series) -> bool:
    known = values.dropna()
    return _names_days(str(values.name)) or bool((known == known.dt.normalize()).all())


def _day(value: object) -> str | None:
    """Return a day as text, YYYY-MM-DD; None where a value is none of any calendar."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if not isinstance(value, str) or not DAY.fullmatch(value):
        return None
    try:
        return date.fromisoformat(value).isoformat()
    except ValueError:
        return None


def _numbers(values: pd.Series, *, exact: bool) -> pd.Series:
    """Return whole numbers of 32 bits where they fit and may be missing, else figures rounded."""
    name = str(values.name)
    known = values.dropna()
    counts = name.rsplit("_", 1)[-1] in WHOLE and bool((known % 1 == 0).all())
    whole = values.dtype.kind in "iu" or counts
    if whole:
        fits = not len(known) or (known.min() >= INT32.min and known.max() <= INT32.max)
        return values.astype("Int32" if fits else LONG_TYPE)
    figures = values.astype(float).to_numpy()
    figures = np.where(np.isfinite(figures), figures, np.nan)
    kept = figures if exact else rounded(figures.tolist(), name)
    return pd.Series(kept, index=values.index, name=name, dtype=float)


def for_geodatabase(table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of `for_files` as a file geodatabase holds it.

    Fields of days alone, and of whole numbers beyond 32 bits, open in none but the latest ArcGIS: days
    become their first moment, such numbers text with all their figures.

    Examples
    --------
    >>> table = pd.DataFrame({"number": pd.array([2**53 + 1, None], dtype="Int64")})
    >>> for_geodatabase(table)["number"].tolist()
    ['9007199254740993', None]
    """
    fields = {str(name): values for name, values in table.items()}
    days = {name: days.astype(TIME_TYPE) for name, days in fields.items() if is_day_column(days)}
    texts = {name: _figures(long) for name, long in fields.items() if long.dtype == LONG_TYPE}
    return table.assign(**days, **texts)


def _figures(numbers: pd.Series) -> pd.Series:
    """Return whole numbers as text with all their figures."""
    texts = [None if number is pd.NA else str(number) for number in numbers]
    return pd.Series(texts, index=numbers.index, dtype=object)


def as_arrays(
    table: pd.DataFrame,
) -> tuple[list[NDArray[Any]], list[NDArray[np.bool_] | None]]:
    """Return columns of `for_files` as arrays for GDAL, and where each lacks a value, shape (rows,) each."""
    arrays: list[NDArray[Any]] = []
    masks: list[NDArray[np.bool_] | None] = []
    for name in table.columns:
        values = table[name]
        lacking = values.isna().to_numpy(dtype=bool)
        masks.append(lacking if values.dtype.kind in "iub" and lacking.any() else None)
        arrays.append(_array(values))
    return arrays, masks


def _array(values: pd.Series) -> NDArray[Any]:
    if values.dtype.kind in "iu":
        kind = np.int64 if values.dtype == LONG_TYPE else np.int32
        return values.fillna(0).to_numpy(dtype=kind)
    if values.dtype.kind == "b":
        return values.fillna(value=False).to_numpy(dtype=bool)
    if values.dtype.kind == "M":
        return values.to_numpy().astype("datetime64[D]" if is_day_column(values) else TIME_TYPE)
    if values.dtype.kind == "O":
        held = values.to_numpy(dtype=object)
        return _texts(held, _missing(held))
    return values.to_numpy()


def filled(names: Iterable[str], table: pd.DataFrame) -> list[str]:
    """Return which of some columns have a value in any row."""
    return [name for name in names if table[name].notna().any()]
