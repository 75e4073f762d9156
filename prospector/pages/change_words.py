"""What work would change the result, in words."""

from __future__ import annotations

from collections.abc import Mapping

from prospector.numerals import fixed
from prospector.runs.overview_values import (
    Change,
    InKind,
)
from prospector.words.language import Language


def change_row(change: Change, words: Language) -> dict[str, str]:
    """Return what would change the answer, after what it would cost in kind."""
    return {"in_kind": in_kind_words(change.in_kind, words), "what": _change_words(change, words)}


def in_kind_words(in_kind: InKind, words: Language) -> str:
    """Return what something would cost in kind, in words."""
    say = words.say
    return {
        "register": say("One register"),
        "survey": say("One survey"),
        "map": say("One map"),
    }[in_kind]


def _change_words(change: Change, words: Language) -> str:
    say, about = words.say, change.about or {}
    labels = ", ".join(words.told(label) for label in change.labels)
    if change.kind == "deposits" and "needed" in about:
        return say(
            "{needed} more verified deposits of the kind ({deposits} known), to test the ranking",
            needed=fixed(about["needed"], 0),
            deposits=fixed(about["deposits"], 0),
        )
    if change.kind == "deposits":
        return say(
            "more verified and dated deposits of the kind ({deposits} known), to tell the ranking from "
            "chance",
            deposits=fixed(about["deposits"], 0),
        )
    if change.kind == "criteria":
        return say(
            "criteria that separate the {deposits} known deposits, because the stated ones do not",
            deposits=fixed(about["deposits"], 0),
        )
    if change.kind == "lacking":
        return say(
            "{evidence}: used by the model but missing here, effect not measured", evidence=labels
        )
    share = fixed(change.effect or 0.0, 0)
    if change.kind == "tenure":
        return say("who holds the {share} % of unknown tenure", share=share)
    if change.kind == "protection":
        return say("what is protected on the {share} % where it is not known", share=share)
    return _evidence_change(labels, share, about, words)


def _evidence_change(labels: str, share: str, about: Mapping[str, float], words: Language) -> str:
    say = words.say
    if "schematic_m" in about:
        return say(
            "{evidence}, drawn from descriptions and up to {km} km off: at a median value the areas "
            "would fall by {share} percentiles",
            evidence=labels,
            km=f"{about['schematic_m'] / 1000:g}",
            share=share,
        )
    if "resolution_m" in about:
        return say(
            "{evidence}, finer than {length}: at a median value the areas would fall by {share} "
            "percentiles",
            evidence=labels,
            length=words.length(about["resolution_m"]),
            share=share,
        )
    return say(
        "{evidence}, whose resolution is not stated: at a median value the areas would fall by {share} "
        "percentiles",
        evidence=labels,
        share=share,
    )
