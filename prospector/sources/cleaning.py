"""Rows without natural persons: what is done to each page before it is kept."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from typing import Any

import pandas as pd

from prospector.errors import SourceError
from prospector.layers.registers.folding import fold
from prospector.layers.registers.joint_holders import PRIVATE
from prospector.layers.registers.tax_numbers import is_tax_column, without_personal_marks
from prospector.layers.registers.words import read_holders
from prospector.sources.rows import Rows

HOLDER_COLUMNS = ("holder", "owner", "operator", "applicant", "company")
"""Our columns that may hold the name of a person."""

HOLDER_FIELDS = re.compile(
    r"TITULAR|TIT_CONC|DUENO|PROPIETARI|CONCESIONARI|SOLICITANTE|PETICIONARI|OPERADOR|REPRESENTANTE"
    r"|RAZON_?SOCIAL|EMPRESA|COMPAN|OWNER|HOLDER|OPERATOR|APPLICANT|LICEN[SC]EE|CLAIMANT|CONTACT"
)
"""Names of fields, folded, that may hold the name of a person."""


def holder_fields(columns: Mapping[str, Sequence[str]], asked: Collection[str]) -> frozenset[str]:
    """Return the fields that may hold the name of a person, by our column or by their name.

    Parameters
    ----------
    columns
        Our column -> their fields.
    asked
        Their fields.

    Examples
    --------
    >>> sorted(holder_fields({"holder": ["NOM"]}, ["NOM", "TITULAR_NOMBRE", "NOMBRE", "ESTADO"]))
    ['NOM', 'TITULAR_NOMBRE']
    """
    ours = {field for our in HOLDER_COLUMNS for field in columns.get(our, ())}
    theirs = {field for field in asked if HOLDER_FIELDS.search(fold(field).replace(" ", "_"))}
    return frozenset(ours | theirs)


def refuse_fields(fields: Collection[str], where: str) -> None:
    """Raise SourceError where a tax or personal number, or the geometry, is among the fields."""
    if "geometry" in fields:
        raise SourceError(f"{where}: 'geometry' comes anyway. Remove it from the source's fields.")
    numbers = [field for field in fields if is_tax_column(field)]
    if numbers:
        raise SourceError(
            f"{where}: '{numbers[0]}' holds a tax or personal number, which is never asked for. Remove it "
            "from the source's fields."
        )


def without_persons(rows: Rows, holders: Collection[str]) -> Rows:
    """Return rows as they may be kept: no names of natural persons, no tax numbers or contacts in texts.

    Parameters
    ----------
    rows
        As the service gave them.
    holders
        Fields that may hold the name of a person: companies stay, others become "private holder".

    Examples
    --------
    >>> rows = Rows(("1",), {"HOLDER": ["Eva Lopez"], "TEXT": ["Sol, RUT 11.222.333-4"]}, None)
    >>> without_persons(rows, ["HOLDER"]).values
    {'HOLDER': ['private holder'], 'TEXT': ['Sol,']}
    """
    values = {
        field: _holders(column) if field in holders else [_text(value) for value in column]
        for field, column in rows.values.items()
    }
    return Rows(rows.ids, values, rows.shapes)


def private_rows(columns: Mapping[str, Sequence[Any]], holders: Collection[str]) -> int:
    """Return how many names in columns of holders are those of private holders."""
    return sum(
        PRIVATE in str(value) for field in holders for value in columns.get(field, ()) if value
    )


def _holders(column: Sequence[Any]) -> list[Any]:
    return [None if name is None else _holder(str(name)) for name in column]


@lru_cache(maxsize=100_000)
def _holder(name: str) -> str | None:
    """Return a holder as it may be kept; each by itself, so that it does not depend on its page."""
    return read_holders(pd.Series([name], dtype=object))[0].iloc[0] or None


def _text(value: Any) -> Any:
    return without_personal_marks(value) if isinstance(value, str) else value
