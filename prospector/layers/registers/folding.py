"""Text as it can be compared: without accents, in capitals, spaced once."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

import pandas as pd

PLAIN = str.maketrans(
    dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2212", "-")
    | dict.fromkeys("\u00a0\u2007\u202f\u2009", " ")
)
"""The other dashes and spaces that a text may be written with."""


UNSEEN = str.maketrans(dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff"))
"""Letters that take no place: what is copied from pages and workbooks holds them."""

NO_WORD = re.compile(r"[^0-9A-Za-z&+]+")

KEPT = 20_000
"""Texts whose folded form is kept: a register's words, holders and communes come again in every row."""


def composed(text: str) -> str:
    """Return text spaced once, accents composed with their letters, without letters that are not seen.

    Examples
    --------
    >>> composed("Formacio\u0301n\u00a0 Norte\u200b") == "Formaci\u00f3n Norte"
    True
    """
    if text.isascii() and "  " not in text:
        return " ".join(text.split())
    return " ".join(unicodedata.normalize("NFC", text.translate(UNSEEN)).split())


def fold(text: object) -> str:
    """Return text in capitals without accents, punctuation as single spaces; '' for what is missing.

    Examples
    --------
    >>> fold("  En   Trámite "), fold("Minera Ñandú S.A."), fold(None)
    ('EN TRAMITE', 'MINERA NANDU S A', '')
    """
    if text is None or text is pd.NA or text != text:
        return ""
    return _folded(str(text))


@lru_cache(maxsize=KEPT)
def _folded(plain: str) -> str:
    if not plain.isascii():
        parts = unicodedata.normalize("NFKD", plain)
        plain = "".join(part for part in parts if not unicodedata.combining(part))
    return " ".join(NO_WORD.sub(" ", plain).upper().split())
