"""Nothing covers anything and all is in reach: seven sizes of window, both languages, whatever is open."""

from __future__ import annotations

from copy import deepcopy
from itertools import combinations
from typing import Any

import pytest
from hand import next_frame, wait_until
from plain_payload import plain_payload

SIZES = [(390, 844), (844, 390), (768, 1024), (911, 512), (1024, 768), (1366, 768), (1920, 1080)]
BOXES = [".panel", ".tools .group >> nth=0", ".tools .group >> nth=1", ".legend", ".card",
         ".flyout-evidence", ".flyout-areas", ".flyout-past", ".not-the-run",
         ".leaflet-control-scale"]  # fmt: skip
BUTTONS = (
    ".tools button, .panel button, .panel summary, .legend button, .card button, .flyout button"
)
LEAST_ROWS = 2
LEAST_REGION_PX = 150

UNREACHED = """(selector) => {
  const shown = (one) => one.checkVisibility({ visibilityProperty: true }) && one.getClientRects().length > 0;
  const missed = [];
  for (const button of document.querySelectorAll(selector)) {
    if (!shown(button) || button.closest('tr')) continue;
    button.scrollIntoView({ block: 'nearest', inline: 'nearest' });
    const { left, top, width, height } = button.getBoundingClientRect();
    const at = [left + width / 2, top + height / 2];
    const inside = left >= -0.5 && top >= -0.5
      && left + width <= innerWidth + 0.5 && top + height <= innerHeight + 0.5;
    const hit = document.elementFromPoint(...at);
    if (inside && button.contains(hit)) continue;
    missed.push(`${button.className || button.textContent} at ${at.map(Math.round)}: ${hit?.className}`);
  }
  return missed;
}"""

UNCOVERED = """(places) => places.map(([longitude, latitude]) => {
  const { x, y } = map_prospector.latLngToContainerPoint([latitude, longitude]);
  const { left, top } = document.querySelector('.folium-map').getBoundingClientRect();
  return document.elementFromPoint(left + x, top + y)?.closest('.folium-map') != null;
})"""

ROWS_IN_SIGHT = """() => {
  const list = document.querySelector('.list');
  const { top, bottom } = list.getBoundingClientRect();
  const body = document.querySelector('.panel-body').getBoundingClientRect();
  const end = Math.min(bottom, body.bottom, innerHeight);
  const head = list.querySelector('thead').getBoundingClientRect().height;
  return [...list.querySelectorAll('tbody tr[data-target]')].filter((row) => {
    const box = row.getBoundingClientRect();
    return box.top >= top + head - 1 && box.bottom <= end + 1;
  }).length;
}"""

HEADS = """() => [...document.querySelectorAll('.targets thead th')]
  .map((head) => Math.round(head.getBoundingClientRect().width))"""

CUT_HEADS = """() => [...document.querySelectorAll('.targets thead button')]
  .filter((button) => button.checkVisibility() && button.scrollWidth > button.clientWidth)
  .map((button) => button.textContent)"""

LINES_OF_NAMES = """() => [...document.querySelectorAll('.targets .where')].map((where) => {
  const range = document.createRange();
  range.selectNode(where.firstChild);
  return new Set([...range.getClientRects()].map((line) => Math.round(line.top))).size;
})"""


@pytest.fixture(scope="module")
def atacama_payload(atacama_screening):
    """The shipped region's payload: long names, many layers, a tall region."""
    return plain_payload(atacama_screening)


def overlapping(page: Any) -> list[tuple[str, str]]:
    """Return pairs of boxes over the map that cover each other."""
    shown = [(name, page.locator(name)) for name in BOXES]
    boxes = [(name, box) for name, one in shown if one.is_visible() and (box := one.bounding_box())]
    return [
        (first, second)
        for (first, one), (second, other) in combinations(boxes, 2)
        if one["x"] + one["width"] > other["x"] + 1
        and other["x"] + other["width"] > one["x"] + 1
        and one["y"] + one["height"] > other["y"] + 1
        and other["y"] + other["height"] > one["y"] + 1
    ]


def assert_in_order(page: Any, when: str) -> None:
    """Assert that no box covers another, and that every button is in the window and takes the pointer."""
    assert overlapping(page) == [], when
    assert page.evaluate(UNREACHED, BUTTONS) == [], when


def open_list(page: Any) -> None:
    """Unfold the list where it is a sheet at the foot."""
    if page.locator(".fold").is_visible() and page.locator(".panel.is-folded").count():
        page.locator(".fold").click()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_nothing_covers_anything_whatever_is_open(map_page, atacama_payload, size, language):
    """As it opens, with layers, evidence, legend, list, concessions by holder and a card."""
    width, height = size
    page = map_page.open(atacama_payload, width=width, height=height, link=f"#language={language}")
    west, south, east, north = atacama_payload["bounds"]
    corners = [[west, south], [east, south], [west, north], [east, north]]
    assert_in_order(page, "on opening")
    assert page.evaluate(UNCOVERED, corners) == [True] * 4
    ends = page.evaluate(
        "(ends) => ends.map(([lon, lat]) => map_prospector.latLngToContainerPoint([lat, lon]).y)",
        [[west, south], [west, north]],
    )
    assert ends[0] - ends[1] > LEAST_REGION_PX
    for tool in ("layers", "evidence", "areas", "past", "legend"):
        page.locator(f".tool-{tool}").click()
        assert_in_order(page, tool)
        if tool == "layers":
            page.locator("[data-layer=concessions]").check()
            page.locator("[data-grouping=concessions]").select_option("holder")
            assert_in_order(page, "concessions")
        if page.locator(f".flyout-{tool}").is_visible():
            page.keyboard.press("Escape")
        else:
            page.locator(f".tool-{tool}").click()
    open_list(page)
    assert_in_order(page, "list")
    assert page.evaluate(ROWS_IN_SIGHT) >= LEAST_ROWS
    page.locator("thead .col-score button").click()
    assert page.evaluate(CUT_HEADS) == []
    page.locator("thead .col-rank button").click()
    page.locator("tr[data-target]").nth(1).click()
    assert_in_order(page, "card")
    centre = atacama_payload["models"][0]["targets"][1]["centre"]
    assert page.evaluate(UNCOVERED, [centre]) == [True]
    if page.locator(".unfold").is_visible():
        page.locator(".unfold").click()
        assert_in_order(page, "unfolded card")


@pytest.mark.parametrize("size", [(1024, 768), (1366, 768)], ids=str)
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_name_in_the_list_takes_two_lines_at_most(map_page, atacama_payload, size, language):
    """With the nearest deposit and town, in the narrowest column beside the map."""
    width, height = size
    page = map_page.open(atacama_payload, width=width, height=height, link=f"#language={language}")
    lines = page.evaluate(LINES_OF_NAMES)
    assert lines
    assert max(lines) <= 2


@pytest.mark.parametrize("language", ["en", "es"])
def test_an_area_is_read_whole_in_the_list(map_page, atacama_payload, language):
    """It stands before the names of known deposits, which may be cut where there are many."""
    page = map_page.open(atacama_payload, width=1366, height=768, link=f"#language={language}")
    first = atacama_payload["models"][0]["targets"][0]
    assert (
        page.locator(".targets .note")
        .first.inner_text()
        .startswith(f"{first['area_km2']:.0f} km² · ")
    )


@pytest.fixture
def sure_payload(atacama_payload):
    """The same with replicas, which a quick screening leaves out: the list has a column more."""
    payload = deepcopy(atacama_payload)
    for model in payload["models"]:
        for target in model["targets"]:
            target |= {"percentile_mean": 97.0, "percentile_spread": 2.5, "top_tenth_share": 0.8}
    return payload


CUT_NAMES = """() => [...document.querySelectorAll('.targets .where')].filter((where) => {
  const range = document.createRange();
  range.selectNode(where.firstChild);
  const ends = [where, where.closest('td')].map((one) => one.getBoundingClientRect().bottom);
  const end = Math.min(...ends);
  return [...range.getClientRects()].some((line) => line.bottom > end + 2);
}).map((where) => where.firstChild.textContent)"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_name_in_the_list_is_cut(map_page, atacama_payload, size, language):
    """At every size, and while other weights show how ranks move."""
    width, height = size
    page = map_page.open(atacama_payload, width=width, height=height, link=f"#language={language}")
    open_list(page)
    assert page.locator(".targets .where").count() > 2
    assert page.evaluate(CUT_NAMES) == []
    page.locator(".what-if > summary").click()
    page.locator(".what-if input[type=range]").first.fill("2")
    assert page.evaluate(CUT_NAMES) == []
    assert page.evaluate(ROWS_IN_SIGHT) >= 1


ENDED_BY_DOTS = """() => [...document.querySelectorAll('.targets .where')]
  .filter((where) => where.scrollHeight > where.clientHeight + 1)
  .map((where) => where.textContent)"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_no_name_is_cut_beside_how_sure_it_is(map_page, sure_payload, size, language):
    """None ends in dots, and no head is cut."""
    width, height = size
    page = map_page.open(sure_payload, width=width, height=height, link=f"#language={language}")
    open_list(page)
    assert page.locator(".targets .where").count() > 2
    assert page.evaluate(CUT_NAMES) == []
    assert page.evaluate(ENDED_BY_DOTS) == []
    page.locator("thead .col-score button").click()
    assert page.evaluate(CUT_HEADS) == []


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_an_empty_list_keeps_its_columns(map_page, sure_payload, size):
    """Each head is as wide as over targets, and the last ends where the list does."""
    page = map_page.open(sure_payload, width=size[0], height=size[1])
    open_list(page)
    before = page.evaluate(HEADS)
    page.locator("#search").fill("nothing is called so")
    page.locator(".nothing").wait_for()
    assert page.evaluate(HEADS) == before


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(1024, 768), (1366, 768), (1920, 1080)], ids=str)
def test_the_whole_region_stays_in_sight_with_all_layers(map_page, atacama_payload, size, language):
    """Legend, list of layers and the mark of other weights move the region, and cover none of it."""
    width, height = size
    page = map_page.open(atacama_payload, width=width, height=height, link=f"#language={language}")
    west, south, east, north = atacama_payload["bounds"]
    corners = [
        [west, south],
        [east, south],
        [west, north],
        [east, north],
        [(west + east) / 2, south],
    ]
    in_sight = f"() => ({UNCOVERED})({corners}).every(Boolean)"
    page.locator(".tool-layers").click()
    for switch in page.locator("[data-layer]").all():
        switch.check()
    wait_until(page, in_sight)
    page.locator(".tool-layers").click()
    wait_until(page, in_sight)
    page.locator(".what-if > summary").click()
    page.locator(".what-if input[type=range]").first.fill("2")
    wait_until(page, in_sight)
    next_frame(page)
    assert page.evaluate(in_sight)
    ends = page.evaluate(
        "(latitudes) => latitudes.map((one) => map_prospector.latLngToContainerPoint([one, 0]).y)",
        [south, north],
    )
    assert ends[0] - ends[1] > 0.6 * height


def test_a_view_that_was_chosen_stays_when_the_legend_grows(map_page, payload):
    """Only the view of the whole region makes room."""
    page = map_page.open(payload, width=1366, height=768)
    page.evaluate("void map_prospector.setView([-23, -68], 8, {animate: false})")
    view = (
        "[map_prospector.getZoom(), map_prospector.getCenter().lat, map_prospector.getCenter().lng]"
    )
    before = page.evaluate(view)
    page.locator(".tool-layers").click()
    page.locator("[data-layer=concessions]").click()
    page.locator(".tool-layers").click()
    page.wait_for_timeout(100)
    assert page.evaluate(view) == before


@pytest.mark.parametrize("size", [(390, 844), (911, 512), (1366, 768)], ids=str)
def test_text_twice_as_large_stays_in_reach(large_text, atacama_payload, size):
    """A reader whose browser writes everything at 200 %: the same, with fewer rows."""
    page = large_text(atacama_payload, *size)
    sizes = "['html', 'h1'].map((tag) => parseFloat(getComputedStyle(document.querySelector(tag)).fontSize))"
    root, title = page.evaluate(sizes)
    assert root == 32
    assert title >= 28
    assert_in_order(page, "on opening")
    open_list(page)
    assert_in_order(page, "list")
    page.locator("tr[data-target]").first.click()
    assert_in_order(page, "card")


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(1366, 768), (1440, 900), (1920, 1080)], ids=str)
def test_beside_open_evidence_the_region_is_large_and_the_legend_read(
    map_page, atacama_payload, size, language
):
    """The region takes what box and legend leave; a legend without room is folded away, never pressed."""
    width, height = size
    page = map_page.open(atacama_payload, width=width, height=height, link=f"#language={language}")
    _, south, _, north = atacama_payload["bounds"]
    page.locator(".tool-evidence").click()
    wait_until(
        page,
        f"""() => {{
          const ends = [{south}, {north}].map((one) => map_prospector.latLngToContainerPoint([one, 0]));
          return ends[0].y - ends[1].y > innerHeight / 2;
        }}""",
    )
    legend = page.locator(".legend")
    assert legend.is_hidden() or legend.bounding_box()["width"] >= 240
    page.keyboard.press("Escape")
    legend.wait_for()


BROKEN_WORDS = """(selector) => [...document.querySelectorAll(selector)].flatMap((one) => {
  const walker = document.createTreeWalker(one, NodeFilter.SHOW_TEXT);
  const broken = [];
  while (walker.nextNode()) for (const { 0: word, index } of walker.currentNode.data.matchAll(/\\S+/g)) {
    const range = document.createRange();
    range.setStart(walker.currentNode, index);
    range.setEnd(walker.currentNode, index + word.length);
    if (new Set([...range.getClientRects()].map(({ top }) => Math.round(top))).size > 1) broken.push(word);
  }
  return broken;
})"""

CUT_SIDEWAYS = """(selector) => [...document.querySelectorAll(selector)]
  .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.className)"""

UNDER = """([names, box]) => {
  const { left, top, right, bottom } = document.querySelector(box).getBoundingClientRect();
  return [...document.querySelectorAll(names)].filter((name) => {
    const one = name.getBoundingClientRect();
    return one.left < right - 1 && one.right > left + 1 && one.top < bottom - 1 && one.bottom > top + 1;
  }).map((name) => name.textContent);
}"""

LEAVING = """(selector) => [...document.querySelectorAll(selector)].filter((one) => {
  const { left, right } = one.getBoundingClientRect();
  return left < 0 || right > innerWidth;
}).map((one) => one.textContent)"""


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("size", [(360, 740), (390, 844)], ids=str)
def test_on_a_telephone_no_word_is_broken_or_cut(map_page, atacama_payload, size, language):
    """Classes and their counts, pictures of the evidence, names of the map and of both sides of a swipe."""
    width, height = size
    page = map_page.open(atacama_payload, width=width, height=height, link=f"#language={language}")
    search = "getComputedStyle(document.querySelector('input[type=search]')).textOverflow"
    assert page.evaluate(search) == "ellipsis"
    page.locator(".tool-layers").click()
    assert page.locator(".classes li").count() == 5
    assert page.evaluate(BROKEN_WORDS, ".classes") == []
    page.keyboard.press("Escape")
    page.locator(".tool-legend").click()
    assert page.evaluate(BROKEN_WORDS, ".legend") == []
    page.locator(".tool-legend").click()
    page.locator(".tool-evidence").click()
    assert page.evaluate(CUT_SIDEWAYS, ".flyout-evidence .flyout-body") == []
    page.keyboard.press("Escape")
    page.locator(".tool-areas").click()
    next_frame(page)
    assert page.evaluate(UNDER, [".name, .degree", ".flyout-areas"]) == []
    page.keyboard.press("Escape")
    page.locator(".tool-swipe").click()
    next_frame(page)
    assert page.evaluate(LEAVING, ".swipe-name") == []
    assert page.evaluate(UNDER, [".swipe-name", ".tools"]) == []


def test_a_covered_button_would_be_seen(map_page, payload):
    """The check itself fails where something lies over a tool."""
    page = map_page.open(payload)
    page.evaluate(
        "() => { const lid = document.createElement('div'); document.body.append(lid);"
        " lid.style = 'position: fixed; z-index: 99; inset: 0; background: white'; }"
    )
    assert page.evaluate(UNREACHED, ".tools button")
