"""What each evidence adds to the score of each target, as numbers: a row for each target and evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import numpy as np
import pandas as pd

from prospector.grid import BoolArray, FloatArray
from prospector.numerals import figure

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
    "at_tolerance": "the value is a distance that its layer does not resolve: within it, not at it",
    "schematic": "the value comes from a feature that was drawn from descriptions",
}
"""Every column of contributions.csv, in order, with what it means."""


class Described(Protocol):
    """An evidence with its name, label and unit, and how far off what it is measured to may lie."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def label(self) -> str: ...  # noqa: D102
    @property
    def unit(self) -> str: ...  # noqa: D102
    @property
    def tolerances_km(self) -> Sequence[float]: ...  # noqa: D102


def at_tolerance(values: FloatArray, tolerances_km: Sequence[float]) -> BoolArray:
    """Return which distances their layer does not resolve: they mean "within", not "at".

    A mean over a target counts where it reads, in figures, as what a feature may lie off.

    Parameters
    ----------
    values
        Distances in km, none less than the feature that gave it may lie off, shape (n,).
    tolerances_km
        How far features may lie off; empty where values are no distances.

    Examples
    --------
    >>> at_tolerance(np.array([0.5, 3.0, 10.04]), [0.5, 10.0]).tolist()
    [True, False, True]
    """
    off_km = np.array([tolerance for tolerance in tolerances_km if tolerance > 0])
    if not len(off_km):
        return np.zeros(np.shape(values), dtype=bool)
    shown = {figure(tolerance) for tolerance in off_km}
    equal = np.array([figure(value) in shown for value in values], dtype=bool)
    unresolved = off_km.min() if len(off_km) == len(tolerances_km) else 0.0
    return np.asarray(equal | (values < unresolved))


def unresolved_distances(evidence: Sequence[Described], values: FloatArray) -> BoolArray:
    """Return `at_tolerance` of each value, shape (n targets, n evidence)."""
    columns = zip(evidence, values.T, strict=True)
    return np.column_stack(
        [at_tolerance(column, described.tolerances_km) for described, column in columns]
    )


def contribution_table(
    deposit_model: str,
    target_ids: Sequence[str],
    evidence: Sequence[Described],
    values: FloatArray,
    parts: FloatArray,
    schematic: BoolArray,
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
    schematic
        Whether the value comes from features drawn from descriptions, shape (n targets, n evidence).

    Returns
    -------
    One row for each target and evidence, by target, then in the deposit model's order.
    """
    n_targets = len(target_ids)
    return pd.DataFrame(
        {
            "target_id": np.repeat(np.asarray(target_ids, dtype=object), len(evidence)),
            "deposit_model": deposit_model,
            "evidence": [column.name for column in evidence] * n_targets,
            "label": [column.label for column in evidence] * n_targets,
            "unit": [column.unit for column in evidence] * n_targets,
            "value": values.reshape(-1),
            "contribution": parts.reshape(-1),
            "at_tolerance": unresolved_distances(evidence, values).reshape(-1),
            "schematic": schematic.reshape(-1),
        },
        columns=list(CONTRIBUTION_COLUMNS),
    )
