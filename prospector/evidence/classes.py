"""Notices about `where`: classes that no feature has, rows without a number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from prospector.errors import Notice
from prospector.evidence.attributes import numbers_of
from prospector.evidence.features import (
    ChoosingParameters,
    listed,
    of_classes,
    range_values,
    values_there,
)
from prospector.evidence.kind import Parameters, role_of
from prospector.evidence.where import Where, ranges_of
from prospector.grid import BoolArray
from prospector.layers import Layers, VectorLayer
from prospector.layers.classes import class_word, class_words, words_chosen
from prospector.layers.field_names import column_of_file


def choice_notices(
    layers: Layers, parameters: Parameters, about: Mapping[str, Any]
) -> Iterator[Notice]:
    """Give what to say of the columns that `where` names: see `unmatched_classes`, `rows_without_number`."""
    yield from unmatched_classes(layers, parameters, about)
    yield from rows_without_number(layers, parameters, about)


def rows_without_number(
    layers: Layers, parameters: Parameters, about: Mapping[str, Any]
) -> Iterator[Notice]:
    """Give a notice for each column of which a range is stated and rows have no number: none is chosen.

    Rows that the classes beside the range leave out anyway are not counted. And what reading its numbers
    chose.
    """
    for role in role_of(parameters):
        layer = layers.vector(role)
        if layer is None:
            continue
        for column in parameters.ranges():
            without = np.isnan(range_values(layer, column))
            empty = int((without & _beside_range(layer, parameters, column)).sum())
            where = {**about, "layer": layer.name, "column": column}
            if empty:
                yield Notice("rows-without-number", "caution", where, empty)
            yield from numbers_of(layer, column).notices


def _beside_range(layer: VectorLayer, parameters: Parameters, column: str) -> BoolArray:
    """Return which rows a table with a range of a column would choose by its classes, shape (n,)."""
    wheres = parameters.wheres() if isinstance(parameters, ChoosingParameters) else ({},)
    asked: list[Where] = [where for where in wheres if column in ranges_of(where)] or [{}]
    return np.asarray(np.any([of_classes(layer, where) for where in asked], axis=0))


def unmatched_classes(
    layers: Layers, parameters: Parameters, about: Mapping[str, Any]
) -> Iterator[Notice]:
    """Give a notice for each column of which values are named that no feature near the region has.

    Parameters
    ----------
    layers
        The layers as read.
    parameters
        Of the evidence, validated.
    about
        What names them: the model and its evidence or condition.
    """
    for role in role_of(parameters):
        layer = layers.vector(role)
        for column, named in parameters.classes():
            own = None if layer is None else column_of_file(layer.table, column)
            if layer is None or own is None:
                continue
            there = values_there(class_words(layer.table[own]))
            same = words_chosen(there, named)
            absent = [str(class_word(value)) for value, words in same.items() if not words]
            if absent:
                where = {"layer": layer.name, "column": column, "words": absent}
                yield Notice(
                    "classes-not-found", "caution", {**about, **where, "values": listed(there)}
                )
