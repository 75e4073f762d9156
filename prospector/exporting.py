"""Write the formats of a run from its folder: beside the run while it is made, or elsewhere later."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from filecmp import cmp
from functools import cache
from pathlib import Path

import geopandas as gpd
import pyogrio

from prospector.errors import OutputError
from prospector.gis.fields import DAY_TYPE, TIME_TYPE
from prospector.gis.formats import read_formats, write_formats
from prospector.gis.outputs import Outputs
from prospector.gis.place_column import PLACE
from prospector.gis.project import PROJECT_FILE
from prospector.gis.vector import WRITE_ERRORS
from prospector.gis.workbook import WORKBOOK_FILE
from prospector.pages.place_words import area_name
from prospector.runs.overview import areas_of
from prospector.runs.run import Run, open_run
from prospector.runs.run_files import GPKG_FILE
from prospector.targets.contributions import LEAST
from prospector.words.language import Language, language

EXPORT_FOLDER = "export"
NOTICE_FILE = "NOTICE.txt"
ASIDE = ".prospector-export-"
STYLED = (".geojson", ".tif")
STYLES = (".qml", ".qmd")
IN_PROJECT = {"gpkg", "cog"}
"""Formats whose files the project of QGIS opens."""

TIMES = {"OFTDate": DAY_TYPE, "OFTDateTime": TIME_TYPE}
"""What days and moments of a GeoPackage are held as."""


def export(
    run: str | Path | Run,
    *,
    formats: str | Sequence[str] | None = None,
    folder: str | Path | None = None,
) -> list[Path]:
    """Write a run in some formats and return the files; the run's own stay as they are.

    What a screening writes in a format and what this writes are the same bytes.

    Parameters
    ----------
    run
        A run folder, or one that is reopened.
    formats
        Names of formats, such as ``"kmz"`` or ``["gpkg", "kmz"]``; those that a screening writes
        unasked where none is given, but for a workbook that the run lacks.
    folder
        Where; the run's folder ``export`` where none is given. It may hold other files.

    Returns
    -------
    list of Path
        Each file, or folder of a geodatabase, in order, and the notice that goes with them.

    Raises
    ------
    OutputError
        The folder holds no run, a format is unknown or needs what is not installed, a file of
        another content has the name of one to be written, or the folder cannot be written.

    Examples
    --------
    >>> import prospector
    >>> [file.name for file in prospector.export("out/hills", formats="kmz")]
    ['NOTICE.txt', 'targets.kmz']
    """
    names = read_formats(formats)
    opened = run if isinstance(run, Run) else open_run(run)
    if formats is None and not opened.has(WORKBOOK_FILE):
        names = tuple(name for name in names if name != "xlsx")
    target = Path(folder) if folder is not None else opened.folder / EXPORT_FOLDER
    if target.resolve() == opened.folder.resolve():
        raise OutputError(
            f"{target}: is the run folder itself, whose files must not change. Give another folder "
            "with --out."
        )
    made = [path for path in (target, *target.parents) if not path.exists()]
    try:
        target.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=ASIDE, dir=target) as aside:
            home = Path(aside)
            _write_into(home, opened, names)
            return _put_in(home, target)
    except WRITE_ERRORS as error:
        raise OutputError(
            f"{target}: cannot be written ({error}). Give another folder with --out."
        ) from error
    finally:
        for path in made:
            if path.is_dir() and not any(path.iterdir()):
                path.rmdir()


def _write_into(home: Path, run: Run, names: Sequence[str]) -> None:
    """Write formats of a finished run, and what goes with them.

    That is the notice, the styles of files that are styled by those beside them, and the project of QGIS
    where all is there that it opens.
    """
    outputs = outputs_of(run)
    write_formats(outputs, home, names)
    written = [path.relative_to(home) for path in _files(home)]
    styled = [path for path in written if path.suffix in STYLED]
    beside = [path.with_suffix(ending).as_posix() for path in styled for ending in STYLES]
    project = [PROJECT_FILE] if set(names) >= IN_PROJECT else []
    for name in {NOTICE_FILE, *beside, *project} & outputs.files:
        shutil.copyfile(outputs.file(name), home / name)


def outputs_of(run: Run) -> Outputs:
    """Return what a run holds as the writers of formats take it."""
    words = language(run.record["language"])
    names = run.record["deposit_models"]
    package = run.file(GPKG_FILE)
    layers = tuple(str(name) for name, kind in pyogrio.list_layers(package) if kind is not None)
    figures = {name: names[name]["model"]["deposit_model"] for name in run.deposit_models}
    record = run.record
    resolution = [(row["evidence"], row["resolution_m"]) for row in record["resolution"]]

    def called(targets: gpd.GeoDataFrame) -> list[str]:
        if PLACE in targets:
            return [str(place) for place in targets[PLACE]]
        return [area_name(area, words) for area in areas_of(run, targets)]  # an earlier run

    return Outputs(
        title=record["region"]["title"],
        models={name: words.told(entry["label"]) for name, entry in figures.items()},
        layers=layers,
        files=frozenset(_own_files(run)),
        layer=cache(lambda name: _typed(run.layer(name), package, name)),
        file=lambda name: run.file(*name.split("/")),
        called=called,
        reasons=lambda model: _reasons(run, words, model),
        sentences=tuple(words.standing(resolution, run.grid.cell_size_m, record["tenure_as_of"])),
        notice=tuple(record["sentences"]),
        words=words,
    )


def _typed(table: gpd.GeoDataFrame, package: Path, layer: str) -> gpd.GeoDataFrame:
    """Return a layer with the types of its table.

    Whole numbers and marks are read as figures where some lack; days and moments are read as text.
    """
    info = pyogrio.read_info(package, layer=layer)
    kinds = zip(info["fields"], info["ogr_types"], info["ogr_subtypes"], strict=True)
    types = {}
    for name, kind, subtype in kinds:
        if kind in ("OFTInteger", "OFTInteger64") and table[name].dtype.kind == "f":
            types[name] = "boolean" if subtype == "OFSTBoolean" else "Int64"
        elif kind in TIMES:
            types[name] = TIMES[kind]
    return table.astype(types)


def _reasons(run: Run, words: Language, model: str) -> dict[str, tuple[str, str]]:
    """Return the evidence for and against each target, by its id, strongest first, in a language."""
    table = run.contributions(model)
    table = table[table["contribution"].abs() >= LEAST]
    table = table.sort_values("contribution", key=abs, ascending=False, kind="stable")
    found: dict[str, tuple[list[str], list[str]]] = {}
    for row in table.to_dict("records"):
        value = words.measure(row["value"], row["unit"], within=bool(row["at_tolerance"]))
        part = words.number(abs(row["contribution"]), 2)
        against = row["contribution"] < 0
        phrase = f"{words.told(row['label'])} {value} ({'-' if against else '+'}{part})"
        found.setdefault(row["target_id"], ([], []))[against].append(phrase)
    return {target: ("; ".join(pro), "; ".join(con)) for target, (pro, con) in found.items()}


def _own_files(run: Run) -> list[str]:
    if run.manifest is not None:
        return list(run.manifest.files)
    return [path.relative_to(run.folder).as_posix() for path in _files(run.folder)]


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _put_in(home: Path, target: Path) -> list[Path]:
    """Move files to their places and return what stands there; none is replaced by another content.

    Raises
    ------
    OutputError
        A file of another content has the name of one of them: nothing is moved.
    """
    files = [path.relative_to(home) for path in _files(home)]
    for name in files:
        place = target / name
        if place.exists() and not (place.is_file() and cmp(home / name, place, shallow=False)):
            raise OutputError(
                f"{place}: already exists, with other content. Move it, or give another folder "
                "with --out."
            )
    for name in files:
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        if not (target / name).exists():
            (home / name).replace(target / name)
    return [target / name for name in dict.fromkeys(map(_named, files))]


def _named(file: Path) -> Path:
    """Return a file, or the geodatabase that it lies in."""
    return next((folder for folder in file.parents if folder.suffix == ".gdb"), file)
