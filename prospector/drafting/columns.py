"""Guess which column of a file fits which column of a role, by name and values."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType

from prospector.drafting.looks import ColumnLook, Look
from prospector.drafting.name_words import pattern, tokens, tokens_of_word
from prospector.layers.classes import class_word
from prospector.layers.contract import COLUMNS
from prospector.layers.registers import fold, is_tax_column, register_names, register_tables
from prospector.layers.roles import ROLES

CUT = 10
"""Characters of a column's name that a Shapefile keeps."""

CLASSES_SHOWN = 8

MOSTLY = 0.5
"""Share of the features from which on a column holds words of a kind."""

LEAST_CLASSES = 3

TELLING_FIELDS = (
    "concession_id",
    "file_number",
    "kind",
    "state",
    "holder",
    "date",
    "expires",
    "minerals",
)
LEAST_FIELDS = 4
"""So many fields of a register a file must have at least, and half of the telling ones."""

CODE = "code"
MAY_BE_NUMBERS = (CODE,)
"""Columns of classes that numbers may stand in."""

NUMBERED = "numbered"
"""The table of names under which numbers are codes, by role."""


def guess_columns(
    look: Look, role: str, stated: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    """Return columns of the file by the name that a role knows them by, where the names differ.

    A column that the reader takes by itself, whatever its case, is left out; so are those that are stated.

    Examples
    --------
    >>> from pathlib import Path
    >>> columns = tuple(ColumnLook(name, False) for name in ("NOMBRE", "TIPO_YACIM", "Commodities"))
    >>> guess_columns(Look(Path("a.shp"), geometry="point", columns=columns), "deposits")
    {'deposit_type': 'TIPO_YACIM', 'name': 'NOMBRE'}
    """
    by_itself = {ours: name for ours in _known(role) if (name := _same(look, ours))}
    taken = {*by_itself.values(), *stated.values(), *look.places.values()}
    guessed = dict[str, str]()
    for ours, words in _names(role).items():
        if ours in by_itself or ours in stated:
            continue
        column = _best_of(look, ours, list(_fitting(look, ours, words, taken)), taken)
        if column is not None:
            guessed[ours] = column
            taken.add(column)
    if {CODE, "lithology"}.isdisjoint({*by_itself, *stated, *guessed}):
        codes = _numbered(look, role, taken)
        guessed |= {CODE: codes[0]} if codes else {}
    return guessed


def _numbered(look: Look, role: str, taken: set[str]) -> list[str]:
    """Return the columns of whole numbers that repeat and go by a name of rocks or units."""
    words = _names(NUMBERED).get(role, [])
    named = set(_fitting(look, CODE, words, taken))
    return [
        column.name
        for column in look.columns
        if column.name in named and _repeats(column) and _is_whole(column)
    ]


def _is_whole(column: ColumnLook) -> bool:
    """Whether all of a column's most frequent words are whole numbers."""
    return bool(column.words) and all(
        (class_word(word) or "").isdecimal() for word, _ in column.words
    )


def guess_register(look: Look) -> str | None:
    """Return the shipped register of concessions whose fields a file has; None where most are missing.

    Examples
    --------
    >>> from pathlib import Path
    >>> names = ("ID_CONCESION", "NUMERO_ROL", "TIPO_CONCESION", "SITUACION_CONCESION", "TITULAR_NOMBRE")
    >>> guess_register(Look(Path("a.shp"), columns=tuple(ColumnLook(name, False) for name in names)))
    'chile'
    """
    columns = {column.name.casefold() for column in look.columns}
    cut = {name[:CUT] for name in columns} if max(map(len, columns), default=0) <= CUT else set()
    matched = dict[str, int]()
    for name in register_names():
        tables = register_tables(name, Path(f"{name}.toml"), name)["columns"]
        fields = {
            field.casefold()
            for ours, theirs in tables.items()
            for field in ([theirs] if isinstance(theirs, str) else theirs)
            if ours in TELLING_FIELDS
        }
        has = [field for field in fields if field in columns or field[:CUT] in cut]
        if len(has) >= max(LEAST_FIELDS, MOSTLY * len(fields)):
            matched[name] = len(has)
    return max(matched, key=lambda name: matched[name]) if matched else None


def column_for(look: Look, ours: str, guessed: Mapping[str, str]) -> ColumnLook | None:
    """Return the file's column that a role's stands for: a guessed one, or one of that name."""
    name = guessed.get(ours) or _same(look, ours)
    return next((column for column in look.columns if column.name == name), None)


def classes_of(column: ColumnLook) -> str:
    """Return the classes of a column with their counts, the most frequent first.

    Examples
    --------
    >>> classes_of(ColumnLook("lith", False, (("granite", 12), ("basalt", 8)), 20, 2))
    'granite 12, basalt 8'
    """
    shown = ", ".join(f"{_one_line(word)} {count}" for word, count in column.words[:CLASSES_SHOWN])
    more = column.different - min(len(column.words), CLASSES_SHOWN)
    return f"{shown} and {more} more" if more > 0 else shown


def _one_line(word: str) -> str:
    text = " ".join("".join(letter if letter.isprintable() else " " for letter in word).split())
    return text if len(text) <= 40 else f"{text[:37]}..."


def _known(role: str) -> tuple[str, ...]:
    return ROLES[role].known if role in ROLES else ()


def _same(look: Look, ours: str) -> str | None:
    """Return the column that goes by the role's own name, in any case or cut as Shapefiles cut."""
    wanted = ours.casefold()
    names = [column.name for column in look.columns]
    whole = [name for name in names if name.casefold() == wanted]
    cut = [name for name in names if len(wanted) > CUT and name.casefold() == wanted[:CUT]]
    return next(iter([*whole, *cut]), None)


def _fitting(look: Look, ours: str, words: list[str], taken: set[str]) -> Iterator[str]:
    """Give the columns that go by one of a column's names and can hold what it does."""
    for word in words:
        named = re.compile(tokens_of_word(word))
        for column in look.columns:
            name = column.name
            empty = look.count > 0 and not column.filled
            if empty or name in taken or is_tax_column(name) or not _holds(column, ours):
                continue
            if named.fullmatch(tokens(name)) or named.fullmatch(fold(name).lower()):
                yield name


def _best_of(look: Look, ours: str, named: list[str], taken: set[str]) -> str | None:
    """Return the column that holds what ours does: by its words where there are such, else by its name.

    Of the columns whose words are mostly ours, one that is named so goes first, then the shortest words.
    """
    told = _value_words().get(ours)
    if told is None:
        return next(iter(named), None)
    merits = {}
    for column in look.columns:
        name, share = column.name, _share(column, told)
        free = name not in taken and not is_tax_column(name) and _holds(column, ours)
        if free and share >= MOSTLY and (name in named or _repeats(column)):
            merits[name] = (
                name not in named,
                named.index(name) if name in named else _length(column),
            )
    return min(merits, key=lambda name: merits[name]) if merits else next(iter(named), None)


def _share(column: ColumnLook, told: re.Pattern[str]) -> float:
    """Return the share of the features whose word in a column is one that a pattern finds."""
    counted = sum(count for _, count in column.words)
    fitting = sum(count for word, count in column.words if told.search(tokens(word)))
    return fitting / counted if counted else 0.0


def _repeats(column: ColumnLook) -> bool:
    """Whether a column holds classes, and not a text of its own for each feature."""
    return column.different <= max(LEAST_CLASSES, column.filled / 2)


def _length(column: ColumnLook) -> float:
    return sum(len(word) for word, _ in column.words) / len(column.words)


def _holds(column: ColumnLook, ours: str) -> bool:
    """Whether a column can hold what ours does: numbers, or words that are no numbers."""
    contract = COLUMNS.get(ours)
    if contract is None:
        return True
    if contract.holds in ("number", "year"):
        return column.is_number
    return contract.holds != "class" or ours in MAY_BE_NUMBERS or not _numeric(column)


def _numeric(column: ColumnLook) -> bool:
    return column.is_number or column.quantiles is not None


@lru_cache(maxsize=1)
def _tables() -> dict[str, dict[str, list[str]]]:
    file = resources.files("prospector.drafting") / "column_words.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@lru_cache(maxsize=1)
def _value_words() -> dict[str, re.Pattern[str]]:
    """Return patterns of the words that columns are known by, by our names."""
    return {ours: pattern(words) for ours, words in _tables()["words"].items()}


def _names(role: str) -> dict[str, list[str]]:
    """Return the names that columns of a role go by, by our names."""
    return _tables().get(role, {})
