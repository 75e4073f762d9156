"""A scheme of codes as data: what it reads, and what each code or part of a code means."""

from __future__ import annotations

from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field

from prospector.errors import RegionError
from prospector.region.quantities import EARTH_MA, Listed
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import Frozen, Name, read_toml, validated

RockClass = Literal[
    "sedimentary",
    "volcanosedimentary",
    "volcanic",
    "intrusive",
    "metamorphic",
    "mixed",
    "undivided",
    "ice",
    "water",
    "not surveyed",
]

Input = Literal["code", "age", "oldest", "youngest", "lithology"]

NO_SCHEMES = ("ages.toml", "rocks.toml")
"""Files beside those of schemes."""

Ma = Annotated[float, Field(ge=0, le=EARTH_MA)]


class CodeEntry(Frozen):
    """One code that has a meaning of its own.

    Parameters
    ----------
    oldest_ma, youngest_ma
        Its ages where the survey states them.
    age
        Its age by name, where they are not stated.
    """

    rock_class: RockClass | None = None
    lithology: str = ""
    oldest_ma: Ma | None = None
    youngest_ma: Ma | None = None
    age: str = ""


class MarkEntry(Frozen):
    """What a mark behind the letters of the age means."""

    rock_class: RockClass
    lithology: str = ""


class Scheme(Frozen):
    """How the codes of a map become classes.

    Parameters
    ----------
    reads
        What it reads; a user names the field of each.
    needs_all
        Whether all of them must be there; else any of them.
    grammar
        How a code is built, with the groups ``age`` and ``mark``; a code without a mark has none.
    ages
        Letters of a code -> the name of the age.
    marks
        Mark behind the letters of the age -> class.
    unmarked
        Class of a code of an age alone.
    codes
        Codes that have a meaning of their own; they go before the grammar.
    """

    name: Name
    title: str
    citation: str
    reads: Annotated[Listed[Input], Field(min_length=1)]
    needs_all: bool = True
    grammar: str = ""
    ages: dict[str, str] = Field(default_factory=dict)
    marks: dict[str, MarkEntry] = Field(default_factory=dict)
    unmarked: RockClass | None = None
    codes: dict[str, CodeEntry] = Field(default_factory=dict)
    notes: Listed[str] = Field(default_factory=list)


def scheme_names() -> list[str]:
    """Return the names of the schemes, sorted.

    Examples
    --------
    >>> scheme_names()
    ['age_names', 'chile_1m', 'rock_names', 'segemar_250k', 'usgs_glg']
    """
    folder = resources.files("prospector.sources.codes")
    files = [path.name for path in folder.iterdir() if path.name.endswith(".toml")]
    return sorted(file.removesuffix(".toml") for file in files if file not in NO_SCHEMES)


def load_scheme(name: str) -> Scheme:
    """Return a scheme by its name.

    Raises
    ------
    RegionError
        There is none of that name.
    """
    if name not in scheme_names():
        known = ", ".join(scheme_names())
        raise RegionError(
            f"Unknown scheme of codes '{name}'. {did_you_mean(name, scheme_names())}Available: {known}."
        )
    file = Path(str(resources.files("prospector.sources.codes") / f"{name}.toml"))
    return validated(Scheme, {**read_toml(file), "name": name}, file)
