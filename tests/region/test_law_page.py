"""The page on law and lists says what the data say."""

import doctest

from region.law_tables import PAGE, TABLES, renewed


def test_its_tables_are_those_of_the_data():
    """``python tests/region/law_tables.py`` renews them."""
    page = PAGE.read_text("utf-8")
    assert renewed(page) == page
    assert all(f"<!-- {name} -->" in page for name in TABLES)


def test_its_examples_run():
    """Each gives what it says, and that this is no legal advice stands at the top."""
    failed, tried = doctest.testfile(str(PAGE), module_relative=False, encoding="utf-8")
    assert (failed, tried > 5) == (0, True)
    assert "no legal advice" in PAGE.read_text("utf-8").split("##", maxsplit=1)[0]
