"""The headline figures of skill, computed again from the files of a run alone."""

import numpy as np
import pandas as pd
import pytest

import prospector
from prospector.models import make_estimator
from prospector.options import Options
from prospector.region.deposit_model import FOLD_COLUMNS
from prospector.runs.run import open_run
from prospector.runs.run_files import HELD_OUT_FILE
from prospector.validation.unseen import CAPTURES, unseen

MODEL = "porphyry_copper"
BOUND = """
[override.porphyry_copper.estimator]
signs = "bound"

[override.porphyry_copper.evidence.domeyko]
expected = "increasing"
"""


@pytest.fixture(scope="module")
def run(planted_full, tmp_path_factory):
    """The planted region's run with five draws of the background."""
    return open_run(prospector.write(planted_full, tmp_path_factory.mktemp("held") / "run"))


def test_captures_boyce_and_auc_are_those_of_run_json(run):
    """A reader has held_out.csv, the estimator's name, and the seed."""
    held_out, skill = run.held_out(MODEL), run.skill(MODEL)
    name = run.record["deposit_models"][MODEL]["fitted"]["estimator"]
    estimator = make_estimator(name, random_state=run.record["parameters"]["seed"])
    reached = unseen(estimator, held_out.samples, held_out.splits).reached
    measured = skill.measured
    assert round(reached.auc, 4) == measured.auc.value
    assert round(reached.boyce, 4) == measured.boyce_index.value
    assert round(reached.density, 4) == measured.prediction_area.density.value
    caught = [capture.captured.value for capture in measured.captures]
    assert reached.found[list(CAPTURES)].round(4).tolist() == pytest.approx(caught, abs=1e-9)
    assert caught[1] == measured.in_best_twentieth.value


def test_with_bound_signs_they_are_computed_again_too(region, tmp_path):
    """The planted fault is expected to lie far: its sign is bound, and the AUC is that of run.json."""
    toml = region / "region.toml"
    toml.write_text(toml.read_text() + BOUND)
    run = open_run(
        prospector.write(prospector.screen(region, quick=True, workers=1), tmp_path / "run")
    )
    held_out, measured = run.held_out(MODEL), run.skill(MODEL).measured
    estimator = make_estimator(
        run.record["deposit_models"][MODEL]["fitted"]["estimator"],
        run.record["parameters"]["seed"],
        {"signs": "bound"},
    )
    reached = unseen(estimator, held_out.samples, held_out.splits).reached
    assert round(reached.auc, 4) == measured.auc.value
    free = unseen(make_estimator("logistic"), held_out.samples, held_out.splits).reached
    assert round(free.auc, 4) != measured.auc.value


def test_draws_take_turns_over_the_splits(run):
    """Twenty splits of five draws in turn, none with a place twice; a row has a fold in four splits."""
    table = pd.read_csv(run.folder / MODEL / HELD_OUT_FILE)
    folds = [name for name in FOLD_COLUMNS if name in table]
    background = table[table["draw"].notna()]
    assert len(folds) == Options().repeats == len(FOLD_COLUMNS)
    assert sorted(background["draw"].unique()) == [1, 2, 3, 4, 5]
    assert (background[folds].notna().sum(axis=1) == 4).all()
    assert table.loc[table["draw"].isna(), folds].notna().all(axis=None)
    assert not background.duplicated(["draw", "easting", "northing"]).any()


def test_it_holds_every_digit_of_what_was_measured_on(run, planted_full):
    """Places, evidence, districts and folds of each draw, and the first is that of training.csv."""
    estimation = planted_full.rankings[MODEL].estimation
    samples = [estimation.training.sample(), *estimation.training.other_samples()]
    held_out = run.held_out(MODEL)
    turns = [samples[split % len(samples)] for split in range(len(held_out.samples))]
    for sample, again in zip(turns, held_out.samples, strict=True):
        assert sample.positive.tolist() == again.positive.tolist()
        assert sample.background.tolist() == again.background.tolist()
        assert sample.background_at.tolist() == again.background_at.tolist()
        assert sample.district.tolist() == again.district.tolist()
    for split, again in zip(estimation.headline, held_out.splits, strict=True):
        assert [fold.tolist() for fold in split] == [fold.tolist() for fold in again]
    assert run.trained_on(MODEL).rows.tolist() == np.vstack(
        [held_out.samples[0].positive, held_out.samples[0].background]
    ).tolist()  # fmt: skip


def test_a_stated_model_has_no_such_file(planted, tmp_path):
    """Nothing was held out."""
    found = prospector.screen(planted, estimator="fuzzy", quick=True, workers=1)
    run = open_run(prospector.write(found, tmp_path / "run"))
    assert run.held_out(MODEL) is None
    assert not (run.folder / MODEL / HELD_OUT_FILE).exists()
