"""What is known of a deposit model in a region before evidence is computed, or why it cannot run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from prospector.errors import Fault, ModelError, Notice, Reason
from prospector.evidence.entries import refuse_cells
from prospector.grid import Grid
from prospector.ground.application import Column, available_evidence, units_of
from prospector.ground.applies import check_applies
from prospector.ground.conditions import conditions_of
from prospector.ground.target_sizes import settled_sizes
from prospector.layers import Layers
from prospector.models.deposits import Deposits, Effort, select_deposits, target_group
from prospector.models.known import STATED, check_name, is_ensemble
from prospector.options import Options
from prospector.region.deposit_model import CELL, DepositModel

LEAST_FOR_ENSEMBLES = (20, 10)
"""Deposits, and districts that they lie in, from which an ensemble of trees may learn."""

FEW_EVIDENCES = 4
"""Evidences that fewer deposits than an ensemble needs may teach an estimator at most."""


@dataclass(frozen=True, eq=False)
class Opening:
    """A deposit model in a region before any evidence is computed.

    Parameters
    ----------
    model
        With all that it leaves to the region settled.
    estimator
        Name of the estimator: the one that was asked for, else the model's own.
    columns
        The evidence that the region can give.
    deposits
        Those of the model that lie on the grid.
    effort
        Where the background is drawn more often; None for evenly by area.
    """

    model: DepositModel
    estimator: str
    columns: tuple[Column, ...]
    deposits: Deposits
    effort: Effort | None
    notices: tuple[Notice, ...]

    @property
    def stated(self) -> bool:
        """Whether nothing is learned: the memberships are the model's."""
        return self.estimator in STATED


def open_model(model: DepositModel, layers: Layers, grid: Grid, options: Options) -> Opening:
    """Return what a region gives a deposit model, before any evidence is computed.

    Raises
    ------
    ModelError
        The estimator is not known, the model does not apply in the region, too little evidence or no
        deposit is left, or a condition of permissive ground cannot be judged.
    """
    name = _estimator_of(model, options)
    stated, notices = name in STATED, check_applies(model, layers, grid)
    columns = available_evidence(model, layers, notices, stated=stated)
    if model.deposit_model.unit == CELL:
        refuse_cells(model, layers, [column.name for column in columns], grid.cell_size_m)
    else:
        units_of(model, grid, layers)
    _, unjudged = conditions_of(model, layers)
    effort, of_effort = target_group(layers, model.labels)
    notices += [*unjudged, *of_effort]
    deposits = _deposits(model, layers, grid, notices, least=0 if stated else 1)
    settled = _settled(model, deposits, grid)
    return Opening(settled, name, tuple(columns), deposits, effort, tuple(notices))


def _estimator_of(model: DepositModel, options: Options) -> str:
    """Return the name of the estimator that was asked for, else that of the model.

    Raises
    ------
    ModelError
        No estimator has the name; where the model states it, its file and key are named.
    """
    name = options.estimator or model.estimator.name
    try:
        check_name(name)
    except ModelError as error:
        if options.estimator is not None:
            raise
        file, key = model.place_of("estimator", "name")
        raise ModelError(Fault(f"{file}: key '{key}'", str(error))) from error
    return name


def _settled(model: DepositModel, deposits: Deposits, grid: Grid) -> DepositModel:
    """Return the model with what it leaves to the region: the distance of districts, sizes of targets."""
    labels = model.labels.model_copy(update={"district_within_m": deposits.district_within_m})
    targets = settled_sizes(model.targets, grid)
    return model.model_copy(update={"labels": labels, "targets": targets})


def too_few_known(opening: Opening) -> ModelError | None:
    """Return why the deposits cannot teach the estimator even if none lacks evidence; None if they may."""
    if opening.stated:
        return None
    deposits = opening.deposits
    return refusal(
        opening.model,
        opening.columns,
        opening.estimator,
        len(deposits.table),
        deposits.n_districts,
    )


def refusal(
    model: DepositModel, columns: Sequence[Column], estimator: str, deposits: int, districts: int
) -> ModelError | None:
    """Return why so many deposits cannot teach an estimator and what to do; None where they can."""
    least = model.labels.least
    if deposits < least:
        return ModelError(
            f"{deposits} deposits, but learning needs {least}. "
            "Use --estimator fuzzy or index, or add deposits to the region.",
            Reason("too-few-deposits", deposits=deposits, least=least),
        )
    enough, spread = LEAST_FOR_ENSEMBLES
    if is_ensemble(estimator) and (deposits < enough or districts < spread):
        return ModelError(
            f"{deposits} deposits in {districts} districts, but {estimator} needs {enough} in {spread}. "
            "Use --estimator logistic or weights-of-evidence, or add deposits to the region.",
            Reason(
                "too-few-deposits-for-ensemble",
                estimator=estimator,
                deposits=deposits,
                districts=districts,
                least=enough,
                least_districts=spread,
            ),
        )
    if deposits < enough and len(columns) > FEW_EVIDENCES:
        return ModelError(
            f"{deposits} deposits and {len(columns)} evidence layers, but fewer than {enough} deposits "
            f"allow only {FEW_EVIDENCES}. Name those to use, e.g. [override.{model.name}.estimator] "
            f'evidence = ["{columns[0].name}"], or use --estimator fuzzy or index.',
            Reason(
                "too-much-evidence",
                deposits=deposits,
                evidence=len(columns),
                enough=enough,
                most=FEW_EVIDENCES,
            ),
        )
    return None


def _deposits(
    model: DepositModel, layers: Layers, grid: Grid, notices: list[Notice], *, least: int
) -> Deposits:
    """Return the deposits that train: those of the model that lie on the grid."""
    chosen = select_deposits(layers, model.labels, least=least)
    notices.extend(chosen.notices)
    _, _, inside = grid.index(chosen.eastings(), chosen.northings())
    if not inside.all():
        count = int((~inside).sum())
        notices.append(Notice("deposits-outside-region", "note", {"model": model.name}, count))
    table = chosen.table[inside].reset_index(drop=True)
    return Deposits(table, chosen.district[inside], chosen.notices, chosen.district_within_m)
