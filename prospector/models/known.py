"""The estimators that learn, by name: ours, and those that installed packages bring."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from typing import TYPE_CHECKING, Any, Protocol

from prospector.errors import ModelError

if TYPE_CHECKING:
    from sklearn.base import BaseEstimator

ENTRY_POINTS = "prospector.estimators"
"""Entry-point group of estimators that other packages bring."""


ENSEMBLES = ("forest", "boosting")
"""Those of ours that join many trees."""

FUZZY, INDEX = "fuzzy", "index"
STATED = (FUZZY, INDEX)
"""The overlays of memberships that the deposit model states: nothing is learned."""


class EstimatorFactory(Protocol):
    """Returns an unfitted classifier in scikit-learn's form, with ``decision_function``."""

    def __call__(self, random_state: int | None) -> BaseEstimator: ...  # noqa: D102


def _logistic(random_state: int | None) -> BaseEstimator:
    from prospector.models.logistic import SquaredLogistic

    del random_state  # nothing is drawn
    return SquaredLogistic()


def _forest(random_state: int | None) -> BaseEstimator:
    from prospector.models.down_sampled_forest import DownSampledForest

    return DownSampledForest(leaf_share=0.25, random_state=random_state)


def _boosting(random_state: int | None) -> BaseEstimator:
    from prospector.models.boosting import boosting

    return boosting(random_state)


def _weights_of_evidence(random_state: int | None) -> BaseEstimator:
    from prospector.models.weights_of_evidence import WeightsOfEvidence

    del random_state  # nothing is drawn
    return WeightsOfEvidence(least_studentised=1.0)


FACTORIES: dict[str, EstimatorFactory] = {
    "logistic": _logistic,
    "forest": _forest,
    "boosting": _boosting,
    "weights-of-evidence": _weights_of_evidence,
}
"""Every estimator that learns, by name, those of other packages once `known_estimators` was called."""


@dataclass(frozen=True)
class _Adopted:
    """An estimator that was given as an object.

    Parameters
    ----------
    key
        Hash of its parameters and its code.
    several
        Whether it is an ensemble.
    """

    factory: EstimatorFactory
    key: str
    several: bool


_ADOPTED: dict[str, _Adopted] = {}
"""Those given as objects in this process, by name: no run takes one that it was not given."""


def adopt(name: str, factory: EstimatorFactory, key: str, *, several: bool) -> None:
    """Make an estimator known that was given as an object; its settings are its own."""
    _ADOPTED[name] = _Adopted(factory, key, several)


def is_ensemble(name: str) -> bool:
    """Return whether the estimator of a name joins many, and so needs more deposits.

    Examples
    --------
    >>> is_ensemble("forest"), is_ensemble("logistic")
    (True, False)
    """
    return name in ENSEMBLES or (name in _ADOPTED and _ADOPTED[name].several)


def register_estimator(name: str, factory: EstimatorFactory) -> None:
    """Make an estimator known under a name, for deposit models to use.

    Raises
    ------
    ValueError
        The name is taken by another estimator.
    """
    if FACTORIES.get(name, factory) is not factory:
        raise ValueError(f"an estimator named '{name}' exists: choose another name")
    FACTORIES[name] = factory


@cache
def _load_entry_points() -> None:
    for point in metadata.entry_points(group=ENTRY_POINTS):
        register_estimator(point.name, point.load())


def known_estimators() -> dict[str, EstimatorFactory]:
    """Return every estimator that learns by name, those of installed packages included."""
    _load_entry_points()
    return FACTORIES


def estimator_names() -> list[str]:
    """Return the names that ``--estimator`` takes, without loading any estimator.

    Examples
    --------
    >>> estimator_names()[:3], estimator_names()[-2:]
    (['logistic', 'forest', 'boosting'], ['fuzzy', 'index'])
    """
    brought = sorted(metadata.entry_points(group=ENTRY_POINTS).names)
    return list(dict.fromkeys([*FACTORIES, *brought, *STATED]))


def check_name(estimator: str) -> None:
    """Raise ModelError unless an estimator that learns, or an overlay, has that name.

    Examples
    --------
    >>> check_name("fuzzy")
    """
    known_estimators()  # loads those of installed packages
    known = estimator_names()
    if estimator not in known and estimator not in _ADOPTED:
        raise ModelError(f"Unknown estimator '{estimator}'. Use one of: {', '.join(known)}.")


def estimator_code(name: str) -> str:
    """Return a hash of the code that makes the estimator of a name, to keep what it computed under."""
    from prospector.compute.provenance import code_of  # slow: it loads libraries to name them

    adopted = _ADOPTED.get(name)
    return code_of(known_estimators()[name]) if adopted is None else adopted.key


def make_estimator(
    name: str, random_state: int | None = 0, settings: Mapping[str, Any] | None = None
) -> BaseEstimator:
    """Return an unfitted estimator by name, with this project's settings.

    Parameters
    ----------
    name
        As ``--estimator`` knows it.
    random_state
        Seed of every random draw.
    settings
        Parameters to be set otherwise; those that the estimator does not have are passed over.

    Raises
    ------
    ModelError
        No estimator has the name.

    Examples
    --------
    >>> make_estimator("logistic")
    SquaredLogistic()
    >>> make_estimator("logistic", settings={"C": 2.0, "generalise": "classes"})
    SquaredLogistic(C=2.0)
    """
    if name in _ADOPTED:
        return _ADOPTED[name].factory(random_state)
    factories = known_estimators()
    if name not in factories:
        raise ModelError(
            f"'{name}' is not an estimator that learns. Use one of: {', '.join(factories)}. An "
            "estimator given as a Python object must be given again first: "
            "prospector.adopt_estimator(...)."
        )
    estimator = factories[name](random_state)
    known = estimator.get_params(deep=False)
    return estimator.set_params(
        **{key: value for key, value in (settings or {}).items() if key in known}
    )
