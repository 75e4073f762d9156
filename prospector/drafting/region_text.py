"""The text of a drafted region.toml: every guess with the reason for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from prospector.drafting.clues import guessed_by
from prospector.drafting.drafted import DraftLayer
from prospector.drafting.placing import Projection, Window
from prospector.region.spelling import as_key, as_toml


@dataclass(frozen=True)
class Heading:
    """What the table ``[region]`` of a draft holds.

    Parameters
    ----------
    deposit_models
        Names, or paths of models in the region's folder.
    models_because
        Why these.
    """

    name: str
    title: str
    window: Window
    projection: Projection
    cell_size_m: float
    cell_because: str
    deposit_models: Sequence[str]
    models_because: str


def region_text(
    heading: Heading,
    layers: Iterable[tuple[DraftLayer, str]],
    *,
    schema: str = "",
    unread: Iterable[str] = (),
) -> str:
    """Return region.toml as text.

    Parameters
    ----------
    heading
        Name, title, CRS, window and cell size.
    layers
        Each with the path of its file as the region is to name it.
    schema
        Name of the JSON schema beside it, for editors; no line where there is none.
    unread
        Why files are no layers: they stand at the end as comments.
    """
    lines = [f"#:schema {schema}"] if schema else []
    lines += [*_head(heading), ""]
    for layer, file in layers:
        lines += [*_layer(layer, file), ""]
    lines += [f"# Not read: {comment(problem)}" for problem in unread]
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(heading: Heading) -> Iterator[str]:
    window, projection = heading.window, heading.projection
    yield "# Drafted by `prospector init`. Check what is marked as guessed, and change it here."
    yield (
        "# Where each file comes from, its licence and scale belong in SOURCES.toml; write them "
        "there."
    )
    yield ""
    yield "[region]"
    yield f"name = {as_toml(heading.name)}"
    yield f"title = {as_toml(heading.title)}"
    yield f"# guessed: {comment(projection.because)}."
    yield f"crs = {as_toml(projection.crs)}"
    if projection.scale_error_percent is not None:
        yield f"scale_error_percent = {projection.scale_error_percent:g}  # the worst in the window"
    yield f"cell_size_m = {heading.cell_size_m:g}  # guessed: {comment(heading.cell_because)}"
    yield f"deposit_models = {as_toml(list(heading.deposit_models))}  # {comment(heading.models_because)}"
    yield ""
    yield f"# {comment(window.because)}"
    yield "[region.window]"
    for key in ("west", "south", "east", "north"):
        yield f"{key} = {float(getattr(window.bounds, key))!r}"


def _layer(layer: DraftLayer, file: str) -> Iterator[str]:
    mark = "" if layer.used else "# "
    if not layer.used:
        yield f"# Not used: {comment(layer.left_out)}."
    for remark in layer.remarks:
        yield f"# {comment(remark)}"
    yield f"{mark}[layers.{layer.name}]"
    role = layer.role or "?"
    yield f"{mark}role = {as_toml(role)}{_because(layer)}"
    yield f"{mark}file = {as_toml(file)}"
    for key, value in layer.values.items():
        behind = layer.comments.get(key, "")
        yield f"{mark}{as_key(key)} = {as_toml(value)}" + (
            f"  # {comment(behind)}" if behind else ""
        )


def _because(layer: DraftLayer) -> str:
    others = f"could also be: {', '.join(layer.others)}" if layer.others else ""
    guessed = guessed_by(layer.because) if layer.because is not None and layer.role else ""
    words = "; ".join(word for word in (guessed, others) if word)
    return f"  # {comment(words)}" if words else ""


def comment(text: str) -> str:
    r"""Return text as a comment of TOML can hold it: on one line, without control characters.

    Examples
    --------
    >>> comment("two\nlines")
    'two lines'
    """
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
