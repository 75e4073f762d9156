"""Labelled rows as every classifier here takes them: checked, in one order, each place once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import _check_sample_weight, validate_data

from prospector.grid import BoolArray, FloatArray, IntArray

MOST_CLASSES = 20
"""A column with more distinct values than this tells places apart."""


@dataclass(frozen=True, eq=False)
class Rows:
    """Evidence of shape (n, n_evidence), which rows are deposits, and their weights, both (n,)."""

    evidence: FloatArray
    positive: BoolArray
    weight: FloatArray


def check_rows(
    estimator: BaseEstimator,
    X: ArrayLike,
    y: ArrayLike,
    sample_weight: ArrayLike | None,
    *,
    missing: bool = False,
) -> tuple[Rows, NDArray[Any]]:
    """Return the rows of positive weight, and the two classes; the second class is the deposits.

    Parameters
    ----------
    estimator
        Whose name an error gives, and which learns what it was fitted to.
    X
        Evidence, shape (n, n_evidence).
    y
        Labels of two classes, shape (n,); the second is the deposits.
    sample_weight
        Weight of each row, shape (n,); 1 by default.
    missing
        Whether NaN may stand in the evidence.

    Raises
    ------
    ValueError
        There are not two classes, or one of them has no weight.
    """
    allowed = "allow-nan" if missing else True
    evidence, labels = validate_data(estimator, X, y, dtype=float, ensure_all_finite=allowed)
    classes = np.unique(labels)
    if labels.dtype.kind not in "biu" or len(classes) > 2:
        _check_two_classes(labels)
    name = type(estimator).__name__
    if len(classes) != 2:
        raise ValueError(f"{name} needs 2 classes; the data has {len(classes)} class.")
    weight = _weights(sample_weight, evidence)
    positive = labels == classes[1]
    if not (weight[positive].any() and weight[~positive].any()):
        raise ValueError(f"{name}: sample_weight is zero throughout a class; weigh some row of it")
    return Rows(evidence, positive, weight), classes


def _check_two_classes(labels: NDArray[Any]) -> None:
    kind = type_of_target(labels, input_name="y", raise_unknown=True)
    if kind == "multiclass":
        raise ValueError(
            "Only binary classification is supported. The type of the target is multiclass."
        )
    check_classification_targets(labels)


def _weights(sample_weight: ArrayLike | None, evidence: FloatArray) -> FloatArray:
    """Return the weights as scikit-learn checks them; such as need no check are passed on."""
    if isinstance(sample_weight, np.ndarray) and sample_weight.dtype == float:
        fits = sample_weight.shape == evidence.shape[:1]
        if fits and np.isfinite(sample_weight).all() and (sample_weight >= 0).all():
            return sample_weight
    return np.asarray(
        _check_sample_weight(sample_weight, evidence, dtype=np.float64, ensure_non_negative=True)
    )


def tells_places_apart(evidence: FloatArray) -> bool:
    """Return whether some evidence is continuous: then equal rows are one place, not two.

    Examples
    --------
    >>> tells_places_apart(np.array([[0.0], [1.0], [1.0]]))
    False
    >>> tells_places_apart(np.linspace(0, 1, 50)[:, None])
    True
    """
    return any(len(np.unique(column[np.isfinite(column)])) > MOST_CLASSES for column in evidence.T)


def distinct(evidence: FloatArray) -> tuple[FloatArray, IntArray, IntArray]:
    """Return the distinct rows in ascending order, the number of each row's, shape (n,), and their counts."""
    known = np.where(np.isnan(evidence), np.inf, evidence)
    _, first, index, count = np.unique(
        known, axis=0, return_index=True, return_inverse=True, return_counts=True
    )
    return evidence[first], index.reshape(-1), count


def merge_rows(rows: Rows) -> Rows:
    """Return each deposit once, background in one order, and each class's share of the weight kept.

    Equal rows of background are ground that looks alike, and their weights add. Equal deposits
    are one deposit listed twice, at the larger weight. The deposits' mean weight becomes 1. Where
    no evidence is continuous nothing is merged, for then equal rows say nothing of the place.
    """
    if not tells_places_apart(rows.evidence):
        order = np.lexsort((rows.weight, *rows.evidence.T, rows.positive))
        return _scaled(Rows(rows.evidence[order], rows.positive[order], rows.weight[order]))
    deposits, index, _ = distinct(rows.evidence[rows.positive])
    given = rows.weight[rows.positive]
    largest = np.zeros(len(deposits))
    np.maximum.at(largest, index, given)
    largest *= given.sum() / largest.sum()
    background, index, _ = distinct(rows.evidence[~rows.positive])
    ground = np.bincount(index, weights=rows.weight[~rows.positive])
    return _scaled(
        Rows(
            np.vstack([background, deposits]),
            np.repeat([False, True], [len(background), len(deposits)]),
            np.concatenate([ground, largest]),
        )
    )


def _scaled(rows: Rows) -> Rows:
    kept = rows.weight > 0
    weight = rows.weight[kept] / rows.weight[kept & rows.positive].mean()
    # Rounding must not move a draw: the same rows given twice make the same model.
    return Rows(rows.evidence[kept], rows.positive[kept], weight.round(12))
