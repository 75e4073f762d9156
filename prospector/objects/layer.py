"""A layer as a value: what holds it, and the keys that a table [layers.NAME] would have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any


@dataclass(frozen=True, init=False, eq=False)
class Layer:
    """A layer held in memory or in a file, with the keys of its table in region.toml.

    Parameters
    ----------
    content
        A GeoDataFrame or GeoSeries; a table with columns of longitude and latitude; an xarray
        DataArray; ``(array, transform, crs)`` or ``(array, transform, crs, nodata)``; or a path.
    keys
        Those of a table ``[layers.NAME]`` but `file`: role, title, crs, unit, columns, band, nodata,
        resolution_m, ... `coverage` may be a GeoDataFrame too. `role` is not needed where the layer
        is called by the name of one.

    Examples
    --------
    >>> import geopandas as gpd, shapely
    >>> lines = gpd.GeoSeries([shapely.LineString([(-69, -24), (-69, -25)])], crs="EPSG:4326")
    >>> Layer(lines, role="faults", title="Faults of my own")
    Layer(GeoSeries, role='faults', title='Faults of my own')
    """

    content: Any
    keys: Mapping[str, Any]

    def __init__(self, content: Any, **keys: Any) -> None:
        object.__setattr__(self, "content", content)
        object.__setattr__(self, "keys", MappingProxyType(dict(keys)))

    def __repr__(self) -> str:
        """Return what holds it by its type, and the keys."""
        keys = [f"{name}={value!r}" for name, value in self.keys.items() if name != "coverage"]
        return f"Layer({', '.join([type(self.content).__name__, *keys])})"
