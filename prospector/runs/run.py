"""A run folder, reopened: its record, tables and rasters as values."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio

from prospector.errors import Notice, NotRankedError, OutputError
from prospector.gis.raster import read_cog, score_file
from prospector.gis.spelling import read_table
from prospector.gis.vector import read_contributions
from prospector.grid import Grid, Raster
from prospector.ground.distribution import STEPS, Distribution
from prospector.ground.protocol import Scale
from prospector.inventory.listing import no_rows, typed_rows
from prospector.layers.formats import read_features
from prospector.models import make_estimator
from prospector.models.fitted import Fitted, from_figures, readable
from prospector.notices import Notices
from prospector.printable import html_table, printable
from prospector.region.model_tables import EstimatorEntry
from prospector.region.spelling import did_you_mean
from prospector.runs.contents import (
    OF_SQLITE,
    check_columns,
    is_as_written,
    layer_digests,
    listed_file,
    reading,
)
from prospector.runs.held_out import HeldOutSplits, read_held_out
from prospector.runs.inside import inside
from prospector.runs.layers import as_read, check_layer
from prospector.runs.manifest import Manifest, manifest_to_read_by
from prospector.runs.record import read_record
from prospector.runs.run_folder import RUN_FILE, recover
from prospector.runs.trained_on import TrainedOn, read_training
from prospector.targets.contributions import CONTRIBUTION_COLUMNS
from prospector.tenure.exclusions import EXCLUSION_COLUMNS
from prospector.validation import fit_sample
from prospector.validation.applicability import Applicability
from prospector.validation.record import Skill
from prospector.words.language import language
from prospector.words.skill import skill_line

if TYPE_CHECKING:
    from prospector.runs.explain import Explanation

MAP_FILE = "map.html"
GPKG_FILE = "prospects.gpkg"
PERCENTILES_FILE = "score_percentiles.csv"
CONTRIBUTIONS_FILE = "contributions.csv"
TRAINING_FILE = "training.csv"
HELD_OUT_FILE = "held_out.csv"
EFFECTS_FILE = "effects.csv"
EXCLUSIONS_FILE = "target_exclusions.csv"
DOSSIER_FOLDER = "dossiers"


@dataclass(frozen=True, eq=False)
class Run:
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

    folder: Path
    record: dict[str, Any]
    manifest: Manifest | None = None

    def file(self, *names: str) -> Path:
        """Return the path of a file of the run.

        Parameters
        ----------
        *names
            Names of the folders that it lies in, then its own, e.g.
            ``run.file("porphyry_copper", "targets.csv")``.

        Returns
        -------
        Path
            The file, which is as the run wrote it.

        Raises
        ------
        OutputError
            A name leads out of the folder, or the file is missing or not as the manifest says.
        """
        listed = None if self.manifest is None else self.manifest.files
        return listed_file(self.folder, listed, *names)

    def has(self, *names: str) -> bool:
        """Return whether the run wrote a file.

        Parameters
        ----------
        *names
            As `file` takes them.

        Returns
        -------
        bool
            Whether the manifest lists it.
        """
        if self.manifest is None:
            return inside(self.folder, *names).is_file()
        return "/".join(names) in self.manifest.files

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

    @cached_property
    def layer_names(self) -> frozenset[str]:
        """Names of the layers of prospects.gpkg."""
        if self.manifest is not None and GPKG_FILE in self.manifest.layers:
            return frozenset(self.manifest.layers[GPKG_FILE])
        file = self.file(GPKG_FILE)
        with reading(file):
            return frozenset(str(name) for name, _ in pyogrio.list_layers(file))

    def layer(self, name: str) -> gpd.GeoDataFrame:
        """Return a layer of prospects.gpkg.

        Parameters
        ----------
        name
            One of `layer_names`, e.g. ``"targets"``, ``"concessions"``, ``"open_ground"``.

        Returns
        -------
        GeoDataFrame
            In longitude and latitude (EPSG:4326), a row a feature.

        Raises
        ------
        OutputError
            The file cannot be read, or the layer does not hold what the run wrote.

        Examples
        --------
        >>> import prospector
        >>> run = prospector.open_run("out/hills")
        >>> sorted(run.layer_names & {"targets", "faults", "deposits"}), len(run.layer("faults"))
        (['deposits', 'faults', 'targets'], 1)
        """
        file = self._package(name)
        with reading(file):
            table = as_read(name, read_features(file, layer=name))
            check_layer(name, table)
        return table

    def _package(self, layer: str) -> Path:
        """Return the path of prospects.gpkg, a layer of which holds what the run wrote."""
        digests = {} if self.manifest is None else self.manifest.layers.get(GPKG_FILE, {})
        file = inside(self.folder, GPKG_FILE)
        if self.manifest is None or layer not in digests or not file.is_file():
            return self.file(GPKG_FILE)
        with reading(file):
            touched = any(Path(f"{file}{ending}").exists() for ending in OF_SQLITE)
            whole = not touched and is_as_written(file, self.manifest.files.get(GPKG_FILE))
            if not whole and layer_digests(file).get(layer) != digests[layer]:
                raise ValueError(f"layer '{layer}' is not as the run wrote it")
        return file

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

    def trained_on(self, deposit_model: str) -> TrainedOn:
        """Return the deposits and the background that the estimator was fitted to.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        TrainedOn
            The rows of training.csv, deposits first, with their evidence of shape (n, n evidence).

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        figures = self._figures(deposit_model)
        evidence, optional = figures["evidence"], figures["fitted"].get("optional", ())
        scale = Scale(tuple(entry["scale"] == "log" for entry in evidence), tuple(optional))
        file = self.file(deposit_model, TRAINING_FILE)
        with reading(file):
            return read_training(file, [entry["name"] for entry in evidence], scale)

    def held_out(self, deposit_model: str) -> HeldOutSplits | None:
        """Return the splits that the headline figure of skill was measured in.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        HeldOutSplits or None
            A sample and its folds for each split; None where nothing was held out.

        Raises
        ------
        OutputError
            The file cannot be read.
        """
        measured = self.skill(deposit_model).measured
        if measured is None:
            return None
        evidence = self._figures(deposit_model)["evidence"]
        expected = {entry["name"]: entry["expected"] for entry in evidence}
        scale = Scale(tuple(entry["scale"] == "log" for entry in evidence))
        file = self.file(deposit_model, HELD_OUT_FILE)
        with reading(file):
            return read_held_out(file, expected, scale, measured.n_splits)

    def applicability(self, deposit_model: str) -> Applicability | None:
        """Return where the evidence resembles what was trained on.

        Parameters
        ----------
        deposit_model
            Name of one that was ranked.

        Returns
        -------
        Applicability or None
            None where nothing was learned, or all ground is ranked.

        References
        ----------
        Meyer and Pebesma (2021), Predicting into unknown space? Methods in Ecology and Evolution 12.
        """
        figures = self._figures(deposit_model)["applicability"]
        if figures is None:
            return None
        rows = self.trained_on(deposit_model).rows
        with reading(self.folder / RUN_FILE):
            return Applicability.from_figures(figures, rows)

    def fitted(self, name: str) -> Fitted:
        """Return the estimator of a deposit model: read, or fitted again to what it was fitted to.

        Parameters
        ----------
        name
            Name of a deposit model that was ranked.

        Returns
        -------
        Fitted
            It scores rows of evidence, shape (n, n evidence), on the scale that they are learned on.

        Raises
        ------
        OutputError
            A file cannot be read, or what is fitted again is not what the run had.
        """
        figures = self._figures(name)
        if readable(figures["fitted"]):
            return from_figures(figures["fitted"])
        expected = tuple(entry["expected"] for entry in figures["evidence"])
        sample = replace(self.trained_on(name).sample, expected=expected)
        seed = self.record["parameters"]["seed"]
        entry = EstimatorEntry.model_validate(figures["model"]["estimator"])
        estimator = make_estimator(figures["fitted"]["estimator"], seed, entry.settings)
        with reading(self.folder / name / TRAINING_FILE):
            learned = fit_sample(estimator, sample)
        return from_figures(figures["fitted"], learned)

    def skill(self, name: str) -> Skill:
        """Return how well a deposit model ranks deposits that it has not seen, beside its nulls.

        Parameters
        ----------
        name
            Name of a deposit model that was ranked.

        Returns
        -------
        Skill
            Verdict, AUC in spatial blocks, nulls, captures; `Skill.measured` is None where nothing was
            held out.

        Raises
        ------
        NotRankedError
            The run has no such ranking.

        Examples
        --------
        >>> import prospector
        >>> measured = prospector.open_run("out/hills").skill("porphyry_copper").measured
        >>> round(measured.auc.value, 2), measured.auc.value > measured.decisive.mean
        (0.93, True)
        """
        return Skill.from_record(self._figures(name)["skill"])

    def _figures(self, name: str) -> dict[str, Any]:
        """Return what the record holds of a deposit model."""
        models: dict[str, dict[str, Any]] = self.record["deposit_models"]
        if name not in models:
            hint = did_you_mean(name, models)
            raise NotRankedError(
                f"{self.folder}: no ranking '{name}'. {hint}Ranked: {', '.join(models)}."
            )
        return models[name]

    def evidence_labels(self, name: str) -> tuple[str, ...]:
        """Return the label of each evidence of a deposit model.

        Parameters
        ----------
        name
            Name of a deposit model that was ranked.

        Returns
        -------
        tuple of str
            In the order of the evidence in run.json, of training rows and of skill.
        """
        return tuple(evidence["label"] for evidence in self._figures(name)["evidence"])

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
    asked for, and none that is not as the run wrote it.

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
