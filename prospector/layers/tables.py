"""Tables whose columns say where their rows are."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd

from prospector.layers.reading import Reading


def read_table(reading: Reading) -> gpd.GeoDataFrame:
    """Return a table with columns longitude and latitude as points."""
    entry = reading.entry
    table = pd.read_csv(reading.path, encoding=entry.encoding or "utf-8-sig")
    renamed = table.rename(columns={old: new for new, old in entry.columns.items()})
    points = gpd.points_from_xy(renamed["longitude"], renamed["latitude"], crs="EPSG:4326")
    return gpd.GeoDataFrame(table, geometry=points)
