"""Tables of skill, from records with known figures."""

from dataclasses import replace

from prospector.errors import Reason
from prospector.pages.skill_rows import (
    areas_under,
    baselines,
    boyce,
    captures,
    density,
    divisions,
    draws,
    estimators,
    in_short,
    stated,
)  # fmt: skip
from prospector.validation.record import (
    BLOCKS,
    NOT_FITTED,
    RANDOM,
    Baseline,
    Capture,
    Curves,
    Division,
    EstimatorRow,
    Figure,
    Measurement,
    Null,
    PredictionArea,
    Skill,
    StatedTest,
)  # fmt: skip
from prospector.words.language import language
from prospector.words.skill import verdict_name
from prospector.words.stated import stated_line

ENGLISH, SPANISH = language("en"), language("es")
MEASURED = Measurement(
    Figure(0.8, BLOCKS, (0.7, 0.9), 0.7, 0.01, 99),
    "shifted deposits",
    (Null("shifted deposits", 0.6, 0.01, (0.5, 0.7)),),
    Figure(0.9, RANDOM),
    (Capture(0.05, Figure(0.324, BLOCKS, (0.076, 0.593), 0.41)),),
    PredictionArea(0.2, 0.8, Figure(4.0, BLOCKS, null_p95=3.5)),
    Figure(0.96, BLOCKS, null_p95=0.91),
    Curves((0.0, 1.0), (0.0, 1.0), (0.0, 1.0), (0.0, 1.0), 0.81, 0.87),
    (Figure(0.83, BLOCKS, p=0.21), Figure(0.81, BLOCKS, p=0.4)),
    0.014,
    100_000.0,
    24_000.0,
    True,
)
SKILL = Skill(29, 12, measured=MEASURED)


def with_measured(**changes):
    """Return the skill with some of what was measured changed."""
    return replace(SKILL, measured=replace(MEASURED, **changes))


def test_what_was_not_measured_is_empty():
    """Nothing learned or tested gives no table, and no error."""
    for skill in (Skill(3, 2, reason=Reason("one")), Skill(9, 1, untested=Reason("one-block"))):
        assert captures(skill, ENGLISH) == divisions(skill, ENGLISH) == []
        assert estimators(skill, ENGLISH) == []
        assert draws(skill, ENGLISH) is density(skill, ENGLISH) is None
        assert boyce(skill, ENGLISH) is areas_under(skill, ENGLISH) is None


def test_captures_stand_beside_their_null():
    """Shares as percentages, with the interval."""
    assert captures(SKILL, ENGLISH) == [
        {"area": "5", "caught": "32", "interval": "8\u201359", "null": "41"}
    ]


def test_a_division_that_was_not_tested_says_why():
    """No figure, and the reason in the language of the page."""
    belt = Division("leave one belt out", untested=Reason("deposits-without-belt"))
    row = divisions(replace(SKILL, divisions=(belt,)), SPANISH)[0]
    assert (row["auc"], row["untested"][:34]) == ("", "los yacimientos no indican franja:")
    assert row["coin"] is False


def test_an_interval_that_reaches_a_coin_is_marked():
    """From one half downwards."""
    ways = tuple(
        Division("a", 3, 7, Figure(0.6, "a", ends, 0.8, 0.5, 19), 1.0)
        for ends in ((0.5, 0.7), (0.51, 0.7))
    )
    rows = divisions(replace(SKILL, divisions=ways), ENGLISH)
    assert [row["coin"] for row in rows] == [True, False]


def test_draws_span_their_least_and_greatest():
    """With the decimal mark of the language; one draw says nothing."""
    assert draws(SKILL, SPANISH) == {
        "n": "2", "auc": "0,81\u20130,83", "p": "0,21\u20130,40", "spread": "0,01"
    }  # fmt: skip
    assert draws(with_measured(draws=MEASURED.draws[:1]), SPANISH) is None


def test_density_and_boyce_are_told_beside_their_null():
    """Where the curves cross; an index that has no value is left out."""
    assert density(SKILL, ENGLISH) == {
        "area": "20", "caught": "80", "density": "4.00", "null": "3.50", "null_area": "22"
    }  # fmt: skip
    assert boyce(SKILL, ENGLISH) == {"boyce": "0.96", "null": "0.91"}
    assert boyce(with_measured(boyce_index=None), ENGLISH) is None
    assert areas_under(SKILL, SPANISH) == {"held_out": "0,81", "fit": "0,87"}


def test_an_estimator_that_was_not_tested_says_why():
    """The figures of one, the reason of the other."""
    rows = (
        EstimatorRow("logistic", Figure(0.93, BLOCKS, (0.9, 0.96), 0.7, 0.05, 19)),
        EstimatorRow("forest", untested=Reason("too-few-deposits", deposits=9, least=10)),
    )
    own, forest = estimators(replace(SKILL, estimators=rows), ENGLISH)
    assert (own["auc"], own["interval"], own["n"]) == ("0.93", "0.90\u20130.96", "19")
    assert (forest["auc"], forest["untested"][:33]) == ("", "9 usable deposits in the region, ")


def test_estimators_in_short_have_their_own_replicates():
    """Those of the others, not the 99 of the one that is used; with the least p that they can give."""
    used = EstimatorRow("logistic", Figure(0.85, BLOCKS, (0.7, 0.9), 0.8, 0.06, 99))
    few = EstimatorRow("forest", untested=Reason("too-few-deposits", deposits=9, least=10))
    short = EstimatorRow("boosting", Figure(0.8, BLOCKS, (0.6, 0.9), 0.8, 0.2, 19))
    rows = replace(SKILL, estimators=(used, few, short))
    assert in_short(rows, SPANISH) == {"n": "19", "least": "0,05"}
    assert [row["n"] for row in estimators(rows, SPANISH)] == ["99", "", "19"]
    assert in_short(replace(SKILL, estimators=(used, few)), ENGLISH) is None


def test_an_interval_of_no_width_is_left_out():
    """That of the same score everywhere: 0.50 to 0.50 tells nothing."""
    alike = Baseline("area alone", Figure(0.5, BLOCKS, (0.5, 0.5)), 0.35, (0.2, 0.4))
    model = Baseline("model", Figure(0.85, BLOCKS, (0.75, 0.91)), 0.0, (0.0, 0.0))
    rows = baselines(replace(SKILL, baselines=(model, alike)), LABELS, ENGLISH)
    assert [row["interval"] for row in rows] == ["0.75\u20130.91", ""]


STATED = StatedTest(
    "patterns moved over the ground", 28, 1, 0, Figure(0.774, NOT_FITTED, (0.7, 0.84), 0.632, 0.001, 999),
    0.5, (Capture(0.05, Figure(0.45, NOT_FITTED, (0.3, 0.6), 0.21)),), 0.18, 0.05, schematic=(0,),
)  # fmt: skip
LABELS = ["distance to the Domeyko fault system"]


def test_a_stated_test_has_its_null_and_what_was_drawn():
    """AUC, mean and 95th percentile with two decimals, p with three; shares in per cent."""
    skill = Skill(29, 12, reason=Reason("memberships-stated", deposits=29), stated=STATED)
    row = stated(skill, LABELS, ENGLISH)
    assert (row["auc"], row["mean"], row["p95"], row["p"]) == ("0.77", "0.50", "0.63", "0.001")
    assert (row["n"], row["n_null"], row["off_ground"]) == ("28", "999", 1)
    assert row["captures"] == [
        {"area": "5", "caught": "45", "interval": "30\u201360", "null": "21"}
    ]
    assert row["schematic"] == LABELS[0]
    assert stated(SKILL, LABELS, ENGLISH) is None


def test_a_stated_test_is_one_line_in_each_language():
    """The same figures, with the mark of the language; what was drawn is named."""
    assert stated_line(STATED, LABELS, ENGLISH) == (
        "stated memberships at 28 known deposits: AUC 0.77 (chance: mean 0.50, 95th percentile "
        "0.63, p 0.001; "
        "patterns moved over the ground); 45 % in the best 5 % of the ground; drawn from descriptions: "
        "distance to the Domeyko fault system"
    )
    line = stated_line(STATED, LABELS, SPANISH)
    assert "AUC 0,77 (azar: media 0,50, percentil 95 0,63, p 0,001;" in line
    assert SPANISH.told(LABELS[0]) in line


def test_memberships_that_were_set_on_the_deposits_are_never_told_as_a_test():
    """After the figures the line says it, in each language; the report's row carries it as a fact."""
    seen = replace(STATED, seen=True)
    says = "moved over the ground); set with these deposits in view: not an independent test; 45 %"
    assert says in stated_line(seen, LABELS, ENGLISH)
    assert "); fijadas con estos yacimientos a la vista: no es una prueba independiente; 45 %" in (
        stated_line(seen, LABELS, SPANISH)
    )
    skill = Skill(29, 12, reason=Reason("memberships-stated", deposits=29), stated=seen)
    assert stated(skill, LABELS, ENGLISH)["seen"]
    assert not stated(replace(skill, stated=STATED), LABELS, ENGLISH)["seen"]
    assert verdict_name(skill, ENGLISH) == (
        "Not learned: memberships set with these deposits in view"
    )


def test_without_a_null_the_line_says_why():
    """Too few ways to relabel: the AUC stands alone; too few deposits: no figure at all."""
    few = Reason("too-few-relabellings", ways=10, least=20)
    alone = StatedTest(
        "units relabelled", 5, 0, 0, Figure(0.75, NOT_FITTED), possible=10, untested=few
    )
    assert stated_line(alone, [], ENGLISH).endswith(f"AUC 0.75, no p: {ENGLISH.sentence(few)}")
    three = Reason("too-few-to-test", deposits=3, least=5)
    none = StatedTest("units relabelled", 3, 0, 0, untested=three)
    assert stated_line(none, [], SPANISH) == f"pertenencias sin probar: {SPANISH.sentence(three)}"
