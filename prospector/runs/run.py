"""A run folder, reopened: its record, tables and rasters as values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.errors import Notice, OutputError
from prospector.gis.raster import read_cog
from prospector.gis.vector import (
    read_contributions,
)
from prospector.grid import Grid, Raster
from prospector.ground.distribution import STEPS, Distribution
from prospector.ground.protocol import Scale
from prospector.layers.formats import READ_ERRORS, read_features, reason_of
from prospector.models import make_estimator
from prospector.models.fitted import Fitted, from_figures, readable
from prospector.runs.inside import inside
from prospector.runs.record import read_record
from prospector.runs.run_folder import RUN_FILE, recover
from prospector.runs.trained_on import TrainedOn, read_training
from prospector.tenure.exclusions import EXCLUSION_COLUMNS
from prospector.validation import fit_balanced
from prospector.validation.applicability import Applicability
from prospector.validation.record import Skill
from prospector.words.language import language
from prospector.words.skill import skill_line

MAP_FILE = "map.html"
GPKG_FILE = "prospects.gpkg"
PERCENTILES_FILE = "score_percentiles.csv"
CONTRIBUTIONS_FILE = "contributions.csv"
TRAINING_FILE = "training.csv"
EFFECTS_FILE = "effects.csv"
EXCLUSIONS_FILE = "target_exclusions.csv"
DOSSIER_FOLDER = "dossiers"


@dataclass(frozen=True, eq=False)
class Run:
    """A run folder, reopened.

    Parameters
    ----------
    folder
        Where it lies.
    record
        The content of run.json.
    """

    folder: Path
    record: dict[str, Any]

    @property
    def grid(self) -> Grid:
        """The run's grid."""
        figures = self.record["grid"]
        return Grid(
            figures["crs"],
            figures["west"],
            figures["north"],
            figures["cell_size_m"],
            tuple(figures["shape"]),
        )

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What was chosen, dropped, repaired or is missing, gravest first."""
        return tuple(sorted(map(Notice.from_record, self.record["notices"])))

    @property
    def deposit_models(self) -> list[str]:
        """Names of the deposit models that were ranked, in the region's order."""
        ranked, order = self.record["deposit_models"], self.record["region"]["deposit_models"]
        return [
            *(name for name in order if name in ranked),
            *(name for name in ranked if name not in order),
        ]

    @property
    def targets(self) -> gpd.GeoDataFrame:
        """The targets of all deposit models, in longitude and latitude."""
        return self.layer("targets")

    @property
    def deposits(self) -> gpd.GeoDataFrame:
        """The known deposits, with the percentile that they reach out of fold."""
        return self.layer("deposits")

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer of prospects.gpkg.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        file = self.folder / GPKG_FILE
        try:
            return read_features(file, layer=name)
        except READ_ERRORS as error:
            raise OutputError(
                f"{file}: cannot be read: {reason_of(error)}. Screen the region again."
            ) from error

    def score(self, deposit_model: str) -> Raster:
        """Return the score raster of a deposit model."""
        return read_cog(inside(self.folder, deposit_model, "score.tif"), self.grid)

    def contributions(self, deposit_model: str) -> pd.DataFrame:
        """Return what each evidence adds to each target, columns of `CONTRIBUTION_COLUMNS`.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        file = inside(self.folder, deposit_model, CONTRIBUTIONS_FILE)
        try:
            return read_contributions(file)
        except (OSError, ValueError, KeyError) as error:
            raise OutputError(
                f"{file}: cannot be read: {reason_of(error)}. Screen the region again."
            ) from error

    def exclusions(self, deposit_model: str) -> pd.DataFrame:
        """Return the share of each target under each role, columns of `EXCLUSION_COLUMNS`.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        file = inside(self.folder, deposit_model, EXCLUSIONS_FILE)
        try:
            return pd.read_csv(file)[list(EXCLUSION_COLUMNS)]
        except (OSError, ValueError, KeyError) as error:
            raise OutputError(
                f"{file}: cannot be read: {reason_of(error)}. Screen the region again."
            ) from error

    def evidence(self, deposit_model: str) -> dict[str, Raster]:
        """Return the evidence rasters of a deposit model by name."""
        names = [
            entry["name"] for entry in self.record["deposit_models"][deposit_model]["evidence"]
        ]
        files = [inside(self.folder, deposit_model, "evidence", f"{name}.tif") for name in names]
        return {name: read_cog(file, self.grid) for name, file in zip(names, files, strict=True)}

    def distribution(self, deposit_model: str) -> Distribution:
        """Return how many units have each score of a deposit model."""
        table = pd.read_csv(inside(self.folder, deposit_model, PERCENTILES_FILE))
        counts = np.zeros(STEPS + 1, dtype=np.int64)
        counts[np.rint(table["score"] * STEPS).astype(int)] = table["units"]
        return Distribution(counts)

    def trained_on(self, deposit_model: str) -> TrainedOn:
        """Return what the estimator of a deposit model was fitted to."""
        evidence = self.record["deposit_models"][deposit_model]["evidence"]
        scale = Scale(tuple(entry["scale"] == "log" for entry in evidence))
        file = inside(self.folder, deposit_model, TRAINING_FILE)
        return read_training(file, [entry["name"] for entry in evidence], scale)

    def applicability(self, deposit_model: str) -> Applicability | None:
        """Return where the evidence resembles what was trained on; None where nothing was learned."""
        figures = self.record["deposit_models"][deposit_model]["applicability"]
        if figures is None:
            return None
        return Applicability.from_figures(figures, self.trained_on(deposit_model).rows)

    def fitted(self, name: str) -> Fitted:
        """Return the estimator of a deposit model: read, or fitted again to what it was fitted to."""
        figures = self.record["deposit_models"][name]
        if readable(figures["fitted"]):
            return from_figures(figures["fitted"])
        sample = self.trained_on(name).sample
        seed = self.record["parameters"]["seed"]
        estimator = make_estimator(figures["fitted"]["estimator"], random_state=seed)
        learned = fit_balanced(estimator, sample.positive, sample.background)
        return from_figures(figures["fitted"], learned)

    def skill(self, name: str) -> Skill:
        """Return how well a deposit model ranks deposits that it has not seen."""
        return Skill.from_record(self.record["deposit_models"][name]["skill"])

    def __repr__(self) -> str:
        """Return a short table of the run."""
        rows = [
            f"  {figures['model']['deposit_model']['label']}: {figures['n_targets']} targets; "
            f"{skill_line(self.skill(name), language('en'))}"
            for name, figures in self.record["deposit_models"].items()
        ]
        return "\n".join([f"Run over {self.record['region']['title']}", *rows])


def open_run(folder: str | Path) -> Run:
    """Return a run folder, reopened; what a killed command left in it is finished or removed first.

    Raises
    ------
    OutputError
        The folder holds no run, one of another schema version, or one whose names cannot be names.
    """
    path = Path(folder)
    recover(path)
    file = path / RUN_FILE
    if not file.is_file():
        raise OutputError(f"{path}: holds no {RUN_FILE}. Give a folder that a screening wrote.")
    return Run(path, read_record(file))
