"""Polygons of a geological map that say that the ground was not surveyed."""

from __future__ import annotations

import numpy as np

from prospector.grid import BoolArray
from prospector.layers.values import VectorLayer

COLUMNS = ("rock_class", "class", "lithology", "unit", "code", "formation", "name", "age")
"""Columns in which a map says so."""

WORDS = (
    "not surveyed", "unsurveyed", "not mapped", "unmapped", "no data", "nodata", "no information",
    "no mapeado", "no cartografiado", "sin cartografiar", "no levantado", "sin levantar", "sin datos",
    "sin información", "sin informacion",
)  # fmt: skip
"""Words for it, as the whole value of a column."""

GLG, GLG_NOT_SURVEYED = "glg", "u"
"""Column of the letters of the USGS geology of South America, and the letter for it."""


def not_surveyed(layer: VectorLayer) -> BoolArray:
    """Return which features say that their ground was not surveyed, shape (n,)."""
    features, renamed = layer.table, layer.entry.columns
    blank = np.zeros(len(features), dtype=bool)
    for column in features.columns.drop("geometry", errors="ignore"):
        letters = GLG in (column.lower(), renamed.get(column, "").lower())
        if letters or column in COLUMNS or column in renamed:
            words = features[column].astype(str).str.strip().str.casefold()
            blank |= (words.isin(WORDS) | (letters & (words == GLG_NOT_SURVEYED))).to_numpy(bool)
    return blank
