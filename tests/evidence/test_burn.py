"""Shares of cells from changes along rows: the sums that a plain walk over every cell gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from prospector.evidence.burn import SHARE_DECIMALS, _shares

CHANGE = st.sampled_from([0.0, 0.0, 0.0, -0.0, 0.1, -0.1, 1 / 3, -1 / 3, 0.7, 1.0, -1.0, 1e-9])


@given(arrays(float, array_shapes(min_dims=2, max_dims=2, max_side=9), elements=CHANGE))
def test_shares_are_the_sums_along_each_row(changes):
    """Bit for bit: the order in which a row is summed is kept, and the next row begins anew."""
    walked = np.clip(np.round(np.cumsum(changes, axis=1), SHARE_DECIMALS), 0.0, 1.0) + 0.0
    assert _shares(changes).tobytes() == walked.tobytes()


@pytest.mark.parametrize("share", [0.25, 1.0])
def test_a_change_holds_to_the_end_of_its_row_and_no_farther(share):
    """A row without any is 0, after one that ends inside a polygon, too."""
    changes = np.zeros((3, 4))
    changes[1, 2] = share
    assert _shares(changes).tolist() == [[0.0] * 4, [0.0, 0.0, share, share], [0.0] * 4]
