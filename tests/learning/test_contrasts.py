"""Weights of evidence beside any estimator: contrasts by hand, and evidence that says the same twice."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from prospector.ground.protocol import Scale
from prospector.learning.contrasts import contrasts_of


@pytest.fixture(scope="module")
def training(planted_screening):
    return planted_screening.rankings["porphyry_copper"].estimation.training


def test_weights_are_the_log_ratios_of_deposits_and_ground(training):
    """W+ and W- of each pattern of the fault, counted from the rows that the run was fitted to."""
    table = contrasts_of(training).table
    mine = table[(table["evidence"] == "domeyko") & (table["pattern"] == "up to")]
    column = [one.name for one in training.columns].index("domeyko")
    known = training.evidence_at_deposits[training.usable][:, column]
    ground = training.background_evidence[:, column]
    for row in mine.itertuples():
        inside = (known <= row.value + 1e-3).sum()
        share = (ground <= row.value + 1e-3).mean()
        assert row.deposits == inside
        if 0 < inside < len(known):
            plus = np.log(inside / len(known) / share)
            minus = np.log((1 - inside / len(known)) / (1 - share))
            assert row.w_plus == pytest.approx(plus, abs=0.02)
            assert row.w_minus == pytest.approx(minus, abs=0.02)
            assert row.contrast == pytest.approx(plus - minus, abs=0.03)
    cells = (table["ground_km2"] / training.ground_km2).between(0, 1.001)
    assert cells.all()


def test_the_planted_fault_has_the_largest_contrast(training):
    """The deposits lie within about 4 km of it."""
    record = contrasts_of(training).as_record()
    best = {one["evidence"]: one["studentised"] for one in record["patterns"]}
    assert max(best, key=best.get) == "domeyko"
    assert [one["used"] for one in record["patterns"] if one["evidence"] == "domeyko"] == [True]


def test_evidence_that_says_the_same_twice_is_not_independent(training):
    """The fault counted thrice: more deposits are expected than there are."""
    column = [one.name for one in training.columns].index("domeyko")
    alone, thrice = (
        replace(
            training,
            columns=[replace(training.columns[column], name=f"f{i}") for i in range(times)],
            evidence_at_deposits=np.tile(training.evidence_at_deposits[:, [column]], times),
            background_evidence=np.tile(training.background_evidence[:, [column]], times),
            scale=Scale((training.scale.logged[column],) * times),
        )
        for times in (1, 3)
    )
    assert contrasts_of(alone).independence.omnibus_ratio == pytest.approx(1.0, abs=0.02)
    assert contrasts_of(alone).probability
    found = contrasts_of(thrice)
    assert found.independence.expected_deposits > 1.2 * len(training.deposits.table)
    assert not found.probability


def test_a_run_holds_them_and_the_report_says_what_they_mean(planted_run, page_of):
    """All patterns in weights.csv, the best of each evidence in run.json and in the report."""
    table = pd.read_csv(planted_run / "porphyry_copper" / "weights.csv", encoding="utf-8-sig")
    record = json.loads((planted_run / "run.json").read_text("utf-8"))
    found = record["deposit_models"]["porphyry_copper"]["weights_of_evidence"]
    best = table.groupby("evidence")["studentised"].max()
    assert {one["evidence"]: one["studentised"] for one in found["patterns"]} == best.to_dict()
    assert "its contrast is too favourable" in page_of(planted_run / "report.html").text


@pytest.mark.atacama
def test_what_is_not_learned_has_none(atacama_run):
    """Stated memberships teach no weights; the copper's evidence is not independent."""
    record = json.loads((atacama_run / "run.json").read_text("utf-8"))["deposit_models"]
    assert record["lithium_brine"]["weights_of_evidence"] is None
    assert not (atacama_run / "lithium_brine" / "weights.csv").exists()
    assert record["porphyry_copper"]["weights_of_evidence"]["posterior_is_probability"] is False


def test_dense_deposits_have_smaller_unit_cells(training):
    """A thousandth of the ground, 40 deposits: as many contrasts as on all of it, within a few per cent.

    Unit cells of 1 km2 would leave hardly any ground without a deposit near the fault.
    """
    whole, dense = contrasts_of(training), contrasts_of(replace(training, ground_km2=40.0))
    assert (whole.unit_area_km2, dense.unit_area_km2) == (1.0, 0.01)
    assert dense.as_record()["unit_area_km2"] == 0.01
    best = [
        max(row["contrast"] for row in found.as_record()["patterns"]) for found in (whole, dense)
    ]
    assert best[1] == pytest.approx(best[0], rel=0.05)
