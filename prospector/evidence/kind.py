"""What a kind of evidence is, and the one place where kinds are known: the extension point."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict, ValidationError

from prospector.errors import ModelError
from prospector.grid import FloatArray, Units
from prospector.layers import Layers
from prospector.region import explain_validation

ENTRY_POINTS = "prospector.evidence"
"""Entry-point group of kinds that other packages bring."""


class Parameters(BaseModel):
    """What every kind is told: the role that it reads. A kind's own keys are added by inheritance."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    role: str

    def accuracy(self) -> str:
        """Return what the values are exact to, in words."""
        return "exact"

    def unit(self) -> str | None:
        """Return the unit of the values where it depends on the parameters."""
        return None


class EvidenceFunction(Protocol):
    """A pure function of layers and units: one value a unit, shape (n,), NaN where there is none."""

    def __call__(self, layers: Layers, units: Units, *, parameters: Any) -> FloatArray: ...  # noqa: D102


@dataclass(frozen=True)
class Kind:
    """A kind of evidence.

    Parameters
    ----------
    parameters
        A pydantic model that inherits from `Parameters`; its docstring says what is measured.
    function
        Computes the values. It must give a cell the same value however a region is cut.
    unit
        Unit of the values; None where it is that of the raster of the role.
    version
        Changes when the function gives other values: what was kept from before is not used again.
    """

    parameters: type[Parameters]
    function: EvidenceFunction
    unit: str | None
    version: int = 1


KINDS: dict[str, Kind] = {}
"""Every kind of evidence by name, those of other packages once `known_kinds` was called."""


def register_kind(name: str, kind: Kind) -> None:
    """Make a kind of evidence known under a name, for deposit models to use.

    Raises
    ------
    ValueError
        The name is taken by another kind.
    """
    if KINDS.get(name, kind) != kind:
        raise ValueError(f"a kind of evidence named '{name}' exists: choose another name")
    KINDS[name] = kind


@cache
def _load_entry_points() -> None:
    for point in metadata.entry_points(group=ENTRY_POINTS):
        register_kind(point.name, point.load())


def known_kinds() -> dict[str, Kind]:
    """Return every kind by name, those that installed packages bring included."""
    _load_entry_points()
    return KINDS


def validate_parameters(kind: str, parameters: dict[str, Any], *, where: str) -> Parameters:
    """Return a kind's validated parameters; `where` names the model and entry in errors.

    Raises
    ------
    ModelError
        The kind is unknown, or a key or value does not fit it.
    """
    kinds = known_kinds()
    if kind not in kinds:
        raise ModelError(f"{where}: '{kind}' is not a kind of evidence. Use: {', '.join(kinds)}.")
    try:
        return kinds[kind].parameters.model_validate(parameters)
    except ValidationError as error:
        raise ModelError(explain_validation(error, Path(where))) from error


def compute_evidence(
    kind: str, layers: Layers, units: Units, *, parameters: Parameters
) -> FloatArray:
    """Return one value a unit, shape (n,), NaN for nodata, in the unit of `evidence_unit`."""
    return known_kinds()[kind].function(layers, units, parameters=parameters)


def evidence_unit(kind: str, layers: Layers, *, parameters: Parameters) -> str:
    """Return the unit of an evidence's values."""
    unit = parameters.unit() or known_kinds()[kind].unit
    if unit is not None:
        return unit
    raster = layers.raster(parameters.role)
    return "" if raster is None else raster.unit
