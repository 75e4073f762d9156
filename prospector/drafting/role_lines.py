"""Terminal lines about the roles of a region: their layers, what is missing, and where to get it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from prospector.drafting.role_states import LayerState, Reader, RoleState
from prospector.numerals import whole_percent

GAP = " " * 4


def role_lines(states: Sequence[RoleState], folder: object) -> Iterator[str]:
    """Give the roles that have layers, those that something waits for, and the others in a line."""
    filled = [state for state in states if state.layers]
    missing = [state for state in states if not state.layers and state.readers]
    others = [state for state in states if not state.layers and not state.readers]
    yield f"Roles with layers: {len(filled)}"
    for state in filled:
        yield f"  {state.role} ({state.description})"
        for layer in state.layers:
            yield f"{GAP}{layer.name}: {_size(layer, state.geometry)}"
        yield from _read_by(state)
    yield ""
    yield f"Roles without a layer that deposit models need: {len(missing)}"
    for state in missing:
        yield f"  {state.role} ({state.geometry}: {state.description})"
        yield from _waiting(state.readers)
        yield from _where_from(state, folder)
    yield ""
    yield f"Other roles without a layer: {len(others)}"
    for state in others:
        serves = f", for {state.uses}" if state.uses else ""
        yield f"  {state.role} ({state.geometry}{serves})"
        if state.sources:
            yield from _where_from(state, folder)


def _size(layer: LayerState, geometry: str) -> str:
    """Return how large a layer is and what of the region it covers.

    Examples
    --------
    >>> _size(LayerState("geology", 1200, 800, 0.934), "polygon")
    '1,200 polygons, 800 in the region, on 93 % of it'
    >>> _size(LayerState("relief", 90000, None, 1.0), "raster")
    '90,000 cells, values on 100 % of the region'
    """
    if layer.inside is None:
        return f"{layer.count:,} cells, values on {_percent(layer.cover)} of the region"
    things = geometry if layer.count == 1 else f"{geometry}s"
    on = f", on {_percent(layer.cover)} of it" if layer.cover is not None else ""
    return f"{layer.count:,} {things}, {layer.inside:,} in the region{on}"


def _percent(share: float | None) -> str:
    return f"{whole_percent(share or 0.0)} %"


def _read_by(state: RoleState) -> Iterator[str]:
    if state.uses:
        yield f"{GAP}serves {state.uses}"
    own = [reader for reader in state.readers if reader.of_region]
    others = [reader.model for reader in state.readers if not reader.of_region]
    for reader in own:
        yield f"{GAP}read by {reader.model}: {'; '.join(reader.labels)}"
    if others:
        yield f"{GAP}read by shipped models that the region does not list: {', '.join(others)}"
    if not state.readers and not state.uses:
        yield f"{GAP}read by no deposit model"


def _waiting(readers: Iterable[Reader]) -> Iterator[str]:
    for reader in sorted(readers, key=lambda reader: not reader.of_region):
        mark = "" if reader.of_region else " (not listed by the region)"
        yield f"{GAP}{reader.model}{mark}: {'; '.join(reader.labels)}"


def _where_from(state: RoleState, folder: object) -> Iterator[str]:
    if state.sources:
        yield f"{GAP}official sources: {', '.join(state.sources)} (prospector fetch {folder} SOURCE)"
    yield f"{GAP}a file of your own: prospector add {folder} FILE --role {state.role}"
