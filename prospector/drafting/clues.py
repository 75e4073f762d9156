"""What the role of a layer was guessed by, as values, and the words for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

Where = Literal["name", "folder", "columns", "values"]
"""Where words that tell a role were found."""

WHERE_WORDS: dict[Where, str] = {
    "name": "the name",
    "folder": "the file or folder",
    "columns": "columns",
    "values": "values",
}


@dataclass(frozen=True)
class Clue:
    """Words that tell a role, and where they were found."""

    where: Where
    words: tuple[str, ...]


@dataclass(frozen=True)
class Clues:
    """What a role was guessed by.

    Parameters
    ----------
    found
        What tells it, strongest first; empty where nothing does.
    role_taken
        The role that it would have, were another raster not that already; empty where none is.
    unread_kind
        What it is, where no role reads such a thing; else empty.
    """

    found: tuple[Clue, ...] = ()
    role_taken: str = ""
    unread_kind: str = ""

    def without_role(self, taken: str) -> Clues:
        """Return them for a raster whose role another raster has already."""
        return replace(self, role_taken=taken)


def guessed_by(clues: Clues) -> str:
    """Return why a role was guessed, as a clause.

    Examples
    --------
    >>> guessed_by(Clues((Clue("name", ("dem",)),))), guessed_by(Clues())
    ('guessed by the name (dem)', 'guessed: its names do not show what it is')
    """
    return f"guessed{' by' if clues.found else ':'} {clue_words(clues)}"


def clue_words(clues: Clues) -> str:
    """Return what a role was guessed by, or that nothing tells one.

    Examples
    --------
    >>> clue_words(Clues())
    'its names do not show what it is'
    >>> clue_words(Clues((Clue("name", ("roads",)),), unread_kind="roads"))
    'roads by the name (roads): no role reads that'
    """
    told = "; ".join(f"{WHERE_WORDS[clue.where]} ({', '.join(clue.words)})" for clue in clues.found)
    words = told or "its names do not show what it is"
    if clues.unread_kind:
        words = f"{clues.unread_kind} by {words}: no role reads that"
    return (
        f"{words}; another raster is the {clues.role_taken} already" if clues.role_taken else words
    )
