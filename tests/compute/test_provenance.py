"""The hash of the code that a value hangs on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from prospector.compute import windows
from prospector.compute.provenance import ROOT, code_of, made_by, module_code, reached, versions
from prospector.learning import estimation, uncertainty

KEPT = (
    "prospector.compute.mask",
    "prospector.compute.windows",
    "prospector.ground.cells",
    "prospector.learning.estimation",
    "prospector.learning.uncertainty",
)
"""Modules whose functions are kept under a key."""


@pytest.fixture
def copy(tmp_path):
    """A copy of this package's code."""
    folder = tmp_path / "elsewhere" / "prospector"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def test_neither_the_place_nor_the_line_endings_change_a_hash(copy):
    """A copy, and one with the line endings of Windows."""
    before = module_code("prospector.learning.estimation")
    for file in copy.rglob("*.py"):
        file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert module_code("prospector.learning.estimation", copy) == before


@pytest.mark.parametrize(
    "edited",
    [
        "learning/estimation.py",
        "validation/folds.py",
        "models/logistic.py",
        "layers/registers/chile.toml",
    ],
)
def test_an_edit_of_what_is_reached_changes_the_hash(copy, edited):
    """The module itself, one that it imports, one imported inside a function, data of a package."""
    file = copy / edited
    file.write_text(file.read_text(encoding="utf-8") + "# edited\n", encoding="utf-8")
    assert module_code("prospector.learning.estimation", copy) != module_code(
        "prospector.learning.estimation"
    )


@pytest.mark.parametrize("module", KEPT)
def test_no_page_and_no_command_is_in_a_key(module, copy):
    """What shows a value does not make it: an edit there computes nothing again."""
    parts = {name.split(".")[1] for name in reached(module)}
    assert not parts & {
        "cli",
        "map",
        "pages",
        "runs",
        "gis",
        "words",
        "screening",
        "targets",
        "tenure",
    }
    for edited in (
        "pages/chapter.py",
        "words/es.toml",
        "cli/commands.py",
        "map/payload.py",
        "__init__.py",
    ):
        (copy / edited).write_text("", encoding="utf-8")
    assert module_code(module, copy) == module_code(module)


def test_a_function_of_another_package_hangs_on_its_module():
    """Its file counts whole, so two functions of one file have one hash."""
    here = code_of(test_code_and_libraries_make_a_value)
    assert code_of(test_a_function_of_another_package_hangs_on_its_module) == here
    assert here != module_code("prospector.grid")


def test_a_function_without_a_file_hangs_on_what_was_compiled():
    """As one that is typed in: another constant is another hash; one in C is refused."""

    def typed(text):
        scope = {"__name__": "typed"}
        exec(f"def function(values):\n    return [v * {text} for v in values]", scope)
        return code_of(scope["function"])

    assert typed("2") == typed("2") != typed("3")
    with pytest.raises(TypeError, match="its code cannot be read"):
        code_of(len)


def test_code_and_libraries_make_a_value():
    """The versions of run.json, and the code of the function's module."""
    assert made_by(estimation.measured) == versions() | {
        "code": module_code("prospector.learning.estimation")
    }
    assert {"numpy", "gdal", "proj", "geos", "python", "prospector-geo"} <= set(versions())
    assert (
        len(
            {
                code_of(one)
                for one in (estimation.measured, uncertainty.replicated, windows.evidence_on_cells)
            }
        )
        == 3
    )


def test_no_module_imports_in_a_way_that_the_walk_does_not_see():
    """Relative imports would be missed."""
    for file in Path(ROOT).rglob("*.py"):
        assert "\nfrom ." not in file.read_text(encoding="utf-8"), file
