"""Back-test: what a model of the deposits known before a year would have said of those found since."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree
from sklearn.base import BaseEstimator

from prospector.errors import ModelError, Reason
from prospector.grid import FloatArray, IntArray
from prospector.validation.curves import SHARES, SLACK, Capture
from prospector.validation.intervals import district_interval, exact_interval
from prospector.validation.sample import LEAST_TRAINING, Sample
from prospector.validation.scoring import learn_balanced, share_below

BROWNFIELD_M = 20_000.0
LEAST_FOR_AUC = 10


@dataclass(frozen=True)
class Discovery:
    """A later deposit as the earlier ones would have placed it.

    Parameters
    ----------
    deposit
        Its row in the sample.
    year
        Year of discovery.
    percentile
        Share of the background that scores below it, 0-1.
    percentile_by_distance
        The same by nearness to the training deposits alone.
    nearest_m
        Distance to the nearest training deposit in metres.
    brownfield
        Whether that is at most 20 km.
    """

    deposit: int
    year: int
    percentile: float
    percentile_by_distance: float
    nearest_m: float
    brownfield: bool


@dataclass(frozen=True)
class Group:
    """The later deposits of one kind of ground together.

    Parameters
    ----------
    ground
        "all", "brownfield" or "new ground".
    n
        How many.
    captures
        Share of them in the best-ranked shares of the area, with the exact 95 % interval of as
        many independent trials: too narrow where several lie in one district. Empty if n is 0.
    auc, auc_interval
        Mean percentile and its interval over districts; None below ten.
    """

    ground: str
    n: int
    captures: tuple[Capture, ...]
    auc: float | None
    auc_interval: tuple[float, float] | None


@dataclass(frozen=True)
class Backtest:
    """A back-test: which deposits trained, and where each later one would have stood.

    Parameters
    ----------
    before
        Deposits of an earlier year train; those of this year and after are tested.
    undated
        Whether undated deposits "train" or "leave"; they are never tested.
    """

    before: int
    undated: str
    n_training: int
    n_undated: int
    discoveries: tuple[Discovery, ...]
    groups: tuple[Group, ...]

    def as_record(self) -> dict[str, Any]:
        """Return it, JSON-ready."""
        return asdict(self)


def backtest(
    estimator: BaseEstimator,
    sample: Sample,
    year: FloatArray,
    before: int,
    *,
    undated: Literal["train", "leave"] = "leave",
) -> Backtest:
    """Return where each deposit found since a year would have stood.

    Parameters
    ----------
    estimator
        A scikit-learn classifier; clones of it are fitted.
    sample
        Deposits and background: places in metres, evidence of shape (n, n evidence).
    year
        Year of discovery of each deposit, NaN where unknown, shape (n positive,).
    before
        Deposits found before it train.
    undated
        Undated deposits train, though they may have been found later, or are left out.

    Raises
    ------
    ModelError
        Fewer than ten deposits to train on.
    """
    unknown = ~np.isfinite(year)
    known = np.less(year, before) | (unknown if undated == "train" else False)
    if known.sum() < LEAST_TRAINING:
        raise ModelError(
            f"Back-test before {before}: {int(known.sum())} deposits to train on; at least "
            f"{LEAST_TRAINING} are needed. Take a later year.",
            Reason("too-few-deposits-before", deposits=int(known.sum()), least=LEAST_TRAINING),
        )
    later = np.flatnonzero(np.greater_equal(year, before))
    found = _discoveries(estimator, sample, year, known, later)
    kinds = {
        "all": found,
        "brownfield": [discovery for discovery in found if discovery.brownfield],
        "new ground": [discovery for discovery in found if not discovery.brownfield],
    }
    groups = tuple(_group(ground, some, sample.district) for ground, some in kinds.items())
    return Backtest(before, undated, int(known.sum()), int(unknown.sum()), tuple(found), groups)


def _discoveries(
    estimator: BaseEstimator,
    sample: Sample,
    year: FloatArray,
    known: NDArray[np.bool_],
    later: IntArray,
) -> list[Discovery]:
    score = learn_balanced(estimator)(sample.part(known, np.arange(len(sample.background))))
    ground = score(sample.background, sample.background_at)
    percentile = share_below(score(sample.positive[later], sample.positive_at[later]), ground)
    tree = cKDTree(sample.positive_at[known])
    nearest = np.asarray(tree.query(sample.positive_at[later])[0], dtype=float)
    by_distance = share_below(-nearest, -np.asarray(tree.query(sample.background_at)[0]))
    return [
        Discovery(
            int(deposit),
            int(year[deposit]),
            round(float(percentile[row]), 4),
            round(float(by_distance[row]), 4),
            round(float(nearest[row]), 1),
            bool(nearest[row] <= BROWNFIELD_M),
        )
        for row, deposit in enumerate(later)
    ]


def _group(ground: str, found: list[Discovery], district: IntArray) -> Group:
    percentile = np.array([discovery.percentile for discovery in found])
    n = len(found)
    if n == 0:
        return Group(ground, 0, (), None, None)
    captures = tuple(_capture(percentile, share) for share in SHARES)
    if n < LEAST_FOR_AUC:
        return Group(ground, n, captures, None, None)
    of = district[[discovery.deposit for discovery in found]]
    interval = district_interval(percentile, of)
    return Group(ground, n, captures, round(float(percentile.mean()), 4), interval)


def _capture(percentile: FloatArray, share: float) -> Capture:
    hits = int((percentile >= 1.0 - share - SLACK).sum())
    low, high = exact_interval(hits, len(percentile))
    return Capture(share, round(hits / len(percentile), 4), low, high)
