"""Layers of features in the store: a worker reads what lies near a window, and computes the same bits."""

from dataclasses import replace

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from prospector.compute import feature_files
from prospector.compute.feature_files import ShapeFile
from prospector.compute.normalised import normalise, open_normalised
from prospector.errors import OutputError
from prospector.evidence.kind import validate_parameters
from prospector.evidence.measure import compute_evidence
from prospector.grid import Window, cells
from prospector.layers.shapes import FeatureFile, Shapes
from tests.evidence.test_evidence import UTM, layers, vector
from tests.evidence.test_evidence_kinds import CASES, GRID, blobs, everything, wandering_lines

FEW_BYTES = 1000
"""A process that keeps so little of what it read forgets while it computes a window."""

WINDOWS = st.tuples(
    st.integers(0, 80), st.integers(0, 140), st.integers(1, 90), st.integers(1, 150)
).map(lambda at: Window((0, 0), at[0], at[1], (min(at[2], 90 - at[0]), min(at[3], 150 - at[1]))))


def in_worker(there, root):
    """The layers as a worker has them."""
    keys = tuple(normalise(layer, GRID, str(root), {}) for layer in there.items)
    return open_normalised(str(root), keys, there.crs)


def two_of_a_role():
    """Layers of which one role has two."""
    more = vector("geology", blobs(9), rock=["tuff", "granite"] * 2 + ["gravel"], age_ma=[9.0] * 5)
    return layers(*everything(), replace(more, name="more", sha256="1"))


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    """Layers held whole, and as a worker has them."""
    there = two_of_a_role()
    return there, in_worker(there, tmp_path_factory.mktemp("store"))


@pytest.fixture
def windows_alone(monkeypatch):
    """Layers cannot be read whole, and almost nothing of what was read is kept."""

    def refuse(_):
        raise AssertionError("a layer was read whole")

    monkeypatch.setattr(FeatureFile, "whole", refuse)
    monkeypatch.setattr(feature_files, "MOST_KEPT", FEW_BYTES)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.usefixtures("windows_alone")
def test_evidence_read_by_window_is_that_of_layers_held_whole(both, name, monkeypatch):
    """The same bits in any window, for every kind, as from all features; none asks for a whole table."""
    kind = name.split(",")[0]
    parameters = validate_parameters(kind, CASES[name], where="test")

    @settings(max_examples=15, deadline=None)
    @given(WINDOWS)
    def same(window):
        held, stored = both
        units = cells(GRID.part(window))
        by_window = compute_evidence(kind, stored, units, parameters=parameters)
        with monkeypatch.context() as patch:
            patch.setattr(Shapes, "meeting", lambda shapes, _: np.arange(len(shapes)))
            whole = compute_evidence(kind, held, units, parameters=parameters)
        assert whole.tobytes() == by_window.tobytes()

    same()


FAR_M = 900_000.0


@pytest.mark.parametrize(
    ("kind", "parameters"),
    [
        ("share", {}),
        ("class_value", {"column": "rock", "values": {"tuff": 1.0}}),
        ("attribute", {"column": "age"}),
        ("density", {"radius_m": 2000.0}),
        ("density", {"radius_m": 2000.0, "kernel": "quartic"}),
        ("nearest_attribute", {"column": "age", "within_m": 2000.0}),
    ],
)
def test_what_lies_far_from_a_window_is_not_read(tmp_path, monkeypatch, kind, parameters):
    """Of a thousand features in a row that is a thousand km long, those near it alone."""
    east = GRID.west + 5000 + np.linspace(0, FAR_M, 1000)
    lines = shapely.linestrings(np.stack([east, east + 300.0], axis=1), GRID.north - 4000.0)
    shapes = lines if kind in ("density", "nearest_attribute") else shapely.buffer(lines, 300.0)
    role = "volcanoes"
    layer = vector(role, list(shapes), rock=["tuff"] * 1000, age=np.arange(1000.0))
    there = in_worker(layers(layer), tmp_path)
    read = []
    add = ShapeFile._add
    monkeypatch.setattr(
        ShapeFile, "_add", lambda file, missing: read.extend(missing) or add(file, missing)
    )
    valid = validate_parameters(kind, {"role": role, **parameters}, where="test")
    values = compute_evidence(kind, there, cells(GRID), parameters=valid)
    assert np.nanmax(values) > 0
    assert 10 < len(read) < 80
    assert len(set(read)) == len(read)


def test_a_layer_comes_back_as_it_was_written(tmp_path):
    """Order, shapes of every type with their third coordinate, words, numbers and what is missing."""
    shapes = [
        shapely.Point(1, 2, 3),
        shapely.box(0, 0, 2, 2),
        shapely.MultiPolygon([shapely.box(0, 0, 1, 1)]),
        shapely.LineString([(0, 0, 1), (5, 5, 2)]),
        shapely.GeometryCollection([shapely.Point(0, 0), shapely.box(3, 3, 4, 4)]),
    ]
    stated = {"name": ["a", None, "é", "d", "e"], "count": [1, 2, 3, 4, 5], "empty": [None] * 5}
    layer = vector("faults", shapes, **stated)
    stored = in_worker(layers(layer), tmp_path).vector("faults")
    assert list(stored.table.columns) == ["name", "count"]
    assert stored.table["name"].fillna("nothing").tolist() == ["a", "nothing", "é", "d", "e"]
    assert stored.table["count"].tolist() == stated["count"]
    assert shapely.to_wkt(stored.shapes.all()).tolist() == [shape.wkt for shape in shapes]
    np.testing.assert_array_equal(stored.shapes.bounds, layer.shapes.bounds)
    assert stored.shapes.dimension.tolist() == [0, 2, 2, 1, 2]


def test_features_that_state_nothing_are_kept_too(tmp_path):
    """Lines without any column."""
    stored = in_worker(layers(vector("faults", wandering_lines(1))), tmp_path).vector("faults")
    assert stored.table.shape == (6, 0)
    assert stored.shapes.all().tolist() == wandering_lines(1)


def test_a_kind_that_asks_for_the_features_gets_them_whole(both):
    """As kinds of other packages do: shapes and columns of both layers of the role, with their CRS."""
    features = both[1].vector("geology").features
    assert features.geom_equals(both[0].vector("geology").features).all()
    assert features["rock"].tolist() == both[0].vector("geology").features["rock"].tolist()
    assert features.crs == UTM


def test_what_was_read_last_is_kept_and_no_more(tmp_path, monkeypatch):
    """Three squares of which two are kept: the one that was asked for longest ago is read again."""
    squares = shapely.box([0, 10, 20], 0, [5, 15, 25], 5)
    layer = in_worker(layers(vector("salars", list(squares))), tmp_path).vector("salars")
    file, read = layer.shapes.source, []
    texts = ShapeFile._texts
    monkeypatch.setattr(feature_files, "MOST_KEPT", int(file.sizes[:2].sum()))
    monkeypatch.setattr(
        ShapeFile, "_texts", lambda file, *at: read.extend(at[0].tolist()) or texts(file, *at)
    )
    size = len(squares[0].wkb)
    for asked in ([0, 1], [0], [2], [0, 2], [1]):
        assert file[np.array(asked)].tolist() == squares[asked].tolist()
    assert read == [0, size, 2 * size, size]
    assert file[np.array([2, 2, 0, 2])].tolist() == squares[[2, 2, 0, 2]].tolist()


@pytest.mark.parametrize("harm", ["gone", "cut"])
def test_a_file_harmed_while_it_is_in_use_is_one_line(tmp_path, harm):
    """It names the store and the remedy."""
    there = in_worker(layers(vector("salars", blobs(1))), tmp_path)
    [data] = tmp_path.rglob("*.data")
    if harm == "gone":
        data.unlink()
    else:
        data.write_bytes(data.read_bytes()[:100])
    with pytest.raises(OutputError, match=r"a saved layer cannot be read .* Run again"):
        there.vector("salars").shapes.all()
