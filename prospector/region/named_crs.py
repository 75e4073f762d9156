"""A name for a region's coordinate system that has none: GIS software shows it."""

from __future__ import annotations

from pyproj import CRS

NO_NAME = "unknown"
"""What PROJ calls what was given by its parameters only."""

PROPER = ("Mercator",)
"""Names of people inside the name of a projection; its first word keeps its letter, too."""

DATUMS = {"World Geodetic System 1984": "WGS 84"}
"""Short names of datums; all others go by their own."""


def named_crs(crs: CRS, place: str) -> CRS:
    """Return a CRS with a name made of the place, the projection and the datum; one that has a name, as is.

    Parameters
    ----------
    crs
        Any CRS.
    place
        What the name begins with: the region's title.

    Examples
    --------
    >>> proj = "+proj=laea +lat_0=-23.75 +lon_0=-68.625 +datum=WGS84 +units=m"
    >>> named_crs(CRS.from_user_input(proj), "Atacama").name
    'Atacama, Lambert azimuthal equal-area (WGS 84)'
    >>> named_crs(CRS.from_epsg(32719), "Atacama").name
    'WGS 84 / UTM zone 19S'
    """
    parts = crs.to_json_dict()
    if crs.name != NO_NAME or parts["type"] != "ProjectedCRS" or crs.datum is None:
        return crs
    datum = DATUMS.get(crs.datum.name, crs.datum.name)
    projection = _projection(parts["conversion"]["method"]["name"])
    parts["name"] = f"{place}, {projection} ({datum})"
    if parts["base_crs"]["name"] == NO_NAME:
        parts["base_crs"]["name"] = datum
    return CRS.from_json_dict(parts)


def _projection(method: str) -> str:
    """Return the name of a projection as it is written in a sentence.

    Examples
    --------
    >>> _projection("Transverse Mercator"), _projection("Albers Equal Area")
    ('Transverse Mercator', 'Albers equal-area')
    """
    first, *others = method.split()
    words = [word if word in PROPER or word.startswith("(") else word.lower() for word in others]
    return " ".join([first, *words]).replace("equal area", "equal-area")
