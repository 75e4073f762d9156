"""What is asked of a layer of a service, what the service reports of it, and the rows received."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import numpy as np
import shapely

from prospector.errors import SourceError
from prospector.grid import Bounds
from prospector.region.spelling import did_you_mean

ColumnType = Literal["text", "whole", "number"]

SLACK_DEG = 0.05
"""So far outside the box a row may lie that was simplified or rounded."""


@dataclass(frozen=True)
class Asked:
    """What is asked of a layer: nothing of the user but a box is ever sent.

    Parameters
    ----------
    address
        Of the service.
    path
        Number of the layer, or name of the feature type; empty where there is only one.
    fields
        Their names of the columns that are asked for.
    key
        Their name of the column that tells rows apart; the service's own where it is empty.
    box
        In degrees of longitude and latitude.
    page_size
        Rows of a page; the service may give fewer.
    simplify_m
        How far the service may move a line to make it shorter.
    version
        Of WFS.
    """

    address: str
    path: str
    fields: tuple[str, ...]
    box: Bounds
    key: str = ""
    page_size: int = 2000
    simplify_m: float = 0.0
    version: str = ""


@dataclass(frozen=True)
class Survey:
    """What a service says of a layer before it is read.

    Parameters
    ----------
    count
        Rows within the box.
    ids
        Their ids, sorted; None where the service does not list them.
    types
        Asked field -> the type of its values.
    notes
        Whatever else must stay the same for pages to belong together, e.g. when the data were edited.
    """

    count: int
    ids: tuple[str, ...] | None
    types: Mapping[str, ColumnType]
    notes: tuple[str, ...] = ()
    inner: Any = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Rows:
    """Rows of a page.

    Parameters
    ----------
    ids
        What tells them apart.
    values
        Asked field -> a value for each row.
    shapes
        A geometry for each row in degrees of longitude and latitude, None where it has none.
    """

    ids: tuple[str, ...]
    values: Mapping[str, Sequence[Any]]
    shapes: np.ndarray

    def __len__(self) -> int:
        return len(self.ids)


class Service(Protocol):
    """A layer of a service, whatever it speaks."""

    def survey(self) -> Survey:
        """Return what it says of the layer."""

    def pages(self, survey: Survey, done: Sequence[str]) -> Iterator[Rows]:
        """Yield the rows that are not among those that are kept already, whose ids are given in order."""


def plain_values(values: Sequence[Any]) -> list[Any]:
    """Return values as text, numbers or None; whatever else there is, as text."""
    return [
        value if isinstance(value, str | int | float | None) else str(value) for value in values
    ]


def in_degrees(shapes: np.ndarray, box: Bounds, where: str) -> np.ndarray:
    """Return geometries with longitude first: turned where the service gave latitude first.

    Rows were asked for by the box, so all of them touch it.

    Raises
    ------
    SourceError
        They lie elsewhere: the service reads the box, or writes coordinates, in another way.

    Examples
    --------
    >>> turned = in_degrees(np.array([shapely.Point(-24, -69)]), Bounds(-70, -25, -68, -23), "x")
    >>> print(turned[0])
    POINT (-69 -24)
    """
    extents = shapely.bounds(shapes)
    drawn = ~np.isnan(extents[:, 0])
    if not drawn.any():
        return shapes
    if _touch(extents[drawn], box).all():
        return shapes
    if _touch(extents[drawn][:, [1, 0, 3, 2]], box).all():
        return np.asarray(shapely.transform(shapes, lambda places: places[:, ::-1]))
    outside = int((~_touch(extents[drawn], box)).sum())
    raise SourceError(
        f"{where}: {outside} of {int(drawn.sum())} rows lie outside the box that was requested. "
        "The service uses other coordinates: check version in the source, or download the file by "
        "hand."
    )


def _touch(extents: np.ndarray, box: Bounds) -> np.ndarray:
    wide = box.widened(SLACK_DEG)
    touching: np.ndarray = (
        (extents[:, 0] <= wide.east) & (extents[:, 2] >= wide.west)
        & (extents[:, 1] <= wide.north) & (extents[:, 3] >= wide.south)
    )  # fmt: skip
    return touching


class MismatchError(SourceError):
    """Rows that came do not fit what was counted: the layer may have changed meanwhile."""


def refuse_repeats(ids: Sequence[str], before: set[str], where: str) -> None:
    """Raise MismatchError where rows came twice."""
    repeated = [id_ for id_ in ids if id_ in before] or (
        [] if len(set(ids)) == len(ids) else [id_ for id_ in ids if ids.count(id_) > 1]
    )
    if repeated:
        raise MismatchError(
            f"{where}: {len(repeated)} rows came twice, e.g. {repeated[0]}: the service repeats a "
            "page. Nothing was changed. Run the command again; the pages before it are kept."
        )


def field_named(asked: str, fields: Collection[str], where: str) -> str:
    """Return a layer's own spelling of a field; one that it lacks would give no rows without a word.

    Raises
    ------
    SourceError
        It has no such field.

    Examples
    --------
    >>> field_named("nombre", ["OBJECTID", "NOMBRE"], "x")
    'NOMBRE'
    """
    if asked in fields:
        return asked
    alike = [name for name in fields if name.lower() == asked.lower()]
    if len(alike) == 1:
        return alike[0]
    raise SourceError(
        f"{where}: the layer has no field '{asked}'. {did_you_mean(asked, fields)}It has: "
        f"{', '.join(fields)}. Correct fields of the source's layer."
    )
