"""What goes wrong while a deposit model is applied names the file, the key and the remedy."""

import pytest

import prospector
from prospector.errors import ModelError, RegionError

QUARTIC = """
[override.porphyry_copper.evidence.crowding]
kind = "density"
role = "faults"
radius_m = 290000
kernel = "quartic"
label = "density of faults"
expected = "increasing"
reason = "faults guide fluid"
"""
SQUARE = """
[override.porphyry_copper.evidence.roughness]
kind = "focal"
role = "relief"
radius_m = 290000
label = "roughness"
expected = "increasing"
reason = "old surfaces"
"""
RED = """
[[override.porphyry_copper.permissive]]
kind = "distance"
role = "faults"
where = { colour = ["red"] }
at_most = 50
reason = "near red faults"
"""
RATIO = """
[override.porphyry_copper.evidence.copper]
kind = "geochemistry"
role = "geochemistry"
column = "cu_ppm"
within_m = 20000
transform = "clr"
label = "copper"
expected = "increasing"
reason = "ore"
"""


def with_lines(region, lines):
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8") + lines, "utf-8")
    return region


@pytest.mark.parametrize("call", [prospector.check, prospector.screen])
@pytest.mark.parametrize(
    ("lines", "size_m", "message"),
    [
        (
            QUARTIC,
            200,
            r"override\.porphyry_copper\.evidence\.crowding\.radius_m': 290000 m are more than 1,000 cells",
        ),
        (
            SQUARE,
            100,
            r"override\.porphyry_copper\.evidence\.roughness\.radius_m': 290000 m are more than 2,000 cells",
        ),
    ],
)
def test_a_radius_of_too_many_cells_names_its_key(region, call, lines, size_m, message):
    """Before anything is computed; the remedy is a smaller radius, or larger cells."""
    with pytest.raises(ModelError, match=rf"region\.toml: key '{message}.*Use \d+ m or less"):
        call(with_lines(region, lines), cell_size_m=size_m)


def test_a_condition_that_cannot_be_read_names_its_key_and_is_told_as_a_reason(region):
    """The error by file and key; where a run goes on, its reason says which condition it was."""
    with pytest.raises(ModelError) as raised:
        prospector.screen(with_lines(region, RED), deposit_models=["porphyry_copper"])
    assert str(raised.value).endswith(
        "region.toml: key 'override.porphyry_copper.permissive.0': condition 'near red faults': Layer "
        "'faults': no column 'colour'. It has: fault_system."
    )
    sentence = prospector.sentence(raised.value.reason)
    assert sentence == "condition 'near red faults': layer 'faults' has no column 'colour'"


def test_a_composition_of_one_column_is_refused_where_it_is_written(region):
    """A log-ratio needs columns to stand against."""
    key = r"region\.toml: key 'override\.porphyry_copper\.evidence\.copper\.parts': must list the columns"
    with pytest.raises(RegionError, match=key):
        prospector.screen(with_lines(region, RATIO))


def test_missing_evidence_has_a_line_each_with_its_key(region):
    """The file and entry that asks for it, its label, and why it is not there."""
    text = (region / "region.toml").read_text("utf-8")
    (region / "region.toml").write_text(text[: text.index("[layers.faults]")], "utf-8")
    with pytest.raises(ModelError) as raised:
        prospector.screen(region, deposit_models=["porphyry_copper"])
    first, *lines = raised.value.lines
    assert first == (
        "Deposit model 'porphyry_copper': 0 of 4 evidence layers available, 1 needed. Add what is "
        "missing to region.toml, or correct the entry:"
    )
    assert lines[0] == (
        "porphyry_copper.toml, evidence.domeyko: distance to the Domeyko fault system: the region has "
        "no layer of role 'faults'."
    )
    assert len(lines) == 4
