"""Arguments and options that commands share."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from prospector.gis.formats import FORMATS, USUAL
from prospector.models.known import estimator_names

RegionPath = Annotated[Path, typer.Argument(help="Folder of the region (it holds region.toml).")]
MODELS = Path(__file__).parents[1] / "region" / "deposit_models"
"""Files of the shipped deposit models."""

ModelNames = Annotated[
    list[str] | None,
    typer.Option(
        help="Use only this deposit model: one of the region's own, or "
        f"{', '.join(sorted(file.stem for file in MODELS.glob('*.toml')))}; may be repeated."
    ),
]
Commodities = Annotated[
    list[str] | None,
    typer.Option(
        help="Use only deposit models for this commodity: a symbol or a word, e.g. "
        "lithium,cobre; may be repeated."
    ),
]
CellSize = Annotated[
    float | None,
    typer.Option(min=1, max=1_000_000, help="Cell size in metres, in place of the region's."),
]
MaxCells = Annotated[
    float,
    typer.Option(
        min=1,
        max=1e15,
        help="Stop if the region has more cells than this; raise it for large regions, e.g. 5e8.",
    ),
]
Estimator = Annotated[
    str | None,
    typer.Option(
        help=f"Use this estimator in place of a model's own: one of {', '.join(estimator_names())}."
    ),
]
Seed = Annotated[int, typer.Option(min=0, max=2**32 - 1, help="Seed for all random sampling.")]
WorkerCount = Annotated[
    int | None,
    typer.Option(min=1, max=1024, help="Number of parallel processes; default one for each core."),
]
TrialStore = Annotated[
    str | None,
    typer.Option(
        help="Where intermediate results are kept for the next run; default out/NAME/store."
    ),
]
RunPath = Annotated[
    Path, typer.Argument(help="Folder of a run, written by screen, e.g. out/atacama.")
]


ScreenFormats = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help=f"Formats to write, e.g. gpkg,kmz; choose from {', '.join(FORMATS)}. Default: "
        f"{','.join(USUAL)}. "
        "Files that other commands need (gpkg, cog) are always written.",
    ),
]
ExportFormats = Annotated[
    str | None,
    typer.Option(
        metavar="NAMES",
        help=f"Formats to write, e.g. kmz,filegdb; choose from {', '.join(FORMATS)}. Default: "
        f"{','.join(USUAL)}.",
    ),
]


class Tongue(StrEnum):
    """Languages of the pages."""

    en = "en"
    es = "es"


class BaseMap(StrEnum):
    """Pictures that a map may ask a server for."""

    esri_imagery = "esri-imagery"
    opentopomap = "opentopomap"


class Undated(StrEnum):
    """What becomes of deposits of no known year."""

    leave = "leave"
    train = "train"
