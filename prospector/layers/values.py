"""Layers as values: the features or cells of a role, in the region's CRS, and the layers of a region."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from prospector.errors import LayerError, Notice
from prospector.layers.contract import COLUMNS
from prospector.layers.exactness import (
    Exactness,
    feature_exactness,
    stated_resolution_m,
    stated_tolerance_m,
)
from prospector.layers.rasters import RasterLayer
from prospector.layers.remembered import remembered
from prospector.layers.roles import ROLES, Role
from prospector.layers.shapes import FeatureFile, Shapes
from prospector.printable import printable
from prospector.region.region_tables import LayerEntry, SourceEntry


@dataclass(frozen=True, eq=False)
class VectorLayer:
    """Features of one role, in the region's CRS.

    Parameters
    ----------
    given
        The features, without null, empty or invalid geometry: a table, or the file that a worker reads.
    coverage
        Where the layer is complete but for `missing_kinds`; None where nothing is known about that.
    absent_kinds
        Kinds of thing that reading found to be left out, beside those that region.toml states.
    parts
        The layers that this one was joined of.
    fields
        Names of all columns of its file, those too that were not kept.
    cell_m
        Of polygons made of a raster: the size of its cells, finer than which it does not resolve.
    """

    name: str
    role: str
    title: str
    given: gpd.GeoDataFrame | FeatureFile
    entry: LayerEntry
    source: SourceEntry | None
    sha256: str
    coverage: BaseGeometry | None = None
    absent_kinds: tuple[str, ...] = ()
    parts: tuple[VectorLayer, ...] = ()
    fields: tuple[str, ...] = ()
    cell_m: float | None = None

    @cached_property
    def features(self) -> gpd.GeoDataFrame:
        """All features with their geometry; a worker that asks for them reads the layer whole."""
        return self.given.whole() if isinstance(self.given, FeatureFile) else self.given

    @property
    def table(self) -> pd.DataFrame:
        """What features state, in their order; in a worker without their geometry."""
        return self.given.table if isinstance(self.given, FeatureFile) else self.given

    @cached_property
    def shapes(self) -> Shapes:
        """The geometry of the features, in their order, to be asked for by place."""
        if isinstance(self.given, FeatureFile):
            return self.given.shapes
        return Shapes.held(np.asarray(self.given.geometry.array, dtype=object))

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of features, in a tuple as of an array."""
        return (len(self.table),)

    @property
    def missing_kinds(self) -> list[str]:
        """Kinds of thing that the layer, or any that it was joined of, does not hold."""
        own = [self] if not self.parts else []
        stated = [
            kind for layer in own for kind in (*layer.entry.missing_kinds, *layer.absent_kinds)
        ]
        return list(
            dict.fromkeys([*stated, *(k for part in self.parts for k in part.missing_kinds)])
        )

    @cached_property
    def complete(self) -> BaseGeometry | None:
        """Where no kind of thing is missing: for each kind, some layer that holds it is complete there."""
        layers = self.parts or (self,)
        ground = self.coverage
        for kind in self.missing_kinds:
            holding = [layer.coverage for layer in layers if kind not in layer.missing_kinds]
            known = shapely.union_all([part for part in holding if part is not None])
            ground = None if ground is None else ground.intersection(known)
        return None if ground is None or ground.is_empty else ground

    @property
    def as_of(self) -> str:
        """Date that the layer states; those of its parts, each once, where it was joined."""
        dates = [part.entry.as_of or "unknown" for part in self.parts or (self,)]
        return "; ".join(dict.fromkeys(dates))

    @property
    def stated_tolerance_m(self) -> float:
        """How far features may lie off that do not say it themselves; 0 where nothing is stated."""
        return stated_tolerance_m(self.entry, self.source)

    @cached_property
    def exactness(self) -> Exactness:
        """How exact each feature is."""
        if self.parts:
            return Exactness.joined([part.exactness for part in self.parts])
        return feature_exactness(
            self.table,
            tolerance_m=self.stated_tolerance_m,
            resolution_m=max(
                stated_resolution_m(self.entry, self.source) or 0.0, self.cell_m or 0.0
            ),
            schematic=self.source is not None and self.source.schematic,
        )

    @property
    def resolution_m(self) -> float | None:
        """What the layer resolves, the coarsest of its parts; None where nothing is stated."""
        return float(self.exactness.resolution_m.max(initial=0.0)) or None

    @property
    def tolerance_m(self) -> float | None:
        """How far its features may lie off at most; None where nothing is stated."""
        return float(self.exactness.tolerance_m.max(initial=0.0)) or None

    @property
    def schematic(self) -> bool:
        """Whether any feature was drawn from descriptions."""
        return bool(self.exactness.schematic.any())


AnyLayer = VectorLayer | RasterLayer


def _size(layer: AnyLayer) -> str:
    if isinstance(layer, VectorLayer):
        count = len(layer.table)
        return f"{count} feature{'s' * (count != 1)}"
    return f"{layer.shape[0]} x {layer.shape[1]} cells"


@dataclass(frozen=True, eq=False)
class Layers:
    """The layers of a region by role, with the notices that reading them gave.

    Parameters
    ----------
    places
        Where temporary files lie that rasters are read from: they go when nobody holds this.
    known_roles
        Every role that a layer of the region can have.

    Examples
    --------
    >>> import prospector
    >>> prospector.check("hills").layers
    Layers
      deposits (deposits): 40 features
      faults (faults): 1 feature
      relief (relief): 60 x 60 cells
    """

    crs: str
    items: tuple[AnyLayer, ...]
    notices: tuple[Notice, ...] = field(default=())
    places: Mapping[str, Path] = field(default_factory=dict, repr=False)
    known_roles: Mapping[str, Role] = field(default_factory=lambda: ROLES, kw_only=True, repr=False)

    def __repr__(self) -> str:
        """Return a line for each layer: its name and role, and how many features or cells it has."""
        rows = [f"  {layer.name} ({layer.role}): {_size(layer)}" for layer in self.items]
        return "\n".join(map(printable, ["Layers", *rows]))

    def of_role(self, role: str) -> list[AnyLayer]:
        """Return the layers of a role, in the order of region.toml."""
        return [layer for layer in self.items if layer.role == role]

    def vector(self, role: str) -> VectorLayer | None:
        """Return the one vector layer of a role, several joined into one; None if there is none."""
        found = [layer for layer in self.of_role(role) if isinstance(layer, VectorLayer)]
        return _joined(tuple(found)) if found else None

    def raster(self, role: str) -> RasterLayer | None:
        """Return the one raster layer of a role; None if there is none.

        Raises
        ------
        LayerError
            Several rasters have the role: two rasters are never joined.
        """
        rasters = [layer for layer in self.of_role(role) if isinstance(layer, RasterLayer)]
        if len(rasters) > 1:
            names = ", ".join(f"'{layer.name}'" for layer in rasters)
            raise LayerError(
                f"Role '{role}': {names} are all rasters of this role, and only one can be read. "
                "Choose one with `layer`."
            )
        return rasters[0] if rasters else None

    def is_schematic(self, role: str) -> bool:
        """Whether any layer of the role was drawn from descriptions."""
        return any(layer.schematic for layer in self.of_role(role))


def _alike(tables: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Return tables of one role with the columns that say yes or no in all of them, where one has them."""
    absent = {
        name: column.absent
        for name, column in COLUMNS.items()
        if column.absent is not None and any(name in table.columns for table in tables)
    }
    return [
        table.assign(**{name: yes for name, yes in absent.items() if name not in table.columns})
        for table in tables
    ]


def _features_of(layers: tuple[VectorLayer, ...]) -> gpd.GeoDataFrame | FeatureFile:
    """Return the features of several layers, one after another."""
    table = pd.concat(_alike([layer.table for layer in layers]), ignore_index=True)
    if isinstance(table, gpd.GeoDataFrame):
        return table
    shapes = Shapes.joined([layer.shapes for layer in layers])
    return FeatureFile(table, shapes, str(layers[0].given.crs))


@remembered(64)
def _joined(layers: tuple[VectorLayer, ...]) -> VectorLayer:
    """Return several layers of one role as one; coverages are united."""
    if len(layers) == 1:
        return layers[0]
    first = layers[0]
    coverages = [layer.coverage for layer in layers if layer.coverage is not None]
    return VectorLayer(
        name=" + ".join(layer.name for layer in layers),
        role=first.role,
        title=first.title,
        given=_features_of(layers),
        entry=first.entry,
        source=next((layer.source for layer in layers if layer.schematic), first.source),
        sha256=hashlib.sha256("".join(layer.sha256 for layer in layers).encode()).hexdigest(),
        coverage=shapely.union_all(coverages) if coverages else None,
        parts=layers,
        fields=tuple(dict.fromkeys(name for layer in layers for name in layer.fields)),
    )
