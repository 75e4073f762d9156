"""How far targets depend on sampling and schematic outlines, and where a model can be applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from prospector.compute.memo import recall
from prospector.compute.store import Store
from prospector.errors import Notice
from prospector.grid import FloatArray
from prospector.ground.application import Column
from prospector.ground.protocol import Ground, Outlined, Scale
from prospector.learning.estimation import Estimation
from prospector.learning.training import Training
from prospector.models import make_estimator
from prospector.models.known import estimator_code
from prospector.validation.applicability import Applicability, fit_applicability, unvarying
from prospector.validation.replicas import REPLICAS, RankSpread, draw_replica, rank_spread
from prospector.validation.sample import Sample
from prospector.validation.scoring import fit_sample, one_blas_thread, score_rows


def applicability_of(found: Estimation) -> Applicability | None:
    """Return where the evidence resembles what was trained on; None where nothing was learned.

    Evidence is weighted by its importance under blocked folds, and the threshold is taken across
    the same folds (Meyer and Pebesma 2021). Evidence of one value in training is left out; where no
    evidence varies, nothing can be unlike, and there is none.
    """
    if found.split is None:
        return None
    rows, importance = _training_rows(found), np.zeros(len(found.training.columns))
    flat = unvarying(rows)
    if flat.all():
        return None
    for group in found.skill.importance:
        importance[list(group.evidences)] = max(group.drop, 0.0)
    weight = importance if importance[~flat].any() else None
    return fit_applicability(rows, np.concatenate(found.split), importance=weight)


def of_applicability(found: Estimation) -> list[Notice]:
    """Return a notice for each evidence that the area of applicability leaves out."""
    if found.split is None:
        return []
    columns, flat = found.training.columns, unvarying(_training_rows(found))
    return [
        Notice(
            "applicability-without-evidence",
            "caution",
            {
                "model": found.training.model.name,
                "evidence": column.name,
                "label": column.entry.label,
            },
        )
        for column, one_value in zip(columns, flat, strict=True)
        if one_value
    ]


def _training_rows(found: Estimation) -> FloatArray:
    """Return the evidence that was trained on, deposits first, shape (n, n evidence)."""
    sample = found.training.sample()
    return np.vstack([sample.positive, sample.background])


def target_spread(
    found: Estimation, ground: Ground, outlined: Outlined, seed: int, store: Store
) -> RankSpread | None:
    """Return how the targets stand over 30 replicas; None where nothing was learned or found.

    In each replica districts are drawn whole with replacement, half of the background without, and
    every schematic layer is moved as a whole by a place drawn from the disc of its tolerance. What
    the store holds of the same estimator and targets is not computed again.
    """
    if found.share is None or not len(outlined.outlines):
        return None
    training, name = found.training, found.fitted.name
    how = Drawing(name, training.model.estimator.settings, estimator_code(name), seed)
    kept = recall(
        store, replicated, how, training.sample(), training.scale, _rows(training, outlined),
        _moved(training, ground, outlined, seed),
    )  # fmt: skip
    return RankSpread(*(np.array(values) for values in kept))


@dataclass(frozen=True)
class Drawing:
    """How replicas are fitted: the estimator with its settings and the hash of its code, and the seed."""

    estimator: str
    settings: dict[str, Any]
    code: str
    seed: int


def replicated(
    how: Drawing,
    sample: Sample,
    scale: Scale,
    raw: FloatArray,
    moved: tuple[tuple[int, FloatArray], ...],
) -> list[list[float]]:
    """Return the mean, spread and top of each target's standing over the replicas, JSON-ready.

    Parameters
    ----------
    how
        How replicas are fitted: estimator, settings and seed.
    sample
        Deposits and background.
    scale
        The scale that each evidence is learned on.
    raw
        Evidence of deposits, background and targets, one after another, in its own units.
    moved
        Columns of schematic evidence with their values at these rows in each replica.
    """
    n, n_background = len(sample.positive), len(sample.background)
    estimator = make_estimator(how.estimator, how.seed, how.settings)
    targets, among = [], []
    with one_blas_thread():
        for number, seeds in enumerate(np.random.SeedSequence(how.seed).spawn(REPLICAS)):
            rows = raw.copy()
            for column, values in moved:
                rows[:, column] = values[number]
            scaled = scale(rows)
            background = scaled[n : n + n_background]
            replica = sample.with_evidence(scaled[:n], background)
            drawn = draw_replica(replica, random=np.random.default_rng(seeds))
            fitted = fit_sample(estimator, drawn)
            targets.append(score_rows(fitted, scaled[n + n_background :]))
            among.append(score_rows(fitted, background))
    spread = rank_spread(np.column_stack(targets), np.column_stack(among))
    return [spread.mean.tolist(), spread.spread.tolist(), spread.top.tolist()]


def _rows(training: Training, outlined: Outlined) -> FloatArray:
    """Return the evidence of deposits, background and targets, in its own units."""
    usable = training.usable
    parts = training.evidence_at_deposits[usable], training.background_evidence, outlined.evidence
    return np.vstack(parts)


def _moved(
    training: Training, ground: Ground, outlined: Outlined, seed: int
) -> tuple[tuple[int, FloatArray], ...]:
    """Return, for each column that is schematic, its values at all rows in each replica.

    A layer moved by some metres gives a place the value that lies as far on the other side. A
    target's mean changes by as much as the value at a point inside it does.
    """
    raw, middle = _rows(training, outlined), outlined.outlines.representative_point()
    places = [
        training.deposits.at()[training.usable],
        training.background_at,
        np.column_stack([middle.x, middle.y]),
    ]
    at, random = np.vstack(places), np.random.default_rng([seed, 1])
    moved = []
    for column, tolerance_m in _schematic(training.columns):
        shifts = np.vstack([np.zeros((1, 2)), tolerance_m * _in_disc(REPLICAS, random)])
        here, *others = ground.around(at, shifts, column)
        low, high = raw[:, column].min(), raw[:, column].max()
        change = np.nan_to_num(np.array(others) - here)  # beyond the region's edge it stays
        moved.append((column, np.clip(raw[:, column] + change, low, high)))
    return tuple(moved)


def _schematic(columns: Sequence[Column]) -> list[tuple[int, float]]:
    return [(i, column.tolerance_m) for i, column in enumerate(columns) if column.tolerance_m > 0]


def _in_disc(n: int, random: np.random.Generator) -> FloatArray:
    """Return places spread evenly over the disc of radius 1, shape (n, 2)."""
    radius, angle = np.sqrt(random.uniform(size=n)), random.uniform(0, 2 * np.pi, n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])
