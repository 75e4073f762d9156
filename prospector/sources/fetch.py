"""A source fetched into a region: whole layers, dated, hashed, with licence and origin."""

from __future__ import annotations

import contextlib
import datetime
import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import geopandas as gpd

from prospector.errors import RegionError, SourceError
from prospector.grid import Bounds
from prospector.layers.places import PLACE_NAMES
from prospector.layers.roles import EXCLUSION_ROLES
from prospector.locks import lock, open_lock
from prospector.options import Progress
from prospector.region.quantities import CELL_SIZE_M
from prospector.region.region_file import REGION_FILE
from prospector.region.region_tables import WindowEntry
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import read_toml, validated
from prospector.sources.classing import ClassedLayer, with_classes
from prospector.sources.cleaning import holder_fields, private_rows
from prospector.sources.codes import Unmapped
from prospector.sources.downloads import read_download
from prospector.sources.entries import (
    PAGES_FOLDER,
    age_of,
    copy_of,
    free_name,
    mark_of,
    note_layer,
    note_source,
    refuse_others,
    write_box,
    write_features,
)
from prospector.sources.http import Client, Manners
from prospector.sources.kept_pages import KeptPages
from prospector.sources.rows import Asked
from prospector.sources.source import Source, SourceLayer, source_named, source_names
from prospector.sources.tiles import (
    Mosaic,
    corners_of,
    missing_words,
    read_mosaic,
    write_mosaic,
)
from prospector.sources.whole import WholeLayer, count_rows, question_of, read_whole

LOCK_FILE = "lock"
MARGIN_KM = 20.0
"""Beyond the window: what lies near its edge counts too."""

KM_PER_DEGREE = 111.32
SHARE_OF_A_CELL = 0.25
"""Cells of rasters in tiles are so much of the region's at most: slopes need several in a cell."""

USUAL_CELL_M = 1000.0
"""Size of the region's cells where region.toml does not state it yet."""

COMPLETE_ROLES = ("concessions", *EXCLUSION_ROLES)
"""Roles of which ground without a feature says something, where the layer is complete."""


@dataclass(frozen=True)
class FetchedLayer:
    """A layer that was fetched.

    Parameters
    ----------
    added
        Name of the layer that was added to region.toml; None where one read the file already.
    resumed
        Rows that an earlier fetch, which was cut, had kept.
    private
        Names of holders that were replaced by "private holder".
    parts
        Layers that were made of some of its classes, by name -> their rows.
    classes
        Class that its codes became -> rows; the empty text stands for none.
    unmapped
        What did not become a class or an age.
    tiles
        The raster, where it was fetched in tiles: `count` counts these.
    """

    name: str
    file: Path
    count: int
    pages: int
    resumed: int
    private: int
    added: str | None
    parts: Mapping[str, int] = field(default_factory=dict)
    classes: Mapping[str, int] = field(default_factory=dict)
    unmapped: tuple[Unmapped, ...] = ()
    tiles: Mosaic | None = None


@dataclass(frozen=True)
class _Place:
    """The region that is fetched for."""

    file: Path
    box: Bounds
    cell_size_m: float

    @property
    def folder(self) -> Path:
        return self.file.parent


def fetch_layers(
    region: str | Path, source: str, *, layers: Sequence[str] | None = None,
    margin_km: float = MARGIN_KM, manners: Manners | None = None, today: datetime.date | None = None,
    progress: Progress | None = None,
) -> list[FetchedLayer]:  # fmt: skip
    """Fetch layers of a source into a region, each whole or not at all.

    What stands there stays until the new file is complete.

    Parameters
    ----------
    region
        Folder of a region.toml, or the file.
    source
        Name of a source: a shipped one, or one in the region's folder ``sources``.
    layers
        Names of its layers; all where none are named.
    margin_km
        How far beyond the region's window is asked.
    manners
        How long is waited and how often asked, in place of what the source says.
    today
        The date that files are given.
    progress
        Called with what is being done, how many steps are done and how many there are.

    Raises
    ------
    RegionError
        region.toml has no window, or there is no such source.
    SourceError
        The service does not give a layer whole; what was fetched before stays.
    """
    place, described = _place(region, margin_km), _source(region, source)
    _refuse_by_hand(described)
    names = _chosen(described, layers)
    today = today or datetime.date.today()
    done: list[FetchedLayer] = []
    with _alone(place.folder), _client(described, manners) as client:
        for name in names:
            try:
                done.append(_fetched(client, place, described, name, today, progress))
            except SourceError as error:
                raise SourceError(_with_done(error, done)) from error
    return done


def _with_done(error: SourceError, done: Sequence[FetchedLayer]) -> list[str]:
    """Return the lines of an error, with what was written before it."""
    written = ", ".join(str(part.file) for part in done)
    before = f" Written before it: {written}." if done else ""
    return [*error.lines[:-1], error.lines[-1] + before]


def count(
    region: str | Path, source: str, *, layers: Sequence[str] | None = None,
    margin_km: float = MARGIN_KM,
) -> dict[str, int]:  # fmt: skip
    """Return how many rows each layer of a source has for a region; nothing is written.

    Raises
    ------
    RegionError, SourceError
        As `fetch_layers` raises.
    """
    place, described = _place(region, margin_km), _source(region, source)
    _refuse_by_hand(described)
    with _client(described) as client:
        return {
            name: _counted(client, place, described, described.layers[name])
            for name in _chosen(described, layers)
        }


def _counted(client: Client, place: _Place, source: Source, layer: SourceLayer) -> int:
    """Return how many rows a layer has over the box, or how many tiles are asked for."""
    asked = _asked(place, source, layer)
    if source.kind == "cog_tiles":
        return len(corners_of(place.box))
    if source.kind == "file":
        return read_download(client, asked, layer, holders=()).count
    return count_rows(client, source.kind, asked)


def _refuse_by_hand(source: Source) -> None:
    if source.kind == "by_hand":
        raise SourceError(
            f"Source '{source.name}': no download service is known for it. Download the file by "
            f"hand: prospector sources {source.name} shows how."
        )


def describe(region: str | Path, source: str) -> Source:
    """Return a source of a region by its name, e.g. to show what its licence binds to."""
    return _source(region, source)


def box_of(region: str | Path, margin_km: float = MARGIN_KM) -> Bounds:
    """Return what is asked of a service for a region, in degrees: its window and a margin.

    Raises
    ------
    RegionError
        There is no such region, or it has no window.
    """
    return _place(region, margin_km).box


def _place(region: str | Path, margin_km: float) -> _Place:
    """Return the region's file and the box that is asked for: its window and a margin."""
    given = Path(region)
    file = given / REGION_FILE if given.is_dir() or given.suffix != ".toml" else given
    if not file.is_file():
        raise RegionError(
            f"{file}: no such file. Give the folder of a region (it holds {REGION_FILE})."
        )
    stated = read_toml(file).get("region")
    table = stated if isinstance(stated, dict) else {}
    window = table.get("window")
    if not isinstance(window, dict):
        raise RegionError(
            f"{file}: key 'region.window': missing. Set west, south, east and north in degrees."
        )
    bounds = validated(WindowEntry, window, file, prefix="region.window").bounds()
    return _Place(file, _widened(bounds, margin_km), _cell_size_m(table.get("cell_size_m")))


def _cell_size_m(stated: object) -> float:
    """Return the size of the region's cells; a usual one where none is stated that can be."""
    if isinstance(stated, int | float) and CELL_SIZE_M[0] <= stated <= CELL_SIZE_M[1]:
        return float(stated)
    return USUAL_CELL_M


def _widened(window: Bounds, margin_km: float) -> Bounds:
    """Return a window in degrees with a margin in km, within the world.

    Examples
    --------
    >>> _widened(Bounds(-70, 0, -69, 60), 111.32)
    Bounds(west=-72.0, south=-1.0, east=-67.0, north=61.0)
    """
    high = margin_km / KM_PER_DEGREE
    widest = math.cos(math.radians(max(abs(window.south), abs(window.north))))
    wide = high / max(widest, 0.01)
    return Bounds(
        max(-180.0, round(window.west - wide, 6)), max(-90.0, round(window.south - high, 6)),
        min(180.0, round(window.east + wide, 6)), min(90.0, round(window.north + high, 6)),
    )  # fmt: skip


def _source(region: str | Path, name: str) -> Source:
    given = Path(region)
    return source_named(name, given.parent if given.suffix == ".toml" else given)


def _chosen(source: Source, layers: Sequence[str] | None) -> list[str]:
    """Return the names of the layers that are asked for."""
    for name in layers or ():
        if name not in source.layers:
            raise RegionError(
                f"--layer {name}: the source '{source.name}' has no such layer. "
                f"{did_you_mean(name, source.layers)}It has: {', '.join(source.layers)}."
            )
    return list(dict.fromkeys(layers)) if layers else list(source.layers)


def _client(source: Source, manners: Manners | None = None) -> Client:
    """Return what asks a source: only hosts of a region's own sources may be of the network at home."""
    host = urlsplit(source.address).hostname or ""
    manners = manners or Manners(
        read_s=source.timeout_s, whole_s=max(Manners.whole_s, 2 * source.timeout_s),
        pause_s=source.pause_s,
    )  # fmt: skip
    return Client(() if source.name in source_names() else (host,), manners)


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the lock of a region's fetches."""
    pages = folder / PAGES_FOLDER
    try:
        pages.mkdir(exist_ok=True)
        file = open_lock(pages / LOCK_FILE, create=True)
    except OSError as error:
        raise SourceError(
            f"{pages}: cannot be written: {error.strerror}. Check the folder's permissions."
        ) from error
    try:
        with contextlib.suppress(OSError):  # a file system without locks
            if not lock(file):
                raise SourceError(
                    f"{folder}: another fetch is running in this region. Wait until it is done."
                )
        yield
    finally:
        os.close(file)


def _fetched(
    client: Client, place: _Place, source: Source, name: str, today: datetime.date,
    progress: Progress | None,
) -> FetchedLayer:  # fmt: skip
    """Fetch one layer, and write file and entries."""
    if source.kind == "cog_tiles":
        return _fetched_tiles(client, place, source, name, today, progress)
    layer = source.layers[name]
    file = _file(place, source, layer.filename or f"{name}.gpkg")
    written = [file, *(_file(place, source, f"{part}.gpkg") for part in layer.parts)]
    written += [_coverage(place, source, file)] if layer.role in COMPLETE_ROLES else []
    for path in written:
        refuse_others(place.folder, path.name, source.name)
    asked = _asked(place, source, layer)
    holders = holder_fields(_columns(layer), asked.fields)
    kept = KeptPages(
        place.folder / PAGES_FOLDER / source.name / name, question_of(source.kind, asked)
    )
    what = f"{source.name}: {name}"
    try:
        if source.kind == "file":
            whole = read_download(
                client, asked, layer, holders=holders, progress=progress, what=what
            )
        else:
            whole = read_whole(
                client, source.kind, asked, kept, holders=holders, progress=progress, what=what
            )
    except SourceError as error:
        raise SourceError(
            [*error.lines[:-1], error.lines[-1] + _stays(place.folder, file, today)]
        ) from error
    private = private_rows({field: whole.table[field].tolist() for field in holders}, holders)
    done = with_classes(_ours(whole.table, layer), whole.table, layer)
    write_features(done.table, file, name, source=source.name)
    added = _noted(place, source, name, file, whole, private, today)
    parts = _parts_noted(place, source, name, done, today)
    kept.clear()
    return FetchedLayer(
        name, file, whole.count, whole.pages, whole.resumed, private, added, parts, done.counts,
        done.unmapped,
    )  # fmt: skip


def _fetched_tiles(
    client: Client, place: _Place, source: Source, name: str, today: datetime.date,
    progress: Progress | None,
) -> FetchedLayer:  # fmt: skip
    """Fetch tiles of a raster as one, and write file and entries."""
    layer = source.layers[name]
    file = _file(place, source, layer.filename or f"{name}.tif")
    refuse_others(place.folder, file.name, source.name)
    needed_m, what = place.cell_size_m * SHARE_OF_A_CELL, f"{source.name}: {name}"
    try:
        mosaic = read_mosaic(
            client, source.address, place.box, needed_m=needed_m, progress=progress, what=what
        )
    except SourceError as error:
        raise SourceError(
            [*error.lines[:-1], error.lines[-1] + _stays(place.folder, file, today)]
        ) from error
    write_mosaic(mosaic, file, source=source.name)
    missing = missing_words(mosaic)
    stated = {
        "coverage": f"{mosaic.tiles} tiles of one degree{missing}",
        "done": f"Fetched by prospector {mark_of(source.name)}: tiles over the region's box, in cells of "
        f"{mosaic.cell_m:.0f} m{missing}.",
    }
    note_source(
        place.folder, file.name, _entry(place, source, name, 0, 0, today.isoformat()) | stated
    )
    values = {"role": layer.role, "file": file.name, "title": layer.title, "unit": layer.unit}
    added = note_layer(place.file, name, {key: value for key, value in values.items() if value})
    return FetchedLayer(name, file, mosaic.tiles, mosaic.tiles, 0, 0, added, tiles=mosaic)


def _parts_noted(
    place: _Place, source: Source, name: str, done: ClassedLayer, today: datetime.date
) -> dict[str, int]:
    """Write the layers that are parts of one, with their entries; return the rows of each."""
    for part, rows in done.parts.items():
        entry, file = source.layers[name].parts[part], _file(place, source, f"{part}.gpkg")
        write_features(rows, file, part, source=source.name)
        where = "; ".join(f"{column} {', '.join(of)}" for column, of in entry.where.items())
        noted = _entry(place, source, name, len(rows), 0, today.isoformat())
        note_source(
            place.folder,
            file.name,
            noted | {"done": f"Rows of '{name}', {mark_of(source.name)}: {where}."},
        )
        values = {"role": entry.role, "file": file.name, "title": entry.title}
        note_layer(place.file, part, values)
    return {part: len(rows) for part, rows in done.parts.items()}


def _file(place: _Place, source: Source, file_name: str) -> Path:
    return place.folder / free_name(place.folder, file_name, source.name)


def _coverage(place: _Place, source: Source, file: Path) -> Path:
    return _file(place, source, f"{file.stem}_coverage.geojson")


def _stays(folder: Path, file: Path, today: datetime.date) -> str:
    entry = copy_of(folder, file.name)
    return "" if entry is None else f" The copy of {age_of(entry, today)} stays in use: {file}."


def _asked(place: _Place, source: Source, layer: SourceLayer) -> Asked:
    return Asked(
        source.address, layer.path, layer.asked, place.box, layer.key, source.page_size,
        layer.simplify_m, source.version,
    )  # fmt: skip


def _columns(layer: SourceLayer) -> dict[str, list[str]]:
    """Return our columns -> their fields."""
    return {
        our: [fields] if isinstance(fields, str) else list(fields)
        for our, fields in layer.fields.items()
    }


def _ours(table: gpd.GeoDataFrame, layer: SourceLayer) -> gpd.GeoDataFrame:
    """Return a layer's table in our columns; that of a register in its own, as its reader takes them."""
    if layer.register_:
        kept = dict.fromkeys(field for fields in _columns(layer).values() for field in fields)
        return table[[*kept, table.geometry.name]]
    columns = {
        our: _joined(table, fields)
        for our, fields in _columns(layer).items()
        if our not in PLACE_NAMES
    }
    stated = {our: [value] * len(table) for our, value in layer.constants.items()}
    return gpd.GeoDataFrame(columns | stated, geometry=table.geometry.array, crs=table.crs)


def _joined(table: gpd.GeoDataFrame, fields: list[str]) -> object:
    if len(fields) == 1:
        return table[fields[0]].array
    return (
        table[fields]
        .apply(
            lambda row: "-".join(str(part) for part in row if part is not None and part == part),
            axis=1,
        )
        .array
    )


def _noted(
    place: _Place, source: Source, name: str, file: Path, whole: WholeLayer, private: int,
    today: datetime.date,
) -> str | None:  # fmt: skip
    """Write the entries of a layer that was fetched; return the name of a layer that was added."""
    layer, date = source.layers[name], today.isoformat()
    entry = _entry(place, source, name, whole.count, private, date)
    note_source(place.folder, file.name, entry)
    values: dict[str, object] = {"role": layer.role, "file": file.name, "title": layer.title}
    if layer.register_:
        values["register"] = layer.register_
    if layer.role == "concessions":
        values["as_of"] = date
    if layer.missing_kinds:
        values["missing_kinds"] = list(layer.missing_kinds)
    if layer.role in COMPLETE_ROLES:
        coverage = _coverage(place, source, file)
        write_box(place.box, coverage, source=source.name)
        done = {"done": f"The box that was asked for, {mark_of(source.name)}."}
        note_source(place.folder, coverage.name, entry | done)
        values["coverage"] = coverage.name
    if source.resolution_m is not None:
        values["resolution_m"] = source.resolution_m
    return note_layer(place.file, name, values)


def _entry(
    place: _Place, source: Source, name: str, rows: int, private: int, date: str
) -> dict[str, object]:
    layer = source.layers[name]
    bound = f" ({'; '.join(source.bindings)})" if source.bindings else ""
    sides = " ".join(f"{side:g}" for side in place.box.as_tuple())
    counted = "as the file has there" if source.kind == "file" else "as many as the service counted"
    persons = f" {private} names of natural persons became 'private holder'." if private else ""
    return {
        "origin": f"{source.attribution or source.title}, {source.address}"
        + (f", layer {layer.path}" if layer.path else ""),
        "citation": source.citation or source.attribution or source.title,
        "licence": f"{source.licence}{bound}",
        "date": date,
        "scale": source.scale or "not stated",
        "coverage": f"all {rows} rows within {sides} degrees",
        "schematic": False,
        "done": f"Fetched by prospector {mark_of(source.name)}: {rows} rows, {counted}. "
        f"Fields asked for: {', '.join(layer.asked)}.{persons}",
    }
