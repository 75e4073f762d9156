"""The contract of columns: what each column that a role knows holds, whatever its file writes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Holds = Literal[
    "text", "id", "class", "number", "year", "yes or no", "yes, no or unknown", "holder"
]


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Parameters
    ----------
    holds
        A text; an id; the word or code of a class, as text; a number that cannot be negative; a year; yes or
        no, where empty is no or unknown; or a holder, who is named if a company or public body.
    unit
        Unit of a number; another one behind it is converted.
    absent
        What the features of a file without the column are, where another file of the role has it.
    unique
        Whether two rows with the same value are told.
    """

    holds: Holds
    meaning: str
    unit: str = ""
    absent: bool | None = None
    unique: bool = False


def _columns(holds: Holds, meanings: dict[str, str]) -> dict[str, Column]:
    return {name: Column(holds, meaning) for name, meaning in meanings.items()}


def _numbers(columns: dict[str, tuple[str, str]]) -> dict[str, Column]:
    return {name: Column("number", meaning, unit) for name, (meaning, unit) in columns.items()}


COLUMNS: dict[str, Column] = {
    "name": Column("text", "name"),
    "deposit_type": Column("class", "type, as deposit models name it"),
    "deposit_id": Column("id", "id of the deposit", unique=True),
    "salar_id": Column("id", "id of the salar", unique=True),
    "sample_id": Column("id", "id of the sample", unique=True),
    "tailings_id": Column("id", "id of the tailings deposit", unique=True),
    "well_id": Column("id", "id of the well", unique=True),
    "basin_code": Column("id", "code of the basin", unique=True),
    "closed": Column("yes, no or unknown", "whether its water reaches no sea; empty is unknown"),
    "verified": Column("yes or no", "whether the deposit is verified; empty is no", absent=True),
    "schematic": Column(
        "yes or no", "whether it is drawn from descriptions; empty is no", absent=False
    ),
    "discovery_year": Column("year", "year of discovery"),
    "approval_year": Column("year", "year of approval"),
    "operator": Column("holder", "who operates it, if a company or public body"),
    **_numbers(
        {
            "tolerance_m": ("how far it may lie off", "m"),
            "age_ma": ("age", "Ma"),
            "age_min_ma": ("youngest age", "Ma"),
            "age_max_ma": ("oldest age", "Ma"),
            "tonnage_mt": ("tonnage", "Mt"),
            "authorised_mt": ("tonnage that may be laid down", "Mt"),
            "cu_percent": ("grade of copper", "%"),
            "mo_percent": ("grade of molybdenum", "%"),
            "au_g_t": ("grade of gold", "g/t"),
            "ag_g_t": ("grade of silver", "g/t"),
            "li_mg_l": ("lithium in brine", "mg/l"),
            "area_km2": ("area", "km2"),
            "area_ha": ("area", "ha"),
            "count": ("how many analyses it stands for", ""),
            "source_count": ("how many sources state it", ""),
            "inhabitants": ("inhabitants", "inhabitants"),
            "voltage_kv": ("voltage", "kV"),
            "elevation_m": ("elevation", "m"),
            "depth_to_water_m": ("depth from the ground down to water", "m"),
            "precipitation_mm_y": ("precipitation in a year", "mm/y"),
            "evapotranspiration_mm_y": ("potential evapotranspiration in a year", "mm/y"),
            "aridity": ("potential evapotranspiration as a multiple of precipitation", ""),
        }
    ),
    **_columns(
        "class",
        {
            "class": "class of it, as exclusions and dossiers name it",
            "country": "country",
            "kind": "kind of it",
            "category": "category of protection",
            "designation": "designation",
            "status": "status",
            "belt": "metallogenic belt",
            "fault_system": "fault system",
            "strike_class": "class of strike",
            "activity": "activity of the fault",
            "unit": "geological unit",
            "code": "code",
            "lithology": "rock",
            "rock_class": "class of the rock, e.g. volcanic",
            "formation": "formation",
            "level": "administrative level",
            "commune": "commune",
            "province": "province",
            "region": "region",
            "resource": "metal or mineral of it",
            "grade": "how well its sources carry it, A to C",
            "surface": "surface of the road",
            "basin": "basin that it lies in",
            "lithium_status": "what is known of its lithium, from unstudied to production",
            "regime": "who may take its lithium",
        },
    ),
    **_columns(
        "text",
        {
            "commodities": "commodities",
            "age": "age in words",
            "age_text": "age as its source gives it",
            "discovery_text": "discovery as its source gives it",
            "li_text": "lithium as its source gives it",
            "includes": "what else it includes",
            "position_source": "where its place comes from",
            "outline_source": "where its outline comes from",
            "source": "where it comes from",
            "doubt": "what is doubtful of it",
            "approval_date": "date of approval",
            "sources": "where it comes from, each source with its date",
            "regime_date": "date of the regime",
            "regime_source": "where the regime comes from",
        },
    ),
}
"""Columns of the roles by name: a name means the same in every role."""
