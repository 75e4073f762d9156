"""The map worked by keys alone: every control is reached and looks another with the focus; they work."""

from __future__ import annotations

import pytest
from hand import link

CONTROLS = "button, input, select, summary, a[href], [tabindex='0']"
NUMBERED = """() => {
  const numbers = new Map();
  window.numberOf = (one) => {
    const name = one.dataset.target ?? one; // rows are made anew as they scroll
    return numbers.get(name) ?? numbers.set(name, numbers.size).get(name);
  };
}"""
LISTED = """(selector) => [...document.querySelectorAll(selector)].filter((one) => {
  if (one.disabled || one.tabIndex < 0 || !one.checkVisibility({ visibilityProperty: true })) return false;
  return one.type !== 'radio' || one.checked;
}).map((one) => [window.numberOf(one), one.outerHTML.slice(0, 160)])"""
FOCUSED = """() => {
  const one = document.activeElement;
  const shown = ['outlineStyle', 'outlineWidth', 'outlineColor', 'boxShadow', 'borderColor'];
  const look = () => shown.map((name) => getComputedStyle(one)[name]).join();
  const withFocus = look();
  one.blur();
  const without = look();
  one.focus({ preventScroll: true });
  return { number: window.numberOf(one), html: one.outerHTML.slice(0, 160), seen: withFocus !== without };
}"""
MOST_TABS = 150


def walk(page):
    """Press Tab until the focus comes round; return what had it, with whether it looked another then."""
    met = {}
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement === document.body"):
            continue
        here = page.evaluate(FOCUSED)
        if here["number"] in met:
            break
        met[here["number"]] = here
    return met


def reach(page, selector):
    """Press Tab until an element has the focus."""
    for _ in range(MOST_TABS):
        if page.evaluate("(selector) => document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{selector} is not reached by Tab")


def work(page, selector, *keys):
    """Reach an element by Tab and press keys."""
    reach(page, selector)
    for key in keys:
        page.keyboard.press(key)


@pytest.mark.parametrize("opened", ["", ".tool-layers", ".tool-evidence"])
def test_every_control_is_reached_by_tab_and_seen(map_page, payload, opened):
    """Of the page as it opens, and with each of the boxes over the map."""
    page = map_page.open(payload)
    page.locator(".more > summary").click()
    page.locator(".what-if > summary").click()
    if opened:
        page.locator(opened).click()
    page.evaluate(NUMBERED)
    wanted, met = page.evaluate(LISTED, CONTROLS), walk(page)
    assert len(wanted) > 20
    assert [html for number, html in wanted if number not in met] == []
    assert [one["html"] for one in met.values() if not one["seen"]] == []


def test_the_panel_is_worked_by_keys(map_page, payload):
    """Models, search, sliders, boxes, folds, order, rows, card."""
    page = map_page.open(payload)
    table = page.locator("table.targets")
    all_rows = table.get_attribute("aria-rowcount")
    work(page, "[role=tab][aria-selected=true]", "ArrowRight")
    assert "model=lithium_brine" in link(page)
    page.keyboard.press("ArrowLeft")
    assert "model=porphyry_copper" in link(page)
    name = payload["models"][0]["targets"][4]["target_id"]
    work(page, "#search", *name)
    assert table.get_attribute("aria-rowcount") == "2"
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    assert table.get_attribute("aria-rowcount") == all_rows
    work(page, "#new-ground", "Space")
    assert "new=1" in link(page)
    page.keyboard.press("Space")
    work(page, ".more > summary", "Enter")
    work(page, "#score", *["ArrowRight"] * 50)
    assert "score=0.5" in link(page)
    page.keyboard.press("Home")
    assert table.get_attribute("aria-rowcount") == all_rows
    work(page, "#area-from", *"50")
    assert "area=50" in link(page)
    work(page, ".filter-last .quiet, .quiet", "Enter")
    assert "area=" not in link(page)
    work(page, ".what-if > summary", "Enter")
    work(page, "#weight-crossings", "ArrowRight")
    assert "weights=crossings:1.1" in link(page)
    work(page, ".fitted", "Enter")
    assert "weights" not in link(page)


def test_the_list_is_sorted_and_its_rows_open_by_keys(map_page, payload):
    """A head by Enter; rows by arrows; Enter opens the card; Escape gives the list back."""
    page = map_page.open(payload)
    work(page, "th.col-held_share button, th.col-held_share", "Enter")
    assert page.locator("th.col-held_share").get_attribute("aria-sort") == "descending"
    reach(page, "tr[data-target]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    chosen = page.evaluate("document.activeElement.closest('tr').dataset.target")
    assert f"target={chosen}" in link(page)
    assert chosen in page.locator(".card").inner_text()
    page.keyboard.press("Escape")
    assert page.locator(".card").is_hidden()
    row = "document.activeElement.closest('tr').dataset.target"
    assert page.evaluate(row) == chosen
    page.keyboard.press("End")
    last = page.evaluate(row)
    assert last != chosen
    box = page.evaluate("document.activeElement.getBoundingClientRect().toJSON()")
    around = page.evaluate("document.querySelector('.list').getBoundingClientRect().toJSON()")
    assert around["top"] <= box["top"] < box["bottom"] <= around["bottom"] + 1
    page.keyboard.press("Home")
    assert page.evaluate(row) != last


@pytest.mark.parametrize(("place", "ending"), [(1, ".csv"), (2, ".geojson"), (3, ".gpx")])
def test_files_are_saved_by_keys(map_page, payload, place, ending):
    """Each by Enter."""
    page = map_page.open(payload)
    reach(page, f".downloads button:nth-child({place})")
    with page.expect_download() as waiting:
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename.endswith(ending)


def test_measuring_is_switched_by_keys(map_page, payload):
    """On by Enter, off by Escape; the way itself is drawn by a pointer."""
    page = map_page.open(payload)
    work(page, ".tool-measure", "Enter")
    assert page.locator(".tool-measure").get_attribute("aria-pressed") == "true"
    page.keyboard.press("Escape")
    assert page.locator(".tool-measure").get_attribute("aria-pressed") == "false"


def test_ground_under_the_targets_is_chosen_by_keys(map_page, payload):
    """Score by an arrow on the radios; hatching outside applicability; colour by spread."""
    page = map_page.open(payload)
    work(page, ".tool-layers", "Enter")
    work(page, "#tint", "ArrowDown")
    assert "tint=spread" in link(page)
    work(page, "input[name=ground]", "ArrowDown")
    assert "ground=score" in link(page)
    work(page, "#outside", "Space")
    assert "outside=1" in link(page)


def test_a_telephone_with_keys_opens_the_list(map_page, payload):
    """390 pixels wide: the fold by Enter, then a row."""
    page = map_page.open(payload, width=390, height=844)
    work(page, ".fold", "Enter")
    reach(page, "tr[data-target]")
    page.keyboard.press("Enter")
    assert "target=" in link(page)


def test_the_map_is_moved_by_keys(map_page, payload):
    """Arrows and plus on the map itself; the buttons beside it."""
    page = map_page.open(payload)
    reach(page, ".folium-map")
    before = link(page)
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(400)
    assert link(page) != before
    zoom = (
        "() => { const h = document.querySelector('.folium-map'); return window[h.id].getZoom(); }"
    )
    first = page.evaluate(zoom)
    page.keyboard.press("+")
    page.wait_for_timeout(400)
    assert page.evaluate(zoom) > first
    work(page, ".tools button[aria-label='Zoom out']", "Enter")
    page.wait_for_timeout(400)
    work(page, ".tools button[aria-label='Whole region']", "Enter")
    page.wait_for_timeout(400)
    assert page.evaluate(zoom) == pytest.approx(first, abs=0.26)


def test_boxes_take_the_focus_and_give_it_back(map_page, payload):
    """Layers: box, list, slider, base by keys; Escape leads back to the button. Evidence, legend, about."""
    page = map_page.open(payload)
    work(page, ".tool-layers", "Enter")
    assert page.evaluate("document.activeElement.closest('.flyout-layers') !== null")
    work(page, "[data-layer=faults]", "Space")
    work(page, "[data-grouping=concessions]", "ArrowDown")
    assert "layers=-faults" in link(page)
    assert "colour=concessions:State" in link(page)
    page.evaluate("document.activeElement.blur()")
    work(page, "#target-opacity", "ArrowLeft")
    assert "opacity=0.95/0.7" in link(page)
    work(page, "input[name=base]", "ArrowDown")
    assert "base=blank" in link(page)
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.matches('.tool-layers')")
    work(page, ".tool-evidence", "Enter")
    work(page, ".flyout-evidence .flyout-body button", "Enter")
    assert "ground=evidence/fault" in link(page)
    page.keyboard.press("Escape")
    work(page, ".tool-legend", "Enter")
    assert page.locator(".legend").is_hidden()
    work(page, ".tool-about", "Enter")
    assert page.locator("dialog[open]").count() == 1
    page.keyboard.press("Escape")
    assert page.locator("dialog[open]").count() == 0


def test_the_focus_stays_where_the_language_was_chosen(map_page, payload):
    """All parts are made anew in Spanish; the button that did it has the focus still."""
    page = map_page.open(payload)
    work(page, ".languages button[lang=es]", "Enter")
    assert page.evaluate("document.documentElement.lang") == "es"
    assert page.evaluate("document.activeElement.matches('.languages button[lang=es]')")


def test_a_card_is_worked_by_keys(map_page, payload):
    """Its buttons are reached, close by Enter, and the focus goes back to the row."""
    page = map_page.open(payload)
    reach(page, "tr[data-target]")
    page.keyboard.press("Enter")
    work(
        page, ".card header button[aria-label^='Close'], .card button[aria-label^='Close']", "Enter"
    )
    assert page.locator(".card").is_hidden()
    assert page.evaluate("document.activeElement.matches('tr[data-target]')")
