"""Contributions as numbers, from the ranking to every page."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyogrio
import pytest

import prospector
from prospector.numerals import figure
from prospector.pages.chapter import Teller
from prospector.pages.findings import Findings
from prospector.runs.run import Run
from prospector.targets.contributions import (
    CONTRIBUTION_COLUMNS,
    at_tolerance,
    contribution_table,
)
from prospector.targets.target import describe
from prospector.words.language import language

MODEL = "porphyry_copper"


@dataclass(frozen=True)
class Evidence:
    name: str
    label: str
    unit: str
    tolerances_km: tuple[float, ...]


def test_a_row_for_each_target_and_evidence():
    """Two targets, two evidence layers; only a distance of at most 10 km is at its tolerance."""
    fault = Evidence("fault", "distance to a fault", "km", (10.0,))
    depth = Evidence("depth", "depth", "km", ())
    values, parts = np.array([[10.0, 3.0], [12.0, 4.0]]), np.array([[1.0, 0.2], [-1.0, 0.3]])
    drawn = np.array([[True, False], [False, False]])
    table = contribution_table("m", ["A", "B"], [fault, depth], values, parts, drawn)
    assert list(table.columns) == list(CONTRIBUTION_COLUMNS)
    assert table["target_id"].tolist() == ["A", "A", "B", "B"]
    assert table["evidence"].tolist() == ["fault", "depth", "fault", "depth"]
    assert table["value"].tolist() == [10.0, 3.0, 12.0, 4.0]
    assert table["contribution"].tolist() == [1.0, 0.2, -1.0, 0.3]
    assert table["at_tolerance"].tolist() == [True, False, False, False]
    assert table["schematic"].tolist() == [True, False, False, False]


@pytest.mark.parametrize(
    ("tolerances_km", "unresolved"),
    [
        ((10.0,), [True, True, True, False]),
        ((0.5, 10.0), [True, False, True, False]),
        ((0.0, 10.0), [False, False, True, False]),
        ((0.0,), [False] * 4),
        ((), [False] * 4),
    ],
)
def test_a_distance_is_unresolved_where_it_is_what_a_feature_may_lie_off(tolerances_km, unresolved):
    """Or where it is less than all may, as a cap makes it; between them it was measured."""
    values = np.array([0.5, 3.0, np.float32(10.0), 12.0])
    assert at_tolerance(values, tolerances_km).tolist() == unresolved


def labelled(region, domeyko, more):
    """Screen a region in which the fault evidence and a density of the same faults have such labels."""
    toml = region / "region.toml"
    toml.write_text(
        toml.read_text("utf-8")
        + f"""
[override.{MODEL}.evidence.domeyko]
label = "{domeyko}"
[override.{MODEL}.evidence.more]
kind = "density"
role = "faults"
radius_m = 20000
label = "{more}"
expected = "any"
reason = "a second evidence of the same layer"
""",
        "utf-8",
    )
    screening = prospector.screen(region, quick=True, deposit_models=[MODEL], workers=1)
    prospector.write(screening, region.parent / "run", dossiers=0)
    return screening, prospector.open_run(region.parent / "run")


@pytest.mark.parametrize(
    ("domeyko", "more"),
    [
        ("faults within 20 km", "faults"),
        ("distance to fault", "distance to fault; dense (x)"),
        ("a (+9.99); b", "a"),
    ],
)
def test_every_label_keeps_its_own_value(region, domeyko, more):
    """Whatever the labels, the report's row has each evidence's own value and contribution."""
    screening, run = labelled(region, domeyko, more)
    ranking, found = screening.rankings[MODEL], Findings(run).models[MODEL]
    first = Teller(found, language("en")).rows()[0]["reasons"]
    for place, cell in enumerate(first):
        value, part = ranking.target_evidence[0, place], ranking.target_parts[0, place]
        if abs(part) < 0.1:
            assert cell is None
        else:
            assert (cell[0].split()[0], cell[1]) == (figure(value), part)
    assert sum(cell is not None for cell in first) >= 2


@pytest.fixture
def run(planted_run):
    return prospector.open_run(planted_run)


def test_a_reopened_run_has_the_numbers_of_the_ranking(run, planted_screening):
    """Every digit, in contributions.csv and in prospects.gpkg."""
    expected = planted_screening.rankings[MODEL].contributions
    exact = {"check_dtype": False, "check_exact": True}
    pd.testing.assert_frame_equal(run.contributions(MODEL), expected, **exact)
    stored = pyogrio.read_dataframe(run.folder / "prospects.gpkg", layer="contributions")
    mine = stored[stored["deposit_model"] == MODEL].reset_index(drop=True)
    pd.testing.assert_frame_equal(mine, expected, **exact)


def test_the_words_of_a_target_are_made_from_the_numbers(run):
    """evidence_for and evidence_against are `describe` of the target's rows."""
    table = run.contributions(MODEL)
    targets = run.targets[run.targets["deposit_model"] == MODEL].set_index("target_id")
    for target_id, rows in table.groupby("target_id"):
        columns = ("label", "value", "unit", "contribution")
        within = rows["at_tolerance"].to_numpy()
        said = describe(*(rows[name].to_numpy() for name in columns), within=within)
        row = targets.loc[target_id]
        assert said == (row["evidence_for"] or "", row["evidence_against"] or "")


def test_contributions_that_cannot_be_read_name_the_remedy(run, tmp_path):
    """One line: the file, and to screen again."""
    with pytest.raises(
        prospector.OutputError, match=r"contributions\.csv.*Screen the region again"
    ):
        Run(tmp_path, run.record).contributions(MODEL)


def test_a_target_has_one_elevation(planted_screening):
    """The column beside the target and the evidence that was scored say the same."""
    ranking = planted_screening.rankings["porphyry_copper"]
    table = ranking.contributions[ranking.contributions["evidence"] == "elevation"]
    scored = dict(zip(table["target_id"], table["value"], strict=True))
    stated = dict(zip(ranking.targets["target_id"], ranking.targets["elevation_m"], strict=True))
    assert stated == {target_id: round(value) for target_id, value in scored.items()}
    assert len(stated) > 3
