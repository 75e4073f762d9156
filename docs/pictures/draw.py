"""Draw the pictures of the README and the guides from runs: python docs/pictures/draw.py RUN.

RUN is that of `prospector screen layers/atacama --quick --out RUN`; no picture of the map shows an AUC.
`--only NAME` draws one picture, `--own RUN` that of docs/own_region.md, from the run of its example files,
`--sheet FILE` that of QGIS, from layout.png of tests/gis/in_qgis.py. It makes no request.
"""

import argparse
import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

HERE = Path(__file__).parent
README_PICTURE = HERE.parents[1] / "notebooks" / "atacama_map.png"
COLOURS = 256
SHEET_LONG = 1100
"""Pixels of the longer side of the printed sheet."""

FIRST = "#language=en&model=porphyry_copper&target={target}"
"""The view of the map with the card of a target."""

SALTA = "#language=en&model=lithium_brine&layers=concessions,salars&bounds=-68.9/-25.6/-66.6/-24.0"
"""The view of the map that shows the register of Salta."""

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def few_colours(png):
    """Return a picture with few colours, so that its file is small."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    return image.quantize(COLOURS, Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE)


def view_of_map(browser, run, address="#language=en", size=(1300, 800)):
    """Return a picture of the map of a run as an address shows it."""
    page = browser.new_page(viewport={"width": size[0], "height": size[1]})
    page.goto(f"{(run / 'map.html').as_uri()}{address}")
    page.wait_for_timeout(2500)
    return page.screenshot()


def atacama_map(browser, run):
    """Draw the map with the card of its best target."""
    table = (run / "porphyry_copper" / "targets.csv").read_text("utf-8-sig").splitlines()
    target = table[1].partition(",")[0]
    return view_of_map(browser, run, FIRST.format(target=target), size=(1400, 860))


def skill_nulls(browser, run):
    """Draw the distribution of the nulls beside the model, from the report."""
    page = browser.new_page(viewport={"width": 1000, "height": 900})
    page.goto((run / "report.html").as_uri())
    return page.locator(
        "figure:has(svg[aria-label^='Distributions of the AUC'])"
    ).first.screenshot()


def tenure_map(browser, run):
    """Draw the map of lithium brine with the concessions of Salta by class."""
    return view_of_map(browser, run, SALTA)


def own_region(browser, run):
    """Draw the map of the example files."""
    return view_of_map(browser, run, size=(1200, 700))


def qgis_sheet(file):
    """Return the sheet that QGIS prints, smaller."""
    image = Image.open(file).convert("RGB")
    size = [side * SHEET_LONG // max(image.size) for side in image.size]
    small = image.resize(size, Image.Resampling.LANCZOS)
    stream = io.BytesIO()
    small.save(stream, "PNG")
    return stream.getvalue()


OF_ATACAMA = {
    "atacama_map": (atacama_map, README_PICTURE),
    "skill_nulls": (skill_nulls, HERE / "skill_nulls.png"),
    "tenure_map": (tenure_map, HERE / "tenure_map.png"),
}
"""Pictures of a run of the Atacama: what draws each, and its file."""


def main():
    """Draw what is asked for."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("run", type=Path, nargs="?", help="folder of a run of the Atacama")
    asked.add_argument("--only", choices=OF_ATACAMA, help="draw this picture alone")
    asked.add_argument("--own", type=Path, help="folder of the run of docs/own_region.md")
    asked.add_argument("--sheet", type=Path, help="the sheet that QGIS printed")
    given = asked.parse_args()
    pictures = {given.only: OF_ATACAMA[given.only]} if given.only else OF_ATACAMA
    if given.sheet:
        few_colours(qgis_sheet(given.sheet)).save(HERE / "qgis_sheet.png", optimize=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        if given.own:
            png = own_region(chromium, given.own.resolve())
            few_colours(png).save(HERE / "own_region.png", optimize=True)
        for draw, file in pictures.values() if given.run else ():
            few_colours(draw(chromium, given.run.resolve())).save(file, optimize=True)
        chromium.close()


if __name__ == "__main__":
    main()
