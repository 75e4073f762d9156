"""Skill in a line, in a language: the verdict with its figures, or the reason why there is none."""

from __future__ import annotations

from prospector.validation.record import Skill
from prospector.words.language import Language


def skill_line(skill: Skill, words: Language) -> str:
    """Return the verdict on a skill, with the blocked AUC beside its null or the reason for none.

    Examples
    --------
    >>> from prospector.errors import Reason
    >>> from prospector.words.language import language
    >>> skill_line(Skill(9, 4, untested=Reason("one-group")), language("en"))
    'no demonstrated skill: all deposits are of one group, so none can be held out'
    """
    if skill.reason is not None:
        return words.say("not learned: {reason}", reason=words.sentence(skill.reason))
    if skill.untested is not None:
        figures = words.sentence(skill.untested)
        return words.say("no demonstrated skill: {figures}", figures=figures)
    figures = skill_figures(skill, words)
    if skill.demonstrated:
        return words.say("skill demonstrated: {figures}", figures=figures)
    return words.say("no demonstrated skill: {figures}", figures=figures)


def skill_figures(skill: Skill, words: Language) -> str:
    """Return the blocked AUC beside its null; the reason where nothing was learned or tested."""
    if skill.reason is not None:
        return words.say("Not learned: {reason}.", reason=words.sentence(skill.reason))
    if skill.untested is not None:
        return words.say("Not tested: {reason}.", reason=words.sentence(skill.untested))
    if skill.measured is None:
        return words.say("not tested")
    auc = skill.measured.auc
    return words.say(
        "AUC {auc} in spatial blocks (null's 95th percentile {p95}, p {p})",
        auc=words.number(auc.value, 2),
        p95=words.number(auc.null_p95 or 0.0, 2),
        p=words.number(auc.p or 0.0, 2),
    )
