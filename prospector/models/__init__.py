"""Estimators: those that scikit-learn lacks, and the settings of those that it has."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

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

if TYPE_CHECKING:
    from prospector.models.boosting import PresenceBoosting as PresenceBoosting
    from prospector.models.down_sampled_forest import DownSampledForest as DownSampledForest

_SLOW = {
    "DownSampledForest": "prospector.models.down_sampled_forest",
    "PresenceBoosting": "prospector.models.boosting",
}
"""Loaded on first use: scikit-learn's ensembles take a second to import."""

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
    "known_estimators",
    "make_estimator",
    "pairwise_weights",
    "register_estimator",
]


def __getattr__(name: str) -> Any:
    if name in _SLOW:
        return getattr(import_module(_SLOW[name]), name)
    raise AttributeError(f"module 'prospector.models' has no attribute '{name}'")
