"""A run's manifest: the hash of all that it depends on, and of every file that it wrote.

A run folder whose manifest still holds need not be computed again, and what a manifest does not list
is not the run's.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Iterator, Mapping
from importlib import metadata
from pathlib import Path
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict

from prospector.compute.provenance import code_files, libraries, versions
from prospector.errors import OutputError
from prospector.evidence.kind import ENTRY_POINTS as KINDS_OF_OTHERS
from prospector.layers.files import files_of, sha256_of
from prospector.models.known import ENTRY_POINTS as ESTIMATORS_OF_OTHERS
from prospector.region.region_file import Region
from prospector.runs.contents import AGAIN, layer_digests
from prospector.runs.inside import inside

MANIFEST_FILE = "manifest.json"
_PACKAGE = Path(__file__).parent.parent


def _stays_below(name: str) -> str:
    if Path(name).anchor or ".." in Path(name).parts:
        raise ValueError("points outside the folder")
    return name


class Manifest(BaseModel):
    """The inputs that a run depends on, and the files that it wrote.

    Parameters
    ----------
    inputs
        Hash of all that it depends on; None where that cannot be told.
    files
        The sha256 of each file, by its path from the folder.
    layers
        The digest of what each layer holds, by its name, of each GeoPackage: a GIS that but looks at
        one writes into it.
    sha256
        The hash of all the rest; None where an earlier version wrote it.
    """

    model_config = ConfigDict(frozen=True, strict=True)

    inputs: str | None
    files: dict[Annotated[str, AfterValidator(_stays_below)], str]
    layers: dict[str, dict[str, str]] = {}
    sha256: str | None = None

    def own_hash(self) -> str:
        """Return the hash of all but `sha256` itself."""
        rest = self.model_dump(exclude={"sha256"})
        return hashlib.sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def inputs_of(region: Region, asked: Mapping[str, object]) -> str | None:
    """Return the hash of all inputs of a screening.

    These are the region's files, what was asked, this package's own code and the versions of the
    libraries. Where installed packages bring kinds of evidence or estimators it is None: their code
    is not looked at; likewise where a file cannot be read.

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
    try:
        layers = listing(_files_of(region), region.folder)
    except OSError:  # the reader says which file cannot be read, and why
        return None
    parts = {
        "region": region.model_dump(mode="json", exclude={"folder"}),
        "layers": layers,
        "code": listing(code_files(_PACKAGE), _PACKAGE),
        "asked": dict(asked),
        "versions": versions() | libraries(),
    }
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def write_manifest(folder: Path, inputs: str | None) -> None:
    """Write the manifest of all files that lie in a folder, and what they depend on."""
    files = listing((path for path in folder.rglob("*") if path.is_file()), folder)
    packages = [name for name in files if name.endswith(".gpkg")]
    layers = {name: layer_digests(folder / name) for name in packages}
    save_manifest(Manifest(inputs=inputs, files=files, layers=layers), folder)


def read_manifest(folder: Path) -> Manifest:
    """Return the manifest of a run folder.

    Raises
    ------
    OutputError
        It is missing, cannot be read, or names a file outside the folder.
    """
    return _sound(
        folder,
        "so the run's files cannot be distinguished from yours. Move your own files out of "
        f"{folder} and remove it, or give another folder with --out.",
    )


def manifest_to_read_by(folder: Path) -> Manifest:
    """Return the manifest by which the files of a run are read.

    Raises
    ------
    OutputError
        It is missing, cannot be read, or names a file outside the folder.
    """
    return _sound(folder, f"so no file of the run can be trusted. {AGAIN}")


def _sound(folder: Path, so: str) -> Manifest:
    """Return the manifest of a folder, or raise OutputError with what follows and the remedy."""
    manifest = _manifest_of(folder)
    if isinstance(manifest, Manifest):
        return manifest
    raise OutputError(f"{folder / MANIFEST_FILE}: {manifest}, {so}")


def _manifest_of(folder: Path) -> Manifest | str:
    """Return the manifest of a folder, or what is wrong with it."""
    file = folder / MANIFEST_FILE
    if not file.is_file():
        return "is not a file" if file.exists() else "is missing"
    try:
        manifest = Manifest.model_validate_json(file.read_bytes())
    except (OSError, ValueError):
        return "cannot be read"
    return manifest if manifest.sha256 in (None, manifest.own_hash()) else "was altered or damaged"


def save_manifest(manifest: Manifest, folder: Path) -> None:
    """Write a manifest with its own hash."""
    sealed = manifest.model_copy(update={"sha256": manifest.own_hash()})
    text = json.dumps(sealed.model_dump(), indent=1, sort_keys=True)
    (folder / MANIFEST_FILE).write_text(text + "\n", encoding="utf-8")


def unchanged(folder: Path, inputs: str | None) -> bool:
    """Return whether a folder holds a whole run of these inputs, every file as it was written."""
    if inputs is None:
        return False
    try:
        manifest = read_manifest(folder)
        paths = [inside(folder, *Path(name).parts) for name in manifest.files]
        return (
            manifest.inputs == inputs
            and all(path.is_file() for path in paths)
            and manifest.files == listing(paths, folder)
        )
    except (OutputError, OSError):  # somebody wrote into it
        return False


def listing(paths: Iterable[Path], root: Path) -> dict[str, str]:
    """Return the sha256 of each file, by its path from `root`."""
    found = {}
    for path in sorted(paths):
        found[Path(os.path.relpath(path, root)).as_posix()] = sha256_of(path)
    return found


def _files_of(region: Region) -> Iterator[Path]:
    """Give every file that the values of a region's layers depend on, and those of its own models."""
    named = list(region.own_files)
    for entry in region.layers.values():
        named += [entry.file, *([entry.coverage] if entry.coverage else [])]
    for name in sorted(set(named)):
        yield from files_of(region.place_of(name))
