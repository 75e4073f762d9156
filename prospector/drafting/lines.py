"""Terminal lines about a drafted region: what is needed, what was guessed, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from shlex import quote

from prospector.drafting.add import Addition
from prospector.drafting.clues import guessed_by
from prospector.drafting.columns import column_for
from prospector.drafting.drafted import DraftLayer
from prospector.drafting.init import Draft
from prospector.drafting.trial import Verdict
from prospector.words.language import sentence

FILES_SHOWN = 8


def init_lines(draft: Draft) -> Iterator[str]:
    """Give what was guessed of a region, gravest first: what is needed, then what is there."""
    heading, bounds = draft.heading, draft.heading.window.bounds
    used = [layer for layer in draft.layers if layer.used]
    yield (
        f"{draft.file} written: {_counted(len(used), 'layer')}. Each guess is marked in it, with "
        "its reason."
    )
    if draft.copied:
        yield f"{_counted(draft.copied, 'file')} copied into {draft.file.parent / 'data'}."
    yield ""
    yield (
        f"Window      {bounds.west:g} to {bounds.east:g} east, {bounds.south:g} to {bounds.north:g} north: "
        f"{heading.window.because}"
    )
    yield (
        f"Projection  {heading.projection.crs}: {heading.projection.because}"
        f"{_scale_error(heading.projection.scale_error_percent)}"
    )
    yield f"Cells       {heading.cell_size_m:g} m: {heading.cell_because}"
    yield ""
    yield from layer_lines(used)
    if draft.own_models:
        names = ", ".join(str(draft.file.parent / model.file) for model in draft.own_models)
        yield ""
        yield f"Drafted: {names}. Its evidence is a starting point: check and edit it."
    yield from _not_used(draft)
    yield from model_lines(draft)
    yield ""
    yield f"Next: prospector check {quote(str(draft.file.parent))}"
    if any(model.reason is None for model in draft.models):
        yield f"Then: prospector screen {quote(str(draft.file.parent))} --quick"


def _scale_error(percent: float | None) -> str:
    return "" if percent is None else f"; length error at most {percent:g} %"


def add_lines(addition: Addition) -> Iterator[str]:
    """Give what was added to a region and guessed of it."""
    names = ", ".join(layer.name for layer in addition.layers)
    yield f"{addition.file}: added {names}. Each guess is marked in it, with its reason."
    if addition.copied:
        yield f"{_counted(addition.copied, 'file')} copied into {addition.file.parent / 'data'}."
    yield from layer_lines(addition.layers)
    yield "Now write into SOURCES.toml where the file comes from, its licence and its scale."
    yield f"Next: prospector check {quote(str(addition.file.parent))}"


def layer_lines(layers: Iterable[DraftLayer]) -> Iterator[str]:
    """Give a line for each layer: its role, why, what else it could be, and its columns."""
    layers = list(layers)
    width = max((len(layer.name) for layer in layers), default=0)
    yield f"Layers: {len(layers)}"
    for layer in layers:
        because = guessed_by(layer.because) if layer.because is not None else "as asked for"
        yield f"  {layer.name:{width}s}  {layer.role}, {because}"
        gap = " " * (width + 4)
        if layer.others:
            yield f"{gap}could also be: {', '.join(layer.others)}"
        columns = layer.values.get("columns", {})
        if columns:
            pairs = ", ".join(f"{ours} = {theirs}" for ours, theirs in columns.items())
            yield f"{gap}columns: {pairs} ({layer.comments.get('columns', '')})"
        if "crs" in layer.values:
            yield f"{gap}crs {layer.values['crs']}, {layer.comments.get('crs', '')}"
        if layer.role == "deposits":
            yield from _types(layer, gap)


def _types(layer: DraftLayer, gap: str) -> Iterator[str]:
    for key in ("name", "deposit_type"):
        if key in layer.values:
            yield f"{gap}{key} of all: {layer.values[key]} ({layer.comments.get(key, '')})"
    column = column_for(layer.look, "deposit_type", layer.values.get("columns", {}))
    if column is not None and column.words:
        shown = ", ".join(f"{word} {count}" for word, count in column.words[:FILES_SHOWN])
        yield f"{gap}deposit types: {shown}"


def _not_used(draft: Draft) -> Iterator[str]:
    """Give the layers that stand as comments, and the files that are none, with the reasons."""
    left = [layer for layer in draft.layers if not layer.used]
    if left:
        yield ""
        yield f"Not used: {len(left)} (listed in {draft.file.name} as comments)"
    for layer in left:
        yield f"  {layer.name}: {layer.left_out}"
        if layer.others:
            yield f"    could be: {', '.join(layer.others)}"
    if draft.unread:
        yield ""
        yield f"Not read: {len(draft.unread)}"
    for look in draft.unread:
        yield f"  {look.problem}"
    if draft.passed_over:
        names = [path.name for path in draft.passed_over]
        more = f" and {len(names) - FILES_SHOWN} more" if len(names) > FILES_SHOWN else ""
        yield ""
        yield f"Skipped, not layers by their file ending: {', '.join(names[:FILES_SHOWN])}{more}"


def model_lines(draft: Draft) -> Iterator[str]:
    """Give what `check` says of the region's deposit models, then of the shipped ones that it leaves out."""
    names = {*draft.heading.deposit_models, *(model.name for model in draft.own_models)}
    own = [model for model in draft.models if model.name in names]
    others = [model for model in draft.models if model.name not in names]
    yield ""
    yield f"Deposit models: {sum(model.reason is None for model in own)} of {len(own)} can run"
    yield from map(_verdict, own)
    if others:
        yield ""
        yield from _left_out(others)


def _left_out(models: Sequence[Verdict]) -> Iterator[str]:
    """Give the shipped models that the region does not name: in a line those that cannot run."""
    able = [model for model in models if model.reason is None]
    unable = [model.name for model in models if model.reason is not None]
    if able:
        yield "Shipped models that can run here and were left out"
        yield from map(_verdict, able)
    if unable:
        yield (
            f"{_counted(len(unable), 'shipped model')} cannot run here ({', '.join(unable)}). To see why: "
            "prospector check FOLDER --deposit-model NAME"
        )


def _verdict(model: Verdict) -> str:
    if model.reason is not None:
        return f"  {model.name} cannot run: {sentence(model.reason)}"
    if not model.deposits:
        return f"  {model.name}: {model.estimator}, no known deposit of its type"
    return f"  {model.name}: {model.estimator}, {_counted(model.deposits, 'deposit')}"


def _counted(number: int, thing: str) -> str:
    return f"{number:,} {thing}" if number == 1 else f"{number:,} {thing}s"
