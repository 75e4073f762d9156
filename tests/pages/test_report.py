"""The report of a run, read as a reader and a browser would read it."""

import json
import re
import subprocess
import sys
from collections import Counter
from dataclasses import fields, replace
from itertools import pairwise

import pytest
from pydantic import ValidationError

import prospector
from prospector.errors import Notice, Reason
from prospector.pages.dossier import dossier_page
from prospector.pages.drawing import as_svg, new_axes
from prospector.pages.findings import Findings
from prospector.pages.report import report_page
from prospector.pages.run_lines import run_lines
from prospector.runs.run import open_run
from prospector.validation.alarms import alarm_notice
from prospector.validation.record import (
    BLOCKS,
    RANDOM,
    Alarm,
    Baseline,
    Capture,
    Curves,
    Division,
    EstimatorRow,
    Figure,
    Importance,
    LearningPoint,
    Measurement,
    Null,
    Power,
    PredictionArea,
    Skill,
)  # fmt: skip
from prospector.words.language import language, sentence
from prospector.words.short_skill import short_skill
from prospector.words.together import together


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
    demonstrated = record["deposit_models"]["porphyry_copper"]["skill"]["verdict"] == "demonstrated"
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
    for kind in together(map(Notice.from_record, record["notices"]), language("en")):
        assert all(" ".join(part.split()) in text for part in (kind.before, *kind.parts))
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
    """Four deposit models: between 0.2 and 0.35 MB for each."""
    assert 200_000 < (atacama_run / "report.html").stat().st_size < 4 * 350_000


def test_a_report_of_thousands_of_targets_stays_small(planted_run):
    """Its map outlines the first 500 and says so; twice the targets weigh no more."""
    sizes = []
    for count in (2500, 5000):
        findings = Findings(open_run(planted_run))
        found = findings.models["porphyry_copper"]
        rows = [*range(len(found.targets)), *[0] * count][:count]
        many = found.targets.iloc[rows].reset_index(drop=True)
        found.__dict__["targets"] = many.assign(rank=range(1, count + 1))
        page = report_page(findings, language("en"))
        assert f"The first 500 of {count} targets are outlined" in page
        sizes.append(len(page.encode()))
    assert max(sizes) < 3_000_000
    assert abs(sizes[1] - sizes[0]) < 1000


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


def test_a_baseline_that_is_not_beaten_stands_in_the_verdict(atacama_page):
    """The best single evidence on the Atacama."""
    assert "The model: it does not beat the best single evidence layer: " in atacama_page.text


def test_planted_geology_keeps_its_verdict_and_says_what_it_beats(planted_run):
    """A fault that the deposits lie along is no leak: no evidence is said to follow them."""
    skill = open_run(planted_run).skill("porphyry_copper")
    assert (skill.verdict, skill.follows) == ("demonstrated", ())


def test_a_fit_against_the_expectation_stands_in_red_beside_the_evidence(region, tmp_path, page_of):
    """Copper lies along the planted fault; a model that expects it far from the fault is contradicted."""
    file = region / "region.toml"
    wrong = '\n[override.porphyry_copper.evidence.domeyko]\nexpected = "increasing"\n'
    file.write_text(file.read_text() + wrong)
    screening = prospector.screen(region, deposit_models=["porphyry_copper"], quick=True, workers=1)
    page = page_of(prospector.write(screening, tmp_path / "run") / "report.html")
    marks = [mark for mark in page.every("strong") if mark.get("class") == "against"]
    against = [n for n in screening.notices if n.code == "fit-against-expectation"]
    assert "domeyko" in [notice.value("evidence") for notice in against]
    assert len(marks) == len(against)


def test_a_run_without_targets_says_so(region, tmp_path, page_of):
    """No empty table, no picture of nothing."""
    file = region / "region.toml"
    sizes = "min_area_km2 = 400\nlowest_percentile = 99\n"
    file.write_text(f"{file.read_text()}\n[override.porphyry_copper.targets]\n{sizes}")
    folder = prospector.write(prospector.screen(region, quick=True, workers=1), tmp_path / "run")
    page = page_of(folder / "report.html")
    assert "No target was found." in page.text
    assert "Who holds the ground" not in page.text
    assert not list(folder.glob("*/dossiers/*"))


SHOWN = Skill(
    1029, 1012, verdict="demonstrated",
    measured=Measurement(
        Figure(0.61, BLOCKS, (0.51, 0.62), 0.63, 0.64, 65, 0.66), "shifted deposits",
        (
            Null("shifted deposits", 0.66, 0.67, (0.5, 0.68), 0.171, 0.181, 2),
            Null("smooth random fields", 0.69, 0.71, (0.5, 0.72)),
        ),
        Figure(0.73, RANDOM),
        (Capture(0.05, Figure(0.21, BLOCKS, (0.22, 0.23), 0.24)),),
        PredictionArea(0.26, 0.27, Figure(2.8, BLOCKS, null_p95=2.9)),
        Figure(0.31, BLOCKS, null_p95=0.32),
        Curves((0.0, 0.5, 1.0), (0.0, 0.5, 1.0), (0.0, 0.5, 1.0), (0.0, 0.5, 1.0), 0.33, 0.34),
        (Figure(0.35, BLOCKS, p=0.36), Figure(0.37, BLOCKS, p=0.38)), 0.39, 141_000.0, 142_000.0,
        True, 17, 0.41, (133_000.0, 151_000.0), True,
    ),
    without_schematic=None,
    baselines=(
        Baseline("model", Figure(0.43, BLOCKS, (0.41, 0.44)), 0.0, (0.0, 0.0)),
        Baseline(
            "best single evidence", Figure(0.45, BLOCKS, (0.42, 0.46)), 0.47, (-0.48, 0.49),
            ((0, 151),),
        ),
    ),
    alarms=(Alarm("coordinate", 0, 0.991, 0.975),),
    importance=(Importance((0,), 0.52, 0.53),),
    divisions=(
        Division(
            "leave one district out", 1111, 1131,
            Figure(0.54, "leave one district out", (0.55, 0.56), 0.57, 0.58, 18, 0.59), 159_000.0,
        ),
        Division("leave one belt out", untested=Reason("deposits-without-belt")),
    ),
    learning_curve=(LearningPoint(7.0, 0.74, 0.01), LearningPoint(28.0, 0.76, 0.02)),
    estimators=(
        EstimatorRow("logistic", Figure(0.77, BLOCKS, (0.78, 0.79), 0.81, 0.82, 1083, 0.8)),
        EstimatorRow("forest", untested=Reason("too-few-deposits", deposits=1085, least=10)),
    ),
)  # fmt: skip

FOLLOWING = replace(
    SHOWN, verdict="not judged", follows=(0,),
    without_following=replace(
        SHOWN.measured, auc=Figure(0.191, BLOCKS, (0.1, 0.2), 0.83, 0.84, 65, 0.85)
    ),
    alarms=(Alarm("near deposits", 1, 0.861, 0.8, auc_without=0.871),),
)  # fmt: skip

PHRASES = """
verdict|No demonstrated skill: none seen
power.half|with 1029 deposits in 1012 districts, a true AUC of 0.62 is demonstrated in half
power.four_fifths|half of the simulated trials, and one of 0.70 in 80 %
power.range_share|varies over 88 % of their width
follows|evidence layer 'distance to the Domeyko fault system' follows the deposits (AUC 0.61
without_following|AUC 0.19 without it, chance: mean 0.85, 95th percentile 0.83, p 0.84)
alarms.auc_without|without it AUC 0.87 in one split of spatial blocks
nulls.p95|the best 5 % of them reach 0.67
nulls.alone|17 % of the districts left the permissive ground and were moved separately; 18 % of the
nulls.n_usable|2 of 2 shifts kept half of them
n_deposits|1029 known deposits
n_districts|in 1012 districts
untested, reason|Skill not tested: all deposits lie in one spatial block
auc.value|This model 0.61
auc.interval|(0.51 to 0.62)
auc.null_mean|chance: mean 0.66
auc.null_p95|95th percentile 0.63
auc.p|p 0.64
auc.n_null|were tried 65 times
deciding_null|(shifted deposits)
nulls.mean, p|shifted deposits 0.66 (p 0.67); smooth random fields 0.69 (p 0.71)
auc_random|would give 0.73
captures|5 21 22\u201323 24
prediction_area|The best 26 % of the ground hold 27 % of the deposits, 2.80 times
prediction_area.null_p95|One in twenty random rankings reaches 2.90 times, in its best 26 % of the ground
boyce_index|Boyce index 0.31
boyce_index.null_p95|chance); the 95th percentile of chance is 0.32
curves.area_under|Area under the prediction rate 0.33, under the success rate 0.34
draws|With 2 samples of background points the AUC is 0.35\u20130.37
draw_spread|(standard deviation 0.39)
n_splits|Measured over 17 splits into blocks of 141 km
split_spread|between splits: 0.41
wasserstein_range_m|km (133\u2013151 between splits
block_is_largest|No larger block was offered
draws.p|p 0.36\u20130.38
block_size_m|blocks of 141 km
wasserstein_m|Distance mismatch W is 142 km
demonstrated|Skill demonstrated
baselines|0.45 0.42\u20130.46 +0.47 (\u22120.48; +0.49)
baselines.chosen|in 151 of 151 folds
alarms|(R2 0.991, above 0.975)
importance|0.52 \u00b1 0.53
divisions|leave one district out 1111 1131 0.54 0.55\u20130.56 0.59 0.57 0.58 18 159
divisions.untested|the deposits state no belt
learning_curve|AUC in one split of spatial blocks by number of deposits that train: 7 gives 0.74, 28 0.76
learning_curve.split|held-out deposits (one split of spatial blocks) are tested with models trained on fewer
importance.split|worth (loss of AUC without it, one split)
estimators|logistic (used here) 0.77 0.78\u20130.79 0.80 0.81 0.82
estimators.n_null|0.81 0.82 1083
estimators.untested|1085 usable deposits in the region, 10 needed
"""
"""Field of the record, and where a page or the terminal shows it."""


def test_every_field_of_skill_is_shown_on_some_page(planted_run, page_of):
    """Each with a value of its own; spreads of the learning curve and the nulls' AUCs are drawn."""
    run = open_run(planted_run)
    figures = run.record["deposit_models"]["porphyry_copper"]
    pages = []
    unseen = replace(SHOWN, verdict="none seen", power=Power(0.62, 0.7, 0.876))
    for skill in (SHOWN, unseen, FOLLOWING):
        figures["skill"] = skill.dump()
        html = report_page(Findings(run), language("en"))
        pages += [page_of(html).text, html]
    figures["skill"] = Skill(9, 1, untested=Reason("one-block")).dump()
    lines = " ".join(run_lines(run))
    figures["skill"] = SHOWN.dump()
    text = " ".join([*pages, lines, *run_lines(run)])
    shown = [line.split("|") for line in PHRASES.strip().splitlines()]
    assert [(field, said) for field, said in shown if said not in text] == []


def reported(run, skill, page_of, code="en"):
    """Return the text of the report, the first dossier and the terminal with that skill."""
    run.record["deposit_models"]["porphyry_copper"]["skill"] = skill.dump()
    findings, words = Findings(run), language(code)
    target = run.targets["target_id"].iloc[0]
    pages = (report_page(findings, words), dossier_page(findings, target, words))
    return [page_of(page).text for page in pages], list(run_lines(run))


def test_evidence_that_follows_the_deposits_withholds_the_verdict_in_every_room(
    planted_run, page_of
):
    """Report, dossier and terminal say it first, in the language of the page; and the alarms."""
    run = open_run(planted_run)
    labels = run.evidence_labels("porphyry_copper")
    pages, lines = reported(run, FOLLOWING, page_of)
    said = f"evidence layer '{labels[0]}' follows the deposits (AUC 0.61 in spatial blocks with it"
    alarm = sentence(alarm_notice(FOLLOWING.alarms[0], "porphyry_copper", labels))
    for text in pages:
        assert f"Not judged: {said}" in text or f"Not judged {said}" in text
        assert "Skill demonstrated" not in text
    assert f"Alarm: {alarm}" in pages[0]
    box = pages[0].split("Where to look")[0].rsplit("Not judged", 1)[1]
    assert box.count(f"evidence layer '{labels[1]}'") == 1
    assert box.count("ithout it AUC 0.87 in one split") == 1
    short = f"  Skill not judged: '{labels[0]}' follows the known deposits; without it AUC 0.19"
    assert f"{short} (chance 0.83)." in lines
    spanish, _ = reported(run, FOLLOWING, page_of, "es")
    for text in spanish:
        assert "No se juzga" in text
        assert "sigue a los yacimientos (AUC 0,61" in text


@pytest.mark.parametrize("verdict", ["demonstrated", "could not tell", "none seen"])
@pytest.mark.parametrize(("code", "negation"), [("en", " not "), ("es", " no ")])
def test_the_terminal_says_a_skill_in_a_line(verdict, code, negation):
    """The verdict, then each AUC beside what chance reaches, with and without schematic layers."""
    plain = replace(SHOWN.measured, auc=Figure(0.55, BLOCKS, null_p95=0.59))
    skill = replace(SHOWN, verdict=verdict, without_schematic=plain)
    line = short_skill(skill, language(code), ("one", "two"))
    assert len(line) <= 80
    assert re.findall(r"0[.,]\d\d", line.replace(",", ".")) == ["0.61", "0.63", "0.55", "0.59"]
    assert (negation in line) == (verdict != "demonstrated")


def test_a_skill_round_trips_through_json():
    """Run.json's record is read again as it was; a key that is unknown or missing is refused."""
    record = json.loads(json.dumps(SHOWN.dump()))
    assert Skill.from_record(record) == SHOWN
    for wrong in (record | {"auc": 0.9}, {"n_deposits": 3}):
        with pytest.raises(ValidationError):
            Skill.from_record(wrong)


def test_a_phrase_names_every_field():
    """A field that is added without a place on a page is an error."""
    named = {part.split(".")[0].strip() for line in PHRASES.strip().splitlines()
             for part in line.split("|")[0].split(",")}  # fmt: skip
    plain = {"measured", "without_schematic", "beats_nulls", "stated"}
    every = {one.name for record in (Skill, Measurement) for one in fields(record)}
    assert every - named == plain


def test_a_condition_without_its_layer_is_not_said_to_be_applied(planted_run, page_of):
    """The planted region has neither land nor salars, so its ground is not limited by them."""
    text = page_of(planted_run / "report.html").text
    assert "Scored is only ground where the model can apply" not in text
    assert (
        "the condition 'at least half of the cell is land' does not limit the permissive ground"
        in text
    )
