"""The notices of a run together: as a notebook shows them."""

from __future__ import annotations

from collections.abc import Iterable

from prospector.errors import Notice
from prospector.printable import html_table


class Notices(tuple[Notice, ...]):
    """Notices, gravest first; a tuple that a notebook shows as a table of sentences.

    Examples
    --------
    >>> Notices([Notice("a", "note"), Notice("b", "problem")])[0].code
    'b'
    """

    __slots__ = ()

    def __new__(cls, notices: Iterable[Notice] = ()) -> Notices:
        """Return them in order."""
        return super().__new__(cls, sorted(notices))

    def _repr_html_(self) -> str:
        import prospector

        rows = [(notice.level, prospector.sentence(notice)) for notice in self]
        return html_table("", ("", f"{len(rows)} notices"), rows)
