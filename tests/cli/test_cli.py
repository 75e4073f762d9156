"""The command line: what it prints, what it leaves, exit codes."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from prospector.errors import LayerError
from prospector.region import deposit_model_names


def run(*arguments, cwd=None):
    return subprocess.run(
        [sys.executable, "-m", "prospector", *map(str, arguments)],
        capture_output=True, text=True, cwd=cwd, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def screened(planted, tmp_path_factory):
    """A folder with the planted region, the run of it that the command wrote, and how the command ended."""
    folder = tmp_path_factory.mktemp("screened")
    shutil.copytree(planted, folder / "region")
    return folder, run("screen", folder / "region", "--out", folder / "out", "--quick")


@pytest.fixture
def earlier_run(planted_run, tmp_path):
    """A copy of the planted region's run, in the folder that a test screens into."""
    return Path(shutil.copytree(planted_run, tmp_path / "out"))


def test_help_names_every_command():
    """A newcomer sees what there is and where to start."""
    ended = run("--help")
    assert ended.returncode == 0
    words = " ".join(ended.stdout.split())
    for word in ("check", "screen", "explain", "prospector init atacama --from atacama"):
        assert word in words


def test_check_says_first_what_can_run_then_on_what(planted):
    """Exit 0; deposits, evidence with unit and cover, layers, each kind of notice in a line."""
    found = run("check", planted)
    assert found.returncode == 0, found.stderr
    first, second, *lines = found.stdout.splitlines()
    assert first == "1 of 1 deposit models can run"
    assert second.startswith("  porphyry_copper  logistic: 39 deposits in 11 districts train")
    words = " ".join(found.stdout.split())
    for text in (
        "Screening roughly 2 minutes of one core (1 minute with --quick)",
        "porphyry_copper 40 40 porphyry_copper: 39 train",
        "distance to the Domeyko fault system 0.0171 44.5 105 km 100 % not stated",
        "deposits (deposits): 40 features",
        "relief (relief): 734 to 2476 m, 100 % of the region, 4.3 km cells",
        "origin not stated",
        "no layer of role 'slab_depth'",
    ):
        assert text in words
    start = lines.index("Notices: 10")
    levels = [line for line in lines[start + 1 :] if line.startswith("  ") and line[2].isdigit()]
    assert sum(int(line.split()[0]) for line in levels) == 10
    assert all(line.startswith("    ") for line in lines[start + 1 :] if line not in levels)


def test_check_fails_where_a_model_that_was_asked_for_cannot_run(planted):
    """Exit 2, with the reason under the first line, though the region's own model can run."""
    found = run("check", planted, "--deposit-model", "porphyry_copper", "--deposit-model", "iocg")
    assert found.returncode == 2
    assert found.stdout.startswith("1 of 2 deposit models can run\n")
    assert "iocg             cannot run: 1 of 4 evidence layers available" in found.stdout
    assert found.stderr == "Error: cannot run: iocg. See the reasons above.\n"


@pytest.mark.parametrize("command", ["check", "screen"])
def test_a_metre_in_place_of_a_kilometre_is_one_line(planted, tmp_path, command):
    """Exit 2 at once, with a size that serves and the option that lifts the limit."""
    out = ("--out", tmp_path / "out", "--quick") if command == "screen" else ()
    found = run(command, planted, "--cell-size", 1, *out)
    assert (found.returncode, found.stdout) == (2, "")
    [line] = [line for line in found.stderr.splitlines() if line.startswith("Error")]
    assert line.endswith("Use cells of 20 m or more, or raise the limit with --max-cells.")


def test_screen_writes_and_says_what_to_open(screened, command):
    """The last lines name the map; the record is complete."""
    folder, ended = screened
    out = folder / "out"
    assert ended.returncode == 0, ended.stderr
    last = ended.stdout.splitlines()[-1]
    assert last == f"Open {out / 'map.html'} in a browser (it needs no internet)."
    assert re.search(r"Skill (not )?shown: AUC \d\.\d+ \(chance \d\.\d+\)", ended.stdout)
    record = json.loads((out / "run.json").read_text("utf-8"))
    assert record["parameters"]["quick"] is True
    explained = command("explain", out, "--", -68.95, -24.4)
    assert "distance to the Domeyko fault system" in explained.stdout
    assert "the area of applicability: dissimilarity" in explained.stdout
    assert command("explain", out, -68.95, -24.4).stdout == explained.stdout


def test_a_run_to_which_nothing_has_changed_is_kept(screened, tmp_path, command):
    """The second call computes nothing and says so; --force and a changed layer screen again."""
    folder, first = screened
    assert "Nothing has changed" not in first.stdout
    kept = command("screen", folder / "region", "--out", folder / "out", "--quick")
    assert kept.stderr == ""
    sentence = "\nNothing has changed since this run was written (--force runs it again).\n"
    assert kept.stdout.replace(sentence, "") == first.stdout
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    region, out = tmp_path / "region", tmp_path / "out"
    call = ("screen", region, "--out", out, "--quick", "--workers", 1)
    assert sentence in command(*call).stdout
    assert "reading layers" in command(*call, "--force").stderr
    deposits = region / "deposits.geojson"
    deposits.write_text(deposits.read_text() + "\n")
    assert "reading layers" in command(*call).stderr


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("cell_size_m", "cel_size_m", "key 'region.cel_size_m': unknown key"),
        ("faults.geojson", "nowhere.geojson", "nowhere.geojson is missing"),
        ('role = "relief"', 'role = "faults"', "it is only for rasters"),
    ],
)
def test_bad_input_is_one_line_and_exit_2(region, earlier_run, command, old, new, message):
    """No other error, and the earlier run stays as it was."""
    before = (earlier_run / "run.json").read_bytes()
    file = region / "region.toml"
    file.write_text(file.read_text().replace(old, new, 1))
    ended = command("screen", region, "--out", earlier_run, "--quick")
    assert ended.returncode == 2
    errors = [line for line in ended.stderr.splitlines() if line.startswith("Error")]
    assert len(errors) == 1
    assert message in errors[0]
    assert (earlier_run / "run.json").read_bytes() == before


def test_every_fault_of_a_region_file_is_told_at_once(region, command):
    """One error of several lines, exit 2."""
    file = region / "region.toml"
    text = file.read_text().replace("cell_size_m", "cel_size_m").replace('unit = "m"', "unit = 1")
    file.write_text(text)
    ended = command("check", region)
    assert ended.returncode == 2
    first, second = ended.stderr.splitlines()
    assert first.startswith(f"Error: {file}: key 'region.cel_size_m': unknown key")
    assert second.startswith(f"{file}: key 'layers.relief.unit': 1 is not right")


@pytest.mark.parametrize(
    ("option", "value"),
    [("--cell-size", "inf"), ("--cell-size", "1e300"), ("--seed", "4294967296")],
)
def test_a_number_that_no_run_can_use_is_refused(planted, tmp_path, command, option, value):
    """In a line, before anything is read."""
    ended = command("screen", planted, "--out", tmp_path / "o", option, value)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
    assert "Error: " in ended.stderr


def test_an_unknown_deposit_model_or_estimator_lists_the_known(planted, tmp_path, command):
    """Exit 2 with the names that there are."""
    ended = command("screen", planted, "--out", tmp_path / "o", "--deposit-model", "gold")
    assert ended.returncode == 2
    assert f"Available: {', '.join(deposit_model_names())}" in " ".join(ended.stderr.split())
    ended = command("screen", planted, "--out", tmp_path / "o", "--estimator", "oracle")
    assert ended.returncode == 2
    assert (
        "Use one of: logistic, forest, boosting, weights-of-evidence, fuzzy, index" in ended.stderr
    )
    assert not (tmp_path / "o").exists()


def test_an_output_folder_that_cannot_be_written_is_an_error(planted, tmp_path):
    """A file stands where the folder should be. The process ends with 2 and no traceback."""
    (tmp_path / "file").write_text("")
    ended = run("screen", planted, "--out", tmp_path / "file" / "out", "--quick", "--workers", 1)
    assert ended.returncode == 2
    assert "cannot be written" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 - names only


def test_an_interrupt_leaves_the_earlier_run_and_nothing_half_written(
    planted, earlier_run, tmp_path
):
    """Ctrl-C in the middle of the validation: exit 130, no traceback."""
    before = (tmp_path / "out" / "run.json").read_bytes()
    command = [sys.executable, "-m", "prospector", "screen", planted, "--out", tmp_path / "out"]
    with subprocess.Popen(
        list(map(str, command)),
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as started:
        printed = ""
        while "validation" not in printed:
            printed += started.stderr.readline()
        started.send_signal(signal.SIGINT)
        rest = started.communicate(timeout=60)[1]
    assert started.returncode == 130
    assert "Traceback" not in rest
    assert (tmp_path / "out" / "run.json").read_bytes() == before
    assert os.listdir(tmp_path) == ["out"]  # noqa: PTH208 - names only


def test_own_polygons_are_scored_beside_the_run(planted_run, tmp_path, command):
    """A copy of the targets as a file: the best comes first, and both files are named."""
    targets = tmp_path / "blocks.geojson"
    source = planted_run / "porphyry_copper" / "targets.geojson"
    targets.write_bytes(source.read_bytes())
    ended = command("score-polygons", planted_run, targets, "--out", tmp_path / "scored")
    assert ended.returncode == 0, ended.stderr
    assert "porphyry_copper  polygon 1: rank 1, score 0." in ended.stdout
    assert (tmp_path / "scored.gpkg").is_file()
    assert f"{tmp_path / 'scored.csv'} (for a spreadsheet)" in ended.stdout
    refused = command("score-polygons", planted_run, tmp_path / "none.gpkg")
    assert (refused.returncode, "no such file" in refused.stderr) == (2, True)


def test_runs_are_compared(planted_run, tmp_path, command):
    """A run beside itself has no change; what cannot be compared is a notice."""
    ended = command("compare", planted_run, planted_run, "--out", tmp_path / "changes")
    assert ended.returncode == 0, ended.stderr
    assert "Changes: 0" in ended.stdout
    assert "Concessions not compared" in ended.stdout
    assert (tmp_path / "changes.csv").is_file()


def test_a_layer_that_changes_during_the_run_ends_it(region, tmp_path, monkeypatch):
    """What was written would hang on other files than the manifest says."""
    from prospector import writing
    from prospector.cli import commands as cli

    screened = writing.screen

    def edited(loaded, **options):
        screening = screened(loaded, **options)
        deposits = region / "deposits.geojson"
        deposits.write_text(deposits.read_text() + "\n")
        return screening

    monkeypatch.setattr(writing, "screen", edited)
    with pytest.raises(LayerError, match="changed during the run"):
        cli.screen(region, out=tmp_path / "out", quick=True, workers=1)
    assert not (tmp_path / "out" / "run.json").exists()


def test_check_says_how_good_each_evidence_is_where_asked(planted):
    """A table with one line an evidence, and its faults below it; none without --evidence."""
    found = run("check", planted, "--evidence")
    assert found.returncode == 0, found.stderr
    table = found.stdout.partition("Quality of evidence, worst first")[2].partition("Layers:")[0]
    heads, model, *rows = table.strip().splitlines()
    assert heads.split() == [
        "cover",
        "one",
        "value",
        "correlation",
        "inflation",
        "by",
        "place",
        "adds",
    ]
    assert model.startswith("porphyry_copper: on ")
    assert model.endswith(" cells, the estimator fitted 45 times")
    assert {row[2:38].strip() for row in rows if not row.startswith("    ")} == {
        "distance to the Domeyko fault system", "elevation",
    }  # fmt: skip
    assert "Quality of evidence" not in run("check", planted).stdout
