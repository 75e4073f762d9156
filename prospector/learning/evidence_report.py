"""The quality of a deposit model's evidence on its ground, in a run and before one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator

from prospector.grid import FloatArray, IntArray
from prospector.ground.application import Column, scale_of
from prospector.ground.protocol import Look
from prospector.models.deposits import Deposits
from prospector.region.deposit_model import CELL, DepositModel
from prospector.validation import Sample, spatial_folds
from prospector.validation.folds import FOLDS
from prospector.validation.quality import EvidenceQuality, Known, Loss, evidence_quality
from prospector.validation.record import Importance, Skill
from prospector.validation.scoring import mean_known, one_blas_thread, out_of_fold
from prospector.validation.sizes import block_sizes

SPLITS = 3
"""Divisions into blocks over which the loss of AUC without an evidence is averaged, before a run."""


def quality_of(
    model: DepositModel,
    columns: Sequence[Column],
    look: Look,
    adds: Sequence[Loss | None],
    covers: Sequence[float],
) -> tuple[EvidenceQuality, ...]:
    """Return the quality of each evidence on the permissive ground, worst first.

    Parameters
    ----------
    model
        The deposit model.
    columns
        Evidence, in the order of the deposit model.
    look
        Evidence at places spread evenly over the ground.
    adds
        AUC out of fold that is lost without each evidence; None where that is not known.
    covers
        Share of the permissive ground that has each evidence.
    """
    scale = scale_of(columns)
    known = [
        Known(column.entry.label, column.origin.resolution_m, added, cover)
        for column, added, cover in zip(columns, adds, covers, strict=True)
    ]
    target_m = 0.0
    if model.deposit_model.unit == CELL:
        target_m = 1000 * float(np.sqrt(model.targets.sizes_km2[0]))
    ground = scale(look.evidence[look.permissive])
    return evidence_quality(ground, look.at[look.permissive], known, target_m=target_m)


def by_importance(skill: Skill, n_evidence: int) -> list[Loss | None]:
    """Return the loss of AUC of the group that each evidence belongs to; None where none was measured.

    It was measured in one split: to the spread over its permutations comes that of the AUC over splits.

    Examples
    --------
    >>> by_importance(Skill(9, 3, importance=(Importance((0, 2), 0.0, 0.0),)), 3)
    [Loss(mean=0.0, error=0.0), None, Loss(mean=0.0, error=0.0)]
    """
    measured, losses = skill.measured, dict[int, Loss]()
    over_splits = None if measured is None else measured.split_spread
    for group in skill.importance:
        loss = Loss(group.drop, _error(group, over_splits))
        losses |= dict.fromkeys(group.evidences, loss)
    return [losses.get(column) for column in range(n_evidence)]


def _error(group: Importance, over_splits: float | None) -> float | None:
    """Return the standard error of a loss by permutation in one split; None where nothing tells it."""
    if group.drop == group.spread == 0:
        return 0.0
    return None if over_splits is None else float(np.hypot(group.spread, over_splits))


def lost_without(estimator: BaseEstimator, sample: Sample, *, seed: int = 0) -> list[Loss | None]:
    """Return the AUC out of fold that an estimator loses without each evidence, in spatial blocks.

    The mean over three divisions, with its standard error over districts; None of a single evidence,
    without which nothing is left, and where no fold can be tested.

    Notes
    -----
    In 60 regions of 30 deposits the loss of a weak true evidence had a standard deviation of 0.027; its
    error over the divisions, which share the deposits, was 0.008, and that over districts 0.019.
    """
    count = sample.background.shape[1]
    if count < 2 or len(np.unique(sample.district)) < 2:
        return [None] * count
    random, sizes = np.random.default_rng(seed), block_sizes(sample)
    size_m = sizes[len(sizes) // 2]
    splits = [spatial_folds(sample, block_size_m=size_m, random=random) for _ in range(SPLITS)]

    def reached(kept: Sequence[int]) -> FloatArray:
        part = sample.with_columns(kept)
        return mean_known([out_of_fold(estimator, part, folds)[0] for folds in splits])

    with one_blas_thread():
        whole = reached(range(count))
        losses = [
            whole - reached([other for other in range(count) if other != column])
            for column in range(count)
        ]
    return [_over_districts(loss, sample.district) for loss in losses]


def _over_districts(loss: FloatArray, district: IntArray) -> Loss | None:
    """Return the mean of what each deposit loses, with its standard error over whole districts."""
    known = np.isfinite(loss)
    members = np.unique(district[known], return_inverse=True)[1]
    count = int(members.max()) + 1 if len(members) else 0
    if count < 2:
        return None
    mean = float(loss[known].mean())
    apart = np.bincount(members, weights=loss[known] - mean)
    error = np.sqrt((apart**2).sum() * count / (count - 1)) / len(members)
    return Loss(mean, float(error))


def fits_without(adds: Sequence[float | None]) -> int:
    """Return how often the estimator is fitted to tell what each evidence adds.

    Examples
    --------
    >>> fits_without([0.1, 0.02, -0.01]), fits_without([None, None])
    (60, 0)
    """
    measured = sum(added is not None for added in adds)
    return SPLITS * FOLDS * (measured + 1) if measured else 0


def sample_of(
    look: Look, columns: Sequence[Column], at_deposits: FloatArray, deposits: Deposits
) -> Sample:
    """Return the units of a look that would be scored, against deposits that have all their evidence."""
    scored = look.permissive & np.isfinite(look.evidence).all(axis=1)
    scale = scale_of(columns)
    positive = scale(at_deposits)
    usable = np.isfinite(positive).all(axis=1)
    return Sample(
        positive[usable], deposits.at()[usable], deposits.district[usable],
        scale(look.evidence[scored]), look.at[scored],
        expected=tuple(column.entry.expected for column in columns),
    )  # fmt: skip
