"""Tables that are merged over a deposit model, and what the model may no longer say of itself then.

The rule: a model's `caution` and `ranges` are about the model as it is written. An override that states
which deposits it is about (`labels.deposit_type`, `labels.also_types`, `labels.age_ma`), other
conditions, or what an evidence measures makes another model of it, of which they may be untrue: they are
left out, unless the override states them itself. To name the layers, columns and classes of one's own
map, to weight an evidence or to word it makes no other model.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SAME_EVIDENCE = (
    "label", "reason", "weight", "coarsest_m", "layer", "where", "against", "column",
    "if_unknown",
)  # fmt: skip
"""Keys of an evidence that name, weight or word it, and leave what it measures."""

OWN_WORDS = ("caution", "ranges")
"""What a model says of itself as it is written."""


def merged(tables: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """Return `tables` with `over` merged into it, table by table.

    Examples
    --------
    >>> merged({"a": {"b": 1, "c": 2}}, {"a": {"c": 3}})
    {'a': {'b': 1, 'c': 3}}
    """
    both = dict(tables)
    for key, value in over.items():
        are_tables = isinstance(value, dict) and isinstance(both.get(key), dict)
        both[key] = merged(both[key], value) if are_tables else value
    return both


def renaming_fault(name: str, override: Mapping[str, Any], file: Path) -> list[str]:
    """Return the line for an override that gives a model another name; none where it does not."""
    entry = override.get("deposit_model")
    given = entry.get("name", name) if isinstance(entry, dict) else name
    if given == name:
        return []
    return [
        f"{file}: key 'override.{name}.deposit_model.name': '{given}' is another name, but an "
        "override cannot rename a model. Remove the key (label may change); for a model of your "
        f'own write a file with from = "{name}", e.g. models/iron.toml.'
    ]


def recasting_keys(tables: Mapping[str, Any], override: Mapping[str, Any]) -> list[str]:
    """Return the keys of an override that make another model of one.

    Examples
    --------
    >>> tables = {"evidence": {"fault": {"kind": "distance"}}}
    >>> recasting_keys(tables, {"evidence": {"fault": {"weight": 2}}})
    []
    >>> recasting_keys(tables, {"evidence": {"fault": {"kind": "density"}, "dome": {"weight": 2}}})
    ['evidence.fault.kind', 'evidence.dome']
    """
    return list(_recasting(tables, override))


def _recasting(tables: Mapping[str, Any], override: Mapping[str, Any]) -> Iterator[str]:
    labels, evidence = override.get("labels"), override.get("evidence")
    if isinstance(labels, dict):
        yield from (
            f"labels.{key}" for key in ("deposit_type", "also_types", "age_ma") if key in labels
        )
    yield from (table for table in ("applies", "permissive") if table in override)
    for name, entry in evidence.items() if isinstance(evidence, dict) else ():
        if name not in tables.get("evidence", {}):
            yield f"evidence.{name}"
        elif isinstance(entry, dict):
            yield from (f"evidence.{name}.{key}" for key in entry if key not in SAME_EVIDENCE)


def lost_words(tables: Mapping[str, Any], override: Mapping[str, Any]) -> list[str]:
    """Return which words of a model an override leaves out, for it makes another model of it."""
    entry, stated = tables["deposit_model"], override.get("deposit_model")
    own = [key for key in OWN_WORDS if entry.get(key)]
    kept = stated if isinstance(stated, dict) else {}
    return [key for key in own if key not in kept] if recasting_keys(tables, override) else []


def without_old_words(tables: dict[str, Any], override: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of a model less the words of which an override may make an untruth."""
    lost = lost_words(tables, override)
    entry = {key: value for key, value in tables["deposit_model"].items() if key not in lost}
    return {**tables, "deposit_model": entry}
