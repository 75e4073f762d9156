"""What `check` prints: short, aligned, readable at a hundred columns."""

import shutil

import prospector
from prospector.pages.check_lines import check_lines


def test_lines_keep_to_the_width_and_say_the_same(planted):
    """Broken at a hundred columns, sentences begin below one another; nothing is lost."""
    checked = prospector.check(planted, deposit_models=["porphyry_copper", "iocg", "manto_copper"])
    broken, whole = list(check_lines(checked, width=100)), list(check_lines(checked))
    assert max(map(len, broken)) <= 100
    assert max(map(len, whole)) > 100
    assert " ".join(" ".join(broken).split()) == " ".join(" ".join(whole).split())
    reason = next(place for place, line in enumerate(broken) if line.startswith("  iocg "))
    assert broken[reason + 1].startswith(" " * broken[reason].index("cannot run") + "dioritic")


def test_columns_stand_below_their_heads(planted):
    """The numbers of evidence end where their heads end."""
    lines = list(check_lines(prospector.check(planted), width=100))
    head = next(line for line in lines if line.startswith("\nEvidence"))[1:]
    row = next(line for line in lines if line.startswith("  elevation"))
    for name, value in (("lowest", "714"), ("highest", "2475"), ("cover", "100 %")):
        end = head.index(name) + len(name)
        assert row[:end].endswith(value)
    assert row[head.index("unit") :].startswith("m  ")
    assert row[head.index("resolution") :] == "4.3 km"


def test_of_several_layers_those_that_an_evidence_reads_are_printed(planted, tmp_path):
    """Below its line; of the only layer of a role nothing need be said."""
    region = shutil.copytree(planted, tmp_path / "region")
    toml = region / "region.toml"
    second = '\n[layers.sketch]\nrole = "faults"\nfile = "faults.geojson"\n'
    named = '\n[override.porphyry_copper.evidence.domeyko]\nlayer = "sketch"\n'
    toml.write_text(toml.read_text("utf-8") + second + named, "utf-8")
    lines = list(check_lines(prospector.check(region), width=100))
    place = next(n for n, line in enumerate(lines) if line.startswith("  distance to the Domeyko"))
    assert lines[place + 1] == "    reads sketch"
    assert not [line for line in lines if line.startswith("    reads relief")]


def test_lists_of_critical_minerals_have_a_line_for_each_commodity(planted):
    """Each commodity of the models once, what was not seen apart from what is not listed."""
    checked = prospector.check(planted, deposit_models=["porphyry_copper", "iocg"])
    lines = list(check_lines(checked))
    first = next(place for place, line in enumerate(lines) if line.startswith("Critical   "))
    assert lines[first] == (
        "Critical   copper: United States 2025, European Union 2024 (strategic), Chile 2026 (group A)"
    )
    assert lines[first + 1] == (
        "           molybdenum: Chile 2026 (group A), European Union 2024 not seen"
    )
    named = [line.split(":")[0].split()[-1] for line in lines[first : first + 6]]
    assert named == ["copper", "molybdenum", "gold", "iron", "cobalt", "earths"]


def test_a_type_that_a_shipped_model_would_use_says_so(planted):
    """The deposits are not useless: the model was not asked for."""
    checked = prospector.check(planted, deposit_models=["iocg"])
    [line] = [line for line in check_lines(checked) if line.startswith("  porphyry_copper ")]
    assert line.endswith("by no deposit model here; porphyry_copper would use them")


def test_a_model_of_unknown_commodities_has_no_such_line(region):
    """Nothing is made up for a word that no list knows."""
    file = region / "region.toml"
    text = file.read_text("utf-8")
    file.write_text(
        f'{text}\n[override.porphyry_copper.deposit_model]\ncommodities = ["marble"]\n', "utf-8"
    )
    assert not [line for line in check_lines(prospector.check(region)) if "Critical" in line]
