"""The whole way: planted truth is found, noise gives nothing, the Atacama comes out whole."""

import os
import re
import subprocess
import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

import prospector
from prospector import synthetic
from prospector.errors import ModelError, Reason, RegionError
from prospector.runs.explain import explain
from prospector.targets.carried import CARRIED_COLUMNS
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.concessions import PROTECTION_CLASSES, TENURE_CLASSES


def test_the_screen_finds_what_was_planted(planted_screening):
    """Skill is shown, and the best target lies on the fault with known deposits."""
    ranking = planted_screening.rankings["porphyry_copper"]
    assert ranking.skill.measured.auc.value > 0.9
    assert ranking.skill.measured.auc.value > ranking.skill.measured.auc.null_p95
    assert ranking.targets["known_deposits"].iloc[0] > 0
    assert "distance to the Domeyko fault system" in ranking.targets["evidence_for"].iloc[0]


def test_the_screen_finds_nothing_in_noise(tmp_path):
    """Deposits without a cause: the words say that no skill is demonstrated."""
    region = synthetic.write_region(tmp_path / "noise", cause="none", seed=4)
    ranking = prospector.screen(region, quick=True, workers=1).rankings["porphyry_copper"]
    assert not ranking.skill.demonstrated
    assert "no demonstrated skill" in ranking.skill_words
    assert ranking.skill.measured.auc.value < 0.7


def test_too_few_deposits_are_refused_with_the_remedy(tmp_path):
    """Nine deposits do not teach."""
    region = synthetic.write_region(tmp_path / "few", n=9)
    with pytest.raises(ModelError, match=r"learning needs 10. Use --estimator fuzzy"):
        prospector.screen(region, quick=True, workers=1)


def test_fuzzy_overlay_needs_no_deposits_to_learn_from(tmp_path):
    """With stated memberships nine deposits are only compared."""
    region = synthetic.write_region(tmp_path / "few", n=9)
    ranking = prospector.screen(region, estimator="fuzzy", workers=1).rankings["porphyry_copper"]
    assert ranking.skill.measured is None
    assert ranking.skill.reason == Reason("memberships-stated", deposits=9)
    assert ranking.deposits["percentile_out_of_fold"].median() > 80


def test_no_evidence_left_is_said(region):
    """A region that carries no role of the model."""
    text = (region / "region.toml").read_text()
    start = text.index("[layers.faults]")
    (region / "region.toml").write_text(text[:start])
    with pytest.raises(ModelError, match="0 of 4 evidence layers available, 1 needed"):
        prospector.screen(region, deposit_models=["porphyry_copper"])


def test_a_wrong_override_is_an_error_and_not_a_model_left_out(region):
    """Of a second model, by `screen` and by `check`: the key is named."""
    toml = region / "region.toml"
    both = toml.read_text().replace('["porphyry_copper"]', '["porphyry_copper", "iocg"]')
    toml.write_text(f"{both}\n[override.iocg.evidence.diorite]\nnearest = 3\n")
    message = r"region\.toml: key 'override\.iocg\.evidence\.diorite\.nearest': unknown key"
    with pytest.raises(RegionError, match=message):
        prospector.screen(region, quick=True, workers=1)
    with pytest.raises(RegionError, match=message):
        prospector.check(region)


SCREEN = """
import sys
import prospector
import threadpoolctl
region, folder, workers = sys.argv[1:]
prospector.write(prospector.screen(region, quick=True, workers=int(workers)), folder)
libraries = threadpoolctl.threadpool_info()
print({library["num_threads"] for library in libraries if library["user_api"] == "openmp"})
"""


def files(folder):
    """Every file of a run by name."""
    return {
        str(file.relative_to(folder)): file.read_bytes()
        for file in folder.rglob("*")
        if file.is_file()
    }


@pytest.mark.parametrize(("threads", "workers"), [(1, 2), (2, 1)])
def test_the_seed_alone_decides(planted, planted_run, tmp_path, threads, workers):
    """Another process, other numbers of threads and of workers: every file byte for byte."""
    environment = {**os.environ, "OMP_NUM_THREADS": f"{threads}"}
    command = [sys.executable, "-c", SCREEN, planted, tmp_path / "run", workers]
    ended = subprocess.run(
        list(map(str, command)), env=environment, check=True, capture_output=True, text=True
    )
    assert ended.stdout == f"{{{threads}}}\n"
    written = files(planted_run)
    assert len(written) > 15
    assert files(tmp_path / "run") == written


def test_targets_carry_the_documented_columns(atacama_screening):
    """In their order, with partitions that sum to 1."""
    targets = atacama_screening.targets
    assert set(targets.columns) == {*TARGET_COLUMNS, *CARRIED_COLUMNS, "geometry"}
    assert list(targets.columns[: len(TARGET_COLUMNS)]) == list(TARGET_COLUMNS)
    tenure = targets[[f"{name}_share" for name in TENURE_CLASSES]].sum(axis=1)
    protection = targets[[f"{name}_share" for name in PROTECTION_CLASSES]].sum(axis=1)
    np.testing.assert_allclose(tenure, 1, atol=1e-6)
    np.testing.assert_allclose(protection, 1, atol=1e-6)
    assert targets["target_id"].is_unique
    assert targets.crs.to_epsg() == 4326
    assert targets.is_valid.all()


def test_the_atacama_has_no_open_ground(atacama_screening):
    """Its register lacks exploration permits, and nothing of Chile."""
    targets = atacama_screening.targets
    assert (targets["open_share"] == 0).all()
    assert (targets["not_protected_share"] == 0).all()
    copper = targets[targets["deposit_model"] == "porphyry_copper"]
    assert (copper["unknown_share"] > 0.99).all()


def test_the_salars_of_salta_are_held(atacama_screening):
    """Rio Grande and Arizaro lie in Salta, whose register names their holders."""
    salars = atacama_screening.rankings["lithium_brine"].targets.set_index("name")
    assert salars.loc["Salar de Arizaro", "held_share"] > 0.4
    assert salars.loc["Salar de Arizaro", "holders"]
    assert salars.loc["Salar de Atacama", "unknown_share"] == pytest.approx(1)


def test_the_atacama_says_what_it_can_and_cannot(atacama_screening):
    """The models that can run are there; the brine model says that it learned nothing."""
    able = ["porphyry_copper", "lithium_brine", "nitrate_iodine", "exotic_copper"]
    assert list(atacama_screening.rankings) == able
    copper = atacama_screening.rankings["porphyry_copper"].skill
    assert copper.n_deposits >= 20
    assert copper.n_districts >= 10
    assert copper.measured.auc.value > 0.7
    assert copper.measured.auc_random.value > copper.measured.auc.value - 0.05
    assert copper.without_schematic.auc.null_p95 > 0.5
    assert atacama_screening.rankings["lithium_brine"].skill.measured is None


def test_known_deposits_get_their_place_out_of_fold(atacama_screening):
    """Every training deposit has one; the others have none."""
    deposits = atacama_screening.rankings["porphyry_copper"].deposits
    place = deposits.set_index("name")["percentile_out_of_fold"]
    assert place.notna().sum() == deposits["trains"].sum()
    assert place["Chuquicamata"] > 90
    assert np.isnan(place["Cerro Casale"])


def test_the_example_of_an_estimator_of_ones_own_runs(planted, tmp_path, monkeypatch):
    """The one in CONTRIBUTING.md: it screens, and is fitted again when the run is reopened."""
    from prospector.models import known

    monkeypatch.setattr(known, "FACTORIES", dict(known.FACTORIES))
    text = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
    _, example, *_ = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    exec(example, {})
    screening = prospector.screen(planted, estimator="discriminant", quick=True, workers=1)
    ranking = screening.rankings["porphyry_copper"]
    assert ranking.skill.measured.auc.value > 0.8
    best = ranking.targets.iloc[0]
    run = prospector.open_run(prospector.write(screening, tmp_path / "run"))
    [told] = explain(run, best["longitude"], best["latitude"])
    assert told.score == pytest.approx(best["score"], abs=0.1)
    assert told.percentile > 90
    grid = screening.grid
    east = gpd.GeoSeries.from_xy([best["longitude"]], [best["latitude"]], crs="EPSG:4326")
    place = east.to_crs(grid.crs)
    row, column, _ = grid.index(place.x.to_numpy(), place.y.to_numpy())
    at = np.array([[run.evidence("porphyry_copper")[n].values[row[0], column[0]]
                    for n in ("domeyko", "elevation")]])  # fmt: skip
    scaled = ranking.estimation.training.scale(at)
    parts = ranking.estimation.fitted.contributions(scaled)[0]
    assert sorted(row.contribution for row in told.rows) == pytest.approx(sorted(parts))
