"""Layers of one role that hold the same features: a map in two formats, a copy in another folder."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations

import numpy as np

from prospector.errors import Notice
from prospector.layers.values import AnyLayer, VectorLayer

NEAR_M = 5.0
"""Formats round coordinates, and datums of the world lie so far apart at most."""

FEWEST = 3
"""Fewer features may lie alike by chance."""


def alike_layers(layers: Iterable[AnyLayer]) -> list[Notice]:
    """Return notices of layers of one role whose features lie in the same places: each counts twice."""
    vectors = [layer for layer in layers if isinstance(layer, VectorLayer)]
    return [
        Notice(
            "layers-alike",
            "caution",
            {"layer": second.name, "other": first.name},
            len(first.features),
        )
        for first, second in combinations(vectors, 2)
        if first.role == second.role and _lie_alike(first, second)
    ]


def _lie_alike(first: VectorLayer, second: VectorLayer) -> bool:
    """Whether two layers have as many features, and boxes around them in the same places on average."""
    count = len(first.features)
    if count < FEWEST or count != len(second.features):
        return False
    boxes, others = (layer.features.bounds.to_numpy() for layer in (first, second))
    return all(
        np.allclose(of(boxes, axis=0), of(others, axis=0), rtol=0, atol=NEAR_M)
        for of in (np.mean, np.min, np.max)
    )
