"""The files of a run folder: their names, and each as the run wrote it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import geopandas as gpd
import pyogrio

from prospector.errors import NotRankedError
from prospector.layers.formats import read_features
from prospector.region.spelling import did_you_mean
from prospector.runs.contents import OF_SQLITE, is_as_written, layer_digests, listed_file, reading
from prospector.runs.inside import inside
from prospector.runs.layers import as_read, check_layer
from prospector.runs.manifest import Manifest

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
class RunFiles:
    """A run folder with its record and what its files are read by.

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
                raise ValueError(f"layer '{layer}' was altered or damaged after the run wrote it")
        return file

    def _figures(self, name: str) -> dict[str, Any]:
        """Return what the record holds of a deposit model."""
        models: dict[str, dict[str, Any]] = self.record["deposit_models"]
        if name not in models:
            hint = did_you_mean(name, models)
            raise NotRankedError(
                f"{self.folder}: no ranking '{name}'. {hint}Ranked: {', '.join(models)}."
            )
        return models[name]
