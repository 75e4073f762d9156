"""How far targets hang on the draw, and where the model may not speak."""

from dataclasses import replace

import numpy as np
import pytest
import rasterio

import prospector
from prospector.learning import uncertainty
from prospector.screening import ranking
from prospector.validation.applicability import Applicability
from prospector.words.language import sentence


def test_targets_on_planted_truth_stay_high_over_replicas(planted_full):
    """In nearly all replicas they lie in the best tenth, and their spread is small."""
    targets = planted_full.targets
    assert (targets["top_tenth_share"] > 0.8).all()
    assert (targets["percentile_mean"] > 90).all()
    assert (targets["percentile_spread"] < 10).all()


def test_a_quick_screening_says_that_it_has_no_replicas(planted_screening):
    """Missing, not filled."""
    columns = ["percentile_mean", "percentile_spread", "top_tenth_share"]
    assert planted_screening.targets[columns].isna().all(axis=None)


def test_a_place_moved_by_whole_cells_has_its_neighbours_evidence(planted_full, planted):
    """Two cells east and one north: the value that lies there; off the region none."""
    from prospector.compute.engine import Workers
    from prospector.compute.windows import workspace_of
    from prospector.ground.setting import Setting
    from prospector.layers import read_layers
    from prospector.learning.opening import open_model
    from prospector.learning.training import prepare
    from prospector.options import Options

    region = prospector.load_region(planted)
    grid, model = region.grid(), region.deposit_model("porphyry_copper")
    layers = read_layers(region, grid)
    workspace = workspace_of(None, Workers(count=1))
    setting = Setting(grid, layers, Options(), workspace)
    ground = prepare(open_model(model, layers, grid, Options()), setting).ground
    values = ground.evidence()[0].values
    easting, northing = grid.axes()
    at = np.array([[easting[10], northing[20]], [easting[-1], northing[0]]])
    shifts = np.array([[0.0, 0.0], [2, 1]]) * grid.cell_size_m
    found = ground.around(at, shifts, 0)
    assert found[:, 0].tolist() == [values[20, 10], values[19, 12]]
    assert found[0, 1] == values[0, -1]
    assert np.isnan(found[1, 1])


def test_moves_stay_within_the_tolerance_and_fill_it():
    """Of 10,000 none lies beyond the disc's radius, and half beyond 0.707 of it."""
    away = np.hypot(*uncertainty._in_disc(10_000, np.random.default_rng(0)).T)
    assert away.max() <= 1
    assert np.mean(away > np.sqrt(0.5)) == pytest.approx(0.5, abs=0.02)


def test_ground_unlike_any_that_was_trained_on_is_not_ranked_unless_asked(planted, monkeypatch):
    """Where nothing is like it: no target and a notice with the count; asked for, the targets are back."""
    nothing = Applicability(
        np.zeros(2), np.ones(2), np.ones(2), np.full((1, 2), 1e9), 1.0, threshold=0.1
    )
    monkeypatch.setattr(ranking, "applicability_of", lambda estimation: nothing)
    strict = prospector.screen(planted, quick=True, workers=1)
    assert len(strict.targets) == 0
    [told] = [one for one in strict.notices if one.code == "outside-applicability"]
    assert told.count > 100
    asked = prospector.screen(planted, quick=True, workers=1, outside_applicability=True)
    assert len(asked.targets) > 0


def test_most_ground_of_the_region_is_like_what_was_trained_on(planted_full):
    """Background is drawn from all of it: below one in a hundred of the 10,000 cells is left out."""
    told = [one.count for one in planted_full.notices if one.code == "outside-applicability"]
    assert sum(told) < 100


def test_evidence_of_one_value_is_left_out_of_the_applicability_and_named(region):
    """Relief flat at 558 m: its weight is 0, and the notice says so in both languages."""
    with rasterio.open(region / "relief.tif", "r+") as raster:
        raster.write(np.full((raster.height, raster.width), 558.0, dtype="float32"), 1)
    found = prospector.screen(region, quick=True, workers=1)
    ranking = found.rankings["porphyry_copper"]
    columns = [column.name for column in ranking.estimation.training.columns]
    area = ranking.applicability
    assert area.weight[columns.index("elevation")] == 0
    assert area.weight[columns.index("domeyko")] > 0
    [left_out] = [n for n in found.notices if n.code == "applicability-without-evidence"]
    assert left_out.value("evidence") == "elevation"
    assert "'elevation' has the same value at all deposits" in sentence(left_out)
    assert "«elevación» tiene el mismo valor en todos los yacimientos" in sentence(left_out, "es")


def test_where_no_evidence_varies_there_is_no_area_of_applicability(planted_screening):
    """Nothing can be unlike: none, and no error; each evidence is named."""
    estimation = planted_screening.rankings["porphyry_copper"].estimation
    training = estimation.training
    flat = replace(
        training,
        evidence_at_deposits=np.ones_like(training.evidence_at_deposits),
        background_evidence=np.ones_like(training.background_evidence),
    )
    alike = replace(estimation, training=flat)
    assert uncertainty.applicability_of(alike) is None
    assert len(uncertainty.of_applicability(alike)) == len(training.columns)
