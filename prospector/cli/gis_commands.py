"""Commands for GIS software."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prospector.cli.terminal import show


def qgis_script(
    folder: Annotated[
        Path, typer.Argument(help="Folder for the script, best that of QGIS's Processing scripts.")
    ],
) -> None:
    """Write a Processing script for QGIS that screens a region and loads the styled result.

    Example: prospector qgis-script ~/.local/share/QGIS/QGIS3/profiles/default/processing/scripts
    """
    from prospector.gis.qgis_script import write_qgis_script

    file = write_qgis_script(folder)
    show(
        [
            f"Written to {file}. In QGIS: Processing Toolbox, Scripts, Prospector, Screen a region "
            "(add the script there if it lies in another folder)."
        ]
    )
