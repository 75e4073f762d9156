"""Codes of geological maps as classes: schemes as data, one function over a table."""

from prospector.sources.codes.ages import AgeRange, age_range
from prospector.sources.codes.classes import Classed, Unmapped, classed, part_of
from prospector.sources.codes.scheme import Scheme, load_scheme, scheme_names

__all__ = [
    "AgeRange",
    "Classed",
    "Scheme",
    "Unmapped",
    "age_range",
    "classed",
    "load_scheme",
    "part_of",
    "scheme_names",
]
