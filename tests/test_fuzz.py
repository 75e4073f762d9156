"""Malformed inputs end in a result or in one error: a short form of `make fuzz`."""

import random
import sys

import fuzz
import mutations
import pytest

from prospector.evidence import known_kinds

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="limits of a process are POSIX")


def test_no_malformed_input_ends_in_anything_but_a_result_or_an_error():
    """Ninety-nine inputs of all families are checked, eleven more screened."""
    records = [
        *fuzz.run(seed=11, numbers=range(99), command="check"),
        *fuzz.run(seed=12, numbers=range(11), command="screen"),
    ]
    assert {record["family"] for record in records} == set(mutations.FAMILIES)
    assert len(mutations.FAMILIES) == fuzz.FAMILY_COUNT
    assert [(r["number"], r["what"], r["fault"]) for r in records if r["fault"]] == []
    assert {record["code"] for record in records} == {0, 2}


def test_a_case_is_the_same_when_made_again(tmp_path):
    """By its seed and number, byte for byte."""
    base = mutations.write_base(tmp_path / "base")
    for number in range(33):
        made = [mutations.mutate(base, tmp_path / f"{number}{again}", 3, number) for again in "ab"]
        assert made[0] == made[1]
        first, again = (
            {
                file.name: file.read_bytes()
                for file in (tmp_path / f"{number}{which}").iterdir()
                if file.suffix not in (".gpkg", ".dbf")
            }
            for which in "ab"
        )
        assert first == again


@pytest.mark.parametrize(
    ("done", "fault"),
    [
        ({"code": 0, "said": "5 layers", "peak": 3e8}, ""),
        ({"code": 2, "said": "reading layers\nError: x", "peak": 3e8}, ""),
        ({"code": 2, "said": "Usage: prospector", "peak": 3e8}, "exit code 2"),
        ({"code": 1, "said": "Traceback", "peak": 3e8}, "exit code 1"),
        ({"code": 0, "said": "", "peak": 2.1e9}, "2.1 GB"),
        ({"ended": -11}, "the process ended with -11"),
        ({"hang": True}, "hangs"),
    ],
)
def test_what_counts_as_a_fault(done, fault):
    """A traceback, a signal, a hang, more than 2 GB."""
    assert fuzz.fault_of(done) == fault


def test_a_process_that_ends_is_told_and_made_anew(tmp_path, monkeypatch):
    """A hang is one that has not answered when its time is over."""
    base = mutations.write_base(tmp_path / "base")
    child = fuzz.Child()
    assert child.run("check", base)["code"] == 0
    child.process.kill()
    child.process.wait()
    assert child.run("check", base) == {"ended": -9}
    monkeypatch.setitem(fuzz.SECONDS_A_CASE, "check", 0)
    assert child.run("check", base) == {"hang": True}
    assert child.process is None


def test_spoiling_a_table_leaves_the_examples_of_the_keys_as_they_are():
    """The examples are shared by all tests of a process: a case must spoil copies."""

    def examples():
        return {
            (name, key): repr(info.examples)
            for name, kind in known_kinds().items()
            for key, info in kind.parameters.model_fields.items()
        }

    before = examples()
    for number in range(400):
        override = {"evidence": {"fault": {"kind": "distance", "role": "faults"}}}
        mutations.spoil_kind(override, random.Random(number))
    assert examples() == before
