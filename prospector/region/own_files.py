"""Files of a region's own that region.toml names by a path: where they may lie."""

from __future__ import annotations

from pathlib import Path, PureWindowsPath

from prospector.errors import RegionError

TOML = ".toml"


def is_path(written: str) -> bool:
    """Whether text names a file, not something that is shipped.

    Examples
    --------
    >>> is_path("models/iron.toml"), is_path("iron.toml"), is_path("iocg")
    (True, True, False)
    """
    return "/" in written or "\\" in written or written.lower().endswith(TOML)


def own_file(
    written: str,
    *,
    within: Path,
    root: Path,
    key: str,
    start: str,
    example: str = "models/iron.toml",
) -> Path:
    """Return the file that a path names.

    Parameters
    ----------
    written
        The path, as the region writes it.
    within
        The folder that the path starts from.
    root
        The folder of the region, which it must not leave.
    key
        The file and key that it stands in, as errors begin.
    start
        How such a file is begun, for where it is missing.
    example
        A path as it may be.

    Raises
    ------
    RegionError
        The path leads out of the region's folder, or there is no file.
    """
    fault = _misplaced(written, example) or _unusable(within / written, root, start)
    if fault:
        raise RegionError(f"{key}: {_shown(written)} {fault}")
    return within / written


def _shown(written: str) -> str:
    return f"'{repr(written[:120])[1:-1]}'"


def _misplaced(written: str, example: str) -> str:
    """Return what is wrong with a path as it is written; "" where nothing is."""
    if "\\" in written:
        return f"has a \\. Write the path with /, e.g. {example}."
    if Path(written).is_absolute() or PureWindowsPath(written).drive or written.startswith("~"):
        return (
            "is not relative to the region's folder. Copy the file into that folder, and write "
            f"e.g. {example}."
        )
    if ".." in Path(written).parts:
        return (
            "has a '..': all files of a region lie in its folder, so that the folder can be moved. "
            f"Copy the file into it, and write e.g. {example}."
        )
    if not written.isprintable() or not Path(written).name:
        return f"is not a path. Write e.g. {example}."
    return ""


def _unusable(path: Path, root: Path, start: str) -> str:
    """Return what is wrong with the file at a path; "" where nothing is."""
    try:
        if path.is_dir():
            return f"is a folder. {_files_in(path)}"
        if not path.exists():
            return f"is missing: there is no {path}. {_near(path)}{start}"
        if not path.is_file():
            return f"is not a file: {path}. Name a text file that ends in {TOML}."
        if not path.resolve().is_relative_to(root.resolve()):
            return (
                "is a link that points outside the region's folder. Copy the file itself into the "
                "folder."
            )
    except (
        OSError,
        RuntimeError,
        ValueError,
    ) as error:  # too long, a link to itself, no permission
        why = getattr(error, "strerror", None) or error
        return f"cannot be reached: {why}. Correct the path, or its permissions."
    return ""


def _files_in(folder: Path) -> str:
    files = sorted(path.name for path in folder.glob(f"*{TOML}"))[:10]
    if files:
        return f"Name one of its files: {', '.join(files)}."
    return f"Name a file in it that ends in {TOML}; it holds none yet."


def _near(path: Path) -> str:
    """Return the question whether the same name with .toml, or in another case, is meant."""
    if not path.parent.is_dir():
        return ""
    meant = {path.name.lower(), f"{path.name}{TOML}".lower()}
    near = sorted(file.name for file in path.parent.iterdir() if file.name.lower() in meant)
    return f"Did you mean '{near[0]}'? " if near else ""
