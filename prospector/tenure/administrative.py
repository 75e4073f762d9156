"""Administrative units (regions, provinces, communes) added up: targets, score and tenure in each."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from prospector.layers import VectorLayer
from prospector.name_lists import parted
from prospector.tenure.concessions import TENURE_CLASSES, join_tenure
from prospector.tenure.holdings import STANDING_COLUMNS, standing
from prospector.tenure.partition import sound, united
from prospector.tenure.zones import ScoredGround

UNIT_COLUMNS: dict[str, str] = {
    "administrative_unit": "name of the unit; polygons of one name are one unit",
    "deposit_model": "the deposit model that scored it",
    "ground_ha": "area within the region in hectares",
    "n_targets": "targets that have ground in it; one on a border counts in each",
    **STANDING_COLUMNS,
    **{f"{name}_share": f"share of the unit of tenure {name}" for name in TENURE_CLASSES},
}
"""Columns of administrative_units.csv, in order."""


def add_up_units(
    layer: VectorLayer, concessions: VectorLayer | None, ground: ScoredGround
) -> pd.DataFrame:
    """Return a row for each unit that meets the region, best first, columns of `UNIT_COLUMNS`.

    Only what lies on the grid counts. The six tenure shares sum to 1.
    """
    names, group = np.unique(layer.features["name"].astype(str), return_inverse=True)
    pieces = sound(layer.features.geometry.to_numpy())
    whole = united(pieces, group.astype(np.intp), len(names))
    shapes = shapely.intersection(whole, shapely.box(*ground.grid.bounds.as_tuple()))
    there = shapely.area(shapes) > 0
    shapes, units = shapes[there], pd.Series(names[there], name="administrative_unit")
    table = standing(shapes, units, ground)
    table["administrative_unit"], table["deposit_model"] = units, ground.deposit_model
    table["ground_ha"] = np.round(shapely.area(shapes) / 1e4, 2)
    table["n_targets"] = [len(parted(targets)) for targets in table["targets"]]
    outlines = gpd.GeoSeries(shapes, index=table.index, crs=ground.grid.crs)
    table = table.join(join_tenure(outlines, concessions))
    ordered = table.sort_values(["rank", "administrative_unit"], na_position="last", kind="stable")
    return ordered[list(UNIT_COLUMNS)].reset_index(drop=True)
