"""The classes of a source's layer: codes read by its scheme, and the layers that are parts of it."""

from __future__ import annotations

from dataclasses import dataclass, field

import geopandas as gpd

from prospector.sources.codes import Unmapped, classed, load_scheme, part_of
from prospector.sources.codes.classes import CLASS_COLUMNS
from prospector.sources.source import PartEntry, SourceLayer


@dataclass(frozen=True, eq=False)
class ClassedLayer:
    """A layer with its classes.

    Parameters
    ----------
    table
        The layer in our columns, with the columns that its codes became.
    parts
        Name of each layer that is made of some of its classes -> its rows; those without a row are left
        out.
    counts
        Class -> rows, most rows first; the empty text stands for none.
    unmapped
        What did not become a class or an age, most rows first.
    """

    table: gpd.GeoDataFrame
    parts: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    unmapped: tuple[Unmapped, ...] = ()


def with_classes(
    ours: gpd.GeoDataFrame, theirs: gpd.GeoDataFrame, layer: SourceLayer
) -> ClassedLayer:
    """Return a layer in our columns with the classes that its codes became.

    Parameters
    ----------
    ours
        The rows in our columns.
    theirs
        The same rows, with the fields that the scheme reads.
    layer
        Says how codes become classes; a layer without codes stays as it is.

    Raises
    ------
    LayerError
        A field that the scheme reads is missing.
    """
    if layer.codes is None:
        return ClassedLayer(ours)
    done = classed(theirs, load_scheme(layer.codes.scheme), layer.codes.reads)
    new = {name: done.table[name].array for name in CLASS_COLUMNS if name not in ours.columns}
    table = ours.assign(**new)
    parts = {name: _part(table, part) for name, part in layer.parts.items()}
    held = {name: rows for name, rows in parts.items() if len(rows)}
    return ClassedLayer(table, held, done.counts, done.unmapped)


def _part(table: gpd.GeoDataFrame, part: PartEntry) -> gpd.GeoDataFrame:
    """Return the rows of a part, without a column that has one value there."""
    alike = [column for column, classes in part.where.items() if len(classes) == 1]
    return part_of(table, part.where).drop(columns=alike).reset_index(drop=True)
