"""Skill beside its nulls, with and without the schematic evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator

from prospector.validation.folds import choose_block_size, random_folds, spatial_folds
from prospector.validation.nulls import Progress, null_aucs, p_value
from prospector.validation.sample import FloatArray, Sample
from prospector.validation.scoring import blocked_auc, district_interval, out_of_fold


def measure_skill(
    estimator: BaseEstimator,
    sample: Sample,
    *,
    without_schematic: Sequence[int],
    n_null: int = 99,
    repeats: int = 5,
    random_state: int = 0,
    progress: Progress | None = None,
) -> tuple[dict[str, Any], FloatArray]:
    """Return the skill with its nulls, and each deposit's out-of-fold share in the region.

    Parameters
    ----------
    without_schematic
        Columns of evidence that are not schematic: the same is measured on them alone.
    n_null
        Replicates of each of the two nulls, on one split.
    repeats
        Repeats of the spatial folds for the real figure.

    Returns
    -------
    dict
        JSON-ready; ``demonstrated`` only if the figure beats both nulls with and without the
        schematic evidence.
    ndarray of shape (n positive,)
        Mean share of the region's background that scores below each deposit, out of fold.

    Notes
    -----
    Over smooth noise the p of each null is uniform for one repeat. The larger one is reported, and
    several repeats steady the real figure but not its null: of 400 regions of noise, with 99 nulls,
    3.3 % were called demonstrated with one repeat and 1.5 % with five. Power is not lost: planted
    truth with an AUC of 0.66 was demonstrated in 40 % and 43 % of 150 regions (39 nulls).
    """
    columns = list(range(sample.positive.shape[1]))
    whole, share = _measure(
        estimator, sample, n_null, repeats, random_state, "validation", progress
    )
    plain_columns = list(without_schematic)
    plain: dict[str, Any] | None = dict(whole)
    if plain_columns != columns:
        plain = None
        if plain_columns:
            reduced = sample.with_evidence(
                sample.positive[:, plain_columns], sample.background[:, plain_columns]
            )
            plain, _ = _measure(
                estimator, reduced, n_null, repeats, random_state,
                "validation without schematic evidence", progress,
            )  # fmt: skip
    demonstrated = whole["demonstrated"] and plain is not None and plain["demonstrated"]
    return {**whole, "demonstrated": demonstrated, "without_schematic": plain}, share


def _measure(
    estimator: BaseEstimator,
    sample: Sample,
    n_null: int,
    repeats: int,
    random_state: int,
    what: str,
    progress: Progress | None,
) -> tuple[dict[str, Any], FloatArray]:
    random = np.random.default_rng(random_state)
    size_m, wasserstein_m = choose_block_size(sample, random=random)
    splits = [spatial_folds(sample, block_size_m=size_m, random=random) for _ in range(repeats)]
    runs = [out_of_fold(estimator, sample, one) for one in splits]
    inside = np.nanmean([one for one, _ in runs], axis=0)
    everywhere = np.nanmean([one for _, one in runs], axis=0)
    auc = float(np.nanmean(inside))
    chance = [
        blocked_auc(estimator, sample, random_folds(sample, random=random)) for _ in range(repeats)
    ]
    nulls = null_aucs(estimator, sample, size_m, splits[0], n_null, random_state, what, progress)
    p = {kind: p_value(auc, values) for kind, values in nulls.items()}
    deciding = max(p, key=lambda kind: (p[kind], float(np.quantile(nulls[kind], 0.95))))
    p95 = max(float(np.quantile(values, 0.95)) for values in nulls.values())
    captured = np.mean([one >= 0.95 for _, one in runs], axis=0)
    figures = {
        "auc_blocked": round(auc, 4),
        "auc_blocked_interval": district_interval(inside, sample.district, random=random),
        "auc_random": round(float(np.mean(chance)), 4),
        "auc_null_p95": round(p95, 4),
        "auc_null_mean": {k: round(float(np.mean(v)), 4) for k, v in nulls.items()},
        "p_value": round(p[deciding], 4),
        "p_values": {kind: round(value, 4) for kind, value in p.items()},
        "n_null": n_null,
        "null_kind": deciding,
        "capture_at_5_percent": round(float(np.mean(captured)), 4),
        "capture_at_5_percent_interval": district_interval(
            captured, sample.district, random=random
        ),
        "demonstrated": bool(auc > p95 and p[deciding] <= 0.05),
        "n_deposits": len(sample.positive),
        "n_districts": len(np.unique(sample.district)),
        "block_size_m": size_m,
        "wasserstein_m": round(wasserstein_m, 1),
        "reason": None,
    }
    return figures, everywhere


def not_learned(reason: str, n_deposits: int, n_districts: int) -> dict[str, Any]:
    """Return the skill keys of a model that learned nothing: null, with the reason."""
    keys = (
        "auc_blocked", "auc_blocked_interval", "auc_random", "auc_null_p95", "p_value", "n_null",
        "null_kind", "capture_at_5_percent", "demonstrated", "without_schematic",
    )  # fmt: skip
    return {
        **dict.fromkeys(keys),
        "n_deposits": n_deposits,
        "n_districts": n_districts,
        "reason": reason,
    }
