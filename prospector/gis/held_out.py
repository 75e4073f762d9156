"""What the headline figure of skill was measured on, as a table that gives it again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from prospector.gis.vector import harmless
from prospector.grid import FloatArray, IntArray
from prospector.learning.estimation import Estimation
from prospector.region.deposit_model import FOLD_COLUMNS, HELD_OUT_COLUMNS


def write_held_out(estimation: Estimation, path: Path) -> None:
    """Write what the headline figure of skill was measured on: deposits, then every draw of background.

    Column `fold_1` is the fold of each row in the first split, and so on. Deposits have one in every
    split; a draw of the background in those whose turn it was. Every digit is kept, places in metres
    of the region's CRS and evidence in its own unit.
    """
    training, splits = estimation.training, estimation.headline
    usable = training.usable
    drawn = [(training.background_evidence, training.background_at)]
    drawn += [(draw.evidence, draw.at) for draw in training.draws]
    names = [column.name for column in training.columns]
    deposits = pd.DataFrame(training.evidence_at_deposits[usable], columns=names)
    of_deposits = training.deposits.at()[usable], [fold for fold, _ in splits]
    parts = [_placed(deposits, *of_deposits)]
    parts[0]["deposit"] = training.deposits.table["name"][usable].astype(str).map(harmless).tolist()
    parts[0]["district"] = training.deposits.district[usable]
    turns = drawn[: len(splits)]
    for number, (evidence, at) in enumerate(turns):
        folds = [
            fold if split % len(turns) == number else None for split, (_, fold) in enumerate(splits)
        ]
        part = _placed(pd.DataFrame(evidence, columns=names), at, folds)
        parts.append(part.assign(draw=number + 1))
    folds_of = FOLD_COLUMNS[: len(splits)]
    table = pd.concat(parts, ignore_index=True)
    table = table.astype(dict.fromkeys(["draw", "district", *folds_of], "Int64"))
    table[[*HELD_OUT_COLUMNS, *folds_of, *names]].to_csv(
        path, index=False, encoding="utf-8-sig", lineterminator="\n"
    )


def _placed(
    evidence: pd.DataFrame, at: FloatArray, folds: Sequence[IntArray | None]
) -> pd.DataFrame:
    """Return rows of evidence with their place and their fold in each split; none where it is None."""
    table = evidence.assign(easting=at[:, 0], northing=at[:, 1])
    for name, fold in zip(FOLD_COLUMNS, folds, strict=False):
        table[name] = np.nan if fold is None else fold
    return table
