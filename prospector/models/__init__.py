"""Estimators: those that scikit-learn lacks, and the settings of those that it has."""

from prospector.models.fuzzy import FuzzyOverlay, Membership
from prospector.models.logistic import SquaredLogistic

ESTIMATORS = ("logistic", "fuzzy")
"""Names that ``--estimator`` knows."""

__all__ = ["ESTIMATORS", "FuzzyOverlay", "Membership", "SquaredLogistic"]
