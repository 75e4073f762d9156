"""Estimators: those that scikit-learn lacks, and the settings of those that it has.

The names load on first use: the help of commands lists estimators, and scikit-learn takes a second to import.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prospector.models.boosting import PresenceBoosting as PresenceBoosting
    from prospector.models.down_sampled_forest import DownSampledForest as DownSampledForest
    from prospector.models.fuzzy import FuzzyOverlay as FuzzyOverlay
    from prospector.models.independence import Independence as Independence
    from prospector.models.index_overlay import IndexOverlay as IndexOverlay
    from prospector.models.index_overlay import PairwiseWeights as PairwiseWeights
    from prospector.models.index_overlay import pairwise_weights as pairwise_weights
    from prospector.models.known import known_estimators as known_estimators
    from prospector.models.known import make_estimator as make_estimator
    from prospector.models.known import register_estimator as register_estimator
    from prospector.models.logistic import SquaredLogistic as SquaredLogistic
    from prospector.models.membership import ClassMembership as ClassMembership
    from prospector.models.membership import GaussianMembership as GaussianMembership
    from prospector.models.membership import LargeMembership as LargeMembership
    from prospector.models.membership import Membership as Membership
    from prospector.models.membership import SmallMembership as SmallMembership
    from prospector.models.weights_of_evidence import WeightsOfEvidence as WeightsOfEvidence

_HOMES = {
    "ClassMembership": "prospector.models.membership",
    "DownSampledForest": "prospector.models.down_sampled_forest",
    "FuzzyOverlay": "prospector.models.fuzzy",
    "GaussianMembership": "prospector.models.membership",
    "Independence": "prospector.models.independence",
    "IndexOverlay": "prospector.models.index_overlay",
    "LargeMembership": "prospector.models.membership",
    "Membership": "prospector.models.membership",
    "PairwiseWeights": "prospector.models.index_overlay",
    "PresenceBoosting": "prospector.models.boosting",
    "SmallMembership": "prospector.models.membership",
    "SquaredLogistic": "prospector.models.logistic",
    "WeightsOfEvidence": "prospector.models.weights_of_evidence",
    "known_estimators": "prospector.models.known",
    "make_estimator": "prospector.models.known",
    "pairwise_weights": "prospector.models.index_overlay",
    "register_estimator": "prospector.models.known",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'prospector.models' has no attribute '{name}'")
