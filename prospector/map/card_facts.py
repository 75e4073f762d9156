"""What a target's card says beside its score: deposits most like it, what is lacking, titles."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import geopandas as gpd
import numpy as np

from prospector.screening.ranking import Ranking
from prospector.screening.steps import Screening
from prospector.validation.applicability import unvarying

DIGITS = 6

Titles = Mapping[str, list[tuple[str, float, float]]]
"""By target, each title that it meets: its id, hectares in common, share of the target."""


def likeness(ranking: Ranking) -> dict[str, Any] | None:
    """Return what the page compares a target with: the known deposits' evidence, and its spread.

    The page takes the deposits most like a target as the dossier does: by distance over the evidence
    on its scale, in standard deviations of the ground; what is unknown in some of it counts for nothing.
    None where no deposit has the evidence that it needs.
    """
    training = ranking.estimation.training
    usable = training.usable
    if not usable.any() or not len(training.background):
        return None
    deposits = training.deposits.table[usable]
    at = gpd.GeoSeries(
        gpd.points_from_xy(*training.deposits.at()[usable].T), crs=ranking.score.grid.crs
    ).to_crs("EPSG:4326")
    known = training.at_deposits[usable]
    whole = np.isfinite([*known, *training.background]).all(axis=0)
    spread = training.background.std(axis=0, ddof=1)
    varies = whole & ~unvarying(training.background)
    return {
        "logged": list(training.scale.logged),
        "spread": [
            _short(value) if counts else None for value, counts in zip(spread, varies, strict=True)
        ],
        "deposits": [
            {
                "name": str(name),
                "at": (round(place.x, DIGITS), round(place.y, DIGITS)),
                "values": [_short(value) if np.isfinite(value) else None for value in values],
            }
            for name, place, values in zip(deposits["name"], at, known, strict=True)
        ],
    }


def _short(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


def lacking(ranking: Ranking) -> list[str]:
    """Return the labels of the evidence that the model asks for and the region lacks."""
    dropped = [notice for notice in ranking.notices if notice.code == "evidence-dropped"]
    return list(dict.fromkeys(str(notice.value("label")) for notice in dropped))


def titles_of(screening: Screening, deposit_model: str) -> Titles:
    """Return the titles that each target meets, the largest overlap first."""
    pairs = screening.tenure.target_concessions.get(deposit_model)
    if pairs is None:
        return {}
    titles: dict[str, list[tuple[str, float, float]]] = {}
    columns = (
        pairs[name] for name in ("target_id", "concession_id", "common_ha", "share_of_target")
    )
    for target, title, hectares, share in zip(*columns, strict=True):
        overlap = (str(title), round(float(hectares), 1), round(min(float(share), 1.0), 4))
        titles.setdefault(str(target), []).append(overlap)
    return titles
