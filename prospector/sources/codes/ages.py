"""Names of ages as ranges in Ma: eon to stage, in English and Spanish, and from one to another."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any

import pandas as pd

from prospector.region.quantities import EARTH_MA

QUALIFIERS = {
    **dict.fromkeys(("lower", "early"), ("lower", "en")),
    **dict.fromkeys(("middle", "mid"), ("middle", "en")),
    **dict.fromkeys(("upper", "late"), ("upper", "en")),
    **dict.fromkeys(("inferior", "inf", "temprano", "temprana"), ("lower", "es")),
    **dict.fromkeys(("medio", "media", "med"), ("middle", "es")),
    **dict.fromkeys(("superior", "sup", "tardio", "tardia"), ("upper", "es")),
}
"""Word -> the part of an age that it means, and its language."""

CONNECTORS = {"-", "to", "and", "through", "or", "a", "al", "hasta", "y", "e", "o"}
"""Words between the two ends of a range."""

PASSED_OVER = {
    "age", "epoch", "period", "era", "edad", "epoca", "periodo", "the", "de", "del", "desde", "from",
    "probable", "probably", "posible", "possibly", "undivided", "indiviso", "indiferenciado",
    "undifferentiated", "undiff", "indif", "sin", "diferenciar", "dividir", "c", "ca", "circa",
}  # fmt: skip
"""Words that change nothing about the range."""

NUMBER = r"(\d{1,4}(?:[.,]\d+)?)"
IN_MA = re.compile(
    rf"\s*(?:c\.?|ca\.?)?\s*{NUMBER}(?:\s*(?:-|a|to|and|y)\s*{NUMBER})?\s*(?:m\.?\s?a\.?|ma)\s*",
    re.ASCII,
)
"""A number of millions of years, or two."""

Part = tuple[float, float]


@dataclass(frozen=True)
class AgeRange:
    """From the oldest to the youngest bound, in Ma.

    Examples
    --------
    >>> AgeRange(145.0, 66.0).middle_ma
    105.5
    """

    oldest_ma: float
    youngest_ma: float

    @property
    def middle_ma(self) -> float:
        """Half way between both."""
        return (self.oldest_ma + self.youngest_ma) / 2


@dataclass
class _End:
    """One end of a range while it is read."""

    name: str = ""
    parts: set[str] = field(default_factory=set)
    languages: set[str] = field(default_factory=set)


def age_range(text: object) -> AgeRange | None:
    """Return the range that a name of an age, or several, stand for; None where a word is not known.

    A doubt (`?`) is passed over. Where the chart does not divide an age as the name does, e.g. an upper
    Mesozoic, nothing is returned.

    Examples
    --------
    >>> age_range("Jurásico Superior - Cretácico Inferior")
    AgeRange(oldest_ma=161.5, youngest_ma=100.5)
    >>> age_range("Late Cretaceous to Paleocene")
    AgeRange(oldest_ma=100.5, youngest_ma=56.0)
    >>> age_range("Mioceno inferior a medio"), age_range("post-Jurásico")
    (AgeRange(oldest_ma=23.03, youngest_ma=11.63), None)
    >>> age_range("60-45 Ma")
    AgeRange(oldest_ma=60.0, youngest_ma=45.0)
    """
    if (stated := _in_ma(text)) is not None:
        return stated
    ends = _ends(_words(text))
    if not ends:
        return None
    _lend_names(ends)
    ranges = [_range_of(end) for end in ends]
    known = [bounds for bounds in ranges if bounds is not None]
    if len(known) < len(ranges):
        return None
    return AgeRange(max(old for old, _ in known), min(young for _, young in known))


def hull(ranges: Iterable[AgeRange | None]) -> AgeRange | None:
    """Return the range that holds several; None where none of them is known."""
    known = [part for part in ranges if part is not None]
    if not known:
        return None
    return AgeRange(max(part.oldest_ma for part in known), min(part.youngest_ma for part in known))


def _plain(text: object) -> str:
    """Return text in small letters without accents, with one kind of dash."""
    if text is None or text is pd.NA or text != text:
        return ""
    parted = unicodedata.normalize("NFKD", str(text)).lower()
    plain = "".join(letter for letter in parted if not unicodedata.combining(letter))
    return re.sub("[\u2010-\u2015\u2212]", "-", plain)


def _words(text: object) -> list[str]:
    """Return the words of a name, each end of a range apart; what stands in brackets is such an end."""
    parted = re.sub(r"[/,;+&()\[\]-]", " - ", _plain(text))
    return re.sub("[?¿.:]", " ", parted).split()


def _in_ma(text: object) -> AgeRange | None:
    """Return the range of an age that is given in millions of years; None where it is not."""
    found = IN_MA.fullmatch(_plain(text))
    if found is None:
        return None
    ages = [float(age.replace(",", ".")) for age in found.groups() if age is not None]
    return AgeRange(max(ages), min(ages)) if max(ages) <= EARTH_MA else None


def _name_of(word: str) -> str | None:
    """Return a word as the chart has it: Spanish adjectives as the noun; None where it has none."""
    forms = (word, word.removesuffix("s"), *(re.sub(f"{end}$", "o", word) for end in ("as?", "os")))
    return next((form for form in forms if form in _chart()), None)


def _ends(words: list[str]) -> list[_End]:
    """Return the ends of a range as they are written; none where a word is not known."""
    ends = [_End()]
    for word in words:
        if word in CONNECTORS:
            ends.append(_End())
        elif word in QUALIFIERS:
            part, language = QUALIFIERS[word]
            ends[-1].parts.add(part)
            ends[-1].languages.add(language)
        elif (name := _name_of(word)) is not None and not ends[-1].name:
            ends[-1].name = name
        elif word not in PASSED_OVER:
            return []
    return [end for end in ends if end.name or end.parts]


def _lend_names(ends: list[_End]) -> None:
    """Give an end without a name that of its neighbour: the next in English, the one before in Spanish."""
    for place, end in enumerate(ends):
        if end.name:
            continue
        before = [other.name for other in reversed(ends[:place]) if other.name]
        after = [other.name for other in ends[place + 1 :] if other.name]
        names = [*after, *before] if "en" in end.languages else [*before, *after]
        end.name = names[0] if names else ""


def _range_of(end: _End) -> Part | None:
    unit = _chart().get(end.name)
    if unit is None:
        return None
    if not end.parts:
        return unit["ma"]
    if not end.parts <= unit.keys():
        return None
    bounds = [unit[part] for part in end.parts]
    return max(old for old, _ in bounds), min(young for _, young in bounds)


@cache
def _chart() -> dict[str, dict[str, Part]]:
    """Return every name in plain letters, with its bounds and those of its parts."""
    chart = {}
    for row in [row for table in ("units", "stages", "by_use") for row in ages_table()[table]]:
        bounds = {
            part: tuple(row[part]) for part in ("ma", "lower", "middle", "upper") if part in row
        }
        for name in (*row["en"], *row["es"]):
            chart["".join(_words(name))] = bounds
    return chart


@cache
def ages_table() -> dict[str, Any]:
    """Return the table of ages as it is written: version, citation, units, stages, names by use."""
    file = resources.files("prospector.sources.codes") / "ages.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))
