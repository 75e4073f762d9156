"""Columns that say what the numbers of each row are of: its unit, its element. All rows are read alike."""

from __future__ import annotations

import re

import pandas as pd

from prospector.layers.numbers.notices import first_words
from prospector.layers.numbers.units import unit_named
from prospector.layers.reading import Reading
from prospector.layers.registers import fold

UNIT_NAME = re.compile(r"\b(?:UNIT|UNITS|UNIDAD|UNIDADES|UNID|UOM)\b")
"""What a column is called, folded, that may hold units."""

ELEMENT_NAME = re.compile(r"\b(?:ELEMENT|ELEMENTO|ANALYTE|ANALITO)\b")
"""What a column of samples is called, folded, that holds what was analysed."""


def tell_units(reading: Reading, features: pd.DataFrame) -> None:
    """Note columns whose rows name several units: no number is converted by them."""
    for name in _named(features, UNIT_NAME):
        words = features[name].dropna().astype(str)
        units = words.map(unit_named)
        if units.isna().any() or units.nunique() < 2:
            continue
        other = int((units != units.mode()[0]).sum())
        reading.notice("units-differ", "caution", other, column=name, words=_counted(words))


def tell_elements(reading: Reading, features: pd.DataFrame) -> None:
    """Note samples that have a row for each element: a column of numbers then holds all of them."""
    for name in _named(features, ELEMENT_NAME):
        words = features[name].dropna().astype(str)
        if words.nunique() > 1:
            reading.notice(
                "elements-in-rows", "caution", len(words), column=name, words=_counted(words)
            )


def _named(features: pd.DataFrame, pattern: re.Pattern[str]) -> list[str]:
    return [str(name) for name in features.columns if pattern.search(fold(name))]


def _counted(words: pd.Series) -> object:
    return first_words([(str(word), int(count)) for word, count in words.value_counts().items()])
