"""Targets on a terminal: a place beside each id, nothing wider than 80 columns."""

import re

import pytest

from prospector.pages.answers import portfolio_lines
from prospector.pages.run_lines import run_lines
from prospector.pages.target_lines import target_lines
from prospector.runs.overview import areas_of
from prospector.runs.portfolio import portfolio
from prospector.runs.run import open_run
from prospector.words.language import language

ENGLISH = language("en")
ROW = re.compile(r"^  +(\d+)  ([A-Z]+-[A-Z0-9]{8})  (\S.*?)  +(\d+\.\d)  (\S.*?)  (\S.*)$")


@pytest.mark.parametrize("fixture", ["atacama_run", "planted_run", "legal_run", "hostile_run"])
def test_each_target_of_a_run_has_rank_id_place_percentile_surety_and_ground(fixture, request):
    """Of the first ten of every deposit model, in the order of their ranks."""
    run = open_run(request.getfixturevalue(fixture))
    rows = [found for line in run_lines(run) if (found := ROW.match(line))]
    assert {row[0] for row in (found.groups() for found in rows)} >= {"1"}
    assert len(rows) == sum(
        min(10, figures["n_targets"]) for figures in run.record["deposit_models"].values()
    )
    assert max(len(row[0]) for row in rows) <= 80
    assert all(
        row[5] in ("shown", "not shown", "stated") or row[5].startswith("+-") for row in rows
    )


def test_a_portfolio_says_where_its_targets_lie(atacama_run):
    """Across deposit models, numbered by its own order."""
    run = open_run(atacama_run)
    rows = [found for line in portfolio_lines(portfolio(run), run) if (found := ROW.match(line))]
    assert [int(row[1]) for row in rows] == list(range(1, 11))
    assert any("Chuquicamata" in row[3] for row in rows)
    assert max(len(row[0]) for row in rows) <= 80


def test_a_spread_over_the_replicas_stands_for_how_sure(planted_run, monkeypatch):
    """Where replicas were fitted."""
    run = open_run(planted_run)
    table = run.targets.head(3)
    moved = run.targets.assign(percentile_spread=12.34)
    monkeypatch.setattr(type(run), "targets", property(lambda _: moved))
    assert all(
        "+-12.3" in line
        for line in list(target_lines(run, areas_of(run, table), [1, 2, 3], ENGLISH))[1:]
    )
    assert list(target_lines(run, [], [], ENGLISH)) == []
