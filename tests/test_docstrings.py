"""What docstrings say: of all that is public what it takes and returns, of arrays their shape."""

import ast
import inspect
import re
import typing
from functools import cached_property
from pathlib import Path

import pytest

import prospector
from prospector.map.show import Picture
from prospector.rerunning import Rerun
from prospector.runs.comparison import Changes
from prospector.runs.explain import Explanation
from prospector.runs.portfolio import Portfolio
from prospector.runs.run import Run
from prospector.runs.score_polygons import ScoredPolygons
from prospector.screening.check import Check
from prospector.screening.ranking import Ranking
from prospector.screening.ready_table import TableSkill
from prospector.screening.trials import BacktestOf, ComparisonOf

ROOT = Path(prospector.__file__).parent
FUNCTIONS = [name for name in prospector.__all__ if inspect.isfunction(getattr(prospector, name))]
RETURNED = (
    BacktestOf, Changes, Check, ComparisonOf, Explanation, Picture, Portfolio, Ranking, Rerun, Run,
    ScoredPolygons, TableSkill,
)  # fmt: skip
"""What public functions return."""
CLASSES = [
    *(
        getattr(prospector, name)
        for name in prospector.__all__
        if inspect.isclass(getattr(prospector, name))
    ),
    *RETURNED,
]
ARRAYS = re.compile(
    r"\b(NDArray|FloatArray|IntArray|BoolArray|WholeArray|Raster|Steps|Integers|Heights)\b"
)
SHAPES = re.compile(r"\(\s*[a-z_+0-9 ]+,[^)]*\)|shape", re.IGNORECASE)


def _sections(function):
    """Return a docstring's sections: title -> text."""
    doc = inspect.getdoc(function) or ""
    parts = re.split(r"^(\w+)\n-+$", doc, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def _undescribed(function):
    """Return the parameters that a docstring does not name at the beginning of a line."""
    heads = re.findall(r"^(\S[^\n:]*)", _sections(function).get("Parameters", ""), re.MULTILINE)
    named = {name.strip().lstrip("*") for head in heads for name in head.split(",")}
    return set(inspect.signature(function).parameters) - {"self", "cls"} - named


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_says_what_it_takes_and_returns_and_shows_it(name):
    """No parameter is left out, and an example runs with the tests."""
    function = getattr(prospector, name)
    assert not _undescribed(function)
    assert {"Returns", "Examples"} <= set(_sections(function))
    assert ">>> " in _sections(function)["Examples"]


@pytest.mark.parametrize("each", CLASSES, ids=lambda each: each.__name__)
def test_a_method_says_what_it_takes_and_returns(each):
    """Properties say it in a line; a method that takes something has a table of what."""
    own = [one for one in each.__mro__ if one.__module__.startswith("prospector.")]
    for name, value in (pair for one in own for pair in vars(one).items()):
        if name.startswith("_") or name == "model_post_init":
            continue
        function = value.__func__ if isinstance(value, classmethod | staticmethod) else value
        if isinstance(value, property | cached_property):
            function = value.fget if isinstance(value, property) else value.func
            assert inspect.getdoc(function), name
        elif inspect.isfunction(function):
            assert not _undescribed(function), name
            if set(inspect.signature(function).parameters) - {"self", "cls"}:
                assert "Returns" in _sections(function), name


def _returning_arrays():
    """Give each function that is not a part of another and returns an array, with its docstring."""
    for file in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        homes = [tree, *(node for node in tree.body if isinstance(node, ast.ClassDef))]
        for node in (node for home in homes for node in home.body):
            if (
                not isinstance(node, ast.FunctionDef)
                or node.returns is None
                or node.name.startswith("_")
            ):
                continue
            stub = isinstance(node.body[-1], ast.Expr) and ast.unparse(node.body[-1]) == "..."
            if ARRAYS.search(ast.unparse(node.returns)) and not stub:
                yield f"{file.relative_to(ROOT)}: {node.name}", ast.get_docstring(node) or ""


def test_an_array_that_is_returned_says_its_shape():
    """Whoever calls a function knows what comes: (rows, columns), (n,), or that of something named."""
    found = dict(_returning_arrays())
    assert len(found) > 100
    assert [name for name, doc in found.items() if not SHAPES.search(doc)] == []


def test_help_begins_with_what_a_user_needs():
    """The first names that ``help(prospector)`` tells of are those that a user begins with."""
    told = typing.cast("str", prospector.__doc__)
    places = [
        told.index(f"`{name}`") for name in ("load_region", "check", "screen", "write", "open_run")
    ]
    assert places == sorted(places)
    assert all(name in told for name in FUNCTIONS if not name.startswith("plot_") and name not in (
        "adopt_estimator", "clean", "read_deposit_model", "with_layers",
    ))  # fmt: skip
