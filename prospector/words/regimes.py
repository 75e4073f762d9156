"""Who may hold the lithium of a salar, in plain words of a language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prospector.words.language import Language

REGIME = "regime"

NONE_SEEN = "none_seen"

REGIMES: dict[str, str] = {
    "strategic": "strategic salar: only with a State majority",
    "state_company": "given to a State company",
    "contract_granted": "a contract with the State is granted",
    "contract_pending": "a contract with the State is pending",
    "protected": "protected, wholly or in part",
    "provincial": "granted by the province",
    "national_company": "with the national State company",
    NONE_SEEN: "not seen: nothing found in the pages consulted, which does not mean it is free",
}
"""Code of the column `regime` -> what it means; an empty one is not seen."""


def regime_words(code: object, words: Language) -> str:
    """Return a code of the column `regime` in words; one that is not known as it is.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> regime_words("provincial", language("es")), regime_words("own code", language("es"))
    ('lo otorga la provincia', 'own code')
    >>> regime_words(None, language("en")) == regime_words("none_seen", language("en"))
    True
    """
    text = code.strip() if isinstance(code, str) else ""
    return words.told(REGIMES.get(text or NONE_SEEN, text))


def regime_line(row: Mapping[str, Any], words: Language) -> str:
    """Return who may hold the lithium of a target, with date and source; empty without such a column.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> row = {"regime": "strategic", "regime_date": "2024-03-26", "regime_source": "El Diario"}
    >>> regime_line(row, language("en"))
    'strategic salar: only with a State majority (2024-03-26; El Diario)'
    >>> regime_line({"name": "Salar"}, language("en"))
    ''
    """
    if REGIME not in row:
        return ""
    said, cited = regime_words(row[REGIME], words), regime_cited(row, words)
    return f"{said} ({cited})" if cited else said


def regime_cited(row: Mapping[str, Any], words: Language) -> str:
    """Return date and source of a target's regime; empty where none is stated.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> regime_cited({"regime_date": "2024", "regime_source": ""}, language("en"))
    '2024'
    """
    cited = [row.get(key) for key in ("regime_date", "regime_source")]
    return "; ".join(words.told(text) for text in cited if isinstance(text, str) and text)
