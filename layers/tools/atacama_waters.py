"""Salars and their lithium, basins and wells of the Atacama."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from atacama_files import EQUAL_AREA, HERE

LITHIUM = ("production", "construction", "reserves", "resource", "lithium known")
"""States of a salar in whose brine a source names lithium that is more than a trace."""

TOLERANCE_M = {"mma": 300, "natural_earth": 2000, "schematic": 10_000}
"""How far an outline may be off, by where it comes from."""

UNCITED = "the schematic table of this region, 2026; its source was not kept"
"""Text used where a position, or an area, has no source of its own."""

INSIDE = "a point inside the salar's outline"
"""Text used where a point replaces a salar outline."""

POINT_TOLERANCE_M = 5000
"""How far a cited position without an outline may lie off."""

COASTAL = "016"
"""A coastal basin whose name suggests a closed one."""


def salar_table() -> pd.DataFrame:
    """Return every salar and lagoon of the table, drawn or not."""
    return pd.read_csv(HERE / "salars.csv", dtype={"n_sources": str, "regime_date": str})


def salars(sources: Path) -> gpd.GeoDataFrame:
    """Return the salars that have an outline, or a position and an area, with what is known of them."""
    table = salar_table().set_index("salar_id", drop=False)
    outlines = {
        **mma_outlines(table[table.outline == "mma"], sources),
        **natural_earth_outlines(table[table.outline == "natural_earth"], sources),
        **ellipses(table[table.outline == "schematic"]),
    }
    drawn = table.loc[list(outlines)]
    found = gpd.GeoDataFrame(
        {
            "salar_id": drawn.salar_id,
            "name": drawn.name,
            "country": drawn.country,
            "outline_source": drawn.outline,
            "schematic": drawn.outline == "schematic",
            "tolerance_m": drawn.outline.map(TOLERANCE_M),
            "area_km2": np.nan,
            "lithium_status": drawn.lithium_status,
            "li_mg_l": drawn.li_mg_l,
            "regime": drawn.regime,
            "regime_date": drawn.regime_date,
            "regime_source": drawn.regime_source,
            "grade": drawn.grade,
            "sources": [with_dates(row) for row in drawn.itertuples()],
        },
        geometry=list(outlines.values()),
        crs=EQUAL_AREA,
    )
    found = without_overlap(found)
    return found.assign(area_km2=(found.area / 1e6).round(1)).sort_index().reset_index(drop=True)


def with_dates(row: Any) -> str:
    """Return the sources of a record with their dates; one alone, and an uncited centre, are called so."""
    dates = "" if pd.isna(row.source_dates) else f" ({row.source_dates})"
    centre = "; no source for its centre" if row.position_source == UNCITED else ""
    alone = "; one source only" if row.n_sources == "1" else ""
    return f"{row.sources}{dates}{centre}{alone}"


def uncited_centres() -> frozenset[str]:
    """Return the names of the salars whose outline is drawn about a centre without a source."""
    table = salar_table()
    return frozenset(table.name[table.position_source == UNCITED])


def mma_outlines(table: pd.DataFrame, sources: Path) -> dict[str, shapely.Geometry]:
    """Return outlines of the Chilean inventory, its fragments joined by the position of named salars."""
    fragments = gpd.read_file(sources / "mma_salars_antofagasta.gpkg").to_crs(EQUAL_AREA)
    fragments = fragments[fragments.nombre_cue != "Rio Loa"]
    centres = fragments.representative_point()
    outlines, taken = {}, np.zeros(len(fragments), dtype=bool)
    nearest_first = table.sort_values("reach_km", kind="stable")
    for row, place in zip(nearest_first.itertuples(), positions(nearest_first), strict=True):
        own = (centres.distance(place) < row.reach_km * 1000).to_numpy() & ~taken
        taken |= own
        joined = fragments[own].union_all().buffer(200).buffer(-200).simplify(150)
        outlines[row.salar_id] = large_parts(joined)
    return outlines


def large_parts(outline: shapely.Geometry) -> shapely.Geometry:
    """Return an outline without parts below 1 km2, unless nothing is left."""
    parts = [part for part in shapely.get_parts(outline) if part.area >= 1e6]
    return shapely.union_all(parts) if parts else outline


def natural_earth_outlines(table: pd.DataFrame, sources: Path) -> dict[str, shapely.Geometry]:
    """Return the coarse outlines of the largest salars."""
    playas = gpd.read_file(sources / "natural_earth_playas_atacama.gpkg").to_crs(EQUAL_AREA)
    outline_of = playas.set_index("name").geometry
    return {row.salar_id: outline_of[row.name].simplify(500) for row in named(table)}


def named(table: pd.DataFrame) -> Any:
    """Return the rows of a table as tuples with their names."""
    return table.itertuples(index=False)


def positions(table: pd.DataFrame) -> gpd.GeoSeries:
    """Return the stated positions of records in metres."""
    at = gpd.GeoSeries.from_xy(table.longitude, table.latitude, index=table.index, crs="EPSG:4326")
    return at.to_crs(EQUAL_AREA)


def ellipses(table: pd.DataFrame) -> dict[str, shapely.Geometry]:
    """Return ellipses about stated positions, of the stated area; their elongation is our choice."""
    outlines = {}
    for row, centre in zip(named(table), positions(table), strict=True):
        circle = centre.buffer(np.sqrt(row.area_km2 * 1e6 / np.pi), quad_segs=12)
        long = np.sqrt(row.elongation)
        ellipse = shapely.affinity.scale(circle, 1 / long, long)
        outlines[row.salar_id] = shapely.affinity.rotate(ellipse, -row.azimuth_deg, origin=centre)
    return outlines


def without_overlap(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return outlines that do not overlap: the earlier, better source keeps the ground."""
    taken, outlines = shapely.Polygon(), []
    for outline in table.geometry:
        free = outline.difference(taken.buffer(100)) if outline.intersects(taken) else outline
        parts = shapely.get_parts(free)
        outlines.append(max(parts, key=shapely.area) if outline.intersects(taken) else free)
        taken = taken.union(outline)
    return table.set_geometry(gpd.GeoSeries(outlines, index=table.index, crs=table.crs))


def lithium_brines(outlines: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a point for each brine in which a source names lithium, if it has a place.

    It lies inside the salar's outline, and where there is none at the cited position.
    """
    table = salar_table()
    drawn = outlines.set_index("salar_id").to_crs(EQUAL_AREA)
    place = positions(table.set_index("salar_id"))
    inside = drawn.representative_point()
    at = inside.combine_first(place.drop(inside.index)).to_crs("EPSG:4326").reindex(table.salar_id)
    tolerance = drawn.tolerance_m.clip(lower=POINT_TOLERANCE_M).reindex(table.salar_id)
    found = pd.DataFrame(
        {
            "deposit_id": "LI-" + table.salar_id.str.removeprefix("SAL-"),
            "name": table.name,
            "deposit_type": "lithium_brine",
            "commodities": "Li",
            "status": table.lithium_status,
            "li_mg_l": table.li_mg_l,
            "li_text": table.li_text,
            "country": table.country,
            "position_source": np.select(
                [table.position_source == UNCITED, at.index.isin(drawn.index)],
                ["a point inside the salar's outline, whose centre has no source", INSIDE],
                table.position_source,
            ),
            "tolerance_m": tolerance.fillna(POINT_TOLERANCE_M).astype(int).to_numpy(),
            "verified": [is_verified(row, drawn, countries) for row in table.itertuples()],
            "grade": table.grade,
            "source": [with_dates(row) for row in table.itertuples()],
            "source_count": table.n_sources.str.rstrip("+").astype(int),
            "doubt": table.doubt,
            "longitude": at.x.to_numpy(),
            "latitude": at.y.to_numpy(),
        }
    )
    return found[table.lithium_status.isin(LITHIUM) & found.longitude.notna()]


def is_verified(row: Any, drawn: gpd.GeoDataFrame, countries: gpd.GeoDataFrame) -> bool:
    """Return whether a brine is confirmed: by its sources, its country and its salar.

    Two sources, or one of grade A, name the lithium; the position is cited, lies in the country that
    they name and, where the salar is drawn, at its outline or within the tolerance of it.
    """
    supported = row.n_sources == "2+" or row.grade == "A"
    if not supported or pd.isna(row.longitude) or row.position_source == UNCITED:
        return False
    place = gpd.GeoSeries.from_xy([row.longitude], [row.latitude], crs="EPSG:4326")
    country = countries.set_index("name").geometry[row.country]
    if not country.contains(place.iloc[0]):
        return False
    if row.salar_id not in drawn.index:
        return True
    salar = drawn.loc[row.salar_id]
    return bool(salar.geometry.distance(place.to_crs(EQUAL_AREA).iloc[0]) <= salar.tolerance_m)


def basins(sources: Path) -> gpd.GeoDataFrame:
    """Return the basins of the Chilean water authority, generalised to about 500 m, without gaps."""
    table = gpd.read_file(sources / "dga_basins_north.gpkg").to_crs(EQUAL_AREA)
    table = table.set_geometry(shapely.coverage_simplify(table.geometry.array, 1000))
    table = table.dissolve("COD_CUEN", as_index=False)
    return gpd.GeoDataFrame(
        {
            "basin_code": table.COD_CUEN,
            "name": table.NOM_CUEN,
            "country": "Chile",
            "closed": table.closed & (table.COD_CUEN != COASTAL),
            "precipitation_mm_y": table.cr2sub_bna_pr_yr,
            "evapotranspiration_mm_y": table.cr2sub_bna_pet_yr,
            "aridity": table.cr2sub_bna_aridity,
            "elevation_m": table.cr2sub_bna_elev,
        },
        geometry=table.geometry,
        crs=EQUAL_AREA,
    )


def wells(sources: Path) -> gpd.GeoDataFrame:
    """Return the wells whose mean depth to water is known; their names are dropped, as some are people."""
    table = gpd.read_file(sources / "dga_wells_north.gpkg").dropna(subset="cr2sub_mean_gwl")
    around = gpd.read_file(sources / "dga_basins_north.gpkg")[["NOM_CUEN", "geometry"]]
    lies_in = gpd.sjoin(table, around, how="left").NOM_CUEN
    return gpd.GeoDataFrame(
        {
            "well_id": "DGA-" + table.cr2sub_id.astype(str).str.zfill(8),
            "elevation_m": table.cr2sub_elev.round(1),
            "depth_to_water_m": (-table.cr2sub_mean_gwl).round(1),
            "basin": table.dga_well_basin.map(spelled(around.NOM_CUEN)).fillna(lies_in),
        },
        geometry=table.geometry,
        crs=table.crs,
    ).sort_values("well_id")


def spelled(names: pd.Series) -> dict[str, str]:
    """Return the names of basins by how the wells write them."""
    return {name.upper(): name for name in names}
