"""How many deposits the scored ground holds: only with a number from outside, stated or by density.

Presence-only data rank the ground and say nothing of how many deposits there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from prospector.errors import ModelError, Notice, Reason
from prospector.grid import FloatArray
from prospector.ground.protocol import Outlined, Scored
from prospector.region.deposit_model import DepositModel


@dataclass(frozen=True)
class DepositNumber:
    """Deposits that the scored ground holds, found and unfound, and where the number comes from.

    Parameters
    ----------
    deposits
        The number that is spread over the ground: stated, or what half of such areas reach.
    at_least_90, at_least_10
        By deposit density, what 90 and 10 % of such areas reach; None where the number is stated.
    """

    deposits: float
    source: str
    at_least_90: float | None = None
    at_least_10: float | None = None

    def as_record(self) -> dict[str, Any]:
        """Return it for run.json."""
        return vars(self)

    def notice(self, model: DepositModel) -> Notice:
        """Return what every reader must know of the number that a region states for a model."""
        about = {"model": model.name, "deposits": self.deposits}
        if self.at_least_90 is None or self.at_least_10 is None:
            return Notice("expected-number", "note", {**about, "source": self.source})
        ends = {"at_least_90": self.at_least_90, "at_least_10": self.at_least_10}
        basis = {
            "paper": model.density.paper if model.density else "",
            "exposed_km2": model.number.exposed_km2 if model.number else None,
            "source": model.number.source if model.number else "",
        }
        return Notice("expected-number-by-density", "note", {**about, **ends, **basis})


def deposit_number(model: DepositModel, known: int, *, learned: bool) -> DepositNumber | None:
    """Return the number that a region states for a deposit model; None where it states none.

    Deposit density goes in proportion to area. In the control areas the small ones are denser, so
    a region well below 100,000 km2 likely holds more, and one well above it fewer.

    Parameters
    ----------
    model
        The deposit model.
    known
        Deposits that are known on the ground.
    learned
        Whether the score was learned: the odds of stated memberships are no densities.

    Raises
    ------
    ModelError
        More deposits are known than the number, the model has no density, or nothing was learned.
    """
    stated = model.number
    if stated is None:
        return None
    where = f"Deposit model '{model.name}', key 'number'"
    if not learned:
        raise ModelError(
            f"{where}: its memberships are stated, so its score is not a density of deposits. "
            "Remove the key.",
            Reason("number-without-learning"),
        )
    if model.labels.target_group is not False:
        raise ModelError(
            f"{where}: with labels.target_group the score is not a density of deposits. Remove one "
            "of the two.",
            Reason("number-with-target-group"),
        )
    number = _by_density(model, where) if stated.deposits is None else None
    number = number or DepositNumber(float(stated.deposits or 0), stated.source)
    if number.deposits < known:
        raise ModelError(
            f"{where}: {number.deposits:.3g} deposits, found and unfound, but {known} are known. "
            "State a larger number, or more exposed rock.",
            Reason("number-below-known", number=number.deposits, known=known),
        )
    return number


def _by_density(model: DepositModel, where: str) -> DepositNumber:
    """Return what deposit density gives for the exposed permissive rock that the region states."""
    if model.density is None or model.number is None or model.number.exposed_km2 is None:
        raise ModelError(
            f"{where}: 'exposed_km2' needs the model's density, and it has none. State 'deposits'.",
            Reason("number-without-density"),
        )
    area = model.number.exposed_km2 / 100_000
    low, middle, high = (area * density for density in model.density.per_100000_km2)
    source = (
        f"by deposit density ({model.density.paper}) on {model.number.exposed_km2:.6g} km2 of exposed "
        f"permissive rock ({model.number.source})"
    )
    return DepositNumber(middle, source, low, high)


def expected_numbers(number: DepositNumber, outlined: Outlined, scored: Scored) -> FloatArray:
    """Return the deposits that each outline would hold: all scored ground holds the number.

    Against a background uniform by area the odds of a score are proportional to deposits per km2
    (Fithian and Hastie 2013). Shape (n outlines,).
    """
    area_km2 = np.asarray(outlined.outlines.area, dtype=float) / 1e6
    return np.asarray(number.deposits * outlined.odds * area_km2 / scored.odds_km2)
