"""Skill in one short sentence, for a terminal: the verdict, the AUC and what chance reaches."""

from __future__ import annotations

from collections.abc import Sequence

from prospector.validation.record import Measurement, Skill, StatedTest
from prospector.words.language import Language
from prospector.words.skill import evidence_words


def short_skill(skill: Skill, words: Language, labels: Sequence[str]) -> str:
    """Return the verdict on a skill with its AUC beside what chance reaches; the report has the rest.

    Chance is the AUC that one in twenty random rankings reaches.

    Parameters
    ----------
    skill
        Of a deposit model.
    words
        Language of the sentence.
    labels
        Label of each evidence, by its column.

    Examples
    --------
    >>> from prospector.errors import Reason
    >>> from prospector.words.language import language
    >>> short_skill(Skill(9, 4, untested=Reason("one-group")), language("en"), ())
    'Skill not tested: all deposits are of one group, so none can be held out.'
    """
    if skill.stated is not None:
        return _stated(skill.stated, words)
    if skill.reason is not None:
        return words.say("Not learned: {reason}.", reason=words.sentence(skill.reason))
    if skill.untested is not None:
        return words.say("Skill not tested: {reason}.", reason=words.sentence(skill.untested))
    if skill.measured is None:
        return words.say("Skill not tested.")
    if skill.follows:
        return _without_following(skill, words, labels)
    figures = [_beside_chance(skill.measured, words)]
    plain = skill.without_some_schematic
    if plain is not None:
        auc, p95 = words.beside(plain.auc.value, plain.auc.null_p95)
        figures.append(words.say("without schematic layers {auc} ({p95})", auc=auc, p95=p95))
    elif skill.without_schematic is None:
        figures.append(words.say("all evidence is schematic"))
    said = "Skill shown: {figures}." if skill.demonstrated else "Skill not shown: {figures}."
    return words.say(said, figures="; ".join(figures))


def _beside_chance(measured: Measurement, words: Language) -> str:
    """Return an AUC beside that which one in twenty random rankings reaches."""
    value, p95 = words.beside(measured.auc.value, measured.auc.null_p95)
    return words.say("AUC {auc} (chance {p95})", auc=value, p95=p95 or words.say("unknown"))


def _without_following(skill: Skill, words: Language, labels: Sequence[str]) -> str:
    """Return which evidence follows the deposits, and what is reached without it."""
    evidence = evidence_words(skill.follows, labels, words)
    if skill.without_following is None:
        return words.say(
            "Skill not judged: all evidence follows the known deposits ({evidence}).",
            evidence=evidence,
        )
    return words.say(
        "Skill not judged: {evidence} follows the known deposits; without it {figure}.",
        evidence=evidence,
        figure=_beside_chance(skill.without_following, words),
    )


def _stated(test: StatedTest, words: Language) -> str:
    """Return how stated memberships rank the known deposits, or why that is not known."""
    reason = "" if test.untested is None else words.sentence(test.untested)
    if test.auc is None:
        return words.say("Not learned, not tested: {reason}.", reason=reason)
    value, p95 = words.beside(test.auc.value, test.auc.null_p95)
    if test.auc.p is None:
        return words.say(
            "Not learned: AUC {auc} at {n} known deposits; chance not known: {reason}.",
            auc=value,
            n=test.n_tested,
            reason=reason,
        )
    more = [words.say("not an independent test")] if test.seen else []
    more += [words.say("partly schematic")] if test.schematic else []
    figures = words.say(
        "AUC {auc} (chance {p95}) at {n} known deposits", auc=value, p95=p95, n=test.n_tested
    )
    return words.say("Not learned: {figures}.", figures="; ".join([figures, *more]))
