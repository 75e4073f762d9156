"""docs/own_region.md: its commands run in their order, on the files that it writes."""

import re
import shlex
from pathlib import Path

import pytest

from prospector.drafting.init import init_region
from prospector.synthetic import write_own_files

PAGE = Path(__file__).parents[2] / "docs" / "own_region.md"
BLOCKS = re.findall(r"^```(\w*)\n(.*?)\n```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
COMMANDS = [text for language, text in BLOCKS if not language]


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ten minutes")
    write_own_files(folder / "maps")
    return folder


def test_the_page_takes_a_reader_from_files_to_a_map(place, monkeypatch, command):
    """Each command ends well; the map is there; what the page says of the guesses is so."""
    monkeypatch.chdir(place)
    first, *others = COMMANDS
    assert "write_own_files('maps')" in first
    said = {}
    for line in others:
        program, name, *arguments = shlex.split(line)
        assert program == "prospector"
        ended = command(name, *arguments)
        assert ended.returncode == 0, (line, ended.stderr)
        said[name] = ended.stdout
    assert list(said) == ["init", "check", "screen", "layers", "add"]
    assert "Deposit models: 1 of 1 can run" in said["init"]
    assert said["check"].startswith("1 of 1 deposit models can run")
    assert (place / "out" / "first" / "map.html").is_file()
    text = (place / "cobre" / "region.toml").read_text("utf-8")
    for guess in (block for language, block in BLOCKS if language == "toml"):
        assert guess in text
    assert 'role = "surface"' in text.split("[layers.gravity]")[1]


def test_undeclared_nodata_is_no_gravity(place, tmp_path):
    """The draft's comment on gravity knows nothing of -9999."""
    init_region(tmp_path / "cobre", [place / "maps"])
    model = (tmp_path / "cobre" / "models" / "porfido_cuprifero.toml").read_text("utf-8")
    [line] = [line for line in model.splitlines() if line.startswith("# bouguer is")]
    assert "-9999" not in line
