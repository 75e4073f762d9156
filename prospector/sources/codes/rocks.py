"""Words of a description as the class of the rock."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from prospector.layers.registers.folding import fold

LAVAS_AND_BEDS = {"sedimentary", "volcanic", "volcanosedimentary"}
"""Classes that make a volcanosedimentary unit together."""

MIXED = "mixed"
"""The class of rocks of several classes."""


def rock_class(text: object) -> str | None:
    """Return the class of the rocks that a description names, in Spanish or English; None for none.

    Lavas beside sediments are volcanosedimentary, rocks of other classes together mixed. Where what
    stands behind "con" or "with" makes the mixture, what stands before it decides.

    Examples
    --------
    >>> rock_class("Andesitas y basaltos"), rock_class("Pórfido andesítico")
    ('volcanic', 'intrusive')
    >>> rock_class("Areniscas y tobas"), rock_class("Granitos con xenolitos de esquistos")
    ('volcanosedimentary', 'intrusive')
    >>> rock_class("banded iron-formation")
    'sedimentary'
    """
    words = _one_by_one(fold(text).lower()).split()
    whole = _class_of(words)
    if whole != MIXED:
        return whole
    lesser = [place for place, word in enumerate(words) if word in rocks_table()["lesser"]]
    main = _class_of(words[: lesser[0]]) if lesser else None
    return main or whole


def _one_by_one(text: str) -> str:
    """Return a text whose rocks of two words are one word each."""
    for phrase, word in rocks_table()["phrases"].items():
        text = text.replace(phrase, word)
    return text


def _class_of(words: list[str]) -> str | None:
    named = {rock for word in words if (rock := _rock_of(word)) is not None}
    if len(named) > 1:
        return "volcanosedimentary" if named <= LAVAS_AND_BEDS else MIXED
    return next(iter(named), None)


@cache
def _rock_of(word: str) -> str | None:
    whole, beginnings = _lexicon()
    for form in (word, word.removesuffix("s"), word.removesuffix("es")):
        if form in whole:
            return whole[form]
    return next((rock for start, rock in beginnings.items() if re.match(start, word)), None)


@cache
def _lexicon() -> tuple[dict[str, str], dict[str, str]]:
    """Return whole words and beginnings of words, each with its class."""
    words = {word: rock for rock, listed in rocks_table()["words"].items() for word in listed}
    whole = {word: rock for word, rock in words.items() if not word.endswith("*")}
    return whole, {word[:-1]: rock for word, rock in words.items() if word.endswith("*")}


@cache
def rocks_table() -> dict[str, Any]:
    """Return the table of words as it is written."""
    file = resources.files("prospector.sources.codes") / "rocks.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
