"""What the evidence of each deposit model says at a place of a run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import Transformer

from prospector.errors import OutputError
from prospector.gis.raster import read_cell
from prospector.grid import FloatArray
from prospector.ground.protocol import Scale
from prospector.runs.run import Run
from prospector.targets.contributions import at_tolerance
from prospector.validation.applicability import Applicability


@dataclass(frozen=True)
class EvidenceHere:
    """What one evidence says at a place.

    It unpacks as label, value, unit, contribution and whether it is schematic.

    Parameters
    ----------
    unresolved
        Whether the value is a distance that its layer does not resolve: within it, not at it.
    schematic, all_schematic
        Whether any feature that it is measured from was drawn from descriptions, or all were.
    """

    label: str
    value: float
    unit: str
    contribution: float
    unresolved: bool
    schematic: bool
    all_schematic: bool

    def __iter__(self) -> Iterator[str | float]:
        """Give label, value, unit, contribution and whether it is schematic."""
        yield from (self.label, self.value, self.unit, self.contribution, self.schematic)


@dataclass(frozen=True)
class Explanation:
    """What the evidence of one deposit model says at a place."""

    deposit_model: str
    label: str
    score: float
    percentile: float
    rows: tuple[EvidenceHere, ...]
    """What each evidence says, strongest first."""
    unlike: tuple[float, float] | None = None
    """Dissimilarity to what was trained on, and the threshold above which the place lies outside the
    area of applicability; None where nothing was learned or evidence is missing."""


def explain(run: Run, longitude: float, latitude: float) -> list[Explanation]:
    """Return what each deposit model's evidence says at a place.

    Raises
    ------
    OutputError
        The place lies outside the region.
    """
    project = Transformer.from_crs("EPSG:4326", run.grid.crs, always_xy=True).transform
    easting, northing = project(longitude, latitude)
    row, column, within = run.grid.index(np.array([easting]), np.array([northing]))
    if not within[0]:
        raise OutputError(
            f"longitude {longitude}, latitude {latitude}: outside the region of {run.folder}. "
            "Give longitude first, then latitude, in degrees."
        )
    return [_explain_model(run, name, int(row[0]), int(column[0])) for name in run.deposit_models]


def _explain_model(run: Run, name: str, row: int, column: int) -> Explanation:
    figures = run.record["deposit_models"][name]
    described = figures["evidence"]
    files = [run.file(name, "evidence", f"{entry['name']}.tif") for entry in described]
    values = np.array([read_cell(file, run.grid, row, column) for file in files])
    score = read_cell(run.file(name, "score.tif"), run.grid, row, column)
    parts, unlike = np.full(len(values), np.nan), None
    if np.isfinite(values).all():
        scale = Scale(tuple(entry["scale"] == "log" for entry in described))
        parts = run.fitted(name).contributions(scale(values[None]))[0]
        unlike = _unlike(run.applicability(name), scale(values[None]))
    order = np.argsort(-np.abs(parts), kind="stable")
    return Explanation(
        name,
        figures["model"]["deposit_model"]["label"],
        score,
        float(run.distribution(name).percentile(np.array([score]))[0]),
        tuple(_evidence(described[i], float(values[i]), float(parts[i])) for i in order),
        unlike,
    )


def _evidence(described: dict[str, Any], value: float, contribution: float) -> EvidenceHere:
    unresolved = at_tolerance(np.array([value]), described["tolerances_km"])
    return EvidenceHere(
        described["label"],
        value,
        described["unit"],
        contribution,
        bool(unresolved[0]),
        bool(described["schematic"]),
        bool(described["all_schematic"]),
    )


def _unlike(area: Applicability | None, evidence: FloatArray) -> tuple[float, float] | None:
    """Return the dissimilarity of evidence, shape (1, n), to the training, and the threshold."""
    return None if area is None else (float(area.dissimilarity(evidence)[0]), area.threshold)
