"""Weights of evidence: Bayes' rule with each evidence in few classes, and its tests."""

from __future__ import annotations

from typing import Any, Literal, Self

import numpy as np
import pandas as pd
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils import Tags
from sklearn.utils.validation import check_is_fitted, validate_data

from prospector.grid import FloatArray, IntArray
from prospector.models.generalised import Generalised, generalise
from prospector.models.independence import Independence, check_independence
from prospector.models.rows import check_rows
from prospector.models.unit_cells import count_unit_cells


class WeightsOfEvidence(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Weights of evidence (Bonham-Carter, Agterberg and Wright 1989; Bonham-Carter 1994).

    Continuous evidence is cut into classes of equal ground; of all cumulative patterns that they
    make, from below and from above, the one of largest studentised contrast becomes the evidence.
    Missing evidence (NaN) weighs 0 and widens the variance of the posterior.

    What rows and weights mean: a deposit's row is one count, a background row is a sample of the
    ground. Weights matter within a class only: they say what share of the deposits, or of the
    ground, a row stands for; they never change the number of deposits. Without a stated area they
    also set the prior: deposits and background of equal weight give prior 0.5, a favourability.

    The variance of a weight is the asymptotic one by counts of unit cells, 1 / with a deposit + 1 /
    without one (Bonham-Carter 1994, chapter 9, after Bishop et al. 1975).

    Parameters
    ----------
    unit_area_km2
        Area of a unit cell, small enough to hold one deposit. Only with an area stated.
    ground_km2
        Ground that the background is a sample of, the unit cells of the deposits among it: they are
        left out of it class by class. None: the rows' areas, if `fit` is given them,
        otherwise no area is known.
    categorical
        Columns that are categories: each category is a class, whatever its number.
    n_classes
        Classes of equal ground that continuous evidence is first cut into.
    generalise
        ``"binary"``: in the best pattern or out of it. ``"classes"``: each class whose contrast
        with the others is large enough stands alone, the rest together. Categories always do so.
    least_studentised
        Studentised contrast below which an evidence, or a class, has no weight of its own. The
        best of nine patterns reaches 1.96 in one evidence of pure noise in five, 2.5 in one of
        fifteen (1000 draws, 44 deposits): what a reader is shown should reach it. A ranking is
        better from 1 on (`make_estimator`), and noise still ranks no better than chance.

    Attributes
    ----------
    tables_ : tuple of DataFrame
        For each evidence every pattern's contrast, W+, W- and variances.
    generalised_ : tuple of Generalised
        For each evidence its classes and their weights.
    prior_ : float
        Prior probability of a deposit in a unit cell, or the deposits' share of the weight.
    unit_cells_ : UnitCells
        What the rows stand for: numbers of deposits, background, unit cells.
    independence_ : Independence
        Omnibus ratio, and the test of Agterberg and Cheng (2002).
    posterior_is_probability_ : bool
        Whether the posterior may be shown as a probability: an area is known and both tests of
        conditional independence hold. Otherwise it only ranks.
    """

    def __init__(
        self,
        *,
        unit_area_km2: float = 1.0,
        ground_km2: float | None = None,
        categorical: tuple[int, ...] = (),
        n_classes: int = 10,
        generalise: Literal["binary", "classes"] = "binary",
        least_studentised: float = 2.5,
    ) -> None:
        self.unit_area_km2 = unit_area_km2
        self.ground_km2 = ground_km2
        self.categorical = categorical
        self.n_classes = n_classes
        self.generalise = generalise
        self.least_studentised = least_studentised

    def fit(
        self,
        X: ArrayLike,
        y: ArrayLike,
        sample_weight: ArrayLike | None = None,
        *,
        area_km2: ArrayLike | None = None,
        unit_cell: ArrayLike | None = None,
    ) -> Self:
        """Weigh evidence of shape (n, n_evidence), NaN where missing, by labels of two classes.

        Parameters
        ----------
        X
            Evidence, shape (n, n_evidence).
        y
            Labels of two classes, shape (n,); the second is the deposits.
        sample_weight
            Weight of each row, shape (n,); 1 by default.
        area_km2
            Area of each row, shape (n,): for a table of all cells, those with deposits included.
        unit_cell
            Number of the unit cell that each row lies in, shape (n,): deposits of one unit cell
            count once. None: equal rows do, where some evidence is continuous.

        Raises
        ------
        ValueError
            There are not two classes, a parameter does not fit, or the unit cell is too large.
        """
        if self.generalise not in ("binary", "classes"):
            raise ValueError(f"generalise is '{self.generalise}'; use 'binary' or 'classes'")
        rows, self.classes_ = check_rows(self, X, y, sample_weight, missing=True)
        self._check_categorical()
        self.unit_cells_ = count_unit_cells(
            rows,
            weighted=sample_weight is not None,
            area_km2=area_km2,
            unit_cell=unit_cell,
            unit_area_km2=self.unit_area_km2,
            ground_km2=self.ground_km2,
        )
        self.prior_ = self.unit_cells_.prior
        contrasted = [
            self._generalise(column, which) for which, column in enumerate(rows.evidence.T)
        ]
        self.tables_ = tuple(table for table, _ in contrasted)
        self.generalised_ = tuple(classes for _, classes in contrasted)
        self.independence_ = self._check_independence(rows.evidence)
        self.posterior_is_probability_ = self.unit_cells_.area_known and self.independence_.holds
        return self

    def _check_categorical(self) -> None:
        wrong = [column for column in self.categorical if not 0 <= column < self.n_features_in_]
        if wrong:
            raise ValueError(
                f"categorical names column {wrong[0]}; the evidence has columns 0 to "
                f"{self.n_features_in_ - 1}"
            )

    def _generalise(self, column: FloatArray, which: int) -> tuple[pd.DataFrame, Generalised]:
        return generalise(
            column,
            self.unit_cells_.deposits_in,
            self.unit_cells_.background_in,
            categorical=which in self.categorical,
            binary=self.generalise == "binary",
            n_classes=self.n_classes,
            least=self.least_studentised,
            holds_deposits=self.unit_cells_.holds_deposits,
        )

    def _check_independence(self, evidence: FloatArray) -> Independence:
        conditions, index = np.unique(self._classes(evidence), axis=0, return_inverse=True)
        area = np.bincount(index.reshape(-1), weights=self.unit_cells_.unit_cells_in)
        posterior, variance = self._posterior(conditions)
        return check_independence(
            area.astype(float), posterior, variance, deposits=self.unit_cells_.deposits
        )

    def _classes(self, evidence: FloatArray) -> IntArray:
        """Return the generalised class of every evidence, -1 where missing, shape as given."""
        columns = [
            generalised.classes_of(evidence[:, i])
            for i, generalised in enumerate(self.generalised_)
        ]
        return np.column_stack(columns)

    def _posterior(self, classes: IntArray) -> tuple[FloatArray, FloatArray]:
        """Return the posterior of rows of classes, and its variance."""
        weights = _look_up(classes, [classes_of.weight for classes_of in self.generalised_])
        log_odds = logit(self.prior_) + weights.sum(axis=1)
        posterior = expit(log_odds)
        of_weights = _look_up(
            classes, [classes_of.variance for classes_of in self.generalised_]
        ).sum(axis=1)
        variance = (self.unit_cells_.prior_variance + of_weights) * (
            posterior * (1 - posterior)
        ) ** 2
        for column, generalised in zip(classes.T, self.generalised_, strict=True):
            could_be = expit(log_odds[:, None] + generalised.weight)
            spread = (could_be - posterior[:, None]) ** 2 @ generalised.share(self.prior_)
            variance = variance + np.where(column < 0, spread, 0.0)
        return posterior, variance

    def _checked(self, X: ArrayLike) -> FloatArray:
        check_is_fitted(self)
        return np.asarray(
            validate_data(self, X, dtype=float, reset=False, ensure_all_finite="allow-nan")
        )

    def contributions(self, X: ArrayLike) -> FloatArray:
        """Return each evidence's weight, 0 where missing, shape (n, n_evidence)."""
        classes = self._classes(self._checked(X))
        return _look_up(classes, [classes_of.weight for classes_of in self.generalised_])

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """Return the posterior log-odds, shape (n,)."""
        weights = self.contributions(X)
        return np.asarray(logit(self.prior_) + weights.sum(axis=1))

    def posterior_variance(self, X: ArrayLike) -> FloatArray:
        """Return the variance of the posterior, from weights, prior and missing evidence; (n,).

        (s2(prior log-odds) + sum of s2(W)) * (P (1 - P))^2, and for each missing evidence the
        spread of what the posterior would be in its classes (Bonham-Carter et al. 1989).
        """
        return self._posterior(self._classes(self._checked(X)))[1]

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """Return the posterior of each class, shape (n, 2); see `posterior_is_probability_`."""
        positive = expit(self.decision_function(X))
        return np.column_stack([1.0 - positive, positive])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier class of each row, shape (n,)."""
        score = self.decision_function(X)
        return np.asarray(self.classes_[(score > 0).astype(int)])

    def __sklearn_tags__(self) -> Tags:
        """Say that there are two classes only, and that evidence may be missing."""
        tags: Tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        tags.input_tags.allow_nan = True
        return tags


def _look_up(classes: IntArray, figures: list[FloatArray]) -> FloatArray:
    """Return the figure of each class, column by column, 0 where the class is -1."""
    columns = [
        np.where(classes[:, i] < 0, 0.0, figure[classes[:, i]]) for i, figure in enumerate(figures)
    ]
    return np.column_stack(columns)
