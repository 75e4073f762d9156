"""Polygons by the value of one of their columns: a number, or yes and no as 1 and 0."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pandas as pd
import shapely

from prospector.errors import ModelError, Notice, Reason
from prospector.evidence.attributes import numbers_of
from prospector.evidence.covering import Covering
from prospector.grid import FloatArray, IntArray, Units
from prospector.layers import VectorLayer
from prospector.layers.classes import class_words
from prospector.layers.columns import NEITHER, NO, YES, yes_or_no
from prospector.layers.field_names import column_of_file
from prospector.layers.registers import fold
from prospector.layers.remembered import remembered
from prospector.layers.shapes import Shapes

FIGURES = ("0", "1")
"""Words for no and yes that are numbers as well: alone they make no column of yes and no."""


@dataclass(frozen=True, eq=False)
class Enclosing:
    """Polygons and the value that each gives to what lies in it.

    Parameters
    ----------
    polygons
        n of them.
    values
        NaN where a polygon has none, shape (n,).
    unit
        Unit of the values; '' where the column says none.
    notices
        What reading the column chose.
    """

    polygons: Shapes
    values: FloatArray
    unit: str
    notices: tuple[Notice, ...]

    def near(self, units: Units) -> Iterator[tuple[float, Covering]]:
        """Give each value that a polygon near some units has, ascending, and the ground that has it."""
        at = units.shapes() if units.grid is None else [shapely.box(*units.grid.bounds.as_tuple())]
        near = self._known[self.polygons.of(self._known).meeting(tuple(shapely.total_bounds(at)))]
        tree = shapely.STRtree(self.polygons.of(near).all())
        _, meets = tree.query(at, predicate="intersects")
        for value in np.unique(self.values[near[meets]]):
            yield float(value), self._grounds[float(value)]

    @cached_property
    def _known(self) -> IntArray:
        """Which polygons have a value, by their place among all."""
        return np.flatnonzero(np.isfinite(self.values))

    @cached_property
    def _grounds(self) -> dict[float, Covering]:
        """The ground of each value."""
        there = np.unique(self.values[self._known])
        return {float(value): Covering(self.polygons.of(self.values == value)) for value in there}


@remembered(64)
def enclosing_values(layer: VectorLayer, column: str) -> Enclosing:
    """Return the polygons of a layer by the value of a column, made once.

    Raises
    ------
    ModelError
        The layer has no such column, or no polygon has a value.
    """
    own = column_of_file(layer.table, column)
    words = class_words(layer.table[own]) if own else pd.Series([], dtype=object)
    if _is_yes_or_no(words):
        values, unit = _yes_as_1(words), ""
        notices = _unclear(layer, column, words, values)
    else:
        read = numbers_of(layer, column)
        values, unit, notices = read.values, read.unit, read.notices
    if not np.isfinite(values).any():
        raise ModelError(
            f"Layer '{layer.name}': column '{column}' has neither numbers nor yes or no. Choose "
            "another column.",
            Reason("column-without-value", layer=layer.name, column=column),
        )
    missing = int(np.isnan(values).sum())
    if missing:
        about = {"layer": layer.name, "column": column}
        notices = (*notices, Notice("polygons-without-value", "note", about, missing))
    return Enclosing(layer.shapes, values, unit, tuple(notices))


def _folded(words: pd.Series) -> pd.Series:
    return words.map(lambda word: None if word is None else fold(str(word)) or str(word))


def _is_yes_or_no(words: pd.Series) -> bool:
    """Return whether a column says yes or no in words that are no numbers."""
    return bool(_folded(words).isin({*YES, *NO} - {*FIGURES}).any())


def _yes_as_1(words: pd.Series) -> FloatArray:
    """Return 1 for yes, 0 for no, NaN where neither stands, shape (n,)."""
    values, clear = np.full(len(words), np.nan), _folded(words).isin([*YES, *NO]).to_numpy()
    values[clear] = yes_or_no(words[clear]).to_numpy(dtype=float)
    return values


def _unclear(
    layer: VectorLayer, column: str, words: pd.Series, values: FloatArray
) -> tuple[Notice, ...]:
    """Return a notice of the words that are neither yes nor no: they count as unknown."""
    strange = _folded(words)[np.isnan(values)].dropna()
    strange = strange[~strange.isin(NEITHER)]
    if strange.empty:
        return ()
    about = {"layer": layer.name, "column": column, "words": tuple(sorted(set(strange))[:5])}
    return (Notice("neither-yes-nor-no", "caution", about, len(strange)),)
