"""The card takes the dossier's best: analogues, work, titles, places to copy, links there and back."""

from __future__ import annotations

import pytest
from plain_payload import plain_payload

import prospector

CARD = "section.card"


@pytest.fixture(scope="module")
def atacama_payload(atacama_screening):
    """The shipped region's payload."""
    return plain_payload(atacama_screening)


def open_card(page, target_id):
    """Open a target's card from the list and return it."""
    page.locator(f'tr[data-target="{target_id}"]').click()
    return page.locator(CARD)


def likeness():
    """Two evidences of spread 1, three deposits: two alike, one far off."""
    return {
        "logged": [False, False, False, False],
        "spread": [1.0, None, 1.0, 1.0],
        "deposits": [
            {"name": name, "at": at, "values": values}
            for name, at, values in (
                ("Far off", (-67, -21), [90.0, 0.4, 6.0, 52.0]),
                ("Nearly alike", (-68, -22), [3.2, 9.9, 6.0, 52.0]),
                ("Alike", (-69, -23), [2.2, 0.4, 6.0, 52.0]),
            )
        ],
    }


def test_analogues_are_others_than_the_deposits_inside(map_page, payload):
    """By distance over the evidence; a deposit that the target holds is none of them."""
    model = payload["models"][0]
    model["likeness"] = likeness()
    first, second = model["targets"][:2]
    page = map_page.open(payload)
    names = open_card(page, first["target_id"]).locator(".like b").all_inner_texts()
    assert names == ["Alike", "Nearly alike", "Far off"]
    first["known_names"] = "Alike"
    second["known_names"], model["likeness"]["deposits"][2]["at"] = "", second["centre"]
    page = map_page.open(payload)
    for target in (first, second):
        names = open_card(page, target["target_id"]).locator(".like b").all_inner_texts()
        assert names == ["Nearly alike", "Far off"]


def test_analogues_of_the_atacama_are_those_of_the_dossiers(
    map_page, atacama_payload, atacama_run, page_of
):
    """The same names in the same order where the target holds none of them, as far away."""
    model = atacama_payload["models"][0]
    target = next(one for one in model["targets"] if not one["known_deposits"])
    file = prospector.dossier(atacama_run, target["target_id"])
    page = map_page.open(atacama_payload)
    items = open_card(page, target["target_id"]).locator(".like li").all_inner_texts()
    assert len(items) == 3
    text = page_of(file).text
    places = [text.index(item.split(" ")[0], text.index("Nearest analogues")) for item in items]
    assert places == sorted(places)


def test_what_would_change_the_answer_comes_in_order_of_effect(map_page, payload):
    """As in the dossier: what is unknown of most ground; evidence, the largest part first; then gaps."""
    model = payload["models"][0]
    target = model["targets"][4]
    target["parts"] = [0.5, 0.9, -0.4, 0.0]
    target["tenure"] = {**dict.fromkeys(target["tenure"], 0.0), "unknown": 0.9, "applied_for": 0.1}
    target["protection"] = {"protected": 0.0, "not_protected": 1.0, "protection_unknown": 0.0}
    model["lacking"] = ["domes"]
    model["evidence"][0]["schematic_m"] = 10_000
    model["evidence"][1]["resolution_m"] = 5_560
    page = map_page.open(payload)
    work = open_card(page, target["target_id"]).locator(".work li").all_inner_texts()
    assert work[0].startswith("Ask the register")
    assert work[1].endswith("it adds most, at a resolution of 5.6 km.")
    assert work[2].endswith("is drawn from descriptions, up to 10 km off.")
    assert work[3].startswith("Follow the applications on 10 %")
    assert "domes" in work[-1]


def test_titles_are_a_table_and_open_their_cards(map_page, atacama_payload):
    """Holder, hectares, share and date of each title that a salar meets, the largest first."""
    model = atacama_payload["models"][1]
    target = next(one for one in model["targets"] if len(one["titles"]) > 1)
    title = target["titles"][0]
    page = map_page.open(atacama_payload, link="#model=lithium_brine")
    table = open_card(page, target["target_id"]).locator("table.titles")
    assert table.locator("tbody tr").count() == min(12, len(target["titles"]))
    layer = next(one for one in atacama_payload["layers"] if one["key"] == "concessions")
    rows = [dict(one["rows"]) | {"name": one["name"]} for one in layer["features"]]
    record = next(row for row in rows if row["concession id"] == title[0])
    first = table.locator("tbody tr").first
    assert record["name"] in first.inner_text()
    assert str(record["state"]) in first.inner_text()
    assert f"{round(title[1]):,}" in first.inner_text()
    first.locator("button").click()
    assert title[0] in page.locator(CARD).inner_text()


def test_degrees_and_metres_are_copied(map_page, payload):
    """As software reads them; the button says that it is done."""
    target = payload["models"][0]["targets"][0]
    page = map_page.open(payload)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    card = open_card(page, target["target_id"])
    card.get_by_role("button", name="Copy the degrees").click()
    longitude, latitude = target["centre"]
    card.get_by_text("Copied", exact=True).wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == f"{latitude:.5f}, {longitude:.5f}"
    card.get_by_role("button", name="Copy easting and northing").click()
    page.wait_for_timeout(50)
    assert " E " in page.evaluate("navigator.clipboard.readText()")


def test_the_card_leads_to_the_dossier_and_the_dossier_back(atacama_run, browser):
    """From the run's own map to the dossier, and from there to the map with the target chosen."""
    page = browser.new_context().new_page()
    page.goto((atacama_run / "map.html").as_uri() + "#model=lithium_brine&language=es")
    page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
    row = page.locator("tr[data-target]").first
    target_id = row.get_attribute("data-target")
    row.click()
    page.locator(f"{CARD} .pages a").first.click()
    page.wait_for_url(f"**/lithium_brine/dossiers/{target_id}.html")
    page.locator("a.on-map").click()
    page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
    assert target_id in page.locator(CARD).inner_text()
    page.goto((atacama_run / "report.html").as_uri())
    page.locator("a.on-map").first.click()
    page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
    assert page.locator(CARD).is_visible()
    page.context.close()


def test_a_map_by_itself_has_no_links(map_page, atacama_payload):
    """Nothing lies beside it."""
    page = map_page.open(atacama_payload)
    card = open_card(page, atacama_payload["models"][0]["targets"][0]["target_id"])
    assert card.locator(".pages").count() == 0
