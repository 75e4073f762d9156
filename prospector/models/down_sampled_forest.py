"""A forest for presence-only data: every tree sees all deposits and as much background."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logit
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import Tags, check_random_state
from sklearn.utils.validation import check_is_fitted, validate_data

from prospector.grid import FloatArray
from prospector.models.rows import Rows, check_rows, merge_rows

ROWS_AT_ONCE = 65_536
SURE = 1e-6


class DownSampledForest(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """Trees grown on all deposits and as many background rows, drawn anew for each (Valavi 2021).

    Equal weight of both classes in every tree keeps few deposits from drowning in background; for
    presence-only data that is bagging. The score is the mean share of deposits in the leaves.

    The weights of `fit` act within a class: a background row is drawn in proportion to its weight,
    with replacement, and a deposit counts in proportion to its own. Equal deposits are one deposit,
    and the order of rows means nothing: see `merge_rows`.

    Parameters
    ----------
    n_estimators
        Number of trees.
    max_leaf_nodes
        Most leaves of a tree.
    min_samples_leaf
        Fewest different rows in a leaf.
    leaf_share
        The same as a share of the number of deposits; the larger of both holds. A quarter ranks
        better than leaves of one row, whatever the number of deposits (`make_estimator`).
    random_state
        Seed of the draws.

    Attributes
    ----------
    estimators_ : list of DecisionTreeClassifier
        The trees.
    drawn_ : ndarray of shape (n_estimators, 2)
        Background and deposits that each tree was grown on: sums of weights, equal by intent.

    References
    ----------
    Valavi, Elith, Lahoz-Monfort and Guillera-Arroita 2021, Ecography 44: 1731-1742.
    """

    def __init__(
        self,
        n_estimators: int = 250,
        *,
        max_leaf_nodes: int = 64,
        min_samples_leaf: int = 1,
        leaf_share: float = 0.0,
        random_state: int | np.random.RandomState | None = None,
    ) -> None:
        self.n_estimators = n_estimators
        self.max_leaf_nodes = max_leaf_nodes
        self.min_samples_leaf = min_samples_leaf
        self.leaf_share = leaf_share
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Grow the trees on evidence of shape (n, n_evidence) and labels of two classes."""
        if self.n_estimators < 1:
            raise ValueError(f"n_estimators is {self.n_estimators}: a forest needs at least 1 tree")
        checked, self.classes_ = check_rows(self, X, y, sample_weight)
        rows = merge_rows(checked)
        evidence = np.ascontiguousarray(rows.evidence, dtype=np.float32)  # what trees compute with
        random = check_random_state(self.random_state)
        grown = [self._grow(rows, evidence, random) for _ in range(self.n_estimators)]
        self.estimators_ = [tree for tree, _ in grown]
        self.drawn_ = np.array([drawn for _, drawn in grown])
        self._shares = [_deposit_share(tree) for tree in self.estimators_]
        return self

    def _grow(
        self, rows: Rows, evidence: NDArray[np.float32], random: np.random.RandomState
    ) -> tuple[DecisionTreeClassifier, tuple[float, float]]:
        """Return one tree, and the weight of background and of deposits that it saw."""
        weight = np.where(rows.positive, rows.weight, 0.0)
        background = np.flatnonzero(~rows.positive)
        share = rows.weight[background] / rows.weight[background].sum()
        n_deposits = int(rows.positive.sum())
        weight[background] = random.multinomial(n_deposits, share)
        used = weight > 0
        tree = DecisionTreeClassifier(
            max_features="sqrt",
            max_leaf_nodes=self.max_leaf_nodes,
            min_samples_leaf=max(self.min_samples_leaf, round(self.leaf_share * n_deposits)),
            random_state=random.randint(np.iinfo(np.int32).max),
        )
        tree.fit(
            evidence[used],
            rows.positive[used].astype(float),
            sample_weight=weight[used],
            check_input=False,
        )
        return tree, (float(weight[background].sum()), float(weight[rows.positive].sum()))

    def _mean_over_trees(self, X: ArrayLike, tables: list[FloatArray]) -> FloatArray:
        """Return the mean, over trees, of what each tree's table holds for each row's leaf."""
        evidence = validate_data(self, X, dtype=np.float32, reset=False, order="C")
        mean = np.zeros((len(evidence), *tables[0].shape[1:]))
        for start in range(0, len(evidence), ROWS_AT_ONCE):
            rows = evidence[start : start + ROWS_AT_ONCE]
            for tree, table in zip(self.estimators_, tables, strict=True):
                mean[start : start + len(rows)] += table[tree.tree_.apply(rows)]
        return mean / len(tables)

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """Return the mean share of each class in the leaves, shape (n, 2)."""
        check_is_fitted(self)
        positive = self._mean_over_trees(X, self._shares)
        return np.column_stack([1.0 - positive, positive])

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """Return the log-odds of the score, shape (n,), between those of 1e-6 and 1 - 1e-6."""
        return np.asarray(logit(np.clip(self.predict_proba(X)[:, 1], SURE, 1.0 - SURE)))

    def contributions(self, X: ArrayLike) -> FloatArray:
        """Return each evidence's part of the score less one half, shape (n, n_evidence).

        The change in the share of deposits along each tree's path goes to the evidence that the
        node splits on (Palczewska et al. 2014).
        """
        check_is_fitted(self)
        grown = zip(self.estimators_, self._shares, strict=True)
        return self._mean_over_trees(X, [_path_parts(tree, share) for tree, share in grown])

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier class of each row, shape (n,)."""
        check_is_fitted(self)
        return np.asarray(self.classes_[(self.decision_function(X) > 0).astype(int)])

    def __sklearn_tags__(self) -> Tags:
        """Say that the classifier knows two classes only."""
        tags: Tags = super().__sklearn_tags__()
        tags.classifier_tags.multi_class = False
        return tags


def _deposit_share(tree: DecisionTreeClassifier) -> FloatArray:
    """Return the share of deposits in every node, shape (n nodes,)."""
    value = tree.tree_.value[:, 0, :]
    return np.asarray(value[:, -1] / value.sum(axis=1))


def _path_parts(tree: DecisionTreeClassifier, share: FloatArray) -> FloatArray:
    """Return, for every node, each evidence's part of the way from the root's share to its own."""
    nodes = tree.tree_
    parts = np.zeros((nodes.node_count, nodes.n_features))
    for node in range(nodes.node_count):  # a parent stands before its children
        for child in (nodes.children_left[node], nodes.children_right[node]):
            if child >= 0:
                parts[child] = parts[node]
                parts[child, nodes.feature[node]] += share[child] - share[node]
    return parts
