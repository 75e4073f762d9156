"""The slider over discovery years: stops, sentences, signs, legend, link."""

import pytest

from tests.browser.hand import link, set_slider

FOUND = [
    (2, 0.982, 0.401, 55.0, False),
    (3, 0.61, 0.99, 4.2, True),
]


@pytest.fixture
def dated(payload):
    """Two finds after 1990, one after 2000; two known before, one without a year."""
    model = payload["models"][0]
    deposits = [
        {"name": f"Find {number}", "at": [-69.0, -21.0 - number], "year": year}
        for number, year in enumerate([1950, 1960, 1995, 2005, None])
    ]
    keys = ("deposit", "percentile", "by_distance", "nearest_km", "near")
    found = [dict(zip(keys, one, strict=True)) for one in FOUND]
    shared = {"undated": "leave", "n_undated": 1}
    model["past"] = {
        "deposits": deposits,
        "tests": [
            {"before": 1990, "n_training": 2, "found": found, **shared},
            {"before": 2000, "n_training": 3, "found": found[1:], **shared},
        ],
    }
    return payload


def texts(page):
    """What the box says, a sentence each."""
    return page.locator(".past [role=status] > p").all_inner_texts()


def test_a_year_says_how_many_how_well_and_that_they_are_too_few(map_page, dated):
    """One of two finds in the best twentieth, the other by nearness; on new ground one of one."""
    page = map_page.open(dated)
    page.locator(".tool-past").click()
    said = texts(page)
    assert (
        said[0]
        == "The model is trained on 2 deposits known before 1990 and tested on 2 found since."
    )
    assert said[1].startswith("1 of the 2 fall in the best 5 % of the ground; by distance to known")
    assert said[2].endswith("known deposit: 1 of 1; by distance alone, 0.")
    assert said[3].startswith("2 finds are too few for an AUC")
    assert said[4].startswith("1 deposits without a year")
    rows = page.locator(".finds tbody tr").all_inner_texts()
    assert [row.split("\t") for row in rows] == [
        ["1995", "Find 2", "98.2", "40.1", "55"],
        ["2005", "Find 3", "61.0", "99.0", "4"],
    ]


def test_the_slider_stops_at_the_runs_years_alone(map_page, dated):
    """By its keys; the link holds the year and brings it back."""
    page = map_page.open(dated)
    page.locator(".tool-past").click()
    year = page.locator("#past-year")
    assert (year.get_attribute("max"), year.get_attribute("aria-valuetext")) == ("1", "1990")
    year.focus()
    page.keyboard.press("ArrowRight")
    assert year.get_attribute("aria-valuetext") == "2000"
    assert "past=2000" in link(page)
    again = map_page.open(dated, link="#past=2000")
    assert texts(again)[0].startswith("The model is trained on 3 deposits known before 2000")


def test_signs_are_those_of_the_legend_and_replace_the_layers_own(map_page, dated):
    """Known, found and undated: five signs, two percentiles; closing gives the layer back."""
    page = map_page.open(dated)
    page.locator(".tool-past").click()
    assert page.locator(".legend-past li").all_inner_texts() == [
        "known before 1990",
        "found since, with its percentile then",
        "without a year",
    ]
    circles = ".leaflet-marks-pane path[stroke='{}']"
    assert page.locator(circles.format("#c2185b")).count() == 2
    assert page.locator(circles.format("#6b7783")).count() == 1
    assert page.locator(".name-found").all_inner_texts() == ["98.2", "61.0"]
    set_slider(page, "past-year", 1)
    assert page.locator(circles.format("#c2185b")).count() == 1
    page.keyboard.press("Escape")
    assert page.locator(".legend-past").count() == 0
    assert page.locator(circles.format("#c2185b")).count() == 0
    assert "past=" not in link(page)


def test_no_name_lies_on_the_percentile_of_a_find(map_page, dated):
    """Ranks and towns make room for it."""
    page = map_page.open(dated, link="#past=1990")
    boxes = """(selector) => [...document.querySelectorAll(selector)].map((one) => {
      const { left, top, right, bottom } = one.getBoundingClientRect();
      return [left, top, right, bottom];
    })"""
    finds, names = (page.evaluate(boxes, one) for one in (".name-found", ".name:not(.name-found)"))
    assert len(finds) == 2
    for left, top, right, bottom in names:
        assert all(
            right <= west + 1 or east <= left + 1 or bottom <= north + 1 or south <= top + 1
            for west, north, east, south in finds
        )


def test_a_card_takes_the_boxs_place_and_the_other_way_round(map_page, dated):
    """Never both."""
    page = map_page.open(dated)
    page.locator(".tool-past").click()
    page.locator("tbody tr[data-target]").first.click()
    assert page.locator(".flyout-past").is_hidden()
    page.locator(".tool-past").click()
    assert page.locator(".card").is_hidden()
    assert page.locator(".flyout-past").is_visible()


def test_a_model_without_a_back_test_says_so(map_page, dated):
    """The box stays open when the model changes."""
    page = map_page.open(dated, link="#language=es")
    page.locator(".tool-past").click()
    page.locator("[role=tab]").nth(1).click()
    assert "no contiene prueba retrospectiva" in page.locator(".past").inner_text()
    assert page.locator("#past-year").count() == 0


def test_no_button_where_no_model_was_back_tested(map_page, payload):
    """Nothing to show."""
    assert map_page.open(payload).locator(".tool-past").count() == 0


VIEW = "[map_prospector.getZoom(), map_prospector.getCenter().lat, map_prospector.getCenter().lng]"


def test_a_chosen_view_stays_while_years_are_looked_at(map_page, dated):
    """Opening, sliding and closing leave it; after a tour it is the one before the tour."""
    page = map_page.open(dated)
    page.evaluate("void map_prospector.setView([-23.5, -68.25], 9, { animate: false })")
    before = page.evaluate(VIEW)
    page.locator(".tool-past").click()
    set_slider(page, "past-year", 1)
    page.wait_for_timeout(200)
    assert page.evaluate(VIEW) == pytest.approx(before, abs=1e-6)
    page.keyboard.press("Escape")
    page.locator(".tool-tour").click()
    assert page.evaluate(VIEW) != pytest.approx(before, abs=0.01)
    page.locator(".tool-past").click()
    page.wait_for_timeout(200)
    assert page.evaluate(VIEW) == pytest.approx(before, abs=1e-6)
