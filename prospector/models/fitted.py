"""Fitted estimators as plain figures: what run.json holds and a reopened run computes with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospector.models.fuzzy import FuzzyOverlay
from prospector.models.logistic import SquaredLogistic
from prospector.models.membership import membership_figures, membership_of

Overlay = SquaredLogistic | FuzzyOverlay


def to_figures(estimator: Overlay) -> dict[str, Any]:
    """Return a fitted estimator as JSON-ready figures."""
    if isinstance(estimator, FuzzyOverlay):
        members = [membership_figures(one) for one in estimator.memberships]
        figures = {"estimator": "fuzzy", "gamma": estimator.gamma, "memberships": members}
        return figures | ({} if estimator.operator == "gamma" else {"operator": estimator.operator})
    return {
        "estimator": "logistic",
        "mean": estimator.mean_.tolist(),
        "spread": estimator.spread_.tolist(),
        "linear": estimator.coef_[0].tolist(),
        "squared": estimator.coef_[1].tolist(),
        "intercept": estimator.intercept_,
    }


def from_figures(figures: dict[str, Any]) -> Overlay:
    """Return the estimator that `to_figures` described."""
    if figures["estimator"] == "fuzzy":
        members = tuple(membership_of(one) for one in figures["memberships"])
        operator = figures.get("operator", "gamma")
        overlay = FuzzyOverlay(members, gamma=figures["gamma"], operator=operator)
        overlay.n_features_in_ = len(members)
        return overlay
    logistic = SquaredLogistic()
    logistic.classes_ = np.array([0, 1])
    logistic.mean_ = np.asarray(figures["mean"])
    logistic.spread_ = np.asarray(figures["spread"])
    logistic.coef_ = np.array([figures["linear"], figures["squared"]])
    logistic.intercept_ = figures["intercept"]
    logistic.n_features_in_ = len(logistic.mean_)
    return logistic


def predict_score(estimator: Overlay, evidence: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the score, 0-1, of rows of evidence; NaN where any evidence is missing."""
    score = np.full(len(evidence), np.nan)
    valid = np.isfinite(evidence).all(axis=1)
    if valid.any():
        known = evidence[valid]
        score[valid] = (
            estimator.predict_score(known)
            if isinstance(estimator, FuzzyOverlay)
            else estimator.predict_proba(known)[:, 1]
        )
    return score
