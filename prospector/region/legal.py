"""What the law says of a commodity in a country: notes as data, with date and source."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Annotated

from pydantic import Field

from prospector.region.toml_values import Frozen


class LegalNote(Frozen):
    """One note of legal_notes.toml: a pointer for the reader, no legal advice.

    Parameters
    ----------
    country
        By ISO 3166-1, two letters.
    commodities
        As deposit models name them, e.g. ``"Li"``.
    en, es
        What the law says, in English and Spanish.
    date
        Of the law that `url` names.
    """

    country: Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
    commodities: list[str] = Field(min_length=1)
    en: str
    es: str
    source: str
    url: str
    date: Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]

    def sentence(self, language: str = "en") -> str:
        """Return the note with its source and date, in ``"en"`` or ``"es"``."""
        said = {"en": self.en, "es": self.es}[language]
        return f"{said} ({self.source}; {self.date}; {self.url})"


def legal_notes(countries: Iterable[str], commodities: Iterable[str]) -> tuple[LegalNote, ...]:
    """Return the notes on any of the commodities in any of the countries.

    Examples
    --------
    >>> [note.country for note in legal_notes(["CL", "AR"], ["Li", "K"])]
    ['CL']
    >>> legal_notes(["CL"], ["Cu"])
    ()
    """
    text = (
        resources.files("prospector.region")
        .joinpath("legal_notes.toml")
        .read_text(encoding="utf-8")
    )
    notes = [LegalNote(**note) for note in tomllib.loads(text)["notes"]]
    where, what = set(countries), set(commodities)
    return tuple(note for note in notes if note.country in where and what & set(note.commodities))
