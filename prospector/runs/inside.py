"""Paths that are made from names: none may point outside its folder."""

from __future__ import annotations

import os
from pathlib import Path

from prospector.errors import OutputError


def inside(folder: Path, *names: str) -> Path:
    """Return the path of a file below a folder, from the names of what it lies in and its own.

    Raises
    ------
    OutputError
        A name is a path of its own, or a link on the way leads out of the folder.

    Examples
    --------
    >>> inside(Path("out"), "porphyry_copper", "score.tif").as_posix()
    'out/porphyry_copper/score.tif'
    >>> inside(Path("out"), "porphyry_copper", "../../mine.tif")
    Traceback (most recent call last):
    prospector.errors.OutputError: out/porphyry_copper/../../mine.tif: points outside the folder out. ...
    """
    path = folder.joinpath(*names)
    plain = all(Path(name).name == name for name in names)
    if not plain or not _lies_in(path, folder):
        raise OutputError(
            f"{path}: points outside the folder {folder}. Correct the name, or replace the link by "
            "the file itself."
        )
    return path


def _lies_in(path: Path, folder: Path) -> bool:
    try:
        return Path(os.path.realpath(path)).is_relative_to(os.path.realpath(folder))
    except ValueError:  # a name that no file can have
        return False
