"""Skill in a line, in a language: the verdict with its figures, or the reason why there is none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prospector.numerals import signed
from prospector.validation.alarms import CAUTIONS
from prospector.validation.baselines import TO_BEAT
from prospector.validation.power import simulated_range
from prospector.validation.record import Alarm, Baseline, Measurement, Skill, Verdict
from prospector.words.language import Language
from prospector.words.stated import stated_line

NAMES: dict[Verdict | None, str] = {
    "demonstrated": "Skill demonstrated",
    "not judged": "Not judged",
    "could not tell": "No demonstrated skill: could not tell",
    "none seen": "No demonstrated skill: none seen",
    None: "No demonstrated skill",
}
"""Each verdict as a heading, on the map, too; None: not tested."""

LINES: dict[Verdict | None, str] = {
    "demonstrated": "skill demonstrated: {figures}",
    "not judged": "not judged: {figures}",
    "could not tell": "no demonstrated skill, could not tell: {figures}",
    "none seen": "no demonstrated skill, none seen: {figures}",
    None: "no demonstrated skill: {figures}",
}
"""Each verdict before its figures."""

CAUTION_WORDS = {
    "explained by deposits": "caution: evidence layer {evidence} varies almost like the distance "
    "to the deposits; they lie along lines or in few camps, so geology could explain it too",
    "near deposits": "caution: evidence layer {evidence} is high only at the deposits, as a halo "
    "drawn around them would be",
}

ANSWERED = "evidence layer {evidence} raises an alarm; its source states that it was not made from deposits"
REFUSED = (
    "the source of evidence layer {evidence} states that it was not made from deposits; this is not "
    "accepted, because the layer is an exact function of their positions"
)

BASELINES = {
    "distance to known deposits": "nearness to known deposits",
    "best single evidence": "the best single evidence layer",
}


def verdict_name(skill: Skill, words: Language) -> str:
    """Return the verdict on a skill as a heading.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> verdict_name(Skill(9, 4, verdict="none seen"), language("en"))
    'No demonstrated skill: none seen'
    """
    if skill.stated is not None:
        tested = skill.stated.auc is not None
        if tested and skill.stated.seen:
            return words.say("Not learned: memberships set with these deposits in view")
        return words.say(
            "Not learned: memberships tested" if tested else "Not learned: memberships not tested"
        )
    if skill.reason is not None:
        return words.say("Not learned, so its skill is not measured")
    return words.say(NAMES[skill.verdict])


def skill_line(skill: Skill, words: Language, labels: Sequence[str]) -> str:
    """Return the verdict on a skill with its figures, or the reason for none.

    Parameters
    ----------
    skill
        Of a deposit model.
    words
        Language of the sentences.
    labels
        Label of each evidence, by its column.

    Examples
    --------
    >>> from prospector.errors import Reason
    >>> from prospector.words.language import language
    >>> skill_line(Skill(9, 4, untested=Reason("one-group")), language("en"), ())
    'no demonstrated skill: all deposits are of one group, so none can be held out'
    """
    if skill.reason is not None:
        return words.say("not learned: {reason}", reason=words.sentence(skill.reason))
    if skill.untested is not None:
        return words.say(LINES[None], figures=words.sentence(skill.untested))
    return words.say(LINES[skill.verdict], figures=skill_figures(skill, words, labels))


def skill_figures(skill: Skill, words: Language, labels: Sequence[str]) -> str:
    """Return what a verdict rests on; the reason where nothing was learned or tested.

    The AUC beside its null; what it beats, where it is demonstrated; what the test could have seen,
    where it is not; the figures with and without evidence that follows the deposits; the evidence
    that raises an alarm, and what its source states.
    """
    if skill.stated is not None:
        return stated_line(skill.stated, labels, words)
    if skill.reason is not None:
        return words.say("Not learned: {reason}.", reason=words.sentence(skill.reason))
    if skill.untested is not None:
        return words.say("Not tested: {reason}.", reason=words.sentence(skill.untested))
    if skill.measured is None:
        return words.say("not tested")
    first = (
        _with_and_without(skill, skill.measured, words, labels)
        if skill.follows
        else auc_words(skill.measured, words)
    )
    more = {"demonstrated": gains(skill, words), "not judged": ()}.get(
        skill.verdict or "",
        [*uncomputed_words(skill.measured, words)] or [power_words(skill, words)],
    )
    alarms = (*local_words(skill, words, labels), *stated_words(skill, words, labels))
    return "; ".join([first, *more, *alarms])


def auc_words(measured: Measurement, words: Language) -> str:
    """Return the AUC of a measurement beside its null."""
    return words.say(
        "AUC {auc} in spatial blocks (chance: mean {mean}, 95th percentile {p95}, p {p})",
        **_figures(measured, words),
    )


def _figures(measured: Measurement, words: Language) -> dict[str, str]:
    auc, unknown = measured.auc, words.say("unknown")
    value, p95 = words.beside(auc.value, auc.null_p95)
    others = {
        name: unknown if number is None else words.number(number, 2)
        for name, number in (("mean", auc.null_mean), ("p", auc.p))
    }
    return {"auc": value, "p95": p95 or unknown, **others}


def evidence_words(columns: Sequence[int], labels: Sequence[str], words: Language) -> str:
    """Return the labels of some columns of evidence, quoted."""
    return ", ".join(f"'{words.told(labels[column])}'" for column in columns)


def _with_and_without(
    skill: Skill, measured: Measurement, words: Language, labels: Sequence[str]
) -> str:
    """Return which evidence follows the deposits, and the AUC with it and without it."""
    evidence = evidence_words(skill.follows, labels, words)
    values = {**_figures(measured, words), "auc": words.number(measured.auc.value, 2)}
    if skill.without_following is None:
        return words.say(
            "evidence layer {evidence} follows the deposits (AUC {auc} in spatial blocks with it, "
            "chance: mean {mean}; no other evidence is left to test)",
            evidence=evidence,
            **values,
        )
    without = _figures(skill.without_following, words)
    return words.say(
        "evidence layer {evidence} follows the deposits (AUC {auc} in spatial blocks with it, "
        "chance: mean {mean}; AUC {other} without it, chance: mean {other_mean}, 95th percentile "
        "{other_p95}, p {other_p})",
        evidence=evidence,
        **values,
        other=without["auc"],
        **{f"other_{name}": value for name, value in without.items()},
    )


def gains(skill: Skill, words: Language) -> Iterator[str]:
    """Give whether the model beats nearness to known deposits and the best single evidence layer."""
    for baseline in skill.baselines:
        if baseline.name in TO_BEAT:
            gain, low, high = (
                signed(value).replace(".", words.point)
                for value in (baseline.gain, *baseline.gain_interval)
            )
            phrase = (
                "it beats {baseline} by {gain} ({low} to {high}) in the same splits"
                if is_beaten(baseline)
                else "it does not beat {baseline}: {gain} ({low} to {high}) in the same splits"
            )
            name = words.say(BASELINES[baseline.name])
            yield words.say(phrase, baseline=name, gain=gain, low=low, high=high)


def is_beaten(baseline: Baseline) -> bool:
    """Return whether the model beats a baseline: the interval of its gain lies above 0."""
    return baseline.gain_interval[0] > 0


def uncomputed_words(measured: Measurement, words: Language) -> Iterator[str]:
    """Give that a null cannot be computed here, and why."""
    for null in measured.nulls:
        if not null.computed:
            yield words.say(
                "the test against chance by {null} cannot be computed here: only {usable} of "
                "{all} shifts leave half of the deposits on the permissive ground",
                null=words.told(null.kind),
                usable=null.n_usable,
                all=len(null.aucs),
            )


def power_words(skill: Skill, words: Language) -> str:
    """Return how strong a skill must be to be demonstrated with these deposits."""
    power = skill.power
    if power is None:
        return _power_unknown(skill, words)
    values: dict[str, object] = {"deposits": skill.n_deposits, "districts": skill.n_districts}
    if power.half is None:
        return words.say(
            "with {deposits} deposits in {districts} districts, not even the highest simulated "
            "AUC is demonstrated in half of the trials",
            **values,
        )
    values["half"] = words.number(power.half, 2)
    if power.four_fifths is None:
        return words.say(
            "with {deposits} deposits in {districts} districts, a true AUC of {half} is "
            "demonstrated in half of the simulated trials, and no AUC that was simulated in 80 %",
            **values,
        )
    return words.say(
        "with {deposits} deposits in {districts} districts, a true AUC of {half} is demonstrated "
        "in half of the simulated trials, and one of {most} in 80 %",
        **values,
        most=words.number(power.four_fifths, 2),
    )


def _power_unknown(skill: Skill, words: Language) -> str:
    """Return why it is not known what the test could have seen: beyond what was simulated."""
    simulated = simulated_range()
    if skill.n_deposits < simulated.deposits or skill.n_districts < simulated.districts:
        return words.say(
            "it is not known how strong a skill this test could detect: fewer than {deposits} "
            "deposits, or {districts} districts, were not simulated",
            deposits=simulated.deposits,
            districts=simulated.districts,
        )
    return words.say(
        "it is not known how strong a skill this test could detect: evidence that varies over "
        "more than {percent} % of the region's width was not simulated",
        percent=words.number(100 * simulated.range_share, 0),
    )


def local_words(skill: Skill, words: Language, labels: Sequence[str]) -> Iterator[str]:
    """Give a caution for each evidence that may be made of the deposits, or be geology beside them."""
    for alarm in skill.alarms:
        known = alarm.answered or alarm.column in skill.follows
        if alarm.name not in CAUTIONS or known or alarm.column is None:
            continue
        evidence = evidence_words([alarm.column], labels, words)
        yield words.say(CAUTION_WORDS[alarm.name], evidence=evidence)
        yield from _without_words(alarm, words)


def stated_words(skill: Skill, words: Language, labels: Sequence[str]) -> Iterator[str]:
    """Give each evidence that raises an alarm, and that its source states it not made from deposits.

    Where that is not taken, why not.
    """
    stated = {alarm.column: alarm for alarm in skill.alarms if alarm.answered}
    stated |= {alarm.column: alarm for alarm in skill.alarms if alarm.refused}
    for column, alarm in stated.items():
        if column is None:
            continue
        evidence = evidence_words([column], labels, words)
        yield words.say(REFUSED if alarm.refused else ANSWERED, evidence=evidence)
        if not alarm.refused:
            yield from _without_words(alarm, words)


def _without_words(alarm: Alarm, words: Language) -> Iterator[str]:
    if alarm.auc_without is not None:
        auc = words.number(alarm.auc_without, 2)
        yield words.say("without it AUC {auc} in one split of spatial blocks", auc=auc)
