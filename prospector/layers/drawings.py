"""Drawings (DXF): GDAL gives all of their layers as one, and a column that says which each shape is of."""

from __future__ import annotations

import pyogrio

ENDING = ".dxf"


def is_drawing(place: str) -> bool:
    """Return whether what GDAL is to open is a drawing."""
    return place.lower().endswith(ENDING)


def layers_of_drawing(place: str) -> list[str]:
    """Return the names of the layers of a drawing that hold something, in their order in the file."""
    named = pyogrio.read_dataframe(place, columns=["Layer"], read_geometry=False)["Layer"]
    return [str(name) for name in named.dropna().unique()]


def shapes_of(layer: str) -> str:
    """Return the condition that chooses the shapes of a layer.

    Examples
    --------
    >>> shapes_of("Fallas d'agua")
    "Layer = 'Fallas d''agua'"
    """
    quoted = layer.replace("'", "''")
    return f"Layer = '{quoted}'"
