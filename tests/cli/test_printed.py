"""What is printed: nothing of what comes from outside acts on a terminal, whoever prints it."""

import io
import json
import re
import shutil
import subprocess
import sys
import unicodedata

import pytest
import typer
from mutations import write_base
from services.running import Servers
from services.running import write_region as write_service

import prospector
from prospector.cli.commands import app
from prospector.cli.terminal import Bars
from prospector.options import Step
from prospector.printable import Guarded, guard_terminal, printable

HOSTILE = "A\x1b[2J\x1b]0;x\x07\x9b1m\u202e\u2066\u200b\u2028\x7f\r\n\x08\ufeffB"
"""Escapes, control characters of both sets, overrides of direction, what has no width, ends of lines."""

NAME = HOSTILE.replace("\r\n", "").replace(";", "")
"""What a file may be named so that GDAL opens it."""

FORBIDDEN = re.compile(
    r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff]"
)


def as_json(text):
    return json.dumps(text)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """A region with such a text in every place that takes one, and a file of polygons with one."""
    region = write_base(tmp_path_factory.mktemp("printed") / "region")
    toml, title = region / "region.toml", as_json(HOSTILE)
    text = toml.read_text("utf-8")
    text = re.sub(r"^title = .*$", lambda _: f"title = {title}", text, count=1, flags=re.MULTILINE)
    text = text.replace('label = "distance to faults"', f"label = {title}")
    text = text.replace("[region]", f"[region]\nsummary = {title}\neffective_resolution = {title}")
    faults = f"faults{NAME}.geojson"
    text = text.replace('file = "faults.geojson"', f"file = {as_json(faults)}\ntitle = {title}")
    text += f"\n[override.porphyry_copper.deposit_model]\nlabel = {title}\ncaution = {title}\n"
    text = text.replace("[layers.relief]", f"[layers.relief]\ntitle = {title}")
    toml.write_text(text, "utf-8")
    (region / "faults.geojson").rename(region / faults)
    for layer, columns in {
        "deposits": ("name", "status"),
        "concessions": ("holder", "name"),
        "geology": ("class",),
    }.items():
        file = region / f"{layer}.geojson"
        tables = json.loads(file.read_text("utf-8"))
        for feature in tables["features"]:
            feature["properties"].update(dict.fromkeys(columns, HOSTILE))
        tables["features"][0]["properties"]["state"] = HOSTILE
        file.write_text(json.dumps(tables), "utf-8")
    shutil.copy(region / "whole.geojson", region.parent / f"blocks{NAME}.geojson")
    return region


@pytest.fixture(scope="module")
def served(hostile):
    """Beside it a region whose own source has such texts, and a server of it."""
    servers = Servers()
    port = servers.arcgis(rows=7)
    texts = {"title": HOSTILE, "attribution": HOSTILE, "notes": [HOSTILE], "licence": HOSTILE}
    write_service(hostile.parent / "served", port, **texts)
    yield
    servers.end()


@pytest.fixture(scope="module")
def hostile_folder(hostile, served):
    """Two runs of it beside the region."""
    for name in ("run", f"run{NAME}"):
        ended = subprocess.run(
            [sys.executable, "-m", "prospector", "screen", hostile, "--quick", "--workers", "1",
             "--out", hostile.parent / name],
            capture_output=True, check=False,
        )  # fmt: skip
        assert ended.returncode == 0, ended.stderr
        assert not FORBIDDEN.search((ended.stdout + ended.stderr).decode("utf-8"))
    return hostile.parent


def arguments_of(folder):
    """Return arguments of every command that end in a result."""
    region, run, other = folder / "region", folder / "run", folder / f"run{NAME}"
    classed = shutil.copytree(region, folder / "classed", dirs_exist_ok=True)
    targets = json.loads((run / "porphyry_copper" / "targets.geojson").read_text("utf-8"))
    target = targets["features"][0]["properties"]["target_id"]
    return {
        "check": [region],
        "screen": [region, "--quick", "--workers", 1, "--out", other],
        "backtest": [region, "--before", 1990, "--workers", 1, "--store", folder / "store"],
        "compare-estimators": [
            region, "--quick", "--estimator", "logistic", "--workers", 1, "--store", folder / "store",
        ],
        "dossier": [other, target],
        "export": [other, "--formats", "kmz,geojson", "--out", folder / f"handed{NAME}"],
        "score-polygons": [run, folder / f"blocks{NAME}.geojson", "--out", folder / NAME],
        "portfolio": [other, "--out", folder / NAME],
        "compare": [run, other],
        "rerun": [run, "--layers", region, "--workers", 1],
        "explain": [run, "-69.05", "-24.4"],
        "clean": [other],
        "models": ["--region", region],
        "qgis-script": [folder / NAME],
        "schema": ["region", "--out", folder / f"{NAME}.json"],
        "init": [folder / f"drafted{NAME}", region],
        "add": [
            shutil.copytree(region, folder / "added", dirs_exist_ok=True),
            folder / f"blocks{NAME}.geojson", "--role", "water",
        ],
        "layers": [region],
        "sources": ["made", "--region", folder / "served"],
        "fetch": [folder / "served", "made"],
        "classes": [
            region / "geology.geojson", "--codes", "rock_names", "--field", "lithology=class",
            "--scale", "1:250,000", "--region", classed,
        ],
    }  # fmt: skip


COMMANDS = sorted(typer.main.get_command(app).commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_no_command_prints_what_acts_on_a_terminal(hostile_folder, name, command):
    """Whatever is written in titles, labels, columns, files' and layers' names; a new command, too."""
    ended = command(name, *arguments_of(hostile_folder)[name])
    assert ended.returncode == 0, ended.stderr
    assert not FORBIDDEN.search(ended.stdout + ended.stderr)
    assert ended.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_an_error_with_such_a_name_is_one_line(tmp_path, name, command):
    """An end of line in a name ends no line."""
    wrong = tmp_path / HOSTILE
    second = {
        "backtest": ["--before", 1990], "dossier": ["X"], "score-polygons": ["x"], "compare": ["x"],
        "explain": [1, 2], "add": ["x"], "fetch": ["usgs_mrds"],
    }.get(name, [])  # fmt: skip
    if name == "qgis-script":  # it makes a folder that is not there
        wrong.write_text("a file")
    ended = command(name, wrong, *second)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("Error: ")
    assert ended.stderr.count("\n") == 1
    assert not FORBIDDEN.search(ended.stderr)


@pytest.mark.parametrize("name", [*COMMANDS, HOSTILE])
def test_what_the_parser_says_of_such_an_argument_is_harmless(name, command):
    """An unknown option or command, quoted back."""
    arguments = ["run", 1, 2, HOSTILE] if name == "explain" else [f"--{HOSTILE}"]
    ended = command(name, *arguments)
    assert ended.returncode == 2
    assert "A\\x1b[2J" in ended.stderr
    assert not FORBIDDEN.search(ended.stderr)


def test_a_run_is_printed_in_python_as_harmlessly(hostile_folder):
    """Its lines stay."""
    shown = repr(prospector.open_run(hostile_folder / "run"))
    assert shown.startswith("Run over A\\x1b[2J")
    assert not FORBIDDEN.search(shown)


def test_several_faults_are_a_line_each(hostile, tmp_path, command):
    """Although the name of their file has an end of line."""
    region = shutil.copytree(hostile, tmp_path / HOSTILE)
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8").replace("crs =", "krs =") + "\n[odd]\na = 1\n", "utf-8")
    ended = command("check", region)
    assert ended.returncode == 2
    lines = ended.stderr.splitlines()
    assert len(lines) == 2
    assert all("A\\x1b[2J" in line and "region.toml: key" in line for line in lines)


def test_warnings_and_exceptions_that_nobody_caught_are_harmless(tmp_path):
    """They are printed by Python itself."""
    code = (
        "import sys, warnings; from prospector.printable import guard_terminal; guard_terminal(); "
        f"warnings.warn({HOSTILE!r}); raise ValueError({HOSTILE!r})"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False)
    said = ended.stderr.decode("utf-8")
    assert "ValueError: A\\x1b[2J" in said
    assert "UserWarning: A\\x1b[2J" in said
    assert not FORBIDDEN.search(said)


@pytest.mark.skipif(sys.platform == "win32", reason="the shell closes its files")
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
@pytest.mark.parametrize(
    ("line", "out", "error", "code"),
    [("--version", "prospector ", "", 0), ("check nowhere", "", "Error: ", 2)],
)
def test_what_goes_to_a_closed_stream_is_dropped(closed, line, out, error, code):
    """The exit code is as ever, and nothing goes to the other stream instead."""
    shell = f'exec "$0" -m prospector {line} {closed}'
    ended = subprocess.run(
        ["/bin/sh", "-c", shell, sys.executable], capture_output=True, text=True, check=False
    )
    assert ended.returncode == code
    assert ended.stdout[: len("prospector ")] == (out if ">&-" not in closed.split() else "")
    assert ended.stderr[: len("Error: ")] == (error if "2>&-" not in closed else "")


def test_no_later_file_takes_the_number_of_a_closed_stream():
    """What a C library prints to it would land in that file."""
    code = (
        "import os; os.close(0); os.close(1); import sys; sys.stdout = None; "
        "from prospector.printable import guard_terminal; guard_terminal(); "
        "sys.exit(os.open(sys.argv[1], os.O_RDONLY))"
    )
    ended = subprocess.run([sys.executable, "-c", code, __file__], check=False)
    assert ended.returncode > 2


def test_every_character_that_cannot_be_seen_is_escaped():
    """All of Unicode: none of the categories is left, all else is as it was."""
    for number in range(sys.maxunicode + 1):
        letter = chr(number)
        shown = printable(letter)
        if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Zl", "Zp"):
            assert shown.isascii()
            assert shown.isprintable()
        else:
            assert shown == letter
    assert printable("a\nb\t", kept="\n\t") == "a\nb\t"


def test_a_guarded_stream_writes_what_its_encoding_has_not_as_escapes():
    """No result ends in an error because a terminal has no superscript."""
    inner = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    stream = Guarded(inner)
    print("3 km²\x1b[2J\nnext", file=stream, flush=True)
    assert inner.buffer.getvalue() == b"3 km\\xb2\\x1b[2J\nnext\n"


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        ("en", "reading layers\nPorphyry copper: validation\n"),
        ("es", "lectura de capas\nPórfido cuprífero: validación\n"),
    ],
)
def test_progress_is_in_the_language_of_the_run(capsys, language, lines):
    """A line a step where no one looks on."""
    with Bars(language) as report:
        report("reading layers", 0, 1)
        report(Step("validation", "Porphyry copper"), 0, 1)
    assert capsys.readouterr().err == lines


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_progress_on_a_terminal_is_drawn_and_what_others_print_beside_it_is_harmless(monkeypatch):
    """The bars move the cursor; a name or a warning does not."""
    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", screen)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    guard_terminal()
    with Bars() as report:
        report("[red]" + HOSTILE, 1, 2)
        print(HOSTILE, file=sys.stderr)  # as a library's warning is
    drawn = screen.getvalue()
    assert "\x1b[" in drawn
    assert "[2J\\x1b]0;x" in drawn.replace("\n", "")
    assert "[red]" in drawn
    for part in ("\x1b[2J", "\x1b]0;", "\x9b", "\u202e", "\u200b"):
        assert part not in drawn
