"""The main views of the map look as they did: compared small, so that fonts and edges decide nothing.

`pytest tests/browser/test_pictures.py --renew` makes the kept pictures anew: look at them before you commit.
"""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

KEPT = Path(__file__).parent / "pictures"
TIMES_SMALLER = 6
FAR = 30
"""Steps of 255 by which a small pixel must differ to count."""
MOST = 0.04
"""Share of the small pixels that may differ."""

VIEWS = {
    "overview": (1400, 800, "#language=en"),
    "selected": (1400, 800, "#language=en&target={first}"),
    "what_if": (1400, 800, "#language=en&weights=crossings:3,fault:0&ground=score"),
    "telephone": (390, 844, "#language=es&target={first}"),
}


def small(png):
    """Return a picture many times smaller: each pixel is the mean of what it stands for, 0-255."""
    image = Image.open(io.BytesIO(png)).convert("RGB")
    size = image.width // TIMES_SMALLER, image.height // TIMES_SMALLER
    return image.resize(size, Image.Resampling.BOX)


def differing(one, other):
    """Return the share of small pixels that differ much in some colour."""
    apart = np.abs(np.asarray(one, dtype=int) - np.asarray(other, dtype=int)).max(axis=2)
    return float((apart > FAR).mean())


@pytest.mark.parametrize("view", VIEWS)
def test_a_view_looks_as_it_did(map_page, payload, view, request):
    """Overview, a selected target, other weights, a telephone."""
    width, height, link = VIEWS[view]
    first = payload["models"][0]["targets"][2]["target_id"]
    page = map_page.open(payload, width=width, height=height, link=link.format(first=first))
    page.wait_for_timeout(500)
    shot, file = small(page.screenshot()), KEPT / f"{view}.png"
    if request.config.getoption("--renew"):
        KEPT.mkdir(exist_ok=True)
        shot.save(file, optimize=True)
    kept = Image.open(file).convert("RGB")
    assert shot.size == kept.size
    assert differing(shot, kept) <= MOST


def test_another_colour_would_be_seen(map_page, payload):
    """Targets in one grey, the relief gone: more differs than may."""
    payload["models"][0]["colours"] = ["#777777"] * 5
    payload["layers"] = payload["layers"][1:]
    page = map_page.open(payload, width=1400, height=800, link="#language=en")
    page.wait_for_timeout(500)
    kept = Image.open(KEPT / "overview.png").convert("RGB")
    assert differing(small(page.screenshot()), kept) > 2 * MOST
