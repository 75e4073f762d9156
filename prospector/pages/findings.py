"""What a run found, as report and dossier show it: read from the run folder and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely
from shapely.geometry.base import BaseGeometry

from prospector.errors import Notice
from prospector.gis.raster import Cog, picture_grid, read_cog, score_file, thinned
from prospector.gis.relief import RELIEF_FILE
from prospector.grid import Bounds, FloatArray, Raster
from prospector.ground.distribution import Distribution
from prospector.ground.protocol import Scale
from prospector.models.fitted import Fitted
from prospector.pages.ground_pictures import Backdrop, backdrop
from prospector.region.legal import LegalNote
from prospector.reprojected import reprojected
from prospector.runs.areas import rows_inside
from prospector.runs.run import Run
from prospector.runs.trained_on import TrainedOn
from prospector.tenure.exclusions import ANY, LEAST_FLAGGED
from prospector.validation.applicability import Applicability
from prospector.validation.record import Skill
from prospector.words.language import Language, Standing

DRAWN = ("salars", "protected", "coast", "borders", "faults", "towns", "ports")


@dataclass(frozen=True, eq=False)
class Findings:
    """A run folder with what its pages draw, in the grid's CRS."""

    run: Run
    _shared: dict[str, Any] = field(default_factory=dict, repr=False)

    def shared(self, name: str, make: Callable[[], Any]) -> Any:
        """Return what several pages of the run show, made when it is first asked for."""
        if name not in self._shared:
            self._shared[name] = make()
        return self._shared[name]

    def layer(self, name: str) -> gpd.GeoDataFrame | None:
        """Return a layer of prospects.gpkg in the grid's CRS; None where the run has none."""
        if name not in self.run.layer_names:
            return None
        return reprojected(self.run.layer(name), self.run.grid.crs)

    @cached_property
    def targets(self) -> gpd.GeoDataFrame:
        """All targets, in the grid's CRS; texts are never missing."""
        return _told(reprojected(self.run.targets, self.run.grid.crs))

    @cached_property
    def deposits(self) -> gpd.GeoDataFrame:
        """All known deposits of the deposit models, in the grid's CRS."""
        return _told(self.run.deposits.to_crs(self.run.grid.crs))

    @cached_property
    def concessions(self) -> gpd.GeoDataFrame | None:
        """The titles, in the grid's CRS."""
        found = self.layer("concessions")
        return None if found is None else _told(found)

    @cached_property
    def legal_notes(self) -> list[LegalNote]:
        """What the run records of the law."""
        return [LegalNote(**note) for note in self.run.record["legal_notes"]]

    def sentences(self, words: Language) -> Standing:
        """Return what every page says, in a language."""
        record = self.run.record
        return words.standing(
            [(row["evidence"], row["resolution_m"]) for row in record["resolution"]],
            record["grid"]["cell_size_m"],
            record["tenure_as_of"],
        )

    @cached_property
    def backdrop(self) -> Backdrop:
        """Relief and context below every picture."""
        layers = {name: self.layer(name) for name in DRAWN}
        there = {name: layer for name, layer in layers.items() if layer is not None}
        grid, there_is = picture_grid(self.run.grid), self.run.has(RELIEF_FILE)
        relief = read_cog(self.run.file(RELIEF_FILE), grid).values if there_is else None
        return backdrop(relief, grid, there)

    @cached_property
    def models(self) -> dict[str, ModelFindings]:
        """What each deposit model found, in the order that the region names them."""
        return {
            deposit_model: ModelFindings(self, deposit_model)
            for deposit_model in self.run.deposit_models
        }


def _told(table: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    """Return a table whose missing texts are empty."""
    texts = [name for name in table.columns if table[name].dtype.kind == "O" and name != "geometry"]
    return table.assign(**{name: table[name].fillna("") for name in texts})


@dataclass(frozen=True, eq=False)
class ModelFindings:
    """What one deposit model of a run found."""

    findings: Findings
    name: str

    @property
    def run(self) -> Run:
        """The run."""
        return self.findings.run

    @property
    def figures(self) -> dict[str, Any]:
        """What run.json says of the deposit model."""
        found: dict[str, Any] = self.run.record["deposit_models"][self.name]
        return found

    @property
    def entry(self) -> dict[str, Any]:
        """The table ``deposit_model`` of the deposit model."""
        found: dict[str, Any] = self.figures["model"]["deposit_model"]
        return found

    @cached_property
    def skill(self) -> Skill:
        """How well it ranks deposits that it has not seen."""
        return self.run.skill(self.name)

    @property
    def labels(self) -> list[str]:
        """Label of each evidence, by its column."""
        return [evidence["label"] for evidence in self.evidence]

    @cached_property
    def notices(self) -> tuple[Notice, ...]:
        """What was chosen, dropped or repaired for the deposit model, gravest first."""
        return tuple(map(Notice.from_record, self.figures["notices"]))

    @property
    def evidence(self) -> list[dict[str, Any]]:
        """The evidence that was used, in the order of the deposit model."""
        found: list[dict[str, Any]] = self.figures["evidence"]
        return found

    @cached_property
    def targets(self) -> gpd.GeoDataFrame:
        """The targets by rank."""
        every = self.findings.targets
        return every[every["deposit_model"] == self.name].sort_values("rank", ignore_index=True)

    @cached_property
    def deposits(self) -> gpd.GeoDataFrame:
        """The model's known deposits."""
        every = self.findings.deposits
        return every[every["deposit_model"] == self.name].reset_index(drop=True)

    @cached_property
    def distribution(self) -> Distribution:
        """How many units have each score."""
        return self.run.distribution(self.name)

    @property
    def score(self) -> Cog:
        """The score of every cell, read as it is asked for."""
        return Cog(self.run.file(self.name, score_file(self.name)), self.run.grid)

    @cached_property
    def percentile(self) -> Raster:
        """Percentile of the score on a picture's grid, its values of shape (rows, columns)."""
        grid = picture_grid(self.run.grid)
        return Raster(self.distribution.percentile(thinned(self.score, grid)), grid, "")

    @cached_property
    def fitted(self) -> Fitted:
        """The estimator."""
        return self.run.fitted(self.name)

    @cached_property
    def scale(self) -> Scale:
        """The scale that each evidence is learned on."""
        return Scale(tuple(evidence["scale"] == "log" for evidence in self.evidence))

    @cached_property
    def _contributions(self) -> pd.DataFrame:
        return self.run.contributions(self.name)

    @cached_property
    def _places_of_targets(self) -> Mapping[Any, Any]:
        """Rows of the contributions by target: of 50,000 targets few are ever asked for."""
        return self._contributions.groupby("target_id", sort=False).indices

    def contributions_of(self, target_id: str) -> pd.DataFrame:
        """Return what each evidence adds to a target, in the deposit model's order."""
        rows: pd.DataFrame = self._contributions.iloc[self._places_of_targets[target_id]]
        return rows

    @cached_property
    def flags(self) -> dict[str, list[tuple[str, float]]]:
        """Roles of ground where work is barred or bound to conditions, with their share, by target."""
        table = self.run.exclusions(self.name)
        met = table[(table["class"] == ANY) & (table["share"] >= LEAST_FLAGGED)]
        return {
            str(target): list(zip(rows["role"], rows["share"], strict=True))
            for target, rows in met.groupby("target_id", sort=False)
        }

    @cached_property
    def effects(self) -> pd.DataFrame:
        """How the score moves with each evidence; no row where nothing was learned."""
        return self.run.effects(self.name)

    @cached_property
    def trained_on(self) -> TrainedOn:
        """What the estimator was fitted to."""
        return self.run.trained_on(self.name)

    @cached_property
    def applicability(self) -> Applicability | None:
        """Where the evidence resembles what was trained on; None where nothing was learned."""
        return self.run.applicability(self.name)

    def rows_inside(self, outline: BaseGeometry) -> FloatArray:
        """Return the evidence of the scored cells of an outline, shape (n, n evidence)."""
        return rows_inside(self.run, self.name, outline)


def picture_bounds(
    outline: BaseGeometry, *, least_m: float, height: float, times: float = 3.0
) -> Bounds:
    """Return the edges of a picture around an outline, `height` times as high as wide.

    It is `times` as wide as the outline, or `least_m`.
    """
    west, south, east, north = outline.bounds
    width = max(times * (east - west), times * (north - south) / height, least_m)
    middle = shapely.box(west, south, east, north).centroid
    half = width / 2
    return Bounds(
        middle.x - half, middle.y - half * height, middle.x + half, middle.y + half * height
    )
