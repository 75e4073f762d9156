"""Commands that make a region: draft it from files, add a file to it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from prospector.cli.terminal import show

INIT_EXAMPLE = "Example: prospector init myregion geologia.shp fallas.gpkg yacimientos.csv"


def init(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder of the new region; made where it is not there.", metavar="FOLDER"
        ),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Your files or folders of them; by default those in FOLDER.", metavar="[FILES]..."
        ),
    ] = None,
    bounds: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(help="Window in degrees: west, south, east, north.", metavar="W S E N"),
    ] = None,
    area: Annotated[
        Path | None, typer.Option(help="A file whose extent is the window.", metavar="FILE")
    ] = None,
    crs: Annotated[
        str | None,
        typer.Option(help="CRS of files that state none, e.g. EPSG:32719.", metavar="CRS"),
    ] = None,
    deposit_model: Annotated[
        list[str] | None,
        typer.Option(
            help="Deposit model to use, in place of those that can run; may be repeated.",
            metavar="NAME",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the region; that of the folder by default.", metavar="NAME"),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="What pages call the region.", metavar="TEXT")
    ] = None,
    copy: Annotated[
        bool,
        typer.Option(
            help="Copy files from elsewhere into FOLDER/data, or leave them where they are."
        ),
    ] = True,
) -> None:
    """Draft a region from your own files: roles, columns, window, projection and cells are guessed."""
    from prospector.drafting.init import init_region
    from prospector.drafting.lines import init_lines

    draft = init_region(
        folder, files or (), bounds=bounds, area=area, crs=crs, deposit_models=deposit_model or (),
        name=name, title=title, copy=copy,
    )  # fmt: skip
    show(init_lines(draft))
