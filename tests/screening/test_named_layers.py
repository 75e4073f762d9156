"""Evidence may name the layer that it reads; of several rasters of a role it must."""

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_bounds

import prospector
from prospector import synthetic
from prospector.compute.engine import Workers
from prospector.compute.windows import evidence_on_cells, workspace_of
from prospector.errors import LayerError, RegionError
from prospector.evidence.named_layers import lacking_layer
from prospector.evidence.surface import SurfaceParameters
from prospector.layers import read_layers

MODEL = "override.porphyry_copper"


@pytest.fixture
def region(tmp_path):
    """Folder of a planted region."""
    return synthetic.write_region(tmp_path / "region", cause="fault")


def add_text(region, text):
    """Add tables to a region file."""
    toml = region / "region.toml"
    toml.write_text(toml.read_text("utf-8") + text, "utf-8")


def add_raster(region, name, seed, role="surface", **keys):
    """Add a raster of noise."""
    west, south, wide = synthetic.WEST - 30_000, synthetic.SOUTH - 30_000, synthetic.SIZE_M + 60_000
    values = np.random.default_rng(seed).normal(seed, 1, (40, 40)).astype("float32")
    with rasterio.open(
        region / f"{name}.tif", "w", driver="GTiff", height=40, width=40, count=1, dtype="float32",
        crs=synthetic.CRS, transform=from_bounds(west, south, west + wide, south + wide, 40, 40),
    ) as dataset:  # fmt: skip
        dataset.write(values, 1)
    lines = "\n".join(f"{key} = {value}" for key, value in keys.items())
    add_text(
        region, f'\n[layers.{name}]\nrole = "{role}"\nfile = "{name}.tif"\nunit = "mGal"\n{lines}\n'
    )


def add_evidence(region, name, **keys):
    """Add evidence of a raster to the override of a model."""
    lines = "\n".join(f"{key} = {value}" for key, value in keys.items())
    add_text(
        region,
        f'\n[{MODEL}.evidence.{name}]\nkind = "surface"\nrole = "surface"\nlabel = "{name}"\n'
        f'expected = "any"\nreason = "a test"\n{lines}\n',
    )


def faults_of(region, **asked):
    """The lines that `check` refuses a region with."""
    with pytest.raises(RegionError) as caught:
        prospector.check(region, **asked)
    return caught.value.lines


def test_each_evidence_reads_the_layer_that_it_names(region):
    """Twenty rasters of one role: the means are those of twenty files."""
    for number in range(20):
        add_raster(region, f"grid_{number:02d}", 10 * number)
        add_evidence(region, f"map_{number:02d}", layer=f'"grid_{number:02d}"')
    [model] = prospector.check(region, estimator="logistic").deposit_models
    of_maps = [evidence for evidence in model.evidence if evidence.label.startswith("map_")]
    assert [evidence.layers for evidence in of_maps] == [(f"grid_{n:02d}",) for n in range(20)]
    assert [round(evidence.range.median, -1) for evidence in of_maps] == list(range(0, 200, 10))


def test_two_rasters_without_a_name_are_refused(region):
    """All evidence at once, with the layers there are and the line to write."""
    add_raster(region, "gravity", 1)
    add_raster(region, "magnetics", 2)
    add_evidence(region, "one")
    add_evidence(region, "other", layer='"gravity"')
    [fault] = faults_of(region)
    assert fault == (
        f"{region / 'region.toml'}: key '{MODEL}.evidence.one': 'gravity' and 'magnetics' are all "
        "rasters of role 'surface', and an evidence entry reads one. Choose one: layer = \"gravity\" in "
        f"[{MODEL}.evidence.one]."
    )


def test_a_name_of_two_rasters_is_refused(region):
    """A list names layers of features, which are joined."""
    add_raster(region, "gravity", 1)
    add_raster(region, "magnetics", 2)
    add_evidence(region, "both", layer='["gravity", "magnetics"]')
    [fault] = faults_of(region)
    assert "an evidence entry reads one" in fault


@pytest.mark.parametrize(
    ("layer", "what"),
    [
        ("gravty", "the region has no layer 'gravty'. Did you mean 'gravity'? Of role 'surface' it has: "
         "gravity."),
        ("relief", "layer 'relief' has the role 'relief', not 'surface'. Of role 'surface' the region "
         "has: gravity."),
    ],
)  # fmt: skip
def test_a_layer_that_region_toml_names_must_be_there(region, layer, what):
    """With its role."""
    add_raster(region, "gravity", 1)
    add_evidence(region, "pull", layer=f'"{layer}"')
    [fault] = faults_of(region)
    assert fault == f"{region / 'region.toml'}: key '{MODEL}.evidence.pull.layer': {what}"


def test_a_condition_names_its_layer_too(region):
    """Two rasters of a role in a permissive condition are refused without a name."""
    add_raster(region, "gravity", 1)
    add_raster(region, "magnetics", 500)
    condition = '{{kind = "surface", role = "surface"{}, at_least = 400, reason = "a test"}}'
    toml = region / "region.toml"
    plain = toml.read_text("utf-8")
    toml.write_text(plain + f"\n[{MODEL}]\npermissive = [{condition.format('')}]\n", "utf-8")
    [fault] = faults_of(region)
    assert f"key '{MODEL}.permissive.0': 'gravity' and 'magnetics'" in fault
    named = condition.format(', layer = "magnetics"')
    toml.write_text(plain + f"\n[{MODEL}]\npermissive = [{named}]\n", "utf-8")
    [model] = prospector.check(region).deposit_models
    assert (model.conditions, model.permissive) == (1, 1.0)


def test_a_second_relief_is_refused(region):
    """For the map and the columns of targets take one; as a surface it is evidence."""
    add_raster(region, "finer", 1, role="relief")
    with pytest.raises(LayerError) as caught:
        prospector.check(region)
    [fault] = caught.value.lines
    assert "'relief' is the region's relief already" in fault
    assert "role 'surface'" in fault
    assert 'layer = "finer"' in fault


def test_two_rasters_are_never_joined(region):
    """In Python, too, one is named."""
    add_raster(region, "gravity", 1)
    add_raster(region, "magnetics", 2)
    loaded = prospector.load_region(region)
    with pytest.raises(LayerError, match="'gravity', 'magnetics' are all rasters of this role"):
        read_layers(loaded, loaded.grid()).raster("surface")


def test_features_are_joined_unless_a_layer_is_named(region):
    """And what an evidence is exact to follows the layer that it names."""
    east = synthetic.WEST + 40_000
    line = shapely.LineString([(east, synthetic.SOUTH), (east, synthetic.SOUTH + synthetic.SIZE_M)])
    gpd.GeoDataFrame(geometry=[line], crs=synthetic.CRS).to_file(region / "sketch.gpkg")
    add_text(
        region,
        '\n[layers.sketch]\nrole = "faults"\nfile = "sketch.gpkg"\ntolerance_m = 9000\n'
        f'\n[{MODEL}.evidence.mapped]\nkind = "distance"\nrole = "faults"\nlayer = "faults"\n'
        'label = "mapped"\nexpected = "decreasing"\nreason = "a test"\n'
        f'\n[{MODEL}.evidence.drawn]\nkind = "distance"\nrole = "faults"\nlayer = ["sketch"]\n'
        'label = "drawn"\nexpected = "decreasing"\nreason = "a test"\n'
        f'\n[{MODEL}.evidence.every]\nkind = "distance"\nrole = "faults"\n'
        'label = "every"\nexpected = "decreasing"\nreason = "a test"\n',
    )
    [model] = prospector.check(region).deposit_models
    found = {evidence.label: evidence for evidence in model.evidence}
    assert found["mapped"].layers == ("faults",)
    assert found["drawn"].layers == ("sketch",)
    assert found["every"].layers == ("faults", "sketch")
    assert found["mapped"].resolution_m is None
    assert found["drawn"].resolution_m == found["every"].resolution_m == 9000
    assert found["drawn"].range.low == 9
    assert found["mapped"].range.low < 2
    assert found["every"].range.median < found["mapped"].range.median


def test_another_layer_of_the_role_does_not_compute_it_again(region, tmp_path):
    """What the store keeps hangs on the named layer alone."""
    add_raster(region, "gravity", 1)
    add_raster(region, "magnetics", 2)
    asked = [
        ("surface", SurfaceParameters(role="surface", layer=name))
        for name in ("gravity", "magnetics")
    ]
    workspace = workspace_of(tmp_path / "store", Workers(None, 1))

    def keys():
        loaded = prospector.load_region(region)
        grid = loaded.grid()
        return evidence_on_cells(asked, grid, read_layers(loaded, grid), workspace)

    first = keys()
    with rasterio.open(region / "magnetics.tif", "r+") as dataset:
        dataset.write(dataset.read(1) + 1, 1)
    again = keys()
    assert again[0] == first[0]
    assert again[1] != first[1]


def test_workers_read_the_layer_that_is_named(region):
    """As one process does."""
    add_raster(region, "gravity", 1)
    add_raster(region, "magnetics", 2)
    add_evidence(region, "pull", layer='"gravity"')
    add_evidence(region, "field", layer='"magnetics"')
    screening = prospector.screen(region, quick=True, workers=2, window_cells=32)
    [ranking] = screening.rankings.values()
    means = {part.label: np.nanmean(part.raster.values) for part in ranking.evidence}
    assert (round(means["pull"]), round(means["field"])) == (1, 2)


@pytest.mark.parametrize(
    ("layer", "words"),
    [
        ("gravity", "no layer 'gravity' (of role 'relief' the region has: relief)"),
        ("faults", "layer 'faults' has the role 'faults', not 'relief' (of that role the region has: "
         "relief)"),
    ],
)  # fmt: skip
def test_a_region_without_the_layer_of_a_shared_model_lacks_its_evidence(region, layer, words):
    """As it lacks a role, with the layers that it has."""
    loaded = prospector.load_region(region)
    layers = read_layers(loaded, loaded.grid())
    named = SurfaceParameters(role="relief", layer=layer)
    assert prospector.sentence(lacking_layer("surface", layers, named).reason) == words
    assert lacking_layer("surface", layers, SurfaceParameters(role="relief")) is None
