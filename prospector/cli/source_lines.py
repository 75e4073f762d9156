"""Sources, and the classes that their codes became, as lines for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prospector.sources.codes import Unmapped
    from prospector.sources.source import Source, SourceLayer
    from prospector.sources.tiles import Mosaic

SHOWN = 12
"""Values that were not mapped are shown up to so many; more are counted."""


def class_lines(classes: Mapping[str, int], unmapped: Sequence[Unmapped]) -> Iterator[str]:
    """Give the classes that codes became with their rows, and what did not become one."""
    if classes:
        named = (f"{rock or 'no class'} {rows:,}" for rock, rows in classes.items())
        yield f"  classes: {', '.join(named)}"
    for lacks in ("class", "age"):
        misses = [miss for miss in unmapped if miss.lacks == lacks]
        if misses:
            shown = ", ".join(f"{_quoted(miss.value)} {miss.count:,}" for miss in misses[:SHOWN])
            more = f", {len(misses) - SHOWN} values more" if len(misses) > SHOWN else ""
            yield f"  no {lacks} for {misses[0].field}: {shown}{more}"


def _quoted(value: str) -> str:
    short = value if len(value) <= 60 else f"{value[:57]}..."
    return f"'{short}'" if value else "(empty)"


def tile_lines(name: str, tiles: Mosaic) -> Iterator[str]:
    """Give what became of a raster in tiles: its cells, what came, and which tiles are missing."""
    rows, columns = tiles.values.shape
    yield (
        f"{name}: {tiles.tiles} tiles, {rows:,} rows and {columns:,} columns of {tiles.cell_m:.0f} m, "
        f"{tiles.came_bytes / 1e6:,.1f} MB"
    )
    if tiles.absent:
        yield f"  missing (sea, or withheld), no value: {', '.join(tiles.absent)}"
    if tiles.refused:
        yield f"  refused by the server, no value: {', '.join(tiles.refused)}"


def table_lines(sources: Iterable[Source]) -> Iterator[str]:
    """Give sources as a table: name, kind, roles, licence, and whether it was ever called."""
    head = ("source", "kind", "roles", "conditions", "verified", "seen")
    rows = [head, *(_row(source) for source in sources)]
    widths = [max(len(row[place]) for row in rows) for place in range(len(head))]
    for row in rows:
        cells = (f"{cell:{width}s}" for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip()


def _row(source: Source) -> tuple[str, ...]:
    bound = _bound(source)
    verified = "yes" if source.verified else "no"
    return (
        source.name, source.kind.replace("_", " "), ", ".join(source.roles), bound, verified,
        source.seen or "not dated",
    )  # fmt: skip


def _bound(source: Source) -> str:
    """Return what a licence binds to, in words."""
    if source.bindings == ["not stated"]:
        return "licence not stated"
    return ", ".join(source.bindings) or "nothing"


def source_lines(source: Source, region: str) -> Iterator[str]:
    """Give all that is known of a source, and how to get its file by hand.

    Parameters
    ----------
    source
        Entry of the catalogue of sources.
    region
        Folder of a region, as commands name it.
    """
    yield f"{source.name}: {source.title}"
    verified = "verified" if source.verified else "not verified: not tested when this was written"
    seen = f", last seen {source.seen}" if source.seen else ", not dated"
    yield f"  kind         {source.kind.replace('_', ' ')}{f' {source.version}' if source.version else ''}"
    for label, value in (
        ("address", source.address), ("licence", source.licence),
        ("conditions", _bound(source)),
        ("attribution", source.attribution), ("citation", source.citation), ("scale", source.scale),
        ("status", f"{verified}{seen}"),
    ):  # fmt: skip
        if value:
            yield f"  {label:12s} {value}"
    for name, layer in source.layers.items():
        yield from _layer_lines(name, layer)
    for label, remarks in (("Known problems", source.traps), ("Notes", source.notes)):
        if remarks:
            yield f"\n{label}"
            yield from (f"  - {remark}" for remark in remarks)
    if source.kind != "by_hand":
        yield "\nFetch"
        yield f"  prospector fetch {region} {source.name}"
    yield from _by_hand_lines(source, region)


def _layer_lines(name: str, layer: SourceLayer) -> Iterator[str]:
    yield f"\nLayer {name}: {layer.title}"
    yield f"  role         {layer.role}"
    if layer.path:
        yield f"  path         {layer.path}"
    yield f"  fields       {', '.join(layer.asked) or 'shapes only'}"
    if layer.codes is not None:
        read = ", ".join(layer.codes.reads.values())
        yield f"  classes      {read} by the scheme {layer.codes.scheme}"
    if layer.register_ is not None:
        yield f"  register     {layer.register_}"
    if layer.missing_kinds:
        yield f"  lacks        {', '.join(layer.missing_kinds)}"
    for part, entry in layer.parts.items():
        where = "; ".join(f"{column} {', '.join(of)}" for column, of in entry.where.items())
        yield f"  {part:12s} as role {entry.role}: rows with {where}"


def _by_hand_lines(source: Source, region: str) -> Iterator[str]:
    by_hand = source.by_hand
    yield "\nBy hand"
    for label, value in (
        ("page", by_hand.page or "not known: search for the title"), ("file", by_hand.file),
        ("columns", ", ".join(by_hand.columns)),
    ):  # fmt: skip
        if value:
            yield f"  {label:12s} {value}"
    for layer in source.layers.values():
        register = (
            f' (then register = "{layer.register_}" in region.toml)' if layer.register_ else ""
        )
        if layer.codes is None:
            yield f"  then         prospector add {region} FILE --role {layer.role}{register}"
        else:
            yield f"  then         prospector classes FILE --source {source.name} --region {region}"
