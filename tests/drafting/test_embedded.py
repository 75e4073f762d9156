"""The region that comes with prospector: copied from the sources as from a wheel."""

import os
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest

from prospector.drafting.embedded import copy_region, embedded_region_names
from prospector.errors import RegionError
from prospector.region import load_region

PROJECT = Path(__file__).parents[2]
ATACAMA = PROJECT / "layers" / "atacama"


def test_the_atacama_is_copied_whole(tmp_path, command):
    """Byte for byte, and it loads; the command says what to do next."""
    ended = command("init", tmp_path / "mine", "--from", "atacama")
    assert (ended.returncode, ended.stderr) == (0, "")
    assert f"Next: prospector check {tmp_path / 'mine'}" in ended.stdout
    originals = {file.name: file.read_bytes() for file in ATACAMA.iterdir() if file.is_file()}
    assert {file.name: file.read_bytes() for file in (tmp_path / "mine").iterdir()} == originals
    assert load_region(tmp_path / "mine").name == "atacama"


def test_nothing_is_overwritten_by_a_copy(tmp_path):
    """A file of the same name stops it, and what was copied before is taken away."""
    (tmp_path / "region.toml").write_text("mine")
    with pytest.raises(RegionError, match="already exists and is not overwritten"):
        copy_region("atacama", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["region.toml"]


def test_an_unknown_region_names_those_there_are(tmp_path, command):
    """Exit 2; with files of one's own, too."""
    ended = command("init", tmp_path / "mine", "--from", "atacma")
    assert ended.returncode == 2
    assert "Did you mean 'atacama'? Available: atacama." in ended.stderr
    ended = command("init", tmp_path / "mine", tmp_path, "--from", "atacama")
    assert ended.returncode == 2
    assert "prospector add" in ended.stderr
    assert embedded_region_names() == ["atacama"]


def test_a_wheel_is_told_to_carry_it():
    """Where the package looks for it."""
    tables = tomllib.loads((PROJECT / "pyproject.toml").read_text("utf-8"))
    included = tables["tool"]["hatch"]["build"]["targets"]["wheel"]["force-include"]
    assert included == {"layers/atacama": "prospector/drafting/regions/atacama"}


def test_a_wheel_carries_it(tmp_path):
    """Built and unpacked, far from the sources, it copies the region; licences come with it."""
    pytest.importorskip("hatchling")
    build = "from hatchling.build import build_wheel; import sys; print(build_wheel(sys.argv[1]))"
    built = subprocess.run(
        [sys.executable, "-c", build, str(tmp_path)], cwd=PROJECT, capture_output=True, text=True, check=True
    )  # fmt: skip
    with zipfile.ZipFile(tmp_path / built.stdout.split()[-1]) as wheel:
        wheel.extractall(tmp_path / "installed")
    licences = {file.name for file in (tmp_path / "installed").glob("*.dist-info/licenses/*")}
    assert {"LICENSE", "NOTICE", "THIRD_PARTY.md"} <= licences
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "installed")}
    subprocess.run(
        [sys.executable, "-m", "prospector", "init", "mine", "--from", "atacama"], cwd=tmp_path,
        env=environment, check=True,
    )  # fmt: skip
    assert load_region(tmp_path / "mine").name == "atacama"
