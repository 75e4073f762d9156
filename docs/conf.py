"""The site of the documents, `make docs`. Its source is the repository: its links are those of the files."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOT_PAGES = [
    "README.md", "ARCHITECTURE.md", "BENCHMARKS.md", "CHANGELOG.md", "CONTRIBUTING.md", "CONVENTIONS.md",
    "SECURITY.md", "THIRD_PARTY.md", "layers/README.md",
]  # fmt: skip

project = "prospector"
copyright = "The prospector maintainers"  # noqa: A001
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
root_doc = "docs/index"
include_patterns = [*ROOT_PAGES, "docs/*.md"]

html_theme = "furo"
html_title = "prospector"
html_show_sphinx = False
html_copy_source = False
html_show_sourcelink = False
html_additional_pages = {"index": "to_index.html"}
templates_path = ["site"]
pygments_style = "sphinx"

myst_heading_anchors = 4
myst_links_external_new_tab = True
myst_enable_extensions = []
suppress_warnings = [
    "misc.highlighting_failure",  # what a terminal prints is no language
    "myst.xref_ambiguous",
]

autodoc_typehints = "none"
autodoc_member_order = "bysource"
autodoc_default_options = {"members": False}
napoleon_numpy_docstring = True
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

LINK = re.compile(r"(?<!!)\[([^\]]*)\]\(([^)#\s]+)(#[^)\s]*)?\)")
FENCE = re.compile(r"(^```.*?^```$)", re.DOTALL | re.MULTILINE)


def without_links_to_source(app, name, source):
    """Write a link to what is no page of the site (code, notebooks) as its text with the path."""
    folder = (ROOT / name).parent

    def replaced(found):
        if re.match(r"[a-z]+:", found[2]) or is_page((folder / found[2]).resolve()):
            return found[0]
        path = (folder / found[2]).resolve().relative_to(ROOT).as_posix()
        return found[1] if path in found[1] else f"{found[1]} (`{path}`)"

    if name == root_doc:
        source[0] += others(source[0])
    parts = FENCE.split(source[0])
    source[0] = "".join(
        part if part.startswith("```") else LINK.sub(replaced, part) for part in parts
    )


def others(index):
    """Return a list of the pages in docs/ that the index does not name, so that none is lost."""
    lines = index.splitlines()
    found = sorted(page.stem for page in (ROOT / "docs").glob("*.md"))
    names = [name for name in found if name not in lines and name != "index"]
    listed = "\n".join(names)
    return f"\n```{{toctree}}\n:caption: More\n{listed}\n```\n" if names else ""


def is_page(path):
    """Return whether a file of the repository is a page of the site."""
    inside = path.relative_to(ROOT)
    return inside.as_posix() in ROOT_PAGES or (
        inside.suffix == ".md" and inside.parent.name == "docs"
    )


def setup(app):
    """Connect it."""
    app.connect("source-read", without_links_to_source)
