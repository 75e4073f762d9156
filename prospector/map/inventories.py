"""An inventory on the map: a card for each row, which says of every fact whether it is stated."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from prospector.inventory.listing import Inventory
from prospector.name_lists import parted
from prospector.numerals import fixed, kilometres, tonnage
from prospector.words.classes import PROTECTION_WORDS
from prospector.words.language import Language

NOT_STATED = "not stated"

Row = tuple[str, str | int | float]

PROTECTION_LABEL = "protection"

REACHED = (
    ("Nearest town", "nearest_town", "town_km"),
    ("Nearest port", "nearest_port", "port_km"),
    ("Nearest road", None, "road_km"),
    ("Nearest power line", None, "power_line_km"),
    ("Nearest well", None, "well_km"),
)
"""What a row is reached by, the column of its name, and of its distance."""


def inventory_features(inventory: Inventory) -> list[dict[str, Any]]:
    """Return the rows of an inventory as the map draws them, the last listed first: the first lies on top."""
    return [
        {
            "geometry": row["geometry"],
            "name": text_of(row["register_name"]) or text_of(row["register_id"]),
            "rows": [*_stated(row), *_beside(row)],
        }
        for row in inventory.rows.iloc[::-1].to_dict("records")
    ]


def _stated(row: Mapping[str, Any]) -> Iterator[Row]:
    """Give what a register states of a row; a blank is shown as one."""
    yield "metal", ", ".join(parted(text_of(row["resource"]))) or NOT_STATED
    yield "tonnage", NOT_STATED if pd.isna(row["tonnage_mt"]) else tonnage(row["tonnage_mt"])
    if not pd.isna(row["authorised_mt"]):
        yield "tonnage authorised", tonnage(row["authorised_mt"])
    yield "year of approval", _whole(row["approval_year"])
    if not pd.isna(row["approval_age_y"]):
        yield "years since approval", _whole(row["approval_age_y"])
    yield "kind of deposit", text_of(row["deposit_kind"]) or NOT_STATED
    if text_of(row["deposit_status"]):
        yield "status", text_of(row["deposit_status"])
    yield "commune", text_of(row["lies_in"]) or text_of(row["register_commune"]) or NOT_STATED
    if text_of(row["operator"]):
        yield "operator", text_of(row["operator"])
    if text_of(row["register_id"]):
        yield "register id", text_of(row["register_id"])
    yield "date of the register", text_of(row["register_as_of"]) or NOT_STATED


def _beside(row: Mapping[str, Any]) -> Iterator[Row]:
    """Give whose ground a row is on and how it is reached, as far as layers say so."""
    yield "tenure class", row["tenure_class"]
    if text_of(row["holders"]):
        yield "Holders", text_of(row["holders"])
    if text_of(row["concession_ids"]):
        yield "Concessions", text_of(row["concession_ids"])
    yield PROTECTION_LABEL, PROTECTION_WORDS[row["protection"]]
    yield from _reached(row, ".")
    if not pd.isna(row["depth_to_water_m"]):
        yield "depth to water there, m", round(float(row["depth_to_water_m"]), 1)
    if not pd.isna(row["elevation_m"]):
        yield "Elevation", f"{fixed(row['elevation_m'], 0)} m"


def text_of(value: object) -> str:
    """Return a text, empty where there is none."""
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def _whole(value: Any) -> str | int:
    return NOT_STATED if pd.isna(value) else int(value)


def _reached(row: Mapping[str, Any], point: str) -> Iterator[tuple[str, str]]:
    """Give what a row is reached by, with its distance and the point before decimals."""
    for label, name, distance in REACHED:
        if not pd.isna(row[distance]):
            named = text_of(row[name]) if name else ""
            away = f"{kilometres(row[distance]).replace('.', point)} km"
            yield label, f"{named}, {away}" if named else away


def inventory_translations(inventories: Sequence[Inventory], words: Language) -> dict[str, str]:
    """Return what cards of inventories say in another language: metals, kinds, figures with its mark."""
    texts: dict[str, str] = {}
    for inventory in inventories:
        rows = inventory.rows
        for name in ("deposit_kind", "deposit_status"):
            texts |= words.translations(sorted(set(rows[name].dropna())))
        for metals in map(parted, rows["resource"].dropna()):
            texts[", ".join(metals)] = ", ".join(map(words.told, metals))
        for name in ("tonnage_mt", "authorised_mt"):
            written = {tonnage(value) for value in rows[name].dropna()}
            texts |= {text: text.replace(".", words.point) for text in written if "." in text}
        for row in rows.to_dict("records"):
            own = zip(_reached(row, "."), _reached(row, words.point), strict=True)
            texts |= {text: told for (_, text), (_, told) in own}
    return {text: found for text, found in texts.items() if found != text}
