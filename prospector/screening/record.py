"""A screening as run.json holds it: all that decided the result, and what it found."""

from __future__ import annotations

from typing import Any

from pyproj import CRS

from prospector.compute.provenance import libraries, package_code, versions
from prospector.evidence.kind import ENTRY_POINTS as KINDS_OF_OTHERS
from prospector.grid import Grid
from prospector.layers import AnyLayer
from prospector.layers.deciding import given_in_python
from prospector.models.known import ENTRY_POINTS as ESTIMATORS_OF_OTHERS
from prospector.region.region_file import Region
from prospector.screening.steps import Screening

RUN_SCHEMA_VERSION = 8
"""Of run.json. Records from 8 on open in later versions: see `prospector.runs.migrations`."""

UNNAMED = "unknown"
"""The name that PROJ gives a CRS without one."""


def as_record(screening: Screening) -> dict[str, Any]:
    """Return run.json's content: what decided the result, notices, figures."""
    listed = {inventory.role: inventory.as_record() for inventory in screening.inventories}
    return {
        **({"inventory": listed} if listed else {}),
        "schema_version": RUN_SCHEMA_VERSION,
        **_decided_by(screening),
        "sentences": screening.sentences(),
        "resolution": [
            {"evidence": label, "resolution_m": metres} for label, metres in screening.resolution
        ],
        "tenure_as_of": screening.tenure_as_of,
        "legal_notes": [legal_note.model_dump(mode="json") for legal_note in screening.legal_notes],
        "notices": [notice.as_record() for notice in screening.notices],
        "ranked": list(screening.rankings),
        "deposit_models": {
            name: ranking.as_record() for name, ranking in screening.rankings.items()
        },
    }


def _decided_by(screening: Screening) -> dict[str, Any]:
    """Return all that decided the result: the region, its files, what was asked, code and libraries."""
    region, known = screening.region, versions()
    others = libraries(KINDS_OF_OTHERS, ESTIMATORS_OF_OTHERS)
    return {
        "region": region.region.model_dump(mode="json") | {"deposit_models": region.model_names},
        "region_file": region.file_name if region.file_name in screening.files else None,
        "given_in_python": given_in_python(region),
        "files": dict(screening.files),
        "own_files": region.own_files,
        "roles": {name: role.model_dump(mode="json") for name, role in region.roles.items()},
        "override": region.override,
        "grid": _grid(screening.grid, region),
        "inputs": {layer.name: _input(layer) for layer in screening.layers.items},
        "versions": known,
        "libraries": {name: other for name, other in others.items() if name not in known},
        "code": package_code(),
        "parameters": screening.options.as_record(),
    }


def _grid(grid: Grid, region: Region) -> dict[str, Any]:
    """Return the grid; a CRS without a name goes by what region.toml states."""
    named = CRS.from_user_input(grid.crs)
    code = named.to_authority()
    stated = named.name if named.name.lower() != UNNAMED else region.region.crs
    return {
        "crs": grid.crs,
        "crs_name": stated if code is None else f"{named.name} ({':'.join(code)})",
        "west": grid.west,
        "north": grid.north,
        "cell_size_m": grid.cell_size_m,
        "shape": list(grid.shape),
        "bounds": list(grid.bounds.as_tuple()),
    }


def _input(layer: AnyLayer) -> dict[str, Any]:
    """Return what run.json says of a layer: every key of its table, its hash, and where it comes from."""
    return {
        "file": layer.entry.file,
        "role": layer.role,
        "title": layer.title,
        "sha256": layer.sha256,
        "keys": layer.entry.model_dump(mode="json", by_alias=True),
        "schematic": layer.schematic,
        "all_schematic": bool(layer.exactness.schematic.all()),
        "resolution_m": layer.resolution_m,
        "tolerance_m": layer.tolerance_m,
        "missing_kinds": layer.entry.missing_kinds,
        "missing_names": [ground.model_dump(mode="json") for ground in layer.entry.missing_names],
        "as_of": layer.entry.as_of,
        "source": None if layer.source is None else layer.source.model_dump(mode="json"),
    }
