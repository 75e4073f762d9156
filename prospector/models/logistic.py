"""Logistic regression on linear and squared terms: the simple classifier."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from prospector.grid import FloatArray
from prospector.models.choice import Trial, deal, fewest
from prospector.models.penalised import fit_penalised
from prospector.models.rows import check_rows

Expected = Literal["increasing", "decreasing", "any"]
"""How a deposit model expects favourability to follow an evidence."""

SIGNS: dict[Expected, float] = {"increasing": 1.0, "decreasing": -1.0, "any": 0.0}
"""The sign that binds the linear term of an evidence, 0 where none does."""


class SquaredLogistic(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Logistic regression (L2) on standardised evidence, linear and squared, no interactions.

    Parameters
    ----------
    C
        Inverse strength of the L2 penalty: the squared coefficients over ``2 C`` stand against the
        weighted likelihood, so with weights that sum to the deposits `C` follows their number.
    signs
        ``"bound"``: an evidence that is expected to increase or decrease has a linear term alone,
        whose sign is bound, so that it follows the expectation or has no weight. ``"free"``: linear
        and squared terms of all evidence.
    choose
        ``"all"`` evidences, or the ``"fewest"`` that do as well as any in folds inside the training
        rows (`fewest`); the others have no weight.
    expected
        What is expected of each evidence, where signs are bound; None binds none.

    Attributes
    ----------
    mean_, spread_ : ndarray of shape (n_evidence,)
        Weighted mean and standard deviation of the training evidence.
    coef_ : ndarray of shape (2, n_evidence)
        Coefficients of the linear and of the squared terms.
    intercept_ : float
        Constant of the log-odds.
    """

    def __init__(
        self,
        C: float = 1.0,
        *,
        signs: Literal["free", "bound"] = "free",
        choose: Literal["all", "fewest"] = "all",
        expected: Sequence[Expected] | None = None,
    ) -> None:
        self.C = C
        self.signs = signs
        self.choose = choose
        self.expected = expected

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        groups: ArrayLike | None = None,
    ) -> Self:
        """Fit to evidence of shape (n, n_evidence) and labels of 0 and 1, weighted if asked.

        Parameters
        ----------
        X
            Evidence, shape (n, n_evidence).
        y
            Labels of two classes, shape (n,); the second is the deposits.
        sample_weight
            Weight of each row, shape (n,); 1 by default.
        groups
            Group of each row as a number, shape (n,), held out whole where evidences are chosen: a
            deposit's district, and for ground that of the nearest deposit. None: rows are dealt in turn.
        """
        rows, self.classes_ = check_rows(self, X, y, sample_weight)
        self.mean_ = np.average(rows.evidence, axis=0, weights=rows.weight)
        variance = np.average((rows.evidence - self.mean_) ** 2, axis=0, weights=rows.weight)
        self.spread_ = np.where(variance > 0, np.sqrt(variance), 1.0)
        terms, sign = self._terms(rows.evidence), self._sign()
        if self.choose == "fewest":
            fold, group = deal(rows.positive, None if groups is None else np.asarray(groups))
            trial = Trial(terms, rows.positive, rows.weight, fold, sign, self.C)
            chosen = np.isin(np.arange(len(sign)), fewest(trial.thinned(), group))
        else:
            chosen = np.ones(len(sign), dtype=bool)
        used = np.append(chosen, chosen & (sign == 0))
        coefficients = np.zeros(len(used))
        coefficients[used], self.intercept_ = fit_penalised(
            terms[:, used],
            rows.positive,
            rows.weight,
            C=self.C,
            sign=np.append(sign, np.zeros(len(sign)))[used],
        )
        self.coef_ = coefficients.reshape(2, -1)
        return self

    def _sign(self) -> FloatArray:
        """Return the sign that binds each evidence, 0 where none does."""
        if self.signs == "free" or self.expected is None:
            return np.zeros(self.n_features_in_)
        if len(self.expected) != self.n_features_in_:
            raise ValueError(
                f"expected names {len(self.expected)} evidence layers; the data has "
                f"{self.n_features_in_}"
            )
        return np.array([SIGNS[expected] for expected in self.expected])

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
        standardised = self._standardised(evidence)
        linear, squared = self.coef_
        return np.asarray(standardised @ linear + standardised**2 @ squared + self.intercept_)

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """Return the share of each class, shape (n, 2)."""
        positive = 1.0 / (1.0 + np.exp(-self.decision_function(X)))
        return np.column_stack([1.0 - positive, positive])

    def predict(self, X: ArrayLike) -> NDArray[np.object_]:
        """Return the likelier class of each row, shape (n,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(int)])
