"""Bars along the sliders of the filters: all targets pale, those that are listed in colour."""

from tests.browser.hand import set_slider

BARS = "(bars) => bars.getAttribute('d').split('M').length - 1"


def test_the_listed_bars_follow_the_filters_and_all_stay(map_page, payload):
    """Of 240 targets the best tenth by score; every slider shows the same listed targets."""
    page = map_page.open(payload)
    page.locator(".more > summary").click()
    score = page.locator(".track", has=page.locator("#score"))
    every, listed = (
        score.locator(f".histogram-{name}").evaluate(BARS) for name in ("all", "listed")
    )
    assert every == listed > 5
    set_slider(page, "score", 0.9)
    assert score.locator(".histogram-all").evaluate(BARS) == every
    assert 0 < score.locator(".histogram-listed").evaluate(BARS) < every
    top = page.locator(".track", has=page.locator("#top"))
    assert 0 < top.locator(".histogram-listed").evaluate(BARS) < every
    set_slider(page, "score", 1)
    assert top.locator(".histogram-listed").evaluate(BARS) == 0
