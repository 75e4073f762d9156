"""What differs between two runs: the files that they wrote, and the inputs by their records."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Literal

from prospector.region.region_file import REGION_FILE, SOURCES_FILE

Kind = Literal["key", "source", "file", "model", "option", "version", "code"]
"""What an input is.

key
    A key of the region file.
source
    A key of SOURCES.toml.
file
    A file of a layer, a coverage, a deposit model or a register.
model
    A key of a deposit model, other than by an override.
option
    What was asked of the screening or of its files.
version
    A library, Python or prospector.
code
    The code of prospector.
"""


@dataclass(frozen=True)
class Difference:
    """An input that differs between two runs.

    Parameters
    ----------
    kind
        What it is.
    name
        Its key, the path of its file, or the name of the option or library.
    before, after
        Its value in the earlier and in the later run: for a file its SHA-256; None where there is none.
    of
        Of a file: the key of region.toml that names it, e.g. ``"layers.faults.coverage"``; "" where
        none does.
    """

    kind: Kind
    name: str
    before: Any
    after: Any
    of: str = ""


@dataclass(frozen=True)
class Files:
    """Files of two runs, by whether they hold the same bytes.

    Parameters
    ----------
    same, changed
        In both, with the same hash and with another.
    only_before, only_after
        In one alone: a dossier that was added to a run later stands in its manifest too.
    """

    same: tuple[str, ...]
    changed: tuple[str, ...]
    only_before: tuple[str, ...]
    only_after: tuple[str, ...]


def compare_files(before: Mapping[str, str], after: Mapping[str, str]) -> Files:
    """Return the files of two manifests, from the SHA-256 of each by its path.

    Examples
    --------
    >>> compare_files({"a": "1", "b": "2"}, {"a": "1", "b": "3", "c": "4"})
    Files(same=('a',), changed=('b',), only_before=(), only_after=('c',))
    """
    both = sorted(before.keys() & after.keys())
    return Files(
        tuple(name for name in both if before[name] == after[name]),
        tuple(name for name in both if before[name] != after[name]),
        tuple(sorted(before.keys() - after.keys())),
        tuple(sorted(after.keys() - before.keys())),
    )


def input_differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Difference]:
    """Return every input that differs between two records of a run, keys of the region first.

    Parameters
    ----------
    before, after
        The content of run.json.
    """
    keys = [*_of_keys("key", _region_tables(before), _region_tables(after))]
    sources = [*_of_keys("source", _sources(before), _sources(after))]
    stated = {file for file, found in ((REGION_FILE, keys), (SOURCES_FILE, sources)) if found}
    stated |= {before["region_file"], after["region_file"]} if keys else set()
    return [
        *keys,
        *sources,
        *(file for file in _of_files(before, after) if file.name not in stated),
        *_of_models(before, after),
        *_of_keys("option", _options(before), _options(after)),
        *_of_keys("version", _versions(before), _versions(after)),
        *_of_keys("code", {"code": before["code"]}, {"code": after["code"]}),
    ]


def _region_tables(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of the region file as a record holds them."""
    layers = {name: entry["keys"] for name, entry in record["inputs"].items()}
    tables = {key: record[key] for key in ("region", "roles", "override")}
    return {**tables, "layers": layers}


def _sources(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return the tables of SOURCES.toml as a record holds them."""
    return {entry["file"]: entry["source"] for entry in record["inputs"].values()}


def _options(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**record["parameters"], **record["outputs"], "language": record["language"]}


def _versions(record: Mapping[str, Any]) -> dict[str, Any]:
    return {**record["versions"], **record["libraries"]}


def _of_keys(
    kind: Kind, before: Mapping[str, Any], after: Mapping[str, Any], above: str = ""
) -> Iterator[Difference]:
    """Give every key that differs, in tables within one another by its whole path."""
    for key in sorted({*before, *after}):
        old, new = before.get(key), after.get(key)
        name = f"{above}.{key}" if above else key
        if isinstance(old, Mapping) and isinstance(new, Mapping):
            yield from _of_keys(kind, old, new, name)
        elif old != new:
            yield Difference(kind, name, old, new)


def _of_files(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    old, new = before["files"], after["files"]
    for name in sorted({*old, *new}):
        if old.get(name) != new.get(name):
            of = _key_of_file(after, name) or _key_of_file(before, name)
            yield Difference("file", name, old.get(name), new.get(name), of)


def _key_of_file(record: Mapping[str, Any], name: str) -> str:
    """Return the key that names a file, or a file that it belongs to; "" where none does."""
    for layer, entry in record["inputs"].items():
        for key in ("file", "coverage", "register"):
            stated = entry["keys"].get(key)
            if stated is not None and _belongs(PurePosixPath(name), PurePosixPath(stated)):
                return f"layers.{layer}.{key}"
    return ""


def _belongs(file: PurePosixPath, stated: PurePosixPath) -> bool:
    """Return whether a file is the one that is stated, lies in it, or stands beside it by its name."""
    if file == stated or stated in file.parents:
        return True
    beside = (f"{stated.name}.", f"{stated.name}-", f"{stated.stem}.")
    return file.parent == stated.parent and file.name.startswith(beside)


def _of_models(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    """Give the keys of deposit models that differ where no override does."""
    old, new = before["deposit_models"], after["deposit_models"]
    for name in sorted(old.keys() & new.keys()):
        if before["override"].get(name) == after["override"].get(name):
            yield from _of_keys("model", old[name]["model"], new[name]["model"], name)
