"""Deposit models in lines: what there is to screen for, and what each needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from textwrap import wrap

from prospector.evidence import roles_read
from prospector.models.known import STATED
from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import Region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.region.sought import refuse_none, seeking

WIDTH = 100
"""Letters of a line where no one looks on."""

START = """
To write one of your own, start from one that is near:
  prospector models iocg > REGION/models/mine.toml
Change it, with a name, a label and a code of its own, and list it in region.toml:
  deposit_models = ["porphyry_copper", "models/mine.toml"]"""


def model_lines(
    region: Region | None = None, *, width: int | None = None, sought: Sequence[str] = ()
) -> Iterator[str]:
    r"""Give the shipped deposit models, then those of a region's own, then how to write one.

    Parameters
    ----------
    region
        Whose own deposit models are listed, too.
    width
        Columns of the terminal.
    sought
        Names of commodities: only models that seek one of them; all where none is named.

    Raises
    ------
    ModelError
        No deposit model seeks any of them.

    Examples
    --------
    >>> print(*list(model_lines())[:3], sep="\n")
    Shipped deposit models
      borate_salar: Borate and potash of salars (BOS)
          polygons of the role salars; B, K; fuzzy, stated memberships
    """
    shipped = [load_deposit_model(name) for name in deposit_model_names()]
    own = {} if region is None else {name: region.deposit_model(name) for name in region.own_models}
    if sought:
        refuse_none([*shipped, *own.values()], sought)
    yield "Shipped deposit models"
    for model in _seeking(shipped, sought):
        yield from _lines(model, "", width or WIDTH)
    if region is not None:
        yield f"\nDeposit models of {region.file}"
        for model in _seeking(own.values(), sought):
            yield from _lines(model, region.own_models[model.name].file, width or WIDTH)
        if not region.own_models:
            yield "  none of its own"
        yield f"  It screens: {', '.join(region.model_names)}."
    yield from START.split("\n")


def _seeking(models: Iterable[DepositModel], sought: Sequence[str]) -> list[DepositModel]:
    """Return the models that seek what is sought; all where nothing is."""
    return seeking(models, sought) if sought else list(models)


def _lines(model: DepositModel, file: str, width: int) -> Iterator[str]:
    entry, estimator = model.deposit_model, model.estimator.name
    named = f", in {file}" if file else ""
    yield f"  {model.name}: {entry.label} ({entry.code}){named}"
    unit = "cells" if entry.unit == "cell" else f"polygons of the role {entry.unit}"
    learns = (
        "stated memberships"
        if estimator in STATED
        else f"learns from {model.labels.least} deposits or more"
    )
    parts = [unit, ", ".join(entry.commodities) or "no commodity", f"{estimator}, {learns}"]
    indent = " " * 6
    yield from wrap("; ".join(parts), width, initial_indent=indent, subsequent_indent=indent + "  ")
    roles = ", ".join(model_roles(model))
    types = " or ".join(model.labels.types)
    text = f"layers: deposits of type {types}; for the evidence {roles}"
    yield from wrap(text, width, initial_indent=indent, subsequent_indent=indent + "  ")


def model_roles(model: DepositModel) -> Sequence[str]:
    """Return the roles that a deposit model reads, each once, those of its evidence first.

    Examples
    --------
    >>> model_roles(load_deposit_model("lithium_brine"))
    ['salars', 'volcanoes', 'relief', 'basins']
    """
    entries = [*model.evidence.values(), *model.conditions]
    roles = (role for entry in entries for role in roles_read(entry.kind, entry.parameters))
    return list(dict.fromkeys(roles))
