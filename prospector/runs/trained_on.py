"""What a deposit model of a run was trained on, read as the run wrote it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from prospector.grid import BoolArray, FloatArray
from prospector.ground.protocol import Scale
from prospector.runs.contents import check_columns
from prospector.validation.sample import Folds, Sample


@dataclass(frozen=True, eq=False)
class TrainedOn:
    """The deposits and the background that an estimator was fitted to.

    Parameters
    ----------
    table
        Columns of training.csv, a row a deposit or background place, deposits first.
    evidence
        Names of the evidence, in the order of the deposit model.
    scale
        The scale that each evidence is learned on.
    """

    table: pd.DataFrame
    evidence: tuple[str, ...]
    scale: Scale

    @property
    def is_deposit(self) -> BoolArray:
        """Which rows are deposits, shape (n,)."""
        return np.asarray(self.table["deposit"].notna())

    @cached_property
    def values(self) -> FloatArray:
        """Evidence in its own units, shape (n, n evidence)."""
        return self.table[list(self.evidence)].to_numpy(dtype=float)

    @cached_property
    def rows(self) -> FloatArray:
        """Evidence on the scale that it is learned on, shape (n, n evidence)."""
        return self.scale(self.values)

    @cached_property
    def sample(self) -> Sample:
        """Deposits and background as the validation saw them: the districts are those of the run."""
        known = self.is_deposit
        at = self.table[["easting", "northing"]].to_numpy(dtype=float)
        district = self.table["district"][known].to_numpy(dtype=np.intp)
        return Sample(self.rows[known], at[known], district, self.rows[~known], at[~known])

    @cached_property
    def split(self) -> Folds | None:
        """The split into spatial folds of alarms and applicability; None where nothing was held out."""
        if self.table["fold"].isna().any():
            return None
        fold, known = self.table["fold"].to_numpy(dtype=np.intp), self.is_deposit
        return fold[known], fold[~known]


def read_training(path: Path, evidence: Sequence[str], scale: Scale) -> TrainedOn:
    """Return what `write_training` wrote, to the last digit.

    Raises
    ------
    OSError, ValueError, KeyError
        The file is missing, or is no such table.
    """
    table = pd.read_csv(
        path, encoding="utf-8-sig", dtype=str, keep_default_na=False, na_values=[""]
    )
    numbers = ["easting", "northing", "district", "fold", *evidence]
    table = table.astype(dict.fromkeys(numbers, float))
    optional = scale.optional or (False,) * len(evidence)
    needed = [name for name, lack in zip(evidence, optional, strict=True) if not lack]
    known = ["easting", "northing", *needed]
    check_columns(table, texts=["deposit", "belt"], numbers=numbers, known=known)
    if table["district"][table["deposit"].notna()].isna().any():
        raise ValueError("a deposit lacks its district")
    return TrainedOn(table, tuple(evidence), scale)
