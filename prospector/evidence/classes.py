"""Classes that an evidence names and no feature has: most often a word that is spelt otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from prospector.errors import Notice
from prospector.evidence.features import listed, values_there
from prospector.evidence.kind import Parameters, role_of
from prospector.layers import Layers
from prospector.layers.classes import class_words
from prospector.layers.field_names import column_of_file


def unmatched_classes(
    layers: Layers, parameters: Parameters, about: Mapping[str, Any]
) -> Iterator[Notice]:
    """Give a notice for each column of which values are named that no feature near the region has.

    Parameters
    ----------
    about
        What names them: the model and its evidence or condition.
    """
    for role in role_of(parameters):
        layer = layers.vector(role)
        for column, named in parameters.classes():
            own = None if layer is None else column_of_file(layer.features, column)
            if layer is None or own is None:
                continue
            there = values_there(class_words(layer.features[own]))
            absent = [value for value in dict.fromkeys(named) if value not in there]
            if absent:
                where = {"layer": layer.name, "column": column, "words": absent}
                yield Notice(
                    "classes-not-found", "caution", {**about, **where, "values": listed(there)}
                )
