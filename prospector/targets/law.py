"""Which legal notes bind at a target: by its country, its commodities, its salar and its province."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prospector.region.legal import LegalNote, iso_of
from prospector.targets.carried import COUNTRY

RESERVED_LITHIUM = "cl_lithium_reserved"
"""The note that a concession is no right to lithium in Chile."""


def country_of(row: Mapping[str, Any], countries: Sequence[str]) -> str:
    """Return the country of a target by ISO 3166-1; empty where nothing tells which of several it is.

    Parameters
    ----------
    row
        A row of targets.csv; its column ``country`` goes before all else.
    countries
        Those that the region states.

    Examples
    --------
    >>> country_of({"country": "Chile"}, ["CL", "AR"]), country_of({}, ["AR"]), country_of({}, ["CL", "AR"])
    ('CL', 'AR', '')
    """
    stated = _text(row, COUNTRY)
    if stated:
        return iso_of(stated)
    return countries[0] if len(countries) == 1 else ""


def binding_notes(
    notes: Iterable[LegalNote],
    row: Mapping[str, Any],
    commodities: Sequence[str],
    countries: Sequence[str],
) -> list[LegalNote]:
    """Return those of some notes that are said of a target, in their order.

    Where it is not known in which of several countries a target lies, no note is said of it.

    Parameters
    ----------
    notes
        E.g. those that a run records.
    row
        A row of targets.csv.
    commodities
        What its deposit model seeks.
    countries
        Those that the region states.
    """
    country, names, provinces = (
        country_of(row, countries),
        [_text(row, "name")],
        [_text(row, "province")],
    )
    return [
        note
        for note in notes
        if note.everywhere
        and note.country == country
        and note.concerns(commodities)
        and note.binds_at(names, provinces)
    ]


def _text(row: Mapping[str, Any], column: str) -> str:
    """Return a text of a row; empty where it is missing."""
    value = row.get(column)
    return value if isinstance(value, str) else ""
