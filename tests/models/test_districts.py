"""The distance of districts comes from the gaps between deposits, at any scale and anywhere."""

import geopandas as gpd
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.models.deposits import district_distance_m, districts


def points(at):
    """Places as features."""
    return gpd.GeoDataFrame(geometry=gpd.points_from_xy(*np.asarray(at, dtype=float).T))


def clustered(n, clusters, width_m, spread, seed):
    """Deposits in clusters that are `spread` of the width wide, dealt to them in turn."""
    random = np.random.default_rng(seed)
    centres = random.uniform(0, width_m, (clusters, 2))
    return centres[np.arange(n) % clusters] + random.normal(0, spread * width_m, (n, 2))


def n_districts(at):
    """How many districts the default leaves."""
    features = points(at)
    return len(set(districts(features, district_distance_m(features))))


@given(
    n=st.integers(20, 120),
    clusters=st.integers(1, 40),
    width_km=st.floats(5, 5000),
    seed=st.integers(0, 2**16),
)
def test_ten_districts_are_left_where_there_are_enough_deposits(n, clusters, width_km, seed):
    """And no more than half as many as deposits, in a region of 5 km as of 5000 km."""
    left = n_districts(clustered(n, clusters, 1000 * width_km, 0.02, seed))
    assert 10 <= left <= max(n // 2, 12)


@given(n=st.integers(1, 19), seed=st.integers(0, 2**16))
def test_few_deposits_keep_half_as_many_districts(n, seed):
    """Of a single deposit one."""
    left = n_districts(clustered(n, n, 100e3, 0.0, seed))
    assert -(-min(n, 20) // 2) <= left <= n


@pytest.mark.parametrize("width_m", [20e3, 200e3, 2000e3])
@pytest.mark.parametrize("clusters", [12, 20])
def test_clusters_that_are_well_apart_are_the_districts(width_m, clusters):
    """A hundred deposits in clusters on a lattice, each a tenth of their distance wide."""
    random = np.random.default_rng(1)
    lattice = np.stack(np.meshgrid(np.arange(5), np.arange(4)), axis=-1).reshape(-1, 2)[:clusters]
    step = width_m / 5
    at = step * lattice[np.arange(100) % clusters] + random.uniform(-0.05, 0.05, (100, 2)) * step
    found = districts(points(at), district_distance_m(points(at)))
    pairs = set(zip(found.tolist(), (np.arange(100) % clusters).tolist(), strict=True))
    assert len(pairs) == clusters == len(set(found))


@given(
    n=st.integers(4, 60),
    seed=st.integers(0, 2**16),
    east=st.floats(-1e6, 1e6),
    angle=st.floats(0, 6.28),
)
def test_districts_hang_neither_on_place_nor_on_direction(n, seed, east, angle):
    """The same deposits moved and turned lie in the same districts."""
    at = clustered(n, 8, 300e3, 0.02, seed)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    here, there = points(at), points(at @ turn + [east, -east])
    np.testing.assert_array_equal(
        districts(here, district_distance_m(here)), districts(there, district_distance_m(there))
    )


def test_ten_times_as_far_apart_is_ten_times_the_distance():
    """Kilometres of a belt are metres of a camp."""
    at = clustered(50, 12, 30e3, 0.02, 3)
    assert district_distance_m(points(10 * at)) == pytest.approx(
        10 * district_distance_m(points(at))
    )
