"""Many rows kept as columns: as dicts, a hundred thousand of them took twice as much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import repeat
from typing import Any, overload


class Rows(Sequence[dict[str, Any]]):
    """Rows of columns of equal length: each is made when it is asked for.

    Parameters
    ----------
    columns
        Values of each column by its name; a column may be rows itself.

    Examples
    --------
    >>> rows = Rows({"rank": [1, 2], "at": Rows({"km": [0.5, 3.0]})})
    >>> len(rows), rows[-1]
    (2, {'rank': 2, 'at': {'km': 3.0}})
    """

    def __init__(self, columns: Mapping[str, Sequence[Any]]) -> None:
        self.columns = dict(columns)

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values()), ()))

    @overload
    def __getitem__(self, place: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, place: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, place: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        """Return a row, or several, as new dicts."""
        if isinstance(place, slice):
            return [self[number] for number in range(len(self))[place]]
        return {name: column[place] for name, column in self.columns.items()}

    def __iter__(self) -> Iterator[dict[str, Any]]:
        """Give every row as a new dict."""
        for values in zip(*self.columns.values(), strict=True):
            yield dict(zip(self.columns, values, strict=True))


class Recorded(Sequence[list[tuple[str, Any]]]):
    """What is recorded of each thing, as pairs of label and value, without what is missing.

    Parameters
    ----------
    size
        Number of things.
    labels, columns
        A label for each column, and its values; None where there is none.

    Examples
    --------
    >>> Recorded(2, ["holder", "state"], [["A", "B"], [None, "held"]])[0]
    [('holder', 'A')]
    """

    def __init__(self, size: int, labels: Sequence[str], columns: Sequence[Sequence[Any]]) -> None:
        self.size, self.labels, self.columns = size, labels, columns

    def __len__(self) -> int:
        """Return the number of things."""
        return self.size

    @overload
    def __getitem__(self, place: int) -> list[tuple[str, Any]]: ...
    @overload
    def __getitem__(self, place: slice) -> list[list[tuple[str, Any]]]: ...
    def __getitem__(
        self, place: int | slice
    ) -> list[tuple[str, Any]] | list[list[tuple[str, Any]]]:
        """Return what is recorded of a thing, or of several."""
        if isinstance(place, slice):
            return [self[number] for number in range(self.size)[place]]
        return self._known([column[place] for column in self.columns])

    def __iter__(self) -> Iterator[list[tuple[str, Any]]]:
        """Give what is recorded of every thing."""
        return map(
            self._known, zip(*self.columns, strict=True) if self.columns else repeat((), self.size)
        )

    def _known(self, values: Iterable[Any]) -> list[tuple[str, Any]]:
        pairs = zip(self.labels, values, strict=True)
        return [(label, value) for label, value in pairs if value is not None]
