"""Tables of TOML as frozen values, and what is said of one that is wrong: file, key, rule, remedy."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from prospector.errors import RegionError

Shape = TypeVar("Shape", bound=BaseModel)

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
"""What a name that becomes a file, a column or a layer may be; it must match whole."""


def _named(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError(
            "a name of small letters, figures and _, a letter first, 60 at most, e.g. 'fault_distance'"
        )
    return value


Name = Annotated[str, AfterValidator(_named)]
"""A key or value that becomes part of a path, or the name of a column or layer."""


class Frozen(BaseModel):
    """Unknown keys are refused and values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


def read_toml(file: Path) -> dict[str, Any]:
    """Return the tables of a file.

    Raises
    ------
    RegionError
        It cannot be read, or is not TOML.
    """
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise RegionError(f"{file}: not valid TOML: {error}. Mend that line.") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RegionError(f"{file}: cannot be read: {error}. It must be UTF-8 text.") from error


def validated(model: type[Shape], tables: dict[str, Any], file: Path, *, prefix: str = "") -> Shape:
    """Return tables as a frozen value.

    Raises
    ------
    RegionError
        A key is unknown or missing, or a value wrong.
    """
    try:
        return model.model_validate(tables)
    except ValidationError as error:
        raise RegionError(explain_validation(error, file, prefix=prefix)) from error


def explain_validation(error: ValidationError, file: Path, *, prefix: str = "") -> str:
    """Return one line for the first fault, a misspelt key before all: file, key, rule, remedy."""
    faults = error.errors(include_url=False)
    first = next((fault for fault in faults if fault["type"] == "extra_forbidden"), faults[0])
    location = [_as_key(part) for part in first["loc"] if not _names_a_choice(part)]
    if prefix and (not location or location[0] != prefix):
        location = [prefix, *location]
    key = ".".join(location)
    if first["type"] == "extra_forbidden":
        return f"{file}: key '{key}': unknown key. Remove it, or mend its spelling."
    if first["type"] == "missing":
        return f"{file}: key '{key}': missing. Add it."
    *above, last = first["loc"] or ("",)
    alike = [fault for fault in faults if list(fault["loc"][:-1]) == above]
    alike = alike if _names_a_choice(last) else [first]
    rules = [re.sub(r"^(Value error, |Input should be )", "", error["msg"]) for error in alike]
    given = repr(first["input"])
    shown = given if len(given) <= 60 else given[:57] + "..."
    said = "" if isinstance(first["input"], dict) else f"{shown} is not right: "
    return f"{file}: key '{key}': {said}must be {' or '.join(rules)}. Mend the value."


def _names_a_choice(part: object) -> bool:
    """Return whether a part of a location is no key but one of the shapes that a value may have."""
    return isinstance(part, str) and bool(
        re.fullmatch(r"bool|str|int|float|list\[.*\]|\[key\]", part)
    )


def _as_key(part: object) -> str:
    """Return a part of a location as TOML writes it: quoted where it is no bare key."""
    bare = re.fullmatch(r"[A-Za-z0-9_-]+", str(part))
    return str(part) if bare else f'"{repr(str(part))[1:-1]}"'
