"""Targets in an order of one's own: by hand, within each deposit model, and said to be a choice."""

import pandas as pd
import pyogrio
import pytest

from prospector.errors import OutputError
from prospector.runs.portfolio import portfolio, write_portfolio
from prospector.runs.run import open_run

MODELS = ("porphyry_copper", "lithium_brine", "nitrate_iodine", "exotic_copper")


@pytest.mark.atacama
@pytest.mark.parametrize("model", MODELS)
def test_within_a_model_it_is_the_runs_own_order(atacama_run, model):
    """By score, and says so; no target of another model is among them."""
    found = portfolio(atacama_run, deposit_model=model)
    assert found.targets["portfolio_rank"].tolist() == found.targets["rank"].tolist()
    assert found.targets["deposit_model"].unique().tolist() == [model]
    assert "score alone" in found.words


@pytest.mark.atacama
def test_across_models_it_is_by_percentile(atacama_run):
    """Every target once, no percentile above the one before it, whatever the scores are."""
    found = portfolio(atacama_run)
    assert set(found.targets["deposit_model"]) == set(MODELS)
    assert len(found.targets) == len(open_run(atacama_run).targets)
    assert found.targets["percentile"].is_monotonic_decreasing
    assert not found.targets["score"].is_monotonic_decreasing
    assert found.targets["portfolio_rank"].tolist() == list(range(1, len(found.targets) + 1))
    assert "scores are not compared" in found.words


@pytest.mark.atacama
@pytest.mark.parametrize(
    "by", ["score", "score:2,open_share:1", "area_km2, score_max:-1", "rank:-1"]
)
def test_a_score_is_not_weighed_across_models(atacama_run, by):
    """The error says what to use; within one model the same order is given."""
    with pytest.raises(
        OutputError,
        match=r"cannot be compared across deposit models .*Use percentile.*--deposit-model porphyry_copper",
    ):
        portfolio(atacama_run, by)
    assert len(portfolio(atacama_run, by, deposit_model="porphyry_copper").targets)


def test_one_model_alone_may_be_ranked_by_score(planted_run):
    """A run of one deposit model has nothing to compare across."""
    found = portfolio(planted_run, "score:2,area_km2:0.000001").targets
    assert found["rank"].tolist() == list(range(1, len(found) + 1))


@pytest.mark.atacama
def test_a_weighting_is_the_mean_of_places(atacama_run):
    """Area 3 and nearness to a town 1, worked with pandas' own ranks for one deposit model."""
    found = portfolio(atacama_run, "area_km2:3, town_km:-1", deposit_model="lithium_brine")
    mine = found.targets
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
def test_a_weighting_across_models_weighs_all_targets_together(atacama_run):
    """Percentile 2 and area 1, worked with pandas' own ranks over the targets of both models."""
    found = portfolio(atacama_run, "percentile:2, area_km2:1").targets
    last = len(found) - 1
    place = (found["percentile"].rank() - 1) / last
    area = (found["area_km2"].rank() - 1) / last
    expected = ((2 * place + area) / 3).round(6)
    assert found["portfolio_score"].tolist() == pytest.approx(expected.tolist(), abs=2e-6)


@pytest.mark.atacama
def test_a_column_without_values_orders_nothing(atacama_run):
    """No road is known: the ties are kept in the order of the score."""
    found = portfolio(atacama_run, "road_km", deposit_model="porphyry_copper")
    assert found.targets["portfolio_rank"].tolist() == found.targets["rank"].tolist()


@pytest.mark.atacama
def test_a_model_that_was_not_ranked_is_refused(atacama_run):
    """With the name that was meant."""
    with pytest.raises(OutputError, match=r"no ranking 'lithium_brin'.*lithium_brine"):
        portfolio(atacama_run, deposit_model="lithium_brin")


@pytest.mark.atacama
@pytest.mark.parametrize(
    ("by", "message"),
    [
        ("beauty", r"--rank-by: 'beauty' is not a numeric column\. Use: .*score"),
        ("holders", r"'holders' is not a numeric column"),
        ("score:much", r"'much' is not a weight for 'score'\. Give a number"),
        ("score:0", r"'0' is not a weight for 'score'"),
        ("score,score:2", r"'score' is named twice"),
        ("", r"'' is not a numeric column"),
    ],
)
def test_what_is_no_weighting_is_refused(atacama_run, by, message):
    """One line with the remedy."""
    with pytest.raises(OutputError, match=message):
        portfolio(atacama_run, by, deposit_model="porphyry_copper")


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
