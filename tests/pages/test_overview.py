"""The overview as a minister reads it: places, grades, whose ground, what next; nothing of region.toml."""

import re
import zipfile
from dataclasses import replace
from itertools import pairwise

import pytest

from prospector.errors import Reason
from prospector.pages.findings import Findings
from prospector.pages.overview import LOOKS, overview_page, write_overview
from prospector.pages.place_words import area_name, beside, whereabouts
from prospector.pages.report import report_page
from prospector.region.critical import flags
from prospector.runs.overview import overview_of
from prospector.runs.overview_values import Area, InventoryRow, NotScreened, Place
from prospector.runs.run import open_run
from prospector.validation.record import Figure, Skill, StatedTest
from prospector.words.language import language
from prospector.writing import write

ENGLISH, SPANISH = language("en"), language("es")
MODEL = "porphyry_copper"
PLACE = Place("Chuquicamata", 12.3, 2.0, "Calama", "Calama")
AREA = Area("PCU-1", "porphyry_copper", "Cu", 1, "", PLACE, 99.0, 30.0, {}, {}, (), (), "", None)


@pytest.fixture(scope="module")
def written(planted_run, page_of):
    return page_of(planted_run / "overview.html")


@pytest.fixture(scope="module")
def findings(planted_run):
    return Findings(open_run(planted_run))


def test_it_asks_and_runs_nothing(written):
    """No script, no handler, no address; a policy that allows none."""
    assert written.harmless()
    [policy] = [
        meta for meta in written.every("meta") if "content" in meta and "http-equiv" in meta
    ]
    assert policy["http-equiv"] == "Content-Security-Policy"
    assert "default-src 'none'" in policy["content"]


def test_it_says_run_version_date_and_codes(written, planted_run, findings):
    """And that unknown is not open."""
    overview = overview_of(open_run(planted_run))
    assert f"Run {overview.run_id}, prospector {overview.version}" in written.text
    assert findings.run.record["sentences"][0] in written.text
    assert "Unknown is not open" in written.text


@pytest.mark.parametrize("language_code", ["en", "es"])
def test_a_region_without_a_dated_register_states_no_date(
    planted_screening, language_code, tmp_path
):
    """On pages, in the notice and in QGIS: no date is called unknown."""
    words = language(language_code)
    run = write(planted_screening, tmp_path / "run", language=language_code, dossiers=1)
    with zipfile.ZipFile(run / "prospects.qgz") as project:
        texts = {"project": project.read("prospects.qgs").decode("utf-8")}
    pages = ["overview.html", "report.html", "NOTICE.txt", *(run / MODEL / "dossiers").iterdir()]
    texts |= {str(page): (run / page).read_text("utf-8") for page in pages}
    said = words.say("No register of titles with a date. Unknown ground is not open ground.")
    for name, text in texts.items():
        assert said in text, name
        assert "as of unknown" not in text, name
        assert "al desconocid" not in text, name
    if language_code == "es":
        assert "Fallas y sistemas de fallas" in texts["project"]


def test_nothing_of_the_region_file_stands_there(written):
    """No file, no role in quotes, no key: a minister has none of these."""
    for word in ("region.toml", "layer of role", "'faults'", "override", ".geojson", "AUC", "SHA"):
        assert word not in written.text


def test_every_area_of_the_lists_is_marked_on_the_map(written):
    """One tag for an area in map and lists."""
    tags = set(re.findall(r"\b[A-Z][0-9]{1,2}\b", written.text))
    assert "A1" in tags


def test_it_is_accessible(written):
    """Headings in order, a text for each picture, headers for each table."""
    levels = [int(name[1]) for name, _ in written.tags if name in ("h1", "h2", "h3")]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    pictures = [svg for svg in written.every("svg") if svg.get("aria-hidden") != "true"]
    assert all(svg.get("role") == "img" and svg.get("aria-label") for svg in pictures)
    assert len(written.every("thead")) == len(written.every("table"))


def test_it_is_small(planted_run):
    """It can be mailed."""
    assert 20_000 < (planted_run / "overview.html").stat().st_size < 400_000


def test_a_demonstrated_ranking_is_called_so_and_no_other(written, findings):
    """The words follow the record."""
    assert "How sure: demonstrated for" in written.text
    overview = overview_of(findings.run)
    [row], [model] = overview.rows, overview.models
    weak = replace(model, grade="not_demonstrated", skill=replace(model.skill, verdict="none seen"))
    page = overview_page(replace(overview, rows=(replace(row, models=(weak,)),)), findings, ENGLISH)
    assert "How sure: not demonstrated for" in page
    assert "Chance is not ruled out" in page
    assert "places to look at first, not as findings" in page


def test_what_was_refused_says_why(findings):
    """A model that does not apply gives its reason, one that lacks layers what it lacks."""
    overview = overview_of(findings.run)
    dry = NotScreened("ree", "Ion-adsorption clay", False, Reason("no-layer", role="rain"), ())
    poor = NotScreened(
        "iocg", "IOCG", True, Reason("no-layer", role="magnetics"), ("magnetic anomaly",)
    )
    row = replace(overview.rows[0], commodity="REE", models=(), not_screened=(dry, poor))
    page = overview_page(replace(overview, rows=(*overview.rows, row)), findings, ENGLISH)
    assert "does not apply here. " in page
    assert "not screened: lacks magnetic anomaly" in page
    assert "Rare earths" in page
    priced = replace(poor, needs=(("survey", ("magnetic anomaly",)), ("map", ("faults",))))
    row = replace(row, not_screened=(priced,))
    page = overview_page(replace(overview, rows=(*overview.rows, row)), findings, ENGLISH)
    assert "not screened: lacks one survey (magnetic anomaly); one map (faults)" in page


def of_one(findings, **changes):
    """Return the planted overview with its one model changed, as a page."""
    overview = overview_of(findings.run)
    [row], [model] = overview.rows, overview.models
    return overview_page(
        replace(overview, rows=(replace(row, models=(replace(model, **changes),)),)),
        findings,
        ENGLISH,
    )


def test_stated_criteria_above_chance_are_not_sold_as_demonstrated(findings):
    """Who states criteria knows deposits of the kind, so the figure flatters."""
    auc = Figure(0.88, "all", null_p95=0.71, p=0.005)
    stated = StatedTest("patterns", 12, 0, 0, auc=auc, null_mean=0.5)
    skill = Skill(12, 3, reason=Reason("memberships-stated", deposits=12), stated=stated)
    page = of_one(findings, grade="stated", skill=skill)
    assert "88 of 100 pairs" in page
    assert "but whoever stated the criteria knew such deposits: it demonstrates nothing" in page


def test_areas_that_score_alike_are_called_so(findings):
    """The list has an order; the score has none."""
    n = overview_of(findings.run).models[0].n_targets
    assert f"All {n} areas have nearly the same score" in of_one(findings, alike=n)
    assert f"{n - 1} of the {n} areas have nearly the same score" in of_one(findings, alike=n - 1)
    assert "nearly the same score" not in of_one(findings, alike=0)


def test_lists_speak_of_the_other_commodities_too(findings):
    """Nitrate is on no list, the iodine beside it is."""
    iodine = tuple(flag for flag in flags("I") if flag.is_on_it)
    assert "Also sought: iodine: Chile 2026 (group C)" in of_one(findings, also=(iodine,))


def test_who_may_hold_the_lithium_stands_with_the_ground(findings):
    """A title is no right to lithium; what was not seen is not free."""
    [first, *rest] = overview_of(findings.run).models[0].areas
    areas = (replace(first, regime="strategic"), *(replace(area, regime="") for area in rest))
    page = of_one(findings, areas=areas)
    assert "lithium: strategic salar: only with a State majority" in page
    assert "lithium: no contract or regime seen" in page


def test_protected_ground_that_is_not_drawn_stands_on_the_first_sheet(findings):
    """By name: a minister knows where it lies."""
    overview = replace(overview_of(findings.run), undrawn=("Salar del Huasco", "Lagunas Bravas"))
    page = overview_page(overview, findings, ENGLISH)
    assert "Protection of the best areas: " in page
    assert "only by name, without limits: Salar del Huasco and Lagunas Bravas." in page


def test_an_inventory_is_listed_and_not_ranked(findings):
    """It has a grade of its own and no rank."""
    tailings = InventoryRow("tailings", 230, 48, 9000.0, (1970, 2024))
    page = overview_page(
        replace(overview_of(findings.run), inventories=(tailings,)), findings, ENGLISH
    )
    assert (
        "230 listed, 48 with a stated tonnage, 9000 Mt together, approved from 1970 to 2024" in page
    )
    assert "nothing in it was scored" in page


@pytest.mark.parametrize(
    ("area", "english", "spanish"),
    [
        (AREA, "12 km north of Chuquicamata, Calama", "12 km al norte de Chuquicamata, Calama"),
        (replace(AREA, name="Salar de Pajonales"), "Salar de Pajonales", "Salar de Pajonales"),
        (replace(AREA, known=("Toki",)), "Around Toki, Calama", "En torno a Toki, Calama"),
        (replace(AREA, place=Place("", None, None)), "PCU-1", "PCU-1"),
        (replace(AREA, place=Place("Calama", 4.26, 226.0, "Calama")),
         "4.3 km south-west of Calama", "4,3 km al suroeste de Calama"),
        (replace(AREA, place=Place("Taltal", 30.0, 337.6)), "30 km north of Taltal",
         "30 km al norte de Taltal"),
        (replace(AREA, other="Copaquire", other_km=0.0), "Around Copaquire, Calama",
         "En torno a Copaquire, Calama"),
        (replace(AREA, known=("Toki",), place=Place("Toki", 0.0, 0.0, country="Argentina")),
         "Around Toki, Argentina", "En torno a Toki, Argentina"),
    ],
)  # fmt: skip
def test_an_area_is_called_by_its_place(area, english, spanish):
    """Its own name, the deposits inside, or the nearest named place with its commune."""
    assert area_name(area, ENGLISH) == english
    assert area_name(area, SPANISH) == spanish


def test_what_is_known_beside_it_is_named():
    """What it holds, else the nearest, else that none is known."""
    assert beside(replace(AREA, known=("Toki", "Mansa Mina", "Genoveva")), ENGLISH) == (
        "Toki, Mansa Mina and 1 more"
    )
    assert beside(replace(AREA, nearest="Toki", nearest_km=7.4), SPANISH) == "Toki, a 7,4 km"
    assert beside(AREA, ENGLISH) == "none known"
    far = replace(
        AREA, nearest="Mina Sur", nearest_km=138.0, other="Copaquire", other_km=0.0,
        other_label="Porphyry copper",
    )  # fmt: skip
    assert (
        beside(far, ENGLISH) == "Copaquire (porphyry copper) inside; of its kind Mina Sur, 138 km"
    )
    assert whereabouts(Place("Toki", 0.0, 0.0), ENGLISH) == "Around Toki"


def test_the_same_run_gives_the_same_page(planted_run, findings):
    """All that it shows lies in the run folder."""
    again = overview_page(overview_of(findings.run), findings, ENGLISH)
    assert again == (planted_run / "overview.html").read_text("utf-8")


def test_the_report_opens_with_the_overview(planted_run, page_of):
    """Before anything of the region file, and with the same words."""
    report, overview = (
        page_of(planted_run / name).text for name in ("report.html", "overview.html")
    )
    answers = overview[overview.index("Screened for") : overview.index("Four grades")]
    assert answers in report
    assert report.index("Screened for") < report.index("The question")


def test_every_number_of_models_has_a_look():
    """The more models, the closer."""
    assert [look.models for look in LOOKS] == sorted(look.models for look in LOOKS)
    assert [look.map_in for look in LOOKS] == sorted((look.map_in for look in LOOKS), reverse=True)


def test_models_that_were_not_screened_take_room_too(findings):
    """Six of them cost as much as a model and a half, or the page prints to three sheets."""
    overview = overview_of(findings.run)
    dry = NotScreened("ree", "Clay", False, Reason("no-layer", role="rain"), ())
    row = replace(overview.rows[0], commodity="REE", models=(), not_screened=(dry,) * 12)
    assert 'class="overview roomy"' in overview_page(overview, findings, ENGLISH)
    crowded = replace(overview, rows=(*overview.rows, row))
    assert 'class="overview close"' in overview_page(crowded, findings, ENGLISH)


def test_the_spanish_page_has_no_english(planted_run, findings, page_of):
    """But names, and what the deposits' own sources say."""
    text = page_of(overview_page(overview_of(findings.run), findings, SPANISH)).text
    text = text.partition("Listas de minerales")[0]
    for word in (" the ", " of ", " and ", " not ", " areas", " ground", "Critical"):
        assert word not in text, word


def test_it_is_told_once_for_its_page_and_the_report(planted_run, tmp_path, monkeypatch):
    """In a language; the report begins with the same sheets, and their picture takes the longest to draw."""
    told = []
    monkeypatch.setattr(
        "prospector.pages.overview.overview_of",
        lambda *given: told.append(1) or overview_of(*given),
    )
    findings = Findings(open_run(planted_run))
    write_overview(findings, tmp_path / "overview.html", words=ENGLISH)
    report_page(findings, ENGLISH)
    assert len(told) == 1
    write_overview(findings, tmp_path / "overview_es.html", words=SPANISH)
    assert len(told) == 2
    assert (tmp_path / "overview.html").read_bytes() == (planted_run / "overview.html").read_bytes()
