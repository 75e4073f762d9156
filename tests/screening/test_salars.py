"""Salars whose lithium or borate has a known cause: the models find it, and find nothing in noise."""

import geopandas as gpd
import numpy as np
import pytest
import shapely

import prospector
from prospector.models.deposits import district_distance_m, districts
from prospector.pages.check_lines import check_lines
from prospector.validation.stated import LabelledUnits, stated_on_units
from tests.salars import CRS, SOUTH, STEP_M, WEST, write_salars

HOW = {"quick": True, "workers": 1}


def ranking(folder, model="lithium_brine", **how):
    """Screen planted salars and return the model's ranking."""
    return prospector.screen(write_salars(folder, model=model, **how), **HOW).rankings[model]


@pytest.mark.parametrize("seed", range(3))
def test_planted_brines_rank_on_top_and_hardly_a_relabelling_does_as_well(tmp_path, seed):
    """Closed, dry, beside a volcano: half of the salars hold more than two thirds of them."""
    found = ranking(tmp_path / "r", seed=seed)
    test = found.skill.stated
    assert test.n_tested == 14
    assert test.auc.value > 0.7 > test.auc.null_p95
    assert test.auc.p <= 0.02
    ranks = [known.rank for known in found.known]
    assert ranks == sorted(ranks)
    assert np.median(ranks) <= 16  # of 64


@pytest.mark.parametrize("seed", range(3))
def test_planted_borate_is_found_by_its_volcanoes(tmp_path, seed):
    """The salars nearest to a volcano, whatever their basin."""
    how = {"cause": "volcanoes", "deposit_type": "borate", "seed": seed}
    test = ranking(tmp_path / "r", "borate_salar", **how).skill.stated
    assert test.auc.value > 0.7
    assert test.auc.p <= 0.02


@pytest.mark.parametrize("model", ["lithium_brine", "borate_salar"])
def test_nothing_is_found_where_the_known_lie_anywhere(tmp_path, model):
    """Five patterns of noise, one of which has a p of 0.008 for borate: the mean AUC is about one half.

    Whole screens of seeds 0 to 79 gave p of at most 0.05 in 5 % for lithium, of 0 to 39 in 5 % for borate.
    """
    labels = {"lithium_brine": "lithium_brine", "borate_salar": "borate"}
    tests = [
        ranking(tmp_path / str(seed), model, cause="none", deposit_type=labels[model], seed=seed)
        .skill.stated
        for seed in range(5)
    ]  # fmt: skip
    assert 0.4 < np.mean([test.auc.value for test in tests]) < 0.6
    assert sum(test.auc.p <= 0.05 for test in tests) <= 1


@pytest.mark.parametrize("countries", [1, 3])
def test_labels_dealt_at_random_reach_a_small_p_as_often_as_chance(tmp_path, countries):
    """Scores of one screen, 60 deals of labels, in one country or three of unlike share: one in twenty."""
    polygons = ranking(tmp_path / "r", cause="none").polygons
    at = shapely.get_coordinates(shapely.centroid(polygons.outlines))
    country = np.argsort(np.argsort(at[:, 0])) * countries // len(at)
    known = {1: (14,), 3: (9, 1, 4)}[countries]
    p = np.array([_dealt(polygons.score, at, country, known, seed) for seed in range(60)])
    assert np.mean(p <= 0.05) <= 0.1
    assert np.mean(p <= 0.01) <= 0.05
    assert np.mean(p) == pytest.approx(0.5, abs=0.12)


def _dealt(score, at, country, known, seed):
    """Return the p of labels dealt at random, so many in each country."""
    random = np.random.default_rng([21, seed])
    chosen = [
        random.choice(np.flatnonzero(country == number), n, replace=False)
        for number, n in enumerate(known)
    ]
    labelled = np.isin(np.arange(len(at)), np.concatenate(chosen))
    places = gpd.GeoDataFrame(geometry=gpd.points_from_xy(*at[labelled].T), crs=CRS)
    district = districts(places, district_distance_m(places))
    units = LabelledUnits(score, at, labelled, district, country)
    return stated_on_units(units, n=199, random_state=seed).auc.p


def test_salars_beyond_the_basins_are_scored_by_the_rest_and_a_run_says_so(tmp_path):
    """The climate of the western half is known: no salar is lost, and each unknown is named."""
    folder = write_salars(tmp_path / "r", reach=0.5)
    found = prospector.screen(folder, **HOW)
    assert found.rankings["lithium_brine"].distribution.total == 64
    partly = [notice for notice in found.notices if notice.code == "evidence-partly-unknown"]
    assert [notice.value("percent") for notice in partly] == [50.0] * 3
    unknown = {len(known.unknown) for known in found.rankings["lithium_brine"].known}
    assert unknown == {0, 3}
    assert not [notice for notice in found.notices if notice.code == "units-without-evidence"]


def test_an_evidence_that_is_unknown_changes_no_score(tmp_path):
    """In the east the scores are those of a run that has no basins at all."""
    partly = prospector.screen(write_salars(tmp_path / "partly", reach=0.5), **HOW)
    none = write_salars(tmp_path / "none", reach=0.5)
    drop_basins(none)
    without = prospector.screen(none, **HOW)
    scores = [
        found.rankings["lithium_brine"].polygons.score.reshape(8, 8) for found in (partly, without)
    ]
    np.testing.assert_array_equal(scores[0][:, 4:], scores[1][:, 4:])
    assert (scores[0][:, :4] != scores[1][:, :4]).any()


def drop_basins(folder):
    """Take the layer of basins out of a region."""
    toml = folder / "region.toml"
    start = toml.read_text().index("[layers.basins]")
    end = toml.read_text().index("[layers.volcanoes]")
    toml.write_text(toml.read_text()[:start] + toml.read_text()[end:])


def test_check_names_the_evidence_that_a_region_without_basins_lacks(tmp_path):
    """Closure, rain and aridity, each with the role that is missing; the model can run."""
    folder = write_salars(tmp_path / "r")
    drop_basins(folder)
    checked = prospector.check(folder)
    [model] = checked.deposit_models
    assert model.able
    dropped = [notice for notice in checked.notices if notice.code == "evidence-dropped"]
    assert {notice.value("evidence") for notice in dropped} == {
        "closed",
        "precipitation",
        "aridity",
    }
    assert {notice.value("reason").code for notice in dropped} == {"needs-map"}


def test_check_says_on_how_much_of_the_ground_the_climate_is_unknown(tmp_path):
    """As the run does; nothing is said to be left unscored."""
    checked = prospector.check(write_salars(tmp_path / "r", reach=0.5))
    codes = [notice.code for notice in checked.notices]
    assert codes.count("evidence-partly-unknown") == 3
    assert "ground-without-evidence" not in codes


def test_deposits_in_no_salar_are_said_to_lie_in_none(tmp_path):
    """Three lie between the salars: that is the reason, with its count, and no evidence is missing."""
    folder = write_salars(tmp_path / "r")
    file = folder / "deposits.geojson"
    table = gpd.read_file(file).to_crs(CRS)
    corners = [(WEST + STEP_M * n, SOUTH + STEP_M * n) for n in (2, 4, 6)]
    table.loc[:2, "geometry"] = gpd.points_from_xy(*zip(*corners, strict=True))
    table.to_crs("EPSG:4326").to_file(file, driver="GeoJSON")
    checked, found = prospector.check(folder), prospector.screen(folder, **HOW)
    for notices in (checked.notices, found.notices):
        [notice] = [notice for notice in notices if notice.code == "deposits-in-no-unit"]
        assert (notice.count, notice.value("unit")) == (3, "salars")
        assert "deposits-without-evidence" not in {notice.code for notice in notices}
    assert "11 compared, 3 in none of the salars" in "\n".join(check_lines(checked))
    test = found.rankings["lithium_brine"].skill.stated
    assert (test.n_tested, test.n_in_no_unit, test.n_without_evidence) == (11, 3, 0)
    report = prospector.write(found, tmp_path / "es", language="es") / "report.html"
    assert (
        "3 yacimientos conocidos no están en ninguno de los polígonos evaluados"
        in report.read_text("utf-8")
    )


def test_an_estimator_that_learns_needs_every_value(tmp_path):
    """With unknown climate in the east only the west is scored, and the run says so."""
    folder = write_salars(tmp_path / "r", reach=0.5, known=20)
    toml = folder / "region.toml"
    chosen = 'evidence = ["closed", "precipitation", "volcano"]'
    toml.write_text(f"{toml.read_text()}\n[override.lithium_brine.estimator]\n{chosen}\n")
    checked = prospector.check(folder, estimator="logistic")
    [told] = [notice for notice in checked.notices if notice.code == "ground-without-evidence"]
    assert told.value("percent") == 50.0


def test_a_known_brine_says_what_holds_it_down(tmp_path):
    """Its lowest memberships, and what is unknown there, in the report and in run.json, in both languages."""
    folder = write_salars(tmp_path / "r", reach=0.5)
    found = prospector.screen(folder, **HOW)
    known = found.rankings["lithium_brine"].known
    assert len(known) == 14
    assert all(low.membership < 1 for row in known for low in row.lowest)
    assert all(row.lowest[0].membership <= row.lowest[-1].membership for row in known if row.lowest)
    for code, caption in (
        ("en", "How each known deposit ranks"),
        ("es", "Cómo queda cada yacimiento"),
    ):
        run = prospector.write(found, tmp_path / code, language=code)
        report = (run / "report.html").read_text("utf-8")
        assert caption in report
        assert known[0].deposit in report
        opened = prospector.open_run(run)
        records = opened.record["deposit_models"]["lithium_brine"]["known"]
        assert [row["deposit"] for row in records] == [row.deposit for row in known]
