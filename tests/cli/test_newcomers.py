"""Help, completion and versions: what a newcomer meets first."""

import re
import shlex
import subprocess
import sys

import pytest
from typer.main import get_command

from prospector.cli.commands import app
from prospector.cli.newcomers import PURPOSES
from prospector.models.known import STATED, known_estimators
from prospector.region import deposit_model_names

COMMANDS = sorted(get_command(app).commands)


@pytest.mark.parametrize("name", COMMANDS)
def test_help_names_values_as_people_do_and_has_an_example(name, command):
    """No types of a programming language; one line to copy."""
    ended = command(name, "--help")
    assert ended.returncode == 0
    assert not re.findall(r"<(?:str|int|float|path|list|Path)\b[^>]*>", ended.stdout)
    assert "<=x" not in ended.stdout
    assert f"Example: prospector {name} " in " ".join(ended.stdout.split()) + " "


def test_help_lists_every_estimator_of_the_registry(command):
    """Those that learn and the overlays, without importing scikit-learn."""
    names = [*known_estimators(), *STATED]
    for name in ("screen", "check"):
        shown = " ".join(command(name, "--help").stdout.replace("-\n", "-").split())
        assert f"one of {', '.join(names)}." in shown
    code = "import sys, prospector.cli.options; print('sklearn' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "False\n"


def test_the_list_of_commands_is_whole(command):
    """Each command stands once, under what it is for, and no sentence is cut off."""
    text = command("--help").stdout
    listed = text.partition("Make a region:")[2]
    assert "..." not in listed
    assert sorted(name for names in PURPOSES.values() for name in names) == COMMANDS
    assert all(f"{purpose}:\n" in text for purpose in PURPOSES)
    assert all(re.search(rf"^  {name} ", listed, re.MULTILINE) for name in COMMANDS)
    assert "--install-completion" in text


def test_the_deposit_models_are_listed(command):
    """Where one is asked for."""
    words = " ".join(command("screen", "--help").stdout.split())
    assert ", ".join(deposit_model_names()) in words


def test_completion_can_be_shown():
    """For the shell that it is called from."""
    line = f"{shlex.quote(sys.executable)} -m prospector --show-completion; exit $?"
    ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "COMP_WORDS" in ended.stdout


def test_the_version_says_what_a_report_needs(command):
    """One line, or with --verbose those of Python, GDAL, PROJ, GEOS and the libraries."""
    assert len(command("--version").stdout.splitlines()) == 1
    text = command("--version", "--verbose").stdout
    for word in ("prospector 0", "Python 3", "GDAL ", "PROJ ", "GEOS ", "numpy ", "geopandas "):
        assert word in text
