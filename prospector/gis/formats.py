"""The list of formats that a run is written in: what each is for, and what writes it.

A new format is a writer in a module of its own, a line in `FORMATS` and a row in docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from prospector.errors import Notice, OutputError

if TYPE_CHECKING:
    from prospector.gis.outputs import Outputs

MOST_IN_KMZ = 3000
"""Targets that a KMZ holds at most: globes stumble over more."""


@dataclass(frozen=True)
class Format:
    """One format.

    Parameters
    ----------
    title
        What it is and for whom.
    writer
        Module and function that write it into a folder, of what a run holds; loaded when it is asked for.
    usual
        Whether a screening writes it unasked.
    kept
        Whether a run cannot be opened again without it: a screening always writes it.
    screened
        Whether only the screening makes it; of a run it is copied.
    extra
        Extra of this package that it needs, and the module that this brings; None where it needs none.
    most
        Targets that it holds at most; None where it holds all.
    """

    title: str
    writer: str
    usual: bool = False
    kept: bool = False
    screened: bool = False
    extra: tuple[str, str] | None = None
    most: int | None = None

    def write(self, outputs: Outputs, home: Path) -> None:
        """Write it into a folder, which must hold none of its files."""
        module, _, function = self.writer.partition(":")
        getattr(import_module(module), function)(outputs, home)


FORMATS: dict[str, Format] = {
    "gpkg": Format(
        "GeoPackage of all layers, for QGIS and ArcGIS",
        "prospector.gis.copies:copy_geopackage",
        usual=True,
        kept=True,
        screened=True,
    ),
    "geojson": Format(
        "GeoJSON of targets and inventories, for web maps",
        "prospector.gis.layer_files:write_geojson_files",
        usual=True,
    ),
    "cog": Format(
        "cloud-optimised GeoTIFF of score, evidence and relief",
        "prospector.gis.copies:copy_rasters",
        usual=True,
        kept=True,
        screened=True,
    ),
    "csv": Format(
        "tables for spreadsheets", "prospector.gis.layer_files:write_csv_files", usual=True
    ),
    "wkt": Format(
        "the table of targets with outlines as WKT, for databases",
        "prospector.gis.layer_files:write_wkt",
    ),
    "xlsx": Format(
        "workbook of all tables",
        "prospector.gis.copies:copy_workbook",
        usual=True,
        screened=True,
    ),
    "kmz": Format(
        f"KMZ of the best {MOST_IN_KMZ} targets, for Google Earth",
        "prospector.gis.kmz:write_kmz",
        most=MOST_IN_KMZ,
    ),
    "geoparquet": Format(
        "GeoParquet of each layer, for data science",
        "prospector.gis.geoparquet:write_geoparquet",
        extra=("parquet", "pyarrow"),
    ),
    "filegdb": Format(
        "file geodatabase of all layers, for ArcGIS",
        "prospector.gis.layer_files:write_geodatabase",
    ),
}
"""Name -> format, in the order in which they are listed."""

USUAL = tuple(name for name, entry in FORMATS.items() if entry.usual)
"""What a screening writes unasked."""


def read_formats(asked: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return names of formats, each once, in the order of the list; the usual ones where none is asked.

    Parameters
    ----------
    asked
        Names, or one text in which commas part them.

    Raises
    ------
    OutputError
        A name is not on the list, none is given, or a format needs what is not installed.

    Examples
    --------
    >>> read_formats("kmz, gpkg")
    ('gpkg', 'kmz')
    >>> read_formats("shp")  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    prospector.errors.OutputError: --formats: unknown format 'shp'. Known: gpkg, geojson, cog, csv, ...
    """
    from prospector.region.spelling import did_you_mean  # its room loads every library

    if asked is None:
        return USUAL
    parts = asked.split(",") if isinstance(asked, str) else asked
    names = [part.strip().lower() for part in parts if part.strip()]
    known = f"Known: {', '.join(FORMATS)}."
    if not names:
        raise OutputError(f"--formats: no format is named. {known}")
    for name in names:
        if name not in FORMATS:
            raise OutputError(
                f"--formats: unknown format '{name}'. {did_you_mean(name, FORMATS)}{known}"
            )
        _refuse_missing(name)
    return tuple(name for name in FORMATS if name in names)


def formats_of_run(asked: str | Sequence[str] | None) -> tuple[str, ...]:
    """Return what a screening writes: the formats that `read_formats` reads, and those that it keeps.

    Examples
    --------
    >>> formats_of_run("kmz")
    ('gpkg', 'cog', 'kmz')
    """
    names = read_formats(asked)
    return tuple(name for name, entry in FORMATS.items() if entry.kept or name in names)


def _refuse_missing(name: str) -> None:
    """Raise OutputError where a format needs what is not installed."""
    needed = FORMATS[name].extra
    if needed is None:
        return
    extra, module = needed
    if find_spec(module) is None:
        raise OutputError(
            f"--formats: {name} needs {module}, which is not installed. Install it: "
            f"pip install 'prospector-geo[{extra}]'."
        )


def write_formats(outputs: Outputs, home: Path, names: Sequence[str]) -> None:
    """Write some formats into a folder, which must hold none of their files."""
    for name in names:
        FORMATS[name].write(outputs, home)


def capped(names: Sequence[str], n_targets: int) -> list[Notice]:
    """Return which formats do not hold all targets.

    Examples
    --------
    >>> [notice.code for notice in capped(["gpkg", "kmz"], 50_000)], capped(["kmz"], 20)
    (['format-capped'], [])
    """
    return [
        Notice("format-capped", "note", {"format": name, "most": most}, n_targets)
        for name in names
        if (most := FORMATS[name].most) is not None and n_targets > most
    ]
