"""Estimators that a caller gives as objects: checked, named by what they are, and fitted as ours are."""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit, logit
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import has_fit_parameter

from prospector.compute.memo import by_value
from prospector.compute.provenance import PACKAGE, code_of, compiled_code
from prospector.compute.store import key_of
from prospector.errors import ModelError
from prospector.grid import FloatArray
from prospector.models.known import adopt, check_name

SURE = 1e-6
SEED = "random_state"

FIT_ERRORS = (
    ValueError, TypeError, AttributeError, RuntimeError, LookupError, ArithmeticError, NotImplementedError,
)  # fmt: skip
"""What an estimator raises over rows, or parameters, that it cannot take."""


class AdoptedEstimator(ClassifierMixin, BaseEstimator):  # type: ignore[misc]
    """A classifier in scikit-learn's form with what it may lack: log-odds, shares, weights of rows.

    Parameters
    ----------
    estimator
        With ``fit`` and ``predict_proba`` or ``decision_function``. Where its ``fit``, or that of the last
        step of a pipeline, takes no ``sample_weight``, deposits and background weigh what they number.
    """

    def __init__(self, estimator: Any) -> None:
        self.estimator = estimator

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit a clone to evidence of shape (n, n_evidence) and labels of two classes."""
        named = {} if sample_weight is None else _weights(self.estimator, sample_weight)
        try:
            self.estimator_ = clone(self.estimator).fit(X, y, **named)
        except FIT_ERRORS as error:
            raise ModelError(
                f"Estimator {type(self.estimator).__name__}: it cannot be fitted: {error}. "
                "Change its parameters."
            ) from error
        self.classes_ = np.unique(np.asarray(y))
        self.n_features_in_ = np.shape(X)[1]
        return self

    def decision_function(self, X: ArrayLike) -> FloatArray:
        """Return what it ranks by, shape (n,): its own, or the log-odds of its share."""
        if hasattr(self.estimator_, "decision_function"):
            return np.asarray(self.estimator_.decision_function(X), dtype=float).reshape(-1)
        return np.asarray(logit(np.clip(self._share(X), SURE, 1 - SURE)))

    def predict_proba(self, X: ArrayLike) -> FloatArray:
        """Return the share of each class, shape (n, 2): its own, or the logistic of what it ranks by."""
        share = self._share(X)
        return np.column_stack([1 - share, share])

    def _share(self, X: ArrayLike) -> FloatArray:
        if hasattr(self.estimator_, "predict_proba"):
            return np.asarray(self.estimator_.predict_proba(X), dtype=float)[:, -1]
        return np.asarray(expit(self.estimator_.decision_function(X)), dtype=float).reshape(-1)

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Return the likelier class of each row, shape (n,)."""
        return np.asarray(self.classes_[(self._share(X) > 0.5).astype(int)])


def adopt_estimator(estimator: str | Any) -> str:
    """Return the name under which an estimator is known from here on, in this process.

    A scikit-learn classifier or pipeline gets the name of its class and a hash of its parameters and
    code: the same estimator has the same name everywhere. It is cloned, never fitted itself. A
    `random_state` in it that is no whole number becomes the run's seed. A run that it made can be
    opened anywhere; to score other ground with it later, adopt the same estimator first.

    Parameters
    ----------
    estimator
        With ``fit``, ``get_params``, and ``predict_proba`` or ``decision_function``; or a name.

    Returns
    -------
    str
        The name, e.g. ``"ExtraTreesClassifier-1f0a52c3"``; what is a name already is returned as it is.

    Raises
    ------
    ModelError
        It is no such thing, or a name that is not known.

    Examples
    --------
    >>> from sklearn.ensemble import ExtraTreesClassifier
    >>> name = adopt_estimator(ExtraTreesClassifier(n_estimators=50))
    >>> name.partition("-")[0], name == adopt_estimator(ExtraTreesClassifier(n_estimators=50))
    ('ExtraTreesClassifier', True)
    """
    if isinstance(estimator, str):
        check_name(estimator)
        return estimator
    _refuse(estimator)
    try:
        own = clone(estimator)
    except (RuntimeError, TypeError) as error:
        raise ModelError(
            f"Estimator {_called(estimator)}: it cannot be cloned: {error}. Give an estimator that "
            "scikit-learn's clone accepts."
        ) from error
    key = key_of(_described(own), sorted({_code(kind) for kind in _kinds(own)}))
    name = f"{type(own).__name__}-{key[:8]}"

    def make(random_state: int | None) -> BaseEstimator:
        seeded = clone(own)
        seeds = {
            place: random_state
            for place, value in seeded.get_params(deep=True).items()
            if place.rpartition("__")[2] == SEED and not isinstance(value, int | np.integer)
        }
        seeded.set_params(**seeds)
        ours = type(own).__module__.partition(".")[0] == PACKAGE
        return seeded if ours else AdoptedEstimator(seeded)

    adopt(name, make, key, several="n_estimators" in own.get_params(deep=True))
    return name


def described(estimator: AdoptedEstimator) -> dict[str, Any]:
    """Return the class and the parameters of an adopted estimator, JSON-ready."""
    described: dict[str, Any] = _described(estimator.estimator)
    return described


def _refuse(estimator: Any) -> None:
    """Raise ModelError for what is no classifier in scikit-learn's form."""
    called = _called(estimator)
    if isinstance(estimator, type):
        raise ModelError(f"Estimator {called} is a class. Give an estimator: {called}().")
    lacks = [name for name in ("fit", "get_params", "set_params") if not hasattr(estimator, name)]
    if lacks:
        raise ModelError(
            f"Estimator {called}: it has no {' and no '.join(lacks)}. Give a classifier of scikit-learn, "
            "or a name, e.g. 'logistic'."
        )
    if not hasattr(estimator, "predict_proba") and not hasattr(estimator, "decision_function"):
        raise ModelError(
            f"Estimator {called}: it has neither predict_proba nor decision_function, so it cannot "
            "rank anything. Give a classifier, not a regressor or a transformer."
        )


def _called(estimator: Any) -> str:
    return estimator.__name__ if isinstance(estimator, type) else type(estimator).__name__


def _weights(estimator: Any, weight: ArrayLike) -> dict[str, ArrayLike]:
    """Return the weights of rows under the name by which `fit` takes them; none where it takes none."""
    if isinstance(estimator, Pipeline):
        step, last = estimator.steps[-1]
        known = not isinstance(last, str) and has_fit_parameter(last, "sample_weight")
        return {f"{step}__sample_weight": weight} if known else {}
    return {"sample_weight": weight} if has_fit_parameter(estimator, "sample_weight") else {}


# what an estimator is ---------------------------------------------------------------------------


def _described(value: Any) -> Any:
    """Return a JSON-ready value that differs where two parameters differ."""
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, np.generic):
        return value.item()
    if hasattr(value, "get_params") and not isinstance(value, type):
        parameters = value.get_params(deep=False)
        return {
            "class": _path(type(value)),
            "parameters": {
                name: _seed(part) if name == SEED else _described(part)
                for name, part in sorted(parameters.items())
            },
        }
    if isinstance(value, Mapping):
        return {str(name): _described(part) for name, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        parts = [_described(part) for part in value]
        return sorted(parts, key=repr) if isinstance(value, set | frozenset) else parts
    if hasattr(value, "__qualname__"):
        return _path(value)
    return _by_content(value)


def _seed(value: Any) -> int | None:
    """Return a seed that holds for every run; None where the run's own is taken."""
    return int(value) if isinstance(value, int | np.integer) else None


def _by_content(value: Any) -> Any:
    try:
        return by_value(value)
    except TypeError:
        pass
    try:
        return [_path(type(value)), key_of(pickle.dumps(value, protocol=5).hex())]
    except (pickle.PicklingError, TypeError, AttributeError) as error:
        raise ModelError(
            f"Estimator: parameter {value!r} cannot be saved with the results. Give plain values "
            "(numbers, text, true or false)."
        ) from error


def _path(value: Any) -> str:
    return f"{value.__module__}.{value.__qualname__}"


def _kinds(value: Any) -> Iterator[Any]:
    """Give the class of an estimator, and the classes and functions among its parameters."""
    if hasattr(value, "get_params") and not isinstance(value, type):
        yield type(value)
        for part in value.get_params(deep=False).values():
            yield from _kinds(part)
    elif isinstance(value, list | tuple | set | frozenset):
        for part in value:
            yield from _kinds(part)
    elif isinstance(value, Mapping):
        yield from _kinds(list(value.values()))
    elif hasattr(value, "__qualname__"):
        yield value


def _code(kind: Any) -> str:
    """Return a hash of the code of a class or a function; of what is not written in Python its name."""
    try:
        return code_of(kind)
    except (TypeError, OSError):
        return compiled_code(kind) or _path(kind)
