"""Distances to segments, and the ground that polygons cover, against the plainest way to compute them."""

import tracemalloc

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import CRS

from prospector.evidence import burn, covering, segments
from prospector.evidence.covering import Covering
from prospector.evidence.features import Features
from prospector.evidence.segments import Segments, squared_distance
from prospector.evidence.tiles import cell_distance
from prospector.grid import Bounds, Grid
from prospector.layers.exactness import Exactness
from prospector.layers.shapes import Shapes

UTM = CRS.from_epsg(32719).to_wkt()


def chain(at):
    """The segments of a line."""
    return np.stack([at[:-1], at[1:]], axis=1)


def drawn(seed):
    """Lines far finer than cells, far longer than the grid, equal ones, and points."""
    random = np.random.default_rng(seed)
    kinds = {
        "fine": chain(np.cumsum(random.normal(0, 1, (random.integers(2, 3000), 2)), axis=0) + 4000),
        "long": random.uniform(-1e6, 1e6, (random.integers(1, 80), 2, 2)),
        "short": chain(random.uniform(0, 9000, (random.integers(2, 40), 2))),
        "equal": np.full((80, 2, 2), 5000.0),
        "points": np.repeat(random.uniform(0, 9000, (30, 1, 2)), 2, axis=1),
    }
    chosen = random.choice(list(kinds), random.integers(1, 4), replace=False)
    return Segments(np.concatenate([kinds[kind] for kind in chosen]))


def by_brute_force(found, easting, northing):
    """The distance of each place to every segment, the least of them."""
    square = squared_distance(found.ends[..., None], easting, northing)
    return np.sqrt(square.min(axis=0))


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 100_000), size=st.sampled_from([1.0, 100.0, 3000.0]))
def test_the_distance_of_a_cell_is_the_least_of_all_segments(seed, size):
    """The same bits, whichever of the ways is taken; beyond the cap there is none."""
    random = np.random.default_rng(seed)
    found = drawn(seed)
    grid = Grid(UTM, 3000.0, 6000.0, size, (int(random.integers(1, 40)), 35))
    easting, northing = (axis.ravel() for axis in grid.centres())
    wanted = by_brute_force(found, easting, northing)
    np.testing.assert_array_equal(cell_distance(found, grid).ravel(), wanted)
    cap = float(np.median(wanted))
    capped = cell_distance(found, grid, at_most_m=cap).ravel()
    np.testing.assert_array_equal(capped, np.where(wanted <= cap, wanted, np.inf))


@settings(deadline=None, max_examples=25)
@given(seed=st.integers(0, 100_000), rows=st.integers(1, 50), columns=st.integers(1, 50))
def test_wanted_cells_have_the_distances_of_all_and_tiles_without_none(seed, rows, columns):
    """Bit for bit, whichever of the ways is taken, with a cap and without."""
    random = np.random.default_rng(seed)
    found, grid = drawn(seed), Grid(UTM, 3000.0, 6000.0, 100.0, (rows, columns))
    wanted = np.zeros(grid.shape, dtype=bool)
    wanted[random.integers(rows, size=4), random.integers(columns, size=4)] = True
    for cap in (np.inf, 900.0):
        whole = cell_distance(found, grid, at_most_m=cap)
        some = cell_distance(found, grid, at_most_m=cap, wanted=wanted)
        np.testing.assert_array_equal(some[wanted], whole[wanted])
        assert np.all((some == whole) | np.isinf(some))
    assert np.isinf(cell_distance(found, grid, wanted=np.zeros_like(wanted))).all()


def test_distances_are_measured_in_tiles_that_hold_wanted_cells_alone():
    """Of 4 by 4 tiles the two that hold one: 16 cells to each side."""
    line = Segments(np.array([[[0.0, 0.0], [6400.0, 6400.0]]]))
    wanted = np.zeros((64, 64), dtype=bool)
    wanted[17, 40] = wanted[63, 63] = True
    metres = cell_distance(line, Grid(UTM, 0.0, 6400.0, 100.0, (64, 64)), wanted=wanted)
    measured = np.zeros_like(wanted)
    measured[16:32, 32:48] = measured[48:, 48:] = True
    np.testing.assert_array_equal(np.isfinite(metres), measured)


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 100_000))
def test_the_distance_of_a_shape_is_the_least_of_all_segments(seed):
    """The same bits as the search among all of them as geometry."""
    random = np.random.default_rng(seed)
    found = drawn(seed)
    shapes = shapely.buffer(shapely.points(random.uniform(-20_000, 30_000, (6, 2))), 900.0)
    lines = shapely.STRtree(shapely.linestrings(found.ends))
    _, wanted = lines.query_nearest(shapes, return_distance=True, all_matches=False)
    np.testing.assert_array_equal(found.distance_of_shapes_m(shapes), wanted)


def test_a_line_of_300_000_vertices_costs_little_more_than_its_numbers():
    """Half a metre apart, cells of 8 km: neither all pairs nor an object for each segment."""
    random = np.random.default_rng(0)
    at = np.column_stack([np.cumsum(random.normal(0, 0.3, 300_000)), np.arange(300_000) * 0.5])
    line = Segments(chain(at))
    grid = Grid(UTM, -500_000.0, 500_000.0, 8000.0, (128, 128))
    tracemalloc.start()
    metres = cell_distance(line, grid)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * line.ends.nbytes
    easting, northing = grid.axes()
    some = by_brute_force(line, easting[:4], np.full(4, northing[60]))
    np.testing.assert_array_equal(metres[60, :4], some)


def test_segments_come_by_ground_each_once(monkeypatch):
    """In pieces that are smaller than the whole."""
    monkeypatch.setattr(segments, "SEGMENTS_AT_ONCE", 100)
    found = Segments(np.random.default_rng(0).uniform(0, 4e5, (950, 2, 2)))
    pieces = list(found.by_ground())
    assert [len(piece) for piece in pieces] == [100] * 9 + [50]
    gathered = np.concatenate([piece.ends for piece in pieces]).reshape(-1, 4)
    np.testing.assert_array_equal(
        np.unique(gathered, axis=0), np.unique(found.ends.reshape(-1, 4), axis=0)
    )


def test_segments_that_meet_bounds_are_those_whose_bounds_do():
    """Against shapely's search."""
    random = np.random.default_rng(0)
    begin = random.uniform(0, 1000, (500, 2))
    found = Segments(np.stack([begin, begin + random.normal(0, 50, begin.shape)], axis=1))
    near = Bounds(200.0, 300.0, 400.0, 350.0)
    tree = shapely.STRtree(shapely.linestrings(found.ends))
    wanted = np.sort(tree.query(shapely.box(*near.as_tuple())))
    np.testing.assert_array_equal(found.meeting(near).ends, found.ends[wanted])


@pytest.mark.parametrize("copied", [np.repeat, lambda ends, n, axis: np.tile(ends, (n, 1, 1))])
def test_equal_segments_cost_no_more_than_one(copied):
    """Collars with an assay a row, and lines drawn twice: the same marks, and the same bits."""
    random = np.random.default_rng(0)
    collars = np.repeat(random.uniform(0, 9000, (5, 1, 2)), 2, axis=1)
    some = np.concatenate([collars, chain(random.uniform(0, 9000, (20, 2)))])
    grid = Grid(UTM, 0.0, 9000.0, 100.0, (90, 90))
    wanted = cell_distance(Segments(some), grid)
    copies = Segments(copied(some, 100, axis=0))
    np.testing.assert_array_equal(
        np.unique(copies.marks.tree.data, axis=0), np.unique(Segments(some).marks.tree.data, axis=0)
    )
    assert len(copies.marks.owner) <= 2 * len(Segments(some).marks.owner)
    np.testing.assert_array_equal(cell_distance(copies, grid), wanted)
    east, north = (axis.ravel() for axis in grid.centres())
    np.testing.assert_array_equal(copies.distance_m(east, north), wanted.ravel())


@pytest.mark.parametrize("many", [3, 20_000])
def test_ground_is_covered_once_whatever_the_tiles(monkeypatch, many):
    """Overlapping discs across several tiles: their area is that of the union of all."""
    monkeypatch.setattr(covering, "MANY_VERTICES", many)
    random = np.random.default_rng(0)
    discs = shapely.buffer(shapely.points(random.uniform(0, 150_000, (60, 2))), 15_000.0)
    pieces = Covering(Shapes.held(discs)).pieces(discs)
    whole = shapely.union_all(discs)
    assert shapely.area(pieces).sum() == pytest.approx(whole.area, rel=1e-12)
    assert shapely.area(shapely.union_all(pieces)) == pytest.approx(whole.area, rel=1e-12)
    wide = 2 * covering.TILE_M
    assert (np.diff(shapely.bounds(pieces).reshape(-1, 2, 2), axis=1) <= wide / 2 + 1e-6).all()


def test_tiles_are_made_where_asked_for_alone(monkeypatch):
    """A window of one tile makes that tile and no other."""
    made = []
    edges_of_tile = covering._edges_of_tile
    monkeypatch.setattr(
        covering, "_edges_of_tile", lambda *tile: made.append(tile[1:]) or edges_of_tile(*tile)
    )
    squares = shapely.box(*np.array([[0, 0, 9e5, 9e5], [4e5, 4e5, 6e5, 6e5]]).T)
    edges = Covering(Shapes.held(squares)).edges((410_000.0, 310_000.0, 420_000.0, 320_000.0))
    assert made == [(6, 8)]
    assert len(edges) == 4


def test_shares_do_not_depend_on_how_many_edges_are_cut_at_once(monkeypatch):
    """A few at a time give the same shares as all, and none is -0."""
    random = np.random.default_rng(0)
    discs = shapely.buffer(shapely.points(random.uniform(0, 60_000, (40, 2))), 6000.0)
    features = Features(Shapes.held(discs), Exactness.alike(40))
    grid = Grid(UTM, -10_000.0, 70_000.0, 1000.0, (80, 80))
    whole = burn.coverage(features.covering, grid)
    monkeypatch.setattr(burn, "EDGES_AT_ONCE", 7)
    np.testing.assert_array_equal(burn.coverage(features.covering, grid), whole)
    assert not np.signbit(whole).any()
    assert whole.sum() == pytest.approx(shapely.union_all(discs).area / 1e6, rel=1e-6)
