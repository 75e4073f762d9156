"""Evidence: one evidential map per entry of a deposit model, as a function of units."""

from prospector.evidence import basins, density, distance, polygons, samples, surface  # noqa: F401
from prospector.evidence.kind import (
    KINDS,
    Kind,
    LayerParameters,
    Parameters,
    evidence_roles,
    evidence_unit,
    known_kinds,
    readable_layers,
    register_kind,
    roles_read,
    validate_parameters,
)
from prospector.evidence.measure import compute_evidence

__all__ = [
    "KINDS",
    "Kind",
    "LayerParameters",
    "Parameters",
    "compute_evidence",
    "evidence_roles",
    "evidence_unit",
    "known_kinds",
    "readable_layers",
    "register_kind",
    "roles_read",
    "validate_parameters",
]
