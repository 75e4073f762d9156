"""The layers of a run's GeoPackage as they are read: the columns that commands and pages use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.gis.place_column import PLACE
from prospector.inventory.listing import INVENTORY_ROLES, NUMBERS_OF_INVENTORY, TEXTS_OF_INVENTORY
from prospector.runs.contents import check_columns
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.concessions import TENURE_CLASSES

TEXTS_OF_TARGETS = (
    "target_id", "deposit_model", "known_names", "nearest_deposit", "evidence_for", "evidence_against",
    "flags", "holders", "concession_ids", "tenure_as_of", "administrative_unit", "province", "region",
    "nearest_town", "nearest_port", "name",
)  # fmt: skip
WGS84 = 4326


@dataclass(frozen=True)
class _Shape:
    """What a layer must hold: `texts`, `numbers`, and of these columns which are `known` in every row.

    Texts that are `later` may lack: runs of earlier versions have them not.
    """

    texts: Sequence[str] = ()
    numbers: Sequence[str] = ()
    known: Sequence[str] = ()
    key: Sequence[str] = ()
    later: Sequence[str] = ()


SHAPES = {
    "targets": _Shape(
        TEXTS_OF_TARGETS,
        [name for name in TARGET_COLUMNS if name not in TEXTS_OF_TARGETS],
        ("target_id", "rank", "deposit_model", "score", "area_km2", "longitude", "latitude",
         "percentile", "known_deposits", *(f"{name}_share" for name in TENURE_CLASSES)),
        ("target_id",),
        (PLACE,),
    ),
    "deposits": _Shape(
        ("name", "deposit_type", "deposit_model"), ("percentile_out_of_fold",), ("deposit_model",)
    ),
    "concessions": _Shape(
        ("concession_id", "tenure_class"), (), ("concession_id", "tenure_class")
    ),
    "open_ground": _Shape(("open_id", "tenure_class"), (), ("open_id", "tenure_class")),
    "scored_units": _Shape(("deposit_model",), ("score",), ("deposit_model", "score")),
    **{
        role: _Shape(
            TEXTS_OF_INVENTORY, NUMBERS_OF_INVENTORY,
            ("inventory", "longitude", "latitude", "tenure_class", "protection"),
        )
        for role in INVENTORY_ROLES
    },
}  # fmt: skip
"""Layer -> what it must hold; any other layer must have outlines in longitude and latitude."""


def as_read(name: str, table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a layer as commands and pages read it: days as text, a target's missing texts empty."""
    nothing = "" if name == "targets" else None
    read = {}
    for column in table.columns.drop(table.geometry.name):
        values = table[column]
        if values.dtype.kind == "M":
            values = _day_texts(values)
        if values.dtype.kind == "i":
            read[column] = values.astype(np.int64)
        if values.dtype.kind == "O":
            read[column] = values.astype(object).where(values.notna(), nothing)
    return table.assign(**read)


def _day_texts(values: pd.Series) -> pd.Series:
    """Return days as text, YYYY-MM-DD, None where there is none; a moment keeps its time."""
    step = "D" if (values.dropna() == values.dropna().dt.normalize()).all() else "s"
    texts = np.datetime_as_string(values.to_numpy().astype(f"datetime64[{step}]"))
    return pd.Series(texts, index=values.index, dtype=object).where(values.notna(), None)


def check_layer(name: str, table: gpd.GeoDataFrame) -> None:
    """Raise ValueError unless a layer of a run holds what a screening writes into it."""
    if table.crs is None or table.crs.to_epsg() != WGS84:
        raise ValueError(f"layer '{name}' is not in longitude and latitude")
    if (table.geometry.isna() | table.geometry.is_empty).any() and name in SHAPES:
        raise ValueError(f"layer '{name}' has a row without a position")
    shape = SHAPES.get(name, _Shape())
    texts = [*shape.texts, *(column for column in shape.later if column in table)]
    try:
        check_columns(table, texts=texts, numbers=shape.numbers, known=shape.known, key=shape.key)
    except ValueError as error:
        raise ValueError(f"layer '{name}': {error}") from error
