"""CONTRIBUTING.md: its recipes are short, and its examples of a format and a register run.

Those of a kind of evidence and an estimator are run by tests/evidence and tests/screening, those of a source
and a deposit model by tests/sources and tests/drafting.
"""

import re
import sys
import tomllib
from types import ModuleType

from jsonschema import Draft7Validator
from reference.made_pages import ROOT

import prospector
from prospector.drafting.schemas import schema_of
from prospector.gis import formats
from prospector.layers.registers import register_tables

TEXT = (ROOT / "CONTRIBUTING.md").read_text("utf-8")


def example_of(heading, language):
    """The first block of a section in a language."""
    section = TEXT.split(f"## {heading}\n")[1]
    return re.search(rf"^```{language}\n(.*?)^```", section, re.DOTALL | re.MULTILINE)[1]


def test_a_recipe_touches_four_files_at_most():
    """Each of them, but for the new one, lies where the recipe says."""
    rows = TEXT.split("| to add | files |")[1].split("\n\n")[0].splitlines()[2:]
    assert len(rows) == 6
    for row in rows:
        files = row.split("|")[2]
        parts = re.split(r",(?![^(]*\))", files)
        assert len(parts) <= 4, row
        for path in re.findall(r"`(prospector/[\w/.]+)`", files):
            place = ROOT / path
            assert (place.parent if "NAME" in path else place).exists(), path


def test_the_format_of_the_page_writes_ids(planted_run, monkeypatch, tmp_path):
    """As a writer of a module and a line in the list."""
    module = ModuleType("prospector_format_of_the_page")
    exec(example_of("A format", "python"), module.__dict__)
    monkeypatch.setitem(sys.modules, module.__name__, module)
    entry = formats.Format("ids of targets, for scripts", f"{module.__name__}:write_ids")
    assert f'"{entry.title}"' in TEXT
    monkeypatch.setitem(formats.FORMATS, "ids", entry)
    prospector.export(planted_run, formats="ids", folder=tmp_path)
    ids = (tmp_path / "ids.txt").read_text("utf-8").splitlines()
    assert ids == list(prospector.open_run(planted_run).targets["target_id"])


def test_the_register_of_the_page_is_one(tmp_path):
    """By the schema, and by what reads it."""
    text = example_of("A register", "toml")
    assert list(Draft7Validator(schema_of("register")).iter_errors(tomllib.loads(text))) == []
    (tmp_path / "registers").mkdir()
    (tmp_path / "registers" / "north.toml").write_text(text, "utf-8")
    tables = register_tables("registers/north.toml", tmp_path / "region.toml", "titles")
    assert "Register of the north" in repr(tables)
