"""Guess the CRS of a file that states none: one that places it beside the other files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from pyproj import CRS

from prospector.drafting.extents import extent_of, fits_degrees
from prospector.drafting.looks import Look, with_crs
from prospector.drafting.placing import meet, utm_of
from prospector.grid import Bounds

REACH = 0.25
"""A file may reach beyond the others by such a share of their width."""


WIDEST = 12.0
"""Degrees: wider files would hold coordinates of several zones."""

DEGREES = "EPSG:4326"

NEAR = 6.0
"""Degrees by which files may lie off the area that their CRS is for."""

HIGHEST = 85.0
"""Latitude beyond which no projection without an area of its own is believed."""


def fitting_crs(look: Look, beside: Sequence[Look]) -> str | None:
    """Return the only CRS, of those beside and the zones of UTM there, in which a file lies where they do.

    Coordinates that can be degrees are taken for such. None where several fit, or none.

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
    if look.own_bounds is not None and fits_degrees(np.array([look.own_bounds])):
        return DEGREES
    if look.own_bounds is None or not others:
        return None
    stated = list(_stated(beside))
    for around in _by_size(others):
        zones = [
            utm_of(degrees, around.south + around.north) for degrees in (around.west, around.east)
        ]
        for candidates in (stated, zones):
            fitting = [crs for crs in dict.fromkeys(candidates) if _lies_in(look, crs, around)]
            if fitting:
                return fitting[0] if len(fitting) == 1 else None
    return None


def _by_size(boxes: Sequence[Bounds]) -> list[Bounds]:
    """Return bounds from the smallest on, but for the first no wider than `WIDEST` degrees."""
    first, *others = sorted(boxes, key=_size)
    return [first, *(box for box in others if box.east - box.west <= WIDEST)]


def _size(box: Bounds) -> float:
    return (box.east - box.west) * (box.north - box.south)


def _smallest(boxes: Sequence[Bounds]) -> Bounds:
    """Return the smallest of bounds: layers of the whole world say nothing."""
    return min(boxes, key=_size)


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


def with_degrees(look: Look) -> Look:
    """Return a look in degrees where its file states no CRS and its coordinates can be such."""
    guessed = fitting_crs(look, ()) if look.crs is None else None
    return look if guessed is None else with_crs(look, guessed)


# places where a file cannot lie -------------------------------------------------------------------


@dataclass(frozen=True)
class Misplaced:
    """Why a file cannot lie where it says.

    Parameters
    ----------
    reason
        What is wrong.
    remedy
        What mends it.
    crs
        In which the file lies where the others do, or the one that is given; None where none is known.
    """

    reason: str
    remedy: str
    crs: str | None = None


def misplaced(look: Look, beside: Sequence[Look], crs: str | None = None) -> Misplaced | None:
    """Return why a file cannot lie where its own CRS puts it; None where it can.

    Parameters
    ----------
    look
        What was seen of the file.
    beside
        Other files: one that lies apart from all of them, but among them in another CRS or with latitude
        and longitude swapped, is misplaced.
    crs
        The CRS that is given for files that state none or a wrong one.
    """
    if look.crs is None or look.extent is None or look.own_bounds is None:
        return None
    others = [
        other.extent.bounds for other in beside if other.extent and not _same_part(other, look)
    ]
    apart = bool(others) and not any(meet(look.extent.bounds, other) for other in others)
    where = f"its CRS ({look.crs.name}) puts it at {_where(look.extent.bounds)}"
    if apart:
        around = _smallest(others)
        codes = [code for code in (crs, *_stated(beside)) if code and not look.crs.equals(code)]
        fitting = [code for code in codes if _lies_in(look, code, around)]
        sure = len(others) > 1 or crs in fitting or not _can_lie(look.crs, look.extent.bounds)
        if fitting and sure:
            reason = (
                f"{where}, apart from the other files, but in {fitting[0]} it lies where they do"
            )
            return Misplaced(reason, f"Give it with --crs {fitting[0]}", fitting[0])
        points = look.geometry == "point" and look.crs.is_geographic
        if points and _lies_in(_swapped(look), DEGREES, around):
            reason = "latitude and longitude look swapped: swapped, it lies where the others do"
            return Misplaced(
                reason, "Name them with --column longitude=... --column latitude=..., or correct it"
            )
    if _can_lie(look.crs, look.extent.bounds):
        return None
    reason = f"{where}, outside the area of that CRS"
    return Misplaced(reason, "Give the right one with --crs", crs)


def _same_part(other: Look, look: Look) -> bool:
    return (other.path, other.layer, other.band) == (look.path, look.layer, look.band)


def _swapped(look: Look) -> Look:
    west, south, east, north = look.own_bounds or (0.0, 0.0, 0.0, 0.0)
    return replace(look, own_bounds=(south, west, north, east))


def _can_lie(crs: CRS, bounds: Bounds) -> bool:
    """Whether bounds in degrees lie near the area that a CRS is for; near a pole where it states none."""
    area = crs.area_of_use
    if area is None:
        return crs.is_geographic or max(abs(bounds.south), abs(bounds.north)) <= HIGHEST
    if area.west > area.east:
        return True
    reach = Bounds(area.west - NEAR, area.south - NEAR, area.east + NEAR, area.north + NEAR)
    return meet(bounds, reach)


def _where(bounds: Bounds) -> str:
    return f"{bounds.west:.4g} to {bounds.east:.4g} east, {bounds.south:.4g} to {bounds.north:.4g} north"
