"""How GIS software shows a layer of a run: one value for each layer, whatever the format says it in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Shape = Literal["polygon", "line", "point", "table"]


@dataclass(frozen=True)
class Symbol:
    """How a feature is drawn.

    Parameters
    ----------
    fill
        Colour of an area or a marker; of a line, its colour. None: not filled.
    outline
        Colour of the edge of an area or a marker.
    opacity
        Of the fill, 0-1.
    width_mm
        Of a line or an edge.
    marker
        Name of a marker of QGIS and of SLD: circle, triangle, square, diamond.
    dashed
        Whether a line or an edge is broken.
    """

    shape: Shape
    fill: str | None
    outline: str | None = None
    opacity: float = 1.0
    width_mm: float = 0.3
    size_mm: float = 2.0
    marker: str = "circle"
    dashed: bool = False


@dataclass(frozen=True)
class ShownClass:
    """A class of a renderer with its symbol: values above `low` up to `high`, or one value.

    A categorised class without a value takes all that no other takes.
    """

    label: str
    symbol: Symbol
    low: float = 0.0
    high: float = 0.0
    value: str | None = None


@dataclass(frozen=True)
class Renderer:
    """How features are told apart: by a number, by a text, or not at all.

    Parameters
    ----------
    column
        What they are told apart by; empty where they are not.
    classes
        From low to high, or in the order of the legend; exactly one where there is no column.
    """

    kind: Literal["single", "graduated", "categorised"]
    classes: tuple[ShownClass, ...]
    column: str = ""


@dataclass(frozen=True)
class Labels:
    """What stands beside features: an expression of QGIS, its size in points and its colour.

    Parameters
    ----------
    priority
        From 0 to 10: where two have no room, the lower gives way.
    falling
        How much of the priority each later rank loses; 0 where features have no rank.
    beside
        Whether it stands outside an area; else over it, and along a line.
    line_letters
        The letters after which a line breaks; 0 where none does.
    from_scale
        The scale, 1 to so many, from which on it is shown; 0 at every scale. Before that a point
        still keeps the labels of others off itself.
    """

    expression: str
    shape: Shape
    size_pt: float = 8.0
    colour: str = "#17202a"
    bold: bool = False
    priority: int = 5
    falling: float = 0.0
    beside: bool = False
    line_letters: int = 0
    from_scale: int = 0


@dataclass(frozen=True)
class Column:
    """What a column is called, what it means, and its unit; a meaning or unit may be empty.

    Parameters
    ----------
    shown
        What stands in its cells for a reader, by the code that the file holds.
    """

    name: str
    alias: str
    meaning: str = ""
    unit: str = ""
    shown: Mapping[str, str] = field(default_factory=dict)

    @property
    def description(self) -> str:
        """The meaning with the unit.

        Examples
        --------
        >>> Column("town_km", "town (km)", "distance to the nearest town", "km").description
        'distance to the nearest town [km]'
        """
        unit = f"[{self.unit}]" if self.unit else ""
        return " ".join(part for part in (self.meaning, unit) if part)


@dataclass(frozen=True)
class LayerStyle:
    """A layer of features: what it is called, what it is, and how it is shown.

    Parameters
    ----------
    name
        Name of its table or file.
    abstract
        What it is, how far to believe it, as of when, under which licence.
    display
        Expression that names a feature in a list.
    tip
        HTML that QGIS shows over a feature; expressions stand in ``[% %]``.
    """

    name: str
    title: str
    abstract: str
    shape: Shape
    renderer: Renderer | None
    columns: tuple[Column, ...]
    display: str = ""
    tip: str = ""
    labels: Labels | None = None


@dataclass(frozen=True)
class Stop:
    """A value of a raster with its colour: the upper bound of a class, or a point of a ramp."""

    value: float
    colour: str
    label: str
    opacity: float = 1.0


@dataclass(frozen=True)
class RasterStyle:
    """A raster: what it is called, what it is, and the colours of its values.

    Parameters
    ----------
    stops
        From low to high; classes end at theirs, the last has no end.
    classed
        Whether the stops are classes; else colours run from stop to stop.
    """

    name: str
    title: str
    abstract: str
    unit: str
    stops: tuple[Stop, ...]
    classed: bool = False
    opacity: float = 1.0
