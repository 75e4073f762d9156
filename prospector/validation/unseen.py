"""Where deposits unseen in training stand, over splits, and every figure that follows from it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from prospector.grid import FloatArray
from prospector.validation.curves import (
    SHARES,
    area_needed,
    boyce_index,
    crossing,
    found_within,
    prediction_rate,
)
from prospector.validation.sample import Folds, Sample
from prospector.validation.scoring import hold_out, learn_balanced, mean_known, share_below

LADDER = np.round(np.linspace(0.0, 1.0, 101), 2)
"""Shares of the area at which a curve is given: every per cent."""

CAPTURES = tuple(int(np.searchsorted(LADDER, share)) for share in SHARES)
"""Rungs of the ladder at 1, 5, 10 and 20 % of the area."""


@dataclass(frozen=True, eq=False)
class Reached:
    """What a ranking reaches on deposits unseen in training, or what many do, a row each.

    Parameters
    ----------
    auc
        AUC within the folds.
    density, crossing_area
        Where the prediction rate and the area cross: deposits against chance, and share of the area.
    boyce
        Continuous Boyce index.
    found
        Prediction rate at each rung of `LADDER`.
    alone, dropped
        Of a shifted pattern: shares of districts moved by themselves, and of deposits left out.
    """

    auc: Any
    density: Any
    crossing_area: Any
    boyce: Any
    found: FloatArray
    alone: Any = 0.0
    dropped: Any = 0.0


def together(rows: Sequence[Reached]) -> Reached:
    """Return what many rankings reach: each figure of shape (n,), `found` (n, n rungs)."""
    return _each(lambda name: np.array([getattr(row, name) for row in rows]))


def greatest_p95(nulls: Iterable[Reached]) -> Reached:
    """Return the greatest 95th percentile of several nulls, figure by figure."""

    def greatest(name: str) -> FloatArray:
        each = [getattr(values, name) for values in every]
        if any(np.isnan(figures).all() for figures in each):
            return np.asarray(np.nan)
        return np.asarray(
            np.max([np.nanquantile(figures, 0.95, axis=0) for figures in each], axis=0)
        )

    every = tuple(nulls)
    return _each(greatest)


def _each(make: Callable[[str], Any]) -> Reached:
    return Reached(**{field.name: make(field.name) for field in fields(Reached)})


@dataclass(frozen=True, eq=False)
class Unseen:
    """Where deposits unseen in training stand, one row a split.

    Parameters
    ----------
    inside
        Share of the background of the same fold that scores below each deposit, shape (n splits,
        n deposits); NaN where the fold could not be tested.
    needed
        Shares of all background that rank above each deposit, and above or with it, shape
        (n splits, n deposits, 2).
    ground
        Place of background among itself, by the score of each fold: evenly 0-1 but for ties.
    """

    inside: FloatArray
    needed: FloatArray
    ground: FloatArray

    @property
    def tested(self) -> bool:
        """Whether any fold could be tested."""
        return bool(np.isfinite(self.inside).any())

    @property
    def auc(self) -> FloatArray:
        """AUC of each deposit within its fold, over the splits: their mean is the blocked AUC.

        Shape (n deposits,).
        """
        return mean_known(list(self.inside))

    @property
    def share(self) -> FloatArray:
        """Mean share of the region's background that scores below each deposit, out of fold.

        Shape (n deposits,).
        """
        return mean_known(list(1.0 - self.needed.mean(axis=2)))

    @property
    def pooled(self) -> FloatArray:
        """`needed` of all splits one after the other, shape (n splits * n deposits, 2)."""
        return self.needed.reshape(-1, 2)

    @property
    def reached(self) -> Reached:
        """What follows from it; chance itself where no fold could be tested."""
        if not self.tested:
            return Reached(0.5, 1.0, 0.5, 0.0, LADDER)
        curve = prediction_rate(self.pooled)
        meet = crossing(curve)
        boyce = boyce_index(self._pooled_share(), self.ground)
        found = found_within(self.pooled, LADDER)
        return Reached(float(np.nanmean(self.inside)), meet.density, meet.area, boyce, found)

    def _pooled_share(self) -> FloatArray:
        return np.asarray(1.0 - self.pooled.mean(axis=1), dtype=float)


def unseen(estimator: BaseEstimator, samples: Sequence[Sample], splits: Sequence[Folds]) -> Unseen:
    """Return where each deposit stands by an estimator that did not train on it.

    Parameters
    ----------
    estimator
        A scikit-learn classifier; clones of it are fitted.
    samples
        One for each split: the same deposits, perhaps against another background.
    splits
        Folds of each sample.
    """
    inside, needed, ground = [], [], []
    for sample, folds in zip(samples, splits, strict=True):
        within = np.full(len(sample.positive), np.nan)
        area = np.full((len(sample.positive), 2), np.nan)
        for held_out in hold_out(sample, folds, learn_balanced(estimator)):
            within[held_out.test] = share_below(
                held_out.scores, held_out.among[held_out.test_background]
            )
            area[held_out.test] = area_needed(held_out.scores, held_out.among)
            ground.append(share_below(held_out.among, held_out.among))
        inside.append(within)
        needed.append(area)
    return Unseen(
        np.array(inside), np.array(needed), np.concatenate(ground) if ground else np.zeros(0)
    )
