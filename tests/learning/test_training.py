"""What is learned from: deposits that have all their evidence, belts as numbers, and what is noticed."""

from dataclasses import replace
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio

import prospector
from prospector.compute.engine import Workers
from prospector.compute.windows import workspace_of
from prospector.errors import ModelError, Reason
from prospector.ground.setting import Setting
from prospector.layers import read_layers
from prospector.learning.opening import open_model
from prospector.learning.training import prepare
from prospector.options import Options

MODEL = "porphyry_copper"


@pytest.fixture
def training(planted_screening):
    """What the planted region's copper was learned from."""
    return planted_screening.rankings[MODEL].estimation.training


def prepared(region):
    """A deposit model on the ground of a region."""
    loaded = prospector.load_region(region)
    grid = loaded.grid()
    options, workspace = Options(quick=True), workspace_of(None, Workers(count=1))
    layers = read_layers(loaded, grid)
    opening = open_model(loaded.deposit_model(MODEL), layers, grid, options)
    return prepare(opening, Setting(grid, layers, options, workspace))


def notice_of(prepared, code):
    """The notice of a code, or none."""
    return next((notice for notice in prepared.notices if notice.code == code), None)


def without_first(training):
    """The first deposit lacks an evidence."""
    evidence = training.evidence_at_deposits.copy()
    evidence[0, -1] = np.nan
    return replace(training, evidence_at_deposits=evidence)


def with_belts(training, names):
    """The deposits have belts of such names."""
    table = training.deposits.table.assign(belt=names)
    return replace(training, deposits=replace(training.deposits, table=table))


def test_a_deposit_that_lacks_an_evidence_teaches_nothing(training):
    """It is not usable, and the sample is that of the others in their order."""
    lacking = without_first(training)
    assert lacking.usable.tolist() == [False] + [True] * (len(training.usable) - 1)
    sample, whole = lacking.sample(), training.sample()
    np.testing.assert_array_equal(sample.positive, whole.positive[1:])
    np.testing.assert_array_equal(sample.positive_at, whole.positive_at[1:])
    np.testing.assert_array_equal(sample.district, whole.district[1:])
    np.testing.assert_array_equal(sample.background, whole.background)


def test_every_draw_of_the_background_has_the_same_deposits(training):
    """Two draws of a quick run: other ground, the same deposits."""
    sample, (other,) = training.sample(), training.other_samples()
    np.testing.assert_array_equal(other.positive, sample.positive)
    assert other.background.shape == sample.background.shape
    assert not np.array_equal(other.background_at, sample.background_at)


def test_belts_are_numbers_in_the_order_of_their_names(training):
    """Of the usable deposits alone; none where a single one is not stated."""
    count = len(training.usable)
    names = (["west", "east"] * count)[:count]
    belted = with_belts(training, names)
    assert belted.belt.tolist() == ([1, 0] * count)[:count]
    assert without_first(belted).belt.tolist() == belted.belt.tolist()[1:]
    unstated = with_belts(training, [None, *names[1:]])
    assert unstated.belt is None
    assert without_first(unstated).belt is not None


def test_a_deposit_outside_the_region_does_not_train_and_is_counted(region):
    """One is moved 300 km to the east; the others stay."""
    file = region / "deposits.geojson"
    deposits = gpd.read_file(file).to_crs("EPSG:32719")
    deposits.loc[[0], "geometry"] = deposits.geometry[[0]].translate(300_000)
    names = deposits["name"].tolist()
    before = prepared(region)
    deposits.to_crs("EPSG:4326").to_file(file, driver="GeoJSON")
    after = prepared(region)
    assert notice_of(before, "deposits-outside-region") is None
    assert notice_of(after, "deposits-outside-region").count == 1
    assert names[0] not in after.training.deposits.table["name"].tolist()
    assert len(after.training.deposits.table) == len(before.training.deposits.table) - 1


def punched(region, box):
    """Make the relief unknown in a part of its rows and columns."""
    with rasterio.open(region / "relief.tif", "r+") as relief:
        values = relief.read(1)
        relief.nodata = -9999
        values[box] = -9999
        relief.write(values, 1)
    return region


def test_ground_without_all_its_evidence_is_counted(region):
    """No relief in the north: cells and deposits there have a notice each, with their number."""
    with rasterio.open(region / "relief.tif") as relief:
        north = relief.height // 3
    found = prepared(punched(region, np.s_[:north]))
    units = notice_of(found, "units-without-evidence")
    deposits = notice_of(found, "deposits-without-evidence")
    grid = prospector.load_region(region).grid()
    assert 0.1 < units.count / (grid.shape[0] * grid.shape[1]) < 0.5
    assert deposits.count == (~found.training.usable).sum() > 0
    [relief] = units.value("lacking")
    share = units.count / (grid.shape[0] * grid.shape[1])
    assert dict(relief.about)["units"] == units.count
    assert dict(relief.about)["percent"] == round(100 * share, 1)
    assert min(found.covers) == pytest.approx(1 - share)


def test_no_ground_with_all_its_evidence_is_an_error(region):
    """The relief is unknown everywhere but in a column outside of the region."""
    spoiled = punched(region, np.s_[:, 1:])
    with pytest.raises(ModelError, match=r"no unit has all its evidence\. Check that the rasters"):
        prepared(spoiled)


def test_no_permissive_ground_is_an_error(region):
    """The model asks for ground above 9000 m."""
    toml = Path(region / "region.toml")
    condition = '[[override.porphyry_copper.permissive]]\nkind = "surface"\nrole = "relief"\n'
    toml.write_text(f'{toml.read_text()}\n{condition}at_least = 9000\nreason = "a test"\n')
    with pytest.raises(ModelError, match="no permissive ground") as raised:
        prepared(region)
    assert raised.value.reason == Reason("no-permissive-ground")
