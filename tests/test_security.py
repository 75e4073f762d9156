"""SECURITY.md: what stands behind a promise is there."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parent.parent
TEXT = (ROOT / "SECURITY.md").read_text("utf-8")
LINK = re.compile(r"\]\(([^)#]+)(?:#([\w-]+))?\)")


def test_every_promise_leads_to_tests_that_are_there():
    """And each link to a place that is."""
    promises = TEXT.split("## What is promised")[1].split("## What is not")[0]
    links = LINK.findall(TEXT)
    assert len(links) > 8
    assert [path for path, _ in links if not (ROOT / path).exists()] == []
    without = [
        one for one in re.split(r"^- ", promises, flags=re.MULTILINE)[1:] if "](tests/" not in one
    ]
    assert [one.splitlines()[0] for one in without] == []


def test_a_place_in_another_document_is_one_of_its_headings():
    """Where a link names one."""
    for path, place in LINK.findall(TEXT):
        if place:
            headings = re.findall(r"^#+ (.+)$", (ROOT / path).read_text("utf-8"), re.MULTILINE)
            assert place in [
                re.sub(r"[^\w -]", "", one).lower().replace(" ", "-") for one in headings
            ]


RUNS_CODE = {
    "eval", "exec", "compile", "__import__", "import_module", "load", "loads", "load_module", "system",
    "popen", "Popen", "run_path", "read_pickle", "Unpickler",
}  # fmt: skip
ALLOWED = {
    ("tomllib", "loads"), ("json", "loads"), ("json", "load"), ("tomllib", "load"), ("re", "compile"),
    ("tomlkit", "loads"), ("shapely", "loads"),
}  # fmt: skip
"""Calls of these names that read data alone."""

NAMED_HERE = {
    ("prospector/__init__.py", "", "import_module"): "public names, loaded when they are asked for",
    (
        "prospector/models/__init__.py",
        "",
        "import_module",
    ): "public names, loaded when they are asked for",
    ("prospector/gis/formats.py", "", "import_module"): "a writer that the list of formats names",
    ("prospector/compute/engine.py", "pickle", "load"): "what a worker of this run wrote",
    ("prospector/evidence/kind.py", "point", "load"): "an entry point of an installed package",
    ("prospector/models/known.py", "point", "load"): "an entry point of an installed package",
}
"""Where the package makes code of something, and of what: never of a file that is read."""


def calls_that_run_code():
    """Yield file, owner and name of each call in the package that may make code of what it reads."""
    for file in sorted((ROOT / "prospector").rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                owner = ast.unparse(node.func.value) if isinstance(node.func, ast.Attribute) else ""
                name = node.func.attr if owner else getattr(node.func, "id", "")
                if name in RUNS_CODE and (owner, name) not in ALLOWED:
                    yield file.relative_to(ROOT).as_posix(), owner, name


def test_nothing_that_is_read_becomes_code():
    """A new place where code is made is looked at, and named here."""
    assert set(calls_that_run_code()) == NAMED_HERE.keys()
