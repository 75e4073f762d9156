"""The words of `company_words.toml`: what stands in names of companies."""

from __future__ import annotations

import tomllib
from importlib import resources


def _text(name: str) -> str:
    file = resources.files("prospector.layers.registers") / "company_words.toml"
    return str(tomllib.loads(file.read_text("utf-8"))[name])


def _words(name: str) -> frozenset[str]:
    return frozenset(_text(name).split())


PLACES, BRANCHES, NUMBERS = _words("places"), _words("branches"), _words("numbers")
GROUND, SURNAMES = _words("ground"), _words("surnames")
_TRADE = _words("trade") | _words("minerals")
_BESIDE = SURNAMES | _words("surnames_beside")

SURE_NUMBERS = NUMBERS - {"PRIMERO", "SEGUNDO", "TERCERO", "QUINTA", "I"}
"""Those that no person is called."""

TELLING = _TRADE | GROUND
"""Words that stand in companies' names."""

SURE = TELLING - SURNAMES
"""Those that no person is called."""

SURE_BESIDE = TELLING - _BESIDE
"""Those that tell a company beside another holder."""

TRADE = _TRADE - _BESIDE
"""Those that say what a company does, or with what."""

KNOWN = tuple(_text("known").strip().splitlines())
"""Companies that are known without a legal form, folded."""
