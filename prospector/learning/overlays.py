"""The overlay of memberships that a deposit model states: fuzzy, or an index of weights."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from prospector.errors import Fault, ModelError, Notice, Reason
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
            f"{model.place('evidence', column.name)}: an overlay needs a membership. State one, e.g. "
            "membership = { full = 0, none = 20 }.",
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
        raise ModelError(_at(model, next(iter(model.comparisons)), f"{error}")) from error
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
        what = (
            f"{first} against {second} {fault}. Give once how many times as important the first is, "
            f"e.g. {second} = 2."
        )
        raise ModelError(_at(model, first, what))
    return there if there is not None else 1.0 / (back or 1.0)


def _at(model: DepositModel, evidence: str, what: str) -> Fault:
    """Return what is wrong with the comparisons of an evidence, with their file and key."""
    file, key = model.place_of("comparisons", evidence)
    return Fault(f"{file}: key '{key}'", what)
