"""What THIRD_PARTY.md says of licences is what the distributions state, and none is left out."""

import re

import pytest

from prospector.map.page_script import leaflet_script
from tests.third_party import BEGIN, ELSEWHERE, FILE, installed, licence_of, locked, stated

COPYLEFT = re.compile(r"GPL|GNU|General Public", re.IGNORECASE)
BUNDLED = {
    "libgeos": "GEOS",
    "libquadmath": "libquadmath",
    "libgfortran": "libgfortran",
    "libgomp": "libgomp",
}


def test_every_distribution_that_is_depended_on_stands_there():
    """And no other: `python tests/third_party.py` writes the table."""
    assert list(stated()) == sorted(locked())


def test_each_has_the_licence_that_it_states():
    """Where the version that is locked is installed."""
    there = installed()
    assert {name: licence_of(one) for name, one in there.items()} == {
        name: licence for name, licence in stated().items() if name in there
    }
    absent = ELSEWHERE.keys() - there.keys()
    assert {name: stated()[name] for name in absent} == {name: ELSEWHERE[name] for name in absent}


def test_nothing_is_depended_on_whose_licence_binds_who_depends_on_it():
    """Under its expression, its classifiers, or the name that it states."""
    assert [name for name, licence in stated().items() if COPYLEFT.search(licence)] == []
    assert COPYLEFT.search("GNU Lesser General Public License v3 or later (LGPLv3+)")


def test_libraries_under_the_lgpl_inside_wheels_are_named():
    """Those that a wheel brings as files of their own."""
    text = FILE.read_text("utf-8").split(BEGIN)[1]
    for name, distribution in installed().items():
        files = {file.name for file in distribution.files or () if ".libs" in str(file)}
        for file, library in BUNDLED.items():
            if any(one.startswith(file) for one in files):
                row = next(
                    line for line in text.splitlines() if re.match(rf"\|.*\b{library}\b", line)
                )
                assert re.search(rf"\b{name}\b", row), f"{library} in {name}"


@pytest.mark.parametrize(
    "words",
    ["BSD 2-Clause License", "Volodymyr Agafonkin", "CloudMade",
     "2. Redistributions in binary form must reproduce",
     'THIS SOFTWARE IS PROVIDED BY THE COPYRIGHT HOLDERS AND CONTRIBUTORS "AS IS"', "Leaflet 1.9.3"],
)  # fmt: skip
def test_the_licence_of_leaflet_stands_before_its_script(words):
    """Whole, in a comment that no tool removes; the version is the one that THIRD_PARTY.md names."""
    script = leaflet_script()
    assert script.startswith("/*!")
    assert words in script[: script.index("!function")]
    assert script.index("*/") < script.index("@preserve")
