"""Pieces of a window: they hold all of its ground, none twice, and few other cells."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.compute.pieces import is_whole, pieces_around, pieces_of
from prospector.grid import Window

WINDOW = Window((2, 1), 2048, 1024, (256, 200))


def strip(shape, half_width):
    """Cells near the diagonal of a window."""
    row, column = np.indices(shape)
    return np.abs(row - column) <= half_width


def times_covered(pieces):
    """How many pieces each cell of the window lies in."""
    times = np.zeros(WINDOW.shape, dtype=int)
    for piece in pieces:
        row, column = piece.row - WINDOW.row, piece.column - WINDOW.column
        assert row >= 0
        assert column >= 0
        times[row : row + piece.shape[0], column : column + piece.shape[1]] += 1
    assert times.sum() == sum(piece.shape[0] * piece.shape[1] for piece in pieces)
    return times


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    share=st.sampled_from([0.0, 0.0001, 0.01, 0.5, 1.0]),
    beside=st.sampled_from([0.0, 50.0, 8000.0, np.inf]),
)
def test_every_cell_of_ground_lies_in_one_piece_and_no_cell_in_two(seed, share, beside):
    """Scattered cells, none, or all of the window."""
    ground = np.random.default_rng(seed).random(WINDOW.shape) < share
    times = times_covered(pieces_of(ground, WINDOW, beside=beside))
    assert times.max() <= 1
    assert (times[ground] == 1).all()
    if not ground.any():
        assert not times.any()


def test_a_strip_is_followed_and_a_window_of_ground_is_one_piece():
    """Of a strip of a fifth of a square, pieces that cost little hold less than a quarter more."""
    square = Window((0, 0), 0, 0, (1024, 1024))
    ground = strip(square.shape, 110)
    assert ground.mean() == pytest.approx(0.2, abs=0.01)
    cells = sum(one.shape[0] * one.shape[1] for one in pieces_of(ground, square, beside=1000.0))
    assert cells < 1.25 * ground.sum()
    assert pieces_of(np.ones(square.shape, dtype=bool), square, beside=1000.0) == [square]


def test_where_pieces_cost_much_the_window_is_one():
    """The cells that a cut would save are fewer than a further piece costs."""
    ground = strip(WINDOW.shape, 20)
    assert len(pieces_of(ground, WINDOW, beside=1.0)) > 8
    assert [one.shape for one in pieces_of(ground, WINDOW, beside=1e6)] == [(220, 200)]
    assert pieces_of(ground, WINDOW, beside=np.inf) == [WINDOW]


@pytest.mark.parametrize(("share", "whole"), [(0.5, False), (0.75, True), (1.0, True)])
def test_three_quarters_of_ground_make_a_window_whole(share, whole):
    """Counted in cells."""
    assert is_whole(np.arange(100) < 100 * share) is whole


def test_cells_of_a_tile_are_computed_together():
    """Each cell lies in the piece that is named for it."""
    random = np.random.default_rng(0)
    row, column = random.integers(0, 500, (2, 300))
    pieces, of = pieces_around(row, column)
    assert len(pieces) < 65
    for piece, at_row, at_column in zip(of, row, column, strict=True):
        first, shape = (pieces[piece].row, pieces[piece].column), pieces[piece].shape
        assert first[0] <= at_row < first[0] + shape[0]
        assert first[1] <= at_column < first[1] + shape[1]
