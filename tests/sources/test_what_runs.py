"""What runs on official geology is what its scale lets through, and check says which map is needed.

Stand-ins of the shape of the two maps: South America at 1:5,000,000 (letters, no faults) and Argentina at
1:250,000 (units with ages and rocks in Spanish, faults), over the same invented ground.
"""

from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import rasterio
import shapely
from rasterio.transform import from_origin
from services.running import Servers
from sources.test_tiles import write_tile

from prospector.pages.check_lines import check_lines
from prospector.screening.check import check
from prospector.sources import source_named
from prospector.sources.classing import with_classes
from prospector.sources.fetch import fetch_layers

WEST, SOUTH, EAST, NORTH = -69.6, -24.4, -69.0, -23.8
MODELS = ["manto_copper", "iocg", "epithermal_gold"]

REGION = """
[region]
name = "stand_in"
title = "Stand-in"
crs = "EPSG:32719"
cell_size_m = 2000
deposit_models = ["manto_copper", "iocg", "epithermal_gold"]

[region.window]
west = -69.6
south = -24.4
east = -69.0
north = -23.8

[layers.deposits]
role = "deposits"
file = "deposits.geojson"

[layers.relief]
role = "relief"
file = "relief.tif"
unit = "m"
"""

SOURCE = """
["{file}"]
origin = "stand-in of {title}"
citation = "invented"
licence = "none"
date = "2026-11-27"
scale = "{scale}"
coverage = "the window"
schematic = false
sha256 = "{sha256}"
done = "Drawn for a test."
"""


def box(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


GROUND = {
    "intrusive": box(-69.45, -24.25, -69.30, -24.05),
    "volcanic": box(-69.60, -24.40, -69.20, -23.80).difference(box(-69.45, -24.25, -69.30, -24.05)),
    "sedimentary": box(-69.20, -24.40, -69.00, -23.80),
}
"""One body in volcanic rock, sediments in the east."""


def of_south_america() -> gpd.GeoDataFrame:
    codes = {"intrusive": "MCi", "volcanic": "Mv", "sedimentary": "J"}
    return gpd.GeoDataFrame(
        {"OBJECTID": [1, 2, 3], "GLG": [codes[rock] for rock in GROUND]},
        geometry=list(GROUND.values()),
        crs="EPSG:4326",
    )


def of_argentina() -> gpd.GeoDataFrame:
    rocks = {
        "intrusive": "Granodioritas y dioritas",
        "volcanic": "Andesitas, basaltos y brechas",
        "sedimentary": "Areniscas y conglomerados",
    }
    return gpd.GeoDataFrame(
        {
            "nombre": list(GROUND),
            "descrip_litologica": [rocks[rock] for rock in GROUND],
            "edad_inf": ["Cretácico Inferior", "Jurásico Medio", "Jurásico Superior"],
            "edad_sup": ["Cretácico Inferior", "Jurásico Superior", "Cretácico Inferior"],
        },
        geometry=list(GROUND.values()),
        crs="EPSG:4326",
    )


def faults() -> gpd.GeoDataFrame:
    """One fault of the Atacama system to the north, one to the north-west."""
    lines = [
        shapely.LineString([(-69.40, -24.40), (-69.40, -23.80)]),
        shapely.LineString([(-69.20, -24.30), (-69.45, -23.95)]),
    ]
    return gpd.GeoDataFrame({"fault_system": ["Atacama", None]}, geometry=lines, crs="EPSG:4326")


class StandIn:
    """A region folder to which layers are added with the scale of their map."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "region.toml").write_text(REGION, encoding="utf-8")
        deposits = gpd.GeoDataFrame(
            {"name": ["Uno"], "deposit_type": ["manto_copper"]},
            geometry=[shapely.Point(-69.5, -24.0)],
            crs="EPSG:4326",
        )
        deposits.to_file(folder / "deposits.geojson", driver="GeoJSON")
        self._relief()

    def _relief(self) -> None:
        """A tilted plain at 3600 to 4500 m in cells of about 500 m."""
        size = 0.005
        rows, columns = 160, 160
        heights = np.linspace(3600, 4500, columns, dtype="float32")[None, :].repeat(rows, axis=0)
        with rasterio.open(
            self.folder / "relief.tif", "w", driver="GTiff", height=rows, width=columns, count=1,
            dtype="float32", crs="EPSG:4326", transform=from_origin(WEST - 0.1, NORTH + 0.1, size, size),
        ) as file:  # fmt: skip
            file.write(heights, 1)

    def add(self, name: str, role: str, table: gpd.GeoDataFrame, scale: str) -> None:
        from prospector.layers.files import sha256_of

        file = self.folder / f"{name}.gpkg"
        table.to_file(file, driver="GPKG")
        with (self.folder / "region.toml").open("a", encoding="utf-8") as text:
            text.write(f'\n[layers.{name}]\nrole = "{role}"\nfile = "{name}.gpkg"\n')
        with (self.folder / "SOURCES.toml").open("a", encoding="utf-8") as text:
            text.write(
                SOURCE.format(file=file.name, title=name, scale=scale, sha256=sha256_of(file))
            )


@pytest.fixture
def coarse(tmp_path: Path) -> Path:
    """The ground as South America at 1:5,000,000 has it: no faults."""
    stand_in = StandIn(tmp_path)
    source = source_named("usgs_geology_south_america")
    theirs = of_south_america()
    done = with_classes(theirs[["GLG", "geometry"]], theirs, source.layers["geology"])
    stand_in.add("geology", "geology", done.table, source.scale)
    stand_in.add("intrusions", "intrusions", done.parts["intrusions"], source.scale)
    return tmp_path


@pytest.fixture
def fine(tmp_path: Path) -> Path:
    """The ground as Argentina at 1:250,000 has it."""
    stand_in = StandIn(tmp_path)
    source = source_named("segemar_250k")
    theirs = of_argentina()
    done = with_classes(theirs[["nombre", "geometry"]], theirs, source.layers["units"])
    stand_in.add("geology", "geology", done.table, source.scale)
    stand_in.add("intrusions", "intrusions", done.parts["intrusions"], source.scale)
    stand_in.add("faults", "faults", faults(), source.scale)
    return tmp_path


def checked(region: Path) -> tuple[dict[str, list[str]], str]:
    """Which evidence of each deposit model that can run, and all that check says."""
    done = check(region)
    able = {
        model.name: [evidence.name for evidence in model.evidence]
        for model in done.deposit_models
        if model.able
    }
    return able, " ".join(" ".join(check_lines(done)).split())


def test_at_5_million_manto_copper_runs_by_rim_and_volcanic_share(coarse: Path) -> None:
    """Lines that err by 2.5 km serve these two; nothing else can run without faults."""
    able, _ = checked(coarse)
    assert able == {"manto_copper": ["batholith_rim", "volcanic_hosts"]}


def test_check_says_which_map_the_others_need(coarse: Path) -> None:
    """The role and the scale, from the coarsest that each evidence allows."""
    _, words = checked(coarse)
    assert "1 of 3 deposit models can run" in words
    for text in (
        "distance to the Atacama Fault System (no layer of role 'faults'; add faults at "
        "1:10,000,000 or finer)",
        "distance to north-west faults (no layer of role 'faults'; add faults at "
        "1:2,000,000 or finer)",
        "magnetic anomaly (no layer of role 'magnetics'; add a raster with cells of 5 km or finer)",
        "distance to Miocene domes and volcanic centres (no layer of role 'domes'; add "
        "domes at 1:5,000,000 or finer)",
        "evidence layer 'distance to faults that strike north to north-north-west' not used: "
        "no layer of role 'faults'; add faults at 1:3,000,000 or finer",
    ):
        assert text in words


def test_at_250_000_with_faults_all_three_run(fine: Path) -> None:
    """Each by the evidence that units, their intrusive parts and faults give, and the relief."""
    able, words = checked(fine)
    assert able == {
        "manto_copper": ["batholith_rim", "volcanic_hosts", "north_faults"],
        "iocg": ["diorite", "atacama_fault", "northwest_splays"],
        "epithermal_gold": ["low_relief", "northwest_faults"],
    }
    assert "3 of 3 deposit models can run" in words


def test_a_map_too_coarse_says_the_scale_that_is_needed(fine: Path) -> None:
    """Faults at 1:5,000,000 serve the Atacama system, not its splays."""
    sources = fine / "SOURCES.toml"
    text = sources.read_text("utf-8")
    before, after = text.split('["faults.gpkg"]')
    sources.write_text(
        f'{before}["faults.gpkg"]{after.replace("1:250,000", "1:5,000,000")}', encoding="utf-8"
    )
    able, words = checked(fine)
    assert able["iocg"] == ["diorite", "atacama_fault"]
    assert (
        "the layer of role 'faults' has a resolution of 2.5 km, and the evidence needs 1 km or finer; "
        "add faults at 1:2,000,000 or finer"
    ) in words


def source_file(folder: Path, name: str, port: int, scale: str, layer: str, **keys: str) -> None:
    """Write a source of the region's own whose service is a stand-in."""
    where = keys.get("path", "/arcgis/rest/services/made_up/FeatureServer")
    (folder / "sources").mkdir(exist_ok=True)
    (folder / "sources" / f"{name}.toml").write_text(
        f'title = "{name}"\nkind = "{keys.get("kind", "arcgis")}"\npause_s = 0\nscale = "{scale}"\n'
        f'address = "http://127.0.0.1:{port}{where}"\nlicence = "none"\n{layer}',
        encoding="utf-8",
    )


UNITS = """
[layers.geology]
path = "0"
role = "geology"
title = "Units"
fields = {{ code = "GLG" }}
codes = {{ scheme = "{scheme}", reads = {{ {reads} = "GLG" }} }}

[layers.geology.parts.intrusions]
role = "intrusions"
title = "Intrusive rocks"
where = {{ rock_class = ["intrusive"] }}
"""

FAULTS = """
[layers.faults]
path = "0"
role = "faults"
title = "Faults"
fields = { fault_system = "GLG" }
"""

RELIEF = """
[layers.relief]
role = "relief"
title = "Elevation"
unit = "m"
"""


def high_plain(lon: np.ndarray, lat: np.ndarray) -> np.ndarray:
    """Ground at 3800 to 4200 m that hardly slopes."""
    return 4000 + 200 * (lon + 69) + 0 * lat


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A region folder with deposits alone, in the box of the stand-ins."""
    folder = tmp_path / "bare"
    folder.mkdir()
    StandIn(folder)
    text = (folder / "region.toml").read_text("utf-8").split("[layers.relief]")[0]
    for narrow, wide in (
        ("-69.6", "-69.9"),
        ("-69.0", "-68.1"),
        ("-24.4", "-24.9"),
        ("-23.8", "-23.1"),
    ):
        text = text.replace(narrow, wide)
    (folder / "region.toml").write_text(text, encoding="utf-8")
    (folder / "relief.tif").unlink()
    return folder


def test_fetched_at_5_million_manto_copper_runs(server: Servers, bare: Path) -> None:
    """From the service to check: letters become classes, intrusive rocks a layer."""
    port = server.arcgis(codes=["Mv", "MCi", "J"])
    units = UNITS.format(scheme="usgs_glg", reads="code")
    source_file(bare, "coarse_map", port, "1:5,000,000", units)
    [layer] = fetch_layers(bare, "coarse_map")
    assert set(layer.classes) == {"volcanic", "intrusive", "undivided"}
    able, words = checked(bare)
    assert able == {"manto_copper": ["batholith_rim", "volcanic_hosts"]}
    assert "add faults at 1:2,000,000 or finer" in words


def test_fetched_at_250_000_with_faults_and_relief_all_three_run(
    server: Servers, bare: Path, tmp_path: Path
) -> None:
    """Descriptions in Spanish, faults to the north-west, tiles of a relief."""
    words_of_rock = ["Andesitas y basaltos", "Granodioritas", "Areniscas"]
    units = UNITS.format(scheme="rock_names", reads="lithology")
    source_file(bare, "fine_map", server.arcgis(codes=words_of_rock), "1:250,000", units)
    lines = server.arcgis(shape="line", line=[-0.02, 0.03], codes=["Atacama", "Otra"])
    source_file(bare, "fine_faults", lines, "1:250,000", FAULTS)
    published = tmp_path / "published"
    published.mkdir()
    for lat in (-26, -25, -24, -23):
        for lon in (-71, -70, -69, -68):
            write_tile(published, lat, lon, of=high_plain)
    tiles = server.files(published)
    source_file(bare, "tiles", tiles, "", RELIEF, kind="cog_tiles", path="/{lat}_{lon}.tif")
    for name in ("fine_map", "fine_faults", "tiles"):
        fetch_layers(bare, name)
    able, _ = checked(bare)
    assert able == {
        "manto_copper": ["batholith_rim", "volcanic_hosts"],
        "iocg": ["diorite", "atacama_fault", "northwest_splays"],
        "epithermal_gold": ["low_relief", "northwest_faults"],
    }
