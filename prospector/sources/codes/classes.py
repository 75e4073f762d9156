"""A table with codes becomes one with classes: rock, lithology and age, and what was not mapped."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

import pandas as pd

from prospector.errors import LayerError
from prospector.region.spelling import did_you_mean
from prospector.sources.codes.ages import AgeRange, age_range, hull
from prospector.sources.codes.rocks import rock_class
from prospector.sources.codes.scheme import CodeEntry, Scheme

Table = TypeVar("Table", bound=pd.DataFrame)

CLASS_COLUMNS = ("rock_class", "lithology", "age", "age_ma", "age_min_ma", "age_max_ma")
"""Columns that codes become, as the role geology knows them."""

AGE_INPUTS = ("age", "oldest", "youngest")


@dataclass(frozen=True)
class Unmapped:
    """A value of a field that did not become a class or an age.

    Parameters
    ----------
    field
        Their field, or fields, joined.
    value
        As the table writes it.
    lacks
        What it did not become: ``"class"`` or ``"age"``.
    count
        Rows that have it.
    """

    field: str
    value: str
    lacks: str
    count: int


@dataclass(frozen=True, eq=False)
class Classed(Generic[Table]):
    """A table with the columns that its codes became.

    Parameters
    ----------
    table
        All the rows in the order in which they came, with `CLASS_COLUMNS`.
    counts
        Class -> rows, most rows first; the empty text stands for none.
    unmapped
        What was not mapped, most rows first.
    """

    table: Table
    counts: dict[str, int]
    unmapped: tuple[Unmapped, ...]


@dataclass(frozen=True)
class _Meaning:
    rock: str | None = None
    lithology: str | None = None
    age: str | None = None
    bounds: AgeRange | None = None


def classed(table: Table, scheme: Scheme, reads: Mapping[str, str]) -> Classed[Table]:
    """Return a table whose codes have become classes by a scheme.

    Parameters
    ----------
    table
        As it was read; a copy is returned.
    scheme
        Which code means which class.
    reads
        What the scheme reads -> the field of the table, e.g. ``{"code": "CD_GEOL"}``.

    Raises
    ------
    LayerError
        The scheme does not read that, the table has no such field, or it has a column of classes already.

    Examples
    --------
    >>> from prospector.sources.codes.scheme import load_scheme
    >>> units = pd.DataFrame({"CD_GEOL": ["J3i", "Kia2", "XX"]})
    >>> done = classed(units, load_scheme("chile_1m"), {"code": "CD_GEOL"})
    >>> done.table["rock_class"].fillna("none").tolist()
    ['volcanic', 'volcanosedimentary', 'none']
    >>> [(miss.value, miss.lacks, miss.count) for miss in done.unmapped]
    [('XX', 'class', 1), ('XX', 'age', 1)]
    """
    _check_reads(table, scheme, reads)
    rows = list(zip(*(table[field] for field in reads.values()), strict=True))
    keys = [tuple(_text(value) for value in row) for row in rows]
    meanings = {key: _meaning(scheme, dict(zip(reads, key, strict=True))) for key in set(keys)}
    columns = _columns([meanings[key] for key in keys])
    given = [column for column in ("lithology", "age") if column in table.columns]
    new = table.assign(**{name: columns[name] for name in CLASS_COLUMNS if name not in given})
    counts = Counter(rock or "" for rock in columns["rock_class"])
    counted = Counter(keys)
    ordered = sorted(counts.items(), key=lambda item: (-item[1], not item[0], item[0]))
    return Classed(new, dict(ordered), _unmapped(reads, meanings, counted))


def part_of(table: Table, where: Mapping[str, Sequence[str]]) -> Table:
    """Return the rows of a table that have one of some classes in every column that is named.

    Examples
    --------
    >>> units = pd.DataFrame({"rock_class": ["intrusive", "volcanic"]})
    >>> len(part_of(units, {"rock_class": ["intrusive"]}))
    1
    """
    chosen = pd.Series(True, index=table.index)
    for column, classes in where.items():
        chosen &= table[column].isin(list(classes))
    return table[chosen]


def _check_reads(table: pd.DataFrame, scheme: Scheme, reads: Mapping[str, str]) -> None:
    known = ", ".join(scheme.reads)
    strange = [name for name in reads if name not in scheme.reads]
    lacking = [name for name in scheme.reads if name not in reads]
    if strange or not reads or (scheme.needs_all and lacking):
        what = strange[0] if strange else lacking[0]
        raise LayerError(
            f"Scheme '{scheme.name}' reads {known}, {'not' if strange else 'but there is no'} '{what}'. "
            f"Name a field of the file for what it reads, e.g. {scheme.reads[0]}=FIELD."
        )
    for field in reads.values():
        if field not in table.columns:
            has = ", ".join(str(name) for name in table.columns if name != "geometry")
            raise LayerError(
                f"No column '{field}' for scheme '{scheme.name}'. "
                f"{did_you_mean(field, [str(name) for name in table.columns])}It has: {has}."
            )
    taken = [name for name in ("rock_class", "age_ma", "age_min_ma", "age_max_ma") if name in table]
    if taken:
        raise LayerError(
            f"Column '{taken[0]}' already exists and the codes would overwrite it. Rename it, or "
            "use the file as it is."
        )


def _text(value: object) -> str:
    """Return a value as text: a whole number as one, whatever the file makes of its column."""
    if value is None or value is pd.NA or value != value:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _meaning(scheme: Scheme, texts: Mapping[str, str]) -> _Meaning:
    meaning = _of_code(scheme, texts["code"]) if "code" in texts else _Meaning()
    named = [texts[name] for name in AGE_INPUTS if texts.get(name)]
    if named:
        ranges = [age_range(name) for name in named]
        written = " - ".join(dict.fromkeys(named))
        bounds = hull(ranges) if all(ranges) else None
        meaning = replace(meaning, age=written, bounds=bounds)
    if texts.get("lithology"):
        rocks = texts["lithology"]
        meaning = replace(meaning, rock=rock_class(rocks), lithology=rocks)
    return meaning


def _of_code(scheme: Scheme, code: str) -> _Meaning:
    if code in scheme.codes:
        return _of_entry(scheme.codes[code], _of_grammar(scheme, code))
    return _of_grammar(scheme, code)


def _of_entry(entry: CodeEntry, otherwise: _Meaning) -> _Meaning:
    bounds = age_range(entry.age) if entry.age else None
    if entry.oldest_ma is not None and entry.youngest_ma is not None:
        bounds = AgeRange(entry.oldest_ma, entry.youngest_ma)
    age = entry.age or (otherwise.age if bounds else None)
    return _Meaning(entry.rock_class, entry.lithology or None, age, bounds)


def _of_grammar(scheme: Scheme, code: str) -> _Meaning:
    match = re.fullmatch(scheme.grammar, code) if scheme.grammar and code else None
    if match is None or match["age"] not in scheme.ages:
        return _Meaning()
    age = scheme.ages[match["age"]]
    mark = scheme.marks.get(match.groupdict().get("mark") or "")
    if mark is None:
        return _Meaning(scheme.unmarked, None, age, age_range(age))
    return _Meaning(mark.rock_class, mark.lithology or None, age, age_range(age))


def _columns(meanings: Sequence[_Meaning]) -> dict[str, Any]:
    """Return the columns of classes: text as objects, ages as numbers."""

    def ages(of: Callable[[AgeRange], float]) -> list[float]:
        return [float("nan") if row.bounds is None else of(row.bounds) for row in meanings]

    return {
        "rock_class": [row.rock for row in meanings],
        "lithology": [row.lithology for row in meanings],
        "age": [row.age for row in meanings],
        "age_ma": ages(lambda bounds: bounds.middle_ma),
        "age_min_ma": ages(lambda bounds: bounds.youngest_ma),
        "age_max_ma": ages(lambda bounds: bounds.oldest_ma),
    }


def _unmapped(
    reads: Mapping[str, str],
    meanings: Mapping[tuple[str, ...], _Meaning],
    counted: Mapping[tuple[str, ...], int],
) -> tuple[Unmapped, ...]:
    """Return what did not become a class or an age, of what its fields could have said."""
    whole = "code" in reads
    of_class = [name for name in ("code", "lithology") if name in reads]
    of_age = [name for name in ("code", *AGE_INPUTS) if name in reads]
    rows: dict[tuple[str, str, str], int] = {}
    for key, meaning in meanings.items():
        texts = dict(zip(reads, key, strict=True))
        silent = meaning.rock in ("ice", "water", "not surveyed")
        for lacks, names, lacking in (
            ("class", of_class, meaning.rock is None),
            ("age", of_age, meaning.bounds is None and not (whole and silent)),
        ):
            if names and lacking:
                field = ", ".join(reads[name] for name in names)
                value = " - ".join(dict.fromkeys(text for name in names if (text := texts[name])))
                place = (field, value, lacks)
                rows[place] = rows.get(place, 0) + counted[key]
    listed = [Unmapped(*place, count) for place, count in rows.items()]
    return tuple(
        sorted(
            listed, key=lambda miss: (-miss.count, miss.field, miss.value, miss.lacks != "class")
        )
    )
