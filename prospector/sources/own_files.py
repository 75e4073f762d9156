"""A geological map that a user brings: its codes become classes, as those of a fetched map do."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
from pyproj import CRS
from pyproj.exceptions import CRSError

from prospector.errors import LayerError, RegionError
from prospector.layers.formats import READ_ERRORS, read_features, reason_of
from prospector.layers.registers import is_tax_column
from prospector.region.region_file import REGION_FILE
from prospector.sources.classing import ClassedLayer, with_classes
from prospector.sources.codes import Unmapped, load_scheme
from prospector.sources.entries import (
    free_name,
    mark_of,
    note_layer,
    note_source,
    refuse_others,
    write_features,
)
from prospector.sources.source import (
    CodesEntry,
    PartEntry,
    Source,
    SourceLayer,
    load_sources,
    source_named,
)

BY_HAND = "by_hand"
"""What marks such a file in SOURCES.toml where no source describes it."""

GEOLOGY = SourceLayer(
    role="geology",
    title="Geological units",
    parts={
        "intrusions": PartEntry(
            role="intrusions", title="Intrusive rocks", where={"rock_class": ["intrusive"]}
        )
    },
)
"""What a map is where no source describes it."""

TAKEN_BY_THE_FORMAT = ("fid", "ogc_fid", "geom", "geometry")


@dataclass(frozen=True)
class ClassedFile:
    """A map whose codes became classes.

    Parameters
    ----------
    files
        What was written: layer -> file.
    rows
        Layer -> rows.
    classes
        Class -> rows of the map; the empty text stands for none.
    unmapped
        What did not become a class or an age, most rows first.
    added
        Layers that were added to region.toml.
    """

    files: Mapping[str, Path]
    rows: Mapping[str, int]
    classes: Mapping[str, int]
    unmapped: tuple[Unmapped, ...]
    added: tuple[str, ...] = ()


def class_file(
    file: Path, *, source: str | None = None, scheme: str | None = None,
    fields: Mapping[str, str] | None = None, region: Path | None = None, scale: str = "",
    crs: str | None = None, encoding: str | None = None, layer: str | None = None,
    today: datetime.date | None = None,
) -> ClassedFile:  # fmt: skip
    """Write a map with the classes that its codes become, and its intrusive rocks as a layer of its own.

    Parameters
    ----------
    file
        As the survey gives it; it stays as it is.
    source
        Name of the source that describes it: its scheme, fields, licence and scale are taken.
    scheme
        Name of a scheme, where no source describes it.
    fields
        What the scheme reads -> the column of the file, over those of the source.
    region
        Folder of the region that gets the layers; beside the file, without a region, where there is none.
    scale
        Of the map, e.g. ``"1:1,000,000"``, over that of the source.
    crs, encoding, layer
        Of the file, where it does not state them, or holds several layers.
    today
        Date that is written as the day of the work; that of the clock by default.

    Raises
    ------
    RegionError
        There is no such source, scheme or region.
    LayerError
        The file cannot be read, or lacks a column that the scheme reads.
    """
    described = None if source is None else source_named(source, region)
    table = _read(file, crs, encoding, layer)
    entry = _entry_of(table, described, scheme, fields or {}, region)
    names = [name for name in table.columns if name not in TAKEN_BY_THE_FORMAT]
    kept = table[[*(name for name in names if not is_tax_column(str(name))), "geometry"]]
    done = with_classes(_ours(kept, entry), table, entry)
    tables = {"geology": done.table, **done.parts}
    if region is None:
        files = {name: file.with_name(f"{file.stem}_{name}.gpkg") for name in tables}
        for name, rows in tables.items():
            _refuse_taken(files[name])
            write_features(rows, files[name], name)
        return _result(files, tables, done)
    return _into_region(region, file, tables, entry, done, described, scale, today)


def _read(file: Path, crs: str | None, encoding: str | None, layer: str | None) -> gpd.GeoDataFrame:
    if not file.exists():
        raise LayerError(f"{file}: no such file. Give the map as downloaded from the survey.")
    try:
        table = read_features(file, encoding=encoding, layer=layer)
    except READ_ERRORS as error:
        raise LayerError(
            f"{file} cannot be read: {reason_of(error)}. Give --encoding, or another file."
        ) from error
    if crs is not None:
        try:
            table = table.set_crs(CRS.from_user_input(crs), allow_override=True)
        except CRSError as error:
            raise LayerError(
                f"--crs {crs}: not a CRS that PROJ knows. Give e.g. EPSG:4326."
            ) from error
    if table.crs is None:
        raise LayerError(f"{file}: no CRS. Give --crs, e.g. EPSG:4326.")
    return table


def _entry_of(
    table: gpd.GeoDataFrame, described: Source | None, scheme: str | None,
    fields: Mapping[str, str], region: Path | None,
) -> SourceLayer:  # fmt: skip
    """Return how the map is read: as its source says, else by a scheme, with columns that are named."""
    if described is not None:
        coded = [layer for layer in described.layers.values() if layer.codes is not None]
        if not coded or coded[0].codes is None:
            raise RegionError(
                f"Source '{described.name}' has no codes. Add its file with: prospector add REGION "
                "FILE."
            )
        reads = {**_as_spelt(table, coded[0].codes.reads), **fields}
        codes = _codes(scheme or coded[0].codes.scheme, reads)
        return coded[0].model_copy(update={"codes": codes})
    if scheme is None:
        raise RegionError(
            "No source and no scheme of codes is given. Give --source (listed by: prospector "
            "sources --role geology), or --codes, e.g. --codes age_names --field age=PERIOD."
        )
    known = load_scheme(scheme)
    reads = dict(fields) or _usual_fields(table, scheme, region)
    if not reads:
        raise RegionError(
            f"Scheme '{scheme}' reads {', '.join(known.reads)}, and no column is named for it. "
            f"Give e.g. --field {known.reads[0]}=COLUMN; the file has: "
            f"{', '.join(str(name) for name in table.columns if name != 'geometry')}."
        )
    strange = next((name for name in reads if name not in known.reads), None)
    if strange is not None:
        raise RegionError(
            f"--field {strange}={reads[strange]}: scheme '{scheme}' reads {', '.join(known.reads)}. "
            "Name one of these before the equals sign."
        )
    return GEOLOGY.model_copy(update={"codes": _codes(scheme, reads)})


def _codes(scheme: str, reads: Mapping[str, str]) -> CodesEntry:
    """Return how codes are read, by a scheme of the list or one of a file."""
    if scheme.endswith(".toml"):
        return CodesEntry.model_construct(scheme=scheme, reads=dict(reads))
    return CodesEntry(scheme=scheme, reads=dict(reads))


def _usual_fields(table: gpd.GeoDataFrame, scheme: str, region: Path | None) -> dict[str, str]:
    """Return the columns that a source with this scheme names, if the file has them."""
    for source in load_sources(region).values():
        for layer in source.layers.values():
            if layer.codes is not None and layer.codes.scheme == scheme:
                reads = _as_spelt(table, layer.codes.reads)
                if set(reads.values()) <= set(table.columns):
                    return reads
    return {}


def _as_spelt(table: gpd.GeoDataFrame, reads: Mapping[str, str]) -> dict[str, str]:
    """Return fields as the file spells them, where it has them in another case or cut to ten letters."""
    folded = {str(name).lower(): str(name) for name in table.columns}
    return {
        our: folded.get(field.lower()) or folded.get(field.lower()[:10]) or field
        for our, field in reads.items()
    }


def _ours(table: gpd.GeoDataFrame, entry: SourceLayer) -> gpd.GeoDataFrame:
    """Return the columns of a source under our names; all columns where no source names any."""
    if not entry.fields:
        return table
    spelt = _as_spelt(
        table, {our: field for our, field in entry.fields.items() if isinstance(field, str)}
    )
    columns = {our: table[field].array for our, field in spelt.items() if field in table.columns}
    return gpd.GeoDataFrame(columns, geometry=table.geometry.array, crs=table.crs)


def _refuse_taken(file: Path) -> None:
    if file.exists():
        raise LayerError(
            f"{file}: already exists. Rename it, or remove it, and run the command again."
        )


def _into_region(
    region: Path, file: Path, tables: Mapping[str, gpd.GeoDataFrame], entry: SourceLayer,
    done: ClassedLayer, described: Source | None, scale: str, today: datetime.date | None,
) -> ClassedFile:  # fmt: skip
    """Write the layers into a region, with their entries."""
    region_file = region / REGION_FILE
    if not region_file.is_file():
        raise RegionError(
            f"{region_file}: no such file. Give the folder of a region (it holds {REGION_FILE})."
        )
    mark = _mark(described)
    files = {name: region / free_name(region, f"{name}.gpkg", mark) for name in tables}
    for written in files.values():
        refuse_others(region, written.name, mark)
    added = []
    for name, rows in tables.items():
        write_features(rows, files[name], name, source=mark)
        noted = _source_entry(file, described, scale, len(rows), today or datetime.date.today())
        note_source(region, files[name].name, noted)
        part = entry.parts.get(name)
        role, title = (entry.role, entry.title) if part is None else (part.role, part.title)
        new = note_layer(
            region_file, name, {"role": role, "file": files[name].name, "title": title}
        )
        added += [new] if new else []
    result = _result(files, tables, done)
    return ClassedFile(result.files, result.rows, result.classes, result.unmapped, tuple(added))


def _result(
    files: Mapping[str, Path], tables: Mapping[str, gpd.GeoDataFrame], done: ClassedLayer
) -> ClassedFile:
    rows = {name: len(table) for name, table in tables.items()}
    return ClassedFile(files, rows, done.counts, done.unmapped)


def _source_entry(
    file: Path, described: Source | None, scale: str, rows: int, today: datetime.date
) -> dict[str, object]:
    stated = "not stated"
    whose = stated if described is None else described.attribution or described.title
    bound = f" ({'; '.join(described.bindings)})" if described and described.bindings else ""
    return {
        "origin": f"{whose}, brought by hand: {file.name}",
        "citation": (described and described.citation) or stated,
        "licence": f"{described.licence}{bound}" if described else stated,
        "date": today.isoformat(),
        "scale": scale or (described and described.scale) or stated,
        "coverage": f"{rows} rows, as the file has them",
        "schematic": False,
        "done": f"Codes became classes by prospector, {mark_of(_mark(described))}.",
    }


def _mark(described: Source | None) -> str:
    """Return what tells copies of a map from other files: a newer one takes the place of an older."""
    return BY_HAND if described is None else described.name
