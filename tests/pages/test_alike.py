"""Tables of one value in a column: the column goes, a sentence stays."""

import pytest

from prospector.pages.alike import with_alike_folded
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.runs.run import open_run
from prospector.words.language import language


def table(rows, head=("rank", "state", "share"), kind=""):
    """A table as the pages write one."""
    heads = "".join(f'<th scope="col">{name}</th>' for name in head)
    cells = ("".join(f'<td class="number">{cell}</td>' for cell in row) for row in rows)
    body = "".join(f"<tr>{row}</tr>" for row in cells)
    return f"<table{kind}><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"


SAME = [(n, "<svg></svg>100 % &lt;b&gt; held", n * n) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("code", "words"), [("en", "The same in every row"), ("es", "Igual en todas las filas")]
)
def test_a_column_of_one_value_becomes_a_sentence(code, words):
    """The other columns stay, the sentence is the cell's text, escaped as it was."""
    folded = with_alike_folded(table(SAME), language(code))
    kept = table([(n, share) for n, _, share in SAME], ("rank", "share"))
    sentence = f"{words}: state: 100 % &lt;b&gt; held."
    assert folded == f'{kept}<p class="small">{sentence}</p>'


@pytest.mark.parametrize(
    "page",
    [
        table(SAME[:2]),
        table([(1, "held", 1), (2, "open", 4), (3, "held", 9)]),
        table([("a", 1, 2), ("a", 3, 4), ("a", 5, 6)]),
        table(SAME, kind=' class="whole"'),
        table(SAME).replace("<td", '<td colspan="2"', 1),
    ],
    ids=["two rows", "values differ", "the first column", "asked to stay", "cells are joined"],
)
def test_other_tables_stay(page):
    """Byte for byte."""
    assert with_alike_folded(page, language("en")) == page


@pytest.mark.parametrize(("code", "each"), [("en", "in each of"), ("es", "en cada uno de")])
@pytest.mark.parametrize("count", [2, 3, 12])
def test_a_table_of_one_value_becomes_a_sentence(code, each, count):
    """Names and values stay, escaped as they were; the caption opens it; no table is left."""
    rows = "".join(
        f'<tr><td class="number">{n}</td><th scope="row">A&amp;B {n}</th><td>held</td><td>1</td></tr>'
        for n in range(count)
    )
    heads = "".join(f'<th scope="col">{name}</th>' for name in ("rank", "target", "state", "share"))
    page = f"<table><caption>Tenure</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>"
    folded = with_alike_folded(page, language(code))
    assert folded.startswith(
        f"<p><b>Tenure.</b> state: held; share: 1, {each}: A&amp;B 0; A&amp;B 1"
    )
    assert "<t" not in folded


def test_no_column_of_the_report_is_all_one_value(legal_run):
    """Nor of the first dossiers: what is left differs somewhere."""
    page = report_page(Findings(open_run(legal_run)), language("en"))
    assert "The same in every row: " in page
    assert with_alike_folded(page, language("en")) == page
