"""Columns of a table that name a zone or a datum, of each row or of its coordinates, beside the one CRS."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

import pandas as pd
from pyproj import CRS

from prospector.layers.crs import of_world
from prospector.layers.numbers.notices import first_words
from prospector.layers.reading import Reading
from prospector.layers.registers import datum_named, fold

ZONE_NAMES = ("ZONE", "ZONA", "HUSO", "UTM ZONE", "ZONE UTM", "ZONA UTM", "UTM ZONA", "HUSO UTM")
"""What a column is called that says the zone of a row's metres."""

DATUM_NAMES = ("DATUM", "DATUM GEODESICO", "GEODETIC DATUM", "DATUM HORIZONTAL", "HORIZONTAL DATUM")
"""What a column is called that says the datum of a row."""

_NUMBER = re.compile(r"\d{1,2}")

_ZONE_IN_NAME = re.compile(r"\b(?:(?:HUSO|ZONA|ZONE|H|Z) ?(\d{1,2})[NS]?|(\d{1,2})[NS])\b")
"""A zone within the folded name of a column of coordinates: ESTE H19, X 19S."""


def tell_zones(reading: Reading, rows: pd.DataFrame, crs: CRS | None) -> None:
    """Note rows of another zone than that of the CRS; where it is of none, than that of most rows."""
    own = None if crs is None else crs.utm_zone
    for name in _named(rows, ZONE_NAMES):
        zones = rows[name].map(_zone)
        counts = zones.value_counts()
        if counts.empty:
            continue
        usual = own[:-1] if own else counts.index[0]
        strange = zones.notna() & (zones != usual)
        about = {"column": name, "words": _counted(zones), "zone": usual}
        reading.notice("zones-differ", "caution", int(strange.sum()), **about)


def tell_datums(reading: Reading, rows: pd.DataFrame, crs: CRS) -> None:
    """Note rows of another datum than that of the CRS, of those that are known by name."""
    for name in _named(rows, DATUM_NAMES):
        strange = rows[name].map(lambda word: _is_other(word, crs)).astype(bool)
        about = {"column": name, "words": _counted(rows[name][strange]), "crs": crs.name}
        reading.notice("datums-differ", "caution", int(strange.sum()), **about)


def tell_names(reading: Reading, columns: Sequence[str], crs: CRS) -> None:
    """Note columns of coordinates whose own names say another datum or zone than that of the CRS."""
    for name in columns:
        datum, zone = datum_in(name), _ZONE_IN_NAME.search(fold(name))
        own = crs.utm_zone or ""
        of_other_zone = zone is not None and own and (zone[1] or zone[2]) != own[:-1]
        if of_other_zone or (datum and _is_other(datum, crs)):
            reading.notice("coordinates-of-other-name", "caution", column=name, crs=crs.name)


def datum_in(name: str) -> str:
    """Return the datum that the name of a column says; '' where it says none.

    Examples
    --------
    >>> datum_in("Este_PSAD56"), datum_in("X PSAD-56"), datum_in("Este")
    ('PSAD56', 'PSAD 56', '')
    """
    words = fold(name).split()
    pairs = [" ".join(pair) for pair in pairwise(words)]
    return next((word for word in (*pairs, *words) if datum_named(word) is not None), "")


def _named(rows: pd.DataFrame, names: tuple[str, ...]) -> list[str]:
    return [str(name) for name in rows.columns if fold(name) in names]


def _zone(word: object) -> str | None:
    """Return the number of a zone as text; None where a word has none."""
    found = _NUMBER.search("" if word is None else str(word))
    return str(int(found[0])) if found else None


def _counted(words: pd.Series) -> object:
    counts = words.dropna().astype(str).value_counts()
    return first_words([(str(word), int(count)) for word, count in counts.items()])


def _is_other(word: object, crs: CRS) -> bool:
    """Whether a word names a datum that differs from a CRS's by more than a few metres."""
    known = datum_named(word)
    if known is None or crs.datum is None:
        return False
    theirs = CRS.from_epsg(known.codes + known.zones[0])
    both_of_world = of_world(theirs) and of_world(crs)
    return not both_of_world and theirs.datum is not None and theirs.datum.name != crs.datum.name
