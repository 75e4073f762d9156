"""How good each evidence is before anything is learned from it: what is wrong with it, and what to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.stats import rankdata

from prospector.errors import Reason
from prospector.grid import BoolArray, FloatArray
from prospector.numerals import MOST_INFLATED, whole_percent

ONE_VALUE = 0.95
"""Share of the ground with one and the same value from which an evidence is nearly constant."""

LITTLE_COVER = 0.5
"""An evidence with a value on a smaller share of the ground covers little."""

SAME = 0.9
"""Rank correlation, whatever its sign, from which two evidences say the same."""

INFLATED = 10.0
"""Variance inflation from which an evidence is given by the others together (Marquardt 1970)."""

TREND = 0.9
"""R2 of a quadratic surface from which an evidence is little more than the coordinates."""

CLEARLY = 2.0
"""An evidence clearly harms from so many standard errors of the AUC that the model gains without it."""


@dataclass(frozen=True)
class Loss:
    """AUC out of fold that a model loses without an evidence.

    Parameters
    ----------
    mean
        Below 0 where the AUC is higher without it.
    error
        Its standard error; None where it was measured but once. 0 and 0 of an evidence without weight.
    """

    mean: float
    error: float | None


@dataclass(frozen=True)
class EvidenceQuality:
    """What one evidence is worth to a deposit model, before it is used.

    Parameters
    ----------
    column
        Its number in the deposit model, from 0.
    cover
        Share of the permissive ground that has a value.
    one_value
        Share of the covered ground that has the commonest value.
    correlation, with_column
        The largest rank correlation (Spearman) with another evidence, and which; None for a single
        evidence or one that does not vary.
    inflation
        Variance inflation factor: 1 where the others say nothing of it, at most 1000; None likewise.
    plane, quadratic
        R2 of a plane, and of a quadratic surface, over easting and northing.
    resolution_m, target_m
        Its effective resolution, None where that is not stated, and the side of the smallest target.
    adds, adds_error
        AUC out of fold that the model loses without it, in spatial blocks, and its standard error; None
        where not measured.
    findings
        What is wrong, worst first; empty where nothing is.
    """

    column: int
    cover: float
    one_value: float
    plane: float
    quadratic: float
    resolution_m: float | None
    target_m: float
    adds: float | None = None
    adds_error: float | None = None
    correlation: float | None = None
    with_column: int | None = None
    inflation: float | None = None
    findings: tuple[Reason, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Return it for run.json."""
        figures = {
            name: value if value is None or isinstance(value, int) else round(float(value), 4)
            for name, value in vars(self).items()
            if name != "findings"
        }
        return {**figures, "findings": [finding.as_record() for finding in self.findings]}


@dataclass(frozen=True)
class Known:
    """What is known of an evidence beside its values.

    Parameters
    ----------
    label
        As others name it.
    adds
        AUC that is lost without it; None where not measured.
    cover
        Share of the whole permissive ground that has a value; None for that of the values given.
    """

    label: str
    resolution_m: float | None = None
    adds: Loss | None = None
    cover: float | None = None


def evidence_quality(
    values: FloatArray, at: FloatArray, known: Sequence[Known], *, target_m: float
) -> tuple[EvidenceQuality, ...]:
    """Return the quality of each evidence, worst first.

    Parameters
    ----------
    values
        Evidence of permissive ground, on the scale that it is learned on, NaN where missing, shape
        (n, n evidence).
    at
        Easting and northing in metres, shape (n, 2).
    known
        Each evidence, with what is known of it at deposits and on the ground.
    target_m
        Side of the smallest target.
    """
    whole = values[np.isfinite(values).all(axis=1)]
    ranks = _standardised(rankdata(whole, axis=0)) if len(whole) else whole
    correlation, inflation = _correlation(ranks), _inflation(_standardised(whole))
    found = [
        _quality(column, values[:, column], at, of_column, target_m)
        for column, of_column in enumerate(known)
    ]
    beside = [
        replace(
            quality, inflation=inflation[quality.column], **_beside(correlation, quality.column)
        )
        for quality in found
    ]
    ordered = sorted(beside, key=_severity)
    return tuple(replace(quality, findings=_findings(quality, known)) for quality in ordered)


def _quality(
    column: int, values: FloatArray, at: FloatArray, known: Known, target_m: float
) -> EvidenceQuality:
    """Return what can be told of an evidence by itself."""
    has = np.isfinite(values)
    return EvidenceQuality(
        column=column,
        cover=_cover(has) if known.cover is None else known.cover,
        one_value=_one_value(values[has]),
        plane=_surface_r2(values[has], at[has], 1),
        quadratic=_surface_r2(values[has], at[has], 2),
        resolution_m=known.resolution_m,
        target_m=target_m,
        adds=None if known.adds is None else known.adds.mean,
        adds_error=None if known.adds is None else known.adds.error,
    )


def _cover(has: BoolArray) -> float:
    return float(has.mean()) if len(has) else 0.0


def _findings(quality: EvidenceQuality, known: Sequence[Known]) -> tuple[Reason, ...]:
    """Return what is wrong with an evidence, worst first."""
    label = "" if quality.with_column is None else known[quality.with_column].label
    resolution_km = _rounded((quality.resolution_m or 0.0) / 1000, 3)
    reasons = (
        Reason("quality-one-value", percent=whole_percent(quality.one_value)),
        Reason("quality-little-cover", percent=whole_percent(quality.cover)),
        Reason("quality-same-as", label=label, correlation=_rounded(quality.correlation)),
        Reason("quality-given-by-others", inflation=_rounded(quality.inflation, 1)),
        Reason("quality-trend", r2=_rounded(quality.quadratic)),
        Reason(
            "quality-coarse",
            resolution_km=resolution_km,
            target_km=_rounded(quality.target_m / 1000, 3),
        ),
        Reason(
            "quality-harms",
            gained=_rounded(-(quality.adds or 0.0), 3),
            error=_rounded(quality.adds_error, 3),
        ),
        Reason("quality-without-weight"),
    )
    return tuple(reason for reason, wrong in zip(reasons, _wrong(quality), strict=True) if wrong)


def _wrong(quality: EvidenceQuality) -> tuple[bool, ...]:
    """Return whether each fault is there, worst first."""
    return (
        quality.one_value >= ONE_VALUE,
        quality.cover < LITTLE_COVER,
        quality.correlation is not None and abs(quality.correlation) >= SAME,
        quality.inflation is not None and quality.inflation >= INFLATED,
        quality.quadratic >= TREND and quality.one_value < ONE_VALUE,
        quality.resolution_m is not None and quality.resolution_m > quality.target_m > 0,
        _harms(quality),
        quality.adds == quality.adds_error == 0,
    )


def _harms(quality: EvidenceQuality) -> bool:
    """Return whether the AUC out of fold is clearly higher without an evidence."""
    adds, error = quality.adds, quality.adds_error
    return adds is not None and error is not None and adds < -CLEARLY * error


def _severity(quality: EvidenceQuality) -> tuple[Any, ...]:
    """Return what evidences are ordered by: their worst faults first, then their number."""
    return (*(not wrong for wrong in _wrong(quality)), quality.column)


def _rounded(value: float | None, decimals: int = 2) -> float:
    return round(float(value or 0.0), decimals)


def _one_value(values: FloatArray) -> float:
    """Return the share of values that are the commonest one; 0 where there are none.

    Values that differ by less than a thousandth of their range, 1st to 99th percentile, are one: an
    evidence that hardly moves but for a few outliers is as good as constant.
    """
    if not len(values):
        return 0.0
    low, high = np.quantile(values, [0.01, 0.99])
    step = (high - low) / 1000
    steps = np.round((values - low) / step) if step > 0 else values
    _, count = np.unique(steps, return_counts=True)
    return float(count.max() / len(values))


def _standardised(columns: FloatArray) -> FloatArray:
    """Return columns of mean 0 and length 1; of one that does not vary all 0."""
    if not len(columns):
        return columns
    centred = columns - columns.mean(axis=0)
    length = np.sqrt((centred**2).sum(axis=0))
    varies = length > 1e-9 * np.maximum(np.abs(columns).max(axis=0), 1.0)
    scaled = np.divide(centred, length, out=np.zeros_like(centred), where=varies)
    return np.asarray(scaled, dtype=float)


def _correlation(standardised: FloatArray) -> FloatArray:
    """Return the correlation of each pair, NaN where one does not vary, shape (k, k)."""
    varies = np.abs(standardised).sum(axis=0) > 0
    found = np.clip(standardised.T @ standardised, -1.0, 1.0)
    return np.asarray(np.where(varies[:, None] & varies, found, np.nan))


def _beside(correlation: FloatArray, column: int) -> dict[str, Any]:
    """Return the largest correlation of an evidence, whatever its sign, and the other; none if none."""
    strength = np.abs(correlation[column])
    strength[column] = np.nan
    if np.isnan(strength).all():
        return {"correlation": None, "with_column": None}
    other = int(np.nanargmax(strength))
    return {"correlation": float(correlation[column, other]), "with_column": other}


def _inflation(standardised: FloatArray) -> list[float | None]:
    """Return 1 / (1 - R2) of each evidence by the others; None where there is nothing to regress."""
    varies = np.flatnonzero(np.abs(standardised).sum(axis=0) > 0)
    found: list[float | None] = [None] * standardised.shape[1]
    if len(varies) < 2:
        return found
    for column in varies:
        others = standardised[:, varies[varies != column]]
        left = _left_over(others, standardised[:, column])
        found[column] = float(min(1.0 / max(left, 1.0 / MOST_INFLATED), MOST_INFLATED))
    return found


def _surface_r2(values: FloatArray, at: FloatArray, degree: int) -> float:
    """Return R2 of a polynomial surface over the places; 0 where nothing varies."""
    if len(values) < 3 or not np.ptp(values) > 0:
        return 0.0
    spread = np.maximum(at.std(axis=0), 1e-9)
    east, north = ((at - at.mean(axis=0)) / spread).T
    terms = [east, north, *([east**2, north**2, east * north] if degree == 2 else [])]
    standardised = _standardised(values[:, None])[:, 0]
    surface = np.column_stack([term - term.mean() for term in terms])
    return float(np.clip(1.0 - _left_over(surface, standardised), 0.0, 1.0))


def _left_over(terms: FloatArray, wanted: FloatArray) -> float:
    """Return the sum of squares that a regression on terms leaves of a column of length 1."""
    weights = np.linalg.lstsq(terms, wanted, rcond=None)[0]
    return float(((wanted - terms @ weights) ** 2).sum())
