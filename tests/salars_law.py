"""Salars of two countries, some of them with a stated regime: for tests of law."""

import json

from salars import write_salars

SALARS = {
    "Salar de Atacama": ("Chile", "strategic"),
    "Salar de Maricunga": ("Chile", "strategic"),
    "Salar del Hombre Muerto": ("Argentina", "provincial"),
    "Salar de Arizaro": ("Argentina", "provincial"),
    "Salar de Nadie": ("Chile", None),
}
"""Name -> country and regime of the first salars; the others lie in Chile, without a regime."""


def write_salars_with_law(folder):
    """Write the region and return its folder."""
    region = write_salars(folder)
    file, toml = region / "salars.geojson", region / "region.toml"
    tables = json.loads(file.read_text("utf-8"))
    for feature, (name, (country, regime)) in zip(tables["features"], SALARS.items(), strict=False):
        dated = {"regime_date": "2024-03-26", "regime_source": "El Diario"} if regime else {}
        feature["properties"] |= {"name": name, "country": country, "regime": regime, **dated}
    file.write_text(json.dumps(tables), "utf-8")
    text = toml.read_text("utf-8").replace("[region]", '[region]\ncountries = ["CL", "AR"]', 1)
    toml.write_text(text + "\n[override.lithium_brine.targets]\nlowest_percentile = 50\n", "utf-8")
    return region
