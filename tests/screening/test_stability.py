"""How far a run moves with its cells and its sample of background: one line, kept in run.json."""

import geopandas as gpd
import pytest
import shapely

import prospector
from prospector.errors import Reason
from prospector.pages.run_lines import run_lines
from prospector.runs.run import open_run
from prospector.screening.stability import shared
from prospector.targets.stability import Stability
from prospector.words.language import language
from prospector.words.stability import stability_line

MODEL = "porphyry_copper"


@pytest.fixture(scope="module")
def screening(planted):
    """The planted region, quickly, with what was asked."""
    return prospector.screen(planted, quick=True, workers=1, stability=True)


def test_auc_and_targets_stand_at_both_sizes_and_for_each_sample(screening):
    """Planted truth moves little: the AUC by less than 0.1, and the best targets are found again."""
    ranking = screening.rankings[MODEL]
    found, measured = ranking.stability, ranking.skill.measured
    size_m = screening.grid.cell_size_m
    assert found.cell_sizes_m == (size_m, 1.5 * size_m)
    assert found.aucs[0] == measured.auc.value
    assert found.aucs[1] == pytest.approx(found.aucs[0], abs=0.1)
    assert 0 < found.in_common <= found.n_best <= 10
    assert found.draw_aucs == tuple(draw.value for draw in measured.draws)
    assert len(found.draws_in_common) == len(found.draw_aucs) - 1
    assert all(0 <= stay <= found.n_best_drawn for stay in found.draws_in_common)
    assert found.n_best_drawn == min(10, len(ranking.targets) // 2)
    assert found.failed is None


def test_the_other_size_is_what_a_run_with_such_cells_says(screening, planted):
    """The same AUC, and as many of the best targets found again as that run's outlines give."""
    found = screening.rankings[MODEL].stability
    size_m = found.cell_sizes_m[1]
    there = prospector.screen(planted, quick=True, workers=1, cell_size_m=size_m).rankings[MODEL]
    assert found.aucs[1] == there.skill.measured.auc.value
    here = screening.rankings[MODEL].targets.geometry.to_crs("EPSG:32719")
    best = there.targets.geometry.to_crs("EPSG:32719").iloc[:10]
    assert found.in_common == shared(here.iloc[:10], best)


def test_a_run_holds_it_and_says_it_in_one_line(screening, tmp_path):
    """run.json, terminal, report; the command that repeats the run asks for it again."""
    run = open_run(prospector.write(screening, tmp_path / "run", language="es"))
    record = run.record["deposit_models"][MODEL]["stability"]
    assert record == screening.rankings[MODEL].stability.as_record() | {
        key: list(record[key]) for key in ("cell_sizes_m", "aucs", "draw_aucs", "draws_in_common")
    }
    assert [line for line in run_lines(run) if "estabilidad" in line] == [
        f"  {stability_line(record, language('es'))}"
    ]
    report = (tmp_path / "run" / "report.html").read_text("utf-8")
    assert stability_line(record, language("es")) in report
    assert "--stability" in report


def test_unasked_nothing_is_measured(planted_screening):
    """No second size is screened, and no line is printed."""
    assert planted_screening.rankings[MODEL].stability is None
    assert planted_screening.rankings[MODEL].as_record()["stability"] is None


def test_an_overlay_has_two_sizes_and_no_sample(planted):
    """Nothing is learned: the AUC at the known deposits, and no draw of the background moves it."""
    how = {"estimator": "fuzzy", "quick": True, "workers": 1, "stability": True}
    ranking = prospector.screen(planted, **how).rankings[MODEL]
    assert ranking.stability.aucs[0] == ranking.skill.stated.auc.value
    assert ranking.stability.aucs[1] > 0.9
    assert ranking.stability.draw_aucs == ranking.stability.draws_in_common == ()


def test_targets_are_the_same_by_half_of_the_smaller_one():
    """A large target that holds two small ones is the same as each; one that holds a third is not."""
    small = gpd.GeoSeries([shapely.box(0, 0, 3, 1), shapely.box(0, 2, 3, 3)])
    assert shared(small, gpd.GeoSeries([shapely.box(0, 0, 9, 9)])) == 2
    assert shared(small, gpd.GeoSeries([shapely.box(2, 0, 9, 9)])) == 0
    assert shared(small, gpd.GeoSeries([])) == 0


def test_a_size_that_cannot_be_screened_has_its_reason_in_each_language():
    """The line says why."""
    why = Reason("no-permissive-ground")
    record = Stability((1000.0, 1500.0), (0.8, None), failed=why).as_record()
    for code in ("en", "es"):
        assert language(code).sentence(why) in stability_line(record, language(code))
