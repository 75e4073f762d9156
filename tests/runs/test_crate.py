"""ro-crate-metadata.json: read back by its library, with inputs, program and outputs as the run has them."""

import hashlib
import json
from pathlib import Path

import pytest
from rocrate.rocrate import ROCrate

from prospector.runs.crate import CRATE_FILE, crate_of, published
from prospector.runs.manifest import read_manifest

KEPT = Path(__file__).parent / "records" / "8.json"
SOURCE = {
    "origin": "A survey", "citation": "Survey 2020, Map 12", "licence": "CC BY 4.0", "spdx": "CC-BY-4.0",
    "date": "2020-05", "coverage": "the whole window",
}  # fmt: skip


@pytest.fixture(scope="module")
def crate(planted_run):
    """The crate of the planted region's run, read back."""
    return ROCrate(planted_run)


def record():
    """The kept record of the synthetic region."""
    return json.loads(KEPT.read_text("utf-8"))


def by_address(record, folder):
    return {entity["@id"]: entity for entity in crate_of(record, folder)["@graph"]}


def test_it_is_a_process_run_crate(crate):
    """By the addresses of specification and profile; the action is mentioned by the root."""
    assert crate.metadata["conformsTo"] == "https://w3id.org/ro/crate/1.1"
    assert crate.root_dataset["conformsTo"].id == "https://w3id.org/ro/wfrun/process/0.5"
    assert crate.root_dataset["mentions"].type == "CreateAction"
    assert crate.root_dataset["license"]["name"] == "Licences of the inputs"


def test_outputs_are_all_files_of_the_run_with_their_hashes(crate, planted_run):
    """As the manifest has them; the crate does not hold itself, nor a hash of the manifest that lists it."""
    listed = dict(read_manifest(planted_run).files)
    assert (
        listed.pop(CRATE_FILE)
        == hashlib.sha256((planted_run / CRATE_FILE).read_bytes()).hexdigest()
    )
    outputs = {file["name"]: file for file in crate.root_dataset["hasPart"]}
    assert outputs.pop("manifest.json").get("sha256") is None
    assert {name: file["sha256"] for name, file in outputs.items()} == listed
    for name, file in outputs.items():
        assert int(file["contentSize"]) == (planted_run / name).stat().st_size
        assert file["encodingFormat"] != "application/octet-stream", name
    result = crate.root_dataset["mentions"]["result"]
    assert {file.id for file in result} == {file.id for file in crate.root_dataset["hasPart"]}


def test_the_action_has_program_inputs_and_options(crate, planted_run):
    """The program with its version and libraries, every file that decided with its hash, what was asked."""
    record = json.loads((planted_run / "run.json").read_text("utf-8"))
    action = crate.root_dataset["mentions"]
    program = action["instrument"]
    assert program.type == "SoftwareApplication"
    assert program["softwareVersion"] == record["versions"]["prospector-geo"]
    assert program["identifier"] == record["code"]
    assert f"pandas {record['libraries']['pandas']}" in program["softwareRequirements"]
    objects = action["object"]
    inputs = {one["name"]: one["sha256"] for one in objects if one.type == "CreativeWork"}
    assert inputs == record["files"]
    options = {one["name"]: one["value"] for one in objects if one.type == "PropertyValue"}
    assert options["quick"] is True
    assert (options["seed"], options["language"]) == (0, "en")


def test_every_reference_leads_to_an_entity(planted_run):
    """Within the crate, but for the specification itself; none stands twice."""
    graph = json.loads((planted_run / CRATE_FILE).read_text("utf-8"))["@graph"]
    addresses = [entity["@id"] for entity in graph]
    assert len(set(addresses)) == len(addresses)

    def references(value):
        if isinstance(value, dict):
            yield from [value["@id"]] if set(value) == {"@id"} else ()
            for part in value.values():
                yield from references(part)
        elif isinstance(value, list):
            for part in value:
                yield from references(part)

    assert set(references(graph)) - set(addresses) == {"https://w3id.org/ro/crate/1.1"}


def test_a_layer_has_its_licence_and_citation(tmp_path):
    """By its address where the list of SPDX has it, else in its words."""
    known = record()
    known["inputs"]["faults"]["source"] = SOURCE
    known["inputs"]["relief"]["source"] = {
        **SOURCE,
        "spdx": "other",
        "licence": "free, with thanks",
    }
    entities = by_address(known, tmp_path)
    faults, relief = entities["#input/faults.geojson"], entities["#input/relief.tif"]
    assert faults["license"] == {"@id": "https://spdx.org/licenses/CC-BY-4.0"}
    assert entities["https://spdx.org/licenses/CC-BY-4.0"]["name"] == "CC-BY-4.0"
    assert (faults["citation"], faults["creditText"]) == ("Survey 2020, Map 12", "A survey")
    assert faults["datePublished"] == "2020-05"
    assert entities[relief["license"]["@id"]]["name"] == "free, with thanks"
    assert "license" not in entities["#input/deposits.geojson"]


def test_it_holds_no_time_of_day(tmp_path):
    """Its date is that of the titles, else of the newest input; without any, the year of the version."""
    known = record()
    assert published(known) == "2026"
    known["inputs"]["faults"]["source"] = SOURCE
    known["inputs"]["relief"]["as_of"] = "2019-01-01"
    known["inputs"]["deposits"]["source"] = {**SOURCE, "date": "closed in 2030"}
    assert published(known) == "2020-05"
    known["tenure_as_of"] = "2018-12-31"
    assert by_address(known, tmp_path)["./"]["datePublished"] == "2018-12-31"
    (tmp_path / "a b.csv").write_text("1")
    assert crate_of(known, tmp_path) == crate_of(known, tmp_path)
    assert by_address(known, tmp_path)["a%20b.csv"]["encodingFormat"] == "text/csv"
