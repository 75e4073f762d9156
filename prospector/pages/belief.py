"""How far a ranking can be relied on, in plain words for a board."""

from __future__ import annotations

from prospector.numerals import decimals_apart
from prospector.runs.changes import better_than_chance
from prospector.runs.overview_values import (
    ModelRow,
)
from prospector.validation.skill import ONE_BLOCK
from prospector.words.language import Language


def belief(model: ModelRow, words: Language) -> str:
    """Return how far to believe a ranking, and why, in plain words."""
    skill, say, sentence = model.skill, words.say, words.sentence
    if skill.reason is not None:
        return _stated(model, words)
    if skill.measured is None:
        return say(
            "The ranking could not be tested: {reason}.",
            reason=sentence(skill.untested or ONE_BLOCK),
        )
    auc, p95 = _of_hundred(skill.measured.auc.value, skill.measured.auc.null_p95, words)
    start = say(
        "In {auc} of 100 pairs of a held-out known deposit and other ground, it ranks the "
        "deposit higher; 1 in 20 random rankings reaches {p95}.",
        auc=auc,
        p95=p95,
    )
    if skill.verdict == "demonstrated":
        return f"{start} {say('It can tell known deposits from other ground; that does not promise ore.')}"
    if skill.verdict == "not judged":
        labels = ", ".join(words.told(model.evidence_labels[i]) for i in skill.follows)
        return say(
            "Not judged: {labels} follows the known deposits, so the ranking only finds what "
            "it was given.",
            labels=labels,
        )
    end = say(
        "Chance is not ruled out with {deposits} deposits in {districts} districts.",
        deposits=skill.n_deposits,
        districts=skill.n_districts,
    )
    return f"{start} {end}"


def ties(model: ModelRow, words: Language) -> str:
    """Return how many areas the score does not tell apart; "" where it does."""
    if not model.alike:
        return ""
    if model.alike == model.n_targets:
        return words.say(
            "All {n} areas have nearly the same score: their order has no meaning.",
            n=model.n_targets,
        )
    return words.say(
        "{alike} of the {n} areas have nearly the same score: their order has no meaning.",
        alike=model.alike,
        n=model.n_targets,
    )


def _stated(model: ModelRow, words: Language) -> str:
    """Return how far stated criteria are to be believed."""
    test, say = model.skill.stated, words.say
    start = say("The ranking applies criteria from the literature; nothing was fitted to data.")
    if test is None or test.auc is None:
        n = model.skill.n_deposits
        return f"{start} {say('The {n} known deposits are too few to test them.', n=n)}"
    auc, p95 = _of_hundred(test.auc.value, test.auc.null_p95, words)
    if test.auc.p is None or test.auc.null_p95 is None:
        figures = say(
            "They rank the {n} known deposits above other ground in {auc} of 100 pairs; it is "
            "not known whether chance would do as well.",
            n=test.n_tested,
            auc=auc,
        )
    else:
        figures = say(
            "They rank the {n} known deposits above other ground in {auc} of 100 pairs; 1 in "
            "20 random rankings reaches {p95}.",
            n=test.n_tested,
            auc=auc,
            p95=p95,
        )
        if not better_than_chance(test.auc):
            figures = f"{figures} {say('That is no better than chance.')}"
        elif not test.seen:
            better = say(
                "That is better than chance, but whoever stated the criteria knew such deposits: it "
                "demonstrates nothing."
            )
            figures = f"{figures} {better}"
    if test.seen:
        seen = say(
            "The criteria were set with these deposits in view, so this is not an independent test."
        )
        figures = f"{figures} {seen}"
    return f"{start} {figures}"


def _of_hundred(value: float, other: float | None, words: Language) -> tuple[str, str]:
    """Return two shares as counts of a hundred, with the decimals that tell them apart."""
    if other is None:
        return words.number(100 * value, 0), words.say("unknown")
    decimals = max(0, decimals_apart(value, other) - 2)
    return words.number(100 * value, decimals), words.number(100 * other, decimals)
