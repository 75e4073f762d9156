"""What is said of a region file with faults: all of them at once, in plain words."""

import re
import tomllib

import pytest

import prospector
from prospector.errors import LayerError, RegionError
from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import load_region
from prospector.region.region_tables import LayerEntry, RegionFile, SourceEntry, WindowEntry
from prospector.region.shapes import arms_of
from prospector.region.spelling import as_toml, did_you_mean
from prospector.region.toml_values import Frozen, faults_of

PYDANTIC = re.compile(
    r"valid (dictionary|string|number|list|boolean|integer|tuple)|instance of|should|pattern|Value error|"
    r"[A-Z]\w+(Entry|Parameters|File)\b|must be must|pydantic|float\b|\bint\b|\bstr\b|dict\b|extra_|None"
)
"""Words that tell of the code, not of the file."""

SURFACE = "\nkind = 'surface'\nrole = 'relief'\nexpected = 'any'\nreason = 'x'"


def lines_of(region, text):
    """The lines that the error of a region file has, its folder left out."""
    (region / "region.toml").write_text(text, "utf-8")
    with pytest.raises(RegionError) as raised:
        load_region(region)
    assert not PYDANTIC.search(str(raised.value)), str(raised.value)
    return str(raised.value).replace(f"{region}/", "").split("\n")


@pytest.fixture
def text(region):
    """The sound region.toml."""
    return (region / "region.toml").read_text("utf-8")


def test_every_fault_has_its_line(region, text):
    """Of the region's table, of a layer, of a deposit model and of SOURCES.toml, in one error."""
    spoilt = text.replace("cell_size_m = 2000", 'cell_size_m = "2 km"').replace(
        "title =", "titel ="
    )
    spoilt = spoilt.replace('unit = "m"', "unit = 3\ntolerance_m = -1")
    spoilt += "\n[override.porphyry_copper.targets]\nlowest_percentile = 0.95\nmin_area = 5\n"
    (region / "SOURCES.toml").write_text('["faults.geojson"]\norigin = 1\n', "utf-8")
    lines = lines_of(region, spoilt)
    required = [key for key, field in SourceEntry.model_fields.items() if field.is_required()]
    assert [re.search(r"key '(.*?)':", line)[1] for line in lines] == [
        "region.cell_size_m",
        "region.titel",
        "layers.relief.unit",
        "layers.relief.tolerance_m",
        "override.porphyry_copper.targets.lowest_percentile",
        "override.porphyry_copper.targets.min_area",
        '"faults.geojson".origin',
        *(f'"faults.geojson".{key}' for key in required[1:]),
    ]
    assert all(line.startswith(("region.toml: key ", "SOURCES.toml: key ")) for line in lines)
    assert lines[0].endswith(
        "'2 km' is not right: it must be a number. Write e.g. cell_size_m = 1000."
    )


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cell_size_m", "cell_size", r"Did you mean 'cell_size_m'\? Keys allowed here: name, title,"),
        ("[layers.relief]", "[layer.relief]", r"'layer': unknown key. Did you mean 'layers'\?"),
        ("[layers.relief]", "[layers.relief]\nRole = 1", r"mean 'role'\? Keys allowed here: role, file"),
        ("[layers.relief]", "[layers.relief]\nqqq = 1", r"relief.qqq': unknown key. Keys allowed here: role"),
        ("[layers.relief]", "[layers.relief]\nwindow = 1", r"It belongs to \[region\]. Move it there."),
        ('title = "Synthetic region"', "", r"'region.title': missing. Add it, e.g. title = \"Atacama\"."),
        ('title = "Synthetic region"', "title = 2026-01-31", "2026-01-31 is not right: it must be text"),
        ('title = "Synthetic region"', "title = true", "true is not right: it must be text in quotes"),
        ('["porphyry_copper"]', '"porphyry_copper"', r"must be a list. Write e.g. deposit_models = \["),
        ('["porphyry_copper"]', '["porphyry"]', r"Did you mean 'porphyry_copper'\? Available: borate_s"),
        ('["porphyry_copper"]', '["iocg", "iocg"]', "must name each deposit model once"),
        ("cell_size_m = 2000", "cell_size_m = inf", "must be a finite number"),
        ("cell_size_m = 2000", "cell_size_m = 5e-324", "must be 1 or more"),
        ("cell_size_m = 2000", "cell_size_m = 1e300", "must be 1000000 or less"),
        ("cell_size_m = 2000", "cell_size_m = 2000\nscale_error_percent = nan", "must be a finite number"),
        ("cell_size_m = 2000", "cell_size_m = 2000\ncountries = ['Chile']", "two capital letters"),
        ("cell_size_m = 2000", "cell_size_m = 2000\nbacktest_years = [1990.5]", "must be a whole number"),
        ('"EPSG:32719"', '"EPSG:4326"', r"must be projected, in metres. Write e.g. crs = \"EPSG:32719\"."),
        ('"EPSG:32719"', '"EPSG:99999"', "must be a CRS that PROJ knows"),
        ('"EPSG:32719"', '"+proj=gnom +lat_0=60 +lon_0=100"', "a CRS in which the window can be drawn"),
        ("west = -69", "west = nan #", r"not valid TOML|finite number"),
        ('unit = "m"', 'unit = "m"\nas_of = "2025-13-99"', "a day of the calendar: YYYY, YYYY-MM or"),
        ('unit = "m"', 'unit = "m"\nas_of = "9999"', "a year from 1500 to 2100"),
        ('unit = "m"', 'unit = "m"\nas_of = "٢٠٢٥"', "a day of the calendar"),
        ('unit = "m"', 'unit = "m"\nencoding = "nonsense"', "the name of an encoding of text"),
        ('unit = "m"', 'unit = "m"\nband = 0', "must be 1 or more"),
        ('unit = "m"', 'unit = "m"\ntolerance_m = 1e308', "must be 1000000 or less"),
        ('file = "relief.tif"', 'file = ""', "must be text that is not empty"),
        ("[layers.relief]", "[override.iron]\na = 1\n[layers.relief]", "iron': Unknown deposit model 'iron'"),
    ],
)  # fmt: skip
def test_a_single_fault_is_one_line(region, text, old, new, said):
    """File, key, rule, what was given, remedy."""
    assert old in text
    lines = lines_of(region, text.replace(old, new, 1))
    assert len(lines) == 1
    assert re.search(said, lines[0]), lines[0]
    assert lines[0].startswith("region.toml: ")


@pytest.mark.parametrize(
    ("window", "said"),
    [
        ("{ west = 400000, south = 7200000, east = 600000, north = 7400000 }", "looks like metres"),
        ("{ west = -25, south = -110, east = -20, north = -100 }", "looks swapped"),
        ("{ west = 290, south = -25, east = 291, north = -24 }", "from -180 to 180 degrees"),
        ("{ west = -68, south = -25, east = -69, north = -24 }", r"west must be less than east \(-69\)"),
        ("{ west = -69, south = -24, east = -68, north = -25 }", r"south must be less than north \(-25\)"),
        ("{ west = nan, south = -24, east = -68, north = -25 }", "nan is not right: it must be a finite"),
        ("[-69, -25, -68, -24]", r"must be a table. Write e.g. window = \{ west = -71.0, south"),
        ("{ west = -69, south = -25, east = -68 }", "'region.window.north': missing"),
    ],
)  # fmt: skip
def test_a_window_that_cannot_be_meant(region, text, window, said):
    """In metres, swapped, reversed: said as what it is."""
    lines = lines_of(region, re.sub(r"window = .*", f"window = {window}", text))
    assert all(re.search(said, line) for line in lines), lines


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ("targets]\nlowest_percentile = 0.95", "percent, not a share"),
        ("targets]\nlowest_percentile = 99.95", r"not be above highest_percentile \(99.9\)"),
        ("targets]\nstep = 1e-7", "at most 1000 rungs"),
        ("targets]\nstep = 1e-300", "at most 1000 rungs"),
        ("targets]\nmin_area_km2 = 501\nmax_area_km2 = 500", r"not be above max_area_km2 \(500\)"),
        ("labels]\nage_ma = [67, 28]", "two ages in Ma, the younger first"),
        ("labels]\nage_ma = [28]", "must be a list of 2"),
        ("labels]\nage_ma = [28, 29, 30]", "must be a list of 2"),
        ("labels]\nbelts = { Eocene = [56, 34] }", "two ages in Ma, the younger first"),
        ("labels]\nbelts = { Eocene = [34, nan] }", "belts.Eocene': nan .* a finite number"),
        ("labels]\nleast = -5", "must be 1 or more"),
        ("labels]\ntarget_group = [1]", "1 is not right: it must be text in quotes"),
        ("labels]\ntarget_group = 1", "must be true or false or a list"),
        ("estimator]\nbackground = 0", "must be 10 or more"),
        ("estimator]\nbackground = -1", "must be 10 or more"),
        ("estimator]\noperator = 'gama'", r"'product', 'sum', 'gamma'. Did you mean 'gamma'\?"),
        ("estimator]\nC = 0", "must be above 0"),
        ("estimator]\nC = '1'", "must be a number"),
        ("estimator]\nsigns = 'bind'", r"'free', 'bound'"),
        ("estimator]\nmin_samples_leaf = 0", "must be 1 or more"),
        ("estimator]\nmin_samples_leaf = 0.5", "must be a whole number"),
        ("estimator]\nleaf_share = 1.5", "must be 1 or less"),
        ("estimator]\ngeneralise = 'class'", r"'binary', 'classes'. Did you mean 'classes'\?"),
        ("estimator]\nleast_studentised = -1", "must be 0 or more"),
        ("estimator]\nevidence = ['elevaton']", r"not 'elevaton'. Did you mean 'elevation'\? It has: "),
        ("density]\nper_100000_km2 = [35, 15, 4]", "must not decrease"),
        ("density]\nper_100000_km2 = [35, 15]", "must be a list of 3"),
        ("number]\ndeposits = inf\nsource = 'x'", "must be a finite number"),
        ("number]\nsource = 'x'", "either this key or exposed_km2 must be given"),
        ("evidence.domeyko]\nweight = inf", "must be a finite number"),
        ("evidence.domeyko]\nmembership = { full = nan, none = 1 }", "must be a finite number"),
        ("evidence.domeyko]\nmembership = { full = 1, none = 1 }", "must differ from none"),
        ("evidence.domeyko]\nmembership = [1, 2]", r"must be a table. Write e.g. membership = \{ full = 2"),
        ("evidence.domeyko]\nexpected = 'decresing'", r"Did you mean 'decreasing'\?"),
        (f"evidence.fold]\nlabel = 'x'{SURFACE}", "must not have the name"),
        (f"evidence.x]\nlable = 'x'{SURFACE}", r"label': missing. Did you write 'lable' instead\?"),
        ("evidence]\nfault = 3", r"Write e.g. \[override.porphyry_copper.evidence.fault_distance\]"),
        ("evidence.domeyko]\nparameters = 3", "parameters': 3 is not right: it must be a table"),
        ("deposit_model]\ncode = 'pcu1'", "two to five capital letters"),
        ("comparisons]\ndomeyko = { gold = 2 }", "evidence of the model, not 'gold'"),
        ("comparisons]\ndomeyko = { elevation = 0 }", "must be above 0"),
    ],
)  # fmt: skip
def test_values_of_a_deposit_model_that_cannot_be_meant(region, text, table, said):
    """Refused by the shape of the model, at the key that is wrong."""
    lines = lines_of(region, f"{text}\n[override.porphyry_copper.{table}\n")
    assert len(lines) == 1
    assert re.search(said, lines[0]), lines[0]
    assert lines[0].startswith("region.toml: key 'override.porphyry_copper.")


def test_permissive_ground_between_reversed_bounds(region, text):
    """No ground is at least 2 and at most 1; each condition is named by its place."""
    condition = 'kind = "share"\nrole = "land"\nreason = "x"'
    (line,) = lines_of(
        region,
        f"{text}\n[[override.porphyry_copper.permissive]]\n{condition}\nat_least = 2\nat_most = 1\n",
    )
    assert "permissive.0.at_least': 2 is not right: it must not be above at_most (1)" in line


def test_a_tomls_own_date_is_that_date(region, text):
    """It is what was meant; a time of day is not."""
    toml = region / "region.toml"
    toml.write_text(text.replace('unit = "m"', "as_of = 2026-01-31"), "utf-8")
    assert load_region(region).layers["relief"].as_of == "2026-01-31"
    toml.write_text(text.replace('unit = "m"', "as_of = 2026-01-31T07:32:00Z"), "utf-8")
    assert load_region(region).layers["relief"].as_of == "2026-01-31"
    (line,) = lines_of(region, text.replace('unit = "m"', "as_of = 07:32:00"))
    assert "07:32:00 is not right: it must be text in quotes" in line


@pytest.mark.parametrize("as_of", ["2026", "2026-02", "2024-02-29"])
def test_a_date_may_be_a_year_or_a_month(as_of):
    """The pair."""
    assert LayerEntry(role="land", file="x", as_of=as_of).as_of == as_of


def test_parameters_of_evidence_are_said_with_the_region_file(region, text):
    """Of every evidence at once: unknown keys with those of the kind and of the table, wrong values."""
    table = "[override.porphyry_copper.evidence."
    (region / "region.toml").write_text(
        f"{text}\n{table}domeyko]\nat_most = 3\n{table}elevation]\nresampling = 'cubic'\n"
        f"{table}slab_depth]\nkind = 'surfaces'\n",
        "utf-8",
    )
    with pytest.raises(RegionError) as raised:
        prospector.check(region)
    lines = str(raised.value).replace(f"{region}/", "").split("\n")
    key = "region.toml: key 'override.porphyry_copper.evidence."
    assert [line.startswith(key) for line in lines] == [True] * 3
    assert (
        "domeyko.at_most': unknown key. Did you mean 'at_most_m'? Keys allowed here: role, layer, at_most_m"
        in lines[0]
    )
    assert "label, expected" in lines[0]
    assert "'surfaces' is not a kind of evidence. Use: " in lines[1]
    assert lines[1].endswith("Did you mean 'surface'?")
    assert "'cubic' is not right: it must be one of 'mean', 'circular', 'nearest'." in lines[2]


def test_words_of_a_register_are_said_in_the_same_way(region, text):
    """The key in region.toml, the classes that there are."""
    spoilt = text.replace('role = "faults"', 'role = "concessions"')
    (region / "region.toml").write_text(
        spoilt.replace(
            'file = "faults.geojson"', 'file = "faults.geojson"\nstates = { Active = "hled" }'
        ),
        "utf-8",
    )
    with pytest.raises(
        RegionError, match=r"states\.ACTIVE': 'hled' is not right: .*'held'\?"
    ) as raised:
        prospector.check(region)
    assert not PYDANTIC.search(str(raised.value))


def test_an_override_of_a_model_that_is_not_screened_is_noticed(region, text):
    """It is a deposit model, but the region does not name it."""
    toml = region / "region.toml"
    toml.write_text(text + "\n[override.iocg.targets]\nmin_area_km2 = 7\n", "utf-8")
    _, notices = prospector.check(region)
    assert [n.value("model") for n in notices if n.code == "override-not-used"] == ["iocg"]
    toml.write_text(
        toml.read_text("utf-8").replace('["porphyry_copper"]', '["porphyry_copper", "iocg"]')
    )
    _, notices = prospector.check(region)
    assert not [n for n in notices if n.code == "override-not-used"]


def test_a_role_and_keys_that_do_nothing_are_said_at_once(region, text):
    """A line each."""
    (region / "region.toml").write_text(
        text.replace('unit = "m"', 'encoding = "utf-8"').replace('"faults"\nfile', '"falts"\nfile'),
        "utf-8",
    )
    with pytest.raises(LayerError) as raised:
        prospector.check(region)
    first, second = str(raised.value).split("\n")
    assert "layers.faults.role': 'falts' is not a role. Use one of: deposits" in first
    assert "Did you mean 'faults'? For a role of your own, add [roles.NAME]" in first
    assert "layers.relief.encoding': has no effect for the role 'relief'" in second


def test_many_faults_are_counted():
    """Fifty lines, then how many more."""

    class Many(Frozen):
        a: int = 0

    lines = faults_of(Many, {f"b{n}": 1 for n in range(60)}, "x.toml")
    assert len(lines) == 51
    assert lines[-1] == "x.toml: 10 more faults."


def every_field(shape, seen=()):
    """Every key of a shape and of the tables within it, with what is said of it."""
    for name, info in shape.model_fields.items():
        yield shape, info.alias or name, info
        for arm in arms_of(info.annotation):
            inner = [arm, *getattr(arm, "__args__", ())]
            for table in inner:
                if isinstance(table, type) and hasattr(table, "model_fields") and table not in seen:
                    yield from every_field(table, (*seen, table))


@pytest.mark.parametrize("shape", [RegionFile, DepositModel, SourceEntry, WindowEntry])
def test_every_key_has_an_example_that_is_right(shape):
    """What an error offers is itself read as that key."""
    owned = {"parameters"}
    for table, key, info in every_field(shape):
        arms = arms_of(info.annotation)
        if key in owned or (isinstance(arms[0], type) and hasattr(arms[0], "model_fields")):
            continue
        assert info.examples, f"{table.__name__}.{key} has no example"
        written = tomllib.loads(f"{key} = {as_toml(info.examples[0])}")
        said = faults_of(table, written, "x")
        wrong = [line for line in said if f"key '{key}" in line and "missing" not in line]
        assert key in ("evidence", "layers") or not wrong, wrong


def test_nothing_is_offered_where_nothing_is_near():
    """The pair of the nearest spelling."""
    assert did_you_mean("colour", ["crs", "window"]) == ""
