"""Words that nobody in the field says do not come back: in errors, notices, help, pages, documents."""

import ast
import re
import tomllib
from pathlib import Path

import pytest
import typer

import prospector
from prospector.cli.commands import app
from prospector.words.language import LANGUAGES, language

PACKAGE = Path(prospector.__file__).parent
ROOT = PACKAGE.parent

ODD = re.compile(
    r"\bevidences\b|\bcommonest\b|\bmade of nothing\b|\bmust not suggest more\b|\bthe ground does\)"
    r"|\bsays what to do\b|\btime and nothing else\b|\bone's own\b|\bdrawn anew\b"
)
"""English that was hard to read, and what was written in its place is in every language."""

ODD_SPANISH = re.compile(r"hechos de nada|modelos? de depósito|media del nulo|no debe sugerir más")


RIDDLES = re.compile(
    r"\b[Mm]end (it|them|the)\b|\bnone that PROJ\b|\bis there already\b|\bthere is none\. "
    r"|\bstands there already\b|\b[Tt]ake the file by hand\b|\bsaid twice\b|\bthat (is|are) meant\b"
    r"|\bwhat is (damaged|done|left|refused|lost|missing) is\b|\bwhat it points to is\b|\bnobody vouches\b"
    r"|\bas who may\b|\blook to your\b|\bfor a while\b|\bof no known\b|\bSay (it|so|which|once)\b"
    r"|\bdoes nothing\b|\bdoes not say where\b|\bbelow ten\b|\bits null\b|\banew\b|\bof one's own\b"
    r"|\b(is|are) no (raster|column|file|number|numbers|feature|path|workbook|encoding)\b"
)
"""Turns of phrase in errors and printed lines that had to be read twice."""


def helps():
    """Give every text of help: of each command, and of its arguments and options."""
    for name, command in typer.main.get_command(app).commands.items():
        yield name, command.help or ""
        for parameter in command.params:
            yield f"{name} {parameter.name}", getattr(parameter, "help", None) or ""


def sentences(code):
    """Give every sentence of notices and reasons of a language."""
    for table in ("notices", "reasons"):
        for name, form in language(code).sentences[table].items():
            for text in [form] if isinstance(form, str) else form.values():
                yield name, text


def test_no_odd_word_in_help():
    """Of any command."""
    assert [where for where, text in helps() if ODD.search(text)] == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_odd_word_in_notices_and_reasons(code):
    """In either language."""
    odd = ODD if code == "en" else ODD_SPANISH
    assert [where for where, text in sentences(code) if odd.search(text)] == []


def messages():
    """Give every text in the code that is not a docstring: errors, printed lines, labels."""
    for file in sorted(PACKAGE.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        for node in ast.walk(tree):
            if isinstance(node, ast.JoinedStr):
                texts = [
                    part.value if isinstance(part, ast.Constant) else "{}" for part in node.values
                ]
                yield f"{file.name}:{node.lineno}", "".join(texts)
            elif (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and id(node) not in docs
            ):
                yield f"{file.name}:{node.lineno}", node.value


def test_no_riddle_in_errors_and_printed_lines():
    """Nor in the sentences of notices and reasons."""
    texts = [*messages(), *sentences("en"), *helps()]
    assert len(texts) > 5000
    assert [where for where, text in texts if RIDDLES.search(text) or ODD.search(text)] == []


def test_no_odd_word_on_pages():
    """Phrases of report, dossier, overview and terminal in both languages, and the map's script."""
    phrases = language("es").phrases
    assert [text for text in phrases if ODD.search(text)] == []
    assert [text for text in phrases.values() if ODD_SPANISH.search(text)] == []
    page = PACKAGE / "map" / "page"
    texts = [
        text
        for file in page.glob("*.js")
        for text in re.findall(r'"[^"\n]+"', file.read_text("utf-8"))
    ]
    assert [text for text in texts if ODD.search(text) or ODD_SPANISH.search(text)] == []


def test_no_odd_word_in_labels_of_columns():
    """Nor in what columns mean."""
    tables = tomllib.loads((PACKAGE / "words" / "columns.toml").read_text("utf-8"))
    assert not ODD.search(str(tables))
    assert not ODD_SPANISH.search(str(tables))


STIFF = re.compile(
    r"\bhangs on\b|\bspeaks? (for|against) a deposit\b|\b(is|are) told\b|\bat hand there\b|\bnext to none\b"
    r"|\bprocedure of (its|their) own\b|\bof one's own\b|\banew\b|\bevidences\b|\bgoes by its\b"
)
"""Turns of phrase that documents no longer have."""

DOCUMENTS = sorted([ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("file", DOCUMENTS, ids=lambda file: file.name)
def test_no_stiff_turn_of_phrase_in_documents(file):
    """A geologist reads them without stopping."""
    assert STIFF.findall(file.read_text("utf-8")) == []


@pytest.mark.parametrize(
    "file", ["README.md", "docs/commands.md", "docs/region_keys.md", "docs/model_keys.md"]
)
def test_no_odd_word_in_references(file):
    """README, and the references that are made from the code."""
    assert not re.search(
        r"\bevidences\b|\bcommonest\b|\bone's own\b", (ROOT / file).read_text("utf-8")
    )
