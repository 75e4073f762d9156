"""A region of one's own from the files at hand: looked at, guessed, read once, then written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from prospector.drafting.candidates import candidates_of
from prospector.drafting.crs_guess import with_degrees
from prospector.drafting.drafted import DraftLayer, draft_layers
from prospector.drafting.looks import Look, looks_of
from prospector.drafting.making import Made
from prospector.drafting.model_choice import Ground, Wanted, choose_models
from prospector.drafting.names import legal_name
from prospector.drafting.own_models import DraftModel, deposit_types
from prospector.drafting.placing import (
    Placed,
    Window,
    cell_size_of,
    projection_of,
    refuse_crossing,
    window_of,
)
from prospector.drafting.region_text import Heading, region_text
from prospector.drafting.schemas import schema_of
from prospector.drafting.stated import Stated, stated_columns
from prospector.drafting.trial import Verdict, with_readable
from prospector.errors import RegionError
from prospector.grid import Bounds
from prospector.layers.files import digest_of, files_of
from prospector.region.deposit_model import deposit_model_names
from prospector.region.region_file import REGION_FILE, WindowEntry
from prospector.region.toml_values import validated

SCHEMA_FILE = "region.schema.json"
"""Beside region.toml, for editors that complete and check it."""

DECIMALS = 6
"""Of degrees in a window that is an area's."""

DATA_FOLDER = "data"
"""Folder of a region into which files from elsewhere are copied."""


@dataclass(frozen=True)
class Draft:
    """A region as it was drafted.

    Parameters
    ----------
    file
        The region.toml that was written.
    layers
        Those that it has, and those that stand in it as comments.
    unread
        Files that could be no layer, each with the reason.
    passed_over
        Files that are no layers by their ending.
    copied
        How many files were copied into the folder.
    models
        What `check` says of the deposit models.
    own_models
        Deposit models that were written for it.
    types
        Types of the known deposits, each with its number.
    """

    file: Path
    heading: Heading
    layers: tuple[DraftLayer, ...]
    unread: tuple[Look, ...]
    passed_over: tuple[Path, ...]
    copied: int
    models: tuple[Verdict, ...]
    own_models: tuple[DraftModel, ...] = ()
    types: tuple[tuple[str, int], ...] = ()


def init_region(
    folder: str | Path,
    files: Sequence[str | Path] = (),
    *,
    bounds: tuple[float, float, float, float] | None = None,
    area: str | Path | None = None,
    crs: str | None = None,
    columns: Sequence[str] = (),
    deposit_type: str | None = None,
    deposit_models: Sequence[str] = (),
    new_model: str | None = None,
    hosts: Sequence[str] = (),
    name: str | None = None,
    title: str | None = None,
    copy: bool = True,
) -> Draft:
    """Write region.toml for the files of a folder, or for those that are given, and return what was guessed.

    Parameters
    ----------
    folder
        Of the region; it is made where it is not there.
    files
        Files and folders of files; those of `folder` by default.
    bounds
        West, south, east and north of the window in degrees.
    area
        A file whose extent is the window's, in place of `bounds`.
    crs
        Of files that state none, or one that cannot be right.
    columns
        ``"OUR=THEIRS"``: the column of a file that holds what we call so; ``"LAYER.OUR=THEIRS"`` of one
        layer alone.
    deposit_type
        Of all deposits, in place of a column.
    deposit_models
        Those that the region names; by default those that can run, and drafts for its own types of
        deposits.
    new_model
        A type of deposit, or a name, for which a deposit model is drafted.
    hosts
        Words of rocks that host the deposits, for models that are drafted.
    copy
        Whether files from elsewhere are copied into the folder; else they stay where they are.

    Raises
    ------
    RegionError
        The folder has a region.toml already, or no file can be a layer.
    """
    place = Path(folder)
    _refuse_old(place)
    stated = Stated(crs, stated_columns(columns), deposit_type)
    chosen, others = candidates_of([Path(file) for file in files] or [place])
    looks = [look for path in chosen for look in looks_of(path, stated=stated)]
    layers = draft_layers(looks, stated)
    _refuse_empty(place, looks, layers)
    window = _window(layers, bounds, area)
    named = legal_name(name or place.resolve().name, otherwise="region")
    heading = _heading(named, title or _title(name or place.resolve().name), window, layers)
    layers, ranges = with_readable(heading, layers, place)
    _refuse_empty(place, looks, layers)
    wanted = Wanted(tuple(deposit_models), new_model, tuple(hosts))
    used = tuple(layer for layer in layers if layer.used)
    choice = choose_models(Ground(heading, used, ranges, place), wanted)
    heading = replace(heading, deposit_models=choice.entries, models_because=choice.because)
    copied = _write(place, heading, layers, choice.own, copy=copy)
    return Draft(
        place / REGION_FILE, heading, tuple(layers), tuple(look for look in looks if not look.geometry),
        tuple(others), copied, choice.verdicts, choice.own, tuple(deposit_types(layers)),
    )  # fmt: skip


def _refuse_old(folder: Path) -> None:
    if (folder / REGION_FILE).exists():
        raise RegionError(
            f"{folder / REGION_FILE} is there already and is not overwritten. Add a file to it with: "
            f"prospector add {folder} FILE."
        )


def _refuse_empty(folder: Path, looks: Sequence[Look], layers: Sequence[DraftLayer]) -> None:
    if not looks:
        raise RegionError(
            f"{folder} holds no file that can be a layer. Put your files there, or name them: "
            f"prospector init {folder} FILES."
        )
    if not any(layer.used for layer in layers):
        problems = [look.problem for look in looks if not look.geometry]
        reasons = [f"{layer.look.path}: {_could_be(layer)}." for layer in layers]
        raise RegionError(
            ["No file can be used as a layer: nothing was written.", *reasons, *problems]
        )


def _could_be(layer: DraftLayer) -> str:
    others = f" It could be: {', '.join(layer.others)}" if layer.others else ""
    return f"{layer.left_out}.{others}" if others else layer.left_out


# heading ---------------------------------------------------------------------------------------


def _window(
    layers: Sequence[DraftLayer],
    bounds: tuple[float, float, float, float] | None,
    area: str | Path | None,
) -> Window:
    """Return the window: as given, that of an area, or that of the layers."""
    if bounds is not None:
        keys = ("west", "south", "east", "north")
        tables = dict(zip(keys, map(float, bounds), strict=True))
        entry = validated(WindowEntry, tables, Path("--bounds"))
        return Window(entry.bounds(), "given by --bounds")
    if area is not None:
        return _window_of_area(Path(area))
    placed = [
        Placed(layer.name, str(layer.role), layer.look.extent)
        for layer in layers
        if layer.used and layer.look.extent is not None
    ]
    return window_of(placed)


def _window_of_area(path: Path) -> Window:
    looks = [look for look in map(with_degrees, looks_of(path)) if look.extent is not None]
    if not looks or looks[0].extent is None:
        problem = next(
            (look.problem for look in looks_of(path) if look.problem), "it has no extent"
        )
        raise RegionError(f"--area {path}: {problem}")
    refuse_crossing(path.stem, looks[0].extent)
    sides = (round(side, DECIMALS) for side in looks[0].extent.bounds.as_tuple())
    return Window(Bounds(*sides), f"the extent of {path.name}")


def _heading(name: str, title: str, window: Window, layers: Sequence[DraftLayer]) -> Heading:
    projection = projection_of(window.bounds)
    resolutions = [
        layer.look.cell_m for layer in layers if layer.used and layer.look.cell_m is not None
    ]
    size_m, because = cell_size_of(window.bounds, projection.crs, resolutions)
    return Heading(name, title, window, projection, size_m, because, deposit_model_names()[:1], "")


def _title(text: str) -> str:
    words = " ".join(text.replace("_", " ").split())
    return words[:1].upper() + words[1:] if words else "Region"


# writing ---------------------------------------------------------------------------------------


def _write(
    folder: Path,
    heading: Heading,
    layers: Sequence[DraftLayer],
    own_models: Sequence[DraftModel],
    *,
    copy: bool,
) -> int:
    """Write the region; where that is cut short, nothing that it made is left."""
    with Made() as made:
        made.folder(folder)
        named = [(layer, file_in_region(layer, folder, made, copy=copy)) for layer in layers]
        copied = len(made.files)
        for model in own_models:
            made.text(folder / model.file, model.text)
        if not (folder / SCHEMA_FILE).exists():
            schema = json.dumps(schema_of("region"), indent=2, ensure_ascii=False)
            made.text(folder / SCHEMA_FILE, f"{schema}\n")
        made.text(folder / REGION_FILE, region_text(heading, named, schema=SCHEMA_FILE))
    return copied


def file_in_region(layer: DraftLayer, folder: Path, made: Made, *, copy: bool) -> str:
    """Return the path of a layer's file as the region names it; a file from elsewhere is copied."""
    path, home = layer.look.path.resolve(), folder.resolve()
    if path.is_relative_to(home):
        return path.relative_to(home).as_posix()
    if not copy or not layer.used:
        return path.as_posix()
    target = _free_place(path, home / DATA_FOLDER)
    if not target.exists():
        for file in files_of(path):
            made.copy(file, target.parent / file.relative_to(path.parent))
    return target.relative_to(home).as_posix()


def _free_place(path: Path, data: Path) -> Path:
    """Return where a file is copied to: no other of its name lies there, or the same is there already."""
    number, folder = 1, data
    while True:
        target = folder / path.name
        if target.exists() and digest_of(target) == digest_of(path):
            return target
        if not any((folder / file.relative_to(path.parent)).exists() for file in files_of(path)):
            return target
        number += 1
        folder = data / str(number)
