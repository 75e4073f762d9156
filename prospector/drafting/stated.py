"""What the user states about files, so that it need not be guessed: columns, CRS, deposit type."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from prospector.errors import RegionError
from prospector.layers.places import PLACE_NAMES

FORM = re.compile(
    r"(?:(?P<layer>[a-z][a-z0-9_]*)\.)?(?P<ours>[a-z][a-z0-9_]*)\s*=\s*(?P<theirs>.+)"
)


@dataclass(frozen=True)
class StatedColumn:
    """A column of a file by the name that a role knows it by.

    Parameters
    ----------
    layer
        The only layer that it is stated of; empty for every file with such a column.
    """

    ours: str
    theirs: str
    layer: str = ""

    def __str__(self) -> str:
        of_layer = f"{self.layer}." if self.layer else ""
        return f"--column {of_layer}{self.ours}={self.theirs}"


@dataclass(frozen=True)
class Stated:
    """What is stated of files.

    Parameters
    ----------
    crs
        Of files that state none, or whose own puts them where they cannot lie.
    columns
        Of files, in place of those that are guessed.
    deposit_type
        Type of the deposits of all files, in place of a column.
    """

    crs: str | None = None
    columns: tuple[StatedColumn, ...] = ()
    deposit_type: str | None = None

    def of(self, layer: str, columns: Collection[str]) -> dict[str, str]:
        """Return the columns that are stated of a layer, of those that its file has.

        Examples
        --------
        >>> stated = Stated(columns=stated_columns(["name=NOMBRE", "mines.name=Mina"]))
        >>> stated.of("mines", ["NOMBRE", "Mina"]), stated.of("towns", ["NOMBRE"]), stated.of("towns", ["X"])
        ({'name': 'Mina'}, {'name': 'NOMBRE'}, {})
        """
        ordered = sorted(self.columns, key=lambda column: bool(column.layer))
        return {
            column.ours: column.theirs
            for column in ordered
            if column.layer in ("", layer) and column.theirs in columns
        }

    def places(self, layer: str, columns: Collection[str]) -> dict[str, str]:
        """Return those of them that say where the rows of a table are."""
        stated = self.of(layer, columns)
        return {ours: stated[ours] for ours in PLACE_NAMES if ours in stated}


NOTHING_STATED = Stated()


def stated_columns(texts: Iterable[str]) -> tuple[StatedColumn, ...]:
    """Return columns as they are written on the command line.

    Raises
    ------
    RegionError
        One is not of the form OUR=THEIRS or LAYER.OUR=THEIRS.

    Examples
    --------
    >>> stated_columns(["deposit_type=Tipo", "geology.lithology=LITHNAME1"])[1].layer
    'geology'
    """
    columns = []
    for text in texts:
        form = FORM.fullmatch(text.strip())
        if form is None:
            raise RegionError(
                f"--column {text}: must be OUR=THEIRS, or LAYER.OUR=THEIRS for one layer alone. "
                "Write e.g. --column deposit_type=Tipo."
            )
        columns.append(StatedColumn(form["ours"], form["theirs"].strip(), form["layer"] or ""))
    return tuple(columns)
