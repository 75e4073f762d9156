"""Keys of an override that have no effect in a run, and descriptions that no longer hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from prospector.errors import Notice
from prospector.models.known import STATED
from prospector.region.deposit_model import CELL, DepositModel
from prospector.region.model_tables import SETTINGS
from prospector.region.region_file import Region


def idle_keys(
    region: Region, asked: Sequence[str] | None = None, estimator: str | None = None
) -> list[Notice]:
    """Return a notice for each deposit model whose override states keys that change nothing in this run."""
    notices = []
    for name in asked or region.model_names:
        model, stated = region.deposit_model(name), region.override.get(name, {})
        keys = [key for key in _idle_keys(model, estimator) if _is_stated(stated, key)]
        if keys:
            about = {"model": name, "keys": [f"override.{name}.{key}" for key in keys]}
            notices.append(Notice("keys-without-effect", "note", about, len(keys)))
    return notices


def left_out_words(region: Region, asked: Sequence[str] | None = None) -> list[Notice]:
    """Return a notice for each model whose caution or ranges are left out for what its override states."""
    notices = []
    for name in asked or region.model_names:
        words, keys = region.lost_words(name)
        if words:
            about = {"model": name, "keys": keys, "words": words}
            notices.append(Notice("words-left-out", "note", about))
    return notices


def _idle_keys(model: DepositModel, estimator: str | None) -> Iterator[str]:
    """Give the keys that change nothing with what else a deposit model states."""
    name = estimator or model.estimator.name
    if name != "fuzzy":
        yield "estimator.operator"
    if name != "fuzzy" or model.estimator.operator != "gamma":
        yield "estimator.gamma"
    if name in STATED:
        yield from (f"estimator.{key}" for key in SETTINGS)
    if name != "index":
        yield "comparisons"
    if name != "index" or model.comparisons:
        yield from (f"evidence.{evidence}.weight" for evidence in model.evidence)
    if model.number is None or model.number.exposed_km2 is None:
        yield "density"
    if model.deposit_model.unit == CELL:
        yield "labels.near_m"
    if model.labels.target_group is False:
        yield "labels.target_group_within_m"


def _is_stated(tables: Any, key: str) -> bool:
    """Return whether tables state a key; one that is parted by points lies in tables within."""
    for part in key.split("."):
        if not isinstance(tables, Mapping) or part not in tables:
            return False
        tables = tables[part]
    return True
