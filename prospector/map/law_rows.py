"""Law on the map: the notes that bind at a run's targets, and who may hold a salar's lithium."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prospector.region.legal import LegalNote
from prospector.screening.ranking import Ranking
from prospector.screening.steps import Screening
from prospector.targets.carried import COUNTRY
from prospector.targets.law import RESERVED_LITHIUM, binding_notes
from prospector.words.language import Language, language
from prospector.words.regimes import REGIME, REGIMES, regime_cited, regime_words

SOURCE = "regime_source"


def law_payload(screening: Screening) -> list[dict[str, Any]]:
    """Return the legal notes that are said of targets, in the order that targets name them by."""
    return [
        {
            "sentence": note.brief.en,
            "date": note.date,
            "seen": note.seen,
            "is_reservation": note.name == RESERVED_LITHIUM,
        }
        for note in said_of_targets(screening)
    ]


def said_of_targets(screening: Screening) -> list[LegalNote]:
    """Return the run's legal notes without those that are said of a country alone."""
    return [note for note in screening.legal_notes if note.everywhere]


OF_PLACE = (COUNTRY, "name", "province")
"""Columns of a target that tell, beside what polygons carry, which notes bind there."""


def law_of_targets(ranking: Ranking, screening: Screening) -> dict[str, list[Any]]:
    """Return who may hold each target's lithium, and the places of the notes that bind there, in columns."""
    notes = said_of_targets(screening)
    carried = ranking.model.targets.carry
    deciding = [name for name in (*OF_PLACE, *carried) if name in ranking.targets.columns]
    rows = list(zip(*(ranking.targets[name].tolist() for name in deciding), strict=True))
    bound = {}
    for values in dict.fromkeys(rows):
        row = dict(zip(deciding, values, strict=True))
        law = _places(notes, row, ranking, screening.region.region.countries)
        bound[values] = {**_regime(row, carried), "law": law}
    keys: dict[str, Any] = next(iter(bound.values()), {"law": []})
    return {key: [bound[values][key] for values in rows] for key in keys}


def law_translations(screening: Screening, words: Language) -> dict[str, str]:
    """Return the texts of law on the map by their English."""
    texts = {note.brief.en: note.brief.of(words.code) for note in said_of_targets(screening)}
    rows = _rows_with_regime(screening)
    if not rows:
        return texts
    english = language("en")
    cited = {regime_cited(row, english): regime_cited(row, words) for row in rows}
    sources = {str(row[SOURCE]): words.told(str(row[SOURCE])) for row in rows if row.get(SOURCE)}
    return texts | {told: words.told(told) for told in REGIMES.values()} | _changed(cited | sources)


def _rows_with_regime(screening: Screening) -> list[dict[Any, Any]]:
    """Return the features of every layer that says who may hold a salar's lithium, as rows."""
    layers = [screening.layers.vector(role) for role in screening.layers.known_roles]
    return [
        row
        for layer in layers
        if layer is not None and REGIME in layer.features.columns
        for row in layer.features.drop(columns="geometry").to_dict("records")
    ]


def _changed(pairs: Mapping[str, str]) -> dict[str, str]:
    return {english: other for english, other in pairs.items() if english != other}


def _regime(row: Mapping[str, Any], carried: Sequence[str]) -> dict[str, str]:
    if REGIME not in carried or REGIME not in row:
        return {}
    return {
        "regime": regime_words(row[REGIME], language("en")),
        "regime_cited": regime_cited(row, language("en")),
    }


def _places(
    notes: Sequence[LegalNote], row: Mapping[str, Any], ranking: Ranking, countries: Sequence[str]
) -> list[int]:
    bound = binding_notes(notes, row, ranking.model.deposit_model.commodities, countries)
    names = {note.name for note in bound}
    return [place for place, note in enumerate(notes) if note.name in names]
