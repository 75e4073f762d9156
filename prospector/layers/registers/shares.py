"""Shares of holders, as a register writes them in a field of their own."""

from __future__ import annotations

import re

import pandas as pd

from prospector.errors import Notice
from prospector.name_lists import parted

_SHARE = re.compile(r"\d{1,3}(?:[.,]\d+)?\s*%?|\d{1,4}\s*/\s*\d{1,4}")
"""50, 33,3 %, 1/2: a share and nothing else, so that no name comes through."""


def read_shares(shares: pd.Series, holders: pd.Series) -> tuple[pd.Series, list[Notice]]:
    """Return the share of each row with the name of its holder, '' where it is not known whose it is.

    Parameters
    ----------
    shares
        As text, '' where there is none.
    holders
        As they may be kept.

    Examples
    --------
    >>> shares = pd.Series(["60 %", "1/2", "25", "Eva Lopez"])
    >>> holders = pd.Series(["Andes S.A.", "private holder", "Andes S.A.; Puna Ltda", "private holder"])
    >>> kept, notices = read_shares(shares, holders)
    >>> kept.tolist(), notices[0].count
    (['Andes S.A. (60 %)', 'private holder (1/2)', '', ''], 2)
    """
    kept = [
        f"{holder} ({share})" if _SHARE.fullmatch(share) and len(parted(holder)) == 1 else ""
        for share, holder in zip(shares, holders, strict=True)
    ]
    lost = sum(bool(share) and not text for share, text in zip(shares, kept, strict=True))
    notices = [Notice("shares-not-kept", "note", count=lost)] if lost else []
    return pd.Series(kept, index=shares.index), notices
