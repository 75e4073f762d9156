"""Leakage alarms: signs that a skill comes from the labels and not from the ground."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

import numpy as np
from scipy.spatial import cKDTree
from sklearn.base import BaseEstimator

from prospector.errors import Notice
from prospector.grid import FloatArray, IntArray
from prospector.validation.halos import HALO, halo_share
from prospector.validation.nearness import (
    explained_by_deposits,
    has_no_neighbours,
    lie_along_lines,
    local_shares,
    near_deposits,
)
from prospector.validation.record import Alarm
from prospector.validation.sample import Folds, Sample
from prospector.validation.scoring import (
    blocked_auc,
    learn_balanced,
    one_blas_thread,
    share_below,
)
from prospector.validation.sizes import ground_width_m

ALONE_AUC = 0.95
COORDINATE_R2 = 0.98
LOWEST_DEPOSITS = 0.05
BESIDE_M, BESIDE_SHARE = 5000.0, 0.95
"""Evidence tells deposits alone where this share of the ground that scores as high lies so near."""
FEWEST_PLACES = 10
CLASSES = 10
"""Evidence of so few values is of classes: an honest one may change from place to place."""
EXPLAINED = 0.99
EXACT_WHOLE, EXACT_LOCAL = 0.99, 0.999
AROUND_M = (2000.0, 5000.0, 10_000.0)
LOCAL_AUC = 0.8
FEWEST_DISTRICTS, ERRORS = 5, 3.0
SAME_PLACE_M = 2000.0
ORDINARY_SHARE = 0.01
"""A row that this share of the background has too is ordinary, and no sign of a duplicate."""

REGIONAL_M = 100_000.0
"""The distances here are those of ground at least so wide: narrower ground is measured by its width."""

EXACT_AUC = 0.999
BANDS = 2
"""Bounds on the values of evidence that the deposits were picked by: a least and a most one."""

ALARM_CODES = {
    "the label": "evidence-is-the-label",
    "alone": "evidence-alone-tells-deposits",
    "coordinate": "evidence-is-a-plane",
    "built from deposits": "evidence-built-from-deposits",
    "around deposits": "evidence-is-halo-of-deposits",
    "explained by deposits": "evidence-may-be-built-from-deposits",
    "near deposits": "evidence-is-local",
    "same place": "deposits-at-same-place",
    "same row": "deposits-with-same-evidence",
}
"""Code of the notice of each alarm."""

FOLLOWING = ("the label", "alone", "built from deposits", "around deposits")
"""Alarms of evidence that follows the deposits: with one of them a skill is not judged."""

CAUTIONS = ("explained by deposits", "near deposits")
"""Alarms that honest geology raises too: cautions beside a verdict."""

ANSWERABLE = (*FOLLOWING, *CAUTIONS)
"""Alarms that a source answers by saying that it was not made from deposits."""

BEYOND_ANSWER = 0.999
"""Evidence "alone" or "built from deposits" above this is made of them, whatever its source says."""


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
    if alarm.refused:
        return Notice("alarm-answer-not-taken", "problem", {**about, "alarm": alarm.name})
    if alarm.name in CAUTIONS:
        return Notice(ALARM_CODES[alarm.name], "caution", about)
    return Notice(ALARM_CODES[alarm.name], "problem", about)


def leakage_alarms(
    estimator: BaseEstimator, sample: Sample, folds: Folds, answered: Collection[int] = ()
) -> tuple[Alarm, ...]:
    """Return every alarm at its default threshold; empty is well.

    Parameters
    ----------
    estimator
        A scikit-learn classifier; clones of it are fitted.
    sample
        Deposits and background: places in metres, evidence of shape (n, n evidence).
    folds
        The folds that the skill is measured in.
    answered
        Columns of evidence whose source says that they were not made from deposits. That clears no
        exact function of the places of the deposits.
    """
    wide, scale = at_regional_scale(sample)
    follow = (*alone_alarms(estimator, wide, folds), *deposit_distance_alarms(wide))
    columns = {alarm.column for alarm in follow}
    labels = [alarm for alarm in label_alarms(sample) if alarm.column not in columns]
    columns |= {alarm.column for alarm in labels}
    local = [alarm for alarm in local_alarms(estimator, wide) if alarm.column not in columns]
    pairs = duplicate_alarms(sample, folds, within_m=SAME_PLACE_M / scale)
    alarms = (*labels, *follow, *local, *coordinate_alarms(sample), *pairs)
    return tuple(
        replace(
            _with_answer(alarm, answered),
            auc_without=_auc_without(estimator, sample, folds, alarm),
        )
        for alarm in alarms
    )


def at_regional_scale(sample: Sample) -> tuple[Sample, float]:
    """Return the sample with its places drawn apart to ground 100 km wide, and by how much.

    A survey of 4 km has deposits, halos and blocks in proportion. Wider ground stays as it is.

    Examples
    --------
    >>> at = np.array([[0.0, 0.0], [4000.0, 1000.0]])
    >>> survey = Sample(np.zeros((2, 1)), at, np.arange(2), np.zeros((2, 1)), at)
    >>> wide, scale = at_regional_scale(survey)
    >>> scale, float(wide.positive_at.max())
    (25.0, 100000.0)
    """
    scale = max(1.0, REGIONAL_M / ground_width_m(sample))
    places = (sample.positive_at * scale, sample.background_at * scale)
    return replace(sample, positive_at=places[0], background_at=places[1]), scale


def label_alarms(sample: Sample, *, threshold: float = EXACT_AUC) -> tuple[Alarm, ...]:
    """Return an alarm for each evidence that a bound or two turn into the label, at any scale.

    The deposits have all the values above one bound, below it, or between two, and no other ground
    has any; or the AUC of the values, rising or falling, is above the threshold.
    """
    alarms = []
    for column in range(sample.positive.shape[1]):
        known, ground = sample.positive[:, column], sample.background[:, column]
        above = float(share_below(known, ground).mean())
        figure = 1.0 if _bounded(known, ground) else max(above, 1 - above)
        if figure > threshold:
            alarms.append(Alarm("the label", column, round(figure, 4), threshold))
    return tuple(alarms)


def _bounded(known: FloatArray, ground: FloatArray) -> bool:
    """Return whether the values of one side are a band of their own among those of the other."""
    if not len(known) or not len(ground) or len(np.intersect1d(known, ground)):
        return False
    is_known = np.repeat([True, False], [len(known), len(ground)])
    ordered = is_known[np.argsort(np.concatenate([known, ground]), kind="stable")]
    return int((ordered[1:] != ordered[:-1]).sum()) <= BANDS


def _with_answer(alarm: Alarm, answered: Collection[int]) -> Alarm:
    """Return an alarm with what its source says, taken or refused."""
    if alarm.name not in ANSWERABLE or alarm.column not in answered:
        return alarm
    exact = alarm.name in ("alone", "built from deposits") and alarm.figure > BEYOND_ANSWER
    return replace(alarm, answered=not exact, refused=exact)


def _auc_without(
    estimator: BaseEstimator, sample: Sample, folds: Folds, alarm: Alarm
) -> float | None:
    """Return the AUC in the folds without the evidence of an alarm; None where nothing is left."""
    others = [column for column in range(sample.positive.shape[1]) if column != alarm.column]
    if alarm.name not in ANSWERABLE or not others:
        return None
    with one_blas_thread():
        return round(blocked_auc(estimator, sample.with_columns(others), folds), 4)


def columns_that_follow(
    alarms: Sequence[Alarm], from_deposits: Sequence[bool | None]
) -> tuple[int, ...]:
    """Return the columns of evidence that follow the deposits, by their source or by an alarm.

    Parameters
    ----------
    alarms
        What `leakage_alarms` returned.
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
    """Return an alarm for each evidence that tells the deposits alone, and nothing beside them.

    Its blocked AUC alone is above the threshold, and the ground that scores as high as the deposits
    lies within 5 km of them; or neighbouring places share nothing of it. Evidence that marks other
    ground as well, e.g. a fault along its whole course, is silent.
    """
    alarms, lines = [], lie_along_lines(sample.positive_at)
    for column in range(sample.positive.shape[1]):
        single = sample.with_columns([column])
        with one_blas_thread():
            figure = blocked_auc(estimator, single, folds)
        if figure <= threshold:
            continue
        few = lines and not _has_one_value(single)
        if (not few and _marks_deposits(estimator, single)) or _is_a_label(single):
            alarms.append(Alarm("alone", column, round(figure, 4), threshold))
    return tuple(alarms)


def _marks_deposits(estimator: BaseEstimator, single: Sample) -> bool:
    """Return whether the ground that scores as high as the deposits lies beside them."""
    score = learn_balanced(estimator)(single)
    known = score(single.positive, single.positive_at)
    ground = score(single.background, single.background_at)
    as_high = ground >= np.quantile(known, LOWEST_DEPOSITS)
    if as_high.sum() < FEWEST_PLACES and not _has_one_value(single):
        return False
    return near_deposits(single, as_high, BESIDE_M) >= BESIDE_SHARE


def _has_one_value(single: Sample) -> bool:
    """Return whether nearly all deposits have the same value, as a halo drawn around them has."""
    _, counts = np.unique(single.positive, return_counts=True)
    return bool(counts.max() >= BESIDE_SHARE * len(single.positive))


def _is_a_label(single: Sample) -> bool:
    """Return whether the values have no neighbours, and are no classes."""
    many = len(np.unique(single.background)) > CLASSES
    return many and has_no_neighbours(single, 0)


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


def deposit_distance_alarms(sample: Sample, *, threshold: float = EXPLAINED) -> tuple[Alarm, ...]:
    """Return an alarm for each evidence that is a function of the places of the deposits.

    The figure is the share of its variance over the ground that distance to the deposits, or to
    some of them, or their density explains: of all of it, or of what neighbouring places share. A
    halo around deposits, or around places a few kilometres off them, rings as "around deposits", with
    the share of its ground that it fits.
    Where deposits lie along lines or in few camps, only a function that is exact but for noise rings
    so: a fault that they lie along is explained nearly as well. Any other is a caution, "explained by
    deposits".
    """
    alarms, lines = [], lie_along_lines(sample.positive_at)
    for column in range(sample.positive.shape[1]):
        explained = explained_by_deposits(sample, column)
        exact = explained.whole > EXACT_WHOLE and explained.local > EXACT_LOCAL
        but_noise = explained.noise and explained.structured > EXACT_WHOLE
        if exact or but_noise or explained.most > threshold:
            in_doubt = lines and not (exact or but_noise)
            name = "explained by deposits" if in_doubt else "built from deposits"
            alarms.append(Alarm(name, column, round(explained.most, 4), threshold))
        elif (share := halo_share(sample, column)) > HALO:
            name = "explained by deposits" if lines else "around deposits"
            alarms.append(Alarm(name, column, round(share, 4), HALO))
    return tuple(alarms)


def local_alarms(
    estimator: BaseEstimator, sample: Sample, *, threshold: float = LOCAL_AUC
) -> tuple[Alarm, ...]:
    """Return an alarm for each evidence that sets the deposits apart from the ground beside them.

    The figure is the largest AUC of the deposits against the ground within 2, 5 and 10 km of each,
    that lies above one half by three standard errors, districts weighed alike. Geology that hosts
    ore is local as well: a caution, not a reason to withhold a verdict.
    """
    alarms = []
    for column in range(sample.positive.shape[1]):
        single = sample.with_columns([column])
        score = learn_balanced(estimator)(single)
        known = score(single.positive, single.positive_at)
        ground = score(single.background, single.background_at)
        figure = max(_local_auc(single, known, ground, within_m) for within_m in AROUND_M)
        if figure > threshold:
            alarms.append(Alarm("near deposits", column, round(figure, 4), threshold))
    return tuple(alarms)


def _local_auc(single: Sample, known: FloatArray, ground: FloatArray, within_m: float) -> float:
    """Return the mean over districts of the local AUC; 0 where it may be one half."""
    share = local_shares(single, known, ground, within_m)
    measured = np.isfinite(share)
    _, district = np.unique(single.district[measured], return_inverse=True)
    if not measured.any() or district.max() + 1 < FEWEST_DISTRICTS:
        return 0.0
    each = np.bincount(district, weights=share[measured]) / np.bincount(district)
    error = each.std(ddof=1) / np.sqrt(len(each))
    return float(each.mean()) if each.mean() - ERRORS * error > 0.5 else 0.0


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
