"""Several names in one text of a table, joined and parted by one rule, the same in the page's script."""

import json
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from prospector.name_lists import joined, parted

CASES = json.loads((Path(__file__).parent / "page" / "names.json").read_text("utf-8"))
NAMES = st.text(st.characters(exclude_categories=["C"]), min_size=1).map(str.strip).filter(bool)


def test_names_are_parted_as_the_pages_script_parts_them():
    """tests/page/names.test.js holds the script to the same cases."""
    assert [list(parted(text)) for text, _ in CASES] == [names for _, names in CASES]


@given(st.lists(NAMES))
def test_names_that_were_joined_come_back(names):
    """As many as there were; what parts them stands in none."""
    assert list(parted(joined(names))) == [name.replace(";", ",") for name in names]


def test_what_is_no_text_holds_no_names():
    """A missing value of a table."""
    assert parted(None) == parted(float("nan")) == ()
