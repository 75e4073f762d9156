"""What commodities are called: symbols, and English and Spanish words, as one name each."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources

from pydantic import Field

from prospector.errors import ModelError
from prospector.region.spelling import did_you_mean, folded
from prospector.region.toml_values import Frozen


class Commodity(Frozen):
    """One entry of commodities.toml.

    Parameters
    ----------
    en, es
        Its English and Spanish name.
    words
        Other words that people use for it.
    part_of
        The group that it belongs to, e.g. ``"REE"``; empty where it belongs to none.
    """

    en: str
    es: str
    words: list[str] = Field(default_factory=list)
    part_of: str = ""


@cache
def commodities() -> dict[str, Commodity]:
    """Return every known commodity by the name that everything else goes by.

    Examples
    --------
    >>> commodities()["Li"].es, commodities()["Nd"].part_of
    ('litio', 'REE')
    """
    source = resources.files("prospector.region") / "commodities.toml"
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return {name: Commodity.model_validate(table) for name, table in tables.items()}


def known_commodity(word: str) -> str | None:
    """Return the name of the commodity that a word is for; None where it is for none that is known.

    Examples
    --------
    >>> known_commodity("LITIO"), known_commodity("tierras-raras"), known_commodity("marble")
    ('Li', 'REE', None)
    """
    return _names_by_word().get(folded(word))


def commodity_named(word: str) -> str:
    """Return the name of the commodity that a symbol, or an English or Spanish word, is for.

    Raises
    ------
    ModelError
        No commodity is called so.

    Examples
    --------
    >>> [commodity_named(word) for word in ("litio", "Copper", "co", "níquel", "potash", "salitre")]
    ['Li', 'Cu', 'Co', 'Ni', 'K', 'nitrate']
    """
    name = known_commodity(word)
    if name is None:
        near = did_you_mean(folded(word), _names_by_word())
        raise ModelError(
            f"Unknown commodity '{word[:100]}'. {near}Give a symbol, or an English or Spanish word, "
            "e.g. Li, lithium or litio."
        )
    return name


def commodity_word(name: str, language: str = "en") -> str:
    """Return what a commodity is called in ``"en"`` or ``"es"``; the word itself where it is not known.

    Examples
    --------
    >>> commodity_word("Cu"), commodity_word("Cu", "es"), commodity_word("marble", "es")
    ('copper', 'cobre', 'marble')
    """
    known = known_commodity(name)
    if known is None:
        return name
    commodity = commodities()[known]
    return {"en": commodity.en, "es": commodity.es}[language]


def is_sought(commodity: str, sought: Iterable[str]) -> bool:
    """Return whether a commodity is among those sought, or in a group with one of them.

    Examples
    --------
    >>> is_sought("REE", ["Nd"]), is_sought("Nd", ["rare earths"]), is_sought("Nd", ["Dy"])
    (True, True, False)
    """
    own = _with_group(commodity)
    return any(
        own[0] == names[0] or own[0] in names[1:] or names[0] in own[1:]
        for names in map(_with_group, sought)
    )


def _with_group(word: str) -> list[str]:
    """Return the name of a commodity and, where it belongs to one, of its group."""
    name = known_commodity(word)
    if name is None:
        return [folded(word)]
    group = commodities()[name].part_of
    return [name, group] if group else [name]


@cache
def _names_by_word() -> dict[str, str]:
    """Return the name of a commodity by every folded word for it."""
    return {
        folded(word): name
        for name, commodity in commodities().items()
        for word in (name, commodity.en, commodity.es, *commodity.words)
    }
