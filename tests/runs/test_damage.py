"""Damaged run folders: a short form of `python tests/damage.py`."""

import sys

import pytest

if sys.platform == "win32":
    pytest.skip("limits of a process are POSIX", allow_module_level=True)

import damage

QUICKEST = ["explain", "portfolio"]


def test_no_damaged_run_folder_is_read_as_if_it_were_whole():
    """Twenty-four, two of each family: right, or one line of exit code 2."""
    records = damage.run(5, range(24), commands=QUICKEST)
    assert [r for r in records if r["class"] in damage.FAULTS] == []
    ends = {record["class"] for record in records}
    assert {"right", "one line"} <= ends


@pytest.mark.parametrize(
    ("done", "ended"),
    [
        ({"code": 0, "said": "a", "outputs": {}, "warned": ""}, "right"),
        ({"code": 0, "said": "b", "outputs": {}, "warned": ""}, "wrong in silence"),
        ({"code": 0, "said": "a", "outputs": {"x": "1"}, "warned": ""}, "wrong in silence"),
        ({"code": 2, "said": "Error: x\n", "warned": ""}, "one line"),
        ({"code": 2, "said": "Error: x\ny\n", "warned": ""}, "several lines"),
        ({"code": 1, "said": "Traceback", "warned": ""}, "traceback"),
        ({"hang": True}, "hangs"),
        ({"ended": -11}, "ends the process"),
    ],
)
def test_what_counts_as_a_fault(done, ended):
    """Of a command on a damaged folder whose sound one says "a"."""
    assert damage.class_of("explain", done, ["a", {}], sealed=False) == ended
