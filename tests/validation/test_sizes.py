"""Sizes of blocks and lengths of fields follow the ground and the deposits, whatever their scale."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prospector.validation import Sample
from prospector.validation.sizes import background_spacing_m, block_sizes, field_lengths


def strewn(width_m, height_m, *, deposits=30, places=1000, seed=0, clusters=0):
    """Return a sample without evidence on a rectangle; deposits alone, or in clusters 1 % wide."""
    random = np.random.default_rng(seed)
    size = np.array([width_m, height_m])
    at = random.uniform(0, 1, (deposits, 2))
    if clusters:
        at = random.uniform(0, 1, (clusters, 2))[np.arange(deposits) % clusters]
        at = at + random.normal(0, 0.01, at.shape)
    ground = random.uniform(0, 1, (places, 2)) * size
    nothing = np.zeros((deposits, 1)), np.zeros((places, 1))
    return Sample(nothing[0], at * size, np.arange(deposits), nothing[1], ground)


@given(
    width_km=st.floats(5, 5000),
    shape=st.floats(0.1, 1),
    deposits=st.integers(1, 200),
    clusters=st.integers(0, 10),
    seed=st.integers(0, 2**16),
)
def test_sizes_lie_between_what_the_sample_can_show_and_what_the_ground_can_hold(
    width_km, shape, deposits, clusters, seed
):
    """Ascending, three of the largest block along the ground, no length beyond it: at any scale."""
    sample = strewn(
        1000 * width_km, 1000 * width_km * shape, deposits=deposits, seed=seed, clusters=clusters
    )
    width = np.ptp(np.vstack([sample.positive_at, sample.background_at]), axis=0).max()
    blocks, lengths = np.array(block_sizes(sample)), field_lengths(sample)
    for sizes in (blocks, lengths):
        assert (np.diff(sizes) > 0).all()
    assert blocks[-1] == pytest.approx(width / 3, rel=0.06)
    assert lengths[-1] == pytest.approx(width, rel=0.06)
    assert lengths[0] <= 1.06 * background_spacing_m(sample)
    assert blocks[0] <= blocks[-1] / 7


@pytest.mark.parametrize(("width_m", "least", "most"), [(20e3, 300, 20e3), (2000e3, 30e3, 2000e3)])
def test_a_small_region_and_a_large_one_get_lengths_of_their_own(width_m, least, most):
    """Of 1000 places on 20 km the least length is some hundred metres, on 2000 km tens of km."""
    lengths = field_lengths(strewn(width_m, width_m))
    assert least < lengths[0] < 4 * least
    assert lengths[-1] == pytest.approx(most, rel=0.06)


def test_sizes_grow_with_the_map():
    """The same places ten times as far apart: ten times the sizes."""
    near, far = strewn(30e3, 20e3), strewn(300e3, 200e3)
    np.testing.assert_allclose(10 * np.array(block_sizes(near)), block_sizes(far))
    np.testing.assert_allclose(10 * field_lengths(near), field_lengths(far))


def test_a_sample_of_one_place_has_sizes():
    """Nothing can be told of it, and nothing divides by nought."""
    sample = strewn(0.0, 0.0, deposits=1, places=1)
    assert (np.array(block_sizes(sample)) > 0).all()
    assert (field_lengths(sample) > 0).all()
