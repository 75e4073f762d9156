"""Errors: a line that is about a place of a file knows that place; nobody takes a sentence apart for it."""

import ast
from pathlib import Path

import pytest

import prospector
from prospector import errors
from prospector.errors import Fault, LayerError, ProspectorError

PACKAGE = Path(prospector.__file__).parent
OURS = {
    name
    for name, one in vars(errors).items()
    if isinstance(one, type) and issubclass(one, ProspectorError)
}
APART = {
    "split",
    "rsplit",
    "splitlines",
    "partition",
    "rpartition",
    "removeprefix",
    "removesuffix",
    "startswith",
    "endswith",
    "replace",
    "find",
    "index",
    "match",
    "search",
    "fullmatch",
    "sub",
}
"""What takes a text apart, or asks what it says."""


def test_an_error_knows_the_place_that_it_is_about():
    """What is wrong is had without taking a sentence apart; other names for files keep the place."""
    fault = Fault(
        "/scratch/region.toml: key 'layers.a.crs'", "no CRS in /scratch/a1.fgb: set 'crs': x."
    )
    error = LayerError([fault, "more."])
    assert (error.at_place, error.what) == (True, fault.what)
    assert str(error) == f"{fault.place}: {fault.what}\nmore."
    called = error.calling({"/scratch/a1.fgb": "a (in memory)"})
    assert (type(called), called.at_place) == (LayerError, True)
    assert called.what == "no CRS in a (in memory): set 'crs': x."
    plain = LayerError("a.fgb is empty.")
    assert (plain.at_place, plain.what) == (False, "a.fgb is empty.")


@pytest.mark.parametrize("file", sorted(PACKAGE.rglob("*.py")), ids=lambda file: file.name)
def test_no_error_of_ours_is_taken_apart(file):
    """What an error knows is a value of it: its reason, its place, what is wrong."""
    assert list(taken_apart(ast.parse(file.read_text("utf-8")))) == []


def test_an_error_taken_apart_is_found():
    """Of the errors that a text catches or is given, those that it asks what they say."""
    text = """
try:
    read()
except (LayerError, OSError) as error:
    if str(error).startswith("x: ") or "no CRS" in error.lines[0]:
        pass
except OSError as error:
    str(error).split(": ")

def short(error: RegionError) -> str:
    return error.what.rstrip(".") or error.lines[0].partition(": ")[2]
"""
    assert set(taken_apart(ast.parse(text))) == {
        "str(error).startswith('x: ')",
        "'no CRS' in error.lines[0]",
        "error.lines[0].partition(': ')",
    }


def taken_apart(tree):
    """Every place of a module where the text of an error of ours is taken apart, or asked for a word."""
    for scope, name in errors_at_hand(tree):
        for one in ast.walk(scope):
            asked = []
            if isinstance(one, ast.Call) and getattr(one.func, "attr", "") in APART:
                asked = [one.func.value, *one.args]
            if isinstance(one, ast.Compare) and isinstance(one.ops[0], ast.In | ast.NotIn):
                asked = one.comparators
            if any(is_text(part, name) for part in asked):
                yield ast.unparse(one)


def errors_at_hand(tree):
    """Every handler and function that has an error of ours, with its name there."""
    for one in ast.walk(tree):
        if isinstance(one, ast.ExceptHandler) and one.name and names_ours(one.type):
            yield one, one.name
        if isinstance(one, ast.FunctionDef):
            yield from ((one, part.arg) for part in one.args.args if names_ours(part.annotation))


def names_ours(part):
    """Whether a part of a program names an error of ours."""
    names = {one.id for one in ast.walk(part) if isinstance(one, ast.Name)} if part else set()
    return bool(names & OURS)


def is_text(part, name):
    """Whether a part of a program is the text of what a name stands for."""
    asked = part.args[0] if isinstance(part, ast.Call) and part.args else part
    while isinstance(asked, ast.Subscript | ast.Attribute):
        asked = asked.value
    return isinstance(asked, ast.Name) and asked.id == name
