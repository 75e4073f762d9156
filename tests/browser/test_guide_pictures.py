"""The pictures of README and guides can be drawn again from a run, by docs/pictures/draw.py."""

import importlib.util
import io
from pathlib import Path

import pytest

Image = pytest.importorskip("PIL.Image", reason="pillow is not installed")
DRAW = Path(__file__).parents[2] / "docs" / "pictures" / "draw.py"


@pytest.fixture(scope="module")
def draw():
    """The script, as a module."""
    pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    spec = importlib.util.spec_from_file_location("draw", DRAW)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def looks_like(draw, png, kept):
    """Whether a picture has the size of the one that is kept, shows something, and is a small file."""
    new, stream = draw.few_colours(png), io.BytesIO()
    new.save(stream, "PNG", optimize=True)
    with Image.open(kept) as image:
        assert new.size == image.size
    assert len(new.getcolors()) > 10
    assert len(stream.getvalue()) < 200_000
    return True


def test_the_pictures_of_the_atacama_are_drawn_from_a_run(draw, browser, atacama_run):
    """Of the size of those that README and guides show; the figure of the nulls is as high as its text."""
    for name, (make, kept) in draw.OF_ATACAMA.items():
        png = make(browser, atacama_run)
        if name == "skill_nulls":
            with Image.open(kept) as image:
                assert Image.open(io.BytesIO(png)).width == image.width
        else:
            assert looks_like(draw, png, kept), name


def test_the_picture_of_a_region_of_ones_own_is_drawn_from_its_run(draw, browser, planted_run):
    """The same script draws it, from any run."""
    assert looks_like(draw, draw.own_region(browser, planted_run), DRAW.parent / "own_region.png")
