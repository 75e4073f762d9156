"""Closed basins: ground that water cannot leave."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import Field
from scipy.sparse import coo_array
from scipy.sparse.csgraph import breadth_first_order, minimum_spanning_tree

from prospector.errors import Reason
from prospector.evidence.kind import Kind, LayerParameters, register_kind
from prospector.evidence.surface import SurfaceParameters, raster_of, surface
from prospector.grid import FloatArray, Units
from prospector.layers import Layers
from prospector.layers.rasters import RasterLayer
from prospector.layers.remembered import remembered

FLOOR_M = 1.0
QUICK_CELLS = 40_000


class ClosedBasinParameters(LayerParameters):
    """Depth in metres below the level at which a closed basin would overflow; 0 on open ground.

    Computed once on the whole relief, thinned to at most `cells_at_most`: a basin that is cut by the
    relief's edge counts as open, and one narrower than the relief's cells is not seen.

    Parameters
    ----------
    cells_at_most
        The relief is thinned to at most this many cells.
    """

    cells_at_most: Annotated[int, Field(ge=100, le=100_000_000)] = Field(
        default=4_000_000, examples=[4_000_000]
    )

    def accuracy(self) -> Reason:
        """Return what the values are exact to, as a value."""
        return Reason("on-cells-of-relief")

    def quicker(self) -> ClosedBasinParameters:
        """Return the same on a relief of fewer cells."""
        return self.model_copy(update={"cells_at_most": min(self.cells_at_most, QUICK_CELLS)})


def closed_basin(layers: Layers, units: Units, *, parameters: ClosedBasinParameters) -> FloatArray:
    """Return how far each unit lies below its basin's spill, in metres. Shape (n,)."""
    depths = _depths(raster_of(layers, parameters.role), parameters.cells_at_most)
    only = Layers(layers.crs, (depths,))
    return surface(only, units, parameters=SurfaceParameters(role=parameters.role))


@remembered(4)
def _depths(relief: RasterLayer, cells_at_most: int) -> RasterLayer:
    """Return the raster of depths below the spill."""
    thin = relief.thinned(cells_at_most)
    values = np.asarray(thin.values)
    return thin.with_values(np.where(np.isfinite(values), spill_level(values) - values, np.nan))


def spill_level(elevation: FloatArray) -> FloatArray:
    """Return the level to which each cell fills before it drains over the edge or into nodata.

    Of the shape of the relief.

    The least, over all paths to the edge, of the highest cell on the path: the paths are those of
    the minimum spanning tree of neighbouring cells (eight), joined by the higher of the two.

    Examples
    --------
    >>> spill_level(np.array([[5.0, 5, 5], [5, 1, 3], [5, 5, 5]])).tolist()
    [[5.0, 5.0, 5.0], [5.0, 3.0, 3.0], [5.0, 5.0, 5.0]]
    """
    rows, columns = elevation.shape
    known = np.isfinite(elevation)
    # a spanning tree drops edges of weight 0, so levels are counted from below the lowest cell
    floor = np.nanmin(elevation) - FLOOR_M
    level = np.where(known, elevation - floor, 0.0).ravel()
    number = np.arange(rows * columns).reshape(rows, columns)
    ends = [
        (number[max(-r, 0) : rows - max(r, 0), max(-c, 0) : columns - max(c, 0)].ravel(),
         number[max(r, 0) : rows - max(-r, 0), max(c, 0) : columns - max(-c, 0)].ravel())
        for r, c in ((0, 1), (1, 0), (1, 1), (1, -1))
    ]  # fmt: skip
    cell, neighbour = (np.concatenate(part) for part in zip(*ends, strict=True))
    outlet = rows * columns
    weight = np.maximum(level[cell], level[neighbour])
    flat = known.ravel()
    leads_out = flat[cell] ^ flat[neighbour]
    cell, neighbour = (
        np.where(leads_out & flat[neighbour], neighbour, cell),
        np.where(leads_out, outlet, neighbour),
    )
    keep = flat[cell]
    rim = np.zeros(elevation.shape, dtype=bool)
    rim[[0, -1]] = rim[:, [0, -1]] = True
    rim_cells = number[rim & known]
    cell, neighbour = (
        np.append(cell[keep], rim_cells),
        np.append(neighbour[keep], np.full(len(rim_cells), outlet)),
    )
    weight = np.append(weight[keep], level[rim_cells])
    # of the several ways from a cell to the outlet one is enough
    _, first = np.unique(cell.astype(np.int64) * (outlet + 1) + neighbour, return_index=True)
    # scipy 1.15 knows indices of 32 bits alone
    joined = tuple(end[first].astype(np.int32) for end in (cell, neighbour))
    graph = coo_array((weight[first], joined), shape=(outlet + 1,) * 2)
    tree = minimum_spanning_tree(graph.tocsr())
    highest = _highest_on_the_way(tree + tree.T, outlet, np.append(level, 0.0))
    return np.where(known, highest[:-1].reshape(rows, columns) + floor, np.nan)


def _highest_on_the_way(tree: coo_array, outlet: int, level: FloatArray) -> FloatArray:
    """Return the highest level between each node and the outlet, by doubling the step."""
    _, before = breadth_first_order(tree, outlet, directed=False)
    ahead = np.where(before >= 0, before, outlet).astype(np.intp)
    highest = np.maximum(level, 0.0)
    while (ahead != outlet).any():
        highest = np.maximum(highest, highest[ahead])
        ahead = ahead[ahead]
    return highest


register_kind(
    "closed_basin", Kind(ClosedBasinParameters, closed_basin, "m", geometries=("raster",))
)
