"""Draw the pictures of the guides from a run of the Atacama: python docs/pictures/draw.py RUN [SHEET].

The run is that of `prospector screen layers/atacama --quick --out RUN`. It makes no request. SHEET is the
picture of the run's sheet that QGIS draws: layout.png of tests/gis/in_qgis.py.
"""

import io
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
COLOURS = 96
SHEET_LONG = 1100
"""Pixels of the longer side of the printed sheet."""

SALTA = "#language=en&model=lithium_brine&layers=concessions,salars&bounds=-68.9/-25.6/-66.6/-24.0"
"""The view of the map that shows the register of Salta."""

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def keep(png, name):
    """Write a picture with few colours, so that it is small."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    image.quantize(COLOURS, dither=Image.Dither.NONE).save(HERE / name, optimize=True)


def skill_nulls(browser, run):
    """Draw the distribution of the nulls beside the model, from the report."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto((run / "report.html").as_uri())
    figure = page.locator("figure:has(svg[aria-label^='Distributions of the AUC'])").first
    keep(figure.screenshot(), "skill_nulls.png")


def tenure_map(browser, run):
    """Draw the map of lithium brine with the concessions of Salta by class."""
    page = browser.new_page(viewport={"width": 1300, "height": 800})
    page.goto(f"{(run / 'map.html').as_uri()}{SALTA}")
    page.wait_for_timeout(2500)
    keep(page.screenshot(), "tenure_map.png")


def qgis_sheet(file):
    """Keep the sheet that QGIS prints, smaller."""
    image = Image.open(file).convert("RGB")
    size = [side * SHEET_LONG // max(image.size) for side in image.size]
    small = image.resize(size, Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    small.save(stream, "PNG")
    keep(stream.getvalue(), "qgis_sheet.png")


if __name__ == "__main__":
    for sheet in sys.argv[2:]:
        qgis_sheet(sheet)
    folder = Path(sys.argv[1]).resolve()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for draw in (skill_nulls, tenure_map):
            draw(chromium, folder)
        chromium.close()
