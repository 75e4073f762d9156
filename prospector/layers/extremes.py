"""Extreme values of a raster that are probably codes for missing data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from prospector.grid import FloatArray
from prospector.layers.numbers.column import NO_NUMBER

CODES = (
    -9999, -99999, -999999, -9999999, -99999999, -999, -9999.25, -999.25, -32768, -32767, -2147483648, -1e20,
    9999, 99999, 999999, 9999999, 99999999, 32767, 65535, 2147483647, 4294967295, 1e20,
)  # fmt: skip
"""Numbers that programs write for what is missing."""

CODES_OF_BYTES = {"uint8": (255,), "int8": (-128,)}
"""The same of numbers of eight bits: the last of them, or the first."""

LARGE = -9999
"""A code from here down that many cells hold is no value, however near others come to it."""

APART = 0.5
"""How many times the range of all others such a code must lie from them to be told from blurred ones."""

REPEATED = 16
"""A number in fewer cells may be an outlier."""

FAR = 3.0
"""How many times the range of all others a number must lie from them, unless it is a known code."""


@dataclass(frozen=True)
class Extreme:
    """A number at an end of a raster's range.

    Parameters
    ----------
    gap
        Distance to the next number.
    rest
        Range of all others.
    of_bytes
        Codes of numbers of eight bits, where it is such a one.
    """

    value: float
    count: int
    gap: float
    rest: float
    of_bytes: tuple[int, ...] = ()

    @property
    def shown(self) -> str:
        """The number as notices write it."""
        return f"{self.value:.9g}"

    @property
    def is_code(self) -> bool:
        """Whether it is a number that programs write for what is missing, and far from all others."""
        if abs(self.value) >= NO_NUMBER:
            return True
        if self._is_large and self.gap > APART * self.rest:
            return True
        of_bytes = self.value in self.of_bytes and self.rest > 0
        return self.gap > self.rest and (of_bytes or self._is_written)

    @property
    def is_blurred(self) -> bool:
        """Whether many cells hold such a number and others come near it, as resampling leaves them."""
        return self._is_large and not self.is_code

    @property
    def _is_large(self) -> bool:
        return self.value <= LARGE and self.count >= REPEATED and self._is_written

    @property
    def _is_written(self) -> bool:
        return bool(np.isclose(self.value, CODES, rtol=1e-7).any())

    @property
    def is_suspect(self) -> bool:
        """Whether many cells hold it, very far from all others, which differ."""
        return self.count >= REPEATED and self.rest > 0 and self.gap > FAR * self.rest


@dataclass(frozen=True)
class Extremes:
    """The two lowest and the two highest numbers of a raster with how many cells hold each.

    Parameters
    ----------
    cells, zeros
        How many cells have a number, and how many of them exactly 0.
    """

    low: tuple[tuple[float, int], ...]
    high: tuple[tuple[float, int], ...]
    cells: int = 0
    zeros: int = 0

    @classmethod
    def of(cls, blocks: Iterable[FloatArray]) -> Self:
        """Return those of blocks of numbers, NaN for nodata.

        Examples
        --------
        >>> Extremes.of([np.array([1.0, np.nan, 3.0]), np.array([-9999.0, 1.0])])
        Extremes(low=((-9999.0, 1), (1.0, 2)), high=((3.0, 1), (1.0, 2)), cells=4, zeros=0)
        """
        low: dict[float, int] = {}
        high: dict[float, int] = {}
        cells = zeros = 0
        for block in blocks:
            known = block[np.isfinite(block)]
            low = _two(low, known, highest=False)
            high = _two(high, known, highest=True)
            cells, zeros = cells + known.size, zeros + int((known == 0).sum())
        return cls(tuple(low.items()), tuple(high.items()), cells, zeros)

    @property
    def known(self) -> bool:
        """Whether any cell has a value."""
        return bool(self.low)

    @property
    def zeros_apart(self) -> float:
        """How far noughts at an end lie from all others, as a share of their range; 0 where they do not.

        Whole numbers that follow on nought are not apart from it.
        """
        ends = [(self.low, self.high[0][0]), (self.high, self.low[0][0])]
        for (first, *others), farthest in ends:
            if first[0] == 0 and others and others[0][0] != farthest:
                gap = abs(others[0][0])
                return gap / abs(farthest - others[0][0]) if gap > 1 else 0.0
        return 0.0

    def suspected(self, stored_as: str = "") -> Iterator[Extreme]:
        """Give the extremes that are codes, or suspected to be.

        Parameters
        ----------
        stored_as
            Type of the numbers in the file, e.g. ``"uint8"``.
        """
        if len(self.low) < 2:
            lone = [Extreme(value, count, 0.0, 0.0) for value, count in self.low]
            yield from (extreme for extreme in lone if abs(extreme.value) >= NO_NUMBER)
            return
        (lowest, few), (next_low, _) = self.low
        (highest, many), (next_high, _) = self.high
        of_bytes = CODES_OF_BYTES.get(stored_as, ())
        for extreme in (
            Extreme(lowest, few, next_low - lowest, highest - next_low, of_bytes),
            Extreme(highest, many, highest - next_high, next_high - lowest, of_bytes),
        ):
            if extreme.is_code or extreme.is_suspect or extreme.is_blurred:
                yield extreme


def _two(counts: dict[float, int], known: FloatArray, *, highest: bool) -> dict[float, int]:
    """Return the two most extreme numbers with their counts, those of one more block taken in."""
    counts = dict(counts)
    for _ in range(2):
        if not known.size:
            break
        value = known.max() if highest else known.min()
        same = known == value
        counts[float(value)] = counts.get(float(value), 0) + int(same.sum())
        known = known[~same]
    kept = sorted(counts, reverse=highest)[:2]
    return {value: counts[value] for value in kept}
