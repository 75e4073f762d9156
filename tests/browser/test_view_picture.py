"""The view as a picture that is saved: what the map shows, a title, a scale and the sentence on codes."""

from __future__ import annotations

import numpy as np
import pytest
import rasterio

TITLE_PX = 44
FOOT_PX = 84
SHARPNESS = 2


def saved(page, folder):
    """Return the saved picture, shape (rows, columns, 3), and its name."""
    with page.expect_download() as download:
        page.locator(".save-png").click()
    file = folder / download.value.suggested_filename
    download.value.save_as(file)
    with rasterio.open(file) as picture:
        return np.moveaxis(picture.read()[:3], 0, -1).astype(int), file.name


def has_colour(picture, colour, distance=12):
    """Return how many pixels have a colour."""
    wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    return int((np.abs(picture - wanted).max(axis=-1) <= distance).sum())


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_picture_shows_what_the_map_shows(map_page, payload, tmp_path):
    """Targets, deposits, faults, relief and words, at twice the size of the map on the screen."""
    page = map_page.open(payload, width=1366, height=768)
    box = page.locator(".folium-map").bounding_box()
    picture, name = saved(page, tmp_path)
    rows = SHARPNESS * (round(box["height"]) + TITLE_PX + FOOT_PX)
    assert picture.shape[:2] == (rows, SHARPNESS * round(box["width"]))
    assert name == "Atacama_porphyry_copper_map.png"
    assert has_colour(picture, "#ff9d3c") > 100  # deposits
    assert has_colour(picture, "#8c2d19", 60) > 100  # faults
    assert has_colour(picture, payload["colours"][-1], 40) > 100  # the best targets
    title, foot = picture[: SHARPNESS * TITLE_PX], picture[-SHARPNESS * FOOT_PX :]
    assert has_colour(title, "#17202a") > 300
    assert has_colour(foot, "#17202a") > 600
    for colour in payload["colours"]:  # what the targets' colours say
        assert has_colour(foot, colour, 4) > 300


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_picture_is_of_the_view(map_page, payload, tmp_path):
    """A layer that is off is not in it."""
    page = map_page.open(payload)
    with_deposits, _ = saved(page, tmp_path)
    page.locator(".tool-layers").click()
    page.locator("[data-layer=deposits]").uncheck()
    without, _ = saved(page, tmp_path)
    assert has_colour(without, "#ff9d3c", 4) < has_colour(with_deposits, "#ff9d3c", 4) / 10


@pytest.mark.filterwarnings("ignore::rasterio.errors.NotGeoreferencedWarning")
def test_the_picture_does_not_wait_for_the_screen(map_page, payload, tmp_path):
    """A layer that is switched off is not in it, though the screen shows it for a frame more."""
    page = map_page.open(payload)
    page.add_init_script(
        """const frame = window.requestAnimationFrame.bind(window);
        window.requestAnimationFrame = (then) => (window.noFrame ? 1 : frame(then));"""
    )
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
    with_deposits, _ = saved(page, tmp_path)
    page.evaluate("noFrame = true, document.querySelector('[data-layer=deposits]').click()")
    without, _ = saved(page, tmp_path)
    assert has_colour(without, "#ff9d3c", 4) < has_colour(with_deposits, "#ff9d3c", 4) / 10
