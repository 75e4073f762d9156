"""CITATION.cff and NOTICE: what must be cited, and whose work stands in the package."""

import tomllib
from datetime import date
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft202012Validator

from tests.notice import FILE, LEAFLET, REGION, sources, text

ROOT = Path(__file__).parent.parent
ENTITY = {"type": "object", "required": ["name"], "properties": {"name": {"type": "string"}}}
CFF = {
    "type": "object",
    "required": ["cff-version", "message", "title", "authors"],
    "properties": {
        "cff-version": {"const": "1.2.0"},
        "message": {"type": "string", "minLength": 1},
        "title": {"type": "string", "minLength": 1},
        "type": {"enum": ["dataset", "software"]},
        "abstract": {"type": "string", "minLength": 1},
        "authors": {"type": "array", "minItems": 1, "uniqueItems": True, "items": ENTITY},
        "version": {"type": "string", "minLength": 1},
        "license": {"const": "Apache-2.0"},
        "keywords": {
            "type": "array",
            "minItems": 1,
            "uniqueItems": True,
            "items": {"type": "string"},
        },
    },
    "additionalProperties": False,
}
"""The keys that version 1.2 of the format asks for, and of its others those that are used."""


def project():
    return tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def test_the_citation_has_what_its_format_asks_for():
    """As YAML; it holds no date, so none is wrong."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert list(Draft202012Validator(CFF).iter_errors(cited)) == []
    assert not any(isinstance(value, date) for value in cited.values())


def test_the_citation_says_what_the_project_says():
    """Version, licence, authors and keywords."""
    cited, stated = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8")), project()
    assert cited["version"] == stated["version"]
    assert cited["license"] == stated["license"]
    assert cited["authors"] == stated["authors"]
    assert cited["keywords"] == stated["keywords"]


def test_the_notice_follows_the_sources():
    """`python tests/notice.py` renews it."""
    assert FILE.read_text("utf-8") == text()


@pytest.mark.parametrize("name", sorted(sources()))
def test_the_notice_names_every_file_that_ships_with_its_licence(name):
    """And whom to name."""
    part = FILE.read_text("utf-8").split(f"\n{name}\n")[1].split("\n\n")[0]
    assert (REGION / name).is_file()
    assert sources()[name]["licence"] in part
    assert sources()[name]["origin"] in part


def test_the_notice_has_the_whole_licence_of_leaflet():
    """It is inlined into every map."""
    assert LEAFLET.read_text("utf-8").strip() in FILE.read_text("utf-8")


def test_licences_go_into_what_is_built():
    """The notice beside the licence; the citation and the schema of run.json by being in the sources."""
    assert {"LICENSE", "NOTICE", "THIRD_PARTY.md"} <= set(project()["license-files"])
    assert all((ROOT / file).is_file() for file in project()["license-files"])
