"""Communes of Chile and its register of tailings deposits, as layers of the Atacama."""

from __future__ import annotations

import re
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from atacama_files import BOX, EQUAL_AREA

GRID_DEGREES = 1e-4
"""Grid that corners of communes lie on, so that neighbours share them."""

SIMPLIFIED_DEGREES = 0.005
ISLET_KM2 = 1.0
SLIVER_DEGREES2 = 0.5
COUNTRY_CODES = {"Argentina": "AR", "Bolivia": "BO"}
KINDS = {
    "TRANQUE DE RELAVE": "dam of tailings sand",
    "EMBALSE": "embankment dam",
    "ACOPIO": "heap",
    "FILTRADO": "filtered",
    "ESPESADO": "thickened",
    "EN PASTA": "paste",
    "DRIM": "in mine workings",
    "PRETILES DE RELAVE": "bunds",
}
RESOURCES = {
    "COBRE": "Cu",
    "ORO": "Au",
    "PLATA": "Ag",
    "HIERRO": "Fe",
    "MOLIBDENO": "Mo",
    "ZINC": "Zn",
    "PLOMO": "Pb",
    "SILICE": "silica",
    "CAOLIN": "kaolin",
    "CALIZA": "limestone",
    "CARBONATO DE CALCIO": "calcium carbonate",
}
"""Our word for each resource of the register; any other one says nothing."""

COMPANY = re.compile(r"\b(?:limitada|ltda|s\.?a|spa)\.?$", re.IGNORECASE)
GIVEN_NAMES = frozenset({"ANTONIO", "CARLOS", "JOSE", "JUAN", "MANUEL", "MIGUEL", "PEDRO"})
SURNAMES = frozenset(
    {
        "CALLEJAS", "FARAH", "FONSECA", "GUGGIANA", "HERNANDEZ", "JOFRE", "MAGALHAES", "MORENO", "PAPAPIETRO",
        "SOLIS",
    }
)  # fmt: skip
"""Family names that plants of the register bear."""

SMALL = {"De", "Del", "En", "Al"}
NUMERALS = {"I", "Ii", "Iii", "Iv"}
GENERIC = re.compile(r"(?:deposito|embalse|tranque|relaves?|de|\W|\d)+", re.IGNORECASE)
"""Names that say no more than that it is a tailings deposit."""


def communes(sources: Path) -> gpd.GeoDataFrame:
    """Return the communes near the window with province and region; neighbours share their border."""
    table = gpd.read_file(sources / "chile_communes_2023_north.gpkg").to_crs("EPSG:4326")
    table = table.sort_values("CUT_COM").reset_index(drop=True)
    outlines = shapely.coverage_simplify(without_islets(tiled(table.geometry)), SIMPLIFIED_DEGREES)
    return gpd.GeoDataFrame(
        {
            "name": table.COMUNA,
            "code": table.CUT_COM,
            "level": "commune",
            "province": table.PROVINCIA,
            "region": table.REGION,
            "country": "Chile",
        },
        geometry=outlines,
        crs="EPSG:4326",
    )


def neighbours(countries: gpd.GeoDataFrame, chile: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return Argentina and Bolivia, of which no smaller unit is at hand, up to the communes of Chile."""
    abroad = countries[countries.name.isin(COUNTRY_CODES)].clip(BOX).sort_values("name")
    outlines = abroad.geometry.simplify(SIMPLIFIED_DEGREES).difference(chile.union_all())
    names = abroad.name.to_list()
    return gpd.GeoDataFrame(
        {
            "name": names,
            "code": [COUNTRY_CODES[name] for name in names],
            "level": "country",
            "country": names,
        },
        geometry=[large(outline) for outline in outlines],
        crs="EPSG:4326",
    )


def large(outline: shapely.Geometry) -> shapely.Geometry:
    """Return a country's ground without slivers left along another's border."""
    parts = shapely.get_parts(outline)
    return shapely.MultiPolygon([part for part in parts if part.area >= SLIVER_DEGREES2])


def without_islets(outlines: np.ndarray) -> np.ndarray:
    """Return polygons without rocks off the coast: parts below 1 km2."""
    parts = gpd.GeoSeries(outlines, crs="EPSG:4326").explode()
    large = parts[parts.to_crs(EQUAL_AREA).area >= ISLET_KM2 * 1e6]
    return np.array([shapely.union_all(large[[place]]) for place in range(len(outlines))])


def tiled(shapes: gpd.GeoSeries) -> np.ndarray:
    """Return polygons that neither overlap nor leave gaps between them.

    The ground is cut along every border; each piece goes to the polygon that it lies in, and a gap to the
    one beside it with which it shares most of its rim.
    """
    snapped = shapely.set_precision(shapes.to_numpy(), GRID_DEGREES)
    rims = shapely.union_all(shapely.boundary(snapped), grid_size=GRID_DEGREES)
    pieces = shapely.get_parts(shapely.polygonize([rims]))
    owners = [owner_of(piece, snapped) for piece in pieces]
    kept = [
        shapely.coverage_union_all(
            [p for p, owner in zip(pieces, owners, strict=True) if owner == place]
        )
        for place in range(len(snapped))
    ]
    return np.array(kept)


def owner_of(piece: shapely.Geometry, shapes: np.ndarray) -> int:
    """Return which polygon a piece of ground belongs to; -1 for ground that they only surround."""
    inside = np.flatnonzero(shapely.contains(shapes, shapely.point_on_surface(piece)))
    if len(inside):
        return int(inside[0])
    shared = shapely.length(shapely.intersection(shapes, shapely.boundary(piece)))
    return int(shared.argmax()) if piece.area < 0.01 else -1


def tailings(sources: Path) -> gpd.GeoDataFrame:
    """Return the register's tailings deposits in the window with its margin: what is blank there is blank."""
    table = gpd.read_file(sources / "sernageomin_tailings_2025.gpkg")
    table = table.cx[BOX[0] : BOX[2], BOX[1] : BOX[3]].sort_values("ID")
    approved = pd.to_datetime(table.FECHA_RES_APRUEBA, errors="coerce")
    repeat = table.groupby("ID").cumcount()
    return gpd.GeoDataFrame(
        {
            "tailings_id": table.ID + repeat.map(lambda n: f" ({n + 1})" if n else ""),
            "name": [
                name_of(row.NOMBRE_FAENA, row.NOMBRE_INSTALACION, row.COMUNA)
                for row in table.itertuples()
            ],
            "resource": table.RECURSO.map(resource_of),
            "kind": table.TIPO_DEPOSITO.map(KINDS),
            "tonnage_mt": (table.TONELAJE_ACTUAL / 1e6).round(6),
            "authorised_mt": (table.TONELAJE_AUTORIZADO / 1e6).round(6),
            "approval_year": approved.dt.year.astype("Int64"),
            "approval_date": approved.dt.strftime("%Y-%m-%d"),
            "commune": table.COMUNA,
            "province": table.PROVINCIA,
            "region": table.REGION,
            "country": "Chile",
            "operator": [
                name.title() if COMPANY.search(name) else None
                for name in table.NOMBRE_FAENA.str.strip()
            ],
        },
        geometry=table.geometry,
        crs=table.crs,
    )


def resource_of(words: str | None) -> str | None:
    """Return the resources of a deposit by symbol or word; None where the register says none."""
    if not isinstance(words, str):
        return None
    known = [RESOURCES.get(word.strip()) for word in words.split("-")]
    return ";".join(dict.fromkeys(symbol for symbol in known if symbol)) or None


def name_of(plant: str, deposit: str, commune: str) -> str:
    """Return a name of plant and deposit that names no person."""
    parts = [written(name) for name in (plant, deposit) if is_public(str(name))]
    own = [part for part in dict.fromkeys(parts) if part not in ("", "Desconocido")]
    name = ", ".join(own)
    if not name:
        return f"Tailings in {commune}"
    return f"{name} ({commune})" if GENERIC.fullmatch(name) else name


def is_public(name: str) -> bool:
    """Whether a name holds no family name, and no given name with another word behind it."""
    words = [word for word in re.findall(r"\w+", name.upper()) if word not in ("DE", "DEL")]
    if not SURNAMES.isdisjoint(words):
        return False
    followed = zip(["", *words], words, words[1:], strict=False)
    return not any(
        word in GIVEN_NAMES and before not in ("SAN", "SANTO") and not behind.isdigit()
        for before, word, behind in followed
    )


def written(name: str) -> str:
    """Return a name in capitals as it is written in a text."""
    words = [word if any(map(str.isdigit, word)) else word.title() for word in str(name).split()]
    words = [word.upper() if word in NUMERALS else word for word in words]
    return " ".join(
        word.lower() if place and word in SMALL else word for place, word in enumerate(words)
    )
