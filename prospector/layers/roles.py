"""What a layer is for: its role, the geometry that it has, and the columns that are read of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from prospector.layers.registers import REGISTER_COLUMNS
from prospector.region.region_file import Region
from prospector.region.spelling import did_you_mean


@dataclass(frozen=True)
class Role:
    """What a layer is for: the geometry it must have and the columns that are known of it.

    Parameters
    ----------
    required
        Columns that it must carry.
    columns
        Columns that are kept where it has them; no other column leaves the reader, unless region.toml maps
        it or an evidence uses it: nobody is shown because a file had a column too many.
    closed
        Whether no other column leaves, whatever region.toml maps: such layers name people.
    tiles
        Whether its polygons tile the ground that was mapped: where none lies, nothing is known.
    use
        What alone it is for, where no evidence is made of it; else empty.
    """

    geometry: str
    required: tuple[str, ...] = ()
    description: str = ""
    columns: tuple[str, ...] = ()
    closed: bool = False
    tiles: bool = False
    use: str = ""

    @property
    def words(self) -> str:
        """What its layers are and, where that is not all, what alone they are for.

        Examples
        --------
        >>> ROLES["coast"].words, ROLES["faults"].words
        ('coast line (map only)', 'faults and fault systems')
        """
        return f"{self.description} ({self.use})" if self.use else self.description

    @property
    def known(self) -> tuple[str, ...]:
        """Every column that is kept."""
        return self.columns if self.closed else (*self.required, *ANY_ROLE, *self.columns)


ANY_ROLE = ("name", "class", "country", "schematic", "tolerance_m")
"""Columns that any layer may have."""

_DEPOSITS = (
    "deposit_id", "commodities", "age_ma", "age_text", "belt", "verified", "status", "discovery_year",
    "discovery_text", "tonnage_mt", "cu_percent", "mo_percent", "au_g_t", "ag_g_t", "li_mg_l", "li_text",
    "includes", "position_source", "source", "grade", "source_count", "doubt",
)  # fmt: skip
_ROCKS = (
    "unit",
    "code",
    "lithology",
    "rock_class",
    "age",
    "age_ma",
    "age_min_ma",
    "age_max_ma",
    "formation",
)
_SAMPLES = ("sample_id", "age_ma", "count")
_TAILINGS = (
    "tailings_id", "resource", "kind", "tonnage_mt", "authorised_mt", "approval_year", "approval_date",
    "commune", "province", "region", "operator", "status", "source",
)  # fmt: skip
_GROUND = ("kind", "category", "designation", "status")
_SALARS = (
    "salar_id", "outline_source", "area_km2", "li_mg_l", "lithium_status", "status", "regime", "regime_date",
    "regime_source", "grade", "sources",
)  # fmt: skip
_BASINS = (
    "basin_code", "closed", "precipitation_mm_y", "evapotranspiration_mm_y", "aridity", "elevation_m",
)  # fmt: skip
_WELLS = ("well_id", "elevation_m", "depth_to_water_m", "basin")

ROLES: dict[str, Role] = {
    "deposits": Role("point", ("name", "deposit_type"), "known deposits", columns=_DEPOSITS),
    "salars": Role(
        "polygon",
        ("name",),
        "salt flats and their brine bodies",
        columns=_SALARS,
    ),
    "basins": Role("polygon", ("name",), "drainage basins and their climate", columns=_BASINS),
    "faults": Role(
        "line",
        (),
        "faults and fault systems",
        columns=("fault_system", "strike_class", "kind", "activity"),
    ),
    "geology": Role("polygon", (), "geological units", columns=_ROCKS, tiles=True),
    "intrusions": Role("polygon", (), "intrusive rocks", columns=_ROCKS),
    "volcanoes": Role("point", (), "young volcanoes", columns=("age", "age_ma", "kind", "status")),
    "dated_samples": Role("point", (), "dated or analysed rock samples", columns=_SAMPLES),
    "geochemistry": Role(
        "point", (), "analysed samples of sediment, soil or rock", columns=_SAMPLES
    ),
    "trench": Role("line", (), "the trench of the subduction zone"),
    "slab_depth": Role("raster", (), "depth of the subducting slab"),
    "crust_thickness": Role("raster", (), "thickness of the crust"),
    "domes": Role(
        "point",
        (),
        "volcanic domes and centres of a deposit model's age",
        columns=("age", "age_ma", "kind", "status"),
    ),
    "magnetics": Role("raster", (), "magnetic anomaly"),
    "relief": Role("raster", (), "elevation"),
    "surface": Role("raster", (), "any other gridded quantity"),
    "land": Role("polygon", (), "land, as against sea"),
    "protected": Role("polygon", ("name",), "protected ground", columns=_GROUND),
    "indigenous": Role("polygon", (), "indigenous territory", columns=_GROUND),
    "urban": Role("polygon", (), "towns and their bounds, as ground", columns=_GROUND),
    "water": Role("polygon", (), "lakes, wetlands and ground kept for water", columns=_GROUND),
    "military": Role("polygon", (), "military ground", columns=_GROUND),
    "border_zone": Role(
        "polygon", (), "border zones in which foreigners are bound to conditions", columns=_GROUND
    ),
    "concessions": Role(
        "polygon",
        ("concession_id", "tenure_class"),
        "mining concessions",
        columns=tuple(REGISTER_COLUMNS),
        closed=True,
    ),
    "administrative": Role(
        "polygon",
        ("name",),
        "regions, provinces or communes",
        columns=("code", "level", "province", "region", "kind", "area_km2"),
    ),
    "coast": Role("line", (), "coast line", use="map only"),
    "borders": Role("line", (), "borders", use="map only"),
    "towns": Role(
        "point", ("name",), "towns", use="map and access", columns=("inhabitants", "kind")
    ),
    "roads": Role("line", (), "roads", use="access only", columns=("kind", "surface")),
    "power_lines": Role(
        "line", (), "power lines", use="access only", columns=("kind", "voltage_kv")
    ),
    "ports": Role("point", ("name",), "ports", use="map and access", columns=("kind",)),
    "wells": Role(
        "point", (), "wells and their depth to water", use="map and access", columns=_WELLS
    ),
    "sites": Role(
        "point",
        (),
        "plants, projects and other places",
        use="context only",
        columns=("kind", "status", "commodities"),
    ),
    "tailings": Role(
        "point",
        (),
        "tailings deposits, as a secondary resource",
        use="context only",
        columns=_TAILINGS,
    ),
}
"""Every role that is shipped."""


def roles_of_region(region: Region) -> dict[str, Role]:
    """Return every role that a layer of a region can have: the shipped ones, then its own."""
    own = {
        name: Role(entry.geometry, tuple(entry.required), entry.description, tuple(entry.columns))
        for name, entry in region.roles.items()
    }
    return {**ROLES, **{name: role for name, role in own.items() if name not in ROLES}}


def unknown_role(name: str, roles: Mapping[str, Role] | Collection[str] = ROLES) -> str:
    """Return the error text for an unknown role.

    Examples
    --------
    >>> unknown_role("falts", ["faults", "geology"])[:73]
    "'falts' is not a role. Use one of: faults, geology. Did you mean 'faults'"
    """
    return (
        f"'{name}' is not a role. Use one of: {', '.join(roles)}. {did_you_mean(name, roles)}For a "
        "role of your own, add [roles.NAME] with its geometry to region.toml, e.g. geometry = "
        '"polygon".'
    )


EXCLUSION_ROLES = ("protected", "indigenous", "urban", "water", "military", "border_zone")
"""Roles of ground where work is barred or bound to conditions."""

ACCESS_ROLES = ("towns", "ports", "roads", "power_lines", "wells")
"""Roles of how ground is reached: columns of a target, refused as evidence."""

CONTEXT_ROLES = ("sites", "tailings")
"""Roles of places where people have worked: refused as evidence, they stand where deposits are known."""

EXCLUDED = "excluded"
"""Column of such a layer that is to be taken out of what is scored: 'yes' or 'no'."""
