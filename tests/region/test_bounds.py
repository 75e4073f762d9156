"""No value that makes no sense is taken: every key of a region file, a deposit model and a kind of evidence.

The shapes are walked, so that a new key without bounds fails here.
"""

import copy
import math
import shutil
import tomllib
import typing
from types import UnionType
from typing import Annotated, Union, get_args, get_origin

import annotated_types
import pytest
from mutations import write_toml
from pydantic import BaseModel, ValidationError

from prospector.cli.commands import app
from prospector.evidence import known_kinds
from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import load_region
from prospector.region.region_tables import LayerEntry
from prospector.region.shipped_models import load_deposit_model
from prospector.region.toml_values import Frozen
from prospector.screening.idle_keys import idle_keys

SENSELESS = {
    float: (math.nan, math.inf, -math.inf, 1e308, -1e308),
    int: (2**62, -(2**62)),
}
ANY_NUMBER = {"nodata", "missing", "exclude", "where", "against"}
"""Keys that name what stands in somebody's file, a class or what is no value: any number that is one."""

SHIPPED = {
    "prospector.layers.registers.mapping",
    "prospector.region.cited",
    "prospector.region.commodities",
    "prospector.region.critical",
    "prospector.region.legal",
}
"""Shapes of files that only this package writes."""

BESIDE = {("NumberEntry", "deposits"): "exposed_km2", ("NumberEntry", "exposed_km2"): "deposits"}
"""Of two keys either is given: the one that is left out for the other."""

PAIRS = (
    ("min_", "max_"), ("lowest_", "highest_"), ("at_least", "at_most"), ("west", "east"), ("south", "north"),
)  # fmt: skip
"""Parts of the names of keys that are the ends of a range."""


def below(shape):
    return [inner for sub in shape.__subclasses__() for inner in (sub, *below(sub))]


def shapes():
    """Every table that users write, those of the kinds of evidence included."""
    written = [shape for shape in below(Frozen) if shape.__module__ not in SHIPPED]
    return [*written, *(kind.parameters for kind in known_kinds().values())]


def fields():
    """Give every key: its table, its name in Python and in TOML, and what it is."""
    for shape in shapes():
        for name, info in shape.model_fields.items():
            yield shape, name, info.alias or name, info


def parts_of(annotation, metadata=()):
    """Give every type within an annotation, with what bounds it; tables of their own are left out."""
    origin = get_origin(annotation)
    if origin is Annotated:
        inner, *more = get_args(annotation)
        flat = [rule for part in more for rule in getattr(part, "metadata", [part])]
        yield from parts_of(inner, (*metadata, *flat))
        return
    if origin in (Union, UnionType):
        for arm in get_args(annotation):
            yield from parts_of(arm, metadata)
        return
    yield origin or annotation, metadata
    if origin in (list, tuple, dict):
        for arm in get_args(annotation):
            yield from parts_of(arm)


def sound_table(shape, name):
    """Return a table of the keys' examples that is sound."""
    if issubclass(shape, DepositModel):
        model = load_deposit_model("porphyry_copper").model_dump(mode="json", exclude_none=True)
        first, second, *_ = model["evidence"]
        return model | {"comparisons": {first: {second: 3.0}}}
    table = {
        info.alias or key: info.examples[0]
        for key, info in shape.model_fields.items()
        if info.examples and key != BESIDE.get((shape.__name__, name))
    }
    shape.model_validate(table)
    return copy.deepcopy(table)


def leaves(value, kinds):
    """Give the place of every number within a value."""
    if isinstance(value, kinds) and not isinstance(value, bool):
        yield ()
    elif isinstance(value, dict | list | tuple):
        keys = value if isinstance(value, dict) else range(len(value))
        for key in keys:
            yield from ((key, *rest) for rest in leaves(value[key], kinds))


def replaced(value, place, new):
    """Return a value with another one at a place."""
    if not place:
        return new
    copied = dict(value) if isinstance(value, dict) else list(value)
    copied[place[0]] = replaced(value[place[0]], place[1:], new)
    return copied


NUMBERS = [
    (shape, name, key)
    for shape, name, key, info in fields()
    if {kind for kind, _ in parts_of(info.annotation, info.metadata)} & {float, int}
    and key not in ANY_NUMBER
]


@pytest.mark.parametrize(
    ("shape", "name", "key"), NUMBERS, ids=[f"{shape.__name__}-{key}" for shape, _, key in NUMBERS]
)
def test_no_number_may_be_senseless(shape, name, key):
    """Not a number, without end, or beyond all that is measured: also within lists and tables."""
    table, info = sound_table(shape, name), shape.model_fields[name]
    kinds = {kind for kind, _ in parts_of(info.annotation, info.metadata)}
    senseless = SENSELESS[float if float in kinds else int]
    places = list(leaves(table[key], (int, float)))
    assert places, f"{key} needs an example with a number"
    for place in places:
        for value in senseless:
            with pytest.raises(ValidationError):
                shape.model_validate({**table, key: replaced(table[key], place, value)})


def test_a_number_that_may_be_any_is_at_least_one():
    """Codes for what is missing: any number, but none without end."""
    for key in ("nodata", "missing"):
        for value in (math.nan, math.inf):
            table = {"role": "relief", "file": "x.tif", key: [value]}
            with pytest.raises(ValidationError):
                LayerEntry.model_validate(table)
    LayerEntry.model_validate({"role": "relief", "file": "x.tif", "nodata": -3.4e38})


def test_every_list_is_bounded():
    """No key takes a list of any length."""
    unbounded = [
        f"{shape.__name__}.{key}"
        for shape, name, key, info in fields()
        for kind, rules in parts_of(info.annotation, info.metadata)
        if kind is list and not any(isinstance(rule, annotated_types.MaxLen) for rule in rules)
    ]
    assert unbounded == []


def test_no_range_may_be_reversed():
    """The ends of a range stand in two keys, or in a list."""
    tried = set()
    for shape, name, key, info in fields():
        for low, high in PAIRS:
            other = key.replace(low, high, 1)
            if not key.startswith(low) or other not in shape.model_fields:
                continue
            table = sound_table(shape, name)
            table[key], table[other] = table[other] + 1, table[key] - 1
            with pytest.raises(ValidationError):
                shape.model_validate(table)
            tried.add(key)
        if any(kind is tuple for kind, _ in parts_of(info.annotation, info.metadata)):
            table = sound_table(shape, name)
            value = table[key]
            ends = next(iter(value.values())) if isinstance(value, dict) else value
            spoilt = {"a": ends[::-1]} if isinstance(value, dict) else ends[::-1]
            with pytest.raises(ValidationError):
                shape.model_validate({**table, key: spoilt})
            tried.add(key)
    assert tried == {
        "west", "south", "lowest_percentile", "min_area_km2", "at_least", "age_ma", "belts",
        "per_100000_km2",
    }  # fmt: skip


@pytest.mark.parametrize(
    "date",
    [
        "2025-13-99",
        "9999",
        "2025-02-30",
        "",
        "25-01-01",
        "\u0662\u0660\u0662\u0665",
        "0000",
        "2025-1",
    ],
)
def test_a_date_is_one_of_the_calendar(date):
    """In figures of ASCII, in years that anybody means."""
    with pytest.raises(ValidationError):
        LayerEntry.model_validate({"role": "concessions", "file": "x.gpkg", "as_of": date})


def test_belts_do_not_overlap_and_have_a_name():
    """A deposit belongs to one; ends may meet."""
    for belts in ({"a": [10, 40], "b": [30, 60]}, {"": [1, 2]}, {"old": [4000, 5000]}):
        table = {"deposit_type": "x", "belts": belts}
        with pytest.raises(ValidationError):
            load_deposit_model("iocg").labels.model_validate(table)
    table = {"deposit_type": "x", "belts": {"a": [10, 40], "b": [40, 60]}}
    assert load_deposit_model("iocg").labels.model_validate(table).belts


def every_option():
    """Give every argument and option of the command line: its name, types, and what typer is told of it."""
    for command in app.registered_commands:
        hints = typing.get_type_hints(command.callback, include_extras=True)
        for name, hint in hints.items():
            if get_origin(hint) is Annotated:
                shape, info = get_args(hint)[:2]
                yield f"{command.callback.__name__} {name}", {*get_args(shape), shape}, info


def test_every_number_of_the_command_line_is_bounded():
    """From below and above; what is not a number is outside of both."""
    numbers = {
        name: (info.min, info.max) for name, kinds, info in every_option() if kinds & {int, float}
    }
    assert len(numbers) > 10
    assert [name for name, ends in numbers.items() if None in ends] == []


@pytest.mark.parametrize(
    ("name", "option"),
    [("check", "--cell-size"), ("check", "--max-cells"), ("screen", "--seed"), ("screen", "--workers"),
     ("backtest", "--before")],
)  # fmt: skip
@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e308", "1e20", "-1", "x"])
def test_a_senseless_number_of_an_option_is_refused(planted, name, option, value, command):
    """Exit 2, before anything is read."""
    ended = command(name, planted, option, value)
    assert (ended.returncode, ended.stdout) == (2, "")


def with_override(region, **tables):
    """Return the region of a folder with tables of an override of its deposit model."""
    toml = region / "region.toml"
    whole = tomllib.loads(toml.read_text("utf-8"))
    whole["override"] = {"porphyry_copper": tables}
    write_toml(toml, whole)
    return load_region(region)


@pytest.mark.parametrize(
    ("tables", "estimator", "keys"),
    [
        ({"estimator": {"gamma": 0.5}}, None, ["estimator.gamma"]),
        ({"estimator": {"gamma": 0.5}}, "fuzzy", []),
        ({"estimator": {"gamma": 0.5, "operator": "and"}}, "fuzzy", ["estimator.gamma"]),
        ({"estimator": {"name": "fuzzy", "operator": "and"}}, None, []),
        ({"estimator": {"C": 2, "generalise": "classes"}}, None, []),
        ({"estimator": {"C": 2}}, "index", ["estimator.C"]),
        ({"evidence": {"elevation": {"weight": 3}}}, None, ["evidence.elevation.weight"]),
        ({"evidence": {"elevation": {"weight": 3}}}, "index", []),
        ({"comparisons": {"elevation": {"domeyko": 3}}}, None, ["comparisons"]),
        ({"labels": {"near_m": 500}}, None, ["labels.near_m"]),
        ({"labels": {"target_group_within_m": 500}}, None, ["labels.target_group_within_m"]),
        ({"labels": {"target_group_within_m": 500, "target_group": True}}, None, []),
        ({"density": {"per_100000_km2": [1, 2, 3]}}, None, ["density"]),
        ({"density": {"per_100000_km2": [1, 2, 3]}, "number": {"exposed_km2": 9, "source": "x"}}, None, []),
        ({"labels": {"age_ma": [20, 70]}}, None, []),
    ],
)  # fmt: skip
def test_a_key_that_changes_nothing_is_told(region, tables, estimator, keys):
    """Those that the region states; the deposit model's own, which serve others, are not."""
    notices = idle_keys(with_override(region, **tables), None, estimator)
    told = [key for notice in notices for key in notice.value("keys")]
    assert told == [f"override.porphyry_copper.{key}" for key in keys]


def test_check_tells_such_a_key(region, command):
    """In a line of its own."""
    with_override(shutil.copytree(region, region.parent / "other"), labels={"near_m": 500})
    ended = command("check", region.parent / "other")
    assert ended.returncode == 0
    assert "override.porphyry_copper.labels.near_m have no effect" in ended.stdout


def test_no_shape_is_missed():
    """Those that no example fills are tables of tables."""
    assert {shape.__name__ for shape in shapes()} >= {"RegionEntry", "LayerEntry", "TargetEntry"}
    assert all(issubclass(shape, BaseModel) for shape in shapes())
