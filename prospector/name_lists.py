"""Several names in one text of a table: the one rule that joins them and splits them again."""

from __future__ import annotations

from collections.abc import Iterable

MARK = ";"
"""What parts names; a name that holds one has a comma in a table."""


def joined(names: Iterable[str]) -> str:
    """Return names as one text of a table, that `parted` takes apart again.

    Examples
    --------
    >>> joined(["El Abra", "Toki; north"])
    'El Abra; Toki, north'
    """
    return "; ".join(name.replace(MARK, ",") for name in names)


def parted(text: object) -> tuple[str, ...]:
    """Return the names that a text of a table or a register holds; none where there is no text.

    Examples
    --------
    >>> parted("El Abra; Toki"), parted("Cu;Mo"), parted(""), parted(None)
    (('El Abra', 'Toki'), ('Cu', 'Mo'), (), ())
    """
    if not isinstance(text, str):
        return ()
    return tuple(name for part in text.split(MARK) if (name := part.strip()))
