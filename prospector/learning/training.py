"""What a deposit model's estimator is fitted to in a region: deposits, background, and their evidence."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from prospector.errors import ModelError, Notice, Reason
from prospector.grid import BoolArray, FloatArray, IntArray
from prospector.ground.application import Column, ground_of
from prospector.ground.conditions import excluded
from prospector.ground.protocol import Background, Ground, Scale
from prospector.ground.setting import Setting
from prospector.layers import Layers
from prospector.learning.basins import basins_of
from prospector.learning.countries import unit_countries
from prospector.learning.opening import Opening
from prospector.models.deposits import Deposits
from prospector.numerals import rounded_percent
from prospector.options import Done, Progress, Step
from prospector.region.deposit_model import CELL, DepositModel
from prospector.validation import Sample


@dataclass(frozen=True, eq=False)
class Training:
    """What an estimator is fitted to: evidence at the deposits and at the background.

    Parameters
    ----------
    evidence_at_deposits
        In the evidence's own units, shape (n deposits, n evidence), NaN where missing.
    background_evidence
        Shape (n background, n evidence).
    background_at
        Easting and northing in metres, shape (n background, 2).
    ground_km2
        Area of the ground that is scored.
    draws
        Further draws of the background: they are fitted to for the skill alone.
    permissive
        Whether each deposit lies on permissive ground, shape (n deposits,); None for all.
    country
        Country of each background unit as a number, where the units are polygons and a layer says it.
    layers
        The region's, for the basin that a place lies in; None leaves basins out.
    in_unit
        Whether each deposit lies in a unit, shape (n deposits,); None for all.
    """

    model: DepositModel
    columns: Sequence[Column]
    deposits: Deposits
    evidence_at_deposits: FloatArray
    background_evidence: FloatArray
    background_at: FloatArray
    scale: Scale
    ground_km2: float
    draws: tuple[Background, ...] = ()
    permissive: BoolArray | None = None
    country: IntArray | None = None
    layers: Layers | None = None
    in_unit: BoolArray | None = None

    @cached_property
    def at_deposits(self) -> FloatArray:
        """Evidence at the deposits on the scale that it is learned on, shape (n deposits, n evidence)."""
        return self.scale(self.evidence_at_deposits)

    @cached_property
    def background(self) -> FloatArray:
        """Evidence of the background on the scale that it is learned on, shape (n background, n evidence)."""
        return self.scale(self.background_evidence)

    @property
    def usable(self) -> Any:
        """Which deposits have the evidence that they need, shape (n deposits,)."""
        return self.scale.complete(self.at_deposits)

    @property
    def on_ground(self) -> BoolArray:
        """Which deposits lie on permissive ground, shape (n deposits,)."""
        n = len(self.deposits.table)
        return np.ones(n, dtype=bool) if self.permissive is None else self.permissive

    @property
    def inside(self) -> BoolArray:
        """Which deposits lie in a unit, shape (n deposits,)."""
        n = len(self.deposits.table)
        return np.ones(n, dtype=bool) if self.in_unit is None else self.in_unit

    def sample(self) -> Sample:
        """Return the deposits that have all their evidence, and the background."""
        usable, deposits = self.usable, self.deposits
        return Sample(
            self.at_deposits[usable],
            deposits.at()[usable],
            deposits.district[usable],
            self.background,
            self.background_at,
            self.belt,
            tuple(column.entry.expected for column in self.columns),
            self._basins(deposits.at()[usable]),
            self._basins(self.background_at),
        )

    def _basins(self, at: FloatArray) -> IntArray | None:
        """Return the basin that each place lies in; None where the region has no basins."""
        return None if self.layers is None else basins_of(self.layers, at)

    def other_samples(self) -> tuple[Sample, ...]:
        """Return the same deposits against the further draws of the background."""
        sample = self.sample()
        return tuple(
            replace(
                sample,
                background=self.scale(draw.evidence),
                background_at=draw.at,
                ground_basin=self._basins(draw.at),
            )
            for draw in self.draws
        )

    @property
    def belt(self) -> Any:
        """Belt of each usable deposit as a number, shape (n usable,); None where it is not stated."""
        table = self.deposits.table[self.usable]
        if "belt" not in table.columns or table["belt"].isna().any():
            return None
        return np.unique(table["belt"].astype(str), return_inverse=True)[1]


@dataclass(frozen=True, eq=False)
class Prepared:
    """A deposit model on the ground of a region, with what its estimator is fitted to.

    Parameters
    ----------
    covers
        Share of the units of the permissive ground that has each evidence.
    """

    ground: Ground
    training: Training
    notices: tuple[Notice, ...]
    covers: tuple[float, ...]


def prepare(opening: Opening, setting: Setting) -> Prepared:
    """Return the ground with its evidence, and the deposits and background to learn from.

    Raises
    ------
    ModelError
        No ground is left, or evidence cannot be computed.
    """
    model, columns, deposits = opening.model, opening.columns, opening.deposits
    layers, options = setting.layers, setting.options
    step = steps(model, setting.report)
    ground = ground_of(model, columns, setting, step("evidence"))
    draws_asked = 1 if opening.stated else options.draws
    background, *draws = ground.background(
        model.estimator.background,
        options.seed,
        step("sample"),
        draws=draws_asked,
        effort=opening.effort,
    )
    refuse_empty(model, background.n_permissive, background.n_scored)
    notices = [*opening.notices, *without_evidence(model, columns, background)]
    places = deposits.table.geometry
    at_deposits = ground.at(places)
    permissive, in_unit = ground.permissive_at(places), ground.in_unit(places)
    notices += of_deposits(
        model,
        ground.scale.complete(at_deposits),
        permissive,
        excluded(places, layers),
        in_unit,
        stated=opening.stated,
    )
    unit = model.deposit_model.unit
    country = None if unit == CELL else unit_countries(unit, layers, background.at)
    training = Training(
        model, columns, deposits, at_deposits, background.evidence, background.at, ground.scale,
        background.ground_km2,
        tuple(draws),
        permissive,
        country,
        layers,
        in_unit,
    )  # fmt: skip
    covers = 1 - np.array(background.lacking) / background.n_permissive
    return Prepared(ground, training, tuple(notices), tuple(covers.tolist()))


def of_deposits(
    model: DepositModel,
    known: BoolArray,
    permissive: BoolArray,
    barred: BoolArray,
    in_unit: BoolArray,
    *,
    stated: bool = False,
) -> list[Notice]:
    """Return what to say of the deposits that train, or that test stated memberships, by where they lie.

    Parameters
    ----------
    model
        The deposit model.
    known
        Whether each deposit has the evidence that it needs, shape (n,).
    permissive, barred
        Whether it lies on permissive ground, and on excluded ground, shape (n,).
    in_unit
        Whether it lies in a unit that is scored: a polygon that the layer has, shape (n,).
    stated
        Whether nothing trains: deposits off the ground are left out of the test.
    """
    about = {"model": model.name}
    off = int((known & ~permissive & ~barred).sum())
    unit = {**about, "unit": model.deposit_model.unit}
    unused = [
        Notice("deposits-in-no-unit", "caution", unit, int((~in_unit).sum())),
        Notice("deposits-without-evidence", "caution", about, int((in_unit & ~known).sum())),
    ]
    if stated:
        off = int((known & ~permissive).sum())
        notices = [
            *unused,
            Notice("deposits-off-scored-ground", "caution", about, off),
        ]
        return [notice for notice in notices if notice.count]
    notices = [
        Notice("deposits-on-excluded-ground", "note", about, int(barred.sum())),
        *unused,
        Notice("deposits-off-permissive-ground", "caution", about, off),
    ]
    return [notice for notice in notices if notice.count]


def steps(model: DepositModel, report: Progress) -> Callable[[str], Done]:
    """Return what makes the progress of a step: it tells what is done under the model's label."""

    def step(what: str) -> Done:
        line = Step(what, model.deposit_model.label)
        report(line, 0, 1)
        return lambda done, total: report(line, done, total)

    return step


def without_evidence(
    model: DepositModel, columns: Sequence[Column], background: Background
) -> list[Notice]:
    """Return how many units are not scored for want of evidence, and how many are without some of it."""
    missing = background.n_permissive - background.n_scored
    covers = [1 - units / max(background.n_permissive, 1) for units in background.lacking]
    notices = partly_unknown(model, columns, covers)
    if not missing:
        return notices
    lacking = [
        Reason(
            "evidence-lacked",
            label=column.entry.label,
            units=units,
            percent=rounded_percent(units / background.n_permissive),
        )
        for units, column in sorted(
            zip(background.lacking, columns, strict=True), key=lambda pair: -pair[0]
        )
        if units and not column.optional
    ]
    about = {"model": model.name, "lacking": lacking}
    return [*notices, Notice("units-without-evidence", "caution", about, missing)]


def partly_unknown(
    model: DepositModel, columns: Sequence[Column], covers: Sequence[float]
) -> list[Notice]:
    """Return a notice for each evidence that is unknown in part of the ground, which is scored without it.

    Parameters
    ----------
    model
        The deposit model.
    columns
        Evidence, in the order of the deposit model.
    covers
        Share of the permissive ground that has each evidence.
    """
    return [
        Notice(
            "evidence-partly-unknown",
            "caution",
            {
                "model": model.name,
                "label": column.entry.label,
                "percent": rounded_percent(1 - cover),
            },
        )
        for column, cover in zip(columns, covers, strict=True)
        if column.optional and cover < 1
    ]


def refuse_empty(model: DepositModel, n_permissive: int, n_scored: int) -> None:
    """Refuse ground without a unit to score.

    Raises
    ------
    ModelError
        No unit is permissive ground, or none of that has all its evidence.
    """
    if not n_permissive:
        raise ModelError(
            f"Deposit model '{model.name}': no permissive ground. Check its conditions, [[permissive]] in "
            f"{model.place_of('permissive', 0)[0]}, the layers that they read, and exclude in region.toml.",
            Reason("no-permissive-ground"),
        )
    if not n_scored:
        raise ModelError(
            f"Deposit model '{model.name}': no unit has all its evidence. "
            "Check that the rasters cover the region.",
            Reason("no-unit-with-all-evidence"),
        )
