"""All files of a run as GIS software opens them: styled, named and explained."""

from __future__ import annotations

from pathlib import Path

from prospector.gis.package import dress_package
from prospector.gis.project import PROJECT_FILE, write_project
from prospector.gis.qml import qmd, qml, raster_qml
from prospector.gis.run_styles import RunStyles, run_styles, tables_of
from prospector.grid import Values
from prospector.screening.steps import Screening
from prospector.words.language import Language


def dress(
    screening: Screening, folder: Path, package: str, *, relief: Values | None, words: Language
) -> None:
    """Write the styles of a run's layers: into its GeoPackage, beside its files, and as a project of QGIS.

    Parameters
    ----------
    screening
        The screening that is written.
    folder
        Where the files of the run lie.
    package
        Name of the GeoPackage in it.
    relief
        The region's own elevation, if it was written.
    words
        Language of titles, aliases and classes.
    """
    styles = run_styles(screening, tables_of(folder / package), relief, words)
    dress_package(folder / package, styles.tables.values())
    dress_files(folder, styles)
    write_project(screening, styles, package, folder / PROJECT_FILE, words)


def dress_files(folder: Path, styles: RunStyles) -> None:
    """Write what QGIS reads beside a file: its style (.qml), and its title and abstract (.qmd)."""
    for name, style in styles.files.items():
        _write_beside(folder / name, qml(style), qmd(style.title, style.abstract))
    for name, raster in styles.rasters.items():
        _write_beside(folder / name, raster_qml(raster), qmd(raster.title, raster.abstract))


def _write_beside(file: Path, style: str, metadata: str) -> None:
    if file.exists():
        file.with_suffix(".qml").write_text(style, encoding="utf-8")
        file.with_suffix(".qmd").write_text(metadata, encoding="utf-8")
