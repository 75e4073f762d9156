"""Compile layers/atacama from a folder of reference sources: ``compile_atacama.py SOURCES``.

Facts are carried over into this project's own tables, generalised to the scale of the screen; no
source file is copied. SOURCES.toml is written by hand; only its sha256 lines are renewed here.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from atacama_deposits import deposits
from atacama_files import BOX, EQUAL_AREA, HERE, clipped, frame, renew_hashes, write_geojson
from atacama_places import communes, neighbours, tailings
from atacama_waters import basins, lithium_brines, salars, wells
from rasterio.windows import Window, from_bounds

ACCENTED = {"Chanaral": "Chañaral"}
"""Names that their source gives without accents, as another one spells them."""

TENURE = {
    ("Mina", "Vigente"): "held",
    ("Cantera", "Vigente"): "held",
    ("Convenio", "Vigente"): "held",
    ("Manifestacion", "Vigente"): "applied_for",
}
KIND = {
    "Mina": "mine",
    "Manifestacion": "discovery claim",
    "Cantera": "quarry",
    "Convenio": "agreement",
}


def fault_systems() -> gpd.GeoDataFrame:
    """Return the schematic courses of the fault systems."""
    table = pd.read_csv(HERE / "schematic_faults.csv")
    lines = [
        shapely.LineString([tuple(map(float, place.split())) for place in course.split(";")])
        for course in table.course
    ]
    return gpd.GeoDataFrame(
        table.drop(columns="course").assign(schematic=True), geometry=lines, crs="EPSG:4326"
    )


def concessions(sources: Path) -> gpd.GeoDataFrame:
    """Return the titles of the Salta register near the window."""
    table = gpd.read_file(sources / "concessions_salta_2025.gpkg")
    table = table[table.bounds.minx < -65.9].copy()
    state = table.estado.astype(str)
    classes = [
        TENURE.get((kind, one), "unknown") for kind, one in zip(table.tipo, state, strict=True)
    ]
    dates = table.fecha_inic.dt.strftime("%Y-%m-%d")
    ids = [
        hashlib.sha256(shapely.to_wkb(one) + str(number).encode()).hexdigest()[:8].upper()
        for one, number in zip(table.geometry, table.expediente, strict=True)
    ]
    repeat = pd.Series(ids).groupby(ids).cumcount()
    return gpd.GeoDataFrame(
        {
            "concession_id": [
                f"SLA-{one}" + (f"-{n + 1}" if n else "")
                for one, n in zip(ids, repeat, strict=True)
            ],
            "file_number": table.expediente.to_numpy(),
            "name": table.nombre.to_numpy(),
            "kind": table.tipo.map(KIND).to_numpy(),
            "minerals": table.mineral.to_numpy(),
            "state": state.to_numpy(),
            "tenure_class": np.where(state == "Vacante", "vacant", classes),
            "date": dates.to_numpy(),
            "area_ha": table.area_ha.round(2).to_numpy(),
            "holder": table.titular.str.split().str.join(" ").to_numpy(),
            "province": "Salta",
        },
        geometry=table.geometry.to_numpy(),
        crs=table.crs,
    )


def coverage(titles: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return the titles buffered by 2 km within Argentina: a schematic coverage."""
    argentina = countries[countries.name == "Argentina"].to_crs(EQUAL_AREA).union_all()
    ground = titles.to_crs(EQUAL_AREA).buffer(2000).union_all().intersection(argentina)
    return gpd.GeoDataFrame(
        {"schematic": [True]}, geometry=[ground.simplify(200)], crs=EQUAL_AREA
    ).assign(missing_kinds="exploration permit (cateo)")


def igneous_samples(sources: Path) -> gpd.GeoDataFrame:
    """Return medians of age, Sr/Y and La/Yb by 25 km cell, at the cell's centre, with counts."""
    table = gpd.read_file(sources / "ref_mamani2010_igneous_samples.gpkg").to_crs(EQUAL_AREA)
    column = np.floor(table.geometry.x / 25000)
    row = np.floor(table.geometry.y / 25000)
    grouped = table.groupby([row.rename("row"), column.rename("column")])
    age, ratio, rare = "Age__(Ma)", "Sr/Y", "La/Yb"
    found = grouped.agg(
        count=("geometry", "size"),
        age_ma=(age, "median"),
        age_count=(age, "count"),
        sr_y=(ratio, "median"),
        sr_y_count=(ratio, "count"),
        la_yb=(rare, "median"),
        la_yb_count=(rare, "count"),
    ).reset_index()
    at = gpd.points_from_xy((found.column + 0.5) * 25000, (found.row + 0.5) * 25000, crs=EQUAL_AREA)
    table = gpd.GeoDataFrame(found.drop(columns=["row", "column"]).round(2), geometry=at)
    return clipped(table.to_crs("EPSG:4326"))


def context(sources: Path, countries: gpd.GeoDataFrame) -> None:
    """Write land, coast, borders, towns, ports, volcanoes, trench and protected ground."""
    land = shapely.make_valid(countries.union_all().buffer(0.001).buffer(-0.001))
    write_geojson(
        frame({"name": ["land"]}, [land.intersection(shapely.box(*BOX))]),
        "land.geojson",
        decimals=4,
    )
    edge = shapely.box(*BOX).buffer(-0.001)
    coast = shapely.boundary(land).intersection(edge)
    write_geojson(frame({"name": ["coast"]}, [coast.simplify(0.002)]), "coast.geojson", decimals=4)
    inner = countries.boundary.union_all().difference(shapely.boundary(land).buffer(0.003))
    lines = shapely.line_merge(inner.intersection(edge).simplify(0.002))
    write_geojson(frame({"name": ["border"]}, [lines]), "borders.geojson", decimals=4)
    places = gpd.read_file(sources / "natural_earth_populated_places_simple_atacama.gpkg")
    towns = clipped(places[["name", "adm0name", "pop_max", "geometry"]])
    towns = towns.rename(columns={"adm0name": "country", "pop_max": "inhabitants"})
    write_geojson(towns, "towns.geojson", decimals=3)
    ports = gpd.read_file(sources / "natural_earth_ports_atacama.gpkg")[["name", "geometry"]]
    ports["name"] = ports["name"].replace(ACCENTED)
    write_geojson(clipped(ports), "ports.geojson", decimals=3)
    volcanoes = gpd.read_file(sources / "ref_gvp_volcanoes_atacama.gpkg")[["name", "geometry"]]
    write_geojson(clipped(volcanoes), "volcanoes.geojson", decimals=3)
    plates = gpd.read_file(sources / "pb2002_plate_boundaries.gpkg")
    trench = plates[plates.Name.isin(["NZ\\SA", "NZ\\AP"])].union_all()
    trench = shapely.line_merge(trench).intersection(shapely.box(-76, -32, -66, -16))
    write_geojson(frame({"name": ["Peru-Chile trench"]}, [trench]), "trench.geojson", decimals=3)
    sites = gpd.read_file(sources / "mma_priority_conservation_sites.gpkg")
    sites = sites.cx[BOX[0] : BOX[2], BOX[1] : BOX[3]].to_crs(EQUAL_AREA)
    protected = gpd.GeoDataFrame(
        {
            "name": sites.nombre_ap.str.strip(),
            "designation": "priority conservation site (Ley 19.300)",
        },
        geometry=sites.simplify(30).make_valid(),
        crs=EQUAL_AREA,
    )
    write_geojson(protected, "protected.geojson", decimals=5)


def rasters(sources: Path) -> None:
    """Write slab depth (km, positive down), crust thickness (km) and land elevation (m)."""
    write_raster(sources / "usgs_slab2_dep_atacama.tif", "slab_depth_km.tif", "km", lambda z: -z)
    write_raster(sources / "uieda_moho_depth_m_atacama.tif", "crust_thickness_km.tif", "km", in_km)
    write_raster(sources / "gebco_relief_10min_atacama.tif", "elevation_m.tif", "m", on_land)


def in_km(metres: np.ndarray) -> np.ndarray:
    """Return metres as kilometres."""
    return metres / 1000


def on_land(metres: np.ndarray) -> np.ndarray:
    """Return elevation with the sea floor set to 0."""
    return np.where(np.isfinite(metres), np.maximum(metres, 0), np.nan)


def write_raster(source: Path, name: str, unit: str, convert: Any) -> None:
    """Write a raster of the window with a margin of half a degree, converted."""
    with rasterio.open(source) as dataset:
        whole = Window(0, 0, dataset.width, dataset.height)
        wanted = from_bounds(-71.8, -28.9, -65.7, -18.6, dataset.transform).round_offsets()
        window = wanted.round_lengths(op="ceil").intersection(whole)
        values = convert(dataset.read(1, window=window).astype("float64"))
        transform = dataset.window_transform(window)
    filled = np.where(np.isfinite(values), np.round(values, 2), -9999).astype("float32")
    with rasterio.open(
        HERE / name, "w", driver="GTiff", height=filled.shape[0], width=filled.shape[1], count=1,
        dtype="float32", crs="EPSG:4326", transform=transform, nodata=-9999, compress="DEFLATE",
    ) as dataset:  # fmt: skip
        dataset.write(filled, 1)
        dataset.units = (unit,)
        dataset.set_band_description(1, name.removesuffix(".tif").replace("_", " "))


def main(sources: Path) -> None:
    """Compile every layer."""
    countries = gpd.read_file(sources / "natural_earth_countries_10m_atacama.gpkg")
    outlines = salars(sources)
    write_geojson(outlines, "salars.geojson", decimals=4)
    units = communes(sources)
    write_geojson(units, "communes.geojson", decimals=4)
    write_geojson(neighbours(countries, units), "neighbours.geojson", decimals=4)
    write_geojson(basins(sources), "basins.geojson", decimals=4)
    write_geojson(wells(sources), "wells.geojson", decimals=4)
    brines = lithium_brines(outlines, countries)
    known = deposits(sources, outlines, brines, countries, units)
    write_geojson(known, "deposits.geojson", decimals=5)
    write_geojson(tailings(sources), "tailings.geojson", decimals=5)
    write_geojson(fault_systems(), "faults.geojson", decimals=3)
    titles = concessions(sources)
    write_geojson(titles, "concessions.geojson", decimals=6)
    write_geojson(coverage(titles, countries), "concessions_coverage.geojson", decimals=4)
    write_geojson(igneous_samples(sources), "igneous_samples.geojson", decimals=3)
    context(sources, countries)
    rasters(sources)
    renew_hashes()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
