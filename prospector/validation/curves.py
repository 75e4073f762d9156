"""How much of the deposits the best-ranked ground holds: curves, capture, AUC, crossing, Boyce.

Only cells with a score count as area. Ties share their ground: a deposit that ties with a tenth of
the area is found evenly over that tenth.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.stats import spearmanr

from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.validation.intervals import district_interval
from prospector.validation.sample import Folds, Sample
from prospector.validation.scoring import (
    Score,
    hold_out,
    share_below,
    share_range,
)

SHARES = (0.01, 0.05, 0.10, 0.20)
"""Shares of the area at which capture is stated."""

LEAST_AREA = 0.0001
"""Areas are given to this share: a density of deposits is no larger than its inverse."""

SLACK = 1e-9
"""Share of the area by which rounding may put a deposit beyond where it lies: less than any unit's."""


@dataclass(frozen=True, eq=False)
class Curve:
    """Share of the deposits found against share of the area searched, best score first.

    Parameters
    ----------
    kind
        "success rate (fit)" or "prediction rate (held out)".
    area, found
        Vertices of the curve from (0, 0) to (1, 1), both 0-1; a vertical step is two vertices.
    n_deposits
        Deposits with a score.
    n_nodata
        Deposits without a score, left out.
    """

    kind: str
    area: FloatArray
    found: FloatArray
    n_deposits: int
    n_nodata: int

    @property
    def area_under(self) -> float:
        """Area under the curve: the AUC of deposits against all of the ground."""
        return float(np.trapezoid(self.found, self.area))

    def as_record(self) -> dict[str, Any]:
        """Return the curve, JSON-ready."""
        return {
            "kind": self.kind,
            "area": np.round(self.area, 4).tolist(),
            "found": np.round(self.found, 4).tolist(),
            "area_under": round(self.area_under, 4),
            "n_deposits": self.n_deposits,
            "n_nodata": self.n_nodata,
        }


@dataclass(frozen=True)
class Capture:
    """Share of the deposits in the best-ranked share of the area, with its 95 % interval."""

    area: float
    captured: float
    low: float
    high: float


@dataclass(frozen=True)
class Crossing:
    """Where the prediction rate and the occupied area add to one (Yousefi and Carranza 2015).

    Parameters
    ----------
    area, found
        Share of the area and of the deposits at the crossing: they sum to 1.
    density
        Normalised density, found / area: above 1 is better than chance.
    """

    area: float
    found: float
    density: float


def area_needed(
    scores: FloatArray, cells: FloatArray, *, area: FloatArray | None = None
) -> FloatArray:
    """Return the shares of the valid area that rank above each deposit, and above or with it.

    Parameters
    ----------
    scores
        Score of each deposit, shape (n,); NaN where it lies on nodata.
    cells
        Score of each cell, any shape; NaN is nodata and no area.
    area
        Area of each cell, of the same shape; equal areas if left out.

    Returns
    -------
    ndarray of shape (n, 2)
        NaN for a deposit on nodata.

    Examples
    --------
    >>> area_needed(np.array([3.0]), np.array([4.0, 3.0, 2.0, 1.0, np.nan])).tolist()
    [[0.25, 0.5]]
    """
    valid = np.isfinite(cells)
    if not valid.any():
        raise ValueError("No cell has a score: there is no area to rank")
    weight = None if area is None else np.asarray(area, dtype=float)[valid]
    needed = 1.0 - share_range(scores, cells[valid], weight=weight)[:, ::-1]
    needed[~np.isfinite(scores)] = np.nan
    return np.asarray(needed, dtype=float)


def held_out_area(sample: Sample, folds: Folds, learn: Callable[[Sample], Score]) -> FloatArray:
    """Return `area_needed` for each deposit by a score that did not train on it. Shape (n, 2).

    The ground is all background; `learn` is what `hold_out` asks for. NaN for an untested fold.
    """
    needed = np.full((len(sample.positive), 2), np.nan)
    for held_out in hold_out(sample, folds, learn):
        needed[held_out.test] = area_needed(held_out.scores, held_out.among)
    return needed


def success_rate(needed: FloatArray) -> Curve:
    """Return the success-rate curve: how well the deposits that were trained on are fitted.

    It is no measure of prediction (Chung and Fabbri 2003). `needed` is from `area_needed`.
    """
    return _curve("success rate (fit)", needed)


def prediction_rate(needed: FloatArray) -> Curve:
    """Return the prediction-rate curve: how soon deposits unseen in training are found.

    `needed` is from `held_out_area`, or from `area_needed` for deposits kept apart
    (Chung and Fabbri 2003).
    """
    return _curve("prediction rate (held out)", needed)


def _curve(kind: str, needed: FloatArray) -> Curve:
    known = needed[np.isfinite(needed).all(axis=1)]
    if len(known) == 0:
        raise ValueError("No deposit has a score: there is no curve")
    at = np.unique(np.concatenate([[0.0, 1.0], known.ravel()]))
    before = _found(known, at[:, None], at_once=False).mean(axis=1)
    after = _found(known, at[:, None]).mean(axis=1)
    return Curve(
        kind,
        np.repeat(at, 2),
        np.column_stack([before, after]).ravel(),
        len(known),
        len(needed) - len(known),
    )


def _found(needed: FloatArray, area: float | FloatArray, *, at_once: bool = True) -> FloatArray:
    """Return the part of each deposit found in a share of the area; just before it if not at_once.

    Shares of shape (m, 1) give parts of shape (m, n).
    """
    above, through = needed[:, 0], needed[:, 1]
    tied = through > above
    part = (area - above) / np.where(tied, through - above, 1.0)
    alone = np.greater_equal(area, through - SLACK) if at_once else np.greater(area, through)
    return np.where(tied, np.clip(part, 0.0, 1.0), alone)


def found_within(needed: FloatArray, areas: FloatArray) -> FloatArray:
    """Return the share of the deposits found in each best-ranked share of the area, shape of `areas`.

    Deposits without a score are left out. `needed` is from `area_needed`.

    Examples
    --------
    >>> found_within(np.array([[0.2, 0.2], [0.0, 0.5]]), np.array([0.1, 0.25])).tolist()
    [0.1, 0.75]
    """
    known = needed[np.isfinite(needed).all(axis=1)]
    return np.asarray(_found(known, areas[:, None]).mean(axis=1), dtype=float)


def capture(
    needed: FloatArray,
    district: IntArray,
    *,
    shares: tuple[float, ...] = SHARES,
) -> tuple[Capture, ...]:
    """Return the share of the deposits captured in the best-ranked shares of the area.

    The interval is that of `district_interval`.
    """
    known = np.isfinite(needed).all(axis=1)
    if not known.any():
        raise ValueError("No deposit has a score: nothing can be captured")
    found = []
    for share in shares:
        part = _found(needed[known], share)
        low, high = district_interval(part, district[known])
        found.append(Capture(share, round(float(part.mean()), 4), low, high))
    return tuple(found)


def auc(
    scores: FloatArray,
    cells: FloatArray,
    *,
    weight: FloatArray | None = None,
    area: FloatArray | None = None,
) -> float:
    """Return the AUC of deposits against cells with mid-ranks: the Mann-Whitney statistic.

    Parameters
    ----------
    scores, cells
        Scores of deposits and of cells; NaN is nodata and left out.
    weight, area
        Weight of each deposit and area of each cell; equal if left out.
    """
    valid, known = _with_scores(cells, scores)
    sizes = np.ones(cells.shape) if area is None else np.asarray(area, dtype=float)
    below = share_below(scores[known], cells[valid], weight=sizes[valid])
    return float(np.average(below, weights=None if weight is None else weight[known]))


def _with_scores(cells: FloatArray, scores: FloatArray) -> tuple[BoolArray, BoolArray]:
    """Return which cells and which deposits have a score: at least one each."""
    valid, known = np.isfinite(cells), np.isfinite(scores)
    if not valid.any() or not known.any():
        raise ValueError("A deposit and a cell with a score are needed; there is none")
    return valid, known


def crossing(curve: Curve) -> Crossing:
    """Return where found = 1 - area on a curve: the prediction-area crossing.

    Area and found grow together, so there is one crossing; on a vertical step it lies on the step.
    Where every deposit ranks above all ground the area is 0, and the density as large as can be told.

    Examples
    --------
    >>> curve = prediction_rate(np.array([[0.25, 0.25], [0.75, 0.75]]))
    >>> crossing(curve)
    Crossing(area=0.5, found=0.5, density=1.0)
    """
    area = float(np.interp(1.0, curve.area + curve.found, curve.area))
    found = 1.0 - area
    density = found / max(area, LEAST_AREA)
    return Crossing(round(area, 4), round(found, 4), round(density, 4))


def boyce_index(
    scores: FloatArray,
    cells: FloatArray,
    *,
    area: FloatArray | None = None,
    window: float = 0.1,
    steps: int = 101,
) -> float:
    """Return the continuous Boyce index, -1 to 1 (Hirzel et al. 2006).

    The rank correlation, over moving windows of score, of the score with the ratio of the share of
    deposits to the share of area in the window. Near 0 is no better than chance. Scores of several
    models, as those of folds, must be made percentiles first.

    Parameters
    ----------
    scores, cells
        Scores of deposits and of cells; NaN is nodata and left out.
    area
        Area of each cell; equal if left out.
    window
        Width of the window as a share of the range of scores.
    steps
        Number of windows, evenly spaced over the range.

    Returns
    -------
    float
        NaN where all windows hold the same ratio.
    """
    valid, known = _with_scores(cells, scores)
    sizes = np.ones(cells.shape) if area is None else np.asarray(area, dtype=float)
    values, sizes = cells[valid], sizes[valid]
    low, high = float(values.min()), float(values.max())
    width = window * (high - low)
    start = np.linspace(low, high - width, steps)
    ground = _share_within(values, start, width, sizes)
    deposits = _share_within(scores[known], start, width, np.ones(int(known.sum())))
    held = ground > 0
    ratio = deposits[held] / ground[held]
    if len(ratio) < 2 or np.ptp(ratio) == 0:
        return float("nan")
    return float(spearmanr(start[held], ratio).statistic)


def _share_within(
    values: FloatArray, start: FloatArray, width: float, weight: FloatArray
) -> FloatArray:
    """Return the weighted share of values in [start, start + width], shape of start."""
    order = np.argsort(values, kind="stable")
    below = np.concatenate([[0.0], np.cumsum(weight[order])]) / weight.sum()
    slack = 1e-9 * width  # rounding must not push a score over the edge of its window
    first = np.searchsorted(values[order], start - slack, side="left")
    last = np.searchsorted(values[order], start + width + slack, side="right")
    return np.asarray(below[last] - below[first], dtype=float)
