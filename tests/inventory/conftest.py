"""The planted region with tailings, a town, a port, and names that a page might take for more."""

import shutil
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from hostile import HOSTILE

import prospector
from prospector.layers.files import sha256_of

CRS = "EPSG:32719"
SOURCE = """\
["{file}"]
origin = "Survey <b>of</b> mines"
citation = ""
licence = "other"
date = "2025-10"
scale = "points"
coverage = ""
schematic = false
sha256 = "{sha256}"
done = ""
"""


def write_points(file, places, **columns):
    table = gpd.GeoDataFrame(columns, geometry=[shapely.Point(place) for place in places], crs=CRS)
    table.to_crs("EPSG:4326").to_file(file, driver="GeoJSON")


def with_tailings(planted, folder):
    """A copy of the planted region with tailings and what lies beside them."""
    region = Path(shutil.copytree(planted, folder))
    write_points(
        region / "tailings.geojson",
        [(480_000 + 9_000 * n, 7_260_000) for n in range(len(HOSTILE) + 2)],
        tailings_id=[f"{n:04d}-2N" for n in range(len(HOSTILE) + 2)],
        name=[*HOSTILE, "Relave Ñuble", None],
        resource=["Cu;Mo", "Cu", None, "Au", "Cu", None, "Cu", "S/I"],
        kind=["embankment dam", "heap", None, None, "filtered", "heap", "heap", None],
        tonnage_mt=["1080.627", None, "150 t", None, "0.163379", None, None, "0"],
        approval_year=[2022, 1986, None, None, 2016, None, 1990, None],
        commune=["Taltal", "Taltal", None, "Taltal", "Pica", None, None, None],
        operator=["Minera Ejemplo S.A.", "Juan Pérez Soto", *[None] * 6],
    )
    write_points(region / "towns.geojson", [(480_000, 7_265_000)], name=["<i>Villa</i>"])
    write_points(region / "ports.geojson", [(420_000, 7_260_000)], name=["Puerto"])
    text = (region / "region.toml").read_text("utf-8")
    for role in ("tailings", "towns", "ports"):
        text += f'\n[layers.{role}]\nrole = "{role}"\nfile = "{role}.geojson"\ntitle = "{role.title()}"\n'
    (region / "region.toml").write_text(text, "utf-8")
    digest = sha256_of(region / "tailings.geojson")
    source = SOURCE.format(file="tailings.geojson", sha256=digest)
    (region / "SOURCES.toml").write_text(source, "utf-8")
    return region


@pytest.fixture(scope="session")
def tailings_region(planted, tmp_path_factory):
    """Folder of the region."""
    return with_tailings(planted, tmp_path_factory.mktemp("tailings") / "region")


@pytest.fixture(scope="session")
def tailings_screening(tailings_region):
    """Screened quickly, in coarse cells."""
    return prospector.screen(tailings_region, quick=True, workers=1, cell_size_m=4000)


@pytest.fixture(scope="session")
def tailings_run(tailings_screening, tmp_path_factory):
    """Its run folder."""
    return prospector.write(tailings_screening, tmp_path_factory.mktemp("run") / "en", dossiers=0)


@pytest.fixture(scope="session")
def spanish_run(tailings_screening, tmp_path_factory):
    """Its run folder in Spanish."""
    folder = tmp_path_factory.mktemp("run") / "es"
    return prospector.write(tailings_screening, folder, language="es", dossiers=0)
