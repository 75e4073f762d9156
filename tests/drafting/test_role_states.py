"""What roles of a region have and lack, who reads them, what waits for them."""

import pytest

from prospector.drafting.role_lines import role_lines
from prospector.drafting.role_states import role_states


@pytest.fixture(scope="module")
def states(planted):
    return {state.role: state for state in role_states(planted)}


def test_a_role_with_a_layer_says_who_reads_it(states):
    """The region's own models, and those shipped ones that it does not name."""
    faults = states["faults"]
    assert [(layer.name, layer.inside > 0) for layer in faults.layers] == [("faults", True)]
    [own] = [reader for reader in faults.readers if reader.of_region]
    assert (own.model, own.labels) == ("porphyry_copper", ("distance to the Domeyko fault system",))
    assert {"iocg", "manto_copper"} <= {reader.model for reader in faults.readers}
    [relief] = states["relief"].layers
    assert (relief.inside, relief.cover) == (None, 1.0)


def test_a_role_without_a_layer_says_what_waits_for_it(states):
    """With the official sources that fill it."""
    intrusions = states["intrusions"]
    assert intrusions.layers == ()
    waiting = {reader.model: reader.labels for reader in intrusions.readers}
    assert waiting["iocg"] == ("distance to dioritic intrusions",)
    assert states["salars"].readers[-1].labels[0] == "the ground that is scored"
    assert states["geology"].sources


def test_the_command_shows_both(planted, command):
    """Exit 0; a command for each that is missing."""
    ended = command("layers", planted)
    assert (ended.returncode, ended.stderr) == (0, "")
    assert "faults: " in ended.stdout
    assert f"prospector add {planted} FILE --role intrusions" in ended.stdout
    text = "\n".join(role_lines(role_states(planted), planted))
    assert (
        text.index("Roles with layers")
        < text.index("deposit models need")
        < text.index("Other roles")
    )
