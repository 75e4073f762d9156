"""Formats that only a screening can write: for a finished run they are copied."""

from __future__ import annotations

import shutil
from fnmatch import fnmatchcase
from pathlib import Path

from prospector.errors import OutputError
from prospector.gis.outputs import Outputs


def copy_geopackage(outputs: Outputs, home: Path) -> None:
    """Copy the GeoPackage."""
    _copy(outputs, home, "gpkg", "*.gpkg")


def copy_rasters(outputs: Outputs, home: Path) -> None:
    """Copy every raster."""
    _copy(outputs, home, "cog", "*.tif")


def copy_workbook(outputs: Outputs, home: Path) -> None:
    """Copy the workbook."""
    _copy(outputs, home, "xlsx", "*.xlsx")


def _copy(outputs: Outputs, home: Path, name: str, pattern: str) -> None:
    """Copy the run's files whose names are like a pattern.

    Raises
    ------
    OutputError
        The run has none: it was screened without this format.
    """
    likes = [file for file in sorted(outputs.files) if fnmatchcase(file, pattern)]
    if not likes:
        raise OutputError(
            f"--formats: this run was screened without {name}, which only `prospector screen` can "
            f"write. Screen again with --formats {name}."
        )
    for file in likes:
        (home / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(outputs.file(file), home / file)
