"""Trials: what earlier deposits would have said of later ones, and estimators side by side."""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

from prospector.errors import ModelError, Reason
from prospector.screening.trials import backtest_region, compare_estimators

ATACAMA = Path(__file__).parents[2] / "layers" / "atacama"


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """One store for all trials of the Atacama: evidence is computed once."""
    return tmp_path_factory.mktemp("trials") / "store"


@pytest.fixture
def dated(region):
    """The planted region with deposits found from 1940 on, one a year, three undated."""
    table = gpd.read_file(region / "deposits.geojson")
    years = 1940.0 + np.arange(len(table))
    years[:3] = np.nan
    table.assign(discovery_year=years).to_file(region / "deposits.geojson", driver="GeoJSON")
    return region


@pytest.mark.atacama
@pytest.mark.parametrize("before", [1970, 1980, 1990])
def test_the_atacama_names_each_later_discovery(store, before):
    """Every dated deposit of the model from that year on stands in the table once, with its year."""
    [one], notices = backtest_region(ATACAMA, before, store=store, workers=1)
    table = one.table()
    deposits = gpd.read_file(ATACAMA / "deposits.geojson")
    copper = deposits[deposits["deposit_type"] == "porphyry_copper"].set_index("name")
    assert table["name"].is_unique
    assert (table["year"] >= before).all()
    assert (table["year"] == copper.loc[table["name"], "discovery_year"].to_numpy()).all()
    assert table["percentile"].between(0, 100).all()
    assert (
        table["ground"] == np.where(table["nearest_km"] <= 20, "brownfield", "new ground")
    ).all()
    if len(table) < 10:
        assert all(group.auc is None for group in one.found.groups)
    assert sum(group.n for group in one.found.groups[1:]) == len(table)
    assert Reason("nothing-learned") in [notice.value("reason") for notice in notices]


def test_later_deposits_along_the_same_fault_stand_high(dated):
    """Of 17 found from 1963 on, 19 having trained (two are merged), half lie in the best tenth."""
    [one], _ = backtest_region(dated, 1963, workers=1)
    assert (one.found.n_training, one.found.n_undated, len(one.table())) == (19, 3, 17)
    whole = one.found.groups[0]
    assert whole.auc > 0.8
    assert next(share for share in whole.captures if share.area == 0.10).captured > 0.5


def test_undated_deposits_train_when_told_to(dated):
    """Three more."""
    [one], _ = backtest_region(dated, 1963, undated="train", workers=1)
    assert one.found.n_training == 22


def test_a_region_without_years_is_a_notice(planted):
    """No table, and why."""
    tables, notices = backtest_region(planted, 1970)
    assert tables == []
    assert notices[0].code == "no-backtest"


def test_estimators_stand_side_by_side_beside_their_nulls(planted, tmp_path):
    """Two of them on planted truth; the second time all is kept."""
    how = {
        "estimators": ["logistic", "weights-of-evidence"],
        "quick": True,
        "store": tmp_path,
        "workers": 1,
    }
    [one], _ = compare_estimators(planted, **how)
    table = one.table()
    assert table["estimator"].tolist() == ["logistic", "weights-of-evidence"]
    assert (table["n_null"] == 19).all()
    assert (table["auc_blocked"] > 0.8).all()
    assert table[["null_p95", "p", "auc_without_schematic"]].notna().all(axis=None)
    [again], _ = compare_estimators(planted, **how)
    assert again.skills == one.skills
    assert again.table()["seconds"].isna().all()


def test_an_unknown_estimator_is_refused_by_name(planted):
    """With those that there are."""
    with pytest.raises(ModelError, match=r"Unknown estimator 'oracle'. Use one of: logistic"):
        compare_estimators(planted, estimators=["oracle"])


@pytest.mark.atacama
def test_the_command_says_each_discovery_and_skips_what_is_not_learned(store, command):
    """Exit 0; lithium brine is a notice."""
    ended = command("backtest", ATACAMA, "--before", 1980, "--store", store)
    assert ended.returncode == 0
    assert "found before 1980" in ended.stdout
    assert "km from a training deposit" in ended.stdout
    assert (
        "lithium_brine, manto_copper, nitrate_iodine: no back-test: its memberships" in ended.stdout
    )
