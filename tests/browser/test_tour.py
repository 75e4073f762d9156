"""The tour: five stops by rank, each with a sentence; keys, links, paper and picture hold it."""

import struct
from pathlib import Path

import pytest

from tests.browser.hand import link, next_frame, wait_until

SIZES = [(390, 844), (844, 390), (911, 512), (1366, 768)]

IN_SIGHT = """([longitude, latitude]) => {
  const { x, y } = map_prospector.latLngToContainerPoint([latitude, longitude]);
  const { left, top } = document.querySelector('.folium-map').getBoundingClientRect();
  return document.elementFromPoint(left + x, top + y)?.closest('.folium-map') != null;
}"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_tour_shows_the_first_five_by_rank(map_page, payload, size, language):
    """In whatever order the list is; each stop is in sight and its buttons are, too."""
    width, height = size
    sort = f"#sort=-area_km2&language={language}"
    page = map_page.open(payload, width=width, height=height, link=sort)
    page.emulate_media(reduced_motion="reduce")
    page.locator(".tool-tour").click()
    for target in payload["models"][0]["targets"][:5]:
        assert f"target={target['target_id']}" in link(page)
        assert page.evaluate(IN_SIGHT, target["centre"])
        ways = page.locator(".stop-ways button").all()
        boxes = [way.bounding_box() for way in ways]
        assert all(box["y"] >= 0 and box["y"] + box["height"] <= height for box in boxes)
        page.keyboard.press("ArrowRight")
    assert page.locator(".stop-next").is_disabled()
    page.keyboard.press("PageUp")
    assert f"target={payload['models'][0]['targets'][3]['target_id']}" in link(page)


def test_the_sentence_says_place_why_whose_and_how_sure(map_page, payload):
    """From what the card says; the first target holds a known deposit."""
    first = payload["models"][0]["targets"][0]
    page = map_page.open(payload)
    page.locator(".tool-tour").click()
    held = [
        f"{round(100 * share)} % {word}"
        for word, share in first["tenure"].items()
        if word in ("unknown", "held") and share > 0
    ]
    said = page.locator(".stop .quote").inner_text()
    assert said.startswith(f"Around {first['known_names']}")
    assert "target 1 of 240 for porphyry copper" in said
    assert "distance to the Domeyko fault system 2.2\u00a0km" in said
    assert all(part in said for part in held)
    assert "its rank is steady; the ranking does better than chance" in said


def test_a_filter_makes_another_tour_and_escape_ends_it(map_page, payload):
    """Of new ground only; the first two targets hold deposits."""
    page = map_page.open(payload, link="#new=1")
    page.locator(".tool-tour").click()
    assert f"target={payload['models'][0]['targets'][2]['target_id']}" in link(page)
    page.keyboard.press("Escape")
    assert "tour=1" not in link(page)
    assert page.locator(".card").is_hidden()


def test_a_link_restores_a_stop_and_another_target_ends_the_tour(map_page, payload):
    """The card of what is no stop is as ever."""
    targets = payload["models"][0]["targets"]
    page = map_page.open(payload, link=f"#tour=1&target={targets[2]['target_id']}")
    assert page.locator(".stop .small").inner_text() == "Stop 3 of 5"
    page.locator(f'tr[data-target="{targets[0]["target_id"]}"]').click()
    assert page.locator(".stop .small").inner_text() == "Stop 1 of 5"
    page.locator("thead .col-rank button").click()
    page.locator("tbody tr[data-target]").first.click()
    assert page.locator(".stop").count() == 0
    assert "tour=1" not in link(page)


def test_the_way_on_keeps_the_focus(map_page, payload):
    """Next stays under the finger; at the last stop Back takes it; the end gives it back."""
    page = map_page.open(payload)
    page.locator(".tool-tour").click()
    for _ in range(4):
        assert page.evaluate("document.activeElement.className") == "stop-next"
        page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.className") == "stop-back"
    page.locator(".stop-end").click()
    assert page.evaluate("document.activeElement.className") == "tool-tour"


def test_a_stop_that_is_asked_for_in_motion_is_reached(map_page, payload):
    """Two keys while the map still zooms."""
    page = map_page.open(payload)
    page.locator(".tool-tour").click()
    page.keyboard.press("PageDown")
    page.keyboard.press("PageDown")
    centre = payload["models"][0]["targets"][2]["centre"]
    wait_until(page, f"() => ({IN_SIGHT})({centre})")


def test_paper_and_picture_hold_the_sentence(map_page, payload):
    """The sheet writes it beneath the title; the picture is as much higher."""
    page = map_page.open(payload)
    with page.expect_download() as plain:
        page.locator(".save-png").click()
    page.locator(".tool-tour").click()
    said = page.locator(".stop .quote").inner_text()
    with page.expect_download() as told:
        page.locator(".save-png").click()
    pictures = [Path(one.value.path()).read_bytes() for one in (plain, told)]
    heights = [struct.unpack(">II", picture[16:24])[1] for picture in pictures]
    assert heights[1] - heights[0] >= 2 * 18
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.locator(".print-head .quote").inner_text() == said


VIEW = "[map_prospector.getZoom(), map_prospector.getCenter().lat, map_prospector.getCenter().lng]"


@pytest.mark.parametrize("end", ["Escape", ".stop-end"])
def test_a_tour_ends_where_the_reader_was(map_page, payload, end):
    """Near a salar, or at the whole region; by key and by button."""
    page = map_page.open(payload)
    whole = page.evaluate(VIEW)
    for view in (whole, [9, -23.5, -68.25]):
        page.evaluate("([zoom, lat, lon]) => void map_prospector.setView([lat, lon], zoom)", view)
        page.locator(".tool-tour").click()
        page.keyboard.press("PageDown")
        assert page.evaluate(VIEW) != pytest.approx(view, abs=0.01)
        if end == "Escape":
            page.keyboard.press(end)
        else:
            page.locator(end).click()
        assert page.evaluate(VIEW) == pytest.approx(view, abs=0.01)
        assert page.evaluate("document.activeElement.classList.contains('tool-tour')")


def test_the_whole_region_comes_back_in_one_step(map_page, payload):
    """What the map keeps clear is that of the view it goes to: the scale is longer near a target."""
    page = map_page.open(payload)
    whole = page.evaluate(VIEW)
    page.locator(".tool-tour").click()
    page.keyboard.press("PageDown")
    escape = "document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape' }))"
    assert page.evaluate(f"{escape}, {VIEW}") == pytest.approx(whole, abs=0.01)


def test_a_tour_of_a_link_ends_at_the_whole_region(map_page, payload):
    """There is no place to come back to."""
    plain = map_page.open(payload)
    whole = plain.evaluate(VIEW)
    page = map_page.open(
        payload, link=f"#tour=1&target={payload['models'][0]['targets'][1]['target_id']}"
    )
    page.keyboard.press("Escape")
    next_frame(page)
    assert page.evaluate(VIEW) == pytest.approx(whole, abs=0.01)


def test_on_a_telephone_held_upright_the_map_keeps_most_of_the_screen(map_page, payload):
    """The sentence stands in for the title, which a screen reader still reads."""
    page = map_page.open(payload, width=390, height=844, link="#language=en")
    page.locator(".tool-tour").click()
    card = page.locator(".card").bounding_box()
    assert card["height"] < 0.36 * 844
    assert page.locator(".card h2").inner_text().startswith("Around")
    assert page.locator(".card h2").bounding_box()["x"] < -1000
    page.locator(".unfold").click()
    assert page.locator(".card h2").bounding_box()["x"] > 0
