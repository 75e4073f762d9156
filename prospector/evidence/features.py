"""The features that an evidence measures from: chosen by role, attribute and strike, as segments."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pydantic import Field

from prospector.errors import ModelError, Reason
from prospector.evidence.attributes import numbers_of
from prospector.evidence.covering import Covering
from prospector.evidence.kind import LayerParameters
from prospector.evidence.segments import Segments
from prospector.evidence.where import (
    Classes,
    ClassValue,
    Conditions,
    NumberRange,
    Where,
    as_stated,
    classes_of,
    conditions_of,
    ranges_of,
)
from prospector.grid import BoolArray, Bounds, FloatArray
from prospector.layers import Layers, VectorLayer
from prospector.layers.classes import class_words, words_chosen
from prospector.layers.exactness import Exactness
from prospector.layers.field_names import column_of_file
from prospector.layers.remembered import remembered
from prospector.layers.shapes import Shapes


class ChoosingParameters(LayerParameters):
    """Parameters of a kind that chooses features of a role by attribute."""

    def wheres(self) -> tuple[Where, ...]:
        """Return the tables that choose features."""
        return ()

    def classes(self) -> Classes:
        """Return the values that its tables name."""
        return classes_of(*self.wheres())

    def ranges(self) -> tuple[str, ...]:
        """Return the columns of which its tables state a range."""
        return ranges_of(*self.wheres())


class ChosenParameters(ChoosingParameters):
    """Parameters of a kind that reads the features of a role, chosen by attribute with `where`.

    Parameters
    ----------
    where
        Only features with such values: by column, a list of values, or a range.
    """

    where: Where = Field(
        default_factory=dict, examples=[{"class": ["granite"], "age_ma": {"above": 300}}]
    )

    def wheres(self) -> tuple[Where, ...]:
        """Return the table that chooses features."""
        return (self.where,)


FEATURES_AT_ONCE = 5000
"""Features that are cut into segments at once: their copies as objects are larger than what is kept."""

MOST_SHOWN = 20
"""Values of a column that a sentence lists."""


@dataclass(frozen=True, eq=False)
class Features:
    """Features of one role, with the forms that the kinds of evidence compute on, made once.

    Parameters
    ----------
    shapes
        The chosen features in the region's CRS.
    exactness
        How exact each of them is.
    strike_deg
        Only segments that strike within this range count, degrees clockwise from grid north.
    """

    shapes: Shapes
    exactness: Exactness
    strike_deg: tuple[float, float] | None = None

    @property
    def tolerance_m(self) -> float:
        """How far any of them may lie off at most."""
        return float(self.exactness.tolerance_m.max(initial=0.0))

    @cached_property
    def alike(self) -> tuple[Features, ...]:
        """The features parted by tolerance, and by whether they were drawn from descriptions."""
        exactness = self.exactness
        groups = np.column_stack([exactness.tolerance_m, exactness.schematic])
        classes, number = np.unique(groups, axis=0, return_inverse=True)
        if len(classes) < 2:
            return (self,)
        members = (number.ravel() == place for place in range(len(classes)))
        return tuple(self.of(chosen) for chosen in members)

    def of(self, chosen: BoolArray) -> Features:
        """Return some of the features."""
        return Features(self.shapes.of(chosen), self.exactness.of(chosen), self.strike_deg)

    @property
    def parts(self) -> NDArray[np.object_]:
        """The single points, lines and polygons, shape (n parts,)."""
        return np.asarray(shapely.get_parts(self.shapes.all()), dtype=object)

    @property
    def dimension(self) -> int:
        """0 for points, 1 for lines, 2 for polygons."""
        return int(self.shapes.dimension.max(initial=0))

    @cached_property
    def segments(self) -> Segments:
        """Points as segments of no length, lines cut at their vertices, polygons' boundaries."""
        return self._segments_of(self.shapes)

    def segments_near(self, bounds: Bounds) -> Segments:
        """Return the segments whose own bounds meet some bounds; only features near these are read."""
        return self._segments_of(self.shapes.near(bounds.as_tuple())).meeting(bounds)

    def _segments_of(self, shapes: Shapes) -> Segments:
        pieces = shapes.in_pieces(FEATURES_AT_ONCE)
        if self.dimension == 0:
            at = np.concatenate([np.empty((0, 2)), *map(shapely.get_coordinates, pieces)])
            return Segments(np.stack([at, at], axis=1))
        some = [_of_strike(_cut_at_vertices(_lines(piece)), self.strike_deg) for piece in pieces]
        return Segments(np.concatenate([np.empty((0, 2, 2)), *some]))

    @cached_property
    def polygon_tree(self) -> shapely.STRtree:
        """The tree of whole polygons."""
        return shapely.STRtree(self.parts)

    @cached_property
    def covering(self) -> Covering:
        """The ground that polygons cover."""
        return Covering(self.shapes)


def choose(
    layers: Layers, role: str, where: Where, *, strike_deg: tuple[float, float] | None = None
) -> Features:
    """Return the features of a role whose attributes are among the chosen ones, made once.

    Raises
    ------
    ModelError
        The region has no such layer or column, a range is of a column without numbers, or nothing is left.
    """
    layer = layers.vector(role)
    if layer is None:
        raise ModelError(
            f"No vector layer has the role '{role}'. Add one to region.toml.",
            Reason("no-layer", role=role),
        )
    return _choose(layer, conditions_of(where), strike_deg)


@remembered(64)
def _choose(
    layer: VectorLayer, conditions: Conditions, strike_deg: tuple[float, float] | None
) -> Features:
    kept = np.ones(len(layer.table), dtype=bool)
    for column, chosen in conditions:
        there = kept.copy()
        if isinstance(chosen, NumberRange):
            values = range_values(layer, column)
            kept &= chosen.holds(values)
            if not kept.any():
                raise _none_in_range(layer.name, conditions, column, values[there])
        else:
            words = class_words(layer.table[_own(layer, column)])
            kept &= _among(words, chosen)
            if not kept.any():
                raise _none_left(layer.name, conditions, column, values_there(words[there]))
    found = Features(layer.shapes.of(kept), layer.exactness.of(kept), strike_deg)
    if strike_deg is not None and not len(found.segments):
        low, high = strike_deg
        raise ModelError(
            f"Layer '{layer.name}': no line strikes {low:g} to {high:g} degrees. Widen strike_deg.",
            Reason("nothing-strikes", layer=layer.name, low=low, high=high),
        )
    return found


def of_classes(layer: VectorLayer, where: Where) -> BoolArray:
    """Return which features have the classes that a table names, whatever its ranges choose, shape (n,)."""
    kept = np.ones(len(layer.table), dtype=bool)
    for column, named in classes_of(where):
        own = column_of_file(layer.table, column)
        if own is not None:
            kept &= _among(class_words(layer.table[own]), named)
    return kept


def _among(words: pd.Series, named: Iterable[ClassValue]) -> BoolArray:
    """Return which words stand for one of some classes, shape (n,)."""
    same = words_chosen(words.unique(), named)
    return np.asarray(words.isin(set().union(*same.values())))


def _own(layer: VectorLayer, column: str) -> str:
    """Return what a layer calls a column."""
    own = column_of_file(layer.table, column)
    if own is None:
        raise ModelError(
            f"Layer '{layer.name}': no column '{column}'. "
            f"It has: {', '.join(layer.fields or layer.table.columns)}.",
            Reason("no-column", layer=layer.name, column=column),
        )
    return own


def range_values(layer: VectorLayer, column: str) -> FloatArray:
    """Return a column as numbers to state a range of, NaN where there is none, shape (n,).

    Raises
    ------
    ModelError
        The layer has no such column, or it holds no numbers.
    """
    words = values_there(class_words(layer.table[_own(layer, column)]))
    values = numbers_of(layer, column).values
    if {"true", "false"}.issuperset(words) or not np.isfinite(values).any():
        raise ModelError(
            f"Layer '{layer.name}': column '{column}' has no numbers, so no range can be used. It "
            f"holds: {_in_short(words)}. Name its classes, e.g. {column} = [...].",
            Reason("range-without-numbers", layer=layer.name, column=column, values=listed(words)),
        )
    return values


def _none_in_range(
    layer: str, conditions: Conditions, column: str, values: FloatArray
) -> ModelError:
    """Return the error that no feature is left by a range, with the numbers that there are before."""
    known, where = values[np.isfinite(values)], as_stated(conditions)
    there, ends = "no number", Reason("no-value")
    if len(known):
        low, high = float(known.min()), float(known.max())
        there = f"numbers from {low:g} to {high:g}"
        ends = Reason("numbers-between", low=low, high=high)
    return ModelError(
        f"Layer '{layer}': no feature meets {where}. '{column}' holds {there}. Choose a range that "
        "the column reaches.",
        Reason("no-feature-left", layer=layer, where=where, column=column, values=ends),
    )


def _none_left(
    layer: str, conditions: Conditions, column: str, there: tuple[str, ...]
) -> ModelError:
    """Return the error that no feature is left, with the values that the column has before."""
    where = as_stated(conditions)
    return ModelError(
        f"Layer '{layer}': no feature meets {where}. '{column}' holds: {_in_short(there)}. Choose "
        "among these.",
        Reason("no-feature-left", layer=layer, where=where, column=column, values=listed(there)),
    )


def _in_short(words: tuple[str, ...]) -> str:
    """Return values in a line: the first twenty, and how many more there are."""
    more = len(words) - MOST_SHOWN
    return f"{', '.join(words[:MOST_SHOWN]) or 'nothing'}{f' and {more} more' if more > 0 else ''}"


def values_there(column: pd.Series) -> tuple[str, ...]:
    """Return the values of a column as text, commonest first, without those that are missing.

    Examples
    --------
    >>> values_there(pd.Series(["granite", "tuff", None, "tuff"]))
    ('tuff', 'granite')
    """
    counts = column.dropna().astype(str).value_counts()
    ordered = sorted(counts.items(), key=lambda pair: (-int(pair[1]), str(pair[0])))
    return tuple(str(value) for value, _ in ordered)


def listed(values: tuple[str, ...]) -> tuple[str, ...] | Reason:
    """Return values for a sentence: the first twenty, and how many more there are."""
    if not values:
        return Reason("no-value")
    if len(values) <= MOST_SHOWN:
        return values
    return Reason("words-and-more", words=values[:MOST_SHOWN], more=len(values) - MOST_SHOWN)


def strike_range(strike_deg: list[float] | None) -> tuple[float, float] | None:
    """Return a range of strike that parameters state as one that can be a key.

    Examples
    --------
    >>> strike_range([300.0, 60.0])
    (300.0, 60.0)
    """
    return None if strike_deg is None else (strike_deg[0], strike_deg[1])


def chosen(layers: Layers, parameters: ChosenParameters) -> Features:
    """Return the features of the role that parameters choose by attribute.

    Raises
    ------
    ModelError
        As `choose`.
    """
    return choose(layers, parameters.role, parameters.where)


def drawn_near(
    features: Features, places: NDArray[np.object_], *, within_m: float = 0.0
) -> BoolArray:
    """Return whether a feature drawn from descriptions meets each place, or lies so near. Shape (n,)."""
    tree = shapely.STRtree(features.of(features.exactness.schematic).shapes.all())
    near, _ = tree.query(places, predicate="dwithin", distance=within_m)
    return np.isin(np.arange(len(places)), near)


def strikes(ends: FloatArray) -> FloatArray:
    """Return the strike of segments, 0 to 180 degrees clockwise from grid north, shape (n,).

    Examples
    --------
    >>> strikes(np.array([[[0.0, 0.0], [1.0, 1.0]], [[0.0, 0.0], [-1.0, 1.0]]])).tolist()
    [45.0, 135.0]
    """
    east, north = (ends[:, 1] - ends[:, 0]).T
    return np.asarray(np.degrees(np.arctan2(east, north)) % 180.0)


def _of_strike(ends: FloatArray, strike_deg: tuple[float, float] | None) -> FloatArray:
    """Return the segments that strike within a range, which may pass through north."""
    if strike_deg is None:
        return ends
    low, high = strike_deg
    return ends[(strikes(ends) - low) % 180.0 <= (high - low) % 180.0]


def _lines(geometry: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return lines, and the rings of polygons, one by one."""
    parts = shapely.get_parts(geometry)
    if shapely.get_dimensions(parts).max(initial=0) < 2:
        return np.asarray(parts, dtype=object)
    return np.asarray(shapely.get_parts(shapely.boundary(parts)), dtype=object)


def _cut_at_vertices(lines: NDArray[np.object_]) -> FloatArray:
    coordinates, line = shapely.get_coordinates(lines, return_index=True)
    inner = line[1:] == line[:-1]
    return np.stack([coordinates[:-1][inner], coordinates[1:][inner]], axis=1)
