"""Limits of evidence as conditions: where a deposit model can apply (permissive ground)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospector.evidence.measure import compute_evidence
from prospector.grid import BoolArray, Units
from prospector.layers import Layers


@dataclass(frozen=True)
class Limits:
    """A condition of permissive ground: a kind of evidence, and the values that it may have.

    Parameters
    ----------
    or_unknown
        Whether it holds, too, where the value is unknown: ground is excluded where that is known.
    """

    kind: str
    parameters: Any
    low: float
    high: float
    or_unknown: bool = False

    def hold(self, layers: Layers, units: Units) -> BoolArray:
        """Return for which units the condition holds, shape (n,)."""
        return self.met(compute_evidence(self.kind, layers, units, parameters=self.parameters))

    def met(self, values: NDArray[np.floating]) -> BoolArray:
        """Return for which values the condition holds, those that are unknown where it says so.

        Of the shape of the values.
        """
        holds = self.within(values)
        return np.asarray(holds | np.isnan(values) if self.or_unknown else holds)

    def within(self, values: NDArray[np.floating]) -> BoolArray:
        """Return which values the condition allows, shape (n,); what is NaN is not among them."""
        return np.asarray((values >= self.low) & (values <= self.high))
