"""Cached results: stored under a key made of the function and all its inputs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from functools import partial
from inspect import isfunction
from typing import Any

import numpy as np
from pydantic import BaseModel

from prospector.compute.provenance import made_by
from prospector.compute.store import Store, key_of


def recall(
    store: Store,
    function: Callable[..., Any],
    *inputs: Any,
    apart: Mapping[str, Any] | None = None,
) -> Any:
    """Return what a function makes of its inputs, computed and kept where the store has it not.

    The key is the hash of the inputs by value, of the code that the function can reach and of the
    libraries' versions: the result can depend on nothing else.

    Parameters
    ----------
    store
        Where it is kept.
    function
        A function of a module, not one inside another: it can read no variable of its caller's. It
        returns a JSON-ready record.
    inputs
        What the result depends on: see `by_value`.
    apart
        Keyword arguments that change no result: workers, progress.

    Raises
    ------
    TypeError
        The function closes over variables, or an input has no value to hash.
    OutputError
        The store cannot be read or written.
    """
    _refuse_closure(function)
    name = f"{function.__module__}.{function.__qualname__}"
    key = key_of(name, made_by(function), [by_value(value) for value in inputs])
    return store.recall(key, partial(function, *inputs, **(apart or {})))


def _refuse_closure(function: Callable[..., Any]) -> None:
    """Raise TypeError for what could read more than its inputs."""
    if not isfunction(function) or function.__closure__ or "<" in function.__qualname__:
        raise TypeError(
            f"{function!r} may read more than its inputs, so its result cannot be cached. Use a "
            "function defined in a module and pass it everything that it needs."
        )


def by_value(value: Any) -> Any:
    """Return a JSON-ready value that differs where two values differ.

    Parameters
    ----------
    value
        A text, number, truth value or None; an array of numbers; a frozen dataclass or pydantic
        model; a tuple, list or mapping with texts as keys of such values.

    Raises
    ------
    TypeError
        It is none of these, so it may change and still look the same.

    Examples
    --------
    >>> by_value((1, "a", None))
    ['tuple', [1, 'a', None]]
    """
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        content = hashlib.sha256(np.ascontiguousarray(value).tobytes()).hexdigest()
        return ["array", value.dtype.str, list(value.shape), content]
    if isinstance(value, tuple | list):
        return [type(value).__name__, [by_value(part) for part in value]]
    if isinstance(value, dict) and all(isinstance(key, str) for key in value):
        return ["dict", {key: by_value(item) for key, item in value.items()}]
    return _record(value)


def _record(value: Any) -> Any:
    """Return a frozen record by the name of its class and its fields."""
    kind = type(value)
    name = f"{kind.__module__}.{kind.__qualname__}"
    if is_dataclass(value) and kind.__dataclass_params__.frozen:
        return [name, {field.name: by_value(getattr(value, field.name)) for field in fields(value)}]
    if isinstance(value, BaseModel) and kind.model_config.get("frozen"):
        return [name, {key: by_value(getattr(value, key)) for key in kind.model_fields}]
    raise TypeError(f"{name} cannot be hashed by value: give its numbers and texts instead.")
