"""What a run answers to a board, as values: commodities, grades, areas, what would change the answer."""

import pandas as pd
import pytest

from prospector.errors import Notice, Reason
from prospector.ground.protocol import Scale
from prospector.runs.areas import percentile_at_medians, rows_inside
from prospector.runs.changes import deposit_changes
from prospector.runs.overview import (
    AREAS,
    BEST,
    _first_of_all,
    _lacks,
    _Reading,
    grade_of,
    overview_of,
    run_id,
)
from prospector.runs.portfolio import Portfolio, portfolio
from prospector.runs.run import Run, open_run
from prospector.validation.record import Skill, StatedTest


@pytest.fixture(scope="module")
def overview(planted_run):
    return overview_of(open_run(planted_run))


def test_a_row_for_each_commodity_and_its_models(overview, planted_run):
    """Every ranked model stands once, under its main commodity."""
    run = open_run(planted_run)
    assert [model.name for model in overview.models] == run.deposit_models
    assert [row.commodity for row in overview.rows] == ["Cu"]
    assert [flag.list for flag in overview.rows[0].flags] == ["us_2025", "eu_2024", "chile_2026"]


def test_the_best_areas_are_the_first_by_rank(overview, planted_run):
    """No more than three, with the figures of targets.csv."""
    targets = open_run(planted_run).targets.sort_values("rank").head(AREAS)
    [model] = overview.models
    assert [area.target_id for area in model.areas] == targets["target_id"].tolist()
    assert [area.percentile for area in model.areas] == targets["percentile"].tolist()
    for area in model.areas:
        assert sum(area.tenure.values()) == pytest.approx(1.0)
        assert sum(area.protection.values()) == pytest.approx(1.0)


def test_the_best_of_all_models_are_those_of_the_portfolio(overview, planted_run):
    """By percentile, for scores do not compare."""
    first = portfolio(open_run(planted_run)).targets.head(BEST)
    assert [area.target_id for area in overview.best] == first["target_id"].tolist()


def test_the_grade_is_that_of_the_test(overview):
    """Four words for four states; nothing else is a grade."""
    assert [model.grade for model in overview.models] == ["demonstrated"]
    assert grade_of(Skill(20, 9, verdict="none seen")) == "not_demonstrated"
    assert grade_of(Skill(20, 9, verdict="not judged")) == "not_demonstrated"
    assert grade_of(Skill(20, 9, untested=Reason("one-group"))) == "not_demonstrated"
    assert grade_of(Skill(3, 2, reason=Reason("memberships-stated", deposits=3))) == "stated"


def test_changes_come_in_the_order_of_their_effect(overview):
    """The test of the ranking first, what was not measured last."""
    [model] = overview.models
    effects = [change.effect for change in model.changes if change.effect is not None]
    assert effects == sorted(effects, reverse=True)
    assert effects
    assert "deposits" not in [change.kind for change in model.changes]  # it is demonstrated


def test_an_effect_is_the_mean_fall_of_the_best_areas(overview, planted_run):
    """Worked again from the rasters for the evidence that decides most."""
    run = open_run(planted_run)
    [model] = overview.models
    change = next(change for change in model.changes if change.kind == "evidence")
    column = model.evidence_labels.index(change.labels[0])
    outlines = run.targets.sort_values("rank").head(AREAS).to_crs(run.grid.crs).geometry
    scale_of = [
        entry["scale"] == "log" for entry in run.record["deposit_models"][model.name]["evidence"]
    ]
    falls = [
        area.percentile
        - percentile_at_medians(
            rows_inside(run, model.name, outline),
            Scale(tuple(scale_of)),
            run.fitted(model.name),
            run.distribution(model.name),
        )[column]
        for area, outline in zip(model.areas, outlines, strict=True)
    ]
    assert change.effect == pytest.approx(sum(falls) / len(falls))
    assert change.effect >= 1.0


def test_too_few_deposits_are_said_with_how_many_are_needed():
    """Three are known and five needed: two more."""
    few = Reason("too-few-to-test", deposits=3, least=5)
    skill = Skill(
        3, 2, reason=Reason("memberships-stated", deposits=3),
        stated=StatedTest("", 3, 0, 0, untested=few),
    )  # fmt: skip
    [change] = deposit_changes(skill)
    assert change.about == {"deposits": 3, "needed": 2}
    assert change.in_kind == "register"
    assert list(deposit_changes(Skill(30, 12, verdict="demonstrated"))) == []


def test_a_run_goes_by_one_id(planted_run):
    """The same for the same run, another for another language."""
    run = open_run(planted_run)
    assert run_id(run) == run_id(open_run(planted_run))
    other = type(run)(run.folder, run.record | {"language": "es"})
    assert run_id(other) != run_id(run)


def test_a_model_that_was_not_screened_says_what_it_lacks():
    """Labels of the evidence, each once, from the reason; nothing is parsed from a sentence."""
    lacking = [
        Reason(
            "lacking-evidence",
            label="magnetic anomaly",
            reason=Reason("no-layer", role="magnetics"),
        ),
        Reason("lacking-evidence", label="slope", reason=Reason("no-layer", role="relief")),
    ]
    why = Reason("too-little-evidence", left=0, asked=2, least=2, lacking=lacking)
    assert _lacks(why) == ("magnetic anomaly", "slope")
    assert _lacks(Reason("no-layer", role="faults")) == ()


def test_the_commune_is_the_unit_that_the_target_names(planted_run, monkeypatch):
    """Where a target lies is derived once, with its row: the overview says the same."""
    run = open_run(planted_run)
    read = type(run).layer
    monkeypatch.setattr(
        type(run),
        "layer",
        lambda _, name: read(run, name).assign(administrative_unit="Sierra Gorda"),
    )
    [model] = overview_of(run).models
    assert {area.place.commune for area in model.areas} == {"Sierra Gorda"}


def test_what_was_not_screened_keeps_its_commodity(planted_run):
    """Of a shipped model it is known without its layers."""
    run = open_run(planted_run)
    why = Reason("no-layer", role="faults").as_record()
    notice = Notice(
        "model-not-screened", "problem", {"model": "iocg", "label": "IOCG", "reason": why}
    )
    record = run.record | {"notices": [*run.record["notices"], notice.as_record()]}
    rows = overview_of(type(run)(run.folder, record, run.manifest)).rows
    assert [(row.commodity, len(row.models), len(row.not_screened)) for row in rows] == [
        ("Cu", 1, 1)
    ]


def test_no_model_takes_the_whole_list(overview, planted_run, monkeypatch):
    """Of 57 salars the first stands at the 98th percentile, of 25,000 cells ten stand above it."""
    run = open_run(planted_run)
    table = run.targets.head(1)
    many = pd.concat([table.assign(deposit_model="a")] * 9 + [table.assign(deposit_model="b")] * 2)
    monkeypatch.setattr("prospector.runs.overview.ordered", lambda *_: Portfolio(many, ""))
    monkeypatch.setattr(Run, "deposit_models", ["a", "b"])
    first = _first_of_all(_Reading(run))
    assert first["deposit_model"].value_counts().to_dict() == {"a": 4, "b": 2}
