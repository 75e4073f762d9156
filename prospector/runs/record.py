"""run.json as it is read: every key that a command or a page uses is checked before anything uses it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prospector.errors import OutputError
from prospector.region.toml_values import WHOLE_NUMBER
from prospector.runs.contents import AGAIN
from prospector.runs.migrations import FIRST_KEPT, migrated
from prospector.runs.shapes import Record
from prospector.screening.record import RUN_SCHEMA_VERSION


def record_id(record: Mapping[str, Any]) -> str:
    """Return eight digits by which a run goes: a hash of what run.json holds, the same for the same run.

    Examples
    --------
    >>> record_id({"seed": 1, "cells": 4}) == record_id({"cells": 4, "seed": 1})
    True
    """
    text = json.dumps(record, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def read_record(file: Path) -> dict[str, Any]:
    """Return the content of a run.json in the newest schema, deposit models in the order of the run.

    Raises
    ------
    OutputError
        It is no JSON, of a schema before 8 or after the newest, or a key is missing or no value of
        its kind.
    """
    try:
        text = file.read_text(encoding="utf-8")
        record = json.loads(text, parse_int=_whole_number)
        json.dumps(record, ensure_ascii=False).encode("utf-8")
    except OSError as error:
        raise OutputError(f"{file}: cannot be read: {error.strerror}. {AGAIN}") from error
    except (ValueError, RecursionError) as error:
        raise OutputError(f"{file}: not valid JSON: {error}. {AGAIN}") from error
    record = migrated(_of_known_schema(record, file))
    try:
        Record.model_validate(record)
    except ValidationError as error:
        raise OutputError(_explain(error, file)) from error
    figures = record["deposit_models"]
    return {**record, "deposit_models": {name: figures[name] for name in record["ranked"]}}


def _of_known_schema(record: Any, file: Path) -> dict[str, Any]:
    """Return a record of a schema that can be read, or raise OutputError."""
    schema = record.get("schema_version") if isinstance(record, dict) else None
    if type(schema) is int and schema > RUN_SCHEMA_VERSION:
        raise OutputError(
            f"{file}: schema version {str(schema)[:20]}, this prospector reads up to "
            f"{RUN_SCHEMA_VERSION}. Open it with the version of prospector that wrote it, or a "
            "later one."
        )
    if type(schema) is not int or schema < FIRST_KEPT:
        raise OutputError(
            f"{file}: schema version {str(schema)[:20]}, this prospector reads "
            f"{RUN_SCHEMA_VERSION} and earlier down to {FIRST_KEPT}. {AGAIN}"
        )
    return dict(record)


def _whole_number(text: str) -> int:
    if len(text) > 20 or not -WHOLE_NUMBER <= int(text) < WHOLE_NUMBER:
        raise ValueError("a whole number beyond 64 bits")
    return int(text)


def _explain(error: ValidationError, file: Path) -> str:
    """Return one line for the first fault; what the file says stands in it as a literal."""
    first = error.errors(include_url=False)[0]
    key = ".".join(str(part) for part in first["loc"] if part != "[key]")
    given = first["input"]
    shown = f"{given[:60]!r} is not right: " if isinstance(given, str) else ""
    raised = first.get("ctx", {}).get("error")
    rule = " ".join(str(raised if isinstance(raised, ValueError) else first["msg"]).split())
    return f"{file}: key {key[:120]!r}: {shown}{rule}. {AGAIN}"
