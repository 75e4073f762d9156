"""Tables of TOML as frozen values."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError, WithJsonSchema

from prospector.errors import RegionError
from prospector.region.faults import explain_validation

Shape = TypeVar("Shape", bound=BaseModel)

NAME = re.compile(r"[a-z][a-z0-9_]{0,59}", re.ASCII)
"""What a name that becomes a file, a column or a layer may be; it must match whole."""

LARGEST_BYTES = 10_000_000
DEEPEST = 40
"""Tables and lists within one another."""

WHOLE_NUMBER = 2**63
"""TOML's whole numbers are less."""


def _named(value: str) -> str:
    if not NAME.fullmatch(value):
        raise ValueError(
            "must be a name of lower-case letters, digits and _, beginning with a letter, at most "
            "60, e.g. 'fault_distance'"
        )
    return value


Name = Annotated[
    str,
    AfterValidator(_named),
    WithJsonSchema({"type": "string", "pattern": f"^{NAME.pattern}$"}),
]
"""A key or value that becomes part of a path, or the name of a column or layer."""


class Frozen(BaseModel):
    """Unknown keys are refused, values do not change, numbers are finite."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def read_toml(file: Path) -> dict[str, Any]:
    """Return the tables of a file; a byte-order mark before them is passed over.

    Raises
    ------
    RegionError
        It cannot be read, or is not TOML.
    """
    text = _text(file)
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        remedy = "Mend that line."
        if "\\" in str(error):
            remedy = "Write a path with /, or text with \\ in single quotes."
        raise RegionError(f"{file}: not valid TOML: {error}. {remedy}") from error
    except (ValueError, RecursionError) as error:
        raise RegionError(
            f"{file}: not valid TOML: a number with thousands of digits, or hundreds of nested "
            "brackets. Remove them."
        ) from error
    _refuse_extremes(tables, file)
    return tables


def _text(file: Path) -> str:
    try:
        if file.stat().st_size > LARGEST_BYTES:
            raise RegionError(
                f"{file}: larger than {LARGEST_BYTES // 1_000_000} MB. Give a region file; data go into "
                "layers."
            )
        data = file.read_bytes()
    except (OSError, ValueError) as error:
        what = getattr(error, "strerror", None) or error
        raise RegionError(f"{file}: cannot be read: {what}. Check its permissions.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise RegionError(
            f"{file}: line {line} is not UTF-8 text. Save the file with the encoding UTF-8."
        ) from error


def _refuse_extremes(tables: dict[str, Any], file: Path) -> None:
    """Raise RegionError for tables too deep, or whole numbers too large, to be meant."""
    level: list[tuple[str, Any]] = [("", tables)]
    for _ in range(DEEPEST):
        for key, value in level:
            if isinstance(value, int) and not -WHOLE_NUMBER <= value < WHOLE_NUMBER:
                raise RegionError(
                    f"{file}: key '{key}': a whole number beyond 64 bits. Correct the value."
                )
        level = [(key or inner, part) for key, value in level for inner, part in _parts(value)]
        if not level:
            return
    raise RegionError(
        f"{file}: key '{level[0][0]}': more than {DEEPEST} nested tables or lists. Remove some."
    )


def _parts(value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return list(value.items())
    return [("", part) for part in value] if isinstance(value, list) else []


def faults_of(
    shape: type[BaseModel], tables: dict[str, Any], file: Path, *, prefix: str = ""
) -> list[str]:
    """Return a line for each fault of tables, none where they fit."""
    try:
        shape.model_validate(tables)
    except ValidationError as error:
        return explain_validation(error, shape, file, prefix=prefix)
    return []


def validated(shape: type[Shape], tables: dict[str, Any], file: Path, *, prefix: str = "") -> Shape:
    """Return tables as a frozen value.

    Raises
    ------
    RegionError
        A key is unknown or missing, or a value wrong; a line for each fault.
    """
    try:
        return shape.model_validate(tables)
    except ValidationError as error:
        raise RegionError(explain_validation(error, shape, file, prefix=prefix)) from error
