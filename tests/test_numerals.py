"""Numbers as text, the same in Python and in the page's script."""

import json
import math
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector import numerals

CASES = json.loads((Path(__file__).parent / "page" / "numbers.json").read_text("utf-8"))
RULES = {
    "percentile": numerals.percentile,
    "percent": numerals.percent,
    "figure": numerals.figure,
    "area": numerals.area,
    "area_with_unit": lambda value: numerals.area(value, "km2"),
    "distance": numerals.kilometres,
    "score": lambda value: numerals.fixed(value, 3),
    "contribution": lambda value: numerals.signed(value).removeprefix("+"),
}


@pytest.mark.parametrize("quantity", CASES)
def test_numbers_are_written_as_the_pages_script_writes_them(quantity):
    """tests/page/numbers.test.js holds the script to the same cases."""
    values, texts = zip(*CASES[quantity], strict=True)
    assert [RULES[quantity](value) for value in values] == list(texts)


@given(st.floats(0, 100))
def test_a_percentile_is_never_written_higher_than_it_is(value):
    """99.96 is 99.9, not 100.0; what is left off is less than a tenth."""
    written = float(numerals.percentile(value))
    assert written <= value < written + 0.1 + 1e-9


def test_missing_numbers_are_no_figures():
    """A missing number stays what it is, and raises nothing."""
    assert math.isnan(numerals.percentile_tenths(math.nan))
    assert numerals.fixed(math.nan, 2) == "nan"
