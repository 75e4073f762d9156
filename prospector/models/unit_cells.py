"""How many unit cells each row stands for: the prior is by unit area, not by cell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.models.rows import Rows, distinct, tells_places_apart


@dataclass(frozen=True, eq=False)
class UnitCells:
    """Unit cells that rows stand for.

    That a drawn background is itself a sample is left out of the variances: of thousands of rows
    the error is small beside that of tens of deposits.

    Parameters
    ----------
    deposits_in
        Unit cells with a deposit that each row stands for, shape (n,), 0 for background.
    background_in
        Unit cells of the ground that each row is a sample of, shape (n,), 0 for deposits.
    prior
        Share of unit cells that hold a deposit.
    area_known
        Whether the prior comes from an area.
    holds_deposits
        Whether that ground holds the unit cells of the deposits too, as a stated ground does: they
        are taken off class by class, for a weight compares ground with and without a deposit.
    """

    deposits_in: FloatArray
    background_in: FloatArray
    prior: float
    area_known: bool
    holds_deposits: bool = False

    @property
    def deposits(self) -> float:
        """Number of deposits, n: those of one unit cell count once."""
        return float(self.deposits_in.sum())

    @property
    def background(self) -> float:
        """Number of unit cells without a deposit; without an area, of background rows."""
        ground = float(self.background_in.sum())
        return ground - self.deposits if self.holds_deposits else ground

    @property
    def unit_cells(self) -> float:
        """Number of unit cells in all, n divided by the prior."""
        return self.deposits / self.prior

    @property
    def unit_cells_in(self) -> FloatArray:
        """Unit cells that each row stands for, shape (n,), in all `unit_cells`."""
        if self.holds_deposits:
            return self.background_in
        scale = (self.unit_cells - self.deposits) / self.background
        return self.deposits_in + scale * self.background_in

    @property
    def prior_variance(self) -> float:
        """Variance of the prior log-odds."""
        return 1.0 / self.deposits + 1.0 / self.background


def count_unit_cells(
    rows: Rows,
    *,
    weighted: bool,
    area_km2: ArrayLike | None,
    unit_cell: ArrayLike | None,
    unit_area_km2: float,
    ground_km2: float | None,
) -> UnitCells:
    """Return the unit cells that rows stand for; `WeightsOfEvidence` says what its keys mean.

    Raises
    ------
    ValueError
        An area is not positive, or there are no more unit cells than deposits.
    """
    area = _areas(area_km2, len(rows.weight))
    deposits_in = _deposits_in(rows, unit_cell)
    deposits = float(deposits_in.sum())
    share = np.where(rows.positive, 0.0, rows.weight * (1.0 if area is None else area))
    share = share / share.sum()
    if ground_km2 is None and area is None:
        background = _background_rows(rows)
        prior = deposits / (deposits + background)
        if weighted:
            prior = float(rows.weight[rows.positive].sum() / rows.weight.sum())
        return UnitCells(deposits_in, background * share, prior, False)
    ground = float(area.sum()) if ground_km2 is None and area is not None else ground_km2
    cells = _unit_cells(ground, unit_area_km2, deposits)
    sampled = ground_km2 is not None
    background = cells if sampled else cells - deposits
    return UnitCells(deposits_in, background * share, deposits / cells, True, sampled)


def _unit_cells(ground_km2: float | None, unit_area_km2: float, deposits: float) -> float:
    if ground_km2 is None or not (ground_km2 > 0 and unit_area_km2 > 0):
        raise ValueError(
            f"ground_km2 is {ground_km2} and unit_area_km2 is {unit_area_km2}: both must be above 0"
        )
    if ground_km2 <= deposits * unit_area_km2:
        raise ValueError(
            f"{ground_km2:g} km2 of ground hold no more than {deposits:g} unit cells of "
            f"{unit_area_km2:g} km2, and as many deposits. Choose a smaller unit_area_km2."
        )
    return ground_km2 / unit_area_km2


def _areas(area_km2: ArrayLike | None, n_rows: int) -> FloatArray | None:
    if area_km2 is None:
        return None
    area = np.broadcast_to(np.asarray(area_km2, dtype=float), n_rows)
    if not (area > 0).all():
        raise ValueError("area_km2 holds a value that is not above 0: every row needs its area")
    return area


def _deposits_in(rows: Rows, unit_cell: ArrayLike | None) -> FloatArray:
    """Return what each deposit counts: the deposits of one unit cell share one count."""
    counted = np.flatnonzero(rows.positive & (rows.weight > 0))
    if unit_cell is not None:
        place = np.unique(np.asarray(unit_cell)[counted], return_inverse=True)[1].reshape(-1)
    elif tells_places_apart(rows.evidence):
        place = distinct(rows.evidence[counted])[1]
    else:
        place = np.arange(len(counted))
    shared = rows.weight[counted] / np.bincount(place)[place]
    deposits_in = np.zeros(len(rows.weight))
    deposits_in[counted] = shared * len(np.unique(place)) / shared.sum()
    return deposits_in


def _background_rows(rows: Rows) -> float:
    """Return the number of background rows, less the fewer the more unequal they weigh (Kish 1965).

    A table that lists every row k times has no more rows than one that lists it once.
    """
    used: BoolArray = ~rows.positive & (rows.weight > 0)
    weight = rows.weight[used]
    times = 1
    if tells_places_apart(rows.evidence):
        counts: IntArray = distinct(rows.evidence[used])[2]
        times = int(counts.min())
    return float(weight.sum() ** 2 / (weight**2).sum() / times)
