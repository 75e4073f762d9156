"""The report of a run, read as a reader and a browser would read it."""

import json
import subprocess
import sys
from collections import Counter
from itertools import pairwise

import pytest

import prospector
from prospector.errors import Notice
from prospector.pages.drawing import as_svg, new_axes
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.runs.run import open_run
from prospector.words.language import language, sentence


@pytest.fixture(scope="module")
def atacama_page(atacama_run, page_of):
    return page_of(atacama_run / "report.html")


def test_no_demonstrated_skill_is_said_in_these_words(atacama_page):
    """And the AUC stands beside its null, with and without the schematic evidence."""
    assert "No demonstrated skill" in atacama_page.text
    assert "Without schematic evidence: AUC" in atacama_page.text
    assert "Skill demonstrated" not in atacama_page.text


def test_skill_is_said_where_it_was_planted(planted_run, page_of):
    """The words follow the record and not the other way round."""
    record = json.loads((planted_run / "run.json").read_text("utf-8"))
    demonstrated = record["deposit_models"]["porphyry_copper"]["skill"]["demonstrated"]
    text = page_of(planted_run / "report.html").text
    assert demonstrated is True
    assert "Skill demonstrated" in text
    assert "No demonstrated skill" not in text


def test_the_report_says_what_every_reader_must_know(atacama_page, atacama_run):
    """Codes, resolution, tenure, sources with licences, gaps, notices, how to repeat it."""
    record = json.loads((atacama_run / "run.json").read_text("utf-8"))
    text = atacama_page.text
    for one in record["sentences"]:
        assert one in text
    for one in record["inputs"].values():
        assert one["source"]["licence"] in text
        assert one["sha256"][:12] in text
    for one in record["notices"]:
        assert " ".join(sentence(Notice.from_record(one)).split()) in text
    assert "leaves out: exploration permit" in text
    assert "prospector screen layers/atacama --seed 0 --quick" in text


def test_unknown_tenure_is_never_called_open(atacama_page):
    """No target of porphyry copper has a known tenure; its bar is hatched."""
    assert (
        "100 % is of unknown tenure, 0 % held or applied for, 0 % vacant or open"
        in atacama_page.text
    )
    assert "url(#unknown-hatch)" in {one.get("fill") for one in atacama_page.every("rect")}


def test_the_report_runs_nothing_and_asks_nothing(atacama_page):
    """No script, no handler, no address."""
    assert atacama_page.harmless()


def test_the_report_is_accessible(atacama_page):
    """A language, headings in order, a text for each picture, headers for each table, ids once."""
    assert atacama_page.every("html") == [{"lang": "en"}]
    levels = [int(name[1]) for name, _ in atacama_page.tags if name in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    pictures = [one for one in atacama_page.every("svg") if one.get("aria-hidden") != "true"]
    assert len(pictures) > 20
    assert all(one.get("role") == "img" and one.get("aria-label") for one in pictures)
    assert len(atacama_page.every("thead")) == len(atacama_page.every("table"))
    assert all(one.get("scope") in ("col", "row") for one in atacama_page.every("th"))
    ids = Counter(one["id"] for _, one in atacama_page.tags if "id" in one)
    assert [name for name, count in ids.items() if count > 1] == []


def test_the_report_is_of_a_size_that_can_be_mailed(atacama_run):
    """Between 0.2 and 1 MB."""
    assert 200_000 < (atacama_run / "report.html").stat().st_size < 1_000_000


def test_a_reopened_run_gives_the_same_report(atacama_run):
    """All that the page shows lies in the run folder."""
    written = (atacama_run / "report.html").read_text("utf-8")
    again = report_page(Findings(open_run(atacama_run)), language("en"), dossiers=5)
    assert again == written


def test_hostile_names_survive_as_text(hostile_run, hostile_names, page_of):
    """In tables and in pictures: nothing is executed, computed, set as a formula or lost."""
    page = page_of(hostile_run / "report.html")
    assert page.harmless()
    assert "Synthetic <b onclick=1>{{7*7}}</b>: exploration screening" in page.text
    for name in hostile_names:
        shown = name if len(name) <= 24 else f"{name[:23]}…"
        assert " ".join(shown.split()) in page.text


def test_a_picture_is_the_same_bytes_each_time(page_of):
    """No date, no random id; ids begin with the picture's key."""
    drawn = []
    for _ in range(2):
        figure, axes = new_axes(2, 1)
        axes.plot([0, 1], [0, 1], clip_on=True)
        drawn.append(as_svg(figure, "mine", 'a "picture" <here>'))
    assert drawn[0] == drawn[1]
    page = page_of(str(drawn[0]))
    assert page.every("svg")[0]["aria-label"] == 'a "picture" <here>'
    ids = [one["id"] for _, one in page.tags if "id" in one]
    assert ids
    assert all(one.startswith("mine-") for one in ids)


def test_opening_a_run_loads_no_matplotlib():
    """Pictures load where a page is written, and nowhere else."""
    code = "import sys, prospector; prospector.open_run; prospector.screen; prospector.write; "
    code += "sys.exit('matplotlib' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_baseline_that_is_not_beaten_and_alarms_stand_in_the_verdict(
    atacama_page, planted_run, page_of
):
    """The best single evidence on the Atacama; the fault that the planted deposits follow."""
    said = "It does not beat this baseline in the same folds: best single evidence"
    assert said in atacama_page.text
    record = json.loads((planted_run / "run.json").read_text("utf-8"))
    alarms = record["deposit_models"]["porphyry_copper"]["skill"]["alarms"]
    assert alarms
    text = page_of(planted_run / "report.html").text
    assert all(f"Alarm: {one['words']}" in text for one in alarms)


def test_a_run_without_targets_says_so(region, tmp_path, page_of):
    """No empty table, no picture of nothing."""
    file = region / "region.toml"
    sizes = "min_area_km2 = 400\nlowest_percentile = 99\n"
    file.write_text(f"{file.read_text()}\n[override.porphyry_copper.targets]\n{sizes}")
    folder = prospector.write(prospector.screen(region, quick=True), tmp_path / "run")
    page = page_of(folder / "report.html")
    assert "No target was found." in page.text
    assert "Who holds the ground" not in page.text
    assert not list(folder.glob("*/dossiers/*"))


def test_more_figures_of_skill_are_shown_where_the_record_has_them(planted_run):
    """Captures, curves, draws and other ways of holding out, each beside its null."""
    run = open_run(planted_run)
    skill = run.record["deposit_models"]["porphyry_copper"]["skill"]
    way = {
        "folds": "leave one district out", "untested": None, "n_tested": 31, "auc": 0.91,
        "interval": [0.8, 0.97], "wasserstein_m": 12000.0, "null_p95": 0.7, "p_value": 0.05,
    }  # fmt: skip
    caught = {"area_share": 0.1, "captured": 0.76, "interval": [0.6, 0.9], "null_p95": 0.3}
    steps = [0.0, 0.5, 1.0]
    skill |= {
        "captures": [caught],
        "divisions": [way],
        "estimators": [
            {
                "estimator": "logistic",
                "untested": None,
                "auc_blocked": 0.93,
                "auc_blocked_interval": [0.9, 0.96],
                "auc_null_p95": 0.7,
                "p_value": 0.05,
                "n_null": 19,
            },
            {"estimator": "forest", "untested": "15 deposits teach no forest"},
        ],
        "learning_curve": [
            {"n_deposits": n, "n_trained": n, "auc": 0.6 + n / 100, "spread": 0.02} for n in (7, 28)
        ],
        "draws": [{"auc": 0.94, "p_value": 0.05}, {"auc": 0.95, "p_value": 0.05}],
        "curves": {
            "area_share": steps,
            "prediction_rate_held_out": steps,
            "prediction_rate_null_p95": steps,
            "success_rate_fit": steps,
        },
    }
    text = report_page(Findings(run), language("en"))
    for said in (
        "Held out in other ways",
        "leave one district out",
        "With 2 draws",
        "7 gives 0.67, 28 0.88; 95th percentile of the null",
        "95th percentile of the null, all deposits",
        "how the log-odds of the score move with each evidence",
        "Estimators side by side, in short",
        "15 deposits teach no forest",
        "null&#39;s 95th",
    ):
        assert said in text
    assert "95th percentile of the null" in text
