"""Estimators: those that scikit-learn lacks, and the settings of those that it has."""

from prospector.models.boosting import PresenceBoosting, boosting
from prospector.models.down_sampled_forest import DownSampledForest
from prospector.models.fuzzy import FuzzyOverlay
from prospector.models.independence import Independence
from prospector.models.index_overlay import IndexOverlay, PairwiseWeights, pairwise_weights
from prospector.models.known import known_estimators, make_estimator, register_estimator
from prospector.models.logistic import SquaredLogistic
from prospector.models.membership import (
    ClassMembership,
    GaussianMembership,
    LargeMembership,
    Membership,
    SmallMembership,
)
from prospector.models.weights_of_evidence import WeightsOfEvidence

__all__ = [
    "ClassMembership",
    "DownSampledForest",
    "FuzzyOverlay",
    "GaussianMembership",
    "Independence",
    "IndexOverlay",
    "LargeMembership",
    "Membership",
    "PairwiseWeights",
    "PresenceBoosting",
    "SmallMembership",
    "SquaredLogistic",
    "WeightsOfEvidence",
    "boosting",
    "known_estimators",
    "make_estimator",
    "pairwise_weights",
    "register_estimator",
]
