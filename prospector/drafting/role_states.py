"""The state of each role of a region: its layers, the models that read it, and sources for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import shapely

from prospector.evidence import roles_read
from prospector.grid import Grid
from prospector.layers import (
    ACCESS_ROLES,
    EXCLUSION_ROLES,
    AnyLayer,
    VectorLayer,
    read_layers,
)
from prospector.region.deposit_model import DepositModel
from prospector.region.region_file import Region, load_region
from prospector.screening.layer_check import check_layer
from prospector.sources.source import sources_for

USES = {
    "deposits": "every deposit model: to learn from, or to compare with",
    "concessions": "who holds the ground",
    "administrative": "tables by administrative unit",
    "tailings": "an inventory of a secondary resource",
    **dict.fromkeys(ACCESS_ROLES, "how each target is reached"),
    **dict.fromkeys(EXCLUSION_ROLES, "ground where work is barred or bound to conditions"),
    **dict.fromkeys(("coast", "borders"), "the map"),
}
"""Role -> what it serves beside evidence."""


@dataclass(frozen=True)
class LayerState:
    """A layer of a role.

    Parameters
    ----------
    count
        Its features, or its cells in the region and near it.
    inside
        How many features lie in the region or reach into it; None of a raster.
    cover
        Share of the region that polygons, or cells with a value, lie on; None of points and lines.
    """

    name: str
    count: int
    inside: int | None
    cover: float | None


@dataclass(frozen=True)
class Reader:
    """A deposit model, and its evidence or conditions that read a role.

    Parameters
    ----------
    of_region
        Whether the region names the model.
    """

    model: str
    labels: tuple[str, ...]
    of_region: bool


@dataclass(frozen=True)
class RoleState:
    """What a role of a region has, and who reads it.

    Parameters
    ----------
    uses
        What it serves beside evidence; empty for none.
    sources
        Official sources that fill it, by name.
    """

    role: str
    geometry: str
    description: str
    layers: tuple[LayerState, ...]
    readers: tuple[Reader, ...]
    uses: str
    sources: tuple[str, ...]


def role_states(region: str | Path | Region) -> list[RoleState]:
    """Return what each role of a region has, in the order of the roles.

    Raises
    ------
    RegionError, LayerError
        The region, or a layer of it, cannot be read.
    """
    loaded = region if isinstance(region, Region) else load_region(region)
    grid = loaded.grid()
    read = read_layers(loaded, grid, roles_of=roles_read)
    models = [loaded.deposit_model(name) for name in dict.fromkeys(_names(loaded))]
    return [
        RoleState(
            name, role.geometry, role.words,
            tuple(
                _layer_state(layer, grid, role.geometry)
                for layer in read.items
                if layer.role == name
            ),
            tuple(_readers(name, models, loaded.model_names)), USES.get(name, ""),
            tuple(sources_for(name, loaded.folder)),
        )
        for name, role in read.known_roles.items()
    ]  # fmt: skip


def _names(region: Region) -> Sequence[str]:
    return [*region.model_names, *region.known_models]


def _readers(role: str, models: Sequence[DepositModel], own: Sequence[str]) -> Iterator[Reader]:
    for model in models:
        labels = [
            entry.label
            for entry in model.evidence.values()
            if role in roles_read(entry.kind, entry.parameters)
        ]
        labels += [
            f"whether it applies: {entry.label}"
            for entry in model.applies
            if role in roles_read(entry.kind, entry.parameters)
        ]
        labels += [
            f"permissive ground: {entry.reason}"
            for entry in model.permissive
            if role in roles_read(entry.kind, entry.parameters)
        ]
        if model.deposit_model.unit == role:
            labels.insert(0, "the ground that is scored")
        if labels:
            yield Reader(model.name, tuple(labels), model.name in own)


def _layer_state(layer: AnyLayer, grid: Grid, geometry: str) -> LayerState:
    checked = check_layer(layer, grid)
    count = int(np.prod(checked.size))
    if not isinstance(layer, VectorLayer):
        return LayerState(layer.name, count, None, checked.range.cover if checked.range else 0.0)
    bounds = grid.bounds.as_tuple()
    shapes = layer.features.geometry.to_numpy()
    near = shapes[shapely.intersects(shapes, shapely.box(*bounds))]
    cover = None
    if geometry == "polygon":
        inside = shapely.clip_by_rect(near, *bounds)
        whole = (bounds[2] - bounds[0]) * (bounds[3] - bounds[1])
        cover = min(float(shapely.area(inside).sum() / whole), 1.0)
    return LayerState(layer.name, len(shapes), len(near), cover)
