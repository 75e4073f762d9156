"""Notices of one kind said together: nothing is lost, gravest first, one line for each kind."""

import pytest

from prospector.errors import LEVELS, Notice, Reason
from prospector.runs.run import open_run
from prospector.words.language import Language, language
from prospector.words.together import by_level, together

CODES = ("en", "es")


def alike(model, count):
    return Notice(
        "targets-alike", "caution", {"model": model, "targets": 20, "difference": 0.01}, count
    )


def dropped(model, label):
    about = {
        "model": model,
        "evidence": "e",
        "label": label,
        "reason": Reason("no-layer", role="geology"),
    }
    return Notice("evidence-dropped", "caution", about)


@pytest.mark.parametrize("code", CODES)
def test_what_differs_stands_once_and_what_is_shared_once(code):
    """Three models in one sentence: the end of it is not said three times."""
    words = language(code)
    [kind] = together([alike("c", 3), alike("a", 4), alike("b", 5)], words)
    assert [part.split()[:2] for part in kind.parts] == [["a:", "4"], ["b:", "5"], ["c:", "3"]]
    end = words.sentence(alike("a", 4)).split(". ")[-1]
    assert kind.sentence.count(end) == 1
    assert kind.count == 3


def test_notices_that_differ_in_their_model_alone_list_the_models():
    """And one that differs in more stands beside them."""
    rows = [dropped("a", "slope"), dropped("b", "slope"), dropped("a", "gravel")]
    [kind] = together(rows, language("en"))
    assert kind.parts == ("a: evidence layer 'gravel'", "a, b: evidence layer 'slope'")
    assert kind.sentence.count(" not used: no layer") == 1


@pytest.mark.parametrize(("code", "opening", "closing"), [("en", "'", "'"), ("es", "«", "»")])
def test_quotes_and_units_stay_with_their_word(code, opening, closing):
    """Of a list of names in quotes and of shares, each has its own."""
    notices = [
        Notice(
            "evidence-partly-unknown", "caution", {"model": "m", "label": name, "percent": share}
        )
        for name, share in (("A", "68.4"), ("B", "38.6"))
    ]
    [kind] = together(notices, language(code))
    assert all(
        part.startswith(f"{opening}{name}{closing} ") and part.endswith(" %")
        for part, name in zip(kind.parts, "AB", strict=True)
    )


@pytest.mark.parametrize("code", CODES)
def test_every_notice_of_a_run_is_in_one_line_of_its_kind(atacama_run, code):
    """Fewer lines than notices; counts add up; levels in order; every name that one has is there."""
    words, notices = language(code), open_run(atacama_run).notices
    levels = by_level(notices, words)
    assert [level for level, _, _ in levels] == [
        n for n in LEVELS if n in {m.level for m in notices}
    ]
    assert sum(count for _, count, _ in levels) == len(notices)
    kinds = [kind for _, _, own in levels for kind in own]
    assert len(kinds) == len({(notice.level, notice.code) for notice in notices}) < len(notices)
    every = " ".join(kind.sentence for kind in kinds)
    labels = {dict(notice.about).get("label") for notice in notices} - {None}
    assert [label for label in labels if words.told(label) not in every] == []


def test_a_code_without_a_sentence_is_still_shown():
    """Of another version, or of a package that brings a kind."""
    strange = [Notice("not-a-code", "note", {"layer": name}) for name in ("a", "b")]
    [kind] = together(strange, language("en"))
    assert "layer=a" in kind.sentence
    assert "layer=b" in kind.sentence


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ("{model} has nothing.", "a, b has nothing."),
        ("{model}: nothing.", "a, b: nothing."),
        ("{layer}: nothing.", "x; y: nothing."),
        ("In {model}: nothing.", "In a; b: nothing."),
    ],
)
def test_models_are_listed_by_the_hole_that_they_fill(form, told):
    """Whatever mark follows it; what fills another hole, or stands further on, is no model."""
    words = Language("en", {}, {}, {"notices": {"no-thing": form}})
    about = [{"model": "a", "layer": "x"}, {"model": "b", "layer": "y"}]
    [kind] = together([Notice("no-thing", "note", one) for one in about], words)
    assert kind.sentence == told
