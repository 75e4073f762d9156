"""A run folder, reopened: its record, tables and rasters as values."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import geopandas as gpd
import numpy as np
import pandas as pd

from prospector.errors import Notice, OutputError
from prospector.gis.raster import read_cog, score_file
from prospector.gis.spelling import read_table
from prospector.gis.vector import read_contributions
from prospector.grid import Grid, Raster
from prospector.ground.distribution import STEPS, Distribution
from prospector.inventory.listing import no_rows, typed_rows
from prospector.notices import Notices
from prospector.printable import html_table, printable
from prospector.runs.contents import check_columns, listed_file, reading
from prospector.runs.learned import Learned
from prospector.runs.manifest import manifest_to_read_by
from prospector.runs.record import read_record
from prospector.runs.run_files import (
    CONTRIBUTIONS_FILE,
    EFFECTS_FILE,
    EXCLUSIONS_FILE,
    PERCENTILES_FILE,
)
from prospector.runs.run_folder import RUN_FILE, recover
from prospector.targets.contributions import CONTRIBUTION_COLUMNS
from prospector.tenure.exclusions import EXCLUSION_COLUMNS
from prospector.words.language import language
from prospector.words.skill import skill_line

if TYPE_CHECKING:
    from prospector.runs.explain import Explanation


@dataclass(frozen=True, eq=False)
class Run(Learned):
    """A run folder, reopened: `open_run` returns it.

    Parameters
    ----------
    folder
        Where it lies.
    record
        The content of run.json, as Python values.
    manifest
        By which its files are read; None while it is written.
    """

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
    def notices(self) -> Notices:
        """What was chosen, dropped, repaired or is missing, gravest first."""
        return Notices(map(Notice.from_record, self.record["notices"]))

    @property
    def deposit_models(self) -> list[str]:
        """Names of the deposit models that were ranked, in the order in which they were asked for."""
        return list(self.record["ranked"])

    @property
    def targets(self) -> gpd.GeoDataFrame:
        """The targets of all deposit models, in longitude and latitude."""
        return self.layer("targets")

    @property
    def deposits(self) -> gpd.GeoDataFrame:
        """The known deposits, with the percentile that they reach out of fold."""
        return self.layer("deposits")

    @property
    def inventory(self) -> gpd.GeoDataFrame:
        """What registers list and no model scores, such as tailings, in longitude and latitude."""
        tables = [typed_rows(self.layer(role)) for role in self.record.get("inventory", {})]
        return pd.concat(tables, ignore_index=True) if tables else no_rows()

    def score(self, deposit_model: str) -> Raster:
        """Return the score of every cell for a deposit model.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        Raster
            Favourability, 0-1, shape (rows, columns) of `grid`, in its CRS; NaN where nothing was scored.

        Raises
        ------
        NotRankedError
            The run has no such ranking.
        OutputError
            The file cannot be read.

        Examples
        --------
        >>> import numpy as np, prospector
        >>> score = prospector.open_run("out/hills").score("porphyry_copper")
        >>> score.values.shape, bool(np.nanmax(score.values) <= 1)
        ((91, 92), True)
        """
        self._figures(deposit_model)
        return read_cog(self.file(deposit_model, score_file(deposit_model)), self.grid)

    def contributions(self, deposit_model: str) -> pd.DataFrame:
        """Return what each evidence adds to the score of each target.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        DataFrame
            A row a target and evidence, by rank; columns of `CONTRIBUTION_COLUMNS`: value in its own unit,
            contribution in log-odds where an estimator learned.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        file = self.file(deposit_model, CONTRIBUTIONS_FILE)
        with reading(file):
            table = read_contributions(file)[list(CONTRIBUTION_COLUMNS)]
            check_columns(
                table,
                texts=["target_id", "evidence", "label", "unit"],
                numbers=["value", "contribution"],
                key=["target_id", "evidence"],
            )
        return table

    def exclusions(self, deposit_model: str) -> pd.DataFrame:
        """Return the share of each target in ground where work is barred or bound to conditions.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        DataFrame
            A row a target, role and class; columns of `EXCLUSION_COLUMNS`; shares 0-1.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        file = self.file(deposit_model, EXCLUSIONS_FILE)
        with reading(file):
            table = read_table(file)[list(EXCLUSION_COLUMNS)]
            check_columns(table, texts=["target_id", "role", "class"], numbers=["share"])
        return table

    def evidence(self, deposit_model: str) -> dict[str, Raster]:
        """Return the evidence of a deposit model, as it was computed.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        dict of str to Raster
            By the name of the evidence, each of shape (rows, columns) of `grid`, in its own unit; NaN where
            it is not known.

        Raises
        ------
        OutputError
            A file cannot be read.
        """
        names = [entry["name"] for entry in self._figures(deposit_model)["evidence"]]
        files = [self.file(deposit_model, "evidence", f"{name}.tif") for name in names]
        return {name: read_cog(file, self.grid) for name, file in zip(names, files, strict=True)}

    def effects(self, deposit_model: str) -> pd.DataFrame:
        """Return how the score moves with each evidence (accumulated local effects).

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        DataFrame
            Columns evidence, value (in its unit), unit and effect (log-odds); no row where nothing was
            learned.

        Raises
        ------
        OutputError
            The file cannot be read.

        References
        ----------
        Apley and Zhu (2020), Visualizing the effects of predictor variables in black box supervised
        learning models, Journal of the Royal Statistical Society B 82.
        """
        texts, numbers = ["evidence", "unit"], ["value", "effect"]
        if not self.has(deposit_model, EFFECTS_FILE):
            return pd.DataFrame(columns=["evidence", "value", "unit", "effect"])
        file = self.file(deposit_model, EFFECTS_FILE)
        with reading(file):
            table = pd.read_csv(file)
            check_columns(table, texts=texts, numbers=numbers, known=["evidence", *numbers])
        return table

    def distribution(self, deposit_model: str) -> Distribution:
        """Return how many units have each score: what percentiles are taken from.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        Distribution
            Counts of shape (10001,), one for each ten-thousandth of the score.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        file = self.file(deposit_model, PERCENTILES_FILE)
        with reading(file):
            table, columns = pd.read_csv(file), ["score", "units"]
            check_columns(table, numbers=columns, known=columns, key=["score"])
            if not (table["score"].between(0, 1) & (table["units"] >= 0)).all():
                raise ValueError("a score is outside 0 to 1, or a number of units is negative")
            counts = np.zeros(STEPS + 1, dtype=np.int64)
            counts[np.rint(table["score"] * STEPS).astype(int)] = table["units"]
        return Distribution(counts)

    def _rows(self) -> list[tuple[str, int, str]]:
        """Return the label of each deposit model, how many targets it has, and its skill in words."""
        return [
            (
                figures["model"]["deposit_model"]["label"],
                figures["n_targets"],
                skill_line(self.skill(name), language("en"), self.evidence_labels(name)),
            )
            for name, figures in self.record["deposit_models"].items()
        ]

    def explain(self, longitude: float, latitude: float) -> list[Explanation]:
        """Return what each deposit model's evidence says at a place: see `prospector.explain`.

        Parameters
        ----------
        longitude, latitude
            In degrees (WGS 84).

        Returns
        -------
        list of Explanation
            One for each deposit model that was ranked.

        Raises
        ------
        OutputError
            The place lies outside the region.
        """
        import prospector

        return prospector.explain(self, longitude, latitude)

    def _repr_html_(self) -> str:
        title = f"Run over {self.record['region']['title']}"
        return html_table(title, ("deposit model", "targets", "skill"), self._rows())

    def __repr__(self) -> str:
        """Return a short table of the run."""
        rows = [f"  {label}: {count} targets; {skill}" for label, count, skill in self._rows()]
        return "\n".join(map(printable, [f"Run over {self.record['region']['title']}", *rows]))


def open_run(folder: str | Path) -> Run:
    """Open a run folder, and return it as values: record, tables, rasters, skill.

    What a killed command left in the folder is finished or removed first. No file is read before it is
    asked for, and none that was altered after the run wrote it.

    Parameters
    ----------
    folder
        Folder that `screen` on the command line, or `write`, wrote.

    Returns
    -------
    Run
        The run; its tables are GeoDataFrames in longitude and latitude (EPSG:4326).

    Raises
    ------
    OutputError
        The folder holds no run, one of another schema version, or one that was altered or damaged.

    Examples
    --------
    >>> import prospector
    >>> run = prospector.open_run("out/hills")
    >>> run.deposit_models, run.grid.shape, run.grid.cell_size_m
    (['porphyry_copper'], (91, 92), 2000.0)
    >>> run.targets.loc[0, ["rank", "known_deposits"]].tolist()
    [1, 6]
    """
    path = Path(folder)
    recover(path)
    file = path / RUN_FILE
    if not file.is_file():
        raise OutputError(f"{path}: holds no {RUN_FILE}. Give a folder that a screening wrote.")
    record, manifest = read_record(file), manifest_to_read_by(path)
    listed_file(path, manifest.files, RUN_FILE)
    return Run(path, record, manifest)


def open_unsealed(folder: Path) -> Run:
    """Return a run folder that is being written: there is no manifest yet to read its files by."""
    return Run(folder, read_record(folder / RUN_FILE))
