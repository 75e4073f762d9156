"""What validation works on: deposits and background with their evidence and places."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospector.grid import FloatArray, IntArray
from prospector.models.logistic import Expected

Folds = tuple[IntArray, IntArray]
"""The fold of each deposit and of each background place; what is of fold `NEVER` always trains."""
NEVER = -1

LEAST_TRAINING = 10
"""Deposits from which something may be learned at all."""


@dataclass(frozen=True, eq=False)
class Sample:
    """Deposits and background with evidence and places.

    Parameters
    ----------
    positive, background
        Evidence of shape (n, n_evidence), no NaN.
    positive_at, background_at
        Easting and northing in metres, shape (n, 2).
    district
        District of each deposit, shape (n positive,).
    belt
        Belt of each deposit, shape (n positive,); None where it is not stated.
    basin, ground_basin
        Basin of each deposit and of each background place, shape (n positive,) and (n background,), -1
        where it lies in none; None where the region has no basins.
    expected
        What is expected of each evidence: ``"increasing"``, ``"decreasing"`` or ``"any"``; None
        where nothing is said.
    """

    positive: FloatArray
    positive_at: FloatArray
    district: IntArray
    background: FloatArray
    background_at: FloatArray
    belt: IntArray | None = None
    expected: tuple[Expected, ...] | None = None
    basin: IntArray | None = None
    ground_basin: IntArray | None = None

    def digest(self) -> str:
        """Return a hash of every number in it, and of what is expected of the evidence."""
        parts = [
            self.positive,
            self.positive_at,
            self.district,
            self.background,
            self.background_at,
        ]
        parts += [part for part in (self.belt, self.basin, self.ground_basin) if part is not None]
        shapes = repr(([part.shape for part in parts], self.expected)).encode()
        numbers = (np.ascontiguousarray(part).tobytes() for part in parts)
        return hashlib.sha256(b"".join([shapes, *numbers])).hexdigest()

    def with_evidence(self, positive: FloatArray, background: FloatArray) -> Sample:
        """Return the same places with other evidence; what was expected goes with as many columns."""
        expected = self.expected if positive.shape[1] == self.positive.shape[1] else None
        return replace(self, positive=positive, background=background, expected=expected)

    def with_columns(self, columns: Sequence[int]) -> Sample:
        """Return the same places with some of the evidence."""
        chosen = list(columns)
        expected = None if self.expected is None else tuple(self.expected[i] for i in chosen)
        some = self.with_evidence(self.positive[:, chosen], self.background[:, chosen])
        return replace(some, expected=expected)

    def part(self, positive: NDArray[Any], background: NDArray[Any]) -> Sample:
        """Return some of its deposits and background: boolean masks or indices."""
        return Sample(
            self.positive[positive],
            self.positive_at[positive],
            self.district[positive],
            self.background[background],
            self.background_at[background],
            None if self.belt is None else self.belt[positive],
            self.expected,
            None if self.basin is None else self.basin[positive],
            None if self.ground_basin is None else self.ground_basin[background],
        )
