"""Read a drafted region as a screening would, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prospector.drafting.drafted import DraftLayer
from prospector.drafting.own_models import DraftModel, Ranges
from prospector.drafting.region_text import Heading
from prospector.errors import (
    LayerError,
    ModelError,
    ProspectorError,
    Reason,
    RegionError,
    reason_for,
)
from prospector.evidence import roles_read
from prospector.grid import Grid
from prospector.layers import Layers, read_layers
from prospector.learning.opening import open_model
from prospector.options import Options
from prospector.region.region_file import REGION_FILE, Region
from prospector.region.region_tables import RegionFile
from prospector.region.shipped_models import deposit_model_names
from prospector.region.toml_values import validated
from prospector.screening.check import check
from prospector.screening.layer_check import check_layer
from prospector.screening.ranking import refuse_opening


@dataclass(frozen=True)
class Verdict:
    """What `check` says of a deposit model in a drafted region.

    Parameters
    ----------
    reason
        Why it cannot run; None where it can.
    """

    name: str
    label: str
    estimator: str
    deposits: int
    reason: Reason | None


def as_region(
    heading: Heading,
    layers: Sequence[DraftLayer],
    folder: Path,
    own_models: Sequence[DraftModel] = (),
) -> Region:
    """Return a draft as a region whose files stand where they are now."""
    window = heading.window.bounds
    tables: dict[str, Any] = {
        "region": {
            "name": heading.name,
            "title": heading.title,
            "crs": heading.projection.crs,
            "cell_size_m": heading.cell_size_m,
            "deposit_models": deposit_model_names()[:1],
            "window": dict(zip(("west", "south", "east", "north"), window.as_tuple(), strict=True)),
        },
    }
    if layers:
        tables["layers"] = {layer.name: entry_of(layer) for layer in layers}
    file = folder / REGION_FILE
    validated(RegionFile, tables, file)
    own = {model.name: model.as_own() for model in own_models}
    return validated(Region, {**tables, "folder": folder, "own_models": own}, file)


def entry_of(layer: DraftLayer) -> dict[str, Any]:
    """Return the table of a layer, its file where it is now."""
    return {"role": layer.role, "file": str(layer.look.path), **layer.values}


def with_readable(
    heading: Heading, layers: Sequence[DraftLayer], folder: Path
) -> tuple[list[DraftLayer], Ranges]:
    """Return layers of which those that cannot be read are left out with the reason, and rasters' ranges."""
    tried, ranges = list[DraftLayer](), dict[str, tuple[float, float, float]]()
    for layer in layers:
        if not layer.used:
            tried.append(layer)
            continue
        try:
            region = as_region(heading, [layer], folder)
            grid = region.grid()
            read = read_layers(region, grid, roles_of=roles_read).items[0]
        except (LayerError, RegionError) as error:
            tried.append(layer.without(short_reason(error, layer)))
            continue
        tried.append(layer)
        values = check_layer(read, grid).range
        if values is not None:
            ranges[layer.name] = values.low, values.median, values.high
    return tried, ranges


def short_reason(error: ProspectorError, layer: DraftLayer) -> str:
    """Return an error without the place in region.toml, which is not there yet."""
    path = layer.look.path
    return error.calling({str(path): path.name}).what.rstrip(".")


def verdicts(region: Region, names: Sequence[str]) -> list[Verdict]:
    """Return what `check` says of deposit models in a region."""
    checked = check(region, deposit_models=list(names))
    return [
        Verdict(model.name, model.label, model.estimator, model.deposits, model.reason)
        for model in checked.deposit_models
    ]


def openings(region: Region, names: Sequence[str]) -> list[Verdict]:
    """Return the same by what models need of layers and deposits alone: no evidence is measured."""
    grid = region.grid()
    layers = read_layers(region, grid, deposit_models=list(names), roles_of=roles_read)
    return [_opening(region, name, layers, grid) for name in names]


def _opening(region: Region, name: str, layers: Layers, grid: Grid) -> Verdict:
    model, deposits, reason = region.deposit_model(name), 0, None
    try:
        opening = open_model(model, layers, grid, Options())
        deposits = len(opening.deposits.table)
        refuse_opening(opening)
    except ModelError as error:
        reason = reason_for(error)
    label, estimator = model.deposit_model.label, model.estimator.name
    return Verdict(model.name, label, estimator, deposits, reason)
