"""Expected number of deposits: it sums to the number that is stated, and is never made up."""

import shutil
from pathlib import Path

import numpy as np
import pytest
from rasterio.features import geometry_mask

import prospector
from prospector.errors import ModelError, RegionError
from prospector.region.shipped_models import load_deposit_model
from prospector.runs.portfolio import portfolio
from prospector.runs.run import open_run
from prospector.targets.deposit_number import deposit_number
from prospector.words.language import sentence

STATED = '\n[override.porphyry_copper.number]\ndeposits = 80\nsource = "a guess of this test"\n'
BY_DENSITY = {"exposed_km2": 50_000.0, "source": "a map"}


def with_number(number):
    return load_deposit_model("porphyry_copper", override={"number": number})


def inside(outline, grid):
    return geometry_mask([outline], out_shape=grid.shape, transform=grid.transform, invert=True)


@pytest.fixture(scope="module")
def numbered_run(planted, tmp_path_factory):
    """A run of the planted region at 80 deposits."""
    region = Path(shutil.copytree(planted, tmp_path_factory.mktemp("numbered") / "region"))
    toml = region / "region.toml"
    toml.write_text(toml.read_text() + STATED)
    return open_run(
        prospector.write(prospector.screen(region, quick=True, workers=1), region.parent / "run")
    )


def test_all_scored_ground_holds_the_number(numbered_run):
    """Each target's share of 80 is that of its odds, summed over the cells of the score's raster."""
    score = numbered_run.score("porphyry_copper")
    odds = score.values / (1 - score.values)
    targets = numbered_run.targets.to_crs(numbered_run.grid.crs)
    cells = targets.geometry.map(lambda outline: np.nansum(odds[inside(outline, score.grid)]))
    assert targets["expected_number"].to_numpy() == pytest.approx(
        80 * cells.to_numpy() / np.nansum(odds), rel=1e-3
    )
    assert 0 < targets["expected_number"].sum() < 80


def test_the_run_says_the_number_and_where_it_comes_from(numbered_run):
    """In run.json and among the notices."""
    figures = numbered_run.record["deposit_models"]["porphyry_copper"]
    assert figures["deposit_number"]["deposits"] == 80
    [notice] = [one for one in figures["notices"] if one["code"] == "expected-number"]
    assert notice["about"]["deposits"] == 80
    assert notice["about"]["source"] == "a guess of this test"


def test_targets_are_ranked_by_expected_number(numbered_run):
    """A large target may go before one of a higher score."""
    found = portfolio(numbered_run, "expected_number").targets
    assert found["expected_number"].is_monotonic_decreasing


def test_without_a_number_the_column_is_empty(planted_run):
    """Presence-only data say nothing of how many deposits there are."""
    run = open_run(planted_run)
    assert run.targets["expected_number"].isna().all()
    assert run.record["deposit_models"]["porphyry_copper"]["deposit_number"] is None


def test_the_density_of_porphyry_copper_is_that_of_the_paper():
    """In 100,000 km2: 4, 15 and 35; on half as much rock half as many."""
    found = deposit_number(with_number(BY_DENSITY), 5, learned=True)
    assert (found.at_least_90, found.deposits, found.at_least_10) == (2, 7.5, 17.5)
    assert "Singer" in found.source
    assert "90 % of such areas hold 2 or more, 10 % hold 17.5 or more" in sentence(
        found.notice(with_number(BY_DENSITY))
    )


@pytest.mark.parametrize(
    ("number", "known", "learned", "said"),
    [
        ({"deposits": 20, "source": "a"}, 29, True, "20 deposits, found and unfound, but 29"),
        ({"deposits": 20, "source": "a"}, 3, False, "memberships are stated"),
    ],
)
def test_a_number_that_cannot_be_is_refused(number, known, learned, said):
    """Fewer than are known; a score that is no density."""
    with pytest.raises(ModelError, match=said):
        deposit_number(with_number(number), known, learned=learned)


def test_a_model_without_density_needs_the_number_itself():
    """Lithium brine has none."""
    model = load_deposit_model("lithium_brine", override={"number": BY_DENSITY})
    with pytest.raises(ModelError, match=r"needs the model's density.*State 'deposits'"):
        deposit_number(model, 0, learned=True)


@pytest.mark.parametrize("both", [{}, {"deposits": 9, "exposed_km2": 9.0}])
def test_one_of_number_and_rock_is_stated(both):
    """Neither, or both, is refused with the key."""
    with pytest.raises(RegionError, match=r"number\.deposits': .*either this key or exposed_km2"):
        with_number({"source": "a", **both})


def test_no_number_is_no_number():
    """As shipped."""
    assert deposit_number(load_deposit_model("porphyry_copper"), 29, learned=True) is None
