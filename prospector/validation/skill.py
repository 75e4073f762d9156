"""Skill beside its nulls, with and without the schematic evidence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from sklearn.base import BaseEstimator

from prospector.compute.engine import Workers
from prospector.errors import Reason
from prospector.grid import FloatArray
from prospector.options import Progress
from prospector.validation.layout import Layout, lay_out
from prospector.validation.measuring import Drawing, measure
from prospector.validation.nulls import correlation_lengths
from prospector.validation.power import LEAST_POWER_AUC, power_of
from prospector.validation.record import Measurement, Power, Skill, Verdict
from prospector.validation.sample import Sample
from prospector.validation.sizes import ground_width_m

ONE = Workers(count=1)

ONE_BLOCK = Reason("one-block")
"""All deposits lie in one spatial block, so none can be held out."""

NO_GROUND = Reason("no-ground-in-folds")
"""No fold has ground of its own to test on and other ground to train on."""


def measure_skill(
    estimator: BaseEstimator,
    sample: Sample,
    *,
    without_schematic: Sequence[int],
    follows: Sequence[int] = (),
    draws: Sequence[Sample] = (),
    n_null: int = 99,
    repeats: int = 20,
    random_state: int = 0,
    layout: Layout | None = None,
    workers: Workers = ONE,
    progress: Progress | None = None,
) -> tuple[Skill, FloatArray]:
    """Return the skill with its nulls, and each deposit's out-of-fold share in the region.

    Parameters
    ----------
    estimator
        A scikit-learn classifier; clones of it are fitted.
    sample
        Deposits and background: places in metres, evidence of shape (n, n evidence).
    without_schematic
        Columns of evidence that are not schematic: the same is measured on them alone.
    follows
        Columns of evidence that follow the deposits: the skill is not judged, and the same is
        measured without them.
    draws
        The same deposits against other draws of the background: repeats and replicates take
        `sample` and these in turn, so that figure and null hold the chance of the draw.
    n_null
        Replicates of each of the two nulls, on one split.
    repeats
        Repeats of the spatial folds for the real figure.
    random_state
        Seed of every random draw.
    layout
        The splits that are measured in, from `lay_out`; drawn from `sample` and `draws` if left out.
    workers
        Where the replicates go; this process by default. It changes no figure.
    progress
        Called with what is being done, how many steps are done and how many there are.

    Returns
    -------
    Skill
        Demonstrated only if the figure beats both nulls with and without the schematic evidence,
        and no evidence follows the deposits.
    ndarray of shape (n positive,)
        Mean share of the region's background that scores below each deposit, out of fold.

    Notes
    -----
    Over smooth noise the p of each null is uniform for one split. The larger one counts, and several
    splits steady the real figure but not its null, so no more regions of noise are called demonstrated
    than with one: the tests hold that at 4 to 16 of 200. What it can see is in `prospector.validation.power`.
    """
    columns, samples = tuple(range(sample.positive.shape[1])), [sample, *draws][:repeats]
    if layout is None:
        layout = lay_out(samples, repeats=repeats, random_state=random_state)
    how = Drawing(n_null, random_state, workers, progress)
    skill = Skill(len(sample.positive), len(np.unique(sample.district)))
    whole, share = measure(estimator, layout, how, "validation")
    if whole is None:
        return replace(skill, untested=NO_GROUND if layout.splits else ONE_BLOCK), share
    measured = {columns: whole, (): None}

    def on(chosen: tuple[int, ...], what: str) -> Measurement | None:
        if chosen not in measured:
            measured[chosen], _ = measure(estimator, layout.with_columns(chosen), how, what)
        return measured[chosen]

    plain = on(tuple(without_schematic), "validation without schematic evidence")
    free = tuple(column for column in columns if column not in follows)
    without = on(free, "validation without evidence that follows the deposits") if follows else None
    skill = replace(
        skill,
        measured=whole,
        without_schematic=plain,
        follows=tuple(follows),
        without_following=without,
        power=_power(layout.samples[0], random_state),
    )
    return replace(skill, verdict=verdict_of(skill)), share


def _power(sample: Sample, random_state: int) -> Power | None:
    """Return what the test could see, by the deposits, their districts and the evidence's range.

    That is the range which three quarters of the evidences that vary do not exceed: the longest ones
    make the null.
    """
    varies = np.flatnonzero(np.ptp(sample.background, axis=0) > 0)
    if not len(varies):
        return None
    random = np.random.default_rng(random_state)
    lengths = correlation_lengths(sample.with_columns(varies.tolist()), random=random)
    share = float(np.quantile(lengths, 0.75)) / ground_width_m(sample)
    return power_of(len(sample.positive), len(np.unique(sample.district)), share)


def verdict_of(skill: Skill) -> Verdict:
    """Return what may be said of a skill that was tested."""
    if skill.follows:
        return "not judged"
    both = skill.measured, skill.without_schematic
    if all(measurement is not None and measurement.beats_nulls for measurement in both):
        return "demonstrated"
    if skill.measured and not all(null.computed for null in skill.measured.nulls):
        return "could not tell"
    needed = None if skill.power is None else skill.power.four_fifths
    return "none seen" if needed is not None and needed <= LEAST_POWER_AUC else "could not tell"
