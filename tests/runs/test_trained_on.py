"""What a reopened run says of its training is what the run saw: nothing is derived again."""

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely

import prospector
from prospector.runs.run import open_run


@pytest.fixture(scope="module")
def pair(planted, tmp_path_factory):
    """A screening with a deposit off the grid that holds two districts apart, and its run."""
    import shutil

    root = tmp_path_factory.mktemp("trained")
    region = shutil.copytree(planted, root / "region")
    deposits = gpd.read_file(region / "deposits.geojson").to_crs("EPSG:32719")
    first = deposits.iloc[0].drop("geometry").to_dict()
    further = gpd.GeoDataFrame(
        [{**first, "name": f"further {number}"} for number in range(3)],
        geometry=[shapely.Point(easting, 7_376_000) for easting in (398e3, 412e3, 450e3)],
        crs=deposits.crs,
    )
    every = pd.concat([deposits, further], ignore_index=True).to_crs("EPSG:4326")
    every.to_file(region / "deposits.geojson", driver="GeoJSON")
    screening = prospector.screen(region, quick=True, deposit_models=["porphyry_copper"], workers=1)
    return screening.rankings["porphyry_copper"], open_run(
        prospector.write(screening, root / "run")
    )


def test_the_districts_are_those_that_were_validated(pair):
    """Complete linkage over the deposits on the grid alone would give others."""
    ranking, run = pair
    training = ranking.estimation.training
    again = run.trained_on("porphyry_copper").sample
    assert again.district.tolist() == training.deposits.district[training.usable].tolist()
    assert len(np.unique(again.district)) == ranking.skill.n_districts


def test_the_folds_are_those_of_the_run(pair):
    """Of deposits and background alike."""
    ranking, run = pair
    again = run.trained_on("porphyry_copper").split
    assert again is not None
    for kept, fold in zip(again, ranking.estimation.split, strict=True):
        assert kept.tolist() == fold.tolist()


def test_the_area_of_applicability_is_that_of_the_run(pair):
    """The same threshold, and the same dissimilarity of what was trained on moved a little."""
    ranking, run = pair
    again = run.applicability("porphyry_copper")
    assert again.threshold == ranking.applicability.threshold
    places = ranking.estimation.training.sample().background[:50] + 0.01
    assert again.dissimilarity(places).tolist() == pytest.approx(
        ranking.applicability.dissimilarity(places).tolist(), abs=1e-12
    )


def test_what_was_trained_on_comes_back_to_the_last_digit(pair):
    """training.csv holds every digit of the evidence."""
    ranking, run = pair
    sample, again = ranking.estimation.training.sample(), run.trained_on("porphyry_copper").sample
    assert (again.positive == sample.positive).all()
    assert (again.background == sample.background).all()
