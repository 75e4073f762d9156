"""JSON schemas of region.toml, deposit models, registers and run.json, for editors and other programs.

They are made from the same classes that read the files: keys, types and bounds cannot drift apart. What one
key asks of another stands in no schema; `prospector check` says it.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cache
from typing import Any, get_args

from pydantic import BaseModel

from prospector.errors import RegionError
from prospector.evidence import known_kinds
from prospector.layers import ROLES
from prospector.layers.registers import register_names
from prospector.layers.registers.mapping import RegisterFile
from prospector.models.known import STATED, known_estimators
from prospector.region.deposit_model import CELL, DepositModel
from prospector.region.model_evidence import AppliesEntry, EvidenceEntry, PermissiveEntry
from prospector.region.own_models import NOT_INHERITED, DepositModelFile
from prospector.region.region_tables import RegionFile
from prospector.region.shipped_models import deposit_model_names
from prospector.region.spelling import did_you_mean
from prospector.region.toml_values import NAME
from prospector.runs.record_schema import record_schema

Schema = dict[str, Any]

OF_A_KIND = (EvidenceEntry, AppliesEntry, PermissiveEntry)
"""Tables of a deposit model whose further keys are those of a kind of evidence."""

DRAFT = "http://json-schema.org/draft-07/schema#"
"""What editors of TOML know."""

OWN_FILE = {"type": "string", "pattern": r"(/|\.toml$)"}
"""A path of a file of the region's own, as against the name of what is shipped."""

OWN_NAME = {"type": "string", "pattern": f"^{NAME.pattern}$"}

ENTRY = re.compile(r"^(\S[^\n]*)\n((?:[ ]+[^\n]*\n?|\n)+)", re.MULTILINE)
"""Names of parameters in a docstring, and what is said of them below."""

VALUES = ("examples", "default", "const", "enum")
"""Keys of a schema that hold values, not schemas."""

PARTLY = "_partly"
"""What the name of a table ends in of which any key may be left out."""


def schema_of(what: str) -> Schema:
    """Return the JSON schema of a file: ``"region"``, ``"deposit-model"``, ``"register"`` or ``"run"``.

    Raises
    ------
    RegionError
        There is no such file.

    Examples
    --------
    >>> schema = schema_of("region")
    >>> schema["properties"]["region"]["allOf"][0]["$ref"], schema["additionalProperties"]
    ('#/$defs/RegionEntry', False)
    """
    makers: dict[str, Callable[[], Schema]] = {
        "region": _region, "deposit-model": _deposit_model, "register": _register,
        "run": record_schema,
    }  # fmt: skip
    if what not in makers:
        raise RegionError(
            f"Unknown schema '{what}'. {did_you_mean(what, makers)}Use one of: {', '.join(makers)}."
        )
    return makers[what]()


def _region() -> Schema:
    schema, model = _plain(RegionFile), _plain(DepositModel)
    parts = _all_partly(_with_kinds(model))
    schema["$defs"] |= parts["$defs"]
    override = schema["properties"]["override"]
    override["additionalProperties"] = {"$ref": f"#/$defs/DepositModel{PARTLY}"}
    schema["$defs"][f"DepositModel{PARTLY}"] = _without_head(parts)
    entry = schema["$defs"]["RegionEntry"]["properties"]["deposit_models"]
    entry["items"] = {"anyOf": [{"enum": deposit_model_names()}, OWN_FILE]}
    layer = schema["$defs"]["LayerEntry"]["properties"]
    layer["role"] |= _either(list(ROLES))
    layer["register"] = _described(
        layer["register"], {"anyOf": [{"enum": register_names()}, OWN_FILE]}
    )
    return _headed(
        schema, "region.toml", "A region of prospector: what is screened, and its layers."
    )


def _deposit_model() -> Schema:
    whole = _with_kinds(_plain(DepositModelFile))
    partly = _all_partly(_with_kinds(_plain(DepositModelFile)))
    own = [key for key in NOT_INHERITED if key not in ("caution", "ranges")]
    inheriting = {
        **_without_head(partly),
        "required": ["from", "deposit_model"],
        "properties": {
            **partly["properties"],
            "deposit_model": _described(
                partly["properties"]["deposit_model"],
                {"allOf": [{"$ref": f"#/$defs/ModelEntry{PARTLY}"}, {"required": own}]},
            ),
        },
    }
    schema = {
        "$defs": {**whole["$defs"], **partly["$defs"]},
        "type": "object",
        "properties": {key: _described(part, {}) for key, part in whole["properties"].items()},
        "additionalProperties": False,
        "if": {"required": ["from"]},
        "then": inheriting,
        "else": _without_head(whole),
    }
    about = "A deposit model of prospector: its deposits, its evidence, and how targets are cut."
    return _headed(schema, "deposit model", about)


def _register() -> Schema:
    about = (
        "A mining register for prospector: its fields, its words for kinds and states of titles."
    )
    return _headed(_plain(RegisterFile), "register", about)


def _headed(schema: Schema, title: str, description: str) -> Schema:
    return {"$schema": DRAFT, "title": title, "description": description, **_without_head(schema),
            "$defs": schema["$defs"]}  # fmt: skip


def _without_head(schema: Schema) -> Schema:
    return {key: part for key, part in schema.items() if key not in ("$defs", "description")}


# from pydantic's to ours ------------------------------------------------------------------------


def _plain(shape: type[BaseModel]) -> Schema:
    """Return a shape's schema as a TOML file can meet it, with the description of every key."""
    schema = shape.model_json_schema()
    shapes = {table.__name__: table for table in _tables_in(shape, {})}
    schema.setdefault("$defs", {})
    for name, part in [(shape.__name__, schema), *schema["$defs"].items()]:
        _describe(part, shapes[name])
    tidied: Schema = _tidied(schema)
    return tidied


def _tables_in(shape: Any, seen: dict[Any, None]) -> Mapping[Any, None]:
    """Return every table within a shape, itself first."""
    if isinstance(shape, type) and issubclass(shape, BaseModel) and shape not in seen:
        seen[shape] = None
        for info in shape.model_fields.values():
            _tables_in(info.annotation, seen)
    for arm in get_args(shape):
        _tables_in(arm, seen)
    return seen


def _describe(schema: Schema, shape: type[BaseModel]) -> None:
    """Write into a table's schema what its docstring says of it and of its keys."""
    known = descriptions(shape)
    schema["description"] = first_line(shape)
    for name, info in shape.model_fields.items():
        key = info.alias or name
        if key in schema["properties"]:
            schema["properties"][key]["description"] = known.get(name) or known.get(key, "")


def first_line(shape: type[BaseModel]) -> str:
    """Return the first line of a shape's docstring."""
    return inspect.cleandoc(shape.__doc__ or "").partition("\n")[0]


@cache
def descriptions(shape: type[BaseModel]) -> Mapping[str, str]:
    """Return what docstrings say of each key of a shape, those of the classes that it inherits included.

    Examples
    --------
    >>> from prospector.region.region_tables import WindowEntry
    >>> descriptions(WindowEntry)["south"][:24]
    'Latitudes of its edges i'
    """
    words: dict[str, str] = {}
    for table in reversed(shape.__mro__):
        text = inspect.cleandoc(vars(table).get("__doc__") or "")
        found = re.search(r"^Parameters\n-+\n(.*?)(?=^\S[^\n]*\n-+\n|\Z)", text, re.S | re.M)
        entries = ENTRY.findall(f"{found[1]}\n") if found else []
        for keys, meaning in entries:
            words |= {key.strip(): " ".join(meaning.split()) for key in keys.split(",")}
    return words


def _tidied(part: Any) -> Any:
    """Return a schema without what TOML has not (null), generated titles, and siblings of references."""
    if isinstance(part, list):
        return [_tidied(item) for item in part]
    if not isinstance(part, dict):
        return part
    tidied = {key: part[key] if key in VALUES else _tidied(part[key]) for key in part}
    if isinstance(tidied.get("title"), str):
        del tidied["title"]
    if tidied.get("default", 0) is None:
        del tidied["default"]
    arms = [arm for arm in tidied.get("anyOf", []) if arm != {"type": "null"}]
    if "anyOf" in tidied:
        tidied["anyOf"] = arms
    if len(arms) == 1:
        del tidied["anyOf"]
        tidied = {**arms[0], **tidied}
    if "prefixItems" in tidied:
        tidied["items"] = tidied.pop("prefixItems")[0]
    if "patternProperties" in tidied:
        ((pattern, value),) = tidied.pop("patternProperties").items()
        tidied |= {"propertyNames": {"pattern": pattern}, "additionalProperties": value}
    if "$ref" in tidied and len(tidied) > 1:
        tidied = {"allOf": [{"$ref": tidied.pop("$ref")}], **tidied}
    return tidied


def _described(before: Schema, after: Schema) -> Schema:
    kept: Schema = {
        key: before[key] for key in ("description", "examples", "default") if key in before
    }
    return after | kept


def _either(names: list[str]) -> Schema:
    """Return the schema of one of some names, which editors offer, or of another that is a name."""
    return {"type": "string", "anyOf": [{"enum": names}, OWN_NAME]}


# evidence by kind -------------------------------------------------------------------------------


def _with_kinds(schema: Schema) -> Schema:
    """Return a deposit model's schema whose entries have the keys of their kinds, and known names."""
    schema = deepcopy(schema)
    tables = schema["$defs"]
    for shape in OF_A_KIND:
        name = shape.__name__
        common = tables[name]
        branches = []
        for kind, known in known_kinds().items():
            own = _plain(known.parameters)
            inner = {f"{name}_{table}": part for table, part in own["$defs"].items()}
            tables |= _renamed(inner, own["$defs"], name)
            branch = _of_kind(common, kind, own)
            tables[f"{name}_{kind}"] = _renamed(branch, own["$defs"], name)
            branches.append({"$ref": f"#/$defs/{name}_{kind}"})
        tables[name] = {"description": first_line(shape), "oneOf": branches}
    tables["ModelEntry"]["properties"]["unit"] |= _either([CELL, *_polygon_roles()])
    estimator = tables["EstimatorEntry"]["properties"]["name"]
    estimator |= {"type": "string", "enum": [*STATED, *known_estimators()]}
    return schema


def _of_kind(common: Schema, kind: str, own: Schema) -> Schema:
    """Return the schema of an entry of one kind: the keys of every entry, and the kind's own."""
    properties = {key: part for key, part in common["properties"].items() if key != "parameters"}
    properties |= {"kind": {**properties["kind"], "const": kind}, **own["properties"]}
    if "role" in own["properties"]:
        reads = known_kinds()[kind].geometries
        roles = [name for name, role in ROLES.items() if not reads or role.geometry in reads]
        properties["role"] = {**own["properties"]["role"], **_either(roles)}
    required = [*common.get("required", []), *own.get("required", [])]
    return {
        "type": "object", "description": own["description"], "properties": properties,
        "required": list(dict.fromkeys(required)), "additionalProperties": False,
    }  # fmt: skip


def _renamed(part: Any, names: Mapping[str, Any], prefix: str) -> Any:
    """Return a schema whose references to some names go to those names with a prefix."""
    if isinstance(part, list):
        return [_renamed(item, names, prefix) for item in part]
    if not isinstance(part, dict):
        return part
    renamed = {key: _renamed(value, names, prefix) for key, value in part.items()}
    last = str(renamed.get("$ref", "")).removeprefix("#/$defs/")
    return renamed | ({"$ref": f"#/$defs/{prefix}_{last}"} if last in names else {})


def _polygon_roles() -> list[str]:
    return [name for name, role in ROLES.items() if role.geometry == "polygon"]


# parts of a file --------------------------------------------------------------------------------


def _all_partly(schema: Schema) -> Schema:
    """Return a deposit model's schema of which any key may be left out, in every table."""
    names = schema["$defs"]
    partly: Schema = _optional(schema, names)
    partly["$defs"] = {f"{name}{PARTLY}": _optional(part, names) for name, part in names.items()}
    for name in (shape.__name__ for shape in OF_A_KIND):
        entry = partly["$defs"][f"{name}{PARTLY}"]
        entry["anyOf"] = entry.pop("oneOf")
    return partly


def _optional(part: Any, names: Mapping[str, Any]) -> Any:
    if isinstance(part, list):
        return [_optional(item, names) for item in part]
    if not isinstance(part, dict):
        return part
    optional = {
        key: value if key in VALUES else _optional(value, names)
        for key, value in part.items()
        if key not in ("$defs", "minProperties")
        and not (key == "required" and isinstance(value, list))
    }
    last = str(optional.get("$ref", "")).removeprefix("#/$defs/")
    return optional | ({"$ref": f"#/$defs/{last}{PARTLY}"} if last in names else {})
