"""Other ways to hold deposits out, each named, with its W and its null: by district, belt, basin, kNNDM."""

from __future__ import annotations

import numpy as np
from sklearn.base import BaseEstimator

from prospector.compute.engine import Workers
from prospector.errors import Reason
from prospector.validation.folds import (
    fold_distance_m,
    leave_one_basin_out,
    leave_one_district_out,
    leave_one_group_out,
    nearest_neighbour_folds,
)
from prospector.validation.intervals import district_interval
from prospector.validation.nulls import Divide, figure_beside, null_figures
from prospector.validation.record import Division
from prospector.validation.sample import LEAST_TRAINING, NEVER, Folds, Sample
from prospector.validation.sizes import block_sizes
from prospector.validation.unseen import unseen

BY_DISTRICT = "leave one district out"
BY_BELT = "leave one belt out"
BY_BASIN = "leave one basin out"
BY_DISTANCE = "nearest-neighbour distance matching (kNNDM)"

NO_BELT = Reason("deposits-without-belt")
ONE_GROUP = Reason("one-group")
TOO_FEW_LEFT = Reason("no-belt-leaves-enough", least=LEAST_TRAINING)


def compare_divisions(
    estimator: BaseEstimator,
    sample: Sample,
    *,
    n_null: int,
    random_state: int,
    workers: Workers,
) -> tuple[Division, ...]:
    """Return what a model reaches with districts, belts, basins or kNNDM's folds held out.

    A belt or a basin is held out only where the others leave enough deposits to learn from; basins, where
    the region has any.

    Parameters
    ----------
    estimator
        A scikit-learn classifier; clones of it are fitted.
    sample
        Deposits and background: places in metres, evidence of shape (n, n evidence).
    n_null
        Replicates of each null, for each way.
    random_state
        Seed of every random draw.
    workers
        Processes that share the work.
    """
    ways: dict[str, Divide | None] = {
        BY_DISTRICT: _by_district,
        BY_BELT: None if sample.belt is None else _by_belt,
        **({} if sample.ground_basin is None else {BY_BASIN: _by_basin}),
        BY_DISTANCE: _by_distance,
    }
    return tuple(
        Division(name, untested=NO_BELT)
        if divide is None
        else _division(name, estimator, sample, divide, n_null, random_state, workers)
        for name, divide in ways.items()
    )


def _by_district(sample: Sample, /, *, random: np.random.Generator) -> Folds:
    del random  # nothing is drawn
    return leave_one_district_out(sample)


def _by_belt(sample: Sample, /, *, random: np.random.Generator) -> Folds:
    del random
    belt = sample.district if sample.belt is None else sample.belt
    return leave_one_group_out(sample, belt, least=LEAST_TRAINING)


def _by_basin(sample: Sample, /, *, random: np.random.Generator) -> Folds:
    sizes = block_sizes(sample)
    middle = sizes[len(sizes) // 2]
    return leave_one_basin_out(sample, block_size_m=middle, random=random, least=LEAST_TRAINING)


def _by_distance(sample: Sample, /, *, random: np.random.Generator) -> Folds:
    del random
    if len(np.unique(sample.district)) < 2:
        return leave_one_district_out(sample)
    return nearest_neighbour_folds(sample)[0]


def _division(
    name: str,
    estimator: BaseEstimator,
    sample: Sample,
    divide: Divide,
    n_null: int,
    random_state: int,
    workers: Workers,
) -> Division:
    random = np.random.default_rng(random_state)
    folds = divide(sample, random=random)
    found = unseen(estimator, [sample], [folds])
    if not found.tested:
        few = (folds[0] == NEVER).any()
        return Division(name, untested=TOO_FEW_LEFT if few else ONE_GROUP)
    auc = float(np.nanmean(found.auc))
    nulls = null_figures(
        estimator, [sample], [folds], divide, n_null, random_state, workers=workers, done=None
    )
    figure, _ = figure_beside(auc, name, district_interval(found.auc, sample.district), nulls)
    return Division(
        name,
        len(np.unique(folds[0][folds[0] != NEVER])),
        int(np.isfinite(found.auc).sum()),
        figure,
        round(fold_distance_m(sample, folds[0]), 1),
    )
