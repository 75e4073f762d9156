"""Histogram gradient boosting, held back for few deposits."""

from __future__ import annotations

from collections.abc import Sequence
from inspect import Parameter, Signature, signature
from typing import Any, Literal, Self

import numpy as np
from numpy.typing import ArrayLike
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.utils import Tags
from threadpoolctl import threadpool_limits

from prospector.models.logistic import SIGNS, Expected
from prospector.models.rows import check_rows, merge_rows


def _with_signs(parent: type) -> Signature:
    """Return the parameters of a class with `signs` and `expected` after them."""
    own = [
        Parameter("signs", Parameter.KEYWORD_ONLY, default="free"),
        Parameter("expected", Parameter.KEYWORD_ONLY, default=None),
    ]
    return Signature([*signature(parent).parameters.values(), *own])


class PresenceBoosting(HistGradientBoostingClassifier):  # type: ignore[misc]
    """scikit-learn's histogram gradient boosting on deposits and background, two classes.

    Two things differ from its parent. Equal deposits are one deposit and the order of rows means
    nothing (`merge_rows`). Weights are scaled so that a deposit weighs 1 on average, whatever the
    number of background rows: `l2_regularization` is then a number of deposits.

    Parameters
    ----------
    signs
        ``"bound"``: the score follows each evidence that is expected to increase or decrease; ``"free"``
        otherwise.
    expected
        What is expected of each evidence, where signs are bound; None binds none.
    parameters
        Those of the parent.
    """

    monotonic_cst: Any
    __signature__ = _with_signs(HistGradientBoostingClassifier)

    def __init__(
        self,
        *,
        signs: Literal["free", "bound"] = "free",
        expected: Sequence[Expected] | None = None,
        **parameters: Any,
    ) -> None:
        super().__init__(**parameters)
        self.signs = signs
        self.expected = expected

    @classmethod
    def _get_param_names(cls) -> list[str]:
        """Return the names of its parameters and of its parent's, as `get_params` asks for them."""
        return sorted(cls.__signature__.parameters)

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to evidence of shape (n, n_evidence), NaN where missing, and labels of two classes."""
        checked, classes = check_rows(self, X, y, sample_weight, missing=True)
        rows = merge_rows(checked)
        labels = classes[rows.positive.astype(int)]
        stated = self.monotonic_cst
        if self.signs == "bound" and self.expected is not None:
            self.monotonic_cst = [int(SIGNS[expected]) for expected in self.expected]
        try:
            with threadpool_limits(1, user_api="openmp"):  # on few rows a second thread only waits
                super().fit(rows.evidence, labels, sample_weight=rows.weight)
        finally:
            self.monotonic_cst = stated
        return self

    def __sklearn_tags__(self) -> Tags:
        """Say that the classifier knows two classes only."""
        tags: Tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def boosting(random_state: int | np.random.RandomState | None = None) -> PresenceBoosting:
    """Return boosting with this project's settings: small steps, trees of 4 leaves, strong penalty.

    Trees of four leaves join at most three evidences; a leaf needs 20 rows; half of the evidences
    stand for choice at each split; the penalty weighs as much as 5 deposits. No early stopping:
    a share of few deposits held back says nothing.

    Examples
    --------
    >>> boosting(0).max_leaf_nodes
    4
    """
    return PresenceBoosting(
        learning_rate=0.05,
        max_iter=150,
        max_leaf_nodes=4,
        min_samples_leaf=20,
        l2_regularization=5.0,
        max_features=0.5,
        early_stopping=False,
        random_state=random_state,
    )
