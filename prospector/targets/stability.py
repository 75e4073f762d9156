"""How far the AUC and the best targets of a deposit model move, as a value."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from prospector.errors import Reason


@dataclass(frozen=True)
class Stability:
    """How far the AUC and the best targets of a deposit model move.

    Parameters
    ----------
    cell_sizes_m
        That of the run, and the other.
    aucs
        AUC at both: in spatial blocks, or at the known deposits where memberships are stated; None
        where there is none.
    n_best, in_common
        The run's best targets, ten at most, and how many of them share half of the smaller one with
        one of the ten best at the other size.
    failed
        Why the other size could not be screened; None where it was.
    draw_aucs
        AUC of each sample of background; empty where nothing is learned.
    n_best_drawn, draws_in_common
        Targets compared between the samples, at most half of all, and how many of those of the first
        sample are among those of each other one; the outlines are the run's.
    """

    cell_sizes_m: tuple[float, float]
    aucs: tuple[float | None, float | None] = (None, None)
    n_best: int = 0
    in_common: int = 0
    failed: Reason | None = None
    draw_aucs: tuple[float, ...] = ()
    n_best_drawn: int = 0
    draws_in_common: tuple[int, ...] = ()

    def as_record(self) -> dict[str, Any]:
        """Return it, JSON-ready."""
        failed = None if self.failed is None else self.failed.as_record()
        return asdict(self) | {"failed": failed}
