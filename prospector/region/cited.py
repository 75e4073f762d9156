"""What facts that are cited have in common: words of both languages, and the grade of a source."""

from __future__ import annotations

from typing import Literal

from prospector.region.toml_values import Frozen

Grade = Literal["A", "B", "C"]
"""A official text or register, B reputable secondary source, C news."""


class InWords(Frozen):
    """The same in English and Spanish."""

    en: str = ""
    es: str = ""

    def of(self, language: str) -> str:
        """Return the words in ``"en"`` or ``"es"``."""
        return {"en": self.en, "es": self.es}[language]
