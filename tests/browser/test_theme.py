"""Light and dark: as the system asks or the reader chooses; all stays legible, and paper is light."""

from __future__ import annotations

import io
import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from plain_payload import plain_payload

from tests.browser.conftest import blob
from tests.browser.hand import wait_until
from tests.browser.test_accessibility import faults

TEXT, SIGN = 4.5, 3.0
"""Least contrast by WCAG 2: of text, and of what is no text."""
THEME = "document.documentElement.dataset.theme ?? 'light'"
PAPER = "getComputedStyle(document.querySelector('.panel')).backgroundColor"
NAMES = ["--name", "--name-country", "--name-sea", "--name-area", "--degree"]
TENURE = ["unknown", "held", "applied_for", "reserved", "vacant", "open"]


def luminance(colour: Any) -> float:
    """Return the relative luminance of red, green and blue from 0 to 255."""
    part = np.asarray(colour, dtype=float)[..., :3] / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return linear @ [0.2126, 0.7152, 0.0722]


def contrast(one: Any, other: Any) -> Any:
    """Return the contrast of colours by WCAG 2."""
    first, second = luminance(one), luminance(other)
    return (np.maximum(first, second) + 0.05) / (np.minimum(first, second) + 0.05)


def pixels(page: Any, **clip: float) -> Any:
    """Return what a reader sees."""
    shot = page.screenshot(clip=clip) if clip else page.screenshot()
    return np.asarray(Image.open(io.BytesIO(shot)).convert("RGB"))


def open_dark(map_page: Any, payload: Any, **options: Any) -> Any:
    """Open the map for a reader whose system is dark."""
    page = map_page.open(payload, **options)
    prefer(page, "dark")
    return page


def prefer(page: Any, scheme: str) -> None:
    """Let the reader's system be light or dark, and wait until the page has heard of it."""
    page.emulate_media(color_scheme=scheme)
    wait_until(page, f"() => ({THEME}) === '{scheme}'")


def test_contrast_is_that_of_wcag():
    """Black on white, and a known grey."""
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


def test_the_page_follows_the_system_until_a_reader_chooses(map_page, payload):
    """As the system, light, dark, and again; the choice outlives the page."""
    page = map_page.open(payload)
    assert page.evaluate(THEME) == "light"
    prefer(page, "dark")
    button = page.locator(".theme")
    assert button.get_attribute("aria-label") == "Colours: as the system"
    button.click()
    assert (button.get_attribute("aria-label"), page.evaluate(THEME)) == ("Colours: light", "light")
    page.emulate_media(color_scheme="light")
    button.click()
    assert (button.get_attribute("title"), page.evaluate(THEME)) == ("Colours: dark", "dark")
    page.reload()
    page.wait_for_selector("html[data-ready]", state="attached")
    assert page.evaluate(THEME) == "dark"
    page.locator(".languages [lang=es]").click()
    assert page.locator(".theme").get_attribute("title") == "Colores: oscuros"
    page.locator(".theme").click()
    assert page.evaluate(THEME) == "light"


@pytest.mark.parametrize("size", [(390, 844), (911, 512), (1366, 768)], ids=str)
def test_text_is_legible_in_the_dark(map_page, payload, size):
    """By axe-core: list, card, boxes, legend of everything, tour, other weights, swipe."""
    width, height = size
    link = "#language=en&colour=concessions:Holder&outside=1&weights=crossings:2&holder=minera"
    page = open_dark(map_page, payload, width=width, height=height, link=link)
    assert faults(page) == []
    if page.locator(".panel.is-folded .fold").is_visible():
        page.locator(".fold").click()
        assert faults(page) == []
    page.locator("tbody tr[data-target]").first.click()
    for tool in (".tool-layers", ".tool-evidence", ".tool-areas", ".tool-about", ".tool-tour"):
        page.locator(tool).click()
        assert faults(page) == [], tool
        page.keyboard.press("Escape")
    page.locator(".tool-swipe").click()
    assert faults(page) == []


def test_the_real_cards_are_legible_in_the_dark(map_page, atacama_screening):
    """Card with tenure, law and titles; earlier finds."""
    page = open_dark(map_page, plain_payload(atacama_screening), width=1366, height=900)
    page.locator("[role=tab]").nth(1).click()
    page.locator("tbody tr[data-target]").first.click()
    for figures in page.locator(".card details > summary").all():
        figures.click()
    assert faults(page) == []
    page.locator(".tool-past").click()
    assert faults(page) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_names_on_the_map_are_legible(map_page, payload, scheme):
    """Every kind of name against its own halo."""
    page = map_page.open(payload)
    prefer(page, scheme)
    colour = """(name) => {
      const probe = document.createElement('i');
      document.body.append(probe);
      probe.style.color = `var(${name})`;
      return getComputedStyle(probe).color.match(/\\d+/g).map(Number);
    }"""
    halo = page.evaluate(colour, "--halo")
    for name in NAMES:
        assert contrast(page.evaluate(colour, name), halo) >= TEXT, name


def test_every_class_of_targets_stands_out_from_dark_ground(map_page, payload):
    """Of each class one target: its outline against the ground around it, on the relief."""
    model = payload["models"][0]
    payload["layers"] = payload["layers"][:1]
    percentiles, scores = [99.5, 98, 95, 80, 10], [0.9, 0.7, 0.5, 0.3, 0.1]
    model["targets"] = model["targets"][:5]
    for rank, target in enumerate(model["targets"]):
        centre = [-69.0, -21.0 - rank]
        target |= {"known_deposits": 0, "percentile": percentiles[rank], "score": scores[rank]}
        target |= {"centre": centre, "geometry": blob(*centre, 0.1, random.Random(rank))}
    page = open_dark(map_page, payload, link="#language=en")
    page.evaluate("map_prospector.getPane('names').style.setProperty('display', 'none')")
    dimmed = pixels(page)
    assert dimmed.mean() < 90
    for target in model["targets"]:
        ring = np.array(target["geometry"]["coordinates"][0])
        west, south, east, north = *ring.min(axis=0), *ring.max(axis=0)
        page.evaluate(
            "(bounds) => void map_prospector.fitBounds(bounds, { animate: false, padding: [180, 180] })",
            [[float(south), float(west)], [float(north), float(east)]],
        )
        page.wait_for_timeout(200)
        box = page.evaluate(
            """([lon, lat]) => {
              const { x, y } = map_prospector.latLngToContainerPoint([lat, lon]);
              const { left, top } = document.querySelector('.folium-map').getBoundingClientRect();
              return [left + x, top + y];
            }""",
            [float(ring[:, 0].max()), float(ring[ring[:, 0].argmax(), 1])],
        )
        rows = pixels(page, x=box[0] - 4, y=box[1] - 4, width=40, height=9)
        ground, edge = np.median(rows[:, 14:], axis=(0, 1)), rows[:, :10]
        assert contrast(edge, ground).max() >= SIGN, target["rank"]


def test_tenure_keys_stand_out_from_dark_paper(map_page, payload):
    """Each class has an edge that is told from the card."""
    page = open_dark(map_page, payload)
    page.evaluate(
        """(classes) => {
          const keys = classes.map((name) => {
            const key = document.createElement('span');
            key.className = `share-key share-${name}`;
            const looks = { display: 'inline-block', margin: '8px', width: '24px', height: '24px' };
            for (const [look, value] of Object.entries(looks)) key.style.setProperty(look, value);
            return key;
          });
          const box = document.createElement('div');
          box.id = 'keys';
          box.append(...keys);
          document.querySelector('.panel').replaceChildren(box);
        }""",
        TENURE,
    )
    for key in page.locator("#keys .share-key").all():
        box = key.bounding_box()
        row = pixels(page, x=box["x"] - 4, y=box["y"] + 12, width=10, height=1)[0]
        assert contrast(row[3:], row[0]).max() >= SIGN


def test_paper_is_light_and_the_page_dark_again_after_it(map_page, payload):
    """Ink on white, whatever the screen is."""
    page = open_dark(map_page, payload)
    assert luminance([int(one) for one in page.evaluate(PAPER)[4:-1].split(",")]) < 0.05
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(THEME) == "light"
    page.wait_for_timeout(200)
    assert np.median(luminance(pixels(page))) > 0.5
    page.evaluate("window.dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(THEME) == "dark"


def test_a_saved_picture_is_the_same_in_the_dark(map_page, payload):
    """Pixel by pixel."""
    page = map_page.open(payload, link="#language=en&ground=score")
    pictures = []
    for scheme in ("light", "dark"):
        prefer(page, scheme)
        with page.expect_download() as caught:
            page.locator(".save-png").click()
        pictures.append(np.asarray(Image.open(Path(caught.value.path())).convert("RGB"), dtype=int))
        assert page.evaluate(THEME) == scheme
    assert pictures[0].shape == pictures[1].shape
    assert np.abs(pictures[0] - pictures[1]).max() <= 2


def test_the_page_without_script_stays_light(map_page, payload):
    """Its picture is drawn on light paper."""
    page = map_page.open(payload, script=False)
    page.emulate_media(color_scheme="dark")
    assert np.median(luminance(pixels(page))) > 0.8
