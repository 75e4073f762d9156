"""Skill as frozen records: what a validation found, as run.json holds it and every page reads it.

Evidence goes by its column: names and labels stand beside the skill in run.json, and no figure depends on
them. Every AUC names the split that it was measured in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import ConfigDict, PlainSerializer, PlainValidator, TypeAdapter

from prospector.errors import Reason
from prospector.numerals import decimals_apart, fixed

BLOCKS = "spatial blocks"
RANDOM = "random folds"
NOT_FITTED = "known deposits, nothing fitted"

Verdict = Literal["demonstrated", "not judged", "could not tell", "none seen"]
"""What a validation found.

demonstrated
    The AUC beats both nulls, with and without the schematic evidence.
not judged
    Some evidence follows the deposits: the figure without it stands beside.
could not tell
    It was not demonstrated, and a true AUC of 0.75 would not have been in four of five trials.
none seen
    It was not demonstrated, and a true AUC of 0.75 would have been.
"""

Interval = tuple[float, float]


def _reason(value: Any) -> Reason:
    return value if isinstance(value, Reason) else Reason.from_record(value)


Why = Annotated[
    Reason, PlainValidator(_reason), PlainSerializer(lambda why: why.as_record(), return_type=dict)
]
"""A reason, as run.json holds it."""


class _Whole:
    """A record that holds its fields and no other."""

    __pydantic_config__ = ConfigDict(extra="forbid")


@dataclass(frozen=True)
class Figure(_Whole):
    """A figure of skill beside its null.

    Parameters
    ----------
    value
        The figure.
    split
        How deposits were held out, e.g. ``"spatial blocks"``.
    interval
        Its 95 % interval, over districts; None where it was not taken.
    null_p95, p, n_null
        95th percentile of the null, the greater of both nulls; the larger p of both; and replicates
        of each. None where there is no null.
    null_mean
        Mean of the null with the larger p: what chance alone reaches; None where it was not kept.
    """

    value: float
    split: str
    interval: Interval | None = None
    null_p95: float | None = None
    p: float | None = None
    n_null: int | None = None
    null_mean: float | None = None


def enough_shifts(n_usable: int, n: int) -> bool:
    """Return whether a null of moved deposits can be computed: half of the shifts at least are usable.

    Examples
    --------
    >>> enough_shifts(10, 20), enough_shifts(9, 19)
    (True, False)
    """
    return 2 * n_usable >= n


@dataclass(frozen=True)
class Null(_Whole):
    """One of the nulls of a measurement.

    Parameters
    ----------
    mean, p
        Of its AUC.
    aucs
        Every AUC, ascending.
    alone, dropped
        Of shifted deposits, means over the shifts: share of the districts that left the ground with
        the pattern and were moved by themselves, and of the deposits that landed off it.
    n_usable
        Of shifted deposits, shifts that left at least half of them on the ground.
    """

    kind: str
    mean: float
    p: float
    aucs: tuple[float, ...]
    alone: float = 0.0
    dropped: float = 0.0
    n_usable: int | None = None

    @property
    def computed(self) -> bool:
        """Whether the null could be computed; see `enough_shifts`."""
        return self.n_usable is None or enough_shifts(self.n_usable, len(self.aucs))

    @property
    def p95(self) -> float:
        """Its own 95th percentile; that of a figure is the greater of both nulls.

        Examples
        --------
        >>> Null("smooth random fields", 0.5, 0.05, (0.4, 0.5, 0.6)).p95
        0.59
        """
        return round(float(np.quantile(self.aucs, 0.95)), 4)


@dataclass(frozen=True)
class Capture(_Whole):
    """Share of the deposits, held out, in the best share of the area."""

    area_share: float
    captured: Figure


@dataclass(frozen=True)
class PredictionArea(_Whole):
    """Where the curves of found deposits and of area cross: both shares sum to 1; found / area."""

    area_share: float
    found_share: float
    density: Figure


@dataclass(frozen=True)
class Curves(_Whole):
    """Shares of the deposits by share of the area: held out, its null, and the fit; areas under them."""

    area_share: tuple[float, ...]
    prediction_rate_held_out: tuple[float, ...]
    prediction_rate_null_p95: tuple[float, ...]
    success_rate_fit: tuple[float, ...]
    area_under_prediction_rate: float
    area_under_success_rate: float


@dataclass(frozen=True)
class Measurement(_Whole):
    """What one set of evidence reaches in spatial blocks.

    Parameters
    ----------
    auc
        AUC in spatial blocks beside the deciding null.
    deciding_null
        The kind of the null that has the larger p.
    nulls
        Both nulls.
    auc_random
        AUC in random folds: interpolation, optimistic.
    boyce_index
        Continuous Boyce index; None where it has no value.
    draws
        AUC of each draw of the background that could be tested, with its p.
    draw_spread
        Standard deviation of these; None for one draw.
    wasserstein_m
        W: how far the folds are from the task of predicting the region; mean over the splits.
    beats_nulls
        Whether the AUC beats both nulls, and both could be computed.
    n_splits, split_spread
        Splits into blocks, and the standard deviation of their AUC; None for one split.
    wasserstein_range_m
        Least and largest W of the splits.
    block_is_largest
        Whether no larger block was offered.
    """

    auc: Figure
    deciding_null: str
    nulls: tuple[Null, ...]
    auc_random: Figure
    captures: tuple[Capture, ...]
    prediction_area: PredictionArea
    boyce_index: Figure | None
    curves: Curves
    draws: tuple[Figure, ...]
    draw_spread: float | None
    block_size_m: float
    wasserstein_m: float
    beats_nulls: bool
    n_splits: int = 1
    split_spread: float | None = None
    wasserstein_range_m: Interval | None = None
    block_is_largest: bool = False

    @property
    def decisive(self) -> Null | None:
        """The null that has the larger p; None where it was not kept."""
        return next((null for null in self.nulls if null.kind == self.deciding_null), None)

    @property
    def in_best_twentieth(self) -> Figure:
        """Share of the deposits, held out, in the best 5 % of the area."""
        return next(capture.captured for capture in self.captures if capture.area_share == 0.05)


@dataclass(frozen=True)
class Baseline(_Whole):
    """The model, or what it must beat, in the same folds.

    Parameters
    ----------
    name
        "model", "distance to known deposits", "best single evidence" or "area alone".
    gain, gain_interval
        The model's AUC less this one, deposit by deposit; an interval above 0 is a model that
        beats it. 0 and 0 for the model itself.
    chosen
        For the best single evidence: each column that was best in training, with in how many folds,
        most often first.
    """

    name: str
    auc: Figure
    gain: float
    gain_interval: Interval
    chosen: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True)
class Alarm(_Whole):
    """A sign of leakage: something to look at, no proof.

    Parameters
    ----------
    name
        "the label", "alone", "coordinate", "built from deposits", "around deposits", "explained by deposits",
        "near deposits", "same place" or "same row".
    column
        Number of the evidence; None where it concerns deposits.
    figure
        What was measured, in the sense of the name.
    limit
        Where the alarm begins: a figure, or for "same place" a distance in metres; None for "same
        row".
    answered
        Whether the source of the evidence says that it was not made from deposits, and that is taken.
    refused
        Whether it says so, and that is not taken: the evidence is an exact function of their places.
    auc_without
        AUC in one split of the spatial blocks without the evidence; None where nothing else is left,
        or the alarm is of another kind.
    """

    name: str
    column: int | None
    figure: float
    limit: float | None
    answered: bool = False
    auc_without: float | None = None
    refused: bool = False


@dataclass(frozen=True)
class Importance(_Whole):
    """What a group of evidences is worth.

    Parameters
    ----------
    evidences
        Columns of the group.
    drop
        Mean loss of blocked AUC when the group is permuted; at or below 0 it is worth nothing.
    spread
        Standard deviation (ddof 1) of the loss over repeats.
    """

    evidences: tuple[int, ...]
    drop: float
    spread: float


@dataclass(frozen=True)
class Division(_Whole):
    """What a model reaches when deposits are held out in one way.

    Parameters
    ----------
    folds
        The name of the way.
    n_folds, n_tested
        How many folds, and how many deposits they test; None where it could not be tested.
    auc
        AUC within the folds beside the greater of both nulls under the same way of folding.
    wasserstein_m
        W: how far the folds are from the task of predicting the region (Linnenbrink et al. 2024).
    untested
        Why there is no figure; None where there is one.
    """

    folds: str
    n_folds: int | None = None
    n_tested: int | None = None
    auc: Figure | None = None
    wasserstein_m: float | None = None
    untested: Why | None = None


@dataclass(frozen=True)
class LearningPoint(_Whole):
    """Blocked AUC when no more than some deposits train.

    Parameters
    ----------
    n_trained
        Mean number of deposits that a fold did train on, districts whole.
    auc, spread
        Mean and standard deviation (ddof 1) of the blocked AUC over draws.
    """

    n_trained: float
    auc: float
    spread: float


@dataclass(frozen=True)
class EstimatorRow(_Whole):
    """An estimator in short, on all the evidence: its AUC beside its null, or why it was not tested."""

    estimator: str
    auc: Figure | None = None
    untested: Why | None = None


@dataclass(frozen=True)
class Power(_Whole):
    """How strong a signal must be to be demonstrated, by simulation.

    Parameters
    ----------
    half, four_fifths
        Least true AUC that is demonstrated in half, and in 80 %, of the trials; None where the
        strongest that was tried is not.
    range_share
        Range of the evidence as a share of the region's width: what it was looked up for, beside
        the numbers of deposits and districts.
    """

    half: float | None
    four_fifths: float | None
    range_share: float


@dataclass(frozen=True)
class StatedTest(_Whole):
    """How a score that is stated, not fitted, ranks the known deposits; it is held while they move.

    Parameters
    ----------
    null
        How the pattern was moved: a kind of `prospector.validation.stated`.
    n_tested
        Deposits on scored ground; where the units are polygons, units that hold one.
    n_off_ground, n_without_evidence
        Deposits left out: off the scored ground, or where evidence is missing.
    n_in_no_unit
        Deposits left out since they lie in none of the units: polygons that the layer has.
    auc
        Mean share of the scored ground below the deposits, ties half, beside the null; None where
        the deposits are too few.
    null_mean
        Mean AUC under the null; None where none was taken.
    captures
        Share of the deposits in the best 1, 5, 10 and 20 % of the scored ground.
    alone, dropped
        Of moved patterns, means: share of the districts that were moved by themselves, and of the
        deposits that landed off the ground.
    possible
        Ways to relabel the units, that of the deposits included; None where a pattern was moved.
    schematic
        Columns of evidence drawn from descriptions, by people who may have known the deposits.
    untested
        Why there is no p; None where there is one.
    n_not_drawn
        Deposits left out since their polygon was not drawn for the background.
    seen
        Whether the memberships were set with known deposits in view: then this is no independent test.
    """

    null: str
    n_tested: int
    n_off_ground: int
    n_without_evidence: int
    auc: Figure | None = None
    null_mean: float | None = None
    captures: tuple[Capture, ...] = ()
    alone: float = 0.0
    dropped: float = 0.0
    possible: int | None = None
    schematic: tuple[int, ...] = ()
    untested: Why | None = None
    n_not_drawn: int = 0
    seen: bool = False
    n_in_no_unit: int = 0


@dataclass(frozen=True)
class Skill(_Whole):
    """How well a model ranks deposits that it has not seen.

    Parameters
    ----------
    n_deposits, n_districts
        Known deposits that trained, and the districts that they lie in.
    reason
        Why nothing was learned; None where something was.
    untested
        Why what was learned could not be tested; None where it was.
    measured
        What all the evidence reaches; None where nothing was learned or tested.
    without_schematic
        The same without schematic evidence; None where nothing else is left.
    verdict
        What the validation found; None where nothing was learned or could be tested.
    follows
        Columns of evidence that follow the deposits, by their source or by an alarm.
    without_following
        What is reached without these; None where there are none, or nothing else is left.
    power
        How strong a signal must be to be demonstrated; None where it was not looked up.
    stated
        How stated memberships rank the known deposits; None where an estimator was fitted.
    """

    n_deposits: int
    n_districts: int
    reason: Why | None = None
    untested: Why | None = None
    measured: Measurement | None = None
    without_schematic: Measurement | None = None
    verdict: Verdict | None = None
    follows: tuple[int, ...] = ()
    without_following: Measurement | None = None
    power: Power | None = None
    baselines: tuple[Baseline, ...] = ()
    alarms: tuple[Alarm, ...] = ()
    importance: tuple[Importance, ...] = ()
    divisions: tuple[Division, ...] = ()
    learning_curve: tuple[LearningPoint, ...] = ()
    estimators: tuple[EstimatorRow, ...] = ()
    stated: StatedTest | None = None

    @property
    def demonstrated(self) -> bool | None:
        """Whether skill is demonstrated; None where nothing was learned."""
        return None if self.reason is not None else self.verdict == "demonstrated"

    @property
    def without_some_schematic(self) -> Measurement | None:
        """What is reached without schematic evidence, where some is schematic and some is not."""
        return None if self.without_schematic == self.measured else self.without_schematic

    def dump(self) -> dict[str, Any]:
        """Return it, JSON-ready, as run.json holds it.

        Examples
        --------
        >>> Skill(3, 2) == Skill.from_record(Skill(3, 2).dump())
        True
        """
        record: dict[str, Any] = _adapter().dump_python(self, mode="json")
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> Skill:
        """Return what `dump` gave.

        Raises
        ------
        ValidationError
            A key is missing, unknown or of another kind.
        """
        return _adapter().validate_python(dict(record))


@cache
def _adapter() -> TypeAdapter[Skill]:
    return TypeAdapter(Skill)


def not_learned(reason: Reason, n_deposits: int, n_districts: int) -> Skill:
    """Return the skill of a model that learned nothing."""
    return Skill(n_deposits, n_districts, reason=reason)


VERDICT_WORDS: dict[Verdict | None, str] = {
    "demonstrated": "skill demonstrated",
    "not judged": "not judged",
    "could not tell": "no demonstrated skill, could not tell",
    "none seen": "no demonstrated skill, none seen",
    None: "no demonstrated skill",
}
"""Each verdict in words, for a line of a screening; a test holds that `words.skill` says the same."""


def skill_words(skill: Skill) -> str:
    """Return in a line of English what may be said of a skill.

    Examples
    --------
    >>> skill_words(Skill(3, 2, reason=Reason("memberships-stated", deposits=3)))
    'not learned'
    """
    if skill.reason is not None:
        return "not learned"
    kind = VERDICT_WORDS[skill.verdict]
    if skill.measured is None:
        return f"{kind}: not tested"
    auc = skill.measured.auc
    p95, p = auc.null_p95 or 0.0, auc.p or 1.0
    decimals = decimals_apart(auc.value, p95)
    return (
        f"{kind}: AUC {fixed(auc.value, decimals)} in {auc.split} "
        f"(null's 95th percentile {fixed(p95, decimals)}, p {fixed(p, 2)})"
    )
