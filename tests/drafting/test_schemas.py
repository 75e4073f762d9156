"""JSON schemas: every key described, every shipped file fits, what is misspelt does not."""

import json
import re
import tomllib
from datetime import date
from importlib import resources
from pathlib import Path

import pytest
from jsonschema import Draft7Validator

from prospector import synthetic
from prospector.drafting.schemas import schema_of
from prospector.errors import RegionError
from prospector.evidence import known_kinds
from prospector.layers.registers import register_names
from prospector.models.known import STATED, known_estimators
from prospector.region.shipped_models import deposit_model_names, shipped_tables, shipped_text

FILES = ("region", "deposit-model", "register")
ATACAMA = Path(__file__).parents[2] / "layers" / "atacama" / "region.toml"


def plain(tables):
    """Return tables as JSON would hold them: TOML's own dates as text."""
    if isinstance(tables, dict):
        return {key: plain(value) for key, value in tables.items()}
    if isinstance(tables, list):
        return [plain(value) for value in tables]
    return tables.isoformat() if isinstance(tables, date) else tables


def faults(what, text):
    """Return what a schema has against a file."""
    found = Draft7Validator(schema_of(what)).iter_errors(plain(tomllib.loads(text)))
    return [(fault.json_path, fault.message) for fault in found]


def tables_of(part, path=""):
    """Give every table with keys within a schema."""
    if isinstance(part, dict):
        if isinstance(part.get("properties"), dict):
            yield path, part
        for key, value in part.items():
            yield from tables_of(value, f"{path}/{key}")
    elif isinstance(part, list):
        for place, value in enumerate(part):
            yield from tables_of(value, f"{path}/{place}")


@pytest.mark.parametrize("what", FILES)
def test_it_is_a_schema_whose_references_lead_somewhere(what):
    """By the rules of its draft."""
    schema = schema_of(what)
    Draft7Validator.check_schema(schema)
    references = re.findall(r'"\$ref": "#/\$defs/([^"]+)"', json.dumps(schema))
    assert set(references) == schema["$defs"].keys()


@pytest.mark.parametrize("what", FILES)
def test_every_key_is_described_and_no_other_is_let_through(what):
    """In every table, those of each kind of evidence too; examples beside most."""
    tables = list(tables_of(schema_of(what)))
    lacking = [
        f"{path}.{key}"
        for path, table in tables
        for key, part in table["properties"].items()
        if not part.get("description")
    ]
    assert lacking == []
    assert all(table["additionalProperties"] is False for _, table in tables)
    parts = [part for _, table in tables for part in table["properties"].values()]
    assert sum("examples" in part for part in parts) > 0.8 * len(parts)


@pytest.mark.parametrize("name", deposit_model_names())
def test_shipped_deposit_models_fit(name):
    """As files of one's own too."""
    assert faults("deposit-model", shipped_text(name)) == []


@pytest.mark.parametrize("name", register_names())
def test_shipped_registers_fit(name):
    """Each of them."""
    folder = resources.files("prospector.layers.registers")
    assert faults("register", (folder / f"{name}.toml").read_text("utf-8")) == []


def test_shipped_regions_fit(tmp_path):
    """The Atacama and the synthetic one."""
    assert faults("region", ATACAMA.read_text("utf-8")) == []
    file = synthetic.write_region(tmp_path / "region") / "region.toml"
    assert faults("region", file.read_text("utf-8")) == []


INHERITING = """
from = "iocg"
without = ["evidence.magnetics"]
[deposit_model]
name = "skarn"
label = "Skarn"
code = "SK"
summary = "Skarn"
papers = []
[evidence.diorite]
weight = 2
membership = { full = 1, none = 4 }
"""


def test_a_model_that_inherits_may_leave_the_rest_out():
    """But for what it must say of itself."""
    assert faults("deposit-model", INHERITING) == []
    assert faults("deposit-model", INHERITING.replace('label = "Skarn"', ""))
    assert faults("deposit-model", INHERITING.replace('from = "iocg"', ""))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("weight = 2", "wieght = 2"),
        ("weight = 2", 'weight = "2"'),
        ("weight = 2", "weight = -2"),
        ("full = 1", "ful = 1"),
        ("[evidence.diorite]", "[evidnce.diorite]"),
        ("[evidence.diorite]", "[evidence.Diorite]"),
        ('code = "SK"', "code = 3"),
        ('from = "iocg"', "from = 3"),
    ],
)
def test_a_fault_in_a_model_that_inherits_is_one(old, new):
    """Key, type, bound, name."""
    assert old in INHERITING
    assert faults("deposit-model", INHERITING.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('unit = "cell"', "unit = 1"),
        ("strike_deg = [320, 350]", "strike_deg = [320]"),
        ("strike_deg = [320, 350]", "strke_deg = [320, 350]"),
        ("strike_deg = [320, 350]", "radius_m = 5000"),
        ('kind = "surface"', 'kind = "surfaces"'),
        ('role = "faults"', "role = 3"),
        ('expected = "increasing"', 'expected = "rising"'),
        ('name = "fuzzy"', 'name = "random_forest"'),
        ("lowest_percentile = 95", 'lowest_percentile = "95"'),
        ("least_evidence = 2", "least_evidence = 0"),
        ("at_least = 0.5", "at_last = 0.5"),
        ("[targets]", "[target]"),
    ],
)
def test_a_fault_in_a_deposit_model_is_one(old, new):
    """A misspelt key or kind, a wrong type, a bound, a key of another kind."""
    text = shipped_text("iocg")
    assert old in text
    assert faults("deposit-model", text.replace(old, new, 1))


REGION = """
[region]
name = "north"
title = "North"
crs = "EPSG:32719"
cell_size_m = 1000
deposit_models = ["porphyry_copper", "models/iron.toml"]
window = { west = -71, south = -28, east = -66, north = -20 }

[roles.alteration]
geometry = "polygon"
required = ["mineral"]

[layers.clays]
role = "alteration"
file = "clays.gpkg"
nodata = -9999

[layers.titles]
role = "concessions"
file = "titles.gpkg"
register = "registers/mine.toml"

[override.iron.evidence.fault]
weight = 2

[override.iocg.targets]
min_area_km2 = 20
"""


def test_a_region_with_all_of_its_own_fits():
    """Models, roles, registers, and overrides of parts."""
    assert faults("region", REGION) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("cell_size_m = 1000", "cell_sze_m = 1000"),
        ("cell_size_m = 1000", 'cell_size_m = "1 km"'),
        ('"porphyry_copper"', '"porphyry"'),
        ("west = -71", "wst = -71"),
        ('geometry = "polygon"', 'geometry = "area"'),
        ('role = "alteration"', "role = 1"),
        ("[layers.clays]", "[layer.clays]"),
        ("[layers.clays]", "[layers.Clays]"),
        ('file = "clays.gpkg"', ""),
        ('"registers/mine.toml"', '"peru"'),
        ("weight = 2", "weigth = 2"),
        ("min_area_km2 = 20", "min_area = 20"),
        ("min_area_km2 = 20", 'min_area_km2 = "20"'),
        ("[override.iocg.targets]", "[overide.iocg.targets]"),
    ],
)
def test_a_fault_in_a_region_is_one(old, new):
    """A misspelt key, a wrong type, a model or a register that there is not."""
    assert old in REGION
    assert faults("region", REGION.replace(old, new, 1))


def test_it_knows_every_kind_and_estimator():
    """By name, for editors to offer."""
    text = json.dumps(schema_of("deposit-model"))
    assert all(f'"const": "{kind}"' in text for kind in known_kinds())
    assert all(f'"{name}"' in text for name in (*STATED, *known_estimators()))
    assert shipped_tables("iocg")["evidence"]["magnetics"]["kind"] in known_kinds()


def test_the_command_prints_and_writes_it(command, tmp_path):
    """As JSON, to a file where one is named."""
    assert json.loads(command("schema", "register").stdout) == schema_of("register")
    out = tmp_path / "region.schema.json"
    ended = command("schema", "region", "--out", out)
    assert (ended.returncode, ended.stdout) == (0, f"Written to {out}.\n")
    assert json.loads(out.read_text("utf-8")) == schema_of("region")
    ended = command("schema", "regoin")
    assert ended.returncode == 2
    assert (
        "Did you mean 'region'? Use one of: region, deposit-model, register, run." in ended.stderr
    )
    with pytest.raises(RegionError):
        schema_of("")
