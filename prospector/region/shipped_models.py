"""The shipped deposit models, and what a region's overrides make of them or of its own."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

from prospector.errors import RegionError
from prospector.region.deposit_model import DepositModel, Stated
from prospector.region.overrides import merged, renaming_fault, without_old_words
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import faults_of, validated


def deposit_model_names() -> list[str]:
    """Return the names of the shipped deposit models, sorted."""
    folder = resources.files("prospector.region") / "deposit_models"
    return sorted(
        entry.name.removesuffix(".toml")
        for entry in folder.iterdir()
        if entry.name.endswith(".toml")
    )


def load_deposit_model(
    name: str, *, override: dict[str, Any] | None = None, overridden_in: Path | None = None
) -> DepositModel:
    """Return a shipped deposit model by name, with tables of a region merged over it by key.

    Raises
    ------
    RegionError
        No model has that name, or an override does not fit it.
    """
    if name not in deposit_model_names():
        raise RegionError(f"{unknown_model(name)}.")
    tables = shipped_tables(name)
    stated = (Stated(Path(f"{name}.toml"), tables, shipped=True),)
    return overridden(name, tables, stated, override=override or {}, overridden_in=overridden_in)


def overridden(
    name: str,
    tables: dict[str, Any],
    stated: Sequence[Stated],
    *,
    override: dict[str, Any],
    overridden_in: Path | None = None,
) -> DepositModel:
    """Return a deposit model with tables of a region merged over its own by key.

    Where they make another model of it, its caution and ranges are left out: see
    `prospector.region.overrides`.

    Parameters
    ----------
    name
        Of the deposit model.
    tables
        The whole model, what it inherits included.
    stated
        Which file states what of it, nearest first.
    override
        The table ``[override.NAME]``.
    overridden_in
        The file that states the tables.

    Raises
    ------
    RegionError
        The override does not fit it.
    """
    file = overridden_in if override and overridden_in else stated[0].file
    prefix = f"override.{name}" if override else ""
    whole = merged(without_old_words(tables, override), override)
    model = validated(DepositModel, whole, file, prefix=prefix)
    model._stated = (Stated(file, override, f"{prefix}."), *stated) if override else tuple(stated)
    return model


def unknown_model(name: str, own: Collection[str] = ()) -> str:
    """Return the error text for an unknown deposit model, without a final stop.

    Examples
    --------
    >>> unknown_model("iogc")[:54]
    "Unknown deposit model 'iogc'. Did you mean 'iocg'? Ava"
    """
    known = [*own, *deposit_model_names()]
    return (
        f"Unknown deposit model '{name}'. {did_you_mean(name, known)}Available: {', '.join(known)}. "
        "For one of your own give a file, e.g. models/iron.toml (see `prospector models`)"
    )


def override_faults(
    override: object, file: Path, own: Mapping[str, dict[str, Any]] | None = None
) -> list[str]:
    """Return a line for each fault of the tables ``[override.NAME]`` of a region file.

    Parameters
    ----------
    override
        The tables.
    file
        That states them.
    own
        The tables of the region's own models, by name.
    """
    if not isinstance(override, dict):
        return []
    models = {**{name: shipped_tables(name) for name in deposit_model_names()}, **(own or {})}
    faults = []
    for name, over in override.items():
        if name in models and isinstance(over, dict):
            whole = merged(models[name], over)
            faults += faults_of(DepositModel, whole, file, prefix=f"override.{name}")
            faults += renaming_fault(name, over, file)
    return faults


def shipped_tables(name: str) -> dict[str, Any]:
    """Return the tables of a shipped deposit model."""
    return tomllib.loads(shipped_text(name))


def shipped_text(name: str) -> str:
    """Return the file of a shipped deposit model as it is written."""
    source = resources.files("prospector.region") / "deposit_models" / f"{name}.toml"
    return source.read_text(encoding="utf-8")
