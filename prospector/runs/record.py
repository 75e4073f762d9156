"""run.json as it is read: what becomes a path or a choice is checked before anything uses it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, ValidationError

from prospector.errors import Level, OutputError
from prospector.region.toml_values import Name
from prospector.screening.steps import RUN_SCHEMA_VERSION
from prospector.words.language import LANGUAGES


def _known(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"must be one of: {', '.join(LANGUAGES)}")
    return code


class _Part(BaseModel):
    """The keys that are looked at; a run has more."""

    model_config = ConfigDict(frozen=True, strict=True)


class _Named(_Part):
    name: Name


class _Model(_Part):
    deposit_model: _Named


class _Figures(_Part):
    model: _Model
    evidence: list[_Evidence]
    notices: list[_Notice]


class _Reason(_Part):
    code: str
    about: dict[str, Any]


class _Evidence(_Named):
    accuracy: _Reason


class _Notice(_Part):
    code: str
    level: Level
    about: dict[str, Any]
    count: int | None


class _Region(_Named):
    deposit_models: list[Name]


class _Record(_Part):
    region: _Region
    deposit_models: dict[Name, _Figures]
    notices: list[_Notice]
    language: Annotated[str, AfterValidator(_known)]


def read_record(file: Path) -> dict[str, Any]:
    """Return the content of a run.json.

    Raises
    ------
    OutputError
        It is no JSON, of another schema version, or has a name that cannot be one.
    """
    try:
        record = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise OutputError(f"{file}: not valid JSON: {error}. Screen the region again.") from error
    found = record.get("schema_version") if isinstance(record, dict) else None
    if found != RUN_SCHEMA_VERSION:
        raise OutputError(
            f"{file}: schema version {found}, this prospector reads {RUN_SCHEMA_VERSION}. "
            "Screen the region again."
        )
    try:
        _Record.model_validate(record)
    except ValidationError as error:
        raise OutputError(_explain(error, file)) from error
    return dict(record)


def _explain(error: ValidationError, file: Path) -> str:
    """Return one line for the first fault; what the file says stands in it as a literal."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    given = first["input"]
    shown = f"{given[:60]!r} is not right: " if isinstance(given, str) else ""
    rule = first["msg"].removeprefix("Value error, ")
    return f"{file}: key {key[:120]!r}: {shown}{rule}. Screen the region again."
