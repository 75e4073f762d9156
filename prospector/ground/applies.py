"""Whether a deposit model applies in a region at all, by the conditions that it states of the region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from prospector.errors import ModelError, Notice, Reason, reason_for
from prospector.evidence import compute_evidence, evidence_unit
from prospector.evidence.entries import entry_parameters
from prospector.evidence.limits import Limits
from prospector.evidence.named_layers import lacking_layer
from prospector.grid import FloatArray, Grid, Units, cells
from prospector.ground.application import units_of
from prospector.ground.conditions import limits_of
from prospector.ground.spread import sampled_windows
from prospector.layers import Layers
from prospector.numerals import whole_percent
from prospector.region.deposit_model import CELL, DepositModel
from prospector.region.model_evidence import AppliesEntry

WHOLE_CELLS = 1_000_000
"""Of a grid of more cells, small windows spread over it are looked at first: mostly they suffice."""

AT_ONCE = 512
"""Side in cells of what is looked at together."""

LEAST_KNOWN = 0.1
"""Where less of the region has a value, nothing is concluded from it."""


def check_applies(model: DepositModel, layers: Layers, grid: Grid) -> list[Notice]:
    """Return a notice for each condition of the region that cannot be judged.

    A condition is met where any unit meets it, and it is unmet only after all of them were looked at. Where
    nothing is known of it, it is not taken for unmet.

    Raises
    ------
    ModelError
        The model does not apply: no unit meets a condition. Its reason has the values that were found.
    """
    notices = []
    for number, entry in enumerate(model.applies):
        about = {"model": model.name, "label": entry.label}
        lacking = lacking_layer(entry.kind, layers, entry_parameters(model, "applies", number))
        why = _unknown(model, number, layers, grid) if lacking is None else reason_for(lacking)
        if why is not None:
            notices.append(Notice("condition-not-judged", "caution", {**about, "reason": why}))
    return notices


def _unknown(model: DepositModel, number: int, layers: Layers, grid: Grid) -> Reason | None:
    """Return why a condition cannot be judged; None where some unit meets it.

    Raises
    ------
    ModelError
        No unit meets it.
    """
    limits = limits_of(model, "applies", number, layers)
    found = _Found()
    for units, is_sample in _looked_at(model, layers, grid):
        values = compute_evidence(limits.kind, layers, units, parameters=limits.parameters)
        if limits.within(values).any():
            return None
        found = found if is_sample else found.beside(values)
    if found.share < LEAST_KNOWN:
        return Reason("known-on-little", percent=whole_percent(found.share))
    raise _unmet(model, model.applies[number], limits, layers, found)


@dataclass(frozen=True)
class _Found:
    """What was found of a condition so far: values from `low` to `high`, known in so many of the units."""

    low: float = np.inf
    high: float = -np.inf
    known: int = 0
    count: int = 0

    @property
    def share(self) -> float:
        return self.known / max(self.count, 1)

    def beside(self, values: FloatArray) -> _Found:
        """Return what was found with further units."""
        known = values[np.isfinite(values)]
        return _Found(
            float(known.min(initial=self.low)),
            float(known.max(initial=self.high)),
            self.known + len(known),
            self.count + len(values),
        )


def _looked_at(model: DepositModel, layers: Layers, grid: Grid) -> Iterator[tuple[Units, bool]]:
    """Give all units of a model, those of a large grid after a sample; and whether they are the sample."""
    if model.deposit_model.unit != CELL:
        yield units_of(model, grid, layers)[0], False
        return
    if grid.shape[0] * grid.shape[1] > WHOLE_CELLS:
        yield from ((cells(grid.part(window)), True) for window, _ in sampled_windows(grid))
    yield from ((cells(grid.part(window)), False) for window in grid.windows(AT_ONCE))


def _unmet(
    model: DepositModel, entry: AppliesEntry, limits: Limits, layers: Layers, found: _Found
) -> ModelError:
    """Return the error that a model does not apply, with what it needs and what there is."""
    unit = evidence_unit(limits.kind, layers, parameters=limits.parameters)
    ends = {"at_least": entry.at_least, "at_most": entry.at_most}
    stated = {name: end for name, end in ends.items() if end is not None}
    words = " and ".join(f"{name.replace('_', ' ')} {end:g}" for name, end in stated.items())
    needed = Reason("between", **stated) if len(stated) == 2 else _bound(stated)
    of_unit = f" {unit}" if unit else ""
    return ModelError(
        f"Deposit model '{model.name}' does not apply here: it needs {entry.label} of {words}{of_unit}, and "
        f"the region has {found.low:.4g} to {found.high:.4g}{of_unit}. Leave it out of deposit_models, or "
        "correct the layer.",
        Reason(
            "does-not-apply",
            because=entry.reason,
            label=entry.label,
            needed=needed,
            low=found.low,
            high=found.high,
            unit=unit,
            percent=whole_percent(found.share),
        ),
    )


def _bound(stated: dict[str, float]) -> Reason:
    if "at_least" in stated:
        return Reason("at-least", at_least=stated["at_least"])
    return Reason("at-most", at_most=stated["at_most"])
