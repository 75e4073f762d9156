"""Regions whose layers are held in memory: written once for the reader, under names that say so."""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import pyogrio
import rasterio
from pyproj import CRS
from pyproj.exceptions import CRSError

from prospector.errors import LayerError, RegionError
from prospector.grid import Bounds
from prospector.layers.formats import RASTER_ERRORS
from prospector.layers.reading import layer_fault
from prospector.layers.roles import ROLES, roles_of_region
from prospector.objects.deposit_models import own_models
from prospector.objects.frames import (
    FEATURES_ENDING,
    FRAME_ERRORS,
    TABLE_ENDING,
    write_features,
    write_places,
)
from prospector.objects.grids import GRID_ENDING, is_grid, write_grid
from prospector.objects.layer import Layer
from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import Region
from prospector.region.region_tables import LayerEntry
from prospector.region.shipped_models import override_faults
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import NAME, faults_of, validated
from prospector.scratch import scratch_folder

WRITE_ERRORS: tuple[type[Exception], ...] = (*FRAME_ERRORS, *RASTER_ERRORS)
"""What the libraries raise over a content that no file can hold."""

NAME_RULE = (
    "a name has lower-case letters, digits and _, begins with a letter, and is at most 60 long"
)
IN_MEMORY = "(in memory)"
MOST_LATITUDE = 90.0
OF_THE_FILE = ("file", "layer", "band", "nodata", "crs", "encoding")
"""Keys that say something of a file: they do not hold for what takes its place."""


class Places(Mapping[str, Path]):
    """Where what layers name lies; the temporary folder goes when nobody holds this any more."""

    def __init__(
        self, places: Mapping[str, Path], folder: Path, before: Mapping[str, Path]
    ) -> None:
        self._places = {**before, **places}
        self._before = before  # holds a folder too
        gone = weakref.finalize(self, _remove, folder, os.getpid())
        gone.atexit = False  # the folder of the whole process goes then

    def __getitem__(self, name: str) -> Path:
        """Return where a file lies, by the name that a layer gives it."""
        return self._places[name]

    def __iter__(self) -> Iterator[str]:
        """Give the names."""
        return iter(self._places)

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._places)

    def __deepcopy__(self, memory: dict[int, Any]) -> Places:
        """Return the same: it never changes."""
        return self


def _remove(folder: Path, pid: int) -> None:
    """Remove a folder that this process made."""
    if pid == os.getpid():
        shutil.rmtree(folder, ignore_errors=True)


def with_layers(region: Region, layers: Mapping[str, Any]) -> Region:
    """Return a region in which some layers are objects in memory instead of files.

    Each is written once to a temporary folder, which goes with the region, and read like any other
    file. The objects themselves are not changed.

    Parameters
    ----------
    region
        The region that is changed; it stays as it is.
    layers
        By the layer's name: what `Layer` takes as content, or a `Layer`. A `Layer` replaces the
        table ``[layers.NAME]`` of the region; where the content is given alone the keys of that table
        stay that say nothing of the file: role, title, columns, unit, ...

    Returns
    -------
    Region
        A copy with these layers.

    Raises
    ------
    RegionError
        A name, a role or a key is wrong; a line for each.
    LayerError
        A content cannot be a layer.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> import geopandas as gpd, prospector
    >>> from prospector import synthetic
    >>> with TemporaryDirectory() as folder:
    ...     region = prospector.load_region(synthetic.write_region(folder))
    ...     faults = gpd.read_file(f"{folder}/faults.geojson")
    >>> prospector.with_layers(region, {"faults": faults}).layers["faults"].file
    'faults (in memory)'
    """
    roles = roles_of_region(region)
    tables, places = _written(region.file, region.layers, layers, region.places, roles)
    faults = [
        fault
        for name, table in tables.items()
        for fault in faults_of(LayerEntry, table, region.file, prefix=f"layers.{name}")
    ]
    if faults:
        raise RegionError(faults)
    entries = {name: LayerEntry.model_validate(table) for name, table in tables.items()}
    return region.model_copy(update={"layers": {**region.layers, **entries}, "places": places})


def make_region(
    name: str,
    layers: Mapping[str, Any],
    *,
    crs: str | CRS,
    window: Sequence[float],
    cell_size_m: float,
    deposit_models: Sequence[str | DepositModel],
    title: str = "",
    override: Mapping[str, Mapping[str, Any]] | None = None,
    roles: Mapping[str, Mapping[str, Any]] | None = None,
    **keys: Any,
) -> Region:
    """Return a region that is built in Python, without a region.toml.

    Parameters
    ----------
    name
        Of small letters, figures and _.
    layers
        By the layer's name: what `Layer` takes as content, or a `Layer`. The role is the layer's name
        where it is that of one.
    crs
        A projected CRS in metres: code, WKT or `pyproj.CRS`.
    window
        West, south, east and north in degrees.
    cell_size_m
        Side of a cell in metres.
    deposit_models
        Names of shipped ones, and values: `read_deposit_model`.
    title
        What pages call it; made from the name by default.
    override
        Keys of deposit models that are to be otherwise here, as tables ``[override.NAME]``.
    roles
        Roles of your own, as tables ``[roles.NAME]``: ``{"alteration": {"geometry": "polygon"}}``.
    keys
        Other keys of ``[region]``: countries, backtest_years, summary, ...

    Returns
    -------
    Region
        As `load_region` gives it: `check` and `screen` take it.

    Raises
    ------
    RegionError
        A name, a role or a key is wrong; a line for each.
    LayerError
        A content cannot be a layer.

    Examples
    --------
    >>> import geopandas as gpd, prospector
    >>> deposits = gpd.GeoDataFrame(
    ...     {"name": ["A", "B"], "deposit_type": "porphyry_copper"},
    ...     geometry=gpd.points_from_xy([-69.0, -68.9], [-24.0, -24.1]), crs="EPSG:4326",
    ... )
    >>> region = prospector.make_region(
    ...     "north", {"deposits": deposits}, crs="EPSG:32719", window=(-70, -25, -68, -23),
    ...     cell_size_m=1000, deposit_models=["porphyry_copper"],
    ... )
    >>> region.name, region.layers["deposits"].role, region.layers["deposits"].file
    ('north', 'deposits', 'deposits (in memory)')
    """
    file = Path(f"region '{name}'")
    given = [model for model in deposit_models if isinstance(model, DepositModel)]
    own = own_models(given, {}, file.parent)
    names = [model.name if isinstance(model, DepositModel) else model for model in deposit_models]
    tables = {
        "region": {
            "name": name,
            "title": title or str(name).replace("_", " ").capitalize(),
            "crs": _crs_text(crs),
            "window": _window(window, file),
            "cell_size_m": _plain(cell_size_m),
            "deposit_models": [own[name].file if name in own else name for name in names],
            **keys,
        },
        "override": {model: dict(tables) for model, tables in (override or {}).items()},
        "roles": {role: dict(table) for role, table in (roles or {}).items()},
    }
    entries, places = _written(file, {}, layers, {}, (*ROLES, *(roles or {})))
    made = {"folder": file.parent, "file_name": file.name, "places": places, "own_models": own}
    faults = override_faults(override, file, {name: model.tables for name, model in own.items()})
    if faults:
        raise RegionError(faults)
    region = validated(Region, {**tables, "layers": entries, **made}, file)
    _refuse_swapped(region.region.window.bounds(), region.region.crs, file)
    return region


def _refuse_swapped(window: Bounds, crs: str, file: Path) -> None:
    """Raise RegionError for a window that lies where its CRS is for only with latitude put second."""
    known = CRS.from_user_input(crs).area_of_use
    if known is None:
        return
    area = Bounds(*known.bounds)
    if _meet(window.west, window.south, window.east, window.north, area):
        return
    swapped = (window.south, window.west, window.north, window.east)
    if _meet(*swapped, area):
        raise RegionError(
            f"{file}: window: {astuple(window)} lies outside the area that {crs} is for, but "
            "inside it if latitude and longitude are swapped. Give west, south, east and north: "
            f"{swapped}."
        )


def _meet(west: float, south: float, east: float, north: float, area: Bounds) -> bool:
    """Return whether a window meets an area of use, which may pass the date line."""
    beside = (
        west < area.east and east > area.west
        if area.west <= area.east
        else west < area.east or east > area.west
    )
    return beside and south < area.north and north > area.south


def _crs_text(crs: str | CRS) -> str:
    """Return a CRS as region.toml would have it: its code where it has one."""
    if isinstance(crs, str):
        return crs
    try:
        known = CRS.from_user_input(crs)
    except CRSError:
        return str(crs)  # refused with all the rest
    code = known.to_authority()
    return known.to_wkt() if code is None else ":".join(code)


def _window(window: Sequence[float], file: Path) -> dict[str, float]:
    try:
        west, south, east, north = (float(edge) for edge in window)
    except (TypeError, ValueError) as error:
        raise RegionError(
            f"{file}: window: {window!r} is not four numbers. Give west, south, east and north in degrees, "
            "e.g. (-71, -28, -66.25, -19.5)."
        ) from error
    if max(abs(west), abs(east)) <= MOST_LATITUDE < max(abs(south), abs(north)):
        raise RegionError(
            f"{file}: window: {(west, south, east, north)} has latitudes beyond 90: latitude and "
            "longitude look swapped. Give west, south, east and north: "
            f"{(south, west, north, east)}."
        )
    return {"west": west, "south": south, "east": east, "north": north}


# layers ----------------------------------------------------------------------------------------


def _written(
    file: Path,
    known: Mapping[str, LayerEntry],
    layers: Mapping[str, Any],
    before: Mapping[str, Path],
    roles: Collection[str],
) -> tuple[dict[str, dict[str, Any]], Places]:
    """Return the table of each layer, and where what it names lies."""
    folder = Path(tempfile.mkdtemp(prefix="objects-", dir=scratch_folder()))
    places: dict[str, Path] = {}
    try:
        tables = {
            name: _table(_Given(file, name, given, roles), known.get(name), folder, places)
            for name, given in layers.items()
        }
    except BaseException:
        _remove(folder, os.getpid())
        raise
    return tables, Places(places, folder, before)


@dataclass(frozen=True, eq=False)
class _Given:
    """What a caller gives for a layer, and the file and the name that errors say."""

    file: Path
    name: str
    content: Any
    roles: Collection[str]

    def fail(self, what: str) -> LayerError:
        return LayerError(f"{self.file}: layer '{self.name}': {what}.")


def _table(
    given: _Given, known: LayerEntry | None, folder: Path, places: dict[str, Path]
) -> dict[str, Any]:
    """Write a layer and return its table; where its files lie is added to `places`."""
    if not isinstance(given.name, str) or not NAME.fullmatch(given.name):
        raise RegionError(
            f"{given.file}: layer {given.name!r}: {NAME_RULE}. Rename it, and give its role: "
            "prospector.Layer(..., role='faults')."
        )
    layer, keys = given.content, {}
    if isinstance(layer, Layer):
        layer, keys = layer.content, dict(layer.keys)
    elif known is not None:
        kept = known.model_dump(by_alias=True, exclude_unset=True)
        keys = {key: value for key, value in kept.items() if key not in OF_THE_FILE}
    if "file" in keys:
        raise given.fail("both 'file' and content are given. Give only one of them")
    if keys.get("role") is None:
        keys["role"] = _role(given)
    coverage = keys.get("coverage")
    if coverage is not None and isinstance(given.content, Layer):
        keys["coverage"], _ = _placed(given, coverage, f"{given.name} coverage", folder, places)
    keys["file"], crs = _placed(given, layer, given.name, folder, places)
    if crs is not None:
        keys.setdefault("crs", crs)
    if keys.get("crs") is None and IN_MEMORY in keys["file"] and _lacks_crs(places[keys["file"]]):
        raise LayerError(
            layer_fault(
                given.file,
                given.name,
                "crs",
                f"no CRS in {keys['file']}. Set crs = 'EPSG:32719', on it or as "
                "prospector.Layer(..., crs=...).",
            )
        )
    plain = {key: _plain(value) for key, value in keys.items()}
    if plain.get("crs") is not None:
        plain["crs"] = _crs_text(plain["crs"])
    return plain


def _role(given: _Given) -> str:
    """Return the role that a layer has by its name."""
    if given.name not in given.roles:
        raise RegionError(
            f"{given.file}: layer '{given.name}': its role is not given. "
            f"{did_you_mean(given.name, given.roles)}Give its role, prospector.Layer(..., "
            f"role='faults'), one of: {', '.join(given.roles)}."
        )
    return given.name


def _placed(
    given: _Given, content: Any, label: str, folder: Path, places: dict[str, Path]
) -> tuple[str, str | None]:
    """Return the name that a layer's table gives to a content, and its CRS where its file cannot say it."""
    if isinstance(content, str | os.PathLike):
        path = Path(content)
        name = path.name if path.name not in places else f"{label}: {path.name}"
        places[name] = path.absolute()
        return name, None
    name = f"{label} {IN_MEMORY}"
    try:
        places[name], crs = _write(content, folder / f"{len(places)}")
    except WRITE_ERRORS as error:
        raise given.fail(f"{type(content).__name__}: {str(error).strip().rstrip('.')}") from error
    return name, crs


def _write(content: Any, stem: Path) -> tuple[Path, str | None]:
    """Write a content to a file and return it, and the CRS where the file does not say the same."""
    if is_grid(content):
        path = stem.with_suffix(GRID_ENDING)
        crs = write_grid(content, path)
        with rasterio.open(path) as dataset:
            written = dataset.crs.to_wkt() if dataset.crs else None
        return path, _unless_same(crs, written)
    if isinstance(content, gpd.GeoDataFrame | gpd.GeoSeries):
        path = stem.with_suffix(FEATURES_ENDING)
        write_features(content, path)
        return path, _unless_same(content.crs, pyogrio.read_info(path)["crs"])
    if isinstance(content, pd.DataFrame):
        path = stem.with_suffix(TABLE_ENDING)
        write_places(content, path)
        return path, None
    if hasattr(content, "data_vars"):
        names = ", ".join(map(str, content.data_vars))
        raise ValueError(f"it holds several arrays. Give one of them, by name: {names}")
    raise ValueError(
        "it cannot be read as a layer. Give a GeoDataFrame, a table with longitude and latitude, "
        "an xarray.DataArray, (array, transform, crs), or a path"
    )


def _lacks_crs(path: Path) -> bool:
    """Return whether a file that was written has no CRS, where its kind can have one."""
    if path.suffix == GRID_ENDING:
        with rasterio.open(path) as dataset:
            return dataset.crs is None
    return path.suffix == FEATURES_ENDING and pyogrio.read_info(path)["crs"] is None


def _unless_same(crs: CRS | None, written: str | None) -> str | None:
    """Return a CRS as text unless a file says the same."""
    if crs is None or (written is not None and CRS.from_user_input(written) == crs):
        return None
    return crs.to_wkt()


def _plain(value: Any) -> Any:
    """Return a key's value as region.toml would have it: numbers of Python's own, a CRS as text."""
    if isinstance(value, CRS) or hasattr(value, "to_wkt"):
        return _crs_text(value)
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set):
        return [_plain(part) for part in value]
    return value.item() if hasattr(value, "item") else value
