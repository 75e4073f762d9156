"""What leaves the reader of a layer's table: columns on a list, yes and no as such, no tax numbers."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import partial

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.layers.registers import fold, is_tax_column, without_personal_marks
from prospector.layers.roles import Role

NESTED = (dict, list, tuple, np.ndarray)

YES = ("TRUE", "YES", "Y", "T", "SI", "S", "VERDADERO", "V", "1")
NO = ("FALSE", "NO", "N", "F", "FALSO", "0")
NEITHER = ("", "NULL", "NONE", "NAN", "NA", "-")
"""What stands where nothing is said."""


def yes_or_no(values: pd.Series) -> pd.Series:
    """Return a column as booleans, in English or Spanish, whatever its case; empty is no.

    Raises
    ------
    ValueError
        A word is neither yes nor no; the message is that word.

    Examples
    --------
    >>> yes_or_no(pd.Series(["Sí", "no", 1, 0.0, True, None])).tolist()
    [True, False, True, False, True, False]
    """
    words = values.map(_word)
    strange = values[~words.isin([*YES, *NO, *NEITHER])]
    if len(strange):
        raise ValueError(without_personal_marks(str(strange.iloc[0])))
    return words.isin(YES)


def _word(value: object) -> str:
    """Return a value as it can be compared: 1.0 as 1, "" for what is missing."""
    if value is None or value is pd.NA or value != value:
        return ""
    text = re.sub(r"^([01])[.,]0+$", r"\1", str(value).strip())
    return fold(text) or text


def plain_values(features: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return features whose values are plain, and the columns of which tables were left out.

    A list becomes text, its values parted by "; ".
    """
    emptied = []
    for name in features.columns.drop(features.geometry.name):
        if not features[name].map(lambda value: isinstance(value, NESTED)).any():
            continue
        plain = features[name].map(_plain)
        if (plain.isna() & features[name].notna()).any():
            emptied.append(str(name))
        features = features.assign(**{name: plain})
    return features, emptied


def _plain(value: object) -> object:
    """Return a list of plain values as text, None for a table or what holds one."""
    if not isinstance(value, NESTED):
        return value
    if isinstance(value, dict) or any(isinstance(part, NESTED) for part in value):
        return None
    return "; ".join(str(part) for part in value)


def kept_columns(
    features: gpd.GeoDataFrame, role: Role, *, mapped: Collection[str], used: Collection[str]
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return features with the columns that may leave the reader, and the names of the others.

    Parameters
    ----------
    features
        As the file has them.
    role
        Role of the layer, which says what it may hold.
    mapped
        Columns that region.toml names.
    used
        Texts in the parameters of the evidence that reads the role; a column among them is used.
    """
    wanted = {*role.known, *(() if role.closed else (*mapped, *used))}
    geometry = features.geometry.name
    kept = [
        name
        for name in features.columns
        if name == geometry or (name in wanted and not is_tax_column(str(name)))
    ]
    return features[kept], [str(name) for name in features.columns if name not in kept]


def cut_tax_numbers(features: gpd.GeoDataFrame) -> tuple[gpd.GeoDataFrame, dict[str, int]]:
    """Return features without tax numbers in any text, and how many values were cut, by column.

    An id in which one stood becomes the number of its row: ids stay apart.
    """
    cut: dict[str, int] = {}
    for name in features.columns.drop(features.geometry.name):
        if features[name].dtype.kind in "biufcmM":
            continue
        is_id = str(name).endswith("_id")
        bare = features[name].map(partial(_cut, is_id=is_id))
        changed = (bare != features[name]) & features[name].notna()
        if changed.any():
            cut[str(name)] = int(changed.sum())
            rows = pd.Series(np.arange(1, len(features) + 1), index=features.index).map(
                "row {}".format
            )
            features = features.assign(**{name: bare.mask(changed, rows) if is_id else bare})
    return features, cut


def _cut(value: object, *, is_id: bool) -> object:
    """Return a value without tax numbers; in an id, figures and dashes alone are the id itself."""
    if not isinstance(value, str) or (is_id and re.fullmatch(r"[\d-]+", value)):
        return value
    return without_personal_marks(value)
