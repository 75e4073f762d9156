"""Frames of features and tables of places, written as files that the one reader reads."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from numpy.typing import NDArray

from prospector.errors import LayerError
from prospector.layers.columns import NESTED
from prospector.scratch import scratch_folder

FRAME_ERRORS: tuple[type[Exception], ...] = (
    ValueError, TypeError, OSError, OverflowError, pyogrio.errors.DataSourceError,
)  # fmt: skip
"""What the libraries raise over a frame that no file can hold."""

FEATURES_ENDING, TABLE_ENDING = ".fgb", ".csv"

_PLAIN_KINDS = "biufM"
"""Kinds of numpy's types that a file of features holds: truth, whole and decimal numbers, dates."""

LARGEST_WHOLE = np.iinfo(np.int64).max


def write_features(features: gpd.GeoDataFrame | gpd.GeoSeries, path: Path) -> None:
    """Write features as a FlatGeobuf, every row and attribute, in the order of the rows.

    Raises
    ------
    ValueError
        It has no geometry, no row, or columns that a file cannot have.
    """
    frame = features.to_frame("geometry") if isinstance(features, gpd.GeoSeries) else features
    geometry = _geometry_of(frame)
    attributes = _attributes(frame.drop(columns=geometry.name))
    name = next(name for name in ("geometry", "geometry_", "geometry__") if name not in attributes)
    shapes, kind = _of_one_kind(geometry.to_numpy())
    plain = gpd.GeoDataFrame(attributes.assign(**{name: shapes}), geometry=name, crs=geometry.crs)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "'crs' was not provided")  # the reader asks for it
        pyogrio.write_dataframe(
            plain, path, driver="FlatGeobuf", layer="features", SPATIAL_INDEX="NO",
            geometry_type=kind,
        )  # fmt: skip


def _of_one_kind(shapes: NDArray[Any]) -> tuple[NDArray[Any], str | None]:
    """Return geometries that one file holds, and its type; None where it is that of all of them.

    Heights stay, so that the reader says that it drops them, but where only some have one.
    """
    known = shapes[~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)]
    one_type = len(np.unique(shapely.get_type_id(known))) == 1
    if one_type and shapely.has_z(known).all():
        return shapes, None
    return shapely.force_2d(shapes), "Unknown"


@contextmanager
def written_features(features: gpd.GeoDataFrame | gpd.GeoSeries) -> Iterator[Path]:
    """Give a file of features for a while.

    Raises
    ------
    LayerError
        They cannot be written.
    """
    with TemporaryDirectory(dir=scratch_folder()) as folder:
        path = Path(folder) / f"polygons (in memory){FEATURES_ENDING}"
        try:
            write_features(features, path)
        except FRAME_ERRORS as error:
            raise LayerError(f"polygons: {str(error).rstrip('.')}.") from error
        try:
            yield path
        except LayerError as error:
            raise error.calling({str(path): path.stem}) from error


def write_places(table: pd.DataFrame, path: Path) -> None:
    """Write a table of places as text, decimal numbers with all their figures.

    Raises
    ------
    ValueError
        It has no row, or columns that a file cannot have.
    """
    _attributes(table).to_csv(path, index=False, encoding="utf-8")


def _geometry_of(frame: gpd.GeoDataFrame) -> gpd.GeoSeries:
    """Return the active geometry of a frame that has one, and rows."""
    _refuse_columns(frame)
    try:
        geometry = frame.geometry
    except AttributeError as error:
        raise ValueError(
            "it has no active geometry column. Set one: frame.set_geometry(NAME)"
        ) from error
    if not len(geometry):
        raise ValueError("it has no rows. Give features, or leave the layer out")
    return geometry


def _refuse_columns(table: pd.DataFrame) -> None:
    """Raise ValueError where columns have names on several levels, or one name twice."""
    if table.columns.nlevels > 1:
        raise ValueError(
            "its columns have names on several levels (a MultiIndex). Give one name each, e.g. "
            "frame.columns = ['_'.join(names) for names in frame.columns]"
        )
    names = pd.Index([str(name) for name in table.columns])
    if names.has_duplicates:
        twice = names[names.duplicated()][0]
        raise ValueError(f"it has two columns '{twice}'. Rename or drop one of them")


def _attributes(table: pd.DataFrame) -> pd.DataFrame:
    """Return columns under texts as names, of types that a file holds; rows numbered from 0."""
    _refuse_columns(table)
    if not len(table):
        raise ValueError("it has no rows. Give features, or leave the layer out")
    plain = {str(name): _plain(table[name]) for name in table.columns}
    return pd.DataFrame(plain, index=range(len(table)))


def _plain(values: pd.Series) -> Any:
    """Return a column as numbers, truth values, dates or text; what is missing stays missing."""
    values = values.reset_index(drop=True)
    if isinstance(values.dtype, np.dtype) and values.dtype.kind in _PLAIN_KINDS:
        return _of_numbers(values)
    bare = pd.Series([_bare(value) for value in values], dtype=object)
    if pd.api.types.infer_dtype(bare, skipna=True) == "integer":
        return _whole(bare)
    guessed = bare.convert_dtypes()
    if pd.api.types.is_bool_dtype(guessed.dtype):
        return guessed if guessed.isna().any() else guessed.astype(bool)
    if pd.api.types.is_numeric_dtype(guessed.dtype):
        return _of_numbers(guessed)
    if pd.api.types.is_datetime64_any_dtype(guessed.dtype):
        return guessed
    return guessed.astype(object).map(_text, na_action="ignore").where(guessed.notna(), None)


def _whole(values: pd.Series) -> Any:
    """Return whole numbers, some of them missing, with all their figures."""
    try:
        return pd.Series(pd.array(values.tolist(), dtype="Int64"))
    except OverflowError:
        return values.map(_text, na_action="ignore")


def _text(value: Any) -> str:
    """Return a value as text that a file holds to its end."""
    return str(value).replace("\0", "")


def _of_numbers(values: pd.Series) -> pd.Series:
    """Return numbers in a type that a file holds; whole ones beyond it, and complex ones, as text."""
    dtype = values.dtype
    if dtype.kind == "c" or (dtype.kind in "iu" and (values.dropna() > LARGEST_WHOLE).any()):
        return values.astype(object).map(_text, na_action="ignore")
    if dtype.kind in "iu" and dtype != np.int32:
        return values.astype("Int64" if values.isna().any() else np.int64)
    if dtype.kind == "f" and dtype not in (np.float32, np.float64):
        return values.astype(np.float32 if dtype == np.float16 else np.float64)
    return values


def _bare(value: Any) -> Any:
    """Return a cell of a column of objects as a plain value; None where it is missing."""
    if isinstance(value, dict):
        return str(value)
    if isinstance(value, NESTED):
        return "; ".join(map(str, value))
    if isinstance(value, shapely.Geometry):
        return shapely.to_wkt(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    if isinstance(value, Decimal):
        return str(value)
    return None if pd.isna(value) else value
