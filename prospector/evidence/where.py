"""Which features an evidence chooses by attribute: classes of a column, or a range of its numbers."""

from __future__ import annotations

from typing import Annotated

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, model_validator

from prospector.grid import BoolArray, FloatArray
from prospector.layers.classes import class_word
from prospector.region.faults import MisfitError
from prospector.region.quantities import LONGEST_LIST, Quantity

ClassValue = str | int | float
"""A class as it is compared: a word, or the number of a code."""

Classes = tuple[tuple[str, tuple[ClassValue, ...]], ...]
"""Columns, and values of each."""


class NumberRange(BaseModel):
    """A range of numbers: a value on the edge belongs to it by `at_least` and `at_most`, not else.

    Parameters
    ----------
    at_least
        Its lower edge, which belongs to it.
    above
        Its lower edge, which does not.
    at_most
        Its upper edge, which belongs to it.
    below
        Its upper edge, which does not.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)

    at_least: Quantity | None = Field(default=None, examples=[34])
    above: Quantity | None = Field(default=None, examples=[34])
    at_most: Quantity | None = Field(default=None, examples=[56])
    below: Quantity | None = Field(default=None, examples=[56])

    @model_validator(mode="after")
    def _not_empty(self) -> NumberRange:
        lower = [value for value in (self.at_least, self.above) if value is not None]
        upper = [value for value in (self.at_most, self.below) if value is not None]
        faults = {}
        if not lower and not upper:
            faults["at_least"] = "at_least, above, at_most or below must be given"
        if len(lower) > 1:
            faults["above"] = "must not be given beside at_least"
        if len(upper) > 1:
            faults["below"] = "must not be given beside at_most"
        if not faults and lower and upper:
            open_end = self.above is not None or self.below is not None
            if lower[0] > upper[0] or (open_end and lower[0] == upper[0]):
                key = "at_least" if self.at_least is not None else "above"
                faults[key] = f"must be below the upper end ({upper[0]:g})"
        if faults:
            raise MisfitError(faults)
        return self

    def holds(self, values: FloatArray) -> BoolArray:
        """Return which values lie in the range, shape (n,); what is NaN does not.

        Examples
        --------
        >>> NumberRange(above=5, at_most=60).holds(np.array([5.0, 6.0, 60.0, np.nan])).tolist()
        [False, True, True, False]
        """
        held = np.isfinite(values)
        if self.at_least is not None:
            held &= values >= self.at_least
        if self.above is not None:
            held &= values > self.above
        if self.at_most is not None:
            held &= values <= self.at_most
        if self.below is not None:
            held &= values < self.below
        return np.asarray(held)

    def stated(self) -> dict[str, float]:
        """Return the ends that are stated.

        Examples
        --------
        >>> NumberRange(at_least=34, below=56).stated()
        {'at_least': 34, 'below': 56}
        """
        ends = self.model_dump(exclude_none=True)
        return {key: int(end) if end == int(end) else end for key, end in ends.items()}


Where = dict[
    str,
    Annotated[list[str | bool | int | float], Field(max_length=10 * LONGEST_LIST)] | NumberRange,
]
"""By column: the classes that are chosen, or a range of numbers."""

Conditions = tuple[tuple[str, tuple[ClassValue, ...] | NumberRange], ...]
"""Columns, and what is chosen of each, as a value that can be a key."""


def conditions_of(where: Where) -> Conditions:
    """Return a table `where` as a value that can be a key, in the order of the columns.

    Examples
    --------
    >>> conditions_of({"rock": ["granite", 3], "age_ma": NumberRange(below=3)})[1]
    ('rock', ('granite', 3))
    """
    return tuple(
        (column, chosen if isinstance(chosen, NumberRange) else tuple(map(_class_value, chosen)))
        for column, chosen in sorted(where.items())
    )


def classes_of(*wheres: Where) -> Classes:
    """Return the columns and classes that one or more tables `where` name, in the order of the columns.

    Examples
    --------
    >>> classes_of({"rock": ["granite", "tonalite"], "age_ma": NumberRange(below=3)})
    (('rock', ('granite', 'tonalite')),)
    """
    return tuple(
        (column, chosen)
        for where in wheres
        for column, chosen in conditions_of(where)
        if not isinstance(chosen, NumberRange)
    )


def ranges_of(*wheres: Where) -> tuple[str, ...]:
    """Return the columns of which tables `where` state a range, each once.

    Examples
    --------
    >>> ranges_of({"rock": ["granite"], "age_ma": NumberRange(below=3)}, {"age_ma": NumberRange(above=9)})
    ('age_ma',)
    """
    conditions = (condition for where in wheres for condition in conditions_of(where))
    return tuple(
        dict.fromkeys(column for column, chosen in conditions if isinstance(chosen, NumberRange))
    )


def as_stated(conditions: Conditions) -> str:
    """Return conditions in one line, for an error.

    Examples
    --------
    >>> as_stated(conditions_of({"rock": ["granite", "tuff"], "age_ma": NumberRange(at_least=3, below=9)}))
    'age_ma >= 3, < 9; rock = granite, tuff'
    """
    return "; ".join(f"{column} {_chosen_in_words(chosen)}" for column, chosen in conditions)


SIGNS = {"at_least": ">=", "above": ">", "at_most": "<=", "below": "<"}


def _chosen_in_words(chosen: tuple[ClassValue, ...] | NumberRange) -> str:
    """Return a range by its signs, or the classes that are chosen."""
    if isinstance(chosen, NumberRange):
        return ", ".join(f"{SIGNS[edge]} {value:g}" for edge, value in chosen.stated().items())
    return f"= {', '.join(map(str, chosen))}"


def _class_value(value: str | bool | int | float) -> ClassValue:
    """Return a class as it is compared: numbers stay numbers, for a file may write them otherwise."""
    if isinstance(value, bool | str):
        return str(class_word(value))
    return value
