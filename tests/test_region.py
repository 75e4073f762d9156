"""region.toml: what is wrong is said in one line with file, key and remedy."""

import pytest

import prospector
from prospector.errors import LayerError, RegionError
from prospector.region import deposit_model_names, load_deposit_model, load_region


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
            r"key 'override.porphyry_copper.labels.target_group': 3 .*a valid boolean or a valid list",
        ),
        (
            "[layers.relief]",
            '[override.porphyry_copper.estimator]\nevidence = ["gold"]\n[layers.relief]',
            r"key 'override.porphyry_copper': must be evidence of the model in estimator.evidence",
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
    assert deposit_model_names() == [
        "epithermal_gold", "iocg", "lithium_brine", "manto_copper", "porphyry_copper",
    ]  # fmt: skip
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
