"""The verdict on a skill in both languages: first what was found, then what it rests on."""

from dataclasses import replace
from typing import get_args

import pytest

from prospector.validation.record import (
    BLOCKS,
    RANDOM,
    VERDICT_WORDS,
    Alarm,
    Baseline,
    Curves,
    Figure,
    Measurement,
    Null,
    Power,
    PredictionArea,
    Skill,
    Verdict,
)
from prospector.words.language import language
from prospector.words.skill import LINES, NAMES, skill_figures, skill_line, verdict_name

ENGLISH, SPANISH = language("en"), language("es")
LABELS = ("halo", "elevation")


def measured(auc, mean, p95, p):
    """Return a measurement with that AUC beside its null."""
    return Measurement(
        Figure(auc, BLOCKS, (auc - 0.1, auc + 0.1), p95, p, 99, mean), "shifted deposits",
        (Null("shifted deposits", mean, p, (0.5,)), Null("smooth random fields", 0.1, 0.01, (0.5,))),
        Figure(0.9, RANDOM), (), PredictionArea(0.2, 0.8, Figure(4.0, BLOCKS)), None,
        Curves((), (), (), (), 0.5, 0.5), (), None, 5e4, 1e4, True,
    )  # fmt: skip


BASELINES = (
    Baseline("model", Figure(0.9, BLOCKS), 0.0, (0.0, 0.0)),
    Baseline("distance to known deposits", Figure(0.7, BLOCKS), 0.2, (0.1, 0.3)),
    Baseline("best single evidence", Figure(0.9, BLOCKS), 0.0, (-0.1, 0.1)),
    Baseline("area alone", Figure(0.5, BLOCKS), 0.4, (0.3, 0.5)),
)
HIGH, LOW = measured(0.93, 0.52, 0.65, 0.01), measured(0.61, 0.51, 0.66, 0.2)
SHOWN = Skill(29, 12, measured=HIGH, verdict="demonstrated", baselines=BASELINES)
BESIDE_NULL = "AUC 0.93 in spatial blocks (chance: mean 0.52, 95th percentile 0.65, p 0.01)"


def unseen(verdict, half, four_fifths):
    return replace(SHOWN, verdict=verdict, power=Power(half, four_fifths, 0.2))


@pytest.mark.parametrize(
    ("skill", "line"),
    [
        (
            SHOWN,
            f"skill demonstrated: {BESIDE_NULL}; it beats nearness to known deposits by +0.20 (+0.10 "
            "to +0.30) in the same splits; it does not beat the best single evidence layer: +0.00 (-0.10 to "
            "+0.10) in the same splits",
        ),
        (
            replace(SHOWN, verdict="not judged", follows=(0,), without_following=LOW),
            "not judged: evidence layer 'halo' follows the deposits (AUC 0.93 in spatial blocks "
            "with it, chance: mean 0.52; AUC 0.61 without it, chance: mean 0.51, 95th percentile "
            "0.66, p 0.20)",
        ),
        (
            replace(SHOWN, verdict="not judged", follows=(0, 1)),
            "not judged: evidence layer 'halo', 'elevation' follows the deposits (AUC 0.93 in "
            "spatial blocks with it, chance: mean 0.52; no other evidence is left to test)",
        ),
        (
            unseen("could not tell", 0.83, 0.9),
            f"no demonstrated skill, could not tell: {BESIDE_NULL}; with 29 deposits in 12 "
            "districts, a true AUC of 0.83 is demonstrated in half of the simulated trials, and "
            "one of 0.90 in 80 %",
        ),
        (
            unseen("could not tell", 0.83, None),
            f"no demonstrated skill, could not tell: {BESIDE_NULL}; with 29 deposits in 12 "
            "districts, a true AUC of 0.83 is demonstrated in half of the simulated trials, and "
            "no AUC that was simulated in 80 %",
        ),
        (
            unseen("could not tell", None, None),
            f"no demonstrated skill, could not tell: {BESIDE_NULL}; with 29 deposits in 12 "
            "districts, not even the highest simulated AUC is demonstrated in half of the trials",
        ),
        (
            replace(SHOWN, verdict="could not tell"),
            f"no demonstrated skill, could not tell: {BESIDE_NULL}; it is not known how strong a "
            "skill this test could detect: evidence that varies over more than 50 % of the "
            "region's width was "
            "not simulated",
        ),
        (
            replace(SHOWN, verdict="could not tell", n_districts=3),
            f"no demonstrated skill, could not tell: {BESIDE_NULL}; it is not known how strong a "
            "skill this test could detect: fewer than 10 deposits, or 4 districts, were not "
            "simulated",
        ),
        (
            unseen("none seen", 0.6, 0.7),
            f"no demonstrated skill, none seen: {BESIDE_NULL}; with 29 deposits in 12 districts, a "
            "true AUC of 0.60 is demonstrated in half of the simulated trials, and one of 0.70 in "
            "80 %",
        ),
    ],
)
def test_a_verdict_comes_with_what_it_rests_on(skill, line):
    """Each AUC beside its null; what it beats, or what the test could have seen."""
    assert skill_line(skill, ENGLISH, LABELS) == line
    assert skill_figures(skill, ENGLISH, LABELS) == line.split(": ", 1)[1]


def test_a_verdict_has_one_wording():
    """A screening's own line, the lines of files and the headings of pages say the same words."""
    assert NAMES.keys() == LINES.keys() == VERDICT_WORDS.keys() == {*get_args(Verdict), None}
    for verdict, text in VERDICT_WORDS.items():
        assert LINES[verdict] == f"{text}: {{figures}}"
        assert NAMES[verdict].lower().replace(":", ",") == text
        spanish = SPANISH.say(LINES[verdict]).removesuffix(": {figures}")
        assert SPANISH.say(NAMES[verdict]).lower().replace(":", ",") == spanish


@pytest.mark.parametrize(
    ("verdict", "name", "said"),
    [
        ("demonstrated", "Capacidad predictiva demostrada", "supera la cercanía a yacimientos"),
        ("not judged", "No se juzga", "la capa de evidencia 'halo' sigue a los yacimientos (AUC 0,93 "),
        ("could not tell", "Sin capacidad predictiva demostrada: no se pudo saber", "de 0,60 se demuestra"),
        ("none seen", "Sin capacidad predictiva demostrada: no se vio ninguna", "de 0,60 se demuestra"),
    ],
)  # fmt: skip
def test_a_verdict_is_spanish_to_its_end(verdict, name, said):
    """Name and figures, with the decimal comma; no English phrase is left."""
    follows = (0,) if verdict == "not judged" else ()
    skill = replace(unseen(verdict, 0.6, 0.7), follows=follows, without_following=LOW)
    line = skill_line(skill, SPANISH, LABELS)
    assert verdict_name(skill, SPANISH) == name
    assert said in line
    assert "azar: media 0,52" in line
    assert not {"deposits", "with", "the", "without", "true"} & set(line.split())


@pytest.mark.parametrize(
    ("auc", "p95", "shown"),
    [
        (0.8462, 0.8457, ("0.8462", "0.8457")),
        (0.8519, 0.8461, ("0.852", "0.846")),
        (0.8519, 0.8449, ("0.85", "0.84")),
        (0.85, 0.85, ("0.85", "0.85")),
    ],
)
def test_an_auc_that_ties_with_its_null_has_the_decimals_that_tell_them_apart(auc, p95, shown):
    """Both the same; two where two tell them apart or nothing does."""
    skill = replace(unseen("could not tell", 0.8, 0.9), measured=measured(auc, 0.7, p95, 0.06))
    said = "AUC {} in spatial blocks (chance: mean 0.70, 95th percentile {}, p 0.06)"
    assert said.format(*shown) in skill_line(skill, ENGLISH, LABELS)
    spanish = [text.replace(".", ",") for text in shown]
    line = "AUC {} en bloques espaciales (azar: media 0,70, percentil 95 {}, p 0,06)"
    assert line.format(*spanish) in skill_line(skill, SPANISH, LABELS)


def test_a_null_that_cannot_be_computed_is_why_nothing_could_be_told():
    """In place of what the test could have seen."""
    null = Null("shifted deposits", 0.5, 0.2, (0.5,) * 19, n_usable=7)
    skill = replace(unseen("could not tell", 0.6, 0.7), measured=replace(LOW, nulls=(null,)))
    said = (
        "the test against chance by shifted deposits cannot be computed here: only 7 of 19 shifts"
    )
    assert skill_line(skill, ENGLISH, LABELS).endswith(
        f"; {said} leave half of the deposits on the permissive ground"
    )
    assert "la prueba frente al azar con yacimientos desplazados no se puede" in skill_line(
        skill, SPANISH, LABELS
    )


def test_local_evidence_is_a_caution_beside_the_verdict_unless_its_source_answers():
    """With the AUC without it where other evidence is left."""
    alarm = Alarm("near deposits", 1, 0.88, 0.8, auc_without=0.7)
    said = "caution: evidence layer 'elevation' is high only at the deposits"
    line = skill_line(replace(SHOWN, alarms=(alarm,)), ENGLISH, LABELS)
    assert f"{said}, as a halo drawn around them would be; without it AUC 0.70 in one split" in line
    alone = replace(alarm, auc_without=None)
    assert skill_line(replace(SHOWN, alarms=(alone,)), ENGLISH, LABELS).endswith("them would be")
    answered = replace(alarm, answered=True)
    assert said not in skill_line(replace(SHOWN, alarms=(answered,)), ENGLISH, LABELS)
    following = replace(SHOWN, alarms=(alarm,), verdict="not judged", follows=(1,))
    assert said not in skill_line(following, ENGLISH, LABELS)
    explained = replace(alarm, name="explained by deposits")
    line = skill_line(replace(SHOWN, alarms=(explained,)), ENGLISH, LABELS)
    assert (
        "caution: evidence layer 'elevation' varies almost like the distance to the deposits"
        in line
    )
    told = skill_line(replace(SHOWN, alarms=(alarm, alone)), SPANISH, LABELS)
    assert told.count("precaución: la capa de evidencia 'elevación' destaca solo") == 2


def test_an_answered_alarm_stands_beside_the_verdict_with_the_auc_without_it():
    """Once for an evidence, though two alarms rang; in both languages."""
    alarms = tuple(
        Alarm(name, 0, 0.995, 0.99, answered=True, auc_without=0.71)
        for name in ("alone", "built from deposits")
    )
    line = skill_line(replace(SHOWN, alarms=alarms), ENGLISH, LABELS)
    stated = "evidence layer 'halo' raises an alarm; its source states that it was not made from deposits"
    assert line.endswith(stated + "; without it AUC 0.71 in one split of spatial blocks")
    assert line.count("raises an alarm") == 1
    assert "su fuente declara que no se hizo" in skill_line(
        replace(SHOWN, alarms=alarms), SPANISH, LABELS
    )


def test_a_statement_that_is_not_taken_says_why():
    """Evidence that is an exact function of the deposits' places stays not judged."""
    alarm = Alarm("built from deposits", 0, 1.0, 0.99, refused=True, auc_without=0.71)
    shown = replace(SHOWN, verdict="not judged", follows=(0,), alarms=(alarm,))
    assert skill_line(shown, ENGLISH, LABELS).endswith(
        "the source of evidence layer 'halo' states that it was not made from deposits; this is "
        "not accepted, because the layer is an exact function of their positions"
    )
    assert "una función exacta" in skill_line(shown, SPANISH, LABELS)
