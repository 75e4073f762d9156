"""A run's manifest: the hash of all that it hangs on, and of every file that it wrote.

A run folder whose manifest still holds need not be computed again.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path

from prospector.evidence.kind import ENTRY_POINTS as KINDS_OF_OTHERS
from prospector.models.known import ENTRY_POINTS as ESTIMATORS_OF_OTHERS
from prospector.region import Region
from prospector.screening import versions

MANIFEST_FILE = "manifest.json"
_PACKAGE = Path(__file__).parent.parent


def inputs_of(region: Region, asked: Mapping[str, object]) -> str | None:
    """Return the hash of all that a screening hangs on.

    These are the region's files, what was asked, this package's own code and the versions of the
    libraries. Where installed packages bring kinds of evidence or estimators it is None: their code
    is not looked at.

    Parameters
    ----------
    region
        The region file, validated.
    asked
        Every option that can change an output, by name; values that JSON can hold.
    """
    groups = (KINDS_OF_OTHERS, ESTIMATORS_OF_OTHERS)
    if any(metadata.entry_points(group=group) for group in groups):
        return None
    parts = {
        "region": region.model_dump(mode="json", exclude={"folder"}),
        "layers": _hashes(_files_of(region), region.folder),
        "code": _hashes(_code(), _PACKAGE),
        "asked": dict(asked),
        "versions": versions() | _libraries(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def write_manifest(folder: Path, inputs: str | None) -> None:
    """Write the manifest of all files that lie in a folder, and what they hang on."""
    files = _hashes((one for one in folder.rglob("*") if one.is_file()), folder)
    text = json.dumps({"inputs": inputs, "files": files}, indent=1, sort_keys=True)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def unchanged(folder: Path, inputs: str | None) -> bool:
    """Return whether a folder holds a whole run of these inputs, every file as it was written."""
    file = folder / MANIFEST_FILE
    if inputs is None or not file.is_file():
        return False
    try:
        manifest = json.loads(file.read_text(encoding="utf-8"))
        paths = [folder / name for name in manifest["files"]]
        return bool(
            manifest["inputs"] == inputs
            and all(path.is_file() for path in paths)
            and manifest["files"] == _hashes(paths, folder)
        )
    except (ValueError, KeyError, TypeError):  # somebody wrote into it: compute again
        return False


def _hashes(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """Return the sha256 of each file, by its path from `root`."""
    found = {}
    for path in sorted(paths):
        with path.open("rb") as file:
            name = Path(os.path.relpath(path, root)).as_posix()
            found[name] = hashlib.file_digest(file, "sha256").hexdigest()
    return found


def _files_of(region: Region) -> Iterator[Path]:
    """Give every file of a region's layers that is there, the parts of a shapefile included."""
    named = []
    for entry in region.layers.values():
        named += [entry.file, *([entry.coverage] if entry.coverage else [])]
    for name in sorted(set(named)):
        path = region.folder / name
        for part in path.parent.glob(f"{path.stem}.*"):
            yield from (
                [one for one in part.rglob("*") if one.is_file()] if part.is_dir() else [part]
            )


def _code() -> Iterator[Path]:
    """Give every file of this package."""
    for path in _PACKAGE.rglob("*"):
        if path.is_file() and path.suffix != ".pyc":
            yield path


def _libraries() -> dict[str, str]:
    """Return the versions of what this package requires, as far as it is installed."""
    found = {}
    for requirement in metadata.requires("prospector-geo") or ():
        name = re.split(r"[^\w.-]", requirement, maxsplit=1)[0]
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:  # of an extra
            continue
    return found
