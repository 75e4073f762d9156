"""Report and dossiers as a browser prints them."""

import re
from pathlib import Path

import pytest

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


def test_every_dossier_prints_to_one_sheet(browser, atacama_run):
    """However many titles there are."""
    files = sorted(atacama_run.glob("*/dossiers/*.html"))
    assert len(files) == 10
    assert {file.name: pages_of(browser, file) for file in files} == {
        file.name: 1 for file in files
    }


def test_the_report_prints_to_a_few_sheets_and_asks_for_nothing(browser, atacama_run):
    """More than one, and no more than a board reads."""
    assert 5 <= pages_of(browser, atacama_run / "report.html") <= 20
