"""Law on the pages: who may hold a salar's lithium, and the notes that bind there and nowhere else."""

import html
import json
import re
from pathlib import Path

import pandas as pd
import pytest
from salars_law import SALARS

import prospector
from prospector.pages.dossier import dossier_page
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.region.legal import notes_for
from prospector.region.shipped_models import load_deposit_model
from prospector.targets.carried import CARRIED_COLUMNS
from prospector.targets.law import binding_notes, country_of
from prospector.words.language import language
from prospector.words.regimes import REGIMES, regime_line, regime_words

LITHIUM = "In Chile a mining concession gives no right to lithium."


@pytest.fixture(scope="module")
def findings(legal_run):
    return Findings(prospector.open_run(legal_run))


def plain(page):
    """A page's text without markup."""
    text = re.sub(r"<(style|svg).*?</\1>", "", page, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def row_of(name, **more):
    country, regime = SALARS[name]
    return {"name": name, "country": country, "regime": regime, **more}


def briefs(name, countries=("CL", "AR"), commodities=("Li", "K", "B")):
    notes = notes_for(["CL", "AR", "BO"], commodities)
    return {note.name for note in binding_notes(notes, row_of(name), commodities, countries)}


def test_targets_carry_the_regime_into_every_table(legal_run):
    """CSV, GeoJSON, GeoPackage and workbook, where a day stays a day; what is missing stays empty."""
    table = pd.read_csv(legal_run / "lithium_brine" / "targets.csv", keep_default_na=False)
    assert list(table.columns)[-4:] == ["country", "regime", "regime_date", "regime_source"]
    assert set(table["country"]) <= {"Chile", "Argentina"}
    assert set(table["regime_date"]) <= {"", "2024-03-26"}
    features = json.loads((legal_run / "lithium_brine" / "targets.geojson").read_text("utf-8"))
    assert "regime" in features["features"][0]["properties"]
    package = prospector.open_run(legal_run).targets
    assert package["regime"].fillna("").tolist() == table["regime"].tolist()
    columns = pd.read_excel(legal_run / "targets.xlsx", sheet_name="Columns")
    meaning = columns[columns["sheet"] == "Targets"].set_index("column in the CSV files")["meaning"]
    carried = [name for name in table.columns[-4:] if (table[name] != "").any()]
    assert carried
    assert all(meaning[name] == CARRIED_COLUMNS[name] for name in carried)


def test_the_regime_is_no_evidence():
    """It stands in no evidence of the shipped model."""
    model = load_deposit_model("lithium_brine")
    assert "regime" in model.targets.carry
    assert not any("regime" in str(entry.parameters) for entry in model.evidence.values())


def test_notes_bind_by_country_salar_and_commodity():
    """Those of another salar, country or commodity are not said, nor those of the country alone."""
    atacama, arizaro, nobody = (
        briefs("Salar de Atacama"),
        briefs("Salar de Arizaro"),
        briefs("Salar de Nadie"),
    )
    assert {"cl_salars_strategic", "cl_salar_atacama_contract", "cl_lithium_reserved"} <= atacama
    assert not {"cl_salar_maricunga_contract", "ar_lithium", "cl_us_declaration"} & atacama
    assert arizaro == {"ar_lithium", "ar_provinces"}
    assert "ar_hombre_muerto" in briefs("Salar del Hombre Muerto")
    assert nobody == {"cl_lithium_reserved", "cl_lithium_contracts", "cl_exploration_concession"}
    assert "cl_salars_strategic" not in briefs("Salar de Atacama", commodities=("B",))


def test_without_a_country_no_note_is_said():
    """Where the region states one country it is that; of several nobody guesses."""
    notes = notes_for(["CL", "AR"], ["Cu"])
    assert binding_notes(notes, {"name": ""}, ["Cu"], ["CL", "AR"]) == []
    assert {n.name for n in binding_notes(notes, {}, ["Cu"], ["AR"])} == {"ar_provinces"}
    assert country_of({"country": float("nan")}, ["CL"]) == "CL"


@pytest.mark.parametrize("code", ["en", "es"])
def test_a_dossier_says_what_binds_there(findings, code):
    """And that a concession is no right to lithium, in Chile only."""
    words = language(code)
    pages = {
        row["name"]: plain(dossier_page(findings, row["target_id"], words))
        for row in findings.targets.to_dict("records")
    }
    chilean = [
        name
        for name, row in zip(findings.targets["name"], findings.targets["country"], strict=True)
        if row == "Chile"
    ]
    for name, page in pages.items():
        assert (words.say(LITHIUM) in page) == (name in chilean)
        assert words.say("as seen in {date}; no legal advice", date="2026-03") in page
        assert (words.told(REGIMES["provincial"]) in page) == (
            SALARS.get(name, ("", ""))[1] == "provincial"
        )
    assert len(chilean) > 3


def test_a_salar_of_unknown_regime_says_not_seen(findings):
    """Not that it is free; a missing code and its own say the same."""
    english = language("en")
    assert (
        regime_words(None, english)
        == regime_words("", english)
        == regime_words("none_seen", english)
    )
    assert regime_line({"regime": ""}, english).startswith("not seen: ")
    assert regime_line({"name": "x"}, english) == ""
    unknown = findings.targets[findings.targets["regime"] == ""].iloc[0]
    page = plain(dossier_page(findings, unknown["target_id"], english))
    assert (
        "who may hold the lithium not seen: nothing found in the pages consulted, which does not mean "
        "it is free" in page
    )
    assert not re.search(r"lithium (is )?free\b", page)


@pytest.mark.parametrize("code", REGIMES)
def test_each_regime_has_plain_words_in_both_languages(code):
    """Neither is the code."""
    english, spanish = (regime_words(code, language(name)) for name in ("en", "es"))
    assert english != spanish
    assert code not in (english, spanish)
    assert not re.search(r"\b(the|with|a State|granted)\b", spanish)


@pytest.mark.parametrize("code", ["en", "es"])
def test_the_report_lists_what_binds_in_the_run(findings, code):
    """With source, date, grade and age, and the flags of what the models seek in one line."""
    page = plain(report_page(findings, language(code)))
    notes = findings.legal_notes
    assert {note.name for note in notes} >= {
        "cl_lithium_reserved",
        "ar_lithium",
        "cl_us_declaration",
    }
    assert not {"ar_la_rioja", "cl_salars_altoandinos", "bo_contracts"} & {
        note.name for note in notes
    }
    for note in notes:
        assert (note.en if code == "en" else note.es) in page
        assert f"{note.source}, {note.date}, {note.grade}" in page
    assert (
        language(code).say("Pointers to the law, from public pages. This is not legal advice.")
        in page
    )
    flagged = {
        "en": "lithium: United States 2025, European Union 2024 (strategic), Chile 2026 (group A)",
        "es": "litio: Estados Unidos 2025, Unión Europea 2024 (estratégica), Chile 2026 (grupo A)",
    }
    assert flagged[code] in page
    assert language(code).say(LITHIUM) in page


def test_a_run_without_countries_has_no_law(planted_run):
    """Nothing of it is on its pages."""
    found = Findings(prospector.open_run(planted_run))
    assert found.legal_notes == []
    assert "What the law says" not in plain(report_page(found, language("en")))
    target = found.targets["target_id"].iloc[0]
    assert "no legal advice" not in plain(dossier_page(found, target, language("en")))


def test_every_source_of_a_shipped_regime_has_its_spanish():
    """But what is a name and a date in both languages."""
    file = Path(prospector.__file__).parents[1] / "layers" / "atacama" / "salars.geojson"
    tables = json.loads(file.read_text("utf-8"))
    rows = [feature["properties"] for feature in tables["features"]]
    sources = {row["regime_source"] for row in rows if row.get("regime_source")}
    english = re.compile(r"\b(of|the|law|site|page|contract|first|article|being)\b")
    assert [text for text in sources if english.search(language("es").told(text))] == []
    assert {row["regime"] for row in rows} <= set(REGIMES)
    assert len(sources) > 5
