"""Columns of the polygons that are scored, carried to the targets as descriptions, never as evidence."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import geopandas as gpd
import pandas as pd
import shapely

from prospector.errors import RegionError
from prospector.layers import Layers, VectorLayer
from prospector.region.deposit_model import CELL, DepositModel
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.units import join_country

COUNTRY = "country"

ADMINISTRATIVE = "administrative"

CARRIED_COLUMNS: dict[str, str] = {
    COUNTRY: "country, from its polygon or the administrative unit around it",
    "lithium_status": (
        "state of knowledge of its lithium, from unstudied to production; never evidence"
    ),
    "regime": "who may hold its lithium, by a code; none_seen or empty: not seen, which is not free",
    "regime_date": "date of the regime",
    "regime_source": "where the regime comes from",
}
"""Columns that targets have where their layer has them, with what they mean."""

OF_THE_FORMATS = ("geometry", "geom", "fid", "place")
"""Names that files of targets keep for themselves."""


def carried_columns(columns: Iterable[str]) -> list[str]:
    """Return which columns of a table of targets were carried, in order.

    Examples
    --------
    >>> carried_columns(["target_id", "name", "regime", "geometry"])
    ['regime']
    """
    return [name for name in columns if name not in TARGET_COLUMNS and name not in OF_THE_FORMATS]


def refuse_taken(models: Iterable[DepositModel]) -> None:
    """Raise RegionError for carried columns that every target has anyway.

    Raises
    ------
    RegionError
        A line for each.
    """
    taken = [
        (model, name)
        for model in models
        for name in model.targets.carry
        if name in TARGET_COLUMNS or name in OF_THE_FORMATS
    ]
    if taken:
        raise RegionError(
            [
                f"{model.place('targets', 'carry')}: targets already have a column '{name}'. "
                "Remove it here, or rename the layer's column."
                for model, name in taken
            ]
        )


def carry(outlines: gpd.GeoSeries, model: DepositModel, layers: Layers) -> pd.DataFrame:
    """Return what is carried to targets: their polygons' columns, or the country that cells lie in.

    Parameters
    ----------
    outlines
        Of the targets, in the grid's CRS; polygon units as their layer has them.
    model
        The deposit model.
    layers
        The layers as read.

    Returns
    -------
    A row for each outline, on their index; columns that the layer lacks are left out. Texts that are
    missing are empty.
    """
    if model.deposit_model.unit == CELL:
        return _countries_around(outlines, layers)
    layer = layers.vector(model.deposit_model.unit)
    named = [] if layer is None else [n for n in model.targets.carry if n in layer.features.columns]
    if layer is None or not named:
        return pd.DataFrame(index=outlines.index)
    rows = _rows_of(outlines, layer)
    table = pd.DataFrame(layer.features[named]).iloc[rows].set_axis(outlines.index)
    return table.apply(_told)


def joined(tables: Sequence[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return targets of several models below one another; texts that a model does not carry are empty."""
    table = pd.concat(tables, ignore_index=True)
    carried = carried_columns(table.columns)
    filled = table.assign(**{name: _told(table[name]) for name in carried})
    return filled[[*TARGET_COLUMNS, *carried, "geometry"]]


def _told(column: pd.Series) -> pd.Series:
    """Return a column that files can hold: numbers as they are, all else as text, empty where missing."""
    if column.dtype.kind in "iuf":
        return column
    texts = column.astype(object).where(column.notna(), "")
    return texts.map(str).astype(object)


def _rows_of(outlines: gpd.GeoSeries, layer: VectorLayer) -> list[int]:
    """Return which feature of the layer each outline is."""
    keys = layer.features.geometry.to_wkb().tolist()
    place = {key: row for row, key in reversed(list(enumerate(keys)))}
    return [place[key] for key in outlines.to_wkb()]


def _countries_around(outlines: gpd.GeoSeries, layers: Layers) -> pd.DataFrame:
    """Return the country of the unit that each outline is named by, where any unit states one.

    What is named by none has the country of the unit at a point inside it.
    """
    layer = layers.vector(ADMINISTRATIVE)
    if layer is None or not _states_country(layer.features):
        return pd.DataFrame(index=outlines.index)
    country = join_country(outlines.to_numpy(), outlines.index, layer)
    inside = outlines.representative_point()[country == ""]
    country[inside.index] = _country_at(inside, layer.features)
    return pd.DataFrame({COUNTRY: country})


def _country_at(points: gpd.GeoSeries, units: gpd.GeoDataFrame) -> list[str]:
    """Return the country of the first unit at each point that states one; empty where none does."""
    stating = units[units[COUNTRY].notna()]
    point, unit = shapely.STRtree(stating.geometry.to_numpy()).query(
        points.to_numpy(), predicate="intersects"
    )
    names = stating[COUNTRY].astype(str).tolist()
    first = dict(sorted(zip(point.tolist(), unit.tolist(), strict=True), reverse=True))
    return [names[first[place]] if place in first else "" for place in range(len(points))]


def _states_country(features: gpd.GeoDataFrame) -> bool:
    return COUNTRY in features.columns and bool(features[COUNTRY].notna().any())
