"""Faults of a table: every key that does not fit its shape, with the rule, what was given, and a remedy."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from pydantic import BaseModel, ValidationError

from prospector.errors import Fault
from prospector.region.shapes import (
    Place,
    holds_tables,
    is_table,
    keys_of,
    only_arm,
    tables_of,
)
from prospector.region.spelling import as_toml, did_you_mean, nearest

SHOWN = 60
"""Letters of a wrong value that are shown."""

LINES = 50
"""Faults that are listed; more are counted."""

RULES = {
    "bool_type": "true or false",
    "date_type": "a date",
    "dict_type": "a table",
    "finite_number": "a finite number",
    "float_parsing": "a number",
    "float_type": "a number",
    "greater_than": "above {gt}",
    "greater_than_equal": "{ge} or more",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "int_parsing_size": "a whole number",
    "int_type": "a whole number",
    "less_than": "below {lt}",
    "less_than_equal": "{le} or less",
    "list_type": "a list",
    "model_attributes_type": "a table",
    "model_type": "a table",
    "multiple_of": "a multiple of {multiple_of}",
    "string_pattern_mismatch": "text of the form {pattern}",
    "string_too_long": "text of at most {max_length} letters",
    "string_too_short": "text of at least {min_length} letters",
    "string_type": "text in quotes",
    "too_long": "a list of at most {max_length}",
    "too_short": "a list of at least {min_length}",
    "tuple_type": "a list",
}
"""Kind of fault -> what the value must be."""


class MisfitError(ValueError):
    """Faults among the keys of one table: for each, the key below the table -> the rule.

    Examples
    --------
    >>> str(MisfitError({"west": "must be less than east"}))
    'west must be less than east'
    """

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(f"{key} {rule}" for key, rule in faults.items()))
        self.faults = faults


@dataclass(frozen=True)
class _Misfit:
    place: Place
    kind: str
    given: Any = None
    rules: tuple[str, ...] = ()
    own_words: bool = False


def explain_validation(
    error: ValidationError,
    shape: type[BaseModel],
    where: Path | str,
    *,
    prefix: str = "",
    also: Collection[str] = (),
) -> list[str]:
    """Return a line for each fault of a table: file, key, rule, what was given, remedy.

    Parameters
    ----------
    error
        As pydantic raised it.
    shape
        What the table was to be: its keys and their examples are offered.
    where
        The file, as errors name it.
    prefix
        Key of the table itself within the file.
    also
        Keys of the table that another shape owns: they are known too.
    """
    faults = _without_echoes(list(_faults(error, shape)))
    lines: list[str] = [_line(fault, shape, where, prefix, also) for fault in faults]
    left = len(lines) - LINES
    more = [Fault(f"{where}", f"{left} more faults.")] if left > 0 else []
    return [*lines[:LINES], *more]


# from pydantic's errors to faults ----------------------------------------------------------------


def _faults(error: ValidationError, shape: type[BaseModel]) -> Iterator[_Misfit]:
    """Give each fault once; where a value may have several shapes, what each of them asks is joined."""
    faults = [
        fault for item in error.errors(include_url=False) for fault in _faults_of(item, shape)
    ]
    deeper = {fault.place.chosen_at for fault in faults if not fault.place.choice}
    joined: dict[tuple[str, ...], _Misfit] = {}
    for fault in faults:
        key = fault.place.key
        if not fault.place.choice:
            yield fault
        elif key not in deeper:
            before = joined[key].rules if key in joined else ()
            joined[key] = replace(fault, rules=tuple(dict.fromkeys((*before, *fault.rules))))
    yield from joined.values()


def _faults_of(item: Any, shape: type[BaseModel]) -> Iterator[_Misfit]:
    place = Place(shape=shape)
    for part in item["loc"]:
        place = place.within(part)
    kind, given, about = item["type"], item["input"], item.get("ctx", {})
    misfit = about.get("error")
    if isinstance(misfit, MisfitError):
        yield from _parted(misfit, place, given)
    elif kind == "value_error":
        yield _Misfit(place, kind, given, (str(misfit),), own_words=True)
    elif kind == "missing" and item["loc"] and isinstance(item["loc"][-1], int):
        above = Place(shape=shape)
        for part in item["loc"][:-1]:
            above = above.within(part)
        yield _Misfit(above, "too_short", given, (_length(above.shape),))
    else:
        yield _Misfit(place, kind, given, (_rule(kind, about, place, item["msg"]),))


def _parted(misfit: MisfitError, place: Place, given: Any) -> Iterator[_Misfit]:
    for key, rule in misfit.faults.items():
        inner, value = place, given
        for part in key.split("."):
            inner = inner.within(part)
            value = value.get(part) if isinstance(value, dict) else None
        yield _Misfit(inner, "value_error", value, (rule,), own_words=True)


def _rule(kind: str, about: dict[str, Any], place: Place, message: str) -> str:
    """Return what a value must be, in plain words."""
    if kind == "literal_error":
        return "one of " + ", ".join(f"'{word}'" for word in get_args(only_arm(place.shape)))
    if kind in ("too_short", "too_long") and get_origin(only_arm(place.shape)) is tuple:
        return _length(place.shape)
    if kind == "too_short" and get_origin(only_arm(place.shape)) is dict:
        return "a table that is not empty"
    if kind == "string_too_short" and about["min_length"] == 1:
        return "text that is not empty"
    if kind in RULES:
        return RULES[kind].format(**{name: _number(value) for name, value in about.items()})
    return re.sub(r"^(Value error, |Input should be |String should |Value should )", "", message)


def _length(shape: Any) -> str:
    return f"a list of {len(get_args(only_arm(shape)))}"


def _number(value: Any) -> Any:
    return f"{value:.15g}" if isinstance(value, float) else value


def _without_echoes(faults: Sequence[_Misfit]) -> list[_Misfit]:
    """Return faults without those keys that are missing because they are misspelt beside it."""
    meant = set()
    for fault in faults:
        if fault.kind == "extra_forbidden":
            *above, last = fault.place.key
            meant.add((*above, nearest(last, fault.place.known)))
    return [fault for fault in faults if fault.kind != "missing" or fault.place.key not in meant]


# lines -------------------------------------------------------------------------------------------


def _line(
    fault: _Misfit, shape: type[BaseModel], where: Path | str, prefix: str, also: Collection[str]
) -> Fault:
    key = _dotted(prefix, fault.place.key)
    place = f"{where}: key '{key}'" if key else f"{where}"
    if fault.kind == "extra_forbidden":
        return Fault(place, f"unknown key. {_instead(fault, shape, also)}")
    if fault.kind == "missing":
        return Fault(place, f"missing. {_misspelt(fault)}{_add(fault.place, prefix)}")
    rule = " ".join(" or ".join(fault.rules).split())
    rule = rule if fault.own_words else f"must be {rule}"
    as_table = isinstance(fault.given, dict) and not fault.kind.endswith("_type")
    given = "" if as_table or fault.given is None else _shown(fault.given)
    subject = "it " if rule.startswith("must") else ""
    said = f"{given} is not right: {subject}{rule}" if given else rule
    if ". " in rule:
        return Fault(place, f"{said}.")
    return Fault(place, f"{said.rstrip('.')}. {_near_word(fault)}{_write(fault.place, prefix)}")


def _instead(fault: _Misfit, shape: type[BaseModel], also: Collection[str]) -> str:
    """Return what to do with an unknown key."""
    *above, last = fault.place.key
    known = [*fault.place.known, *(key for key in also if key not in fault.place.known)]
    elsewhere = [
        f"[{table}]" if table else "the top of the file, above every table"
        for table, keys in tables_of(shape)
        if last in keys and table != ".".join(above)
    ]
    if elsewhere and last not in known:
        return f"It belongs to {elsewhere[0]}. Move it there."
    return f"{did_you_mean(last, known)}Keys allowed here: {', '.join(known)}."


def _misspelt(fault: _Misfit) -> str:
    """Return the question whether a key that is missing is misspelt beside it."""
    if not isinstance(fault.given, dict):
        return ""
    own = set(fault.place.known)
    parameters = fault.given.get("parameters")
    others = [*fault.given, *(parameters if isinstance(parameters, dict) else ())]
    near = nearest(fault.place.key[-1], [str(key) for key in others if key not in own])
    return f"Did you write '{near}' instead? " if near else ""


def _near_word(fault: _Misfit) -> str:
    shape = only_arm(fault.place.shape)
    if get_origin(shape) is not Literal or not isinstance(fault.given, str):
        return ""
    return did_you_mean(fault.given, [str(word) for word in get_args(shape)])


def _add(place: Place, prefix: str) -> str:
    if is_table(place.shape):
        return f"Add the table [{_dotted(prefix, place.key)}]. {_keys(place)}"
    example = _example(place, prefix)
    return f"Add it, e.g. {example}." if example else "Add it."


def _write(place: Place, prefix: str) -> str:
    example = _example(place, prefix)
    if example:
        return f"Write e.g. {example}."
    return _keys(place) if is_table(place.shape) else "Correct the value."


def _keys(place: Place) -> str:
    return f"Its keys: {', '.join(keys_of(only_arm(place.shape)))}."


def _example(place: Place, prefix: str) -> str:
    """Return an example of the key as TOML writes it; "" where the shape gives none."""
    if place.field is None or not place.field.examples:
        return ""
    example = place.field.examples[0]
    if not holds_tables(place.field.annotation):
        return f"{place.field_key[-1]} = {as_toml(example)}"
    name, table = next(iter(example.items()))
    pairs = ", ".join(f"{key} = {as_toml(value)}" for key, value in table.items())
    return f"[{_dotted(prefix, (*place.field_key, name))}] and in it {pairs}"


def _dotted(prefix: str, key: Sequence[str]) -> str:
    return ".".join([*([prefix] if prefix else []), *key])


def _shown(value: Any) -> str:
    """Return a wrong value, shortened, control characters escaped."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, list | tuple):
        shown = f"[{', '.join(_shown(part) for part in value[:SHOWN])}]"
    elif isinstance(value, dict):
        shown = "a table"
    else:
        shown = repr(value[: SHOWN + 2] if isinstance(value, str) else value)
    return shown if len(shown) <= SHOWN else f"{shown[: SHOWN - 3]}..."
