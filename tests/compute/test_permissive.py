"""Permissive ground alone is computed: the same bytes there, nothing elsewhere, whatever the store held."""

from dataclasses import replace

import numpy as np
import pytest
import shapely

from prospector.compute import windows
from prospector.compute.engine import Workers
from prospector.compute.mask import ground_on_cells
from prospector.compute.permissive import EvidenceThere
from prospector.compute.store import Store, StoredRaster
from prospector.compute.windows import Workspace, evidence_in_pieces, evidence_on_cells
from prospector.errors import OutputError
from prospector.evidence import distance, kind, surface
from prospector.evidence.kind import validate_parameters
from prospector.evidence.limits import Limits
from prospector.grid import Window, cells
from prospector.layers import Layers
from tests.compute.test_store import cut, delete, empty, flip_one
from tests.compute.test_windows import ask, stored
from tests.evidence.test_evidence import UTM, vector
from tests.evidence.test_evidence_kinds import CASES, GRID, everything
from tests.layers.test_rasters import openings

SHARE = validate_parameters("share", {"role": "land"}, where="t")
WINDOW_CELLS = 32


def strip(width_m, offset_m=0.0):
    """Ground along the diagonal of the grid, as a layer."""
    bounds = GRID.bounds
    ends = [
        (bounds.west - 2000, bounds.north + 2000 + offset_m),
        (bounds.east, bounds.south + offset_m),
    ]
    ground = vector("land", [shapely.LineString(ends).buffer(width_m / 2)])
    return replace(ground, sha256=f"{width_m} {offset_m}")


def region(width_m=1500.0, offset_m=0.0):
    """All layers, and a strip of land."""
    return Layers(UTM.to_wkt(), (*everything(), strip(width_m, offset_m)))


LAND = Limits("share", SHARE, 0.5, np.inf)


def workspace_in(folder, **how):
    return Workspace(Store(str(folder), WINDOW_CELLS), Workers(**({"count": 1} | how)))


@pytest.fixture
def small_pieces(monkeypatch):
    """Pieces of a window of 32 by 32 cells as they are of a large one."""
    monkeypatch.setattr(kind, "CELLS_BESIDE", 20.0)
    monkeypatch.setattr(surface, "RASTER_CELLS", 20.0)
    monkeypatch.setattr(distance, "WIDENED_CELLS", 20.0)
    monkeypatch.setattr("prospector.compute.pieces.LEAST_SIDE", 4)


def on_ground(folder, there, names, conditions=(LAND,), **how):
    """The windows with ground, and the evidence as it reads, shape (n evidence, rows, columns)."""
    workspace = workspace_in(folder, **how)
    ground = ground_on_cells(conditions, GRID, there, workspace)
    keys = evidence_on_cells(ask(names), GRID, there, workspace, ground=ground)
    source = EvidenceThere(ground.permissive)
    return ground, np.stack([StoredRaster(source, key, GRID, "").values for key in keys])


def whole_box(folder, there, names):
    """The same evidence of every cell."""
    workspace = workspace_in(folder)
    keys = evidence_on_cells(ask(names), GRID, there, workspace)
    return np.stack([StoredRaster(workspace.store, key, GRID, "").values for key in keys])


def land(there):
    """Where the strip covers half of a cell or more."""
    return LAND.hold(there, cells(GRID)).reshape(GRID.shape)


def asked_of(monkeypatch):
    """What is computed from now on: name, piece."""
    found = []
    real = windows.Asked.of

    def of(self, grid, piece, **how):
        found.append((self.name, piece))
        return real(self, grid, piece, **how)

    monkeypatch.setattr(windows.Asked, "of", of)
    return found


def cells_of(asked, name):
    return sum(one.shape[0] * one.shape[1] for kind_, one in asked if kind_ == name)


def test_the_ground_is_where_all_conditions_hold(tmp_path, small_pieces):
    """Whatever their order: land within 3 km of a fault."""
    there = region(4000.0)
    parameters = validate_parameters("distance", {"role": "faults"}, where="t")
    near = Limits("distance", parameters, 0.0, 3.0)
    wanted = land(there) & near.hold(there, cells(GRID)).reshape(GRID.shape)
    assert 0 < wanted.sum() < land(there).sum()
    (whole,) = GRID.windows(max(GRID.shape))
    keys = set()
    for place, ordered in enumerate(((near, LAND), (LAND, near))):
        ground = ground_on_cells(ordered, GRID, there, workspace_in(tmp_path / str(place)))
        np.testing.assert_array_equal(ground.permissive.mask(whole), wanted)
        keys.add(ground.permissive.key)
    assert len(keys) == 1


def test_the_cheapest_condition_is_asked_first_and_the_next_only_where_it_holds(
    tmp_path, monkeypatch, small_pieces
):
    """The share of polygons everywhere; the distance on the strip, and in no window without it."""
    asked, there = asked_of(monkeypatch), region()
    parameters = validate_parameters("distance", {"role": "faults"}, where="t")
    conditions = (Limits("distance", parameters, 0.0, 1e9), LAND)
    ground_on_cells(conditions, GRID, there, workspace_in(tmp_path))
    assert cells_of(asked, "share") == GRID.shape[0] * GRID.shape[1]
    strip_cells = int(land(there).sum())
    assert strip_cells <= cells_of(asked, "distance") < 1.6 * strip_cells


@pytest.mark.parametrize("width_m", [1500.0, 1e6], ids=["pieces", "whole windows"])
def test_a_condition_that_is_also_evidence_is_measured_once(
    tmp_path, monkeypatch, small_pieces, width_m
):
    """What the mask took is kept as evidence, with the bytes of evidence that was computed by itself."""
    there, asked = region(width_m), ask(["distance"])
    near = Limits(*asked[0], 0.0, 1e9)
    (whole,) = whole_box(tmp_path / "box", there, ["distance"])
    for place, evidence in (("apart", ()), ("once", asked)):
        workspace = workspace_in(tmp_path / place)
        ground = ground_on_cells([near, LAND], GRID, there, workspace, evidence=evidence)
        with monkeypatch.context() as patch:
            computed = asked_of(patch)
            keys = evidence_on_cells(asked, GRID, there, workspace, ground=ground)
        left = {piece.place for _, piece in computed}
        assert left == ({one.place for one in ground.windows} if place == "apart" else set())
        source = EvidenceThere(ground.permissive)
        found = StoredRaster(source, keys[0], GRID, "").values
        np.testing.assert_array_equal(found, np.where(land(there), whole, np.nan))


def test_a_window_that_is_mostly_ground_still_has_every_cell_of_its_evidence(tmp_path):
    """A condition that was asked on a part of it leaves no gap for other deposit models."""
    there, asked = region(8000.0), ask(["distance"])
    conditions = [Limits(*asked[0], 0.0, 1e9), LAND]
    workspace = workspace_in(tmp_path)
    ground = ground_on_cells(conditions, GRID, there, workspace, evidence=asked)
    part = [one for one in ground.shared() if not ground.permissive.mask(one).all()]
    (key,) = evidence_on_cells(asked, GRID, there, workspace, ground=ground)
    whole = whole_box(tmp_path / "box", there, ["distance"])[0]
    assert part
    for window in part:
        np.testing.assert_array_equal(workspace.store.read(key, window), whole[window.cells])


def test_unknown_ground_counts_where_a_condition_says_so(tmp_path):
    """A condition of the region holds where nothing is known; one of the model does not."""
    there = region()
    parameters = validate_parameters(
        "nearest_attribute",
        {"role": "dated_samples", "column": "age_ma", "within_m": 1000.0},
        where="t",
    )
    for or_unknown in (True, False):
        limits = Limits("nearest_attribute", parameters, 20.0, np.inf, or_unknown)
        ground = ground_on_cells([limits], GRID, there, workspace_in(tmp_path / str(or_unknown)))
        (whole,) = GRID.windows(max(GRID.shape))
        wanted = limits.hold(there, cells(GRID)).reshape(GRID.shape)
        np.testing.assert_array_equal(ground.permissive.mask(whole), wanted)


@pytest.mark.parametrize("offset_m", [0.0, 2700.0])
def test_on_the_ground_every_kind_gives_the_bytes_of_the_whole_box(
    tmp_path, small_pieces, offset_m
):
    """Bit for bit in pieces as in whole windows, kernels too; nodata off the ground."""
    there = region(offset_m=offset_m)
    ground = land(there)
    whole = whole_box(tmp_path / "box", there, list(CASES))
    _, found = on_ground(tmp_path / "ground", there, list(CASES))
    for name, one, other in zip(CASES, found, whole, strict=True):
        np.testing.assert_array_equal(one, np.where(ground, other, np.nan), err_msg=name)


def test_true_distances_are_measured_where_the_ground_of_a_piece_lies(tmp_path, monkeypatch):
    """Pieces hand on which of their cells are ground: exactly those of the window."""
    there, wanted, real = region(), [], distance.cell_distance

    def spied(segments, grid, **how):
        wanted.append(how["wanted"])
        return real(segments, grid, **how)

    monkeypatch.setattr(distance, "cell_distance", spied)
    ground, _ = on_ground(tmp_path, there, ["distance"])
    whole = len(ground.whole)
    assert sum(one is None for one in wanted) == whole
    cut = [ground.permissive.mask(window).sum() for window in ground.in_pieces()]
    assert sum(one.sum() for one in wanted if one is not None) == sum(cut) > 0


def test_a_raster_is_opened_once_for_a_window_however_many_pieces_it_has(
    tmp_path, monkeypatch, small_pieces
):
    """And none stays open."""
    there = region()
    on_ground(tmp_path, there, ["distance"])  # the ground is known, and the layers of the distance
    opened, asked = openings(monkeypatch), asked_of(monkeypatch)
    ground, _ = on_ground(tmp_path, there, ["surface"])
    assert len(opened) == len(ground.windows) < len(asked)
    assert all(one.closed for one in opened)


def test_windows_without_ground_are_neither_computed_nor_written(
    tmp_path, monkeypatch, small_pieces
):
    """Of a strip of a fifth of the box, no more than a quarter of its cells more than its own."""
    asked, there = asked_of(monkeypatch), region(1700.0)
    ground, _ = on_ground(tmp_path, there, ["distance", "surface"])
    own = int(land(there).sum())
    assert own / (GRID.shape[0] * GRID.shape[1]) == pytest.approx(0.2, abs=0.03)
    places = {window.place for window in ground.windows}
    assert len(places) < len(GRID.windows(WINDOW_CELLS))
    assert {one.place for name, one in asked if name == "surface"} == places
    for name in ("distance", "surface"):
        assert own <= cells_of(asked, name) < 1.35 * own
    [mask] = [one.parent for one in tmp_path.glob("*/zarr.json") if "uint8" in one.read_text()]
    for evidence in tmp_path.glob("*/c"):
        kept = {tuple(int(one) for one in file.parts[-2:]) for file in evidence.glob("*/*")}
        assert kept <= places or evidence.parent == mask


def packed_in(store):
    """The folders of keys that are no arrays."""
    return [one.parent for one in store.glob("*/c") if not (one.parent / "zarr.json").exists()]


def test_of_a_window_in_pieces_the_ground_alone_is_kept(tmp_path):
    """As many values as it has cells of ground, in their order; whole windows are Zarr's."""
    ground, (values,) = on_ground(tmp_path, region(), ["distance"])
    [key] = [one.name for one in packed_in(tmp_path)]
    store = Store(str(tmp_path), WINDOW_CELLS)
    for window in ground.in_pieces():
        mask = ground.permissive.mask(window)
        np.testing.assert_array_equal(store.read_packed(key, window), values[window.cells][mask])
    assert store.missing_packed(key, ground.in_pieces()) == []


def swap(file):
    """Put the values of another window in a file's place."""
    other = next(one for one in file.parent.parent.glob("*/*") if one != file)
    file.write_bytes(other.read_bytes())


@pytest.mark.parametrize("damage", [flip_one, cut, empty, swap, delete])
def test_damaged_values_of_ground_are_computed_again(tmp_path, caplog, damage):
    """A bit, half, all, those of another window, none: the same values, and it is said; none if read."""
    there = region()
    ground, whole = on_ground(tmp_path, there, ["distance"])
    [folder] = packed_in(tmp_path)
    file = sorted(folder.glob("c/*/*"))[1]
    place = tuple(int(one) for one in file.parts[-2:])
    before = file.read_bytes()
    damage(file)
    window = next(one for one in ground.in_pieces() if one.place == place)
    with pytest.raises(OutputError, match="cannot be read"):
        Store(str(tmp_path), WINDOW_CELLS).read_packed(folder.name, window)
    _, again = on_ground(tmp_path, there, ["distance"])
    np.testing.assert_array_equal(again, whole)
    assert file.read_bytes() == before
    said = [f"{tmp_path}: 1 computed window was damaged and recomputed"]
    assert caplog.messages == ([] if damage is delete else said)


def test_a_window_of_ground_is_computed_once_for_all_deposit_models(tmp_path, monkeypatch):
    """Two grounds share the windows that are mostly ground of both, and not the edges of each."""
    there = region(6000.0)
    one, _ = on_ground(tmp_path, there, ["distance"])
    asked = asked_of(monkeypatch)
    other, _ = on_ground(tmp_path, region(6100.0), ["distance"])
    again = {place.place for name, place in asked if name == "distance"}
    assert one.whole & other.whole
    assert again == {window.place for window in other.windows} - (one.whole & other.whole)


def test_neither_a_used_store_nor_workers_change_a_byte(tmp_path):
    """A fresh store, one that another ground has used, and one of the whole box; one process or two."""
    there, names = region(), ["distance", "share", "focal"]
    _, fresh = on_ground(tmp_path / "fresh", there, names)
    on_ground(tmp_path / "used", region(5000.0), names)
    whole_box(tmp_path / "used", there, names)
    _, used = on_ground(tmp_path / "used", there, names)
    _, two = on_ground(tmp_path / "two", there, names, count=2)
    np.testing.assert_array_equal(used, fresh)
    np.testing.assert_array_equal(two, fresh)
    assert stored(tmp_path / "two") == stored(tmp_path / "fresh")


def test_nothing_is_computed_twice(tmp_path, monkeypatch):
    """A second run reads the mask and the evidence."""
    there = region()
    first, found = on_ground(tmp_path, there, ["distance"])
    asked = asked_of(monkeypatch)
    second, again = on_ground(tmp_path, there, ["distance"])
    assert asked == []
    assert second == first
    np.testing.assert_array_equal(again, found)


def test_no_condition_is_the_whole_box_under_the_keys_that_it_had(tmp_path):
    """A region that is all ground keeps no mask."""
    there = region()
    on_ground(tmp_path / "a", there, ["distance"], conditions=())
    whole_box(tmp_path / "b", there, ["distance"])
    assert stored(tmp_path / "a") == stored(tmp_path / "b")


def test_no_ground_at_all_is_no_window(tmp_path, monkeypatch):
    """Nothing but the condition is computed, and all reads as nodata."""
    asked, never = asked_of(monkeypatch), Limits("share", SHARE, 2.0, np.inf)
    ground, found = on_ground(tmp_path, region(), ["distance"], [never])
    assert ground.windows == ()
    assert {name for name, _ in asked} == {"share"}
    assert np.isnan(found).all()


def test_any_part_of_the_grid_reads_as_its_windows_do(tmp_path):
    """Across the borders of windows, with ground and without; cells one by one, too."""
    ground, (whole,) = on_ground(tmp_path, region(), ["surface"])
    (key,) = evidence_on_cells(
        ask(["surface"]), GRID, region(), workspace_in(tmp_path), ground=ground
    )
    part = Window((0, 0), 20, 25, (50, 77))
    found = ground.permissive.evidence([key], part)[0]
    np.testing.assert_array_equal(found, whole[part.cells])
    row, column = np.random.default_rng(0).integers(0, 90, (2, 200))
    picked, off = ground.permissive.pick(key, row, column)
    np.testing.assert_array_equal(picked, whole[row, column])
    np.testing.assert_array_equal(off, ~land(region())[row, column])


def test_pieces_off_the_ground_are_computed_where_they_are_asked_for(tmp_path):
    """With the values of the whole box; none is kept."""
    there = region()
    (whole,) = whole_box(tmp_path / "box", there, ["distance"])
    pieces = [Window((0, 0), 3, 70, (5, 9)), Window((0, 0), 80, 2, (1, 1))]
    [(name, parameters)] = ask(["distance"])
    found = evidence_in_pieces(name, parameters, pieces, GRID, there, workspace_in(tmp_path / "a"))
    for piece, values in zip(pieces, found, strict=True):
        np.testing.assert_array_equal(values, whole[piece.cells])
    assert stored(tmp_path / "a") == {}
