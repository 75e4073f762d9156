"""The map's page speaks Spanish: its own words, and those that Python puts into the payload."""

import re
from pathlib import Path

import pytest
from plain_payload import plain_payload

import prospector
from prospector.tenure.concessions import TENURE_CLASSES
from prospector.words.language import language

PAGE = Path(prospector.__file__).parent / "map" / "page"
SAID = re.compile(r'\bsay\("((?:[^"\\]|\\.)*)"')
NAMED = re.compile(r'^\s*"((?:[^"\\]|\\.)*)":', re.MULTILINE)
KEPT = {"p", "km", "km2", "m", "salar"}
"""Written alike in both languages."""
OF_TWO_MEANINGS = {"share", "resource", "kind"}
"""Words that the page says of something else than the report."""
CLASSED = {"deposit type", "status", "lithium status", "strike class", "kind of deposit", "closed"}
"""Rows of cards whose values are words of the field."""
SPOKEN_OF_MODEL = ("label", "verdict_name", "skill_words", "caution")
SPOKEN_OF_EVIDENCE = ("label", "unit", "reason", "accuracy")


def words_of_the_page():
    """English texts that words_es.js gives the Spanish of."""
    return set(NAMED.findall((PAGE / "words_es.js").read_text("utf-8")))


def test_no_word_of_the_page_lacks_its_spanish():
    """Every text that a module says stands in words_es.js."""
    modules = [one for one in PAGE.glob("*.js") if one.name != "words_es.js"]
    said = {text for one in modules for text in SAID.findall(one.read_text("utf-8"))}
    assert len(said) > 100
    assert said - words_of_the_page() == set()


HARD = re.compile(
    r"\bhangs? on\b|\btold against\b|\b(is|are|this) no (pair|JSON|KML|text|area|polygon)s?\b|\bnot whole\b"
    r"|\basked for\b|\bneither train\b|\bgives no place\b|\bspeaks? (for|against)\b|\ba way\b"
)
"""Turns of phrase that had to be read twice; what was written in their place is in both languages."""


def test_no_word_of_the_page_has_to_be_read_twice():
    """As a geologist speaks to a colleague."""
    assert [text for text in words_of_the_page() if HARD.search(text)] == []


def ungendered(text):
    """Return a text without the endings that only agree with what it is said of."""
    return re.sub(r"[oa]\b", "_", text)


def test_the_page_and_the_other_papers_say_the_same_in_the_same_spanish():
    """A text of words_es.js that es.toml holds too is alike in both, but for gender."""
    pairs = re.findall(
        r'^\s*(?:"((?:[^"\\]|\\.)*)"|(\w+)): "((?:[^"\\]|\\.)*)"',
        (PAGE / "words_es.js").read_text("utf-8"),
        re.MULTILINE,
    )
    ours = {quoted or bare: spanish for quoted, bare, spanish in pairs}
    words = language("es")
    theirs = {english: words.told(english) for english in ours}
    shared = {english for english in ours if theirs[english] != english} - OF_TWO_MEANINGS
    assert len(shared) > 40
    apart = {one for one in shared if ungendered(ours[one]) != ungendered(theirs[one])}
    assert apart == set()


def shown_texts(payload):
    """Texts of a payload that the page shows a reader: no names or pictures."""
    yield from (payload["title"], payload["subtitle"], *payload["sentences"])
    for model in payload["models"]:
        yield from (model[key] for key in SPOKEN_OF_MODEL)
        yield from (cell for row in model["skill_rows"] for cell in row if isinstance(cell, str))
        yield from (one[key] for one in model["evidence"] for key in SPOKEN_OF_EVIDENCE)
    for layer in payload["layers"]:
        yield layer["label"]
        yield layer.get("note", "")
        yield from layer.get("groupings", ())
        for feature in layer.get("features", ()):
            for label, value in feature["rows"]:
                yield label
                if value in ("yes", "no", "private holder") or label in CLASSED:
                    yield value


def without_spanish(payload):
    """Those of the shown texts that stay English on the Spanish page."""
    spanish, page = payload["translations"]["es"], words_of_the_page()
    texts = {text for text in shown_texts(payload) if re.search("[A-Za-z]", text)}
    return {
        text
        for text in texts - KEPT - page
        if spanish.get(text, text) == text and not re.fullmatch(r"[\d.,()\sto]+", text)
    }


def test_names_of_places_stay_as_they_are(atacama_screening):
    """Deposit models and evidence are translated; a mine is not."""
    spanish = plain_payload(atacama_screening)["translations"]["es"]
    assert spanish["Porphyry copper"] == "Pórfido cuprífero"
    assert "Chuquicamata" not in spanish


def test_every_line_of_the_shipped_region_has_its_spanish_name(atacama_screening):
    """A name is translated as a whole: nothing is read out of it."""
    payload = plain_payload(atacama_screening)
    lines = [layer for layer in payload["layers"] if layer["kind"] == "line"]
    names = {feature["name"] for layer in lines for feature in layer["features"]} - {""}
    assert len(names) > 6
    assert names - payload["translations"]["es"].keys() == set()


def test_a_fault_has_its_spanish_name_and_a_place_its_own(atacama_screening):
    """Kinds of lines are words, what they are called after is a name."""
    spanish = plain_payload(atacama_screening)["translations"]["es"]
    assert spanish["Domeyko fault system"] == "sistema de fallas Domeyko"
    assert spanish["Archibarca lineament"] == "lineamiento Archibarca"
    assert "Calama" not in spanish


@pytest.mark.parametrize("screening", ["atacama_screening", "planted_screening"])
def test_no_text_of_the_payload_lacks_its_spanish(screening, request):
    """Labels, sentences, rows of cards, figures of skill; the test names what has none."""
    assert without_spanish(plain_payload(request.getfixturevalue(screening))) == set()


def test_a_text_without_spanish_would_be_named(planted_screening):
    """A label that no table of words knows."""
    payload = plain_payload(planted_screening)
    payload["layers"][0]["label"] = "Rivers and lakes"
    assert without_spanish(payload) >= {"Rivers and lakes"}


def test_every_class_of_tenure_has_its_words_and_colour():
    """A class that is added must not come to the page as a code."""
    script = (PAGE / "groups.js").read_text("utf-8")
    for name in TENURE_CLASSES:
        assert len(re.findall(rf'\b{name}: "', script)) == 2, name
