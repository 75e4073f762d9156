"""The map in a real browser: no request, no complaint, and what a user does with it."""

import json

import pytest
from hand import link as link_of
from plain_payload import plain_payload

import prospector

HOSTILE = "<img src=x onerror=alert(1)></script>{{7*7}} =cmd() \"'é"


@pytest.fixture(scope="module")
def atacama_payload(atacama_screening):
    """The shipped region's payload."""
    return plain_payload(atacama_screening)


def test_the_atacama_opens_and_lists_its_targets(map_page, atacama_payload):
    """As many rows as targets, the verdict in sight, plain words behind a press, then figures."""
    page = map_page.open(atacama_payload)
    rows = page.locator("table.targets tbody tr")
    assert rows.count() == len(atacama_payload["models"][0]["targets"])
    assert atacama_payload["models"][0]["verdict_name"] in page.locator(".skill").inner_text()
    assert "AUC" not in page.locator(".panel").inner_text()
    page.locator(".skill > summary").click()
    assert "better than chance" in page.locator(".skill").inner_text()
    assert "AUC" not in page.locator(".panel").inner_text()
    page.locator(".skill-figures summary").click()
    assert "AUC" in page.locator(".skill .grounds").inner_text()
    assert "Not a mineral resource" in page.locator("aside.panel footer").inner_text()


def test_a_row_opens_the_card_with_evidence_and_tenure(map_page, atacama_payload):
    """What speaks for it, who holds it, and a link that restores it."""
    page = map_page.open(atacama_payload)
    page.locator("table.targets tbody tr").first.click()
    card = page.locator("section.card")
    first = atacama_payload["models"][0]["targets"][0]
    assert first["target_id"] in card.inner_text()
    labels = [one["label"] for one in atacama_payload["models"][0]["evidence"]]
    strongest = max(range(len(labels)), key=lambda index: abs(first["parts"][index]))
    assert labels[strongest] in card.inner_text()
    assert "nknown" in card.inner_text()
    assert first["target_id"] in link_of(page)


def test_a_link_restores_the_selected_target(map_page, atacama_payload):
    """The hash of one page opens the card in another."""
    page = map_page.open(atacama_payload)
    page.locator("table.targets tbody tr").nth(2).click()
    again = map_page.open(atacama_payload, link=link_of(page))
    wanted = atacama_payload["models"][0]["targets"][2]["target_id"]
    assert wanted in again.locator("section.card").inner_text()


def test_the_second_model_is_a_tab(map_page, atacama_payload):
    """Its salars are listed instead."""
    page = map_page.open(atacama_payload)
    page.get_by_role("tab", name="Lithium brine").click()
    count = page.locator("table.targets").get_attribute("aria-rowcount")
    assert int(count) - 1 == len(atacama_payload["models"][1]["targets"])


def test_new_ground_only_leaves_known_mines_out(map_page, atacama_payload):
    """The count falls to the targets without a known deposit."""
    page = map_page.open(atacama_payload)
    page.locator("#new-ground").check()
    targets = atacama_payload["models"][0]["targets"]
    new = [one for one in targets if one["known_deposits"] == 0]
    assert 0 < len(new) < len(targets)
    assert page.locator("table.targets tbody tr").count() == len(new)


def test_search_finds_a_known_deposit(map_page, atacama_payload):
    """Chuquicamata lies in one target."""
    page = map_page.open(atacama_payload)
    page.locator("#search").fill("chuquicamata")
    assert page.locator("table.targets tbody tr").count() >= 1


def test_every_layer_can_be_switched(map_page, atacama_payload):
    """Each box is operated once; nothing complains."""
    page = map_page.open(atacama_payload)
    page.locator(".tool-layers").click()
    boxes = page.locator("[data-layer]")
    assert boxes.count() >= 10
    for index in range(boxes.count()):
        boxes.nth(index).click()


def test_what_is_filtered_downloads(map_page, atacama_payload):
    """CSV and GeoJSON hold the listed targets."""
    page = map_page.open(atacama_payload)
    with page.expect_download() as waited:
        page.get_by_role("button", name="GeoJSON").click()
    found = json.loads(waited.value.path().read_text("utf-8"))
    assert len(found["features"]) == len(atacama_payload["models"][0]["targets"])


def test_hostile_names_stay_text(map_page, payload):
    """Nothing is executed, everything is shown as it was written."""
    target = payload["models"][0]["targets"][0]
    target["known_names"], target["holders"], target["known_deposits"] = HOSTILE, HOSTILE, 1
    payload["title"] = HOSTILE
    page = map_page.open(payload)
    page.on("dialog", lambda dialog: pytest.fail(f"executed: {dialog.message}"))
    assert page.locator("h1").inner_text() == HOSTILE
    page.locator("table.targets tbody tr").first.click()
    assert HOSTILE in page.locator("section.card").inner_text()


def test_a_phone_starts_with_the_map(map_page, atacama_payload):
    """The panel is folded: the list is not in sight, the map is."""
    page = map_page.open(atacama_payload, width=390, height=844)
    assert not page.locator("table.targets").is_visible()
    assert page.locator("nav.tools").is_visible()


def test_without_script_the_first_targets_are_a_table(map_page, atacama_payload):
    """A telephone's preview runs no script."""
    page = map_page.open(atacama_payload, script=False)
    assert atacama_payload["models"][0]["targets"][0]["target_id"] in page.content()
    assert page.locator("table").first.is_visible()


def test_without_script_targets_are_called_by_their_place_and_nothing_lies_on_the_legend(
    map_page, atacama_payload
):
    """As in the page's list; picture, legend and the first table stand below each other."""
    live = map_page.open(atacama_payload)
    names = live.locator(".where").evaluate_all(
        "(all) => all.slice(0, 3).map((one) => one.firstChild.textContent)"
    )
    page = map_page.open(atacama_payload, script=False)
    rows = page.locator("#without-script table").first.locator("tr")
    assert [rows.nth(place).locator("td").nth(1).inner_text() for place in (1, 2, 3)] == names
    picture = page.locator("#without-script > svg").bounding_box()
    keys = [line.bounding_box() for line in page.locator("#without-script .key-line").all()]
    heading = page.locator("#without-script h2").first.bounding_box()
    ends = [box["y"] + box["height"] for box in (picture, *keys)]
    starts = [box["y"] for box in (*keys, heading)]
    assert all(end <= start + 1 for end, start in zip(ends, starts, strict=True))
    for line, box in zip(page.locator("#without-script .key-line").all(), keys, strict=True):
        for key in line.locator("span").all():
            inside = key.bounding_box()
            assert inside["y"] + inside["height"] <= box["y"] + box["height"] + 1


def test_the_written_file_is_the_opened_one(atacama_run, browser):
    """The run folder's own map opens with the network off."""
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto((atacama_run / "map.html").as_uri())
    page.wait_for_selector("html[data-ready]", state="attached", timeout=20_000)
    assert prospector.open_run(atacama_run).targets["target_id"].iloc[0] in page.content()
    context.close()


def test_a_folded_phone_says_that_skill_is_not_demonstrated(map_page, atacama_payload):
    """The words stand on the folded sheet, and leave it when the list with its own note opens."""
    page = map_page.open(atacama_payload, width=390, height=844)
    words = page.locator(".doubt")
    assert words.is_visible()
    assert "No demonstrated skill" in words.inner_text()
    page.locator(".fold").click()
    assert not words.is_visible()
    assert page.locator(".skill").is_visible()


JARGON = (
    "AUC",
    "percentile of the null",
    "95th",
    "Pctl",
    "±",
    "replica",
    "log-odds",
    "+1.",
    "null",
)


@pytest.mark.parametrize("model", [0, 1])
def test_plain_words_come_first(map_page, atacama_payload, model):
    """No figure of the statistics before a reader who did not ask; each is behind "In figures"."""
    page = map_page.open(atacama_payload)
    page.locator("[role=tab]").nth(model).click()
    page.locator("tr[data-target]").first.click()
    page.locator(".skill > summary").click()
    shown = page.locator("body").inner_text()
    assert [word for word in JARGON if word in shown] == []
    page.locator(".card .evidence-figures summary").click()
    assert "+" in page.locator(".card .evidence-figures").inner_text()


def test_a_sentence_above_the_list_says_it_all(map_page, atacama_payload):
    """How many areas around known deposits and on new ground, how far to believe them, whose ground."""
    model = atacama_payload["models"][0]
    page = map_page.open(atacama_payload)
    mines = sum(one["known_deposits"] > 0 for one in model["targets"])
    words = page.locator(".summary").inner_text()
    assert words.startswith(
        f"{mines} around known deposits, {len(model['targets']) - mines} on new"
    )
    assert "better than chance" in words
    assert "100 % unknown" in words
    page.locator("#new-ground").check()
    assert page.locator(".summary").inner_text().startswith("0 around known deposits")


def test_how_sure_is_said_in_dots_and_words(map_page, payload):
    """Three dots for a steady place, one for an unsteady one; the figures on a press."""
    targets = payload["models"][0]["targets"]
    targets[0]["percentile_spread"], targets[1]["percentile_spread"] = 1.2, 9.0
    page = map_page.open(payload)
    dots = page.locator("td.col-percentile_spread .dots")
    assert dots.first.get_attribute("aria-label") == "steady"
    assert dots.nth(1).get_attribute("aria-label") == "unsteady"
    page.locator("tr[data-target]").nth(1).click()
    card = page.locator("section.card")
    assert "Its rank is unsteady" in card.inner_text()
    card.locator(".steady-figures summary").click()
    assert "standard deviation 9.0" in card.inner_text()
