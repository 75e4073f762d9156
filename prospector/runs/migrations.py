"""How a record of an earlier schema becomes one of the newest: one small pure function a version.

Records of schema 8 and later open in every later version. Whoever changes the shape of run.json raises
`RUN_SCHEMA_VERSION` and adds here, under the version before, the function that makes the new shape of the
old one; the records that `tests/runs/records` keeps show that it does.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from prospector.screening.record import RUN_SCHEMA_VERSION

FIRST_KEPT = 8
"""The earliest schema whose records still open."""

Migration = Callable[[Mapping[str, Any]], dict[str, Any]]
"""Takes a record of one schema and returns it in the shape of the next; the version is set for it."""

MIGRATIONS: Mapping[int, Migration] = {}
"""By the version that a function takes."""


def migrated(
    record: Mapping[str, Any],
    *,
    migrations: Mapping[int, Migration] = MIGRATIONS,
    newest: int = RUN_SCHEMA_VERSION,
) -> dict[str, Any]:
    """Return a record in the shape of the newest schema.

    Parameters
    ----------
    record
        With a schema_version from `FIRST_KEPT` to `newest`.
    migrations
        By the version that a function takes.
    newest
        Number of the newest schema.

    Examples
    --------
    >>> renamed = {8: lambda record: {"seed": record["random_seed"]}}
    >>> migrated({"schema_version": 8, "random_seed": 1}, migrations=renamed, newest=9)
    {'seed': 1, 'schema_version': 9}
    """
    for version in range(record["schema_version"], newest):
        record = {**migrations[version](record), "schema_version": version + 1}
    return dict(record)
