"""Measures of skill. Takes arrays, an unfitted estimator and folds; reads no file and no layer.

The skill itself stands in ``skill``. The rest is one module a question: ``layout``, ``folds`` and ``sizes``
(what is tested together), ``measuring`` (what one set of evidence reaches), ``nulls`` and ``shifting`` (what
chance reaches), ``intervals`` and ``power`` (how sure that is), ``curves`` (how much the best ground holds),
``baselines`` (what a model must beat), ``stated`` (a score that nothing was fitted to), ``replicas`` (how
far it depends on the draw), ``backtest`` (what it would have found), ``importance`` and ``quality`` (what an
evidence is worth), ``applicability`` (where it may speak), ``alarms`` and ``nearness`` (what leaks).
"""

from prospector.validation.folds import choose_block_size, random_folds, spatial_folds
from prospector.validation.intervals import district_interval
from prospector.validation.nulls import (
    correlation_lengths,
    p_value,
    smooth_field,
)
from prospector.validation.record import Skill, not_learned
from prospector.validation.sample import Sample
from prospector.validation.scoring import (
    fit_balanced,
    fit_sample,
    out_of_fold,
    share_below,
)
from prospector.validation.shifting import shifted_deposits
from prospector.validation.skill import measure_skill

__all__ = [
    "Sample",
    "Skill",
    "choose_block_size",
    "correlation_lengths",
    "district_interval",
    "fit_balanced",
    "fit_sample",
    "measure_skill",
    "not_learned",
    "out_of_fold",
    "p_value",
    "random_folds",
    "share_below",
    "shifted_deposits",
    "smooth_field",
    "spatial_folds",
]
