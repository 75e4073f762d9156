"""The overlay of memberships that a deposit model states: fuzzy, or an index of weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prospector.errors import ModelError, Notice, Reason
from prospector.ground.application import Column
from prospector.models import FuzzyOverlay, IndexOverlay, Membership, pairwise_weights
from prospector.models.known import INDEX
from prospector.region.deposit_model import DepositModel


def stated_overlay(
    model: DepositModel, columns: Sequence[Column], name: str
) -> tuple[FuzzyOverlay | IndexOverlay, list[Notice]]:
    """Return the overlay of the evidence's memberships, unfitted, and what to say of its weights.

    Raises
    ------
    ModelError
        An evidence has no membership, or the comparisons are incomplete or contradict one another.
    """
    members = tuple(_membership(model, column) for column in columns)
    optional = tuple(column.optional for column in columns)
    if name != INDEX:
        stated = model.estimator
        return FuzzyOverlay(members, stated.gamma, stated.operator, optional), []
    weights, how = _weights(model, columns)
    overlay = IndexOverlay(members, weights, optional)
    shares = zip(columns, np.asarray(weights) / sum(weights), strict=True)
    weighed = [
        Reason("weight", evidence=column.name, share=round(float(share), 4))
        for column, share in shares
    ]
    about = {"model": model.name, "how": how, "shares": weighed}
    return overlay, [Notice("index-overlay", "note", about)]


def _membership(model: DepositModel, column: Column) -> Membership:
    """Return the membership of an evidence, on the scale that it is scored on."""
    entry = column.entry.membership
    if entry is None:
        raise ModelError(
            f"{model.name}.toml, evidence.{column.name}: add a membership.",
            Reason("membership-missing", evidence=column.name),
        )
    full, none = (column.parameters.transformed(value) for value in (entry.full, entry.none))
    if column.entry.scale == "log":
        full, none = float(np.log1p(full)), float(np.log1p(none))
    return Membership(full, none)


def _weights(model: DepositModel, columns: Sequence[Column]) -> tuple[tuple[float, ...], Reason]:
    """Return the weights, and whether they are stated one by one or compared in pairs."""
    if not model.comparisons:
        return tuple(column.entry.weight for column in columns), Reason("weights-stated")
    try:
        found = pairwise_weights(_matrix(model, [column.name for column in columns]))
    except ValueError as error:
        raise ModelError(f"Deposit model '{model.name}', key 'comparisons': {error}") from error
    ratio = round(found.consistency_ratio, 4)
    return found.weights, Reason("weights-by-pairs", consistency_ratio=ratio)


def _matrix(model: DepositModel, names: Sequence[str]) -> list[list[float]]:
    """Return the comparisons of the evidence that the region carries as a reciprocal matrix."""
    return [
        [1.0 if row == column else _compared(model, row, column) for column in names]
        for row in names
    ]


def _compared(model: DepositModel, first: str, second: str) -> float:
    """Return how many times as important one evidence is as another, said of either."""
    there = model.comparisons.get(first, {}).get(second)
    back = model.comparisons.get(second, {}).get(first)
    if (there is None) == (back is None):
        fault = "is missing" if there is None else "is given twice"
        raise ModelError(
            f"Deposit model '{model.name}', key 'comparisons': {first} against {second} {fault}. "
            f"Give once how many times as important the first is, e.g. [comparisons.{first}] "
            f"{second} = 2."
        )
    return there if there is not None else 1.0 / (back or 1.0)
