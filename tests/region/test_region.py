"""region.toml: what is wrong is said in one line with file, key and remedy."""

import pytest

import prospector
from prospector.errors import LayerError, RegionError
from prospector.region.region_file import load_region
from prospector.region.shipped_models import deposit_model_names, load_deposit_model


def spoil(region, old, new):
    file = region / "region.toml"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("cell_size_m", "cell_sze_m", r"key 'region.cell_s\w+'"),
        ("cell_size_m = 2000", 'cell_size_m = "2 km"', r"key 'region.cell_size_m': '2 km'"),
        ('"EPSG:32719"', '"EPSG:4326"', r"key 'region.crs'.*projected, in metres"),
        ('"EPSG:32719"', '"nonsense"', r"key 'region.crs'.*EPSG:32719"),
        ('name = "synthetic"', "", r"key 'region.name': missing"),
        ("[layers.relief]", "[layers.relief]\ncolour = 1", r"key 'layers.relief.colour': unknown"),
        ("[region]", "[region", "not valid TOML"),
        ("west = -69", "west = 12", "west must be less than east"),
        (
            "[layers.relief]",
            "[override.porphyry_copper.labels]\ntarget_group = 3\n[layers.relief]",
            r"key 'override.porphyry_copper.labels.target_group': 3 .*true or false or a list",
        ),
        *(
            (
                "[layers.relief]",
                f"[override.porphyry_copper.labels]\nnear_m = {wrong}\n[layers.relief]",
                rf"key 'override.porphyry_copper.labels.near_m': .*{rule}",
            )
            for wrong, rule in (
                ("-1", "0 or more"),
                ("inf", "a finite number"),
                ("nan", "a finite number"),
            )
        ),
        (
            "[layers.relief]",
            '[override.porphyry_copper.estimator]\nevidence = ["gold"]\n[layers.relief]',
            r"key 'override.porphyry_copper.estimator.evidence': .*evidence of the model, not 'gold'",
        ),
    ],
)
def test_each_fault_names_file_key_and_remedy(region, old, new, said):
    """One line, with the path of region.toml."""
    spoil(region, old, new)
    with pytest.raises(RegionError, match=said) as raised:
        load_region(region).deposit_model("porphyry_copper")
    assert "region.toml" in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_folder_without_region_toml_is_said(tmp_path):
    """The remedy says what to give."""
    with pytest.raises(RegionError, match="Give the folder of a region"):
        load_region(tmp_path / "nowhere")


def test_every_shipped_deposit_model_is_valid():
    """The data files have the shape that the code reads."""
    assert set(deposit_model_names()) >= {
        "borate_salar", "epithermal_gold", "iocg", "lithium_brine", "manto_copper", "porphyry_copper",
    }  # fmt: skip
    assert all(load_deposit_model(name).name == name for name in deposit_model_names())


def test_a_region_overrides_by_key(region):
    """Only the named key changes."""
    with (region / "region.toml").open("a") as file:
        file.write("\n[override.porphyry_copper.targets]\nmin_area_km2 = 7\n")
    model = load_region(region).deposit_model("porphyry_copper")
    assert model.targets.min_area_km2 == 7
    assert model.targets.max_area_km2 == load_deposit_model("porphyry_copper").targets.max_area_km2


def test_a_wrong_override_names_its_key(region):
    """The error points at the region's own file."""
    with (region / "region.toml").open("a") as file:
        file.write("\n[override.porphyry_copper.targets]\nsmallest = 7\n")
    with pytest.raises(RegionError, match=r"region.toml: key 'override.porphyry_copper.targets"):
        load_region(region).deposit_model("porphyry_copper")


def test_a_file_of_another_name_is_named_in_what_it_says(region):
    """What a layer lacks is said of the file that was read."""
    other = (region / "region.toml").rename(region / "winter.toml")
    other.write_text(other.read_text().replace('file = "relief.tif"', 'file = "gone.tif"'))
    with pytest.raises(LayerError, match=r"winter\.toml: layer 'relief'"):
        prospector.screen(other, quick=True)


PATHS = (
    "../../../x",
    "/tmp/x",
    "x/victim",
    "",
    "A",
    "a b",
    "a.b",
    "a" * 61,
    "1a",
    "_a",
    "ä",
    "a\\n",
    "con:",
)
"""Names that would lead elsewhere, or that a file, a column or a layer cannot have."""


@pytest.mark.parametrize("name", PATHS)
@pytest.mark.parametrize(
    ("table", "key"),
    [
        ('[override.porphyry_copper.evidence."{}"]\nkind = "surface"\nrole = "relief"\nlabel = "x"\n'
         'expected = "any"\nreason = "x"', "override.porphyry_copper.evidence"),
        ('[layers."{}"]\nrole = "towns"\nfile = "faults.geojson"', "layers"),
        ('[override."{}".targets]\nstep = 1', "override"),
        ('[override.porphyry_copper.comparisons."{}"]\nfault = 2', "override.porphyry_copper.comparisons"),
        ('[layers.more]\nrole = "towns"\nfile = "faults.geojson"\ncolumns = {{ "{}" = "name" }}',
         "layers.more.columns"),
    ],
)  # fmt: skip
def test_a_key_that_is_no_name_is_refused(region, table, key, name):
    """It becomes a file, a column or a layer: it must not lead anywhere."""
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write("\n" + table.format(name) + "\n")
    with pytest.raises(RegionError, match=rf"key '{key}.*a name of lower-case letters"):
        prospector.check(region)


@pytest.mark.parametrize("name", PATHS)
def test_a_region_that_is_no_name_is_refused(region, name):
    """As a value."""
    spoil(region, '"synthetic"\ntitle', f'"{name}"\ntitle')
    with pytest.raises(RegionError, match=r"key 'region.name.*a name of lower-case letters"):
        load_region(region)


@pytest.mark.parametrize("name", PATHS)
def test_a_model_that_is_no_name_is_refused(region, name):
    """A path has to lead to a file in the region's folder; anything else is the name of a model."""
    spoil(region, '"porphyry_copper"', f'"{name}"')
    with pytest.raises(
        RegionError, match=r"key 'region.deposit_models': .*(e.g. models/iron|is missing)"
    ):
        load_region(region)


def test_sixty_letters_are_a_name(region):
    """The pair."""
    name = "a" * 60
    spoil(region, "[layers.relief]", f"[layers.{name}]")
    assert name in load_region(region).layers


def test_no_evidence_overwrites_a_file_elsewhere(region, tmp_path):
    """The case that did: a key of region.toml that climbs out of the run folder."""
    victim = tmp_path / "victim.tif"
    victim.write_bytes(b"precious")
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'[override.porphyry_copper.evidence."../../../{victim.stem}"]\nkind = "surface"\n'
            'role = "relief"\nlabel = "x"\nexpected = "any"\nreason = "x"\n'
        )
    with pytest.raises(RegionError):
        prospector.screen(region, quick=True)
    assert victim.read_bytes() == b"precious"


def test_a_shipped_model_keeps_its_name(region):
    """Another name would lose the run when all is computed."""
    with (region / "region.toml").open("a", encoding="utf-8") as file:
        file.write('[override.porphyry_copper.deposit_model]\nname = "iron"\n')
    with pytest.raises(RegionError, match=r"'override.porphyry_copper.deposit_model.name': 'iron'"):
        prospector.check(region)


def test_the_room_names_what_it_gives():
    """Region and deposit models come from `prospector.region`, whichever module holds them."""
    from prospector import region

    assert set(region.__all__) >= {"DepositModel", "Region", "load_deposit_model", "load_region"}
    assert region.load_deposit_model("iocg").name == "iocg"
