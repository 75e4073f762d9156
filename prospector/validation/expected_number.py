"""Expected number of deposits: only with a number from outside, stated or by deposit density.

Presence-only data rank the ground and say nothing of how many deposits there are.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from prospector.validation.sample import FloatArray


@dataclass(frozen=True)
class DepositDensity:
    """How many deposits well-explored areas hold in 100,000 km2 of exposed permissive rock.

    Parameters
    ----------
    least, most
        Fewest and most in any area.
    at_least
        Numbers that 90, 50 and 10 % of areas reach or exceed.
    paper
        Where it comes from.
    """

    least: float
    most: float
    at_least: tuple[float, float, float]
    paper: str


PORPHYRY_COPPER = DepositDensity(
    2.0, 128.0, (4.0, 15.0, 35.0), "Singer, Berger, Menzie and Berger 2005"
)


@dataclass(frozen=True)
class NumberRange:
    """Numbers of deposits, found and unfound, that 90, 50 and 10 % of such areas would hold."""

    at_least_90: float
    at_least_50: float
    at_least_10: float


def number_from_density(
    area_km2: float, *, density: DepositDensity = PORPHYRY_COPPER
) -> NumberRange:
    """Return how many deposits permissive ground of an area holds, by deposit density.

    In proportion to area. In the control areas the small ones are denser, so a region well below
    100,000 km2 likely holds more than this says, and one well above it fewer.

    Parameters
    ----------
    area_km2
        Permissive ground in km2, without what younger rock, sediment or ice covers.

    Examples
    --------
    >>> number_from_density(200_000.0)
    NumberRange(at_least_90=8.0, at_least_50=30.0, at_least_10=70.0)
    """
    if not area_km2 > 0:
        raise ValueError(f"area_km2 is {area_km2:g}; permissive ground has an area above 0")
    return NumberRange(*(one * area_km2 / 100_000.0 for one in density.at_least))


def relative_intensity(score: FloatArray) -> FloatArray:
    """Return the odds of a score at equal weight of deposits and background, 0-1; NaN stays NaN.

    Against a background uniform by area the odds are proportional to deposits per km2
    (Fithian and Hastie 2013).

    Examples
    --------
    >>> relative_intensity(np.array([0.5, 0.75])).tolist()
    [1.0, 3.0]
    """
    if np.any((score < 0) | (score >= 1)):
        raise ValueError("A score must be at least 0 and below 1 to have odds")
    return np.asarray(score / (1.0 - score), dtype=float)


def expected_number(intensity: FloatArray, area_km2: FloatArray, *, n: float) -> FloatArray:
    """Return the expected number of deposits in each unit; they sum to `n`.

    Parameters
    ----------
    intensity
        Relative deposits per km2 of each unit, at least 0, shape (m,): from `relative_intensity`.
        NaN where the score is unknown: such ground gets NaN and no share of `n`.
    area_km2
        Area of each unit, shape (m,).
    n
        Deposits that the ground with a score holds, found and unfound: stated, or from
        `number_from_density` of that ground. Without it there are only ranks.

    Raises
    ------
    ValueError
        `n` is not above 0, an intensity is negative, or none is above 0.
    """
    if not (np.isfinite(n) and n > 0):
        raise ValueError(
            f"n is {n:g}; the number of deposits must be above 0. Without it only rank"
        )
    if np.any(intensity < 0):
        raise ValueError("An intensity is below 0: take odds or densities, not log-odds")
    share = intensity * area_km2
    total = float(np.nansum(share))
    if total == 0:
        raise ValueError("No unit has an intensity above 0: there is nowhere to put a deposit")
    return np.asarray(n * share / total, dtype=float)
