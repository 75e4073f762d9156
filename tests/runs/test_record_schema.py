"""The JSON schema of run.json: every kind of run fits it, and no key stands in one that is not in it."""

import json
from pathlib import Path

import geopandas as gpd
import pytest
from jsonschema import Draft202012Validator
from sklearn.ensemble import ExtraTreesClassifier

import prospector
from prospector.drafting.schemas import schema_of
from prospector.runs.record_schema import record_schema
from prospector.runs.shapes import Record

PUBLISHED = Path(prospector.__file__).parent / "runs" / "run.schema.json"
KEPT = Path(__file__).parent / "records" / "8.json"


def faults(schema, record):
    """Return what a schema has against a record: where, and what."""
    found = Draft202012Validator(schema).iter_errors(record)
    return [("/".join(map(str, error.path)), error.message) for error in found]


def read(folder):
    return json.loads((folder / "run.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def in_memory(planted, tmp_path_factory):
    """Folder of a run of a layer in memory by an estimator that was given as an object."""
    layers = {"faults": gpd.read_file(planted / "faults.geojson")}
    screening = prospector.screen(
        planted, layers=layers, estimator=ExtraTreesClassifier(20), quick=True, workers=1,
        cell_size_m=5000, stability=True,
    )  # fmt: skip
    return prospector.write(screening, tmp_path_factory.mktemp("memory") / "run", dossiers=0)


@pytest.fixture(scope="module")
def stated(planted, tmp_path_factory):
    """Folder of a run by stated memberships."""
    screening = prospector.screen(
        planted, estimator="fuzzy", quick=True, workers=1, cell_size_m=5000
    )
    return prospector.write(screening, tmp_path_factory.mktemp("stated") / "run", dossiers=0)


@pytest.mark.parametrize("kind", ["planted_run", "legal_run", "in_memory", "stated"])
def test_a_run_fits_it_and_has_no_key_that_it_lacks(kind, request):
    """Learned, of salars with legal notes, of layers in memory, and by stated memberships."""
    record = read(request.getfixturevalue(kind))
    assert faults(record_schema(), record) == []
    assert record.keys() - {"inventory"} == Record.model_fields.keys() - {"inventory"}


def test_a_key_that_it_lacks_or_misses_is_a_fault():
    """At any depth."""
    schema, whole = record_schema(), json.loads(KEPT.read_text("utf-8"))
    assert faults(schema, whole) == []
    model = whole["deposit_models"]["porphyry_copper"]
    tables = (
        whole, whole["grid"], whole["inputs"]["relief"], whole["inputs"]["relief"]["keys"],
        whole["region"]["window"], model, model["skill"], model["skill"]["measured"], model["evidence"][0],
    )  # fmt: skip
    for table in tables:
        table["odd"] = 1
        assert len(faults(schema, whole)) == 1
        del table["odd"]
    del whole["files"]
    assert faults(schema, whole) == [("", "'files' is a required property")]


def test_every_key_of_the_record_is_described():
    """In the published file."""
    properties = record_schema()["properties"]
    assert [key for key, part in properties.items() if not part.get("description")] == []


def test_the_published_file_is_what_the_command_prints():
    """`prospector schema run --out prospector/runs/run.schema.json` renews it."""
    schema = json.loads(PUBLISHED.read_text("utf-8"))
    assert schema == record_schema() == schema_of("run")
    Draft202012Validator.check_schema(schema)


def test_the_page_on_the_record_names_every_key_that_decides():
    """All but what was found, which the page says in words."""
    found = {
        "schema_version", "sentences", "resolution", "tenure_as_of", "ranked", "deposit_models",
        "legal_notes", "notices", "inventory",
    }  # fmt: skip
    page = (Path(__file__).parents[2] / "docs" / "record.md").read_text("utf-8")
    rows = "".join(line.split("|")[1] for line in page.splitlines() if line.startswith("| `"))
    assert [key for key in Record.model_fields if key not in found and f"`{key}`" not in rows] == []
