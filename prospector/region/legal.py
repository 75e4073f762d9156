"""What the law says of a commodity in a country: notes as data, with date, source and grade."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Annotated, Any

from pydantic import Field

from prospector.region.cited import Grade, InWords
from prospector.region.commodities import is_sought
from prospector.region.quantities import Country, Date
from prospector.region.spelling import folded
from prospector.region.toml_values import Frozen

NO_ADVICE = InWords(
    en="Pointers to the law, from public pages. This is not legal advice.",
    es="Indicaciones sobre la ley, según páginas públicas. No son asesoría legal.",
)

BEFORE_A_NAME = re.compile(
    r"^(?:(?:salar|salares|provincia|province|region) )?(?:of |de |del )?(?:la |las |los |el )?(?=.)"
)
"""What stands before the name of a salar or a province and does not tell it from others."""


class LegalNote(Frozen):
    """One note of legal_notes.toml: a pointer for the reader, no legal advice.

    Parameters
    ----------
    name
        The note goes by it, e.g. ``"cl_lithium_reserved"``.
    country
        By ISO 3166-1, two letters.
    commodities
        Those that it concerns, e.g. ``"Li"``; all where the list is empty.
    but_not
        Commodities that it does not concern where the list is empty.
    salars, provinces
        Names of the places that it binds in; the whole country where there are none.
    everywhere
        Whether it is said of each target that it binds; else of the country alone.
    brief
        In a sentence.
    en, es
        What the law says, in English and Spanish.
    source
        Which law, or who tells of it.
    url, also
        Addresses of the pages.
    date
        Of the act, or of the page that tells of it.
    seen
        Until when pages were looked at: what came later is not in it.
    grade
        A official text, B reputable secondary source, C news.
    """

    name: str = ""
    country: Country
    commodities: list[str]
    but_not: list[str] = Field(default_factory=list)
    salars: list[str] = Field(default_factory=list)
    provinces: list[str] = Field(default_factory=list)
    everywhere: bool = True
    brief: InWords
    en: Annotated[str, Field(min_length=1)]
    es: Annotated[str, Field(min_length=1)]
    source: str
    url: str
    also: list[str] = Field(default_factory=list)
    date: Date
    seen: Date
    grade: Grade

    def sentence(self, language: str = "en") -> str:
        """Return the note with its source, date, grade and age, in ``"en"`` or ``"es"``."""
        text, dated = {
            "en": (self.en, f"grade {self.grade}; as seen in {self.seen}"),
            "es": (self.es, f"grado {self.grade}; según lo visto en {self.seen}"),
        }[language]
        return f"{text} ({self.source}; {self.date}; {dated}; {self.url})"

    def short(self, language: str = "en") -> str:
        """Return the note in a sentence with its date and age, in ``"en"`` or ``"es"``.

        Examples
        --------
        >>> notes_for("BO", ["litio"])[1].short()
        'A lithium law was being drafted in January 2026. (2026-01-28; as seen in 2026-03)'
        """
        seen = {"en": "as seen in", "es": "según lo visto en"}[language]
        return f"{self.brief.of(language)} ({self.date}; {seen} {self.seen})"

    def concerns(self, commodities: Collection[str]) -> bool:
        """Return whether it concerns any of some commodities."""
        if self.commodities:
            return any(is_sought(own, commodities) for own in self.commodities)
        return any(not is_sought(sought, self.but_not) for sought in commodities)

    def binds_at(self, names: Iterable[str] | None, provinces: Iterable[str] | None) -> bool:
        """Return whether it binds at places of some names; those of None are not asked."""
        return _named_there(self.salars, names) and _named_there(self.provinces, provinces)


def notes_for(
    countries: str | Iterable[str],
    commodities: Iterable[str],
    names: Iterable[str] | None = None,
    provinces: Iterable[str] | None = None,
) -> tuple[LegalNote, ...]:
    """Return the notes that bind for any of some commodities in any of some countries, in the file's order.

    Parameters
    ----------
    countries
        By ISO 3166-1 or by name, e.g. ``"CL"`` or ``"Chile"``.
    commodities
        Symbols, or English or Spanish words.
    names
        Names of the salars in question: a note on a salar binds only where it is among them. None where
        that is not asked: notes on any salar of the countries are given.
    provinces
        The same of provinces.

    Examples
    --------
    >>> [note.name for note in notes_for("CL", ["Li"], ["Salar de Maricunga"]) if note.salars]
    ['cl_salars_strategic', 'cl_salar_maricunga_contract']
    >>> [note.name for note in notes_for(["Argentina"], ["copper"], [], [])]
    ['ar_provinces']
    >>> notes_for("CA", ["Li"])
    ()
    """
    asked = [countries] if isinstance(countries, str) else list(countries)
    where, what = {iso_of(country) for country in asked}, list(commodities)
    salars = None if names is None else list(names)
    within = None if provinces is None else list(provinces)
    return tuple(
        note
        for note in all_notes()
        if note.country in where and note.concerns(what) and note.binds_at(salars, within)
    )


def iso_of(country: str) -> str:
    """Return a country by the two letters of ISO 3166-1 where its name is known; else the text itself.

    Examples
    --------
    >>> iso_of("Chile"), iso_of("bolivia"), iso_of("ARG"), iso_of("cl"), iso_of("Peru")
    ('CL', 'BO', 'AR', 'CL', 'Peru')
    """
    return _countries().get(folded(country), country)


@cache
def all_notes() -> tuple[LegalNote, ...]:
    """Return every note in the order of the file."""
    return tuple(LegalNote(**note) for note in _file()["notes"])


@cache
def _countries() -> Mapping[str, str]:
    """Return the code of a country by each of its folded names."""
    return {folded(name): code for code, names in _file()["countries"].items() for name in names}


@cache
def _file() -> dict[str, Any]:
    source = resources.files("prospector.region") / "legal_notes.toml"
    return tomllib.loads(source.read_text(encoding="utf-8"))


def _named_there(bound: list[str], names: Iterable[str] | None) -> bool:
    """Return whether a note that is bound to some names binds at places of these names."""
    if not bound or names is None:
        return True
    there = {key for name in names for key in _keys(name)}
    return any(_bare(name) in there for name in bound)


def _keys(name: str) -> set[str]:
    """Return what a place can be found by: its whole name, and that without what stands in brackets.

    Examples
    --------
    >>> sorted(_keys("Salar de Llullaillaco (Mariana)")), _keys("Maricunga")
    (['llullaillaco', 'llullaillaco mariana'], {'maricunga'})
    """
    return {_bare(name), _bare(re.sub(r"\(.*?\)", " ", name))} - {""}


def _bare(name: str) -> str:
    return BEFORE_A_NAME.sub("", folded(name))
