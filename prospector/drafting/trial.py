"""A drafted region, read as a screening would read it, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prospector.drafting.drafted import DraftLayer
from prospector.drafting.region_text import Heading
from prospector.errors import LayerError, ProspectorError, Reason, RegionError
from prospector.evidence import roles_read
from prospector.layers import read_layers
from prospector.region.deposit_model import deposit_model_names
from prospector.region.region_file import REGION_FILE, Region, RegionFile
from prospector.region.toml_values import validated
from prospector.screening.check import check


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


def as_region(heading: Heading, layers: Sequence[DraftLayer], folder: Path) -> Region:
    """Return a draft as a region whose files stand where they are now."""
    window = heading.window.bounds
    tables: dict[str, Any] = {
        "region": {
            "name": heading.name,
            "title": heading.title,
            "crs": heading.projection.crs,
            "scale_error_percent": heading.projection.scale_error_percent,
            "cell_size_m": heading.cell_size_m,
            "deposit_models": list(heading.deposit_models),
            "window": dict(zip(("west", "south", "east", "north"), window.as_tuple(), strict=True)),
        },
        "layers": {layer.name: entry_of(layer) for layer in layers},
    }
    file = folder / REGION_FILE
    validated(RegionFile, tables, file)
    return validated(Region, {**tables, "folder": folder}, file)


def entry_of(layer: DraftLayer) -> dict[str, Any]:
    """Return the table of a layer, its file where it is now."""
    return {"role": layer.role, "file": str(layer.look.path), **layer.values}


def with_readable(heading: Heading, layers: Sequence[DraftLayer], folder: Path) -> list[DraftLayer]:
    """Return layers of which those that cannot be read in the region are left out, with the reason."""
    return [_tried(heading, layer, folder) if layer.used else layer for layer in layers]


def _tried(heading: Heading, layer: DraftLayer, folder: Path) -> DraftLayer:
    try:
        region = as_region(heading, [layer], folder)
        read_layers(region, region.grid(), roles_of=roles_read)
    except (LayerError, RegionError) as error:
        return layer.without(_short(error, layer))
    return layer


def _short(error: ProspectorError, layer: DraftLayer) -> str:
    """Return an error without the place in region.toml, which is not there yet."""
    text = error.lines[0]
    mark = f"key 'layers.{layer.name}."
    if mark in text:
        text = text.split(mark, 1)[1].partition("': ")[2]
    return text.replace(str(layer.look.path), layer.look.path.name).rstrip(".")


def verdicts(region: Region, names: Sequence[str] | None = None) -> list[Verdict]:
    """Return what `check` says of deposit models in a region, all that are shipped by default."""
    checked = check(region, deposit_models=list(names or deposit_model_names()))
    return [
        Verdict(model.name, model.label, model.estimator, model.deposits, model.reason)
        for model in checked.deposit_models
    ]
