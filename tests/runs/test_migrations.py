"""Records of schema 8 and later open in every later version; others are refused with a remedy."""

import json
import re
from pathlib import Path

import pytest

from prospector.errors import OutputError
from prospector.runs.migrations import FIRST_KEPT, MIGRATIONS, migrated
from prospector.runs.record import read_record
from prospector.screening.record import RUN_SCHEMA_VERSION

KEPT = Path(__file__).parent / "records"
"""A run.json of the synthetic region in every schema that opens, as the version of that time wrote it."""


def test_every_schema_that_opens_has_a_kept_record_and_a_way_to_the_newest():
    """Whoever raises the version keeps a record of the new one and adds the function for the old one."""
    versions = range(FIRST_KEPT, RUN_SCHEMA_VERSION + 1)
    assert {int(file.stem) for file in KEPT.glob("*.json")} == set(versions)
    assert set(MIGRATIONS) == set(versions[:-1])


@pytest.mark.parametrize("file", sorted(KEPT.glob("*.json")), ids=lambda file: file.stem)
def test_a_kept_record_opens(file):
    """With what it said then: the region, what was asked, and what was found."""
    record = read_record(file)
    assert record["schema_version"] == RUN_SCHEMA_VERSION
    assert record["region"]["name"] == "synthetic"
    assert record["inputs"]["relief"]["keys"]["unit"] == "m"
    assert record["parameters"]["seed"] == 0
    assert record["ranked"] == ["porphyry_copper"]
    assert record["deposit_models"]["porphyry_copper"]["n_targets"] == 8


def test_functions_are_taken_one_after_the_other():
    """Each gets what the one before returned; the record that was given stays as it was."""
    steps = {
        8: lambda record: {**record, "seeds": [record["seed"]]},
        9: lambda record: {"seeds": [*record["seeds"], record["schema_version"]]},
    }
    record = {"schema_version": 8, "seed": 1}
    assert migrated(record, migrations=steps, newest=10) == {"schema_version": 10, "seeds": [1, 9]}
    assert migrated({"schema_version": 10}, migrations=steps, newest=10) == {"schema_version": 10}
    assert record == {"schema_version": 8, "seed": 1}


@pytest.mark.parametrize(
    ("version", "remedy"),
    [
        (FIRST_KEPT - 1, "Screen the region again."),
        (None, "Screen the region again."),
        ("8", "Screen the region again."),
        (True, "Screen the region again."),
        (
            RUN_SCHEMA_VERSION + 1,
            "Open it with the version of prospector that wrote it, or a later one.",
        ),
    ],
)
def test_any_other_schema_is_refused_with_a_remedy(tmp_path, version, remedy):
    """An earlier one cannot be read, a later one needs a later prospector."""
    record = json.loads((KEPT / f"{FIRST_KEPT}.json").read_text("utf-8"))
    file = tmp_path / "run.json"
    file.write_text(json.dumps({**record, "schema_version": version}), "utf-8")
    with pytest.raises(OutputError, match=f"schema version {version}, .*{re.escape(remedy)}$"):
        read_record(file)
