"""A CRS that puts a file where it cannot lie is noticed, and a given one goes before it."""

from pathlib import Path

import geopandas as gpd
import pytest
import small_files as files

from prospector.drafting.crs_guess import fitting_crs
from prospector.drafting.drafted import draft_layer
from prospector.drafting.extents import Extent
from prospector.drafting.init import init_region
from prospector.drafting.looks import Look
from prospector.errors import RegionError
from prospector.grid import Bounds
from prospector.region import load_region

POLAR = "+proj=stere +lat_0=90 +lat_ts=52 +lon_0=5.4 +x_0=155000 +y_0=463000 +ellps=bessel +units=m"


def soil(folder, crs=POLAR):
    """Samples in metres of EPSG:28992, whose file states another CRS."""
    path = files.points(
        folder,
        "soil.gpkg",
        5.7,
        50.9,
        side=0.1,
        crs="EPSG:28992",
        Cu_ppm=[*range(12)],
        Zn_ppm=[*range(12)],
    )
    gpd.read_file(path).set_crs(crs, allow_override=True).to_file(path)
    return path


def test_a_file_apart_is_left_out_with_the_crs_that_fits(tmp_path):
    """The relief says where they all lie, and in which CRS."""
    soil(tmp_path, "EPSG:32719")
    files.squares(
        tmp_path, "geology.gpkg", 5.7, 50.9, side=0.1, crs="EPSG:28992", lithology=["sand"]
    )
    draft = init_region(tmp_path)
    [left_out] = [layer.left_out for layer in draft.layers if not layer.used]
    assert "apart from the other files" in left_out
    assert "--crs EPSG:28992" in left_out
    assert draft.heading.window.bounds.north == pytest.approx(51, abs=0.02)


def test_a_given_crs_goes_before_one_that_cannot_be(tmp_path):
    """Said beside it, and written for the reader."""
    soil(tmp_path)
    draft = init_region(tmp_path, crs="EPSG:28992")
    assert load_region(tmp_path).layers["soil"].crs == "EPSG:28992"
    assert "outside the area of that CRS" in draft.layers[0].comments["crs"]
    assert draft.heading.window.bounds.north == pytest.approx(51, abs=0.03)


def test_a_given_crs_leaves_a_right_one_alone(tmp_path):
    """It is for files that state none, or a wrong one."""
    files.points(tmp_path, "volcanoes.gpkg", 5.7, 50.9, side=0.1)
    init_region(tmp_path, crs="EPSG:28992")
    assert load_region(tmp_path).layers["volcanoes"].crs is None


def test_an_area_that_cannot_be_is_refused(tmp_path):
    """Its CRS puts it at the pole."""
    area = soil(tmp_path / "area")
    files.points(tmp_path / "mine", "volcanoes.gpkg", 5.7, 50.9, side=0.1)
    with pytest.raises(RegionError, match=r"--area .*soil.gpkg: its CRS .* --crs"):
        init_region(tmp_path / "mine", area=area)


def test_swapped_degrees_are_noticed_beside_other_files(tmp_path):
    """Both below 90, so that only the others tell."""
    rows = "\n".join(f"D{n},iron,{-69 - n / 20},{-23 - n / 30}" for n in range(12))
    (tmp_path / "mines.csv").write_text(f"name,deposit_type,latitude,longitude\n{rows}\n", "utf-8")
    files.raster(tmp_path, "mag.tif", -69.8, -23.6)
    draft = init_region(tmp_path)
    [left_out] = [layer.left_out for layer in draft.layers if not layer.used]
    assert "look swapped" in left_out
    assert draft.heading.window.bounds.west == pytest.approx(-69.8, abs=0.05)


def lying(west, south, east, north):
    """A file of polygons that lies in degrees."""
    extent = Extent(Bounds(west, south, east, north))
    return Look(Path("a.shp"), geometry="polygon", extent=extent)


@pytest.mark.parametrize(
    ("beside", "crs"),
    [
        ([lying(-69.6, -24.6, -69.4, -24.4), lying(-70.0, -25.0, -69.0, -24.0)], "EPSG:32719"),
        ([lying(-69.6, -24.6, -69.4, -24.4), lying(-180.0, -90.0, 180.0, 90.0)], None),
    ],
)
def test_a_small_file_beside_does_not_hide_a_larger_one(beside, crs):
    """A company's few claims say nothing of its samples around; nor does a map of the whole world."""
    table = Look(
        Path("b.csv"), geometry="point", own_bounds=(410_000.0, 7_240_000.0, 490_000.0, 7_335_000.0)
    )
    assert fitting_crs(table, beside) == crs


@pytest.mark.parametrize(("datum", "crs"), [("PSAD56", "EPSG:24879"), ("", "EPSG:32719")])
def test_a_datum_in_the_names_of_coordinates_is_that_of_the_guess(datum, crs):
    """Read in WGS 84 the places would lie 400 m off."""
    box = (410_000.0, 7_240_000.0, 490_000.0, 7_335_000.0)
    places = {"easting": f"Este {datum}", "northing": f"Norte {datum}"}
    table = Look(Path("b.csv"), geometry="point", own_bounds=box, places=places)
    drafted = draft_layer(table, "b", role="sites", beside=[lying(-70.0, -25.0, -69.0, -24.0)])
    assert drafted.values["crs"] == crs
    assert f"datum {datum}".strip() in drafted.comments["crs"]
