"""The report of a run, read as a reader and a browser would read it."""

import json
import subprocess
import sys
from collections import Counter
from html.parser import HTMLParser
from itertools import pairwise

import geopandas as gpd
import pytest

import prospector
from prospector.outputs.drawing import as_svg, new_axes
from prospector.outputs.findings import Findings
from prospector.outputs.language import language
from prospector.outputs.report import report_page
from prospector.outputs.run import open_run

HOSTILE = (
    '<img src=x onerror="alert(1)">',
    "</script><script>alert(1)</script>",
    "{{7*7}}",
    "$x^2$ \\frac{1",
    'id="one" href="#two" url(#three) 1.23456',
    "=cmd()",
)


class Page(HTMLParser):
    """What a page holds: tags with their attributes, and its text."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.words = [], []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self):
        return " ".join(" ".join(self.words).split())

    def every(self, tag):
        return [attributes for name, attributes in self.tags if name == tag]


@pytest.fixture(scope="module")
def planted_run(planted_screening, tmp_path_factory):
    """Folder of the planted region's run."""
    return prospector.write(planted_screening, tmp_path_factory.mktemp("report") / "planted")


@pytest.fixture(scope="module")
def atacama_page(atacama_run):
    return Page((atacama_run / "report.html").read_text("utf-8"))


def harmless(page):
    """No script, no handler, nothing from elsewhere."""
    assert not {name for name, _ in page.tags} & {"script", "img", "iframe", "object", "link"}
    for name, attributes in page.tags:
        assert not [key for key in attributes if key.startswith("on")]
        for key in ("src", "href", "xlink:href"):
            value = attributes.get(key) or ""
            assert ":" not in value or value.startswith("data:image/png"), (name, value)
    return True


def test_no_demonstrated_skill_is_said_in_these_words(atacama_page):
    """And the AUC stands beside its null, with and without the schematic evidence."""
    assert "No demonstrated skill" in atacama_page.text
    assert "Without schematic evidence: AUC" in atacama_page.text
    assert "Skill demonstrated" not in atacama_page.text


def test_skill_is_said_where_it_was_planted(planted_run):
    """The words follow the record and not the other way round."""
    record = json.loads((planted_run / "run.json").read_text("utf-8"))
    demonstrated = record["deposit_models"]["porphyry_copper"]["skill"]["demonstrated"]
    text = Page((planted_run / "report.html").read_text("utf-8")).text
    assert demonstrated is True
    assert "Skill demonstrated" in text
    assert "No demonstrated skill" not in text


def test_the_report_says_what_every_reader_must_know(atacama_page, atacama_run):
    """Codes, resolution, tenure, sources with licences, gaps, notices, how to repeat it."""
    record = json.loads((atacama_run / "run.json").read_text("utf-8"))
    text = atacama_page.text
    for sentence in record["sentences"]:
        assert sentence in text
    for one in record["inputs"].values():
        assert one["source"]["licence"] in text
        assert one["sha256"][:12] in text
    for one in record["notices"]:
        assert " ".join(one["what"].removeprefix("left out: ").split()) in text
    assert "leaves out: exploration permit" in text
    assert "prospector screen layers/atacama --seed 0 --quick" in text


def test_unknown_tenure_is_never_called_open(atacama_page):
    """No target of porphyry copper has a known tenure; its bar is hatched."""
    assert (
        "100 % is of unknown tenure, 0 % held or applied for, 0 % vacant or open"
        in atacama_page.text
    )
    assert "url(#unknown-hatch)" in {one.get("fill") for one in atacama_page.every("rect")}


def test_the_report_runs_nothing_and_asks_nothing(atacama_page):
    """No script, no handler, no address."""
    assert harmless(atacama_page)


def test_the_report_is_accessible(atacama_page):
    """A language, headings in order, a text for each picture, headers for each table, ids once."""
    assert atacama_page.every("html") == [{"lang": "en"}]
    levels = [int(name[1]) for name, _ in atacama_page.tags if name in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    pictures = [one for one in atacama_page.every("svg") if one.get("aria-hidden") != "true"]
    assert len(pictures) > 20
    assert all(one.get("role") == "img" and one.get("aria-label") for one in pictures)
    assert len(atacama_page.every("thead")) == len(atacama_page.every("table"))
    assert all(one.get("scope") in ("col", "row") for one in atacama_page.every("th"))
    ids = Counter(one["id"] for _, one in atacama_page.tags if "id" in one)
    assert [name for name, count in ids.items() if count > 1] == []


def test_the_report_is_of_a_size_that_can_be_mailed(atacama_run):
    """Between 0.2 and 1 MB."""
    assert 200_000 < (atacama_run / "report.html").stat().st_size < 1_000_000


def test_a_reopened_run_gives_the_same_report(atacama_run):
    """All that the page shows lies in the run folder."""
    written = (atacama_run / "report.html").read_text("utf-8")
    again = report_page(Findings(open_run(atacama_run)), language("en"), dossiers=5)
    assert again == written


def test_hostile_names_survive_as_text(region):
    """In tables and in pictures: nothing is executed, computed, set as a formula or lost."""
    file = region / "deposits.geojson"
    deposits = gpd.read_file(file)
    deposits.loc[: len(HOSTILE) - 1, "name"] = HOSTILE
    deposits.to_file(file, driver="GeoJSON")
    toml = region / "region.toml"
    title = 'title = "Synthetic <b onclick=1>{{7*7}}</b>"'
    toml.write_text(toml.read_text("utf-8").replace('title = "Synthetic region"', title), "utf-8")
    folder = prospector.write(prospector.screen(region, quick=True), region.parent / "run")
    page = Page((folder / "report.html").read_text("utf-8"))
    assert harmless(page)
    assert "Synthetic <b onclick=1>{{7*7}}</b>: exploration screening" in page.text
    for name in HOSTILE:
        shown = name if len(name) <= 24 else f"{name[:23]}…"
        assert " ".join(shown.split()) in page.text


def test_a_picture_is_the_same_bytes_each_time():
    """No date, no random id; ids begin with the picture's key."""
    drawn = []
    for _ in range(2):
        figure, axes = new_axes(2, 1)
        axes.plot([0, 1], [0, 1], clip_on=True)
        drawn.append(as_svg(figure, "mine", 'a "picture" <here>'))
    assert drawn[0] == drawn[1]
    page = Page(str(drawn[0]))
    assert page.every("svg")[0]["aria-label"] == 'a "picture" <here>'
    ids = [one["id"] for _, one in page.tags if "id" in one]
    assert ids
    assert all(one.startswith("mine-") for one in ids)


def test_opening_a_run_loads_no_matplotlib():
    """Pictures load where a page is written, and nowhere else."""
    code = "import sys, prospector; prospector.open_run; prospector.screen; prospector.write; "
    code += "sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
