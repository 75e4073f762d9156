"""Back-tests of a run: which deposits, found when, would have stood where."""

import json
import shutil
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

import prospector
from prospector.learning.backtesting import BacktestOf
from prospector.region.shipped_models import load_deposit_model
from prospector.screening.trials import backtest_region
from prospector.validation.backtest import Backtest, Discovery

YEARS = [1945, 1963, 2000]
"""The planted deposits, dated one a year from 1940: five before the first year, none since the last."""


@pytest.fixture(scope="module")
def dated_run(planted, tmp_path_factory):
    """A run of the planted region with a year for each deposit, back-tested at three years."""
    region = Path(shutil.copytree(planted, tmp_path_factory.mktemp("dated") / "region"))
    table = gpd.read_file(region / "deposits.geojson")
    table["discovery_year"] = 1940.0 + np.arange(len(table))
    table.to_file(region / "deposits.geojson", driver="GeoJSON")
    toml = region / "region.toml"
    toml.write_text(toml.read_text().replace("[region]\n", f"[region]\nbacktest_years = {YEARS}\n"))
    return prospector.write(
        prospector.screen(region, quick=True, workers=1), region.parent / "run"
    ), region


def test_a_run_holds_the_back_test_of_each_year_that_has_one(dated_run):
    """The same figures that the trial gives; the other years are notices."""
    folder, region = dated_run
    record = json.loads((folder / "run.json").read_text("utf-8"))
    [test] = record["deposit_models"]["porphyry_copper"]["backtests"]
    [trial], _ = backtest_region(region, 1963, workers=1)
    assert test == json.loads(json.dumps(trial.as_record()))
    assert len(test["discoveries"]) > 10
    untested = [
        one["about"]["year"] for one in record["notices"] if one["code"] == "no-backtest-of-year"
    ]
    assert [year in untested for year in YEARS] == [True, False, True]


def test_the_report_shows_each_find_beside_nearness_to_the_known(dated_run, page_of):
    """Names with their years in a picture; captures by ground in a table."""
    folder, _ = dated_run
    page = page_of(folder / "report.html")
    record = json.loads((folder / "run.json").read_text("utf-8"))
    [test] = record["deposit_models"]["porphyry_copper"]["backtests"]
    for one in test["discoveries"]:
        assert f"{one['name']} {one['year']}" in page.text
    assert "by distance to known deposits only" in page.text
    assert "Deposits found since, in the best shares of the ground" in page.text


def test_a_region_that_names_no_year_has_no_such_section(planted_run, page_of):
    """No empty table."""
    record = json.loads((planted_run / "run.json").read_text("utf-8"))
    assert record["deposit_models"]["porphyry_copper"]["backtests"] == []
    assert "Back-test" not in page_of(planted_run / "report.html").text


@pytest.mark.atacama
def test_the_atacama_is_back_tested_at_three_years(atacama_run, page_of):
    """And the report says that the schematic line was drawn since."""
    record = json.loads((atacama_run / "run.json").read_text("utf-8"))
    tests = record["deposit_models"]["porphyry_copper"]["backtests"]
    assert [one["before"] for one in tests] == [1970, 1980, 1990]
    assert all(group["auc"] is None for one in tests for group in one["groups"])
    assert "for them this is not a blind test" in page_of(atacama_run / "report.html").text


def test_a_percentile_of_the_table_is_never_higher_than_it_is():
    """What lies just outside the best 5 % of the ground is not counted in it, here or on the map."""
    finds = tuple(
        Discovery(0, 1990, share, 0.9496, 5_000.0, brownfield=True) for share in (0.9496, 0.95)
    )
    found = Backtest(1980, "train", 12, 0, finds, ())
    table = BacktestOf(load_deposit_model("iocg"), "logistic", found, ["Norte"]).table()
    assert table["percentile"].tolist() == [94.9, 95.0]
    assert table["percentile_by_distance"].tolist() == [94.9, 94.9]
