"""An inventory added up: how many there are of each kind, and how many state a tonnage or an approval."""

from __future__ import annotations

import pandas as pd

TOTAL_COLUMNS: dict[str, str] = {
    "listed": "how many are listed",
    "with_tonnage": "how many of them state a tonnage",
    "without_tonnage": "how many do not",
    "tonnage_mt": "sum of the stated tonnages in Mt: of the others nothing is known",
    "with_approval": "how many state a year of approval",
}
"""Columns of a table of totals, beside what it is by."""


def totals(rows: pd.DataFrame, by: pd.Series) -> pd.DataFrame:
    """Return a row for each group, by stated tonnage and then by number; what states no group is last.

    Parameters
    ----------
    rows
        The listed sites, a row each.
    by
        Group of each row; missing where none is stated.

    Examples
    --------
    >>> rows = pd.DataFrame({"tonnage_mt": [3.0, None, None], "approval_year": [1990, None, 2001]})
    >>> totals(rows, pd.Series(["copper", "copper", None]))[["listed", "with_tonnage", "tonnage_mt"]]
            listed  with_tonnage  tonnage_mt
    copper       2             1         3.0
    NaN          1             0         0.0
    """
    stated = rows.assign(
        listed=1,
        with_tonnage=rows["tonnage_mt"].notna().astype(int),
        without_tonnage=rows["tonnage_mt"].isna().astype(int),
        with_approval=rows["approval_year"].notna().astype(int),
    )
    named = by.astype(object).where(by.notna(), None).to_numpy()
    added = stated.groupby(named, dropna=False)[list(TOTAL_COLUMNS)].sum()
    added["is_blank"] = added.index.isna()
    added["group"] = added.index.astype(str)
    ordered = added.sort_values(
        ["is_blank", "tonnage_mt", "listed", "group"], ascending=[True, False, False, True]
    )
    return ordered[list(TOTAL_COLUMNS)]


def communes(rows: pd.DataFrame) -> pd.Series:
    """Return the administrative unit in which each row lies; where none is known, the commune stated."""
    return rows["lies_in"].fillna(rows["register_commune"])


def decades(rows: pd.DataFrame) -> pd.Series:
    """Return the first year of the decade of each approval; missing where no year is stated."""
    return (rows["approval_year"] // 10 * 10).astype("Int64")
