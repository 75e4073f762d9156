"""Help in plain words: it shows what an option's value is, not its Python type."""

from __future__ import annotations

from functools import partial
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


PURPOSES: dict[str, tuple[str, ...]] = {
    "Make a region": ("init", "add", "layers", "check"),
    "Get official data": ("sources", "fetch", "classes"),
    "Screen and test": ("screen", "backtest", "compare-estimators"),
    "Read a run": ("explain", "dossier", "portfolio", "score-polygons", "compare"),
    "Hand over and repeat": ("export", "qgis-script", "rerun", "clean"),
    "Write deposit models and programs": ("models", "schema"),
}
"""What one wants -> the commands for it, in the order in which they are used."""


class PlainGroup(TyperGroup):
    """Commands whose help names each value by what it is: ``--cell-size METRES``, not ``<float range>``.

    They stand by what one wants, and what each of them does stands whole beside it.
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
                _tell_range(parameter)

    def list_commands(self, _ctx: Any) -> list[str]:
        """Return the names of the commands, by purpose."""
        return [name for names in PURPOSES.values() for name in names]

    def format_commands(self, _ctx: Any, formatter: Any) -> None:
        """Write the commands under what they are for."""
        for purpose, names in PURPOSES.items():
            with formatter.section(purpose):
                formatter.write_dl([(name, str(self.commands[name].short_help)) for name in names])


def _tell_range(parameter: Any) -> None:
    """Let an option that takes numbers say from which to which: ``1 to 1024``, not ``1<=x<=1024``."""
    for owner, name in (
        (parameter, "_get_number_range_help_str"),
        (getattr(parameter, "type", None), "_describe_range"),  # of an earlier typer
    ):
        if hasattr(owner, name) and getattr(owner, "min", None) is not None:
            setattr(owner, name, partial(_range_of, owner))


def _range_of(numbers: Any) -> str:
    """Return the least and the greatest number that an option takes."""
    return f"{numbers.min:g} to {numbers.max:.10g}"


def _no_type(ctx: object) -> None:
    """Return no type: the placeholder of the value shows it."""
