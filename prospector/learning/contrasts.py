"""Weights of evidence beside any estimator: each pattern's contrast, and whether the evidence is independent.

What distances to state in a deposit model, and whether several evidences say the same, can be read here
whatever the score was made by.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from prospector.learning.training import Training
from prospector.models import Independence, WeightsOfEvidence

UNIT_AREA_KM2 = 1.0
"""Area of a unit cell, small enough to hold one deposit: it sets the prior, the grid's cell does not."""

MOST_OCCUPIED = 0.01
"""Share of the ground that the deposits' unit cells take up: dense deposits have smaller ones."""

FIGURES = ["w_plus", "w_plus_sd", "w_minus", "w_minus_sd", "contrast", "studentised"]


@dataclass(frozen=True, eq=False)
class Contrasts:
    """The weights of a deposit model's evidence.

    Parameters
    ----------
    table
        One row a pattern of an evidence: up to or above a value, in the evidence's unit.
    independence
        Whether the evidences that have a weight are conditionally independent.
    probability
        Whether the posterior may be shown as a probability: only where they are.
    unit_area_km2
        Area of a unit cell.
    """

    table: pd.DataFrame
    independence: Independence
    probability: bool
    unit_area_km2: float

    def as_record(self) -> dict[str, Any]:
        """Return it for run.json: the test, and each evidence's pattern of largest contrast."""
        best = self.table.loc[self.table.groupby("evidence", sort=False)["studentised"].idxmax()]
        return {
            "unit_area_km2": self.unit_area_km2,
            "independence": {
                key: round(figure, 4) for key, figure in asdict(self.independence).items()
            },
            "posterior_is_probability": self.probability,
            "patterns": best.to_dict("records"),
        }


def contrasts_of(training: Training) -> Contrasts:
    """Return the weights of evidence of the deposits against the ground that is scored."""
    sample = training.sample()
    rows = np.vstack([sample.positive, sample.background])
    labels = np.repeat([1, 0], [len(sample.positive), len(sample.background)])
    unit_km2 = unit_area_km2(training.ground_km2, len(sample.positive))
    weighed = WeightsOfEvidence(unit_area_km2=unit_km2, ground_km2=training.ground_km2)
    weighed.fit(rows, labels)
    tables = [_told(table, weighed, training, which) for which, table in enumerate(weighed.tables_)]
    table = pd.concat(tables, ignore_index=True)
    return Contrasts(table, weighed.independence_, weighed.posterior_is_probability_, unit_km2)


def unit_area_km2(ground_km2: float, deposits: int) -> float:
    """Return the area of a unit cell: 1 km2, or less where so many would take up 1 % of the ground.

    Examples
    --------
    >>> unit_area_km2(400_000, 29), unit_area_km2(1600, 400)
    (1.0, 0.04)
    """
    return min(UNIT_AREA_KM2, float(f"{MOST_OCCUPIED * ground_km2 / max(deposits, 1):.1e}"))


def _told(
    table: pd.DataFrame, weighed: WeightsOfEvidence, training: Training, which: int
) -> pd.DataFrame:
    """Return the patterns of one evidence in its own unit, and which of them the model would use."""
    column = training.columns[which]
    breaks = table["break"].to_numpy()
    values = np.expm1(breaks) if column.entry.scale == "log" else breaks
    studentised = table["studentised"].to_numpy()
    used = np.zeros(len(table), dtype=bool)
    if len(table):
        used[np.argmax(studentised)] = studentised.max() >= weighed.least_studentised
    told = pd.DataFrame(
        {
            "evidence": column.name,
            "pattern": table["direction"].map({"ascending": "up to", "descending": "above"}),
            "value": values.round(4),
            "unit": column.unit,
            "deposits": table["deposits"].round(3),
            "ground_km2": ((table["background"] + table["deposits"]) * weighed.unit_area_km2).round(
                1
            ),
        }
    )
    sd = {f"{weight}_sd": np.sqrt(table[f"{weight}_variance"]) for weight in ("w_plus", "w_minus")}
    return told.join(table.assign(**sd)[FIGURES].round(4)).assign(used=used)
