"""Leakage alarms: signs that a skill is that of the labels and not of the ground."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree
from scipy.stats import rankdata
from sklearn.base import BaseEstimator

from prospector.errors import Notice
from prospector.grid import FloatArray, IntArray
from prospector.validation.record import Alarm
from prospector.validation.sample import Folds, Sample
from prospector.validation.scoring import blocked_auc, one_blas_thread

ALONE_AUC = 0.95
COORDINATE_R2 = 0.98
DEPOSIT_CORRELATION = 0.95
SAME_PLACE_M = 2000.0
ORDINARY_SHARE = 0.01
"""A row that this share of the background has too is ordinary, and no sign of a duplicate."""

ALARM_CODES = {
    "alone": "evidence-alone-tells-deposits",
    "coordinate": "evidence-is-a-plane",
    "built from deposits": "evidence-built-from-deposits",
    "same place": "deposits-at-same-place",
    "same row": "deposits-with-same-evidence",
}
"""Code of the notice of each alarm."""

FOLLOWING = ("alone", "built from deposits")
"""Alarms of evidence that follows the deposits: with one of them a skill is not judged."""


def alarm_notice(alarm: Alarm, model: str, labels: Sequence[str]) -> Notice:
    """Return an alarm as a notice, with the label of its evidence.

    Examples
    --------
    >>> alarm_notice(Alarm("coordinate", 1, 0.99, 0.98), "copper", ["fault", "slab"]).value("evidence")
    'slab'
    """
    label = None if alarm.column is None else labels[alarm.column]
    about = {"model": model, "evidence": label, "figure": alarm.figure, "limit": alarm.limit}
    if alarm.answered:
        return Notice("alarm-answered-by-source", "caution", {**about, "alarm": alarm.name})
    return Notice(ALARM_CODES[alarm.name], "problem", about)


def leakage_alarms(
    estimator: BaseEstimator, sample: Sample, folds: Folds, answered: Collection[int] = ()
) -> tuple[Alarm, ...]:
    """Return every alarm at its default threshold; empty is well.

    Parameters
    ----------
    folds
        The folds that the skill is measured in.
    answered
        Columns of evidence whose source says that they were not made from deposits.
    """
    alarms = (
        *alone_alarms(estimator, sample, folds),
        *coordinate_alarms(sample),
        *deposit_distance_alarms(sample),
        *duplicate_alarms(sample, folds),
    )
    return tuple(
        replace(alarm, answered=alarm.name in FOLLOWING and alarm.column in answered)
        for alarm in alarms
    )


def columns_that_follow(
    alarms: Sequence[Alarm], from_deposits: Sequence[bool | None]
) -> tuple[int, ...]:
    """Return the columns of evidence that follow the deposits, by their source or by an alarm.

    Parameters
    ----------
    from_deposits
        What the source of each column says; None where it says nothing. A no answers the alarms.

    Examples
    --------
    >>> columns_that_follow([Alarm("alone", 1, 0.99, 0.95)], [True, None, False])
    (0, 1)
    """
    stated = {column for column, made in enumerate(from_deposits) if made}
    rung = {alarm.column for alarm in alarms if alarm.name in FOLLOWING and not alarm.answered}
    return tuple(sorted(stated | {column for column in rung if column is not None}))


def alone_alarms(
    estimator: BaseEstimator,
    sample: Sample,
    folds: Folds,
    *,
    threshold: float = ALONE_AUC,
) -> tuple[Alarm, ...]:
    """Return an alarm for each evidence whose blocked AUC alone is above the threshold."""
    found = []
    for column in range(sample.positive.shape[1]):
        single = sample.with_evidence(sample.positive[:, [column]], sample.background[:, [column]])
        with one_blas_thread():
            figure = blocked_auc(estimator, single, folds)
        if figure > threshold:
            found.append(Alarm("alone", column, round(figure, 4), threshold))
    return tuple(found)


def coordinate_alarms(sample: Sample, *, threshold: float = COORDINATE_R2) -> tuple[Alarm, ...]:
    """Return an alarm for each evidence that is nearly a plane over easting and northing.

    The figure is the R squared of the plane over the background.
    """
    at = sample.background_at - sample.background_at.mean(axis=0)
    plane = np.column_stack([np.ones(len(at)), at / np.maximum(at.std(axis=0), 1.0)])
    found = []
    for column, values in enumerate(sample.background.T):
        figure = _explained(plane, values)
        if figure > threshold:
            found.append(Alarm("coordinate", column, round(figure, 4), threshold))
    return tuple(found)


def _explained(terms: FloatArray, values: FloatArray) -> float:
    """Return R squared of a linear fit; 0 for values that do not vary."""
    if np.ptp(values) == 0:
        return 0.0
    centred = values - values.mean()
    residual = centred - terms @ np.linalg.lstsq(terms, centred, rcond=None)[0]
    return 1.0 - float((residual**2).sum() / (centred**2).sum())


def deposit_distance_alarms(
    sample: Sample, *, threshold: float = DEPOSIT_CORRELATION
) -> tuple[Alarm, ...]:
    """Return an alarm for each evidence that ranks the ground as distance to the deposits does.

    The figure is the rank correlation, over the background, with distance to the nearest training
    deposit.
    """
    nearest_m = cKDTree(sample.positive_at).query(sample.background_at)[0]
    distance = rankdata(np.asarray(nearest_m))
    terms = np.column_stack([np.ones(len(distance)), distance])
    found = []
    for column, values in enumerate(sample.background.T):
        ranks = rankdata(values)
        sign = float(np.sign(((ranks - ranks.mean()) * distance).sum()))
        figure = sign * float(np.sqrt(max(_explained(terms, ranks), 0.0)))
        if abs(figure) > threshold:
            found.append(Alarm("built from deposits", column, round(figure, 4), threshold))
    return tuple(found)


def duplicate_alarms(
    sample: Sample, folds: Folds, *, within_m: float = SAME_PLACE_M
) -> tuple[Alarm, ...]:
    """Return alarms for pairs of deposits that are one deposit and stand in two folds.

    A pair is the same place within `within_m`, or has the same row of evidence, unless more than
    1 % of the background has that row too. The figure is the number of pairs.
    """
    near = cKDTree(sample.positive_at).query_pairs(within_m, output_type="ndarray")
    pairs = (
        ("same place", near, within_m),
        ("same row", _same_rows(sample), None),
    )
    found = []
    for name, pair, limit in pairs:
        across = int((folds[0][pair[:, 0]] != folds[0][pair[:, 1]]).sum())
        if across:
            found.append(Alarm(name, None, float(across), limit))
    return tuple(found)


def _same_rows(sample: Sample) -> IntArray:
    """Return pairs of deposits with one row of evidence that is not ordinary, shape (n, 2)."""
    rows = np.vstack([sample.positive, sample.background])
    _, key = np.unique(rows, axis=0, return_inverse=True)
    key = key.reshape(-1)
    n = len(sample.positive)
    ordinary = np.bincount(key[n:], minlength=key.max() + 1) > ORDINARY_SHARE * len(rows[n:])
    first, second = np.triu_indices(n, 1)
    same = (key[first] == key[second]) & ~ordinary[key[first]]
    return np.column_stack([first[same], second[same]]).astype(np.intp)
