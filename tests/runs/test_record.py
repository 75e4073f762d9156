"""run.json as data from outside: a name that cannot be one, or a language that is none, is refused."""

import json
import shutil

import pytest
from sealing import reseal

import prospector
from prospector.errors import OutputError
from prospector.runs.record import read_record

MODEL = "porphyry_copper"


@pytest.fixture
def run(planted_run, tmp_path):
    """A run folder with nothing but a copy of the planted region's run.json."""
    (tmp_path / "run").mkdir()
    shutil.copy(planted_run / "run.json", tmp_path / "run")
    reseal(tmp_path / "run")
    return tmp_path / "run"


def alter(run, change):
    """Change the record of a run folder."""
    record = json.loads((run / "run.json").read_text("utf-8"))
    change(record)
    (run / "run.json").write_text(json.dumps(record), "utf-8")
    reseal(run)


def name_model(record, name):
    record["deposit_models"][name] = record["deposit_models"].pop(MODEL)
    record["ranked"] = [name]


def name_model_itself(record, name):
    record["deposit_models"][MODEL]["model"]["deposit_model"]["name"] = name


def name_evidence(record, name):
    figures = record["deposit_models"][MODEL]
    before = figures["evidence"][0]["name"]
    figures["evidence"][0]["name"] = name
    for pattern in figures["weights_of_evidence"]["patterns"]:
        if pattern["evidence"] == before:
            pattern["evidence"] = name


def name_region(record, name):
    record["region"]["name"] = name


def name_in_region(record, name):
    record["region"]["deposit_models"] = [name]


NAMED = {
    "deposit_models": name_model,
    "deposit_models.porphyry_copper.model.deposit_model.name": name_model_itself,
    "deposit_models.porphyry_copper.evidence.0.name": name_evidence,
    "region.name": name_region,
    "region.deposit_models.0": name_in_region,
}


def test_a_record_is_returned_as_it_stands(run):
    """Every key of it, not only those that are looked at."""
    file = run / "run.json"
    assert read_record(file) == json.loads(file.read_text("utf-8"))


@pytest.mark.parametrize("key", NAMED)
@pytest.mark.parametrize("name", ["a", "a_2", "a" * 60])
def test_a_name_may_be_any_word(run, key, name):
    """Of small letters, digits and low lines, up to sixty."""
    alter(run, lambda record: NAMED[key](record, name))
    assert prospector.open_run(run).folder == run


@pytest.mark.parametrize("key", NAMED)
@pytest.mark.parametrize(
    "name", ["../secretdir", "../../..", "/etc", "a/b", "", "A", "2a", "_a", "a b", "a\n", "a" * 61]
)
def test_any_other_name_is_refused_in_one_line(run, key, name):
    """File, key and remedy."""
    alter(run, lambda record: NAMED[key](record, name))
    with pytest.raises(OutputError) as caught:
        prospector.open_run(run)
    said = str(caught.value)
    assert said.startswith(f"{run / 'run.json'}: key '{key}")
    assert said.endswith("Screen the region again.")
    assert "\n" not in said


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_language_that_there_is_is_taken(run, language):
    """Its pages can be written."""
    alter(run, lambda record: record.update(language=language))
    assert prospector.open_run(run).record["language"] == language


@pytest.mark.parametrize("language", ["xx", "../es", "", None, 1])
def test_any_other_language_is_refused(run, language):
    """Before a page is begun."""
    alter(run, lambda record: record.update(language=language))
    with pytest.raises(OutputError, match=r"run\.json: key 'language': .* Screen the region again"):
        prospector.open_run(run)


def test_what_is_no_record_is_refused(run):
    """Cut short, not an object, or without a key that names a path."""
    file = run / "run.json"
    whole = file.read_text("utf-8")
    file.write_text(whole[: len(whole) // 2], "utf-8")
    with pytest.raises(OutputError, match=r"not valid JSON.*Screen the region again"):
        prospector.open_run(run)
    file.write_text("[]", "utf-8")
    with pytest.raises(OutputError, match="schema version None"):
        prospector.open_run(run)
    file.write_text(whole, "utf-8")
    alter(run, lambda record: record.pop("region"))
    with pytest.raises(OutputError, match="key 'region': Field required"):
        prospector.open_run(run)


@pytest.mark.parametrize("spoil", [name_model, name_evidence])
@pytest.mark.parametrize("name", ["explain", "dossier", "score-polygons"])
def test_commands_refuse_such_a_run(run, spoil, name, command):
    """One line on the terminal, exit code 2; a file outside the run is neither read nor written."""
    alter(run, lambda record: spoil(record, "../../../x"))
    arguments = {
        "explain": [run, "-69.0", "-24.5"],
        "dossier": [run, "PCU-1"],
        "score-polygons": [run, "blocks.gpkg"],
    }[name]
    ended = command(name, *arguments)
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"Error: {run / 'run.json'}: key 'deposit_models.")
    assert ended.stderr.count("\n") == 1
    assert [one.name for one in run.parent.iterdir()] == ["run"]


def every_key(value, above=()):
    """Give the place of every key of a record, and of the first of each list."""
    for key, inner in value.items() if isinstance(value, dict) else list(enumerate(value))[:1]:
        yield (*above, key)
        if isinstance(inner, dict | list):
            yield from every_key(inner, (*above, key))


def test_every_key_that_is_dropped_emptied_or_retyped_is_read_or_refused(run):
    """A record is a whole or no run: whatever is done to it, no command meets what it does not expect."""
    whole = json.loads((run / "run.json").read_text("utf-8"))
    (run / "manifest.json").unlink()
    refused = []
    for place in every_key(whole):
        for value in (None, {}, "x"):
            record = json.loads(json.dumps(whole))
            holder = record
            for key in place[:-1]:
                holder = holder[key]
            holder[place[-1]] = value
            (run / "run.json").write_text(json.dumps(record), "utf-8")
            try:
                read_record(run / "run.json")
            except OutputError as error:
                refused.append(str(error))
    assert len(refused) > 500
    assert not [line for line in refused if "\n" in line]


def test_what_no_json_should_hold_is_refused(run):
    """Numbers of thousands of figures, hundreds of brackets, half a character."""
    whole = (run / "run.json").read_text("utf-8")
    for part in ("9" * 5000, str(2**64), "[" * 100_000, '"\\ud800"'):
        (run / "run.json").write_text(whole.replace("{", f'{{"odd": {part},', 1), "utf-8")
        with pytest.raises(OutputError, match="not valid JSON"):
            read_record(run / "run.json")


def test_deposit_models_stand_in_the_order_of_the_run(run):
    """JSON sorts them; the record says in which order they were asked for."""

    def add_another(record):
        record["deposit_models"]["a_model"] = record["deposit_models"][MODEL]
        record["ranked"] = [MODEL, "a_model"]

    alter(run, add_another)
    opened = prospector.open_run(run)
    assert opened.deposit_models == list(opened.record["deposit_models"]) == [MODEL, "a_model"]
    alter(run, lambda record: record.update(ranked=["a_model"]))
    with pytest.raises(OutputError, match="ranked must name each of deposit_models once"):
        prospector.open_run(run)
