"""A store on a server that speaks S3: the same bytes, and damage is seen."""

import numpy as np
import pytest

from prospector.compute.store import EVIDENCE, Store, StoredRaster
from prospector.errors import OutputError
from prospector.grid import Window
from tests.compute.test_windows import CHOSEN, ask, compute, evidence
from tests.evidence.test_evidence_kinds import GRID

pytestmark = pytest.mark.filterwarnings("default")  # of botocore and aiohttp


def test_a_store_on_an_object_server_holds_the_same_bytes(tmp_path, bucket):
    """Two processes write to it, layers are read from it, a second run finds all there."""
    root, file_system = bucket
    asked = ask(CHOSEN)
    values = evidence(f"{root}/store", asked, 64, count=2)
    wanted, local = compute(tmp_path, count=1)
    np.testing.assert_array_equal(values, wanted)
    found = {
        one.removeprefix("windows/store/"): file_system.cat_file(one)
        for one in file_system.find("windows/store")
        if "/layers/" not in one
    }
    assert found == local


def test_damage_on_an_object_server_is_computed_again(bucket, caplog):
    """Done behind the back of what was listed: a chunk changed, one gone, zarr.json cut, a record cut."""
    root, file_system = bucket
    store = Store(f"{root}/store", 4)
    grid = GRID.part(Window((0, 0), 0, 0, (6, 10)))
    values = np.arange(60, dtype=np.float32).reshape(6, 10)

    def fill():
        store.create("a", grid, EVIDENCE)
        windows = store.missing("a", grid)
        for window in windows:
            store.write("a", window, values[window.cells])
        return [window.place for window in windows], store.recall("r", lambda: [1, 2])

    assert len(fill()[0]) == 6
    assert fill() == ([], [1, 2])
    chunk = file_system.cat_file("windows/store/a/c/1/2")
    file_system.pipe_file("windows/store/a/c/1/2", chunk[:-9] + b"?" + chunk[-8:])
    file_system.rm_file("windows/store/a/c/0/1")
    file_system.pipe_file("windows/store/r.json", b'{"sha')
    with pytest.raises(OutputError, match="a/c/0/1 is gone"):
        store.read("a", grid.windows(4)[1])
    assert fill() == ([(0, 1), (1, 2)], [1, 2])
    file_system.pipe_file("windows/store/a/zarr.json", b"{")
    assert len(fill()[0]) == 6
    assert fill() == ([], [1, 2])
    np.testing.assert_array_equal(StoredRaster(store, "a", grid, "").values, values)
    said = [message for name, _, message in caplog.record_tuples if name == "prospector"]
    assert said == [
        f"{root}/store: 1 computed window was damaged and recomputed",
        f"{root}/store: a saved record was damaged and recomputed",
        f"{root}/store: an array's zarr.json was damaged and recomputed",
    ]
