"""A fitted estimator as the rest of the house uses it: score, contributions, figures for run.json."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import logit

from prospector.grid import BoolArray, FloatArray
from prospector.models.adopted import AdoptedEstimator, described
from prospector.models.fuzzy import FuzzyOverlay
from prospector.models.index_overlay import IndexOverlay
from prospector.models.logistic import SquaredLogistic
from prospector.models.membership import complete, membership_figures, membership_of

SURE = 1e-6


@dataclass(frozen=True, eq=False)
class Fitted:
    """A fitted estimator and the background that its contributions are measured against.

    Parameters
    ----------
    name
        Name of the estimator, as ``--estimator`` knows it.
    estimator
        With ``predict_proba``, or ``predict_score`` where memberships are stated.
    centre
        Median of each evidence over the background, on its scale, shape (n evidence,).
    baseline
        Mean contribution of each evidence over the background, shape (n evidence,).
    digest
        Hash of what it was fitted to: evidence, places and what is expected, settings and seed.
    """

    name: str
    estimator: Any
    centre: FloatArray
    baseline: FloatArray
    digest: str

    @classmethod
    def of(cls, name: str, estimator: Any, background: FloatArray, digest: str) -> Fitted:
        """Return a fitted estimator told against a background of shape (n, n evidence)."""
        centre = np.array([_median(column) for column in background.T])
        plain = cls(name, estimator, centre, np.zeros(len(centre)), digest)
        if plain.stated:
            return plain
        baseline = plain.contributions(background).mean(axis=0)
        return cls(name, estimator, centre, baseline, digest)

    @property
    def stated(self) -> bool:
        """Whether memberships are stated and nothing was learned."""
        return hasattr(self.estimator, "predict_score")

    def score(self, evidence: FloatArray) -> FloatArray:
        """Return the score, 0-1, of rows of evidence; NaN where some is missing that it needs. Shape (n,)."""
        score = np.full(len(evidence), np.nan)
        valid = self.complete(evidence)
        if valid.any():
            score[valid] = self._score(evidence[valid])
        return score

    def complete(self, evidence: FloatArray) -> BoolArray:
        """Return which rows of evidence it can score, shape (n,)."""
        return complete(evidence, getattr(self.estimator, "optional", ()))

    def _score(self, evidence: FloatArray) -> FloatArray:
        if self.stated:
            return np.asarray(self.estimator.predict_score(evidence))
        return np.asarray(self.estimator.predict_proba(evidence)[:, 1])

    def contributions(self, evidence: FloatArray) -> FloatArray:
        """Return what each evidence adds, against the mean background, shape (n, n evidence).

        The estimator's own parts where it has them; else the change of the log-odds when the
        evidence takes the background's median in place of its own value.
        """
        if hasattr(self.estimator, "contributions"):
            parts = self.estimator.contributions(evidence)
        else:
            parts = self._one_at_a_time(evidence)
        return np.asarray(parts - self.baseline)

    def _one_at_a_time(self, evidence: FloatArray) -> FloatArray:
        whole, parts = self._log_odds(evidence), np.zeros(evidence.shape)
        for column, middle in enumerate(self.centre):
            without = evidence.copy()
            without[:, column] = middle
            parts[:, column] = whole - self._log_odds(without)
        return parts

    def _log_odds(self, evidence: FloatArray) -> FloatArray:
        return np.asarray(logit(np.clip(self._score(evidence), SURE, 1 - SURE)))

    def figures(self) -> dict[str, Any]:
        """Return it as JSON-ready figures: whole where readable, else what fits it again."""
        return {
            "estimator": self.name,
            "digest": self.digest,
            "centre": self.centre.tolist(),
            "baseline": self.baseline.tolist(),
            **_coefficients(self.estimator),
        }


def _coefficients(estimator: Any) -> dict[str, Any]:
    """Return the figures of an estimator that can be read; nothing of one that cannot."""
    if isinstance(estimator, FuzzyOverlay):
        members = [membership_figures(membership) for membership in estimator.memberships]
        rule = {"gamma": estimator.gamma, "operator": estimator.operator}
        return {"memberships": members, **rule, **_optional(estimator)}
    if isinstance(estimator, IndexOverlay):
        members = [membership_figures(membership) for membership in estimator.memberships]
        weights = estimator.shares.tolist()
        return {"memberships": members, "weights": weights, **_optional(estimator)}
    if isinstance(estimator, AdoptedEstimator):
        return {"object": described(estimator)}
    if isinstance(estimator, SquaredLogistic):
        return {
            "mean": estimator.mean_.tolist(),
            "spread": estimator.spread_.tolist(),
            "linear": estimator.coef_[0].tolist(),
            "squared": estimator.coef_[1].tolist(),
            "intercept": estimator.intercept_,
        }
    return {}


def _optional(overlay: FuzzyOverlay | IndexOverlay) -> dict[str, list[bool]]:
    """Return which evidence may be missing; nothing where none may."""
    return {"optional": list(overlay.optional)} if any(overlay.optional) else {}


def _median(column: FloatArray) -> float:
    """Return the median of the known values; 0 where none is."""
    known = column[np.isfinite(column)]
    return float(np.median(known)) if len(known) else 0.0


def readable(figures: dict[str, Any]) -> bool:
    """Return whether figures hold the estimator itself, and not only what fits it again."""
    return "memberships" in figures or "linear" in figures


def from_figures(figures: dict[str, Any], estimator: Any = None) -> Fitted:
    """Return what `Fitted.figures` described; `estimator` is the one fitted again, if not readable."""
    found = _from_coefficients(figures) if estimator is None else estimator
    return Fitted(
        figures["estimator"],
        found,
        np.asarray(figures["centre"]),
        np.asarray(figures["baseline"]),
        figures["digest"],
    )


def _from_coefficients(
    figures: dict[str, Any],
) -> SquaredLogistic | FuzzyOverlay | IndexOverlay:
    if "memberships" in figures:
        return _overlay(figures)
    logistic = SquaredLogistic()
    logistic.classes_ = np.array([0, 1])
    logistic.mean_ = np.asarray(figures["mean"])
    logistic.spread_ = np.asarray(figures["spread"])
    logistic.coef_ = np.array([figures["linear"], figures["squared"]])
    logistic.intercept_ = figures["intercept"]
    logistic.n_features_in_ = len(logistic.mean_)
    return logistic


def _overlay(figures: dict[str, Any]) -> FuzzyOverlay | IndexOverlay:
    members = tuple(membership_of(membership) for membership in figures["memberships"])
    overlay: FuzzyOverlay | IndexOverlay
    optional = tuple(figures.get("optional", ()))
    if "weights" in figures:
        overlay = IndexOverlay(members, tuple(figures["weights"]), optional)
    else:
        overlay = FuzzyOverlay(members, figures["gamma"], figures["operator"], optional)
    overlay.n_features_in_ = len(members)
    return overlay
