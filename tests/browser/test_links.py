"""A link carries what is in view to another window; Back closes a card; what a file lacks is said."""

from __future__ import annotations

import pytest
from hand import link as link_of

ROW = "tr[data-target]"
BOUNDS = "() => location.hash.match(/bounds=([^&]+)/)[1].split('/').map(Number)"
IN_SIGHT = """([longitude, latitude]) => {
  const { x, y } = map_prospector.latLngToContainerPoint([latitude, longitude]);
  const { left, top } = document.querySelector('.folium-map').getBoundingClientRect();
  return document.elementFromPoint(left + x, top + y)?.closest('.folium-map') != null;
}"""


def view(page):
    """Return centre and zoom of the map."""
    return page.evaluate(
        "() => [map_prospector.getCenter().lat, map_prospector.getCenter().lng, map_prospector.getZoom()]"
    )


def test_a_target_alone_is_gone_to(map_page, payload):
    """No view in the link: the map shows the target, of whichever model, in what the card leaves free."""
    for target in (payload["models"][0]["targets"][30], payload["models"][1]["targets"][3]):
        page = map_page.open(payload, link=f"#target={target['target_id']}")
        assert page.locator("section.card").is_visible()
        assert view(page)[2] >= 8
        assert page.evaluate(IN_SIGHT, target["centre"])


def test_opening_a_link_again_and_again_does_not_drift(map_page, payload):
    """The same window shows the same view, to a hundredth of a pixel's ground."""
    page = map_page.open(payload, link="#view=-24.1/-68.9/8.25")
    page.locator(ROW).nth(3).click()
    before, link = view(page), link_of(page)
    for _ in range(3):
        page = map_page.open(payload, link=link)
        link = link_of(page)
    assert view(page) == pytest.approx(before, abs=1e-3)


@pytest.mark.parametrize("size", [(390, 844), (844, 390), (1920, 1080)], ids=str)
def test_a_link_of_a_desktop_shows_the_same_ground_elsewhere(map_page, payload, size):
    """What was free to see there is free to see here: the chosen target among it."""
    page = map_page.open(payload, link="#model=porphyry_copper", width=1366, height=768)
    page.locator(ROW).nth(5).click()
    link, centre = link_of(page), payload["models"][0]["targets"][5]["centre"]
    other = map_page.open(payload, link=link, width=size[0], height=size[1])
    assert other.evaluate(IN_SIGHT, centre)


def test_what_the_file_lacks_is_said(map_page, payload):
    """A target of an old run, an unknown layer, a view over Barcelona; the region is shown."""
    page = map_page.open(payload, link="#target=T-old&layers=domes&bounds=2.0/41.2/2.3/41.5")
    words = page.locator("output.length")
    assert "T-old, domes" in words.inner_text()
    assert "outside this region" in words.inner_text()
    west, south, east, north = payload["bounds"]
    assert page.evaluate(IN_SIGHT, [(west + east) / 2, (south + north) / 2])
    words.locator("button").click()
    assert words.is_hidden()


def test_back_closes_a_card_and_forward_opens_it(map_page, payload):
    """Of targets, one after the other, and of a clicked thing."""
    page = map_page.open(payload)
    card, before = page.locator("section.card"), view(page)
    names = []
    for number in (2, 4):
        page.locator(ROW).nth(number).click()
        link_of(page)
        names.append(page.locator(ROW).nth(number).get_attribute("data-target"))
    page.go_back()
    card.get_by_text(names[0]).wait_for()
    page.go_back()
    card.wait_for(state="hidden")
    assert view(page) == pytest.approx(before, abs=1e-3)
    page.go_forward()
    card.wait_for(state="visible")
    assert names[0] in card.inner_text()


def test_back_closes_the_card_of_a_thing(map_page, payload):
    """A deposit that was clicked stands in the link, too."""
    page = map_page.open(payload, link="#view=-22.82/-69.26/10")
    box = page.locator(".folium-map").bounding_box()
    at = page.evaluate("map_prospector.latLngToContainerPoint([-22.82, -69.26])")
    page.mouse.click(box["x"] + at["x"], box["y"] + at["y"])
    assert "Spence" in page.locator("section.card").inner_text()
    link = link_of(page)
    assert "thing=deposits/" in link
    page.go_back()
    page.locator("section.card").wait_for(state="hidden")
    again = map_page.open(payload, link=link)
    assert "Spence" in again.locator("section.card").inner_text()


def test_the_link_is_copied(map_page, payload):
    """The whole address; the page says so."""
    page = map_page.open(payload)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.locator(ROW).nth(1).click()
    page.locator(".tool-link").click()
    page.locator("output.length").get_by_text("copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.evaluate("location.href")
    assert payload["models"][0]["targets"][1]["target_id"] in copied
