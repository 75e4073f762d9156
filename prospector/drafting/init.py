"""Draft a region from the files at hand: look, guess, read once, then write."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from shlex import quote

from prospector.drafting.candidates import candidates_of
from prospector.drafting.crs_guess import misplaced, with_degrees
from prospector.drafting.drafted import DraftLayer, draft_layers
from prospector.drafting.looks import Look, looks_of, with_crs
from prospector.drafting.making import Made
from prospector.drafting.model_choice import Ground, Wanted, choose_models
from prospector.drafting.names import legal_name
from prospector.drafting.own_models import DraftModel, Ranges, deposit_types
from prospector.drafting.placing import (
    Placed,
    Window,
    cell_size_of,
    meet,
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
from prospector.region.region_file import REGION_FILE
from prospector.region.region_tables import WindowEntry
from prospector.region.shipped_models import deposit_model_names
from prospector.region.toml_values import validated

SCHEMA_FILE = "region.schema.json"
"""Beside region.toml, for editors that complete and check it."""

MOST_WINDOWS = 3
"""So often the window is made again of the layers that can be read."""

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
    name
        Name of the region; that of the folder by default.
    title
        What pages call it; made from the name by default.
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
    _refuse_nowhere(place, looks, layers, given=bounds is not None or area is not None)
    named = legal_name(name or place.resolve().name, otherwise="region")
    called = title or _title(name or place.resolve().name)
    heading, layers, ranges = _settled(
        layers,
        lambda usable: _heading(named, called, _window(usable, bounds, area, stated), usable),
        place,
    )
    wanted = Wanted(tuple(deposit_models), new_model, tuple(hosts))
    used = tuple(layer for layer in layers if layer.used)
    choice = choose_models(Ground(heading, used, ranges, place), wanted)
    heading = replace(heading, deposit_models=choice.entries, models_because=choice.because)
    unread = tuple(look for look in looks if not look.geometry)
    problems = [look.problem for look in unread]
    copied = _write(place, heading, layers, choice.own, problems, copy=copy)
    return Draft(
        place / REGION_FILE, heading, tuple(layers), unread,
        tuple(others), copied, choice.verdicts, choice.own, tuple(deposit_types(layers)),
    )  # fmt: skip


def _refuse_old(folder: Path) -> None:
    if (folder / REGION_FILE).exists():
        raise RegionError(
            f"{folder / REGION_FILE} already exists and is not overwritten. Add a file to it with: "
            f"prospector add {quote(str(folder))} FILE."
        )


def _refuse_nowhere(
    folder: Path, looks: Sequence[Look], layers: Sequence[DraftLayer], *, given: bool
) -> None:
    """Raise RegionError where nothing can be written: no file at all, or none that says where it lies."""
    if not looks:
        raise RegionError(
            f"{folder} holds no file that can be a layer. Put your files there, or name them: "
            f"prospector init {quote(str(folder))} FILES."
        )
    if not given and not any(layer.look.extent is not None for layer in layers):
        problems = [look.problem for look in looks if not look.geometry]
        reasons = [f"{layer.look.path}: {_could_be(layer)}." for layer in layers]
        raise RegionError(
            [
                "No file can be placed on the map, so nothing was written. Give --crs, or a window "
                "with --bounds.",
                *reasons,
                *problems,
            ]
        )


def _could_be(layer: DraftLayer) -> str:
    others = f" It could be: {', '.join(layer.others)}" if layer.others else ""
    return f"{layer.left_out}.{others}" if others else layer.left_out


# heading ---------------------------------------------------------------------------------------


def _settled(
    layers: Sequence[DraftLayer],
    heading_of: Callable[[Sequence[DraftLayer]], Heading],
    folder: Path,
) -> tuple[Heading, list[DraftLayer], Ranges]:
    """Return the heading that the layers that can be read make, those layers, and rasters' ranges.

    A layer that cannot be read sets no window; what the window of such a one left out is tried again.
    """
    heading = heading_of(layers)
    tried, ranges = with_readable(heading, layers, folder)
    for _ in range(MOST_WINDOWS):
        readable = [
            layer
            for layer, read in zip(layers, tried, strict=True)
            if read.used or (layer.used and not _lies_in(layer, heading.window.bounds))
        ]
        if not readable:
            break
        again = heading_of(readable)
        if again.window.bounds == heading.window.bounds:
            break
        heading = again
        tried, ranges = with_readable(heading, layers, folder)
    return heading, tried, ranges


def _lies_in(layer: DraftLayer, window: Bounds) -> bool:
    return layer.look.extent is not None and meet(layer.look.extent.bounds, window)


def _window(
    layers: Sequence[DraftLayer],
    bounds: tuple[float, float, float, float] | None,
    area: str | Path | None,
    stated: Stated,
) -> Window:
    """Return the window: as given, that of an area, or that of the layers."""
    if bounds is not None:
        keys = ("west", "south", "east", "north")
        tables = dict(zip(keys, map(float, bounds), strict=True))
        entry = validated(WindowEntry, tables, Path("--bounds"))
        return Window(entry.bounds(), "given by --bounds")
    if area is not None:
        return _window_of_area(Path(area), stated)
    used = [layer for layer in layers if layer.used]
    placed = [
        Placed(layer.name, str(layer.role), layer.look.extent)
        for layer in used or layers
        if layer.look.extent is not None
    ]
    window = window_of(placed)
    return (
        window if used else replace(window, because=f"{window.because}; none can be used as it is")
    )


def _window_of_area(path: Path, stated: Stated) -> Window:
    found = looks_of(path, stated=stated)
    looks = [look for look in map(with_degrees, found) if look.extent is not None]
    wrong = misplaced(looks[0], (), stated.crs) if looks else None
    if wrong is not None and wrong.crs is None:
        raise RegionError(f"--area {path}: {wrong.reason}. {wrong.remedy}.")
    if wrong is not None and wrong.crs is not None:
        looks = [with_crs(looks[0], wrong.crs)]
    if not looks or looks[0].extent is None:
        problem = next((look.problem for look in found if look.problem), "it has no extent.")
        raise RegionError(
            f"--area {path}: {problem} Give another file, or the window with --bounds."
        )
    refuse_crossing(path.stem, looks[0].extent)
    sides = (round(side, DECIMALS) for side in looks[0].extent.bounds.as_tuple())
    return Window(Bounds(*sides), f"the extent of {path.name}")


def _heading(name: str, title: str, window: Window, layers: Sequence[DraftLayer]) -> Heading:
    projection = projection_of(window.bounds)
    resolutions = [
        layer.look.cell_m for layer in layers if layer.used and layer.look.cell_m is not None
    ]
    spacing_m = _spacing_m(layers)
    mapped = any(layer.used and layer.look.geometry in ("line", "polygon") for layer in layers)
    size_m, because = cell_size_of(
        window.bounds, projection.crs, resolutions, spacing_m=spacing_m, mapped=mapped
    )
    return Heading(name, title, window, projection, size_m, because, deposit_model_names()[:1], "")


def _spacing_m(layers: Sequence[DraftLayer]) -> float | None:
    """Return how far the samples of the densest layer of them lie apart, were they spread evenly."""
    spacings = [
        math.sqrt(layer.look.extent.area_m2 / layer.look.count)
        for layer in layers
        if layer.used and layer.role == "geochemistry" and layer.look.extent and layer.look.count
    ]
    return min((spacing for spacing in spacings if spacing), default=None)


def _title(text: str) -> str:
    words = " ".join(text.replace("_", " ").split())
    return words[:1].upper() + words[1:] if words else "Region"


# writing ---------------------------------------------------------------------------------------


def _write(
    folder: Path,
    heading: Heading,
    layers: Sequence[DraftLayer],
    own_models: Sequence[DraftModel],
    unread: Sequence[str],
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
        made.text(
            folder / REGION_FILE, region_text(heading, named, schema=SCHEMA_FILE, unread=unread)
        )
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
