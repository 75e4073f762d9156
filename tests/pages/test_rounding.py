"""Every number of a page and of the terminal goes by the one rule of numerals.py."""

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

import prospector.pages
from prospector.errors import Notice
from prospector.pages.answers import polygon_lines
from prospector.runs.score_polygons import ScoredPolygons
from prospector.words.language import language

PAGES = Path(prospector.pages.__file__).parent
ROUNDED = re.compile(r"[+]?\.\d+[f%]")


def rounded_otherwise(code):
    """Formats of f-strings that round a number by Python's rule: half to even, in binary."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FormattedValue) and node.format_spec is not None:
            spec = "".join(str(getattr(part, "value", "")) for part in node.format_spec.values)
            if ROUNDED.fullmatch(spec):
                yield f"{node.lineno}: {spec}"


@pytest.mark.parametrize("file", sorted(PAGES.glob("*.py")), ids=lambda file: file.name)
def test_no_page_rounds_by_itself(file):
    """But the width of a picture, which nobody reads."""
    if file.name != "drawing.py":
        assert [*rounded_otherwise(file.read_text("utf-8"))] == []


def test_the_rule_is_seen_to_be_broken():
    """Formats that round are found; widths of text are not."""
    code = 'f"{score:.3f} {share:.0%} {gain:+.2f} {name:20s} {length:g}"'
    assert [*rounded_otherwise(code)] == ["1: .3f", "1: .0%", "1: +.2f"]


def test_a_half_goes_up_on_the_terminal_as_on_the_pages():
    """0.9235 is 0.924 in a line, and 0.865 is 0.87 in a notice."""
    row = {
        "deposit_model": "copper", "polygon": 1, "rank": 1, "score": 0.9235, "percentile": 99.0,
        "target_ha": 0.5,
    }  # fmt: skip
    scored = ScoredPolygons(pd.DataFrame([row]), None, (), Path("polygons.gpkg"))
    line = next(iter(polygon_lines(scored)))
    assert line.endswith("score 0.924, percentile 99.0, 1 ha inside targets")
    about = {"model": "copper", "evidence": "fault", "figure": 0.865, "limit": 0.8}
    notice = Notice("evidence-is-local", "caution", about)
    assert "(AUC 0.87, above 0.8)" in language("en").sentence(notice)
    assert "0,87" in language("es").sentence(notice)
