"""Notices: values with a code; sentences are made from one table for each language."""

import ast
import json
from pathlib import Path

import pytest

import prospector
from prospector.errors import LEVELS, ModelError, Notice, Reason, reason_for
from prospector.pages.chapter import Teller
from prospector.pages.findings import Findings
from prospector.runs.run import Run
from prospector.words import language as room
from prospector.words.language import LANGUAGES, VALUE, language, sentence

PACKAGE = Path(prospector.__file__).parent
MAKERS = {"Notice": "notices", "notice": "notices", "_notice": "notices", "Reason": "reasons"}
SUBJECTS = {"layer", "deposit_type", "count"}
"""What a notice is about that is put on where it is passed on."""


def codes_made():
    """Every code that the package makes, by table, with the file that makes it."""
    for file in sorted(PACKAGE.rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Assign) and _ends_with(node.targets[0], "_CODES"):
                yield from (("notices", one.value) for one in node.value.values)
            if not isinstance(node, ast.Call):
                continue
            called = name_of(node)
            texts = [a.value for a in node.args if isinstance(a, ast.Constant)]
            texts = [one for one in texts if isinstance(one, str) and one not in LEVELS]
            if called in MAKERS and texts:
                yield MAKERS[called], texts[-1]


def _ends_with(target, ending):
    return isinstance(target, ast.Name) and target.id.endswith(ending)


def forms(table, code):
    """Every form of a sentence."""
    found = language(code).sentences[table]
    return {k: [v] if isinstance(v, str) else [*v.values()] for k, v in found.items()}


def holes(texts):
    """The names of the holes of the forms of a sentence."""
    return {found[1] for text in texts for found in VALUE.finditer(text)}


@pytest.mark.parametrize("table", ["notices", "reasons"])
@pytest.mark.parametrize("code", LANGUAGES)
def test_every_code_has_a_sentence_and_no_sentence_is_unused(table, code):
    """A code without a sentence, or a sentence without a code, is an error."""
    made = {one for where, one in codes_made() if where == table}
    assert len(made) > 30
    assert sorted(made ^ forms(table, code).keys()) == []


@pytest.mark.parametrize("table", ["notices", "reasons"])
def test_sentences_of_all_languages_have_the_same_holes(table):
    """A value is neither lost nor invented."""
    english, spanish = (forms(table, code) for code in LANGUAGES)
    assert {k: holes(v) for k, v in english.items()} == {k: holes(v) for k, v in spanish.items()}


def test_every_hole_is_a_value_that_the_code_gives():
    """The name of each hole is a text or a keyword in the package."""
    names = set(SUBJECTS)
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                names.add(node.value)
            if isinstance(node, ast.keyword):
                names.add(node.arg)
    asked = {
        name for t in ("notices", "reasons") for v in forms(t, "en").values() for name in holes(v)
    }
    assert sorted(asked - names) == []


def test_notices_of_a_run_fill_every_hole(planted_screening, atacama_screening):
    """No sentence of a real run keeps a hole, in any language."""
    for screening in (planted_screening, atacama_screening):
        assert screening.notices
        for code in LANGUAGES:
            assert [one for one in screening.notices if "{" in sentence(one, code)] == []


def test_notices_stand_gravest_first():
    """Level before code, code before values, whatever order they were made in."""
    note, caution, problem = (Notice("a", one) for one in reversed(LEVELS))
    later = Notice("a", "note", {"layer": "b"}), Notice("b", "note")
    assert sorted([*later, note, problem, caution]) == [problem, caution, note, *later]


def test_a_level_that_is_none_is_refused():
    """One line with the levels."""
    with pytest.raises(ValueError, match="level 'grave': use one of problem, caution, note"):
        Notice("a", "grave")


def test_a_notice_returns_from_its_record():
    """Reasons within reasons, lists and counts come back equal, and as hashable as they were."""
    lacking = [Reason("lacking-evidence", label="slope", reason=Reason("no-layer", role="relief"))]
    why = Reason("too-little-evidence", left=0, asked=4, least=2, lacking=lacking)
    notice = Notice("model-not-screened", "problem", {"label": "IOCG", "reason": why}, 3)
    again = Notice.from_record(json.loads(json.dumps(notice.as_record())))
    assert (again, hash(again)) == (notice, hash(notice))
    assert str(notice).startswith(
        "model-not-screened: label=IOCG, reason=(too-little-evidence: left=0"
    )


def test_a_sentence_is_made_of_nested_reasons():
    """A model that lacks evidence names each evidence and each layer, in both languages."""
    lacking = [Reason("lacking-evidence", label="slope", reason=Reason("no-layer", role="relief"))]
    why = Reason("too-little-evidence", left=0, asked=4, least=2, lacking=lacking)
    notice = Notice("model-not-screened", "problem", {"label": "IOCG", "reason": why})
    assert sentence(notice) == (
        "IOCG not screened: 0 of 4 evidence layers available, 2 needed. "
        "Missing: slope (no layer of role 'relief')."
    )
    assert sentence(notice, "es") == (
        "IOCG, sin evaluar: 0 de 4 capas de evidencia disponibles, se necesitan 2. "
        "Faltan: pendiente (falta una capa de función 'relief')."
    )


def test_a_count_of_one_is_singular_and_spanish_has_a_decimal_comma():
    """Forms by count; numbers in the language's writing."""
    about = {"model": "iocg", "least_km2": 2.5, "area_km2": 1.6}
    one, ten = (Notice("clusters-too-small", "note", about, count) for count in (1, 10))
    assert sentence(one) == "iocg: 1 cluster under 2.5 km2 (1.6 km2) was not kept as a target."
    assert (
        sentence(ten)
        == "iocg: 10 clusters under 2.5 km2 (1.6 km2 in all) were not kept as targets."
    )
    assert "10 agrupaciones de menos de 2,5 km²" in sentence(ten, "es")


def test_areas_below_a_square_kilometre_are_in_hectares():
    """Of a small survey, in both languages: never 0 km2."""
    about = {"model": "zinc", "least_km2": 0.0064, "area_km2": 0.0144}
    small = Notice("clusters-too-small", "note", about, 9)
    assert (
        sentence(small)
        == "zinc: 9 clusters under 0.64 ha (1.4 ha in all) were not kept as targets."
    )
    assert "de menos de 0,64 ha (1,4 ha en total)" in sentence(small, "es")


def test_an_unknown_code_is_shown_as_it_is():
    """A run of another version does not break the page."""
    assert sentence(Notice("new-code", "note", {"layer": "a"}, 2)) == "new-code: layer=a (2)"


def test_an_error_without_a_reason_keeps_its_message():
    """A kind of evidence that a package brings need not know of codes."""
    assert sentence(reason_for(ModelError("Bad ground."))) == "Bad ground"
    assert reason_for(ModelError("x", Reason("no-crossing"))) == Reason("no-crossing")


def test_rewording_a_sentence_changes_no_facts(planted_run):
    """The dropped evidence and the ground left out are found by code: another wording finds the same."""
    folder = Path(planted_run)
    record = json.loads((folder / "run.json").read_text("utf-8"))
    [name] = record["deposit_models"]
    about = {"model": name, "evidence": "slope", "label": "slope", "reason": Reason("no-crossing")}
    record["deposit_models"][name]["notices"] = [
        Notice("evidence-dropped", "caution", about).as_record(),
        Notice("outside-applicability", "caution", {"model": name}, 7).as_record(),
    ]
    findings = Findings(Run(folder, record))
    [found] = findings.models.values()
    words = language("en")
    before = Teller(found, words).lacking(), Teller(found, words).unlike()
    reworded = {
        table: dict.fromkeys(sentences, "Other words.")
        for table, sentences in words.sentences.items()
    }
    other = room.Language("en", {}, {}, reworded)
    assert other.sentence(Notice("evidence-dropped", "caution", about)) == "Other words."
    assert (Teller(found, other).lacking(), Teller(found, other).unlike()) == before
    assert before == ([("slope", Reason("no-crossing"))], 7)


@pytest.mark.parametrize(("unit", "end"), [("", "3 to 36. Check"), ("km", "3 to 36 km. Check")])
def test_a_number_without_a_unit_leaves_no_gap(unit, end):
    """A ratio has none."""
    about = {
        "model": "m", "evidence": "e", "label": "evaporation", "full": 5.0, "none": 2.0,
        "low": 3.0, "high": 36.0, "unit": unit,
    }  # fmt: skip
    assert end in language("en").sentence(Notice("membership-misses-values", "caution", about))


PARTLY = {"model": "m", "label": "slope", "expected": "increasing", "share": 0.2}


@pytest.mark.parametrize(("code", "low"), [("en", "0.34 km"), ("es", "0,34 km")])
def test_a_measure_is_written_from_its_number_and_unit(code, low):
    """In the language's writing, a logarithm in its own unit: in the sentence, and alone."""
    about = {**PARTLY, "low": 0.3395, "high": 9.4, "unit": "km"}
    notice = Notice("fit-partly-against-expectation", "caution", about)
    assert f" {low} " in sentence(notice, code)
    assert language(code).measured(notice, "low") == low
    logarithm = Notice(notice.code, "caution", {**about, "low": 6.69, "unit": "ln(ppm)"})
    assert language(code).measured(logarithm, "low") == "804 ppm"


def test_a_measure_of_an_earlier_run_stands_as_it_is():
    """Runs written before hold it as a text."""
    about = {**PARTLY, "low": "0.34 km", "high": "9.4 km"}
    notice = Notice("fit-partly-against-expectation", "caution", about)
    assert "between 0.34 km and 9.4 km (20 %" in sentence(notice)
    assert language("es").measured(notice, "low") == "0.34 km"


FORMED = {
    "measure",
    "figure",
    "fixed",
    "percent",
    "percentile",
    "kilometres",
    "area",
    "length",
    "format",
}
"""What makes a text of a number."""


def test_notices_and_reasons_are_given_numbers_as_numbers():
    """No value of one is a number that is a text already: each language writes it in its own way.

    But what a reader is to copy into region.toml, under the name "value", stands as TOML has it.
    """
    found = [
        f"{file.name}: {ast.unparse(value)}"
        for file in sorted(PACKAGE.rglob("*.py"))
        for name, value in values_given(ast.parse(file.read_text("utf-8")))
        if name != "value" and any(map(is_formed, ast.walk(value)))
    ]
    assert found == []


def test_a_number_that_is_a_text_already_is_found():
    """By a call that makes texts of numbers, or by how a number is to be written."""
    text = """
about = {"low": measure(low, unit), "name": f"layers.{name}", "value": f"{code:.9g}"}
notice("a", "note", share=float(f"{share:.2g}"), layer=name)
"""
    given = values_given(ast.parse(text))
    assert [name for name, value in given if any(map(is_formed, ast.walk(value)))] == [
        "low", "value", "share",
    ]  # fmt: skip


def values_given(tree):
    """Every value that a notice or a reason of a module is made of, with its name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and name_of(node) in MAKERS:
            yield from ((word.arg, word.value) for word in node.keywords)
            yield from (pair for part in node.args for pair in pairs_of(part))
        if isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            about = node.targets[0] if isinstance(node, ast.Assign) else node.target
            if getattr(about, "id", "") == "about":
                yield from pairs_of(node.value)


def pairs_of(part):
    """The names and values of a dictionary as it is written; none of anything else."""
    if isinstance(part, ast.Dict):
        for key, value in zip(part.keys, part.values, strict=True):
            yield getattr(key, "value", None), value


def is_formed(part):
    """Whether a part of a program makes a text of a number."""
    if isinstance(part, ast.FormattedValue):
        return part.format_spec is not None
    return isinstance(part, ast.Call) and name_of(part) in FORMED


def name_of(call):
    """The name of what is called."""
    return getattr(call.func, "attr", getattr(call.func, "id", ""))


@pytest.mark.parametrize(
    ("code", "hole", "told"),
    [
        ("ground-excluded", "area_km2", "4.0 ha of the region"),
        ("codes-without-class", "km2", "(4.0 ha)"),
    ],
)
def test_little_ground_is_not_told_as_none(code, hole, told):
    """Notices hold areas as they are; the sentence writes them by their size."""
    about = {"layer": "maps", hole: 0.04, "codes": ("7",)}
    assert told in sentence(Notice(code, "note", about, 1))
