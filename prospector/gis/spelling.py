"""How tables are spelled in CSV files: as spreadsheets of a language expect them, and read again."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd


@dataclass(frozen=True)
class Spelling:
    """What parts cells, and what parts a number from its decimals."""

    separator: str = ","
    decimal: str = "."


ENGLISH = Spelling()
SPANISH = Spelling(";", ",")

SPELLINGS = {"es": SPANISH}
"""Language -> how its spreadsheets spell a table; all others as English does."""


def spelling_of(language: str) -> Spelling:
    """Return how a person who reads a language opens a table.

    Examples
    --------
    >>> spelling_of("es").separator, spelling_of("en").separator
    (';', ',')
    """
    return SPELLINGS.get(language, ENGLISH)


def read_table(path: Path) -> pd.DataFrame:
    """Return a CSV file that a run wrote for people, in whichever spelling its first line has."""
    with path.open(encoding="utf-8-sig") as file:
        first = file.readline()
    spelling = SPANISH if first.count(";") > first.count(",") else ENGLISH
    return pd.read_csv(path, encoding="utf-8-sig", sep=spelling.separator, decimal=spelling.decimal)
