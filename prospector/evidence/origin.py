"""Quality of the layers behind evidence: their positional error, and what was drawn from descriptions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from prospector.evidence.features import Features
from prospector.evidence.kind import (
    DeclaredLayers,
    Kind,
    Parameters,
    known_kinds,
    readable_layers,
)
from prospector.grid import BoolArray, Units
from prospector.layers import Layers
from prospector.layers.exactness import Exactness


@dataclass(frozen=True)
class Origin:
    """How exact the layers are that an evidence is measured from, only the chosen features of them.

    Parameters
    ----------
    schematic
        Whether any feature was drawn from descriptions.
    all_schematic
        Whether all were.
    tolerances_m
        How far features may lie off, each distance once, ascending.
    schematic_m
        How far those drawn from descriptions may lie off at most; 0 where none was.
    resolution_m
        The effective resolution: the coarser of what the layers resolve and how far they may lie
        off; None where nothing is stated.
    finest_m
        The same of the most exact features; 0 where nothing is stated.
    from_deposits
        Whether the source of any layer says that it was made from known deposits; None where some
        source does not say, and none says yes.
    """

    schematic: bool = False
    all_schematic: bool = False
    tolerances_m: tuple[float, ...] = ()
    schematic_m: float = 0.0
    resolution_m: float | None = None
    finest_m: float = 0.0
    from_deposits: bool | None = None


def origin_of(name: str, layers: Layers, *, parameters: Parameters) -> Origin:
    """Return how exact the layers are that an evidence is measured from.

    Raises
    ------
    ModelError
        The layers leave the kind nothing to compute on.
    """
    readable = readable_layers(name, layers, parameters)
    by_role = list(_exactness(known_kinds()[name], readable, parameters))
    if not by_role:
        return Origin()
    every = Exactness.joined(by_role)
    return Origin(
        schematic=bool(every.schematic.any()),
        all_schematic=bool(every.schematic.all()),
        tolerances_m=tuple(np.unique(every.tolerance_m).tolist()),
        schematic_m=float(every.tolerance_m[every.schematic].max(initial=0.0)),
        resolution_m=float(every.effective_m.max()) or None,
        finest_m=max(float(exactness.effective_m.min()) for exactness in by_role),
        from_deposits=_from_deposits(readable),
    )


def _from_deposits(readable: DeclaredLayers) -> bool | None:
    """Return what the sources of an evidence's layers say of deposits; see `Origin`."""
    sources = [layer.source for layer in readable.items]
    stated = [None if source is None else source.from_deposits for source in sources]
    if any(stated):
        return True
    return None if None in stated else False


def _exactness(kind: Kind, readable: DeclaredLayers, parameters: Parameters) -> Iterator[Exactness]:
    """Give how exact the chosen features are, or the layers of each role."""
    checked = None if kind.check is None else kind.check(readable, parameters)
    if isinstance(checked, Features):
        yield checked.exactness
        return
    for role in readable.roles:
        parts = [layer.exactness for layer in readable.of_role(role)]
        if parts:
            yield Exactness.joined(parts)


def drawn_from_descriptions(
    name: str, layers: Layers, units: Units, *, parameters: Parameters
) -> BoolArray:
    """Return whether the value of each unit comes from features that were drawn from descriptions.

    Where a kind does not say which features a value comes from, it comes from all. Shape (n,).
    """
    origin, kind = origin_of(name, layers, parameters=parameters), known_kinds()[name]
    mixed = origin.schematic and not origin.all_schematic
    if not mixed or kind.drawn is None:
        return np.full(len(units), origin.schematic)
    return kind.drawn(readable_layers(name, layers, parameters), units, parameters=parameters)
