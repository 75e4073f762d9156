"""The splits that a skill is measured in: drawn once, for the headline and for all that stands beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from prospector.grid import FloatArray
from prospector.validation.folds import choose_block_size, fold_distance_m, usable_folds
from prospector.validation.sample import Folds, Sample
from prospector.validation.sizes import block_sizes


@dataclass(frozen=True, eq=False)
class Layout:
    """Spatial blocks of one size, drawn several times.

    Parameters
    ----------
    samples
        The sample of each split: draws of the background take turns.
    splits
        Folds of each; none where the deposits always lie in one block.
    n_draws
        Draws of the background.
    size_m
        Side of the blocks, in metres.
    largest
        Whether no larger size was offered.
    """

    samples: tuple[Sample, ...]
    splits: tuple[Folds, ...]
    n_draws: int
    size_m: float
    largest: bool

    @property
    def apart_m(self) -> FloatArray:
        """W of each split (m): how far it is from the task of predicting the region, shape (n,)."""
        pairs = zip(self.samples, self.splits, strict=True)
        return np.array([fold_distance_m(sample, folds[0]) for sample, folds in pairs])

    @property
    def draws(self) -> tuple[Sample, ...]:
        """The sample with each draw of the background."""
        return self.samples[: self.n_draws]

    def with_columns(self, columns: Sequence[int]) -> Layout:
        """Return the same splits with some of the evidence."""
        return replace(self, samples=tuple(sample.with_columns(columns) for sample in self.samples))


def lay_out(samples: Sequence[Sample], *, repeats: int, random_state: int) -> Layout:
    """Return the splits of the deposits against draws of the background.

    The size of the blocks is that of least W over many corners; see `choose_block_size`.

    Parameters
    ----------
    samples
        The same deposits against each draw of the background.
    repeats
        Splits; fewer where deposits mostly lie in one block.
    random_state
        Seed of every random draw.
    """
    first, sizes = samples[0], block_sizes(samples[0])
    size_m = choose_block_size(first, random=np.random.default_rng(random_state), sizes_m=sizes)[0]
    turns = [samples[number % len(samples)] for number in range(repeats)]
    splits = usable_folds(turns, block_size_m=size_m, random_state=random_state)
    return Layout(
        tuple(turns[: len(splits)]),
        tuple(splits),
        min(len(samples), len(splits)),
        size_m,
        size_m == max(sizes),
    )
