"""What is made of layers and remembered for whoever asks again: forgotten when a screening is over."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, TypeVar

Made = TypeVar("Made", bound=Callable[..., Any])

_all: list[Any] = []


def remembered(most: int) -> Callable[[Made], Made]:
    """Return a decorator: of a function of layers, the `most` results asked for last are remembered."""

    def remembering(function: Made) -> Made:
        found: Any = lru_cache(maxsize=most)(function)
        _all.append(found)
        return found  # type: ignore[no-any-return]

    return remembering


def forget() -> None:
    """Forget all that is remembered, and with it the layers that it was made of."""
    for one in _all:
        one.cache_clear()
