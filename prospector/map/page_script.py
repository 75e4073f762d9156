"""Script and style of the page, and Leaflet's, as text to embed in a page."""

from __future__ import annotations

import base64
import re
from importlib import resources
from pathlib import Path

from xstatic.pkg import leaflet

_IMPORT = re.compile(r'^import\s[^;]*?\sfrom\s+"\./([\w-]+\.js)";[ \t]*\n', re.MULTILINE)
_EXPORT = re.compile(r"^export\s+(?=(?:async\s+)?(?:function|const|let|class)\b)", re.MULTILINE)
_LEFT_OVER = re.compile(r"^\s*(?:import|export)\b.*$", re.MULTILINE)
_COMMENT = re.compile(
    r"^[ \t]*(?://[^\n]*|/\*\*(?:(?!\*/).)*\*/[ \t]*)\n", re.MULTILINE | re.DOTALL
)
"""Whole lines of comment: a page is read by machines, and they take a sixth of it."""

_NAMED = re.compile(r"^(?:async\s+)?(?:function|const|let|class)\s+(\w+)", re.MULTILINE)


def page_script() -> str:
    """Return the page's modules as one script without comments, each after those it imports.

    Raises
    ------
    ValueError
        When an import or export is left over, or two modules use one name.
    """
    code = "\n".join(_modules("page.js", {}).values())
    if left_over := _LEFT_OVER.search(code):
        raise ValueError(f"page script: cannot join '{left_over.group().strip()}'.")
    names = _NAMED.findall(code)
    if twice := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"page script: {', '.join(twice)} named in two modules. Rename one.")
    return f'(() => {{\n"use strict";\n{code}\n}})();\n'


def _modules(name: str, done: dict[str, str]) -> dict[str, str]:
    """Add a module's code to those that are done, after the modules it imports."""
    if name in done:
        return done
    source = page_file(name)
    for imported in _IMPORT.findall(source):
        _modules(imported, done)
    done[name] = _COMMENT.sub("", _EXPORT.sub("", _IMPORT.sub("", source)))
    return done


def page_file(name: str) -> str:
    """Return one of the page's own files."""
    folder = resources.files("prospector.map").joinpath("page")
    return folder.joinpath(name).read_text(encoding="utf-8").replace("\r\n", "\n")


def leaflet_script() -> str:
    """Return Leaflet itself, behind its licence: who hands the page on hands that on."""
    licence = page_file("leaflet_licence.txt")
    return f"/*!\nLeaflet\n\n{licence}*/\n{inline_script(_leaflet_file('leaflet.js').decode())}"


def _leaflet_file(name: str) -> bytes:
    return Path(leaflet.BASE_DIR, name).read_bytes().replace(b"\r\n", b"\n")


def leaflet_style() -> str:
    """Return Leaflet's style with its pictures inside."""

    def inlined(match: re.Match[str]) -> str:
        picture = Path(leaflet.BASE_DIR, match.group(1)).read_bytes()
        return f"url(data:image/png;base64,{base64.b64encode(picture).decode()})"

    style = _leaflet_file("leaflet.css").decode()
    style = re.sub(r"behavior:\s*url\(#default#VML\);", "", style)
    return re.sub(r"url\((images/[\w-]+\.png)\)", inlined, style)


def inline_script(code: str) -> str:
    """Return code that can stand in a script element: no end tag, no address of a source map."""
    code = re.sub(r"^//# sourceMappingURL=.*$", "", code, flags=re.MULTILINE)
    return re.sub(r"</(?=script)", r"<\\/", code, flags=re.IGNORECASE)
