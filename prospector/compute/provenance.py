"""What a result depends on: a hash of the code that made it, and the versions of the libraries."""

from __future__ import annotations

import ast
import hashlib
import platform
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from importlib import metadata
from pathlib import Path
from types import CodeType
from typing import Any

import pyproj
import rasterio
import shapely

PACKAGE = "prospector"
ROOT = Path(__file__).parent.parent
SHIPPED_REGIONS = "drafting/regions/"
"""Where an installed package has the regions that it ships; in its sources they lie elsewhere."""

STATEMENTS = (ast.stmt, ast.excepthandler, ast.match_case)
"""What statements are written in, beside modules."""

LIBRARIES = (
    "prospector-geo", "numpy", "scipy", "scikit-learn", "shapely", "pyproj", "rasterio", "exactextract",
    "mahotas",
)  # fmt: skip


@cache
def versions() -> dict[str, str]:
    """Return the versions of the libraries that results depend on, by name."""
    return {name: metadata.version(name) for name in LIBRARIES} | {
        "gdal": rasterio.__gdal_version__,
        "proj": pyproj.proj_version_str,
        "geos": shapely.geos_version_string,
        "python": platform.python_version(),
    }


def libraries(*groups: str) -> dict[str, str]:
    """Return the versions of all that this package requires, as far as it is installed, by name.

    Parameters
    ----------
    groups
        Groups of entry points: the packages that bring something under them count too.
    """
    found = {}
    for requirement in metadata.requires("prospector-geo") or ():
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # of an extra
            continue
    for group in groups:
        for point in metadata.entry_points(group=group):
            if point.dist is not None:
                found[point.dist.name] = point.dist.version
    return found


def code_files(root: Path = ROOT) -> Iterator[Path]:
    """Give every file of this package but bytecode, and what an editor keeps while it writes."""
    for path in root.rglob("*"):
        hidden = path.name.startswith(".") or path.name.endswith("~")
        if path.is_file() and not hidden and "__pycache__" not in path.parts:
            yield path


def package_code(root: Path = ROOT) -> str:
    """Return a hash of the whole package: its code and its data, but for the regions that it ships.

    Neither where the package lies nor how its lines end changes it.
    """
    parts = []
    for file in sorted(code_files(root)):
        name = file.relative_to(root).as_posix()
        if not name.startswith(SHIPPED_REGIONS):
            parts += [name, _text(file)]
    return _hash(parts)


def made_by(function: Callable[..., Any]) -> dict[str, str]:
    """Return what the values of a function depend on beside its inputs: libraries and code."""
    return versions() | {"code": code_of(function)}


def code_of(function: Callable[..., Any]) -> str:
    """Return a hash of the code that a function can reach inside this package.

    That is its module and every module of this package that it imports, directly or not. For a
    function of another package, as an entry point brings it: its module, and what that imports of
    this package.

    Raises
    ------
    TypeError
        The function is not written in Python.
    """
    module = getattr(function, "__module__", None) or type(function).__module__
    if _inside(module):
        return module_code(module)
    source = _foreign_source(function, module)
    modules = sorted(set(_imported(source, ROOT)))
    return _hash([source, *(module_code(module) for module in modules)])


@cache
def module_code(module: str, root: Path = ROOT) -> str:
    """Return a hash of a module of this package and of all modules of it that it reaches.

    Neither where the package lies nor how its lines end changes it. Data that lie in the folder of
    a package that is reached, such as mappings of registers, count as its code.

    Parameters
    ----------
    module
        Its full name, e.g. ``"prospector.compute.windows"``.
    root
        Folder of the package.
    """
    parts = []
    for name in reached(module, root):
        for file in _files(name, root):
            parts += [file.relative_to(root).as_posix(), _text(file)]
    return _hash(parts)


def reached(module: str, root: Path = ROOT) -> tuple[str, ...]:
    """Return a module of this package and all modules of it that it imports, by name, in order.

    The package itself, which imports everything for its users, is none of them.

    Examples
    --------
    >>> "prospector.grid" in reached("prospector.compute.store")
    True
    """
    found: set[str] = set()
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found or name == PACKAGE:
            continue
        found.add(name)
        waiting.append(name.rpartition(".")[0])
        waiting += _imported(_text(_source(name, root)), root)
    return tuple(sorted(found))


@cache
def _imported(source: str, root: Path) -> tuple[str, ...]:
    """Return the modules of this package that a source imports, wherever in it."""
    return tuple(_imports(source, root))


def _imports(source: str, root: Path) -> Iterator[str]:
    for node in _statements(ast.parse(source)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
        else:
            continue
        yield from (name for name in names if _inside(name) and _source(name, root).is_file())


def _statements(node: ast.AST) -> Iterator[ast.AST]:
    """Give all statements of a source, at whatever depth; imports are nowhere else."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, STATEMENTS):
            yield child
            yield from _statements(child)


def _inside(module: str) -> bool:
    return module.partition(".")[0] == PACKAGE


def _source(module: str, root: Path) -> Path:
    """Return the file of a module of this package."""
    place = root.joinpath(*module.split(".")[1:])
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _files(module: str, root: Path) -> list[Path]:
    """Return the file of a module, and for a package its data."""
    source = _source(module, root)
    if source.name != "__init__.py":
        return [source]
    data = (path for path in source.parent.iterdir() if path.suffix != ".py")
    return [source, *sorted(file for file in data if file.is_file())]


def _text(file: Path) -> str:
    return file.read_bytes().decode("utf-8", "surrogateescape").replace("\r\n", "\n")


def _foreign_source(function: Callable[..., Any], module: str) -> str:
    """Return the source of a module of another package; the function as compiled where it has none."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file is not None and file.endswith(".py"):
        return _text(Path(file))
    compiled = getattr(function, "__code__", None)
    if compiled is None:
        raise TypeError(
            f"{function!r}: its code cannot be read, so its result cannot be cached. Define it in "
            "a Python file."
        )
    return f"# {_hash(list(_compiled(compiled)))}"


def compiled_code(kind: Any) -> str:
    """Return a hash of a function as compiled, or of all that a class and its parents define so.

    Empty where there is nothing compiled to look at.
    """
    if hasattr(kind, "__code__"):
        return _hash(list(_compiled(kind.__code__)))
    parts = []
    for parent in getattr(kind, "__mro__", ()):
        for name, value in sorted(vars(parent).items()):
            code = getattr(getattr(value, "__func__", value), "__code__", None)
            if isinstance(code, CodeType):
                parts += [name, *_compiled(code)]
    return _hash(parts) if parts else ""


def _compiled(code: CodeType) -> Iterator[str]:
    """Give the parts of compiled code that make its values: neither file nor lines."""
    yield from (code.co_code.hex(), repr(code.co_names), repr(code.co_varnames))
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _compiled(constant)
        else:
            yield repr(constant)


def _hash(parts: list[str]) -> str:
    """Return a hash of texts, each apart from the next."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(hashlib.sha256(part.encode("utf-8", "surrogateescape")).digest())
    return digest.hexdigest()[:32]
