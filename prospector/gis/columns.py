"""What the columns of a run's layers are called, what they mean and in which unit they are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from prospector.gis.place_column import PLACE, PLACE_MEANING
from prospector.gis.styles import Column
from prospector.inventory.listing import INVENTORY_COLUMNS, INVENTORY_ROLES
from prospector.layers.registers import REGISTER_COLUMNS
from prospector.targets.carried import CARRIED_COLUMNS
from prospector.targets.contributions import CONTRIBUTION_COLUMNS
from prospector.targets.target import TARGET_COLUMNS
from prospector.tenure.holdings import CONCESSION_COLUMNS
from prospector.tenure.open_ground import OPEN_COLUMNS
from prospector.words.language import Language

ROLE_COLUMNS: dict[str, str] = {
    "name": "name of the feature, as its source gives it",
    "class": "class of the feature, as its source gives it",
    "country": "country that it lies in",
    "schematic": "drawn from descriptions, not from a survey",
    "tolerance_m": "how far the feature may lie off",
    "source": "where the feature comes from",
    "sources": "where the feature comes from",
    "grade": "how well the source supports it",
    "kind": "kind of feature",
    "status": "status, as its source gives it",
    "deposit_id": "id of the deposit in its source",
    "deposit_type": "type of deposit",
    "deposit_model": "the deposit model that counts it",
    "commodities": "commodities, the main one first",
    "belt": "metallogenic belt",
    "age_ma": "age",
    "age_min_ma": "youngest age",
    "age_max_ma": "oldest age",
    "age_text": "age in the words of its source",
    "tonnage_mt": "tonnage that its source states; not a resource under any code",
    "cu_percent": "copper grade that its source states",
    "mo_percent": "molybdenum grade that its source states",
    "au_g_t": "gold grade that its source states",
    "ag_g_t": "silver grade that its source states",
    "li_mg_l": "lithium in brine that its source states",
    "discovery_year": "year of discovery",
    "discovery_text": "discovery in the words of its source",
    "position_source": "where its position comes from",
    "verified": "its position was checked against a second source",
    "source_count": "number of sources",
    "includes": "deposits listed under this name",
    "doubt": "what is doubtful about it",
    "trains": "the estimator learns from it",
    "percentile_out_of_fold": "percentile of its place when it was held out of the training",
    "outline_source": "where the outline comes from",
    "area_km2": "area",
    "closed": "the basin has no outlet",
    "precipitation_mm_y": "mean precipitation",
    "evapotranspiration_mm_y": "mean potential evapotranspiration",
    "aridity": "potential evaporation in multiples of precipitation",
    "elevation_m": "elevation",
    "depth_to_water_m": "depth to water",
    "inhabitants": "inhabitants",
    "level": "level of the administrative unit",
    "province": "province",
    "region": "region",
    "strike_class": "class of the strike",
    "fault_system": "fault system",
    "voltage_kv": "voltage",
    "count": "samples in the group",
}
"""What the columns of a region's own layers mean."""

NO_VALUES: Mapping[str, Iterable[str]] = MappingProxyType({})

SCORED_COLUMNS = {
    "deposit_model": "the deposit model that scored it",
    "score": "favourability, 0-1, comparable within one deposit model",
    "percentile": TARGET_COLUMNS["percentile"],
}
MEANINGS: dict[str, Mapping[str, str]] = {
    "targets": CARRIED_COLUMNS | TARGET_COLUMNS | {PLACE: PLACE_MEANING},
    "concessions": REGISTER_COLUMNS,
    "open_ground": OPEN_COLUMNS,
    "scored_units": SCORED_COLUMNS,
    "contributions": CONTRIBUTION_COLUMNS,
    "salars": ROLE_COLUMNS | CARRIED_COLUMNS,
    **dict.fromkeys(INVENTORY_ROLES, INVENTORY_COLUMNS),
}
"""What the columns of each layer mean; those of all others are in `ROLE_COLUMNS`."""

CODES = (
    "tenure_class", "kind", "role", "class", "protection", "lithium_status", "regime", "inventory",
    "deposit_kind", "deposit_status", "deposit_type", "label", "unit", "country",
)  # fmt: skip
"""Columns whose cells hold words of the house, in the layers that a screening makes or knows."""

UNITS = {
    "_mm_y": "mm/y", "_km2": "km2", "_km": "km", "_ha": "ha", "_mg_l": "mg/L", "_g_t": "g/t",
    "_percent": "%", "_kv": "kV", "_mt": "Mt", "_ma": "Ma", "_m": "m", "_y": "years",
    "_share": "share, 0 to 1", "longitude": "degrees", "latitude": "degrees",
}  # fmt: skip
"""The unit of a column by how its name ends, the longest ending first."""

IN_ALIAS = ("mm/y", "km2", "km", "ha", "mg/L", "g/t", "%", "kV", "Mt", "Ma", "m")
"""Units that stand in the alias of a column, too."""


def codes_of(layer: str) -> tuple[str, ...]:
    """Return the columns that may hold codes in a layer: of a region's own layer, the type of a deposit.

    Examples
    --------
    >>> "tenure_class" in codes_of("open_ground"), codes_of("geology")
    (True, ('deposit_type',))
    """
    return CODES if layer in MEANINGS else ("deposit_type",)


def unit_of(column: str) -> str:
    """Return the unit of a column, by its name; empty where it has none.

    Examples
    --------
    >>> unit_of("town_km"), unit_of("area_km2"), unit_of("held_share"), unit_of("name")
    ('km', 'km2', 'share, 0 to 1', '')
    """
    return next((unit for ending, unit in UNITS.items() if column.endswith(ending)), "")


def alias_of(column: str, words: Language) -> str:
    """Return what a column is called in a language, with its unit in brackets.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> alias_of("depth_km", language("en")), alias_of("area_km2", language("es"))
    ('depth (km)', 'superficie (km²)')
    """
    if column in words.columns:
        return words.label(column)
    ending, unit = next(
        (pair for pair in UNITS.items() if column.endswith(pair[0]) and pair[1] in IN_ALIAS),
        ("", ""),
    )
    name = words.label(column.removesuffix(ending))
    return f"{name} ({words.unit(unit)})" if unit else name


def columns_of(
    layer: str,
    names: Iterable[str],
    models: Mapping[str, str],
    words: Language,
    values: Mapping[str, Iterable[str]] = NO_VALUES,
) -> tuple[Column, ...]:
    """Return the columns of a layer with alias, meaning and unit; no alias stands twice.

    Parameters
    ----------
    layer
        Name of the layer in prospects.gpkg.
    names
        Columns, in order.
    models
        Label of each deposit model by its name: titles have columns of each.
    words
        Language of the sentences.
    values
        What columns of codes hold, by name.

    Examples
    --------
    >>> from prospector.words.language import language
    >>> models = {"iocg": "IOCG", "iocg_sur": "IOCG of the south"}
    >>> [column.alias for column in columns_of("concessions", ["iocg_sur_rank"], models, language("en"))]
    ['IOCG of the south: rank (1 is best)']
    """
    of_models = {
        f"{model}_{bare}": (model, bare) for model in models for bare in CONCESSION_COLUMNS
    }
    columns: list[Column] = []
    taken: set[str] = set()
    for name in names:
        model, bare = of_models.get(name, (None, name))
        alias = alias_of(bare, words)
        if model is not None:
            alias = f"{models[model]}: {alias}"
        if alias in taken:
            alias = f"{alias} ({name})"
        taken.add(alias)
        meanings = MEANINGS.get(layer, ROLE_COLUMNS) if model is None else CONCESSION_COLUMNS
        meaning = words.meaning(meanings.get(bare, ""))
        shown = models if bare == "deposit_model" else _called(values.get(name, ()), words)
        columns.append(Column(name, alias, meaning, words.unit(unit_of(bare)), shown))
    return tuple(columns)


def _called(codes: Iterable[str], words: Language) -> dict[str, str]:
    """Return what codes are called; nothing where each is called what it is."""
    called = {code: words.value(code) for code in codes}
    return called if any(code != name for code, name in called.items()) else {}
