"""The JSON schema of run.json, made from the shape by which it is read."""

from __future__ import annotations

from typing import Any

from pydantic import TypeAdapter

from prospector.models.membership import KINDS
from prospector.runs.shapes import VECTORS, Record
from prospector.screening.record import RUN_SCHEMA_VERSION
from prospector.validation.record import Skill

Schema = dict[str, Any]

DRAFT = "https://json-schema.org/draft/2020-12/schema"

NUMBERS: Schema = {"type": "array", "items": {"type": "number"}}

MEMBERSHIP: Schema = {
    "type": "object",
    "description": "Full and none of a linear membership, or the kind and the figures of another.",
    "properties": {"kind": {"enum": [name for name in KINDS if name != "linear"]}},
    "additionalProperties": {"type": "number"},
}

FITTED: Schema = {
    "type": "object",
    "description": "The estimator as fitted: whole where figures describe it, else what fits it again.",
    "properties": {
        "estimator": {"type": "string"},
        "digest": {"type": "string"},
        **dict.fromkeys(VECTORS, NUMBERS),
        "intercept": {"type": "number"},
        "memberships": {"type": "array", "items": MEMBERSHIP},
        "optional": {"type": "array", "items": {"type": "boolean"}},
        "operator": {"type": "string"},
        "gamma": {"type": "number"},
        "object": {"type": "object", "description": "Class and parameters of one given in Python."},
    },
    "required": ["estimator", "digest", "centre", "baseline"],
}


def record_schema() -> Schema:
    """Return the JSON schema of run.json; no key stands in a run that does not stand here.

    Examples
    --------
    >>> schema = record_schema()
    >>> schema["properties"]["schema_version"]["const"], schema["additionalProperties"]
    (8, False)
    """
    schema = Record.model_json_schema()
    skill = TypeAdapter(Skill).json_schema(mode="serialization")
    schema["$defs"] |= skill.pop("$defs") | {"Skill": skill}
    figures = schema["$defs"]["_Figures"]["properties"]
    figures["fitted"], figures["skill"] = FITTED, {"$ref": "#/$defs/Skill"}
    schema["properties"]["schema_version"]["const"] = RUN_SCHEMA_VERSION
    closed: Schema = _closed(schema)
    return {"$schema": DRAFT, **closed, "title": "run.json"}


def _closed(part: Any) -> Any:
    """Return a schema whose objects with named keys have no others."""
    if isinstance(part, list):
        return [_closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    inner = {key: _closed(value) for key, value in part.items()}
    is_object = part.get("type") == "object" and "properties" in part
    return {"additionalProperties": False, **inner} if is_object else inner
