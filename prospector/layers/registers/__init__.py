"""Concession registers: their fields, states, kinds, holders, dates and datums in one form."""

from prospector.layers.registers.dates import read_dates
from prospector.layers.registers.datums import datum_named
from prospector.layers.registers.folding import composed, fold
from prospector.layers.registers.joint_holders import PRIVATE
from prospector.layers.registers.mapping import (
    LAPSED,
    REGISTER_COLUMNS,
    TITLE_CLASSES,
    Register,
    register_names,
    register_of,
    register_tables,
)
from prospector.layers.registers.tax_numbers import is_tax_column, without_personal_marks
from prospector.layers.registers.titles import BY_ROW, read_titles, tidy_titles
from prospector.layers.registers.words import read_holders

__all__ = [
    "BY_ROW",
    "LAPSED",
    "PRIVATE",
    "REGISTER_COLUMNS",
    "TITLE_CLASSES",
    "Register",
    "composed",
    "datum_named",
    "fold",
    "is_tax_column",
    "read_dates",
    "read_holders",
    "read_titles",
    "register_names",
    "register_of",
    "register_tables",
    "tidy_titles",
    "without_personal_marks",
]
