"""Commands that make a region: draft it from files, add a file to it."""

from __future__ import annotations

from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from prospector.cli.options import RegionPath
from prospector.cli.terminal import show

Crs = Annotated[
    str | None,
    typer.Option(
        help="CRS of files that state none, or a wrong one, e.g. EPSG:32719.", metavar="CRS"
    ),
]
Columns = Annotated[
    list[str] | None,
    typer.Option(
        help="Which column of your file holds what, e.g. name=Mina; for one layer only: "
        "LAYER.OUR=THEIRS; may be "
        "repeated.",
        metavar="OUR=THEIRS",
    ),
]
DepositType = Annotated[
    str | None,
    typer.Option(
        help="Deposit type of all deposits, if the file has no column for it.", metavar="TYPE"
    ),
]


def init(
    folder: Annotated[
        Path,
        typer.Argument(
            help="Folder of the new region; created if it does not exist.", metavar="FOLDER"
        ),
    ],
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Your files, or folders of them; default those in FOLDER.", metavar="FILES"
        ),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="Copy an example region that comes with prospector: atacama.",
            metavar="NAME",
        ),
    ] = None,
    bounds: Annotated[
        tuple[float, float, float, float] | None,
        typer.Option(help="Window in degrees: west, south, east, north.", metavar="W S E N"),
    ] = None,
    area: Annotated[
        Path | None, typer.Option(help="Use the extent of this file as the window.", metavar="FILE")
    ] = None,
    crs: Crs = None,
    column: Columns = None,
    deposit_type: DepositType = None,
    deposit_model: Annotated[
        list[str] | None,
        typer.Option(
            help="Use this deposit model, in place of all that can run; may be repeated.",
            metavar="NAME",
        ),
    ] = None,
    new_model: Annotated[
        str | None,
        typer.Option(
            help="Draft a new deposit model for this deposit type, or with this name.",
            metavar="NAME",
        ),
    ] = None,
    host: Annotated[
        list[str] | None,
        typer.Option(
            help="Host rock of the deposits, for a drafted model; may be repeated.",
            metavar="WORD",
        ),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the region; default that of the folder.", metavar="NAME"),
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="Title of the region on maps and reports.", metavar="TEXT")
    ] = None,
    copy: Annotated[
        bool,
        typer.Option(
            help="Copy files from elsewhere into FOLDER/data, or leave them where they are."
        ),
    ] = True,
) -> None:
    """Set up a region from your own files: roles, columns, window, projection and cell size are guessed.

    Example: prospector init myregion geologia.shp fallas.gpkg yacimientos.csv
    """
    if from_ is not None:
        _copy(from_, folder, files)
        return
    from prospector.drafting.init import init_region
    from prospector.drafting.lines import init_lines

    draft = init_region(
        folder, files or (), bounds=bounds, area=area, crs=crs, columns=column or (),
        deposit_type=deposit_type, deposit_models=deposit_model or (),
        new_model=new_model, hosts=host or (), name=name, title=title, copy=copy,
    )  # fmt: skip
    show(init_lines(draft))


def _copy(name: str, folder: Path, files: list[Path] | None) -> None:
    """Copy a region that comes with prospector."""
    from prospector.drafting.embedded import copy_region
    from prospector.errors import RegionError

    if files:
        raise RegionError(
            f"--from {name} copies a whole region. Leave the files out, and add them afterwards with: "
            f"prospector add {quote(str(folder))} FILE."
        )
    copied = copy_region(name, folder)
    show(
        [
            f"{folder}: the region {name}, {len(copied)} files.",
            f"Next: prospector check {quote(str(folder))}",
            f"Then: prospector screen {quote(str(folder))}",
        ]
    )


def add(
    region: RegionPath,
    file: Annotated[Path, typer.Argument(help="File to add.", metavar="FILE")],
    role: Annotated[
        str | None,
        typer.Option(help="Role of the layer, e.g. faults; guessed by default.", metavar="ROLE"),
    ] = None,
    name: Annotated[
        str | None,
        typer.Option(help="Name of the layer; default that of the file.", metavar="NAME"),
    ] = None,
    layer: Annotated[
        str | None,
        typer.Option(help="Layer to add, if the file has several.", metavar="LAYER"),
    ] = None,
    crs: Crs = None,
    column: Columns = None,
    deposit_type: DepositType = None,
    copy: Annotated[
        bool,
        typer.Option(help="Copy a file from elsewhere into the region, or leave it where it is."),
    ] = True,
) -> None:
    """Add a file to a region as a layer in region.toml; your comments and the order of keys are kept.

    Example: prospector add myregion mines.csv --column name=Mina --deposit-type skarn
    """
    from prospector.drafting.add import add_layers
    from prospector.drafting.lines import add_lines

    added = add_layers(
        region,
        file,
        role=role,
        name=name,
        layer=layer,
        crs=crs,
        columns=column or (),
        deposit_type=deposit_type,
        copy=copy,
    )
    show(add_lines(added))


def layers(region: RegionPath) -> None:
    """List layers by role: those there, those missing, the models that need them, and where to get them.

    Example: prospector layers myregion
    """
    from prospector.drafting.role_lines import role_lines
    from prospector.drafting.role_states import role_states

    show(role_lines(role_states(region), region))
