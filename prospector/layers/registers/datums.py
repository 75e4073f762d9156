"""Coordinates whose datum and zone stand in their row: old titles beside new ones in one file."""

from __future__ import annotations

import re
import tomllib
from functools import lru_cache
from importlib import resources

import geopandas as gpd
import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict
from pyproj import CRS

from prospector.errors import Notice
from prospector.layers.registers.folding import fold

ZONE = re.compile(
    r"^(?:HUSO|ZONA|ZONE|UTM|FAJA|HEMISFERIO|HEMISPHERE|HEM|H(?=\d)|Z(?=\d)|F(?=\d))*(?P<before>[A-Z]*?)"
    r"(?:HUSO|ZONA|ZONE|UTM)*(?P<number>\d{1,2})"
    r"(?:HEMISFERIO|HEMISPHERE|HEM|H(?=[NS]))?(?P<after>[A-Z]*)$"
)
"""A zone as registers write it: 19, 19S, H19S, Huso 19 Sur, UTM 19K."""

SOUTH = frozenset({"S", "SUR", "SOUTH", *"CDEFGHJKLM"})
"""What says that a zone is of the south: its hemisphere, or a band of latitude below the equator."""


class Datum(BaseModel):
    """A datum with the EPSG codes of its zones: that of a zone is `codes` and the zone's number."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    names: list[str]
    codes: int
    zones: tuple[int, int]
    accuracy_m: float


@lru_cache
def known_datums() -> dict[str, Datum]:
    """Return the datums whose zones are known, by every name that they go by, folded, without spaces."""
    text = (resources.files("prospector.layers.registers") / "datums.toml").read_text(
        encoding="utf-8"
    )
    tables = [Datum.model_validate(datum) for datum in tomllib.loads(text)["datums"].values()]
    return {_run_together(name): table for table in tables for name in table.names}


def crs_of(datum: object, zone: object) -> str:
    """Return the CRS of a datum and a zone as EPSG code; '' where they name none.

    The datums that are known are those of the southern hemisphere: a zone of the north ("19N") names
    none. A letter after the number is the hemisphere where it is N or S, else the latitude band.

    Examples
    --------
    >>> crs_of("PSAD-56", "19 S"), crs_of("Campo Inchauspe", 3), crs_of("WGS84", 19.0)
    ('EPSG:24879', 'EPSG:22193', 'EPSG:32719')
    >>> crs_of("WGS84", "Huso 19 Sur"), crs_of("WGS84", "19K")
    ('EPSG:32719', 'EPSG:32719')
    >>> crs_of("PSAD56", 3), crs_of("PSAD56", "19N"), crs_of("WGS84", "18/19")
    ('', '', '')
    """
    known, number = datum_named(datum), _southern_zone(zone)
    if known is None or number is None:
        return ""
    first, last = known.zones
    return f"EPSG:{known.codes + number}" if first <= number <= last else ""


def datum_named(name: object) -> Datum | None:
    """Return the datum of a name; None where none is known by it.

    Examples
    --------
    >>> datum_named("PSAD-56").accuracy_m, datum_named("NAD27")
    (17.0, None)
    """
    return known_datums().get(_run_together(name))


def _run_together(name: object) -> str:
    return fold(name).replace(" ", "")


def _southern_zone(zone: object) -> int | None:
    """Return the number of a zone; None where it is none, or of the north."""
    whole = re.sub(r"[.,]0+$", "", str(zone).strip())
    parts = ZONE.match(_run_together(whole))
    if parts is None:
        return None
    letters = {part for part in (parts["before"], parts["after"]) if part}
    return int(parts["number"]) if letters <= SOUTH else None


def placed_by_row(
    table: gpd.GeoDataFrame, datum: pd.Series, zone: pd.Series
) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return a table in WGS 84 whose rows came each in the CRS that its datum and zone name.

    PROJ's best operation for the place is used. A row whose datum or zone names no CRS cannot be
    placed: its geometry is left out, and counted.
    """
    codes = pd.Series([crs_of(*both) for both in zip(datum, zone, strict=True)], index=table.index)
    geometry = gpd.GeoSeries(np.full(len(table), None), index=table.index, crs="EPSG:4326")
    bare = gpd.GeoSeries(np.asarray(table.geometry.array, dtype=object), index=table.index)
    notices = []
    for code in sorted(set(codes) - {""}):
        rows = codes == code
        geometry[rows] = bare[rows].set_crs(code).to_crs("EPSG:4326")
        name = CRS.from_user_input(code).name
        about = {"datum": name, "crs": code}
        notices.append(Notice("datum-by-row", "note", about, int(rows.sum())))
    unplaced = int((codes == "").sum())
    if unplaced:
        notices.append(Notice("titles-not-placed", "caution", count=unplaced))
    return table.set_geometry(geometry), notices
