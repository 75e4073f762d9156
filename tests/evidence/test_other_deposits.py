"""Known deposits as evidence: those of other types are a control, those of the model's own the answer."""

import geopandas as gpd
import pandas as pd
import pytest

import prospector
from prospector.errors import RegionError
from prospector.words.language import sentence

ENTRY = """
[override.porphyry_copper.evidence.near]
kind = "{kind}"
role = "deposits"
label = "distance to known deposits"
expected = "decreasing"
reason = "a source upstream"
{keys}
"""
CONDITION = """
[[override.porphyry_copper.{table}]]
kind = "distance"
role = "deposits"
at_most = 50
reason = "near known deposits"
{keys}
"""
OTHERS = 'where = { deposit_type = ["iocg"] }'
OWN = 'where = { deposit_type = ["iocg", "porphyry_copper"] }'


def stated(region, text):
    file = region / "region.toml"
    file.write_text(file.read_text() + text)
    return region


@pytest.mark.parametrize(
    ("keys", "fault"),
    [
        ("", "is not stated"),
        ("where = { age_ma = { below = 40 } }", "is not stated"),
        (OWN, "names 'porphyry_copper', the model's own type"),
        ('where = { deposit_type = ["Porphyry copper"] }', "names 'Porphyry copper', the model's own"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("text", "place"),
    [
        (ENTRY.replace("{kind}", "distance"), "evidence.near"),
        (ENTRY.replace("{kind}", "density").replace("{keys}", "radius_m = 9000\n{keys}"), "evidence.near"),
        (CONDITION.replace("{table}", "permissive"), "permissive.0"),
        (CONDITION.replace("{table}", "applies").replace("{keys}", 'label = "x"\n{keys}'), "applies.0"),
    ],
)  # fmt: skip
def test_deposits_of_the_models_own_type_are_refused(region, text, place, keys, fault):
    """By file and key, with the remedy, wherever they are read, and where the types are left open."""
    with pytest.raises(RegionError) as error:
        prospector.check(stated(region, text.replace("{keys}", keys)))
    [line] = error.value.lines
    assert (
        f"region.toml: key 'override.porphyry_copper.{place}.where.deposit_type': {fault}" in line
    )
    assert 'where = { deposit_type = ["epithermal_gold"] }, or remove the entry.' in line


def test_a_kind_that_cannot_choose_deposits_is_refused(region):
    """The age of the nearest deposit is that of the model's own where one is near."""
    keys = 'column = "age_ma"\nwithin_m = 20000'
    text = ENTRY.format(kind="nearest_attribute", keys=keys)
    with pytest.raises(RegionError, match=r"evidence\.near\.where\.deposit_type': is not stated"):
        prospector.check(stated(region, text))


def test_every_type_of_a_model_is_its_own(region):
    """A further type of the labels counts as the first does."""
    text = '\n[override.porphyry_copper.labels]\nalso_types = ["iocg"]\n'
    with pytest.raises(RegionError, match="names 'iocg', the model's own type"):
        prospector.check(stated(region, text + ENTRY.format(kind="distance", keys=OTHERS)))


@pytest.mark.parametrize(
    "text",
    [ENTRY.format(kind="distance", keys=OTHERS), CONDITION.format(table="permissive", keys=OTHERS)],
)
def test_deposits_of_another_type_are_read_with_a_caution(region, text):
    """What they leave out is said in every output."""
    with_others(region)
    checked = prospector.check(stated(region, text), cell_size_m=8000)
    [notice] = [n for n in checked.notices if n.code == "measured-from-deposits"]
    assert (notice.level, notice.value("types")) == ("caution", ("iocg",))
    assert "is a distance to known deposits of type iocg" in sentence(notice)
    assert "yacimientos conocidos de tipo iocg" in sentence(notice, "es")
    assert checked.deposit_models[0].able


def with_others(region):
    """Add five deposits of type iocg, 3 km east of others, to the planted region."""
    file = region / "deposits.geojson"
    deposits = gpd.read_file(file)
    others = deposits.iloc[:5].assign(deposit_type="iocg", name="other")
    others.geometry = others.translate(0.03, 0)
    pd.concat([deposits, others], ignore_index=True).to_file(file, driver="GeoJSON")


def test_a_model_of_two_types_has_the_deposits_of_both(region):
    """Forty of one and five of another; check counts them for the model."""
    with_others(region)
    labels = "\n[override.porphyry_copper.labels]\nmerge_within_m = 1\n"
    alone = prospector.check(stated(region, labels), cell_size_m=8000)
    both = prospector.check(stated(region, 'also_types = ["iocg"]\n'), cell_size_m=8000)
    assert [checked.deposit_models[0].deposits for checked in (alone, both)] == [40, 45]
    models = {kind.deposit_type: kind.models for kind in both.deposit_types}
    assert models == {"porphyry_copper": ("porphyry_copper",), "iocg": ("porphyry_copper",)}
