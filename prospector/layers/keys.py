"""Roles of a region's own and keys of ``[layers.NAME]``: what would do nothing is refused, all at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from prospector.errors import Fault, LayerError, RegionError
from prospector.layers.field_names import RESERVED
from prospector.layers.reading import layer_fault
from prospector.layers.registers import is_tax_column, register_tables
from prospector.layers.roles import (
    ACCESS_ROLES,
    CONTEXT_ROLES,
    EXCLUSION_ROLES,
    ROLES,
    Role,
    roles_of_region,
    unknown_role,
)
from prospector.region.deposit_model import CELL
from prospector.region.region_file import Region
from prospector.region.region_tables import LayerEntry, RoleEntry
from prospector.region.spelling import did_you_mean

OF_RASTERS = ("band", "nodata", "unit", "max_cells", "max_tile_cells")
OF_FEATURES = ("encoding", "columns", "missing")
OF_CELLS = ("band", "nodata", "max_cells", "max_tile_cells")
"""Keys of rasters that those have, too, of which polygons are made."""

OF_ONE_LAYER = ("relief",)
"""Roles that one layer fills, for outputs too take it."""

OF_ROLES: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("register", "kinds", "states", "held_as", "expired"), ("concessions",)),
    "missing_kinds": ("concessions", *EXCLUSION_ROLES),
    "missing_names": EXCLUSION_ROLES,
    "exclude": EXCLUSION_ROLES,
    "deposit_type": ("deposits",),
    "classes": tuple(
        name for name, role in ROLES.items() if role.geometry == "polygon" and not role.closed
    ),
}
OF_OWN_ROLES = ("classes",)
"""Keys that mean something for roles of a region's own, too, where these are of polygons."""

"""Key -> the only roles for which it means something."""


def check_entries(region: Region) -> None:
    """Raise LayerError unless every layer has a role that is known and no key that does nothing for it.

    Roles of the region's own must be sound too.
    """
    faults = layer_faults(region)
    if faults:
        raise LayerError(faults)


def layer_faults(region: Region) -> list[str]:
    """Return what `check_entries` would say, a line for each key."""
    roles = roles_of_region(region)
    return [
        *(
            Fault(f"{region.file}: key 'roles.{name}{key}'", what)
            for name, entry in region.roles.items()
            for key, what in _role_faults(name, entry)
        ),
        *(
            layer_fault(region.file, name, key, what)
            for name, entry in region.layers.items()
            for key, what in (*_faults(entry, roles), *_second_of_one(region, name, entry))
        ),
        *(
            fault
            for name, entry in region.layers.items()
            for fault in _register_faults(region, name, entry)
        ),
    ]


def _register_faults(region: Region, name: str, entry: LayerEntry) -> list[str]:
    """Return what is wrong with the register that a layer names."""
    if entry.register_ is None:
        return []
    try:
        register_tables(entry.register_, region.file, name)
    except RegionError as error:
        return list(error.lines)
    return []


def _role_faults(name: str, entry: RoleEntry) -> Iterator[tuple[str, str]]:
    if name in ROLES or name == CELL:
        what = "a shipped role" if name in ROLES else "what a grid is made of"
        yield "", f"'{name}' is {what}. Give another name, e.g. 'own_{name}'."
    for key in ("columns", "required"):
        columns = getattr(entry, key)
        if columns and entry.geometry == "raster":
            yield f".{key}", "has no effect on rasters: they have no columns. Remove it."
        for column in columns:
            if column in (*RESERVED, "fid", "geometry"):
                yield f".{key}", f"'{column}' is not an attribute of a file. Remove it."
            elif is_tax_column(column):
                yield f".{key}", f"'{column}' is a tax or personal number. Remove it."


def _second_of_one(region: Region, name: str, entry: LayerEntry) -> Iterator[tuple[str, str]]:
    """Give that a layer is the second of a role that one layer fills."""
    first = next(other for other, of_it in region.layers.items() if of_it.role == entry.role)
    if entry.role in OF_ONE_LAYER and first != name:
        yield (
            "role",
            f"'{first}' is the region's {entry.role} already, and the map and the columns of "
            f"targets use only one. Give this one the role 'surface', and write layer = \"{name}\" "
            "in evidence that reads it.",
        )


def _faults(entry: LayerEntry, roles: Mapping[str, Role]) -> Iterator[tuple[str, str]]:
    if entry.role not in roles:
        yield "role", unknown_role(entry.role, roles)
        return
    for key in _given(entry):
        use = _use(key, entry, roles[entry.role])
        if use:
            yield (
                key,
                f"has no effect for the role '{entry.role}': it is only for {use}. Remove it.",
            )
    yield from _constant_faults(entry, roles[entry.role])
    if entry.role == "concessions" and not (entry.register_ or entry.kinds or entry.states):
        for key in ("held_as", "expired"):
            if key in _given(entry):
                yield key, "has no effect without a register. Give register, or kinds and states."


def _constant_faults(entry: LayerEntry, role: Role) -> Iterator[tuple[str, str]]:
    """Give what is wrong with the columns that an entry states of every feature."""
    for column in () if role.closed or role.geometry == "raster" else entry.constants:
        if column == "name":
            yield (
                f"constants.{column}",
                "one name for all would make features look alike. Use the key name, which numbers "
                "them.",
            )
        elif column == "deposit_type" and entry.deposit_type is not None:
            yield f"constants.{column}", "is given in the key deposit_type too. Remove one of them."
        elif column not in role.known:
            yield (
                f"constants.{column}",
                f"is not a column of the role '{entry.role}'. Use: {', '.join(role.known)}. "
                f"{did_you_mean(column, role.known)}".rstrip(),
            )


def cell_keys(entry: LayerEntry) -> list[str]:
    """Return the keys of a raster's cells that an entry states."""
    return [key for key in _given(entry) if key in OF_CELLS]


def names_codes(entry: LayerEntry) -> bool:
    """Return whether a layer names codes of a raster that polygons are to be made of."""
    return bool(entry.classes or isinstance(entry.exclude, list))


def _given(entry: LayerEntry) -> list[str]:
    """Return the keys that the entry states, but for those that state the default."""
    fields = type(entry).model_fields
    return [
        field.alias or name
        for name, field in fields.items()
        if getattr(entry, name) != field.get_default(call_default_factory=True)
    ]


def _use(key: str, entry: LayerEntry, role: Role) -> str | None:
    """Return what a key is for, where that is not the layer; None where it is."""
    is_raster, of_cells = role.geometry == "raster", names_codes(entry)
    if key in OF_RASTERS and not is_raster and not (of_cells and key in OF_CELLS):
        may_be = key in OF_CELLS and role.geometry == "polygon" and not role.closed
        return "rasters, and for polygons made of one by `classes`" if may_be else "rasters"
    if key in (*OF_FEATURES, "coverage", "name", "constants") and is_raster:
        return "features: points, lines or polygons"
    if key == "coverage" and entry.role in (*ACCESS_ROLES, *CONTEXT_ROLES):
        return "layers that evidence reads, titles, and ground where work is barred"
    if key in OF_FEATURES and entry.classes:
        return "files of features, and `classes` are of a raster"
    if key in ("name", "constants") and role.closed:
        return "features whose file may lack a column"
    if key in OF_OWN_ROLES and entry.role not in ROLES and role.geometry == "polygon":
        return None
    if key in OF_ROLES and entry.role not in OF_ROLES[key]:
        return f"the roles {', '.join(OF_ROLES[key])}"
    return None
