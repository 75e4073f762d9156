"""The list of official sources: shipped files, a region's own, and what is refused."""

from pathlib import Path

import pytest

from prospector.errors import RegionError
from prospector.layers.registers import is_tax_column
from prospector.layers.registers.mapping import register_of
from prospector.layers.roles import ROLES
from prospector.region.region_tables import LayerEntry
from prospector.sources import load_sources, source_named, source_names, sources_for

OWN = """
title = "Faults of our survey"
kind = "arcgis"
address = "https://maps.example.org/arcgis/rest/services/Faults/MapServer"
licence = "CC BY 4.0"

[layers.faults]
path = "3"
role = "faults"
title = "Faults"
fields = { name = "NAME" }
"""


def own(tmp_path: Path, text: str, name: str = "our_survey") -> Path:
    folder = tmp_path / "sources"
    folder.mkdir(exist_ok=True)
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")
    return tmp_path


def test_every_shipped_source_loads_and_claims_nothing_verified() -> None:
    """None of them was called from where this list was written."""
    sources = load_sources()
    assert len(sources) == len(source_names()) >= 10
    assert not [name for name, source in sources.items() if source.verified]


def test_every_source_says_how_to_get_its_file_by_hand() -> None:
    """Servers are down for months."""
    assert not [name for name, source in load_sources().items() if not source.by_hand.file]


def test_no_source_asks_for_a_tax_number() -> None:
    """Over every field of every layer."""
    fields = [
        field
        for source in load_sources().values()
        for layer in source.layers.values()
        for field in layer.asked
    ]
    assert "NUMERO_ROL" in fields
    assert not [field for field in fields if is_tax_column(field)]


def test_a_source_with_a_register_asks_for_what_the_register_reads() -> None:
    """But for the datum and the zone: an answer has its own CRS."""
    for source in load_sources().values():
        for layer in source.layers.values():
            if layer.register_ is None:
                continue
            entry = LayerEntry(role="concessions", file="titles.gpkg", register=layer.register_)
            register = register_of(entry, Path("region.toml"), "titles")
            assert register is not None
            columns = {
                our: theirs
                for our, theirs in register.columns.items()
                if our not in ("datum", "zone") and our in layer.fields
            }
            assert layer.fields == columns, source.name


def test_sources_are_listed_by_the_role_that_they_fill() -> None:
    """A part of a layer counts: intrusions come out of the geology."""
    assert sources_for("intrusions") == [
        "chile_geology_1m",
        "segemar_250k",
        "usgs_geology_south_america",
    ]
    assert sources_for("crust_thickness") == []


def test_a_region_adds_a_source_of_its_own(tmp_path: Path) -> None:
    """As a file in its folder sources."""
    folder = own(tmp_path, OWN)
    assert load_sources(folder)["our_survey"].layers["faults"].asked == ("NAME",)
    assert "our_survey" in sources_for("faults", folder)


def test_a_name_that_is_shipped_is_refused(tmp_path: Path) -> None:
    """Nobody takes one list for the other."""
    with pytest.raises(RegionError, match=r"usgs_mrds.toml: a source named 'usgs_mrds' is shipped"):
        load_sources(own(tmp_path, OWN, "usgs_mrds"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            'fields = { name = "NAME" }',
            'fields = { id = "TITULAR_RUT" }',
            r"layers.faults.fields.id",
        ),
        ('role = "faults"', 'role = "fault"', r"layers.faults.role.*Did you mean 'faults'"),
        ('"https://maps', '"ftp://maps', r"'address'.*begins with http"),
        ('"https://maps', '"https://me:secret@maps', r"'address'.*neither user name nor password"),
        ('kind = "arcgis"', 'kind = "wfs"', r"'version'.*must be given for wfs"),
        ('path = "3"', 'path = "../3"', r"layers.faults.path.*number of a layer"),
        ('path = "3"', 'path = "3"\nfilename = "../a.gpkg"', r"layers.faults.filename"),
        ('licence = "CC BY 4.0"', 'licence = "CC BY 4.0"\nbinding = []', r"'binding'.*unknown key"),
        ('licence = "CC BY 4.0"', "", r"'licence'.*missing"),
        ('kind = "arcgis"', 'kind = "by_hand"', r"'address'.*but for the kind by_hand"),
        ('kind = "arcgis"', 'kind = "cog_tiles"', r"'address'.*must hold {lat} and {lon}"),
    ],
)
def test_a_fault_names_file_and_key(tmp_path: Path, old: str, new: str, message: str) -> None:
    """The rule and what was given stand beside it."""
    assert old in OWN
    with pytest.raises(RegionError, match=rf"our_survey.toml.*{message}"):
        load_sources(own(tmp_path, OWN.replace(old, new)))


def test_an_unknown_source_offers_the_nearest() -> None:
    """And lists all."""
    with pytest.raises(RegionError, match=r"Unknown source 'usgs_mdrs'. Did you mean 'usgs_mrds'"):
        source_named("usgs_mdrs")


def test_a_source_may_fill_a_role_of_the_region_s_own(tmp_path: Path) -> None:
    """One that region.toml adds; a register of the region goes by its path."""
    text = OWN.replace('role = "faults"', 'role = "alteration"')
    folder = own(tmp_path, text)
    with pytest.raises(RegionError, match=r"layers.faults.role': must be a role, not 'alteration'"):
        load_sources(folder)
    (folder / "region.toml").write_text('[roles.alteration]\ngeometry = "line"\n', "utf-8")
    assert load_sources(folder)["our_survey"].roles == ["alteration"]
    titles = OWN.replace(
        'role = "faults"', 'role = "concessions"\nregister = "registers/mine.toml"'
    )
    assert load_sources(own(tmp_path, titles))["our_survey"].layers["faults"].register_


def test_a_register_that_nobody_knows_is_said(tmp_path: Path) -> None:
    """With the nearest."""
    titles = OWN.replace('role = "faults"', 'role = "concessions"\nregister = "chille"')
    with pytest.raises(
        RegionError, match=r"layers.faults.register.*not 'chille'. Did you mean 'chile'"
    ):
        load_sources(own(tmp_path, titles))


def test_the_name_of_a_file_must_be_a_name(tmp_path: Path) -> None:
    """The file is named, not a key that nobody wrote."""
    with pytest.raises(RegionError, match=r"Our Survey.toml: the file's name is the source's"):
        load_sources(own(tmp_path, OWN, "Our Survey"))


def test_layers_and_parts_have_names_of_their_own(tmp_path: Path) -> None:
    """They become files."""
    part = (
        '\n[layers.faults.parts.faults]\nrole = "faults"\ntitle = "x"\nwhere = { kind = ["a"] }\n'
    )
    with pytest.raises(RegionError, match=r"'layers'.*must name each layer and each part once"):
        load_sources(own(tmp_path, OWN + part))


def test_every_shipped_layer_has_what_its_role_needs() -> None:
    """A field, a constant or the register: a region reads what was fetched without an edit."""
    for source in load_sources().values():
        for name, layer in source.layers.items():
            given = {*layer.fields, *layer.constants}
            needed = set() if layer.register_ else set(ROLES[layer.role].required)
            assert needed <= given, f"{source.name}: {name}"
