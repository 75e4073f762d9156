"""The examples of the guides are run as they stand."""

import doctest
from pathlib import Path

import matplotlib as mpl

DOCS = Path(__file__).parent.parent / "docs"


def test_the_examples_of_the_page_on_notebooks_run():
    """Each gives what it says; nothing is skipped."""
    mpl.use("agg")
    flags = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    page = DOCS / "notebooks.md"
    failed, tried = doctest.testfile(str(page), module_relative=False, optionflags=flags)
    assert failed == 0
    assert tried > 40
    fenced = page.read_text(encoding="utf-8").count("```pycon")
    assert fenced >= 9
