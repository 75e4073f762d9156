"""Skill of a model as rows of the map's panel, in a language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from prospector.numerals import signed
from prospector.validation.baselines import TO_BEAT
from prospector.validation.record import Baseline, Figure, Measurement, Skill, StatedTest
from prospector.words.language import Language, language
from prospector.words.skill import BASELINES, skill_figures, verdict_name

Rows = list[list[Any]]


def skill_payload(skill: Skill, labels: Sequence[str], words: Language) -> dict[str, Any]:
    """Return the verdict on a skill, what it rests on, and its figures.

    Parameters
    ----------
    skill
        Of a deposit model.
    labels
        Label of each evidence, by its column.
    words
        Language of the sentences.

    Examples
    --------
    >>> skill_payload(Skill(9, 4, verdict="none seen"), (), language("en"))["verdict_name"]
    'No demonstrated skill: none seen'
    """
    return {
        "verdict_name": verdict_name(skill, words),
        "skill_words": skill_figures(skill, words, labels),
        "skill_rows": _rows(skill, words),
    }


def skill_translations(skill: Skill, labels: Sequence[str], words: Language) -> dict[str, str]:
    """Return each text of a skill's payload in a language, by its English."""
    english, other = (
        _texts(skill_payload(skill, labels, spoken)) for spoken in (language("en"), words)
    )
    return dict(zip(english, other, strict=True))


def _texts(payload: dict[str, Any]) -> list[str]:
    cells = [cell for row in payload["skill_rows"] for cell in row if isinstance(cell, str)]
    return [payload["verdict_name"], payload["skill_words"], *cells]


def _rows(skill: Skill, words: Language) -> Rows:
    """Return the figures, each beside its null."""
    say = words.say
    known = "Known deposits" if skill.reason else "Known deposits trained on"
    rows: Rows = [[say(known), skill.n_deposits], [say("Districts"), skill.n_districts]]
    if skill.stated is not None:
        rows += _stated(skill.stated, words)
    if skill.measured is not None:
        rows += _measured(skill.measured, words)
        rows += [_gain(baseline, words) for baseline in skill.baselines if baseline.name in TO_BEAT]
        rows += _beside(skill, skill.measured, words)
    return rows


def _stated(test: StatedTest, words: Language) -> Rows:
    """Return how stated memberships rank the known deposits; only how many where they are too few."""
    say, auc = words.say, test.auc
    rows: Rows = [[say("Known deposits on scored ground"), test.n_tested]]
    if auc is None:
        return rows
    if test.seen:
        seen = say("set with these deposits in view")
        rows.append([say("Memberships"), f"{seen}: {say('no independent test')}"])
    rows.append([say("AUC at the known deposits, nothing fitted"), _with_interval(auc, words)])
    if auc.p is not None:
        rows += [
            [say("Chance, mean"), _two(test.null_mean, words)],
            [say("95th percentile of chance"), words.beside(auc.value, auc.null_p95)[1]],
            [say("p"), f"{words.number(auc.p, 3)} (n = {auc.n_null}, {words.told(test.null)})"],
        ]
    return rows


def _measured(measured: Measurement, words: Language) -> Rows:
    say, auc = words.say, measured.auc
    null = words.told(measured.deciding_null)
    return [
        [say("AUC, spatial blocks"), _with_interval(auc, words)],
        [say("Chance, mean"), _two(auc.null_mean, words)],
        [
            say("Chance, 95th percentile (the higher of two tests)"),
            words.beside(auc.value, auc.null_p95)[1],
        ],
        [say("p"), f"{words.number(auc.p or 1.0, 3)} (n = {auc.n_null}, {null})"],
    ]


def _gain(baseline: Baseline, words: Language) -> list[Any]:
    gain, low, high = (
        signed(value).replace(".", words.point)
        for value in (baseline.gain, *baseline.gain_interval)
    )
    name = words.say(BASELINES[baseline.name])
    label = words.say("Gain on {baseline}, same splits", baseline=name)
    return [label, words.say("{value} ({low} to {high})", value=gain, low=low, high=high)]


def _beside(skill: Skill, measured: Measurement, words: Language) -> Rows:
    """Return what stands beside the headline."""
    say = words.say
    random, caught = measured.auc_random, measured.in_best_twentieth
    rows: Rows = [
        [say("AUC, random folds (interpolation, optimistic)"), _two(random.value, words)],
        [say("Capture in the best 5 % of the area"), f"{words.number(100 * caught.value, 0)}%"],
    ]
    others = {
        "AUC without schematic evidence": skill.without_some_schematic,
        "AUC without evidence that follows the deposits": skill.without_following,
    }
    return rows + [
        [say(label), _beside_null(other.auc, words)] for label, other in others.items() if other
    ]


def _with_interval(auc: Figure, words: Language) -> str:
    value, _ = words.beside(auc.value, auc.null_p95)
    if auc.interval is None:
        return value
    low, high = (_two(end, words) for end in auc.interval)
    return words.say("{value} ({low} to {high})", value=value, low=low, high=high)


def _beside_null(auc: Figure, words: Language) -> str:
    value, p95 = words.beside(auc.value, auc.null_p95)
    return words.say(
        "{auc} (chance: mean {mean}, 95th percentile {p95}, p {p})",
        auc=value,
        mean=_two(auc.null_mean, words),
        p95=p95,
        p=words.number(auc.p or 1.0, 3),
    )


def _two(value: float | None, words: Language) -> str:
    return "" if value is None else words.number(value, 2)
