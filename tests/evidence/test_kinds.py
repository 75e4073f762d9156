"""Kinds of one's own inside a screening: what they may read, and whom an error blames."""

import hashlib
import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest

import prospector
from prospector.errors import ModelError, RegionError
from prospector.evidence import Kind, LayerParameters, Parameters, kind, register_kind, roles_read
from prospector.evidence.kind import declared_layers, declared_roles
from prospector.words.language import sentence
from tests.evidence.test_evidence import layers, vector

EXAMPLE, *_ = re.findall(
    r"```python\n(.*?)```",
    (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text("utf-8"),
    flags=re.DOTALL,
)

ENTRY = """
[override.porphyry_copper.evidence.{name}]
kind = "{name}"
label = "evidence of one's own"
expected = "any"
reason = "a test"
{more}
"""


SOURCES = """
["faults.geojson"]
origin = "x"
citation = "x"
licence = "x"
date = "x"
scale = "x"
coverage = "x"
schematic = true
sha256 = "{sha256}"
done = "x"
"""


class FaultsParameters(LayerParameters):
    """Number of features of a role and of the deposits."""


def count_both(layers, units, *, parameters):
    """Return easting in 1000 km, times 100 for each feature of the role and 1 for each deposit."""
    role, deposits = layers.vector(parameters.role), layers.vector("deposits")
    return units.easting / 1e6 * (100 * len(role.features) + len(deposits.features))


@pytest.fixture(autouse=True)
def kinds(monkeypatch):
    """Kinds that a test registers are forgotten after it."""
    monkeypatch.setattr(kind, "KINDS", dict(kind.KINDS))


def screened(region, name, more=""):
    """The planted region, screened with one evidence more."""
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(ENTRY.format(name=name, more=more))
    screening = prospector.screen(region, deposit_models=["porphyry_copper"], quick=True, workers=1)
    return screening.rankings["porphyry_copper"]


def dropped(ranking, name):
    """What is noticed of an evidence that was dropped."""
    return [
        sentence(notice, "en")
        for notice in ranking.notices
        if dict(notice.about).get("evidence") == name
    ]


def evidence_map(ranking, name):
    return next(one for one in ranking.evidence if one.name == name)


def test_the_example_of_contributing_runs_in_a_screening(region):
    """It reads no layer: no role is asked for, nothing is dropped, and 45 degrees give km for km."""
    exec(EXAMPLE, {})
    ranking = screened(region, "plunge", "outcrop_easting_m = 450000.0\ndip_deg = 45.0")
    plunge = evidence_map(ranking, "plunge")
    easting, _ = plunge.raster.grid.centres()
    assert dropped(ranking, "plunge") == []
    assert not plunge.schematic
    np.testing.assert_allclose(
        plunge.raster.values, np.maximum(easting - 450_000, 0) / 1000, rtol=1e-6
    )


def test_a_missing_key_of_an_override_is_blamed_on_region_toml(region):
    """The entry stands there, not in the shipped model."""
    exec(EXAMPLE, {})
    wanted = r"region\.toml: key 'override\.porphyry_copper\.evidence\.plunge\.dip_deg': missing"
    with pytest.raises(RegionError, match=wanted):
        screened(region, "plunge", "outcrop_easting_m = 450000.0")


def test_a_kind_of_an_override_that_is_unknown_is_blamed_on_region_toml(region):
    """The remedy lists the kinds."""
    wanted = r"region\.toml: key 'override\.porphyry_copper\.evidence\.plunge\.kind': 'plunge' is not a kind"
    with pytest.raises(RegionError, match=wanted):
        screened(region, "plunge")


def test_a_role_that_a_kind_did_not_declare_is_an_error(region):
    """Kind, role and remedy are named; it never gets an empty list."""
    register_kind("both", Kind(FaultsParameters, count_both, "n"))
    wanted = r"kind 'both': it reads role 'deposits'.*'faults'. Return 'deposits' from `roles`"
    with pytest.raises(ModelError, match=wanted):
        screened(region, "both", 'role = "faults"')


def test_a_kind_that_declares_two_roles_gets_both(region):
    """One fault and forty deposits: 140 times the easting."""
    both = Kind(FaultsParameters, count_both, "n", roles=lambda one: (one.role, "deposits"))
    register_kind("both", both)
    values = evidence_map(screened(region, "both", 'role = "faults"'), "both").raster
    easting, _ = values.grid.centres()
    np.testing.assert_allclose(values.values, 140 * easting / 1e6, rtol=1e-6)


def test_an_evidence_is_dropped_where_one_of_its_roles_is_lacking(region):
    """The region has faults, but no volcanoes."""
    both = Kind(FaultsParameters, count_both, "n", roles=lambda one: (one.role, "volcanoes"))
    register_kind("both", both)
    ranking = screened(region, "both", 'role = "faults"')
    assert dropped(ranking, "both") == [
        "porphyry_copper: evidence layer 'evidence of one's own' not used: no layer of role 'volcanoes'."
    ]


def test_layers_of_declared_roles_hold_no_other():
    """Not among the items either, and not by the one way round `of_role`."""
    every = layers(vector("faults", []), vector("salars", []))
    kind, told = Kind(LayerParameters, near, "km"), LayerParameters(role="faults")
    there = declared_layers(every, "k", kind, told)
    assert [one.role for one in there.items] == ["faults"]
    assert there.vector("faults") is not None
    for ask in (there.of_role, there.vector, there.raster, there.is_schematic):
        with pytest.raises(ModelError, match="kind 'k': it reads role 'salars'"):
            ask("salars")


def test_roles_that_are_one_text_are_refused():
    """A comma forgotten would let letters count as roles."""
    wrong = Kind(Parameters, count_both, "n", roles=lambda one: "faults")
    with pytest.raises(ModelError, match=r"Return a tuple, e\.g\. \('faults',\)"):
        declared_roles("wrong", wrong, Parameters())


class NearParameters(LayerParameters):
    """Kilometres east of the first fault."""


def near(layers, units, *, parameters):
    """Return distances that the test does not look at."""
    return np.abs(units.easting - 500_000) / 1000


@pytest.mark.parametrize(("measures_distance", "kept"), [(True, False), (False, True)])
def test_the_rule_about_tolerance_hangs_on_the_kind(region, measures_distance, kept):
    """Faults 10 km off, a membership that ends at 8 km: dropped if the values are distances."""
    toml = region / "region.toml"
    text = toml.read_text("utf-8")
    toml.write_text(
        text.replace('role = "faults"', 'role = "faults"\ntolerance_m = 10000'), "utf-8"
    )
    digest = hashlib.sha256((region / "faults.geojson").read_bytes()).hexdigest()
    (region / "SOURCES.toml").write_text(SOURCES.format(sha256=digest), "utf-8")
    register_kind("near", Kind(NearParameters, near, "km", measures_distance=measures_distance))
    ranking = screened(region, "near", 'role = "faults"\nmembership = { full = 0, none = 8 }')
    assert ("near" in [one.name for one in ranking.evidence]) is kept
    assert len(dropped(ranking, "near")) == (not kept)


class ThrowParameters(Parameters):
    """Throw of the faults, which no parameter names as a role."""

    column: str


def throw(layers, units, *, parameters):
    """Return the largest value of a column of the faults at every unit."""
    faults = layers.vector("faults").features
    return units.easting / 1e9 + faults[parameters.column].max()


def test_a_column_is_read_for_a_kind_whose_roles_stand_in_its_code(region):
    """The reader asks the kind what it reads, and so keeps the column of the faults that it names."""
    faults = gpd.read_file(region / "faults.geojson").assign(throw_m=250.0)
    faults.to_file(region / "faults.geojson", driver="GeoJSON")
    register_kind("throw", Kind(ThrowParameters, throw, "m", roles=lambda _: ("faults",)))
    ranking = screened(region, "throw", 'column = "throw_m"')
    assert np.nanmax(evidence_map(ranking, "throw").raster.values) == pytest.approx(250, abs=0.1)


def test_what_is_written_wrong_reads_nothing():
    """An unknown kind and parameters that do not fit; a right one reads the role that it names."""
    assert roles_read("nowhere", {"role": "faults"}) == ()
    assert roles_read("distance", {"role": "faults", "rol": "x"}) == ()
    assert roles_read("distance", {"role": "faults"}) == ("faults",)


def test_a_kind_that_has_nothing_to_compute_on_is_dropped_with_its_own_reason(region):
    """What `check` raises is the reason."""

    def check(layers, parameters):
        raise ModelError("no fault is young enough.")

    register_kind("near", Kind(NearParameters, near, "km", check=check))
    ranking = screened(region, "near", 'role = "faults"')
    assert dropped(ranking, "near") == [
        "porphyry_copper: evidence layer 'evidence of one's own' not used: no fault is young enough."
    ]
