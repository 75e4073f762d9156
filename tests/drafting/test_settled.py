"""Window and cells of a new region come from the layers that are used, and are never finer than they bear."""

import small_files as files

from prospector.drafting.init import init_region
from prospector.region import load_region


def test_a_layer_that_cannot_be_read_sets_no_window(tmp_path):
    """Titles without state or kind cannot be read, and lie elsewhere: the volcanoes make the window."""
    files.points(tmp_path, "volcanoes.gpkg", 120.5, -27.5)
    files.squares(tmp_path, "concesiones.gpkg", 10.0, 45.0, titular=["A", "B"])
    draft = init_region(tmp_path)
    assert [layer.name for layer in draft.layers if not layer.used] == ["concesiones"]
    assert 120 < draft.heading.window.bounds.west < 121
    assert list(load_region(tmp_path).layers) == ["volcanoes"]


def test_a_region_is_written_where_no_file_can_be_used(tmp_path):
    """It loads, with the files as comments, so that there is something to edit."""
    files.points(tmp_path, "layer1.gpkg", 10.0, 45.0)
    (tmp_path / "list.csv").write_text("a,b\n1,2\n", "utf-8")
    draft = init_region(tmp_path)
    region, text = load_region(tmp_path), draft.file.read_text("utf-8")
    assert not region.layers
    assert region.region.window.west < 10.1
    assert "# [layers.layer1]" in text
    assert "# Not read: " in text


def test_a_window_alone_is_enough(tmp_path):
    """With --bounds nothing has to say where it lies."""
    (tmp_path / "list.csv").write_text("a,b\n1,2\n", "utf-8")
    draft = init_region(tmp_path, bounds=(10.0, 45.0, 11.0, 46.0))
    assert load_region(tmp_path).region.window.east == 11.0
    assert "list.csv" in draft.file.read_text("utf-8")


def test_cells_are_no_finer_than_the_finest_raster(tmp_path):
    """Also where that makes few of them, and where a CRS was given for the rasters."""
    files.raster(tmp_path, "dem.tif", 10.0, 45.0, side=0.1, cells=60)
    draft = init_region(tmp_path)
    finest = min(layer.look.cell_m for layer in draft.layers)
    assert finest <= draft.heading.cell_size_m <= 1.5 * finest
    assert "the finest raster resolves" in draft.heading.cell_because


def test_samples_bear_an_eighth_of_their_distance(tmp_path):
    """A survey of 400 samples over 10 km: one in 500 m, cells of 60 m."""
    files.points(
        tmp_path,
        "soil.gpkg",
        10.0,
        0.0,
        n=400,
        side=0.09,
        Cu_ppm=[*range(400)],
        Zn_ppm=[*range(400)],
    )
    draft = init_region(tmp_path)
    assert draft.layers[0].role == "geochemistry"
    assert 60 <= draft.heading.cell_size_m <= 80
