"""The README names every key of a region file."""

import re
from pathlib import Path

import pytest

from prospector.region.region_file import LayerEntry, RegionEntry, RoleEntry, SourceEntry
from prospector.region.shapes import keys_of

README = (Path(__file__).parents[2] / "README.md").read_text("utf-8")


def named_in(heading):
    """The keys in the first column of the table that has a heading."""
    table = README.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0]
    return {
        key for row in table.splitlines()[2:] for key in re.findall(r"`(\w+)`", row.split("|")[1])
    }


@pytest.mark.parametrize(
    ("heading", "shape"),
    [
        ("key | what it states | example", RegionEntry),
        ("key of a role | what it states | example", RoleEntry),
        ("key of a layer | for which roles | what it states", LayerEntry),
        ("key of a file in SOURCES.toml | what it states", SourceEntry),
    ],
)
def test_every_key_is_in_the_readme(heading, shape):
    """And no other."""
    assert named_in(heading) == set(keys_of(shape))
