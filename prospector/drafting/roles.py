"""The role of a layer, guessed by its geometry, names, columns and values, in English and Spanish."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from prospector.drafting.clues import Clue, Clues
from prospector.drafting.looks import RASTER, ColumnLook, Look
from prospector.drafting.name_words import pattern, tokens
from prospector.layers.registers import fold
from prospector.layers.roles import ROLES

NAME_WEIGHT, FOLDER_WEIGHT, COLUMN_WEIGHT, VALUE_WEIGHT = 4.0, 1.0, 1.0, 1.5
"""What a matched word counts for, by where it stands."""

MOST_COLUMNS = 3
"""Matched columns beyond so many add nothing."""

NEARLY = 0.6
"""A role whose words count for this share of the best one's is named beside it."""

LEAST_VALUES = 2
"""Different words of a column that must match for it to count."""

ELEMENTS = (
    "ag", "al", "as", "au", "b", "ba", "be", "bi", "ca", "cd", "ce", "co", "cr", "cs", "cu", "fe", "ga", "ge",
    "hg", "k", "la", "li", "mg", "mn", "mo", "na", "nb", "ni", "p", "pb", "pd", "pt", "rb", "s", "sb", "sc",
    "se", "sn", "sr", "ta", "te", "th", "ti", "tl", "u", "v", "w", "y", "zn", "zr",
)  # fmt: skip
ELEMENT_NAMES = (
    "aluminium", "aluminum", "aluminio", "antimony", "antimonio", "arsenic", "arsenico", "barium", "bario",
    "beryllium", "berilio", "bismuth", "bismuto", "boron", "boro", "cadmium", "cadmio", "cesium", "cesio",
    "chromium", "cromo", "cobalt", "cobalto", "copper", "cobre", "gallium", "galio", "gold", "oro", "iron",
    "hierro", "lanthanum", "lead", "plomo", "lithium", "litio", "magnesium", "magnesio", "manganese",
    "manganeso", "mercury", "mercurio", "molybdenum", "molibdeno", "nickel", "niquel", "niobium", "niobio",
    "palladium", "paladio", "platinum", "platino", "potassium", "potasio", "rubidium", "rubidio", "selenium",
    "selenio", "silver", "plata", "strontium", "estroncio", "sulfur", "sulphur", "azufre", "tantalum",
    "tellurium", "telurio", "thallium", "talio", "thorium", "torio", "tin", "titanium", "titanio", "tungsten",
    "tungsteno", "uranium", "uranio", "vanadium", "vanadio", "yttrium", "zinc", "cinc", "zirconium",
)  # fmt: skip
OXIDES = (
    "al2o3", "cao", "cr2o3", "fe2o3", "feo", "k2o", "mgo", "mno", "na2o", "p2o5", "sio2", "so3", "tio2",
)  # fmt: skip
UNIT_WORDS = (
    "ppm", "ppb", "pct", "percent", "perc", "wt", "g", "t", "gt", "mg", "kg", "mgkg", "ug", "icp", "icpms",
    "ms", "aes", "oes", "icpaes", "icpoes", "aas", "aa", "fa", "xrf", "inaa", "ar", "conc", "total", "tot",
)  # fmt: skip
"""Words beside an element's in the name of a column: units and methods of analysis."""

LEAST_ELEMENTS = 2
"""Columns of numbers named after elements that make points samples of geochemistry."""


@dataclass(frozen=True)
class RoleGuess:
    """A role that a layer most likely has.

    Parameters
    ----------
    role
        None where nothing says which, or no role reads such a thing.
    because
        What it was guessed by; None where it was asked for.
    others
        What else it could be, likeliest first.
    """

    role: str | None
    because: Clues | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Words:
    """The words of a role, as patterns."""

    name: str
    geometry: str
    names: re.Pattern[str]
    columns: re.Pattern[str]
    values: re.Pattern[str]
    is_role: bool


@dataclass(frozen=True)
class _Merit:
    """How much evidence there is for a role, and which."""

    words: _Words
    weight: float
    because: tuple[Clue, ...]


def guess_role(look: Look) -> RoleGuess:
    """Return the role that a layer most likely has, why, and what else it could be.

    Examples
    --------
    >>> from pathlib import Path
    >>> guess_role(Look(Path("Fallas_250k.shp"), geometry="line")).role
    'faults'
    >>> guess_role(Look(Path("layer1.gpkg"), geometry="line")).because
    Clues(found=(), role_taken='', unread_kind='')
    """
    ranked = sorted(
        (merit for words in _vocabulary() if (merit := _merit(words, look)) is not None),
        key=lambda merit: -merit.weight,
    )
    if not ranked:
        return _without_words(look)
    best = ranked[0]
    near = [merit for merit in ranked[1:] if merit.weight >= NEARLY * best.weight]
    others = tuple(merit.words.name for merit in near if merit.words.is_role)
    if not best.words.is_role:
        what = best.words.name.replace("_", " ")
        return RoleGuess(None, Clues(best.because, unread_kind=what), others)
    return RoleGuess(best.words.name, Clues(best.because), others)


def _without_words(look: Look) -> RoleGuess:
    """Return what is guessed where no word says what it is: any raster may be evidence."""
    if look.geometry == RASTER:
        likely = tuple(name for name, role in ROLES.items() if role.geometry == RASTER)
        others = tuple(name for name in likely if name != "surface")
        return RoleGuess("surface", Clues(), others)
    fitting = tuple(name for name, role in ROLES.items() if role.geometry == look.geometry)
    return RoleGuess(None, Clues(), fitting)


def _merit(words: _Words, look: Look) -> _Merit | None:
    """Return how much evidence there is for a role; None where its geometry differs or there is none."""
    if words.geometry != look.geometry:
        return None
    weight, because = 0.0, list[Clue]()
    own, above = _names(look)
    hits = _hits(words.names, own)
    if hits:
        weight += NAME_WEIGHT + 0.5 * (len(hits) - 1) + 0.1 * max(map(len, hits)) / 10
        because.append(Clue("name", tuple(hits)))
    around = _hits(words.names, above)
    weight += FOLDER_WEIGHT if around else 0.0
    if around and not hits:
        because.append(Clue("folder", tuple(around)))
    columns = _columns_for(words, look.columns)
    if columns:
        weight += COLUMN_WEIGHT * min(len(columns), MOST_COLUMNS)
        because.append(Clue("columns", tuple(columns[:MOST_COLUMNS])))
    values = _values_for(words, look)
    if values:
        weight += VALUE_WEIGHT
        because.append(Clue("values", tuple(values[:MOST_COLUMNS])))
    return _Merit(words, weight, tuple(because)) if because else None


def _names(look: Look) -> tuple[list[str], list[str]]:
    """Return the names that a layer goes by, and those of what it lies in.

    The name of a file of several layers says less of each than the layer's own.
    """
    several = look.layer is not None and not look.layer.isdigit()
    own = [str(look.layer), look.words] if several else [look.path.stem, look.words]
    return own, [*([look.path.stem] if several else []), look.path.parent.name]


def _columns_for(words: _Words, columns: Iterable[ColumnLook]) -> list[str]:
    matched = [column.name for column in columns if _hits(words.columns, [column.name])]
    if words.name == "geochemistry":
        elements = element_columns(columns)
        matched = elements if len(elements) >= LEAST_ELEMENTS else []
    return matched


def element_columns(columns: Iterable[ColumnLook]) -> list[str]:
    """Return the columns of numbers that bear the name of an element or oxide, with or without a unit.

    Examples
    --------
    >>> names = ("Cu_ppm", "AU_PPB", "Zn", "ppm_As_ICP", "cadmium", "u_pb", "lead_x")
    >>> element_columns([ColumnLook(name, True) for name in names])
    ['Cu_ppm', 'AU_PPB', 'Zn', 'ppm_As_ICP', 'cadmium']
    """
    analysed = {*ELEMENTS, *ELEMENT_NAMES, *OXIDES}
    kept = []
    for column in columns:
        words = [word for word in fold(column.name).lower().split() if word not in UNIT_WORDS]
        measured = column.is_number or column.quantiles is not None
        if measured and len(words) == 1 and words[0] in analysed:
            kept.append(column.name)
    return kept


def _values_for(words: _Words, look: Look) -> list[str]:
    """Return the words of the values that a role is known by, from a column of text with several."""
    if look.geometry == RASTER:
        return _hits(words.values, [look.words])
    for column in look.columns:
        if column.is_number:
            continue
        matched = [word for word, _ in column.words if _hits(words.values, [word])]
        if len(matched) >= min(LEAST_VALUES, max(column.different, 1)):
            return [_shortened(word) for word in matched]
    return []


def _shortened(word: str) -> str:
    return word if len(word) <= 30 else f"{word[:27]}..."


def _hits(pattern: re.Pattern[str], texts: Iterable[str]) -> list[str]:
    """Return the words of texts that a pattern matches, each once."""
    return list(dict.fromkeys(hit for text in texts for hit in pattern.findall(tokens(text))))


@lru_cache(maxsize=1)
def _vocabulary() -> tuple[_Words, ...]:
    file = resources.files("prospector.drafting") / "role_words.toml"
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    return tuple(
        _Words(
            name, table["geometry"], pattern(table["names"]), pattern(table.get("columns", [])),
            pattern(table.get("values", [])), group == "roles",
        )
        for group in ("roles", "nothing")
        for name, table in tables[group].items()
    )  # fmt: skip
