"""Links of the documents lead somewhere, their commands are ours, and the README stays short."""

import re
import shlex
import unicodedata

import pytest
from reference.made_pages import DOCS, ROOT
from reference.typed_commands import (
    COMMANDS,
    DOCUMENTS,
    NOTEBOOKS,
    lines_of,
    named,
    prose_of,
    text_of_notebook,
)

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
README = (ROOT / "README.md").read_text("utf-8")


def slug(heading):
    """The anchor of a heading, as GitHub and the site make it."""
    text = unicodedata.normalize("NFC", re.sub(r"[`*]|\[|\]\([^)]*\)", "", heading)).lower()
    return re.sub(r"[^\w\- ]", "", text).strip().replace(" ", "-")


def anchors_of(page):
    return {slug(found) for found in re.findall(r"^#+ (.+)$", prose_of(page), re.MULTILINE)}


@pytest.mark.parametrize("page", DOCUMENTS, ids=named)
def test_links_lead_somewhere(page):
    """To a file of the repository, and to a heading that is there."""
    for link in LINK.findall(prose_of(page)):
        if re.match(r"https?:|mailto:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert target.is_relative_to(ROOT), link
        if anchor and target.suffix == ".md":
            assert anchor in anchors_of(target), link


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=named)
def test_a_notebook_names_commands_and_pages_that_are_there(notebook):
    """In the text between its code: each command is ours, each link leads to a file of the repository."""
    text = text_of_notebook(notebook)
    assert text.startswith("# ")
    for name in re.findall(r"`prospector ([a-z][a-z-]*)", text):
        assert name in COMMANDS, name
    for link in LINK.findall(text):
        target = (notebook.parent / link.partition("#")[0]).resolve()
        assert target.is_file(), link
        assert target.is_relative_to(ROOT), link


def test_every_page_is_reached_from_the_readme():
    """Over any number of links."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in seen or not page.is_file():
            continue
        seen.add(page)
        links = (link.partition("#")[0] for link in LINK.findall(prose_of(page)) if ":" not in link)
        waiting += [(page.parent / link).resolve() for link in links if link.endswith(".md")]
    assert {named(page) for page in DOCS.rglob("*.md")} - {named(page) for page in seen} == {
        "docs/index.md"  # the site's own list of its pages
    }


@pytest.mark.parametrize("page", DOCUMENTS, ids=named)
def test_commands_of_a_page_are_taken(page):
    """By the parser of the command that they name: every option and the number of arguments."""
    for line in lines_of(page):
        _, name, *arguments = shlex.split(line)
        COMMANDS[name].make_context(name, arguments, resilient_parsing=False)


def test_commands_named_in_a_sentence_are_ours():
    """In every page."""
    for page in DOCUMENTS:
        if page.name == "CHANGELOG.md":
            continue
        for name in re.findall(r"`prospector ([a-z][a-z-]*)", prose_of(page)):
            assert name in COMMANDS, (page.name, name)


def test_targets_of_make_that_are_named_are_there():
    """In README, CONTRIBUTING, ARCHITECTURE and docs."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for page in DOCUMENTS:
        for name in re.findall(r"(?:^|`)make ([a-z]+)", page.read_text("utf-8"), re.MULTILINE):
            assert re.search(rf"^{name}:", makefile, re.MULTILINE), (page.name, name)


def test_the_readme_leads_with_two_commands_and_stays_short():
    """A screen and a half; commands of a region of one's own are those of the guide, which a test runs."""
    first = re.search(r"^```\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)[1]
    assert [line.split("#")[0].strip() for line in first.splitlines()] == ["make demo", "make test"]
    assert len(README.splitlines()) <= 100
    guide = (DOCS / "own_region.md").read_text("utf-8").splitlines()
    own = list(lines_of(ROOT / "README.md"))
    assert len(own) == 3
    assert all(line in guide for line in own)


def test_the_readme_says_how_far_to_trust_it():
    """Skill beside its null, what is schematic, what is unknown, what it is not."""
    for words in (
        "could not tell", "0.850", "without the schematic fault line", "Unknown ground is never called open",
        "Not a mineral resource",
    ):  # fmt: skip
        assert words in README


def test_no_picture_of_the_documents_is_large():
    """Each less than 200 kB, and used."""
    text = "".join(page.read_text("utf-8") for page in DOCUMENTS)
    assert (ROOT / "notebooks" / "atacama_map.png").stat().st_size < 200_000
    for picture in (DOCS / "pictures").iterdir():
        if picture.suffix in (".png", ".svg", ".jpg"):
            assert picture.stat().st_size < 200_000, picture.name
            assert f"pictures/{picture.name}" in text, picture.name
