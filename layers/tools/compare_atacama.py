"""Compare layers/atacama with the reference sources: ``compare_atacama.py SOURCES``.

Prints figures only. Sources that may only be compared with are read here and nowhere else.
"""

from __future__ import annotations

import sys
from pathlib import Path

import geopandas as gpd
import numpy as np
import rasterio

HERE = Path(__file__).resolve().parent.parent / "atacama"
EQUAL_AREA = "+proj=laea +lat_0=-23.75 +lon_0=-68.625 +datum=WGS84 +units=m"


def ours(name: str) -> gpd.GeoDataFrame:
    """Return a layer of ours in metres."""
    return gpd.read_file(HERE / name).to_crs(EQUAL_AREA)


def theirs(sources: Path, name: str) -> gpd.GeoDataFrame:
    """Return a reference layer in metres."""
    return gpd.read_file(sources / name).to_crs(EQUAL_AREA)


def offsets_km(points: gpd.GeoDataFrame, others: gpd.GeoDataFrame) -> np.ndarray:
    """Return each point's distance to the nearest of the others, km."""
    other = others.union_all()
    return points.distance(other).to_numpy() / 1000


def say(what: str, values: np.ndarray) -> None:
    """Print count, median and 95th percentile."""
    middle, high = np.percentile(values, [50, 95])
    print(f"{what}: n = {len(values)}, median {middle:.1f} km, 95 % below {high:.1f} km")


def main(sources: Path) -> None:
    """Print every comparison."""
    deposits = ours("deposits.geojson")
    copper = deposits[deposits.deposit_type == "porphyry_copper"]
    points = theirs(sources, "ref_alfonso_porphyry_points.gpkg")
    say(
        "porphyries to published porphyry points",
        offsets_km(copper, points[points.label == "positive"]),
    )
    mines = theirs(sources, "ref_fineprint_mines_atacama.gpkg")
    copper_mines = mines[mines.commodities_products.astype(str).str.contains("Copper")]
    say("copper mines to our porphyries", offsets_km(copper_mines, copper))
    salars = ours("salars.geojson").set_index("name").geometry
    brines = theirs(sources, "ref_lithium_brine_operations.gpkg")
    for row in brines.itertuples():
        touched = salars[salars.intersects(row.geometry)].index.tolist()
        print(f"operation box of {row.salar}: our salars inside it: {', '.join(touched) or 'none'}")
    faults = ours("faults.geojson")
    active = theirs(sources, "ref_gem_active_faults_atacama.gpkg")
    atacama = active.clip(faults[faults.fault_system == "Atacama"].union_all().buffer(40_000))
    say(
        "active faults within 40 km of the Atacama system to our line",
        offsets_km(
            atacama.set_geometry(atacama.centroid), faults[faults.fault_system == "Atacama"]
        ),
    )
    compare_elevation(sources)
    compare_wells(sources)


def compare_elevation(sources: Path) -> None:
    """Print how far the elevation lies from the finer check."""
    with (
        rasterio.open(HERE / "elevation_m.tif") as own,
        rasterio.open(sources / "ref_itu_elevation_m_atacama.tif") as check,
    ):
        values = own.read(1)
        rows, columns = np.nonzero(values > 0)
        at = [own.xy(row, column) for row, column in zip(rows, columns, strict=True)]
        other = np.array([one[0] for one in check.sample(at)])
        apart = np.abs(values[rows, columns] - other)
    print(f"elevation on land: median difference {np.median(apart):.0f} m, 95 % below "
          f"{np.percentile(apart, 95):.0f} m, n = {len(apart)}")  # fmt: skip


def compare_wells(sources: Path) -> None:
    """Print how far the elevation of the cell lies from that of the wells in the window."""
    wells = gpd.read_file(sources / "dga_wells_north.gpkg").cx[-71:-66.25, -28:-19.5]
    with rasterio.open(HERE / "elevation_m.tif") as own:
        at = zip(wells.geometry.x, wells.geometry.y, strict=True)
        values = np.array([one[0] for one in own.sample(at)])
    apart = np.abs(values - wells.cr2sub_elev)
    print(f"elevation at wells: median difference {np.median(apart):.0f} m, 90 % below "
          f"{np.percentile(apart, 90):.0f} m, n = {len(apart)}")  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]))
