"""Classes as words: a code that one file writes as 1, another as 1.0 or "1" is one class."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal

import pandas as pd

from prospector.layers.numbers.cells import written
from prospector.layers.registers import composed

MARKED = ("", "<null>", "(null)", "<na>", "#n/a")
"""Words that programs write where there is nothing, whatever their case, and that are no names either."""

NOTHING = (*MARKED, "null", "nan", "n/a")
"""The same of classes; "NA" and "none" may be such."""

_NUMBER = re.compile(r"[+-]?\d+(?:[.,]\d+)?", re.ASCII)
_WHOLE = re.compile(r"([+-]?\d+)[.,]0+")


def is_nothing(text: str) -> bool:
    """Return whether a text says that there is no class.

    Examples
    --------
    >>> [is_nothing(text) for text in ("<Null>", " ", "NULL", "NA", "Nullarbor")]
    [True, True, True, False, False]
    """
    return text.strip().casefold() in NOTHING


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
    text = composed(str(value))
    if is_nothing(text):
        return None
    whole = _WHOLE.fullmatch(text)
    return whole[1] if whole else text or None


def words_chosen(
    words: Iterable[str | None], named: Iterable[str | int | float]
) -> dict[str | int | float, set[str]]:
    """Return for each class that is named the words that stand for it; none where nothing does.

    A number stands for every way of writing it, a word for itself; one that no feature has and that spells
    a number, for that number.

    Examples
    --------
    >>> words_chosen(["3", "03", "Kd"], [3, "3", "Kd", "0003", "x"]) == {
    ...     3: {"3", "03"}, "3": {"3"}, "Kd": {"Kd"}, "0003": {"3", "03"}, "x": set()}
    True
    """
    there = {word for word in words if word is not None}
    by_number: dict[Decimal, set[str]] = {}
    for word in there:
        number = _number(word)
        if number is not None:
            by_number.setdefault(number, set()).add(word)
    chosen: dict[str | int | float, set[str]] = {}
    for value in named:
        word = str(class_word(value))
        number = _number(word)
        if number is None or (isinstance(value, str) and word in there):
            chosen[value] = {word} & there
        else:
            chosen[value] = by_number.get(number, set())
    return chosen


def _number(word: str) -> Decimal | None:
    """Return the number that a word spells; None for another word."""
    return Decimal(word.replace(",", ".")) if _NUMBER.fullmatch(word) else None


def class_words(values: pd.Series) -> pd.Series:
    """Return a column of classes as words, None where there is none.

    Examples
    --------
    >>> class_words(pd.Series([1.0, 2.5, None])).tolist()
    ['1', '2.5', None]
    """
    words = {value: class_word(value) for value in values.unique()}
    return pd.Series([words.get(value) for value in values], values.index, dtype=object)
