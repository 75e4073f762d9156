"""Fitted estimators as plain figures: what run.json holds and a reopened run computes with."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from prospector.models.fuzzy import FuzzyOverlay, Membership
from prospector.models.logistic import SquaredLogistic

Overlay = SquaredLogistic | FuzzyOverlay


def to_figures(estimator: Overlay) -> dict[str, Any]:
    """Return a fitted estimator as JSON-ready figures."""
    if isinstance(estimator, FuzzyOverlay):
        members = [{"full": one.full, "none": one.none} for one in estimator.memberships]
        return {"estimator": "fuzzy", "gamma": estimator.gamma, "memberships": members}
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
        members = tuple(Membership(**one) for one in figures["memberships"])
        overlay = FuzzyOverlay(members, gamma=figures["gamma"])
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
