"""What init prints can be copied and read."""

import shlex

import small_files as files

from prospector.drafting.init import init_region
from prospector.drafting.lines import init_lines


def test_commands_are_quoted_and_shipped_models_take_a_line(tmp_path):
    """A folder with spaces; no long reasons of models that nobody asked for."""
    folder = tmp_path / "Región Ñandú"
    files.points(folder, "volcanoes.gpkg", 10.0, 45.0)
    lines = list(init_lines(init_region(folder)))
    [following] = [line for line in lines if line.startswith("Next: ")]
    assert shlex.split(following)[-1] == str(folder)
    [models] = [line for line in lines if "cannot run here" in line]
    assert "--deposit-model NAME" in models
