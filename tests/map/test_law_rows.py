"""Law on the map: each target's notes and regime, in both languages."""

from plain_payload import plain_payload

from prospector.map.payload_schema import MapPayload
from prospector.words.language import language
from prospector.words.regimes import REGIMES


def test_each_target_names_the_notes_that_bind_there(legal_screening):
    """By country and by salar; where the law reserves lithium is marked once."""
    payload = plain_payload(legal_screening)
    MapPayload.model_validate(payload)
    law = payload["law"]
    (reserved,) = [place for place, note in enumerate(law) if note["is_reservation"]]
    assert not any("United States" in note["sentence"] for note in law)
    (model,) = payload["models"]
    table = legal_screening.rankings["lithium_brine"].targets
    for target, country in zip(model["targets"], table["country"], strict=True):
        assert (reserved in target["law"]) == (country == "Chile")
        assert all(law[place]["seen"] == "2026-03" for place in target["law"])
        assert target["law"]


def test_regimes_are_words_and_not_seen_where_nothing_is_stated(legal_screening):
    """On the target and on the salar itself; never a code, never free."""
    payload = plain_payload(legal_screening)
    regimes = {target["regime"] for target in payload["models"][0]["targets"]}
    assert REGIMES["none_seen"] in regimes
    assert regimes <= set(REGIMES.values())
    (salars,) = [layer for layer in payload["layers"] if layer["key"] == "salars"]
    rows = {
        value
        for feature in salars["features"]
        for name, value in feature["rows"]
        if name == "regime"
    }
    assert rows == {REGIMES[code] for code in ("strategic", "provincial", "none_seen")}
    cited = {target["regime_cited"] for target in payload["models"][0]["targets"]}
    assert cited <= {"", "2024-03-26; El Diario"}


def test_every_text_of_law_has_its_spanish(legal_screening):
    """Sentences of the notes and words of the regimes."""
    payload = plain_payload(legal_screening)
    spanish = payload["translations"]["es"]
    assert all(note["sentence"] in spanish for note in payload["law"])
    assert all(spanish[words] == language("es").told(words) for words in REGIMES.values())


def test_a_region_without_countries_has_no_law_on_its_map(planted_screening):
    """Neither notes nor regimes, nor their words."""
    payload = plain_payload(planted_screening)
    assert payload["law"] == []
    assert not any(
        target["law"] or target.get("regime") for target in payload["models"][0]["targets"]
    )
    assert not set(REGIMES.values()) & set(payload["translations"]["es"])
