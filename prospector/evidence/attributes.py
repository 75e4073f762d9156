"""Numeric columns that evidence reads, file by file, with notices of how they were read."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from prospector.errors import ModelError, Notice, Reason
from prospector.grid import BoolArray, FloatArray
from prospector.layers import Layers, VectorLayer
from prospector.layers.field_names import column_of_file
from prospector.layers.numbers.column import NumberColumn, read_numbers
from prospector.layers.numbers.notices import number_notices
from prospector.layers.numbers.units import is_content, unit_of_column
from prospector.layers.remembered import remembered

BELOW_LIMIT_SHARE = 0.5


@dataclass(frozen=True, eq=False)
class Attribute:
    """A column of a layer as numbers.

    Parameters
    ----------
    values
        The numbers, half the limit for what is below it, NaN where there is none. Shape (n,).
    unit
        Their unit; '' where neither the column's name nor its words say one.
    notices
        What was censored, missing or unreadable, by file.
    """

    values: FloatArray
    unit: str
    notices: tuple[Notice, ...]

    @property
    def has(self) -> BoolArray:
        """Where there is a number. Shape (n,)."""
        return np.isfinite(self.values)


def layer_of(layers: Layers, role: str) -> VectorLayer:
    """Return the vector layer of a role.

    Raises
    ------
    ModelError
        The region has none.
    """
    layer = layers.vector(role)
    if layer is None:
        raise ModelError(
            f"No vector layer has the role '{role}'. Add one to region.toml.",
            Reason("no-layer", role=role),
        )
    return layer


@remembered(64)
def numbers_of(layer: VectorLayer, column: str, *, assay: bool = False) -> Attribute:
    """Return a column of a layer as numbers; each file of a joined layer is read by itself.

    Parameters
    ----------
    layer
        The layer as read.
    column
        Name of the column.
    assay
        Whether it holds contents, whatever its unit: they cannot be negative, and -5 is below a limit.

    Raises
    ------
    ModelError
        No file has the column, or its units differ.
    """
    parts = layer.parts or (layer,)
    if not any(column_of_file(part.table, column) for part in parts):
        has = ", ".join(layer.fields or layer.table.columns)
        raise ModelError(
            f"Role '{layer.role}': no column '{column}'. It has: {has}.",
            Reason("no-column-in-role", role=layer.role, column=column),
        )
    reads = [_read(part, column, assay=assay) for part in parts]
    units = sorted({read.unit for read in reads if np.isfinite(read.values).any()})
    if len(units) > 1:
        raise _mixed(layer, column, ", ".join(unit or "no unit" for unit in units))
    notices = [
        notice.of(layer=part.name)
        for part, read in zip(parts, reads, strict=True)
        for notice in number_notices(read, column)
    ]
    values = np.concatenate([read.halved(BELOW_LIMIT_SHARE) for read in reads])
    return Attribute(values, units[0] if units else "", tuple(notices))


def _read(layer: VectorLayer, column: str, *, assay: bool) -> NumberColumn:
    """Return the column of one file as numbers; without a number where it has none of that name."""
    own, unit = column_of_file(layer.table, column), unit_of_column(column)
    values = layer.table[own] if own else pd.Series(np.nan, layer.table.index)
    try:
        return read_numbers(
            values,
            never_negative=assay or is_content(unit),
            missing=layer.entry.missing,
            unit=unit,
            bare=unit_of_column(layer.entry.columns.get(column, column)),
        )
    except ValueError as error:
        raise _mixed(layer, column, str(error)) from error


def _mixed(layer: VectorLayer, column: str, units: str) -> ModelError:
    return ModelError(
        f"Layer '{layer.name}': column '{column}' holds numbers of several units ({units}). Write all in "
        "one unit, and that in the column's name, e.g. cu_ppm.",
        Reason("units-mixed", layer=layer.name, column=column),
    )
