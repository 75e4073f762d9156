"""Extreme values of a raster that are probably codes for missing data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Self

import numpy as np

from prospector.grid import FloatArray
from prospector.layers.numbers.column import NO_NUMBER

CODES = (
    -9999,
    -99999,
    -999,
    -9999.25,
    -999.25,
    -32768,
    -32767,
    -2147483648,
    9999,
    99999,
    32767,
    65535,
)
"""Numbers that programs write for what is missing."""

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
    """

    value: float
    count: int
    gap: float
    rest: float

    @property
    def is_code(self) -> bool:
        """Whether it is a number that programs write for what is missing, and far from all others."""
        huge = abs(self.value) >= NO_NUMBER
        return huge or (any(np.isclose(self.value, CODES, rtol=1e-7)) and self.gap > self.rest)

    @property
    def is_suspect(self) -> bool:
        """Whether many cells hold it, very far from all others, which differ."""
        return self.count >= REPEATED and self.rest > 0 and self.gap > FAR * self.rest


@dataclass(frozen=True)
class Extremes:
    """The two lowest and the two highest numbers of a raster with how many cells hold each."""

    low: tuple[tuple[float, int], ...]
    high: tuple[tuple[float, int], ...]

    @classmethod
    def of(cls, blocks: Iterable[FloatArray]) -> Self:
        """Return those of blocks of numbers, NaN for nodata.

        Examples
        --------
        >>> Extremes.of([np.array([1.0, np.nan, 3.0]), np.array([-9999.0, 1.0])])
        Extremes(low=((-9999.0, 1), (1.0, 2)), high=((3.0, 1), (1.0, 2)))
        """
        low: dict[float, int] = {}
        high: dict[float, int] = {}
        for block in blocks:
            known = block[np.isfinite(block)]
            low = _two(low, known, highest=False)
            high = _two(high, known, highest=True)
        return cls(tuple(low.items()), tuple(high.items()))

    @property
    def known(self) -> bool:
        """Whether any cell has a value."""
        return bool(self.low)

    def suspected(self) -> Iterator[Extreme]:
        """Give the extremes that are codes, or suspected to be."""
        if len(self.low) < 2:
            lone = [Extreme(value, count, 0.0, 0.0) for value, count in self.low]
            yield from (extreme for extreme in lone if abs(extreme.value) >= NO_NUMBER)
            return
        (lowest, few), (next_low, _) = self.low
        (highest, many), (next_high, _) = self.high
        for extreme in (
            Extreme(lowest, few, next_low - lowest, highest - next_low),
            Extreme(highest, many, highest - next_high, next_high - lowest),
        ):
            if extreme.is_code or extreme.is_suspect:
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
