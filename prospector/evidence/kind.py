"""What a kind of evidence is, and the one place where kinds are known: the extension point."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path
from typing import Annotated, Any, Protocol

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from prospector.errors import ModelError, Notice, Reason
from prospector.grid import BoolArray, FloatArray, Units
from prospector.layers import AnyLayer, Layers
from prospector.region.faults import explain_validation
from prospector.region.quantities import LONGEST_LIST
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import Name

ENTRY_POINTS = "prospector.evidence"
"""Entry-point group of kinds that other packages bring."""

CELLS_BESIDE = 20_000.0
"""What a piece of a window costs beside its cells, for most kinds: fewer make a strip of ground dearer."""


class Parameters(BaseModel):
    """Parameters of a kind: unknown keys are refused. A kind's own keys are added by inheritance."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("exact")

    def unit(self) -> str | None:
        """Return the unit of the values where it depends on the parameters."""
        return None

    def transformed(self, value: float) -> float:
        """Return a stated value, as a membership's, on the scale of the values; that itself by default."""
        return value

    def cells_beside(self) -> float:
        """Return what computing a piece of a window costs beside its cells, in cells.

        It says how small the pieces are that permissive ground is computed in. Infinite where the last
        bits of a value depend on the window, as those of running sums do: windows are then computed whole.
        """
        return CELLS_BESIDE

    def misfits(self, _cell_size_m: float, /) -> dict[str, str]:
        """Return what is wrong with its keys on cells of a size, by key; nothing by default."""
        return {}

    def reaches(self) -> dict[str, float | None]:
        """Return how far from a unit it looks, in metres, by key: less than half a cell is reported."""
        return {}

    def quicker(self) -> Parameters:
        """Return parameters that cost less on a large layer and give nearly the same: for a first look."""
        return self

    def classes(self) -> tuple[tuple[str, tuple[str | int | float, ...]], ...]:
        """Return the values that it names of each column of its layer: those not found are reported."""
        return ()

    def ranges(self) -> tuple[str, ...]:
        """Return the columns of its layer of which it states a range: rows without a number are reported."""
        return ()


LayerNames = Name | Annotated[list[Name], Field(min_length=1, max_length=LONGEST_LIST)]
"""The name of a layer in region.toml, or several."""


class LayerParameters(Parameters):
    """Parameters of a kind that reads the layers of one role.

    With `layer`, only the layer of that name in region.toml is read, or only those of several names.

    Parameters
    ----------
    role
        The role of the layers that are read.
    layer
        The layer of that role that is read, by its name in region.toml, or several; all where it is
        left out.
    """

    role: str = Field(examples=["faults"])
    layer: LayerNames | None = Field(default=None, examples=["mapped_faults"])


def role_of(parameters: Any) -> tuple[str, ...]:
    """Return the `role` that parameters name, as the one role that is read; none if they name none.

    Examples
    --------
    >>> role_of(LayerParameters(role="faults")), role_of(Parameters())
    (('faults',), ())
    """
    role = getattr(parameters, "role", None)
    return () if role is None else (role,)


def layers_named(parameters: Any) -> tuple[str, ...]:
    """Return the layers that parameters name with `layer`; none where all of the role are read.

    Examples
    --------
    >>> layers_named(LayerParameters(role="surface", layer="gravity")), layers_named(Parameters())
    (('gravity',), ())
    """
    names = getattr(parameters, "layer", None)
    if names is None:
        return ()
    return (names,) if isinstance(names, str) else tuple(names)


class EvidenceFunction(Protocol):
    """A pure function of layers and units: one value a unit, shape (n,), NaN where there is none."""

    def __call__(self, layers: Layers, units: Units, *, parameters: Any) -> FloatArray: ...  # noqa: D102


class DrawnFunction(Protocol):
    """Says of each unit whether its value comes from features drawn from descriptions, shape (n,)."""

    def __call__(self, layers: Layers, units: Units, *, parameters: Any) -> BoolArray: ...  # noqa: D102


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
        Unit of the values; None where it is that of the raster of the role, or `unit_of` gives it.
    roles
        Returns the roles of the layers that the function reads, given the parameters; possibly none.
        Evidence is dropped where the region lacks one of them, and no other layer is handed on. By
        default the `role` of the parameters.
    check
        Raises ModelError where the layers leave nothing to compute on: the evidence is then dropped.
        If it returns `Features`, values come from these alone, else from all that the roles hold.
    unit_of
        Returns the unit of the values where it is that of a layer's column.
    notices
        Returns what reading the layers' columns chose: what is censored, missing or unreadable.
    measures_distance
        Whether values are distances in km, which mean nothing nearer than the layer's tolerance: an
        evidence whose membership ends there is dropped.
    drawn
        Returns of each unit whether its value comes from features that were drawn from descriptions,
        shape (n,); asked only where some were and others were not. By default every value does.
    of_layers
        Whether values are measured from the layers that it reads: they are unknown where these say
        nothing. Not for what is the unit's own.
    geometries
        What the layers that it reads may hold: point, line, polygon, raster; anything by default. An entry
        that names a role of another geometry is refused.
    cell_ns
        About how long a cell takes, in ns: of several conditions of permissive ground the cheapest is asked
        first. No result depends on it.
    """

    parameters: type[Parameters]
    function: EvidenceFunction
    unit: str | None
    roles: Callable[[Any], tuple[str, ...]] = role_of
    check: Callable[[Layers, Any], object] | None = None
    measures_distance: bool = False
    unit_of: Callable[[Layers, Any], str] | None = None
    notices: Callable[[Layers, Any], Sequence[Notice]] | None = None
    drawn: DrawnFunction | None = None
    of_layers: bool = True
    geometries: tuple[str, ...] = ()
    cell_ns: int = 200


@dataclass(frozen=True, eq=False)
class DeclaredLayers(Layers):
    """The layers of the roles that a kind declares; asking for another role is an error.

    Parameters
    ----------
    kind
        Name of the kind, for the error.
    roles
        Roles that it declares for its parameters.
    """

    kind: str = ""
    roles: tuple[str, ...] = ()

    def of_role(self, role: str) -> list[AnyLayer]:
        """Return the layers of a declared role, in the order of region.toml.

        Raises
        ------
        ModelError
            The role is not declared.
        """
        if role not in self.roles:
            declared = ", ".join(f"'{name}'" for name in self.roles) or "none"
            raise ModelError(
                f"kind '{self.kind}': it reads role '{role}', but the roles that it declares are: "
                f"{declared}. Return '{role}' from `roles` of its Kind too."
            )
        return super().of_role(role)


def declared_layers(
    layers: Layers, name: str, kind: Kind, parameters: Parameters
) -> DeclaredLayers:
    """Return the layers that a kind may read: of the roles that it declares, those that are named.

    Where the parameters name no layer with `layer`, all layers of these roles.
    """
    roles, names = declared_roles(name, kind, parameters), layers_named(parameters)
    by_name = role_of(parameters) if names else ()
    items = tuple(
        layer
        for layer in layers.items
        if layer.role in roles and (layer.role not in by_name or layer.name in names)
    )
    return DeclaredLayers(layers.crs, items, layers.notices, layers.places, name, roles)


def readable_layers(kind: str, layers: Layers, parameters: Parameters) -> DeclaredLayers:
    """Return the layers that an evidence reads, by the name of its kind."""
    return declared_layers(layers, kind, known_kinds()[kind], parameters)


FEATURES = ("point", "line", "polygon")
"""Geometries of layers of features."""

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


def validate_parameters(
    kind: str,
    parameters: dict[str, Any],
    *,
    where: str | Path,
    prefix: str = "",
    beside: Collection[str] = (),
) -> Parameters:
    """Return a kind's validated parameters.

    Parameters
    ----------
    kind
        Name of the kind of evidence.
    parameters
        As the deposit model's file states them.
    where, prefix
        What holds the entry, and its key in that, as errors name them.
    beside
        Keys of the same table that are not the kind's own: errors offer them too.

    Raises
    ------
    ModelError
        The kind is unknown, or keys or values do not fit it: a line for each.
    """
    kinds = known_kinds()
    if kind not in kinds:
        raise ModelError(
            f"{_at(where, prefix)}: '{kind}' is not a kind of evidence. Use: {', '.join(kinds)}. "
            f"{did_you_mean(kind, kinds)}".rstrip()
        )
    shape = kinds[kind].parameters
    try:
        return shape.model_validate(parameters)
    except ValidationError as error:
        raise ModelError(
            explain_validation(error, shape, where, prefix=prefix, also=beside)
        ) from error


def _at(where: str | Path, prefix: str) -> str:
    return f"{where}: key '{prefix}.kind'" if prefix else f"{where}"


def evidence_roles(kind: str, parameters: Parameters) -> tuple[str, ...]:
    """Return the roles of the layers that an evidence reads, each once; possibly none."""
    return declared_roles(kind, known_kinds()[kind], parameters)


def roles_read(kind: str, parameters: dict[str, Any]) -> tuple[str, ...]:
    """Return the roles that an evidence reads by its parameters as they stand in a file.

    None where kind or parameters are wrong: that is an error once the evidence is asked for.
    """
    try:
        return evidence_roles(kind, validate_parameters(kind, parameters, where=kind))
    except ModelError:
        return ()


def declared_roles(name: str, kind: Kind, parameters: Parameters) -> tuple[str, ...]:
    """Return the roles that a kind declares for its parameters, each once.

    Raises
    ------
    ModelError
        It gives one text in place of a tuple of them.
    """
    roles = kind.roles(parameters)
    if isinstance(roles, str):
        raise ModelError(
            f"kind '{name}': its roles are the text '{roles}'. Return a tuple, e.g. ('{roles}',)."
        )
    return tuple(dict.fromkeys(roles))


def evidence_unit(kind: str, layers: Layers, *, parameters: Parameters) -> str:
    """Return the unit of an evidence's values."""
    known, readable = known_kinds()[kind], readable_layers(kind, layers, parameters)
    unit = parameters.unit() or known.unit
    if unit is not None:
        return unit
    if known.unit_of is not None:
        return known.unit_of(readable, parameters)
    rasters = (readable.raster(role) for role in evidence_roles(kind, parameters))
    return next((raster.unit for raster in rasters if raster is not None), "")
