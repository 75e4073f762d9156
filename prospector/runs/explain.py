"""What the evidence of each deposit model says at a place of a run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from pyproj import Transformer

from prospector.errors import OutputError
from prospector.gis.raster import read_cell, score_file
from prospector.grid import FloatArray, Values, Window
from prospector.ground.distribution import Distribution
from prospector.ground.protocol import Scale
from prospector.models.fitted import Fitted
from prospector.runs.run import Run
from prospector.screening.ranking import Ranking
from prospector.screening.steps import Screening
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
    """The evidence of one deposit model at a place.

    Parameters
    ----------
    deposit_model, label
        Name and label of the deposit model.
    score
        Favourability of the cell, 0-1; NaN where it was not scored.
    percentile
        Percentile of that score among all scored units, 0-100; NaN where there is none.
    """

    deposit_model: str
    label: str
    score: float
    percentile: float
    rows: tuple[EvidenceHere, ...]
    """What each evidence says, strongest first."""
    unlike: tuple[float, float] | None = None
    """Dissimilarity to what was trained on, and the threshold above which the place lies outside the
    area of applicability; None where nothing was learned or evidence is missing."""


def explain(source: Run | Screening, longitude: float, latitude: float) -> list[Explanation]:
    """Return the evidence of each deposit model at a place of a screening, or of a run.

    Both give the same: a screening is read as its run will hold it.

    Parameters
    ----------
    source
        A screening, or a run that is reopened.
    longitude, latitude
        In degrees (WGS 84).

    Returns
    -------
    list of Explanation
        One for each deposit model: score (0-1), percentile (0-100), and a row for each evidence, strongest
        first, with its value and what it adds.

    Raises
    ------
    OutputError
        The place lies outside the region.

    Examples
    --------
    >>> import prospector
    >>> here = prospector.explain(prospector.open_run("out/hills"), -69.0, -24.5)[0]
    >>> here.deposit_model, len(here.rows), 0 <= here.percentile <= 100
    ('porphyry_copper', 2, True)
    """
    project = Transformer.from_crs("EPSG:4326", source.grid.crs, always_xy=True).transform
    easting, northing = project(longitude, latitude)
    row, column, within = source.grid.index(np.array([easting]), np.array([northing]))
    if not within[0]:
        named = source.region.name if isinstance(source, Screening) else source.folder
        raise OutputError(
            f"longitude {longitude}, latitude {latitude}: outside the region of {named}. "
            "Give longitude first, then latitude, in degrees."
        )
    at = int(row[0]), int(column[0])
    if isinstance(source, Screening):
        rankings = source.rankings.items()
        return [_explained(_of_ranking(name, ranking, *at)) for name, ranking in rankings]
    return [_explained(_of_run(source, name, *at)) for name in source.deposit_models]


@dataclass(frozen=True, eq=False)
class _Place:
    """One deposit model at one cell.

    Parameters
    ----------
    described
        What run.json says of each evidence.
    values
        Of each evidence, in its own unit.
    fitted, area
        Return the fitted estimator, and where it may speak: asked only where no evidence is missing.
    """

    name: str
    label: str
    described: list[dict[str, Any]]
    values: FloatArray
    score: float
    distribution: Distribution
    fitted: Callable[[], Fitted]
    area: Callable[[], Applicability | None]


def _of_run(run: Run, name: str, row: int, column: int) -> _Place:
    figures = run.record["deposit_models"][name]
    described = figures["evidence"]
    files = [run.file(name, "evidence", f"{entry['name']}.tif") for entry in described]
    return _Place(
        name,
        figures["model"]["deposit_model"]["label"],
        described,
        np.array([read_cell(file, run.grid, row, column) for file in files]),
        read_cell(run.file(name, score_file(name)), run.grid, row, column),
        run.distribution(name),
        lambda: run.fitted(name),
        lambda: run.applicability(name),
    )


def _of_ranking(name: str, ranking: Ranking, row: int, column: int) -> _Place:
    cell = Window((0, 0), row, column, (1, 1))

    def value(raster: Values) -> float:
        return float(np.float32(raster.read(cell)[0, 0]))  # as the run's files hold it

    return _Place(
        name,
        ranking.model.deposit_model.label,
        [evidence.as_record() for evidence in ranking.evidence],
        np.array([value(evidence.raster) for evidence in ranking.evidence]),
        value(ranking.score),
        ranking.distribution,
        lambda: ranking.estimation.fitted,
        lambda: ranking.applicability,
    )


def _explained(place: _Place) -> Explanation:
    values, described = place.values, place.described
    parts, unlike = np.full(len(values), np.nan), None
    if _scored(place, values):
        scale = Scale(tuple(entry["scale"] == "log" for entry in described))
        parts = place.fitted().contributions(scale(values[None]))[0]
        unlike = _unlike(place.area(), scale(values[None]))
    order = np.argsort(-np.abs(parts), kind="stable")
    return Explanation(
        place.name,
        place.label,
        place.score,
        float(place.distribution.percentile(np.array([place.score]))[0]),
        tuple(_evidence(described[i], float(values[i]), float(parts[i])) for i in order),
        unlike,
    )


def _scored(place: _Place, values: FloatArray) -> bool:
    """Return whether a place has the evidence that its estimator needs."""
    known = np.isfinite(values)
    return bool(known.all() or (known.any() and place.fitted().complete(values[None])[0]))


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
