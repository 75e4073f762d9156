"""The words in names of files and columns, and patterns that find them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from prospector.layers.registers import fold


def tokens(text: str) -> str:
    """Return the words of a name, parted where its letters change case or meet figures.

    Examples
    --------
    >>> tokens("GeologiaBase_250k"), tokens("Áreas-Protegidas.v2"), tokens("TMI_rtp")
    ('geologia base 250 k', 'areas protegidas v 2', 'tmi rtp')
    """
    parted = re.sub(r"(?<=[a-zà-ÿ])(?=[A-Z])", " ", text)
    folded = fold(parted).lower()
    return re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", folded)


def pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Return a pattern that finds any of some words in text as `tokens` gives it.

    Examples
    --------
    >>> pattern(["falla*", "red vial"]).findall("fallas de la red vial vialidad")
    ['fallas', 'red vial']
    """
    parts = sorted((tokens_of_word(word) for word in words), key=len, reverse=True)
    return re.compile(rf"\b(?:{'|'.join(parts)})\b" if parts else r"(?!)")


def tokens_of_word(word: str) -> str:
    """Return a word of the vocabulary as a pattern: a star stands for any ending."""
    parted = re.sub(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])", " ", word)
    return re.escape(parted).replace(r"\*", r"\w*")
