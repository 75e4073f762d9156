"""Arrays with a place, written as GeoTIFF that the one reader reads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import rasterio
from affine import Affine
from numpy.typing import NDArray
from pyproj import CRS
from pyproj.exceptions import CRSError

from prospector.grid import FloatArray, Raster

GRID_ENDING = ".tif"
X_NAMES = ("x", "lon", "longitude", "easting", "projection_x_coordinate", "este")
Y_NAMES = ("y", "lat", "latitude", "northing", "projection_y_coordinate", "norte")
EVEN_SHARE = 1e-3
"""Share of a cell by which the distance of two coordinates may err."""

SAME_SHARE = 1e-6
"""Share of a cell by which coordinates may differ from those of a transform that is stated."""

_HELD = (
    "uint8",
    "int8",
    "uint16",
    "int16",
    "uint32",
    "int32",
    "uint64",
    "int64",
    "float32",
    "float64",
)
_CRS_WORDS = ("crs_wkt", "spatial_ref")
_NODATA_WORDS = ("_FillValue", "missing_value", "fill_value", "nodata")


@dataclass(frozen=True, eq=False)
class Placed:
    """An array with a place.

    Parameters
    ----------
    values
        Shape (rows, columns) or (bands, rows, columns); masked where there is no value.
    transform
        From column and row to the CRS.
    nodata
        A number that is no value; None where there is none.
    scale, offset
        A value is a number of the array times `scale`, plus `offset`.
    """

    values: NDArray[Any]
    transform: Affine
    crs: CRS | None
    nodata: float | None = None
    scale: float = 1.0
    offset: float = 0.0


def is_grid(content: object) -> bool:
    """Return whether something is an array with a place: a DataArray, a triple, a raster of this package."""
    return isinstance(content, Raster | tuple) or _is_data_array(content)


def _is_data_array(content: object) -> bool:
    names = ("dims", "coords", "attrs", "values", "encoding")
    return all(hasattr(content, name) for name in names) and not hasattr(content, "data_vars")


def write_grid(content: Any, path: Path) -> CRS | None:
    """Write an array with a place as a GeoTIFF, north up, and return its CRS.

    Raises
    ------
    ValueError
        It is no array of numbers, or does not say where its cells lie.
    """
    placed = _north_up(_placed(content))
    bands = _bands(placed.values)
    nodata, bands = _without_mask(bands, placed.nodata)
    with rasterio.open(
        path, "w", driver="GTiff", height=bands.shape[1], width=bands.shape[2], count=len(bands),
        dtype=bands.dtype, nodata=nodata, transform=placed.transform, bigtiff="if_safer",
        crs=None if placed.crs is None else placed.crs.to_wkt(),
    ) as dataset:  # fmt: skip
        dataset.write(bands)
        if (placed.scale, placed.offset) != (1.0, 0.0):
            dataset.scales, dataset.offsets = (
                [number] * len(bands) for number in (placed.scale, placed.offset)
            )
    return placed.crs


def _placed(content: Any) -> Placed:
    if isinstance(content, Raster):
        grid = content.grid
        transform = Affine(grid.cell_size_m, 0, grid.west, 0, -grid.cell_size_m, grid.north)
        return Placed(content.values, transform, CRS.from_user_input(grid.crs))
    if isinstance(content, tuple):
        return _of_tuple(content)
    return _of_data_array(content)


# a tuple ---------------------------------------------------------------------------------------


def _of_tuple(content: tuple[Any, ...]) -> Placed:
    """Return (array, transform, crs) or (array, transform, crs, nodata)."""
    if len(content) not in (3, 4):
        raise ValueError(
            f"it is a tuple of {len(content)}. Give (array, transform, crs), or with nodata as the fourth"
        )
    values, transform, crs = content[:3]
    nodata = content[3] if len(content) == 4 else None
    return Placed(np.ma.asanyarray(values), _transform(transform), _crs(crs), _number(nodata))


def _transform(given: Any) -> Affine:
    try:
        numbers = [float(number) for number in tuple(given)]
        if len(numbers) not in (6, 9):
            raise ValueError("not six numbers")
        return Affine(*numbers[:6])
    except (TypeError, ValueError) as error:
        raise ValueError(
            "its second part is not a transform. Give rasterio's, e.g. "
            "rasterio.transform.from_origin(west, north, width, height)"
        ) from error


def _crs(given: Any) -> CRS | None:
    """Return a CRS in whatever form it is given."""
    if given is None:
        return None
    try:
        return CRS.from_user_input(given)
    except CRSError as error:
        raise ValueError(
            f"its CRS {str(given)[:60]!r} is not a CRS that PROJ knows. Give e.g. 'EPSG:32719'"
        ) from error


def _number(given: Any) -> float | None:
    if given is None:
        return None
    try:
        return float(given)
    except (TypeError, ValueError) as error:
        raise ValueError(f"its nodata {given!r} is not a number. Give a number, or None") from error


# an xarray.DataArray ----------------------------------------------------------------------------


def _of_data_array(content: Any) -> Placed:
    """Return a DataArray by rioxarray's conventions: coordinates x and y, the CRS in `spatial_ref`."""
    across, down = _dimension(content, X_NAMES), _dimension(content, Y_NAMES)
    others = [name for name in content.dims if name not in (across, down)]
    several = [name for name in others if content.sizes[name] > 1]
    if len(several) > 1:
        raise ValueError(
            f"it has dimensions {', '.join(map(str, several))} beside x and y. Choose: array.isel(...)"
        )
    plain = content.isel({name: 0 for name in others if name not in several})
    plain = plain.transpose(*several, down, across)
    reference = _reference(content)
    attributes = content.attrs
    return Placed(
        np.ma.asanyarray(plain.values),
        _of_coordinates(content, across, down, reference),
        _crs_of(content, reference),
        _number(next((attributes[word] for word in _NODATA_WORDS if word in attributes), None)),
        _number(attributes.get("scale_factor", 1.0)) or 1.0,
        _number(attributes.get("add_offset", 0.0)) or 0.0,
    )


def _dimension(content: Any, names: Sequence[str]) -> str:
    for dimension in content.dims:
        attributes = content.coords[dimension].attrs if dimension in content.coords else {}
        words = {str(dimension).lower(), str(attributes.get("standard_name", "")).lower()}
        if words & set(names):
            return str(dimension)
    raise ValueError(
        f"it has no dimension {names[0]} (its dimensions: {', '.join(map(str, content.dims))}). "
        "Rename them: array.rename({...: 'x', ...: 'y'})"
    )


def _reference(content: Any) -> Mapping[str, Any]:
    """Return the attributes of the coordinate that holds the CRS, none where there is none."""
    named = content.encoding.get("grid_mapping", content.attrs.get("grid_mapping", "spatial_ref"))
    return content.coords[named].attrs if named in content.coords else {}


def _crs_of(content: Any, reference: Mapping[str, Any]) -> CRS | None:
    for word in _CRS_WORDS:
        if reference.get(word):
            return _crs(reference[word])
    if "grid_mapping_name" in reference:
        try:
            return CRS.from_cf(dict(reference))
        except (CRSError, KeyError) as error:
            raise ValueError(
                f"its CRS cannot be read ({error}). Write it: array.rio.write_crs(...)"
            ) from error
    set_apart = getattr(getattr(content, "rio", None), "crs", None)
    return None if set_apart is None else _crs(set_apart.to_wkt())


def _of_coordinates(content: Any, across: str, down: str, reference: Mapping[str, Any]) -> Affine:
    """Return the transform of coordinates of cell centres; the one that is stated where it gives the same."""
    stated = _stated(reference)
    if across not in content.coords or down not in content.coords:
        if stated is None:
            raise ValueError(
                "it has no coordinates x and y. Assign them, e.g. array.assign_coords(x=..., y=...)"
            )
        return stated
    (west, width), (north, height) = (
        _start_and_step(content.coords[name].values, name, step)
        for name, step in ((across, stated and stated.a), (down, stated and stated.e))
    )
    own = Affine(width, 0.0, west, 0.0, height, north)
    if stated is not None and (stated.b or stated.d):
        return stated
    same = stated is not None and all(
        abs(derived - written) <= SAME_SHARE * size
        for derived, written, size in zip(
            own[:6], stated[:6], (abs(width),) * 3 + (abs(height),) * 3, strict=True
        )
    )
    return stated if same and stated is not None else own


def _stated(reference: Mapping[str, Any]) -> Affine | None:
    """Return the transform that stands beside the CRS, as GDAL writes it."""
    numbers = str(reference.get("GeoTransform", "")).split()
    return Affine.from_gdal(*map(float, numbers)) if len(numbers) == 6 else None


def _start_and_step(centres: Any, name: str, stated: float | None) -> tuple[float, float]:
    """Return the outer edge of the first cell and the step from one to the next."""
    try:
        at: FloatArray = np.asarray(centres, dtype=float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"its coordinates {name} are not numbers. Give them in the units of the CRS"
        ) from error
    if at.ndim != 1 or not np.isfinite(at).all() or not len(at):
        raise ValueError(
            f"its coordinates {name} must be one finite number for each cell. Correct them"
        )
    if len(at) == 1:
        if not stated:
            raise ValueError(
                f"a single coordinate {name} does not show how wide a cell is. Give (array, "
                "transform, crs)"
            )
        return float(at[0] - stated / 2), stated
    step = float(at[-1] - at[0]) / (len(at) - 1)
    off = np.abs(at - (at[0] + step * np.arange(len(at)))).max()
    if not step or off > EVEN_SHARE * abs(step):
        raise ValueError(
            f"its coordinates {name} are not evenly spaced. Resample it first, e.g. array.interp({name}=...)"
        )
    return float(at[0] - step / 2), step


# what a GeoTIFF holds ---------------------------------------------------------------------------


def _north_up(placed: Placed) -> Placed:
    """Return an array whose rows go from north to south and whose columns go from west to east."""
    values, transform = placed.values, placed.transform
    rows, columns = values.shape[-2:] if values.ndim > 1 else (0, 0)
    if transform.b or transform.d:
        return placed
    if transform.e > 0:
        values = values[..., ::-1, :]
        transform = Affine(
            transform.a, 0, transform.c, 0, -transform.e, transform.f + rows * transform.e
        )
    if transform.a < 0:
        values = values[..., ::-1]
        transform = Affine(
            -transform.a, 0, transform.c + columns * transform.a, 0, transform.e, transform.f
        )
    return replace(placed, values=values, transform=transform)


def _bands(values: NDArray[Any]) -> NDArray[Any]:
    """Return numbers of shape (bands, rows, columns), of a type that a GeoTIFF holds."""
    if values.ndim not in (2, 3) or not values.size:
        raise ValueError(
            f"its array has the shape {values.shape}. Give rows and columns, or bands, rows and columns"
        )
    bands = values if values.ndim == 3 else values[None]
    if bands.dtype.kind not in "biuf":
        raise ValueError(f"its array holds {bands.dtype}. Give real numbers: array.astype(float)")
    if bands.dtype.kind == "b":
        return bands.astype(np.uint8)
    if bands.dtype.name in _HELD:
        return bands.astype(bands.dtype.newbyteorder("="))
    return bands.astype(np.float32 if bands.dtype.itemsize < 4 else np.float64)


def _without_mask(bands: NDArray[Any], nodata: float | None) -> tuple[float | None, NDArray[Any]]:
    """Return the code of nodata and plain numbers: NaN where masked, whole numbers then in 64 bits."""
    if nodata is not None and not _can_hold(bands.dtype, nodata):
        nodata = None
    if not np.ma.isMaskedArray(bands):
        return nodata, bands
    mask = np.ma.getmaskarray(bands)
    plain = np.asarray(bands.data)
    if not mask.any():
        return nodata, plain
    floating = plain if plain.dtype.kind == "f" else plain.astype(float)
    if nodata is not None:
        mask = mask | (floating == nodata)
    return float("nan"), np.where(mask, np.array(np.nan, dtype=floating.dtype), floating)


def _can_hold(dtype: np.dtype[Any], number: float) -> bool:
    """Return whether a number can stand in an array of a type at all."""
    if dtype.kind == "f":
        return True
    limits = np.iinfo(dtype)
    return (
        bool(number == int(number) and limits.min <= number <= limits.max)
        if np.isfinite(number)
        else False
    )
