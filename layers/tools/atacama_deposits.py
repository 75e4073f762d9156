"""Known deposits: porphyries of the USGS compilation, cited deposits of other types, and USGS points."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from atacama_files import BOX, EQUAL_AREA, HERE, points
from atacama_waters import uncited_centres
from scipy.cluster.hierarchy import fcluster, linkage

SAME_PLACE_M = 2000
"""Within which two records of a type are one deposit."""

SAME_SYSTEM_M = 5000
"""Within which a record of copper is part of a porphyry system."""

NAMESAKE_M = 110_000
"""Within which records of one name are one deposit: USGS positions are off by up to 105 km."""

MRDS_TOLERANCE_M = 5000
"""How far a USGS position that nothing confirms may be off: 22 of 25 that can be compared are closer."""

GRADES = {
    "Mo": "Molybdenum grade",
    "Au": "Gold grade",
    "Ag": "Silver grade",
}
"""Column of the porphyry compilation by the metal that it reports."""

CONTEXT_TYPES = (
    ({"Fe"}, "iron"),
    ({"Sn"}, "tin"),
    ({"W"}, "tungsten"),
    ({"S"}, "sulphur"),
    ({"Cu", "Copper"}, "copper, other"),
    ({"Ag", "Au"}, "precious metals"),
    ({"salt", "gypsum"}, "evaporite"),
)
USGS_TYPES = (
    ({"W"}, "tungsten"),
    ({"Li"}, "lithium, other"),
    ({"Co"}, "cobalt"),
    ({"Cu"}, "copper, other"),
)
SYMBOLS = {
    "Antimony": "Sb", "Arsenic": "As", "Beryllium": "Be", "Bismuth": "Bi", "Boron-borates": "B",
    "Cobalt": "Co",
    "Copper": "Cu", "Fluorine-fluorite": "F", "Gold": "Au", "Iron": "Fe", "Lead": "Pb", "Lithium": "Li",
    "Manganese": "Mn", "Mica": "mica", "Molybdenum": "Mo", "Nickel": "Ni", "Platinum": "Pt", "Rhodium": "Rh",
    "Selenium": "Se", "Silver": "Ag", "Sulfur": "S", "Tantalum": "Ta", "Titanium": "Ti", "Tungsten": "W",
    "Uranium": "U", "Zinc": "Zn",
}  # fmt: skip
BRINES = r"^(?:salar|laguna|salmuera|chepica|turilari)"
"""Names of salars and lagoons, which have a table of their own."""

LEFT_OUT = (
    "10005400",  # its only commodity, cobalt, is a fault of parsing
    "10065219",  # Aldebaran: Cerro Casale
    "10004220",  # Bajo San Jucas: Bajo de San Lucas
    "60000424",  # Tasna: Tazna
)
"""Records of MRDS that are another deposit by another name, or none."""

MRDS_NAMES = {
    "35eblo Viejo": "Pueblo Viejo",
    "Copiapo (Includes Japanesa, Los Plomos and Inca De Oro Deposits)": "Copiapó",
}

KIND_WORDS = (
    r"\b(?:mine|mina|prospect|deposit|district|occurrence|cu|establecimientos|de|del|la|el|los)\b"
)
"""Words by which names of one deposit differ."""


def porphyries(sources: Path) -> pd.DataFrame:
    """Return the porphyry systems of the USGS compilation, merged within 2 km."""
    table = pd.read_csv(sources / "usgs_ofr20081155_porphyry_copper.csv")
    west, south, east, north = BOX
    table = table[
        table.LongitudeDecimal.between(west, east) & table.LatitudeDecimal.between(south, north)
    ].copy()
    rows = pd.DataFrame(
        {
            "deposit_id": [f"USGS-{number}" for number in table.DepositID],
            "name": table.NameDeposit.str.split().str.join(" "),
            "deposit_type": "porphyry_copper",
            "commodities": table.apply(graded, axis=1),
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
            "tolerance_m": [2000 if coarse(row) else 500 for row in table.itertuples()],
            "verified": True,
            "source": "Singer, Berger and Moring 2008 (compilation closed in 2008)",
            "grade": "A",
            "source_count": 1,
            "longitude": table.LongitudeDecimal,
            "latitude": table.LatitudeDecimal,
        }
    ).replace({"n.d.": None})
    return merged(rows)


def graded(row: pd.Series) -> str:
    """Return copper and the metals whose grade the compilation reports."""
    return ";".join(["Cu", *(metal for metal, column in GRADES.items() if reported(row[column]))])


def reported(value: float) -> float | None:
    """Return a figure of the USGS compilation, null where 0 or blank says not reported."""
    return None if not value or value != value else float(value)


def year_of(text: str) -> int | None:
    """Return the first whole year of a discovery date; '1940s' and 'pre-colonial' have none."""
    year = re.match(r"^\s*(\d{4})(?!s)\b", str(text))
    return int(year[1]) if year else None


def coarse(row: Any) -> bool:
    """Whether a position is given to whole minutes only."""
    return all(
        pd.isna(second) or second == 0 for second in (row.LatitudeSeconds, row.LongitudeSeconds)
    )


def merged(rows: pd.DataFrame) -> pd.DataFrame:
    """Return one row for systems within 2 km of each other: the largest, with the others' names."""
    points = gpd.GeoSeries.from_xy(rows.longitude, rows.latitude, crs="EPSG:4326").to_crs(
        EQUAL_AREA
    )
    at = np.column_stack([points.x, points.y])
    rows = rows.assign(cluster=fcluster(linkage(at, "complete"), 2000, "distance"))
    rows = rows.sort_values(["tonnage_mt", "name"], ascending=[False, True], na_position="last")
    others = rows.groupby("cluster")["name"].agg(lambda names: "; ".join(names[1:]))
    first = rows.drop_duplicates("cluster").assign(includes=lambda table: table.cluster.map(others))
    ordered = first.drop(columns="cluster").sort_values(["deposit_id", "name"])
    repeat = ordered.groupby("deposit_id").cumcount()
    suffix = repeat.map(lambda n: f"-{n + 1}" if n else "")
    return ordered.assign(deposit_id=ordered.deposit_id + suffix)


def cited_deposits(
    outlines: gpd.GeoDataFrame, countries: gpd.GeoDataFrame, communes: gpd.GeoDataFrame
) -> pd.DataFrame:
    """Return the deposits of the own table that have a position, those of salars inside the outline.

    A position is verified where a second source, the salar, the commune or the country confirms it.
    """
    table = pd.read_csv(HERE / "other_deposits.csv", dtype={"age_text": str})
    table = placed_in_salars(table, outlines)
    table = table[table.longitude.notna()].reset_index(drop=True)
    at = points(table).to_crs(EQUAL_AREA)
    grounds = {
        "country": countries.set_index("name").geometry.to_crs(EQUAL_AREA),
        "commune": communes.set_index("name").geometry.to_crs(EQUAL_AREA),
    }
    borne_out = [bearing(row, grounds) for row in at.itertuples()]
    table["position_source"] = [
        f"{source}; {what}" for source, what in zip(table.position_source, borne_out, strict=True)
    ]
    table["verified"] = [not what.startswith("not ") for what in borne_out]
    return table.drop(columns=["commune", "salar", "second_position", "source_date"])


def placed_in_salars(table: pd.DataFrame, outlines: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return a table whose rows that name a salar with an outline have a point inside it."""
    inside = outlines.set_index("name").geometry.representative_point().to_crs("EPSG:4326")
    tolerance = outlines.set_index("name")["tolerance_m"]
    known = table.salar.isin(inside.index)
    names = table.salar[known]
    table.loc[known, "longitude"] = inside[names].x.round(4).to_numpy()
    table.loc[known, "latitude"] = inside[names].y.round(4).to_numpy()
    table.loc[known, "tolerance_m"] = np.maximum(tolerance[names].to_numpy(), 5000)
    return table


def bearing(row: Any, grounds: dict[str, gpd.GeoSeries]) -> str:
    """Return what confirms a position: a second source, its salar, its commune or its country."""
    if isinstance(row.second_position, str):
        return f"also {row.second_position}"
    if isinstance(row.salar, str):
        uncited = row.salar in uncited_centres()
        return "not at a centre with a source" if uncited else "in the salar of its name"
    kind = "commune" if isinstance(row.commune, str) else "country"
    name = getattr(row, kind)
    if row.geometry.distance(grounds[kind][name]) > 0:
        return f"not in {name}, where it is said to be"
    return f"in {name}, one source"


def major_deposits(sources: Path) -> pd.DataFrame:
    """Return major deposits and sediment-hosted copper of USGS compilations, as context."""
    sites = gpd.read_file(sources / "minmod_sites_atacama.gpkg").cx[
        BOX[0] : BOX[2], BOX[1] : BOX[3]
    ]
    sites = sites[sites.src.isin(["umn/mrdata_major_deposits", "umn/mrdata_sedcu"])]
    position = sites.get_coordinates().round(3)
    sites = sites.assign(x=position.x, y=position.y).sort_values("src", ascending=False)
    sites = sites.drop_duplicates(["name", "x", "y"])
    copper = sites.src == "umn/mrdata_sedcu"
    return pd.DataFrame(
        {
            "deposit_id": "MINMOD-" + sites.record_id.astype(str),
            "name": sites.name.str.strip(),
            "deposit_type": sites.apply(context_type, axis=1),
            "commodities": sites.commod.mask(copper, "Cu"),
            "country": sites.country,
            "position_source": "USGS compilation as collected by MinMod; one source",
            "tolerance_m": MRDS_TOLERANCE_M,
            "verified": False,
            "source": "USGS, through MinMod",
            "grade": "A",
            "source_count": 1,
            "longitude": sites.geometry.x,
            "latitude": sites.geometry.y,
        }
    ).sort_values("deposit_id")


def context_type(site: pd.Series) -> str:
    """Return the context type of a site from its commodities."""
    if site.src == "umn/mrdata_sedcu":
        return "sediment-hosted copper"
    return typed(str(site.commod), CONTEXT_TYPES)


def typed(commodities: str, types: tuple[tuple[set[str], str], ...]) -> str:
    """Return the first type that one of these commodities has."""
    present = set(commodities.split(";"))
    return next((name for keys, name in types if keys & present), "other")


def usgs_points(sources: Path) -> pd.DataFrame:
    """Return points of MRDS whose commodity is known, but for salars and lagoons."""
    table = pd.read_csv(
        sources / "facts" / "mrds_usgs_points_in_window.csv", dtype={"record_id": str}
    )
    table = table[(table.source_set.str.lower() == "mrds") & table.commodities.notna()]
    table = table[~table.name.str.contains(BRINES, case=False) & ~table.record_id.isin(LEFT_OUT)]
    metals = table.commodities.map(
        lambda words: ";".join(SYMBOLS.get(word, word) for word in words.split(";"))
    )
    shared = table.groupby(["lon", "lat"])["record_id"].transform("size")
    return pd.DataFrame(
        {
            "deposit_id": "MRDS-" + table.record_id,
            "name": table.name.str.split().str.join(" ").replace(MRDS_NAMES),
            "deposit_type": metals.map(lambda symbols: typed(symbols, USGS_TYPES)),
            "commodities": metals,
            "country": table.country,
            "position_source": "USGS MRDS; one source",
            "tolerance_m": MRDS_TOLERANCE_M,
            "verified": False,
            "source": "USGS Mineral Resources Data System",
            "grade": "A",
            "source_count": 1,
            "doubt": shared.map(
                lambda count: f"{count} records share this position" if count > 1 else None
            ),
            "longitude": table.lon,
            "latitude": table.lat,
        }
    ).sort_values("deposit_id")


def deposits(
    sources: Path,
    outlines: gpd.GeoDataFrame,
    brines: pd.DataFrame,
    countries: gpd.GeoDataFrame,
    communes: gpd.GeoDataFrame,
) -> gpd.GeoDataFrame:
    """Return all deposits: of records of one deposit, that whose position is better cited."""
    porphyry, cited = porphyries(sources), cited_deposits(outlines, countries, communes)
    replaced = set(cited.replaces.dropna())
    kept = pd.concat([porphyry, brines, cited.drop(columns="replaces")], ignore_index=True)
    for context in (major_deposits(sources), usgs_points(sources)):
        fresh = context[~context.deposit_id.isin(replaced)]
        kept = pd.concat([kept, not_yet_known(fresh, kept)], ignore_index=True)
    table = points(kept)
    land = countries.set_index("name").geometry
    unstated = ~table.country.isin(land.index)
    table.loc[unstated, "country"] = [
        land.index[land.contains(place)][0] for place in table.geometry[unstated]
    ]
    return table


def not_yet_known(context: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """Return the records that are none of the known deposits, by place or by name."""
    at = points(known).to_crs(EQUAL_AREA)
    names = pd.concat([at.name, at.includes.str.split("; ").explode().dropna()]).map(bare_name)
    systems = at[at.deposit_type == "porphyry_copper"]
    keep = []
    for record in points(context).to_crs(EQUAL_AREA).itertuples():
        namesakes = at.loc[names.index[names == bare_name(record.name)]]
        keep.append(
            not (namesakes.distance(record.geometry) < NAMESAKE_M).any()
            and at.distance(record.geometry).min() >= SAME_PLACE_M
            and systems.distance(record.geometry).min() >= SAME_SYSTEM_M
        )
    return context[keep]


def bare_name(name: str) -> str:
    """Return a name without the words by which records of one deposit differ."""
    letters = unicodedata.normalize("NFKD", str(name).lower())
    plain = "".join(letter for letter in letters if not unicodedata.combining(letter))
    plain = re.sub(KIND_WORDS, " ", plain)
    return " ".join(re.sub(r"[^\w]+", " ", plain).split())
