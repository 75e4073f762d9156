"""Compile layers/atacama from a folder of reference sources: ``compile_atacama.py SOURCES``.

Facts are carried over into this project's own tables, generalised to the scale of the screen; no
source file is copied. SOURCES.toml is written by hand; only its sha256 lines are renewed here.
"""

from __future__ import annotations

import hashlib
import re
import sys
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import rasterio
import shapely
from atacama_files import (
    BOX,
    EQUAL_AREA,
    HERE,
    clipped,
    frame,
    points,
    renew_hashes,
    write_geojson,
)
from atacama_waters import basins, lithium_brines, salars, wells
from rasterio.windows import Window, from_bounds
from scipy.cluster.hierarchy import fcluster, linkage

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
CONTEXT_TYPES = (
    ({"Li"}, "evaporite with lithium"),
    ({"B"}, "borate"),
    ({"Fe"}, "iron"),
    ({"Sn"}, "tin"),
    ({"W"}, "tungsten"),
    ({"S"}, "sulphur"),
    ({"I;nitrate", "I"}, "nitrate"),
    ({"Cu", "Copper"}, "copper, other"),
    ({"Ag", "Au"}, "precious metals"),
    ({"salt", "gypsum"}, "evaporite"),
)
# The collection wrote a deposit type over part of these names, and misspelt the third.
NAMES = {
    "Hydrothermals Blancos": "Mantos Blancos",
    "Hydrothermal Verde": "Mantoverde",
    "Diablilllos": "Diablillos",
}


def reported(value: float) -> float | None:
    """Return a figure of the USGS compilation, null where 0 or blank says not reported."""
    return None if not value or value != value else float(value)


def year_of(text: str) -> int | None:
    """Return the first whole year of a discovery date; '1940s' and 'pre-colonial' have none."""
    found = re.match(r"^\s*(\d{4})(?!s)\b", str(text))
    return int(found[1]) if found else None


def porphyries(sources: Path) -> pd.DataFrame:
    """Return the porphyry systems of the USGS compilation, merged within 2 km."""
    table = pd.read_csv(sources / "usgs_ofr20081155_porphyry_copper.csv")
    west, south, east, north = BOX
    table = table[
        table.LongitudeDecimal.between(west, east) & table.LatitudeDecimal.between(south, north)
    ].copy()
    rows = pd.DataFrame(
        {
            "deposit_id": [f"USGS-{one}" for one in table.DepositID],
            "name": table.NameDeposit.str.split().str.join(" "),
            "deposit_type": "porphyry_copper",
            "commodities": "Cu",
            "age_ma": table.AgeMY.map(reported),
            "age_text": table["Deposit Age"].astype(str).str.split().str.join(" "),
            "tonnage_mt": table.Tonnage.map(reported),
            "cu_percent": table["Copper grade"].map(reported),
            "mo_percent": table["Molybdenum grade"].map(reported),
            "au_g_t": table["Gold grade"].map(reported),
            "ag_g_t": table["Silver grade"].map(reported),
            "discovery_year": table.DiscoveryDate.map(year_of).astype("Int64"),
            "discovery_text": table.DiscoveryDate.astype(str),
            "country": table.Country,
            "position_source": "USGS Open-File Report 2008-1155",
            "tolerance_m": [2000 if coarse(one) else 500 for one in table.itertuples()],
            "verified": True,
            "source": "Singer, Berger and Moring 2008 (compilation closed in 2008)",
            "longitude": table.LongitudeDecimal,
            "latitude": table.LatitudeDecimal,
        }
    ).replace({"n.d.": None})
    return merged(rows)


def coarse(row: Any) -> bool:
    """Whether a position is given to whole minutes only."""
    return all(pd.isna(one) or one == 0 for one in (row.LatitudeSeconds, row.LongitudeSeconds))


def merged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for systems within 2 km of each other: the largest, with the others' names."""
    points = gpd.GeoSeries.from_xy(rows.longitude, rows.latitude, crs="EPSG:4326").to_crs(
        EQUAL_AREA
    )
    at = np.column_stack([points.x, points.y])
    rows = rows.assign(cluster=fcluster(linkage(at, "complete"), 2000, "distance"))
    rows = rows.sort_values(["tonnage_mt", "name"], ascending=[False, True], na_position="last")
    others = rows.groupby("cluster")["name"].agg(lambda names: "; ".join(names[1:]))
    first = rows.drop_duplicates("cluster").assign(includes=lambda one: one.cluster.map(others))
    ordered = first.drop(columns="cluster").sort_values(["deposit_id", "name"])
    repeat = ordered.groupby("deposit_id").cumcount()
    suffix = repeat.map(lambda n: f"-{n + 1}" if n else "")
    return ordered.assign(deposit_id=ordered.deposit_id + suffix)


def context_deposits(sources: Path) -> pd.DataFrame:
    """Return deposits of other types as context; porphyries already in the table are left out."""
    sites = gpd.read_file(sources / "minmod_sites_atacama.gpkg").cx[
        BOX[0] : BOX[2], BOX[1] : BOX[3]
    ]
    sites = sites[sites.src.isin(["umn/mrdata_major_deposits", "umn/mrdata_sedcu"])]
    position = sites.get_coordinates().round(3)
    sites = sites.assign(x=position.x, y=position.y).sort_values("src", ascending=False)
    sites = sites.drop_duplicates(["name", "x", "y"])
    kind = sites.apply(context_type, axis=1)
    return pd.DataFrame(
        {
            "deposit_id": "MINMOD-" + sites.record_id.astype(str),
            "name": sites.name.replace(NAMES),
            "deposit_type": kind,
            "commodities": sites.commod,
            "country": sites.country,
            "position_source": "USGS compilation as collected by MinMod",
            "tolerance_m": 2000,
            "verified": True,
            "source": "USGS, through MinMod",
            "longitude": sites.geometry.x,
            "latitude": sites.geometry.y,
        }
    ).sort_values("deposit_id")


def context_type(site: pd.Series) -> str:
    """Return the context type of a site from its commodities."""
    if site.src == "umn/mrdata_sedcu":
        return "sediment-hosted copper"
    found = set(str(site.commod).split(";")) | {str(site.commod)}
    return next((kind for keys, kind in CONTEXT_TYPES if keys & found), "other")


def deposits(sources: Path, brines: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return all deposits, with context sites left out where a porphyry lies within 5 km."""
    trained = pd.concat([porphyries(sources), brines], ignore_index=True)
    context = context_deposits(sources)
    known = points(trained).to_crs(EQUAL_AREA)
    near = points(context).to_crs(EQUAL_AREA).geometry.apply(lambda one: known.distance(one).min())
    in_trained = context.name.isin(trained.name)
    kept = context[~((near.to_numpy() < 5000) | in_trained.to_numpy())]
    return points(pd.concat([trained, kept], ignore_index=True))


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
    write_geojson(basins(sources), "basins.geojson", decimals=4)
    write_geojson(wells(sources), "wells.geojson", decimals=4)
    brines = lithium_brines(outlines, countries)
    write_geojson(deposits(sources, brines), "deposits.geojson", decimals=5)
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
