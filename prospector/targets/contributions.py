"""What each evidence adds to the score of each target, as numbers: a row for each target and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from prospector.grid import FloatArray

LEAST = 0.1
"""A contribution smaller than this is not mentioned in words."""

CONTRIBUTION_COLUMNS: dict[str, str] = {
    "target_id": "the target",
    "deposit_model": "the deposit model that scored it",
    "evidence": "name of the evidence in the deposit model",
    "label": "what the evidence is called on pages",
    "unit": "unit of the value",
    "value": "mean of the evidence inside the target",
    "contribution": "mean of what it adds to the score, in the estimator's measure (log-odds if logistic)",
    "at_tolerance": "the value is a distance no larger than its schematic layer may lie off",
    "schematic": "the evidence is measured from a schematic layer",
}
"""Every column of contributions.csv, in order, with what it means."""


class Described(Protocol):
    """An evidence with its name, label and unit, and how far off its layer may lie."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def schematic(self) -> bool: ...  # noqa: D102
    @property
    def tolerance_km(self) -> float: ...  # noqa: D102


def contribution_table(
    deposit_model: str,
    target_ids: Sequence[str],
    evidence: Sequence[Described],
    values: FloatArray,
    parts: FloatArray,
) -> pd.DataFrame:
    """Return the contributions of a deposit model's targets, columns of `CONTRIBUTION_COLUMNS`.

    Parameters
    ----------
    deposit_model
        Its name.
    target_ids
        In order of rank.
    evidence
        In the deposit model's order.
    values, parts
        Mean evidence and mean contribution, shape (n targets, n evidence).

    Returns
    -------
    One row for each target and evidence, by target, then in the deposit model's order.
    """
    n_targets = len(target_ids)
    tolerance_km = np.array([column.tolerance_km for column in evidence])
    return pd.DataFrame(
        {
            "target_id": np.repeat(np.asarray(target_ids, dtype=object), len(evidence)),
            "deposit_model": deposit_model,
            "evidence": [column.name for column in evidence] * n_targets,
            "label": [column.label for column in evidence] * n_targets,
            "unit": [column.unit for column in evidence] * n_targets,
            "value": values.reshape(-1),
            "contribution": parts.reshape(-1),
            "at_tolerance": ((tolerance_km > 0) & (values <= tolerance_km)).reshape(-1),
            "schematic": [column.schematic for column in evidence] * n_targets,
        },
        columns=list(CONTRIBUTION_COLUMNS),
    )
