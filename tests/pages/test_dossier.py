"""The dossier of a target, read as its reader would."""

import shutil

import numpy as np
import pandas as pd
import pytest

import prospector
from prospector.errors import OutputError
from prospector.pages.account import Account, overlaps
from prospector.pages.account_evidence import analogues, evidence_rows
from prospector.pages.chapter import Teller
from prospector.pages.dossier import dossier_page
from prospector.pages.findings import Findings
from prospector.pages.work import work_for
from prospector.runs.run import open_run
from prospector.words.language import language

ENGLISH = language("en")


@pytest.fixture(scope="module")
def findings(atacama_run):
    return Findings(open_run(atacama_run))


def account(findings, name, rank):
    found = findings.models[name]
    row = found.targets[found.targets["rank"] == rank].iloc[0].to_dict()
    return Account(found, Teller(found, ENGLISH), row)


def test_the_first_five_of_each_model_have_a_dossier(atacama_run, atacama_screening):
    """And the report links to them."""
    report = (atacama_run / "report.html").read_text("utf-8")
    for name, ranking in atacama_screening.rankings.items():
        files = sorted(one.stem for one in (atacama_run / name / "dossiers").iterdir())
        assert files == sorted(ranking.targets["target_id"].head(5))
        assert all(f'href="{name}/dossiers/{one}.html"' in report for one in files)


def test_any_target_of_a_reopened_run_has_one(atacama_run, atacama_screening, tmp_path, page_of):
    """Written into its folder; the same bytes as the run wrote for one of the first five."""
    run = shutil.copytree(atacama_run, tmp_path / "run")
    targets = atacama_screening.rankings["porphyry_copper"].targets
    last, first = targets["target_id"].iloc[-1], targets["target_id"].iloc[0]
    file = prospector.dossier(run, last)
    assert file == run / "porphyry_copper" / "dossiers" / f"{last}.html"
    assert f"rank {len(targets)} of {len(targets)}" in page_of(file).text
    before = (run / "porphyry_copper" / "dossiers" / f"{first}.html").read_bytes()
    assert prospector.dossier(run, first).read_bytes() == before


def test_an_unknown_target_is_refused(atacama_run):
    """One line: folder, id, remedy."""
    with pytest.raises(OutputError, match=r"has no target 'PCU-NONE'\. Give an id of the column"):
        prospector.dossier(atacama_run, "PCU-NONE")


def test_its_parts_are_those_of_the_table(findings, atacama_run):
    """Value and contribution of every evidence are those of contributions.csv."""
    one = account(findings, "porphyry_copper", 1)
    table = open_run(atacama_run).contributions("porphyry_copper")
    mine = table[table["target_id"] == one.row["target_id"]].set_index("evidence")
    parts = {row["name"]: row["part"] for row in evidence_rows(one)}
    assert parts == mine["contribution"].to_dict()
    assert one.values.tolist() == mine["value"].tolist()


def test_analogues_are_others(findings):
    """No target is likened to a deposit that it holds: the Salar de Atacama not to itself."""
    for name, found in findings.models.items():
        for rank in found.targets["rank"].head(5):
            one = account(findings, name, rank)
            others = analogues(one)
            assert not {row["name"] for row in others} & set(one.row["known_names"].split("; "))
            assert all(row["km"] != "0" or not one.row["known_names"] for row in others)
    assert len(analogues(account(findings, "lithium_brine", 1))) == 3


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("en", ("number 1 of", "skill is not demonstrated", "mining titles: 100 % unknown.")),
        ("es", ("número 1 de", "sin capacidad predictiva", "propiedad minera: 100 % desconocida.")),
    ],
)
def test_a_dossier_opens_with_a_sentence_to_quote(findings, page_of, code, words):
    """Place, rank, what for, how sure and whose ground, before all else."""
    target = findings.models["porphyry_copper"].targets["target_id"].iloc[0]
    page = dossier_page(findings, target, language(code))
    quote = page.split('<p class="quote">')[1].split("</p>")[0]
    assert page.index(quote) < page.index('class="verdict')
    assert "Potrerillos" in quote
    assert [part for part in words if part not in quote] == []


def test_a_dossier_is_called_as_its_target_is_in_the_table(findings, atacama_run):
    """One place, one name: with its commune, and by a deposit of another type that it touches."""
    for name, found in findings.models.items():
        table = pd.read_csv(atacama_run / name / "targets.csv", encoding="utf-8-sig")
        called = table.set_index("target_id")["place"].head(5)
        assert called.to_dict() == {
            target: account(findings, name, rank).place
            for target, rank in found.targets.set_index("target_id")["rank"].head(5).items()
        }


def test_what_would_change_the_answer_comes_in_order_of_effect(findings):
    """What is not measured last; an evidence says by how much the target would fall or rise."""
    for name in findings.models:
        work = work_for(account(findings, name, 1))
        effects = [values.get("effect", 0.0) for _, values in work]
        assert len(effects) > 1
        assert effects == sorted(effects, reverse=True)
        for _, values in work:
            if "falls" in values:
                assert float(values["change"]) == pytest.approx(values["effect"], abs=0.051)


def test_evidence_of_one_value_on_the_ground_makes_no_deposit_unlike(planted_screening, tmp_path):
    """Where the ground lies at 558 m, a target at 1000 m has the same nearest deposits as one there."""
    findings = Findings(open_run(prospector.write(planted_screening, tmp_path / "run")))
    near = account(findings, "porphyry_copper", 1)
    near.found.trained_on.table["elevation"] = 558.0
    apart = []
    for metres in (558.0, 1000.0):
        one, values = account(findings, "porphyry_copper", 1), near.values.copy()
        values[near.found.trained_on.evidence.index("elevation")] = metres
        one.__dict__["values"] = values
        apart.append([(row["name"], row["apart"]) for row in analogues(one)])
    assert apart[0] == apart[1]


def test_titles_add_up_to_what_is_not_unknown(findings):
    """Hectares of titles cover at least the share held, applied for and vacant."""
    targets = findings.models["lithium_brine"].targets
    titled = targets[targets["held_share"] > 0.5].iloc[0]
    one = account(findings, "lithium_brine", titled["rank"])
    hectares = sum(float(row["hectares"]) for row in one.titles)
    assert hectares >= 0.98 * (1 - titled["unknown_share"]) * titled["area_km2"] * 100


def test_work_follows_from_what_is_schematic_and_unknown(findings):
    """The Domeyko line is to be mapped, the register and the protection to be asked."""
    kinds = dict(work_for(account(findings, "porphyry_copper", 1)))
    assert kinds["schematic"]["evidence"] == "distance to the Domeyko fault system"
    assert kinds["schematic"]["km"] == "10"
    assert kinds["tenure"] | {"share": "100", "kinds": "exploration permit"} == kinds["tenure"]
    assert kinds["known"]["names"] == "Potrerillos"


def test_without_an_evidence_a_target_stands_lower(findings):
    """The percentile without the deciding evidence is less than that of the target."""
    one = account(findings, "porphyry_copper", 1)
    assert min(one.without) < one.row["percentile"]
    assert np.isfinite(one.without).all()


def test_a_dossier_names_the_grave_choices_of_its_model(findings, page_of):
    """Problems and cautions of the model and of layers; no notes, nothing of another model."""
    target = findings.models["porphyry_copper"].targets["target_id"].iloc[0]
    text = page_of(dossier_page(findings, target, ENGLISH)).text
    shown = {
        (dict(notice.about).get("model"), notice.level)
        for notice in findings.run.notices
        if f"{notice.level}: {' '.join(ENGLISH.sentence(notice).split())}" in text
    }
    assert shown == {("porphyry_copper", "caution"), (None, "caution")}
    levels = {(dict(notice.about).get("model"), notice.level) for notice in findings.run.notices}
    assert levels > shown | {("iocg", "problem"), ("porphyry_copper", "note"), (None, "note")}


def test_the_dossier_is_harmless_and_says_the_verdict(hostile_run, hostile_names, page_of):
    """Hostile names survive as text: in the table of what is known and in the picture."""
    run = open_run(hostile_run)
    pages = [
        page_of(dossier_page(Findings(run), one, ENGLISH))
        for one in run.targets["target_id"].head(8)
    ]
    text = " ".join(page.text for page in pages)
    assert all(page.harmless() for page in pages)
    assert "Synthetic <b onclick=1>{{7*7}}</b>: rank 1" in text
    assert sum(" ".join(name.split()) in text for name in hostile_names) >= 3
    assert "Skill demonstrated" in text
    assert "Not a mineral resource" in text


@pytest.mark.atacama
def test_the_titles_of_a_dossier_are_those_of_the_table(atacama_run):
    """For every salar the ids, largest first, and the hectares of target_concessions.csv."""
    table = pd.read_csv(
        atacama_run / "lithium_brine" / "target_concessions.csv", encoding="utf-8-sig"
    )
    found = Findings(open_run(atacama_run))
    targets = found.models["lithium_brine"].targets
    assert len(table) > 50
    for target in targets.itertuples():
        mine = table[table["target_id"] == target.target_id]
        shown = overlaps(found.concessions, target.geometry)
        assert set(shown["concession_id"] if len(shown) else ()) == set(mine["concession_id"])
        if len(mine):
            hectares = shown.set_index("concession_id")["overlap_ha"]
            told = mine.set_index("concession_id")["common_ha"]
            assert hectares[told.index].to_numpy() == pytest.approx(told.to_numpy(), abs=0.02)
