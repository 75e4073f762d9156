"""Classes as words: a code that one file writes as 1, another as 1.0 or "1" is one class."""

from __future__ import annotations

import re

import pandas as pd

from prospector.layers.numbers.cells import written

_WHOLE = re.compile(r"([+-]?\d+)[.,]0+")


def class_word(value: object) -> str | None:
    """Return a class as the word that it is compared by; None for nothing.

    Examples
    --------
    >>> [class_word(value) for value in (1, 1.0, "1.0", " Kd ", "01", True, None)]
    ['1', '1', '1', 'Kd', '01', 'true', None]
    """
    if value is None or value is pd.NA or value is pd.NaT or value != value:
        return None
    if str(value) in ("True", "False") and not isinstance(value, str):
        return str(value).lower()
    if isinstance(value, float):
        return written(value)
    text = str(value).strip()
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text or None


def class_words(values: pd.Series) -> pd.Series:
    """Return a column of classes as words, None where there is none.

    Examples
    --------
    >>> class_words(pd.Series([1.0, 2.5, None])).tolist()
    ['1', '2.5', None]
    """
    words = {value: class_word(value) for value in values.unique()}
    return pd.Series([words.get(value) for value in values], values.index, dtype=object)
