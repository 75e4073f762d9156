"""Spanish: every phrase of the house has one, and nothing of a user's own is put into other words."""

import ast
import json
import re
import tomllib
from pathlib import Path

import pytest

import prospector
from prospector.errors import OutputError, Reason
from prospector.gis.columns import MEANINGS, ROLE_COLUMNS
from prospector.layers.roles import ROLES
from prospector.layers.typed import UNNAMED
from prospector.pages.chapter import FLAG_WORDS
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.exclusions import FLAGS
from prospector.tenure.holdings import CONCESSION_COLUMNS
from prospector.validation.record import Skill
from prospector.words.language import HOLE, language, standing_sentences, translations
from prospector.words.skill import BASELINES, CAUTION_WORDS, LINES, skill_line
from prospector.words.skill import NAMES as NAMES_OF_VERDICTS

PACKAGE = Path(prospector.__file__).parent
ATACAMA = PACKAGE.parent / "layers" / "atacama"
SPANISH = language("es")
NAMES = re.compile(
    r"[\d-]+|km2?|m|Natural Earth|GEBCO|CC BY 4.0|ODC-By|Bird 2003, PB2002|porphyry_copper|"
    r"lithium_brine|Ministerio del Medio Ambiente de Chile|"
)
"""Dates, units and names, which are the same in both languages."""


def house_phrases():
    """Every phrase that templates and Python say."""
    for file in PACKAGE.rglob("*.jinja"):
        for found in re.finditer(r"""\bt\(\s*(["'])(.+?)\1\s*[,)]""", file.read_text("utf-8")):
            yield found[2]
    for file in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
                called = getattr(node.func, "attr", getattr(node.func, "id", ""))
                if called == "say":
                    yield node.args[0].value
    yield from (
        *NAMES_OF_VERDICTS.values(),
        *LINES.values(),
        *BASELINES.values(),
        *CAUTION_WORDS.values(),
    )


def model_texts():
    """Every text of the shipped deposit models that a page shows."""
    for name in deposit_model_names():
        model = load_deposit_model(name)
        entry = model.deposit_model
        yield from (entry.label, entry.summary, entry.caution, entry.ranges, entry.unit)
        yield from (one.reason for one in model.conditions)
        yield from (one.label for one in model.applies)
        for one in model.evidence.values():
            yield from (one.label, one.reason, one.expected)


def run_texts(record):
    """Every text of a run that a page shows."""
    yield record["region"]["summary"]
    for one in record["inputs"].values():
        source = one["source"] or {}
        yield from (one["title"], *one["missing_kinds"])
        yield from (source[key] for key in ("origin", "licence", "date", "scale", "coverage"))
    for model in record["deposit_models"].values():
        skill = Skill.from_record(model["skill"])
        yield model["fitted"]["estimator"]
        for one in model["evidence"]:
            yield one["unit"]
        for one in skill.baselines:
            yield one.name
        if skill.measured:
            yield from (null.kind for null in skill.measured.nulls)


def test_what_was_done_to_each_drawn_layer_is_there():
    """The map says it beside a layer's name; rasters are not drawn."""
    layers = tomllib.loads((ATACAMA / "region.toml").read_text("utf-8"))["layers"].values()
    sources = tomllib.loads((ATACAMA / "SOURCES.toml").read_text("utf-8"))
    drawn = {layer["file"] for layer in layers if layer["file"].endswith(".geojson")}
    assert len(drawn) > 15
    notes = {file: sources[file]["done"] for file in drawn}
    assert {file for file, note in notes.items() if note not in SPANISH.phrases} == set()


def test_every_phrase_of_the_house_is_there():
    """A phrase that a template or a picture says and es.toml lacks is an error."""
    phrases = set(house_phrases())
    assert len(phrases) > 150
    assert sorted(phrases - SPANISH.phrases.keys()) == []


def test_phrases_have_the_same_holes():
    """A figure is neither lost nor invented."""
    for english, spanish in SPANISH.phrases.items():
        assert spanish
        assert sorted(set(HOLE.findall(english))) == sorted(set(HOLE.findall(spanish))), english


def test_every_text_of_the_shipped_models_is_there():
    """Labels, reasons, cautions."""
    assert [one for one in model_texts() if one and not SPANISH.translations([one])] == []


def test_every_text_of_the_shipped_region_is_there(atacama_run):
    """Titles, sources, notices, words of skill: but dates, units and names."""
    record = json.loads((atacama_run / "run.json").read_text("utf-8"))
    missing = [one for one in run_texts(record) if one and not SPANISH.translations([one])]
    assert [one for one in missing if not NAMES.fullmatch(one)] == []


def test_every_column_has_an_alias():
    """The tables' columns, and nothing else."""
    assert set(TARGET_COLUMNS) <= SPANISH.columns.keys()


def test_every_meaning_of_a_column_is_there():
    """Of the columns that a run writes and of those that layers of a region bring."""
    columns = [*MEANINGS.values(), ROLE_COLUMNS, CONCESSION_COLUMNS]
    meanings = {text for table in columns for text in table.values()}
    assert len(meanings) > 100
    assert meanings - SPANISH.meanings.keys() == set()


def test_every_type_of_deposit_has_a_name():
    """The shipped deposit models, and the types that the shipped region's deposits state."""
    file = json.loads((ATACAMA / "deposits.geojson").read_text("utf-8"))
    stated = {feature["properties"]["deposit_type"] for feature in file["features"]}
    assert len(stated) > 15
    assert {*stated, *deposit_model_names()} - SPANISH.values.keys() == set()


def test_the_verdict_on_skill_has_its_figures_in_the_language():
    """Made from the record, with the decimal mark of the language."""
    skill = Skill(9, 4, untested=Reason("one-group"))
    assert skill_line(skill, SPANISH, ()).startswith("sin capacidad predictiva demostrada: ")
    assert skill_line(
        Skill(3, 2, reason=Reason("memberships-stated", deposits=3)), SPANISH, ()
    ) == ("no se aprendió de datos: " + SPANISH.sentence(Reason("memberships-stated", deposits=3)))


def test_a_text_of_a_user_stays_as_it_is():
    """It has no phrase; nor has a name of a role or layer within a sentence."""
    assert translations(["Mina La Ñata; {{7*7}}", "Natural Earth; faults"]) == {}
    why = Reason("layer-too-schematic", role="faults", off_km=10.0, end_km=5.0)
    assert "'faults' es esquemática, con hasta 10 km de error" in SPANISH.sentence(why)


def test_no_text_is_known_by_its_form():
    """A phrase with holes is filled with values; none is looked for backwards in another text."""
    assert SPANISH.told("Tenure as of 2026-01. Unknown ground is not open ground.").startswith(
        "Ten"
    )
    assert SPANISH.told("8 targets") == "8 targets"
    assert SPANISH.say("{n} targets", n=8) == "8 blancos"


def test_no_phrase_is_unused():
    """Each stands in the package, as a constant or in a page, or in a file of the shipped region."""
    texts = "".join(
        file.read_text("utf-8")
        for folder in (PACKAGE, PACKAGE.parent / "layers")
        for ending in ("py", "jinja", "js", "toml", "csv", "geojson")
        for file in folder.rglob(f"*.{ending}")
        if file.name not in ("es.toml", "words_es.js")
    )
    constants = {
        node.value
        for file in PACKAGE.rglob("*.py")
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    waters = (" Ocean", " Sea", " Titicaca")  # a region of one's own names its own
    unused = [
        phrase
        for phrase in SPANISH.phrases
        if phrase not in constants and phrase not in texts and not phrase.endswith(waters)
    ]
    assert unused == [], "\n".join(unused)


def test_what_every_output_says_is_one_text_in_english(atacama_screening):
    """The sentences of files and those that pages make of the same values agree word by word."""
    standing = standing_sentences(atacama_screening, language("en"))
    assert list(standing) == atacama_screening.sentences()
    spanish = standing_sentences(atacama_screening, SPANISH)
    assert spanish[1].startswith(
        "Resolución efectiva de la evidencia: espesor de la corteza 44 km, elevación 19 km, "
    )
    assert "no consta" not in spanish[1]


def test_every_role_of_excluded_ground_has_words():
    """In English those of the tables' column of flags, in Spanish a phrase."""
    assert {role: f"{words} {{share}} %" for role, words in FLAGS.items()} == FLAG_WORDS
    assert set(FLAG_WORDS.values()) <= SPANISH.phrases.keys()


def test_every_role_is_described_in_spanish():
    """A layer without a title is called by it; a word that both languages share has a phrase, too."""
    described = {role.description for role in ROLES.values()}
    assert described - SPANISH.phrases.keys() == set()


def test_an_unknown_language_is_refused():
    """One line with the remedy."""
    with pytest.raises(OutputError, match=r"Unknown language 'fr'\. Use one of: en, es"):
        language("fr")


def test_a_spanish_run_speaks_spanish(planted_screening, tmp_path, page_of):
    """Report, dossiers, notice and labels of columns; the record and the tables stay."""
    folder = prospector.write(planted_screening, tmp_path / "run", language="es", dossiers=1)
    page = page_of(folder / "report.html")
    assert page.every("html") == [{"lang": "es"}]
    assert "Capacidad predictiva demostrada" in page.text
    assert "Terreno desconocido no es terreno libre." in page.text
    dossier = page_of(next((folder / "porphyry_copper" / "dossiers").iterdir()))
    assert "Qué cambiaría la respuesta" in dossier.text
    notice = (folder / "NOTICE.txt").read_text("utf-8")
    assert "objetivo de exploración" in notice
    assert "Not a mineral resource" in notice
    first = planted_screening.notices[0]
    assert f"{SPANISH.level(first)}: {SPANISH.sentence(first)}" in notice.splitlines()
    labels = (folder / "columns.csv").read_text("utf-8-sig").splitlines()
    assert labels[:2] == ["column;label", "target_id;id del blanco"]
    again = prospector.dossier(folder, planted_screening.targets["target_id"].iloc[-1])
    assert page_of(again).every("html") == [{"lang": "es"}]


@pytest.mark.parametrize("name", ["report.html", "dossiers"])
def test_no_english_is_left_on_a_spanish_page(atacama_screening, tmp_path, page_of, name):
    """Frequent English words stand only in titles of papers and in what is cited."""
    folder = prospector.write(atacama_screening, tmp_path / "run", language="es", dossiers=1)
    files = [folder / name] if name.endswith("html") else sorted(folder.glob("*/dossiers/*.html"))
    for file in files:
        text = file.read_text("utf-8")
        text = re.sub(r'<ul class="plain"><li lang="en">.*?</ul>', "", text, flags=re.DOTALL)
        text = re.sub(r"<tr><td class=\"id\">.*?</tr>", "", text, flags=re.DOTALL)
        words = page_of(re.sub(r"<style>.*?</style>", "", text, flags=re.DOTALL)).text
        assert re.findall(r"\b(?:the|of|and|with|where|which|from)\b", words) == []


def test_a_feature_without_a_name_has_a_word_in_each_language():
    """The one that the reader gives it; a name that holds it is a name."""
    names = f"El Abra; {UNNAMED}; {UNNAMED} 2"
    assert language("en").names(names) == names
    assert language("es").names(names) == "El Abra; sin nombre; unnamed 2"


def test_what_stands_for_a_persons_name_is_in_the_language(atacama_run):
    """Beside companies, on the report of a Spanish run; so are commodities without a symbol, and units."""
    run = prospector.open_run(atacama_run)
    page = report_page(Findings(run), SPANISH)
    assert "; titular particular" in page
    assert "private holder" not in page
    assert "(nitrato, I)" in page
    assert "800 mm/año" in page
    assert "(parque nacional, 2023-03-01)" in page
