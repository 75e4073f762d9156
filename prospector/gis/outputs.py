"""What a run holds, as the writers of formats take it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd

from prospector.words.language import Language


@dataclass(frozen=True, eq=False)
class Outputs:
    """What a run holds: every format is made of it, be it while the run is written or later.

    Parameters
    ----------
    title
        Of the region.
    models
        Deposit model that was ranked -> its label, in the region's order.
    layers
        Names of the layers of prospects.gpkg that have shapes, in its order.
    files
        Names of the run's own files, such as ``porphyry_copper/score.tif``.
    layer
        Gives a layer by its name, in longitude and latitude.
    file
        Gives the path of one of `files`.
    called
        Gives what each of some targets is called, by its place.
    reasons
        Gives what speaks for each target of a deposit model and what against, by the target's id.
    sentences
        What every output says, in the language of `words`.
    notice
        The same in English, as GeoJSON carries it.
    words
        The language of the run's pages.
    """

    title: str
    models: Mapping[str, str]
    layers: tuple[str, ...]
    files: frozenset[str]
    layer: Callable[[str], gpd.GeoDataFrame]
    file: Callable[[str], Path]
    called: Callable[[gpd.GeoDataFrame], list[str]]
    reasons: Callable[[str], Mapping[str, tuple[str, str]]]
    sentences: tuple[str, ...]
    notice: tuple[str, ...]
    words: Language

    def targets(self, model: str) -> gpd.GeoDataFrame:
        """Return the targets of a deposit model, best first."""
        targets = self.layer("targets")
        return targets[targets["deposit_model"] == model].reset_index(drop=True)
