"""What the law says of a commodity in a country."""

import json

import pytest
from pydantic import ValidationError

import prospector
from prospector.region.legal import LegalNote, legal_notes


def test_lithium_in_chile_is_not_open_to_concession():
    """With its source and date, in both languages; copper there has no note, nor lithium elsewhere."""
    (note,) = legal_notes(["CL", "BO"], ["Li"])
    assert "lithium is not open to concession" in note.sentence()
    assert "el litio no es susceptible de concesión" in note.sentence("es")
    assert "1979-10-22" in note.sentence()
    assert legal_notes(["CL"], ["Cu", "Mo"]) == legal_notes(["BO"], ["Li"]) == ()


def test_a_note_without_a_date_is_refused():
    """A law as of no date is worth nothing."""
    (note,) = legal_notes(["CL"], ["Li"])
    with pytest.raises(ValidationError, match="date"):
        LegalNote(**note.model_dump(exclude={"date"}))


@pytest.mark.atacama
def test_a_run_carries_the_notes_of_its_countries(atacama_run, planted_run):
    """The Atacama lies in Chile and ranks lithium; the planted region states no country."""
    record = json.loads((atacama_run / "run.json").read_text("utf-8"))
    (note,) = [LegalNote(**one) for one in record["legal_notes"]]
    assert note.sentence() in (atacama_run / "NOTICE.txt").read_text("utf-8").splitlines()
    assert prospector.open_run(planted_run).record["legal_notes"] == []
