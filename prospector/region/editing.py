"""Tables written into a TOML file that a person keeps: comments, order and blank lines stay."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from prospector.errors import RegionError
from prospector.region.toml_values import read_toml

MARK = "\ufeff"
"""What some editors write before a text: TOML has none."""


def with_table(
    text: str,
    path: Sequence[str],
    values: Mapping[str, Any],
    *,
    comments: Mapping[str, str] | None = None,
) -> str:
    r"""Return TOML text with a table added at its end; all that stands in it stays as it is.

    Parameters
    ----------
    text
        TOML.
    path
        Keys that lead to the table, e.g. ``("layers", "faults")``.
    values
        What the table holds, in order.
    comments
        By key of `values`: what is written behind its value.

    Raises
    ------
    KeyError
        The table is there already.

    Examples
    --------
    >>> print(with_table("# mine\n", ("layers", "faults"), {"role": "faults"}), end="")
    # mine
    <BLANKLINE>
    [layers.faults]
    role = "faults"
    """
    if _holds(tomlkit.parse(text), path):
        raise KeyError(".".join(path))
    table = tomlkit.table()
    for key, value in values.items():
        item = tomlkit.item(value)
        if comments and key in comments:
            item.comment(comments[key])
        table.add(key, item)
    for key in reversed(path[1:]):
        outer = tomlkit.table(is_super_table=True)
        outer.add(key, table)
        table = outer
    document = tomlkit.document()
    document.add(path[0], table)
    before = text if not text or text.endswith("\n") else f"{text}\n"
    gap = "\n" if before else ""
    return f"{before}{gap}{tomlkit.dumps(document)}"


def _holds(tables: Mapping[str, Any], path: Sequence[str]) -> bool:
    """Whether tables within one another lead down a path to the end."""
    inner: Any = tables
    for key in path:
        if not isinstance(inner, Mapping) or key not in inner:
            return False
        inner = inner[key]
    return True


def add_table(
    file: Path,
    path: Sequence[str],
    values: Mapping[str, Any],
    *,
    comments: Mapping[str, str] | None = None,
) -> None:
    """Add a table to a TOML file, or make the file with it; what stands in it stays, byte for byte.

    The file is written apart and moved into place, so that it is never half written.

    Raises
    ------
    RegionError
        It is not TOML, has such a table already, or cannot be written.
    """
    if file.is_file():
        read_toml(file)
    text = file.read_bytes().decode("utf-8") if file.is_file() else ""
    try:
        edited = with_table(text.removeprefix(MARK), path, values, comments=comments)
    except KeyError as error:
        raise RegionError(
            f"{file}: key '{error.args[0]}': this table already exists. Edit it, or choose another "
            "name."
        ) from error
    except TOMLKitError as error:
        raise RegionError(
            f"{file}: nothing can be added to it: {error}. Correct the file."
        ) from error
    write_text(file, edited)


def write_text(file: Path, text: str) -> None:
    """Write a text file apart, and move it into place.

    Raises
    ------
    RegionError
        It cannot be written.
    """
    aside = file.with_name(f".{file.name}.new")
    try:
        aside.write_text(text, encoding="utf-8", newline="")
        aside.replace(file)
    except OSError as error:
        aside.unlink(missing_ok=True)
        raise RegionError(
            f"{file}: cannot be written: {error.strerror}. Check the folder's permissions."
        ) from error


def set_table(file: Path, path: Sequence[str], values: Mapping[str, Any]) -> None:
    """Set values of a table of a TOML file, which is added where it is not there; all else stays.

    Keys that the table has are given their new values in their place, with the comments behind them;
    others are added at its end.

    Raises
    ------
    RegionError
        It is not TOML, or cannot be written.
    """
    tables = read_toml(file) if file.is_file() else {}
    if not _holds(tables, path):
        add_table(file, path, values)
        return
    text = file.read_bytes().decode("utf-8").removeprefix(MARK)
    try:
        document = tomlkit.parse(text)
        table: Any = document
        for key in path:
            table = table[key]
        for key, value in values.items():
            table[key] = value
        edited = tomlkit.dumps(document)
    except (TOMLKitError, TypeError) as error:
        raise RegionError(
            f"{file}: key '{'.'.join(path)}': cannot be changed: {error}. Correct the file."
        ) from error
    write_text(file, edited)
