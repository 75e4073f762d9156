"""Evidence at single places: that of the cell centred on the place.

A deposit lies anywhere in its cell, and the cell's value is that of its centre: 500 m cells take a
quarter off the contrast of what reaches a kilometre. A cell that is moved under the deposit has the same
side as those of the background, so that distances are measured from the deposit itself, while a share
or a mean is taken over as much ground as there. Where evidence and deposits have nothing to do with
each other, deposits then have it as any ground has.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np

from prospector.evidence import Parameters, compute_evidence
from prospector.evidence.limits import Limits
from prospector.grid import BoolArray, FloatArray, Grid, Units, cells
from prospector.layers import Layers


@dataclass(frozen=True, eq=False)
class OwnPlaces:
    """What is measured at places on a grid, cell by cell, whatever the windows are.

    Parameters
    ----------
    asked
        Kind and parameters of each evidence.
    conditions
        Conditions of permissive ground.
    """

    grid: Grid
    layers: Layers
    asked: tuple[tuple[str, Parameters], ...]
    conditions: tuple[Limits, ...]

    def evidence(self, places: gpd.GeoSeries) -> FloatArray:
        """Return the evidence at each place, NaN off the grid, shape (n, n evidence)."""
        found = np.full((len(places), len(self.asked)), np.nan)
        for place, units in self._cells(places):
            found[place] = [
                computed(kind, self.layers, units, parameters)[0] for kind, parameters in self.asked
            ]
        return found

    def permissive(self, places: gpd.GeoSeries) -> BoolArray:
        """Return whether the model can apply at each place, never off the grid, shape (n,)."""
        found = np.zeros(len(places), dtype=bool)
        for place, units in self._cells(places):
            found[place] = all(limits.hold(self.layers, units)[0] for limits in self.conditions)
        return found

    def _cells(self, places: gpd.GeoSeries) -> Sequence[tuple[int, Units]]:
        """Return each place on the grid by its number, and the cell centred on it."""
        easting, northing = np.asarray(places.x, dtype=float), np.asarray(places.y, dtype=float)
        inside = np.flatnonzero(self.grid.index(easting, northing)[2])
        return [
            (int(place), cells(self.grid.centred(float(easting[place]), float(northing[place]))))
            for place in inside
        ]


def computed(kind: str, layers: Layers, units: Units, parameters: Parameters) -> FloatArray:
    """Return an evidence at units in the precision that a run keeps of cells, shape (n units,)."""
    found = compute_evidence(kind, layers, units, parameters=parameters)
    return found.astype(np.float32).astype(float) if units.grid else found
