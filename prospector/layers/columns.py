"""What leaves the reader of a layer's table: columns on a list, yes and no as such, no tax numbers."""

from __future__ import annotations

from collections.abc import Collection

import geopandas as gpd
import pandas as pd

from prospector.layers.roles import Role
from prospector.registers import fold, is_tax_column, without_tax_numbers

YES = ("TRUE", "YES", "Y", "T", "SI", "S", "VERDADERO", "V", "1")
NO = ("FALSE", "NO", "N", "F", "FALSO", "0")


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
    words = values.map(lambda value: f"{value:g}" if isinstance(value, float) else value).map(fold)
    blank = values.isna() | (values.astype(str).str.strip() == "")
    strange = values[~words.isin([*YES, *NO]) & ~blank]
    if len(strange):
        raise ValueError(str(strange.iloc[0]))
    return words.isin(YES)


def kept_columns(
    features: gpd.GeoDataFrame, role: Role, *, mapped: Collection[str], used: Collection[str]
) -> tuple[gpd.GeoDataFrame, list[str]]:
    """Return features with the columns that may leave the reader, and the names of the others.

    Parameters
    ----------
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
    """Return features without tax numbers in any text, and how many values were cut, by column."""
    cut: dict[str, int] = {}
    for name in features.columns.drop(features.geometry.name):
        if features[name].dtype.kind in "biufcmM":
            continue
        bare = features[name].map(
            lambda value: without_tax_numbers(value) if isinstance(value, str) else value
        )
        changed = (bare != features[name]) & features[name].notna()
        if changed.any():
            cut[str(name)] = int(changed.sum())
            features = features.assign(**{name: bare})
    return features, cut
