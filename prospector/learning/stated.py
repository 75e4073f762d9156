"""An overlay of stated memberships beside the known deposits that lie on the ground that it scores."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from prospector.compute.memo import recall
from prospector.compute.store import Store
from prospector.errors import Reason
from prospector.grid import BoolArray, FloatArray
from prospector.learning.training import Training
from prospector.models.fitted import Fitted
from prospector.options import Options
from prospector.region.deposit_model import CELL
from prospector.validation.record import Skill, StatedTest, not_learned
from prospector.validation.sample import Sample
from prospector.validation.stated import (
    SHIFTS,
    LabelledUnits,
    stated_on_ground,
    stated_on_units,
)

QUICK_SHIFTS = 199
"""Patterns that a quick run moves: p is 0.005 at the least."""


@dataclass(frozen=True)
class Moving:
    """How often deposits are moved, and the seed."""

    n: int
    seed: int


def stated_skill(training: Training, fitted: Fitted, options: Options, store: Store) -> Skill:
    """Return what is known of an overlay's skill: nothing was learned, and the test beside its null.

    Deposits off the scored ground, in no unit, where evidence is missing, or in polygons that were not
    drawn for the background are counted and left out. What the store holds of the same score and deposits is
    not computed again.
    """
    deposits, known = training.deposits, training.usable
    on_ground = known & training.on_ground
    skill = not_learned(
        Reason("memberships-stated", deposits=len(deposits.table)),
        len(deposits.table),
        deposits.n_districts,
    )
    moving = Moving(QUICK_SHIFTS if options.quick else SHIFTS, options.seed)
    ground, n_not_drawn = fitted.score(training.background), 0
    if training.model.deposit_model.unit == CELL:
        scored = Sample(
            fitted.score(training.at_deposits[on_ground])[:, None],
            deposits.at()[on_ground],
            deposits.district[on_ground],
            ground[:, None],
            training.background_at,
        )
        kept = recall(store, moved_over_ground, moving, scored)
    else:
        units, n_not_drawn = _units(training, ground, on_ground)
        kept = recall(store, relabelled, moving, units)
    test = _of_record(kept)
    schematic = (i for i, column in enumerate(training.columns) if column.schematic)
    test = replace(
        test,
        n_off_ground=int((known & ~on_ground).sum()),
        n_without_evidence=int((training.inside & ~known).sum()),
        n_in_no_unit=int((~training.inside).sum()),
        schematic=tuple(schematic),
        n_not_drawn=n_not_drawn,
        seen=training.model.deposit_model.memberships_seen,
    )
    return replace(skill, stated=test)


def moved_over_ground(moving: Moving, scored: Sample) -> dict[str, Any]:
    """Return the test of a score on cells, JSON-ready."""
    return _record(stated_on_ground(scored, n=moving.n, random_state=moving.seed))


def relabelled(moving: Moving, units: LabelledUnits) -> dict[str, Any]:
    """Return the test of a score on polygons, JSON-ready."""
    return _record(stated_on_units(units, n=moving.n, random_state=moving.seed))


def _record(test: StatedTest) -> dict[str, Any]:
    return Skill(0, 0, stated=test).dump()


def _of_record(record: dict[str, Any]) -> StatedTest:
    found = Skill.from_record(record).stated
    if found is None:
        raise ValueError("what is kept holds no test of a stated score")
    return found


def _same(first: FloatArray, second: FloatArray) -> BoolArray:
    """Return where all of the last axis is equal, or unknown in both."""
    equal = (first == second) | (np.isnan(first) & np.isnan(second))
    return np.asarray(equal.all(axis=2))


def _units(
    training: Training, ground: FloatArray, on_ground: BoolArray
) -> tuple[LabelledUnits, int]:
    """Return the polygons drawn, labelled where a deposit lies, and how many deposits lie in no such one.

    A deposit lies in the nearest of the units that have just its evidence; a unit's first one is its
    district.
    """
    deposits, at = training.deposits.at()[on_ground], training.background_at
    evidence = training.evidence_at_deposits[on_ground]
    alike = _same(training.background_evidence[None], evidence[:, None])
    apart = np.hypot(*np.moveaxis(at[None] - deposits[:, None], 2, 0))
    drawn = alike.any(axis=1)
    nearest = np.where(alike, apart, np.inf).argmin(axis=1)[drawn]
    district = training.deposits.district[on_ground][drawn]
    units, first = np.unique(nearest, return_index=True)
    labelled = np.zeros(len(at), dtype=bool)
    labelled[units] = True
    units_drawn = LabelledUnits(ground, at, labelled, district[first], training.country)
    return units_drawn, int((~drawn).sum())
