"""The CRS of a file that states none: one in which it lies where the files beside it do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from pyproj import CRS

from prospector.drafting.extents import extent_of
from prospector.drafting.looks import Look
from prospector.drafting.placing import utm_of
from prospector.grid import Bounds

REACH = 0.25
"""A file may reach beyond the others by such a share of their width."""


def fitting_crs(look: Look, beside: Sequence[Look]) -> str | None:
    """Return the only CRS, of those beside and the zones of UTM there, in which a file lies where they do.

    None where several do, or none.

    Examples
    --------
    >>> from pathlib import Path
    >>> from prospector.drafting.extents import Extent
    >>> geology = Look(Path("a.shp"), geometry="polygon", extent=Extent(Bounds(-70.0, -25.0, -69.0, -24.0)))
    >>> table = Look(Path("b.csv"), geometry="point", own_bounds=(410000.0, 7240000.0, 460000.0, 7300000.0))
    >>> fitting_crs(table, [geology])
    'EPSG:32719'
    """
    others = [
        other.extent.bounds
        for other in beside
        if other.extent is not None and not other.extent.crosses
    ]
    if look.own_bounds is None or not others:
        return None
    around = _smallest(others)
    stated = list(_stated(beside))
    zones = [
        utm_of(longitude, around.south + around.north) for longitude in (around.west, around.east)
    ]
    for candidates in (stated, zones):
        fitting = [crs for crs in dict.fromkeys(candidates) if _lies_in(look, crs, around)]
        if fitting:
            return fitting[0] if len(fitting) == 1 else None
    return None


def _smallest(boxes: Sequence[Bounds]) -> Bounds:
    """Return the smallest of bounds: layers of the whole world say nothing."""
    return min(boxes, key=lambda box: (box.east - box.west) * (box.north - box.south))


def _stated(beside: Sequence[Look]) -> Iterator[str]:
    """Give the projected CRS that files state, by their codes."""
    for other in beside:
        if other.crs is not None and other.crs.is_projected and other.crs.to_epsg():
            yield f"EPSG:{other.crs.to_epsg()}"


def _lies_in(look: Look, crs: str, around: Bounds) -> bool:
    """Whether a file's box in a CRS lies in a box of degrees, or reaches a little beyond it."""
    extent = extent_of(np.array([look.own_bounds]), CRS.from_user_input(crs))
    if extent is None or extent.crosses:
        return False
    own = extent.bounds
    across, along = REACH * (around.east - around.west), REACH * (around.north - around.south)
    inside = own.west >= around.west - across and own.east <= around.east + across
    return inside and own.south >= around.south - along and own.north <= around.north + along
