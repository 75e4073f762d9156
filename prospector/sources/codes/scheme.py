"""A scheme of codes as data: what it reads, and what each code or part of a code means."""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from prospector.errors import RegionError
from prospector.region.quantities import EARTH_MA, Listed
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import Frozen, Name, read_toml, validated
from prospector.sources.codes.ages import age_range

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

LONGEST_GRAMMAR = 200
"""Letters of the expression that a code is read by."""

Ma = Annotated[float, Field(ge=0, le=EARTH_MA)]


def _grammar(value: str) -> str:
    """Return an expression with the group age; nested repeats, which never end, are refused."""
    try:
        groups = re.compile(value).groupindex
    except re.error as error:
        raise ValueError(f"must be a regular expression: {error}") from error
    if value and ("age" not in groups or set(groups) - {"age", "mark", "suffix"}):
        raise ValueError("must have the groups age, mark and suffix, and the last two are optional")
    if len(value) > LONGEST_GRAMMAR or re.search(r"[+*}]\)?[+*{]", value):
        raise ValueError("must be short, without a repeat of a repeat")
    return value


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
    oldest_ma: Ma | None = Field(default=None, examples=[66.0])
    youngest_ma: Ma | None = Field(default=None, examples=[23.03])
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
    grammar: Annotated[str, AfterValidator(_grammar)] = ""
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
    """Return a scheme by its name, or one of a user's own by the path of its file, which ends in ``.toml``.

    Raises
    ------
    RegionError
        There is none of that name, or the file is no scheme.
    """
    if name.endswith(".toml"):
        return _own_scheme(Path(name))
    if name not in scheme_names():
        known = ", ".join(scheme_names())
        raise RegionError(
            f"Unknown scheme of codes '{name}'. {did_you_mean(name, scheme_names())}Available: {known}. "
            "One of your own is named by its path, e.g. codes/mymap.toml."
        )
    file = Path(str(resources.files("prospector.sources.codes") / f"{name}.toml"))
    return validated(Scheme, {**read_toml(file), "name": name}, file)


def _own_scheme(file: Path) -> Scheme:
    if not file.is_file():
        raise RegionError(f"{file}: no such file. Give the path of a scheme of codes.")
    scheme = validated(Scheme, {**read_toml(file), "name": "own"}, file)
    unknown = next(
        (age for age in (*scheme.ages.values(), *(entry.age for entry in scheme.codes.values()))
         if age and age_range(age) is None),
        None,
    )  # fmt: skip
    if unknown is not None:
        raise RegionError(
            f"{file}: '{unknown}' is not a known geological age. Write e.g. 'Late Jurassic'."
        )
    return scheme
