"""What the law says of a commodity in a country, and where it binds."""

import json
import re
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

import prospector
from prospector.region.commodities import commodities
from prospector.region.legal import NO_ADVICE, LegalNote, all_notes, iso_of, notes_for
from prospector.runs.run import open_run

ATACAMA = Path(__file__).parents[2] / "layers" / "atacama"
ENGLISH = re.compile(r"\b(the|and|of|is|with|from|to|salars|holder|law|seen)\b", re.IGNORECASE)
SPANISH = re.compile(r"\b(el|que|para|por|hasta|según|concesión|empresa|una|son)\b", re.IGNORECASE)


def names_of(notes):
    return {note.name for note in notes}


def test_lithium_in_chile_is_not_open_to_concession():
    """With its source and date, in both languages; copper there has other notes."""
    note = notes_for(["CL", "BO"], ["Li"])[0]
    assert "lithium is not open to concession" in note.sentence()
    assert "el litio no es susceptible de concesión" in note.sentence("es")
    assert "1979-10-22" in note.sentence()
    assert note.name not in names_of(notes_for(["CL"], ["Cu", "Mo"]))


@pytest.mark.parametrize("note", all_notes(), ids=lambda note: note.name)
def test_a_note_says_where_it_comes_from_and_how_old_it_is(note):
    """Country, commodities that are known, source, address, date, grade and the date of what was seen."""
    assert note.country in {"CL", "AR", "BO"}
    assert {*note.commodities, *note.but_not} <= set(commodities())
    assert not (note.commodities and note.but_not)
    assert note.source
    assert all(url.startswith("http") for url in (note.url, *note.also))
    assert re.fullmatch(r"(19|20)\d\d(-\d\d){0,2}", note.date)
    assert "2026-03" == note.seen >= note.date[:7]
    assert note.grade in "ABC"
    for language, seen in (("en", "as seen in 2026-03"), ("es", "según lo visto en 2026-03")):
        for sentence in (note.sentence(language), note.short(language)):
            assert note.date in sentence
            assert seen in sentence
        assert note.url in note.sentence(language)


@pytest.mark.parametrize("note", all_notes(), ids=lambda note: note.name)
def test_a_note_is_written_in_both_languages(note):
    """Neither has words of the other; in short it is one line."""
    for text in (note.es, note.brief.es, note.source, note.sentence("es"), note.short("es")):
        assert not ENGLISH.search(text.replace(note.url, ""))
    for text in (note.en, note.brief.en):
        assert not SPANISH.search(text)
    assert max(len(note.brief.en), len(note.brief.es)) <= 110


def test_no_two_notes_share_a_name():
    """A run records them by it."""
    assert len(names_of(all_notes())) == len(all_notes()) > 15


@pytest.mark.parametrize(
    ("country", "commodity", "salar", "bound", "free"),
    [
        ("Chile", "Li", "Salar de Maricunga", "cl_salars_strategic", "cl_salar_atacama_contract"),
        ("CL", "litio", "SALAR DE ATACAMA", "cl_salar_atacama_contract", "cl_salars_altoandinos"),
        ("CL", "Li", "Pedernales", "cl_salars_state_companies", "cl_salars_altoandinos"),
        ("CL", "B", "Salar de las Parinas", "cl_salars_protected_network", "cl_lithium_reserved"),
        ("CL", "Li", "Salar de Ollagüe", "cl_salars_private_contracts", "cl_salars_strategic"),
        ("CL", "B", "Salar de Pujsa", "cl_salars_flamencos", "cl_salars_protected_network"),
        ("AR", "Li", "Salar del Hombre Muerto (Fenix)", "ar_hombre_muerto", "ar_la_rioja"),
        ("AR", "Li", "Salar de Arizaro", "ar_lithium", "ar_hombre_muerto"),
        ("BO", "Li", "Laguna Verde", "bo_contracts", "cl_salars_private_contracts"),
    ],
)  # fmt: skip
def test_a_note_on_a_salar_binds_there_only(country, commodity, salar, bound, free):
    """However its name is written; what is bound to another salar or country is not given."""
    names = names_of(notes_for(country, [commodity], [salar], []))
    assert bound in names
    assert free not in names


BOUND_BY = {
    "strategic": {"cl_salars_strategic"},
    "state_company": {"cl_salars_state_companies"},
    "contract_granted": {"cl_salars_altoandinos"},
    "contract_pending": {"cl_salars_private_contracts"},
    "protected": {"cl_salars_protected_network", "cl_salars_flamencos", "cl_salar_huasco"},
}
"""Notes that say what a regime of the Atacama's table says, of the salars that are drawn."""


def test_the_notes_say_what_the_table_of_salars_says():
    """Both ways, in Chile; a Ramsar site over a part is no reserve of the law's and has no note."""
    table = pd.read_csv(ATACAMA / "salars.csv")
    drawn = table[(table["country"] == "Chile") & (table["outline"] != "none")]
    regimes = set()
    for row in drawn.itertuples():
        bound = names_of(notes_for("CL", ["Li"], [row.name], []))
        if row.name != "Salar de Aguas Calientes IV":
            assert not BOUND_BY.get(row.regime, bound).isdisjoint(bound), row.name
        if row.regime == "none_seen":
            assert bound.isdisjoint(set.union(*BOUND_BY.values())), row.name
        regimes.add(row.regime)
    assert regimes == {*BOUND_BY, "none_seen"}


def test_a_page_without_a_date_has_none_of_an_act_instead():
    """The month until which pages were looked at; the Constitution of 1994 says nothing of lithium."""
    undated = {note.name for note in all_notes() if note.date == note.seen}
    assert undated == {"cl_salars_flamencos", "ar_lithium"}


def test_a_name_that_two_salars_share_binds_neither():
    """There is a Salar Grande in Tarapacá, of salt; ENAMI's lies in the region of Atacama."""
    assert "cl_salars_altoandinos" not in names_of(notes_for("CL", ["Li"], ["Salar Grande"]))
    there = notes_for("CL", ["Li"], ["Salar Grande (Atacama Region)"])
    assert "cl_salars_altoandinos" in names_of(there)


def test_a_note_on_a_province_binds_there_only():
    """La Rioja's binds in La Rioja; without a province it is not given, unless that is not asked."""
    assert "ar_la_rioja" in names_of(notes_for("AR", ["Li"], [], ["Provincia de La Rioja"]))
    assert "ar_la_rioja" not in names_of(notes_for("AR", ["Li"], [], ["Salta"]))
    assert "ar_la_rioja" in names_of(notes_for("AR", ["Li"]))


def test_a_province_is_no_salar_of_its_name():
    """The region of Atacama holds more than its salar."""
    there = notes_for("CL", ["Li"], ["Salar de Tara"], ["Atacama"])
    assert "cl_salars_strategic" not in names_of(there)


def test_terms_of_concessions_do_not_bind_what_cannot_be_conceded():
    """Of lithium alone in Chile; of potash beside it they do. Argentina has a note more for it."""
    assert "cl_exploration_concession" not in names_of(notes_for("CL", ["Li"]))
    assert "cl_exploration_concession" in names_of(notes_for("CL", ["Li", "K"]))
    assert names_of(notes_for("AR", ["Cu"], [], [])) == {"ar_provinces"}
    assert names_of(notes_for("AR", ["Li"], [], [])) == {"ar_provinces", "ar_lithium"}


def test_what_is_not_written_is_not_made_up():
    """No commodity, no country, a country without notes."""
    assert (
        notes_for(["CL", "AR", "BO"], []) == notes_for([], ["Li"]) == notes_for("PE", ["Cu"]) == ()
    )
    assert notes_for("BO", ["Cu"]) == ()
    assert iso_of("Estado Plurinacional de Bolivia") == "BO"
    assert "not legal advice" in NO_ADVICE.of("en")
    assert "No son asesoría legal" in NO_ADVICE.of("es")


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("CHL", "CL"), ("cl", "CL"), ("República de Chile", "CL"), ("ARG", "AR"),
        ("República Argentina", "AR"),
        ("BOL", "BO"), ("Bolivia (Plurinational State of)", "BO"), ("PER", "PER"),
    ],
)  # fmt: skip
def test_a_country_is_known_however_a_layer_writes_it(written, code):
    """By two letters, by three, by its short and its full name; others stay as they are."""
    assert iso_of(written) == code
    assert bool(notes_for(written, ["Li"])) == (code != "PER")


@pytest.mark.parametrize("key", ["date", "seen", "grade", "source", "es"])
def test_a_note_without_a_date_or_source_is_refused(key):
    """A law as of no date is worth nothing."""
    note = all_notes()[0]
    with pytest.raises(ValidationError, match=key):
        LegalNote(**note.model_dump(exclude={key}))


@pytest.mark.atacama
def test_a_run_carries_the_notes_of_its_countries(atacama_run, planted_run):
    """The Atacama lies in three countries and ranks lithium; the planted region states no country."""
    record = json.loads((atacama_run / "run.json").read_text("utf-8"))
    notes = [LegalNote(**note) for note in record["legal_notes"]]
    assert names_of(notes) >= {"cl_lithium_reserved", "ar_lithium", "bo_contracts"}
    lines = (atacama_run / "NOTICE.txt").read_text("utf-8").splitlines()
    assert all(note.sentence() in lines for note in notes)
    assert open_run(planted_run).record["legal_notes"] == []
    assert prospector.load_region("layers/atacama").region.countries == ["CL", "AR", "BO"]
