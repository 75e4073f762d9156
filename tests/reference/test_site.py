"""The documents as a site: built without a warning, and it asks no host."""

import importlib.util
import os
import re
import subprocess
import sys

import pytest
from reference.made_pages import ROOT


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as `make docs` builds it: its folder, and what was said."""
    if importlib.util.find_spec("sphinx") is None:
        if os.environ.get("CI"):
            pytest.fail("sphinx is not installed")
        pytest.skip("sphinx is not installed")
    folder = tmp_path_factory.mktemp("site")
    ended = subprocess.run(
        [sys.executable, "-m", "sphinx", "--quiet", "--fail-on-warning", "--keep-going", "-b", "html",
         "-c", "docs", ".", folder],
        cwd=ROOT, capture_output=True, check=False, text=True,
    )  # fmt: skip
    return folder, ended


def test_it_builds_without_a_warning(site):
    """Warnings are errors; every page of docs/ and the README are in it."""
    folder, ended = site
    assert (ended.returncode, ended.stderr) == (0, "")
    pages = {path.relative_to(folder).as_posix() for path in folder.rglob("*.html")}
    sources = {f"docs/{page.stem}.html" for page in (ROOT / "docs").glob("*.md")}
    assert {"index.html", "README.html", "ARCHITECTURE.html", *sources} <= pages


def test_it_shows_the_python_api(site):
    """Each public name with its parameters, from its docstring."""
    text = (site[0] / "docs" / "python.html").read_text("utf-8")
    assert 'id="prospector.screen"' in text
    assert 'id="prospector.open_run"' in text


def test_it_asks_no_host(site):
    """No script, style, font or picture of another address: it works with no network."""
    files = [*site[0].rglob("*.html"), *site[0].rglob("*.css")]
    assert len(files) > 30
    for file in files:
        text = file.read_text("utf-8")
        assert not re.search(r"<(?:script|img|iframe)[^>]+src=[\"'](?:https?:)?//", text), file
        assert not re.search(
            r"<link[^>]+rel=[\"']stylesheet[\"'][^>]+href=[\"'](?:https?:)?//", text
        )
        assert not re.search(r"(?:@import|url\()\s*[\"']?(?:https?:)?//", text), file
