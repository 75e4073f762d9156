"""Help that reads as a person would write it: what a value is, in place of its type."""

from __future__ import annotations

from typing import Any

from typer.core import TyperArgument, TyperGroup

VALUES: dict[str, str] = {
    "deposit_model": "NAME", "estimator": "NAME", "name": "NAME", "cell_size": "METRES", "max_cells": "N",
    "seed": "N", "workers": "N", "before": "YEAR", "dask": "ADDRESS", "store": "PATH", "out": "PATH",
    "keep": "COLUMN", "encoding": "NAME", "rank_by": "COLUMNS", "earlier": "RUN",
    "later": "RUN", "margin_km": "KM",
}  # fmt: skip
"""Name of an argument or option -> what stands for its value in help; else its own name in capitals."""

CHOICES = ("language", "basemap", "undated")
"""Options whose help lists the values that there are."""


class PlainGroup(TyperGroup):
    """Commands whose help names each value by what it is: ``--cell-size METRES``, not ``<float range>``.

    What each command does stands whole in the list of them.
    """

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for command in self.commands.values():
            command.short_help = " ".join((command.help or "").split("\n\n")[0].split())
            for parameter in command.params:
                name = parameter.name or ""
                if parameter.metavar is None and name not in CHOICES:
                    parameter.metavar = VALUES.get(name, name.upper())
                if isinstance(parameter, TyperArgument):
                    vars(parameter)["display_type_rich"] = _no_type


def _no_type(ctx: object) -> None:
    """Return no type: what stands for the value says it."""
