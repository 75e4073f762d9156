"""Targets in an order of one's own: by hand, within each deposit model, and said to be a choice."""

import pandas as pd
import pyogrio
import pytest

from prospector.errors import OutputError
from prospector.runs.portfolio import portfolio, write_portfolio
from prospector.runs.run import open_run


@pytest.mark.atacama
def test_by_score_it_is_the_runs_own_order(atacama_run):
    """And says so."""
    found = portfolio(atacama_run)
    run = open_run(atacama_run)
    assert found.targets["portfolio_rank"].tolist() == found.targets["rank"].tolist()
    assert found.targets["deposit_model"].unique().tolist() == run.deposit_models
    assert "score alone" in found.words


@pytest.mark.atacama
def test_a_weighting_is_the_mean_of_places(atacama_run):
    """Area 3 and nearness to a town 1, worked with pandas' own ranks for one deposit model."""
    found = portfolio(atacama_run, "area_km2:3, town_km:-1")
    mine = found.targets[found.targets["deposit_model"] == "lithium_brine"]
    last = len(mine) - 1
    area = (mine["area_km2"].rank() - 1) / last
    near = ((-mine["town_km"]).rank() - 1) / last
    expected = (0.75 * area + 0.25 * near).round(6)
    assert mine["portfolio_score"].tolist() == pytest.approx(expected.tolist(), abs=2e-6)
    assert mine["portfolio_score"].is_monotonic_decreasing
    assert mine["portfolio_rank"].tolist() == list(range(1, len(mine) + 1))
    assert mine["rank"].tolist() != mine["portfolio_rank"].tolist()
    assert "a choice, not a finding" in found.words
    assert "town_km (low first, weight 1)" in found.words


@pytest.mark.atacama
def test_a_column_without_values_orders_nothing(atacama_run):
    """No road is known: the ties are kept in the order of the score."""
    found = portfolio(atacama_run, "road_km")
    assert found.targets["portfolio_rank"].tolist() == found.targets["rank"].tolist()


@pytest.mark.atacama
@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("beauty", r"--rank-by: 'beauty' is no column of numbers\. Use: .*score"),
        ("holders", r"'holders' is no column of numbers"),
        ("score:much", r"the weight 'much' of 'score' is none\. Give a number"),
        ("score:0", r"the weight '0' of 'score'"),
        ("score,score:2", r"'score' stands twice"),
        ("", r"'' is no column of numbers"),
    ],
)
def test_what_is_no_weighting_is_refused(atacama_run, by, message):
    """One line with the remedy."""
    with pytest.raises(OutputError, match=message):
        portfolio(atacama_run, by)


@pytest.mark.atacama
def test_files_carry_the_order_and_its_words(atacama_run, tmp_path):
    """In the table a column, in the GeoPackage the layer's metadata."""
    run = open_run(atacama_run)
    found = portfolio(run, "area_km2")
    package, table = write_portfolio(found, run, tmp_path / "mine")
    rows = pd.read_csv(table)
    assert rows["ranked_by"].unique().tolist() == [found.words]
    read = pyogrio.read_dataframe(package, layer="portfolio")
    assert read["target_id"].tolist() == rows["target_id"].tolist()
    assert found.words in pyogrio.read_info(package, layer="portfolio")["layer_metadata"]["notice"]
