"""Coverage of layers: outside it, what a layer does not show is unknown, not absent.

A geological map says nothing off its polygons, nor on those that were not surveyed. Any other layer of
features shows all that there is, unless it states a coverage: outside of it, it says nothing.
"""

from __future__ import annotations

import numpy as np
import shapely

from prospector.evidence.burn import coverage, share_covered
from prospector.evidence.covering import Covering
from prospector.grid import FloatArray, Grid, Units
from prospector.layers import Layers, VectorLayer
from prospector.layers.remembered import remembered
from prospector.layers.roles import ROLES
from prospector.layers.shapes import Shapes
from prospector.layers.unmapped import not_surveyed

LEAST_MAPPED = 0.5
"""Evidence of a unit is unknown where layers say something on a smaller share of its area."""

WINDOWS_KEPT = 8


def share_mapped(layers: Layers, role: str, units: Units) -> FloatArray | None:
    """Return the share (0-1) of each unit on which the layers of a role say something. Shape (n,).

    None where they do everywhere.
    """
    of_role = layers.of_role(role)
    vectors = tuple(layer for layer in of_role if isinstance(layer, VectorLayer))
    if len(vectors) < len(of_role) or not vectors:
        return None
    ground = _ground(vectors)
    return None if ground is None else _share(ground, units)


def _share(ground: Covering, units: Units) -> FloatArray:
    if units.grid is None:
        return share_covered(ground, units)
    return _on_grid(ground, units.grid)


@remembered(WINDOWS_KEPT)
def _on_grid(ground: Covering, grid: Grid) -> FloatArray:
    """Return the share of each cell; several evidences of a window ask for it."""
    share = coverage(ground, grid).ravel()
    share.flags.writeable = False
    return share


@remembered(64)
def _ground(layers: tuple[VectorLayer, ...]) -> Covering | None:
    """Return where any of some layers says something; None where one of them does everywhere."""
    known = [_of_layer(layer) for layer in layers]
    if any(shapes is None for shapes in known):
        return None
    return Covering(Shapes.joined([shapes for shapes in known if shapes is not None]))


def _of_layer(layer: VectorLayer) -> Shapes | None:
    """Return the polygons inside which a layer says something; None where it does everywhere."""
    tiles = layer.role in ROLES and ROLES[layer.role].tiles
    if layer.coverage is None and not tiles:
        return None
    shapes = layer.shapes
    blank = not_surveyed(layer) if tiles else np.zeros(len(shapes), dtype=bool)
    if layer.coverage is None:
        return shapes.of(~blank)
    ground = layer.coverage.difference(shapely.union_all(shapes.of(blank).all()))
    return Shapes.held(np.array([] if ground.is_empty else [ground], dtype=object))
