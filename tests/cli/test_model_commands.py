"""`prospector models`: what there is to screen for, and a file to start from."""

import tomllib

from prospector.region.region_file import load_region
from prospector.region.shipped_models import deposit_model_names, shipped_text


def test_the_shipped_models_are_listed(command):
    """Each with label, unit, commodities, estimator and the roles that it reads."""
    ended = command("models")
    assert ended.returncode == 0
    assert all(f"\n  {name}: " in ended.stdout for name in deposit_model_names())
    assert "  lithium_brine: Lithium brine (LIB)\n" in ended.stdout
    assert "polygons of the role salars; Li, K, B; fuzzy, stated memberships" in ended.stdout
    assert "for the evidence salars, volcanoes, relief, basins" in " ".join(ended.stdout.split())


def test_a_printed_model_is_a_file_to_start_from(command, region):
    """As it is shipped, comments and all; with a name and a code of its own the region reads it."""
    for name in deposit_model_names():
        assert command("models", name).stdout == shipped_text(name)
    text = command("models", "iocg").stdout.replace('"iocg"', '"mine"').replace('"IOCG"', '"MINE"')
    (region / "models").mkdir()
    (region / "models" / "mine.toml").write_text(text, "utf-8")
    file = region / "region.toml"
    file.write_text(
        file.read_text("utf-8").replace('"porphyry_copper"', '"models/mine.toml"'), "utf-8"
    )
    assert load_region(region).model_names == ["mine"]
    listed = command("models", "--region", region).stdout
    assert "\n  mine: Iron oxide-copper-gold (MINE), in models/mine.toml\n" in listed
    assert tomllib.loads(command("models", "mine", "--region", region).stdout) == tomllib.loads(
        text
    )


def test_an_unknown_model_lists_the_known(command, region):
    """With the nearest, and those of the region."""
    ended = command("models", "iogc", "--region", region)
    assert ended.returncode == 2
    assert (
        "Unknown deposit model 'iogc'. Did you mean 'iocg'? Available: borate_salar" in ended.stderr
    )


def test_a_region_without_models_of_its_own(command, region):
    """The pair."""
    listed = command("models", "--region", region).stdout
    assert "\n  none of its own\n  It screens: porphyry_copper.\n" in listed
