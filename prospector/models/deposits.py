"""Which deposits train, and which background places stand against them."""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.cluster.hierarchy import fcluster, linkage

from prospector.errors import ModelError, Notice, Reason
from prospector.evidence.features import MOST_SHOWN, listed, values_there
from prospector.grid import FloatArray, Grid, IntArray, Units, WholeArray
from prospector.layers import Layers
from prospector.layers.columns import yes_or_no
from prospector.name_lists import joined
from prospector.region.model_tables import LabelEntry

LEAST_TARGET_GROUP = 20
"""Deposits of other types that must tell where people have looked."""

LEAST_DISTRICTS = 10
"""Districts that deposits are left in where there are enough of them: fewer tell nothing apart."""

LEAST_WITH_GAPS = 4
"""Of fewer deposits each is a district."""

AS_WIDE = 0.8
"""Of gaps nearly as wide as the widest, so much of its logarithm, the one of larger districts is taken."""


@dataclass(frozen=True, eq=False)
class Deposits:
    """The deposits of one deposit model, merged, with their districts.

    Parameters
    ----------
    table
        One row a merged deposit, in the region's CRS; the row's first point stands for it.
    district
        District of each row, 0-based, shape (n,).
    notices
        What was left out, and why.
    district_within_m
        How far apart deposits of one district lie at most, as stated or from the gaps between them.
    """

    table: gpd.GeoDataFrame
    district: IntArray
    notices: tuple[Notice, ...]
    district_within_m: float = 0.0

    @property
    def n_districts(self) -> int:
        """Number of districts."""
        return len(np.unique(self.district))

    def eastings(self) -> FloatArray:
        """Return the eastings in metres, shape (n,)."""
        return np.asarray(self.table.geometry.x, dtype=float)

    def northings(self) -> FloatArray:
        """Return the northings in metres, shape (n,)."""
        return np.asarray(self.table.geometry.y, dtype=float)

    def at(self) -> FloatArray:
        """Return easting and northing in metres, shape (n, 2)."""
        return np.column_stack([self.eastings(), self.northings()])


def select_deposits(layers: Layers, labels: LabelEntry, *, least: int = 1) -> Deposits:
    """Return the deposits that a model learns from: its type and age, verified, merged.

    Where `least` is 0 a region may have no layer of deposits: what is stated needs none.

    Raises
    ------
    ModelError
        The region has fewer deposits of the model's type than `least`.
    """
    layer = layers.vector("deposits")
    if layer is None:
        if not least:
            return _none_known(layers.crs, labels)
        raise ModelError(
            "No layer has the role 'deposits'. Add one to region.toml.",
            Reason("no-layer", role="deposits"),
        )
    types = ", ".join(labels.types)
    about = {"deposit_type": types}
    features = layer.features
    chosen = features[features["deposit_type"].isin(labels.types)]
    if chosen.empty and least:
        there = values_there(features["deposit_type"])
        raise ModelError(
            f"Layer '{layer.name}': no deposit has the type '{types}'. It has: "
            f"{', '.join(there[:MOST_SHOWN])}. Correct deposit_type in the layer, or leave the "
            "deposit model out.",
            Reason("no-deposit-of-type", layer=layer.name, values=listed(there), **about),
        )
    notices = []
    if "verified" in chosen.columns:
        verified = yes_or_no(chosen["verified"])
        count = int((~verified).sum())
        notices.append(Notice("deposits-unverified", "caution", about, count))
        chosen = chosen[verified]
    if labels.age_ma is not None:
        chosen, dropped = _of_age(chosen, labels.age_ma)
        notices.extend(notice.of(**about) for notice in dropped)
    if len(chosen) < least:
        raise ModelError(
            f"Layer '{layer.name}': no deposit of type '{types}' is left to learn from. "
            "Check deposit_type, verified and age_ma, or leave the deposit model out.",
            Reason("no-deposit-left", layer=layer.name, **about, **_left_out(notices)),
        )
    merged = merge_deposits(_with_belt(chosen, labels), labels.merge_within_m)
    notices.append(Notice("deposits-merged", "note", about, len(chosen) - len(merged)))
    within_m = labels.district_within_m
    if within_m is None:
        within_m = district_distance_m(merged)
        grouped = len(merged) if len(merged) >= LEAST_WITH_GAPS else 0
        kilometres = {**about, "km": within_m / 1000}
        notices.append(Notice("districts-by-gaps", "note", kilometres, grouped))
    counted = tuple(notice for notice in notices if notice.count)
    return Deposits(merged, districts(merged, within_m), counted, within_m)


def no_deposits(crs: str) -> gpd.GeoDataFrame:
    """Return the features of a layer of deposits that knows none."""
    columns = {"name": pd.Series(dtype=object), "deposit_type": pd.Series(dtype=object)}
    return gpd.GeoDataFrame(columns, geometry=gpd.GeoSeries([], crs=crs))


def _none_known(crs: str, labels: LabelEntry) -> Deposits:
    """Return that a region knows no deposit at all."""
    notice = Notice("no-deposits-layer", "caution", {"deposit_type": labels.deposit_type})
    table = no_deposits(crs).assign(merged_names=pd.Series(dtype=object))
    within_m = labels.district_within_m or district_distance_m(table)
    return Deposits(table, np.zeros(0, dtype=np.int64), (notice,), within_m)


def _left_out(notices: list[Notice]) -> dict[str, int]:
    """Return how many deposits were left out for what, as the sentence that none is left says it."""
    counts = {notice.code: notice.count or 0 for notice in notices}
    return {
        "unverified": counts.get("deposits-unverified", 0),
        "undated": counts.get("deposits-without-age", 0),
        "other_age": counts.get("deposits-of-other-age", 0),
    }


def _of_age(
    chosen: gpd.GeoDataFrame, age_ma: tuple[float, float]
) -> tuple[gpd.GeoDataFrame, list[Notice]]:
    """Return the deposits within an age range, and notices of what was dropped."""
    youngest, oldest = min(age_ma), max(age_ma)
    age = pd.to_numeric(chosen.get("age_ma", pd.Series(np.nan, chosen.index)), errors="coerce")
    undated, fits = age.isna(), age.between(youngest, oldest)
    ages = {"youngest_ma": youngest, "oldest_ma": oldest}
    return chosen[fits], [
        Notice("deposits-without-age", "caution", count=int(undated.sum())),
        Notice("deposits-of-other-age", "note", ages, int((~fits & ~undated).sum())),
    ]


def _with_belt(chosen: gpd.GeoDataFrame, labels: LabelEntry) -> gpd.GeoDataFrame:
    """Return the deposits with their belt by age, where the layer does not state one."""
    if not labels.belts or "belt" in chosen.columns or "age_ma" not in chosen.columns:
        return chosen
    age = pd.to_numeric(chosen["age_ma"], errors="coerce")
    belt = pd.Series(None, chosen.index, dtype=object)
    for name, ends in labels.belts.items():
        belt[age.between(min(ends), max(ends), inclusive="left")] = name
    return chosen.assign(belt=belt)


def _clusters(features: gpd.GeoDataFrame, within_m: float) -> IntArray:
    """Return the complete-linkage cluster of each point, 0-based."""
    if len(features) < 2:
        return np.zeros(len(features), dtype=np.intp)
    at = np.column_stack([features.geometry.x, features.geometry.y])
    return np.asarray(fcluster(linkage(at, "complete"), within_m, "distance") - 1, dtype=np.intp)


def merge_deposits(features: gpd.GeoDataFrame, within_m: float) -> gpd.GeoDataFrame:
    """Return one row for all points closer together than `within_m`: the first by name.

    Complete linkage: no two merged points lie farther apart than `within_m`.
    """
    cluster = _clusters(features, within_m)
    ordered = features.assign(_cluster=cluster).sort_values(["name", "_cluster"], kind="stable")
    names = ordered.groupby("_cluster")["name"].agg(joined)
    first = ordered.drop_duplicates("_cluster").copy()
    first["merged_names"] = first["_cluster"].map(names)
    return first.drop(columns="_cluster").reset_index(drop=True)


def districts(features: gpd.GeoDataFrame, within_m: float) -> IntArray:
    """Return the district of each deposit: complete linkage, no two farther apart than `within_m`.

    Shape (n deposits,).
    """
    return _clusters(features, within_m)


def district_distance_m(features: gpd.GeoDataFrame) -> float:
    """Return how far apart deposits of one district lie at most, in metres, from the gaps between them.

    Complete linkage joins the deposits at heights that ascend; the widest gap between two of them, by
    ratio, parts the distances inside districts from those between. Looked for where ten districts at
    least are left, half of the deposits where these are fewer than twenty, and no more than half of
    them where they are more: a few near pairs make no districts. To two digits where the gap is so wide.

    Examples
    --------
    Twelve groups of three deposits along a line, 1 km apart in a group, the groups 30 km apart:

    >>> easting = [30_000 * group + 1_000 * place for group in range(12) for place in range(3)]
    >>> line = gpd.GeoDataFrame(geometry=gpd.points_from_xy(easting, [0.0] * 36))
    >>> district_distance_m(line)
    8000.0
    >>> len(set(districts(line, 8000.0)))
    12
    """
    number = len(features)
    if number < 2:
        return 1.0
    heights = np.maximum(_heights(features), 1.0)
    if number < LEAST_WITH_GAPS:
        return float(heights[0] / 2)
    least = min(LEAST_DISTRICTS, -(-number // 2))
    most = min(max(number // 2, least + 2), number - 1)
    left = np.arange(least, most + 1)
    low, high = heights[number - left - 1], heights[number - left]
    gap = np.log(high / low)
    widest = int(np.flatnonzero(gap >= AS_WIDE * gap.max())[0])
    return _between(float(low[widest]), float(high[widest]))


def _between(low: float, high: float) -> float:
    """Return a length amid two others, to two digits where that lies between them.

    Examples
    --------
    >>> _between(45_400.0, 55_000.0), _between(101.0, 101.5)
    (50000.0, 101.25)
    """
    middle = float(np.sqrt(low * high))
    rounded = float(f"{middle:.1e}")
    return rounded if low <= rounded < high else (low + high) / 2


def _heights(features: gpd.GeoDataFrame) -> FloatArray:
    """Return the distances at which complete linkage joins points, ascending, shape (n - 1,)."""
    at = np.column_stack([features.geometry.x, features.geometry.y])
    return np.asarray(linkage(at, "complete")[:, 2])


@dataclass(frozen=True, eq=False)
class Effort:
    """Where people have looked, as far as deposits of other types tell (Phillips et al. 2009).

    Parameters
    ----------
    at
        Easting and northing of those deposits in metres, shape (n deposits, 2).
    within_m
        Standard deviation of the Gaussian kernel that each stands for.
    """

    at: FloatArray
    within_m: float

    def on_cells(self, grid: Grid) -> FloatArray:
        """Return the sum of the kernels at each cell's centre, shape (n cells,), row by row."""
        easting, northing = grid.axes()
        across, along = self._kernel(easting, 0), self._kernel(northing, 1)
        return np.asarray((along.T @ across).ravel())

    def on_places(self, easting: FloatArray, northing: FloatArray) -> FloatArray:
        """Return the sum of the kernels at places, shape (n places,)."""
        return np.asarray((self._kernel(easting, 0) * self._kernel(northing, 1)).sum(axis=0))

    def _kernel(self, along: FloatArray, axis: int) -> FloatArray:
        """Return each deposit's kernel along one axis, shape (n deposits, n)."""
        away = (along[None] - self.at[:, axis, None]) / self.within_m
        return np.asarray(np.exp(-0.5 * away**2))


def target_group(layers: Layers, labels: LabelEntry) -> tuple[Effort | None, list[Notice]]:
    """Return where the background is drawn, and a notice; None where it is drawn evenly.

    Raises
    ------
    ModelError
        Fewer than twenty deposits of other types tell where people have looked.
    """
    layer = layers.vector("deposits")
    if layer is None or labels.target_group is False:
        return None, []
    kind = layer.features["deposit_type"]
    others = layer.features[~kind.isin(labels.types)]
    if labels.target_group is not True:
        others = others[others["deposit_type"].isin(labels.target_group)]
    merged = merge_deposits(others, labels.merge_within_m) if len(others) else others
    if len(merged) < LEAST_TARGET_GROUP:
        types = ", ".join(sorted({str(name) for name in kind} - {*labels.types}))
        raise ModelError(
            f"Deposit type '{labels.deposit_type}', key 'labels.target_group': {len(merged)} "
            f"deposits in layer '{layer.name}', but at least {LEAST_TARGET_GROUP} are needed to "
            f"show where people have explored. Set it to false, or name more of: {types}.",
            Reason(
                "too-few-other-deposits",
                deposit_type=labels.deposit_type,
                deposits=len(merged),
                least=LEAST_TARGET_GROUP,
            ),
        )
    at = np.column_stack([merged.geometry.x, merged.geometry.y])
    about = {"deposit_type": labels.deposit_type, "km": labels.target_group_within_m / 1000}
    notice = Notice("background-by-effort", "caution", about, len(merged))
    return Effort(at, labels.target_group_within_m), [notice]


def polygon_ranks(units: Units, seed: int, effort: Effort | None = None) -> FloatArray:
    """Return a random number for each polygon: the lowest are a draw without replacement by area.

    Made of the whole metres of each centre and the seed, so that the same ground is drawn however
    the region is cut. Infinite where no effort was made. Shape (n,).
    """
    north, east = (np.round(axis).astype(np.int64) for axis in (units.northing, units.easting))
    weight = units.area_km2
    if effort is not None:
        weight = weight * effort.on_places(units.easting, units.northing)
    return _race(hashed(north, east, seed), weight)


def cell_ranks(grid: Grid, seed: int, effort: Effort | None = None) -> FloatArray:
    """Return a random number above 0 for each cell: the lowest are a uniform draw, or one by effort.

    Made of the cell's row and column counted from the CRS's origin, and the seed: a region that is
    shifted by whole cells, or cut into windows, draws the same ground. Infinite where no effort was
    made. Shape (n,), row by row.
    """
    rows, columns = grid.shape
    north, west = round(-grid.north / grid.cell_size_m), round(grid.west / grid.cell_size_m)
    row, column = np.arange(north, north + rows), np.arange(west, west + columns)
    uniform = hashed(np.repeat(row, columns), np.tile(column, rows), seed)
    return uniform if effort is None else _race(uniform, effort.on_cells(grid))


def _race(uniform: FloatArray, weight: FloatArray) -> FloatArray:
    """Return ranks of which the lowest are a draw without replacement by weight."""
    with np.errstate(divide="ignore"):
        return np.asarray(-np.log(uniform) / weight)


def hashed(first: WholeArray, second: WholeArray, seed: int) -> FloatArray:
    """Return a uniform number in (0, 1) for each pair of whole numbers and the seed (splitmix64)."""
    with np.errstate(over="ignore"):
        state = second.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
        state ^= first.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F)
        state += np.uint64(seed) * np.uint64(0x165667B19E3779F9) + np.uint64(0x9E3779B97F4A7C15)
        state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        state ^= state >> np.uint64(31)
    return np.asarray(((state >> np.uint64(11)).astype(float) + 0.5) / 2.0**53, dtype=float)
