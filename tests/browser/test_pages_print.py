"""Overview, report and dossiers as a browser prints them."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from printed import emptiness

from prospector.pages.dossier import write_dossier
from prospector.pages.findings import Findings
from prospector.pages.overview import overview_page
from prospector.pages.report import report_page
from prospector.region.shipped_models import deposit_model_names, load_deposit_model
from prospector.runs.overview import overview_of
from prospector.runs.overview_values import InventoryRow
from prospector.runs.run import open_run
from prospector.words.language import language as words

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")


def pages_of(browser, file: Path) -> int:
    """Return how many sheets of A4 a page prints to."""
    page = browser.new_page()
    try:
        asked = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto(file.as_uri())
        printed = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
        assert [one for one in asked if not one.startswith(("file:", "data:"))] == []
        return len(re.findall(rb"/Type\s*/Page\b", printed))
    finally:
        page.close()


@pytest.fixture(scope="module")
def dossiers(atacama_run, tmp_path_factory):
    """The first dossiers of every deposit model, in each language."""
    findings, folder = Findings(open_run(atacama_run)), tmp_path_factory.mktemp("dossiers")
    written = {}
    for code in ("en", "es"):
        for found in findings.models.values():
            for name in found.targets["target_id"].head(5):
                written[code, name] = folder / code / f"{name}.html"
                write_dossier(findings, name, written[code, name], words=words(code))
    return written


def test_every_dossier_prints_to_one_sheet(browser, dossiers):
    """Of every deposit model, in both languages, however many titles and evidences there are."""
    pages = {name: pages_of(browser, file) for name, file in dossiers.items()}
    assert len(pages) >= 20
    assert [name for name, count in pages.items() if count != 1] == []


CROWDED = """() => {
    const repeat = (rows, least) => {
        for (let count = rows.length; count && count < least; count++) rows[0].after(rows[0].cloneNode(true));
    };
    repeat(document.querySelectorAll(".evidence tbody tr"), 8);
    repeat(document.querySelectorAll(".titles tbody tr"), 6);
    const law = document.querySelector(".law");
    if (law) law.textContent = law.textContent + " " + law.textContent;
}"""
"""Makes a dossier one of eight evidences, six titles, and twice the law."""


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_crowded_dossier_prints_to_one_sheet(browser, dossiers, code):
    """Eight evidences, six titles with the longest names, and a long list of legal notes."""
    files = [file for (own, name), file in dossiers.items() if own == code and "LIB" in name]
    page, pages = browser.new_page(), {}
    for file in files:
        page.goto(file.as_uri())
        page.evaluate(CROWDED)
        printed = page.pdf(format="A4", prefer_css_page_size=True, print_background=True)
        pages[file.name] = len(re.findall(rb"/Type\s*/Page\b", printed))
    page.close()
    assert pages == dict.fromkeys(pages, 1)
    assert len(pages) == 5


def test_the_report_prints_to_a_few_sheets_and_asks_for_nothing(browser, atacama_run):
    """More than one, and no more than a board reads."""
    assert 5 <= pages_of(browser, atacama_run / "report.html") <= 30


@pytest.mark.parametrize("language", ["en", "es"])
def test_no_sheet_of_the_report_is_more_than_a_third_empty(
    browser, atacama_run, tmp_path, language
):
    """Of the height between the margins, below the last mark; the last sheet ends where the text ends."""
    file = tmp_path / "report.html"
    file.write_text(report_page(Findings(open_run(atacama_run)), words(language)), "utf-8")
    page = browser.new_page()
    page.goto(file.as_uri())
    *sheets, last = emptiness(page.pdf(prefer_css_page_size=True, print_background=True))
    page.close()
    print(
        f"{language}: {len(sheets) + 1} sheets, the emptiest {max(sheets):.2f}, the last {last:.2f}"
    )
    assert max(sheets) <= 1 / 3, sheets


def test_emptiness_is_what_lies_below_the_last_mark(browser):
    """A sheet with one square of a known place, and one that is full."""
    page = browser.new_page()
    square = '<div style="position: absolute; top: {}mm; width: 9mm; height: 9mm; background: red"></div>'
    style = "<style>@page {size: A4; margin: 0} body {margin: 0}</style>"
    for top_mm, share in ((13, (268 - 9) / 268), (13 + 134 - 9, 0.5), (270, 0.0)):
        page.set_content(style + square.format(top_mm))
        [empty] = emptiness(page.pdf(prefer_css_page_size=True, print_background=True))
        assert empty == pytest.approx(share, abs=0.01)
    page.close()


WIDTHS = """() => [...document.querySelectorAll("figure.locator")].map(
    (figure) => figure.querySelector("svg").getBoundingClientRect().width / figure.clientWidth)"""


@pytest.mark.parametrize("media", ["print", "screen"])
def test_each_map_of_the_report_fills_its_width(browser, atacama_run, media):
    """On paper and on a wide screen."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.emulate_media(media=media)
    page.goto((atacama_run / "report.html").as_uri())
    widths = page.evaluate(WIDTHS)
    page.close()
    assert len(widths) >= 2
    assert min(widths) > 0.98


def of_models(overview, count):
    """Return an overview of so many deposit models, by their longest rows and labels, and an inventory."""
    copper, lithium = (replace(row, models=row.models[:1]) for row in overview.rows[:2])
    rows = [copper, lithium]
    for number, name in enumerate([*deposit_model_names()] * 3):
        if len(rows) == count:
            break
        row = (lithium, copper)[number % 2]
        [model] = row.models
        own = f"{name}_{number}"
        areas = tuple(replace(area, deposit_model=own) for area in model.areas)
        label = load_deposit_model(name).deposit_model.label
        rows.append(
            replace(
                row, models=(replace(model, name=own, label=label, areas=areas),), not_screened=()
            )
        )
    rest = [row for row in overview.rows if not row.models]
    tailings = InventoryRow("tailings", 230, 148, 9000.0, (1970, 2024))
    kept = {model.name for row in rows for model in row.models}
    best = tuple(area for area in overview.best if area.deposit_model in kept)
    return replace(overview, rows=(*rows, *rest), best=best, inventories=(tailings,))


SMALLEST = """() => Math.min(...[...document.querySelectorAll(
    ".overview p:not(.small):not(footer *), .overview td, .overview th, .overview li, .overview h2"
)].map((text) => parseFloat(getComputedStyle(text).fontSize)))"""
"""Size of the smallest text of the sheets, in px; not of notes."""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("count", [2, 5, 8, 10])
def test_the_overview_prints_to_two_sheets(browser, atacama_run, tmp_path, count, language):
    """With two to ten deposit models, in both languages, and below 400 kB."""
    findings = Findings(open_run(atacama_run))
    file = tmp_path / "overview.html"
    file.write_text(
        overview_page(of_models(overview_of(findings.run), count), findings, words(language)),
        "utf-8",
    )
    assert pages_of(browser, file) == 2
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto(file.as_uri())
    assert page.evaluate(SMALLEST) >= 8 * 96 / 72 - 0.01
    page.close()
    assert file.stat().st_size < 400_000


def test_no_text_of_the_overview_is_cut_on_a_telephone(browser, atacama_run):
    """It is as wide as the screen: nothing scrolls sideways."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.goto((atacama_run / "overview.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.close()


def test_a_dossier_is_as_wide_as_a_telephone(browser, dossiers):
    """Tables that need more scroll in a box of their own: else the telephone shows all of it smaller."""
    page = browser.new_page(viewport={"width": 390, "height": 844})
    wide = {}
    for name, file in dossiers.items():
        page.goto(file.as_uri())
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert {name: width for name, width in wide.items() if width > 390} == {}


def test_nothing_is_wider_than_the_sheet(browser, atacama_run):
    """What is wider makes a browser print every page of the file smaller."""
    page = browser.new_page(viewport={"width": 680, "height": 960})  # 180 mm at 96 dots an inch
    page.emulate_media(media="print")
    wide = {}
    for name in ("overview.html", "report.html"):
        page.goto((atacama_run / name).as_uri())
        wide[name] = page.evaluate("document.documentElement.scrollWidth")
    page.close()
    assert max(wide.values()) <= 680, wide
