"""Where the parts of the printed sheet stand: nothing overlaps, and the map takes the paper."""

from dataclasses import replace
from itertools import combinations

import pytest

from prospector.gis.arrangement import LISTED, LONG_MM, SHORT_MM, STRETCH, Text, arrange

TEXT = Text(
    title="Atacama: Porphyry copper, targets by percentile of score",
    verdict="No demonstrated skill, could not tell: AUC 0.85 in spatial blocks " * 3,
    targets=["Targets, first 25 of 25"]
    + [f"{n}. Around a deposit and 1 more, Calama: percentile 99.8, 467 km²" for n in range(1, 26)],
    sources="Known deposits: US Geological Survey; public domain. " * 30,
    notice="Screening output. Not a mineral resource, exploration target or exploration result. "
    * 2,
    legend_rows=14,
    legend_headings=3,
)
PARTS = ("map", "legend", "targets", "sources", "scale", "north", "notice")
EXTENTS = [(width * 1e5, 1e6) for width in (1, 3, 5, 8, 10, 13, 17, 25, 60)]


def overlap(first, second):
    """Return whether two boxes share more than a hundredth of a millimetre in both directions."""
    return all(
        min(a + c, b + d) - max(a, b) > 0.01
        for a, b, c, d in zip(first[:2], second[:2], first[2:], second[2:], strict=True)
    )


@pytest.mark.parametrize("extent_m", EXTENTS)
@pytest.mark.parametrize("n_targets", [0, 6, 25])
def test_no_part_lies_on_another_or_leaves_the_sheet(extent_m, n_targets):
    """From a region ten times as high as wide to one six times as wide as high."""
    at = arrange(extent_m, replace(TEXT, targets=TEXT.targets[: n_targets + 1]))
    boxes = {name: getattr(at, name) for name in PARTS}
    for (one, first), (other, second) in combinations(boxes.items(), 2):
        if {one, other} != {"scale", "north"}:
            assert not overlap(first, second), (one, other)
    for left, top, width, height in boxes.values():
        assert left >= 10
        assert left + width <= at.page[0] - 10 + 0.01
        assert top + height <= at.page[1] + 0.01


def test_a_tall_region_stands_upright_and_a_wide_one_lies_across():
    """A4 either way."""
    assert arrange((5e5, 9.44e5), TEXT).page == (SHORT_MM, LONG_MM)
    assert arrange((9.44e5, 5e5), TEXT).page == (LONG_MM, SHORT_MM)


def test_the_map_of_a_tall_region_takes_more_of_the_paper_than_of_a_sheet_that_lies_across():
    """The Atacama had 105 of 297 by 164 of 210 mm: 28 per cent of the sheet."""
    at = arrange((5e5, 9.44e5), TEXT)
    width, height = at.map[2:]
    assert width * height / (SHORT_MM * LONG_MM) > 0.38
    assert width / 5e5 <= height / 9.44e5 * STRETCH


def test_the_list_holds_ten_targets_and_more_where_there_is_room():
    """As many as there are, where there are fewer."""
    for extent_m in EXTENTS:
        assert arrange(extent_m, TEXT).listed >= LISTED[0]
        assert arrange(extent_m, replace(TEXT, targets=TEXT.targets[:4])).listed == 3
    assert arrange((6e6, 1e6), TEXT).listed > LISTED[0]


def test_a_long_title_is_written_smaller():
    """Down to nine points."""
    assert arrange((1e6, 1e6), replace(TEXT, title="Short")).title_pt == 17
    assert 9 < arrange((5e5, 1e6), replace(TEXT, title="n" * 80)).title_pt < 17
    assert arrange((5e5, 1e6), replace(TEXT, title="n" * 500)).title_pt == 9
