"""Inventories: roles whose features are listed with what is stated of them, and never scored."""

from __future__ import annotations

import re
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.errors import Notice
from prospector.layers import Layers, VectorLayer
from prospector.layers.registers import fold
from prospector.region.region_tables import WindowEntry
from prospector.targets.access import ACCESS_COLUMNS, join_access
from prospector.tenure.points import (
    beyond_stated_unit,
    join_tenure_at,
    protection_at,
    smallest_unit_at,
)
from prospector.tenure.units import ROLE as UNITS

INVENTORY_ROLES: dict[str, str] = {"tailings": "Tailings"}
"""Roles that are listed and not scored, with what a table of theirs is called."""

NO_SCORE = "Inventory: no assay, no score. What the register does not state is left empty."
"""What every table of an inventory says first."""

STATED_COLUMNS: dict[str, str] = {
    "inventory": "role of the layer that lists it",
    "register_id": "id in its register",
    "register_name": "name in its register",
    "resource": "metal that its register states; not an assay",
    "deposit_kind": "kind of deposit",
    "deposit_status": "status that its register states",
    "tonnage_mt": "tonnage that its register states, in Mt",
    "authorised_mt": "tonnage that may be laid down, in Mt",
    "approval_year": "year of its approval",
    "approval_age_y": "years from its approval to the date of the register",
    "operator": "who operates it, if a company or public body",
    "register_commune": "commune that its register states",
}
PLACE_COLUMNS: dict[str, str] = {
    "lies_in": "smallest administrative unit in which its point lies",
    "longitude": "longitude of its point, degrees (WGS 84)",
    "latitude": "latitude of its point, degrees (WGS 84)",
    "tolerance_m": "how far its point may lie off, in m",
    "tenure_class": "tenure at its point: unknown, held, applied_for, reserved, vacant or open",
    "holders": "holders of the titles in force at its point",
    "concession_ids": "ids of the titles in force at its point",
    "tenure_as_of": "date of the concession register",
    "protection": "protected, not_protected or protection_unknown at its point",
}
INVENTORY_COLUMNS: dict[str, str] = {
    **STATED_COLUMNS,
    **PLACE_COLUMNS,
    **ACCESS_COLUMNS,
    "register_as_of": "date of the register",
}
"""Every column of an inventory, in order, with what it means."""

WHOLE_NUMBERS = ("approval_year", "approval_age_y")
NUMBERS_OF_INVENTORY = (
    *WHOLE_NUMBERS, "tonnage_mt", "authorised_mt", "longitude", "latitude", "tolerance_m", "town_km",
    "port_km", "road_km", "power_line_km", "elevation_m", "well_km", "depth_to_water_m",
)  # fmt: skip
TEXTS_OF_INVENTORY = tuple(name for name in INVENTORY_COLUMNS if name not in NUMBERS_OF_INVENTORY)

FROM_LAYER = {
    "register_id": "tailings_id",
    "register_name": "name",
    "resource": "resource",
    "deposit_kind": "kind",
    "deposit_status": "status",
    "operator": "operator",
    "register_commune": "commune",
}
"""Column of an inventory -> column of its layer."""

WORDS_FOR_NOTHING = frozenset(
    {
        "", "S I", "S D", "S N", "N A", "N D", "NA", "ND", "NULL", "NONE", "NAN", "SIN INFORMACION",
        "SIN DATO", "SIN DATOS", "NO INFORMADO", "NO INFORMADA", "NO CONSTA", "NO REGISTRA", "DESCONOCIDO",
        "DESCONOCIDA", "UNKNOWN", "NOT STATED", "UNNAMED",
    }
)  # fmt: skip
"""What registers write, folded, where they state nothing."""

ELEMENTS = ("Na", "Nd")
"""Metals whose symbols are written as registers write nothing, but for the case."""

LARGEST_MT = 10_000.0
"""Above this no tailings deposit is known: a larger figure is likely in tonnes."""

YEAR = re.compile(r"(?<!\d)(?:1[89]|20)\d\d(?!\d)")


@dataclass(frozen=True, eq=False)
class Inventory:
    """The features of one role in a region, as they are listed.

    Parameters
    ----------
    role
        The role, one of `INVENTORY_ROLES`.
    rows
        In longitude and latitude, columns of `INVENTORY_COLUMNS`: a stated tonnage first, the largest
        first, then by metal, year of approval, kind and id; what states each of them before what does not.
    """

    role: str
    rows: gpd.GeoDataFrame

    @property
    def title(self) -> str:
        """What its tables are called."""
        return INVENTORY_ROLES[self.role]

    def as_record(self) -> dict[str, object]:
        """Return what run.json says of it."""
        stated = self.rows["tonnage_mt"].dropna()
        years = self.rows["approval_year"].dropna()
        return {
            "listed": len(self.rows),
            "with_tonnage": len(stated),
            "tonnage_mt": round(float(stated.sum()), 6),
            "with_zero_tonnage": int((stated == 0).sum()),
            "with_approval": len(years),
            "with_resource": int(self.rows["resource"].notna().sum()),
            "approved_from": None if years.empty else int(years.min()),
            "approved_to": None if years.empty else int(years.max()),
            "scored": False,
        }


def no_rows() -> gpd.GeoDataFrame:
    """Return an inventory that lists nothing."""
    return gpd.GeoDataFrame(columns=[*INVENTORY_COLUMNS, "geometry"], crs="EPSG:4326")


def typed_rows(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows, listed or read again from a file, with each column as what it is: blanks are missing."""
    whole = {name: rows[name].astype("Int64") for name in WHOLE_NUMBERS}
    texts = {name: rows[name].astype(object) for name in TEXTS_OF_INVENTORY}
    stated = {name: text.where(text.notna() & (text != ""), None) for name, text in texts.items()}
    return rows.assign(**whole, **stated)[[*INVENTORY_COLUMNS, "geometry"]]


def list_inventories(
    layers: Layers, window: WindowEntry
) -> tuple[tuple[Inventory, ...], tuple[Notice, ...]]:
    """Return what each role of `INVENTORY_ROLES` lists inside a window, and what was chosen on the way."""
    found, notices = [], []
    for role in INVENTORY_ROLES:
        tables = []
        for layer in layers.of_role(role):
            if isinstance(layer, VectorLayer):
                table, of_layer = _listed(layer, layers, window)
                notices += [notice.of(layer=layer.name) for notice in of_layer]
                tables.append(table)
        rows = pd.concat(tables, ignore_index=True) if tables else no_rows()
        if len(rows):
            found.append(Inventory(role, _in_order(rows)))
    return tuple(found), tuple(notices)


def _listed(
    layer: VectorLayer, layers: Layers, window: WindowEntry
) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return the features of one layer inside a window as rows of an inventory."""
    placed = layer.features.geometry.to_crs("EPSG:4326")
    frame = shapely.box(window.west, window.south, window.east, window.north)
    inside = placed.intersects(frame).to_numpy()
    features = layer.features[inside]
    stated = _stated(features, layer)
    points = features.geometry.representative_point()
    table = stated.join(_place(points, layers))
    table["tolerance_m"] = _tolerance(layer)[inside]
    table = table.join(join_access(points, layers))
    table["register_as_of"] = as_of(layer) or None
    at = points.to_crs("EPSG:4326")
    table["longitude"], table["latitude"] = at.x.round(5), at.y.round(5)
    rows = typed_rows(gpd.GeoDataFrame(table, geometry=at))
    away = beyond_stated_unit(points, rows["register_commune"], layers.vector(UNITS))
    return rows, _notices(rows, beyond=int((~inside).sum()), elsewhere=int(away.sum()))


def _notices(rows: gpd.GeoDataFrame, *, beyond: int, elsewhere: int) -> list[Notice]:
    """Return what a reader of the rows must know of them.

    Parameters
    ----------
    rows
        The listed sites.
    beyond, elsewhere
        Features outside the window, and those that do not lie in the commune that they state.
    """
    large = int((rows["tonnage_mt"] > LARGEST_MT).sum())
    late = int((rows["approval_year"].notna() & rows["approval_age_y"].isna()).sum())
    undated = rows["register_as_of"].isna().any()
    counted = [
        Notice("inventory-beyond-region", "note", count=beyond),
        Notice("inventory-tonnage-large", "caution", {"limit": LARGEST_MT}, large),
        Notice("inventory-approved-later", "caution", count=0 if undated else late),
        Notice("inventory-elsewhere", "caution", count=elsewhere),
    ]
    return [notice for notice in counted if notice.count]


# what a register states ------------------------------------------------------------------------


def _stated(features: gpd.GeoDataFrame, layer: VectorLayer) -> pd.DataFrame:
    """Return what a layer states of its features: a blank is a blank, whatever word stands for it."""
    table = pd.DataFrame({"inventory": layer.role}, index=features.index)
    for column, name in FROM_LAYER.items():
        table[column] = _column(features, name).map(stated_text)
    for column in ("tonnage_mt", "authorised_mt"):
        table[column] = _column(features, column).astype(float)
    table["approval_year"] = _approved(features)
    read = YEAR.findall(as_of(layer))
    age = (int(max(read)) if read else pd.NA) - table["approval_year"]
    table["approval_age_y"] = age.astype("Int64").where((age >= 0).fillna(value=False))
    return table


def _column(features: gpd.GeoDataFrame, name: str) -> pd.Series:
    """Return a column of features; nothing where they have none of that name."""
    nothing = pd.Series(np.nan, index=features.index, dtype=object)
    return features[name] if name in features.columns else nothing


def stated_text(value: object) -> str | None:
    """Return a text of a register, None where it says in words that it states nothing.

    Examples
    --------
    >>> [stated_text(word) for word in (" Cobre ", "S/I", "Sin información", None, "", "Sí", "Nd")]
    ['Cobre', None, None, None, None, 'Sí', 'Nd']
    """
    text = " ".join(str(value).split())
    return None if fold(value) in WORDS_FOR_NOTHING and text not in ELEMENTS else text


def _approved(features: gpd.GeoDataFrame) -> pd.Series:
    """Return the year of approval, from a column of years or else of dates; missing where none is stated."""
    years = pd.to_numeric(_column(features, "approval_year"), errors="coerce")
    dates = _column(features, "approval_date").map(_year_of)
    return years.fillna(dates.astype(float)).round().astype("Int64")


def _year_of(date: object) -> float:
    found = YEAR.search(str(date))
    return float(found[0]) if found else np.nan


def as_of(layer: VectorLayer) -> str:
    """Return the date of a register: of the layer's entry, else of its source; empty where none is stated."""
    return layer.entry.as_of or ("" if layer.source is None else layer.source.date)


def _tolerance(layer: VectorLayer) -> np.ndarray:
    """Return how far each feature may lie off; missing where nothing is stated."""
    metres = layer.exactness.tolerance_m
    return np.where(metres > 0, metres, np.nan)


# where it lies ---------------------------------------------------------------------------------


def _place(points: gpd.GeoSeries, layers: Layers) -> pd.DataFrame:
    """Return in which unit, on whose ground and on what protected ground each point lies."""
    titles = layers.vector("concessions")
    table = join_tenure_at(points, titles)
    table["tenure_as_of"] = "" if titles is None else titles.as_of
    table["protection"] = protection_at(points, layers.vector("protected"))
    table["lies_in"] = smallest_unit_at(points, layers.vector(UNITS))
    return table


def _in_order(rows: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return rows by what is stated of them: see `Inventory`."""
    by = ["tonnage_mt", "resource", "approval_year", "deposit_kind", "register_id", "register_name"]
    keys = rows[by].assign(longitude=rows["longitude"], latitude=rows["latitude"])
    ascending = [name != "tonnage_mt" for name in keys.columns]
    order = keys.sort_values(list(keys.columns), ascending=ascending, kind="stable").index
    return rows.loc[order].reset_index(drop=True)
