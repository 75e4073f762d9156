"""Sizes of targets that a deposit model leaves open: from the cells and the region."""

from __future__ import annotations

from prospector.grid import Grid
from prospector.region.model_tables import TargetEntry

LEAST_CELLS = 4
"""Cells of the smallest target at least: two by two."""

SMALLEST_SHARE, LARGEST_SHARE = 5e-5, 1e-3
"""Shares of the region's area that the smallest and the largest target have."""

SMALLEST_KM2, LARGEST_KM2 = 25.0, 500.0
"""However large the region is, the smallest target is no larger by its share, nor is the largest."""

LEAST_RATIO = 10.0
"""The largest target has at least so many times the area of the smallest."""


def settled_sizes(entry: TargetEntry, grid: Grid) -> TargetEntry:
    """Return the entry with both sizes, in km2, to two digits; those that it states stay as they are.

    The smallest target: four cells, or 0.005 % of the region where that is more, up to 25 km2. The
    largest: 0.1 % of the region, up to 500 km2, or ten times the smallest where that is more.

    Examples
    --------
    >>> entry = TargetEntry(lowest_percentile=95, highest_percentile=99.9, step=0.1)
    >>> for size_km, cell_m in ((20, 100), (700, 1000), (2000, 1000)):
    ...     side = 1000 * size_km // cell_m
    ...     sized = settled_sizes(entry, Grid("EPSG:32719", 0.0, 0.0, cell_m, (side, side)))
    ...     print(sized.min_area_km2, sized.max_area_km2)
    0.04 0.4
    24.0 490.0
    25.0 500.0
    """
    region_km2 = grid.shape[0] * grid.shape[1] * grid.cell_area_km2
    stated_least, stated_most = entry.min_area_km2, entry.max_area_km2
    by_share = min(SMALLEST_SHARE * region_km2, SMALLEST_KM2)
    least = max(LEAST_CELLS * grid.cell_area_km2, by_share)
    if stated_least is not None:
        least = stated_least
    elif stated_most is not None:
        least = min(least, stated_most / LEAST_RATIO)
    most = max(LEAST_RATIO * least, min(LARGEST_SHARE * region_km2, LARGEST_KM2))
    sizes = {
        "min_area_km2": _to_two_digits(least) if stated_least is None else stated_least,
        "max_area_km2": _to_two_digits(most) if stated_most is None else stated_most,
    }
    return entry.model_copy(update=sizes)


def _to_two_digits(area_km2: float) -> float:
    return float(f"{area_km2:.1e}")
