"""Evidence: one evidential map per entry of a deposit model, as a function of units."""

from prospector.evidence.kinds import KINDS, compute_evidence, validate_parameters

__all__ = ["KINDS", "compute_evidence", "validate_parameters"]
