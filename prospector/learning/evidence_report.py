"""The quality of a deposit model's evidence on its ground, in a run and before one."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from sklearn.base import BaseEstimator

from prospector.grid import FloatArray
from prospector.ground.application import Column
from prospector.ground.protocol import Look, Scale
from prospector.models.deposits import Deposits
from prospector.region.deposit_model import CELL, DepositModel
from prospector.validation import Sample, spatial_folds
from prospector.validation.folds import FOLDS
from prospector.validation.quality import EvidenceQuality, Known, evidence_quality
from prospector.validation.record import Importance
from prospector.validation.scoring import blocked_auc, one_blas_thread
from prospector.validation.sizes import block_sizes

SPLITS = 3
"""Divisions into blocks over which the loss of AUC without an evidence is averaged, before a run."""


def quality_of(
    model: DepositModel, columns: Sequence[Column], look: Look, adds: Sequence[float | None]
) -> tuple[EvidenceQuality, ...]:
    """Return the quality of each evidence on the permissive ground, worst first.

    Parameters
    ----------
    adds
        AUC out of fold that is lost without each evidence; None where that is not known.
    """
    scale = scale_of(columns)
    known = [
        Known(column.entry.label, column.origin.resolution_m, added)
        for column, added in zip(columns, adds, strict=True)
    ]
    target_m = 0.0
    if model.deposit_model.unit == CELL:
        target_m = 1000 * float(np.sqrt(model.targets.sizes_km2[0]))
    ground = scale(look.evidence[look.permissive])
    return evidence_quality(ground, look.at[look.permissive], known, target_m=target_m)


def by_importance(n_evidence: int, importance: Sequence[Importance]) -> list[float | None]:
    """Return the loss of AUC of the group that each evidence belongs to; None where none was measured.

    Examples
    --------
    >>> by_importance(3, [Importance((0, 2), 0.1, 0.01)])
    [0.1, None, 0.1]
    """
    found: list[float | None] = [None] * n_evidence
    for group in importance:
        for column in group.evidences:
            found[column] = group.drop
    return found


def lost_without(estimator: BaseEstimator, sample: Sample, *, seed: int = 0) -> list[float | None]:
    """Return the AUC out of fold that an estimator loses without each evidence, in spatial blocks.

    The mean over three divisions; None of a single evidence, without which nothing is left.
    """
    count = sample.background.shape[1]
    if count < 2 or len(np.unique(sample.district)) < 2:
        return [None] * count
    random, sizes = np.random.default_rng(seed), block_sizes(sample)
    size_m = sizes[len(sizes) // 2]
    splits = [spatial_folds(sample, block_size_m=size_m, random=random) for _ in range(SPLITS)]

    def reached(kept: Sequence[int]) -> float:
        part = sample.with_columns(kept)
        return float(np.mean([blocked_auc(estimator, part, folds) for folds in splits]))

    with one_blas_thread():
        whole = reached(range(count))
        return [
            whole - reached([other for other in range(count) if other != column])
            for column in range(count)
        ]


def fits_without(adds: Sequence[float | None]) -> int:
    """Return how often the estimator is fitted to tell what each evidence adds.

    Examples
    --------
    >>> fits_without([0.1, 0.02, -0.01]), fits_without([None, None])
    (60, 0)
    """
    measured = sum(added is not None for added in adds)
    return SPLITS * FOLDS * (measured + 1) if measured else 0


def scale_of(columns: Sequence[Column]) -> Scale:
    """Return the scale that each evidence is learned on."""
    return Scale(tuple(column.entry.scale == "log" for column in columns))


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
