"""No serious fault of accessibility, by axe-core, on any page that a run writes."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from plain_payload import plain_payload

SERIOUS = {"serious", "critical"}
SIZES = {"desk": (1920, 1080), "telephone": (390, 844)}


def faults(page: Any) -> list[str]:
    """Return the serious faults of a page with the elements that have them."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']}: {node['html'][:160]} {node['failureSummary'][:200]}"
        for one in found
        if one["impact"] in SERIOUS
        for node in one["nodes"]
    ]


def test_a_fault_would_be_found(browser):
    """Pale text and a picture without words."""
    page = browser.new_page()
    page.set_content('<main><p style="color: #ccc">pale</p><img src="data:,"></main>')
    found = faults(page)
    page.close()
    assert {one.partition(":")[0] for one in found} >= {"color-contrast", "image-alt"}


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES)
def test_the_map_has_no_serious_fault(map_page, payload, size, language):
    """As it opens; with card and layers; with other weights, evidence and the text about it."""
    width, height = SIZES[size]
    page = map_page.open(payload, width=width, height=height, link=f"#language={language}")
    assert faults(page) == []
    if size == "telephone":
        page.locator(".fold").click()
        assert faults(page) == []
    page.locator("tbody tr[data-target]").first.click()
    for tool in (".tool-layers", ".tool-evidence", ".tool-about"):
        page.locator(tool).click()
        assert faults(page) == []
        page.keyboard.press("Escape")


@pytest.mark.parametrize("size", SIZES)
def test_tour_and_earlier_finds_have_no_serious_fault(map_page, atacama_screening, size):
    """A stop with its sentence, the slider with its table."""
    width, height = SIZES[size]
    page = map_page.open(plain_payload(atacama_screening), width=width, height=height)
    page.locator(".tool-tour").click()
    assert faults(page) == []
    page.keyboard.press("Escape")
    page.locator(".tool-past").click()
    assert faults(page) == []


def test_a_what_if_view_has_no_serious_fault(map_page, payload):
    """Rows that rose and fell, the mark, the folded filters open, a layer by holder."""
    link = "#weights=crossings:2&colour=concessions:Holder&outside=1&ground=score&holder=minera"
    page = map_page.open(payload, link=link)
    page.locator(".what-if > summary").click()
    assert faults(page) == []


def test_report_and_dossier_have_no_serious_fault(browser, atacama_run):
    """In both, tables, pictures and links."""
    dossier = next((atacama_run / "porphyry_copper" / "dossiers").iterdir())
    for file in (atacama_run / "report.html", dossier):
        page = browser.new_page(viewport={"width": 1100, "height": 900})
        page.goto(file.as_uri())
        found = faults(page)
        page.close()
        assert found == []


def test_the_page_without_script_has_no_serious_fault(browser, atacama_run):
    """The picture and the first targets, as a telephone's preview shows them; axe itself needs script."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto((atacama_run / "map.html").as_uri())
    shown = page.locator("#without-script").inner_html()
    context.close()
    page = browser.new_page()
    page.set_content(f'<html lang="en"><title>Map</title><main>{shown}</main></html>')
    found = faults(page)
    page.close()
    assert found == []
