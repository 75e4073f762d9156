"""What an estimator may learn from, and what a run says of its skill beside the AUC."""

import hashlib
from dataclasses import replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest

import prospector
from prospector.errors import ModelError, Reason, RegionError
from prospector.learning.estimation import effects_of, fitted_to, runs_against, too_few
from prospector.options import Options
from prospector.screening.trials import compare_estimators


@pytest.fixture
def ranking(planted_full):
    """The planted region's copper, with the whole validation."""
    return planted_full.rankings["porphyry_copper"]


def with_deposits(region, count):
    """Keep the first deposits of a region."""
    file = region / "deposits.geojson"
    gpd.read_file(file).head(count).to_file(file, driver="GeoJSON")
    return region


@pytest.mark.parametrize(
    ("count", "estimator", "said"),
    [
        (9, "logistic", r"9 deposits, but learning needs 10\. Use --estimator fuzzy"),
        (15, "forest", r"15 deposits in \d+ districts, but forest needs 20 in 10\. Use"),
        (15, "boosting", r"15 deposits in \d+ districts, but boosting needs 20 in 10\. Use"),
    ],
)
def test_too_few_deposits_are_refused_with_what_to_do(region, count, estimator, said):
    """Ten for any estimator that learns, twenty in ten districts for ensembles of trees."""
    with pytest.raises(ModelError, match=said):
        prospector.screen(
            with_deposits(region, count), estimator=estimator,
            deposit_models=["porphyry_copper"], quick=True, workers=1,
        )  # fmt: skip


def with_more_evidence(region, name=""):
    """Give the copper three more evidences, and name those to use."""
    one = 'kind = "surface"\nrole = "relief"\nexpected = "any"\nreason = "a test"\n'
    tables = [f'[override.porphyry_copper.evidence.{n}]\nlabel = "{n}"\n{one}' for n in "abc"]
    tables.append(f"[override.porphyry_copper.estimator]\nevidence = [{name}]\n")
    toml = region / "region.toml"
    toml.write_text(toml.read_text() + "\n" + "\n".join(tables))
    return region


def test_few_deposits_may_teach_few_evidences(region):
    """Five evidences or more are refused below twenty deposits, with the key that names those to use."""
    few = with_more_evidence(with_deposits(region, 15))
    how = {"deposit_models": ["porphyry_copper"], "quick": True, "workers": 1}
    with pytest.raises(
        ModelError, match=r"15 deposits and \d evidence layers.*allow only 4\. Name those to use"
    ):
        prospector.screen(few, **how)


def test_only_the_evidence_that_is_named_is_used(region):
    """Two of them, and a notice for each of the others; an unknown name is refused."""
    named = with_more_evidence(with_deposits(region, 15), '"domeyko", "a"')
    how = {"deposit_models": ["porphyry_copper"], "quick": True, "workers": 1}
    ranking = prospector.screen(named, **how).rankings["porphyry_copper"]
    assert [one.name for one in ranking.evidence] == ["domeyko", "a"]
    assert Reason("estimator-names-others") in [n.value("reason") for n in ranking.notices]
    toml = named / "region.toml"
    toml.write_text(toml.read_text().replace('"domeyko", "a"', '"gold"'))
    with pytest.raises(RegionError, match=r"estimator.evidence': .*not 'gold'"):
        prospector.screen(named, **how)


def test_settings_of_the_estimator_are_the_deposit_models(region, tmp_path):
    """They are in the fit, in the record and in the key of what the store keeps."""
    how = {"deposit_models": ["porphyry_copper"], "quick": True, "workers": 1}
    how["store"] = str(tmp_path / "store")
    plain = prospector.screen(region, **how).rankings["porphyry_copper"]
    table = '\n[override.porphyry_copper.estimator]\nC = 0.02\nsigns = "bound"\n'
    toml = region / "region.toml"
    toml.write_text(toml.read_text() + table)
    ranking = prospector.screen(region, **how).rankings["porphyry_copper"]
    stated = ranking.as_record()["model"]["estimator"]
    assert (stated["C"], stated["signs"]) == (0.02, "bound")
    bound = [evidence.expected != "any" for evidence in ranking.evidence]
    squared = np.array(ranking.estimation.fitted.figures()["squared"])
    assert any(bound)
    assert (squared[bound] == 0).all()
    assert ranking.skill.measured.auc != plain.skill.measured.auc


DENSITY = """
[override.porphyry_copper.evidence.domeyko]
label = "distance to the {age} fault"
[override.porphyry_copper.evidence.density_{age}]
kind = "density"
role = "faults"
radius_m = 20000
label = "density of {age} faults"
expected = "any"
reason = "a test"
"""


def test_the_digest_is_of_all_that_an_estimator_is_fitted_to(planted_screening):
    """Of what is expected, the settings and the seed too: a forest's kept score hangs on nothing else."""
    estimation = planted_screening.rankings["porphyry_copper"].estimation
    sample, seed = estimation.training.sample(), Options().seed
    assert estimation.fitted.digest == fitted_to(sample, {}, seed)
    others = {
        fitted_to(replace(sample, expected=("any", "any")), {}, seed),
        fitted_to(replace(sample, expected=None), {}, seed),
        fitted_to(sample, {"signs": "bound"}, seed),
        fitted_to(sample, {}, seed + 1),
    }
    assert len(others - {estimation.fitted.digest}) == 4


def test_a_store_gives_back_no_name_of_an_earlier_run(region, tmp_path):
    """Evidence is renamed: the figures are kept, the names are new, bytes are as without a store."""
    toml = region / "region.toml"
    how = {"quick": True, "deposit_models": ["porphyry_copper"], "workers": 1}
    before, computed = toml.read_text("utf-8"), []
    for age in ("old", "new"):
        toml.write_text(before + DENSITY.format(age=age), "utf-8")
        kept = prospector.screen(
            region, store=tmp_path / "store", progress=lambda *step: computed.append(step[0]), **how
        )
        assert any("validation" in what for what in computed) is (age == "old")
        computed.clear()
    folders = [prospector.write(kept, tmp_path / "kept")]
    folders.append(prospector.write(prospector.screen(region, **how), tmp_path / "fresh"))
    for name in ("run.json", "report.html", "map.html"):
        ours, fresh = ((folder / name).read_bytes() for folder in folders)
        assert ours == fresh
        assert b"density_old" not in ours
        assert b"the old fault" not in ours


def test_a_comparison_leaves_out_what_the_deposits_cannot_teach(region):
    """A notice each; with fifteen deposits the logistic regression stands alone."""
    [table], notices = compare_estimators(
        with_deposits(region, 15), deposit_models=["porphyry_copper"],
        estimators=["logistic", "forest"], quick=True, workers=1,
    )  # fmt: skip
    assert list(table.skills) == ["logistic"]
    [left_out] = [notice for notice in notices if notice.code == "estimator-left-out"]
    assert left_out.value("estimator") == "forest"
    assert dict(left_out.value("reason").about)["deposits"] == 15


def test_enough_deposits_in_too_few_districts_do_not_teach_a_forest(ranking):
    """Many points of one camp say what one does."""
    training = ranking.estimation.training
    assert too_few(training, "logistic") is None
    one_camp = replace(training.deposits, district=np.zeros_like(training.deposits.district))
    assert "in 1 districts" in str(too_few(replace(training, deposits=one_camp), "forest"))


def test_captures_and_curves_agree_and_stand_beside_their_null(ranking):
    """The captures are the prediction rate at 1, 5, 10 and 20 %; a curve runs from 0 to 1 and rises."""
    measured = ranking.skill.measured
    curves = measured.curves
    held_out = dict(zip(curves.area_share, curves.prediction_rate_held_out, strict=True))
    assert [one.area_share for one in measured.captures] == [0.01, 0.05, 0.1, 0.2]
    for capture in measured.captures:
        figure = capture.captured
        assert figure.value == pytest.approx(held_out[capture.area_share], abs=1e-4)
        assert figure.interval[0] <= figure.value <= figure.interval[1]
        assert 0 <= figure.null_p95 <= 1
    for name in ("prediction_rate_held_out", "success_rate_fit", "prediction_rate_null_p95"):
        assert getattr(curves, name)[-1] == pytest.approx(1.0)
        assert (np.diff(getattr(curves, name)) >= -1e-9).all()
    meet = measured.prediction_area
    assert meet.area_share + meet.found_share == pytest.approx(1.0)


def test_every_draw_of_the_background_is_told(ranking):
    """Five draws, each with its AUC and p, and their spread."""
    draws = ranking.skill.measured.draws
    assert len(draws) == 5
    aucs = [one.value for one in draws]
    assert ranking.skill.measured.draw_spread == pytest.approx(np.std(aucs, ddof=1), abs=1e-3)


def test_other_ways_to_hold_out_are_named_with_their_null(ranking):
    """Two belts by age; without one there is nothing to hold out, and that is said."""
    ways = {one.folds: one for one in ranking.skill.divisions}
    district = ways["leave one district out"]
    assert district.n_folds == ranking.skill.n_districts
    assert district.auc.split == "leave one district out"
    assert district.auc.n_null == 19
    assert district.auc.p >= 0.05
    assert ways["leave one belt out"].n_folds == 2
    training = ranking.estimation.training
    undated = replace(training.deposits, table=training.deposits.table.drop(columns="belt"))
    assert replace(training, deposits=undated).belt is None
    assert ways["nearest-neighbour distance matching (kNNDM)"].wasserstein_m >= 0


def test_the_run_folder_holds_curves_and_effects(planted_screening, planted_run):
    """The effect of the planted cause falls with distance; where nothing is learned there are none."""
    folder = planted_run / "porphyry_copper"
    curves = pd.read_csv(folder / "curves.csv")
    assert list(curves) == [
        "area_share", "prediction_rate_held_out", "prediction_rate_null_p95", "success_rate_fit",
    ]  # fmt: skip
    assert len(curves) == 101
    effects = pd.read_csv(folder / "effects.csv")
    near = effects[effects["evidence"] == "domeyko"]
    assert near["effect"].iloc[0] > near["effect"].iloc[-1]
    assert not (planted_run / "lithium_brine" / "effects.csv").exists()
    ranking = planted_screening.rankings["porphyry_copper"]
    assert len(effects_of(ranking.estimation)) == len(ranking.estimation.training.columns)


def test_the_estimators_stand_side_by_side_in_short(ranking, planted_screening):
    """That of the run first, each beside its null; none in a quick run."""
    rows = ranking.skill.estimators
    assert [one.estimator for one in rows] == ["logistic", "weights-of-evidence"]
    assert [one.untested for one in rows] == [None] * 2
    assert [one.auc.n_null for one in rows] == [99, 19]
    for auc in (one.auc for one in rows):
        assert 1 / (auc.n_null + 1) <= auc.p <= 1
        assert auc.interval[0] <= auc.value <= auc.interval[1]
    assert rows[0].auc == ranking.skill.measured.auc
    assert ranking.skill.baselines[0].auc.value == ranking.skill.measured.auc.value
    assert planted_screening.rankings["porphyry_copper"].skill.estimators == ()


def test_what_the_deposits_cannot_teach_says_so_in_the_short_table(region, monkeypatch):
    """Fifteen deposits teach no forest, nor boosting; all that learn are asked."""
    monkeypatch.setattr(Options, "n_null", 19)
    few = with_deposits(region, 15)
    ranking = prospector.screen(few, workers=1).rankings["porphyry_copper"]
    own, *others = ranking.skill.estimators
    assert own.untested is None
    assert [row.estimator for row in others] == ["forest", "boosting", "weights-of-evidence"]
    assert [row.untested is None for row in others] == [False, False, True]
    assert dict(others[0].untested.about)["deposits"] == 15
    with pytest.raises(ModelError, match="Unknown estimator 'oracle'"):
        prospector.screen(few, beside=["oracle"])


SOURCE = """
["faults.geojson"]
origin = "x"
citation = "x"
licence = "x"
date = "2020"
scale = "1:250,000"
coverage = "all"
schematic = false
sha256 = "{sha256}"
done = "x"
from_deposits = {stated}
"""


@pytest.mark.parametrize(("stated", "follows"), [("true", (0,)), ("false", ())])
def test_evidence_that_its_source_says_was_made_from_deposits_withholds_the_verdict(
    region, stated, follows
):
    """The skill is not judged, a notice says why, and the figure without it stands beside."""
    sha256 = hashlib.sha256((region / "faults.geojson").read_bytes()).hexdigest()
    (region / "SOURCES.toml").write_text(SOURCE.format(sha256=sha256, stated=stated), "utf-8")
    found = prospector.screen(region, deposit_models=["porphyry_copper"], quick=True, workers=1)
    ranking = found.rankings["porphyry_copper"]
    skill, codes = ranking.skill, [notice.code for notice in ranking.notices]
    assert skill.follows == follows
    assert (skill.verdict == "not judged") is bool(follows)
    assert (skill.without_following is not None) is bool(follows)
    assert ("evidence-made-from-deposits" in codes) is bool(follows)
    assert "evidence-built-from-deposits" not in codes or follows


@pytest.mark.parametrize(
    ("effect", "rising", "against"),
    [
        (lambda x: -((x - 30) ** 2), False, (0, 30)),
        (lambda x: -((x - 70) ** 2), True, (70, 100)),
        (lambda x: (x - 60) ** 2, True, (0, 60)),
        (lambda x: np.where(x < 90, -x, x - 180), False, (90, 100)),
    ],
)
def test_where_a_fitted_effect_runs_against_what_is_expected_is_told(effect, rising, against):
    """A hump before or after the middle, a bowl, and a turn in the last tenth of the range."""
    values = np.linspace(0, 100, 2001)
    low, high, share = runs_against(values, effect(values), rising=rising)
    assert (low, high) == pytest.approx(against, abs=5)
    assert share == pytest.approx((against[1] - against[0]) / 100, abs=0.08)


def test_an_effect_that_goes_as_expected_or_hardly_back_runs_against_nothing():
    """A line, a curve that flattens, small wiggles, and values of two classes."""
    values = np.linspace(0, 100, 2001)
    for effect in (values, np.sqrt(values), values + 2 * np.sin(values)):
        assert runs_against(values, effect, rising=True) is None
    assert runs_against((values > 50) * 1.0, (values > 50) * 1.0, rising=True) is None
