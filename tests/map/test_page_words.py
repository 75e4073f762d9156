"""The map's page speaks Spanish: its own words, and those that Python puts into the payload."""

import re
from pathlib import Path

import prospector
from prospector.map.payload import map_payload

PAGE = Path(prospector.__file__).parent / "map" / "page"
SAID = re.compile(r'\bsay\("((?:[^"\\]|\\.)*)"')
NAMED = re.compile(r'^\s*"((?:[^"\\]|\\.)*)":', re.MULTILINE)


def test_no_word_of_the_page_lacks_its_spanish():
    """Every text that a module says stands in words_es.js."""
    modules = [one for one in PAGE.glob("*.js") if one.name != "words_es.js"]
    said = {text for one in modules for text in SAID.findall(one.read_text("utf-8"))}
    known = set(NAMED.findall((PAGE / "words_es.js").read_text("utf-8")))
    assert len(said) > 100
    assert said - known == set()


def test_the_payload_brings_the_spanish_of_what_python_says(atacama_screening):
    """Labels of evidence, of deposit models and of layers; names of places stay as they are."""
    spanish = map_payload(atacama_screening)["translations"]["es"]
    assert spanish["Porphyry copper"] == "Pórfido cuprífero"
    labels = [one.label for one in atacama_screening.rankings["porphyry_copper"].evidence]
    assert all(label in spanish for label in labels)
    assert "Chuquicamata" not in spanish
