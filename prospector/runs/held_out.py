"""What the headline figure of skill was measured on, read as the run wrote it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from prospector.grid import IntArray
from prospector.ground.protocol import Scale
from prospector.models.logistic import Expected
from prospector.region.deposit_model import FOLD_COLUMNS
from prospector.runs.contents import check_columns
from prospector.validation.sample import Folds, Sample


@dataclass(frozen=True, eq=False)
class HeldOutSplits:
    """The splits of the headline figure, so that it can be computed again.

    Parameters
    ----------
    samples
        Deposits and the background of each split, on the scale that evidence is learned on.
    splits
        Folds of each sample.
    """

    samples: tuple[Sample, ...]
    splits: tuple[Folds, ...]


def read_held_out(
    path: Path, expected: Mapping[str, Expected], scale: Scale, n_splits: int
) -> HeldOutSplits:
    """Return what `write_held_out` wrote, to the last digit.

    Parameters
    ----------
    path
        Path of held_out.csv.
    expected
        What is expected of each evidence, by the name of its column.
    scale
        The scale that each evidence is learned on.
    n_splits
        Splits that it must hold.

    Raises
    ------
    OSError, ValueError, KeyError
        The file is missing, or is no such table.
    """
    evidence = list(expected)
    table = pd.read_csv(
        path, encoding="utf-8-sig", dtype=str, keep_default_na=False, na_values=[""]
    )
    folds = list(FOLD_COLUMNS[:n_splits])
    numbers = ["draw", "easting", "northing", "district", *folds, *evidence]
    table = table.astype(dict.fromkeys(numbers, float))
    known = ["easting", "northing", *evidence]
    check_columns(table, texts=["deposit"], numbers=numbers, known=known)
    deposits, background = table[table["draw"].isna()], table[table["draw"].notna()]
    if deposits[["district", *folds]].isna().any(axis=None):
        raise ValueError("a deposit lacks its district or a fold")
    each = [background[background[name].notna()] for name in folds]
    if any(part.empty for part in each):
        raise ValueError("a split has no background")
    samples = (_sample(deposits, part, expected, scale) for part in each)
    splits = (
        (_whole(deposits[name]), _whole(part[name])) for name, part in zip(folds, each, strict=True)
    )
    return HeldOutSplits(tuple(samples), tuple(splits))


def _sample(
    deposits: pd.DataFrame, background: pd.DataFrame, expected: Mapping[str, Expected], scale: Scale
) -> Sample:
    names, at = list(expected), ["easting", "northing"]
    return Sample(
        scale(deposits[names].to_numpy(dtype=float)),
        deposits[at].to_numpy(dtype=float),
        _whole(deposits["district"]),
        scale(background[names].to_numpy(dtype=float)),
        background[at].to_numpy(dtype=float),
        expected=tuple(expected.values()),
    )


def _whole(column: pd.Series) -> IntArray:
    return column.to_numpy(dtype=np.intp)
