"""Values of evidence for units: computed by its kind, unknown outside the coverage of its layers."""

from __future__ import annotations

import numpy as np

from prospector.evidence.kind import Kind, Parameters, declared_layers, known_kinds
from prospector.evidence.mapped import LEAST_MAPPED, share_mapped
from prospector.grid import FloatArray, Units
from prospector.layers import Layers


def compute_evidence(
    kind: str, layers: Layers, units: Units, *, parameters: Parameters
) -> FloatArray:
    """Return one value a unit, shape (n,), NaN for nodata, in the unit of `evidence_unit`.

    It is NaN, too, where less than half of the unit's area lies where its layers say something: on
    what a geological map maps, and inside the coverage that a layer states.

    Raises
    ------
    ModelError
        The kind asks for layers of a role that it does not declare.
    """
    return measure(kind, known_kinds()[kind], layers, units, parameters=parameters)


def measure(
    name: str, kind: Kind, layers: Layers, units: Units, *, parameters: Parameters
) -> FloatArray:
    """Return the same by a kind that need not be known under its name, as in a worker, shape (n units,)."""
    readable = declared_layers(layers, name, kind, parameters)
    values = kind.function(readable, units, parameters=parameters)
    if not kind.of_layers:
        return values
    for role in readable.roles:
        mapped = share_mapped(readable, role, units)
        if mapped is not None:
            values = np.where(mapped >= LEAST_MAPPED, values, np.nan)
    return values
