"""How a screening is called, and how it reports progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

MAX_CELLS = 200_000_000
"""More cells than this are refused unless a larger number is asked for."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how many steps of it are done, and how many there are."""


class Step(str):
    """A line of progress that knows its parts, so that it can be printed in another language.

    Parameters
    ----------
    what
        What is being done.
    model
        Label of the deposit model that it is done for.
    estimator
        Name of the estimator that it is done with; empty where it is that of the run.

    Examples
    --------
    >>> print(Step("validation", "Porphyry copper"))
    Porphyry copper: validation
    >>> print(Step("validation in short", "Porphyry copper", estimator="forest"))
    Porphyry copper: validation in short, forest
    """

    what: str
    model: str
    estimator: str

    def __new__(cls, what: str, model: str, *, estimator: str = "") -> Step:
        """Return the line: the deposit model, then what is done, and with which estimator."""
        step = super().__new__(cls, f"{model}: {', '.join(filter(None, (what, estimator)))}")
        step.what, step.model, step.estimator = what, model, estimator
        return step


Done = Callable[[int, int], None]
"""Called with how many steps are done, and how many there are."""


def half(done: Done, which: int) -> Done:
    """Return the progress of the first (0) or second (1) of two passes."""
    return lambda count, total: done(which * total + count, 2 * total)


def silent(what: str, done: int, total: int) -> None:
    """Report nothing."""
    del what, done, total


@dataclass(frozen=True)
class Options:
    """How a screening was called: the estimator in place of a model's own, the seed, quick or not.

    Parameters
    ----------
    outside_applicability
        Whether ground unlike any that was trained on is ranked too.
    beside
        Estimators whose skill stands beside that of the one used, in short; None for all that learn.
    backtest_years
        Years of which it is asked what a model of the deposits found before would have said.
    stability
        Whether it is measured how far AUC and targets move with the size of the cells and the sample
        of background.
    commodities
        By which deposit models were chosen, as they were asked for; empty where they were not.
    deposit_models
        Those that were asked for by name, in that order; None where none were.
    cell_size_m
        Side of a cell that was asked for in place of the region's; None where none was.
    """

    estimator: str | None = None
    seed: int = 0
    quick: bool = False
    outside_applicability: bool = False
    beside: tuple[str, ...] | None = None
    backtest_years: tuple[int, ...] = ()
    stability: bool = False
    commodities: tuple[str, ...] = ()
    deposit_models: tuple[str, ...] | None = None
    cell_size_m: float | None = None

    @property
    def n_null(self) -> int:
        """Replicates of each null: the floor of p is one over one more."""
        return 19 if self.quick else 99

    @property
    def repeats(self) -> int:
        """Repeats of the five folds for the headline figure; draws of the background take turns."""
        return 4 if self.quick else 20

    @property
    def draws(self) -> int:
        """Draws of the background."""
        return 2 if self.quick else 5

    def as_record(self) -> dict[str, Any]:
        """Return the options as figures for run.json."""
        return {
            "estimator": self.estimator,
            "seed": self.seed,
            "quick": self.quick,
            "outside_applicability": self.outside_applicability,
            "n_null": self.n_null,
            "repeats": self.repeats,
            "draws": self.draws,
            "stability": self.stability,
            "commodities": list(self.commodities),
            "deposit_models": None if self.deposit_models is None else list(self.deposit_models),
            "cell_size_m": self.cell_size_m,
            "beside": None if self.beside is None else list(self.beside),
        }
