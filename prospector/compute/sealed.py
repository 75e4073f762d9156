"""JSON-ready records as bytes that show any damage, or another place."""

from __future__ import annotations

import hashlib
import json
from typing import Any


class Damaged(Exception):  # noqa: N818 - it names the content's state
    """What lies in the store is not what was put there."""


def sealed(record: Any, place: str = "") -> bytes:
    """Return a JSON-ready record as JSON, with a digest that shows any damage, or another place.

    Examples
    --------
    >>> unsealed(sealed({"auc": 0.8}))
    {'auc': 0.8}
    """
    return json.dumps({"sha256": _digest(record, place), "record": record}).encode()


def unsealed(content: bytes, place: str = "") -> Any:
    """Return the record that was sealed.

    Raises
    ------
    Damaged
        It is not JSON, has no digest, is not what the digest was taken of or belongs elsewhere.
    """
    try:
        found = json.loads(content)
        record, digest = found["record"], found["sha256"]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise Damaged(f"no sealed record: {error}") from error
    if digest != _digest(record, place):
        raise Damaged("the record does not match its digest")
    return record


def _digest(record: Any, place: str) -> str:
    return hashlib.sha256(json.dumps([place, record]).encode()).hexdigest()
