"""A deposit model on part of a region: what is asked of the ground off it, and that scores are the same."""

import numpy as np
import pytest

import prospector
from prospector.compute.engine import Workers
from prospector.compute.windows import workspace_of
from prospector.ground.application import ground_of
from prospector.ground.setting import Setting
from prospector.layers import read_layers
from prospector.learning.opening import open_model
from prospector.models import SquaredLogistic
from prospector.models.fitted import Fitted
from prospector.options import Options
from prospector.region.model_evidence import PermissiveEntry

NEAR_FAULTS = PermissiveEntry(
    kind="distance", parameters={"role": "faults"}, reason="within 4 km of a fault", at_most=4.0
)


def nothing(done, total):
    """Tell no progress."""


@pytest.fixture(scope="module")
def grounds(planted):
    """The ground within 4 km of faults, in small windows, and all of the region; its deposits' places."""
    region = prospector.load_region(planted)
    grid, model = region.grid(), region.deposit_model("porphyry_copper")
    layers = read_layers(region, grid)
    opening = open_model(model, layers, grid, Options())
    setting = Setting(
        grid, layers, Options(), workspace_of(None, Workers(count=1), window_cells=32)
    )
    part = model.model_copy(update={"permissive": [NEAR_FAULTS]})
    return [ground_of(one, opening.columns, setting, nothing) for one in (part, model)], opening


def test_a_place_off_the_ground_is_measured_where_it_is_asked_for(grounds):
    """Moves reach off the ground: they meet the values of the whole region, bit for bit."""
    (part, whole), _ = grounds
    easting, northing = part.stack.grid.axes()
    random = np.random.default_rng(0)
    at = np.column_stack([random.choice(easting, 60), random.choice(northing, 60)])
    shifts = random.uniform(-6000, 6000, (5, 2))
    found, wanted = (ground.around(at, shifts, 0) for ground in (part, whole))
    np.testing.assert_array_equal(found, wanted)
    stored = part.evidence()[0].values
    row, column, inside = part.stack.grid.index(at[:, 0], at[:, 1])
    assert np.isnan(stored[row, column]).any()
    assert inside.all()


def test_a_deposit_off_the_ground_keeps_its_evidence(grounds):
    """Deposits are measured at their own place, on the ground or off it."""
    (part, whole), opening = grounds
    places = opening.deposits.table.geometry
    np.testing.assert_array_equal(part.at(places), whole.at(places))
    assert np.isfinite(part.at(places)).all()


def test_scores_on_the_ground_are_those_of_the_whole_region(grounds):
    """The same estimator gives each cell of ground the same step, and no other cell any."""
    (part, whole), _ = grounds
    rows = whole.scale(whole.background(500, 0, nothing, draws=1)[0].evidence)
    learned = SquaredLogistic().fit(rows, rows[:, 0] < np.median(rows[:, 0]))
    fitted = Fitted.of("logistic", learned, rows, "test")
    found, every = (ground.score(fitted, nothing) for ground in (part, whole))
    (window,) = part.stack.grid.windows(max(part.stack.grid.shape))
    on = part.stack.ground.mask(window)
    assert 0 < on.sum() < on.size
    assert len(part.windows) < len(whole.windows)
    np.testing.assert_array_equal(found.values.values, np.where(on, every.values.values, np.nan))
    assert found.distribution.total == np.isfinite(found.values.values).sum()


def test_the_background_is_drawn_from_the_ground(grounds):
    """As many cells as the mask has, all with their evidence."""
    (part, _), _ = grounds
    (drawn,) = part.background(10**6, 0, nothing, draws=1)
    (window,) = part.stack.grid.windows(max(part.stack.grid.shape))
    assert drawn.n_permissive == part.stack.ground.mask(window).sum()
    assert np.isfinite(drawn.evidence).all()
