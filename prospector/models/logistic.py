"""Logistic regression on linear and squared terms: the simple classifier."""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.linear_model import LogisticRegression
from sklearn.utils import Tags
from sklearn.utils.multiclass import check_classification_targets, type_of_target
from sklearn.utils.validation import check_is_fitted, validate_data

from prospector.grid import FloatArray


class SquaredLogistic(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression (L2) on standardised evidence, linear and squared, no interactions.

    Parameters
    ----------
    C
        Inverse strength of the L2 penalty.

    Attributes
    ----------
    mean_, spread_ : ndarray of shape (n_evidence,)
        Weighted mean and standard deviation of the training evidence.
    coef_ : ndarray of shape (2, n_evidence)
        Coefficients of the linear and of the squared terms.
    intercept_ : float
        Constant of the log-odds.
    """

    def __init__(self, C: float = 1.0) -> None:
        self.C = C

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to evidence of shape (n, n_evidence) and labels of 0 and 1, weighted if asked."""
        evidence, labels = validate_data(self, X, y, dtype=float)
        kind = type_of_target(labels, input_name="y", raise_unknown=True)
        if kind == "multiclass":
            raise ValueError(
                "Only binary classification is supported. The type of the target is multiclass."
            )
        check_classification_targets(labels)
        self.classes_ = np.unique(labels)
        if len(self.classes_) != 2:
            raise ValueError(
                f"SquaredLogistic needs 2 classes; the data has {len(self.classes_)} class."
            )
        weight = np.ones(len(labels)) if sample_weight is None else np.asarray(sample_weight, float)
        if weight.sum() <= 0:
            raise ValueError("sample_weight sums to zero: give some row a weight")
        self.mean_ = np.average(evidence, axis=0, weights=weight)
        variance = np.average((evidence - self.mean_) ** 2, axis=0, weights=weight)
        self.spread_ = np.where(variance > 0, np.sqrt(variance), 1.0)
        logistic = LogisticRegression(C=self.C, max_iter=1000, tol=1e-5, solver="newton-cholesky")
        logistic.fit(self._terms(evidence), labels, sample_weight=weight)
        self.coef_ = logistic.coef_.reshape(2, -1)
        self.intercept_ = float(logistic.intercept_[0])
        return self

    def __sklearn_tags__(self) -> Tags:
        """Say that the classifier knows two classes only."""
        tags: Tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags

    def _standardised(self, evidence: FloatArray) -> FloatArray:
        return np.asarray((evidence - self.mean_) / self.spread_, dtype=float)

    def _terms(self, evidence: FloatArray) -> FloatArray:
        standardised = self._standardised(evidence)
        return np.hstack([standardised, standardised**2])

    def contributions(self, X: ArrayLike) -> FloatArray:
        """Return each evidence's part of the log-odds, shape (n, n_evidence)."""
        check_is_fitted(self)
        standardised = self._standardised(np.asarray(X, dtype=float))
        return np.asarray(standardised * self.coef_[0] + standardised**2 * self.coef_[1])

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """Return the log-odds, shape (n,)."""
        check_is_fitted(self)
        evidence = validate_data(self, X, dtype=float, reset=False)
        return np.asarray(self.contributions(evidence).sum(axis=1) + self.intercept_)

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """Return the share of each class, shape (n, 2)."""
        positive = 1.0 / (1.0 + np.exp(-self.decision_function(X)))
        return np.column_stack([1.0 - positive, positive])

    def predict(self, X: ArrayLike) -> NDArray[np.object_]:
        """Return the likelier class of each row."""
        check_is_fitted(self)
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(int)])
