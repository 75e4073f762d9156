"""Tables of one value in a column: the column goes, a sentence stays."""

from html.parser import HTMLParser

import pytest
from markupsafe import Markup, escape

from prospector.pages.alike import LEAST_ROWS, Table
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.runs.run import open_run
from prospector.words.language import language

HEAD = ("rank", "state", "share")


def written(content):
    """What a template hands on: escaped, as it stands."""
    return lambda: escape(content)


def filled(rows, head=HEAD, *, code="en", caption="", naming=None):
    """A table as a template fills it; the column `naming` names its rows."""
    table = Table(language(code))
    if caption:
        table.caption(caller=written(caption))
    table.row()
    for name in head:
        table.th('scope="col"', caller=written(name))
    for row in rows:
        table.row()
        for place, cell in enumerate(row):
            write = table.th if place == naming else table.td
            write('class="number"', caller=written(cell))
    return table


def plain(rows, head=HEAD):
    """The same as a page has it, nothing folded."""
    heads = "".join(f'<th scope="col">{name}</th>' for name in head)
    lines = ("".join(f'<td class="number">{escape(cell)}</td>' for cell in row) for row in rows)
    body = "\n".join(f"<tr>{line}</tr>" for line in lines)
    return f"<table><thead><tr>{heads}</tr></thead>\n<tbody>{body}</tbody></table>"


HELD = Markup("<svg></svg>100 % &lt;b&gt; held")
SAME = [(n, HELD, n * n) for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("code", "words"), [("en", "The same in every row"), ("es", "Igual en todas las filas")]
)
def test_a_column_of_one_value_becomes_a_sentence(code, words):
    """The other columns stay, the sentence is the cell's text, escaped as it was."""
    kept = plain([(n, share) for n, _, share in SAME], ("rank", "share"))
    sentence = f"{words}: state: 100 % &lt;b&gt; held."
    assert filled(SAME, code=code).html() == f'{kept}<p class="small">{sentence}</p>'


@pytest.mark.parametrize(
    "rows",
    [
        SAME[:2],
        [(1, "held", 1), (2, "open", 4), (3, "held", 9)],
        [("a", 1, 2), ("a", 3, 4), ("a", 5, 6)],
        [(1, "held", 1), (2, "held"), (3, "held", 9)],
    ],
    ids=["two rows", "values differ", "the first column", "a cell spans columns"],
)
def test_other_tables_stay(rows):
    """Whole."""
    assert filled(rows).html() == plain(rows)


def test_text_from_outside_is_escaped_in_table_and_sentence():
    """A name that looks like markup stays text."""
    page = filled([(n, "<i>x</i>", n) for n in range(3)]).html()
    assert "&lt;i&gt;x&lt;/i&gt;." in page
    assert "<i>" not in page + filled([(n, "<i>x</i>", n) for n in range(2)]).html()


@pytest.mark.parametrize(("code", "each"), [("en", "in each of"), ("es", "en cada uno de")])
@pytest.mark.parametrize("count", [2, 3, 12])
def test_a_table_of_one_value_becomes_a_sentence(code, each, count):
    """Names and values stay, escaped as they were; the caption opens it; no table is left."""
    rows = [(n, f"A&B {n}", "held", 1) for n in range(count)]
    head = ("rank", "target", "state", "share")
    folded = filled(rows, head, code=code, caption="Tenure", naming=1).html()
    assert folded.startswith(
        f"<p><b>Tenure.</b> state: held; share: 1, {each}: A&amp;B 0; A&amp;B 1"
    )
    assert "<t" not in folded


class Tables(HTMLParser):
    """The tables of a page that have a head and are not asked to stay whole: rows of texts of cells."""

    def __init__(self, page):
        super().__init__()
        self.found, self.whole, self.cell = [], True, None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag == "table":
            self.whole = dict(attrs).get("class") == "whole"
        elif tag == "thead" and not self.whole:
            self.found.append([])
        elif tag == "tr" and self.found:
            self.found[-1].append([])
        elif tag in ("th", "td") and self.found:
            self.cell = []

    def handle_endtag(self, tag):
        if tag in ("th", "td") and self.cell is not None:
            self.found[-1][-1].append(" ".join("".join(self.cell).split()))
            self.cell = None

    def handle_data(self, data):
        if self.cell is not None:
            self.cell.append(data)


def test_no_column_of_the_report_is_all_one_value(legal_run):
    """What is left differs somewhere; columns that are drawn as bars have their words."""
    page = report_page(Findings(open_run(legal_run)), language("en"))
    assert "The same in every row: " in page
    tables = [rows for rows in Tables(page).found if len(rows) > LEAST_ROWS]
    assert len(tables) > 5
    for head, *body in tables:
        if {len(row) for row in body} == {len(head)}:
            for place, name in enumerate(head[1:], 1):
                assert len({row[place] for row in body}) > 1, (head, name)
