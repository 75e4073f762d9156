"""Detect coordinates of a wrong sign, order or CRS: far-off places that would then lie in the region."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from pyproj import CRS
from pyproj.exceptions import ProjError

from prospector.errors import Reason
from prospector.grid import BoolArray, FloatArray, Grid
from prospector.layers.crs import bounds_in
from prospector.layers.reading import Reading

DEGREES = CRS.from_epsg(4326)

ZONE = re.compile(r"(?P<of>.+ / .*?)(?P<number>\d{1,2})(?P<side>[NS]?)")
"""The name of a CRS that is one of a row of zones: WGS 84 / UTM zone 19S, POSGAR 2007 / Argentina 2."""


@dataclass(frozen=True)
class Turn:
    """A way in which coordinates may be wrong.

    Parameters
    ----------
    how
        What is to be turned, as notices say it.
    remedy
        The same for an error.
    across, along
        What longitude and latitude are to be multiplied by.
    exchanged
        Whether one stands in the place of the other.
    crs
        The CRS that they are of; None where it is the file's.
    """

    how: Reason
    remedy: str
    across: float = 1.0
    along: float = 1.0
    exchanged: bool = False
    crs: CRS | None = None

    def of(self, at: FloatArray) -> FloatArray:
        """Return turned coordinates, shape (n, 2)."""
        return np.asarray((at[:, ::-1] if self.exchanged else at) * [self.across, self.along])


TURNS = (
    Turn(Reason("longitude-of-other-sign"), "with the other sign of its longitudes", across=-1.0),
    Turn(Reason("latitude-of-other-sign"), "with the other sign of its latitudes", along=-1.0),
    Turn(
        Reason("both-of-other-sign"),
        "with the other sign of its longitudes and latitudes",
        across=-1.0,
        along=-1.0,
    ),
    Turn(Reason("degrees-in-other-order"), "with longitude and latitude exchanged", exchanged=True),
)
"""Of degrees."""

EXCHANGED = Turn(
    Reason("metres-in-other-order"), "with easting and northing exchanged", exchanged=True
)
"""Of metres."""

KILOMETRES = Turn(
    Reason("coordinates-in-kilometres"), "if its coordinates are in kilometres", across=1000.0,
    along=1000.0,
)  # fmt: skip


def middles(bounds: FloatArray) -> FloatArray:
    """Return the middles of bounds, shape (n, 4), as places, shape (n, 2)."""
    west, south, east, north = bounds.T
    return np.column_stack([(west + east) / 2, (south + north) / 2])


def remedy(reading: Reading, at: FloatArray, crs: CRS, grid: Grid) -> str:
    """Return what to do where a layer lies wholly off the region.

    Parameters
    ----------
    reading
        The file, its keys and the region that it is read for.
    at
        Places of it, shape (n, 2).
    crs
        What they are read in.
    grid
        The region's cells.
    """
    turn, _ = turned_into(at, crs, grid)
    if turn is None:
        return "Check crs and the order of the axes, or remove the layer."
    code = None if turn.crs is None else turn.crs.to_epsg()
    what = reading.setting("crs", f"EPSG:{code}") if code else "Correct the file."
    return (
        f"It would lie in the region {turn.remedy}. {what.removesuffix('.')}, or remove the layer."
    )


def turned_into(at: FloatArray, crs: CRS, grid: Grid) -> tuple[Turn | None, int]:
    """Return which turn brings most places into the region, and how many; None where none does.

    Parameters
    ----------
    at
        Places that lie off the region, shape (n, 2).
    crs
        What they are read in.
    grid
        The region's cells.
    """
    best: Turn | None = None
    most = 0
    for turn in _turns(crs, grid):
        count = int(_inside(turn, at, crs, grid).sum())
        if count > most:
            best, most = turn, count
    return best, most


def _turns(crs: CRS, grid: Grid) -> Iterator[Turn]:
    """Give the ways in which coordinates of a CRS are mostly wrong, the likeliest first."""
    own = CRS.from_user_input(grid.crs)
    if crs.is_geographic:
        yield from TURNS
        yield from (_of_crs(other) for other in (own, *_other_zones(own)))
        return
    yield from (_of_crs(other) for other in _other_zones(crs))
    yield EXCHANGED
    yield KILOMETRES
    yield _of_crs(DEGREES)


def _of_crs(crs: CRS) -> Turn:
    return Turn(
        Reason("coordinates-of-crs", crs=shown(crs)),
        f"if its coordinates are of {shown(crs)}",
        crs=crs,
    )


def shown(crs: CRS) -> str:
    """Return a CRS by its name and code.

    Examples
    --------
    >>> shown(CRS.from_epsg(32719))
    'WGS 84 / UTM zone 19S (EPSG:32719)'
    """
    code = crs.to_epsg()
    return f"{crs.name} (EPSG:{code})" if code else crs.name


def _other_zones(crs: CRS) -> Iterator[CRS]:
    """Give the CRS of the zones beside that of a CRS, and of the other side of the equator."""
    found = ZONE.fullmatch(crs.name)
    if found is None:
        return
    number, side = int(found["number"]), found["side"]
    others = [(number - 1, side), (number + 1, side)]
    if side:
        other = "N" if side == "S" else "S"
        others += [(number, other), (number - 1, other), (number + 1, other)]
    for zone, half in others:
        name = f"{found['of']}{zone}{half}"
        try:
            beside = CRS.from_user_input(name)
        except ProjError:
            continue
        if beside.name == name:
            yield beside


def _inside(turn: Turn, at: FloatArray, crs: CRS, grid: Grid) -> BoolArray:
    """Return which places a turn brings into the region, shape (n,)."""
    window = bounds_in(turn.crs or crs, grid.bounds, grid)
    if window is None:
        return np.zeros(len(at), dtype=bool)
    across, along = turn.of(at).T
    return np.asarray(
        (across >= window.west) & (across <= window.east)
        & (along >= window.south) & (along <= window.north)
    )  # fmt: skip
