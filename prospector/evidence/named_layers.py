"""Evidence that names its layer with `layer`: the layer must exist, and must be named if several fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prospector.errors import ModelError, Reason
from prospector.evidence.entries import entry_keys, entry_of, entry_parameters
from prospector.evidence.features import listed
from prospector.evidence.kind import evidence_roles, layers_named, role_of
from prospector.layers import Layers
from prospector.layers.keys import OF_ONE_LAYER
from prospector.layers.roles import roles_of_region
from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import Region
from prospector.region.spelling import did_you_mean


def lacking_layer(kind: str, layers: Layers, parameters: Any) -> ModelError | None:
    """Return why a region cannot give an evidence: no layer of its role, or none of the name it states.

    None where it has them all.
    """
    for role in evidence_roles(kind, parameters):
        if not layers.of_role(role):
            why = Reason("no-layer", role=role)
            return ModelError(f"the region has no layer of role '{role}'", why)
    return next(_absent({layer.name: layer.role for layer in layers.items}, parameters), None)


def naming_faults(region: Region, model: DepositModel) -> list[str]:
    """Return what is wrong with the layers that a model's evidence and conditions read, a line for each.

    Where several rasters have a role, one must be named. A layer that region.toml names must be there;
    one that a shared deposit model names may be absent: its evidence is then dropped.
    """
    roles = {name: entry.role for name, entry in region.layers.items()}
    return [
        fault
        for table, key in entry_keys(model)
        for fault in _faults(region, roles, model, table, key)
    ]


def _faults(
    region: Region, roles: Mapping[str, str], model: DepositModel, table: str, key: str | int
) -> Iterator[str]:
    try:
        parameters = entry_parameters(model, table, key)
    except ModelError:  # what is wrong in the entry itself is an error of its own
        return
    file, prefix = model.place_of(table, key)
    absent = list(_absent(roles, parameters))
    if absent:
        if model.file_stating(table, key, "layer") is not None:
            yield from (f"{file}: key '{prefix}.layer': {error}." for error in absent)
        return
    known = roles_of_region(region)
    for role in evidence_roles(entry_of(model, table, key).kind, parameters):
        is_raster = role in known and known[role].geometry == "raster" and role not in OF_ONE_LAYER
        several = _rasters(role, roles, parameters) if is_raster else []
        if len(several) > 1:
            yield f"{file}: key '{prefix}': {_which(role, several, model, table, key)}"


def _absent(roles: Mapping[str, str], parameters: Any) -> Iterator[ModelError]:
    """Give an error for each layer that parameters name and a region does not have, or for another role."""
    for name in layers_named(parameters):
        [role] = role_of(parameters)
        there = tuple(other for other, of_layer in roles.items() if of_layer == role)
        names_there = ", ".join(there) or "none"
        if name not in roles:
            yield ModelError(
                f"the region has no layer '{name}'. {did_you_mean(name, there)}"
                f"Of role '{role}' it has: {names_there}",
                Reason("no-layer-of-name", layer=name, role=role, layers=listed(there)),
            )
        elif roles[name] != role:
            yield ModelError(
                f"layer '{name}' has the role '{roles[name]}', not '{role}'. "
                f"Of role '{role}' the region has: {names_there}",
                Reason(
                    "layer-of-other-role",
                    layer=name,
                    has=roles[name],
                    role=role,
                    layers=listed(there),
                ),
            )


def _rasters(role: str, roles: Mapping[str, str], parameters: Any) -> list[str]:
    """Return the rasters of a role that an evidence would read, by name."""
    names = layers_named(parameters) if role in role_of(parameters) else ()
    return [name for name in names or roles if roles[name] == role]


def _which(role: str, several: list[str], model: DepositModel, table: str, key: str | int) -> str:
    """Return that one of several rasters must be named, and where."""
    rasters = " and ".join([", ".join(f"'{name}'" for name in several[:-1]), f"'{several[-1]}'"])
    where = f"[override.{model.name}.{table}.{key}]" if table == "evidence" else "the condition"
    return (
        f"{rasters} are all rasters of role '{role}', and an evidence entry reads one. Choose one: "
        f'layer = "{several[0]}" in {where}.'
    )
