"""The run folder: written aside and moved in whole; reopened as a run."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from pyproj import Transformer

from prospector.errors import OutputError
from prospector.gis.raster import read_cell, read_cog, write_cog
from prospector.gis.relief import RELIEF_FILE, region_relief
from prospector.gis.vector import (
    read_contributions,
    write_contributions,
    write_csv,
    write_curves,
    write_distribution,
    write_effects,
    write_geojson,
    write_geopackage,
    write_labels,
    write_table,
    write_training,
)
from prospector.gis.workbook import WORKBOOK_FILE, write_workbook
from prospector.grid import FloatArray, Grid, Raster
from prospector.ground.distribution import STEPS, Distribution
from prospector.ground.protocol import Scale
from prospector.layers.formats import READ_ERRORS, read_features, reason_of
from prospector.map.html import write_map
from prospector.map.payload import map_payload
from prospector.models import make_estimator
from prospector.models.fitted import Fitted, from_figures, readable
from prospector.runs.inside import inside
from prospector.runs.manifest import write_manifest
from prospector.runs.record import read_record
from prospector.runs.run_folder import RUN_FILE, move_in, refuse_foreign
from prospector.screening.steps import Screening, as_record
from prospector.validation import fit_balanced
from prospector.words.language import language as words_of

MAP_FILE = "map.html"
NOTICE_FILE = "NOTICE.txt"
GPKG_FILE = "prospects.gpkg"
PERCENTILES_FILE = "score_percentiles.csv"
CONTRIBUTIONS_FILE = "contributions.csv"
TRAINING_FILE = "training.csv"
CURVES_FILE = "curves.csv"
EFFECTS_FILE = "effects.csv"
WEIGHTS_FILE = "weights.csv"
COLUMNS_FILE = "columns.csv"
REPORT_FILE = "report.html"
DOSSIER_FOLDER = "dossiers"
DOSSIERS = 5
"""Dossiers of each deposit model that a run writes unasked."""


def write(
    screening: Screening,
    folder: str | Path,
    *,
    inputs: str | None = None,
    language: str = "en",
    dossiers: int = DOSSIERS,
    basemap: str | None = None,
) -> Path:
    """Write a screening to a run folder and return the folder.

    All is written beside the folder first and moved in whole: an earlier run stays as it was
    until the new one is complete. What its manifest does not list is the user's own and stays.

    Parameters
    ----------
    screening
        What to write.
    folder
        Where, or a link to it; an earlier run there is replaced, its store stays.
    inputs
        Hash of all that the screening hangs on (`inputs_of`), for the manifest.
    language
        Of report and dossiers: ``"en"`` or ``"es"``.
    dossiers
        How many of each deposit model's best targets get a dossier.
    basemap
        ``"esri-imagery"`` or ``"opentopomap"``: pictures that the map then asks that server for.

    Raises
    ------
    OutputError
        The folder cannot be written, holds something that is not a run, or a file of the user's own
        that has the name of one of the run.
    """
    given = Path(folder)
    refuse_foreign(given)
    target = given.resolve()
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        aside = Path(tempfile.mkdtemp(prefix=f".{target.name}-", dir=target.parent))
    except OSError as error:
        raise OutputError(_not_writable(given, error)) from error
    try:
        _write_all(screening, aside, language, dossiers, basemap)
        write_manifest(aside, inputs)
        aside.chmod(0o755)
        move_in(aside, target)
    except OSError as error:
        raise OutputError(_not_writable(given, error)) from error
    finally:
        shutil.rmtree(aside, ignore_errors=True)
    return given


def _not_writable(folder: Path, error: OSError) -> str:
    return f"{folder}: cannot be written ({error.strerror}). Give another folder with --out."


def _write_all(
    screening: Screening, folder: Path, language: str, dossiers: int, basemap: str | None
) -> None:
    sentences = screening.sentences()
    words = words_of(language)
    legal = [one.sentence(told) for told in (language, "en") for one in screening.legal_notes]
    both = dict.fromkeys([*map(words.told, sentences), *sentences, *legal])
    (folder / NOTICE_FILE).write_text("\n".join(both) + "\n", encoding="utf-8")
    if language != "en":
        write_labels(screening.targets.columns, folder / COLUMNS_FILE, words)
    for name, ranking in screening.rankings.items():
        home = inside(folder, name)
        (home / "evidence").mkdir(parents=True)
        write_geojson(ranking.targets, home / "targets.geojson", sentences=sentences)
        write_csv(ranking.targets, home / "targets.csv")
        write_contributions(ranking.contributions, home / CONTRIBUTIONS_FILE)
        write_distribution(ranking.distribution, home / PERCENTILES_FILE)
        write_training(ranking.estimation.training, home / TRAINING_FILE)
        write_curves(ranking.skill, home / CURVES_FILE)
        write_effects(ranking.estimation, home / EFFECTS_FILE)
        if ranking.contrasts is not None:
            write_table(ranking.contrasts.table, home / WEIGHTS_FILE)
        write_cog(
            ranking.score, home / "score.tif", description=f"{name} score", sentences=sentences
        )
        for one in ranking.evidence:
            path = inside(folder, name, "evidence", f"{one.name}.tif")
            said = f"{one.label} ({one.accuracy})"
            write_cog(one.raster, path, description=said, sentences=sentences)
        for file_name, table in screening.tenure.tables(name).items():
            write_table(table, home / file_name)
    write_geopackage(screening, folder / GPKG_FILE)
    write_workbook(screening, folder / WORKBOOK_FILE, words)
    write_map(map_payload(screening, basemap=basemap), folder / MAP_FILE)
    relief = region_relief(screening.layers, screening.grid)
    if relief is not None:
        file = folder / RELIEF_FILE
        write_cog(relief, file, description="elevation on land", sentences=sentences)
    told = as_record(screening) | {"language": language}
    record = json.dumps(told, indent=1, ensure_ascii=False, sort_keys=True)
    (folder / RUN_FILE).write_text(record + "\n", encoding="utf-8")
    _write_pages(folder, language, dossiers)


def _write_pages(folder: Path, language: str, dossiers: int) -> None:
    """Write the report and the dossiers of a run folder that is complete but for them."""
    from prospector.pages.dossier import write_dossier  # loads matplotlib
    from prospector.pages.findings import Findings
    from prospector.pages.report import write_report

    findings, words = Findings(open_run(folder)), words_of(language)
    write_report(findings, folder / REPORT_FILE, words=words, dossiers=dossiers)
    for name, found in findings.models.items():
        for target_id in found.targets["target_id"].head(dossiers):
            file = inside(folder, name, DOSSIER_FOLDER, f"{target_id}.html")
            write_dossier(findings, target_id, file, words=words)


@dataclass(frozen=True)
class Explanation:
    """What the evidence of one deposit model says at a place."""

    deposit_model: str
    label: str
    score: float
    percentile: float
    rows: tuple[tuple[str, float, str, float, bool], ...]
    """(evidence, value, unit, contribution, schematic), strongest first."""
    unlike: tuple[float, float] | None = None
    """Dissimilarity to what was trained on, and the threshold above which the place lies outside the
    area of applicability; None where nothing was learned or evidence is missing."""


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
    def deposit_models(self) -> list[str]:
        """Names of the deposit models that were ranked, in the region's order."""
        ranked, order = self.record["deposit_models"], self.record["region"]["deposit_models"]
        return [
            *(one for one in order if one in ranked),
            *(one for one in ranked if one not in order),
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

    def evidence(self, deposit_model: str) -> dict[str, Raster]:
        """Return the evidence rasters of a deposit model by name."""
        names = [one["name"] for one in self.record["deposit_models"][deposit_model]["evidence"]]
        files = [inside(self.folder, deposit_model, "evidence", f"{name}.tif") for name in names]
        return {name: read_cog(file, self.grid) for name, file in zip(names, files, strict=True)}

    def explain(self, longitude: float, latitude: float) -> list[Explanation]:
        """Return what each deposit model's evidence says at a place.

        Raises
        ------
        OutputError
            The place lies outside the region.
        """
        project = Transformer.from_crs("EPSG:4326", self.grid.crs, always_xy=True).transform
        easting, northing = project(longitude, latitude)
        row, column, within = self.grid.index(np.array([easting]), np.array([northing]))
        if not within[0]:
            raise OutputError(
                f"longitude {longitude}, latitude {latitude}: outside the region of {self.folder}. "
                "Give longitude first, then latitude, in degrees."
            )
        return [
            self._explain_model(name, int(row[0]), int(column[0])) for name in self.deposit_models
        ]

    def distribution(self, deposit_model: str) -> Distribution:
        """Return how many units have each score of a deposit model."""
        table = pd.read_csv(inside(self.folder, deposit_model, PERCENTILES_FILE))
        counts = np.zeros(STEPS + 1, dtype=np.int64)
        counts[np.rint(table["score"] * STEPS).astype(int)] = table["units"]
        return Distribution(counts)

    def fitted(self, name: str) -> Fitted:
        """Return the estimator of a deposit model: read, or fitted again to what it was fitted to."""
        figures = self.record["deposit_models"][name]
        if readable(figures["fitted"]):
            return from_figures(figures["fitted"])
        table = pd.read_csv(inside(self.folder, name, TRAINING_FILE))
        scale = Scale(tuple(one["scale"] == "log" for one in figures["evidence"]))
        rows = scale(table[[one["name"] for one in figures["evidence"]]].to_numpy(dtype=float))
        positive = table["deposit"].notna().to_numpy()
        seed = self.record["parameters"]["seed"]
        estimator = make_estimator(figures["fitted"]["estimator"], random_state=seed)
        learned = fit_balanced(estimator, rows[positive], rows[~positive])
        return from_figures(figures["fitted"], learned)

    def _explain_model(self, name: str, row: int, column: int) -> Explanation:
        figures = self.record["deposit_models"][name]
        described = figures["evidence"]
        files = [inside(self.folder, name, "evidence", f"{one['name']}.tif") for one in described]
        values = np.array([read_cell(one, row, column) for one in files])
        score = read_cell(inside(self.folder, name, "score.tif"), row, column)
        parts, unlike = np.full(len(values), np.nan), None
        if np.isfinite(values).all():
            scale = Scale(tuple(one["scale"] == "log" for one in described))
            parts = self.fitted(name).contributions(scale(values[None]))[0]
            unlike = self._unlike(name, scale(values[None]))
        order = np.argsort(-np.abs(parts), kind="stable")
        return Explanation(
            name,
            figures["model"]["deposit_model"]["label"],
            score,
            float(self.distribution(name).percentile(np.array([score]))[0]),
            tuple(
                (
                    described[i]["label"],
                    float(values[i]),
                    described[i]["unit"],
                    float(parts[i]),
                    bool(described[i]["schematic"]),
                )
                for i in order
            ),
            unlike,
        )

    def _unlike(self, name: str, evidence: FloatArray) -> tuple[float, float] | None:
        """Return the dissimilarity of evidence, shape (1, n), to the training, and the threshold."""
        from prospector.pages.findings import Findings

        area = Findings(self).models[name].applicability
        return None if area is None else (float(area.dissimilarity(evidence)[0]), area.threshold)

    def __repr__(self) -> str:
        """Return a short table of the run."""
        rows = [
            f"  {figures['model']['deposit_model']['label']}: {figures['n_targets']} targets; "
            f"{figures['skill_words']}"
            for figures in self.record["deposit_models"].values()
        ]
        return "\n".join([f"Run over {self.record['region']['title']}", *rows])


def open_run(folder: str | Path) -> Run:
    """Return a run folder, reopened.

    Raises
    ------
    OutputError
        The folder holds no run, one of another schema version, or one whose names cannot be names.
    """
    path = Path(folder)
    file = path / RUN_FILE
    if not file.is_file():
        raise OutputError(f"{path}: holds no {RUN_FILE}. Give a folder that a screening wrote.")
    return Run(path, read_record(file))
